"""The legal way of a case: what each stage rests on, the tasks that follow, and what brings a case back."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa
from office_kit import ANNA_PHONE, BERLIN, MILLS, Office

from dialer.actions.explain import explain
from dialer.actions.legal_stage import enter_stage, limitation_tasks, reopen
from dialer.actions.tasks import finish_task
from dialer.core.case import Stage
from dialer.core.desk import Role
from dialer.core.errors import BadInput, NotFound
from dialer.core.legal import Trigger
from dialer.storage import book, desks, holds, tables, tasks

TODAY = date(2026, 11, 24)
COURT = {
    "claim": "undisputed",
    "default_since": "2026-10-16",
    "court": "AG Wedding",
    "file_number": "26-1234567-0-1",
}
TITLE = {
    "title_kind": "enforcement_order",
    "title_on": "2026-11-02",
    "title_file_number": "26-1234567-0-1",
    "title_served_on": "2026-11-06",
}


@pytest.fixture
def case(office):
    with office.app.db.write() as tx:
        desks.add_user(tx, name="anna", phone=ANNA_PHONE)
        desks.add_user(tx, name="sofia", phone=None, role=Role.SUPERVISOR)
    return office.business(MILLS, owed=420_000, invoiced=date(2026, 9, 1))


@pytest.fixture
def enter(office, case):
    def go(stage, on=TODAY, actor="anna", reason="", **facts):
        return enter_stage(office.app, case, Stage(stage), facts=facts, on=on, actor=actor, reason=reason)

    return go


def open_tasks(office: Office, case: int) -> list[tuple[str, date]]:
    with office.app.db.read() as tx:
        return [(t.kind, t.due_on) for t in tasks.of_case(tx, case) if t.done_at is None]


def stage_of(office: Office, case: int) -> Stage:
    with office.app.db.read() as tx:
        found = book.load_case(tx, case)
    assert found is not None
    return found.stage


def reasons_held(office: Office, case: int) -> list[str]:
    with office.app.db.read() as tx:
        found = book.load_case(tx, case)
    assert found is not None
    return [hold.reason.value for hold in found.holds]


def ladder_ends(office: Office, case: int, *, attempts: int = 6, levels: int = 3) -> None:
    """Attempts that nobody answered, at several levels, and the ladder's own last word."""
    with office.app.db.write() as tx:
        row = tx.execute(sa.select(tables.cases).where(tables.cases.c.id == case)).one()
        roles = ("accounts_payable", "head_of_accounting", "managing_director")[:levels]
        people = {
            r.role: r.id
            for r in tx.execute(sa.select(tables.contacts).where(tables.contacts.c.debtor_id == row.debtor_id))
        }
        phone = tx.execute(sa.select(tables.phones.c.id)).scalars().first()
        for role in roles:
            if role not in people:
                made = tx.execute(tables.contacts.insert().values(debtor_id=row.debtor_id, name=role, role=role))
                people[role] = made.inserted_primary_key[0]
        for n in range(attempts):
            at = office.clock.now() - timedelta(days=20 - n)
            tx.execute(
                tables.attempts.insert().values(
                    case_id=case,
                    debtor_id=row.debtor_id,
                    contact_id=people[roles[n % levels]],
                    phone_id=phone,
                    channel="call",
                    mode="progressive",
                    step="collection_call",
                    token=f"token-{case}-{n}",
                    to_e164=MILLS,
                    from_e164="+493023125000",
                    state="ended",
                    outcome="no_answer",
                    verdict={"verdict": "allow"},
                    intent_at=at,
                    not_after=at + timedelta(hours=1),
                    ended_at=at + timedelta(seconds=25),
                )
            )
        book.update_case(tx, case, status="legal_review", next_at=None, next_reason="legal_review")


# --- the whole way ---------------------------------------------------------------------------------------------------


