"""Conference rooms: who sits in which, what they hear, and what is reported of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dialer.simulator import callbacks, hearing, talk
from dialer.simulator.leg import Address
from dialer.simulator.process import Signal
from dialer.simulator.twiml import Page, flag, spoken

if TYPE_CHECKING:
    from datetime import datetime
    from xml.etree import ElementTree as ET

    from dialer.simulator.engine import Engine
    from dialer.simulator.leg import Leg


@dataclass(eq=False)
class Seat:
    """A leg's place in a room; firing `out` makes it leave."""

    leg: Leg
    room: Room
    out: Signal
    starts: bool
    ends: bool
    star: bool
    since: datetime
    company: bool = False


@dataclass(eq=False)
class Room:
    """A conference; the settings of its first participant count for its callbacks."""

    name: str
    sid: str
    status: Address | None
    events: frozenset[str]
    seats: list[Seat] = field(default_factory=list)
    started: bool = False
    sequence: int = 0


def open_room(engine: Engine, noun: ET.Element, page: Page) -> Room:
    url = noun.get("statusCallback")
    address = Address(page.resolve(url), noun.get("statusCallbackMethod", "POST")) if url else None
    events = frozenset(noun.get("statusCallbackEvent", "").split())
    room = Room(spoken(noun), engine.sid("CF"), address, events)
    engine.rooms[room.name] = room
    return room


def enter(engine: Engine, leg: Leg, room: Room, *, noun: ET.Element, star: bool) -> Seat:
    seat = Seat(
        leg,
        room,
        Signal(engine.timeline),
        starts=flag(noun, "startConferenceOnEnter", default=True),
        ends=flag(noun, "endConferenceOnExit"),
        star=star,
        since=engine.now,
    )
    room.seats.append(seat)
    leg.place = room
    _report(engine, seat, "join")
    if not room.started and len(room.seats) > 1 and any(other.starts for other in room.seats):
        room.started = True
        _report(engine, seat, "start")
    hearing.quiet(engine, leg)
    settle(engine, room)
    return seat


def leave(engine: Engine, seat: Seat) -> None:
    room, leg = seat.room, seat.leg
    room.seats.remove(seat)
    _close_stretch(engine, seat)
    leg.place, leg.audible = None, False
    talk.part(engine, leg)
    _report(engine, seat, "leave")
    if seat.ends or not room.seats:
        _close(engine, seat)
    settle(engine, room)


def _close(engine: Engine, seat: Seat) -> None:
    room = seat.room
    # a name that is free again: whoever enters from now on opens a new room
    if engine.rooms.get(room.name) is room:
        del engine.rooms[room.name]
        _report(engine, seat, "end")
    for other in room.seats:
        other.out.fire()


def settle(engine: Engine, room: Room) -> None:
    """After each coming and going: who hears whom, and who talks to whom."""
    for seat in room.seats:
        company = room.started and any(_heard(seat, other) for other in room.seats)
        if company != seat.company:
            _close_stretch(engine, seat)
            seat.company = seat.leg.audible = company
            (hearing.sound(seat.leg) if company else hearing.quiet(engine, seat.leg))
    if room.started:
        _introduce(engine, room)


def _heard(seat: Seat, other: Seat) -> bool:
    """Whether `other` is company for `seat`: to somebody called, only a collector is."""
    return other is not seat and (seat.leg.is_collector or other.leg.is_collector)


def _introduce(engine: Engine, room: Room) -> None:
    collectors = [seat for seat in room.seats if seat.leg.is_collector]
    for seat in room.seats:
        for desk in collectors:
            if seat is not desk:
                talk.meet(engine, desk.leg, seat.leg, star=desk.out.fire if desk.star else None)


def _close_stretch(engine: Engine, seat: Seat) -> None:
    kind, text = ("conference", seat.room.name) if seat.company else ("silence", "")
    hearing.hear(seat.leg, kind, text, start=seat.since, end=engine.now)
    seat.since = engine.now


def _report(engine: Engine, seat: Seat, event: str) -> None:
    room = seat.room
    if room.status is None or event not in room.events:
        return
    name = f"conference-{event}" if event in ("start", "end") else f"participant-{event}"
    form = [
        ("ConferenceSid", room.sid),
        ("FriendlyName", room.name),
        ("AccountSid", engine.account_sid),
        ("SequenceNumber", str(room.sequence)),
        ("Timestamp", callbacks.rfc2822(engine.now)),
        ("StatusCallbackEvent", name),
        ("CallSid", seat.leg.record.sid),
        ("Muted", "false"),
        ("Hold", "false"),
        ("Coaching", "false"),
        ("EndConferenceOnExit", str(seat.ends).lower()),
        ("StartConferenceOnEnter", str(seat.starts).lower()),
    ]
    if event == "leave":
        form.append(("ParticipantCallStatus", seat.leg.record.status))
    if event == "end":
        form += [("CallSidEndingConference", seat.leg.record.sid), ("ReasonConferenceEnded", _reason(seat))]
    room.sequence += 1
    callbacks.conference(engine, seat.leg, name, address=room.status, form=form)


def _reason(seat: Seat) -> str:
    return "participant-with-end-conference-on-exit-left" if seat.ends else "last-participant-left"
