"""Before anybody is called: may the wall clock still be believed? While it may not, nobody is called."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

import structlog

from dialer.actions.alarms import raise_alarm
from dialer.app import App
from dialer.clock import Clock, SystemClock
from dialer.core.clocks import FAR, JUMP, STEADY, Reading, Trust, look
from dialer.telephony.carrier import CarrierError, UnreachableError

TRIES = 5

log = structlog.get_logger()


@dataclass(slots=True)
class Doubts:
    """What the last looks left. `asked_at` is a reading of the steady clock."""

    trust: Trust = field(default_factory=Trust)
    carrier_differs: bool = False
    jumped: bool = False
    """True from a jump until the carrier has answered: what its clock was compared with before says nothing."""

    asked_at: timedelta | None = None


class ClockWatch:
    """Compares the wall clock with the steady one, the database server's where there is one, and the carrier's."""

    def __init__(self, app: App, doubts: Doubts | None = None) -> None:
        self._app = app
        self._doubts = doubts or Doubts()

    def believed(self) -> bool:
        """Look once; False while nobody may be called. A jump, and the return of trust, are told a supervisor."""
        steady = self._look(self._apart())
        if self._doubts.jumped or self._doubts.carrier_differs:
            self._ask_carrier()
        return self._carrier_agrees() and steady

    def still_believed(self) -> bool:
        """The same within a round: by this machine's two clocks and the carrier's last answer, which costs nothing."""
        steady = self._look(None)
        return self._carrier_agrees() and steady

    def _look(self, apart: timedelta | None) -> bool:
        doubts = self._doubts
        seen = look(doubts.trust, _read(self._app.clock), apart=apart)
        if seen.jump is not None:
            doubts.jumped = True
            if not doubts.trust.doubted:
                self._tell("clock.jump", _doubt(seen.jump))
        if seen.over:
            self._tell("clock.steady", f"the clocks have agreed for {STEADY.total_seconds():.0f} s again")
        doubts.trust = seen.trust
        return not seen.trust.doubted

    def _apart(self) -> timedelta | None:
        """By how much our wall clock is ahead of the database server's; None where there is no other clock."""
        clock = self._app.clock
        if not isinstance(clock, SystemClock):
            return None  # a clock for rehearsals shows another date on purpose
        asked = clock.steady()
        theirs = self._app.db.server_time()
        ours = clock.now()
        # an answer that took long says too little
        return None if theirs is None or clock.steady() - asked > JUMP / 2 else ours - theirs

    def _carrier_agrees(self) -> bool:
        """By the last answer of the carrier, a clock outside of this house.

        Neither the steady clock nor a database server on this machine knows whether the wall clock was ever right.
        """
        doubts, apart = self._doubts, self._app.carrier.clock_ahead()
        differs = apart is not None and abs(apart) > FAR
        if apart is not None and differs and not doubts.carrier_differs:
            text = f"the clock of this machine is {apart.total_seconds():+.0f} s from the carrier's: nobody is called"
            self._tell("clock.disagrees", f"{text} until they agree; see to its time service")
        if doubts.carrier_differs and not differs:
            self._tell("clock.agrees", "the carrier's clock shows what ours does again")
        doubts.carrier_differs = differs
        return not differs and not doubts.jumped

    def _ask_carrier(self) -> None:
        """Once a minute while there is doubt: nobody is called, and no other answer may come for hours."""
        now = self._app.clock.steady()
        if self._doubts.asked_at is not None and now < self._doubts.asked_at + STEADY:
            return
        self._doubts.asked_at = now
        try:
            self._app.carrier.clock_ahead(ask=True)
        except UnreachableError as error:
            log.warning("clock.carrier_unreachable", error=str(error))
            return
        except CarrierError as error:
            log.info("clock.carrier_refused", error=str(error))  # an answer, with its time
        self._doubts.jumped = False

    def _tell(self, kind: str, text: str) -> None:
        with self._app.db.write() as tx:
            raise_alarm(tx, at=self._app.clock.now(), kind=kind, text=text)


def _read(clock: Clock) -> Reading:
    """Both clocks at one moment: a process that was stopped between the two would see a jump that never was."""
    for _ in range(TRIES):
        before, wall, after = clock.steady(), clock.now(), clock.steady()
        if after - before < JUMP / 10:
            break
    return Reading(wall, before + (after - before) / 2)


def _doubt(jump: timedelta) -> str:
    return (
        f"the clock of this machine went astray by {jump.total_seconds():+.0f} s: nobody is called until it has been"
        f" right for {STEADY.total_seconds():.0f} s; see to its time service"
    )
