"""A configuration that points to this machine."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from dialer.config import Config, load

EXAMPLE = Path(__file__).parents[2] / "dialer" / "config.example.toml"


@pytest.fixture
def config(tmp_path: Path) -> Callable[..., Config]:
    """The example with a token, a database of its own, and the carrier at `api`; None for Twilio itself."""

    def make(api: str | None = "http://127.0.0.1:5050", **environment: str) -> Config:
        text = EXAMPLE.read_text(encoding="utf-8")
        if api is not None:
            text = text.replace('# api_base_url = "http://127.0.0.1:5050"', f'api_base_url = "{api}"')
        path = tmp_path / "config.toml"
        path.write_text(text, encoding="utf-8")
        usual = {
            "DIALER_TWILIO_AUTH_TOKEN": "token",
            "DIALER_DATABASE_URL": f"sqlite:///{tmp_path}/dialer.db",
        }
        return load(path, usual | environment)

    return make
