"""The legal way of a case: stages and the facts they rest on, the deadlines that follow, what reopens a titled case.

German law. Deciding is a person's business: nothing here happens by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from dialer.core.case import CaseStatus, Stage
from dialer.core.deadlines import (
    Deadline,
    DeadlineKind,
    Holidays,
    add_months,
    asset_disclosure_block,
    enforcement_application,
    enforcement_objection,
    limitation,
    order_objection,
    title_limitation,
)
from dialer.core.tasks import TaskKind
from dialer.core.windows import A_DAY

Known = Mapping[str, str]
"""Facts by name as they are stored: days as ISO dates, everything else as words."""

COUNTRY = "DE"


# --- stages ----------------------------------------------------------------------------------------------------------


STATUS: Mapping[Stage, CaseStatus] = {
    Stage.TELEPHONE: CaseStatus.OPEN,
    Stage.LEGAL_REVIEW: CaseStatus.LEGAL_REVIEW,
    Stage.COURT_DUNNING: CaseStatus.LEGAL_REVIEW,
    Stage.ENFORCEMENT: CaseStatus.LEGAL_REVIEW,
    Stage.TITLED: CaseStatus.LEGAL_REVIEW,
    Stage.CLOSED: CaseStatus.CLOSED,
}
"""What entering a stage makes of the case's status: only on the telephone is it dialled."""


def stage_of(status: CaseStatus, stage: Stage) -> Stage:
    """The stage of a case, whose status the ladder and an import may change without it."""
    if status is CaseStatus.CLOSED:
        return Stage.CLOSED
    if status is CaseStatus.OPEN:
        # a titled case that is dialled again keeps its title
        return Stage.TELEPHONE if stage in {Stage.LEGAL_REVIEW, Stage.CLOSED} else stage
    return Stage.LEGAL_REVIEW if stage in {Stage.TELEPHONE, Stage.CLOSED} else stage


class Step(StrEnum):
    """How one stage follows another."""

    FORWARD = "forward"
    AMENDED = "amended"
    BACK = "back"


_ORDER = tuple(Stage)
_BACK = frozenset(
    {
        (Stage.LEGAL_REVIEW, Stage.TELEPHONE),
        (Stage.COURT_DUNNING, Stage.LEGAL_REVIEW),
        (Stage.CLOSED, Stage.LEGAL_REVIEW),
    }
)
_FORWARD_AGAIN = frozenset({(Stage.TITLED, Stage.ENFORCEMENT)})
"""A title is enforced as often as something turns up."""


def step(now: Stage, to: Stage) -> Step | None:
    """How `to` follows `now`; None where it does not. Going back takes a supervisor and a reason."""
    if now is to:
        return None if to is Stage.CLOSED else Step.AMENDED
    if (now, to) in _BACK:
        return Step.BACK
    later = now is not Stage.CLOSED and _ORDER.index(to) > _ORDER.index(now)
    return Step.FORWARD if later or (now, to) in _FORWARD_AGAIN else None


# --- facts -----------------------------------------------------------------------------------------------------------


class Fact(StrEnum):
    """What can be known of a case on its legal way."""

    CLAIM = "claim"
    DEFAULT_SINCE = "default_since"
    COURT = "court"
    FILE_NUMBER = "file_number"
    ORDER_SERVED_ON = "order_served_on"
    OBJECTION_ON = "objection_on"
    TITLE_KIND = "title_kind"
    TITLE_ON = "title_on"
    TITLE_FILE_NUMBER = "title_file_number"
    TITLE_SERVED_ON = "title_served_on"
    TITLE_OBJECTION_ON = "title_objection_on"
    FINAL_ON = "final_on"
    ENFORCED_ON = "enforced_on"
    DISCLOSED_ON = "disclosed_on"
    CLOSED_BECAUSE = "closed_because"


CHOICES: Mapping[Fact, frozenset[str]] = {
    # § 690(1) ZPO: a disputed claim may be pursued all the same, if whoever applies knows that he goes to court
    Fact.CLAIM: frozenset({"undisputed", "knowingly"}),
    # enforceable titles: §§ 704, 794(1) ZPO, § 201(2) InsO
    Fact.TITLE_KIND: frozenset(
        {"judgment", "enforcement_order", "settlement", "cost_order", "notarial_deed", "insolvency_table"}
    ),
    Fact.CLOSED_BECAUSE: frozenset(
        {"paid", "settled", "withdrawn", "uncollectible", "time_barred", "insolvency", "error"}
    ),
}
DAYS = frozenset(fact for fact in Fact if fact.value.endswith(("_on", "_since")))

NEEDED: Mapping[Stage, tuple[Fact, ...]] = {
    Stage.TELEPHONE: (),
    Stage.LEGAL_REVIEW: (),
    Stage.COURT_DUNNING: (Fact.CLAIM, Fact.DEFAULT_SINCE, Fact.COURT, Fact.FILE_NUMBER),
    # § 750(1) ZPO: no enforcement before the title has been served
    Stage.ENFORCEMENT: (Fact.TITLE_KIND, Fact.TITLE_ON, Fact.TITLE_FILE_NUMBER, Fact.TITLE_SERVED_ON),
    Stage.TITLED: (Fact.TITLE_KIND, Fact.TITLE_ON, Fact.TITLE_FILE_NUMBER, Fact.FINAL_ON),
    Stage.CLOSED: (Fact.CLOSED_BECAUSE,),
}

