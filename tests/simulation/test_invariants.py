"""The watch notices each kind of broken promise in books that were made up for it, and lets good books pass."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from dialer.simulator.records import CallRecord, Heard
from tests.simulation import log_chain
from tests.simulation.invariants import BrokenError, Watch
from tests.simulation.law import BERLIN, may_ring
from tests.simulation.log_chain import TornError
from tests.simulation.scenario import Debtor

TUESDAY = datetime(2026, 11, 24, 10, tzinfo=BERLIN)
ERIKA = Debtor(1, "consumer", "BE", ("+493000001",), "answers")
KARL = Debtor(2, "consumer", "SN", ("+493510001",), "answers")
MILLS = Debtor(3, "business", "BE", ("+493000003", "+493000004"), "answers")
TABLES = """
CREATE TABLE attempts (id INTEGER, case_id INTEGER, state TEXT, outcome TEXT, call_sid TEXT, sent_at TEXT,
    to_e164 TEXT, token TEXT, joined_at TEXT, message TEXT, disposition TEXT,
    mode TEXT, desk_id INTEGER);
CREATE TABLE holds (case_id INTEGER, lifted_at TEXT, until TEXT);
CREATE TABLE claims (case_id INTEGER, disputed INTEGER, amount_minor INTEGER, paid_minor INTEGER);
CREATE TABLE marks (case_id INTEGER, kind TEXT, lifted_at TEXT);
CREATE TABLE alarms (attempt_id INTEGER, case_id INTEGER, kind TEXT);
CREATE TABLE desks (id INTEGER, state TEXT, attempt_id INTEGER, call_sid TEXT);
CREATE TABLE cases (id INTEGER, status TEXT, next_at TEXT, next_reason TEXT, entry_seq INTEGER, entry_head TEXT);
CREATE TABLE debtors (id INTEGER, erased_at TEXT);
CREATE TABLE accounts (paused_reason TEXT, paused_until TEXT);
CREATE TABLE entries (case_id INTEGER, seq INTEGER, at TEXT, kind TEXT, actor TEXT, attempt_id INTEGER, facts TEXT,
    commitment TEXT, prev_hash TEXT, hash TEXT);
