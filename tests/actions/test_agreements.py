"""Promises and plans from the telephone to the last rate: kept, broken, replaced, refused."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from office_kit import BERLIN, ERIKA, MILLS, Office
from test_payments import take

from dialer.actions import desk as line
from dialer.actions.dispose import dispose
from dialer.actions.follow_agreements import Followed, follow_agreements
from dialer.actions.import_claims import import_claims
from dialer.actions.mark_case import mark_case
from dialer.claims_file.reading import open_rows
from dialer.claims_file.rows import ImportDefaults
from dialer.core.agreement import Every, Instalment
from dialer.core.case import MarkKind
from dialer.core.desk import DeskState
from dialer.core.disposition import Report
from dialer.core.errors import BadInput
from dialer.core.outcome import Disposition
from dialer.scheduler import loop
from dialer.storage import agreements, payments
from dialer.storage.payments import NewPayment
from dialer.storage.tables import alarms, cases, claims, contacts, debtors, holds, phones

FRIDAY = date(2026, 11, 27)


def talk(office: Office, case: int) -> int:
    """Dial until the case's newest attempt was talked in; its id."""
    if office.desk("anna").state is DeskState.CLOSED:
        line.open_desk(office.app, "anna")
        office.run(20)
    before = len(office.attempts(case))
    office.tick(3)
    office.run(300)
    found = office.attempts(case)
    assert len(found) == before + 1, office.row(case)
    return found[-1].id


def promises(office: Office, case: int, minor: int = 12_000, on: date = FRIDAY) -> None:
    report = Report(disposition=Disposition.PROMISE_TO_PAY, amount_minor=minor, on=on)
    dispose(office.app, talk(office, case), report, actor="anna")


def plans(office: Office, case: int, rate: int, first: date, **more: Any) -> None:
    report = Report(disposition=Disposition.INSTALMENTS_AGREED, amount_minor=rate, on=first, **more)
    dispose(office.app, talk(office, case), report, actor="anna")


def pay(office: Office, case: int, minor: int, on: date | None = None) -> None:
    """Money as an import books it."""
    now = office.clock.now()
    with office.app.db.write() as tx:
        reference = tx.execute(sa.select(claims.c.reference).where(claims.c.case_id == case)).scalar_one()
        claim = payments.claim_by_reference(tx, "muster", reference)
        assert claim is not None
        new = NewPayment(
            creditor="muster",
            key=f"{case} {now} {minor}",
            paid_on=on or now.astimezone(BERLIN).date(),
            amount_minor=minor,
            currency="EUR",
            reference="",
            payer="",
            source="csv",
            imported_at=now,
        )
        payments.book(tx, payments.add(tx, new), minor, claim)


def to(office: Office, month: int, day: int, hour: int = 10, year: int = 2026) -> None:
    if office.desk("anna").state is DeskState.READY:
        line.close_desk(office.app, "anna")
    office.run_to(datetime(year, month, day, hour, tzinfo=BERLIN))


def follow(office: Office) -> Followed:
    return follow_agreements(office.app, office.clock.now())


def states(office: Office, case: int) -> list[str]:
    with office.app.db.read() as tx:
        return [f"{one.terms.kind.value} {one.state.value}" for one in agreements.of_case(tx, case)]


def kinds(office: Office, case: int) -> list[str]:
    """The case's log without the calls themselves."""
    wanted = ("agreement.", "hold.", "disposition", "ladder.", "case.")
    return [kind for kind in office.kinds(case) if kind.startswith(wanted)]


def superior(office: Office, case: int, number: str, role: str = "managing_director") -> int:
    """Somebody above the contact of a business."""
    with office.app.db.write() as tx:
        debtor = tx.execute(sa.text("select debtor_id from cases where id = :c"), {"c": case}).scalar_one()
        who = tx.execute(contacts.insert().values(debtor_id=debtor, name="Herr Chef", role=role)).inserted_primary_key
        assert who
        line = {"e164": number, "role": "business_direct", "line_type": "fixed", "state": "usable"}
        tx.execute(phones.insert().values(contact_id=who[0], **line))
    return int(who[0])


