"""The table of base rates, and what an administrator may add to it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from dialer.core.errors import BadInput
from dialer.core.interest import Law
from dialer.rules.base_rates import load_base_rates

# The days on which the German rate changed: Bundesbank series BBKBAS2 (github.com/ameax/bgb-interest) and, until 2023,
# Haufe, PWW-BGB § 247 Rn 3; 2026: announced on 24 December 2025.
TABLE = """
2002-01-01 2.57  2002-07-01 2.47  2003-01-01 1.97  2003-07-01 1.22  2004-01-01 1.14  2004-07-01 1.13
2005-01-01 1.21  2005-07-01 1.17  2006-01-01 1.37  2006-07-01 1.95  2007-01-01 2.70  2007-07-01 3.19
2008-01-01 3.32  2008-07-01 3.19  2009-01-01 1.62  2009-07-01 0.12  2011-07-01 0.37  2012-01-01 0.12
2013-01-01 -0.13 2013-07-01 -0.38 2014-01-01 -0.63 2014-07-01 -0.73 2015-01-01 -0.83 2016-07-01 -0.88
2023-01-01 1.62  2023-07-01 3.12  2024-01-01 3.62  2024-07-01 3.37  2025-01-01 2.27  2025-07-01 1.27
"""


def test_german_rate_changed_on_these_days_and_no_other():
    rates = load_base_rates()[Law.DE].rates
    changes: list[str | Decimal] = []
    previous = None
    for rate in rates:
        if rate.percent != previous:
            changes += [rate.start.isoformat(), rate.percent]
        previous = rate.percent
    assert changes == [Decimal(word) if n % 2 else word for n, word in enumerate(TABLE.split())]


@pytest.mark.parametrize(
    ("day", "percent"),
    [
        ("2016-06-30", "-0.83"),
        ("2016-07-01", "-0.88"),
        ("2022-12-31", "-0.88"),
        ("2024-02-29", "3.62"),
        ("2026-06-30", "1.27"),
    ],
)
def test_rate_of_a_day(day, percent):
    assert load_base_rates()[Law.DE].percent_on(date.fromisoformat(day)) == Decimal(percent)


def test_future_is_not_guessed():
    german = load_base_rates()[Law.DE]
    assert german.known_until == date(2026, 6, 30)
    assert german.percent_on(date(2026, 7, 1)) is None


def test_austrian_rate_ends_where_it_is_not_confirmed():
    austrian = load_base_rates()[Law.AT]
    assert (austrian.known_from, austrian.known_until) == (date(2016, 7, 1), date(2023, 6, 30))
    assert austrian.percent_on(date(2023, 1, 1)) == Decimal("1.88")


def own(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "rates.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_own_file_carries_the_series_on(tmp_path):
    path = own(
        tmp_path,
        """
        [de]
        source = "Bundesanzeiger, 30 June 2026"
        rates = [{ from = 2026-07-01, percent = 1.52 }, { from = 2027-01-01, percent = 2 }]
        """,
    )
    german = load_base_rates(path)[Law.DE]
    assert german.percent_on(date(2026, 7, 1)) == Decimal("1.52")
    assert german.percent_on(date(2027, 6, 30)) == Decimal(2)
    assert german.known_until == date(2027, 6, 30)
    assert "Bundesanzeiger, 30 June 2026" in german.source
    assert load_base_rates(path)[Law.AT] == load_base_rates()[Law.AT]


def test_own_file_may_repeat_what_is_shipped(tmp_path):
    line = "{ from = 2026-01-01, percent = 1.27 }, { from = 2026-07-01, percent = 1.27 }"
    path = own(tmp_path, f'[de]\nsource = "own"\nrates = [{line}]')
    assert load_base_rates(path)[Law.DE].known_until == date(2026, 12, 31)


def test_rate_is_read_to_the_last_figure(tmp_path):
    figure = "1.2700000000000000001"
    path = own(tmp_path, f'[de]\nsource = "own"\nrates = [{{ from = 2026-07-01, percent = {figure} }}]')
    assert load_base_rates(path)[Law.DE].percent_on(date(2026, 7, 1)) == Decimal(figure)


HEAD = '[de]\nsource = "own"\n'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            HEAD + "rates = [{ from = 2027-01-01, percent = 1.5 }]",
            "2027-01-01 follows 2026-01-01; 2026-07-01 was expec",
        ),
        (HEAD + "rates = [{ from = 2026-08-01, percent = 1.5 }]", "2026-07-01 was expected"),
        (HEAD + "rates = [{ from = 2026-01-01, percent = 1.5 }]", "1.5 contradicts the shipped 1.27"),
        (
            HEAD + "rates = [{ from = 2026-07-01, percent = 1.5 }, { from = 2026-07-01, percent = 1.6 }]",
            "2026-07-01 is given twice",
        ),
        (
            HEAD + "rates = [{ from = 2027-01-01, percent = 1.5 }, { from = 2026-07-01, percent = 1.5 }]",
            "2026-07-01 was expected",
        ),
        (HEAD + "rates = [{ from = 2001-07-01, percent = 1.5 }]", "2026-07-01 was expected"),
        (HEAD + "rates = [{ from = 2026-07-01, percent = 152 }]", "de.rates.line 1.percent: .*less than or equal"),
        (HEAD + 'rates = [{ from = 2026-07-01, percent = "much" }]', "de.rates.line 1.percent"),
        (HEAD + "rates = [{ from = 2026-07-01 }]", "de.rates.line 1.percent: Field required"),
        (HEAD + 'rates = [{ from = "July", percent = 1.5 }]', "de.rates.line 1.from"),
        (HEAD + "rates = []", "de.rates"),
        ("[de]\nrates = [{ from = 2026-07-01, percent = 1.5 }]", "de.source: Field required"),
        (HEAD + "rate = 1", "de.rate"),
        ('[ch]\nsource = "own"\nrates = [{ from = 2026-07-01, percent = 5.0 }]', "ch: Extra inputs"),
        ("[de", "not a TOML file"),
    ],
)
def test_bad_file_is_refused_with_its_place(tmp_path, text, message):
    with pytest.raises(BadInput, match=message) as caught:
        load_base_rates(own(tmp_path, text))
    assert "rates.toml" in str(caught.value)


def test_missing_file_is_refused(tmp_path):
    with pytest.raises(BadInput, match="cannot be read"):
        load_base_rates(tmp_path / "none.toml")


def test_file_in_another_encoding_is_refused(tmp_path):
    path = tmp_path / "rates.toml"
    path.write_bytes('[de]\nsource = "für"'.encode("latin-1"))
    with pytest.raises(BadInput, match="not a TOML file"):
        load_base_rates(path)