def test_story_from_the_top_of_the_ladder_to_a_titled_case_that_comes_back(office, case, enter):
    app = office.app
    ladder_ends(office, case)
    assert stage_of(office, case) is Stage.LEGAL_REVIEW
    told = explain(app, case, now=office.clock.now(), language="en")
    assert told.data["recommendation"]["text"] == (
        "Consider a court order for payment: 6 fruitless attempts, at 3 levels, no dispute, €4,200.00 open, "
        "limitation in 37 months"
    )
    assert "Recommendation (a person decides): Consider a court order" in told.text
    assert stage_of(office, case) is Stage.LEGAL_REVIEW  # nothing acts on it

    enter("court_dunning", on=date(2026, 11, 20), **COURT)
    assert open_tasks(office, case) == [("limitation", date(2029, 10, 2))]
    entered = enter("court_dunning", order_served_on="2026-11-23")
    assert [(d.kind.value, d.on, d.source) for d in entered.deadlines] == [
        ("limitation", date(2029, 12, 31), "§§ 195, 199(1) BGB, § 193 BGB"),
        ("order_objection", date(2026, 12, 7), "§§ 692(1) no. 3, 694(1), 222 ZPO"),
        ("enforcement_application", date(2027, 5, 24), "§§ 701, 222 ZPO"),
    ]
    assert open_tasks(office, case) == [
        ("order_objection", date(2026, 12, 8)),
        ("enforcement_application", date(2027, 4, 23)),
        ("limitation", date(2029, 10, 2)),
    ]

    office.run_to(datetime(2027, 6, 1, 10, tzinfo=BERLIN))
    # served on 23 November, applied for and issued after the two weeks
    served = {**TITLE, "title_on": "2026-12-10", "title_served_on": "2026-12-15"}
    enter("enforcement", on=date(2027, 1, 4), **served)
    assert open_tasks(office, case) == [("enforcement_objection", date(2026, 12, 30))]
    enter("titled", on=date(2027, 1, 5), final_on="2026-12-30", disclosed_on="2027-03-01")
    # 30 December 2056 is a Saturday, so that the last day is the 2nd of January; the task goes by the nominal day
    assert open_tasks(office, case) == [
        ("asset_disclosure", date(2029, 3, 2)),
        ("title_limitation", date(2055, 12, 31)),
    ]
    assert office.row(case).status == "legal_review"
    assert office.row(case).next_at is None

    reopen(app, case, Trigger.EMPLOYER, on=date(2027, 5, 28), actor="anna", note="arbeitet jetzt bei Korn")
    assert office.row(case).status == "open"
    assert stage_of(office, case) is Stage.TITLED
    assert ("garnish_wages", date(2027, 6, 1)) in open_tasks(office, case)
    assert office.row(case).next_at is not None
    assert office.entry(case, "stage.reopened").facts == {"trigger": "employer", "on": "2027-05-28"}


# --- what a stage rests on -------------------------------------------------------------------------------------------


def test_missing_facts_are_named_and_nothing_changes(office, case, enter):
    with pytest.raises(BadInput) as refusal:
        enter("court_dunning", court="AG Wedding")
    assert str(refusal.value) == (
        f"case {case}: court_dunning rests on facts that are missing: "
        "claim (knowingly|undisputed), default_since (a day), file_number"
    )
    assert stage_of(office, case) is Stage.TELEPHONE
    assert "stage.entered" not in office.kinds(case)


@pytest.mark.parametrize(
    ("stage", "facts", "lacking"),
    [
        ("enforcement", {}, "title_kind (cost_order|enforcement_order|insolvency_table|judgment|notarial_deed|"),
        ("enforcement", {k: v for k, v in TITLE.items() if k != "title_served_on"}, "missing: title_served_on (a day)"),
        ("titled", TITLE, "missing: final_on (a day)"),
        ("closed", {}, "missing: closed_because (error|insolvency|paid|settled|time_barred|uncollectible|withdrawn)"),
    ],
)
def test_every_later_stage_rests_on_facts(enter, stage, facts, lacking):
    with pytest.raises(BadInput) as refusal:
        enter(stage, **facts)
    assert lacking in str(refusal.value)


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"court_": "x"}, 'there is no fact "court_"'),
        ({"claim": "maybe"}, 'claim: "maybe" is none of knowingly, undisputed'),
        ({"default_since": "16.10.2026"}, 'default_since: "16.10.2026" is no day like 2026-11-24'),
        ({"default_since": "2026-11-25"}, "default_since: 2026-11-25 lies in the future"),
        ({"order_served_on": "2026-10-01"}, "order_served_on 2026-10-01 lies before default_since 2026-10-16"),
        ({"court": "x" * 201}, "court: longer than 200 characters"),
    ],
)
def test_facts_that_cannot_be_are_refused(enter, facts, why):
    with pytest.raises(BadInput, match=why.replace("(", r"\(")):
        enter("court_dunning", **{**COURT, **facts})


