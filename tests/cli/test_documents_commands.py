"""`dialer document`, `dialer outbox` and `dialer dossier` from end to end, on paper."""

from __future__ import annotations

import pytest
from openpyxl import load_workbook

from dialer.documents.reading import text_of
from dialer.storage.documents import sha256

AT = "2026-11-24T10:00:00+01:00"
WRITE = ("document", "write", "K2", "reminder_letter", "--as", "anna")
ADDRESS = ("--street", "Mühlweg 3", "--postal-code", "10115", "--city", "Berlin")


@pytest.fixture
def paper(book_office):
    """The office with a folder for letters to print."""
    book_office.edit(('# print_dir = "print"', 'print_dir = "print"'))
    (book_office.folder / "print").mkdir()
    return book_office


def test_letter_from_the_draft_to_the_folder_and_back(paper):
    out = paper.folder / "copy.pdf"
    made = paper.run(*WRITE, *ADDRESS, "--out", str(out), "--json", at=AT)
    assert made.json == {"case": 2, "document": 1, "kind": "reminder_letter", "sha256": sha256(out.read_bytes())}
    assert "250,50" in text_of(out.read_bytes())
    assert paper.run("document", "send", "1", "--by", "print", "--as", "anna", at=AT).code == 0
    assert paper.run("outbox", "--once", "--json", at=AT).json["handed_over"] == 1
    (letter,) = (paper.folder / "print").iterdir()
    assert letter.read_bytes() == out.read_bytes()
    scan = paper.folder / "scan.pdf"
    scan.write_bytes(b"signed")
    answer = paper.run("document", "returned", "1", "--file", str(scan), "--as", "anna", "--json", at=AT)
    assert answer.json == {"document": 1, "sha256": sha256(b"signed")}
    (listed,) = paper.run("document", "list", "K2", "--json").json["documents"]
    assert (listed["state"], listed["deliveries"][0]["state"]) == ("archived", "handed_over")
    shown = paper.run("document", "list", "K2").out
    assert "reminder_letter" in shown
    assert "handed_over" in shown


def test_saved_document_is_the_one_that_was_written(paper):
    made = paper.run(*WRITE, *ADDRESS, "--json", at=AT).json
    out = paper.folder / "again.pdf"
    assert paper.run("document", "save", "1", "--out", str(out)).code == 0
    assert sha256(out.read_bytes()) == made["sha256"]
    assert paper.run("document", "save", "9", "--out", str(out)).code == 1


def test_case_file_is_written_and_kept(paper):
    out = paper.folder / "akte.pdf"
    made = paper.run("dossier", "K2", "--out", str(out), "--as", "anna", "--json", at=AT)
    assert made.json["sha256"] == sha256(out.read_bytes())
    assert "Bergmann GmbH" in text_of(out.read_bytes())
    assert paper.run("dossier", "K2", "--out", "akte.docx").code == 2


def test_case_file_to_sort_in_is_a_workbook(paper):
    out = paper.folder / "Akte.XLSX"
    made = paper.run("dossier", "K2", "--out", str(out), "--as", "anna", "--json", at=AT)
    assert made.json == {"case": 2, "sha256": sha256(out.read_bytes()), "out": str(out)}
    book = load_workbook(out)
    assert (book["Akte"]["B5"].value, book["Forderungen"]["A2"].value) == ("Bergmann GmbH", "F2")
    told = paper.run("dossier", "K2", "--out", str(out), at=AT)
    assert told.out == f"{out}: SHA-256 {sha256(out.read_bytes())}\n"
    assert paper.run("dossier", "K2", "--out", str(out), "--as", "zoe", at=AT).code == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (WRITE, "debtors.street"),
        (("document", "write", "K2", "callback_fax", "--as", "anna"), "no fax line"),
        (("document", "write", "K2", "reminder_letter", "--as", "nobody"), 'no active user "nobody"'),
        (("document", "write", "nope", "reminder_letter", "--as", "anna"), '"nope"'),
        (("document", "send", "7", "--by", "print", "--as", "anna"), "no document 7"),
        (("document", "write", "K1", "rdg13a3_notice", "--cost", "a", "b", "much", "--as", "anna"), '"much"'),
    ],
)
def test_what_is_missing_is_told_in_a_line(paper, words, said):
    answer = paper.run(*words, at=AT)
    assert answer.code == 1
    assert said in answer.err


def test_way_that_is_not_configured_is_told(book_office):
    book_office.run(*WRITE, *ADDRESS, at=AT)
    answer = book_office.run("document", "send", "1", "--by", "print", "--as", "anna")
    assert answer.code == 1
    assert "documents.print_dir" in answer.err


def test_broken_template_stops_outbox_and_scheduler_and_shows_in_doctor(paper):
    templates = paper.folder / "templates"
    templates.mkdir()
    (templates / "dossier.typ").write_text("#let x = (")
    paper.edit(('# templates = "templates"', 'templates = "templates"'))
    for words in (("outbox", "--once"), ("scheduler", "--until-idle")):
        answer = paper.run(*words, at=AT)
        assert answer.code == 1
        assert "dossier.typ, line 1" in answer.err
    paper.edit(("https://dialer.example.com", "http://127.0.0.1:9"))
    found = paper.run("doctor", "--json", at=AT).json
    assert any(f["what"] == "documents" and not f["good"] for f in found)
