"""Conversation guides: what is wrong with one, and above all whether it could tell the wrong person."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dialer.core.case import DebtorType
from dialer.core.outcome import Disposition
from dialer.core.script import (
    CALL_GUIDE,
    Audience,
    Branch,
    Excuse,
    ExcuseTask,
    Goal,
    Guide,
    Part,
    ScriptStep,
    Section,
    audience_of,
)
from dialer.core.script_check import REQUIRED_EXCUSES, excuse_problems, problems
from dialer.rules.packs import load_law

LAW = load_law()

GOALS = {Goal.TOPIC: "nimmt an", Goal.TALK: "redet", Goal.PAY: "zahlt"}
ASIDE = Branch(when="jemand anderes spricht", to="other")


def section(name, part, *say, **more):
    return Section(id=name, part=Part(part), title=name, goal="ein Ziel", say=say or ("Guten Tag.",), **more)


def excuse(name, *answer, **more):
    usual = {"task": ExcuseTask.CALL, "days": 2, "result": Disposition.EVADED, "source": "Praxis"}
    return Excuse(id=name, sounds="…", answer=answer or ("Verstehe.",), **usual | more)


EXCUSES = tuple(excuse(name) for name in sorted(REQUIRED_EXCUSES[Audience.BUSINESS]))
PRIVATE = Guide(
    audience=Audience.PRIVATE,
    step=ScriptStep.COLLECTION_CALL,
    language="de",
    title="Anruf",
    goals=GOALS,
    sections=(
        section("start", "preparation"),
        section("person", "right_person", "Spreche ich mit {contact}?", branches=(ASIDE,)),
        section("check", "identity", "Wie lautet Ihre Postleitzahl?", hints=("{identity_items}",), branches=(ASIDE,)),
        section("us", "notice", countries=frozenset({"US"})),
        section("open", "opening", "Es geht um {amount}."),
        section("why", "reason"),
        section("hear", "listen", excuses=True),
        section("solve", "solution"),
        section("agree", "agreement"),
        section("note", "confirmation", ends=True),
        section("other", "third_person", "Ich bitte um Rückruf unter {number}."),
    ),
    excuses=EXCUSES,
)
BUSINESS = replace(
    PRIVATE,
    audience=Audience.BUSINESS,
    sections=(
        section("start", "preparation"),
        section("person", "right_person", "Hier ist {firm}, wegen der Rechnung {invoice_no}.", branches=(ASIDE,)),
        *(s for s in PRIVATE.sections[2:] if s.id != "us"),
    ),
)
GATE = Guide(
    audience=Audience.BUSINESS,
    step=ScriptStep.GATEKEEPER,
    language="de",
    title="Empfang",
    goals=GOALS,
    sections=(
        section("start", "preparation"),
        section("ask", "right_person", branches=(Branch(when="durchgestellt wird", to=CALL_GUIDE),)),
        section("message", "third_person", "Rückruf bitte wegen Rechnung {invoice_no}."),
        section("note", "confirmation"),
    ),
)


def changed(guide, name, **values):
    """The guide with that section changed."""
    assert guide.section(name)
    return replace(guide, sections=tuple(replace(s, **values) if s.id == name else s for s in guide.sections))


def found(guide):
    return [f"{p.place}: {p.text}" for p in problems(guide, LAW)]


@pytest.mark.parametrize("guide", [PRIVATE, BUSINESS, GATE], ids=["private", "business", "gatekeeper"])
def test_sound_guide_has_no_problem(guide):
    assert found(guide) == []


@pytest.mark.parametrize(
    ("debtor", "audience"), [("consumer", "private"), ("sole_trader", "private"), ("business", "business")]
)
def test_natural_persons_get_the_private_guides(debtor, audience):
    assert audience_of(DebtorType(debtor)) == audience


# --- who may hear what -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("field", ["amount", "claims", "due_date", "invoice_no", "statement", "promises", "firm"])
@pytest.mark.parametrize("name", ["start", "person", "check", "other"])
def test_private_person_hears_nothing_of_the_claim_before_the_check(name, field):
    assert found(changed(PRIVATE, name, say=("Guten Tag.", f"Es geht um {{{field}}}."))) == [
        f"section.{name}.say.2: {{{field}}} may reach somebody who is not identified, against DE-P2"
    ]


@pytest.mark.parametrize("field", ["postal_code", "customer_no", "identity_items"])
def test_what_is_to_be_compared_is_not_said(field):
    assert len(found(changed(PRIVATE, "check", say=(f"Ist {{{field}}} richtig?",)))) == 1


def test_hints_are_for_the_collector_alone():
    assert found(changed(PRIVATE, "check", hints=("{identity_items}", "Offen: {amount}"))) == []


@pytest.mark.parametrize("hints", [(), ("Zwei Angaben vergleichen.",)])
def test_check_shows_the_collector_what_to_compare(hints):
    assert found(changed(PRIVATE, "check", hints=hints)) == [
        "section.check.hints: lacks {identity_items}: nobody would know what to compare"
    ]


def test_check_after_the_content_comes_too_late():
    order = ("start", "person", "us", "open", "check", "why", "hear", "solve", "agree", "note", "other")
    late = replace(PRIVATE, sections=tuple(PRIVATE.section(name) for name in order))
    assert "section.open.say.1: {amount} may reach somebody who is not identified, against DE-P2" in found(late)
    assert 'guide.collection_call.sections: the part "opening" comes before "identity"' in found(late)


def test_way_around_the_check_is_seen():
    shortcut = Branch(when="er gleich zur Sache will", to="open")
    assert found(changed(PRIVATE, "person", branches=(ASIDE, shortcut))) == [
        "section.open.say.1: {amount} may reach somebody who is not identified, against DE-P2"
    ]


def test_branch_out_of_the_check_is_no_passed_check():
    unsure = Branch(when="die Angaben nicht stimmen", to="open")
    assert found(changed(PRIVATE, "check", branches=(ASIDE, unsure))) == [
        "section.open.say.1: {amount} may reach somebody who is not identified, against DE-P2"
    ]


def test_check_that_only_one_country_has_does_not_protect_the_others():
    lines = found(changed(PRIVATE, "check", countries=frozenset({"DE"})))
    assert 'guide.collection_call.sections: no section is the part "identity" for calls to AT' in lines
    assert "section.open.say.1: {amount} may reach somebody who is not identified, against DE-P2" in lines
    assert not [line for line in lines if line.endswith("for calls to DE")]


def test_words_that_hint_at_a_debt_are_forbidden_before_the_check():
    say = ("Guten Tag.", "Es geht um Ihre Zahlung.")
    (line,) = found(changed(PRIVATE, "person", say=say))
    why = "Whoever hears a private person's message must not learn of a debt: Zahlung."
    assert line == f'section.person.say.2: says "Zahlung", against VM-WORDS: {why}'


def test_third_person_of_a_later_section_is_protected_too():
    lines = found(changed(PRIVATE, "other", say=("Es geht um Ihre Rechnung.",)))
    assert [line.partition(": Whoever")[0] for line in lines] == [
        'section.other.say.1: says "Rechnung", against VM-WORDS'
    ]


@pytest.mark.parametrize("field", ["amount", "claims", "due_date", "statement", "promises"])
@pytest.mark.parametrize("name", ["ask", "message", "note"])
def test_reception_hears_no_amount(name, field):
    assert found(changed(GATE, name, say=(f"Es geht um {{{field}}}.",))) == [
        f"section.{name}.say.1: {{{field}}} may reach somebody who is not identified, against BZ-5"
    ]


def test_reception_stays_reception_whatever_was_checked():
    check = section("check", "identity", hints=("{identity_items}",))
    guide = replace(GATE, sections=(*GATE.sections[:2], check, *GATE.sections[2:]))
    assert found(guide) == []
    assert found(changed(guide, "note", say=("Offen sind {amount}.",))) == [
        "section.note.say.1: {amount} may reach somebody who is not identified, against BZ-5"
    ]


def test_somebody_else_who_takes_over_later_hears_nothing_either():
    handed = Branch(when="jemand anderes den Hörer nimmt", to="other")
    guide = replace(PRIVATE, sections=tuple(replace(s, branches=()) for s in PRIVATE.sections))
    guide = changed(changed(guide, "why", branches=(handed,)), "other", say=("Es geht um {amount}.",))
    assert found(guide) == ["section.other.say.1: {amount} may reach somebody who is not identified, against DE-P2"]


@pytest.mark.parametrize("line", ["Es geht um eine offene Rechnung.", "Sie sind im Verzug.", "Es sind 120,50 EUR."])
def test_reception_hears_no_reproach(line):
    lines = found(changed(GATE, "message", say=(line,)))
    assert lines
    assert all("against BZ-5" in text for text in lines)


def test_reception_hears_no_consequence():
    told = [text.split(": ")[1] for text in found(changed(GATE, "ask", say=("Sonst klagen wir vor Gericht.",)))]
    assert 'says "klagen", against VM-B1' in told
    assert 'says "Gericht", against VM-B1' in told


# --- what the debtor himself may hear --------------------------------------------------------------------------------


def test_debtor_himself_hears_what_it_is_about():
    say = ("Die Rechnung ist unbezahlt, die Forderung beträgt {amount}.",)
    assert found(changed(PRIVATE, "solve", say=say)) == []


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("Sonst erstatten wir Strafanzeige wegen Betrugs.", "DE-S2"),
        ("Sonst melden wir Sie der SCHUFA.", "DE-S3"),
        ("Sonst kommt der Gerichtsvollzieher.", "DE-S4"),
        ("Sonst erfährt es Ihr Arbeitgeber.", "DE-S5"),
    ],
)
def test_threats_are_forbidden_after_the_check(line, rule):
    assert any(f"against {rule}:" in text for text in found(changed(PRIVATE, "agree", say=(line,))))


def test_court_is_named_with_the_way_to_contest_it():
    bound = frozenset({"AT", "CH", "DE"})
    court = section("court", "agreement", "Wir können vor Gericht gehen.", countries=bound)
    guide = replace(PRIVATE, sections=(*PRIVATE.sections[:9], court, *PRIVATE.sections[9:]))
    assert [text.split(": ")[1] for text in found(guide)] == [
        f'says "vor Gericht", against {country}-S1' for country in ("AT", "CH", "DE")
    ]
    assert found(changed(guide, "court", say=("Wir können vor Gericht gehen.", "Einwände bringen Sie dort vor."))) == []


def test_consumers_in_america_hear_nothing_of_a_court():
    say = ("Wir können vor Gericht gehen. Einwände bringen Sie dort vor.",)
    assert {text.split(", against ")[1].split(":")[0] for text in found(changed(PRIVATE, "agree", say=say))} == {
        "US-S4"
    }
    assert found(replace(changed(PRIVATE, "agree", say=say), countries=frozenset({"DE"}))) == []


def test_america_asks_for_its_notice_before_the_content():
    assert found(replace(PRIVATE, sections=tuple(s for s in PRIVATE.sections if s.id != "us"))) == [
        'guide.collection_call.sections: no section is the part "notice" for calls to US'
    ]
    late = (*PRIVATE.sections[:3], PRIVATE.sections[4], PRIVATE.sections[3], *PRIVATE.sections[5:])
    assert found(replace(PRIVATE, sections=late)) == [
        'guide.collection_call.sections: the part "opening" comes before "notice" for calls to US'
    ]


# --- whole and passable ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", ["preparation", "right_person", "opening", "reason", "solution", "agreement"])
def test_missing_part_is_named(part):
    cut = replace(PRIVATE, sections=tuple(s for s in PRIVATE.sections if s.part != part))
    assert f'guide.collection_call.sections: no section is the part "{part}"' in found(cut)


def test_call_from_the_debtor_needs_no_preparation():
    assert found(replace(PRIVATE, step=ScriptStep.DEBTOR_CALLBACK, sections=PRIVATE.sections[1:])) == []


def test_private_guide_says_what_somebody_else_may_hear():
    alone = replace(PRIVATE, sections=tuple(replace(s, branches=()) for s in PRIVATE.sections[:-1]))
    assert 'guide.collection_call.sections: no section is the part "third_person"' in found(alone)
    assert found(replace(BUSINESS, sections=tuple(replace(s, branches=()) for s in BUSINESS.sections[:-1]))) == []


@pytest.mark.parametrize("goal", list(Goal))
def test_every_guide_has_its_three_goals(goal):
    goals = {g: text for g, text in GOALS.items() if g != goal}
    assert found(replace(PRIVATE, goals=goals)) == [f'guide.collection_call.goals: the goal "{goal}" is missing']


def test_branch_to_nowhere_is_named():
    branches = (ASIDE, Branch(when="er geht", to="nowhere"), Branch(when="er schweigt"))
    assert found(changed(PRIVATE, "person", branches=branches))[:2] == [
        'section.person.branches.2.to: the guide collection_call has no section "nowhere"',
        "section.person.branches.3: leads nowhere; give `to`, `result` or both",
    ]


def test_branch_into_a_section_of_another_country_is_named():
    lines = found(changed(PRIVATE, "person", branches=(ASIDE, Branch(when="er fragt", to="us"))))
    assert 'section.person.branches.2.to: the guide collection_call has no section "us" for calls to DE' in lines
    assert not [line for line in lines if line.endswith("for calls to US")]


def test_only_gatekeepers_lead_to_the_guide_of_the_call():
    assert found(changed(PRIVATE, "person", branches=(ASIDE, Branch(when="er da ist", to=CALL_GUIDE)))) == [
        'section.person.branches.2.to: "call_guide" is for gatekeeper guides'
    ]


def test_section_that_nothing_leads_to_is_named():
    # the one before it ends, and the branches that led there are gone
    lines = found(replace(PRIVATE, sections=tuple(replace(s, branches=()) for s in PRIVATE.sections)))
    assert "section.other: nothing leads there in the guide collection_call" in lines


def test_talk_that_ends_early_leaves_the_rest_unreached():
    lines = found(changed(PRIVATE, "why", ends=True))
    assert "section.hear: nothing leads there in the guide collection_call" in lines
    assert "section.note: nothing leads there in the guide collection_call for calls to US" in lines


def test_branches_may_lead_back():
    assert found(changed(PRIVATE, "agree", branches=(Branch(when="er zögert", to="solve"),))) == []


def test_section_named_twice_is_named():
    twice = replace(PRIVATE, sections=(*PRIVATE.sections, PRIVATE.sections[-1]))
    assert found(twice) == ['guide.collection_call.sections: names "other" twice']


def test_empty_section_is_named():
    assert found(changed(PRIVATE, "why", say=())) == ["section.why: has neither lines to say nor hints"]
    assert found(changed(PRIVATE, "why", say=(), hints=("Zuhören.",))) == []


@pytest.mark.parametrize(
    ("values", "place"),
    [
        ({"say": ("Guten Tag.", "Es sind {ammount}.")}, "say.2"),
        ({"hints": ("Es sind {ammount}.",)}, "hints.1"),
        ({"title": "{ammount}"}, "title.1"),
        ({"goal": "{ammount}"}, "goal.1"),
        ({"branches": (Branch(when="{ammount}", to="solve"),)}, "branches.1"),
    ],
)
def test_unknown_placeholder_is_named_with_its_line(values, place):
    assert found(changed(PRIVATE, "why", **values)) == [f"section.why.{place}: unknown placeholder {{ammount}}"]


@pytest.mark.parametrize("line", ["Es sind {amount.", "Es sind amount}.", "{{amount}}"])
def test_stray_brace_is_named(line):
    assert "section.why.say.1: has a brace that belongs to no placeholder" in found(
        changed(PRIVATE, "why", say=(line,))
    )


def test_guide_answers_every_excuse_of_its_audience():
    assert found(replace(PRIVATE, excuses=EXCUSES[1:])) == []  # boss_absent is for firms
    assert found(replace(BUSINESS, excuses=EXCUSES[1:])) == [
        'guide.collection_call: the excuse "boss_absent" has no answer'
    ]
    assert found(replace(GATE, excuses=())) == []
    assert found(changed(PRIVATE, "hear", excuses=False)) == [
        "guide.collection_call.sections: no section says that the table of excuses belongs to it (excuses = true)"
    ]


# --- excuses ---------------------------------------------------------------------------------------------------------


def test_table_of_excuses_is_whole_for_each_audience():
    assert excuse_problems(EXCUSES, LAW, "de") == ()
    assert [f"{p.place}: {p.text}" for p in excuse_problems(EXCUSES[2:], LAW, "de")] == [
        "excuse.complaint: is missing for private",
        "excuse.boss_absent: is missing for business",
        "excuse.complaint: is missing for business",
    ]


def test_answer_to_an_excuse_is_no_threat():
    table = (*EXCUSES, excuse("new", "Verstehe.", "Dann rufen wir die Polizei.", hint="{nothing}"))
    told = [(p.place, p.text.partition(": ")[0]) for p in excuse_problems(table, LAW, "de")]
    assert ("excuse.new.answer.2", 'says "Polizei", against DE-S2') in told
    assert ("excuse.new.hint.1", "unknown placeholder {nothing}") in told
