"""The whole life of a call over real sockets: spreadsheet in, processes, network, webhooks, spreadsheet out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook

from tests.e2e.processes import Office, answers, free_port, get_json, wait_for

SID, TOKEN = "AC" + "e" * 32, "a-secret-nobody-may-see"
CALLER_ID, DESK = "+493023125000", "+493023125990"
FRIEDA, MAX, MAIER = "+493023125101", "+493023125102", "+493023125103"

CLAIMS = """\
Mandant;Kundennummer;Name;Art;Land;Bundesland;Forderung;Rechnungsnummer;Rechnungsdatum;Fällig am;Betrag;Ansprechpartner;Funktion;Telefon
muster;K1;Frieda Fröhlich;Privatperson;DE;BE;F-1;R-1;01.10.2026;15.10.2026;120,50;;;030 23125101
muster;K1;Frieda Fröhlich;Privatperson;DE;BE;F-2;R-2;05.10.2026;19.10.2026;80,00;;;030 23125101
muster;K2;Max Mailbox;Privatperson;DE;BY;F-3;R-3;01.10.2026;15.10.2026;99,00;;;030 23125102
muster;K3;=cmd|' /C calc'!A0;Firma;DE;BE;F-4;R-4;01.10.2026;15.10.2026;1.234,56;Karl Maier;Buchhaltung;030 23125103
muster;K4;Ohne Nummer GmbH;Firma;DE;BE;F-5;R-5;01.10.2026;15.10.2026;10,00;X;Buchhaltung;4,9151E+11
"""  # noqa: E501 - a line of the file is a line

PEOPLE = {
    "people": [
        {"number": FRIEDA, "segment": "private", "role": "self", "name": "Frieda", "temperament": "pays",
         "line": "answers", "claim_amount_minor": 20050},
        {"number": MAX, "segment": "private", "role": "self", "name": "Max", "line": "voicemail_only"},
        {"number": MAIER, "segment": "business", "role": "accounts_payable", "name": "Maier", "line": "busy"},
    ],
    "collectors": [{"number": DESK, "user": "anna"}],
}  # fmt: skip

CONFIG = """\
[database]
url = "{database}"
[twilio]
account_sid = "{sid}"
auth_token = "{token}"
api_base_url = "{api}"
calls_per_second = 5.0
[public]
base_url = "{public}"
[operator]
name = "Muster Forderungsmanagement"
subdivision = "BE"
[[creditor]]
key = "muster"
name = "Muster Handels GmbH"
neutral_name = "Muster GmbH"
caller_id = "{caller_id}"
agent_name = "Anna Berger"
callback_hours = {{ de = "werktags von 9 bis 17 Uhr" }}
[segment.private]
window = {{ mon-fri = ["08:00-20:00"] }}
voicemail = {{ de = "neutral" }}
announcement = {{ de = "neutral" }}
[segment.business]
window = {{ mon-fri = ["08:00-18:00"] }}
machine = "advise"
[messages.neutral]
audience = "private"
language = "de"
text = "Guten Tag, hier ist {{agent}} von {{firm_neutral}}. Bitte rufen Sie {{number}} an."
"""


@pytest.fixture
def office(tmp_path: Path, database_url: str):
    """Tuesday, ten o'clock in Berlin, twenty times as fast as life."""
    here = Office(folder=tmp_path, shown_start="2026-11-24T10:00:00+01:00", speed=20.0)
    api, public = free_port(), free_port()
    (tmp_path / "people.json").write_text(json.dumps(PEOPLE), encoding="utf-8")
    (tmp_path / "claims.csv").write_text(CLAIMS, encoding="utf-8")
    config = CONFIG.format(
        database=database_url, sid=SID, token=TOKEN, caller_id=CALLER_ID,
        api=f"http://127.0.0.1:{api}", public=f"http://127.0.0.1:{public}",
    )  # fmt: skip
    (tmp_path / "config.toml").write_text(config, encoding="utf-8")
    with here.stack:
        here.dialer("db", "upgrade")
        here.start(
            "simulator", "simulator", "--directory", "people.json", "--port", str(api),
            "--account-sid", SID, "--auth-token", TOKEN, "--calls-per-second", "5",
        )  # fmt: skip
        here.start("webhooks", "serve", "webhooks", "--port", str(public))
        here.api, here.public = f"http://127.0.0.1:{api}", f"http://127.0.0.1:{public}"
        wait_for("the simulator", lambda: answers(f"{here.api}/healthz"))
        wait_for("the webhooks", lambda: answers(f"{here.public}/readyz"))
        yield here


