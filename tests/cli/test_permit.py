"""permit: what people read of a verdict, in both languages, and rules of the house's own."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from dialer.cli import main

NOON = "2026-11-24T12:30:00+01:00"
ANNA = {
    "operator": {"role": "own_claim", "country": "DE", "subdivision": "BE", "caller_id": "+493023125000"},
    "debtor": {"type": "consumer", "country": "DE", "subdivision": "BY"},
    "phone": {"e164": "+4915112345678", "role": "private"},
    "contact": {"role": "self"},
    "claims": [{"id": "F1"}],
    "mode": "preview",
}
HOUSE_RULES = """[pack]
id = "house"
country = "DE"
version = "7"
verified_on = 2026-11-21
review_by = 2027-11-21
[[rule]]
id = "HOUSE-1"
kind = "hours"
effect = "DENY"
basis = "ours"
status = "product_default"
text = { de = "Wir rufen erst nachmittags an.", en = "We call in the afternoon only." }
value = { mon-fri = ["13:00-20:00"] }
"""


@pytest.fixture
def permit(run, tmp_path):
    """Ask about Anna, with these facts besides."""

    def go(*words, at=NOON, **facts):
        path = tmp_path / "facts.json"
        path.write_text(json.dumps(ANNA | facts), encoding="utf-8")
        return run("permit", str(path), "--at", at, *words)

    return go


def called(at, **row):
    return {"at": at, "phone": ANNA["phone"]["e164"], "outcome": "no_answer"} | row


def test_allowed_until_the_clock_forbids_it(permit):
    answer = permit()
    assert (answer.code, answer.out.splitlines()) == (
        0,
        ["allow", "closes at: 2026-11-24T19:00:00+00:00", "packs: common 2026.11, de 2026.11"],
    )


def test_denied_until_each_rule_lets_go(permit):
    answer = permit(at="2026-11-28T18:30:00+01:00", history=[called("2026-11-28T17:00:00+01:00")])
    assert (answer.code, answer.out.splitlines()) == (
        1,
        [
            "deny",
            (
                "  DE-T2: Private persons are called between 9 and 18 h on Saturdays."
                " (not before 2026-11-28T23:00:00+00:00)"
            ),
            "  DE-F5: At least two hours lie between two attempts. (not before 2026-11-28T18:00:00+00:00)",
            "  note: DE-F5: There was a call in this part of the day already.",
            "not before: 2026-11-30T07:00:00+00:00",
            "packs: common 2026.11, de 2026.11",
        ],
    )


def test_sentences_are_german_when_asked_for(permit):
    answer = permit("--language", "de", at="2026-11-29T12:00:00+01:00")
    assert answer.out.splitlines()[1] == (
        "  DE-T4: Sonntags wird nicht angerufen. (not before 2026-11-29T23:00:00+00:00)"
    )


def test_denial_without_an_end_has_no_date(permit):
    answer = permit(debtor=ANNA["debtor"] | {"country": "FR"}, phone=ANNA["phone"] | {"e164": "+33123456789"})
    assert (answer.code, answer.out.splitlines()) == (
        1,
        [
            "deny",
            "  NO-PACK: There is no rule pack for the country FR.",
            "  NO-ZONE: The called party's place is unknown, or the number belongs to another country.",
            "packs: common 2026.11, de 2026.11",  # the caller's own
        ],
    )


@pytest.mark.parametrize(
    ("language", "notes"),
    [
        (
            "en",
            [
                "  note: DE-F5: There was a call in this part of the day already.",
                "  note: DE-L4: Claim F1 is time-barred: voluntary payment only, suggest no token payment.",
            ],
        ),
        (
            "de",
            [
                "  note: DE-F5: In diesem Teil des Tages wurde heute schon angerufen.",
                (
                    "  note: DE-L4: Die Forderung F1 ist verjährt; nur noch freiwillige Zahlung, keine kleine"
                    " Teilzahlung anregen."
                ),
            ],
        ),
    ],
)
def test_warnings_are_notes_and_stop_nothing(permit, language, notes):
    claims = [{"id": "F1", "limitation_on": "2025-12-31"}]
    answer = permit(
        "--language",
        language,
        at="2026-11-24T16:30:00+01:00",
        claims=claims,
        history=[called("2026-11-24T13:00:00+01:00")],
    )
    assert answer.code == 0
    assert answer.out.splitlines()[:3] == ["allow", *notes]


def test_outdated_pack_is_noted(permit):
    answer = permit(at="2027-01-18T12:30:00+01:00")
    assert answer.code == 0
    assert answer.out.splitlines()[1] == (
        "  note: PACK-OLD: The rule pack de 2026.11 is past its review date; its sources have to be checked again."
    )


def test_override_is_noted_with_whoever_answers(permit):
    lifted = {"rule": "DE-T2", "role": "compliance", "user": "olga", "until": "2026-11-28T23:00:00Z"}
    answer = permit(at="2026-11-28T18:30:00+01:00", overrides=[lifted | {"reason": "Rückruf vereinbart"}])
    assert (answer.code, answer.out.splitlines()[:2]) == (0, ["allow", "  note: DE-T2: Overridden by olga."])


def test_document_is_read_from_standard_input():
    result = CliRunner().invoke(main, ["permit", "-", "--at", NOON], input=json.dumps(ANNA))
    assert (result.exit_code, result.stdout.splitlines()[0]) == (0, "allow")


# --- rules of the house's own


@pytest.fixture
def own(tmp_path):
    """The option that names rules of the house's own, with these texts replaced."""

    def go(*changes):
        text = HOUSE_RULES
        for old, new in changes:
            assert old in text, old
            text = text.replace(old, new, 1)
        path = tmp_path / "house.toml"
        path.write_text(text, encoding="utf-8")
        return "--own-rules", str(path)

    return go


