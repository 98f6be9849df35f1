"""The example as a working configuration, to be spoilt one line at a time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from dialer.config import Config, load
from dialer.core.errors import BadInput

EXAMPLE = Path(__file__).parents[2] / "dialer" / "config.example.toml"
TOKEN = "the-secret-token"
HOUSE_RULES = """[pack]
id = "house"
version = "1"
verified_on = 2026-11-21
review_by = 2027-11-21
[[rule]]
id = "HOUSE-1"
kind = "words"
effect = "CONTENT"
basis = "ours"
status = "product_default"
text = { de = "Nicht {detail}.", en = "Not {detail}." }
value = { inside = ["technisch"] }
"""


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write config.toml: the example with its token in a file beside it, and the given texts replaced."""

    def go(*changes: tuple[str, str]) -> Path:
        text = EXAMPLE.read_text(encoding="utf-8")
        for old, new in changes:
            assert old in text, old
            text = text.replace(old, new, 1)
        path = tmp_path / "config.toml"
        path.write_text(text, encoding="utf-8")
        (tmp_path / "twilio_auth_token").write_text(f"{TOKEN}\n", encoding="utf-8")
        return path

    return go


@pytest.fixture
def read(write: Callable[..., Path]) -> Callable[..., Config]:
    """The configuration with those changes, and with these environment variables."""

    def go(*changes: tuple[str, str], **environment: str) -> Config:
        return load(write(*changes), environment)

    return go


@pytest.fixture
def problems(write: Callable[..., Path]) -> Callable[..., list[str]]:
    """What is wrong with the configuration, a line each, the file's name checked and cut off."""

    def go(*changes: tuple[str, str], **environment: str) -> list[str]:
        path = write(*changes)
        with pytest.raises(BadInput) as refused:
            load(path, environment)
        lines = str(refused.value).splitlines()
        assert all(line.startswith(f"{path}: ") for line in lines)
        return [line.removeprefix(f"{path}: ") for line in lines]

    return go


@pytest.fixture
def house_rules(tmp_path: Path) -> Callable[..., tuple[str, str]]:
    """Write the house's own rules beside the configuration, with these texts replaced: the change that names them."""

    def go(*changes: tuple[str, str]) -> tuple[str, str]:
        text = HOUSE_RULES
        for old, new in changes:
            assert old in text, old
            text = text.replace(old, new, 1)
        (tmp_path / "rules.toml").write_text(text, encoding="utf-8")
        return '# own_rules = "rules.toml"', 'own_rules = "rules.toml"'

    return go