INSERT INTO claims VALUES (1, 0, 100, 0), (2, 0, 100, 0), (3, 0, 100, 0);
"""

INTENT = "INSERT INTO attempts VALUES (?, ?, 'intent', NULL, NULL, ?, ?, ?, NULL, NULL, NULL, 'progressive', NULL)"


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


class Made:
    """Books that a test writes, and the watch over them."""

    def __init__(self, folder: Path) -> None:
        self.writer = sqlite3.connect(folder / "made.sqlite3", isolation_level=None)
        self.writer.executescript(TABLES)
        self.raw = sqlite3.connect(folder / "made.sqlite3", isolation_level=None)
        self.calls: list[CallRecord] = []
        self.shown: set[str] = set()
        self.now = self.last_trouble = TUESDAY
        self.watch = Watch(self, (ERIKA, KARL, MILLS), calls_per_second=1.0)
        self.watch.read()

    def shows(self, record: CallRecord) -> bool:
        return record.sid in self.shown

    def write(self, sql: str, *values: object) -> None:
        self.writer.execute(sql, values)

    def attempt(
        self, number: int, who: Debtor, *, to: str | None = None, at: datetime = TUESDAY, named: bool = True
    ) -> CallRecord:
        """An attempt that passed the gate, and its call, of which the answer tells."""
        to, token, sid = to or who.numbers[0], f"token{number}", f"CA{number}"
        self.write(INTENT, number, who.case, "now", to, token)
        self.now = at
        self.watch.read()
        call = CallRecord(sid, to, "+4930", at)
        self.watch.posted(token)
        self.watch.created(call, token)
        if named:
            self.watch.named(sid)
        return call

    def ends(self, call: CallRecord, *, rang: datetime | None, ended: datetime) -> None:
        call.started_at = call.ringing_at = rang
        call.ended_at = self.now = ended
        row = "UPDATE attempts SET state = 'ended', outcome = 'no_answer', call_sid = ? WHERE id = ?"
        self.write(row, call.sid, int(call.sid[2:]))
        self.watch.look()


@pytest.fixture
def made(tmp_path: Path) -> Made:
    return Made(tmp_path)


def test_ordinary_calls_pass(made: Made) -> None:
    for number, at in enumerate((TUESDAY, TUESDAY + minutes(130), TUESDAY + timedelta(days=1)), 1):
        made.ends(made.attempt(number, ERIKA, at=at), rang=at, ended=at + minutes(1))


def test_a_call_that_was_found_again_is_known(made: Made) -> None:
    made.ends(made.attempt(1, ERIKA), rang=TUESDAY, ended=TUESDAY + minutes(1))
    made.write("UPDATE attempts SET id = 7, token = 'another'")
    made.watch.restored()
    made.now = TUESDAY + minutes(16)
    made.watch.look()


def test_a_case_that_a_supervisor_was_told_of_is_known(made: Made) -> None:
    made.ends(made.attempt(1, ERIKA), rang=TUESDAY, ended=TUESDAY + minutes(1))
    made.write("DELETE FROM attempts")
    made.write("INSERT INTO alarms VALUES (NULL, 1, 'call.conflict')")
    made.watch.restored()
    made.now = TUESDAY + minutes(16)
    made.watch.look()


def test_a_pause_is_not_measured_from_an_end_at_which_the_clock_was_wrong(made: Made) -> None:
    made.watch.clock_set(astray=True)
    made.ends(made.attempt(1, ERIKA), rang=TUESDAY, ended=TUESDAY + minutes(1))
    made.now = TUESDAY + minutes(60)
    made.watch.clock_set(astray=False)
    made.attempt(2, ERIKA, at=TUESDAY + minutes(100))


def called_after_one_that_nobody_told_of(made: Made, again: timedelta) -> None:
    """It waited in the queue for longer than anybody looks for it."""
    made.ends(made.attempt(1, ERIKA, named=False), rang=TUESDAY + minutes(12), ended=TUESDAY + minutes(13))
    made.attempt(2, ERIKA, at=TUESDAY + again)


def test_a_pause_after_a_call_that_nobody_told_of_begins_when_it_is_given_up(made: Made) -> None:
    called_after_one_that_nobody_told_of(made, minutes(130))


def called_too_soon_after_one_that_nobody_told_of(made: Made) -> None:
    called_after_one_that_nobody_told_of(made, minutes(129))


def sent_twice(made: Made) -> None:
    made.attempt(1, ERIKA)
    made.watch.posted("token1")


def sent_unclaimed(made: Made) -> None:
    made.write(INTENT, 1, 1, None, ERIKA.numbers[0], "token1")
    made.watch.posted("token1")


def no_attempt(made: Made) -> None:
    made.watch.created(CallRecord("CA9", ERIKA.numbers[0], "+4930", TUESDAY), "unheard-of")


def one_number_at_once(made: Made) -> None:
    made.attempt(1, ERIKA)
    made.attempt(2, ERIKA)


def one_debtor_at_once(made: Made) -> None:
    made.attempt(1, MILLS)
    made.attempt(2, MILLS, to=MILLS.numbers[1])


def third_on_a_day(made: Made) -> None:
    for number in range(1, 4):
        at = TUESDAY + minutes(125) * (number - 1)
        made.ends(made.attempt(number, ERIKA, at=at), rang=at, ended=at + minutes(1))


def sixth_in_a_week(made: Made) -> None:
    for number in range(1, 7):
        at = TUESDAY + timedelta(days=(number - 1) // 2) + minutes(125) * ((number - 1) % 2)
        made.ends(made.attempt(number, ERIKA, at=at), rang=at, ended=at + minutes(1))


def spoken_to(made: Made, said: str | None, *, again: timedelta, by: str = "human") -> None:
    """A conversation on Tuesday, what the collector says of it, and another call."""
    call = made.attempt(1, ERIKA)
    call.heard.append(Heard("conference", "", TUESDAY, TUESDAY + minutes(2), by))
    made.ends(call, rang=TUESDAY, ended=TUESDAY + minutes(2))
    made.write("UPDATE attempts SET disposition = ?", said)
    made.attempt(2, ERIKA, at=TUESDAY + again)


def called_on_the_third_day_after_a_conversation(made: Made) -> None:
    spoken_to(made, "refused", again=timedelta(days=3))


def called_after_a_conversation_that_nobody_judged(made: Made) -> None:
    spoken_to(made, None, again=timedelta(days=1))


@pytest.mark.parametrize(
    ("said", "days", "by"),
    [
        ("refused", 6, "human"),
        ("callback_agreed", 1, "human"),
        ("wrong_party", 1, "human"),
        (None, 1, "tape"),
    ],
)
def test_a_call_after_the_rest_or_where_none_is_owed_passes(made: Made, said: str | None, days: int, by: str) -> None:
    spoken_to(made, said, again=timedelta(days=days), by=by)


def answered(made: Made, *heard: Heard, mode: str = "progressive", by: str = "human") -> None:
    """A call on Tuesday that was answered, and one by a machine two days later."""
    call = made.attempt(1, ERIKA)
    call.answered_at, call.answered_by = TUESDAY, by
    call.heard.extend(heard)
    made.write("UPDATE attempts SET mode = ?", mode)
    made.ends(call, rang=TUESDAY, ended=TUESDAY + minutes(1))
    made.attempt(2, ERIKA, at=TUESDAY + timedelta(days=2))


def messages(
    made: Made,
    who: Debtor,
    *times: datetime,
    begun: Callable[[], object] = lambda: None,
    over: Callable[[], object] = lambda: None,
) -> None:
    """Calls to an answering machine, each with a message of ours on its tape; what happens in each, and after it."""
    for number, at in enumerate(times, 1):
        call = made.attempt(number, who, at=at)
        begun()
        text = "Bitte rufen Sie mich unter 030 1 zurück."
        call.heard.append(Heard("say", text, at, at + minutes(1), "tape"))
        made.ends(call, rang=at, ended=at + minutes(1))
        over()


def a_message_too_soon(made: Made) -> None:
    messages(made, ERIKA, TUESDAY, TUESDAY + timedelta(days=7))


def a_message_too_soon_at_a_business(made: Made) -> None:
    messages(made, MILLS, TUESDAY, TUESDAY + timedelta(days=2))


def a_fourth_message(made: Made) -> None:
    messages(made, ERIKA, *(TUESDAY + timedelta(days=8 * n) for n in (0, 1, 2, 3)))


def test_messages_with_days_between_them_pass(made: Made) -> None:
    messages(made, MILLS, TUESDAY, TUESDAY + timedelta(days=6), TUESDAY + timedelta(days=14))


def restored(made: Made) -> None:
    made.watch.restored()
    made.watch.read()


def test_calls_to_somebody_who_was_erased_count_for_nobody(made: Made) -> None:
    for number in range(1, 3):
        at = TUESDAY + minutes(125) * (number - 1)
        made.ends(made.attempt(number, ERIKA, at=at), rang=at, ended=at + minutes(1))
    made.write("INSERT INTO debtors VALUES (1, '2026-11-24')")
    made.attempt(3, KARL, to=ERIKA.numbers[0], at=TUESDAY + minutes(250))


TWICE = (TUESDAY, TUESDAY + timedelta(days=2))


def test_what_was_said_in_a_call_that_a_backup_cut_in_two_is_forgotten(made: Made) -> None:
    messages(made, ERIKA, *TWICE, begun=made.watch.backed_up, over=lambda: restored(made))


def a_message_after_a_restore(made: Made) -> None:
    made.watch.backed_up()
    messages(made, ERIKA, *TWICE, over=lambda: restored(made))


def heard(kind: str, text: str = "") -> Heard:
    return Heard(kind, text, TUESDAY, TUESDAY + minutes(1), "human")


def called_by_machine_after_a_lost_call(made: Made) -> None:
    answered(made, heard("say", "Hier ist die Muster GmbH."))


def called_by_machine_after_silence(made: Made) -> None:
    answered(made, heard("silence"), mode="unattended")


def called_by_machine_after_an_error(made: Made) -> None:
    answered(made, heard("say", "We are sorry, an application error has occurred. Goodbye."), mode="unattended")


def test_an_announcement_is_no_lost_call(made: Made) -> None:
    answered(made, heard("say", "Hier ist die Muster GmbH."), mode="unattended")


def test_a_machine_does_not_lose_a_call(made: Made) -> None:
    answered(made, heard("silence"), by="machine_end_beep")


def test_a_collector_may_call_whoever_found_nobody(made: Made) -> None:
    made.writer.execute(
        "CREATE TRIGGER clicked AFTER INSERT ON attempts BEGIN UPDATE attempts SET mode = 'preview'; END"
    )
    answered(made, heard("silence"), mode="preview")


def put_through(made: Made, line: CallRecord) -> None:
    """Anna's own line; the books say that the first call was put through to it, and whoever answered heard nobody."""
    made.watch.created(line, "line")
    made.write("INSERT INTO desks VALUES (1, 'ready', NULL, ?)", line.sid)
    joined = "UPDATE attempts SET desk_id = 1, joined_at = 'then' WHERE id = NEW.id AND NEW.id = 1"
    made.write(f"CREATE TRIGGER joined AFTER INSERT ON attempts BEGIN {joined}; END")
    answered(made, heard("silence"))


