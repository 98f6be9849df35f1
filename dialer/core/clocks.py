"""May the wall clock be believed? It is held against a clock that nobody can set, and against other machines'."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

JUMP = timedelta(seconds=5)
"""More than this between two clocks is no rounding and no slow correction (reliability: failure 10)."""

FAR = timedelta(seconds=60)
"""By more than this the carrier's clock may not differ from ours: it shows whole seconds, and an answer takes time."""

STEADY = timedelta(seconds=60)
"""For so long both must agree again before the wall clock is believed."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Both clocks at one moment. `wall` is UTC; `steady` counts from anywhere and is never set."""

    wall: datetime
    steady: timedelta


@dataclass(frozen=True, slots=True)
class Trust:
    """What the last look left: its reading, and since when (steady clock) the clocks agree again; None = no doubt."""

    last: Reading | None = None
    agreed_since: timedelta | None = None

    @property
    def doubted(self) -> bool:
        """True while nobody may be called by this clock."""
        return self.agreed_since is not None


@dataclass(frozen=True, slots=True)
class Look:
    """One comparison. `jump` is how far the wall clock went astray, None when it did not; `over` ends a doubt."""

    trust: Trust
    jump: timedelta | None = None
    over: bool = False


def look(trust: Trust, now: Reading, *, apart: timedelta | None = None) -> Look:
    """Compare with the last look; `apart`: by how much another machine's clock differs, None where none was asked."""
    jump = _jump(trust.last, now, apart)
    if jump is not None:
        return Look(Trust(now, now.steady), jump)
    if trust.agreed_since is None:
        return Look(Trust(now))
    if now.steady - trust.agreed_since >= STEADY:
        return Look(Trust(now), over=True)
    return Look(Trust(now, trust.agreed_since))


def _jump(last: Reading | None, now: Reading, apart: timedelta | None) -> timedelta | None:
    since = timedelta() if last is None else (now.wall - last.wall) - (now.steady - last.steady)
    return next((off for off in (since, apart) if off is not None and abs(off) > JUMP), None)


def believable(mark: datetime | None, now: datetime) -> datetime | None:
    """When something was noted; None also when that is yet to come: it was noted by a clock that was ahead.

    Another machine's clock may be ahead a little, and is right all the same.
    """
    return None if mark is None or mark - now > JUMP else mark


def ahead(asked: datetime, answered: datetime, theirs: datetime) -> timedelta:
    """By how much our clock is ahead of another machine's at the least; zero when both may show the same.

    `theirs` is in whole seconds, cut off, and was read at some moment between our question and its answer.
    """
    least, most = asked - theirs - timedelta(seconds=1), answered - theirs
    return least if least > timedelta() else min(most, timedelta())
