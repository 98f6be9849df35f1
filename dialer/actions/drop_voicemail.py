"""Leave the message after the beep, by redirecting the live call; the collector is free at once."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from dialer.actions.call_log import BROKEN_CASE, BUSY_DESK, alarm, broken, change, log
from dialer.actions.messages import Message, message_for
from dialer.actions.place_call import judge_attempt
from dialer.actions.situation import find_phone, look
from dialer.app import App
from dialer.core.call import Heard, Told
from dialer.core.desk import DeskState
from dialer.core.network import AnsweredBy
from dialer.core.outcome import Channel, Mode
from dialer.storage import attempts, desks
from dialer.storage.attempts import Attempt
from dialer.storage.database import Transaction
from dialer.telephony import twiml
from dialer.telephony.carrier import CarrierError

PAUSE_AFTER_BEEP = 1
"""Seconds between the beep and the first word."""

BLUR = 2
"""Seconds: the carrier cuts the times of answer and end to whole ones, each."""


def on_machine(app: App, token: str) -> None:
    """Act on machine detection where it decides: drop after the greeting, else give up the line."""
    with app.db.read() as tx:
        attempt = attempts.by_token(tx, token)
        if attempt is None or not _decides(app, tx, attempt):
            return
    verdict = attempt.call.answered_by
    if verdict is not None and verdict.after_greeting:
        drop(app, token, actor="machine detection")
    elif verdict is AnsweredBy.FAX or (verdict is AnsweredBy.MACHINE_END_OTHER and attempt.mode is Mode.UNATTENDED):
        _hang_up(app, token)


def _decides(app: App, tx: Transaction, attempt: Attempt) -> bool:
    """Detection only advises where a collector listens and the segment says so: company greetings mislead it."""
    if not attempt.call.live or attempt.call.answered_by is None:
        return False
    if attempt.mode is Mode.UNATTENDED:
        return True
    try:
        return look(app, tx, attempt.case_id).segment.machine == "drop"
    except BROKEN_CASE:
        return False  # how the segment wants it is not known: the collector decides


def drop(app: App, token: str, *, actor: str) -> bool:
    """Leave the segment's message if the gate allows a voicemail, else hang up. False when the call is over."""
    now = app.clock.now()
    with app.db.write() as tx:
        attempt = attempts.by_token(tx, token, lock=True)
        if attempt is None or not attempt.call.live or attempt.call.sid is None or attempt.call.drop_at is not None:
            return False
        message = _permitted_message(app, tx, attempt, now)
        lasts = message.seconds + PAUSE_AFTER_BEEP + BLUR if message else None
        change(app, tx, attempt, Told(Heard.DROP_STARTED, now, lasts), now)
        attempts.update(tx, attempt.id, message=message.name if message else None)
        content = getattr(message.content, "text", None) if message else None
        log(tx, attempt, "voicemail.drop", now, actor, message=message.name if message else None, text=content)
    document = twiml.hang_up()
    if message:
        then = app.urls.voice_played(token)
        document = twiml.speak(message.content, then_url=then, pause_before=PAUSE_AFTER_BEEP)
    redirected = _redirect(app, attempt, document, now)
    if redirected:
        _free(app, attempt)
    return redirected


def _permitted_message(app: App, tx: Transaction, attempt: Attempt, now: datetime) -> Message | None:
    try:
        verdict = judge_attempt(app, tx, attempt, now, channel=Channel.VOICEMAIL)
    except BROKEN_CASE as error:
        broken(tx, attempt, error, now)
        return None
    if not verdict.allowed:
        log(tx, attempt, "verdict.denied", now, channel="voicemail", rules=list(verdict.rules))
        return None
    situation = look(app, tx, attempt.case_id)
    found = find_phone(situation.case, attempt.phone_id)
    return message_for(app.config, situation, found[0], "voicemail") if found else None


def _hang_up(app: App, token: str) -> None:
    """Give up a line on which nobody listens."""
    now = app.clock.now()
    with app.db.read() as tx:
        attempt = attempts.by_token(tx, token)
    if attempt is not None and attempt.call.sid is not None:
        _redirect(app, attempt, twiml.hang_up(), now)


def _free(app: App, attempt: Attempt) -> None:
    """The debtor's leg has left the collector's conference: only now may the next debtor enter it."""
    with app.db.write() as tx:
        attempts.by_id(tx, attempt.id, lock=True)  # whoever else may free this line holds the attempt as well
        desk = desks.by_id(tx, attempt.desk_id) if attempt.desk_id else None
        if desk is not None and desk.attempt_id == attempt.id:
            desks.move(tx, desk.id, DeskState.READY, at=app.clock.now(), only_from=BUSY_DESK, attempt_id=None)


def _redirect(app: App, attempt: Attempt, document: str, now: datetime) -> bool:
    try:
        return app.carrier.redirect(attempt.call.sid or "", document)
    except CarrierError as error:
        with app.db.write() as tx:
            alarm(tx, attempt, "redirect.failed", f"attempt {attempt.id} could not be redirected: {error}", now)
    # a machine that stays on the line would keep the collector, or the line, until the call's time limit
    with suppress(CarrierError):
        app.carrier.hang_up(attempt.call.sid or "")
    return False
