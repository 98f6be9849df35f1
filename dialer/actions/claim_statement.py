"""What a case owes on a day, line by line: claims, payments and default from the book, base rates from the rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from dialer.app import App
from dialer.core.case import Case, Claim, DebtorType
from dialer.core.errors import BadInput
from dialer.core.interest import BaseRates, Law, RateUnknown, unknown_text
from dialer.core.legal import Fact, Known, day_of
from dialer.core.legal_text import day_text, legal_text
from dialer.core.money import format_money
from dialer.core.statement import Debt, Payment, Statement, line_text, statement
from dialer.core.texts import Language
from dialer.core.windows import A_DAY
from dialer.rules.base_rates import load_base_rates
from dialer.storage import payments, stages
from dialer.storage.database import Transaction
from dialer.storage.payments import StoredPayment


@lru_cache(maxsize=8)
def base_rates(own: Path | None = None) -> Mapping[Law, BaseRates]:
    """The shipped series, carried on by a file of one's own; read once."""
    return load_base_rates(own)


def case_statement(app: App, tx: Transaction, case: Case, *, as_of: date) -> Statement | RateUnknown:
    """The statement of all claims of a case. Raises BadInput for what cannot be added up.

    Interest runs from the day of default that somebody has established (fact `default_since`); without it there is
    none. What is paid according to the book on a day nobody knows counts from the claim's first day, which favours the
    debtor.
    """
    last = stages.last(tx, case.id)
    return state_claims(
        case,
        payments.of_case(tx, case.id),
        known=last.facts if last else {},
        as_of=as_of,
        law=_law(app.config.operator.country),
        rates=base_rates(app.config.statement.base_rates),
    )


def statement_if_known(app: App, tx: Transaction, case: Case, *, as_of: date) -> Statement | None:
    """The same, None where what is owed with interest cannot be told or added up."""
    try:
        stated = case_statement(app, tx, case, as_of=as_of)
    except BadInput:
        return None
    return stated if isinstance(stated, Statement) else None


def state_claims(
    case: Case,
    received: Sequence[StoredPayment],
    *,
    known: Known,
    as_of: date,
    law: Law,
    rates: Mapping[Law, BaseRates],
) -> Statement | RateUnknown:
    """The same from what has been read already."""
    since = day_of(known, Fact.DEFAULT_SINCE)
    debts = [_debt(case, claim, since, law) for claim in case.claims]
    by_id = {claim.id: claim.reference for claim in case.claims}
    dated = _without_returns(received)
    paid = [
        Payment(on=p.paid_on, amount_minor=minor, currency=p.currency, reference="", debt=by_id.get(p.claim_id or 0))
        for p, minor in dated
    ]
    return statement(debts, [*_undated(case, dated), *paid], as_of=as_of, rates=rates)


def _law(country: str) -> Law:
    if country not in set(Law):
        raise BadInput(f"statements are made under German law alone, not that of {country}")
    return Law(country)


def _debt(case: Case, claim: Claim, since: date | None, law: Law) -> Debt:
    return Debt(
        reference=claim.reference,
        principal_minor=claim.amount_minor,
        currency=claim.currency,
        arisen_on=claim.invoice_date,
        due_on=claim.due_date,
        # one day is established for the case: a claim that fell due later is in default later
        interest_from=None if since is None else max(since, claim.due_date + A_DAY, claim.invoice_date),
        debtor_consumer=case.debtor.type is DebtorType.CONSUMER,
        law=law,
    )


def _without_returns(received: Sequence[StoredPayment]) -> list[tuple[StoredPayment, int]]:
    """Payments less what went back of them, the latest first: a debit that was returned has never paid anything."""
    kept: list[tuple[StoredPayment, int]] = []
    for payment in sorted(received, key=lambda p: (p.paid_on, p.amount_minor < 0, p.id)):
        if payment.amount_minor > 0:
            kept.append((payment, payment.amount_minor))
            continue
        back = -payment.amount_minor
        for place in reversed(range(len(kept))):
            came, minor = kept[place]
            if came.claim_id == payment.claim_id:
                taken = min(back, minor)
                kept[place], back = (came, minor - taken), back - taken
        if back:
            raise BadInput(f"payment {payment.id} of {payment.paid_on}: more went back than had come")
    return [(payment, minor) for payment, minor in kept if minor]


def _undated(case: Case, dated: Sequence[tuple[StoredPayment, int]]) -> Iterator[Payment]:
    """What the book says is paid beyond the payments that are known by their day."""
    nameless = sum(minor for payment, minor in dated if payment.claim_id is None)
    for claim in case.claims:
        known = sum(minor for payment, minor in dated if payment.claim_id == claim.id)
        left = max(0, claim.paid_minor - known)
        covered = min(left, nameless)
        nameless -= covered
        if left > covered:
            yield Payment(
                on=claim.invoice_date, amount_minor=left - covered, currency=claim.currency, debt=claim.reference
            )


def statement_dict(stated: Statement | RateUnknown, language: Language) -> dict[str, Any]:
    """The statement as plain data; without any amount where interest cannot be told."""
    if isinstance(stated, RateUnknown):
        return {"open_minor": None, "why": unknown_text(stated, language), "unknown_on": stated.day.isoformat()}
    totals = {"costs": stated.costs, "interest": stated.interest, "principal": stated.principal}
    return {
        "as_of": stated.as_of.isoformat(),
        "currency": stated.currency,
        "open_minor": stated.open_minor,
        "received_minor": stated.received_minor,
        "overpaid_minor": stated.overpaid_minor,
        **{f"{name}_minor": total.open_minor for name, total in totals.items()},
        "lines": [
            {
                "on": line.on.isoformat(),
                "what": line_text(line, language),
                "claim": line.debt,
                "change_minor": line.change_minor,
                "balance_minor": line.balance_minor,
            }
            for line in stated.lines
        ],
    }


def statement_lines(stated: Statement | RateUnknown, language: Language, *, in_default: bool) -> list[str]:
    """The statement as people read it: a line for each change with the balance after it, and the total."""
    if isinstance(stated, RateUnknown):
        return [unknown_text(stated, language)]

    def money(minor: int) -> str:
        return format_money(minor, stated.currency, language)

    rows = [
        f"{day_text(line.on, language)}  {money(line.change_minor):>14}  {money(line.balance_minor):>14}"
        f"  {line_text(line, language)}{f' ({line.debt})' if line.debt else ''}"
        for line in stated.lines
    ]
    as_of = f"{legal_text('as_of', language)} {day_text(stated.as_of, language)}"
    over = [f"{legal_text('overpaid', language)}: {money(stated.overpaid_minor)}"] if stated.overpaid_minor else []
    hint = [] if in_default else [legal_text("no_interest", language)]
    return [*rows, f"{legal_text('total', language)} {as_of}: {money(stated.open_minor)}", *over, *hint]