def test_a_claims_file_is_called_voicemailed_connected_logged_and_reported(office, database_url: str, tmp_path: Path):
    _import_twice(office)
    office.dialer("user", "add", "anna", "--phone", DESK)
    office.dialer("desk", "open", "--as", "anna")
    scheduler = office.start("scheduler", "scheduler")

    talk = wait_for("the conversation", lambda: get_json(f"{office.api}/simulator/conversations")["conversations"])[0]
    assert talk["number"] == FRIEDA
    engine = sa.create_engine(database_url)
    frieda = wait_for("Frieda's call to end", lambda: _ended(engine, FRIEDA))
    assert frieda["outcome"] == "connected"
    office.dialer(
        "dispose", str(frieda["id"]), "promise_to_pay", "--amount", "200,50", "--on", "2026-12-01", "--as", "anna"
    )
    max_ = wait_for("the voicemail", lambda: _ended(engine, MAX))
    maier = wait_for("the busy line", lambda: _ended(engine, MAIER))
    scheduler.terminate()
    assert scheduler.wait(timeout=20) == 0

    assert max_["outcome"] == "voicemail_left"
    assert maier["outcome"] == "busy"
    _check_the_tape(office)
    _check_the_log(office)
    _check_the_sheet(office, tmp_path)
    _check_that_secrets_stay_secret(tmp_path)
    engine.dispose()


def _import_twice(office) -> None:
    first = office.dialer("import", "claims", "claims.csv")
    assert (first["new_claims"], first["rejected"], first["new_cases"]) == (4, 1, 3)
    again = office.dialer("import", "claims", "claims.csv")
    assert (again["new_claims"], again["unchanged_claims"], again["new_cases"]) == (0, 4, 0)


def _ended(engine: sa.Engine, number: str) -> dict[str, object] | None:
    with engine.connect() as connection:
        query = sa.text("SELECT * FROM attempts WHERE to_e164 = :number AND state = 'ended' ORDER BY id LIMIT 1")
        row = connection.execute(query, {"number": number}).mappings().one_or_none()
        return dict(row) if row else None


def _check_the_tape(office) -> None:
    """The network's own books: one call each, and the message on tape from its first word to its last."""
    calls = [c for c in get_json(f"{office.api}/simulator/calls")["calls"] if c["to"] != DESK]
    numbers = [c["to"] for c in calls]
    assert sorted(set(numbers)) == [FRIEDA, MAX, MAIER]
    assert numbers.count(FRIEDA) == numbers.count(MAX) == 1
    [to_max] = [c for c in calls if c["to"] == MAX]
    tape = [h["text"] for h in to_max["heard"] if h["heard_by"] == "tape" and h["kind"] == "say"]
    assert tape == ["Guten Tag, hier ist Anna Berger von Muster GmbH. Bitte rufen Sie 0 3 0 2 3 1 2 5 0 0 0 an."]


def _check_the_log(office) -> None:
    told = office.dialer("explain", "F-2")
    kinds = [entry["kind"] for entry in told["log"]]
    assert kinds[0] == "case.imported"
    for kind in ("attempt.intent", "attempt.placed", "attempt.answered", "attempt.ended", "disposition", "hold.set"):
        assert kind in kinds
    assert told["why"] == "hold"
    # promised for Tuesday 1 December, three working days of grace: back on Monday the 7th, Berlin midnight
    assert told["next_at"] == "2026-12-06T23:00:00+00:00"


def _check_the_sheet(office, folder: Path) -> None:
    made = office.dialer("report", "attempts", "--from", "2026-11-24", "--to", "2026-11-24", "--out", "report.xlsx")
    assert made["attempts"] >= 3
    book = load_workbook(folder / "report.xlsx")
    header, *rows = list(book[book.sheetnames[1]].values)
    by_claim = {row[header.index("Forderung")]: dict(zip(header, row, strict=True)) for row in rows}
    # one call about two claims is two rows; K3's name is text, not a formula
    assert {"F-1", "F-2", "F-3", "F-4"} == set(by_claim)
    assert by_claim["F-1"]["Rufnummer"] == FRIEDA
    assert by_claim["F-4"]["Schuldner"] == "=cmd|' /C calc'!A0"
    assert by_claim["F-3"]["Ergebnis"] == "Nachricht hinterlassen"


def _check_that_secrets_stay_secret(folder: Path) -> None:
    for log in folder.glob("*.log"):
        text = log.read_text(encoding="utf-8")
        assert TOKEN not in text
        assert FRIEDA not in text
        assert "Traceback" not in text, text
