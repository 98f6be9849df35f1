"""What the offline verifier finds in a log of real calls, at every place where somebody could have changed it."""

from __future__ import annotations

import ast
import base64
import hashlib
import json
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from log_kit import LOG_CONFIG, VERIFIER, Auditor, canonical, small_log, told
from office_kit import Office

from dialer import log_verifier
from dialer.actions.verify_log import verify_log
from dialer.core.errors import BadInput
from dialer.storage import entries
from dialer.storage.database import Database
from dialer.storage.entries import NewEntry

STANDARD = {
    "__future__", "argparse", "base64", "binascii", "collections", "contextlib", "dataclasses", "hashlib", "json",
    "pathlib", "re", "sqlite3", "sys", "typing",
}  # fmt: skip


@pytest.fixture
def audited(make_office: Callable[..., Office], database_url: str) -> Auditor:
    """Two cases with a call each, on each of the two engines."""
    office = make_office(database_url, more_config=LOG_CONFIG)
    small_log(office)
    return Auditor(office)


@pytest.fixture
def file_audited(make_office: Callable[..., Office]) -> Auditor:
    """The same on SQLite alone."""
    office = make_office(more_config=LOG_CONFIG)
    small_log(office)
    return Auditor(office)


def records(lines: list[bytes]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in lines]


def entry_places(lines: list[bytes]) -> list[int]:
    return [place for place, record in enumerate(records(lines)) if record["line"] == "entry"]


def flipped(value: Any) -> Any:
    """The value with one bit of it changed."""
    if isinstance(value, str):
        return chr(ord(value[0]) ^ 1) + value[1:] if value else "\x01"
    return 1 if value is None else value ^ 1


def more(auditor: Auditor, case: int, kind: str = "note") -> None:
    """The case goes on."""
    app = auditor.office.app
    with app.db.write() as tx:
        entries.append(
            tx, NewEntry(case_id=case, at=app.clock.now(), kind=kind, actor="anna", personal={"note": "ruft an"})
        )


def rechained(lines: list[bytes], change: Callable[[dict[str, Any]], None]) -> list[bytes]:
    """A forger's work: every entry through `change`, then all hashes, commitments and heads made to fit."""
    out: list[dict[str, Any]] = []
    head = ""
    for record in records(lines):
        if record["line"] == "case":
            head = ""
        if record["line"] == "entry":
            change(record)
            record["prev_hash"] = head
            names = ("case", "seq", "at", "kind", "actor", "attempt", "facts", "commitment", "prev_hash")
            covered = ["dialer-entry-1", *(record[name] for name in names)]
            head = record["hash"] = hashlib.sha256(canonical(covered).rstrip(b"\n")).hexdigest()
            next(r for r in out if r["line"] == "case" and r["case"] == record["case"])["head"] = head
        out.append(record)
    return [canonical(record) for record in out]


def test_untouched_log_has_no_findings(audited: Auditor) -> None:
    report = audited.judge(audited.export())
    assert report.findings == []
    assert (report.cases, report.checkpoints, report.unanchored, report.erased) == (2, 0, None, 0)
    with audited.office.app.db.read() as tx:
        counts = [tx.scalar(sa.text(f"SELECT count(*) FROM {name}")) for name in ("entries", "entry_personal")]  # noqa: S608
    assert [report.entries, report.personal] == counts
    assert counts[0] >= 10


def test_flipped_bit_in_each_column_of_each_line_is_found_where_it_is(audited: Auditor) -> None:
    lines = audited.export()
    tried = 0
    for place in entry_places(lines):
        record = json.loads(lines[place])
        for column in set(record) - {"line"}:
            value = "" if column == "commitment" and record[column] is None else record[column]
            bad = [*lines[:place], canonical({**record, column: flipped(value)}), *lines[place + 1 :]]
            first = audited.judge(bad).findings[0]
            if column not in {"case", "seq"}:
                assert (first.case, first.seq) == (record["case"], record["seq"]), column
            tried += 1
    assert tried == 10 * len(entry_places(lines))


def test_flipped_bit_in_any_byte_of_the_export_is_found(file_audited: Auditor) -> None:
    whole = b"".join(file_audited.export())
    missed = []
    for place in range(len(whole)):
        bad = bytearray(whole)
        bad[place] ^= 1 << (place % 8)
        if file_audited.judge(bytes(bad).splitlines(keepends=True)).good:
            missed.append(place)
    assert missed == []