def line_of_anna(*, ended: datetime | None = None) -> CallRecord:
    line = CallRecord("CA99", "+493023125991", "+4930", TUESDAY - minutes(30))
    line.ended_at = ended
    return line


def test_news_that_the_collector_has_hung_up_may_be_on_their_way(made: Made) -> None:
    put_through(made, line_of_anna(ended=TUESDAY - timedelta(seconds=2)))


def test_news_of_the_collectors_key_may_be_on_their_way(made: Made) -> None:
    line = line_of_anna()
    at = TUESDAY - timedelta(seconds=14)
    line.heard.append(Heard("digits", "*", at, at, "human"))
    put_through(made, line)


def called_by_machine_after_silence_in_her_presence(made: Made) -> None:
    line = line_of_anna(ended=TUESDAY + timedelta(seconds=1))
    at = TUESDAY - timedelta(seconds=16)
    line.heard.append(Heard("digits", "*", at, at, "human"))
    put_through(made, line)


def too_soon_again(made: Made) -> None:
    made.ends(made.attempt(1, ERIKA), rang=TUESDAY, ended=TUESDAY + minutes(1))
    made.attempt(2, ERIKA, at=TUESDAY + minutes(119))


def rang_late(made: Made) -> None:
    at = TUESDAY.replace(hour=19, minute=59, second=50)
    made.ends(made.attempt(1, ERIKA, at=at), rang=at, ended=at + timedelta(seconds=20))


