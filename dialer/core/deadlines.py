"""Legal periods of German law: when they end, and what the state of a case speaks for. Pure dates, no clock.

How periods are counted (§§ 186-193 BGB; § 222(1) ZPO refers to them for procedural periods):

- The day of the event does not count (§ 187(1)); a period of weeks, months or years ends with the day that bears the
  same name or number as the day of the event (§ 188(2)), or with the last day of the month where that number is
  missing (§ 188(3); BGH 7 Nov 2016, AnwZ (Brfg) 5/16: served on 30 Dec 2015, two months end on 29 Feb 2016).
- A period that ends on a Saturday, Sunday or general holiday ends with the next working day (§ 193 BGB, § 222(2) ZPO).
  The BGH applies § 193 to limitation as well (6 Dec 2007, III ZR 146/07: an action filed on Monday 2 January 2006 was
  in time). `on` is that last day by law; `nominal` is the day before the shift. A creditor's reminder should go by
  `nominal`: it never comes too late.

Every date is a local date in Germany; holidays are those at the court or place of performance.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Literal

from dialer.core.money import format_money
from dialer.core.windows import A_DAY

Holidays = Callable[[date], object]
"""Something true for a public holiday at the place that matters: `Site.holiday` fits."""

Language = Literal["de", "en"]

SATURDAY = 5
LIMITATION_YEARS = 3
LIMITATION_YEARS_UNKNOWN = 10
TITLE_YEARS = 30


class DeadlineKind(StrEnum):
    """What ends, or is free again."""

    LIMITATION = "limitation"
    TITLE_LIMITATION = "title_limitation"
    ORDER_OBJECTION = "order_objection"
    ENFORCEMENT_APPLICATION = "enforcement_application"
    ENFORCEMENT_OBJECTION = "enforcement_objection"
    ASSET_DISCLOSURE = "asset_disclosure"


class Event(StrEnum):
    """What a period is counted from."""

    YEAR_END = "year_end"
    ARISEN = "arisen"
    ACKNOWLEDGED = "acknowledged"
    FINAL = "final"
    ENFORCED = "enforced"
    SERVED = "served"
    DISCLOSED = "disclosed"


@dataclass(frozen=True, slots=True)
class Basis:
    """The fact a deadline rests on, and its day."""

    event: Event
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """The last day of a period (`on`), before § 193 moved it (`nominal`), by which law, counted from what."""

    kind: DeadlineKind
    on: date
    nominal: date
    source: str
    basis: Basis


def add_months(day: date, months: int) -> date:
    """The same number in the month so many months later, or that month's last day (§ 188(2), (3) BGB)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def next_working_day(day: date, holiday: Holidays) -> date:
    """The day itself, or the first after it that is no Saturday, Sunday or holiday (§ 193 BGB, § 222(2) ZPO)."""
    while day.weekday() >= SATURDAY or holiday(day):
        day += A_DAY
    return day


def limitation(
    arisen_on: date, *, holiday: Holidays, known_on: date | None = None, acknowledged_on: Iterable[date] = ()
) -> Deadline:
    """The last day of an ordinary claim's limitation: three years from the end of the year (§§ 195, 199(1) BGB).

    `arisen_on`: when the claim could first be sued for, as a rule its due date by contract (a term that the invoice
    alone grants does not delay it). `known_on`: when the creditor knew claim and debtor, if later; then ten years from
    arising are the limit (§ 199(4)). A part payment, interest payment or other acknowledgement starts the three years
    anew, that day not counted (§ 212(1) no. 1), unless limitation had not begun (BGH 8 Jan 2013, VIII ZR 344/12) or was
    over. Suspension (§§ 203-209) only makes it later and is not computed: the day given is the earliest possible.
    """
    begins = date(max(arisen_on, known_on or arisen_on).year, 12, 31)
    nominal, source, basis = (
        add_months(begins, LIMITATION_YEARS * 12),
        "§§ 195, 199(1) BGB",
        Basis(Event.YEAR_END, begins),
    )
    latest = add_months(arisen_on, LIMITATION_YEARS_UNKNOWN * 12)
    if latest < nominal:
        nominal, source, basis = latest, "§ 199(4) BGB", Basis(Event.ARISEN, arisen_on)
    for day in sorted(acknowledged_on):
        if begins < day <= nominal:
            nominal = add_months(day, LIMITATION_YEARS * 12)
            source, basis = "§§ 195, 212(1) no. 1 BGB", Basis(Event.ACKNOWLEDGED, day)
    return _deadline(DeadlineKind.LIMITATION, nominal, f"{source}, § 193 BGB", basis, holiday)


