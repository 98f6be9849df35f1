"""A virtual day from the sample book to the report, and the auditor who must find what we promise never to do."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from openpyxl import load_workbook

from dialer.demo import run
from dialer.demo.audit import _as_call, _doubles, _inside
from dialer.demo.gateway import Fax, open_gateway
from dialer.demo.stage import BERLIN
from dialer.mail.handover import HandedOver
from dialer.mail.message import Letter, message
from dialer.mail.smtp import Server, send
from dialer.simulator.records import CallRecord

ERIKA = "+498923125001"
ERIKA_AT_HER_SISTERS = "+498923125007"
KORN = "+493023125102"
WHO = {ERIKA: (1, "consumer", "SN"), ERIKA_AT_HER_SISTERS: (1, "consumer", "SN"), KORN: (2, "business", "BE")}
_SIDS = count(1)


def rang(at: str, *, to: str = ERIKA, seconds: int = 25, answered: bool = False, dialled: bool = True) -> CallRecord:
    """A call on the Berlin clock that rang for so long."""
    begun = datetime.fromisoformat(at).replace(tzinfo=BERLIN).astimezone(ZoneInfo("UTC"))
    stopped = begun + timedelta(seconds=seconds)
    return CallRecord(
        sid=f"CA{next(_SIDS)}",
        to=to,
        from_="+493023125000",
        created_at=begun,
        started_at=begun if dialled else None,
        ringing_at=begun if dialled else None,
        answered_at=stopped if answered else None,
        ended_at=stopped + timedelta(minutes=10) if answered else stopped,
    )


def doubles(*calls: CallRecord) -> list[int]:
    """Which of the calls, by their order, the auditor finds."""
    found = set(_doubles(calls, WHO))
    return [n for n, call in enumerate(calls) if call.sid in found]


@pytest.mark.parametrize(
    ("at", "kind", "land", "right"),
    [
        pytest.param("2026-11-17T08:00:00", "consumer", "BE", True, id="eight sharp"),
        pytest.param("2026-11-17T07:59:59", "consumer", "BE", False, id="a second before eight"),
        pytest.param("2026-11-17T19:59:30", "consumer", "BE", True, id="rings until five seconds before eight"),
        pytest.param("2026-11-17T19:59:40", "consumer", "BE", False, id="begins before eight and rings past it"),
        pytest.param("2026-11-17T20:00:00", "consumer", "BE", False, id="late call"),
        pytest.param("2026-11-17T23:30:00", "business", "BE", False, id="late call to a firm"),
        pytest.param("2026-11-17T17:59:00", "business", "BE", True, id="a firm before six"),
        pytest.param("2026-11-17T18:00:00", "business", "BE", False, id="a firm after six"),
        pytest.param("2026-11-21T10:00:00", "consumer", "BE", True, id="Saturday morning"),
        pytest.param("2026-11-21T08:59:00", "consumer", "BE", False, id="Saturday before nine"),
        pytest.param("2026-11-21T18:00:00", "consumer", "BE", False, id="Saturday evening"),
        pytest.param("2026-11-21T10:00:00", "business", "BE", False, id="a firm on Saturday"),
        pytest.param("2026-11-22T12:00:00", "consumer", "BE", False, id="Sunday"),
        pytest.param("2026-11-22T12:00:00", "business", "BE", False, id="a firm on Sunday"),
        pytest.param("2026-11-18T12:00:00", "consumer", "SN", False, id="Day of Repentance, in Saxony"),
        pytest.param("2026-11-18T12:00:00", "business", "SN", False, id="a firm in Saxony on that day"),
        pytest.param("2026-11-18T12:00:00", "consumer", "BY", True, id="the same day in Bavaria"),
        pytest.param("2026-11-18T12:00:00", "consumer", None, True, id="the same day, place unknown"),
        pytest.param("2026-12-25T12:00:00", "consumer", "BY", False, id="Christmas"),
        pytest.param("2026-03-08T12:00:00", "consumer", "BY", False, id="a Sunday in Bavaria"),
        pytest.param("2027-03-08T12:00:00", "consumer", "BY", False, id="a holiday where the callers sit"),
    ],
)
def test_the_auditor_knows_the_law_by_heart(at: str, kind: str, land: str | None, right: bool) -> None:  # noqa: FBT001
    assert _inside(rang(at), kind, land) is right


def test_a_conversation_may_last_past_eight_if_it_began_before() -> None:
    assert _inside(rang("2026-11-17T19:58:00", seconds=20, answered=True), "consumer", "BE")


def test_a_second_call_within_two_hours_is_found() -> None:
    assert doubles(rang("2026-11-17T10:00:00"), rang("2026-11-17T12:00:24")) == [1]
    assert doubles(rang("2026-11-17T10:00:00"), rang("2026-11-17T12:00:25")) == []


def test_a_call_during_the_first_is_found() -> None:
    talk = rang("2026-11-17T10:00:00", seconds=10, answered=True)
    assert doubles(talk, rang("2026-11-17T10:05:00")) == [1]


def test_a_double_under_another_number_of_the_same_person_is_found() -> None:
    assert doubles(rang("2026-11-17T10:00:00"), rang("2026-11-17T11:00:00", to=ERIKA_AT_HER_SISTERS)) == [1]


def test_calls_to_two_people_are_no_double() -> None:
    assert doubles(rang("2026-11-17T10:00:00"), rang("2026-11-17T10:00:00", to=KORN)) == []


def test_what_never_left_the_queue_is_no_double() -> None:
    assert doubles(rang("2026-11-17T10:00:00", dialled=False), rang("2026-11-17T10:01:00")) == []


def test_the_fourth_call_of_a_day_is_found() -> None:
    day = [rang(f"2026-11-17T{hour}:00:00") for hour in ("08", "11", "14", "17")]
    assert doubles(*day) == [3]
    assert doubles(*day[:3], rang("2026-11-18T08:00:00")) == []


def fax(at: str, *, to: str = KORN) -> CallRecord:
    return _as_call(Fax(at=datetime.fromisoformat(at).replace(tzinfo=BERLIN), to=to, path=Path("1.pdf")))


def test_a_fax_rings_and_has_its_hours() -> None:
    assert _inside(fax("2026-11-17T17:59:59"), "business", "BE")
    assert not _inside(fax("2026-11-17T18:00:00"), "business", "BE")
    assert not _inside(fax("2026-11-21T10:00:00"), "business", "BE")
    assert doubles(rang("2026-11-17T10:00:00", to=KORN), fax("2026-11-17T11:00:00")) == [1]


def test_the_gateway_keeps_each_paper_for_the_number_it_is_for(tmp_path: Path) -> None:
    paper = b"%PDF-1.7\r\n.\r\n..\r\nend"
    letter = Letter(
        sender="fax@example.com",
        sender_name="",
        recipient="493023125102@fax.example.com",
        subject="",
        text="",
        file_name="7-3.pdf",
        pdf=paper,
        message_id="1@example.com",
        date="Tue, 17 Nov 2026 10:00:00 +0100",
    )
    noon = datetime(2026, 11, 17, 12, tzinfo=BERLIN)
    with open_gateway(tmp_path / "faxes", lambda: noon) as gateway:
        server = Server(host="127.0.0.1", port=gateway.port, security="none")
        for _ in range(2):
            done = send(server, sender=letter.sender, recipient=letter.recipient, message=message(letter))
            assert isinstance(done, HandedOver)
    assert [(f.at, f.to, f.path.name) for f in gateway.faxes] == [
        (noon, KORN, "001-7-3.pdf"),
        (noon, KORN, "002-7-3.pdf"),
    ]
    assert gateway.faxes[0].path.read_bytes() == paper


def test_a_virtual_day_is_called_within_the_law_and_three_counts_agree(tmp_path: Path) -> None:
    result = run(folder=tmp_path / "demo", days=1, claims=40, seed=3)
    data = result.data
    assert result.good
    assert data["calls"] > 10
    assert data["calls"] == data["calls_by_network"] == data["calls_by_spreadsheet"]
    assert (data["outside_window"], data["doubles"]) == ([], [])
    assert (data["still_live"], data["cases_without_plan"]) == (0, 0)
    assert data["imported_claims"] + data["rejected_rows"] >= 40
    assert sum(data["outcomes"].values()) - data["outcomes"].get("cancelled", 0) == data["calls"]
    assert data["faxes"] == data["faxes_at_gateway"]
    assert data["letters"] == len(data["papers"]["letters"])
    assert "the counts agree" in result.text
    book = load_workbook(data["spreadsheet"], read_only=True)
    assert len(book.sheetnames) >= 3
    book.close()


def test_the_same_seed_is_the_same_day(tmp_path: Path) -> None:
    first, second = (run(folder=tmp_path / name, days=1, claims=15, seed=5).data for name in ("one", "two"))
    same = ("calls", "outcomes", "dispositions", "promises", "escalations", "denials_by_rule", "payments", "letters")
    assert {key: first[key] for key in same} == {key: second[key] for key in same}
