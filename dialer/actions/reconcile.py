"""Ask the carrier about attempts that fell silent: lost answers, lost callbacks, calls kept in its queue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random
from weakref import WeakKeyDictionary

import structlog

from dialer.actions.call_log import alarm, change, free_desk, log, with_verdict
from dialer.actions.take_back import stop_unwanted, too_late
from dialer.actions.transport import FRESH, hang_up_stray, queued_too_long
from dialer.app import App
from dialer.core.call import AnswerUnknown, AttemptState, Bound, GivenUp, Refused, StatusChanged
from dialer.core.clocks import believable
from dialer.core.outcome import Outcome
from dialer.core.recovery import made_by
from dialer.storage import attempts, inbox, recovered
from dialer.storage.attempts import Attempt
from dialer.storage.database import Database, Transaction
from dialer.telephony.carrier import CallSnapshot, CarrierError, UnreachableError

program_log = structlog.get_logger()

NEVER_SENT = timedelta(minutes=2)
"""An intent without a request after this long belongs to a worker that died."""

GIVE_UP = timedelta(minutes=10)
"""So long after its request a call that is not in the carrier's books is taken for one that rang unseen."""

LOOK_AGAIN = timedelta(seconds=30)
AT_ONCE = timedelta(seconds=5)
"""As soon as that, where a call may ring after its last moment."""

NIGHT_HOUR = 3
"""By the operator's clock: from then on, once a day, the books are asked for calls that were given up."""

NIGHTS = timedelta(days=3)
LOST_AT_ONCE = 10
"""So many given-up attempts are asked about in one round, so that dialling does not wait for them."""

SILENCE = timedelta(seconds=60)
"""Beyond ring time or call time, how long a callback may be on its way."""


def reconcile(app: App) -> int:
    """Look at every live attempt that is overdue, and for given-up ones each night; returns how many were asked about.

    An attempt whose call is not known is looked for about 5 s, 30 s, 2 min and 10 min after its request, and at the
    last moment at which it may begin to ring. Once the carrier cannot be reached it is left alone for half a minute, or
    five seconds where a call may ring too late; a look that was not had is still due after that.
    """
    now = app.clock.now()
    with app.db.read() as tx:
        overdue = [a for a in attempts.live(tx) if _overdue(app, a, now)]
        night = last_night(app, now)
        lost = attempts.never_found(tx, since=now - NIGHTS, checked_before=night, now=now, limit=LOST_AT_ONCE)
    waiting = [a for a in (*overdue, *lost) if not _is_left_alone(app, a, now)]
    # by chance, so that one that alone cannot be asked about does not keep the same others waiting for ever
    Random(now.isoformat()).shuffle(waiting)  # noqa: S311 - not a secret
    # but first those about which nobody has to be asked
    waiting.sort(key=lambda attempt: attempt.sent_at is not None)
    for number, attempt in enumerate(waiting, start=1):
        if isinstance(_guarded(app, attempt, now), UnreachableError):
            _note_time_out(app)  # each more would only wait for another
            return number
    return len(waiting)


@dataclass(frozen=True, slots=True)
class _Pause:
    """Until when this process asks nothing of a carrier that it could not reach, by the clock that nobody sets."""

    urgent: timedelta
    others: timedelta


_PAUSES: WeakKeyDictionary[Database, _Pause] = WeakKeyDictionary()


def _note_time_out(app: App) -> None:
    """The urgent ones, which go on asking, do not make the others wait for longer."""
    now, before = app.clock.steady(), _PAUSES.get(app.db)
    others = before.others if before is not None and now < before.others else now + LOOK_AGAIN
    _PAUSES[app.db] = _Pause(urgent=now + AT_ONCE, others=others)


def _is_left_alone(app: App, attempt: Attempt, now: datetime) -> bool:
    pause = _PAUSES.get(app.db)
    if pause is None or attempt.sent_at is None:
        return False
    return app.clock.steady() < (pause.urgent if _must_not_ring(attempt, now) else pause.others)


