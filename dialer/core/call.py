r"""The life of an attempt: one state table, total over everything the outside world may say.

    INTENT --> PLACED --> RINGING --> ANSWERED --> ENDED
       \--> UNKNOWN --^        (any later state may be entered directly; none is ever left backwards)

ENDED is final. A fact that arrives late is kept as a fact and changes nothing else; a second, different ending is
reported as a conflict, never applied.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from dialer.core.network import AnsweredBy, NetworkStatus
from dialer.core.outcome import Outcome

ALONE_SECONDS = 40
"""The carrier keeps nobody on the line for longer without a document of ours: it waits 15 s for an answer, as long
again for the fallback's, and says that an error has occurred."""


class AttemptState(StrEnum):
    """INTENT: written down, not yet asked of the carrier. UNKNOWN: asked, answer lost. The rest as the network says."""

    INTENT = "intent"
    UNKNOWN = "unknown"
    PLACED = "placed"
    RINGING = "ringing"
    ANSWERED = "answered"
    ENDED = "ended"


_RANK = {state: rank for rank, state in enumerate(AttemptState)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What is known of one attempt's call. All instants UTC."""

    state: AttemptState = AttemptState.INTENT
    sid: str | None = None
    placed_at: datetime | None = None
    ringing_at: datetime | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    duration_seconds: int | None = None
    answered_by: AnsweredBy | None = None
    joined_at: datetime | None = None
    announced_at: datetime | None = None
    abandoned_at: datetime | None = None
    drop_at: datetime | None = None
    played_at: datetime | None = None
    message_seconds: int | None = None
    outcome: Outcome | None = None

    @property
    def live(self) -> bool:
        """True until a final outcome is known."""
        return self.state is not AttemptState.ENDED


@dataclass(frozen=True, slots=True)
class Bound:
    """The carrier's id became known: from the answer to our request, a callback, or its books."""

    sid: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Refused:
    """The carrier created no call, so nothing rang; or we ended the attempt before asking."""

    outcome: Outcome
    at: datetime


@dataclass(frozen=True, slots=True)
class AnswerUnknown:
    """We asked and the answer was lost."""

    at: datetime


@dataclass(frozen=True, slots=True)
class GivenUp:
    """Nobody could tell what became of the call; it counts as one that rang."""

    at: datetime


@dataclass(frozen=True, slots=True)
class StatusChanged:
    """The network's word on the call. `never_dialled`: it is proven that a cancelled call did not leave the queue."""

    sid: str
    status: NetworkStatus
    at: datetime
    duration_seconds: int | None = None
    never_dialled: bool = False


@dataclass(frozen=True, slots=True)
class Detected:
    """Machine detection's verdict."""

    answered_by: AnsweredBy


class Heard(StrEnum):
    """What the called party got to hear, in our own books."""

    JOINED = "joined"
    ANNOUNCED = "announced"
    ABANDONED = "abandoned"
    DROP_STARTED = "drop_started"
    DROP_CONFIRMED = "drop_confirmed"
    PLAYED = "played"


@dataclass(frozen=True, slots=True)
class Told:
    """The line was connected to a collector, an announcement, a message, or to nothing."""

    what: Heard
    at: datetime
    message_seconds: int | None = None


Event = Bound | Refused | AnswerUnknown | GivenUp | StatusChanged | Detected | Told


@dataclass(frozen=True, slots=True)
class Applied:
    """The call after an event. `conflict` names a contradiction that a person must see."""

    call: Call
    conflict: str | None = None


def apply(call: Call, event: Event) -> Applied:
    """The call after `event`; never raises, never moves backwards."""
    match event:
        case Bound():
            return _bind(call, event)
        case StatusChanged():
            return _status(call, event)
        case Detected():
            return Applied(replace(call, answered_by=event.answered_by))
        case Told():
            return Applied(_tell(call, event))
        case AnswerUnknown():
            return Applied(_forward(call, AttemptState.UNKNOWN))
        case Refused():
            return Applied(_end(call, event.outcome, event.at) if call.sid is None else call)
        case GivenUp():  # pragma: no branch - there is no other event
            return Applied(_end(call, Outcome.UNKNOWN, event.at))


def _forward(call: Call, state: AttemptState) -> Call:
    return replace(call, state=state) if _RANK[state] > _RANK[call.state] else call


def _end(call: Call, outcome: Outcome, at: datetime) -> Call:
    if not call.live:
        return call
    return replace(call, state=AttemptState.ENDED, outcome=outcome, ended_at=at)


def _bind(call: Call, event: Bound) -> Applied:
    if call.sid is not None:
        return Applied(call, None if call.sid == event.sid else f"second call {event.sid} beside {call.sid}")
    bound = replace(call, sid=event.sid, placed_at=call.placed_at or event.at)
    return Applied(_forward(bound, AttemptState.PLACED), None if call.live else f"call {event.sid} after the end")


def _status(call: Call, event: StatusChanged) -> Applied:
    bound = _bind(call, Bound(event.sid, event.at))
    if bound.conflict:
        return bound
    call = bound.call
    if event.status.terminal:
        return _terminal(call, event)
    if not call.live:
        rang = event.status in {NetworkStatus.RINGING, NetworkStatus.ANSWERED} and call.outcome is Outcome.CANCELLED
        return Applied(call, f"counted as not rung, later reported {event.status}" if rang else None)
    if event.status is NetworkStatus.RINGING:
        call = replace(call, ringing_at=call.ringing_at or event.at)
        return Applied(_forward(call, AttemptState.RINGING))
    if event.status is NetworkStatus.ANSWERED:
        call = replace(call, answered_at=call.answered_at or event.at)
        return Applied(_forward(call, AttemptState.ANSWERED))
    return Applied(call)


def _terminal(call: Call, event: StatusChanged) -> Applied:
    ending = replace(call, duration_seconds=event.duration_seconds)
    if call.live:
        unrung = event.status is NetworkStatus.CANCELLED and event.never_dialled and call.ringing_at is None
        outcome = Outcome.CANCELLED if unrung else _outcome(ending, event.status)
        if outcome is Outcome.CONNECTED:  # what is not on record as well: a collector may judge it
            ending = replace(ending, joined_at=ending.joined_at or ending.answered_at or event.at)
        return Applied(_end(ending, outcome, event.at))
    same = call.outcome in _ENDINGS[event.status] or call.outcome is Outcome.UNKNOWN
    return Applied(call, None if same else f"ended as {call.outcome}, later reported {event.status}")


_UNANSWERED = {
    NetworkStatus.BUSY: Outcome.BUSY,
    NetworkStatus.NO_ANSWER: Outcome.NO_ANSWER,
    NetworkStatus.FAILED: Outcome.FAILED,
    NetworkStatus.CANCELLED: Outcome.NO_ANSWER,
}

_ENDINGS = {
    **{status: {outcome} for status, outcome in _UNANSWERED.items()},
    NetworkStatus.CANCELLED: {Outcome.CANCELLED, Outcome.NO_ANSWER},
    NetworkStatus.COMPLETED: {
        Outcome.VOICEMAIL_LEFT,
        Outcome.VOICEMAIL_NO_MESSAGE,
        Outcome.FAX_MACHINE,
        Outcome.CONNECTED,
        Outcome.ANNOUNCED,
        Outcome.ABANDONED,
    },
}
"""What a terminal status may have become. A repeated report is judged by this: facts that came late, such as machine
detection, may have made another outcome of it, and that is no contradiction."""


def _outcome(call: Call, status: NetworkStatus) -> Outcome:
    """What a terminal status means, given what was heard on the line.

    A cancelled call may have rung although nobody reported it: without proof to the contrary it counts as a call.
    """
    if status in _UNANSWERED:
        return _UNANSWERED[status]
    if call.drop_at is not None:
        return Outcome.VOICEMAIL_LEFT if fully_played(call) else Outcome.VOICEMAIL_NO_MESSAGE
    if call.answered_by is AnsweredBy.FAX:
        return Outcome.FAX_MACHINE
    if call.joined_at is not None:
        return Outcome.CONNECTED
    if call.answered_by is not None and call.answered_by.machine:
        return Outcome.VOICEMAIL_LEFT if _unrecorded(call) else Outcome.VOICEMAIL_NO_MESSAGE
    if _unrecorded(call):
        return Outcome.CONNECTED
    return Outcome.ANNOUNCED if call.announced_at is not None else Outcome.ABANDONED


def _unrecorded(call: Call) -> bool:
    """True when an answer of ours kept the line open that these books do not have: a backup was put in their place.

    Nobody knows what was said; it is taken for what keeps us from calling the longest.
    """
    told = (call.joined_at, call.announced_at, call.abandoned_at, call.drop_at)
    return not any(told) and (call.duration_seconds or 0) > ALONE_SECONDS


def fully_played(call: Call) -> bool:
    """True when the message was heard to its end.

    The carrier's request for what follows the message proves it. Without that request, the line must have stayed
    open after the drop for at least the length of the message.
    """
    if call.played_at is not None:
        return True
    if not (call.drop_at and call.answered_at and call.duration_seconds and call.message_seconds):
        return False
    after_drop = timedelta(seconds=call.duration_seconds) - (call.drop_at - call.answered_at)
    return after_drop >= timedelta(seconds=call.message_seconds)


def _tell(call: Call, event: Told) -> Call:
    if not call.live:
        return call
    match event.what:
        case Heard.JOINED:
            call = replace(call, joined_at=call.joined_at or event.at)
        case Heard.ANNOUNCED:
            call = replace(call, announced_at=call.announced_at or event.at)
        case Heard.ABANDONED:
            call = replace(call, abandoned_at=call.abandoned_at or event.at)
        case Heard.DROP_STARTED:
            call = replace(call, drop_at=call.drop_at or event.at)
        case Heard.DROP_CONFIRMED:
            # only a message that the carrier was told to play can be proven by the length of the call
            call = replace(call, message_seconds=event.message_seconds)
        case Heard.PLAYED:  # pragma: no branch - there is nothing else to hear
            call = replace(call, played_at=call.played_at or event.at)
    if event.what in {Heard.JOINED, Heard.ANNOUNCED, Heard.ABANDONED}:
        call = replace(call, answered_at=call.answered_at or event.at)
        call = _forward(call, AttemptState.ANSWERED)
    return call
