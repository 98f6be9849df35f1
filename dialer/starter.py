"""A configuration to start from: the shipped example with some of its values set."""

from __future__ import annotations

import importlib.resources
import json
import re
from collections.abc import Mapping


def starter_config(values: Mapping[str, str]) -> str:
    """The text of config.example.toml, comments and all, with these keys (of whatever table names them first) set."""
    text = importlib.resources.files("dialer").joinpath("config.example.toml").read_text(encoding="utf-8")
    for key, value in values.items():
        line = re.search(rf"^(# )?{re.escape(key)} = .*$", text, re.MULTILINE)
        if line is None:
            raise LookupError(f"config.example.toml has no key {key}")
        text = f"{text[: line.start()]}{key} = {json.dumps(value, ensure_ascii=False)}{text[line.end() :]}"
    return text
