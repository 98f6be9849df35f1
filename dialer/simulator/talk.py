"""Conversations: a collector and somebody who answered are on the line together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from dialer.simulator import hearing
from dialer.simulator.directory import CollectorPhone
from dialer.simulator.records import Conversation

if TYPE_CHECKING:
    from dialer.simulator.engine import Engine
    from dialer.simulator.leg import Leg
    from dialer.simulator.timeline import Action, Timer

RECOGNISE_SECONDS = 1.0
FAX_TONE_SECONDS = 3.0
AGAIN_SECONDS = 5.0
PRESSES = 6
"""How often a collector presses his key at a machine that stays on his line, every AGAIN_SECONDS."""


@dataclass(eq=False)
class Talk:
    """A conversation that is going on."""

    collector: Leg
    debtor: Leg
    started_at: datetime
    end: Timer


def meet(engine: Engine, collector: Leg, other: Leg, *, star: Action | None) -> None:
    """Two legs can hear one another; what happens depends on who the other is."""
    if other.is_human and collector.talk is None and other.talk is None and collector.live and other.live:
        _begin(engine, collector, other)
    elif other.is_machine and star is not None and collector.recognised[other.record.sid] < PRESSES:
        collector.recognised[other.record.sid] += 1
        _recognise(engine, collector, other, star)


def part(engine: Engine, leg: Leg) -> None:
    """A leg cannot be heard any more; a conversation it was in is over without a result."""
    if leg.talk is not None:
        _finish(engine, leg.talk, "no_result", {})


def _begin(engine: Engine, collector: Leg, debtor: Leg) -> None:
    reaction = debtor.reaction

    def says_goodbye() -> None:
        _finish(engine, talk, reaction.disposition, reaction.fields)
        engine.end(debtor, "completed")

    talk = Talk(collector, debtor, engine.now, engine.timeline.after(reaction.conversation_seconds, says_goodbye))
    collector.talk = debtor.talk = talk


def _finish(engine: Engine, talk: Talk, disposition: str, fields: dict[str, Any]) -> None:
    talk.end.cancel()
    talk.collector.talk = talk.debtor.talk = None
    phone = talk.collector.party
    if not isinstance(phone, CollectorPhone):
        return
    conversation = Conversation(
        phone.user,
        talk.collector.record.sid,
        talk.debtor.record.sid,
        talk.debtor.record.to,
        talk.started_at,
        engine.now,
        disposition,
        fields,
    )
    engine.conversations.append(conversation)
    engine.timeline.after(phone.wrap_up_seconds, lambda: engine.wrapped_up.append(conversation))


def _recognise(engine: Engine, collector: Leg, machine: Leg, star: Action) -> None:
    place = collector.place
    clear_at = machine.beep_at or engine.now + timedelta(seconds=FAX_TONE_SECONDS)

    def press() -> None:
        if collector.place is place and machine.place is place and collector.live and machine.live:
            hearing.hear(collector, "digits", "*", start=engine.now, end=engine.now)
            star()

    wait = RECOGNISE_SECONDS if collector.recognised[machine.record.sid] == 1 else AGAIN_SECONDS
    engine.timeline.at(max(clear_at, engine.now) + timedelta(seconds=wait), press)
