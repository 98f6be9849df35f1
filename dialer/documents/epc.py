"""The payment QR code of the European Payments Council (EPC069-12, in Germany GiroCode), and IBAN check digits."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

import segno

from dialer.core.errors import BadInput

MAX_CENTS = 99_999_999_999
"""EUR 999,999,999.99: the standard's limit."""

MAX_REFERENCE = 140

_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")

# national lengths of the countries that take part in SEPA, from the IBAN registry
_LENGTHS = {
    country: int(length)
    for country, length in (
        entry.split(":")
        for entry in (  # noqa: SIM905 - a table reads best as lines of text
            "AD:24 AL:28 AT:20 BE:16 BG:22 CH:21 CY:28 CZ:24 DE:22 DK:18 EE:20 ES:24 FI:18 FR:27 GB:22 GI:23 GR:27"
            " HR:21 HU:28 IE:22 IS:26 IT:27 LI:21 LT:20 LU:20 LV:21 MC:27 MD:24 ME:22 MK:19 MT:31 NL:18 NO:15 PL:28"
            " PT:25 RO:24 RS:22 SE:24 SI:19 SK:24 SM:27 VA:22"
        ).split()
    )
}


def is_iban(text: str) -> bool:
    """True when shape, the country's length (where known) and the check digits of ISO 13616 fit. No blanks."""
    if not _IBAN.fullmatch(text) or len(text) != _LENGTHS.get(text[:2], len(text)):
        return False
    return int("".join(str(int(character, 36)) for character in text[4:] + text[:4])) % 97 == 1


def payment_payload(*, holder: str, iban: str, bic: str, minor: int, currency: str, reference: str) -> str | None:
    """The code's text; None when the code cannot carry the payment: another currency, nothing, or too much."""
    if currency != "EUR" or not 1 <= minor <= MAX_CENTS:
        return None
    remittance = _one_line(reference)
    if len(remittance) > MAX_REFERENCE:
        raise BadInput(f"the payment reference has {len(remittance)} characters; a transfer carries {MAX_REFERENCE}")
    euros = f"EUR{minor // 100}.{minor % 100:02d}"
    # service tag, version, UTF-8, credit transfer; purpose and structured reference stay empty
    return "\n".join(("BCD", "002", "1", "SCT", bic, _one_line(holder), iban, euros, "", "", remittance))


def payment_code(payload: str) -> bytes:
    """The QR code as SVG, one path, with the quiet zone of 4 modules. Level M is the standard's."""
    rows = segno.make_qr(payload.encode(), error="m", boost_error=False).matrix
    dark = "".join(f"M{x} {y}h{width}v1h-{width}z" for y, row in enumerate(rows, 4) for x, width in _runs(row))
    side = len(rows) + 8
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}">'
        f'<path d="M0 0h{side}v{side}h-{side}z" fill="#fff"/><path d="{dark}"/></svg>'
    ).encode()


def _runs(row: Sequence[int]) -> Iterator[tuple[int, int]]:
    # where dark modules begin, and how many follow each other
    x = 4
    for value, modules in groupby(row):
        width = len(list(modules))
        if value:
            yield x, width
        x += width


def _one_line(text: str) -> str:
    # a line break would move every later field of the code by one
    return " ".join(text.split())
