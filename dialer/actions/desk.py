"""A collector's line: opened by calling his own telephone, kept for the shift, closed when he hangs up."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime

from dialer.actions.alarms import raise_alarm
from dialer.actions.call_log import log
from dialer.actions.drop_voicemail import drop
from dialer.actions.messages import LOCALES, house_voice
from dialer.actions.transport import cancel
from dialer.app import App
from dialer.core.call import AttemptState
from dialer.core.desk import DeskState, meant_for_this_call
from dialer.core.errors import BadInput
from dialer.core.network import NetworkStatus
from dialer.storage import attempts, desks, pacing
from dialer.storage.attempts import Attempt
from dialer.storage.database import Transaction
from dialer.storage.desks import Desk
from dialer.telephony import twiml
from dialer.telephony.callbacks import StatusEvent
from dialer.telephony.carrier import CallOrder, CarrierError, Placed

OPEN = tuple(state for state in DeskState if state is not DeskState.CLOSED)
SHIFT_SECONDS = 4 * 60 * 60
"""The carrier's ceiling for one call."""

PROMPT = {
    "de": "Drücken Sie die Eins, um Ihre Leitung zu öffnen.",
    "en": "Press one to open your line.",
}


def open_desk(app: App, user_name: str) -> str:
    """Ring the collector's telephone; returns the desk's token. Raises BadInput with the remedy."""
    now = app.clock.now()
    token = secrets.token_hex(16)
    with app.db.write() as tx:
        user = desks.user_by_name(tx, user_name)
        if user is None or not user.phone:
            raise BadInput(f'no active user "{user_name}" with a telephone; add one with `dialer user add`')
        if not desks.open_desk(tx, user_id=user.id, token=token, at=now):
            raise BadInput(f"{user_name}'s line is already open or ringing")
        slot = pacing.take_slot(tx, app.account, now=now, calls_per_second=app.config.twilio.calls_per_second)
    app.clock.sleep_until(slot)
    result = app.carrier.place(_order(app, token, user.phone))
    with app.db.write() as tx:
        desk = desks.by_token(tx, token)
        if desk and isinstance(result, Placed):
            desks.bind(tx, desk.id, result.sid)
        elif desk:
            desks.move(tx, desk.id, DeskState.CLOSED, at=app.clock.now(), only_from=(DeskState.CALLING,))
    if not isinstance(result, Placed):
        raise BadInput(f"{user_name}'s telephone could not be called: {result.text}")
    return token


def _order(app: App, token: str, phone: str) -> CallOrder:
    return CallOrder(
        to=phone,
        from_=app.config.creditor[0].caller_id,
        answer_url=app.urls.desk_answer(token),
        status_url=app.urls.desk_status(token),
        ring_seconds=app.config.dialing.ring_seconds,
        max_call_seconds=SHIFT_SECONDS,
    )


def answered(app: App, token: str) -> str | None:
    """His telephone was picked up: by him, or by his voicemail, which cannot press a key."""
    if _desk(app, token) is None:
        return None
    language = app.config.operator.language
    prompt = twiml.Speech(text=PROMPT[language], voice=house_voice(app.config, language), language=LOCALES[language])
    return twiml.press_one(prompt, app.urls.desk_joined(token))


def joined(app: App, token: str, *, digits: str, sid: str) -> str | None:
    """He pressed a key; 1 opens the line."""
    now = app.clock.now()
    with app.db.write() as tx:
        desk = desks.by_token(tx, token)
        if desk is None:
            return None
        waiting = (DeskState.CALLING, DeskState.READY)
        if digits != "1" or not desks.move(tx, desk.id, DeskState.READY, at=now, only_from=waiting):
            return twiml.hang_up()
        # whoever placed the call may have died before its answer came
        desks.bind(tx, desk.id, sid)
    return _line(app, desk)


def star(app: App, token: str, *, sid: str, pressed_in: int | None, status: NetworkStatus | None) -> str | None:
    """He pressed the star key: the party he listens to is a machine and gets the message; he stays on his line.

    `pressed_in` is the attempt that he was in when his line's document was written, if any. `status` is his own call's:
    the carrier asks what follows his conference also when it has ended because he hung up.
    """
    desk = _desk(app, token)
    if desk is None:
        return None
    if desk.state is DeskState.CLOSED or sid != desk.call_sid:
        return twiml.hang_up()
    if status is not None and status.terminal:
        close(app, desk, now=app.clock.now(), why=status)
        return twiml.hang_up()
    listens_to = desk.attempt_id if desk.state is DeskState.TALKING else None
    if listens_to is not None:
        _recognised(app, desk, listens_to, certain=pressed_in == listens_to)
    return _line(app, desk, listens_to)


