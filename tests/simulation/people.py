"""Whoever acts on the program from outside: debtors who pay, clerks who click, collectors at work, an operator."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from dialer.actions import desk as line
from dialer.actions.dispose import dispose
from dialer.actions.place_call import place_clicked_call
from dialer.app import App
from dialer.core.disposition import Report
from dialer.core.errors import DialerError
from dialer.core.outcome import Disposition
from dialer.simulator.records import Conversation
from dialer.storage import attempts
from tests.simulation import book
from tests.simulation.processes import in_office
from tests.simulation.scenario import BERLIN, Event

if TYPE_CHECKING:
    from tests.simulation.world import World

AT_WORK = range(8, 20)
AWAKE = range(7, 21)
"""Hours of the day; somebody may click a little too early and too late."""

TWO_HOURS = 7500
DAYS_OF_CLICKS = 3 * 86_400
AN_HOUR = timedelta(hours=1)
A_COFFEE = 400
"""Seconds until somebody lets it dial again."""

PICKS_UP = 25
"""Seconds until a collector's line is open."""

ROUND = 600
"""Seconds between two looks of a collector whether somebody has to be called."""


class People:
    """Does what the scenario lists, when it is time for it."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._deeds = list(world.scenario.deeds)
        self._debtors = {d.case: d for d in world.scenario.debtors}
        self._shift = -1
        self._aims: list[tuple[str, str]] = []
        """What somebody does to the first case of which a call is at that place."""
        world.network.on_wrap_up.append(self._judge)
        world.on_written = self._hit

    def next_at(self) -> datetime:
        """When somebody does something, or looks whether he is needed."""
        shift = self._next_shift()
        return min(shift, self._world.start + timedelta(seconds=self._deeds[0][0])) if self._deeds else shift

    def act(self) -> None:
        """Do what is due."""
        while self._deeds and self._world.start + timedelta(seconds=self._deeds[0][0]) <= self._world.network.now:
            self._do(self._deeds.pop(0))
        self._begin_or_end_shift()

    def go_home(self) -> None:
        """Nobody does anything any more."""
        self._deeds.clear()
        self._aims.clear()

    def _hit(self) -> bool:
        """Something was written: whoever waited for that acts at this instant. True when somebody does."""
        for word, phase in self._aims:
            case = self._world.peek.case_whose_call_is(phase)
            if case is not None:
                self._aims.remove((word, phase))
                self._do((int(self._world.elapsed), word, case))
                return True
        return False

    def _do(self, event: Event) -> None:
        world = self._world
        _, what, case = event
        world.note(f"{what} {case}")
        word, _, number = what.partition(" ")
        word, _, phase = word.partition("@")
        if phase:
            self._aims.append((word, phase))
            return
        user = world.collectors[case % len(world.collectors)].user
        if word == "clicks" and event[0] < DAYS_OF_CLICKS:  # again and again, whenever two hours are over
            self._deeds = sorted([*self._deeds, (event[0] + TWO_HOURS, what, case)])
            if self._hour() not in AWAKE:
                return
        if word == "stops_all":
            self._deeds = sorted([*self._deeds, (event[0] + A_COFFEE, "goes_on", case)])
        at_once: dict[str, Callable[[], object]] = {
            "clock": lambda: world.set_clock(float(number)),
            "clock_right": lambda: world.set_clock(0.0),
            "hang_up": lambda: world.network.hang_up_collector(user),
            "backup": world.back_up,
            "restore": world.restore,
        }
        in_time: dict[str, Callable[[App], object]] = {
            "pays": lambda app: book.pays(app, case),
            "disputes": lambda app: book.disputes(app, case),
            "hold": lambda app: book.holds(app, case),
            "objects": lambda app: book.objects(app, case),
            "owes": lambda app: book.owes(app, case),
            "settles": lambda app: book.settles(app, case),
            "lifts": lambda app: book.lifts(app, case),
            "closes": lambda app: book.closes(app, case),
            "reviews": lambda app: book.reviews(app, case),
            "returns": lambda app: book.returns(app, case),
            "reopens": lambda app: book.reopens(app, case),
            "imports": lambda app: book.imports(app, self._debtors[case], event[0]),
            "erases": lambda app: book.erases(app, case),
            "leaves": lambda app: line.close_desk(app, user),
            "stops_all": book.stops_all,
            "goes_on": book.goes_on,
            "click": lambda app: self._click(app, case, user),
            "clicks": lambda app: self._click(app, case, user),
        }
        if word in at_once:
            at_once[word]()
        else:
            in_office(world, f"{what} {case} at {event[0]}", in_time[what])

    def _click(self, app: App, case: int, user: str) -> None:
        """A collector opens his line, unless it is open, and calls whom he chooses."""
        with suppress(DialerError):
            line.open_desk(app, user)
            self._world.baton.wait(PICKS_UP)
        place_clicked_call(app, case, user=user)

    def _next_shift(self) -> datetime:
        """When collectors look next whether they are wanted; at night nobody does."""
        now = self._world.network.now
        soon = now + timedelta(seconds=ROUND - self._world.elapsed % ROUND)
        # the last look of the day closes the lines
        return soon if self._hour() in AWAKE else now + AN_HOUR

    def _hour(self) -> int:
        return self._world.network.now.astimezone(BERLIN).hour

    def _begin_or_end_shift(self) -> None:
        world = self._world
        turn = int(world.elapsed // ROUND)
        if turn == self._shift:
            return
        self._shift = turn
        day = self._hour() in AT_WORK
        at_work = day and not world.dice.calm and world.peek.collectors_wanted(world.clock.now())
        for phone in world.collectors:
            user = phone.user
            act: Callable[[App, str], object] = line.open_desk if at_work else line.close_desk
            open_already = world.peek.line_of(user)
            if (at_work and not open_already) or (open_already and not day):
                in_office(world, f"{act.__name__} {user} {turn}", lambda app, u=user, a=act: a(app, u))

    def _judge(self, talk: Conversation) -> None:
        """A collector has finished his notes: he says what came of the conversation."""

        def judge(app: App) -> None:
            with app.db.read() as tx:
                attempt = attempts.by_sid(tx, talk.debtor_call_sid)
            if attempt is None:
                return
            fields: dict[str, Any] = talk.fields
            report = Report(
                disposition=Disposition(talk.disposition),
                amount_minor=fields.get("amount_minor"),
                on=fields.get("promise_date"),
                callback_at=fields.get("callback_at"),
            )
            try:
                dispose(app, attempt.id, report, actor=talk.collector)
            except DialerError:
                dispose(app, attempt.id, Report(disposition=Disposition.NO_RESULT), actor=talk.collector)

        in_office(self._world, f"judge {talk.debtor_call_sid[:8]}", judge)
