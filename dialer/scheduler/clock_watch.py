"""Between two rounds: may the wall clock still be believed? While it may not, nobody is called."""

from __future__ import annotations

from datetime import timedelta

from dialer.actions.alarms import raise_alarm
from dialer.app import App
from dialer.clock import Clock, SystemClock
from dialer.core.clocks import JUMP, STEADY, Reading, Trust, look

TRIES = 5


class ClockWatch:
    """Compares the wall clock with the steady one, and with the database server's where there is one."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._trust = Trust()

    def believed(self) -> bool:
        """Look once; False while nobody may be called. A jump, and the return of trust, are told a supervisor."""
        return self._look(self._apart())

    def still_believed(self) -> bool:
        """The same within a round: by this machine's two clocks alone, which costs nothing."""
        return self._look(None)

    def _look(self, apart: timedelta | None) -> bool:
        seen = look(self._trust, _read(self._app.clock), apart=apart)
        if seen.jump is not None and not self._trust.doubted:
            self._tell("clock.jump", _doubt(seen.jump))
        if seen.over:
            self._tell("clock.steady", "the clocks agree again: dialling goes on")
        self._trust = seen.trust
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
