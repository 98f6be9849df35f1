"""Commands about money and what was agreed on it: payments, instalments, holds."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from dialer.actions.dispose import dispose as dispose_attempt
from dialer.actions.follow_agreements import stands
from dialer.actions.holds import hold_case, lift_hold
from dialer.actions.import_payments import PaymentsResult, assign_payment, import_payments, payment_defaults
from dialer.actions.situation import end_of_day, look
from dialer.app import App
from dialer.cli.base import FAILED, LARGEST_ID, answer, case_id, collector, language, options, program
from dialer.cli.book import import_group
from dialer.cli.calls import _minor
from dialer.config import Config
from dialer.core.agreement import Every, Standing
from dialer.core.case import HoldReason
from dialer.core.casework import AgreementState
from dialer.core.disposition import Report
from dialer.core.local_time import local_text
from dialer.core.money import format_money
from dialer.core.outcome import Disposition
from dialer.payments_file.reading import open_payments
from dialer.storage import agreements as stored_agreements
from dialer.storage import attempts, entries
from dialer.storage import payments as stored_payments
from dialer.storage.agreements import StoredAgreement
from dialer.storage.payments import Overpaid, StoredPayment

DAY = click.DateTime(formats=["%Y-%m-%d"])
REASON = click.Choice([reason.value for reason in HoldReason])


# --- payments --------------------------------------------------------------------------------------------------------


@import_group.command(name="payments")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--creditor", help="Whose payments these are, where the file does not say.")
@click.option("--rejects", type=click.Path(path_type=Path, dir_okay=False), help="Where rejected rows go.")
@options
def payments_file(*, file: Path, creditor: str | None, rejects: Path | None, config_file: Path, as_json: bool) -> int:
    """Import payments from a csv, xlsx or CAMT.053 FILE; importing it again changes nothing."""
    app = program(config_file)
    defaults = payment_defaults(app.config, creditor=creditor, now=app.clock.now())
    with open_payments(file, accounts=_accounts(app.config), language=defaults.language) as source:
        if rejects is None:
            suffix = ".csv" if source.kind == "camt" else file.suffix
            rejects = file.with_name(f"{file.stem}.rejects{suffix}")
        result = import_payments(app, source, defaults=defaults, actor="import", rejects_path=rejects)
    answer(_result_dict(result), _result_text(result, language(app.config)), as_json=as_json)
    return FAILED if result.rejected and not (result.booked or result.known or result.unmatched) else 0


def _accounts(config: Config) -> dict[str, str]:
    """Whose an account is; one that several creditors share says nothing."""
    owned = [
        (section.letterhead.iban.replace(" ", ""), section.key) for section in config.creditor if section.letterhead
    ]
    shared = Counter(iban for iban, _ in owned)
    return {iban: key for iban, key in owned if shared[iban] == 1}


def _result_dict(result: PaymentsResult) -> dict[str, Any]:
    counts = ("rows", "booked", "known", "unmatched", "rejected", "others", "pending", "settled", "rejects_path")
    surplus = [
        {"line": line, "claim": claim, "surplus_minor": minor, "currency": currency}
        for line, claim, minor, currency in result.surplus
    ]
    ended = {"kept": list(result.agreements.kept), "broken": list(result.agreements.broken)}
    return {name: getattr(result, name) for name in counts} | {"surplus": surplus, "agreements": ended}


def _result_text(result: PaymentsResult, words: str) -> str:
    new = f"{result.rows} rows: {result.booked} booked, {result.known} known already"
    lines = [f"{new}, {result.unmatched} unmatched, {result.rejected} rejected"]
    if result.others or result.pending:
        lines.append(f"not payments: {result.others} other bookings, {result.pending} not final")
    if result.settled:
        lines.append(f"paid in full: case {', '.join(str(case) for case in sorted(set(result.settled)))}")
    lines += [f"  {note}" for note in result.notes]
    lines += [f"  line {line}: {format_money(minor, ccy, words)} more than was owed on claim {claim}"
              for line, claim, minor, ccy in result.surplus[:10]]  # fmt: skip
    lines += [f"  line {line}: {why}" for line, why in result.open_questions[:10]]
    lines += [f"  line {r.line}, {r.column}: {r.reason}" for r in result.rejections[:10]]
    if result.unmatched:
        lines.append("See `dialer payments --unmatched`, and `dialer payment assign ID CLAIM`.")
    if result.rejects_path:
        lines.append(f"Rejected rows: {result.rejects_path}")
    return "\n".join(lines)


@click.command(name="payments")
@click.argument("case", required=False)
@click.option("--unmatched", is_flag=True, help="Payments that belong to nobody yet.")
@click.option("--overpaid", is_flag=True, help="Claims on which more arrived than was owed.")
@options
def list_payments(*, case: str | None, unmatched: bool, overpaid: bool, config_file: Path, as_json: bool) -> None:
    """List the payments of CASE (id, claim or debtor reference), or those that need a person."""
    if [case is not None, unmatched, overpaid].count(True) != 1:
        raise click.UsageError("name a CASE, or say --unmatched or --overpaid")
    app = program(config_file)
    words = language(app.config)
    number = case_id(app, case) if case is not None else None
    with app.db.read() as tx:
        if overpaid:
            claims = stored_payments.overpaid(tx)
            data, lines = [_overpaid_dict(c) for c in claims], [_overpaid_line(c, words) for c in claims]
        else:
            found = stored_payments.unmatched(tx) if number is None else stored_payments.of_case(tx, number)
            data, lines = [_payment_dict(p) for p in found], [_payment_line(p, words) for p in found]
    answer({"payments": data}, "\n".join(lines) or "There are none.", as_json=as_json)


def _payment_dict(payment: StoredPayment) -> dict[str, Any]:
    return {
        "id": payment.id,
        "case": payment.case_id,
        "creditor": payment.creditor,
        "paid_on": payment.paid_on.isoformat(),
        "amount_minor": payment.amount_minor,
        "currency": payment.currency,
        "payer": payment.payer,
        "text": payment.reference,
    }


def _payment_line(payment: StoredPayment, words: str) -> str:
    amount = format_money(payment.amount_minor, payment.currency, words)
    return f"{payment.id:6d}  {payment.paid_on}  {amount:>14}  {payment.payer}: {payment.reference}"


def _overpaid_dict(claim: Overpaid) -> dict[str, Any]:
    return {
        "case": claim.case_id,
        "creditor": claim.creditor,
        "claim": claim.reference,
        "surplus_minor": claim.surplus_minor,
        "currency": claim.currency,
    }


def _overpaid_line(claim: Overpaid, words: str) -> str:
    surplus = format_money(claim.surplus_minor, claim.currency, words)
    return f"case {claim.case_id}, claim {claim.reference}: {surplus} too much"


@click.group()
def payment() -> None:
    """One payment."""


@payment.command()
@click.argument("payment_id", metavar="ID", type=click.IntRange(1, LARGEST_ID))
@click.argument("claim")
@click.option("--as", "user", required=True, help="Who knows whose it is.")
@options
def assign(*, payment_id: int, claim: str, user: str, config_file: Path, as_json: bool) -> None:
    """Say that the unmatched payment ID is for CLAIM (its reference)."""
    app = program(config_file)
    booked = assign_payment(app, payment_id, claim, actor=collector(app, user))
    text = f"Payment {booked.id} is booked on claim {claim} of case {booked.case_id}."
    answer(_payment_dict(booked), text, as_json=as_json)


# --- agreements ------------------------------------------------------------------------------------------------------


@click.command()
@click.argument("attempt", type=click.IntRange(1, LARGEST_ID))
@click.option("--rate", callback=_minor, required=True, help="One rate, like 50.00; the last one is what is left.")
@click.option("--first", type=DAY, required=True, help="Day of the first rate.")
@click.option("--every", type=click.Choice([every.value for every in Every]), default="month", help="Default: month.")
@click.option("--total", callback=_minor, help="Sum of the plan; default: all that is owed.")
@click.option("--with-interest", is_flag=True, help="Interest goes on while the plan runs.")
@click.option("--acceleration", is_flag=True, help="A missed rate makes the rest due.")
@click.option("--note", default="", help="What was said; can be erased without breaking the log.")
@click.option("--as", "user", required=True, help="Who talked.")
@options
def instalments(
    *,
    attempt: int,
    rate: int,
    first: datetime,
    every: str,
    total: int | None,
    with_interest: bool,
    acceleration: bool,
    note: str,
    user: str,
    config_file: Path,
    as_json: bool,
) -> None:
    """Say that ATTEMPT ended with a plan of instalments: rates from the first day on until all is paid."""
    app = program(config_file)
    report = Report(
        disposition=Disposition.INSTALMENTS_AGREED,
        amount_minor=rate,
        on=first.date(),
        total_minor=total,
        every=Every(every),
        interest_free=not with_interest,
        acceleration=acceleration,
    )
    dispose_attempt(app, attempt, report, actor=collector(app, user), note=note)
    data = _made(app, attempt)
    amounts = [format_money(minor, data["currency"], language(app.config)) for _, minor in data["rates"]]
    lines = [f"  {day}  {amount}" for (day, _), amount in zip(data["rates"], amounts, strict=True)]
    lines += [f"Mind {rule}: a plan that costs a consumer interest is to be reviewed." for rule in data["warnings"]]
    answer(data, "\n".join(("Agreed:", *lines)), as_json=as_json)


def _made(app: App, attempt_id: int) -> dict[str, Any]:
    """What the log says of the agreement made in an attempt."""
    with app.db.read() as tx:
        attempt = attempts.by_id(tx, attempt_id)
        log = entries.of_case(tx, attempt.case_id) if attempt else []
    return next(dict(e.facts) for e in log if e.attempt_id == attempt_id and e.kind == "agreement.made")


@click.command()
@click.argument("case")
@options
def agreements(*, case: str, config_file: Path, as_json: bool) -> None:
    """What was agreed on CASE, and how each instalment stands."""
    app = program(config_file)
    number = case_id(app, case)
    with app.db.read() as tx:
        found = stored_agreements.of_case(tx, number)
        received = stored_payments.arrived(tx, [number]).get(number, ())
        site = look(app, tx, number).site
    told = [_agreement_dict(one, stands(one, received, site, one.ended_at or app.clock.now())) for one in found]
    lines = [line for one in told for line in _agreement_lines(one, language(app.config))]
    answer({"agreements": told}, "\n".join(lines) or "Nothing was agreed.", as_json=as_json)


def _agreement_dict(found: StoredAgreement, standing: Standing) -> dict[str, Any]:
    return {
        "id": found.id,
        "agreement": found.terms.kind.value,
        "state": found.state.value,
        "agreed_at": found.agreed_at.isoformat(),
        "amount_minor": found.terms.amount_minor,
        "currency": found.terms.currency,
        "rates": [
            {
                "due_on": rate.due_on.isoformat(),
                "amount_minor": rate.amount_minor,
                "paid_minor": rate.paid_minor,
                "state": rate.state.value,
            }
            for rate in standing.rates
        ],
    }


def _agreement_lines(told: dict[str, Any], words: str) -> list[str]:
    def money(minor: int) -> str:
        return format_money(minor, told["currency"], words)

    lines = [f"{told['agreement']} {told['id']}: {money(told['amount_minor'])}, {told['state']}"]
    if told["state"] == AgreementState.WITHDRAWN:
        return lines
    return lines + [
        f"  {rate['due_on']}  {money(rate['amount_minor']):>14}  {rate['state']}"
        + (f" ({money(rate['paid_minor'])})" if rate["state"] in {"part_paid", "overdue"} else "")
        for rate in told["rates"]
    ]


# --- holds -----------------------------------------------------------------------------------------------------------


@click.command()
@click.argument("case")
@click.argument("reason", type=REASON)
@click.option("--until", type=DAY, help="Last day of the hold; without it, it stands until it is lifted.")
@click.option("--reason", "text", required=True, help="Why; can be erased without breaking the log.")
@click.option("--as", "user", required=True, help="Who stops it.")
@options
def hold(
    *, case: str, reason: str, until: datetime | None, text: str, user: str, config_file: Path, as_json: bool
) -> None:
    """Stop dialling CASE; a call of it that is not answered yet is taken back."""
    app = program(config_file)
    number = case_id(app, case)
    zone = app.site.zone
    end = end_of_day(app, number, until.date()) if until else None
    hold_case(app, number, HoldReason(reason), actor=collector(app, user), text=text, until=end)
    told = f" until {local_text(end, zone)}" if end else ""
    data = {"case": number, "hold": reason, "until": end.isoformat() if end else None}
    answer(data, f"Case {number} is on hold ({reason}){told}.", as_json=as_json)


@click.command()
@click.argument("case")
@click.argument("reason", type=REASON)
@click.option("--reason", "text", required=True, help="Why; can be erased without breaking the log.")
@click.option("--as", "user", required=True, help="Who lets it go on.")
@options
def lift(*, case: str, reason: str, text: str, user: str, config_file: Path, as_json: bool) -> None:
    """Lift the hold REASON of CASE; a promise that is lifted is taken back."""
    app = program(config_file)
    number = case_id(app, case)
    lift_hold(app, number, HoldReason(reason), actor=collector(app, user), text=text)
    answer({"case": number, "lifted": reason}, f"Lifted: {reason}.", as_json=as_json)


COMMANDS = (list_payments, payment, instalments, agreements, hold, lift)