def test_disputed_claim_goes_to_court_knowingly_or_not_at_all(office, case, enter):
    office.disputes(case)
    with pytest.raises(BadInput, match="say claim=knowingly"):
        enter("court_dunning", **COURT)
    enter("court_dunning", **{**COURT, "claim": "knowingly"})
    assert stage_of(office, case) is Stage.COURT_DUNNING


def test_no_enforcement_order_within_the_two_weeks_or_after_an_objection(enter):
    enter("court_dunning", on=date(2026, 11, 1), **COURT)
    with pytest.raises(BadInput, match="no enforcement order within two weeks of the court order's service"):
        enter("enforcement", order_served_on="2026-10-20", **TITLE)
    with pytest.raises(BadInput, match="no enforcement order after the objection of 2026-11-01"):
        enter("enforcement", order_served_on="2026-10-18", objection_on="2026-11-01", **TITLE)
    enter("enforcement", order_served_on="2026-10-18", **TITLE)


def test_stage_of_tomorrow_or_before_the_last_one_is_refused(enter):
    with pytest.raises(BadInput, match="2026-11-25 lies in the future"):
        enter("legal_review", on=date(2026, 11, 25))
    enter("legal_review", on=date(2026, 11, 20))
    with pytest.raises(BadInput, match="2026-11-19 lies before 2026-11-20"):
        enter("court_dunning", on=date(2026, 11, 19), **COURT)


def test_unknown_case(office, case):
    with pytest.raises(NotFound, match="there is no case 99"):
        enter_stage(office.app, 99, Stage.LEGAL_REVIEW, facts={}, on=TODAY, actor="anna")


# --- from stage to stage ---------------------------------------------------------------------------------------------


def test_only_a_supervisor_with_a_reason_brings_a_case_back_to_the_telephone(office, case, enter):
    enter("legal_review")
    assert (office.row(case).status, office.row(case).next_at) == ("legal_review", None)
    with pytest.raises(BadInput, match="only a supervisor takes a case back from legal_review to telephone"):
        enter("telephone", reason="hat angerufen")
    with pytest.raises(BadInput, match="needs a reason"):
        enter("telephone", actor="sofia", reason=" ")
    enter("telephone", actor="sofia", reason="hat angerufen")
    assert office.row(case).status == "open"
    assert office.row(case).next_at is not None
    entry = office.entry(case, "stage.entered")
    assert (entry.facts["how"], entry.actor, entry.personal) == ("back", "sofia", {"reason": "hat angerufen"})


def test_case_that_came_back_is_not_handed_over_again_for_what_was_before(office, case, enter):
    ladder_ends(office, case, attempts=6, levels=1)
    enter("telephone", actor="sofia", reason="neuer Geschäftsführer")
    office.tick(2)
    assert (office.row(case).status, office.row(case).next_reason) == ("open", "collection_call retry")


@pytest.mark.parametrize("stage", ["telephone", "legal_review"])
def test_a_title_is_not_forgotten_by_going_back(enter, stage):
    enter("enforcement", **TITLE)
    with pytest.raises(BadInput, match=f"the case is at enforcement: {stage} does not follow it"):
        enter(stage, actor="sofia", reason="Versehen")