def test_deleted_line_is_found_at_every_place(audited: Auditor) -> None:
    lines = audited.export()
    for place in range(len(lines)):
        assert not audited.judge([*lines[:place], *lines[place + 1 :]]).good, lines[place]


def test_doubled_line_is_found_at_every_place(audited: Auditor) -> None:
    lines = audited.export()
    for place in range(len(lines)):
        assert not audited.judge([*lines[: place + 1], *lines[place:]]).good, lines[place]


def test_swapped_lines_are_found_at_every_place(audited: Auditor) -> None:
    lines = audited.export()
    for place in range(len(lines) - 1):
        swapped = [*lines[:place], lines[place + 1], lines[place], *lines[place + 2 :]]
        assert not audited.judge(swapped).good, lines[place]


def test_inserted_entry_is_found_at_every_place(audited: Auditor) -> None:
    lines = audited.export()
    for place in entry_places(lines):
        foreign = canonical({**json.loads(lines[place]), "kind": "note", "commitment": None})
        assert not audited.judge([*lines[:place], foreign, *lines[place:]]).good
        assert not audited.judge([*lines[: place + 1], foreign, *lines[place + 1 :]]).good


def test_what_is_wrong_is_named(audited: Auditor) -> None:
    lines = audited.export()
    rows = records(lines)
    second = entry_places(lines)[1]
    case, seq = rows[second]["case"], rows[second]["seq"]
    changed = [*lines[:second], canonical({**rows[second], "actor": "ben"}), *lines[second + 1 :]]
    assert told(audited.judge(changed)) == [("hash", case, seq)]
    personal = next(place for place, row in enumerate(rows) if row["line"] == "personal")
    other = canonical({**rows[personal], "data": '{"note":"zahlt nie"}'})
    where = (rows[personal]["case"], rows[personal]["seq"])
    assert told(audited.judge([*lines[:personal], other, *lines[personal + 1 :]])) == [("personal", *where)]
    (finding,) = audited.judge(changed).findings
    assert finding.text("en") == f"case {case}, entry {seq}: the content does not fit the hash"
    assert finding.text("de") == f"Akte {case}, Vermerk {seq}: der Inhalt passt nicht zum Hash"


def test_gap_that_was_chained_over_is_found(file_audited: Auditor) -> None:
    """A forger who leaves a number out, and makes all hashes and heads fit, leaves the gap."""
    lines = [canonical(row) for row in moved_on(records(file_audited.export()), case=1, first=2)]
    assert told(file_audited.judge(rechained(lines, lambda _: None))) == [("gap", 1, 3)]


def moved_on(rows: list[dict[str, Any]], *, case: int, first: int) -> list[dict[str, Any]]:
    for row in rows:
        if row.get("case") == case and (row["line"] == "case" or row["seq"] >= first):
            row["seq"] += 1
    return rows


def test_line_that_means_the_same_in_other_bytes_is_found(file_audited: Auditor) -> None:
    lines = file_audited.export()
    place = entry_places(lines)[0]
    line = lines[place]
    for other in (
        line.replace(b'"case":1', b'"case": 1'),
        line.replace(b'"case":1', b'"case":1.0'),
        line.replace(b'"case":1', b'"case":true'),
        line.replace(b'{"actor"', b'{"actor":"somebody","actor"'),
        line.replace(b'"kind":"', b'"kind":"\\u0063', 1),
        line.replace(b"}\n", b',"more":1}\n'),
        line.rstrip(b"\n") + b" \n",
    ):
        assert other != line
        first = file_audited.judge([*lines[:place], other, *lines[place + 1 :]]).findings[0]
        assert (first.what, first.line) == ("unreadable", place + 1), other


def test_whole_cases_swapped_are_found(file_audited: Auditor) -> None:
    lines = file_audited.export()
    first, second = ([line for line in lines if json.loads(line).get("case") == case] for case in (1, 2))
    assert told(file_audited.judge([lines[0], *second, *first, lines[-1]])) == [("order", 1, None)]


def test_truncated_export_is_found_at_every_length(audited: Auditor) -> None:
    lines = audited.export()
    for length in range(len(lines)):
        assert "no_end" in [f.what for f in audited.judge(lines[:length]).findings]


# --- what only a checkpoint finds ------------------------------------------------------------------------------------


