"""A primary and its standby."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chaos.postgres_pair import Pair


@pytest.fixture
def pair() -> Iterator[Pair]:
    # not pytest's own directory: the servers may run as another user, who could not enter it
    with tempfile.TemporaryDirectory(prefix="dialer-pair-") as folder:
        pair = Pair(Path(folder))
        pair.start()
        yield pair
        pair.stop()