LONGEST_FACT = 200
_ORDERED = (
    (Fact.DEFAULT_SINCE, Fact.ORDER_SERVED_ON),
    (Fact.ORDER_SERVED_ON, Fact.OBJECTION_ON),
    (Fact.TITLE_ON, Fact.TITLE_SERVED_ON),
    (Fact.TITLE_SERVED_ON, Fact.TITLE_OBJECTION_ON),
    (Fact.TITLE_ON, Fact.FINAL_ON),
    (Fact.TITLE_ON, Fact.ENFORCED_ON),
)
"""Pairs of which the second cannot come before the first."""


def merged(known: Known, new: Known) -> dict[str, str]:
    """What is known with the news; a fact that is given empty is taken back."""
    facts = {**known, **{name: " ".join(value.split()) for name, value in new.items()}}
    return {name: value for name, value in facts.items() if value}


def missing(stage: Stage, known: Known) -> tuple[Fact, ...]:
    """The facts that entering the stage still lacks."""
    return tuple(fact for fact in NEEDED[stage] if fact not in known)


def fact_problem(known: Known, *, disputed: bool, today: date) -> str | None:
    """What is wrong with facts in themselves, None when they can be taken. `today` is a local day."""
    wrong = next((problem for name, value in known.items() if (problem := _value_problem(name, value, today))), None)
    if wrong:
        return wrong
    for earlier, later in _ORDERED:
        first, second = day_of(known, earlier), day_of(known, later)
        if first and second and second < first:
            return f"{later} {second} lies before {earlier} {first}"
    if disputed and known.get(Fact.CLAIM) == "undisputed":
        return "the claim is disputed; say claim=knowingly if it is to go to court all the same"
    return _order_problem(known)


def _value_problem(name: str, value: str, today: date) -> str | None:
    if name not in set(Fact):
        return f'there is no fact "{name}"; known: {", ".join(Fact)}'
    fact = Fact(name)
    if len(value) > LONGEST_FACT:
        return f"{name}: longer than {LONGEST_FACT} characters"
    if fact in CHOICES and value not in CHOICES[fact]:
        return f'{name}: "{value}" is none of {", ".join(sorted(CHOICES[fact]))}'
    if fact not in DAYS:
        return None
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return f'{name}: "{value}" is no day like 2026-11-24'
    return f"{name}: {day} lies in the future" if day > today else None


def _order_problem(known: Known) -> str | None:
    """An enforcement order comes after the objection's two weeks, and not after an objection (§§ 694, 699(1) ZPO)."""
    served, titled = day_of(known, Fact.ORDER_SERVED_ON), day_of(known, Fact.TITLE_ON)
    if known.get(Fact.TITLE_KIND) != "enforcement_order" or served is None or titled is None:
        return None
    if titled <= served + timedelta(weeks=2):
        return f"title_on {titled}: no enforcement order within two weeks of the court order's service on {served}"
    objected = day_of(known, Fact.OBJECTION_ON)
    if objected is not None and objected <= titled:
        return f"title_on {titled}: no enforcement order after the objection of {objected}"
    return None


def day_of(known: Known, fact: Fact) -> date | None:
    """The day of a fact, None when it is not known."""
    text = known.get(fact)
    return date.fromisoformat(text) if text else None


def objected(known: Known) -> bool:
    """True when an objection to the court order or to the enforcement order has come (DE-M4)."""
    return Fact.OBJECTION_ON in known or Fact.TITLE_OBJECTION_ON in known


# --- deadlines -------------------------------------------------------------------------------------------------------


WARNING: Mapping[DeadlineKind, timedelta] = {
    DeadlineKind.LIMITATION: timedelta(days=90),
    DeadlineKind.TITLE_LIMITATION: timedelta(days=365),
    DeadlineKind.ENFORCEMENT_APPLICATION: timedelta(days=30),
}
"""How long before its last day a deadline of ours becomes a task; the others are the debtor's, or end a block."""


def deadlines(stage: Stage, known: Known, *, oldest_due: date | None, holiday: Holidays) -> tuple[Deadline, ...]:
    """What runs at this stage. `oldest_due`: the due date of the oldest open claim.

    Limitation is the earliest possible day: suspension by the court order's service (§ 204(1) no. 3 BGB) and what
    payments acknowledge only make it later.
    """
    return tuple(_deadlines(stage, known, oldest_due, holiday))