def test_checkpoint_holds_for_the_log_of_then_and_of_later(audited: Auditor) -> None:
    first = audited.checkpoint()
    assert (first.n, first.cases, first.grown) == (1, 2, 2)
    assert audited.judge(audited.export(), audited.points(), (first.hash,)).findings == []
    more(audited, 1)
    more(audited, 1)
    second = audited.checkpoint()
    assert (second.n, second.cases, second.grown, second.entries) == (2, 2, 1, first.entries + 2)
    more(audited, 2)
    report = audited.judge(audited.export(), audited.points(), (first.hash, second.hash))
    assert (report.findings, report.checkpoints, report.unanchored) == ([], 2, 1)
    assert [len(json.loads(line)["heads"]) for line in audited.points()] == [2, 1]


def test_checkpoint_that_is_written_while_the_log_is_verified_is_no_finding(
    audited: Auditor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database knows it, and the file was read before."""
    audited.checkpoint()
    read, later = log_verifier.checkpoints_in, [True]

    def slow(path: Path, public: bytes, known: Sequence[str]) -> log_verifier.Checkpoints:
        book = read(path, public, known)
        if later:
            later.pop()
            audited.checkpoint()
        return book

    monkeypatch.setattr(log_verifier, "checkpoints_in", slow)
    report = verify_log(audited.office.app)
    assert (told(report), report.checkpoints, later) == ([], 2, [])


def test_end_cut_off_a_case_with_its_head_is_found_by_the_checkpoint_alone(audited: Auditor) -> None:
    audited.checkpoint()
    lines, points = audited.export(), audited.points()
    for row in [r for r in records(lines) if r["line"] == "entry"]:
        short = cut_from(lines, row["case"], row["seq"])
        assert audited.judge(short).findings == [], row
        assert told(audited.judge(short, points)) == [("cut", row["case"], None)], row


def cut_from(lines: list[bytes], case: int, seq: int) -> list[bytes]:
    """The log without the case's entries from `seq` on, and everything else made to fit."""
    kept = [r for r in records(lines) if not (r.get("case") == case and r["line"] != "case" and r["seq"] >= seq)]
    last = [r for r in kept if r["line"] == "entry" and r["case"] == case]
    for row in kept:
        if row["line"] == "case" and row["case"] == case:
            row["seq"], row["head"] = seq - 1, last[-1]["hash"] if last else ""
    return [canonical(row) for row in counted(kept)]


def counted(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    kinds = [row["line"] for row in rows]
    counts = {"cases": kinds.count("case"), "entries": kinds.count("entry"), "personal": kinds.count("personal")}
    return [{**row, **counts} if row["line"] == "end" else row for row in rows]


def test_case_taken_out_whole_is_found_by_the_checkpoint_alone(audited: Auditor) -> None:
    audited.checkpoint()
    lines, points = audited.export(), audited.points()
    for case in (1, 2):
        without = [canonical(row) for row in counted([r for r in records(lines) if r.get("case") != case])]
        assert audited.judge(without).findings == []
        assert told(audited.judge(without, points)) == [("lost_case", case, None)]


def test_rechained_log_is_found_by_the_checkpoint_alone_from_every_entry(audited: Auditor) -> None:
    audited.checkpoint()
    lines, points = audited.export(), audited.points()
    for row in [r for r in records(lines) if r["line"] == "entry"]:
        place = (row["case"], row["seq"])

        def forge(entry: dict[str, Any], place: tuple[int, int] = place) -> None:
            if (entry["case"], entry["seq"]) == place:
                entry["actor"] = "somebody else"

        forged = rechained(lines, forge)
        assert forged != lines
        assert audited.judge(forged).findings == [], place
        (found,) = told(audited.judge(forged, points))
        assert found[:2] == ("changed", row["case"])


def test_rolled_back_log_is_found_and_no_checkpoint_covers_it(audited: Auditor) -> None:
    before = audited.export()
    more(audited, 1)
    audited.checkpoint()
    assert audited.judge(before).findings == []
    report = audited.judge(before, audited.points())
    assert told(report) == [("cut", 1, None)]


def test_program_refuses_to_continue_checkpoints_after_a_roll_back(file_audited: Auditor) -> None:
    office = file_audited.office
    backup = office.folder / "backup.sqlite3"
    with sqlite3.connect(office.app.db.file) as source, sqlite3.connect(backup) as target:
        source.backup(target)
    more(file_audited, 1)
    file_audited.checkpoint()
    with sqlite3.connect(backup) as source, sqlite3.connect(office.app.db.file) as target:
        source.backup(target)
    for _ in range(2):
        with pytest.raises(BadInput, match=r"case 1: entry \d+ is not as in the last checkpoint"):
            file_audited.checkpoint()
    more(file_audited, 1)
    with pytest.raises(BadInput, match=r"case 1: entry \d+ is not as in the last checkpoint"):
        file_audited.checkpoint()
    assert len(file_audited.points()) == 1
    assert office.alarms()[-1] == "log.checkpoint_failed"


# --- the checkpoints themselves --------------------------------------------------------------------------------------


def with_three(auditor: Auditor) -> Auditor:
    for case in (1, 2, 1):
        auditor.checkpoint()
        more(auditor, case)
    return auditor


@pytest.fixture
def three(audited: Auditor) -> Auditor:
    """Three checkpoints."""
    return with_three(audited)


@pytest.fixture
def file_three(file_audited: Auditor) -> Auditor:
    """The same on SQLite alone."""
    return with_three(file_audited)


def test_flipped_bit_in_any_byte_of_the_checkpoints_is_found(file_three: Auditor) -> None:
    lines, whole = file_three.export(), b"".join(file_three.points())
    for place in range(0, len(whole), 7):
        bad = bytearray(whole)
        bad[place] ^= 1 << (place % 8)
        assert not file_three.judge(lines, bytes(bad).splitlines(keepends=True)).good, place


def test_checkpoint_taken_out_doubled_or_swapped_is_found(three: Auditor) -> None:
    lines, points = three.export(), three.points()
    assert three.judge(lines, points).good
    for n in range(3):
        assert not three.judge(lines, [*points[:n], *points[n + 1 :]]).good
        assert not three.judge(lines, [*points[: n + 1], *points[n:]]).good
    for first, second in ((0, 1), (1, 2), (0, 2)):
        swapped = list(points)
        swapped[first], swapped[second] = points[second], points[first]
        assert not three.judge(lines, swapped).good


def test_last_checkpoints_cut_off_are_missed_by_the_database(three: Auditor) -> None:
    lines, points = three.export(), three.points()
    found = three.judge(lines, points[:2]).findings
    assert [(f.what, f.checkpoint) for f in found] == [("cp_lost", 3)]
    found = three.judge(lines, []).findings
    assert [(f.what, f.checkpoint) for f in found] == [("cp_lost", 1), ("cp_lost", 2), ("cp_lost", 3)]


def test_last_checkpoint_cut_off_in_both_places_is_missed_by_who_wrote_its_hash_down(three: Auditor) -> None:
    points, last = three.points(), hashlib.sha256(three.points()[2].rstrip(b"\n")).hexdigest()
    lines = [line for line in three.export() if last.encode() not in line]
    assert three.judge(lines, points[:2]).good
    assert [f.what for f in three.judge(lines, points[:2], (last,)).findings] == ["cp_lost"]


def test_checkpoint_signed_by_another_key_is_found(three: Auditor) -> None:
    point = json.loads(three.points()[2])
    del point["sig"]
    signature = Ed25519PrivateKey.generate().sign(canonical(point).rstrip(b"\n"))
    forged = canonical({**point, "sig": base64.b64encode(signature).decode()})
    lines = [line for line in three.export() if b'"line":"checkpoint"' not in line]
    assert [f.what for f in three.judge(lines, [*three.points()[:2], forged]).findings] == ["cp_signature"]


@pytest.mark.parametrize("change", [{"n": 7}, {"prev": "0" * 64}, {"chain": "0" * 32}, {"type": "other"}])
def test_checkpoint_that_is_signed_but_in_the_wrong_place_is_found(file_three: Auditor, change: dict[str, Any]) -> None:
    points = file_three.points()
    point = {**json.loads(points[2]), **change}
    del point["sig"]
    key = load_pem_private_key(file_three.keys[0].read_bytes(), password=None)
    assert isinstance(key, Ed25519PrivateKey)
    signature = base64.b64encode(key.sign(canonical(point).rstrip(b"\n"))).decode()
    lines = [line for line in file_three.export() if b'"line":"checkpoint"' not in line]
    report = file_three.judge(lines, [*points[:2], canonical({**point, "sig": signature})])
    assert report.findings[0].what == "cp_order"


def test_signature_written_in_another_way_is_found(file_three: Auditor) -> None:
    lines, points = file_three.export(), file_three.points()
    last = json.loads(points[-1])
    assert last["sig"].endswith("==")
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    same = last["sig"][:-3] + alphabet[alphabet.index(last["sig"][-3]) | 1] + "=="
    assert base64.b64decode(same) == base64.b64decode(last["sig"])
    unknown = [line for line in lines if json.loads(line)["line"] != "checkpoint"]
    report = file_three.judge(unknown, [*points[:-1], canonical({**last, "sig": same})])
    assert [(f.what, f.checkpoint) for f in report.findings] == [("cp_unreadable", len(points))]


def test_program_refuses_a_changed_file_of_checkpoints(three: Auditor) -> None:
    points = three.points()
    for bad, says in (
        (points[:2], "checkpoint 3 is missing"),
        ([points[0], points[2]], "was changed"),
        ([points[0].replace(b'"n":1', b'"n":4'), *points[1:]], "was changed"),
    ):
        three.checkpoint_file.write_bytes(b"".join(bad))
        with pytest.raises(BadInput, match=says):
            three.checkpoint()
        assert three.checkpoint_file.read_bytes() == b"".join(bad)
    three.checkpoint_file.unlink()
    three.checkpoint()
    assert three.office.alarms()[-1] == "log.checkpoints_begun_anew"


def test_older_file_of_another_chain_in_the_place_of_the_newest_is_found(three: Auditor) -> None:
    office, old = three.office, three.points()
    office.run(60)
    three.checkpoint_file.unlink()
    three.checkpoint()
    new = three.points()
    assert three.judge(three.export(), new).findings == []
    report = three.judge(three.export(), old)
    assert ([f.what for f in report.findings], report.good, report.elsewhere) == (["cp_succeeded"], False, 1)
    # as long as the newest may merely be another machine's own, the next checkpoint is written, and told
    office.run(23 * 3600)
    three.checkpoint_file.write_bytes(b"".join(old))
    three.checkpoint()
    assert office.alarms()[-1] == "log.checkpoints_succeeded"
    # and then they grow side by side
    assert three.judge(three.export(), three.points()).findings == []
    assert [f.what for f in three.judge(three.export(), new).findings] == []


def test_program_does_not_go_on_with_an_old_file(three: Auditor) -> None:
    office, old = three.office, three.points()
    office.run(60)
    three.checkpoint_file.unlink()
    three.checkpoint()
    office.run(27 * 3600)
    three.checkpoint_file.write_bytes(b"".join(old))
    with pytest.raises(BadInput, match="another file of checkpoints was begun after the last one of this file"):
        three.checkpoint()
    assert office.alarms()[-1] == "log.checkpoint_failed"
    assert three.points() == old


def test_files_of_two_machines_grow_side_by_side(three: Auditor) -> None:
    office = three.office
    files = [three.points(), []]
    for _ in range(3):
        for n in (1, 0):
            office.run(12 * 3600)
            three.checkpoint_file.write_bytes(b"".join(files[n]))
            three.checkpoint()
            files[n] = three.points()
    assert [three.judge(three.export(), points).findings for points in files] == [[], []]


def test_checkpoint_half_written_at_a_power_cut_is_written_again(three: Auditor) -> None:
    points = three.points()
    three.checkpoint_file.write_bytes(b"".join(points) + points[2][:40])
    assert three.checkpoint().n == 4
    assert three.judge(three.export(), three.points()).findings == []


def test_checkpoint_the_database_was_not_told_of_is_told_later(three: Auditor) -> None:
    with three.office.app.db.write() as tx:
        tx.exec_driver_sql("DELETE FROM checkpoints WHERE n = 3")
    assert three.judge(three.export(), three.points()).good
    assert three.checkpoint().n == 4
    with three.office.app.db.read() as tx:
        assert tx.exec_driver_sql("SELECT n FROM checkpoints ORDER BY n").scalars().all() == [1, 2, 3, 4]


# --- the personal part -----------------------------------------------------------------------------------------------


def test_personal_part_that_is_gone_without_an_erasure_is_found(audited: Auditor) -> None:
    audited.checkpoint()
    with audited.office.app.db.write() as tx:
        seqs = tx.exec_driver_sql("SELECT seq FROM entry_personal WHERE case_id = 1 ORDER BY seq").scalars().all()
        tx.exec_driver_sql("DELETE FROM entry_personal WHERE case_id = 1")
    report = audited.judge(audited.export(), audited.points())
    assert told(report) == [("personal_lost", 1, seq) for seq in seqs]
    assert len(seqs) >= 3
    assert report.erased == 0


def test_personal_part_written_after_an_erasure_may_not_vanish_by_it(audited: Auditor) -> None:
    app = audited.office.app
    with app.db.write() as tx:
        tx.exec_driver_sql("DELETE FROM entry_personal WHERE case_id = 1")
        entries.append(tx, NewEntry(case_id=1, at=app.clock.now(), kind="debtor.erased", actor="boss"))
    assert told(audited.judge(audited.export())) == []
    more(audited, 1)
    with app.db.write() as tx:
        seq = tx.exec_driver_sql("DELETE FROM entry_personal WHERE case_id = 1 RETURNING seq").scalar_one()
    assert told(audited.judge(audited.export())) == [("personal_lost", 1, seq)]


def test_erased_personal_part_is_counted_and_no_finding(audited: Auditor) -> None:
    app = audited.office.app
    audited.checkpoint()
    with app.db.write() as tx:
        erased = tx.exec_driver_sql("DELETE FROM entry_personal WHERE case_id = 1").rowcount
        entries.append(tx, NewEntry(case_id=1, at=app.clock.now(), kind="debtor.erased", actor="boss"))
    report = audited.judge(audited.export(), audited.points())
    assert report.findings == []
    assert report.erased == erased > 0
    assert f"{erased} of them erased" in report.lines("en")[0]


# --- an SQLite file, read by itself ----------------------------------------------------------------------------------


@pytest.fixture
def tampered(file_audited: Auditor) -> Callable[..., list[tuple[str, int | None, int | None]]]:
    """What is found after somebody took the triggers off and ran statements; each time on a fresh copy."""
    source = file_audited.office.app.db.file
    assert source is not None

    def go(*statements: str) -> list[tuple[str, int | None, int | None]]:
        copy = file_audited.office.folder / "copy.sqlite3"
        copy.unlink(missing_ok=True)
        with sqlite3.connect(source) as original, sqlite3.connect(copy) as target:
            original.backup(target)
        database = sqlite3.connect(copy)
        for name in ("entries_no_update", "entries_no_delete", "entries_no_replace"):
            database.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            assert database.execute(statement).rowcount != 0, statement
        database.commit()
        database.close()
        return told(log_verifier.verify(log_verifier.read_log(copy)))

    return go


def test_database_file_is_checked_without_an_export(file_audited: Auditor, tampered: Callable[..., Any]) -> None:
    assert tampered() == []
    path = file_audited.office.app.db.file
    assert path is not None
    direct = log_verifier.verify(log_verifier.read_log(path))
    exported = file_audited.judge(file_audited.export())
    assert direct == exported


def test_tampering_with_the_file_is_found(tampered: Callable[..., Any]) -> None:
    for statement, found in [
        ("UPDATE entries SET kind = 'x' WHERE case_id = 1 AND seq = 2", [("hash", 1, 2)]),
        ("UPDATE entries SET at = replace(at, '.', ',') WHERE case_id = 1 AND seq = 2", [("hash", 1, 2)]),
        ("UPDATE entries SET at = replace(at, ' ', 'T') || '+00:00' WHERE case_id = 1 AND seq = 2", [("hash", 1, 2)]),
        ("UPDATE entries SET at = 'noon' WHERE case_id = 1 AND seq = 2", [("hash", 1, 2)]),
        ("UPDATE entries SET facts = CAST(x'7bff7d' AS TEXT) WHERE case_id = 1 AND seq = 2", [("hash", 1, 2)]),
        ("UPDATE entries SET prev_hash = '' WHERE case_id = 1 AND seq = 2", [("prev_hash", 1, 2), ("hash", 1, 2)]),
        ("UPDATE cases SET entry_seq = entry_seq - 1 WHERE id = 2", [("head", 2, None)]),
        ("UPDATE cases SET entry_head = '' WHERE id = 2", [("head", 2, None)]),
        ("UPDATE entries SET case_id = 9 WHERE case_id = 1 AND seq = 1", [
            ("gap", 1, 2), ("prev_hash", 1, 2), ("no_case", 9, 1)]),
        ("UPDATE entry_personal SET case_id = 9 WHERE case_id = 1 AND seq = 1", [("personal_stray", 9, 1)]),
        ("UPDATE entry_personal SET seq = 99 WHERE case_id = 1 AND seq = 1", [("personal_stray", 1, 99)]),
        ("UPDATE entry_personal SET salt = 'x' WHERE case_id = 1 AND seq = 1", [("personal", 1, 1)]),
    ]:  # fmt: skip
        got = tampered(statement)
        if "entry_personal" in statement or "case_id = 9" in statement:
            assert found[-1] in got, statement
        else:
            assert got == found, statement


def test_file_that_is_no_log_is_said_to_be_none(file_audited: Auditor) -> None:
    folder = file_audited.office.folder
    for name, content in (("broken", b"SQLite format 3\0" + b"x" * 5000), ("empty", b""), ("text", b"hello\n")):
        (folder / name).write_bytes(content)
    assert file_audited.alone(folder / "broken")[0] == 2
    assert file_audited.alone(folder / "missing")[0] == 2
    assert file_audited.alone(folder / "empty")[0] == 1
    assert file_audited.alone(folder / "text")[0] == 1


# --- the file alone --------------------------------------------------------------------------------------------------


def test_verifier_imports_the_standard_library_alone() -> None:
    names = set()
    for node in ast.walk(ast.parse(VERIFIER.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add((node.module or "").partition(".")[0])
    assert names == STANDARD


def test_auditor_without_dialer_checks_an_export(audited: Auditor) -> None:
    made = audited.checkpoint()
    log = audited.office.folder / "log.jsonl"
    log.write_bytes(b"".join(audited.export()))
    files = ("--checkpoints", str(audited.checkpoint_file), "--public-key", str(audited.keys[1]), "--known", made.hash)
    code, said = audited.alone(log, *files, "--language", "de")
    assert (code, said.splitlines()[-2:]) == (0, ["1 Prüfpunkte, 0 Vermerke nach dem letzten", "0 Befunde"])
    log.write_bytes(log.read_bytes().replace(b'"scheduler"', b'"somebody"').replace(b'"test"', b'"tesu"'))
    code, said = audited.alone(log, *files, "--json")
    assert code == 1
    assert json.loads(said)["found"] >= 1
    assert audited.alone(log, "--checkpoints", str(audited.checkpoint_file))[0] == 2


RFC_8032 = [
    ("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"),
    ("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"),
    ("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"),
]  # fmt: skip


@pytest.mark.parametrize(("public", "message", "signature"), RFC_8032)
def test_signatures_of_the_standard_hold_and_no_others(public: str, message: str, signature: str) -> None:
    key, text, signed = (bytes.fromhex(part) for part in (public, message, signature))
    assert log_verifier.signature_holds(key, text, signed)
    assert not log_verifier.signature_holds(key, text + b"x", signed)
    for place in range(64):
        bad = bytearray(signed)
        bad[place] ^= 1 << (place % 8)
        assert not log_verifier.signature_holds(key, text, bytes(bad)), place
    order = 2**252 + 27742317777372353535851937790883648493
    doubled = signed[:32] + (int.from_bytes(signed[32:], "little") + order).to_bytes(32, "little")
    assert not log_verifier.signature_holds(key, text, doubled)


def test_signatures_of_the_library_hold() -> None:
    for number in range(20):
        key, text = Ed25519PrivateKey.generate(), b"x" * number
        public = key.public_key().public_bytes_raw()
        assert log_verifier.signature_holds(public, text, key.sign(text))
        assert not log_verifier.signature_holds(public, text + b"y", key.sign(text))


# --- beside the work -------------------------------------------------------------------------------------------------


def test_export_is_of_one_instant_while_others_write(audited: Auditor) -> None:
    other = Database(audited.office.app.config.database.url.get_secret_value())
    written = []

    def meanwhile(connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if connection.engine is audited.office.app.db.engine and "FROM cases" in statement and not written:
            written.append(statement)
            with other.write() as tx:
                entries.append(tx, NewEntry(case_id=1, at=audited.office.clock.now(), kind="note", actor="ben"))

    sa.event.listen(audited.office.app.db.engine, "after_cursor_execute", meanwhile)
    lines = audited.export()
    sa.event.remove(audited.office.app.db.engine, "after_cursor_execute", meanwhile)
    other.close()
    assert len(written) == 1
    assert audited.judge(lines).findings == []
    assert audited.judge(audited.export()).entries == audited.judge(lines).entries + 1
