"""Mistakes that the simulation must notice: each is planted into a copy of the program, never into the checkout."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

PLACE = "dialer/actions/place_call.py"
TRANSPORT = "dialer/actions/transport.py"
RECONCILE = "dialer/actions/reconcile.py"
TAKE_BACK = "dialer/actions/take_back.py"
COUNTERS = "dialer/core/checks/counters.py"
CALL = "dialer/core/call.py"
CLOCK_WATCH = "dialer/actions/clock_watch.py"
WINDOWS = "dialer/core/windows.py"
SITUATION = "dialer/actions/situation.py"

GATE = "    judged = judge_attempt(app, tx, attempt, now)\n    return "
NO_GATE = f"{GATE}replace(judged.verdict, denials=()) if True else "
CLAIM = "attempts.mark_sent(tx, attempt_id, now)"
NOTED = "        attempt = attempts.by_id(tx, attempt_id, lock=True)\n"
WHOSE = "if h.debtor_id == case.debtor.id or h.e164 == phone.e164)"


@dataclass(frozen=True)
class Edit:
    """One place: the file, what stands there exactly once, and what is put in its stead."""

    file: str
    old: str
    new: str


@dataclass(frozen=True)
class Mistake:
    """What somebody might get wrong, in a few words."""

    name: str
    edits: tuple[Edit, ...]
    size: str = "small"
    """Of the histories in which it shows."""


def _one(name: str, file: str, old: str, new: str, *, size: str = "small") -> Mistake:
    return Mistake(name, (Edit(file, old, new),), size)


MISTAKES = (
    _one(
        "retry on timeout",
        TRANSPORT,
        "if not isinstance(result, NotSent):\n            _record",
        "if not isinstance(result, (NotSent, AnswerLost)):\n            _record",
    ),
    _one(
        "a server error taken for a refusal",
        "dialer/telephony/failures.py",
        "return NotSent(text) if never_sent(error) else AnswerLost(text)",
        "return NotSent(text) if never_sent(error) else Misconfigured(0, text)",
    ),
    _one(
        "any broken connection taken for one that never came about",
        "dialer/telephony/failures.py",
        "return NotSent(text) if never_sent(error) else AnswerLost(text)",
        "return NotSent(text)",
    ),
    _one(
        "the last gate asks nothing",
        PLACE,
        GATE,
        NO_GATE,
    ),
    Mistake(
        "the window is checked before claiming only",
        (
            Edit(PLACE, "    if now >= attempt.not_after:\n        return", "    if False:\n        return"),
            Edit(PLACE, GATE, NO_GATE),
            Edit(TRANSPORT, "if now >= attempt.not_after or now >", "if now >"),
        ),
    ),
    _one("the request is never claimed", PLACE, CLAIM, "True"),
    Mistake(
        "commit after POST: the request is claimed only when it has been made",
        (
            Edit(PLACE, CLAIM, "True"),
            Edit(TRANSPORT, NOTED, f"{NOTED}        attempts.mark_sent(tx, attempt_id, now)\n"),
        ),
    ),
    _one(
        "dedupe by SID alone: callbacks told apart by the call, not by what they say of it",
        "dialer/telephony/callbacks.py",
        "key=f\"{sid}:{word}:{'-' if sequence is None else sequence}\"",
        "key=sid",
    ),
    Mistake(
        "the last moment is ignored",
        (
            Edit(PLACE, "    if now >= attempt.not_after:\n        return", "    if False:\n        return"),
            Edit(TRANSPORT, "if now >= attempt.not_after or now >", "if now >"),
            Edit(PLACE, "- _ringing(app)\n\n\ndef _ringing", "\n\n\ndef _ringing"),
        ),
    ),
    Mistake(
        "calls may wait in the carrier's queue",
        (
            Edit(TRANSPORT, "return (queue_ms or 0) > app.config", "return False and app.config"),
            Edit(TAKE_BACK, "is AttemptState.PLACED and now >= attempt.not_after", "is None"),
        ),
    ),
    _one(
        "naive local time: the hours are read in UTC",
        WINDOWS,
        "midnight = shown - (first.astimezone(zone).utcoffset() or NO_TIME)",
        "midnight = shown",
    ),
    _one(
        "<= for < at the window's end: its last minute is open too",
        WINDOWS,
        "timedelta(minutes=span.end)",
        "timedelta(minutes=span.end + 1)",
    ),
    _one(
        "the counter counts only calls to the debtor himself, not to his telephone",
        SITUATION,
        WHOSE,
        "if h.debtor_id == case.debtor.id)",
    ),
    _one(
        "the counter counts per claim only",
        SITUATION,
        WHOSE,
        "if h.claims & {str(claim.id) for claim in case.open_claims})",
    ),
    _one(
        "one call too many a day",
        COUNTERS,
        "if count >= limit.count and _concerns(",
        "if count > limit.count and _concerns(",
    ),
    Mistake(
        "the week begins with the intent, not when it was over",
        (
            Edit(COUNTERS, "first = bisect_right(over, ", "first = bisect_right(begun, "),
            Edit(COUNTERS, "releases.append((over[first", "releases.append((begun[first"),
        ),
        size="large",
    ),
    _one(
        "a lost call is followed by others",
        COUNTERS,
        "return _since(rule, request.ledger.lost_end, timedelta(hours=limit.hours), request.now)",
        "return None",
        size="large",
    ),
    _one(
        "a message on a machine follows the last one at once",
        COUNTERS,
        "return _since(rule, messages[-1] if messages else None, timedelta(days=limit.days), request.now)",
        "return None",
        size="large",
    ),
    _one(
        "a key that comes late counts for whoever is on the line then",
        "dialer/core/desk.py",
        "return heard or (joined_at is not None and now - joined_at >= LATE_KEY)",
        "return True",
        size="large",
    ),
    _one(
        "nobody rests after a conversation",
        COUNTERS,
        "return found(rule, until) if request.now < until",
        "return None if request.now < until",
    ),
    _one(
        "the last call that is known is the one that counts",
        CALL,
        "    if call.sid is not None:\n        return Applied(call, None if",
        "    if call.sid == event.sid:\n        return Applied(call, None if",
    ),
    _one(
        "news move the state backwards",
        CALL,
        "return replace(call, state=state) if _RANK[state] > _RANK[call.state] else call",
        "return replace(call, state=state)",
    ),
    _one(
        "nobody looks after silent attempts",
        "dialer/scheduler/tick.py",
        "    reconcile(app)\n",
        "",
    ),
    _one(
        "no look at what was left unresolved before the first call",
        "dialer/scheduler/readiness.py",
        "self._reconciled or self._reconcile()",
        "True",
    ),
    _one(
        "the gate is not asked when somebody answers",
        "dialer/actions/answer_call.py",
        "    if not judged.verdict.allowed:\n",
        "    if False:\n",
    ),
    _one(
        "unsure taken for a machine",
        "dialer/core/network.py",
        "return self in {AnsweredBy.MACHINE_END_BEEP, AnsweredBy.MACHINE_END_SILENCE}",
        "return self in {AnsweredBy.MACHINE_END_BEEP, AnsweredBy.MACHINE_END_SILENCE, AnsweredBy.UNKNOWN}",
    ),
    _one(
        "nobody waits for his turn",
        PLACE,
        "        app.clock.sleep_until(ready.slot)\n",
        "        ready.slot.isoformat()\n",
    ),
    _one(
        "the collector's line is not given back",
        "dialer/actions/call_log.py",
        "attempt.disposition is not None:\n        free_desk(tx, attempt, now)\n",
        "attempt.disposition is not None:\n        pass\n",
    ),
    Mistake(
        "the clock is believed whatever it shows",
        (
            Edit(CLOCK_WATCH, "return not seen.trust.doubted", "return True"),
            Edit(CLOCK_WATCH, "return not differs and not doubts.jumped", "return True"),
        ),
    ),
    _one(
        "a clock that was wrong for a minute is believed again, whatever the carrier's shows",
        CLOCK_WATCH,
        "differs = apart is not None and abs(apart) > FAR",
        "differs = False",
    ),
    _one(
        "nobody asks for calls that a restored database has forgotten",
        "dialer/actions/recover_calls.py",
        "    if last is None:\n",
        "    if True:\n",
    ),
    _one(
        "an end without an entry",
        "dialer/actions/call_log.py",
        '        "attempt.ended",\n',
        '        "attempt.over",\n',
    ),
    _one(
        "the chain of the log begins anew with each entry",
        "dialer/storage/entries.py",
        '"prev_hash": head,',
        '"prev_hash": "",',
    ),
    _one(
        "a refused request is repeated without asking the gate again",
        TRANSPORT,
        "        renewed = again()\n",
        "        renewed = attempt\n",
    ),
    _one(
        "who was closed since his call was planned is called",
        PLACE,
        " if judged.left_the_telephone else judged.verdict",
        " if False else judged.verdict",
        size="office",
    ),
    _one(
        "who was closed while his telephone rang is put through",
        "dialer/actions/answer_call.py",
        "    if judged.left_the_telephone:",
        "    if False:",
        size="office",
    ),
    _one(
        "who stops a case while its call is asked for is not heard",
        PLACE,
        "        follow(app, passed.case_id)\n",
        "",
        size="office",
    ),
    _one(
        "who stops a case whose call is found again is not heard",
        "dialer/actions/handle_event.py",
        "        follow(app, attempt.case_id)\n",
        "        pass\n",
        size="office",
    ),
    _one(
        "a collector who hangs up is taken for one who has pressed the star key",
        "dialer/actions/desk.py",
        "    if status is not None and status.terminal:",
        "    if False:",
        size="office",
    ),
    _one(
        "a hold does not take back the call that rings",
        "dialer/actions/holds.py",
        "    follow(app, case_id)\n    return hold",
        "    return hold",
        size="office",
    ),
    _one(
        "a person's stop is asked for before the intent alone",
        PLACE,
        "    if pause := pacing.account(tx, app.account).pause(now, attempt_id=attempt.id):",
        "    if pause := None:",
        size="office",
    ),
    _one(
        "a lost call is not counted",
        "dialer/core/outcome.py",
        "{Outcome.BAD_NUMBER, Outcome.NOT_PLACED, Outcome.CANCELLED}",
        "{Outcome.BAD_NUMBER, Outcome.NOT_PLACED, Outcome.CANCELLED, Outcome.UNKNOWN}",
    ),
)  # fmt: skip


def plant(mistake: Mistake, tree: Path) -> None:
    """Change the copy in `tree`. Raises ValueError when a place is not there exactly once."""
    for edit in mistake.edits:
        path = tree / edit.file
        text = path.read_text(encoding="utf-8")
        if text.count(edit.old) != 1:
            raise ValueError(f"{mistake.name}: {edit.file} has {text.count(edit.old)} places like {edit.old!r}")
        path.write_text(text.replace(edit.old, edit.new), encoding="utf-8")