def test_promise_is_recorded_with_its_day_and_its_hold(either_office: Office) -> None:
    office = either_office
    office.collector("anna")
    erika = office.case(ERIKA)
    promises(office, erika)
    with office.app.db.read() as tx:
        found = agreements.open_of_case(tx, erika)
    assert found is not None
    assert (found.attempt_id, found.terms.amount_minor, found.terms.currency) == (
        office.attempt(erika).id,
        12_000,
        "EUR",
    )
    assert found.terms.instalments == (Instalment(n=1, due_on=FRIDAY, amount_minor=12_000),)
    assert found.terms.grace_workdays == 3
    made = office.entry(erika, "agreement.made")
    assert (made.actor, made.attempt_id) == ("anna", found.attempt_id)
    assert made.facts == {
        "agreement_id": found.id,
        "agreement": "promise",
        "amount_minor": 12_000,
        "currency": "EUR",
        "rates": [["2026-11-27", 12_000]],
        "grace_workdays": 3,
        "interest_free": True,
        "acceleration": False,
        "warnings": [],
    }
    # Friday, and Monday to Wednesday of grace
    assert office.next_at(erika) == datetime(2026, 12, 3, 0, 0, tzinfo=BERLIN)


def test_promise_that_nobody_keeps_brings_the_case_back_the_next_working_day(either_office: Office) -> None:
    office = either_office
    office.collector("anna")
    erika = office.case(ERIKA)
    promises(office, erika)
    to(office, 12, 2, 23)
    assert follow(office) == Followed()
    to(office, 12, 3, 0)
    broken = follow(office)
    assert (len(broken.broken), broken.kept) == (1, ())
    assert states(office, erika) == ["promise broken"]
    assert office.entry(erika, "agreement.broken").facts == {
        "agreement_id": broken.broken[0],
        "agreement": "promise",
        "since": "2026-12-03",
        "currency": "EUR",
        "rates": [["2026-11-27", 12_000, 0, "overdue"]],
    }
    assert office.next_at(erika) == datetime(2026, 12, 3, 9, 0, tzinfo=BERLIN)
    assert follow(office) == Followed()


def test_promise_is_kept_as_soon_as_the_money_is_there(office: Office) -> None:
    office.collector("anna")
    erika = office.case(ERIKA)
    promises(office, erika)
    to(office, 11, 26)
    pay(office, erika, 12_000)
    follow(office)
    assert states(office, erika) == ["promise kept"]
    assert office.entry(erika, "agreement.kept").facts["since"] == "2026-11-26"
    assert (office.row(erika).next_at, office.row(erika).next_reason) == (None, "paid")


def test_money_that_the_claims_file_tells_of_keeps_a_promise_too(office: Office) -> None:
    office.collector("anna")
    erika = office.case(ERIKA)
    promises(office, erika)
    office.pays(erika)
    follow(office)
    assert states(office, erika) == ["promise kept"]
    assert office.entry(erika, "agreement.kept").facts["since"] is None


@pytest.mark.parametrize(
    ("on", "known_before", "state"),
    [
        pytest.param(date(2026, 11, 23), False, "promise open", id="of the day before"),
        pytest.param(date(2026, 11, 24), True, "promise open", id="of the same day, known when it was promised"),
        pytest.param(date(2026, 11, 24), False, "promise kept", id="of the same day, not known yet"),
        pytest.param(date(2026, 11, 25), False, "promise kept", id="of the day after"),
    ],
)
def test_only_money_that_came_after_the_promise_keeps_it(
    office: Office,
    on: date,
    known_before: bool,  # noqa: FBT001 - a case of the table above
    state: str,
) -> None:
    office.collector("anna")
    erika = office.case(ERIKA, owed=24_000)
    if known_before:
        pay(office, erika, 12_000, on)
    promises(office, erika)
    to(office, 11, 25)
    if not known_before:
        pay(office, erika, 12_000, on)
    follow(office)
    assert states(office, erika) == [state]