def test_closed_case_is_not_dialled_and_its_deadlines_are_done(office, case, enter):
    enter("court_dunning", order_served_on="2026-11-20", **COURT)
    enter("closed", closed_because="paid")
    assert (office.row(case).status, office.row(case).next_at) == ("closed", None)
    assert open_tasks(office, case) == []
    assert office.entry(case, "task.done").facts["why"] == "no_longer_runs"
    with pytest.raises(BadInput, match="the case is at closed: titled does not follow it"):
        enter("titled", actor="sofia", reason="x", final_on="2026-11-20", **TITLE)
    enter("legal_review", actor="sofia", reason="Zahlung zurückgebucht")
    assert stage_of(office, case) is Stage.LEGAL_REVIEW


def test_courts_and_file_numbers_stand_beside_the_hash(office, case, enter):
    enter("court_dunning", on=date(2026, 11, 20), **COURT)
    entry = office.entry(case, "stage.entered")
    assert entry.facts == {
        "stage": "court_dunning",
        "from": "telephone",
        "how": "forward",
        "on": "2026-11-20",
        "claim": "undisputed",
        "default_since": "2026-10-16",
    }
    assert entry.personal == {"facts": {"court": "AG Wedding", "file_number": "26-1234567-0-1"}}


def test_call_in_the_carriers_hands_is_taken_back_when_the_case_leaves_the_telephone(office, case, enter):
    office.collector()
    office.tick(2)
    assert office.live_attempts() == 1
    enter("legal_review")
    office.run(5)
    assert office.live_attempts() == 0
    assert office.attempt(case).call.outcome == "cancelled"


# --- objection, recomputing ------------------------------------------------------------------------------------------


def test_objection_is_a_dispute_and_ends_the_way_to_the_enforcement_order(office, case, enter):
    enter("court_dunning", on=date(2026, 11, 10), order_served_on="2026-11-10", **COURT)
    enter("court_dunning", on=date(2026, 11, 20), objection_on="2026-11-20")
    assert reasons_held(office, case) == ["dispute"]
    assert office.entry(case, "hold.set").facts == {"reason": "dispute", "rule": "DE-M4"}
    assert open_tasks(office, case) == [("contested", date(2026, 12, 4)), ("limitation", date(2029, 10, 2))]
    enter("court_dunning", court="AG Hagen")
    assert reasons_held(office, case) == ["dispute"]
    assert office.kinds(case).count("hold.set") == 1
    with office.app.db.write() as tx:
        holds.lift(tx, case, ["dispute"], at=office.clock.now())
    enter("court_dunning", court="AG Wedding")
    assert reasons_held(office, case) == []  # an objection that was answered is not raised again


def test_tasks_follow_the_facts_to_and_fro(office, case, enter):
    enter("court_dunning", on=date(2026, 11, 10), order_served_on="2026-11-10", **COURT)
    first = open_tasks(office, case)
    assert ("order_objection", date(2026, 11, 25)) in first
    enter("court_dunning", order_served_on="2026-11-16")
    assert ("order_objection", date(2026, 12, 1)) in open_tasks(office, case)
    assert ("order_objection", date(2026, 11, 25)) not in open_tasks(office, case)
    enter("court_dunning", order_served_on="2026-11-10")
    assert open_tasks(office, case) == first


def test_deadline_that_somebody_has_dealt_with_does_not_come_back(office, case, enter):
    enter("court_dunning", on=date(2026, 11, 10), order_served_on="2026-11-10", **COURT)
    with office.app.db.read() as tx:
        (task,) = [t for t in tasks.of_case(tx, case) if t.kind == "order_objection"]
    finish_task(office.app, task.id, actor="anna")
    enter("court_dunning", court="AG Hagen")
    assert [kind for kind, _ in open_tasks(office, case)] == ["enforcement_application", "limitation"]


