"""docs/compliance.md says what the rule packs say."""

from __future__ import annotations

import re
import typing
from datetime import date
from pathlib import Path

import pytest

from dialer.core import policy
from dialer.core.case import DebtorType, HoldReason
from dialer.core.outcome import Channel, Mode
from dialer.core.policy import Effect, Elsewhere, Flag, Law, Pack, Rule, Scope, Status, Text
from dialer.core.windows import WHOLE_DAY, parse_week
from dialer.reports.compliance_page import page
from dialer.reports.rule_words import asked, bound
from dialer.rules.packs import load_law

PAGE = Path(__file__).parents[2] / "docs" / "compliance.md"

ENFORCED, ELSEWHERE, NOT_KEPT = (
    "### What is enforced by the gate",
    "### What is kept elsewhere",
    "### What is only flagged or not kept",
)
TO_VERIFY = "## Not confirmed: verify before release"


def rule(condition, effect=Effect.DENY, *, rule_id="X-1", status=Status.CONFIRMED, **keys):
    text = Text(de="Genug ({detail}).", en="Enough ({detail}).")
    defaults = {"basis": "§ 1 | § 2", "sources": ("https://example.com/law",), "review_by": date(2027, 2, 1)}
    return Rule(id=rule_id, effect=effect, condition=condition, text=text, status=status, **(defaults | keys))


def page_of(*rules):
    days = {"verified_on": date(2026, 11, 21), "review_by": date(2027, 1, 15)}
    return page(Law(packs=(Pack(id="de", country="DE", version="2026.11", rules=rules, **days),)))


def section(text, title):
    return re.split(r"^#{2,3} ", text.partition(f"{title}\n")[2], maxsplit=1, flags=re.MULTILINE)[0]


def test_the_page_is_current():
    assert PAGE.is_file(), "docs/compliance.md is missing: scripts/docs writes it"
    current = PAGE.read_text(encoding="utf-8") == page(load_law())
    assert current, "the rule packs changed and docs/compliance.md did not: run scripts/docs"


def test_every_rule_stands_on_the_page():
    law = load_law()
    text = page(law)
    for pack in law.packs:
        part = text.partition(f"\n## Pack {pack.id}: ")[2].partition("\n## ")[0]
        rows = [line for line in part.splitlines() if line.startswith("| ")]
        shown = [row.split(" | ")[0].removeprefix("| ") for row in rows]
        assert sorted(i for i in shown if i not in {"id", "---"}) == sorted(r.id for r in pack.rules)


def test_no_line_of_the_page_is_endless():
    assert max(map(len, page(load_law()).splitlines())) <= 1000


def test_rule_of_the_gate_shows_what_it_asks_and_whence():
    text = page_of(rule(policy.Gap(hours=2), scope=Scope(debtors=frozenset({DebtorType.BUSINESS}))))
    assert (
        section(text, ENFORCED).strip().splitlines()[-1]
        == "| X-1 | Enough. | 2 h | DENY | business | § 1 \\| § 2 [1] | confirmed |"
    )
    assert "[1]: https://example.com/law" in text


@pytest.mark.parametrize(
    ("condition", "effect", "title"),
    [
        (policy.Gap(hours=2), Effect.DENY_OVR, ENFORCED),
        (policy.Gap(hours=2), Effect.WARN, NOT_KEPT),
        (Elsewhere(kept_by="configuration", enforced=True), Effect.DENY, ELSEWHERE),
        (Elsewhere(kept_by="nothing yet", enforced=False), Effect.DENY, NOT_KEPT),
    ],
)
def test_a_rule_stands_where_it_is_kept(condition, effect, title):
    text = page_of(rule(condition, effect))
    titles = (ENFORCED, ELSEWHERE, NOT_KEPT)
    assert [t for t in titles if "| X-1 |" in section(text, t)] == [title]
    assert {section(text, t).strip() for t in titles if t != title} == {"None."}


@pytest.mark.parametrize(
    ("status", "listed"),
    [
        (Status.UNCONFIRMED, True),
        (Status.PARTLY, True),
        (Status.CONFIRMED, False),
        (Status.PRODUCT_DEFAULT, False),
    ],
)
def test_what_is_not_confirmed_is_to_be_verified(status, listed):
    text = page_of(rule(policy.Gap(hours=2), status=status))
    assert ("| X-1 |" in section(text, TO_VERIFY)) is listed
    assert ("- de: X-1" in section(text, "## Everything unconfirmed")) is (status is Status.UNCONFIRMED)


def test_the_day_of_its_own_review_is_shown():
    text = page_of(rule(policy.Gap(hours=2), status=Status.PARTLY, review_by=date(2026, 12, 15)))
    assert "| 2026-12-15 |" in section(text, TO_VERIFY)
    assert "to be reviewed by 2027-01-15" in text


def test_every_kind_of_rule_can_be_put_in_words():
    law = load_law()
    seen = {type(r.condition): asked(r) for pack in law.packs for r in pack.rules}
    assert set(seen) == set(typing.get_args(policy.Condition))


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (
            policy.Hours(week=parse_week({"mon-fri": ["08:00-12:00", "13:00-18:00"], "sun": []}, unnamed=WHOLE_DAY)),
            "mon-fri only 08:00-12:00 and 13:00-18:00, sun never",
        ),
        (policy.LostRate(percent=3, among=100), "from 3 %, counted among at least 100 attempts"),
        (policy.Rest(days=7, per_claim=True), "7 days with the first, for each claim"),
        (policy.CallerId(prefix="+1", forbidden=("+1900",)), "+1…, not +1900"),
        (policy.CallerId(prefix="+49", foreign_only=True), "no ordinary number but +49…"),
        (
            policy.OtherStops(only=frozenset({HoldReason.PROMISE, HoldReason.SAYS_PAID})),
            "hold promise, says paid; if no other rule speaks of it",
        ),
        (
            policy.OtherStops(flags=True, without=frozenset({HoldReason.PROMISE})),
            "every flag; every hold but promise; if no other rule speaks of it",
        ),
        (policy.OtherStops(), "every hold; if no other rule speaks of it"),
        (
            policy.Words(beginnings=("debt",), fields=("firm",), unless=policy.Excuse.TITLE),
            "not: debt; without {firm}; unless there is a title",
        ),
        (policy.Words(amounts=True, numbers=("+49900",)), "no sums; no numbers with +49900"),
        (policy.Words(inside=tuple("abcdefgh")), "not: a, b, c, d, e, f and 2 more"),
        (
            policy.Contains(required=("number",), allowed=("agent", "hours")),
            "must have {number}; may have {agent} {hours}",
        ),
    ],
)
def test_words(condition, words):
    assert asked(rule(condition)) == words


def test_words_for_what_lifts_a_rule_and_when_it_begins():
    lifted = rule(policy.Gap(hours=2), unless=frozenset({Flag.PRIOR_CONSENT}), since=date(2026, 9, 1))
    assert asked(lifted) == "2 h, unless prior consent, from 2026-09-01"


def test_words_for_whom_a_rule_binds():
    natural = frozenset({DebtorType.CONSUMER, DebtorType.SOLE_TRADER})
    scope = Scope(
        debtors=natural,
        channels=frozenset({Channel.CALL}),
        modes=frozenset({Mode.UNATTENDED}),
        places=frozenset({"MA"}),
    )
    assert bound(scope) == "natural persons; by call; unattended; in MA"
    assert bound(Scope()) == "everybody"