def _recognised(app: App, desk: Desk, attempt_id: int, *, certain: bool) -> None:
    """He says that this call is a machine's; a key that may have been pressed before it does nothing."""
    now = app.clock.now()
    with app.db.read() as tx:
        attempt = attempts.by_id(tx, attempt_id)
    if attempt is None:
        return
    call = attempt.call
    if certain or meant_for_this_call(now=now, joined_at=call.joined_at, answered_by=call.answered_by):
        drop(app, attempt.token, actor=desk.user)
        return
    with app.db.write() as tx:
        log(tx, attempt, "star.ignored", now, desk.user, why="it may have been pressed before this call")


def _line(app: App, desk: Desk, attempt_id: int | None = None) -> str:
    """His place in his conference, from which a key names the call that he was in when he took it."""
    return twiml.desk_line(desk.conference, star_url=app.urls.desk_star(desk.token, attempt_id))


def status(app: App, token: str, event: StatusEvent) -> bool:
    """The network's word on the collector's own call. False when there is no such desk."""
    desk = _desk(app, token)
    if desk is None:
        return False
    if event.status.terminal:
        close(app, desk, now=app.clock.now(), why=event.status)
    return True


def close(
    app: App, desk: Desk, *, now: datetime, why: NetworkStatus | str, only_from: Sequence[DeskState] = OPEN
) -> bool:
    """The line is gone: nobody may be left ringing or waiting for this collector. False when it is in another state."""
    with app.db.write() as tx:
        # read anew: since the caller looked, a call may have been reserved for this line. The attempt is locked before
        # the line, as a callback does it, so that the two cannot wait for each other.
        current = desks.by_id(tx, desk.id)
        attempt = attempts.by_id(tx, current.attempt_id, lock=True) if current and current.attempt_id else None
        if not desks.move(tx, desk.id, DeskState.CLOSED, at=now, only_from=only_from):
            return False
        # a machine that is just being told the message needs nobody
        alone = attempt if attempt and attempt.call.live and attempt.call.drop_at is None else None
        if alone:
            _left_alone(tx, alone, desk, now, str(why))
    if alone and alone.call.sid:
        _take_back(app, alone, now)
    return True


def close_desk(app: App, user_name: str) -> None:
    """Hang up a collector's line. Raises BadInput when he has none."""
    with app.db.read() as tx:
        desk = desks.of_user(tx, user_name)
    if desk is None:
        raise BadInput(f"{user_name} has no open line")
    hang_up_desk(app, desk, now=app.clock.now(), why="closed by command")


def hang_up_desk(app: App, desk: Desk, *, now: datetime, why: str, only_from: Sequence[DeskState] = OPEN) -> None:
    """Close a line that is in one of these states, and end the collector's own call."""
    if close(app, desk, now=now, why=why, only_from=only_from) and desk.call_sid:
        app.carrier.hang_up(desk.call_sid)


def _left_alone(tx: Transaction, attempt: Attempt, desk: Desk, now: datetime, why: str) -> None:
    log(tx, attempt, "desk.closed", now, desk.user, why=why)
    if attempt.call.state is AttemptState.ANSWERED:
        text = f"{desk.user}'s line closed during attempt {attempt.id}"
        raise_alarm(tx, at=now, kind="desk.lost", text=text, case_id=attempt.case_id, attempt_id=attempt.id)


def _take_back(app: App, attempt: Attempt, now: datetime) -> None:
    if attempt.call.state is not AttemptState.ANSWERED and cancel(app, attempt.id, why="collector gone", now=now):
        return
    with app.db.read() as tx:
        current = attempts.by_id(tx, attempt.id)
    if current is not None and current.call.abandoned_at is not None:
        return  # answered just then: he hears who called, and the call ends after that
    try:
        app.carrier.hang_up(attempt.call.sid or "")
    except CarrierError as error:
        with app.db.write() as tx:
            raise_alarm(
                tx, at=now, kind="hangup.failed", text=str(error), case_id=attempt.case_id, attempt_id=attempt.id
            )


def _desk(app: App, token: str) -> Desk | None:
    with app.db.read() as tx:
        return desks.by_token(tx, token)
