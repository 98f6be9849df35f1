"""United Kingdom. In November London keeps UTC."""

from __future__ import annotations

from tests.vectors.bases import gb, gb_company
from tests.vectors.kit import Vector, allowed, denied, each, rung, talked

NOON = "2026-11-24T12:00:00Z"
CLOSES = "2026-11-24T20:00:00Z"
HOURS = "GB-1, CONC 7.9 [K1], hours product default"
HOLIDAYS = f"{HOURS}; section 8 (ENG, WLS, SCT, NIR)"
OFTEN = "GB-2, s.40 Administration of Justice Act 1970 [K3], figures product default"
SHOWN = "GB-9, Ofcom [K6]; GB-5, GEN 7 [K1]"
BREATHING = "GB-10, Debt Respite Scheme [K8][K9]"
AT_TEN = "2026-11-{}T10:00:00Z"
MONTH = each("2026-{}T10:00:00Z", "10-26", "10-27", "10-28", "10-29", "10-30", "11-02", "11-03", "11-04")
EDINBURGH = {"subdivision": "SCT", "postal_code": "EH1 1YZ", "city": "Edinburgh"}
BELFAST = {"subdivision": "NIR", "postal_code": "BT1 5GS", "city": "Belfast"}
CARDIFF = {"subdivision": "WLS", "postal_code": "CF10 4UW", "city": "Cardiff"}
NOWHERE = {"subdivision": None, "postal_code": None, "city": None}
MORNINGS = {"wishes": [{"days": "mon-fri", "span": "08:00-14:00"}]}
EVENINGS = {"wishes": [{"days": "mon-fri", "span": "17:00-20:00"}]}
HERE = "+442079460018"


def shown(number):
    """The caller ID."""
    return gb(operator={"caller_id": number})


