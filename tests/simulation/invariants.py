"""What must hold at every step, judged from the network's own books and the bare database file.

Shares no code with the program: neither its rules, nor its words, nor its ways to read the database.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from dialer.simulator.records import CallRecord
from tests.simulation import law, log_chain
from tests.simulation.limits import Limits
from tests.simulation.scenario import Debtor
from tests.simulation.seen import BrokenError, Seen

BOUND_WITHIN = timedelta(minutes=15)
A_WEBHOOK = timedelta(seconds=20)
"""How long after a decision its answer may take effect."""

IN_QUEUE = timedelta(minutes=2)
"""A call that waits longer at the carrier is taken back at once, unless it cannot be."""

NOTICE = timedelta(minutes=1)
"""Who is told of a waiting call so long before it rings can take it back; the answer to a request comes sooner."""

TO_TAKE_BACK = timedelta(seconds=5)
A_MOMENT = timedelta(seconds=0.2)
BURST_SECONDS, BURST = 10, 3
UNSURE = ("outcome.unknown", "call.ambiguous", "call.conflict", "call.vanished")
"""What a supervisor is told of a call of which the program cannot know whose it is."""

VOICEMAIL_WORDS = ("Bitte rufen Sie mich unter", "Es geht um Rechnung")
OFF_THE_TELEPHONE = "SELECT id FROM cases WHERE status <> 'open'"
RANK = ("intent", "unknown", "placed", "ringing", "answered", "ended")


class Books(Protocol):
    """What is looked at."""

    @property
    def raw(self) -> sqlite3.Connection: ...
    @property
    def calls(self) -> Sequence[CallRecord]: ...
    @property
    def now(self) -> datetime: ...
    @property
    def last_trouble(self) -> datetime: ...
    def shows(self, record: CallRecord) -> bool:
        """True when the carrier's list, asked at this moment, shows this call."""


@dataclass
class Row:
    """An attempt as last read."""

    id: int
    case: int
    state: str
    outcome: str | None
    sid: str | None
    sent: bool
    to: str
    token: str
    clicked: bool
    heard_us: bool
    """Somebody was put through to him, or he is read a message."""

    sent_look: int = 0


@dataclass
class Stop:
    """Since when nobody of this case may be called."""

    look: int
    at: datetime


