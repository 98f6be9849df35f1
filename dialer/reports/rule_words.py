"""What a rule of the law asks and whom it binds, in a few English words and figures."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from itertools import groupby
from typing import Any

from dialer.core import policy
from dialer.core.case import DebtorType
from dialer.core.policy import Counted, End, Rule, Scope
from dialer.core.windows import DAYS, WHOLE_DAY, Spans, WeeklyWindow

NATURAL = frozenset({DebtorType.CONSUMER, DebtorType.SOLE_TRADER})
MOST_EXAMPLES = 6
"""How many forbidden words are shown; the packs hold the rest."""


def asked(rule: Rule) -> str:
    """What the rule asks, with its figures."""
    parts = [_WORDS[type(rule.condition)](rule.condition)]
    if rule.unless:
        parts.append(f"unless {_named(rule.unless)}")
    if rule.since:
        parts.append(f"from {rule.since}")
    return ", ".join(part for part in parts if part)


def bound(scope: Scope) -> str:
    """Whom and what the rule binds."""
    ranges = (
        (scope.channels if scope.channels != policy.RINGING else None, "by {}"),
        (scope.modes, "{}"),
        (scope.operators, "caller: {}"),
        (scope.places, "in {}"),
        (scope.phone_roles, "{} numbers"),
        (scope.line_types, "{} lines"),
        (scope.documents, "asking for {}"),
        (scope.languages, "texts in {}"),
        (scope.levels, "level {}"),
    )
    return "; ".join((_debtors(scope.debtors), *(form.format(_named(values)) for values, form in ranges if values)))


def _debtors(debtors: frozenset[DebtorType] | None) -> str:
    if debtors is None:
        return "everybody"
    if debtors == NATURAL:
        return "natural persons"
    return _named(debtors)


def _named(values: Iterable[object]) -> str:
    return ", ".join(sorted(str(value).replace("_", " ") for value in values))


def _week(week: WeeklyWindow) -> str:
    """Days with the same spans together; days that are free are left out."""
    named = zip(week.days, DAYS, strict=True)
    runs = [(spans, [day for _, day in run]) for spans, run in groupby(named, key=lambda pair: pair[0])]
    return ", ".join(f"{_days(days)} {_spans(spans)}" for spans, days in runs if spans != WHOLE_DAY)


def _days(days: list[str]) -> str:
    return days[0] if len(days) == 1 else f"{days[0]}-{days[-1]}"


def _spans(spans: Spans) -> str:
    return f"only {' and '.join(map(str, spans))}" if spans else "never"


def _ends(ends: frozenset[End]) -> str:
    return " and ".join(_PLACES[end] for end in sorted(ends))


_PLACES = {End.CALLED: "the called party's place", End.CALLER: "the caller's site"}


def _hours(hours: policy.Hours) -> str:
    return _week(hours.week) + ("" if hours.ends == {End.CALLED} else f" at {_ends(hours.ends)}")


def _year_days(condition: policy.YearDays) -> str:
    days = ((date(2024, month, day), spans) for (month, day), spans in condition.days.items())
    return ", ".join(f"{day:%d %b} {_spans(spans)}" for day, spans in days)


def _counted(of: frozenset[Counted]) -> str:
    return "for each " + " and each ".join(sorted(of, reverse=True))


def _rolling(limit: policy.Rolling) -> str:
    channels = ", letters count as well" if limit.all_channels else ""
    return f"{limit.count} in {limit.days} days {_counted(limit.of)}{channels}"


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _rest(limit: policy.Rest) -> str:
    days = f"{limit.workdays} working days" if limit.workdays is not None else f"{limit.days} days with the first"
    claim = ", for each claim" if limit.per_claim else ""
    return days + claim + (f", waived by {_named(limit.waived_by)}" if limit.waived_by else "")


def _lost_rate(limit: policy.LostRate) -> str:
    share = f"from {limit.percent:g} %" if limit.percent else "above 0 %"
    return f"{share}, counted among at least {limit.among} attempts"


def _stopped(stop: policy.Stopped) -> str:
    parts = (
        f"flag {_named(stop.flags)}" if stop.flags else "",
        f"hold {_named(stop.holds)}" if stop.holds else "",
        "a disputed claim" if stop.disputed_claim else "",
        "a number of somebody else" if stop.wrong_number else "",
    )
    return "; ".join(part for part in parts if part)


def _other_stops(stop: policy.OtherStops) -> str:
    if stop.only is not None:
        holds = f"hold {_named(stop.only)}"
    else:
        holds = "every hold" + (f" but {_named(stop.without)}" if stop.without else "")
    return f"{'every flag; ' if stop.flags else ''}{holds}; if no other rule speaks of it"


def _notice(duty: policy.NoticeFirst | policy.NoticeWithin, when: str) -> str:
    return f"notice {duty.notice}" + (f", {duty.hours} h {when}" if duty.hours else "")


def _caller_id(shown: policy.CallerId) -> str:
    if shown.foreign_only:
        return f"no ordinary number but {shown.prefix}…"
    return f"{shown.prefix}…" + (f", not {', '.join(shown.forbidden)}" if shown.forbidden else "")


def _ring_time(bounds: policy.RingTime) -> str:
    return f"at least {bounds.least} s" if bounds.most is None else f"{bounds.least} to {bounds.most} s"


def _message_count(limit: policy.MessageCount) -> str:
    return f"{limit.count} messages" + (f" in {limit.days} days" if limit.days else "")


def _forbidden_words(words: policy.Words) -> str:
    every = (*words.phrases, *words.whole, *words.beginnings, *words.inside)
    parts = (
        f"not: {_examples(every)}" if every else "",
        "no sums" if words.amounts else "",
        f"no numbers with {', '.join(words.numbers)}" if words.numbers else "",
        f"without {_fields(words.fields)}" if words.fields else "",
        f"unless {_EXCUSES[words.unless]}" if words.unless else "",
        f"unless it says: {_examples(words.unless_said)}" if words.unless_said else "",
    )
    return "; ".join(part for part in parts if part)


def _examples(words: Sequence[str]) -> str:
    more = f" and {len(words) - MOST_EXAMPLES} more" if len(words) > MOST_EXAMPLES else ""
    return ", ".join(words[:MOST_EXAMPLES]) + more


_EXCUSES = {
    policy.Excuse.TITLE: "there is a title",
    policy.Excuse.CREDIT_BUREAU: "a report to a credit bureau would be lawful",
    policy.Excuse.IN_TIME: "no claim can be time-barred",
}


def _fields(names: Iterable[str]) -> str:
    return " ".join(f"{{{name}}}" for name in names)


def _contains(text: policy.Contains) -> str:
    parts = (("must have", text.required), ("may have", text.allowed))
    return "; ".join(f"{verb} {_fields(names)}" for verb, names in parts if names)


def _nothing(_condition: object) -> str:
    """The sentence says it all."""
    return ""


_WORDS: dict[type, Callable[[Any], str]] = {
    policy.Hours: _hours,
    policy.YearDays: _year_days,
    policy.Holidays: lambda rule: f"never at {_ends(rule.ends)}",
    policy.UnknownPlace: lambda rule: f"{_week(rule.week)}, New York time",
    policy.Wishes: _nothing,
    policy.PerDay: lambda rule: f"{rule.count} a day {_counted(rule.of)}",
    policy.Rolling: _rolling,
    policy.Gap: lambda rule: f"{rule.hours} h",
    policy.DayParts: lambda rule: f"parts of the day end at {', '.join(map(_clock, rule.ends))}",
    policy.Rest: _rest,
    policy.LostCall: lambda rule: f"{rule.hours} h",
    policy.LostRate: _lost_rate,
    policy.Stopped: _stopped,
    policy.OtherStops: _other_stops,
    policy.NoticeFirst: lambda rule: _notice(rule, "before"),
    policy.NoticeWithin: lambda rule: _notice(rule, "after the first conversation"),
    policy.People: lambda rule: f"only {_named(rule.roles)}",
    policy.Lines: lambda rule: f"only {_named(rule.roles)} numbers",
    policy.CallerId: _caller_id,
    policy.Forbidden: lambda _rule: "never",
    policy.RingTime: _ring_time,
    policy.MessageGap: lambda rule: f"{rule.days} days between messages",
    policy.MessageCount: _message_count,
    policy.NoRecording: lambda _rule: "no recording",
    policy.NoPack: _nothing,
    policy.NoPlace: _nothing,
    policy.NothingOwed: _nothing,
    policy.DeadLine: _nothing,
    policy.Limitation: _nothing,
    policy.LaterStage: _nothing,
    policy.Words: _forbidden_words,
    policy.Contains: _contains,
    policy.Elsewhere: lambda rule: str(rule.kept_by),
}  # fmt: skip
"""How each condition is put; one for each class of `policy.Condition`."""