def _deadlines(stage: Stage, known: Known, oldest_due: date | None, holiday: Holidays) -> Iterator[Deadline]:
    served = day_of(known, Fact.ORDER_SERVED_ON)
    if stage is Stage.CLOSED:
        return
    if stage in {Stage.TELEPHONE, Stage.LEGAL_REVIEW, Stage.COURT_DUNNING} and oldest_due is not None:
        yield limitation(oldest_due, holiday=holiday)
    if stage is Stage.COURT_DUNNING and served is not None and not objected(known):
        yield order_objection(served, holiday)
        yield enforcement_application(served, holiday)
    if stage in {Stage.ENFORCEMENT, Stage.TITLED}:
        yield from _of_title(known, holiday)


def _of_title(known: Known, holiday: Holidays) -> Iterator[Deadline]:
    served, final = day_of(known, Fact.TITLE_SERVED_ON), day_of(known, Fact.FINAL_ON)
    disclosed, enforced = day_of(known, Fact.DISCLOSED_ON), day_of(known, Fact.ENFORCED_ON)
    by_order = known.get(Fact.TITLE_KIND) == "enforcement_order"
    if by_order and served is not None and final is None and not objected(known):
        yield enforcement_objection(served, holiday)
    if final is not None:
        yield _title_limitation(final, enforced, holiday)
    if disclosed is not None:
        yield asset_disclosure_block(disclosed)


def titled(known: Known, *, arisen_on: date) -> bool:
    """True when there is a title that can hold a claim of that day; one that arose later is not in it."""
    title_on = day_of(known, Fact.TITLE_ON)
    return title_on is not None and arisen_on <= title_on


def limitation_on(known: Known, *, arisen_on: date, due_on: date, holiday: Holidays) -> date | None:
    """The earliest possible last day of a claim's limitation, as `deadlines` reckons; None while a title is not final.

    A claim is time-barred after it. `arisen_on` is its invoice's day.
    """
    if not titled(known, arisen_on=arisen_on):
        return limitation(due_on, holiday=holiday).on
    final, enforced = day_of(known, Fact.FINAL_ON), day_of(known, Fact.ENFORCED_ON)
    if final is None:
        return None
    return _title_limitation(final, enforced, holiday).on


def _title_limitation(final: date, enforced: date | None, holiday: Holidays) -> Deadline:
    return title_limitation(final, holiday=holiday, enforced_on=(enforced,) if enforced else ())


def remind_on(deadline: Deadline, today: date) -> date:
    """The day on which a person should act: some time before the last day, or the day after a period not ours."""
    ahead = WARNING.get(deadline.kind)
    return deadline.on + A_DAY if ahead is None else max(today, deadline.nominal - ahead)


# --- monitoring ------------------------------------------------------------------------------------------------------


class Trigger(StrEnum):
    """News about a debtor whose debt is titled."""

    EMPLOYER = "employer"
    INHERITANCE = "inheritance"
    ADDRESS = "address"
    DISCLOSURE_EXPIRED = "disclosure_expired"
    ASSETS = "assets"


TRIGGERED: Mapping[Trigger, TaskKind] = {
    Trigger.EMPLOYER: TaskKind.GARNISH_WAGES,
    Trigger.INHERITANCE: TaskKind.ATTACH_INHERITANCE,
    Trigger.ADDRESS: TaskKind.CHECK_ADDRESS,
    Trigger.DISCLOSURE_EXPIRED: TaskKind.NEW_DISCLOSURE,
    Trigger.ASSETS: TaskKind.CHECK_ASSETS,
}
"""What news gives a person to do."""


def trigger_problem(trigger: Trigger, stage: Stage, known: Known, today: date) -> str | None:
    """Why the news does not reopen the case, None when it does."""
    if stage is not Stage.TITLED:
        return f"only a titled case is monitored; this one is at {stage}"
    disclosed = day_of(known, Fact.DISCLOSED_ON)
    if trigger is not Trigger.DISCLOSURE_EXPIRED:
        return None
    if disclosed is None:
        return "no disclosure of assets is known (fact disclosed_on)"
    last = add_months(disclosed, 24)
    return f"the disclosure of {disclosed} blocks a new one until {last} (§ 802d(1) ZPO)" if today <= last else None


# --- orders to third parties -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Item:
    """One point of a checklist. `answered`: yes and no are both answers, silence is not; otherwise only yes will do."""

    name: str
    source: str
    answered: bool = False


BAILIFF_ORDER = (
    Item("title", "§§ 724, 754 ZPO"),
    Item("service_proof", "§ 750(1) ZPO"),
    Item("statement", "ZVFV"),
    Item("creditor", "ZVFV annex 1"),
    Item("debtor_address", "ZVFV annex 1"),
    Item("birth_date", "ZVFV annex 1", answered=True),
    Item("measure", "§ 802a(2) ZPO"),
    Item("asset_disclosure", "§§ 802c, 802f ZPO", answered=True),
    Item("substitute_arrest", "§ 802g(1) ZPO", answered=True),
    Item("signature", "§§ 130, 130d, 754a ZPO"),
)
"""The order to the bailiff on the form of the ZVFV (DE-E4)."""


def open_items(answers: Mapping[str, bool]) -> tuple[Item, ...]:
    """The points of the bailiff's order that keep it from going out."""
    return tuple(
        item for item in BAILIFF_ORDER if not (item.name in answers if item.answered else answers.get(item.name))
    )