def title_limitation(final_on: date, *, holiday: Holidays, enforced_on: Iterable[date] = ()) -> Deadline:
    """The last day of a title's limitation: 30 years from when it became final (§§ 197(1) no. 3, 201 BGB).

    Every act of enforcement made or applied for, and every acknowledgement, starts them anew (§ 212(1)); acts later
    set aside or refused (§ 212(2), (3)) must be left out. Interest due later lapses in three years (§ 197(2)).
    """
    nominal, source, basis = add_months(final_on, TITLE_YEARS * 12), "§§ 197(1), 201 BGB", Basis(Event.FINAL, final_on)
    for day in sorted(enforced_on):
        if basis.on < day <= nominal:
            nominal = add_months(day, TITLE_YEARS * 12)
            source, basis = "§§ 197(1), 212(1) BGB", Basis(Event.ENFORCED, day)
    return _deadline(DeadlineKind.TITLE_LIMITATION, nominal, f"{source}, § 193 BGB", basis, holiday)


def order_objection(served_on: date, holiday: Holidays) -> Deadline:
    """The last day to object to a court order (Mahnbescheid): two weeks from service (§§ 692(1) no. 3, 694 ZPO).

    A later objection still counts while the enforcement order has not been issued (§ 694(1)).
    """
    nominal = served_on + timedelta(weeks=2)
    source = "§§ 692(1) no. 3, 694(1), 222 ZPO"
    return _deadline(DeadlineKind.ORDER_OBJECTION, nominal, source, Basis(Event.SERVED, served_on), holiday)


def enforcement_application_from(served_on: date, holiday: Holidays) -> date:
    """The first day on which the enforcement order may be applied for: the objection's last day is over (§ 699(1))."""
    return order_objection(served_on, holiday).on + A_DAY


def enforcement_application(served_on: date, holiday: Holidays) -> Deadline:
    """The last day to apply for the enforcement order, six months from the court order's service (§ 701 ZPO)."""
    nominal, source = add_months(served_on, 6), "§§ 701, 222 ZPO"
    return _deadline(DeadlineKind.ENFORCEMENT_APPLICATION, nominal, source, Basis(Event.SERVED, served_on), holiday)


def enforcement_objection(served_on: date, holiday: Holidays) -> Deadline:
    """The last day to object to the enforcement order (Einspruch): two weeks from service (§§ 700, 338, 339 ZPO)."""
    nominal, source = served_on + timedelta(weeks=2), "§§ 700(1), 338, 339(1), 222 ZPO"
    return _deadline(DeadlineKind.ENFORCEMENT_OBJECTION, nominal, source, Basis(Event.SERVED, served_on), holiday)


def asset_disclosure_block(disclosed_on: date) -> Deadline:
    """The last day on which no new disclosure of assets is owed without a change: two years (§ 802d(1) ZPO).

    Nothing has to be done by that day, so it does not move over a weekend: the next day is free.
    """
    last = add_months(disclosed_on, 24)
    basis = Basis(Event.DISCLOSED, disclosed_on)
    return Deadline(
        kind=DeadlineKind.ASSET_DISCLOSURE, on=last, nominal=last, source="§§ 802d(1), 222(1) ZPO", basis=basis
    )


