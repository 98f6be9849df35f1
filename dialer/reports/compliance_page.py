"""docs/compliance.md: every rule of the packs, who keeps it, where it comes from, and what is not confirmed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from dialer.core.policy import Effect, Elsewhere, Law, Pack, Rule, Status
from dialer.reports.rule_words import asked, bound

INTRODUCTION = """\
# Rules of the law, and who keeps them

<!-- scripts/docs writes this page from dialer/rules/*.toml; what is changed here by hand is lost. -->

Each country has a rule pack; `common` holds everywhere. All rules that cover a request apply together, so that the
strictest wins; a rules file of your own can only add to them. This is not legal advice.

- Each pack has three tables: *enforced by the gate* (before every attempt, or before a text is used), *kept elsewhere*
  (by what, stands beside it), and *only flagged or not kept* (nothing in the program stops it: mind it yourself).
- **Effect**: DENY, REQUIRE, LIMIT and CONTENT stop an attempt or a text; DENY_OVR does too, and the role `compliance`
  may answer for an exception (`dialer override`); WARN tells the collector; INFO is for reading.
- **Status**: *confirmed* at the sources named; *partly* confirmed, or a confirmed statement with a figure of our own;
  *unconfirmed*: general knowledge; *product default*: our own choice, often stricter than the law.
- Hours and days are those of the called party unless something else is said. A rule binds calls, voicemails and faxes
  unless other channels are named. "5 in 7 days" are seven times 24 hours, counted from when each attempt was over.
"""

COUNTRIES = {"DE": "Germany", "AT": "Austria", "CH": "Switzerland", "US": "United States", "GB": "United Kingdom"}
NOT_CONFIRMED = (Status.UNCONFIRMED, Status.PARTLY)

Numbers = Mapping[str, int]
"""What number an address has in the list of sources."""


def page(law: Law) -> str:
    """The whole page as Markdown."""
    addresses = dict.fromkeys(source for pack in law.packs for rule in pack.rules for source in rule.sources)
    numbers = {address: number for number, address in enumerate(addresses, start=1)}
    packs = [_pack(pack, numbers) for pack in law.packs]
    return "\n".join((INTRODUCTION, _overview(law), *packs, _unconfirmed(law), _to_verify(law), _sources(numbers)))


def _overview(law: Law) -> str:
    rows = ((p.id, _country(p), p.version, str(p.verified_on), str(p.review_by), str(len(p.rules))) for p in law.packs)
    return _table(("pack", "country", "version", "verified on", "review by", "rules"), rows)


def _country(pack: Pack) -> str:
    return COUNTRIES.get(pack.country, pack.country) if pack.country else "every country"


def _pack(pack: Pack, numbers: Numbers) -> str:
    head = (
        f"## Pack {pack.id}: {_country(pack)}\n\n"
        f"Version {pack.version}, verified on {pack.verified_on}, to be reviewed by {pack.review_by}.\n"
    )
    parts = (
        ("What is enforced by the gate", "value", _by_gate),
        ("What is kept elsewhere", "kept by", _kept_elsewhere),
        ("What is only flagged or not kept", "what happens", _not_kept),
    )
    tables = (f"### {title}\n\n{_rules(value, filter(chosen, pack.rules), numbers)}" for title, value, chosen in parts)
    return "\n".join((head, *tables))


def _by_gate(rule: Rule) -> bool:
    return not isinstance(rule.condition, Elsewhere) and rule.effect.denies


def _kept_elsewhere(rule: Rule) -> bool:
    return isinstance(rule.condition, Elsewhere) and rule.condition.enforced


def _not_kept(rule: Rule) -> bool:
    return not (_by_gate(rule) or _kept_elsewhere(rule))


def _rules(value: str, rules: Iterable[Rule], numbers: Numbers) -> str:
    rows = [_row(rule, numbers) for rule in rules]
    return _table(("id", "what", value, "effect", "binds", "source", "status"), rows) if rows else "None.\n"


def _row(rule: Rule, numbers: Numbers) -> tuple[str, ...]:
    source = f"{rule.basis} {', '.join(f'[{numbers[address]}]' for address in rule.sources)}"
    return rule.id, _sentence(rule), _value(rule), rule.effect.value, bound(rule.scope), source, _status(rule)


def _sentence(rule: Rule) -> str:
    """The rule's sentence without what the gate fills in."""
    plain = rule.text.en.replace(" ({detail})", "").replace(": {detail}.", ".")
    return plain.replace("{detail}", "…").replace("….", "…")


def _value(rule: Rule) -> str:
    if rule.effect is Effect.WARN and not isinstance(rule.condition, Elsewhere):
        return f"warning: {asked(rule)}".removesuffix(": ")
    return asked(rule)


def _status(rule: Rule) -> str:
    return rule.status.value.replace("_", " ")


def _unconfirmed(law: Law) -> str:
    rows = ((pack.id, ", ".join(_ids(pack.rules, (Status.UNCONFIRMED,)))) for pack in law.packs)
    lines = [f"- {pack}: {ids}" for pack, ids in rows if ids]
    return "\n".join(("## Everything unconfirmed\n", *lines, ""))


def _ids(rules: Iterable[Rule], statuses: Sequence[Status]) -> list[str]:
    return list(dict.fromkeys(rule.id for rule in rules if rule.status in statuses))


def _to_verify(law: Law) -> str:
    """One line for each statement: rules of one id often share theirs."""
    rows = dict.fromkeys(
        (rule.id, _sentence(rule), rule.basis, _status(rule), str(rule.review_by or pack.review_by))
        for pack in law.packs
        for rule in pack.rules
        if rule.status in NOT_CONFIRMED
    )
    table = _table(("id", "what", "statement", "status", "review by"), rows)
    return f"## Not confirmed: verify before release\n\n{table}"


def _sources(numbers: Numbers) -> str:
    """The list of addresses, which the numbers in brackets lead to as well."""
    lines = [f"{number}. <{address}>" for address, number in numbers.items()]
    links = [f"[{number}]: {address}" for address, number in numbers.items()]
    return "\n".join(("## Sources\n", *lines, "", *links, ""))


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = (head, ["---"] * len(head), *rows)
    return "".join(f"| {' | '.join(_cell(text) for text in line)} |\n" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())