def test_limitations_that_come_near_become_tasks_once(office, case):
    old = office.business("+493023125102", name="Herr Korn", invoiced=date(2023, 3, 1))
    assert limitation_tasks(office.app) == 1
    assert limitation_tasks(office.app) == 0
    assert open_tasks(office, old) == [("limitation", TODAY)]
    assert open_tasks(office, case) == []
    note = office.entry(old, "task.made").personal["note"]
    assert note == "Verjährung bis 31.12.2026 (§§ 195, 199(1) BGB, § 193 BGB)"


def test_case_that_cannot_be_read_does_not_keep_others_waiting(office):
    lost = office.business(MILLS, invoiced=date(2023, 3, 1))
    old = office.business("+493023125102", name="Herr Korn", invoiced=date(2023, 3, 1))
    with office.app.db.write() as tx:
        debtor = tx.execute(sa.select(tables.cases.c.debtor_id).where(tables.cases.c.id == lost)).scalar_one()
        tx.execute(tables.debtors.update().where(tables.debtors.c.id == debtor).values(segment="forgotten"))
    assert limitation_tasks(office.app) == 1
    assert open_tasks(office, old) == [("limitation", TODAY)]


# --- monitoring ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("trigger", "kind"),
    [
        ("employer", "garnish_wages"),
        ("inheritance", "attach_inheritance"),
        ("address", "check_address"),
        ("assets", "check_assets"),
    ],
)
def test_news_about_a_titled_debtor_reopen_the_case(office, case, enter, trigger, kind):
    enter("titled", final_on="2026-11-20", **TITLE)
    reopen(office.app, case, Trigger(trigger), on=TODAY, actor="anna")
    assert (office.row(case).status, office.row(case).contact_id) == ("open", None)
    assert (kind, TODAY) in open_tasks(office, case)


def test_news_about_a_case_without_title_are_refused(office, case, enter):
    enter("legal_review")
    with pytest.raises(BadInput, match="only a titled case is monitored; this one is at legal_review"):
        reopen(office.app, case, Trigger.EMPLOYER, on=TODAY, actor="anna")


def test_new_disclosure_is_asked_for_only_when_the_block_is_over(office, case, enter):
    enter("titled", final_on="2026-11-20", **TITLE)
    with pytest.raises(BadInput, match="no disclosure of assets is known"):
        reopen(office.app, case, Trigger.DISCLOSURE_EXPIRED, on=TODAY, actor="anna")
    enter("titled", disclosed_on="2024-11-24")
    with pytest.raises(BadInput, match="blocks a new one until 2026-11-24"):
        reopen(office.app, case, Trigger.DISCLOSURE_EXPIRED, on=TODAY, actor="anna")
    enter("titled", disclosed_on="2024-11-23")
    reopen(office.app, case, Trigger.DISCLOSURE_EXPIRED, on=TODAY, actor="anna")
    assert ("new_disclosure", TODAY) in open_tasks(office, case)


def test_holds_outlast_the_reopening(office, case, enter):
    enter("court_dunning", on=date(2026, 10, 20), order_served_on="2026-10-20", objection_on="2026-10-25", **COURT)
    judgment = {**TITLE, "title_kind": "judgment"}
    enter("titled", final_on="2026-11-20", **judgment)
    reopen(office.app, case, Trigger.ADDRESS, on=TODAY, actor="anna")
    assert reasons_held(office, case) == ["dispute"]
    assert office.row(case).next_reason == "hold dispute"


def test_the_way_is_the_same_on_both_engines(either_office):
    office = either_office
    case = office.business(MILLS, owed=420_000)
    with office.app.db.write() as tx:
        desks.add_user(tx, name="anna", phone=None)
    served = {**COURT, "order_served_on": "2026-11-23"}
    enter_stage(office.app, case, Stage.COURT_DUNNING, facts=served, on=TODAY, actor="anna")
    enter_stage(office.app, case, Stage.COURT_DUNNING, facts={"objection_on": "2026-11-24"}, on=TODAY, actor="anna")
    assert open_tasks(office, case) == [("contested", date(2026, 12, 8)), ("limitation", date(2029, 10, 2))]
    assert explain(office.app, case, now=office.clock.now(), language="de").data["stage"] == "court_dunning"
