"""One renderer for all tests of documents: Typst is started once."""

from __future__ import annotations

import pytest

from dialer.documents.render import Renderer


@pytest.fixture(scope="session")
def renderer():
    return Renderer()
