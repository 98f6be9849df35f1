"""A person notes what the gate has to know of a case, or takes it back; the case follows at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from dialer.actions.erased import refuse_erased
from dialer.actions.take_back import follow
from dialer.app import App
from dialer.core.case import MarkKind
from dialer.core.errors import BadInput, NotFound
from dialer.core.facts import LONGEST_CONSENT
from dialer.core.marks import ENDING, Mark, parse_wish
from dialer.storage import book, entries, import_rows, marks
from dialer.storage.database import Transaction
from dialer.storage.entries import NewEntry


def mark_case(
    app: App,
    case_id: int,
    kind: MarkKind,
    *,
    actor: str,
    on: datetime | None = None,
    until: datetime | None = None,
    text: str | None = None,
    reason: str = "",
) -> Mark:
    """Note it, as of `on` or now. Raises BadInput or NotFound."""
    now = app.clock.now()
    mark = Mark(kind=kind, given_at=on or now, until=until, text=" ".join(text.split()) if text else None)
    _check(mark, now)
    facts = {"mark": kind.value, "given_at": mark.given_at.isoformat()}
    if mark.until:
        facts["until"] = mark.until.isoformat()
    with app.db.write() as tx:
        lock_case(tx, case_id)
        marks.set_mark(tx, case_id, mark, actor=actor, at=now)
        personal = {"text": mark.text, "reason": reason.strip()}
        note(tx, case_id, "mark.set", now, actor=actor, facts=facts, personal=personal)
    follow(app, case_id)
    return mark


def unmark_case(app: App, case_id: int, kind: MarkKind, *, actor: str, reason: str = "") -> None:
    """Take every mark of that kind back. Raises BadInput when there is none, or NotFound."""
    now = app.clock.now()
    with app.db.write() as tx:
        lock_case(tx, case_id)
        if not marks.lift_mark(tx, case_id, kind, actor=actor, at=now):
            raise BadInput(f"case {case_id} has no mark {kind.value}")
        personal = {"reason": reason.strip()}
        note(tx, case_id, "mark.lifted", now, actor=actor, facts={"mark": kind.value}, personal=personal)
    follow(app, case_id)


def _check(mark: Mark, now: datetime) -> None:
    kind = mark.kind.value
    if mark.given_at > now:
        raise BadInput(f"{kind}: {mark.given_at.isoformat()} is in the future; note it when it has come about")
    if mark.kind in ENDING and mark.until is None:
        raise BadInput(f"{kind} needs an end: say until when it holds")
    if mark.kind not in ENDING and mark.until is not None:
        raise BadInput(f"{kind} has no end; it stands until it is taken back with `dialer unmark`")
    if mark.kind is MarkKind.PRIOR_CONSENT and mark.until is not None and mark.until > now + LONGEST_CONSENT:
        raise BadInput(f"{kind} holds for seven days at most (12 CFR 1006.14(b)(3)): {mark.until.isoformat()} is later")
    if mark.until is not None and mark.until <= now:
        raise BadInput(f"{kind}: its end {mark.until.isoformat()} is past")
    if mark.kind is MarkKind.WISH:
        _check_wish(mark.text)
    elif mark.text is not None:
        raise BadInput(f"{kind} takes no text; what there is to say about it is its reason")


def _check_wish(text: str | None) -> None:
    if not text:
        raise BadInput('a wish needs the inconvenient times, like "mon-fri 08:00-12:00"')
    try:
        parse_wish(text)
    except ValueError as error:
        raise BadInput(f'wish "{text}": {error}; write it like "mon-fri 08:00-12:00"') from None


def lock_case(tx: Transaction, case_id: int) -> str:
    """Keep other writers away from the case; the country of its debtor. Raises NotFound."""
    case = book.load_case(tx, case_id, lock=True)
    if case is None:
        raise NotFound(f"there is no case {case_id}")
    return case.debtor.country


def note(
    tx: Transaction,
    case_id: int,
    kind: str,
    now: datetime,
    *,
    actor: str,
    facts: Mapping[str, str],
    personal: Mapping[str, str | None],
) -> None:
    """Write it into the log of the locked case and have the scheduler look at the case at once.

    Raises BadInput when there are words about somebody who was erased.
    """
    said = {key: value for key, value in personal.items() if value}
    if said:
        refuse_erased(tx, case_id)
    entries.append(tx, NewEntry(case_id=case_id, at=now, kind=kind, actor=actor, facts=facts, personal=said))
    import_rows.plan_again(tx, [case_id], now=now, reason="changed")