def reconcile_at_start(app: App) -> bool:
    """Look once at every attempt whose request was made and whose end is not known, before anybody is called.

    False when the carrier could not be asked about one of them. One of which it will not tell any more holds up nobody
    else: it goes on counting, and a supervisor knows.
    """
    now = app.clock.now()
    with app.db.read() as tx:
        unresolved = [a for a in attempts.live(tx) if a.sent_at is not None]
    # the first that cannot be asked about is enough: each more would only wait for the same time-out
    return all(_is_seen(app, attempt, now) for attempt in unresolved)


def _is_seen(app: App, attempt: Attempt, now: datetime) -> bool:
    error = _guarded(app, attempt, now)
    return error is None or (not isinstance(error, UnreachableError) and _silent_for_good(app, attempt, now))


def last_night(app: App, now: datetime) -> datetime:
    """When the last night's look began, UTC."""
    here = now.astimezone(app.site.zone)
    begin = here.replace(hour=NIGHT_HOUR, minute=0, second=0, microsecond=0)
    return (begin if here >= begin else begin - timedelta(days=1)).astimezone(UTC)


def _guarded(app: App, attempt: Attempt, now: datetime) -> CarrierError | None:
    """Look after one attempt; one that cannot be must not keep the others, and all dialling, waiting.

    Returns why the carrier could not be asked, None when it could.
    """
    with structlog.contextvars.bound_contextvars(attempt=attempt.id):
        try:
            return _look_after(app, attempt, now)
        except Exception:  # noqa: BLE001 - logged below, and looked at again later
            program_log.exception("attempt.poison")
            with app.db.write() as tx:
                attempts.update(tx, attempt.id, checked_at=now)
                text = f"attempt {attempt.id} cannot be looked after; the program's log has the details"
                alarm(tx, attempt, "attempt.error", text, now)
            return None


def _overdue(app: App, attempt: Attempt, now: datetime) -> bool:
    call, checked_at = attempt.call, believable(attempt.checked_at, now)
    if too_late(attempt, now):
        since = max(attempt.not_after, call.placed_at or attempt.not_after)
        if checked_at is None or checked_at < since:
            return True
    if call.sid is None and attempt.sent_at is not None:
        return _look_due(app, attempt, attempt.sent_at, now)
    if checked_at and now < checked_at + LOOK_AGAIN:
        return False
    if too_late(attempt, now):
        return True
    ring = timedelta(seconds=app.config.dialing.ring_seconds)
    match call.state:
        case AttemptState.INTENT | AttemptState.UNKNOWN:
            return now >= attempt.intent_at + NEVER_SENT
        case AttemptState.PLACED if queued_too_long(app, attempt.queue_ms):
            return now >= (call.placed_at or attempt.intent_at) + AT_ONCE  # it could not be taken back
        case AttemptState.PLACED | AttemptState.RINGING:
            return now >= (call.placed_at or attempt.intent_at) + SILENCE + ring
        case _ if attempt.disposition is not None:
            return True  # who has judged a conversation has mostly ended it, and waits for the next one
        case _:
            longest = timedelta(seconds=app.config.dialing.max_call_seconds)
            return now >= (call.answered_at or attempt.intent_at) + longest + SILENCE


def _look_due(app: App, attempt: Attempt, sent_at: datetime, now: datetime) -> bool:
    """True when one more look in the carrier's books is due; after the last, whenever that could not be had."""
    looks = (*(sent_at + look for look in _looks(app)), attempt.not_after)
    due = [look for look in looks if look <= now]
    if not due:
        return False
    checked_at = believable(attempt.checked_at, now)
    if checked_at is None or checked_at < max(due):
        return True
    return now >= sent_at + GIVE_UP and now >= checked_at + LOOK_AGAIN


def _looks(app: App) -> tuple[timedelta, ...]:
    """When to look for a call of which nothing is known, counted from its request."""
    return timedelta(seconds=5), timedelta(seconds=30), _rung_out(app), timedelta(minutes=2), GIVE_UP


def _rung_out(app: App) -> timedelta:
    """After so long a telephone has stopped ringing, and that would have been reported."""
    return SILENCE + timedelta(seconds=app.config.dialing.ring_seconds)


