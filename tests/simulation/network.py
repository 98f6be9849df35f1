"""The virtual telephone network with every webhook on its own way, so that several are under way at once."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from dialer.simulator.deliver import DeliveryFailed
from dialer.simulator.engine import Posting
from dialer.simulator.exchange import exchange
from dialer.simulator.network import Network
from dialer.simulator.records import CallRecord

if TYPE_CHECKING:
    from tests.simulation.world import World

LATE = (2.0, 15.0, 70.0, 900.0, 7200.0)
SECOND_TIME = (0.0, 1.0, 20.0, 3600.0, 86400.0)
SLOW = (1.0, 6.0, 14.0)


class SteppedNetwork(Network):
    """Webhooks become actors; lost, late, doubled and changed ones are this network's doing."""

    world: World

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self._sent: Counter[str] = Counter()
        self._mute: dict[str, bool] = {}

    def number_of(self, sid: str) -> str:
        leg = self._engine.legs.get(sid)
        return leg.record.to if leg else "nobody"

    def record(self, sid: str) -> CallRecord:
        return self._engine.legs[sid].record

    def pace(self, calls_per_second: float) -> None:
        """Start calls at another pace from now on."""
        self._queue._interval = timedelta(seconds=1 / calls_per_second)  # noqa: SLF001 - what a carrier does at will

    def _send_all(self) -> None:
        while (posting := self._next_posting()) is not None:
            self._send_off(posting)
        while (conversation := self._next_wrap_up()) is not None:
            for listener in list(self.on_wrap_up):
                listener(conversation)

    def _send_off(self, posting: Posting) -> None:
        form = dict(posting.request.form)
        kind = urlsplit(posting.request.url).path.split("/")[2]
        about = f"{kind} {form['To'] if 'To' in form else self.number_of(form['CallSid'])} {_what(form)}"
        self._sent[about] += 1
        key = f"post {about} {self._sent[about]}"
        dice = self.world.dice
        if kind in {"status", "amd"} and self._is_mute(form["CallSid"]):
            fate = "lost"
        elif kind in {"status", "amd"}:
            fate = dice.ask(key, "lost", "late", "again", *(("unsure",) if kind == "amd" else ()))
        else:
            fate = dice.ask(key, "slow_answer", "no_answer", "asked_twice")
        self.world.note(f"{key} {fate}".rstrip())
        self._dispatch(posting, key, fate)

    def _is_mute(self, sid: str) -> bool:
        """True for a call of which nothing is ever reported."""
        if sid not in self._mute:
            nth = sum(self.number_of(sid) == self.number_of(other) for other in self._mute)
            self._mute[sid] = self.world.dice.ask(f"call {self.number_of(sid)} {nth}", "mute") == "mute"
        return self._mute[sid]

    def _dispatch(self, posting: Posting, key: str, fate: str) -> None:
        dice = self.world.dice
        if fate in {"lost", "no_answer"}:
            posting.done(DeliveryFailed("lost on its way", code=11200, connected=True))
            return
        if fate == "unsure":
            form = [(name, "unknown" if name == "AnsweredBy" else value) for name, value in posting.request.form]
            posting.request.form[:] = form
        delay = dice.pick(key, LATE) if fate == "late" else dice.pick(key, SLOW) if fate == "slow_answer" else 0.0
        self._deliver_as_actor(posting, key, delay)
        if fate in {"again", "asked_twice"}:
            copy = Posting(posting.request, lambda _result: None)
            after = dice.pick(key, SECOND_TIME) if fate == "again" else 0.0
            self._deliver_as_actor(copy, f"{key} again", after)

    def _deliver_as_actor(self, posting: Posting, key: str, delay: float) -> None:
        world = self.world

        def deliver() -> None:
            if delay:
                world.baton.wait(delay)
            result = exchange(posting.request, self._deliver, self.auth_token)
            with self._lock:
                posting.done(result)

        # the carrier's own worker: it outlives every process of ours
        world.baton.spawn(key, world.outside, deliver)


def _what(form: dict[str, str]) -> str:
    if "AnsweredBy" in form and "CallStatus" not in form:
        return "verdict"
    return f"{form.get('CallStatus', '')} {form.get('SequenceNumber', '')}".strip()