def begins_too_late(made: Made) -> None:
    made.write(INTENT, 1, 1, "now", ERIKA.numbers[0], "token1")
    at = TUESDAY.replace(hour=19, minute=59, second=40)
    made.watch.created(CallRecord("CA1", ERIKA.numbers[0], "+4930", at), "token1", ring_seconds=25)


def from_the_queue(
    made: Made,
    *,
    named: timedelta | None = None,
    shown: timedelta | None = None,
    trouble: timedelta = timedelta(),
    stray: bool = False,
) -> None:
    """Its answer is lost; four minutes later it rings, a minute after eight. When we hear of it, counted from then."""
    at = TUESDAY.replace(hour=19, minute=57)
    call = made.attempt(1, ERIKA, at=at, named=False)
    made.watch.seen[call.sid].stray = stray
    made.last_trouble = at + trouble
    if named is not None:
        made.now = at + named
        made.watch.named(call.sid)
    if shown is not None:
        made.now, made.shown = at + shown, {call.sid}
        made.watch.look()
    made.ends(call, rang=at + minutes(4), ended=at + minutes(5))


def rang_late_from_the_queue(made: Made) -> None:
    from_the_queue(made, named=timedelta(seconds=5))


def rang_late_after_news_of_it(made: Made) -> None:
    from_the_queue(made, named=minutes(2))


def rang_late_and_was_shown(made: Made) -> None:
    from_the_queue(made, shown=minutes(2))


@pytest.mark.parametrize(
    "heard",
    [
        {},
        {"named": minutes(3.5)},
        {"shown": minutes(3.5)},
        {"named": minutes(3.5), "shown": minutes(3.5)},
        {"shown": minutes(2), "trouble": minutes(3.5)},
        {"shown": minutes(2), "stray": True},
    ],
)
def test_a_call_that_nobody_could_know_of_is_nobodys_fault(made: Made, heard: dict[str, Any]) -> None:
    from_the_queue(made, **heard)


def waited_in_the_queue(made: Made) -> None:
    made.last_trouble = TUESDAY - minutes(1)
    made.ends(made.attempt(1, ERIKA), rang=TUESDAY + minutes(3), ended=TUESDAY + minutes(4))