def test_consumer_breaks_a_promise_agrees_on_a_plan_and_keeps_it(office: Office) -> None:
    """Erika promises everything, pays nothing, then pays three rates to the day."""
    office.collector("anna")
    erika = office.case(ERIKA)
    promises(office, erika)
    to(office, 12, 3, 9)
    follow(office)
    plans(office, erika, 4_000, date(2026, 12, 15))
    assert office.entry(erika, "agreement.made").facts["rates"] == [
        ["2026-12-15", 4_000],
        ["2027-01-15", 4_000],
        ["2027-02-15", 4_000],
    ]
    # Monday, 15 February, and three working days
    assert office.next_at(erika) == datetime(2027, 2, 19, 0, 0, tzinfo=BERLIN)
    for year, month, day in ((2026, 12, 15), (2027, 1, 14), (2027, 2, 17)):
        to(office, month, day, 12, year)
        assert follow(office) == Followed()
        pay(office, erika, 4_000)
    follow(office)
    assert states(office, erika) == ["promise broken", "instalments kept"]
    assert kinds(office, erika) == [
        "disposition",
        "agreement.made",
        "hold.set",
        "agreement.broken",
        "disposition",
        "agreement.made",
        "hold.set",
        "agreement.kept",
        "hold.lifted",
    ]
    assert office.entry(erika, "agreement.kept").facts["rates"] == [
        ["2026-12-15", 4_000, 4_000, "paid"],
        ["2027-01-15", 4_000, 4_000, "paid"],
        ["2027-02-15", 4_000, 4_000, "paid"],
    ]
    assert (office.row(erika).next_at, office.row(erika).next_reason) == (None, "paid")
    assert len(office.calls_to(ERIKA)) == 2


def books_say(office: Office, paid: str) -> None:
    """A claims file with the creditor's running total on Erika's claim."""
    path = office.folder / "claims.csv"
    path.write_text(
        "creditor;debtor_reference;debtor_name;debtor_type;subdivision;claim_reference;invoice_number;invoice_date;"
        "due_date;amount;paid;currency\n"
        "muster;D-5001-Erika Beispiel;Erika Beispiel;Privatperson;BE;F-D-5001-Erika Beispiel;R-5001;01.09.2026;"
        f"15.09.2026;120,00;{paid};EUR\n",
        encoding="utf-8",
    )
    defaults = ImportDefaults(creditors=frozenset({"muster"}), segments=frozenset({"private"}))
    with open_rows(path) as source:
        result = import_claims(office.app.db, source, defaults=defaults, now=office.clock.now(), actor="import")
    assert (result.imported, result.updated_claims) == (1, 1)


def test_rates_that_only_the_claims_file_tells_of_keep_a_plan(either_office: Office) -> None:
    """The creditor's books know them; nobody brings bank payments here."""
    office = either_office
    office.collector("anna")
    erika = office.case(ERIKA)
    plans(office, erika, 4_000, date(2026, 12, 15))
    for year, month, day, paid in ((2026, 12, 15, "40,00"), (2027, 1, 18, "80,00")):
        to(office, month, day, 12, year)
        books_say(office, paid)
        office.run(10 * 86_400)
        assert follow(office) == Followed()
    assert (states(office, erika), len(office.calls_to(ERIKA))) == (["instalments open"], 1)
    to(office, 2, 19, 0, 2027)
    assert follow(office) == Followed(broken=(1,))
    assert office.entry(erika, "agreement.broken").facts["rates"] == [
        ["2026-12-15", 4_000, 4_000, "paid"],
        ["2027-01-15", 4_000, 4_000, "paid"],
        ["2027-02-15", 4_000, 0, "overdue"],
    ]


def test_rate_that_the_file_and_the_bank_tell_of_is_one_rate(either_office: Office) -> None:
    office = either_office
    office.collector("anna")
    erika = office.case(ERIKA)
    plans(office, erika, 4_000, date(2026, 12, 15))
    to(office, 12, 15, 12)
    books_say(office, "40,00")
    take(office, "R-5001;15.12.2026;40,00;EUR;;;B-1")
    to(office, 1, 21, 0, 2027)
    assert follow(office) == Followed(broken=(1,))


def test_what_the_file_has_told_is_read_with_one_question_about_currencies(office: Office) -> None:
    """Once a minute, for all agreements that run: not one question for each line of the log."""
    office.collector("anna")
    erika = office.case(ERIKA)
    for paid in ("10,00", "20,00", "30,00"):
        books_say(office, paid)
    asked: list[str] = []
    sa.event.listen(office.app.db.engine, "before_cursor_execute", lambda *said: asked.append(said[2]))
    with office.app.db.read() as tx:
        (came,) = payments.arrived(tx, [erika]).values()
    assert [(money.amount_minor, money.currency) for money in came] == [(1_000, "EUR")] * 3
    assert sum("FROM claims" in statement for statement in asked) == 1


