"""What the book tells the gate of titles and limitation, and what the gate makes of it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from office_kit import MILLS, Office

from dialer.actions.explain import explain
from dialer.actions.legal_stage import enter_stage
from dialer.actions.situation import look
from dialer.core.case import CaseStatus, Stage
from dialer.core.facts import ClaimFacts
from dialer.core.outcome import Channel, Mode
from dialer.storage import book, tables

TODAY = date(2026, 11, 24)
TITLE = {
    "title_kind": "enforcement_order",
    "title_on": "2026-11-02",
    "title_file_number": "26-1234567-0-1",
    "title_served_on": "2026-11-06",
}


def claim_facts(office: Office, case: int) -> tuple[ClaimFacts, ...]:
    now = office.clock.now()
    with office.app.db.read() as tx:
        situation = look(office.app, tx, case)
    contact = situation.case.contacts[0]
    facts = situation.facts(contact, contact.phones[0], now, channel=Channel.CALL, mode=Mode.PREVIEW)
    return facts.claims


def enter(office: Office, case: int, stage: str, **facts: str) -> None:
    enter_stage(office.app, case, Stage(stage), facts=facts, on=TODAY, actor="anna")


def add_claim(office: Office, case: int, invoiced: date) -> None:
    with office.app.db.write() as tx:
        row = {"case_id": case, "creditor": "muster", "reference": f"F-{invoiced}", "invoice_number": "R-9"}
        days = {"invoice_date": invoiced, "due_date": invoiced + timedelta(days=14)}
        tx.execute(tables.claims.insert().values(**row, **days, amount_minor=100, paid_minor=0, currency="EUR"))


def test_limitation_is_reckoned_claim_by_claim(either_office: Office) -> None:
    case = either_office.business(MILLS, invoiced=date(2023, 12, 10))
    add_claim(either_office, case, date(2023, 12, 20))
    old, young = claim_facts(either_office, case)
    # due on 24 December 2023 and on 3 January 2024
    assert (old.limitation_on, young.limitation_on) == (date(2026, 12, 31), date(2027, 12, 31))
    assert (old.title, young.title) == (False, False)


def test_collector_is_warned_of_a_time_barred_claim(office: Office) -> None:
    case = office.business(MILLS, invoiced=date(2022, 3, 1))
    told = explain(office.app, case, now=office.clock.now(), language="en")
    assert "DE-L4: Claim 1 is time-barred: voluntary payment only, suggest no token payment." in told.text
    assert claim_facts(office, case)[0].limitation_on == date(2025, 12, 31)


def test_nobody_is_warned_of_a_claim_that_is_in_time(office: Office) -> None:
    case = office.business(MILLS, invoiced=date(2023, 3, 1))
    assert "DE-L4" not in explain(office.app, case, now=office.clock.now(), language="en").text


def test_a_final_title_lasts_thirty_years(office: Office) -> None:
    case = office.business(MILLS, invoiced=date(2022, 3, 1))
    enter(office, case, "titled", final_on="2026-11-20", **TITLE)
    (claim,) = claim_facts(office, case)
    # 20 November 2056 is a Monday
    assert (claim.title, claim.limitation_on) == (True, date(2056, 11, 20))


def test_a_title_that_is_not_final_has_no_last_day_yet(office: Office) -> None:
    case = office.business(MILLS, invoiced=date(2022, 3, 1))
    enter(office, case, "enforcement", **TITLE)
    (claim,) = claim_facts(office, case)
    assert (claim.title, claim.limitation_on) == (True, None)


def test_a_title_that_is_on_record_counts_when_the_case_is_dialled_again(office: Office) -> None:
    case = office.business(MILLS, invoiced=date(2022, 3, 1))
    enter(office, case, "titled", final_on="2026-11-20", **TITLE)
    with office.app.db.write() as tx:
        book.update_case(tx, case, stage=Stage.CLOSED, status=CaseStatus.OPEN)
    with office.app.db.read() as tx:
        assert look(office.app, tx, case).case.stage is Stage.TELEPHONE
    assert claim_facts(office, case)[0].title is True


def test_a_claim_that_arose_after_the_title_is_not_in_it(office: Office) -> None:
    case = office.business(MILLS, invoiced=date(2022, 3, 1))
    add_claim(office, case, date(2026, 11, 3))
    enter(office, case, "titled", final_on="2026-11-20", **TITLE)
    old, new = claim_facts(office, case)
    assert (old.title, new.title, new.limitation_on) == (True, False, date(2029, 12, 31))


@pytest.mark.parametrize("country", ["AT", "CH"])
def test_other_countries_have_laws_of_their_own(office: Office, country: str) -> None:
    case = office.business(MILLS, invoiced=date(2022, 3, 1))
    enter(office, case, "titled", final_on="2026-11-20", **TITLE)
    values: dict[str, Any] = {"country": country, "subdivision": None}
    with office.app.db.write() as tx:
        debtor = tx.execute(sa.select(tables.cases.c.debtor_id).where(tables.cases.c.id == case)).scalar_one()
        tx.execute(tables.debtors.update().where(tables.debtors.c.id == debtor).values(**values))
    (claim,) = claim_facts(office, case)
    assert (claim.title, claim.limitation_on) == (False, None)
