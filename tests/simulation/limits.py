"""How often, and how soon after another one, somebody may be called: by the network's books of what rang."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from datetime import date, datetime, timedelta

from dialer.simulator.records import CallRecord, Heard
from tests.simulation import law
from tests.simulation.seen import BrokenError, Seen

REST_IS_NOT_OWED = {"callback_agreed", "gatekeeper", "wrong_party", "no_result"}
"""Another call was agreed, or the debtor was not spoken to."""

ON_ITS_WAY = timedelta(seconds=15)
"""So long the carrier waits for the answer to a key."""

THE_CARRIERS_WORDS = "an application error has occurred"
"""What the called party hears when our answer does not come."""


class Limits:
    """Raises BrokenError for a call that comes too often or too soon."""

    def __init__(self, raw: sqlite3.Connection) -> None:
        self._raw = raw
        self._history: dict[object, list[Seen]] = defaultdict(list)
        self._messages: dict[object, list[tuple[Seen, datetime]]] = defaultdict(list)
        self._lines: dict[str, CallRecord] = {}

    def judge(self, call: Seen) -> None:
        """At the moment at which it is created."""
        self._often(call)
        self._rested(call)
        self._not_after_a_lost_call(call)

    def remember(self, call: Seen) -> None:
        """From now on it counts, if it rings."""
        for key in call.keys:
            self._history[key].append(call)

    def line(self, record: CallRecord) -> None:
        """A collector's own call."""
        self._lines[record.sid] = record

    def message_left(self, call: Seen, heard: Heard) -> None:
        """A message was spoken onto an answering machine."""
        natural, erased = call.debtors[0].natural, self._erased()
        for key in call.keys:
            kept = [(c, at) for c, at in self._messages[key] if not c.forgotten and erased.isdisjoint(c.cases)]
            before = [at for _, at in kept]
            if before and heard.from_ - before[-1] < law.BETWEEN_MESSAGES[natural] and not call.untimed:
                raise BrokenError("messages", f"{key} has a message {heard.from_ - before[-1]} after the last one")
            if natural and len(before) >= law.MESSAGES:
                raise BrokenError("messages", f"{key} has {len(before)} messages already")
            self._messages[key].append((call, heard.to))

    def _of(self, key: object) -> list[Seen]:
        """The calls that count."""
        erased = self._erased()
        return [c for c in self._history[key] if erased.isdisjoint(c.cases)]

    def _erased(self) -> set[int]:
        """Cases of debtors of whom nobody knows any more which number was theirs."""
        return {case for (case,) in self._raw.execute("SELECT id FROM debtors WHERE erased_at IS NOT NULL")}

    def _often(self, call: Seen) -> None:
        now = call.record.created_at
        natural = call.debtors[0].natural
        for key in call.keys:
            rang = [c for c in self._of(key) if c.record.ringing_at is not None and not c.stray]
            rings = [c.record.ringing_at for c in rang if c.record.ringing_at is not None]
            today = [at for at in rings if _day(at) == _day(now)]
            week = [at for at in rings if at > now - timedelta(days=7)]
            if len(today) >= law.DAILY[natural]:
                raise BrokenError("daily", f"{key} rang {len(today)} times today already")
            if len(week) >= law.WEEKLY[natural]:
                raise BrokenError("weekly", f"{key} rang {len(week)} times in seven days already")
            ended = [c.over_at for c in rang if c.over_at is not None]
            if ended and now - max(ended) < law.GAP:
                raise BrokenError("gap", f"{key} is called {now - max(ended)} after the last call")

    def _rested(self, call: Seen) -> None:
        """Three working days lie between a conversation and the next call, unless a call-back was agreed."""
        debtor = call.debtors[0]
        today = _day(call.record.created_at)
        for other in self._of(debtor.case):
            talks = [h.to for h in other.record.heard if h.kind == "conference" and h.heard_by == "human"]
            if not talks or other.blurred:
                continue
            on = _day(max(talks))
            said = self._column("disposition", call_sid=other.record.sid)
            if today < law.rested_on(on, debtor.place) and said not in REST_IS_NOT_OWED:
                raise BrokenError("rest", f"{call.record.to} is called on {today}, and was spoken to on {on}")

    def _not_after_a_lost_call(self, call: Seen) -> None:
        """Whoever answered and found nobody is called by collectors alone for three days."""
        if self._column("mode", token=call.token) == "preview":
            return
        for other in self._of(call.record.to):
            ended = other.record.ended_at
            lately = ended is not None and call.record.created_at < ended + law.AFTER_A_LOST_CALL
            if lately and not other.blurred and self._lost(other) and not self._collector_away(other.record):
                raise BrokenError("lost call", f"{call.record.to} is called by machine, and found nobody at {ended}")

    def _lost(self, call: Seen) -> bool:
        """A person answered, was not put through, and heard no announcement after which nobody was to come."""
        record = call.record
        if record.answered_at is None or str(record.answered_by).startswith(("machine", "fax")):
            return False
        heard = [h for h in record.heard if h.heard_by == "human"]
        said = any(h.kind == "say" and THE_CARRIERS_WORDS not in h.text for h in heard)
        announced = said and self._column("mode", token=call.token) == "unattended"
        return bool(heard) and all(h.kind != "conference" for h in heard) and not announced

    def _collector_away(self, record: CallRecord) -> bool:
        """Who the call was put through to had hung up, or left his place by his key, and the news were on their way.

        The books have a conversation then, and nobody can know better.
        """
        of_call = "SELECT d.call_sid FROM attempts a JOIN desks d ON d.id = a.desk_id WHERE a.call_sid = ?"
        found = self._raw.execute(f"{of_call} AND a.joined_at IS NOT NULL", (record.sid,)).fetchone()
        line = self._lines.get(found[0]) if found else None
        if line is None or record.answered_at is None:
            return False
        pressed = [h.from_ for h in line.heard if h.kind == "digits" and h.text == "*"]
        away = any(record.answered_at - ON_ITS_WAY < at <= record.answered_at for at in pressed)
        return away or (line.ended_at is not None and line.ended_at <= record.answered_at)

    def _column(self, name: str, **of: str) -> str | None:
        """Of the attempt with that token or call; None without one, as after a restore."""
        ((key, value),) = of.items()
        row = self._raw.execute(f"SELECT {name} FROM attempts WHERE {key} = ?", (value,)).fetchone()  # noqa: S608
        return row[0] if row else None


def _day(at: datetime) -> date:
    return at.astimezone(law.BERLIN).date()
