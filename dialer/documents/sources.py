"""The template files, read once at start-up: the shipped ones, with a tenant's own in their place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dialer.core.errors import BadInput
from dialer.documents.kinds import Kind
from dialer.documents.wording import LANGUAGES, Catalogue, read_catalogue, with_own

SHIPPED = Path(__file__).parent / "templates"

LAYOUT = "layout.typ"

TEMPLATES = (LAYOUT, *(f"{kind}.typ" for kind in Kind))


@dataclass(frozen=True)
class Sources:
    """What Typst is given. `places` says for an error in a file where the reader finds that file."""

    files: Mapping[str, bytes]
    places: Mapping[str, Path]
    catalogues: Mapping[str, Catalogue]


def read_sources(own: Path | None) -> Sources:
    """The shipped templates; with a folder, those of the same name in it, its SVG pictures and its texts."""
    paths = {name: SHIPPED / name for name in TEMPLATES}
    catalogues = {language: read_catalogue(SHIPPED / "texts" / f"{language}.toml") for language in LANGUAGES}
    if own is not None:
        paths |= _own_files(own)
        catalogues = {language: _own_texts(own, language, texts) for language, texts in catalogues.items()}
    return Sources({name: _read(path) for name, path in paths.items()}, paths, catalogues)


def _own_files(own: Path) -> dict[str, Path]:
    if not own.is_dir():
        raise BadInput(f"templates folder {own}: there is no such folder")
    found = sorted(path for path in own.iterdir() if path.is_file() and not path.name.startswith("."))
    for path in found:
        if path.suffix == ".typ" and path.name not in TEMPLATES:
            raise BadInput(f"{path}: no template has this name; known are {', '.join(TEMPLATES)}")
    return {path.name: path for path in found if path.suffix in {".typ", ".svg"}}


def _own_texts(own: Path, language: str, shipped: Catalogue) -> Catalogue:
    path = own / "texts" / f"{language}.toml"
    return with_own(shipped, read_catalogue(path), path) if path.exists() else shipped


def _read(path: Path) -> bytes:
    try:
        content = path.read_bytes()
        if path.suffix == ".typ":
            _check_source(path, content.decode())
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"template {path}: cannot be read ({error})") from error
    return content


def _check_source(path: Path, source: str) -> None:
    for number, line in enumerate(source.splitlines(), 1):
        if '"@' in line.replace(" ", ""):
            # Typst would fetch it from the network
            raise BadInput(f"template {path}, line {number}: packages are not loaded; copy what you need into the file")