@dataclass
class Watch:
    """Holds the program to its promises; raises BrokenError at the first that is broken."""

    books: Books
    debtors: Sequence[Debtor]
    calls_per_second: float
    seen: dict[str, Seen] = field(default_factory=dict)
    rows: dict[int, Row] = field(default_factory=dict)
    stops: dict[int, Stop] = field(default_factory=dict)
    off: dict[int, Stop] = field(default_factory=dict)
    """Cases that only somebody who clicks may call."""

    def __post_init__(self) -> None:
        self._by_number: dict[str, tuple[Debtor, ...]] = {}
        for debtor in self.debtors:
            for number in debtor.numbers:
                self._by_number[number] = (*self._by_number.get(number, ()), debtor)
        self._by_token: dict[str, Row] = {}
        self._by_sid: dict[str, Row] = {}
        self._posts: Counter[str] = Counter()
        self._starts: list[datetime] = []
        self._open: list[Seen] = []
        self._unbound: list[Seen] = []
        self._limits = Limits(self.books.raw)
        self._version = -1
        self._looks = 0
        self._astray = False
        self._clock_set_at: datetime | None = None
        self._paused: Stop | None = None
        self._in_the_backup: list[Seen] = []
        self._log = log_chain.Follower()
        self._named: dict[str, datetime] = {}
        self._shown: dict[str, datetime] = {}

    def named(self, sid: str) -> None:
        """An answer or a callback that names this call has reached the program."""
        self._named.setdefault(sid, self.books.now)
        if sid in self.seen:
            self.seen[sid].named = True

    # --- at the moment a call is created

    def posted(self, token: str) -> None:
        """A request for a call that may have been carried out."""
        self._posts[token] += 1
        if self._posts[token] > 1:
            raise BrokenError("twice", f"attempt {token[:6]} was sent {self._posts[token]} times")
        self.read()
        row = self._by_token.get(token)
        if row is not None and not row.sent:
            raise BrokenError("unclaimed", f"attempt {row.id} is sent before it is on record that it will be")

    def created(self, record: CallRecord, token: str, *, ring_seconds: float = 0, stray: bool = False) -> None:
        """The carrier has taken a request for a call that may ring for so long."""
        if not stray:  # of one request the carrier has made two calls
            self._pace(record)
        debtors = self._by_number.get(record.to)
        if debtors is None:  # a collector's own telephone
            self._limits.line(record)
            return
        self.read()
        row = self._by_token.get(token)
        whose = tuple(d for d in debtors if row is None or d.case == row.case) or debtors
        call = Seen(record, token, stray, whose)
        if row is None:
            raise BrokenError("no intent", f"a call to {record.to} without an attempt in the database")
        if not stray:
            self._in_time(call, ring_seconds)
            self._not_beside(call)
            self._limits.judge(call)
            self._not_stopped(row)
        self.seen[record.sid] = call
        self._open.append(call)
        self._unbound.append(call)
        self._limits.remember(call)

    def _pace(self, record: CallRecord) -> None:
        now = record.created_at
        between = timedelta(seconds=1 / self.calls_per_second)
        calm = self._starts and self.books.last_trouble < self._starts[-1] and not self._turn_by_another_clock(record)
        if calm and now - self._starts[-1] < between - A_MOMENT:
            raise BrokenError("pace", f"a call {now - self._starts[-1]} after the one before")
        self._starts = [at for at in self._starts if now - at < timedelta(seconds=BURST_SECONDS)] + [now]
        if len(self._starts) > BURST_SECONDS * self.calls_per_second + BURST:
            raise BrokenError("pace", f"{len(self._starts)} calls within {BURST_SECONDS} s")

    def _turn_by_another_clock(self, record: CallRecord) -> bool:
        """A line of ours is opened by whatever the clock was set to; nobody is called before it is believed again."""
        ours = record.to not in self._by_number
        return ours and self._clock_set_at is not None and self._clock_set_at >= self._starts[-1]

    def _in_time(self, call: Seen, ring_seconds: float) -> None:
        """It may begin to ring now, and may still ring when it stops by itself."""
        first, debtor = call.record.created_at, call.debtors[0]
        last = first + timedelta(seconds=ring_seconds)
        if not law.rings_inside(first, last, natural=debtor.natural, place=debtor.place):
            raise BrokenError("late", f"a call to {call.record.to} ({debtor.kind}, {debtor.place}) begins at {first}")

    def _not_beside(self, call: Seen) -> None:
        for other in self._open:
            if not other.stray and not other.record.ended and set(call.keys) & set(other.keys):
                raise BrokenError("double", f"{call.record.to} is called while {other.record.sid} is live")

    def _not_stopped(self, row: Row) -> None:
        stop = self._stop(row)
        if stop is not None and stop.look < row.sent_look:
            raise BrokenError("stopped", f"case {row.case} was stopped at {stop.at} and passed the gate after that")
        if self._paused is not None and self._paused.look < row.sent_look:
            raise BrokenError("paused", f"somebody was called, and all dialling was stopped at {self._paused.at}")

    def clock_set(self, *, astray: bool) -> None:
        """Somebody has set our clock, wrong or right."""
        self._astray, self._clock_set_at = astray, self.books.now
        for call in self.seen.values():
            # the news of an end may be on their way for a while
            if call.record.ended_at is None or call.record.ended_at > self.books.now - timedelta(minutes=5):
                call.untimed = True

    def backed_up(self) -> None:
        """A backup was made."""
        self._in_the_backup = list(self._open)

    def restored(self) -> None:
        """A backup was put in place: what the database knows now is older than the calls."""
        for call in self._in_the_backup:
            call.forgotten = True
        self._version, self._log = -1, log_chain.Follower()
        for known in (self.rows, self.stops, self.off, self._by_token, self._by_sid):
            known.clear()
        self.read()
        self._unbound = list(self.seen.values())
        for call in self._unbound:
            call.settled = False

    def _row_of(self, call: Seen) -> Row | None:
        return self._by_sid.get(call.record.sid) or self._by_token.get(call.token)

    def reported_end(self, sid: str) -> None:
        """The carrier was told "noted" when it reported the end of this call."""
        self.read()
        call = self.seen.get(sid)
        row = self._by_token.get(call.token) if call else None
        if row is not None and row.sid == sid and row.state != "ended":
            raise BrokenError("ignored", f"the end of call {sid} was noted, and attempt {row.id} is {row.state}")

    def started(self) -> frozenset[int]:
        """A process begins: the attempts that it must ask the carrier about before it calls anybody."""
        self.read()
        open_ends = [r for r in self.rows.values() if r.sent and r.sid is None and r.state != "ended"]
        return frozenset(r.id for r in open_ends)

    def asked_first(self, owed: frozenset[int], asked: set[str]) -> None:
        """A process is about to call: `asked` are the numbers it has looked up since it began."""
        for row in (self.rows[i] for i in owed):
            if row.sid is None and row.state != "ended" and row.to not in asked:
                raise BrokenError("unasked", f"somebody is called before attempt {row.id} was looked up after a start")

    # --- at every step

    def look(self) -> None:
        """Look at everything that may have changed."""
        self.read()
        for call in self._open:
            if call.record.sid not in self._shown and self.books.shows(call.record):
                self._shown[call.record.sid] = self.books.now
            self._rings_lawfully(call)
            self._not_from_the_queue(call)
            self._taken_back(call)
            if call.record.ended:
                call.untimed = call.untimed or self._astray
                self._ended(call)
        self._open = [c for c in self._open if not c.record.ended]
        self._bound_in_time()

    def _rings_lawfully(self, call: Seen) -> None:
        record, debtor = call.record, call.debtors[0]
        if call.judged_ring or record.ringing_at is None:
            return
        end = record.answered_at or record.ended_at
        last = max(record.ringing_at, (end or self.books.now) - timedelta(microseconds=1))
        inside = law.rings_inside(record.ringing_at, last, natural=debtor.natural, place=debtor.place)
        if not inside and not self._hidden(call, record.ringing_at):
            raise BrokenError("late", f"{record.to} ({debtor.kind}, {debtor.place}) rang {record.ringing_at} to {last}")
        call.judged_ring = end is not None

    def _hidden(self, call: Seen, rang: datetime) -> bool:
        """The answer was lost, nothing else named it, and the carrier's list would not have shown it in time either.

        For the second call of a doubled request nobody looks in the list: the request has its answer.
        """
        named = self._named.get(call.record.sid)
        if named is not None and (named <= call.record.created_at + NOTICE or named <= rang - NOTICE):
            return False
        shown = self._shown.get(call.record.sid)
        return call.stray or shown is None or max(shown, self.books.last_trouble) > rang - NOTICE

    def _not_from_the_queue(self, call: Seen) -> None:
        record = call.record
        if record.started_at is None or call.stray or self.books.last_trouble >= record.created_at:
            return
        if record.started_at - record.created_at > IN_QUEUE:
            raise BrokenError("queue", f"{record.to} was called {record.started_at - record.created_at} after we asked")

    def _taken_back(self, call: Seen) -> None:
        """Who is stopped while his telephone rings does not hear it ring on."""
        row = self._row_of(call)
        stop = self._stop(row) if row is not None and row.sid == call.record.sid else None
        named = self._named.get(call.record.sid)
        if stop is None or named is None or call.stray or call.record.answered_at or call.record.ended:
            return
        since = max(stop.at, named, self.books.last_trouble)
        if self.books.now - since > TO_TAKE_BACK and not self._alarmed(call, "cancel.failed"):
            raise BrokenError("rings on", f"{call.record.to} is still called, stopped at {stop.at}")

    def _ended(self, call: Seen) -> None:
        record = call.record
        stop = next((s for d in call.debtors if (s := self.stops.get(d.case))), None)
        row = self._row_of(call)
        stop = stop or (self._stop(row) if row else None)
        for heard in record.heard:
            if heard.kind == "conference" and call.stray:
                raise BrokenError("stray", f"the second call {record.sid} was put through")
            after = stop is not None and heard.from_ > stop.at + A_WEBHOOK
            told = heard.kind == "conference" or heard.heard_by == "tape"
            if after and told and heard.kind != "silence" and _answered_after(record, stop):
                raise BrokenError("told", f"{record.to} was talked to at {heard.from_}, stopped at {stop and stop.at}")
            voicemail = heard.kind == "say" and any(words in heard.text for words in VOICEMAIL_WORDS)
            if voicemail and heard.heard_by == "human" and not str(record.answered_by).startswith("machine"):
                raise BrokenError("recording", f"a person at {record.to} heard the message for a machine")
            if voicemail and heard.heard_by == "tape":
                self._limits.message_left(call, heard)

    def _bound_in_time(self) -> None:
        since = self.books.last_trouble
        for call in self._unbound:
            row = self._row_of(call)
            if row is not None and row.sid == call.record.sid:
                call.settled = True
                continue
            # the request for a second call has its answer, and the carrier tells of the call when its turn comes
            began = call.record.started_at if call.stray else call.record.created_at
            if began and self.books.now - max(began, since) > BOUND_WITHIN and not self._alarmed(call, *UNSURE):
                raise BrokenError("lost", f"nobody knows of call {call.record.sid} to {call.record.to}")
        self._unbound = [c for c in self._unbound if not c.settled]

    def _alarmed(self, call: Seen, *kinds: str) -> bool:
        """True when a supervisor was told of this attempt, or of the case when it has none."""
        row = self._row_of(call)
        column, ids = ("attempt_id", [row.id]) if row else ("case_id", [d.case for d in call.debtors])
        marks = ", ".join("?" * len(ids))
        query = f"SELECT 1 FROM alarms WHERE {column} IN ({marks}) AND kind IN ({', '.join('?' * len(kinds))})"  # noqa: S608
        return self.books.raw.execute(query, (*ids, *kinds)).fetchone() is not None

    # --- the database

    def read(self) -> None:
        """Take over what was committed since the last look."""
        (version,) = self.books.raw.execute("PRAGMA data_version").fetchone()
        if version == self._version:
            return
        self._version = version
        self._looks += 1
        self._read_stops()
        self._read_pause()
        self._read_attempts()
        self._lines_free()
        self._log.follow(self.books.raw)

    def _read_attempts(self) -> None:
        columns = "id, case_id, state, outcome, call_sid, sent_at, to_e164, token, mode, coalesce(joined_at, message)"
        live = [str(i) for i, row in self.rows.items() if row.state != "ended"]
        newest = max(self.rows, default=0)
        query = f"SELECT {columns} FROM attempts WHERE id > ? OR id IN ({','.join(live)})"  # noqa: S608 - numbers
        for id_, case, state, outcome, sid, sent_at, to, token, mode, heard in self.books.raw.execute(query, (newest,)):
            clicked, heard_us = mode == "preview", heard is not None
            new = Row(id_, case, state, outcome, sid, sent_at is not None, to, token, clicked, heard_us)
            old = self.rows.get(id_)
            new.sent_look = self._looks if new.sent and not (old and old.sent) else old.sent_look if old else 0
            if old is not None:
                _forward(old, new)
                self._told_nothing(old, new)
            self.rows[id_] = self._by_token[token] = new
            if sid is not None:
                self._by_sid[sid] = new

    def _told_nothing(self, old: Row, new: Row) -> None:
        """Once a case is stopped, whoever answers is put through to nobody."""
        stop = self._stop(new)
        if new.heard_us and not old.heard_us and stop is not None and stop.look < self._looks:
            raise BrokenError("told", f"attempt {new.id} was let talk, and its case was stopped at {stop.at}")

    def _read_stops(self) -> None:
        now = self.books.now.strftime("%Y-%m-%d %H:%M:%S.%f")
        query = """
            SELECT case_id FROM holds WHERE lifted_at IS NULL AND (until IS NULL OR until > ?)
            UNION SELECT case_id FROM claims WHERE disputed
            UNION SELECT case_id FROM claims GROUP BY case_id HAVING sum(amount_minor - paid_minor) <= 0
        """
        stopped = {case for (case,) in self.books.raw.execute(query, (now,))} | self._objected()
        self._keep(self.stops, stopped)
        # whoever clicks on a case that is closed, or at court, is warned
        self._keep(self.off, {case for (case,) in self.books.raw.execute(OFF_THE_TELEPHONE)})

    def _keep(self, known: dict[int, Stop], stopped: set[int]) -> None:
        for case in stopped - known.keys():
            known[case] = Stop(self._looks, self.books.now)
        for case in known.keys() - stopped:
            del known[case]

    def _stop(self, row: Row) -> Stop | None:
        """Since when this attempt may not go on."""
        return self.stops.get(row.case) or (None if row.clicked else self.off.get(row.case))

    def _read_pause(self) -> None:
        query = "SELECT 1 FROM accounts WHERE paused_reason IS NOT NULL AND paused_until IS NULL"
        if self.books.raw.execute(query).fetchone() is None:
            self._paused = None
        elif self._paused is None:
            self._paused = Stop(self._looks, self.books.now)

    def _objected(self) -> set[int]:
        """Natural persons who want no calls."""
        natural = {d.case for d in self.debtors if d.natural}
        query = "SELECT case_id FROM marks WHERE kind = 'phone_objection' AND lifted_at IS NULL"
        return natural & {case for (case,) in self.books.raw.execute(query)}

    # --- in the end

    def final(self) -> None:
        """When everything has come to rest."""
        self.look()
        self._unchanged_ends()
        live = [row.id for row in self.rows.values() if row.state != "ended"]
        if live:
            raise BrokenError("endless", f"attempts {live} never ended")
        for call in self._unbound:
            if not self._alarmed(call, *UNSURE):
                raise BrokenError("lost", f"nobody knows of call {call.record.sid} to {call.record.to}")
        self._nobody_skipped()
        self._explained()
        log_chain.verify(self.books.raw)

    def _unchanged_ends(self) -> None:
        query = "SELECT id, state, outcome, call_sid FROM attempts"
        for id_, state, outcome, sid in self.books.raw.execute(query):
            row = self.rows[id_]
            if (row.state == "ended" and (state, outcome) != ("ended", row.outcome)) or (row.sid and sid != row.sid):
                raise BrokenError("rewritten", f"attempt {id_} ended as {row.outcome}, now {state} {outcome}")

    def _nobody_skipped(self) -> None:
        query = "SELECT id, next_reason FROM cases WHERE status = 'open' AND next_at IS NULL"
        for case, reason in self.books.raw.execute(query):
            if not reason or reason.split()[0] == "live":
                raise BrokenError("skipped", f"case {case} waits for nothing: {reason!r}")

    def _lines_free(self) -> None:
        query = """
            SELECT desks.id, attempt_id FROM desks LEFT JOIN attempts ON attempts.id = attempt_id
            WHERE desks.state IN ('reserved', 'talking') AND coalesce(attempts.state, 'ended') = 'ended'
        """
        for desk, attempt in self.books.raw.execute(query):
            raise BrokenError("line", f"line {desk} still waits for attempt {attempt}")

    def _explained(self) -> None:
        """Each attempt begins and ends in the log of its case, and each call was counted unless it never rang."""
        logged = set(self.books.raw.execute("SELECT attempt_id, kind FROM entries WHERE attempt_id IS NOT NULL"))
        for row in self.rows.values():
            needed = {(row.id, "attempt.intent"), (row.id, "attempt.ended")}
            missing = set() if (row.id, "attempt.recovered") in logged else needed - logged
            if missing:
                raise BrokenError("unlogged", f"attempt {row.id} is not in the log: {sorted(missing)}")
        uncounted = {"cancelled", "bad_number", "not_placed"}
        for call in self.seen.values():
            row = self._row_of(call)
            if row and call.record.ringing_at and not call.stray and row.outcome in uncounted:
                raise BrokenError("uncounted", f"attempt {row.id} rang and ended as {row.outcome}")


def _forward(old: Row, new: Row) -> None:
    if old.sid is not None and new.sid != old.sid:
        raise BrokenError("rewritten", f"attempt {new.id} belonged to {old.sid}, now to {new.sid}")
    if RANK.index(new.state) < RANK.index(old.state):
        raise BrokenError("backwards", f"attempt {new.id} went from {old.state} to {new.state}")


def _answered_after(record: CallRecord, stop: Stop | None) -> bool:
    return stop is not None and record.answered_at is not None and record.answered_at > stop.at + A_WEBHOOK