def test_rate_that_the_file_takes_back_was_none(office: Office) -> None:
    office.collector("anna")
    erika = office.case(ERIKA)
    plans(office, erika, 4_000, date(2026, 12, 15))
    to(office, 12, 15, 12)
    books_say(office, "40,00")
    books_say(office, "0,00")
    to(office, 12, 21, 0)
    assert follow(office) == Followed(broken=(1,))


def test_managing_director_agrees_and_the_second_rate_fails(office: Office) -> None:
    """The first rate comes, the second does not: nobody is above him, so a person decides."""
    office.collector("anna")
    mills = office.business(MILLS, role="managing_director", owed=30_000)
    plans(office, mills, 10_000, date(2026, 12, 1), acceleration=True)
    to(office, 12, 1)
    pay(office, mills, 10_000)
    to(office, 1, 5, year=2027)
    pay(office, mills, 2_500)
    # Friday, 1 January is a holiday, but the money is due then: Monday to Wednesday are grace
    to(office, 1, 6, 23, year=2027)
    assert follow(office) == Followed()
    to(office, 1, 7, 0, year=2027)
    follow(office)
    assert states(office, mills) == ["instalments broken"]
    assert office.entry(mills, "agreement.broken").facts["rates"] == [
        ["2026-12-01", 10_000, 10_000, "paid"],
        ["2027-01-01", 10_000, 2_500, "overdue"],
        ["2027-02-01", 10_000, 0, "due"],
    ]
    assert office.row(mills).status == "legal_review"
    assert kinds(office, mills)[-3:] == ["agreement.broken", "hold.lifted", "case.legal_review"]


def test_broken_plan_sends_a_business_one_level_up(office: Office) -> None:
    office.collector("anna")
    mills = office.business(MILLS, owed=30_000)
    chef = superior(office, mills, "+493023125109")
    plans(office, mills, 10_000, date(2026, 12, 1))
    to(office, 12, 7, 8)
    follow(office)
    assert office.entry(mills, "ladder.climbed").facts["why"] == "broken_promise"
    assert office.row(mills).contact_id == chef
    assert office.next_at(mills) == datetime(2026, 12, 7, 9, 0, tzinfo=BERLIN)


def test_kept_promise_of_a_part_is_no_refusal(office: Office) -> None:
    office.collector("anna")
    mills = office.business(MILLS, owed=30_000)
    superior(office, mills, "+493023125109")
    promises(office, mills, 10_000)
    to(office, 11, 26)
    pay(office, mills, 10_000)
    follow(office)
    assert states(office, mills) == ["promise kept"]
    assert "ladder.climbed" not in office.kinds(mills)
    assert office.next_at(mills) is not None


def test_newer_agreement_takes_the_place_of_the_one_that_runs(office: Office) -> None:
    office.collector("anna")
    erika = office.case(ERIKA)
    promises(office, erika, on=date(2026, 12, 15))
    with office.app.db.write() as tx:
        tx.execute(holds.update().values(until=office.clock.now()))
        tx.execute(cases.update().values(next_at=office.clock.now(), next_mode=None))
    to(office, 11, 30)
    plans(office, erika, 6_000, date(2026, 12, 15))
    assert states(office, erika) == ["promise withdrawn", "instalments open"]
    assert "agreement.withdrawn" in office.kinds(erika)


@pytest.mark.parametrize(
    ("report", "says"),
    [
        ({"amount_minor": 1, "on": FRIDAY}, "the plan does not end: it has more than 120 rates (DE-A4)"),
        ({"amount_minor": 199, "on": FRIDAY}, "the plan does not end within 60 months"),
        ({"amount_minor": 5_000, "on": date(2026, 11, 23)}, "must lie within 90 days from today (DE-A4)"),
        (
            {"amount_minor": 5_000, "on": FRIDAY, "total_minor": 12_001},
            "more is agreed than is owed: €120.01 of €120.00",
        ),
        ({"amount_minor": 5_000}, "needs an amount and a date (DE-A4)"),
        (
            {"rates": (Instalment(n=1, due_on=FRIDAY, amount_minor=5_000),), "total_minor": 12_000},
            "the rates add up to €50.00, but €120.00 was agreed (DE-A4)",
        ),
    ],
)
def test_plan_that_cannot_be_meant_is_refused_and_changes_nothing(
    office: Office, report: dict[str, Any], says: str
) -> None:
    office.collector("anna")
    erika = office.case(ERIKA)
    attempt = talk(office, erika)
    with pytest.raises(BadInput) as refused:
        dispose(office.app, attempt, Report(disposition=Disposition.INSTALMENTS_AGREED, **report), actor="anna")
    assert says in str(refused.value)
    assert states(office, erika) == []
    assert "disposition" not in office.kinds(erika)