def _deadline(kind: DeadlineKind, nominal: date, source: str, basis: Basis, holiday: Holidays) -> Deadline:
    return Deadline(kind=kind, on=next_working_day(nominal, holiday), nominal=nominal, source=source, basis=basis)


class Step(StrEnum):
    """What the state of a case speaks for; a person decides."""

    NOTHING_OWED = "nothing_owed"
    FILE_IN_INSOLVENCY = "file_in_insolvency"
    TIME_BARRED = "time_barred"
    ENFORCE = "enforce"
    SUE = "sue"
    COURT_ORDER = "court_order"
    CLEAR_DISPUTE = "clear_dispute"
    REMIND = "remind"
    AWAIT_PROMISE = "await_promise"
    KEEP_CALLING = "keep_calling"


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What a recommendation rests on, on the local day `today`; `open_minor` in minor units of `currency`.

    `fruitless_attempts` at `levels` different management levels. `limitation` is None when nobody knows it.
    """

    today: date
    open_minor: int
    currency: str
    fruitless_attempts: int
    levels: int
    disputed: bool = False
    in_default: bool = True
    titled: bool = False
    promised: bool = False
    insolvent: bool = False
    limitation: Deadline | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """From how many fruitless attempts on, and how many months before limitation, the court is worth a look."""

    attempts: int = 6
    months: int = 6


@dataclass(frozen=True, slots=True)
class Reason:
    """One ground as a value: the key of its sentence, and the number in it (a count, or minor units of `currency`)."""

    key: str
    number: int = 0
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Recommendation:
    """A step worth a person's decision, and all its grounds. Nothing acts on it by itself."""

    step: Step
    reasons: tuple[Reason, ...]


USUAL = Thresholds()


def recommendation(situation: Situation, thresholds: Thresholds = USUAL) -> Recommendation:
    """What the facts speak for. A proposal for a person to decide on, never the start of anything."""
    return Recommendation(_step(situation, thresholds), _reasons(situation))


def _step(facts: Situation, thresholds: Thresholds) -> Step:
    """The first step whose condition holds; what forbids comes before what urges."""
    urgent = _months_left(facts) is not None and (_months_left(facts) or 0) < thresholds.months
    worth_it = facts.fruitless_attempts >= thresholds.attempts
    order = (
        (facts.open_minor <= 0, Step.NOTHING_OWED),
        (facts.insolvent, Step.FILE_IN_INSOLVENCY),
        (facts.limitation is not None and facts.today > facts.limitation.on, Step.TIME_BARRED),
        (facts.titled, Step.ENFORCE),
        (urgent and facts.disputed, Step.SUE),
        (urgent, Step.COURT_ORDER),
        (facts.disputed, Step.CLEAR_DISPUTE),
        (facts.promised, Step.AWAIT_PROMISE),
        (not facts.in_default, Step.REMIND),
        (worth_it, Step.COURT_ORDER),
    )
    return next((step for holds, step in order if holds), Step.KEEP_CALLING)


def _reasons(facts: Situation) -> tuple[Reason, ...]:
    flags = (
        (facts.insolvent, "insolvent"),
        (facts.titled, "titled"),
        (facts.promised, "promised"),
        (not facts.in_default, "not_in_default"),
    )
    return (
        Reason("attempts", facts.fruitless_attempts),
        *([Reason("levels", facts.levels)] if facts.levels else []),
        Reason("disputed" if facts.disputed else "undisputed"),
        Reason("amount", facts.open_minor, facts.currency),
        _limitation_reason(facts),
        *(Reason(key) for holds, key in flags if holds),
    )


def _limitation_reason(facts: Situation) -> Reason:
    months = _months_left(facts)
    if facts.limitation is None or months is None:
        return Reason("limitation_unknown")
    if facts.today > facts.limitation.on:
        return Reason("limitation_over")
    if months:
        return Reason("limitation_months", months)
    return Reason("limitation_days", max(0, (facts.limitation.nominal - facts.today).days))


