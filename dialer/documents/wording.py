"""The catalogues of texts: one TOML file a language, sentence by sentence replaceable by a tenant's own."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

from dialer.core.errors import BadInput

LANGUAGES = ("de", "en")

Catalogue = dict[str, dict[str, str]]

_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")


def read_catalogue(path: Path) -> Catalogue:
    """Sections of sentences; refuses anything else, naming the file."""
    try:
        parsed = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadInput(f"{path}: cannot be read as texts ({error})") from error
    for section, sentences in parsed.items():
        if not isinstance(sentences, dict) or not all(isinstance(text, str) for text in sentences.values()):
            raise BadInput(f"{path}: [{section}] holds something that is no text")
    return parsed


def with_own(shipped: Catalogue, own: Mapping[str, Mapping[str, str]], path: Path) -> Catalogue:
    """The shipped sentences with a tenant's in their place; refuses keys and placeholders that do not exist."""
    merged = {section: dict(sentences) for section, sentences in shipped.items()}
    for section, sentences in own.items():
        for key, text in sentences.items():
            if key not in merged.get(section, {}):
                raise BadInput(f"{path}: there is no text {section}.{key}")
            unknown = placeholders(text) - placeholders(merged[section][key])
            if unknown:
                raise BadInput(f"{path}: {section}.{key} has no {{{min(unknown)}}}")
            merged[section][key] = text
    return merged


def placeholders(text: str) -> frozenset[str]:
    """The names in braces."""
    return frozenset(_PLACEHOLDER.findall(text))
