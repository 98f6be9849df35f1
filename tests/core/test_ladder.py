"""The ladder at one contact: what counts, the rungs in order, word of the next step, the next contact."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from dialer.core.case import CaseStatus, Hold, HoldReason
from dialer.core.casework import Rung, RungState, RungTaken
from dialer.core.decision import Climb, EndRung, Idle, Obstacle, Review, Step, StepName, Strategy, TakeRung, Why
from dialer.core.ladder import Count, View, fax_line, missing_levels, standing, unwanted, warning_obstacle
from dialer.core.strategy import next_step
from dialer.core.texts import obstacle_text, rung_text
from dialer.core.windows import WHOLE_DAY, WeeklyWindow
from tests.core.stories import case_of, contact, in_berlin, past, phone, site

BUSINESS = Strategy(
    window=WeeklyWindow((WHOLE_DAY,) * 7),
    rungs=(Rung.FAX, Rung.VOICEMAIL),
    fax=True,
    warns_in=frozenset({"de"}),
)
PERSON = replace(BUSINESS, rungs=(Rung.LETTER,))
BERLIN = site()
NOW = "2026-11-26T12:00:00"
DIRECT = phone("+49308765432", role="business_direct", phone_id=7)
FAX = phone("+49308765499", role="business_main", state="fax", phone_id=8)
ACCOUNTS = contact(1, "accounts_payable", name="Herr Ahorn", phones=[phone(role="business_main"), FAX])
HEAD = contact(2, "head_of_accounting", name="Frau Birke", phones=[DIRECT])
DIRECTOR = contact(3, "managing_director", name="Frau Kornblume", phones=[phone(role="business_main")])


def business(*people, **changes):
    return case_of("business", contacts=people or (ACCOUNTS, HEAD, DIRECTOR), invoice="2026-09-01", **changes)


def at_head(*rungs, **changes):
    """The case has come to the head of accounting, on Monday the 16th."""
    return business(contact_id=2, contact_since=in_berlin("2026-11-16T08:00:00"), rungs=rungs, **changes)


def taken(rung, state, begun="2026-11-23T10:00:00", *, ended=None, approved=None, contact_id=2, rung_id=1):
    return RungTaken(
        id=rung_id,
        contact_id=contact_id,
        rung=Rung(rung),
        state=RungState(state),
        begun_at=in_berlin(begun),
        approved_at=in_berlin(approved) if approved else None,
        ended_at=in_berlin(ended) if ended else None,
    )


def unanswered(contact_id=2, days=(17, 18, 19)):
    return tuple(past(f"2026-11-{day}T10:00:00", contact=contact_id) for day in days)


def decide(case, *history, strategy=BUSINESS, now=NOW):
    return next_step(case, history, strategy, BERLIN, in_berlin(now))


def ids(history):
    return tuple(h.id for h in history)


# --- the rungs in order ----------------------------------------------------------------------------------------------


def test_talking_is_followed_by_a_fax():
    vain = unanswered(1)
    assert decide(business(), *vain) == TakeRung(rung=Rung.FAX, contact=ACCOUNTS, why=Why.REFUSALS, because=ids(vain))


@pytest.mark.parametrize(
    ("strategy", "people"),
    [
        pytest.param(replace(BUSINESS, fax=False), (ACCOUNTS, HEAD), id="no gateway"),
        pytest.param(BUSINESS, (contact(1, "accounts_payable"), HEAD), id="no fax line anywhere"),
    ],
)
def test_letter_takes_the_place_of_a_fax_that_cannot_be_sent(strategy, people):
    decision = decide(business(*people), *unanswered(1), strategy=strategy)
    assert (decision.rung, decision.obstacle) == (Rung.LETTER, None)


def test_fax_of_a_colleague_will_do_but_not_for_a_person():
    assert fax_line(business(), HEAD) is FAX
    nobody = case_of("sole_trader", contacts=(contact(1), contact(2, phones=[FAX])))
    assert fax_line(nobody, nobody.contacts[0]) is None


def test_while_something_written_is_on_its_way_nobody_is_called():
    for state in ("waiting", "running"):
        assert decide(at_head(taken("fax", state)), *unanswered()) == Idle(why=Why.OUTBOX)


@pytest.mark.parametrize(
    ("rung", "until"),
    [
        pytest.param("fax", "2026-11-27T00:00:00", id="two working days after Wednesday"),
        pytest.param("letter", "2026-12-02T00:00:00", id="five working days after Wednesday"),
    ],
)
def test_there_is_time_to_answer(rung, until):
    case = at_head(taken(rung, "done", ended="2026-11-25T10:00:00"))
    assert decide(case, *unanswered()) == Idle(why=Why.AWAITS_ANSWER, until=in_berlin(until))
    assert isinstance(decide(case, *unanswered(), now=until), TakeRung)


def test_day_that_the_message_named_is_waited_for():
    """Left on Thursday the 19th, it named the 26th: on the 27th the ladder goes on."""
    left = taken("voicemail", "done", "2026-11-18T10:00:00", ended="2026-11-19T10:00:00", rung_id=2)
    fax = taken("fax", "done", "2026-11-17T10:00:00", ended="2026-11-17T10:00:00")
    until = in_berlin("2026-11-27T00:00:00")
    assert decide(at_head(fax, left), *unanswered()) == Idle(why=Why.AWAITS_ANSWER, until=until)
    assert isinstance(decide(at_head(fax, left), *unanswered(), now="2026-11-27T00:00:00"), Climb)


def test_fax_that_cannot_be_sent_is_left_out_where_a_letter_comes_anyway():
    both = replace(BUSINESS, rungs=(Rung.FAX, Rung.LETTER), fax=False)
    first = decide(at_head(), *unanswered(), strategy=both)
    assert (first.rung, first.obstacle) == (Rung.FAX, Obstacle.NO_FAX)
    then = decide(at_head(taken("fax", "skipped", ended="2026-11-24T10:00:00")), *unanswered(), strategy=both)
    assert (then.rung, then.obstacle) == (Rung.LETTER, None)


def test_rung_that_was_left_out_asks_for_no_time():
    case = at_head(taken("fax", "skipped", ended="2026-11-26T11:59:00"))
    assert decide(case, *unanswered()).rung is Rung.VOICEMAIL


def test_once_begun_the_ladder_goes_on_though_old_calls_settle_nothing_any_more():
    """The vain calls were about a claim that is paid by now; the fax was about the case."""
    old = tuple(replace(h, claims=frozenset({"9"})) for h in unanswered())
    case = at_head(taken("fax", "done", ended="2026-11-23T10:00:00"))
    assert decide(case, *old).why is Why.AWAITS_ANSWER


def test_last_rung_is_followed_by_the_next_contact():
    rungs = (taken("fax", "done", ended="2026-11-20T10:00:00"), taken("voicemail", "skipped", rung_id=2))
    vain = unanswered()
    assert decide(at_head(*rungs), *vain) == Climb(
        contact=DIRECTOR, why=Why.REFUSALS, because=ids(vain), missing_levels=(3,)
    )


def test_top_of_the_ladder_names_the_attempts_and_the_levels_nobody_was_known_at():
    case = business(ACCOUNTS, HEAD, contact_id=2, contact_since=in_berlin("2026-11-16T08:00:00"))
    vain = unanswered()
    only_calls = replace(BUSINESS, rungs=())
    assert decide(case, *vain, strategy=only_calls) == Review(
        why=Why.TOP_OF_LADDER, because=ids(vain), missing_levels=(3, 4)
    )


def test_rungs_of_another_contact_do_not_count():
    case = at_head(taken("fax", "done", ended="2026-11-12T10:00:00", contact_id=1))
    assert decide(case, *unanswered()).rung is Rung.FAX


def test_levels_that_are_passed_over():
    case = business()
    assert missing_levels(case, ACCOUNTS, DIRECTOR) == (2, 3)
    assert missing_levels(case, ACCOUNTS, HEAD) == ()
    assert missing_levels(case, HEAD, None) == (3, 4)
    assert missing_levels(case_of(), contact(1), None) == ()


# --- who helps, and who breaks his word ------------------------------------------------------------------------------


def talked(at, said, **more):
    return past(at, "connected", said=said, contact=2, **more)


@pytest.mark.parametrize("said", ["callback_agreed", "instalments_agreed", "cannot_pay"])
def test_contact_who_turns_out_helpful_ends_the_climb(said):
    history = (*unanswered(), talked("2026-11-20T10:00:00", said))
    assert isinstance(decide(at_head(), *history), Step)
    assert isinstance(decide(at_head(taken("fax", "done", "2026-11-19T11:00:00")), *history), Step)
    again = (past(f"2026-11-{day}T10:00:00", contact=2) for day in (23, 24, 25))
    assert isinstance(decide(at_head(), *history, *again), TakeRung)


def test_kept_promise_ends_the_climb_and_a_broken_one_begins_it():
    kept = replace(talked("2026-11-20T10:00:00", "promise_to_pay"), broken=False)
    broken = replace(kept, broken=True)
    assert isinstance(decide(at_head(), *unanswered(), kept), Step)
    assert decide(at_head(), broken).why is Why.BROKEN_PROMISE
    assert decide(at_head(), broken).because == (broken.id,)


def test_refusing_person_gets_a_letter_and_then_a_lawyers_eye():
    case = case_of(invoice="2026-09-01")
    noes = tuple(past(f"2026-11-{day}T18:00:00", "connected", said="refused") for day in ("03", "11", "18"))
    assert decide(case, *noes, strategy=PERSON) == TakeRung(
        rung=Rung.LETTER, contact=case.contacts[0], why=Why.REFUSALS, because=ids(noes)
    )
    sent = replace(case, rungs=(taken("letter", "done", ended="2026-11-18T19:00:00", contact_id=1),))
    assert decide(sent, *noes, strategy=PERSON) == Review(why=Why.REFUSALS, because=ids(noes))


def test_person_who_does_not_answer_is_not_refusing():
    three = tuple(past(f"2026-11-{day}T18:00:00") for day in (17, 18, 19))
    assert isinstance(decide(case_of(invoice="2026-09-01"), *three, strategy=PERSON), Step)


def test_broken_promise_of_a_person_is_one_refusal_of_three():
    case = case_of(invoice="2026-09-01")
    broken = replace(past("2026-11-03T18:00:00", "connected", said="promise_to_pay"), broken=True)
    noes = tuple(past(f"2026-11-{day}T18:00:00", "connected", said="evaded") for day in (11, 18))
    assert isinstance(decide(case, broken, strategy=PERSON), Step)
    assert decide(case, broken, *noes, strategy=PERSON).why is Why.REFUSALS


def test_who_says_that_it_was_paid_when_it_was_not_has_refused():
    said = tuple(talked(f"2026-11-{day}T10:00:00", "says_paid") for day in (17, 19, 24))
    assert isinstance(decide(at_head(), *said[:2]), Step)
    assert decide(at_head(), *said) == TakeRung(rung=Rung.FAX, contact=HEAD, why=Why.REFUSALS, because=ids(said))


@pytest.mark.parametrize("said", ["callback_agreed", "cannot_pay"])
def test_who_puts_off_again_and_again_has_refused(said):
    """The first time helps; the second, third and fourth are refusals."""
    again = tuple(talked(f"2026-11-{day}T10:00:00", said) for day in (17, 19, 23, 24))
    assert isinstance(decide(at_head(), *again[:3]), Step)
    assert decide(at_head(), *again).because == ids(again[1:])


def test_conversation_that_nobody_judged_was_in_vain():
    forgotten = tuple(past(f"2026-11-{day}T10:00:00", "connected", contact=2) for day in (16, 17, 18, 19, 20, 24))
    case = business(contact_id=2, contact_since=in_berlin("2026-11-16T08:00:00"))
    assert decide(case, *forgotten) == TakeRung(rung=Rung.FAX, contact=HEAD, why=Why.FRUITLESS, because=ids(forgotten))


def test_paper_is_no_call():
    fax = past("2026-11-25T10:00:00", "sent", contact=2, channel="fax")
    view = View(
        case=at_head(),
        contact=HEAD,
        history=(*unanswered(days=(17, 18)), fax),
        strategy=BUSINESS,
        site=BERLIN,
        now=in_berlin(NOW),
    )
    assert standing(view).vain.days == 2
    assert len(standing(view).vain.ids) == 2
    step = decide(at_head(), *view.history)
    assert step.due_at == in_berlin("2026-11-18T12:00:00")


# --- the message that names the next step ----------------------------------------------------------------------------

FAXED = taken("fax", "done", "2026-11-19T11:00:00", ended="2026-11-19T12:00:00")
ASKED = taken("voicemail", "waiting", "2026-11-24T10:00:00", rung_id=2)
APPROVED = taken("voicemail", "running", "2026-11-24T10:00:00", approved="2026-11-24T15:00:00", rung_id=2)


def obstacle(case, who=HEAD, history=None, strategy=BUSINESS):
    vain = unanswered(who.id) if history is None else history
    view = View(case=case, contact=who, history=vain, strategy=strategy, site=BERLIN, now=in_berlin(NOW))
    return warning_obstacle(view, standing(view))


def test_message_is_allowed_where_everything_speaks_for_it():
    assert obstacle(at_head()) is None
    assert decide(at_head(FAXED), *unanswered()).obstacle is None


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({"case": case_of(invoice="2026-09-01")}, Obstacle.NATURAL_PERSON, id="person"),
        pytest.param({"strategy": replace(BUSINESS, warns_in=frozenset())}, Obstacle.NO_MESSAGE, id="no message"),
        pytest.param({"who": ACCOUNTS}, Obstacle.LOW_LEVEL, id="accounts payable"),
        pytest.param({"who": DIRECTOR}, Obstacle.NO_DIRECT_LINE, id="switchboard"),
        pytest.param({"history": unanswered(days=(17, 18))}, Obstacle.TOO_FEW_FAILURES, id="two calls"),
        pytest.param(
            {"history": tuple(past(f"2026-11-17T{h}:00:00", contact=2) for h in ("09", "12", "15"))},
            Obstacle.TOO_FEW_FAILURES,
            id="one day",
        ),
    ],
)
def test_message_is_left_out(changes, expected):
    assert obstacle(**{"case": at_head(), **changes}) is expected


def test_number_that_colleagues_have_too_is_no_line_of_his_own():
    """A file that gives everybody the same number, and says of none where it rings."""
    clerk = contact(1, "accounts_payable", phones=[phone(DIRECT.e164, role="business_direct", phone_id=10)])
    shared = replace(at_head(FAXED), contacts=(clerk, HEAD, DIRECTOR))
    assert obstacle(shared) is Obstacle.NO_DIRECT_LINE
    assert decide(shared, *unanswered()).obstacle is Obstacle.NO_DIRECT_LINE
    approved = replace(at_head(FAXED, APPROVED), contacts=(clerk, HEAD, DIRECTOR))
    assert decide(approved, *unanswered()).obstacle is Obstacle.NO_DIRECT_LINE


def claims_due(case, day, *, disputed=False):
    return replace(case, claims=tuple(replace(c, due_date=day, disputed=disputed) for c in case.claims))


def test_message_needs_default_thirty_days_after_the_due_day_and_no_dispute():
    assert obstacle(claims_due(at_head(), date(2026, 10, 27))) is Obstacle.NOT_IN_DEFAULT
    assert obstacle(claims_due(at_head(), date(2026, 10, 26))) is None
    assert obstacle(claims_due(at_head(), date(2026, 10, 26), disputed=True)) is Obstacle.DISPUTED


def test_english_debtor_needs_a_message_he_may_hear():
    case = at_head()
    english = replace(case, debtor=replace(case.debtor, language="en"))
    assert obstacle(english) is None  # the German one will do
    assert obstacle(english, strategy=replace(BUSINESS, warns_in=frozenset({"en"}))) is None
    assert obstacle(case, strategy=replace(BUSINESS, warns_in=frozenset({"en"}))) is Obstacle.NO_MESSAGE


def test_message_waits_for_leave_and_is_left_out_without():
    case = at_head(FAXED, ASKED)
    until = in_berlin("2026-11-27T00:00:00")
    assert decide(case, *unanswered()) == Idle(why=Why.AWAITS_APPROVAL, until=until)
    assert decide(case, *unanswered(), now="2026-11-27T00:00:00") == EndRung(
        taken=ASKED, state=RungState.SKIPPED, why=Why.AWAITS_ANSWER, obstacle=Obstacle.NOT_APPROVED
    )


def test_approved_message_is_a_call_to_his_own_line():
    main = phone("+49308765400", role="business_main", phone_id=9)
    case = at_head(FAXED, APPROVED)
    people = (ACCOUNTS, replace(HEAD, phones=(main, DIRECT)), DIRECTOR)
    step = decide(replace(case, contacts=people), *unanswered())
    assert (step.name, step.phone) == (StepName.WARNING_CALL, DIRECT)


def after_leave(*outcomes, e164=DIRECT.e164):
    hours = ("24T16", "25T10", "26T10")
    return tuple(past(f"2026-11-{h}:00:00", o, contact=2, e164=e164) for h, o in zip(hours, outcomes, strict=False))


def test_message_that_was_left_ends_the_rung():
    decision = decide(at_head(FAXED, APPROVED), *unanswered(), *after_leave("no_answer", "voicemail_left"))
    assert decision == EndRung(taken=APPROVED, state=RungState.DONE, why=Why.AWAITS_ANSWER)


def test_everyday_message_on_the_switchboard_is_no_word_of_the_next_step():
    """A collector clicked and left it there; the approved message still has to be left."""
    left = after_leave("voicemail_left", e164="+49308765400")
    assert decide(at_head(FAXED, APPROVED), *unanswered(), *left).name is StepName.WARNING_CALL


def test_mailbox_that_is_not_reached_is_left_out_after_three_calls():
    two = decide(at_head(FAXED, APPROVED), *unanswered(), *after_leave("no_answer", "busy"))
    assert two.name is StepName.WARNING_CALL
    three = decide(at_head(FAXED, APPROVED), *unanswered(), *after_leave("no_answer", "busy", "no_answer"))
    assert (three.state, three.obstacle) == (RungState.SKIPPED, Obstacle.NOT_REACHED)


def test_who_answers_and_evades_each_time_does_not_keep_the_ladder_waiting():
    said = tuple(past(f"2026-11-{h}:00:00", "connected", said="evaded", contact=2) for h in ("24T16", "25T10", "26T10"))
    assert decide(at_head(FAXED, APPROVED), *unanswered(), *said[:2]).name is StepName.WARNING_CALL
    assert decide(at_head(FAXED, APPROVED), *unanswered(), *said).obstacle is Obstacle.NOT_REACHED


def test_leave_that_was_given_before_he_helped_holds_no_longer():
    patient = replace(BUSINESS, ladder_refusals=5)
    helped = talked("2026-11-24T16:00:00", "cannot_pay")
    again = tuple(past(f"2026-11-{h}:00:00", contact=2) for h in ("25T10", "25T16", "26T10"))
    step = decide(at_head(FAXED, APPROVED), *unanswered(), helped, *again, strategy=patient)
    assert step.name is StepName.COLLECTION_CALL


def test_approved_message_is_left_out_once_something_speaks_against_it():
    case = claims_due(at_head(FAXED, APPROVED), date(2026, 9, 15), disputed=True)
    assert decide(case, *unanswered()).obstacle is Obstacle.DISPUTED


def test_hold_comes_before_every_rung():
    case = at_head(FAXED, APPROVED, holds=(Hold(reason=HoldReason.DISPUTE, until=None),))
    assert decide(case, *unanswered()).why is Why.HOLD


# --- what something has overtaken ------------------------------------------------------------------------------------


def overtaken(case, rung, *history):
    view = View(
        case=case, contact=HEAD, history=(*unanswered(), *history), strategy=BUSINESS, site=BERLIN, now=in_berlin(NOW)
    )
    return unwanted(view, rung)


WAITING = taken("fax", "waiting")


def test_rung_is_wanted_while_nothing_has_happened():
    over = Hold(reason=HoldReason.MANUAL, until=in_berlin(NOW))
    assert not overtaken(at_head(WAITING), WAITING)
    assert not overtaken(at_head(WAITING, holds=(over,)), WAITING)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"holds": (Hold(reason=HoldReason.DISPUTE, until=None),)}, id="held for good"),
        pytest.param({"holds": (Hold(reason=HoldReason.MANUAL, until=in_berlin("2026-11-26T12:00:01")),)}, id="held"),
        pytest.param({"status": CaseStatus.LEGAL_REVIEW}, id="under review"),
        pytest.param({"claims": ()}, id="nothing is owed"),
        pytest.param({"contact_since": in_berlin("2026-11-24T10:00:00")}, id="the case came to him anew"),
    ],
)
def test_rung_is_overtaken(changes):
    assert overtaken(replace(at_head(WAITING), **changes), WAITING)


def test_rung_is_overtaken_by_help_that_came_after_it():
    assert overtaken(at_head(WAITING), WAITING, talked("2026-11-24T10:00:00", "callback_agreed"))


def younger(case, invoice):
    """The debt that had led here is paid; what is owed now is another one."""
    claim = replace(case.claims[0], id=2, invoice_date=date.fromisoformat(invoice))
    return replace(case, claims=(replace(case.claims[0], paid_minor=10_000), claim))


def test_rung_is_overtaken_when_the_debt_it_was_for_is_paid_and_the_other_is_young():
    assert not overtaken(younger(at_head(WAITING), "2026-10-23"), WAITING)
    assert overtaken(younger(at_head(WAITING), "2026-10-24"), WAITING)


@pytest.mark.parametrize("last", [FAXED, APPROVED], ids=["fax", "voicemail"])
def test_rungs_of_a_debt_that_is_paid_are_none_of_the_next_one(last):
    case = younger(at_head(FAXED, replace(last, state=RungState.DONE)), "2026-12-01")
    about_the_old_one = tuple(replace(h, claims=frozenset({"1"})) for h in unanswered())
    step = decide(case, *about_the_old_one, now="2027-01-05T10:00:00")
    assert (step.name, step.contact) == (StepName.COLLECTION_CALL, HEAD)


def test_letter_about_a_paid_debt_does_not_bring_the_next_one_before_a_lawyer():
    sent = taken("letter", "done", ended="2026-11-18T19:00:00", contact_id=1)
    case = younger(case_of(invoice="2026-09-01", rungs=(sent,)), "2026-12-01")
    assert isinstance(decide(case, strategy=PERSON, now="2027-01-05T10:00:00"), Step)


def test_rung_that_was_withdrawn_is_taken_again():
    case = at_head(taken("fax", "withdrawn", ended="2026-11-25T10:00:00"))
    assert decide(case, *unanswered()).rung is Rung.FAX


# --- where no number rings -------------------------------------------------------------------------------------------

SILENT = contact(2, "head_of_accounting", phones=[phone(state="bad")])


def silent_business(*rungs):
    return business(SILENT, contact_id=2, contact_since=in_berlin("2026-11-16T08:00:00"), rungs=rungs)


def test_without_a_number_there_is_paper_and_then_a_person():
    assert decide(silent_business()) == TakeRung(rung=Rung.LETTER, contact=SILENT, why=Why.NO_NUMBER)
    under_way = taken("letter", "running")
    assert decide(silent_business(under_way)) == Idle(why=Why.OUTBOX)
    done = taken("letter", "done", ended="2026-11-24T10:00:00")
    assert decide(silent_business(done)) == Idle(why=Why.AWAITS_ANSWER, until=in_berlin("2026-12-01T00:00:00"))
    after = decide(silent_business(done), now="2026-12-01T00:00:00")
    assert (after.rung, after.obstacle) == (Rung.VOICEMAIL, Obstacle.NO_DIRECT_LINE)
    last = taken("voicemail", "skipped", ended="2026-12-01T00:00:00", rung_id=2)
    assert decide(silent_business(done, last), now="2026-12-01T00:00:00") == Review(
        why=Why.TOP_OF_LADDER, missing_levels=(3, 4)
    )


def test_without_a_number_a_warning_is_given_up():
    decision = decide(silent_business(FAXED, APPROVED))
    assert (decision.state, decision.obstacle) == (RungState.SKIPPED, Obstacle.NO_DIRECT_LINE)


def test_without_number_and_paper_a_person_has_to_look():
    assert decide(silent_business(), strategy=replace(BUSINESS, rungs=(Rung.VOICEMAIL,))) == Idle(why=Why.NO_NUMBER)


def test_person_without_a_number_gets_a_letter_when_the_collection_call_would_be_due():
    lost = contact(1, phones=[phone(state="bad")])
    young = case_of(contacts=(lost,), invoice="2026-11-05")
    assert decide(young, strategy=PERSON) == Idle(why=Why.NO_NUMBER, until=in_berlin("2026-12-06T00:00:00"))
    assert decide(young, strategy=PERSON, now="2026-12-06T00:00:00") == TakeRung(
        rung=Rung.LETTER, contact=lost, why=Why.NO_NUMBER
    )


def test_call_back_that_cannot_be_made_any_more_waits_for_what_is_under_way():
    agreed = {"callback_at": in_berlin("2026-11-26T10:00:00")}
    waiting = replace(silent_business(taken("letter", "running")), **agreed)
    assert decide(waiting) == Idle(why=Why.OUTBOX)
    assert decide(replace(silent_business(), **agreed)).why is Why.NO_NUMBER


def test_counts_are_of_days_at_the_debtors():
    view = View(case=at_head(), contact=HEAD, history=unanswered(), strategy=BUSINESS, site=BERLIN, now=in_berlin(NOW))
    at = standing(view)
    assert at.vain == Count(ids(view.history), 3)
    assert at.open is None


@pytest.mark.parametrize("what", list(Obstacle))
def test_every_obstacle_can_be_told(what):
    assert obstacle_text(what, "de") != what
    assert obstacle_text(what, "en") != what
    assert obstacle_text("case 7 has no street", "de") == "case 7 has no street"


@pytest.mark.parametrize("rung", [*Rung, "next"])
def test_every_rung_can_be_told(rung):
    assert rung_text(rung, "de") != rung_text(rung, "en")
