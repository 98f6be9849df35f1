"""Every counter of calls, for the person on all his numbers and for the number with everybody: full, one less, old."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tests.vectors.kit import Answer, Facts, Vector, allowed, denied, rung
from tests.vectors.lands import AT, CH, DE, GB, Land

THREE_TODAY = ("24T08:00:00", "24T09:00:00", "24T10:00:00")
WEEK = tuple(f"{day}T10:00:00" for day in (18, 19, 20, 21, 23))
TWICE = tuple(f"{day}T{hour}:00:00" for day in (18, 19, 20, 23) for hour in (10, 14))
_OCTOBER = tuple(f"2026-10-{day}T10:00:00" for day in (26, 27, 28, 29, 30))
_NOVEMBER = tuple(f"{day:02}T10:00:00" for day in (2, 3, 4, 5, 6, 9, 10))
MONTH = (*_OCTOBER, *_NOVEMBER)
MONTH_TWICE = (*MONTH[:10], *(wall.replace("T10", "T14") for wall in MONTH[:10]))

TOMORROW, WHEN_THE_FIRST_IS_OLD = "25T08:00:00", "25T10:00:00"
A_WEEK_AGO, A_MONTH_AGO = ("17T12:00:00", "17T12:00:01"), ("2026-10-25T12:00:00", "2026-10-25T12:00:01")
"""To the second, and a second less; a month is thirty days of 24 hours."""


@dataclass(frozen=True, slots=True)
class Counter:
    """A rule that counts: which calls fill it, and when the oldest of them is forgotten."""

    rule: str
    land: Land
    debtor: str
    rows: tuple[str, ...]
    release: str
    aged: tuple[str, str] | None
    source: str


CODE = "2015 code [D3] as marker, values product default"
ACT = "s.40 Administration of Justice Act 1970 [K3], values product default"
SWISS = "code of inkassosuisse [H1], values product default"
AS_DE = "section 11 (at: as de)"

COUNTERS = (
    Counter("DE-F1", DE, "company", THREE_TODAY, TOMORROW, None, "Bundesnetzagentur [D1]"),
    Counter("DE-F2", DE, "consumer", THREE_TODAY[1:], TOMORROW, None, "association 2016 [D5]"),
    Counter("DE-F3", DE, "consumer", WEEK, WHEN_THE_FIRST_IS_OLD, A_WEEK_AGO, CODE),
    Counter("DE-F3", DE, "consumer", MONTH, WHEN_THE_FIRST_IS_OLD, A_MONTH_AGO, CODE),
    Counter("DE-F3", DE, "company", TWICE, WHEN_THE_FIRST_IS_OLD, A_WEEK_AGO, CODE),
    Counter("DE-F3", DE, "company", MONTH_TWICE, WHEN_THE_FIRST_IS_OLD, A_MONTH_AGO, CODE),
    Counter("AT-F1", AT, "company", THREE_TODAY, TOMORROW, None, AS_DE),
    Counter("AT-F2", AT, "consumer", THREE_TODAY[1:], TOMORROW, None, AS_DE),
    Counter("AT-F3", AT, "consumer", WEEK, WHEN_THE_FIRST_IS_OLD, A_WEEK_AGO, AS_DE),
    Counter("AT-F3", AT, "consumer", MONTH, WHEN_THE_FIRST_IS_OLD, A_MONTH_AGO, AS_DE),
    Counter("AT-F3", AT, "company", TWICE, WHEN_THE_FIRST_IS_OLD, A_WEEK_AGO, AS_DE),
    Counter("AT-F3", AT, "company", MONTH_TWICE, WHEN_THE_FIRST_IS_OLD, A_MONTH_AGO, AS_DE),
    Counter("CH-1", CH, "consumer", THREE_TODAY[1:], TOMORROW, None, SWISS),
    Counter("CH-1", CH, "company", THREE_TODAY[1:], TOMORROW, None, SWISS),
    Counter("CH-1", CH, "consumer", WEEK, WHEN_THE_FIRST_IS_OLD, A_WEEK_AGO, SWISS),
    Counter("CH-1", CH, "company", WEEK, WHEN_THE_FIRST_IS_OLD, A_WEEK_AGO, SWISS),
    Counter("GB-2", GB, "consumer", THREE_TODAY[2:], TOMORROW, None, ACT),
    Counter("GB-2", GB, "company", THREE_TODAY[2:], TOMORROW, None, ACT),
    Counter("GB-2", GB, "consumer", WEEK[:3], WHEN_THE_FIRST_IS_OLD, A_WEEK_AGO, ACT),
    Counter("GB-2", GB, "consumer", MONTH[:8], WHEN_THE_FIRST_IS_OLD, A_MONTH_AGO, ACT),
    Counter("GB-2", GB, "company", WEEK[:3], WHEN_THE_FIRST_IS_OLD, A_WEEK_AGO, ACT),
    Counter("GB-2", GB, "company", MONTH[:8], WHEN_THE_FIRST_IS_OLD, A_MONTH_AGO, ACT),
)


def _stories(counter: Counter) -> Iterator[tuple[str, list[Facts], Answer]]:
    land, rows = counter.land, tuple(map(counter.land.clock, counter.rows))
    role = {"contact_role": "self" if counter.debtor == "consumer" else "accounts_payable"}
    here = land.consumer()["phone"]["e164"]
    elsewhere = {"phone": here[:-1] + "9"} | role
    somebody_else = {"phone": here, "other_debtor": True} | role
    full = denied(counter.rule, not_before=land.clock(counter.release))
    yield "full for the person on another number", rung(*rows, **elsewhere), full
    yield "full for the number by another debtor", rung(*rows, **somebody_else), full
    yield "one less", rung(*rows[1:], **role), allowed()
    apart = rung(*rows[1:], **elsewhere) + rung(*rows[1:], **somebody_else)
    yield "one less of each, counted apart", apart, allowed()
    if counter.aged:
        old, younger = map(land.clock, counter.aged)
        yield "the first is old to the second", rung(old, *rows[1:], **role), allowed()
        soon = denied(counter.rule, not_before=land.clock("24T12:00:01"))
        yield "the first is old but for a second", rung(younger, *rows[1:], **role), soon


def _vectors() -> Iterator[Vector]:
    for number, counter in enumerate(COUNTERS, start=1):
        for what, history, answer in _stories(counter):
            facts = getattr(counter.land, counter.debtor)(history=history)
            shows = f"{counter.debtor}, {len(counter.rows)} calls: {what}"
            name = f"counting-{number:02}-{counter.rule.lower()}-{what.replace(',', '').replace(' ', '-')}"
            yield Vector(name, shows, f"{counter.rule}, {counter.source}", facts, counter.land.noon, answer)


VECTORS = tuple(_vectors())