VECTORS = (
    Vector(
        "gb-1-before-eight",
        "a millisecond before eight",
        HOURS,
        gb(),
        "2026-11-24T07:59:59.999Z",
        denied("GB-1", not_before="2026-11-24T08:00:00Z"),
    ),
    Vector("gb-1-eight", "eight o'clock", HOURS, gb(), "2026-11-24T08:00:00Z", allowed(closes_at=CLOSES, warnings=())),
    Vector(
        "gb-1-twenty",
        "twenty o'clock",
        HOURS,
        gb(),
        "2026-11-24T20:00:00Z",
        denied("GB-1", not_before="2026-11-25T08:00:00Z"),
    ),
    Vector(
        "gb-1-saturday-before-nine",
        "Saturday before nine",
        HOURS,
        gb(),
        "2026-11-28T08:59:59.999Z",
        denied("GB-1", not_before="2026-11-28T09:00:00Z"),
    ),
    Vector(
        "gb-1-saturday-open",
        "Saturday until seventeen, companies included",
        HOURS,
        gb_company(),
        "2026-11-28T16:59:59.999Z",
        allowed(closes_at="2026-11-28T17:00:00Z"),
    ),
    Vector(
        "gb-1-saturday",
        "Saturday at seventeen; Monday 30 November is an ordinary day in England",
        HOURS,
        gb(),
        "2026-11-28T17:00:00Z",
        denied("GB-1", not_before="2026-11-30T08:00:00Z"),
    ),
    Vector(
        "gb-1-sunday",
        "Sunday",
        HOURS,
        gb_company(),
        "2026-11-29T12:00:00Z",
        denied("GB-1", not_before="2026-11-30T08:00:00Z"),
    ),
    Vector(
        "gb-1-summer-time",
        "in June the window closes at nineteen UTC",
        HOURS,
        gb(),
        "2026-06-30T18:59:59Z",
        allowed(closes_at="2026-06-30T19:00:00Z"),
    ),
    Vector(
        "gb-1-spring",
        "the Saturday before the clocks change; Monday opens in summer time",
        f"{HOURS}; clocks change on 2026-03-29",
        gb(),
        "2026-03-28T17:00:00Z",
        denied("GB-1", not_before="2026-03-30T07:00:00Z"),
    ),
    Vector(
        "gb-1-autumn",
        "and back",
        f"{HOURS}; clocks change on 2026-10-25",
        gb(),
        "2026-10-24T17:00:00+01:00",
        denied("GB-1", not_before="2026-10-26T08:00:00Z"),
    ),
    Vector(
        "gb-1-saint-andrew",
        "30 November is a bank holiday in Scotland",
        HOLIDAYS,
        gb(debtor=EDINBURGH),
        "2026-11-30T10:00:00Z",
        denied("GB-1", not_before="2026-12-01T08:00:00Z"),
    ),
    Vector(
        "gb-1-saint-andrew-wales",
        "not in Wales",
        HOLIDAYS,
        gb(debtor=CARDIFF),
        "2026-11-30T10:00:00Z",
        allowed(closes_at="2026-11-30T20:00:00Z"),
    ),
    Vector(
        "gb-1-nation-unknown",
        "a debtor of whom we know the kingdom only may be in Scotland",
        f"{HOLIDAYS}; principle 1 (union)",
        gb(debtor=NOWHERE),
        "2026-11-30T10:00:00Z",
        denied("GB-1", not_before="2026-12-01T08:00:00Z"),
    ),
    Vector(
        "gb-1-saint-patrick",
        "17 March in Northern Ireland",
        HOLIDAYS,
        gb(debtor=BELFAST),
        "2026-03-17T10:00:00Z",
        denied("GB-1", not_before="2026-03-18T08:00:00Z"),
    ),
    Vector(
        "gb-1-easter-monday-scotland",
        "Easter Monday is no bank holiday in Scotland",
        HOLIDAYS,
        gb(debtor=EDINBURGH),
        "2026-04-06T10:00:00+01:00",
        allowed(closes_at="2026-04-06T19:00:00Z"),
    ),
    Vector(
        "gb-1-easter-monday-england",
        "in England it is",
        HOLIDAYS,
        gb(),
        "2026-04-06T10:00:00+01:00",
        denied("GB-1", not_before="2026-04-07T07:00:00Z"),
    ),
    Vector(
        "gb-1-scottish-day-of-2026",
        "15 June 2026, for once, in Scotland",
        HOLIDAYS,
        gb(debtor=EDINBURGH),
        "2026-06-15T10:00:00+01:00",
        denied("GB-1", not_before="2026-06-16T07:00:00Z"),
    ),
    Vector(
        "gb-1-boxing-day",
        "Boxing Day 2026 is a Saturday and is made up for on Monday",
        HOLIDAYS,
        gb(),
        "2026-12-28T10:00:00Z",
        denied("GB-1", not_before="2026-12-29T08:00:00Z"),
    ),
    Vector(
        "gb-1-wish",
        "a shift worker who sleeps until two",
        "GB-1, CONC 7.9 (wishes) [K1]",
        gb(debtor=MORNINGS),
        "2026-11-24T13:59:59.999Z",
        denied("GB-1", not_before="2026-11-24T14:00:00Z"),
    ),
    Vector(
        "gb-1-wish-over",
        "from two o'clock on",
        "GB-1, CONC 7.9 (wishes) [K1]",
        gb(debtor=MORNINGS),
        "2026-11-24T14:00:00Z",
        allowed(closes_at=CLOSES),
    ),
    Vector(
        "gb-1-wish-ahead",
        "an evening he wants for himself closes the window early",
        "GB-1, CONC 7.9 (wishes) [K1]",
        gb(debtor=EVENINGS),
        NOON,
        allowed(closes_at="2026-11-24T17:00:00Z"),
    ),
    Vector(
        "gb-2-one-today",
        "one call a day",
        OFTEN,
        gb(history=rung("2026-11-24T09:00:00Z")),
        NOON,
        denied("GB-2", not_before="2026-11-25T08:00:00Z"),
    ),
    Vector(
        "gb-2-one-today-number",
        "the number rang this morning for somebody else",
        f"{OFTEN}; principle 4",
        gb(history=rung("2026-11-24T09:00:00Z", phone=HERE, other_debtor=True)),
        NOON,
        denied("GB-2", not_before="2026-11-25T08:00:00Z"),
    ),
    Vector(
        "gb-2-two-in-seven-days",
        "the third call in a week",
        OFTEN,
        gb(history=rung(*each(AT_TEN, 20, 23))),
        NOON,
        allowed(closes_at=CLOSES),
    ),
    Vector(
        "gb-2-three-in-seven-days",
        "the fourth",
        OFTEN,
        gb(history=rung(*each(AT_TEN, 18, 20, 23))),
        NOON,
        denied("GB-2", not_before="2026-11-25T10:00:00Z"),
    ),
    Vector(
        "gb-2-seven-days-old",
        "the first is seven days old",
        OFTEN,
        gb(history=rung("2026-11-17T12:00:00Z", *each(AT_TEN, 20, 23))),
        NOON,
        allowed(closes_at=CLOSES),
    ),
    Vector(
        "gb-2-seven-in-thirty-days",
        "the eighth call in thirty days",
        OFTEN,
        gb(history=rung(*MONTH[1:])),
        NOON,
        allowed(closes_at=CLOSES),
    ),
    Vector(
        "gb-2-eight-in-thirty-days",
        "the ninth",
        OFTEN,
        gb(history=rung(*MONTH)),
        NOON,
        denied("GB-2", not_before="2026-11-25T10:00:00Z"),
    ),
    Vector(
        "gb-2-company-two-today",
        "companies: one a day as well",
        OFTEN,
        gb_company(history=rung("2026-11-24T08:00:00Z", "2026-11-24T10:00:00Z", contact_role="accounts_payable")),
        NOON,
        denied("GB-2", not_before="2026-11-25T08:00:00Z"),
    ),
    Vector(
        "gb-2-company-one-today",
        "one is enough",
        OFTEN,
        gb_company(history=rung("2026-11-24T09:00:00Z", contact_role="accounts_payable")),
        NOON,
        denied("GB-2", not_before="2026-11-25T08:00:00Z"),
    ),
    Vector(
        "gb-2-company-two-in-seven-days",
        "a company's third call in a week",
        OFTEN,
        gb_company(history=rung(*each(AT_TEN, 20, 23), contact_role="accounts_payable")),
        NOON,
        allowed(closes_at=CLOSES),
    ),
    Vector(
        "gb-2-trader",
        "a sole trader has the same figures",
        OFTEN,
        gb(debtor={"type": "sole_trader"}, history=rung("2026-11-24T09:00:00Z")),
        NOON,
        denied("GB-2", not_before="2026-11-25T08:00:00Z"),
    ),
    Vector(
        "gb-2-company-three-today",
        "three on one day are three of the week, which keep the fourth away for seven days",
        OFTEN,
        gb_company(
            history=rung(*each("2026-11-24T{}:00Z", "08:00", "09:00", "10:00"), contact_role="accounts_payable")
        ),
        NOON,
        denied("GB-2", not_before="2026-12-01T08:00:00Z"),
    ),
    Vector("gb-9-missing", "no number shown", SHOWN, shown(None), NOON, denied("GB-9", not_before=None)),
    Vector("gb-9-090", "a premium-rate number", SHOWN, shown("+449011234567"), NOON, denied("GB-9")),
    Vector("gb-9-0871", "a special-rate number", SHOWN, shown("+448712345678"), NOON, denied("GB-9")),
    Vector("gb-9-0872", "the next range", SHOWN, shown("+448722345678"), NOON, denied("GB-9")),
    Vector("gb-9-0873", "and the next", SHOWN, shown("+448732345678"), NOON, denied("GB-9")),
    Vector("gb-9-0870", "08 numbers at the caller's cost", SHOWN, shown("+448702345678"), NOON, denied("GB-9")),
    Vector("gb-9-076", "a pager", SHOWN, shown("+447612345678"), NOON, denied("GB-9")),
    Vector("gb-9-0844", "another", SHOWN, shown("+448442345678"), NOON, denied("GB-9")),
    Vector("gb-9-070", "a personal number that costs more", SHOWN, shown("+447012345678"), NOON, denied("GB-9")),
    Vector("gb-9-geographic", "an ordinary number", SHOWN, shown("+441612345678"), NOON, allowed(closes_at=CLOSES)),
    Vector(
        "gb-10-last-day",
        "the last day of a breathing space counts in full",
        BREATHING,
        gb(flags={"moratorium_until": "2026-11-24"}),
        NOON,
        denied("GB-10", not_before="2026-11-25T08:00:00Z"),
    ),
    Vector(
        "gb-10-over",
        "the day after",
        BREATHING,
        gb(flags={"moratorium_until": "2026-11-23"}),
        NOON,
        allowed(closes_at=CLOSES),
    ),
    Vector(
        "gb-10-letter",
        "letters stop too",
        BREATHING,
        gb(flags={"moratorium_until": "2027-01-13"}, channel="letter"),
        NOON,
        denied("GB-10", not_before="2027-01-14T00:00:00Z"),
    ),
    Vector(
        "gb-10-hold",
        "the same as a hold",
        BREATHING,
        gb(holds=[{"reason": "moratorium", "until": "2026-12-01T12:00:00Z"}]),
        NOON,
        denied("GB-10", not_before="2026-12-01T12:00:00Z"),
    ),
    Vector(
        "gb-f4-over-saint-andrew",
        "talked on Thursday in Scotland: Monday is a holiday, so Wednesday is the third day",
        f"DE-F4 as GB-F4; {HOLIDAYS}",
        gb(debtor=EDINBURGH, history=talked("2026-11-26T10:00:00Z")),
        "2026-12-02T12:00:00Z",
        denied("GB-F4", not_before="2026-12-03T08:00:00Z"),
    ),
    Vector(
        "gb-f4-england",
        "in England it is over by then",
        f"DE-F4 as GB-F4; {HOLIDAYS}",
        gb(history=talked("2026-11-26T10:00:00Z")),
        "2026-12-02T12:00:00Z",
        allowed(closes_at="2026-12-02T20:00:00Z"),
    ),
    Vector(
        "gb-2-company-week",
        "five calls in a week are too many for a company too: until the third last is seven days old",
        OFTEN,
        gb_company(history=rung(*each(AT_TEN, 18, 19, 20, 21, 23), contact_role="accounts_payable")),
        NOON,
        denied("GB-2", not_before="2026-11-27T10:00:00Z"),
    ),
    Vector(
        "gb-2-company-month",
        "and so are eight in a month",
        OFTEN,
        gb_company(history=rung(*MONTH, contact_role="accounts_payable")),
        NOON,
        denied("GB-2", not_before="2026-11-25T10:00:00Z"),
    ),
)