def _in_flight(app: App) -> timedelta:
    """So long a request may take: until then its answer may be merely on its way."""
    return FRESH + timedelta(seconds=2 * app.config.twilio.timeout_seconds)


def on_its_way(app: App) -> timedelta:
    """So long after a request its call may be created: what the request takes, and the queue that is put up with."""
    return _in_flight(app) + timedelta(seconds=app.config.dialing.queue_budget_seconds)


def _must_not_ring(attempt: Attempt, now: datetime) -> bool:
    """True for a call that must not begin to ring any more, also for one of which nobody knows whether there is one."""
    unknown = attempt.call.live and attempt.call.sid is None
    return too_late(attempt, now) or (unknown and now >= attempt.not_after)


def _look_after(app: App, attempt: Attempt, now: datetime) -> CarrierError | None:
    """Why the carrier could not be asked, None when it could."""
    try:
        if not attempt.call.live:
            _search_lost(app, attempt, now)
        elif attempt.call.state is AttemptState.INTENT and attempt.sent_at is None:
            _end_unsent(app, attempt, now)
        else:
            sid = attempt.call.sid
            seen = _search(app, attempt, now) if sid is None else _fetch(app, attempt, sid, now)
            if seen is not None:
                stop_unwanted(app, attempt.case_id)
    except CarrierError as error:
        _not_told(app, attempt, error, now)
        return error
    return None


def _not_told(app: App, attempt: Attempt, error: CarrierError, now: datetime) -> None:
    """The carrier says nothing of a call: it stays as it is and counted, a collector does not wait for it for ever."""
    with app.db.write() as tx:
        current = attempts.by_id(tx, attempt.id, lock=True)
        if current is None:
            return
        if not isinstance(error, UnreachableError):  # or else this look was not had
            attempts.update(tx, attempt.id, checked_at=now)
        if current.call.live and current.sent_at is not None:
            if _silent_for_good(app, current, now) and not inbox.is_told(tx, "call.unresolved", attempt.id):
                text = f"the carrier does not tell of the call of attempt {attempt.id}, which counts until it does"
                alarm(tx, current, "call.unresolved", f"{text}: {error}", now)
            if _rings_no_longer(app, current, now):
                free_desk(tx, current, now)


def _rings_no_longer(app: App, attempt: Attempt, now: datetime) -> bool:
    """By now it would have rung out, and nobody has answered."""
    return attempt.call.state is not AttemptState.ANSWERED and now >= _began(attempt) + _rung_out(app)


def _silent_for_good(app: App, attempt: Attempt, now: datetime) -> bool:
    """By now it would be over, and whoever has not heard of it will not."""
    talking = attempt.call.state is AttemptState.ANSWERED
    longest = timedelta(seconds=app.config.dialing.max_call_seconds) if talking else timedelta()
    return now >= _began(attempt) + GIVE_UP + longest


def _began(attempt: Attempt) -> datetime:
    return attempt.call.placed_at or attempt.sent_at or attempt.intent_at


def _end_unsent(app: App, attempt: Attempt, now: datetime) -> None:
    with app.db.write() as tx:
        current = attempts.by_id(tx, attempt.id, lock=True)
        if current and current.sent_at is None and current.call.state is AttemptState.INTENT:
            log(tx, current, "attempt.never_sent", now)
            change(app, tx, current, Refused(Outcome.CANCELLED, now), now)


def _search(app: App, attempt: Attempt, now: datetime) -> Attempt | None:
    """The attempt as the one call that may be its own has made it, None when there is no such call."""
    found = [c for c in app.carrier.find(to=attempt.to, from_=attempt.from_) if may_be(app, c, attempt)]
    with app.db.write() as tx:
        current = attempts.by_id(tx, attempt.id, lock=True)
        if current is None or not current.call.live or current.call.sid is not None:
            return None
        attempts.update(tx, attempt.id, checked_at=now)
        since = current.sent_at or current.intent_at
        free = _unbound(tx, found)
        log(tx, current, "attempt.reconciled", now, found=[c.sid for c in free])
        if len(free) == 1:
            return _believe(app, tx, current, free[0])
        if now >= since + GIVE_UP:
            if free:
                alarm(tx, current, "call.ambiguous", f"{len(free)} calls may be attempt {attempt.id}", now)
            change(app, tx, current, GivenUp(now), now)
        elif current.call.state is AttemptState.INTENT and now >= since + _in_flight(app):
            change(app, tx, current, AnswerUnknown(now), now)
        elif not free and now >= since + _rung_out(app):
            free_desk(tx, current, now)  # it would have rung out by now: nobody will be put through to him
    return None