def rang_on_a_holiday(made: Made) -> None:
    at = datetime(2026, 11, 18, 10, tzinfo=BERLIN)
    made.ends(made.attempt(1, KARL, at=at), rang=at, ended=at + timedelta(seconds=20))


def hold(made: Made) -> None:
    made.write("INSERT INTO holds VALUES (1, NULL, NULL)")
    made.watch.read()


def gate_after_a_hold(made: Made) -> None:
    hold(made)
    made.attempt(1, ERIKA)


def gate_after_the_money(made: Made) -> None:
    made.write("UPDATE claims SET paid_minor = 100 WHERE case_id = 1")
    made.watch.read()
    made.attempt(1, ERIKA)


def close(made: Made) -> None:
    made.write("INSERT INTO cases VALUES (1, 'closed', NULL, 'closed', 0, '')")
    made.watch.read()


def gate_after_the_case_was_closed(made: Made) -> None:
    close(made)
    made.attempt(1, ERIKA)


def put_through_after_the_case_was_closed(made: Made) -> None:
    made.attempt(1, ERIKA)
    close(made)
    made.write("UPDATE attempts SET joined_at = 'now'")
    made.watch.look()


def gate_after_all_was_stopped(made: Made) -> None:
    made.write("INSERT INTO accounts VALUES ('stop', NULL)")
    made.watch.read()
    made.attempt(1, ERIKA)


def test_a_closed_case_may_be_clicked_on(made: Made) -> None:
    close(made)
    made.write(INTENT.replace("progressive", "preview"), 1, 1, "now", ERIKA.numbers[0], "token1")
    made.watch.read()
    made.watch.created(CallRecord("CA1", ERIKA.numbers[0], "+4930", TUESDAY), "token1")
    made.write("UPDATE attempts SET joined_at = 'now'")
    made.watch.look()


def test_a_rest_that_ends_by_itself_is_not_a_persons_stop(made: Made) -> None:
    made.write("INSERT INTO accounts VALUES ('429', '2026-11-24 09:00:00')")
    made.watch.read()
    made.attempt(1, ERIKA)


def told_after_a_hold(made: Made) -> None:
    call = made.attempt(1, ERIKA)
    hold(made)
    call.answered_at = TUESDAY + minutes(1)
    call.heard.append(Heard("conference", "", TUESDAY + minutes(1), TUESDAY + minutes(2), "human"))
    made.ends(call, rang=TUESDAY, ended=TUESDAY + minutes(2))


def put_through_after_a_hold(made: Made) -> None:
    made.attempt(1, ERIKA)
    hold(made)
    made.write("UPDATE attempts SET joined_at = 'now'")
    made.watch.look()


def recording_to_a_person(made: Made) -> None:
    call = made.attempt(1, ERIKA)
    call.heard.append(Heard("say", "Bitte rufen Sie mich unter", TUESDAY, TUESDAY + minutes(1), "human"))
    made.ends(call, rang=TUESDAY, ended=TUESDAY + minutes(2))


def rings_on_after_a_hold(made: Made) -> None:
    made.attempt(1, ERIKA)
    made.write("UPDATE attempts SET call_sid = 'CA1', state = 'ringing'")
    hold(made)
    made.now = TUESDAY + timedelta(seconds=5)
    made.watch.look()
    made.now = TUESDAY + timedelta(seconds=6)
    made.watch.look()


def test_a_call_that_could_not_be_taken_back_is_told_of(made: Made) -> None:
    made.write("INSERT INTO alarms VALUES (1, 1, 'cancel.failed')")
    rings_on_after_a_hold(made)


def nobody_knows(made: Made) -> None:
    made.attempt(1, ERIKA)
    made.now = TUESDAY + minutes(16)
    made.watch.look()


def nobody_knows_of_the_second_call(made: Made) -> None:
    made.attempt(1, ERIKA)
    second = made.watch.seen["CA1"]
    second.stray = True
    made.now = TUESDAY + minutes(16)
    made.watch.look()  # in the carrier's queue nobody can know of it
    second.record.started_at = made.now
    made.now += minutes(16)
    made.watch.look()


