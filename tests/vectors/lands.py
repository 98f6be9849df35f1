"""The five countries side by side, for what is written down once for all of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.vectors.bases import at, at_company, ch, ch_company, de, de_company, gb, gb_company, us, us_company
from tests.vectors.kit import Facts


@dataclass(frozen=True, slots=True)
class Land:
    """A country with its base documents and its offset from UTC in November 2026."""

    id: str
    consumer: Callable[..., Facts]
    company: Callable[..., Facts]
    offset: str

    def clock(self, wall: str) -> str:
        """The instant at which a clock there shows this: "24T12:00:00" is noon on the 24th of November."""
        day = wall if wall.count("-") else f"2026-11-{wall}"
        return f"{day}{self.offset}"

    @property
    def noon(self) -> str:
        """Tuesday 24 November 2026, twelve o'clock."""
        return self.clock("24T12:00:00")


DE = Land("de", de, de_company, "+01:00")
AT = Land("at", at, at_company, "+01:00")
CH = Land("ch", ch, ch_company, "+01:00")
GB = Land("gb", gb, gb_company, "+00:00")
US = Land("us", us, us_company, "-06:00")
LANDS = (DE, AT, CH, GB, US)
