"""What people note about a case, and what the gate makes of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from office_kit import BERLIN, ERIKA, MILLS, TUESDAY

from dialer.actions.mark_case import mark_case, unmark_case
from dialer.actions.situation import look
from dialer.core.case import MarkKind
from dialer.core.errors import BadInput, NotFound
from dialer.core.marks import Mark
from dialer.storage import marks

NOW = TUESDAY.astimezone(UTC)
LAST_WEEK = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)
JANUARY = datetime(2027, 1, 24, 0, 0, tzinfo=BERLIN)
A_MOMENT = timedelta(microseconds=1)


def standing(office, case):
    with office.app.db.read() as tx:
        return marks.of_case(tx, case)


def facts_of(office, case):
    with office.app.db.read() as tx:
        found = look(office.app, tx, case)
    contact = found.case.contacts[0]
    now = office.clock.now()
    return found.facts(contact, contact.phones[0], now, channel="call", mode="preview")


# --- set and lifted --------------------------------------------------------------------------------------------------


def test_mark_stands_from_now_and_is_in_the_log(either_office):
    case = either_office.case(ERIKA)
    mark_case(either_office.app, case, MarkKind.CEASE, actor="anna", reason="  Brief vom 20.11. ")
    assert standing(either_office, case) == (Mark(kind=MarkKind.CEASE, given_at=NOW),)
    entry = either_office.entry(case, "mark.set")
    assert (entry.actor, entry.facts) == ("anna", {"mark": "cease", "given_at": "2026-11-24T09:00:00+00:00"})
    assert entry.personal == {"reason": "Brief vom 20.11."}


def test_mark_with_an_end_and_a_beginning(either_office):
    case = either_office.case(ERIKA)
    mark_case(either_office.app, case, MarkKind.MORATORIUM, actor="anna", on=LAST_WEEK, until=JANUARY)
    assert standing(either_office, case) == (
        Mark(kind=MarkKind.MORATORIUM, given_at=LAST_WEEK, until=datetime(2027, 1, 23, 23, 0, tzinfo=UTC)),
    )
    entry = either_office.entry(case, "mark.set")
    assert entry.facts == {
        "mark": "moratorium",
        "given_at": "2026-11-17T09:00:00+00:00",
        "until": "2027-01-24T00:00:00+01:00",
    }
    assert entry.personal == {}


def test_what_a_wish_says_stands_beside_the_hash(office):
    case = office.case(ERIKA)
    mark_case(office.app, case, MarkKind.WISH, actor="anna", text=" mon-fri   08:00-12:00 ", reason="Nachtschicht")
    assert standing(office, case) == (Mark(kind=MarkKind.WISH, given_at=NOW, text="mon-fri 08:00-12:00"),)
    entry = office.entry(case, "mark.set")
    assert entry.facts == {"mark": "wish", "given_at": "2026-11-24T09:00:00+00:00"}
    assert entry.personal == {"text": "mon-fri 08:00-12:00", "reason": "Nachtschicht"}


def test_mark_is_taken_back(either_office):
    case = either_office.case(ERIKA)
    mark_case(either_office.app, case, MarkKind.ATTORNEY, actor="anna")
    unmark_case(either_office.app, case, MarkKind.ATTORNEY, actor="ben", reason="Mandat beendet")
    assert standing(either_office, case) == ()
    entry = either_office.entry(case, "mark.lifted")
    assert (entry.actor, entry.facts) == ("ben", {"mark": "attorney"})
    assert entry.personal == {"reason": "Mandat beendet"}


def test_gate_sees_what_was_noted(office):
    case = office.case(ERIKA)
    mark_case(office.app, case, MarkKind.PHONE_OBJECTION, actor="anna")
    mark_case(office.app, case, MarkKind.MORATORIUM, actor="anna", until=JANUARY)
    mark_case(office.app, case, MarkKind.RDG13A, actor="anna", on=LAST_WEEK)
    mark_case(office.app, case, MarkKind.WISH, actor="anna", text="sat 09:00-12:00")
    facts = facts_of(office, case)
    assert facts.flags == {"phone_objection"}
    assert facts.moratorium_until == JANUARY
    assert facts.notices == {"rdg13a": LAST_WEEK}
    assert [str(span) for span in facts.wishes.days[5]] == ["09:00-12:00"]


# --- the case follows ------------------------------------------------------------------------------------------------


def test_case_is_looked_at_at_once(office):
    case = office.case(ERIKA)
    office.tick()
    waits = office.row(case)
    assert (waits.next_at, waits.next_mode) == (TUESDAY, "progressive")
    mark_case(office.app, case, MarkKind.PHONE_OBJECTION, actor="anna")
    row = office.row(case)
    assert (row.next_at, row.next_mode) == (TUESDAY, None)
    office.tick()
    assert office.row(case).next_reason == "collection_call first_call DE-C1"
    unmark_case(office.app, case, MarkKind.PHONE_OBJECTION, actor="anna")
    office.tick()
    assert (office.row(case).next_at, office.row(case).next_mode) == (TUESDAY, "progressive")


def test_closed_case_is_marked_and_stays_closed(office):
    case = office.case(ERIKA)
    office.pays(case)
    office.tick()
    before = office.row(case)
    mark_case(office.app, case, MarkKind.DECEASED, actor="anna")
    assert office.row(case).status == before.status
    assert office.kinds(case)[-1] == "mark.set"


def ringing(office, number=MILLS):
    office.collector()
    case = office.business(number)
    office.dial()
    office.run(1)
    assert office.attempt(case).call.sid is not None
    assert office.attempt(case).call.state in ("placed", "ringing")
    return case


def test_ringing_call_that_the_mark_forbids_is_taken_back(either_office):
    case = ringing(either_office)
    mark_case(either_office.app, case, MarkKind.INSOLVENCY, actor="anna")
    either_office.run(120)
    assert either_office.call_to(MILLS).status == "canceled"
    assert either_office.entry(case, "attempt.cancel").facts["why"] == "DE-C4"
    assert "call.joined" not in either_office.kinds(case)


def test_ringing_call_that_the_mark_does_not_forbid_goes_on(office):
    case = ringing(office)
    mark_case(office.app, case, MarkKind.RECORDING_CONSENT, actor="anna")
    office.run(120)
    assert "attempt.cancel" not in office.kinds(case)
    assert "call.joined" in office.kinds(case)


def test_ringing_call_is_judged_again_when_a_mark_is_taken_back(office):
    case = ringing(office)
    mark_case(office.app, case, MarkKind.RECORDING_CONSENT, actor="anna")
    with office.app.db.write() as tx:
        marks.set_mark(tx, case, Mark(kind=MarkKind.INSOLVENCY, given_at=NOW), actor="x", at=NOW)
    unmark_case(office.app, case, MarkKind.RECORDING_CONSENT, actor="anna")
    assert office.entry(case, "attempt.cancel").facts["why"] == "DE-C4"


def test_case_that_cannot_be_judged_is_marked_all_the_same(office):
    case = office.business(MILLS)
    office.collector()
    office.dial()
    with office.app.db.write() as tx:
        tx.exec_driver_sql("UPDATE debtors SET segment = 'lost'")
    mark_case(office.app, case, MarkKind.CEASE, actor="anna")
    assert standing(office, case) == (Mark(kind=MarkKind.CEASE, given_at=office.entry(case, "mark.set").at),)


# --- refused ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "more", "says"),
    [
        ("rdg13a", {"on": NOW + A_MOMENT}, "rdg13a: 2026-11-24T09:00:00.000001+00:00 is in the future"),
        ("cease", {"on": JANUARY}, "cease: 2027-01-24T00:00:00+01:00 is in the future; note it when it has come about"),
        ("moratorium", {}, "moratorium needs an end: say until when it holds"),
        ("prior_consent", {"on": LAST_WEEK}, "prior_consent needs an end"),
        ("moratorium", {"until": NOW}, "moratorium: its end 2026-11-24T09:00:00+00:00 is past"),
        ("prior_consent", {"until": LAST_WEEK}, "prior_consent: its end 2026-11-17T09:00:00+00:00 is past"),
        ("cease", {"until": JANUARY}, "cease has no end; it stands until it is taken back with `dialer unmark`"),
        ("us_validation", {"until": JANUARY}, "us_validation has no end"),
        ("wish", {}, 'a wish needs the inconvenient times, like "mon-fri 08:00-12:00"'),
        ("wish", {"text": "  "}, "a wish needs the inconvenient times"),
        ("wish", {"text": "abends"}, 'wish "abends": "" is not a time span'),
        ("wish", {"text": "abends 18:00-20:00"}, "sun; write it like"),
        ("wish", {"text": "mon-fri"}, 'wish "mon-fri": '),
        ("wish", {"text": "mon-fri 12:00-08:00"}, 'wish "mon-fri 12:00-08:00": '),
        ("wish", {"text": "mo-fr 08:00-12:00"}, '"mo-fr" is not a day like "mon"'),
        ("attorney", {"text": "RA Klein"}, "attorney takes no text; what there is to say about it is its reason"),
    ],
)
def test_mark_that_makes_no_sense_is_refused(office, kind, more, says):
    case = office.case(ERIKA)
    with pytest.raises(BadInput) as refused:
        mark_case(office.app, case, MarkKind(kind), actor="anna", **more)
    assert says in str(refused.value)
    assert standing(office, case) == ()
    assert office.log(case) == []


def test_mark_that_is_not_there_is_not_taken_back(office):
    case = office.case(ERIKA)
    with pytest.raises(BadInput, match=f"case {case} has no mark cease"):
        unmark_case(office.app, case, MarkKind.CEASE, actor="anna")
    assert office.log(case) == []


def test_unknown_case(office):
    with pytest.raises(NotFound, match="there is no case 99"):
        mark_case(office.app, 99, MarkKind.CEASE, actor="anna")
    with pytest.raises(NotFound, match="there is no case 99"):
        unmark_case(office.app, 99, MarkKind.CEASE, actor="anna")