def test_rates_may_be_a_week_apart_or_named_one_by_one(office: Office) -> None:
    office.collector("anna")
    erika = office.case(ERIKA)
    mills = office.business(MILLS)
    plans(office, erika, 5_000, FRIDAY, every=Every.WEEK, total_minor=10_000)
    assert office.entry(erika, "agreement.made").facts["rates"] == [["2026-11-27", 5_000], ["2026-12-04", 5_000]]
    to(office, 11, 24, 14)
    rates = (
        Instalment(n=1, due_on=FRIDAY, amount_minor=7_000),
        Instalment(n=2, due_on=date(2026, 12, 30), amount_minor=5_000),
    )
    report = Report(disposition=Disposition.INSTALMENTS_AGREED, rates=rates)
    dispose(office.app, talk(office, mills), report, actor="anna")
    assert office.entry(mills, "agreement.made").facts["rates"] == [["2026-11-27", 7_000], ["2026-12-30", 5_000]]
    assert office.entry(mills, "disposition").facts["amount_minor"] == 7_000


FOREIGN = """
[[creditor]]
key = "fremd"
name = "Fremd GmbH"
neutral_name = "Fremd GmbH"
caller_id = "+493023125000"
role = "registered_collector"
agent_name = "Anna Berger"
callback_hours = { de = "Montag bis Freitag von 9 bis 17 Uhr" }
"""


def test_collector_of_others_tells_a_consumer_the_costs_first(make_office: Any) -> None:
    office: Office = make_office(more_config=FOREIGN)
    office.collector("anna")
    erika = office.case(ERIKA)
    attempt = talk(office, erika)
    with office.app.db.write() as tx:
        tx.execute(debtors.update().values(creditor="fremd"))
    report = Report(disposition=Disposition.INSTALMENTS_AGREED, amount_minor=6_000, on=FRIDAY)
    with pytest.raises(BadInput, match=r"notice of its costs must precede .* \(DE-RDG4\)"):
        dispose(office.app, attempt, report, actor="anna")
    mark_case(office.app, erika, MarkKind.RDG13A3, actor="anna")
    office.run(1)
    dispose(office.app, attempt, report, actor="anna")
    assert states(office, erika) == ["instalments open"]


def test_interest_on_a_consumer_s_plan_is_pointed_out(office: Office) -> None:
    office.collector("anna")
    erika = office.case(ERIKA)
    plans(office, erika, 6_000, FRIDAY, interest_free=False)
    assert office.entry(erika, "agreement.made").facts["warnings"] == ["DE-A3"]


def test_scheduler_follows_agreements_once_a_minute(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[datetime] = []
    monkeypatch.setattr(loop, "follow_agreements", lambda _app, now: asked.append(now))
    begun = office.clock.now()
    following = loop._Following(office.app)  # noqa: SLF001 - the wiring is what is tested
    following.round()
    office.run(59)
    following.round()
    office.run(1)
    following.round()
    assert asked == [begun, begun + timedelta(seconds=60)]


def test_case_that_cannot_be_followed_stops_no_other(office: Office) -> None:
    office.collector("anna")
    erika = office.case(ERIKA)
    promises(office, erika)
    to(office, 11, 24, 14)
    mills = office.business(MILLS)
    promises(office, mills)
    with office.app.db.write() as tx:
        tx.execute(debtors.update().where(debtors.c.type == "consumer").values(segment="gone"))
    to(office, 12, 3, 8)
    follow(office)
    assert (states(office, erika), states(office, mills)) == (["promise open"], ["promise broken"])
    assert f"of case {erika} cannot be followed" in office.alarm_text("agreement.error")
    # it is tried again every minute, and told every hour
    office.run(60)
    follow(office)
    assert office.alarms().count("agreement.error") == 1
    office.run(3600)
    follow(office)
    assert office.alarms().count("agreement.error") == 2
    # what was told by a clock that was ahead is told again by the right one
    with office.app.db.write() as tx:
        tx.execute(alarms.update().values(at=office.clock.now() + timedelta(days=30)))
    follow(office)
    assert office.alarms().count("agreement.error") == 3
