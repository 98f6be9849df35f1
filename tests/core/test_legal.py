"""The legal way as pure rules: stages, facts, deadlines, news, checklists. Days by hand from the calendar."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from dialer.core.case import CaseStatus, Stage
from dialer.core.deadlines import DeadlineKind
from dialer.core.legal import (
    BAILIFF_ORDER,
    NEEDED,
    STATUS,
    TRIGGERED,
    Fact,
    Step,
    Trigger,
    day_of,
    deadlines,
    fact_problem,
    limitation_on,
    merged,
    missing,
    objected,
    open_items,
    remind_on,
    stage_of,
    step,
    titled,
    trigger_problem,
)
from dialer.core.legal_text import day_text, deadline_text, legal_text
from dialer.core.outcome import Disposition
from dialer.core.tasks import FOLLOW_UPS, TaskKind, follow_up_on, task_text

TODAY = date(2026, 11, 24)
OPEN, REVIEW, CLOSED = CaseStatus.OPEN, CaseStatus.LEGAL_REVIEW, CaseStatus.CLOSED


def no_holiday(_day: date) -> None:
    return None


# --- stages ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "stored", "stage"),
    [
        (OPEN, "telephone", "telephone"),
        (OPEN, "legal_review", "telephone"),
        (OPEN, "closed", "telephone"),
        (OPEN, "titled", "titled"),
        (REVIEW, "telephone", "legal_review"),
        (REVIEW, "legal_review", "legal_review"),
        (REVIEW, "court_dunning", "court_dunning"),
        (REVIEW, "enforcement", "enforcement"),
        (REVIEW, "titled", "titled"),
        (REVIEW, "closed", "legal_review"),
        (CLOSED, "telephone", "closed"),
        (CLOSED, "titled", "closed"),
    ],
)
def test_status_and_stage_agree(status, stored, stage):
    assert stage_of(status, Stage(stored)) is Stage(stage)


def test_only_the_telephone_is_dialled():
    assert [stage for stage in Stage if STATUS[stage] is OPEN] == [Stage.TELEPHONE]
    assert [stage for stage in Stage if STATUS[stage] is CLOSED] == [Stage.CLOSED]


def test_every_pair_of_stages_has_its_answer():
    order = ("telephone", "legal_review", "court_dunning", "enforcement", "titled", "closed")
    f, a, b, no = Step.FORWARD, Step.AMENDED, Step.BACK, None
    assert [[step(Stage(at), Stage(to)) for to in order] for at in order] == [
        [a, f, f, f, f, f],
        [b, a, f, f, f, f],
        [no, b, a, f, f, f],
        [no, no, no, a, f, f],
        [no, no, no, f, a, f],
        [no, b, no, no, no, no],
    ]


# --- facts -----------------------------------------------------------------------------------------------------------


def test_facts_add_up_and_an_empty_one_is_taken_back():
    known = {"court": "AG Wedding", "file_number": "1"}
    assert merged(known, {"court": " AG  Hagen ", "file_number": "", "claim": "undisputed"}) == {
        "court": "AG Hagen",
        "claim": "undisputed",
    }


@pytest.mark.parametrize(
    ("stage", "facts"),
    [
        ("telephone", []),
        ("legal_review", []),
        ("court_dunning", ["claim", "default_since", "court", "file_number"]),
        ("enforcement", ["title_kind", "title_on", "title_file_number", "title_served_on"]),
        ("titled", ["title_kind", "title_on", "title_file_number", "final_on"]),
        ("closed", ["closed_because"]),
    ],
)
def test_what_a_stage_needs(stage, facts):
    assert [fact.value for fact in missing(Stage(stage), {})] == facts
    assert missing(Stage(stage), dict.fromkeys(facts, "x")) == ()
    assert len(NEEDED) == len(Stage)


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("default_since", "order_served_on"),
        ("order_served_on", "objection_on"),
        ("title_on", "title_served_on"),
        ("title_served_on", "title_objection_on"),
        ("title_on", "final_on"),
        ("title_on", "enforced_on"),
    ],
)
def test_days_in_the_wrong_order_are_found(earlier, later):
    known = {earlier: "2026-11-02", later: "2026-11-01"}
    assert fact_problem(known, disputed=False, today=TODAY) == f"{later} 2026-11-01 lies before {earlier} 2026-11-02"
    assert fact_problem({earlier: "2026-11-02", later: "2026-11-02"}, disputed=False, today=TODAY) is None


def test_enforcement_order_waits_for_the_two_weeks():
    known = {"title_kind": "enforcement_order", "order_served_on": "2026-11-02"}
    assert fact_problem({**known, "title_on": "2026-11-17"}, disputed=False, today=TODAY) is None
    assert "within two weeks" in (fact_problem({**known, "title_on": "2026-11-16"}, disputed=False, today=TODAY) or "")
    # a judgment follows its own rules
    judged = {**known, "title_kind": "judgment", "title_on": "2026-11-10"}
    assert fact_problem(judged, disputed=False, today=TODAY) is None


def test_day_of_a_fact():
    assert day_of({"title_on": "2026-11-02"}, Fact.TITLE_ON) == date(2026, 11, 2)
    assert day_of({}, Fact.TITLE_ON) is None


def test_either_objection_is_one():
    assert objected({"objection_on": "2026-11-02"})
    assert objected({"title_objection_on": "2026-11-02"})
    assert not objected({"order_served_on": "2026-11-02"})


# --- deadlines -------------------------------------------------------------------------------------------------------


def running(stage, due=date(2026, 9, 15), **known):
    found = deadlines(Stage(stage), known, oldest_due=due, holiday=no_holiday)
    return [(d.kind.value, d.nominal) for d in found]


def test_limitation_runs_until_there_is_a_title():
    limitation = [("limitation", date(2029, 12, 31))]
    assert running("telephone") == limitation
    assert running("legal_review") == limitation
    assert running("court_dunning") == limitation
    assert running("enforcement") == []
    assert running("closed", final_on="2026-11-02") == []
    assert running("telephone", due=None) == []


def test_court_order_starts_two_periods():
    assert running("court_dunning", order_served_on="2026-08-31") == [
        ("limitation", date(2029, 12, 31)),
        ("order_objection", date(2026, 9, 14)),
        ("enforcement_application", date(2027, 2, 28)),
    ]
    assert len(running("court_dunning", order_served_on="2026-08-31", objection_on="2026-09-10")) == 1


def test_title_starts_thirty_years_anew_with_each_enforcement():
    title = {"title_kind": "judgment", "title_served_on": "2026-11-03", "final_on": "2026-12-01"}
    assert running("titled", **title) == [("title_limitation", date(2056, 12, 1))]
    assert running("titled", **title, enforced_on="2027-02-28") == [("title_limitation", date(2057, 2, 28))]
    assert running("enforcement", **title, disclosed_on="2026-12-24") == [
        ("title_limitation", date(2056, 12, 1)),
        ("asset_disclosure", date(2028, 12, 24)),
    ]


def test_enforcement_order_can_be_objected_to_until_it_is_final():
    order = {"title_kind": "enforcement_order", "title_served_on": "2026-11-06"}
    assert running("enforcement", **order) == [("enforcement_objection", date(2026, 11, 20))]
    assert running("enforcement", **order, title_objection_on="2026-11-19") == []
    assert running("enforcement", **order, final_on="2026-11-23") == [("title_limitation", date(2056, 11, 23))]


def test_reminder_comes_before_our_last_days_and_after_the_debtors():
    known = {"order_served_on": "2026-11-09"}
    found = deadlines(Stage.COURT_DUNNING, known, oldest_due=date(2023, 3, 1), holiday=no_holiday)
    by_kind = {d.kind: d for d in found}
    assert remind_on(by_kind[DeadlineKind.ENFORCEMENT_APPLICATION], TODAY) == date(2027, 4, 9)
    assert remind_on(by_kind[DeadlineKind.ORDER_OBJECTION], TODAY) == date(2026, 11, 24)
    # ninety days before the end of the year are over
    assert remind_on(by_kind[DeadlineKind.LIMITATION], TODAY) == TODAY


# --- news, checklists, words -----------------------------------------------------------------------------------------


def test_every_piece_of_news_gives_something_to_do():
    assert set(TRIGGERED) == set(Trigger)


def test_block_of_two_years_is_over_on_the_day_after():
    known = {"disclosed_on": "2024-11-24"}
    expired = Trigger.DISCLOSURE_EXPIRED
    assert "until 2026-11-24" in (trigger_problem(expired, Stage.TITLED, known, TODAY) or "")
    assert trigger_problem(expired, Stage.TITLED, known, TODAY + timedelta(days=1)) is None


def test_bailiff_is_not_sent_with_a_point_open():
    complete = {item.name: True for item in BAILIFF_ORDER}
    assert open_items(complete) == ()
    assert [item.name for item in open_items({})] == [
        "title",
        "service_proof",
        "statement",
        "creditor",
        "debtor_address",
        "birth_date",
        "measure",
        "asset_disclosure",
        "substitute_arrest",
        "signature",
    ]


@pytest.mark.parametrize("item", BAILIFF_ORDER, ids=lambda item: item.name)
def test_each_point_of_the_order_counts(item):
    complete = {other.name: True for other in BAILIFF_ORDER}
    silent = {name: yes for name, yes in complete.items() if name != item.name}
    assert open_items(silent) == (item,)
    answered = {"birth_date", "asset_disclosure", "substitute_arrest"}
    assert open_items({**complete, item.name: False}) == (() if item.name in answered else (item,))


def test_every_disposition_says_what_it_leaves_to_a_person():
    assert set(FOLLOW_UPS) == set(Disposition)
    by_itself = {said.value for said, follows in FOLLOW_UPS.items() if follows is None}
    assert by_itself == {"callback_agreed", "refused", "evaded", "gatekeeper", "no_result"}
    paid = FOLLOW_UPS[Disposition.SAYS_PAID]
    assert paid is not None
    assert (paid.kind, follow_up_on(paid, TODAY)) == (TaskKind.CHECK_ACCOUNT, date(2026, 11, 27))
    agreed = FOLLOW_UPS[Disposition.INSTALMENTS_AGREED]
    assert agreed is not None
    assert (agreed.kind, agreed.source, follow_up_on(agreed, TODAY)) == (TaskKind.CONFIRM_AGREEMENT, "DE-A1", TODAY)


@pytest.mark.parametrize("language", ["de", "en"])
def test_nothing_is_without_words(language):
    for kind in (*TaskKind, *DeadlineKind):
        assert task_text(kind, language) != kind
    keys = [f"stage.{s}" for s in Stage] + [f"trigger.{t}" for t in Trigger] + [f"deadline.{d}" for d in DeadlineKind]
    assert all(legal_text(key, language) for key in (*keys, *(f"item.{i.name}" for i in BAILIFF_ORDER)))
    assert task_text("a kind from elsewhere", language) == "a kind from elsewhere"


def test_deadline_reads_with_its_source_and_the_day_before_it_moved():
    saturday = {"order_served_on": "2026-11-14"}
    (_, objection, _) = deadlines(Stage.COURT_DUNNING, saturday, oldest_due=TODAY, holiday=no_holiday)
    source = "§§ 692(1) no. 3, 694(1), 222 ZPO"
    assert deadline_text(objection, "de") == f"Widerspruchsfrist bis 30.11.2026, nominal 28.11.2026 ({source})"
    assert deadline_text(objection, "en") == f"objection period by 2026-11-30, nominal 2026-11-28 ({source})"
    assert (day_text(TODAY, "de"), day_text(TODAY, "en")) == ("24.11.2026", "2026-11-24")


TITLED = {"title_on": "2026-11-02"}


@pytest.mark.parametrize(
    ("known", "arisen", "last_day"),
    [
        ({}, date(2023, 12, 10), date(2026, 12, 31)),
        # a title that is not final has no last day; one that is lasts thirty years, from the last enforcement on
        (TITLED, date(2022, 3, 1), None),
        ({**TITLED, "final_on": "2026-11-20"}, date(2026, 11, 2), date(2056, 11, 20)),
        ({**TITLED, "final_on": "2026-11-20", "enforced_on": "2027-03-01"}, date(2022, 3, 1), date(2057, 3, 1)),
        # it holds nothing that arose after it
        ({**TITLED, "final_on": "2026-11-20"}, date(2026, 11, 3), date(2029, 12, 31)),
    ],
)
def test_the_last_day_of_a_claim_is_its_own_or_its_titles(known, arisen, last_day):
    found = limitation_on(known, arisen_on=arisen, due_on=arisen + timedelta(days=14), holiday=no_holiday)
    assert found == last_day
    assert titled(known, arisen_on=arisen) is (last_day is None or last_day.year > 2050)


def test_no_title_holds_nothing():
    assert titled({}, arisen_on=date(2022, 3, 1)) is False
