"""What the state of a case speaks for, as values and as sentences."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from dialer.core.deadlines import (
    Basis,
    Deadline,
    DeadlineKind,
    Event,
    Reason,
    Situation,
    Step,
    Thresholds,
    recommendation,
    recommendation_text,
)


def ends(on: str, nominal: str | None = None) -> Deadline:
    basis = Basis(Event.YEAR_END, date(2023, 12, 31))
    last = date.fromisoformat(on)
    before = date.fromisoformat(nominal) if nominal else last
    return Deadline(kind=DeadlineKind.LIMITATION, on=last, nominal=before, source="§ 195 BGB", basis=basis)


EVADED = Situation(
    today=date(2025, 10, 20),
    open_minor=4_200_00,
    currency="EUR",
    fruitless_attempts=6,
    levels=3,
    limitation=ends("2026-12-31"),
)


def test_reasons_are_values():
    assert recommendation(EVADED).reasons == (
        Reason("attempts", 6),
        Reason("levels", 3),
        Reason("undisputed"),
        Reason("amount", 4_200_00, "EUR"),
        Reason("limitation_months", 14),
    )


def test_reasons_read_well_in_both_languages():
    assert recommendation_text(recommendation(EVADED), "en") == (
        "Consider a court order for payment: 6 fruitless attempts, at 3 levels, no dispute, €4,200.00 open,"
        " limitation in 14 months"
    )
    assert recommendation_text(recommendation(EVADED), "de") == (
        "Mahnbescheid prüfen: 6 vergebliche Versuche, auf 3 Ebenen, unbestritten, 4.200,00 € offen,"
        " Verjährung in 14 Monaten"
    )


def test_one_is_not_plural():
    text = recommendation_text(recommendation(replace(EVADED, fruitless_attempts=1, levels=1)), "en")
    assert "1 fruitless attempt, at 1 level," in text


@pytest.mark.parametrize(
    ("change", "step"),
    [
        ({}, Step.COURT_ORDER),
        ({"fruitless_attempts": 5}, Step.KEEP_CALLING),
        ({"disputed": True}, Step.CLEAR_DISPUTE),
        ({"promised": True}, Step.AWAIT_PROMISE),
        ({"in_default": False}, Step.REMIND),
        ({"titled": True}, Step.ENFORCE),
        ({"insolvent": True}, Step.FILE_IN_INSOLVENCY),
        ({"open_minor": 0}, Step.NOTHING_OWED),
        ({"open_minor": 0, "insolvent": True}, Step.NOTHING_OWED),
        # limitation near: promises and patience no longer help
        ({"today": date(2026, 9, 1), "promised": True, "fruitless_attempts": 0}, Step.COURT_ORDER),
        ({"today": date(2026, 9, 1), "disputed": True}, Step.SUE),
        ({"today": date(2026, 6, 30), "fruitless_attempts": 0}, Step.KEEP_CALLING),
        ({"today": date(2026, 12, 31), "fruitless_attempts": 0}, Step.COURT_ORDER),
        ({"today": date(2027, 1, 1)}, Step.TIME_BARRED),
        ({"limitation": None}, Step.COURT_ORDER),
        ({"limitation": None, "fruitless_attempts": 0}, Step.KEEP_CALLING),
    ],
)
def test_step(change, step):
    assert recommendation(replace(EVADED, **change)).step is step


@pytest.mark.parametrize(
    ("today", "reason"),
    [
        ("2025-10-31", Reason("limitation_months", 14)),
        ("2025-11-01", Reason("limitation_months", 13)),
        ("2026-11-30", Reason("limitation_months", 1)),
        ("2026-12-01", Reason("limitation_days", 30)),
        ("2026-12-31", Reason("limitation_days", 0)),
        ("2027-01-01", Reason("limitation_over")),
    ],
)
def test_time_left_is_counted_to_the_nominal_end(today, reason):
    assert reason in recommendation(replace(EVADED, today=date.fromisoformat(today))).reasons


def test_weekend_after_the_nominal_end_is_not_time_barred():
    situation = replace(EVADED, today=date(2023, 1, 1), limitation=ends("2023-01-02", "2022-12-31"))
    advice = recommendation(situation)
    assert advice.step is Step.COURT_ORDER
    assert Reason("limitation_days", 0) in advice.reasons


def test_thresholds_are_given():
    patient = Thresholds(attempts=8, months=0)
    assert recommendation(replace(EVADED, today=date(2026, 12, 30)), patient).step is Step.KEEP_CALLING


@pytest.mark.parametrize("flag", ["insolvent", "titled", "promised", "disputed"])
def test_every_flag_is_told(flag):
    assert Reason(flag) in recommendation(replace(EVADED, **{flag: True})).reasons


def test_every_reason_has_words_in_both_languages():
    states = [{"limitation": None}, {"today": date(2027, 1, 1)}, {"in_default": False}, {"levels": 0}]
    flags = [{flag: True} for flag in ("insolvent", "titled", "promised", "disputed")]
    for change in states + flags:
        advice = recommendation(replace(EVADED, **change))
        assert recommendation_text(advice, "de")
        assert recommendation_text(advice, "en")