def test_own_rules_tighten(permit, own):
    answer = permit(*own())
    assert (answer.code, answer.out.splitlines()) == (
        1,
        [
            "deny",
            "  HOUSE-1: We call in the afternoon only. (not before 2026-11-24T12:00:00+00:00)",
            "not before: 2026-11-24T12:00:00+00:00",
            "packs: common 2026.11, de 2026.11, house 7",
        ],
    )
    assert permit(*own(), at="2026-11-24T13:00:00+01:00").code == 0


@pytest.mark.parametrize(
    "change",
    [
        (('id = "HOUSE-1"', 'id = "DE-T4"'), ('mon-fri = ["13:00-20:00"]', 'sun = ["00:00-24:00"]')),
        (('id = "HOUSE-1"', 'id = "DE-T4"'), ('effect = "DENY"', 'effect = "INFO"')),
        (('id = "HOUSE-1"', 'id = "DE-T4"'), ('effect = "DENY"', 'effect = "DENY_OVR"')),
    ],
)
def test_own_rules_loosen_nothing(permit, own, change):
    """Not even under the id of a shipped rule: Sundays stay Sundays, and cannot be overridden."""
    lifted = {"rule": "DE-T4", "role": "compliance", "user": "olga", "until": "2026-11-30T00:00:00Z", "reason": "?"}
    answer = permit(*own(*change), "--json", at="2026-11-29T14:00:00+01:00", overrides=[lifted])
    assert answer.code == 1
    assert [(d["rule"], d["effect"]) for d in answer.json["denials"]] == [("DE-T4", "DENY")]


def test_own_rules_of_another_country_do_not_bind(permit, own):
    answer = permit(*own(('country = "DE"', 'country = "AT"')))
    assert (answer.code, answer.out.splitlines()[-1]) == (0, "packs: common 2026.11, de 2026.11")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (('mon-fri = ["13:00-20:00"]', 'mon-fri = ["13-20"]'), 'rule HOUSE-1: value: "13-20" is not a time'),
        (('kind = "hours"', 'kind = "hour"'), 'rule HOUSE-1: "hour" is no kind of rule; known: hours, '),
        (('effect = "DENY"', 'effect = "FORBID"'), "rule HOUSE-1.effect: "),
    ],
)
def test_broken_rules_name_file_rule_and_key(permit, own, tmp_path, change, says):
    answer = permit(*own(change))
    assert (answer.code, answer.out) == (1, "")
    assert answer.err.startswith(f"dialer: {tmp_path}/house.toml: {says}")
