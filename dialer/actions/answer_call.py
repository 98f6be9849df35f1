"""What the called party gets to hear: decided when the carrier asks, at the moment of the answer."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog

from dialer.actions.call_log import BROKEN_CASE, BUSY_DESK, broken, change, desk_of, log, log_message
from dialer.actions.judge_attempt import Judged, judge_attempt
from dialer.actions.messages import Message, message_of_attempt
from dialer.app import App
from dialer.core.call import Heard, StatusChanged, Told
from dialer.core.desk import DeskState
from dialer.core.facts import Wording
from dialer.core.network import NetworkStatus
from dialer.core.outcome import Mode
from dialer.storage import attempts, desks, entries
from dialer.storage.attempts import Attempt
from dialer.storage.database import Transaction
from dialer.telephony import twiml

VERDICT_WAIT = timedelta(seconds=60)
"""Machine detection gives its verdict within 59 s; nobody is kept on the line for longer."""

WAIT_STEP = 2

PATIENCE = timedelta(seconds=13)
"""Twilio waits 15 s for a document; one that is ready later than this may reach nobody."""

TO_A_LIVE_PERSON = frozenset({"DE-U4", "AT-U4", "CH-U4", "GB-U4"})
"""Rules against recordings for a live person, which the duty to say who called lifts."""


def answer(app: App, token: str, sid: str) -> str | None:
    """The document for an answered call, None when no attempt has this token or this call."""
    asked = app.clock.steady()
    with app.db.write() as tx:
        attempt = attempts.by_token(tx, token, lock=True)
        now = app.clock.now()
        other = attempts.token_of_other(tx, attempt, sid)
        if attempt is not None and other is None:
            structlog.contextvars.bind_contextvars(attempt=attempt.id)
            return _answer(app, tx, attempt, sid, now, late=app.clock.steady() - asked > PATIENCE)
    return None if other is None else answer(app, other, sid)


def _answer(app: App, tx: Transaction, attempt: Attempt, sid: str, now: datetime, *, late: bool) -> str:
    if not attempt.call.live:
        _refuse_after_end(tx, attempt, sid, now)
        return twiml.hang_up()
    applied = change(app, tx, attempt, StatusChanged(sid, NetworkStatus.ANSWERED, now), now)
    if applied.conflict:
        return twiml.hang_up()
    attempt = attempts.by_id(tx, attempt.id, lock=True) or attempt
    if attempt.call.joined_at:
        return _again(app, tx, attempt)
    if late:
        log(tx, attempt, "answer.refused", now, why="the database kept the carrier waiting for too long")
        change(app, tx, attempt, Told(Heard.ABANDONED, now), now)
        return twiml.hang_up()
    return _connect(app, tx, attempt, now)


def _refuse_after_end(tx: Transaction, attempt: Attempt, sid: str, now: datetime) -> None:
    why = "the attempt has ended"
    # a request that was captured may be repeated as often as somebody likes
    if not entries.has(tx, attempt.case_id, kind="answer.refused", facts={"why": why, "sid": sid}):
        log(tx, attempt, "answer.refused", now, why=why, sid=sid)


def _again(app: App, tx: Transaction, attempt: Attempt) -> str:
    """The same question once more (a retried request): the same answer."""
    if desk := desk_of(tx, attempt):
        return twiml.join_desk(desk.conference)
    return twiml.wait(WAIT_STEP, then_url=app.urls.voice_next(attempt.token))


def _connect(app: App, tx: Transaction, attempt: Attempt, now: datetime) -> str:
    try:
        judged = judge_attempt(app, tx, attempt, now, wording=_said(app, tx, attempt))
    except BROKEN_CASE as error:
        # nobody may be put through, and what may be said is not known either
        broken(tx, attempt, error, now)
        change(app, tx, attempt, Told(Heard.ABANDONED, now), now)
        return twiml.hang_up()
    if judged.left_the_telephone:
        log(tx, attempt, "answer.refused", now, why=f"the case is at {judged.situation.case.stage}")
        return _abandon(app, tx, attempt, now)
    if not judged.verdict.allowed:
        # paid a minute ago, disputed meanwhile, window closed while it rang
        log(tx, attempt, "answer.refused", now, rules=list(judged.verdict.rules))
        return _abandon(app, tx, attempt, now)
    if attempt.mode is Mode.UNATTENDED:
        return _announce(app, tx, attempt, judged, now)
    desk = desk_of(tx, attempt)
    if desk is None or not desks.move(tx, desk.id, DeskState.TALKING, at=now, only_from=BUSY_DESK):
        log(tx, attempt, "answer.refused", now, why="the collector's line is gone")
        return _abandon(app, tx, attempt, now)
    change(app, tx, attempt, Told(Heard.JOINED, now), now)
    log(tx, attempt, "call.joined", now, desk.user)
    return twiml.join_desk(desk.conference)


def _said(app: App, tx: Transaction, attempt: Attempt) -> Wording | None:
    """What whoever answers would hear from a machine of ours."""
    if attempt.mode is not Mode.UNATTENDED:
        return None
    message = message_of_attempt(app, tx, attempt, "announcement")
    return message.wording if message else None


def _announce(app: App, tx: Transaction, attempt: Attempt, judged: Judged, now: datetime) -> str:
    message = message_of_attempt(app, tx, attempt, "announcement")
    if message is None:
        return _abandon(app, tx, attempt, now)
    if attempt.call.announced_at is None:  # else the carrier asks once more: our first answer may never have come
        change(app, tx, attempt, Told(Heard.ANNOUNCED, now, message.seconds), now)
        attempts.update(tx, attempt.id, message=message.name)
        log_message(tx, attempt, "call.announced", message, now, judged=judged)
    return twiml.speak(message.content, then_url=app.urls.voice_next(attempt.token))


def _abandon(app: App, tx: Transaction, attempt: Attempt, now: datetime) -> str:
    """Somebody answered and nobody may or can talk to him: say neutrally who called, where a message exists."""
    message, judged = _who_called(app, tx, attempt, now)
    change(app, tx, attempt, Told(Heard.ABANDONED, now), now)
    log_message(tx, attempt, "call.abandoned", message, now, judged=judged)
    return twiml.speak(message.content, then_url=None) if message else twiml.hang_up()


def _who_called(app: App, tx: Transaction, attempt: Attempt, now: datetime) -> tuple[Message | None, Judged | None]:
    """The neutral message of a lost call, unless something about the person forbids it for good: then nothing is said.

    To say who called is owed after a lost call (DE-D4, GB-8), also past the hour and to a live person.
    """
    try:
        message = message_of_attempt(app, tx, attempt, "announcement")
        if message is None or message.wording is None:
            return message, None
        judged = judge_attempt(app, tx, attempt, now, mode=Mode.UNATTENDED, wording=message.wording)
    except BROKEN_CASE:
        return None, None
    stops = [d for d in judged.verdict.denials if d.not_before is None and d.rule not in TO_A_LIVE_PERSON]
    return (None if stops else message), judged


def after_announcement(app: App, token: str) -> str | None:
    """Unattended, the announcement is over: wait for detection's verdict, then hang up."""
    now = app.clock.now()
    with app.db.read() as tx:
        attempt = attempts.by_token(tx, token)
    if attempt is None:
        return None
    call = attempt.call
    waiting = call.live and call.answered_by is None and call.announced_at is not None
    if waiting and now < (call.announced_at or now) + VERDICT_WAIT:
        return twiml.wait(WAIT_STEP, then_url=app.urls.voice_next(token))
    return twiml.hang_up()


def message_played(app: App, token: str) -> str | None:
    """The carrier asks what follows the message: proof that it was played to its end."""
    now = app.clock.now()
    with app.db.write() as tx:
        attempt = attempts.by_token(tx, token, lock=True)
        if attempt is None:
            return None
        if attempt.call.drop_at is not None and attempt.call.played_at is None:
            change(app, tx, attempt, Told(Heard.PLAYED, now), now)
            log(tx, attempt, "voicemail.played", now)
    return twiml.hang_up()
