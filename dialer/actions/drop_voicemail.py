"""Leave the message after the beep, by redirecting the live call; the collector is free at once."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from dialer.actions.call_log import BROKEN_CASE, alarm, broken, change, free_desk, log, log_message
from dialer.actions.judge_attempt import Judged, judge_attempt
from dialer.actions.messages import Message, voicemail_of_attempt
from dialer.actions.situation import Situation, look
from dialer.actions.verdict_json import verdict_json
from dialer.app import App
from dialer.core.call import Heard, Told
from dialer.core.network import AnsweredBy
from dialer.core.outcome import Channel, Mode
from dialer.storage import attempts
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
    if not attempt.call.live or attempt.call.answered_by is None or attempt.disposition is not None:
        return False
    if attempt.mode is Mode.UNATTENDED:
        return True
    try:
        return _drops(look(app, tx, attempt.case_id))
    except BROKEN_CASE:
        return False  # how the segment wants it is not known: the collector decides


def _drops(situation: Situation) -> bool:
    """Unless the segment says otherwise, detection drops for natural persons and advises for businesses."""
    told = situation.segment.machine
    return told == "drop" if told else situation.case.debtor.type.natural_person


def drop(app: App, token: str, *, actor: str) -> bool:
    """Leave the segment's message if the gate allows a voicemail, else hang up. False when the call is over."""
    now = app.clock.now()
    with app.db.write() as tx:
        attempt = attempts.by_token(tx, token, lock=True)
        if attempt is None or not attempt.call.live or attempt.call.sid is None or attempt.call.drop_at is not None:
            return False
        if attempt.disposition is not None:
            log(tx, attempt, "drop.ignored", now, actor, why="a collector has said what was talked about")
            return False
        permitted = _permitted(app, tx, attempt, now)
        change(app, tx, attempt, Told(Heard.DROP_STARTED, now), now)
        message, judged = permitted or (None, None)
        verdict = verdict_json(judged.verdict, language="en") if judged else None
        attempts.update(tx, attempt.id, message=message.name if message else None, drop_verdict=verdict)
        log_message(tx, attempt, "voicemail.drop", message, now, actor=actor, judged=judged)
    document = twiml.hang_up()
    if message:
        then = app.urls.voice_played(token)
        document = twiml.speak(message.content, then_url=then, pause_before=PAUSE_AFTER_BEEP)
    redirected = _redirect(app, attempt, document, now)
    if redirected:
        _redirected(app, token, message)
    return redirected


def _redirected(app: App, token: str, message: Message | None) -> None:
    """The debtor's leg hears the message now: its length may prove that it was heard, and the collector is free."""
    now = app.clock.now()
    with app.db.write() as tx:
        attempt = attempts.by_token(tx, token, lock=True)
        if attempt is None:
            return
        if message:
            lasts = message.seconds + PAUSE_AFTER_BEEP + BLUR
            change(app, tx, attempt, Told(Heard.DROP_CONFIRMED, now, lasts), now)
        free_desk(tx, attempt, now)


def _permitted(app: App, tx: Transaction, attempt: Attempt, now: datetime) -> tuple[Message, Judged] | None:
    """The message that may be left now, with the gate's word on it."""
    try:
        message = voicemail_of_attempt(app, tx, attempt)
        wording = message.wording if message else None
        judged = judge_attempt(app, tx, attempt, now, channel=Channel.VOICEMAIL, wording=wording)
    except BROKEN_CASE as error:
        broken(tx, attempt, error, now)
        return None
    if not judged.verdict.allowed:
        log(tx, attempt, "verdict.denied", now, channel="voicemail", rules=list(judged.verdict.rules))
        return None
    return (message, judged) if message else None


def _hang_up(app: App, token: str) -> None:
    """Give up a line on which nobody listens."""
    now = app.clock.now()
    with app.db.read() as tx:
        attempt = attempts.by_token(tx, token)
    if attempt is not None and attempt.call.sid is not None:
        _redirect(app, attempt, twiml.hang_up(), now)


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