def forgotten_by_a_restore(made: Made) -> None:
    made.ends(made.attempt(1, ERIKA), rang=TUESDAY, ended=TUESDAY + minutes(1))
    made.write("DELETE FROM attempts")
    made.watch.restored()
    made.now = TUESDAY + minutes(16)
    made.watch.look()


def called_again_after_a_restore(made: Made) -> None:
    made.ends(made.attempt(1, ERIKA), rang=TUESDAY, ended=TUESDAY + minutes(1))
    made.write("DELETE FROM attempts")
    made.watch.restored()
    made.attempt(2, ERIKA, at=TUESDAY + minutes(2))


def two_at_a_time(made: Made) -> None:
    made.last_trouble = TUESDAY - minutes(1)
    for number in range(2):
        made.watch.created(CallRecord(f"CA{number}", "+490", "+4930", TUESDAY), "a line of ours")


def at_once_after_the_clock_was_set(made: Made) -> None:
    made.last_trouble = TUESDAY - minutes(1)
    made.watch.created(CallRecord("CA9", "+490", "+4930", TUESDAY), "a line of ours")
    made.watch.clock_set(astray=True)
    made.attempt(1, ERIKA)


def burst(made: Made) -> None:
    for number in range(14):
        made.watch.created(CallRecord(f"CA{number}", "+490", "+4930", TUESDAY), "a line of ours")


def backwards(made: Made) -> None:
    made.attempt(1, ERIKA)
    for state in ("ringing", "placed"):
        made.write("UPDATE attempts SET state = ?", state)
        made.watch.look()


def another_sid(made: Made) -> None:
    made.attempt(1, ERIKA)
    for sid in ("CA1", "CA2"):
        made.write("UPDATE attempts SET call_sid = ?", sid)
        made.watch.look()


def another_end(made: Made) -> None:
    made.ends(made.attempt(1, ERIKA), rang=TUESDAY, ended=TUESDAY + minutes(1))
    made.write("UPDATE attempts SET outcome = 'connected'")
    made.watch.final()


def never_ends(made: Made) -> None:
    made.attempt(1, ERIKA)
    made.watch.final()


def end_ignored(made: Made) -> None:
    made.attempt(1, ERIKA)
    made.write("UPDATE attempts SET state = 'ringing', call_sid = 'CA1'")
    made.watch.reported_end("CA1")


def called_before_looking(made: Made) -> None:
    made.attempt(1, ERIKA)
    made.watch.asked_first(made.watch.started(), {KARL.numbers[0]})


def not_in_the_log(made: Made) -> None:
    made.ends(made.attempt(1, ERIKA), rang=TUESDAY, ended=TUESDAY + minutes(1))
    made.watch.final()


def waits_for_nothing(made: Made) -> None:
    made.write("INSERT INTO cases VALUES (1, 'open', NULL, 'live', 0, '')")
    made.watch.final()


def line_held(made: Made) -> None:
    made.write("INSERT INTO desks VALUES (1, 'reserved', 7, NULL)")
    made.watch.final()


def logged_end(made: Made) -> None:
    made.write("INSERT INTO entries VALUES (1, 1, '', 'attempt.intent', 's', 1, '', NULL, '', 'a')")
    made.write("INSERT INTO entries VALUES (1, 2, '', 'attempt.ended', 's', 1, '', NULL, 'a', 'b')")


def rang_and_not_counted(made: Made) -> None:
    made.ends(made.attempt(1, ERIKA), rang=TUESDAY, ended=TUESDAY + minutes(1))
    made.write("UPDATE attempts SET outcome = 'cancelled'")
    made.watch.rows[1].outcome = "cancelled"
    logged_end(made)
    made.watch.final()


