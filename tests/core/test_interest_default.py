"""From which day a debtor is in default (§ 286 BGB): stories with the calendar beside them."""

from __future__ import annotations

from datetime import date

import pytest

from dialer.core.interest import DefaultFacts, Ground, InDefault, Missing, default_begins

HOLIDAYS = {date(2026, 1, 1), date(2026, 4, 3), date(2026, 4, 6), date(2026, 5, 1), date(2025, 12, 25)}


def begins(**facts) -> tuple[str, Ground] | Missing:
    days = {key: date.fromisoformat(value) if isinstance(value, str) else value for key, value in facts.items()}
    found = default_begins(DefaultFacts(**days), HOLIDAYS.__contains__)
    return (found.interest_from.isoformat(), found.ground) if isinstance(found, InDefault) else found


BUSINESS = {"debtor_consumer": False}


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        # established by somebody: taken as it is
        ({"due_on": None, "default_since": "2026-02-10"}, ("2026-02-10", Ground.GIVEN)),
        # a date agreed, Tuesday 10 March 2026: the day after
        ({"due_on": "2026-03-10", "date_agreed": True}, ("2026-03-11", Ground.DATE)),
        # Saturday 7 March 2026: payable until Monday the 9th (§ 193), default from Tuesday
        ({"due_on": "2026-03-07", "date_agreed": True}, ("2026-03-10", Ground.DATE)),
        # Good Friday 3 April 2026: payable until Tuesday the 7th
        ({"due_on": "2026-04-03", "date_agreed": True}, ("2026-04-08", Ground.DATE)),
        # due 31 December 2025, a Wednesday: interest from New Year's Day
        ({"due_on": "2025-12-31", "date_agreed": True}, ("2026-01-01", Ground.DATE)),
        # a reminder received after the due date: the day after its arrival (§ 187(1))
        ({"due_on": "2026-03-10", "reminder_received_on": "2026-03-20"}, ("2026-03-21", Ground.REMINDER)),
        # a reminder on the due date itself or before is none
        ({"due_on": "2026-03-10", "reminder_received_on": "2026-03-10"}, Missing.CONSUMER_NOT_TOLD),
        # due Saturday the 7th, reminder on Monday the 9th: still payable that day, so it came too early
        ({"due_on": "2026-03-07", "reminder_received_on": "2026-03-09"}, Missing.CONSUMER_NOT_TOLD),
        # refused for good before the due date: from the day after it; afterwards: from the day after the refusal
        ({"due_on": "2026-03-10", "refused_on": "2026-03-02"}, ("2026-03-11", Ground.REFUSAL)),
        ({"due_on": "2026-03-10", "refused_on": "2026-03-12"}, ("2026-03-13", Ground.REFUSAL)),
        # business, due and received Monday 2 March 2026: 30 days end on Wednesday 1 April
        ({**BUSINESS, "due_on": "2026-03-02", "invoice_received_on": "2026-03-02"}, ("2026-04-02", Ground.THIRTY_DAYS)),
        # received later than due, Wednesday 4 March: the 30th day is Good Friday 3 April, so Tuesday the 7th
        ({**BUSINESS, "due_on": "2026-03-02", "invoice_received_on": "2026-03-04"}, ("2026-04-08", Ground.THIRTY_DAYS)),
        # due later than received: counted from the due date, Monday 16 March: Wednesday 15 April
        ({**BUSINESS, "due_on": "2026-03-16", "invoice_received_on": "2026-03-02"}, ("2026-04-16", Ground.THIRTY_DAYS)),
        # a consumer who was told, and one who was not
        (
            {"due_on": "2026-03-02", "invoice_received_on": "2026-03-02", "consumer_told": True},
            ("2026-04-02", Ground.THIRTY_DAYS),
        ),
        ({"due_on": "2026-03-02", "invoice_received_on": "2026-03-02"}, Missing.CONSUMER_NOT_TOLD),
        # a reminder inside the 30 days comes first
        (
            {
                **BUSINESS,
                "due_on": "2026-03-02",
                "invoice_received_on": "2026-03-02",
                "reminder_received_on": "2026-03-12",
            },
            ("2026-03-13", Ground.REMINDER),
        ),
        ({**BUSINESS, "due_on": "2026-03-02"}, Missing.NO_RECEIPT),
        ({"due_on": None}, Missing.NO_DUE_DATE),
        # the 30 days are for prices alone; damages need a reminder
        (
            {**BUSINESS, "due_on": "2026-03-02", "invoice_received_on": "2026-03-02", "payment_claim": False},
            Missing.NO_REMINDER,
        ),
    ],
)
def test_default_begins(facts, expected):
    assert begins(**facts) == expected