def _months_left(facts: Situation) -> int | None:
    """Whole months from today to the nominal end of limitation, 0 when past; None if unknown."""
    if facts.limitation is None:
        return None
    end, today = facts.limitation.nominal, facts.today
    months = (end.year - today.year) * 12 + end.month - today.month
    return max(0, months - (add_months(today, months) > end) if months > 0 else 0)


_WORDS: Mapping[str, Mapping[Language, tuple[str, str]]] = {
    "attempts": {
        "de": ("{} vergeblicher Versuch", "{} vergebliche Versuche"),
        "en": ("{} fruitless attempt", "{} fruitless attempts"),
    },
    "levels": {"de": ("auf {} Ebene", "auf {} Ebenen"), "en": ("at {} level", "at {} levels")},
    "undisputed": {"de": ("unbestritten",) * 2, "en": ("no dispute",) * 2},
    "disputed": {"de": ("bestritten",) * 2, "en": ("disputed",) * 2},
    "amount": {"de": ("{} offen",) * 2, "en": ("{} open",) * 2},
    "limitation_months": {
        "de": ("Verjährung in {} Monat", "Verjährung in {} Monaten"),
        "en": ("limitation in {} month", "limitation in {} months"),
    },
    "limitation_days": {
        "de": ("Verjährung in {} Tag", "Verjährung in {} Tagen"),
        "en": ("limitation in {} day", "limitation in {} days"),
    },
    "limitation_over": {"de": ("verjährt",) * 2, "en": ("time-barred",) * 2},
    "limitation_unknown": {"de": ("Verjährung unbekannt",) * 2, "en": ("limitation unknown",) * 2},
    "insolvent": {"de": ("Insolvenz eröffnet",) * 2, "en": ("insolvency opened",) * 2},
    "titled": {"de": ("tituliert",) * 2, "en": ("titled",) * 2},
    "promised": {"de": ("Zahlung zugesagt",) * 2, "en": ("payment promised",) * 2},
    "not_in_default": {"de": ("noch nicht in Verzug",) * 2, "en": ("not yet in default",) * 2},
}

_STEPS: Mapping[Step, Mapping[Language, str]] = {
    Step.NOTHING_OWED: {"de": "Nichts mehr offen", "en": "Nothing is owed"},
    Step.FILE_IN_INSOLVENCY: {"de": "Forderung zur Tabelle anmelden", "en": "File the claim in the insolvency"},
    Step.TIME_BARRED: {
        "de": "Verjährung prüfen; kein Druck, keine kleine Anerkennungszahlung anregen",
        "en": "Check limitation; no pressure, do not suggest a token payment",
    },
    Step.ENFORCE: {"de": "Vollstreckung aus dem Titel prüfen", "en": "Consider enforcing the title"},
    Step.SUE: {"de": "Klage prüfen", "en": "Consider a lawsuit"},
    Step.COURT_ORDER: {"de": "Mahnbescheid prüfen", "en": "Consider a court order for payment"},
    Step.CLEAR_DISPUTE: {"de": "Einwände klären", "en": "Clear the dispute"},
    Step.REMIND: {"de": "Mahnung schicken", "en": "Send a reminder"},
    Step.AWAIT_PROMISE: {"de": "Zusage abwarten", "en": "Wait for the promise"},
    Step.KEEP_CALLING: {"de": "Weiter anrufen", "en": "Keep calling"},
}


def recommendation_text(advice: Recommendation, language: Language) -> str:
    """The step and its grounds in one line: "Consider …: 6 fruitless attempts, at 3 levels, no dispute, …"."""
    grounds = ", ".join(reason_text(reason, language) for reason in advice.reasons)
    return f"{_STEPS[advice.step][language]}: {grounds}"


def reason_text(reason: Reason, language: Language) -> str:
    """One ground as people read it."""
    one, many = _WORDS[reason.key][language]
    if reason.currency:
        return many.format(format_money(reason.number, reason.currency, language))
    return (one if reason.number == 1 else many).format(reason.number)