def _unbound(tx: Transaction, found: Sequence[CallSnapshot]) -> Sequence[CallSnapshot]:
    taken = recovered.known_sids(tx, [c.sid for c in found])
    return [c for c in found if c.sid not in taken]


def _search_lost(app: App, attempt: Attempt, now: datetime) -> None:
    """A call that shows up after its attempt was given up: bound, told, and ended if it still goes on."""
    listed = app.carrier.find(to=attempt.to, from_=attempt.from_)
    # a call without a date is a new one
    found = [c for c in listed if c.created_at is not None and may_be(app, c, attempt)]
    with app.db.write() as tx:
        current = attempts.by_id(tx, attempt.id, lock=True)
        if current is None or current.call.sid is not None:
            return
        attempts.update(tx, attempt.id, checked_at=now)
        free = _unbound(tx, found)
        if not free:
            return
        if len(free) > 1:
            alarm(tx, current, "call.ambiguous", f"{len(free)} calls may be attempt {attempt.id}", now)
            return
        (call,) = free
        seconds = call.duration_seconds
        log(tx, current, "attempt.found_late", now, sid=call.sid, status=call.status, duration_seconds=seconds)
        change(app, tx, current, Bound(call.sid, now), now)
    if not call.status.terminal:
        hang_up_stray(app, current, call.sid, now)


def may_be(app: App, snapshot: CallSnapshot, attempt: Attempt) -> bool:
    """True for a call to the attempt's number that its request may have made, by the time of both."""
    return made_by(attempt.sent_at or attempt.intent_at, snapshot.created_at, within=on_its_way(app))


def _fetch(app: App, attempt: Attempt, sid: str, now: datetime) -> Attempt | None:
    """The attempt as the carrier's books have made it, None when it has ended meanwhile."""
    snapshot = app.carrier.fetch(sid)
    with app.db.write() as tx:
        current = attempts.by_id(tx, attempt.id, lock=True)
        if current is None or not current.call.live:
            return None
        attempts.update(tx, attempt.id, checked_at=now)
        if snapshot is None:
            return _not_in_the_books(app, tx, current, now)
        log(tx, current, "attempt.reconciled", now, status=snapshot.status)
        return _believe(app, tx, current, snapshot)


def _not_in_the_books(app: App, tx: Transaction, attempt: Attempt, now: datetime) -> Attempt:
    """The carrier's books may lag behind; a collector waits no longer than a telephone rings."""
    if _silent_for_good(app, attempt, now):
        alarm(tx, attempt, "call.vanished", f"the carrier does not know the call of attempt {attempt.id}", now)
        return replace(attempt, call=change(app, tx, attempt, GivenUp(now), now).call)
    if _rings_no_longer(app, attempt, now):
        free_desk(tx, attempt, now)
    return attempt


def _believe(app: App, tx: Transaction, attempt: Attempt, snapshot: CallSnapshot) -> Attempt:
    """Take over what the carrier's books have just said; the attempt as it is then."""
    now = app.clock.now()  # it may have ended while we asked, and pauses are counted from the end
    attempt = with_verdict(app, tx, attempt, snapshot.sid, snapshot.answered_by, now=now)
    never = not snapshot.dialled
    status = StatusChanged(snapshot.sid, snapshot.status, now, snapshot.duration_seconds, never_dialled=never)
    return replace(attempt, call=change(app, tx, attempt, status, now).call)


def silent_attempts(app: App) -> Sequence[Attempt]:
    """Live attempts that are overdue right now, for `dialer doctor`."""
    now = app.clock.now()
    with app.db.read() as tx:
        return [a for a in attempts.live(tx) if _overdue(app, a, now)]