@pytest.mark.parametrize(
    ("kind", "story"),
    [
        ("twice", sent_twice),
        ("unclaimed", sent_unclaimed),
        ("no intent", no_attempt),
        ("double", one_number_at_once),
        ("double", one_debtor_at_once),
        ("daily", third_on_a_day),
        ("weekly", sixth_in_a_week),
        ("rest", called_on_the_third_day_after_a_conversation),
        ("rest", called_after_a_conversation_that_nobody_judged),
        ("lost call", called_by_machine_after_a_lost_call),
        ("lost call", called_by_machine_after_silence),
        ("lost call", called_by_machine_after_an_error),
        ("lost call", called_by_machine_after_silence_in_her_presence),
        ("messages", a_message_too_soon),
        ("messages", a_message_too_soon_at_a_business),
        ("messages", a_fourth_message),
        ("messages", a_message_after_a_restore),
        ("gap", too_soon_again),
        ("late", rang_late),
        ("late", begins_too_late),
        ("late", rang_on_a_holiday),
        ("late", rang_late_from_the_queue),
        ("late", rang_late_after_news_of_it),
        ("late", rang_late_and_was_shown),
        ("queue", waited_in_the_queue),
        ("stopped", gate_after_a_hold),
        ("stopped", gate_after_the_money),
        ("stopped", gate_after_the_case_was_closed),
        ("paused", gate_after_all_was_stopped),
        ("told", put_through_after_the_case_was_closed),
        ("told", told_after_a_hold),
        ("told", put_through_after_a_hold),
        ("recording", recording_to_a_person),
        ("rings on", rings_on_after_a_hold),
        ("lost", nobody_knows),
        ("lost", nobody_knows_of_the_second_call),
        ("lost", forgotten_by_a_restore),
        ("gap", called_again_after_a_restore),
        ("gap", called_too_soon_after_one_that_nobody_told_of),
        ("pace", burst),
        ("pace", two_at_a_time),
        ("pace", at_once_after_the_clock_was_set),
        ("backwards", backwards),
        ("rewritten", another_sid),
        ("rewritten", another_end),
        ("endless", never_ends),
        ("ignored", end_ignored),
        ("unasked", called_before_looking),
        ("unlogged", not_in_the_log),
        ("skipped", waits_for_nothing),
        ("line", line_held),
        ("uncounted", rang_and_not_counted),
    ],
)
def test_broken_promise_is_noticed(made: Made, kind: str, story: Callable[[Made], None]) -> None:
    with pytest.raises(BrokenError) as broken:
        story(made)
    assert broken.value.kind == kind


def test_a_line_takes_its_turn_by_the_clock_that_was_set_since_the_last_call(made: Made) -> None:
    made.last_trouble = TUESDAY - minutes(1)
    first, second = (CallRecord(f"CA{n}", "+490", "+4930", TUESDAY) for n in range(2))
    made.watch.created(first, "a line of ours")
    made.watch.clock_set(astray=True)
    made.watch.created(second, "a line of ours")
    made.watch.look()


def test_requests_are_counted_and_not_the_calls_that_the_carrier_makes_of_them(made: Made) -> None:
    for number in range(20):
        doubled = number % 2 == 1
        made.watch.created(CallRecord(f"CA{number}", "+490", "+4930", TUESDAY), "a line of ours", stray=doubled)


def test_torn_log_is_noticed(made: Made) -> None:
    made.write("INSERT INTO entries VALUES (1, 1, '', 'a', 's', 1, '', NULL, '', 'a')")
    made.write("INSERT INTO entries VALUES (1, 2, '', 'b', 's', 1, '', NULL, 'not a', 'b')")
    with pytest.raises(TornError, match="follows"):
        made.watch.read()


def test_changed_log_is_noticed(made: Made) -> None:
    made.write("INSERT INTO entries VALUES (1, 1, '2026-11-24 09:00:00.000000', 'a', 's', 1, '', NULL, '', 'wrong')")
    with pytest.raises(TornError, match="was changed"):
        log_chain.verify(made.raw)


@pytest.mark.parametrize(
    ("at", "natural", "allowed"),
    [
        ("2026-11-24T07:59:59+01:00", True, False),
        ("2026-11-24T08:00:00+01:00", True, True),
        ("2026-11-24T19:59:59+01:00", True, True),
        ("2026-11-24T20:00:00+01:00", True, False),
        ("2026-11-24T18:00:00+01:00", False, False),
        ("2026-11-28T09:00:00+01:00", True, True),
        ("2026-11-28T10:00:00+01:00", False, False),
        ("2026-11-29T10:00:00+01:00", True, False),
        ("2026-12-24T14:00:00+01:00", True, False),
        ("2026-03-30T07:59:00+02:00", True, False),
    ],
)
def test_hours(at: str, natural: bool, allowed: bool) -> None:  # noqa: FBT001 - columns of the table
    assert may_ring(datetime.fromisoformat(at), natural=natural, place="BE") is allowed
