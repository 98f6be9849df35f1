"""The log of a case: gap-free, chained, and checked here by a verifier that shares no code with the program.

The recipe: an entry's hash is SHA-256 over compact JSON (UTF-8, keys sorted, no blanks) of
["dialer-entry-1", case, seq, instant as UTC ISO 8601 with microseconds, kind, actor, attempt, facts as stored,
commitment or null, previous hash or ""]; the commitment is SHA-256 over the JSON of ["dialer-entry-1", salt, data].
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from dialer.storage import entries
from dialer.storage.entries import NewEntry

NOW = datetime(2026, 11, 24, 9, 0, 0, 250_000, tzinfo=UTC)


def digest(*values):
    text = json.dumps(values, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def as_utc(stored):
    """The stored instant, whatever the driver makes of it: text without zone, or aware."""
    instant = datetime.fromisoformat(stored) if isinstance(stored, str) else stored
    return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)


def problems(raw, case_id):
    """What an auditor finds who reads the tables and knows the recipe."""

    def ask(question):
        return raw.execute(sa.text(question), {"case": case_id})

    rows = ask("SELECT * FROM entries WHERE case_id = :case ORDER BY seq").all()
    personal = {row.seq: row for row in ask("SELECT * FROM entry_personal WHERE case_id = :case")}
    found, before = [], ""
    for place, row in enumerate(rows, start=1):
        instant = as_utc(row.at).isoformat(timespec="microseconds")
        covered = [case_id, row.seq, instant, row.kind, row.actor, row.attempt_id, row.facts, row.commitment, before]
        if row.seq != place:
            found.append(f"gap at {place}")
        if row.prev_hash != before or row.hash != digest("dialer-entry-1", *covered):
            found.append(f"hash {row.seq}")
        kept = personal.get(row.seq)
        if kept and row.commitment != digest("dialer-entry-1", kept.salt, kept.data):
            found.append(f"personal {row.seq}")
        before = row.hash
    head = ask("SELECT entry_seq, entry_head FROM cases WHERE id = :case").one()
    if (head.entry_seq, head.entry_head) != (len(rows), before):
        found.append("head")
    return found


@pytest.fixture
def audit(db):
    def go(filed):
        with db.read() as tx:
            return problems(tx, filed.case_id)

    return go


@pytest.fixture
def append(db):
    def go(filed, kind="note", **values):
        with db.write() as tx:
            entries.append(tx, NewEntry(case_id=filed.case_id, at=NOW, kind=kind, actor="anna", **values))

    return go


@pytest.fixture
def tampered(db):
    """What the auditor finds after somebody with the keys of the database took the triggers off; undone again."""

    def go(filed, *statements):
        with db.write() as connection:
            if db.is_sqlite:
                for name in ("entries_no_update", "entries_no_delete"):
                    connection.exec_driver_sql(f"DROP TRIGGER {name}")
            else:
                connection.exec_driver_sql("DROP TRIGGER entries_no_change ON entries")
            for statement in statements:
                assert connection.exec_driver_sql(statement).rowcount == 1
            found = problems(connection, filed.case_id)
            connection.rollback()
        return found

    return go


@pytest.fixture
def logged(file_case, append):
    """A case with four entries, the second and fourth with a personal part."""
    filed = file_case()
    append(filed, facts={"count": 1})
    append(filed, facts={"count": 2}, personal={"note": "zahlt am Freitag", "to": "+493023125001"})
    append(filed, facts={"count": 3}, attempt_id=7)
    append(filed, personal={"note": "grüßt"})
    return filed


def test_known_entry_has_the_known_hash(db, file_case):
    filed = file_case()
    with db.write() as tx:
        at = datetime(2026, 11, 24, 10, 0, tzinfo=ZoneInfo("Europe/Berlin"))
        entry = NewEntry(case_id=filed.case_id, at=at, kind="note", actor="anna", facts={"b": "ü", "a": [1, None]})
        entries.append(tx, entry)
    # printf '["dialer-entry-1",1,1,"2026-11-24T09:00:00.000000+00:00","note","anna",null,
    #         "{\"a\":[1,null],\"b\":\"ü\"}",null,""]' (on one line) | sha256sum
    known = "ca632b854dbca6d076c681bb8817a75151d14353d9dc7e67449449786f468d18"
    with db.read() as tx:
        stored = tx.exec_driver_sql("SELECT facts, commitment, prev_hash, hash FROM entries").one()
    assert tuple(stored) == ('{"a":[1,null],"b":"ü"}', None, "", known)


def test_log_verifies_and_reads_back(db, logged, audit):
    assert audit(logged) == []
    with db.read() as tx:
        log = entries.of_case(tx, logged.case_id)
    assert [(e.seq, e.at, e.actor, e.attempt_id, e.facts, e.personal) for e in log] == [
        (1, NOW, "anna", None, {"count": 1}, {}),
        (2, NOW, "anna", None, {"count": 2}, {"note": "zahlt am Freitag", "to": "+493023125001"}),
        (3, NOW, "anna", 7, {"count": 3}, {}),
        (4, NOW, "anna", None, {}, {"note": "grüßt"}),
    ]


def test_stored_rows_have_the_hash_the_program_computes(db, logged):
    with db.read() as tx:
        rows = tx.execute(sa.select(entries.entries)).mappings().all()
    assert [entries.entry_hash(row) for row in rows] == [row["hash"] for row in rows]


def test_facts_hold_nothing_of_the_personal_part(db, logged):
    with db.read() as tx:
        rows = tx.exec_driver_sql("SELECT facts, commitment FROM entries").all()
    assert "Freitag" not in str(rows)
    assert "+49302312" not in str(rows)


def test_same_personal_part_has_another_commitment_each_time(db, file_case, append):
    filed = file_case()
    append(filed, personal={"note": "x"})
    append(filed, personal={"note": "x"})
    with db.read() as tx:
        first, second = tx.exec_driver_sql("SELECT commitment FROM entries").scalars()
    assert first != second


def test_eight_threads_write_one_gap_free_chain(db, file_case, append, audit, at_once):
    filed = file_case()

    def write_five(number):
        for nth in range(5):
            append(filed, facts={"thread": number, "nth": nth}, personal={"note": f"{number}-{nth}"})

    assert at_once(8, write_five) == [None] * 8
    assert audit(filed) == []
    with db.read() as tx:
        log = entries.of_case(tx, filed.case_id)
    assert [e.seq for e in log] == list(range(1, 41))
    for number in range(8):
        assert [e.facts["nth"] for e in log if e.facts["thread"] == number] == [0, 1, 2, 3, 4]


def test_writers_of_several_cases_do_not_wait_in_a_circle(db, file_case, audit, at_once):
    filed = [file_case() for _ in range(4)]

    def write_all(number):
        order = filed if number % 2 else filed[::-1]
        new = [NewEntry(case_id=f.case_id, at=NOW, kind="note", actor="a", facts={"n": number}) for f in order]
        with db.write() as tx:
            entries.append_many(tx, new)

    assert at_once(8, write_all) == [None] * 8
    assert [audit(f) for f in filed] == [[], [], [], []]


def test_rolled_back_entry_leaves_no_gap(db, logged, append, audit):
    def fail():
        with db.write() as tx:
            entries.append(tx, NewEntry(case_id=logged.case_id, at=NOW, kind="lost", actor="a", personal={"x": 1}))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    append(logged, kind="kept")
    assert audit(logged) == []
    with db.read() as tx:
        assert [e.kind for e in entries.of_case(tx, logged.case_id)] == ["note"] * 4 + ["kept"]


def test_personal_part_can_be_erased_and_the_chain_still_verifies(db, logged, append, audit):
    with db.write() as tx:
        erased = tx.exec_driver_sql("DELETE FROM entry_personal WHERE seq = 2")
        assert erased.rowcount == 1
    assert audit(logged) == []
    with db.read() as tx:
        assert [e.personal for e in entries.of_case(tx, logged.case_id)] == [{}, {}, {}, {"note": "grüßt"}]
    append(logged, personal={"note": "later"})
    assert audit(logged) == []


def test_changed_personal_part_is_found(db, logged, audit):
    with db.write() as tx:
        tx.exec_driver_sql('UPDATE entry_personal SET data = \'{"note":"zahlt nie"}\' WHERE seq = 2')
    assert audit(logged) == ["personal 2"]


def test_tampering_is_found(logged, tampered):
    for statement, found in [
        ("UPDATE entries SET facts = '{\"count\":9}' WHERE seq = 2", ["hash 2"]),
        ("UPDATE entries SET kind = 'other' WHERE seq = 1", ["hash 1"]),
        ("UPDATE entries SET actor = 'ben' WHERE seq = 4", ["hash 4"]),
        ("UPDATE entries SET at = '2026-11-24 09:00:00.250001' WHERE seq = 3", ["hash 3"]),
        ("UPDATE entries SET attempt_id = 8 WHERE seq = 3", ["hash 3"]),
        ("UPDATE entries SET commitment = NULL WHERE seq = 4", ["hash 4", "personal 4"]),
        ("UPDATE entries SET hash = prev_hash WHERE seq = 2", ["hash 2", "hash 3"]),
        ("DELETE FROM entries WHERE seq = 3", ["gap at 3", "hash 4", "head"]),
        ("UPDATE cases SET entry_seq = 3", ["head"]),
        ("UPDATE cases SET entry_head = ''", ["head"]),
    ]:
        assert tampered(logged, statement) == found, statement


def test_cutting_the_end_off_is_found(logged, tampered):
    cut = ("DELETE FROM entry_personal WHERE seq = 4", "DELETE FROM entries WHERE seq = 4")
    assert tampered(logged, *cut) == ["head"]


def test_entry_needs_its_case(db):
    with pytest.raises(KeyError), db.write() as tx:
        entries.append(tx, NewEntry(case_id=99, at=NOW, kind="note", actor="a"))


def test_naive_instant_is_refused(db, file_case):
    filed = file_case()
    naive = datetime(2026, 11, 24, 9, 0)  # noqa: DTZ001 - what must not get in
    with pytest.raises(sa.exc.StatementError, match="naive datetime"), db.write() as tx:
        entries.append(tx, NewEntry(case_id=filed.case_id, at=naive, kind="note", actor="a"))
