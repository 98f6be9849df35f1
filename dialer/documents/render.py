"""Typst templates to PDF/A. All files are in memory from start-up on; the same data give the same bytes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import typst

from dialer.core.errors import BadInput
from dialer.documents.dossier import Dossier
from dialer.documents.engine import Engine
from dialer.documents.epc import payment_code
from dialer.documents.glyphs import refusing, remembering, spelling_out
from dialer.documents.kinds import DATA_OF, Document, Kind
from dialer.documents.letterhead import Letterhead
from dialer.documents.payment import Payment
from dialer.documents.pictures import read_picture
from dialer.documents.printing import printable
from dialer.documents.samples import sample, samples
from dialer.documents.sources import read_sources
from dialer.documents.wording import LANGUAGES

_PLACE = re.compile(r"─ (?:.*/)?([^/\n]+):(\d+):\d+")
"""In a diagnostic of Typst: file, line, column."""


class Renderer:
    """Make one per process and keep it; threads take turns. A process forked after the first use cannot render."""

    def __init__(self, templates: Path | None = None, fonts: Path | None = None) -> None:
        """`templates`: a tenant's folder whose files replace shipped ones of the same name; `fonts`: more fonts."""
        if fonts is not None and not fonts.is_dir():
            raise BadInput(f"fonts folder {fonts}: there is no such folder")
        self._sources = read_sources(templates)
        self._engine = Engine(fonts)
        self._can_print = remembering(self._engine.can_print)
        self._logos: dict[Path, bytes] = {}

    def render(self, kind: Kind, data: Document, language: str) -> bytes:
        """The document as PDF/A-2b. Data that cannot be printed or do not fit are refused."""
        return self._compile(kind, data, language)[0]

    def check_all(self, letterheads: Iterable[Letterhead] = ()) -> None:
        """Renders every template in every language with sample data, and a letter under each letterhead given."""
        heads = tuple(letterheads)
        for language in LANGUAGES:
            for kind, data in samples(language):
                self._check(kind, data, language)
            for head in heads:
                self._check(Kind.REMINDER_LETTER, sample(Kind.REMINDER_LETTER, language, head), language)

    def _check(self, kind: Kind, data: Document, language: str) -> None:
        warnings = self._compile(kind, data, language)[1]
        if warnings:
            raise self._error(kind, warnings[0])

    def _compile(self, kind: Kind, data: Document, language: str) -> tuple[bytes, list[typst.TypstWarning]]:
        if language not in LANGUAGES:
            raise BadInput(f"documents are written in {' or '.join(LANGUAGES)}, not in {language!r}")
        if not isinstance(data, DATA_OF[kind]):
            raise TypeError(f"{kind} is made from {DATA_OF[kind].__name__}, not from {type(data).__name__}")
        try:
            return self._engine.compile(self._files(kind, data, language))
        except typst.TypstError as error:
            raise self._error(kind, error) from error

    def _files(self, kind: Kind, data: Document, language: str) -> dict[str, bytes]:
        glyphs = spelling_out(self._can_print) if isinstance(data, Dossier) else refusing(self._can_print)
        letterhead, day = _sender(data)
        pictures = self._pictures(data, letterhead)
        shown = printable(data, language, glyphs)
        shown |= {"language": language, "day": (day.year, day.month, day.day), "pictures": list(pictures)}
        made = {
            "main.typ": f'#include "{kind}.typ"',
            "texts.json": json.dumps(self._sources.catalogues[language]),
            "data.json": json.dumps(shown),
        }
        return {**self._sources.files, **pictures, **{name: text.encode() for name, text in made.items()}}

    def _pictures(self, data: Document, letterhead: Letterhead) -> dict[str, bytes]:
        pictures = {}
        payment: Payment | None = getattr(data, "payment", None)
        if payment and payment.code_payload:
            pictures["payment.svg"] = payment_code(payment.code_payload)
        if letterhead.logo is not None:
            pictures["logo.svg"] = self._logo(letterhead.logo)
        return pictures

    def _logo(self, path: Path) -> bytes:
        if path not in self._logos:
            self._logos[path] = read_picture(path)
        return self._logos[path]

    def _error(self, kind: Kind, error: typst.TypstError | typst.TypstWarning) -> BadInput:
        found = _PLACE.search(error.diagnostic)
        name, line = found.groups() if found else (f"{kind}.typ", "?")
        return BadInput(f"template {self._sources.places.get(name, name)}, line {line} ({kind}): {error.message}")


def _sender(data: Document) -> tuple[Letterhead, date]:
    frame = data if isinstance(data, Dossier) else data.frame
    return frame.letterhead, frame.reference.day
