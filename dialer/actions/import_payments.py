"""Books payments batch by batch, each in its own transaction; who has paid is not called a moment longer."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path

from dialer.actions.alarms import raise_alarm
from dialer.actions.close_follow_ups import money_came
from dialer.actions.follow_agreements import Followed, follow_agreements
from dialer.actions.take_back import follow, follow_each
from dialer.app import App
from dialer.claims_file.rejects import RejectsFile
from dialer.claims_file.rows import RawRow, Rejection
from dialer.claims_file.values import shown
from dialer.config import Config
from dialer.core.case import CaseStatus
from dialer.core.errors import BadInput, NotFound
from dialer.core.money import format_money
from dialer.payments_file.parsing import parse_payment
from dialer.payments_file.rows import PaymentDefaults, PaymentRow, PaymentSource
from dialer.payments_file.texts import text
from dialer.payments_file.words import candidates
from dialer.storage import entries, import_rows, payments
from dialer.storage.database import Transaction
from dialer.storage.entries import SYSTEM, NewEntry
from dialer.storage.payments import NamedClaim, NewPayment, StoredPayment

BATCH_ROWS = 200
SHOWN = 100
"""How many rejections and unmatched payments a result carries; the counts are complete."""


@dataclass(slots=True, kw_only=True)
class PaymentsResult:
    """What became of a file. `others` and `pending`: bookings of a statement that are no debtor's, or not final."""

    rows: int = 0
    booked: int = 0
    known: int = 0
    unmatched: int = 0
    rejected: int = 0
    others: int = 0
    pending: int = 0
    settled: list[int] = field(default_factory=list)
    """Cases that owe nothing any more."""
    surplus: list[tuple[int, str, int, str]] = field(default_factory=list)
    """Line, claim, and how much of the payment was more than was owed."""
    open_questions: list[tuple[int, str]] = field(default_factory=list)
    """Line of a payment that belongs to nobody yet, and why."""
    rejections: list[Rejection] = field(default_factory=list)
    rejects_path: Path | None = None
    notes: tuple[str, ...] = ()
    agreements: Followed = field(default_factory=Followed)


def payment_defaults(config: Config, *, creditor: str | None, now: datetime) -> PaymentDefaults:
    """What the configuration and the command say about rows that leave something out. Raises BadInput."""
    known = frozenset(section.key for section in config.creditor)
    if creditor is not None and creditor not in known:
        raise BadInput(f'there is no creditor "{creditor}"; known are: {", ".join(sorted(known))}')
    return PaymentDefaults(creditors=known, creditor=creditor, language=config.operator.language, today=now.date())


def import_payments(
    app: App,
    source: PaymentSource,
    *,
    defaults: PaymentDefaults,
    actor: str,
    rejects_path: Path | None = None,
    progress: Callable[[int], None] | None = None,
) -> PaymentsResult:
    """Book every payment that is right, and put the rows that are wrong into the rejects file.

    A payment that names no claim is recorded and waits for `assign_payment`. `progress` gets the rows done since the
    last time.
    """
    with ExitStack() as stack:
        rejects = stack.enter_context(RejectsFile(rejects_path, source)) if rejects_path is not None else None
        run = _Run(app, source, defaults, actor, rejects)
        for batch in _batches(source):
            run.batch(batch)
            if progress is not None:
                progress(len(batch))
    return run.finish()


def assign_payment(app: App, payment_id: int, claim_reference: str, *, actor: str) -> StoredPayment:
    """Say whose an unmatched payment is. Raises BadInput or NotFound."""
    now = app.clock.now()
    with app.db.write() as tx:
        import_rows.lock_imports(tx)
        payment = payments.by_id(tx, payment_id)
        if payment is None:
            raise NotFound(f"there is no payment {payment_id}")
        if payment.case_id is not None:
            raise BadInput(f"payment {payment_id} is booked already, on case {payment.case_id}")
        named = payments.claim_by_reference(tx, payment.creditor, claim_reference)
        if named is None:
            raise NotFound(f'creditor {payment.creditor} has no claim "{claim_reference}"')
        status = payments.lock_cases(tx, [named.case_id])[named.case_id]
        _check_assignable(payment, payments.claim_now(tx, named.claim.id))
        _book(tx, payment_id, payment, named, status=status, actor=actor, now=now)
        import_rows.plan_again(tx, [named.case_id], now=now, reason="paid")
        booked = payments.by_id(tx, payment_id)
    follow(app, named.case_id)
    follow_agreements(app, now, by_date=False)
    return booked or payment


def _check_assignable(payment: NewPayment, named: NamedClaim) -> None:
    claim = named.claim
    if payment.currency != claim.currency:
        words = {"paid": payment.currency, "claim": claim.reference, "owed": claim.currency}
        raise BadInput(text("currency_differs", "en", **words))
    if claim.paid_minor + payment.amount_minor < 0:
        raise BadInput(f"the payment {text('beyond_paid', 'en', claim=claim.reference)}")


def _batches(source: Iterable[RawRow]) -> Iterator[list[RawRow]]:
    rows = iter(source)
    while batch := list(islice(rows, BATCH_ROWS)):
        yield batch


@dataclass(slots=True)
class _Run:
    app: App
    source: PaymentSource
    defaults: PaymentDefaults
    actor: str
    rejects: RejectsFile | None
    result: PaymentsResult = field(default_factory=PaymentsResult)
    # the rows of this file by creditor and key, to find those that stand in it twice
    seen: dict[tuple[str, str], tuple[int, tuple[object, ...]]] = field(default_factory=dict)

    def batch(self, raws: Sequence[RawRow]) -> None:
        self.result.rows += len(raws)
        fresh: list[tuple[RawRow, PaymentRow]] = []
        for raw in raws:
            row = parse_payment(raw, self.defaults)
            found = row if isinstance(row, Rejection) else self._twice(row)
            if isinstance(found, Rejection):
                self._reject(raw, found)
            elif isinstance(row, PaymentRow) and found is None:
                fresh.append((raw, row))
        now = self.app.clock.now()
        with self.app.db.write() as tx:
            import_rows.lock_imports(tx)
            touched = self._take(tx, fresh, now)
            import_rows.plan_again(tx, touched, now=now, reason="paid")
        follow_each(self.app, touched)

    def _twice(self, row: PaymentRow) -> Rejection | bool | None:
        """None for a row that stands here for the first time, True for one to pass over, or why it is refused."""
        before = self.seen.setdefault((row.creditor, row.key), (row.line, _said(row)))
        if before[0] == row.line:
            return None
        if not row.own_id:
            return self._refusal(row, "id", "row_doubled", line=before[0])
        if before[1] != _said(row):
            return self._contradiction(row, before[1])
        self.result.known += 1
        return True

    def _take(self, tx: Transaction, fresh: Sequence[tuple[RawRow, PaymentRow]], now: datetime) -> set[int]:
        """Record what is new; the cases it is booked on."""
        known, named = self._look_up(tx, [row for _, row in fresh])
        cases = {claim.case_id for claims in named.values() for claim in claims}
        statuses = payments.lock_cases(tx, cases)
        touched: set[int] = set()
        for raw, row in fresh:
            recorded = known.get((row.creditor, row.key))
            if recorded is not None:
                self._recognise(raw, row, recorded)
                continue
            claim = self._claim_of(tx, row, named.get(row.line, ()))
            if isinstance(claim, Rejection):
                self._reject(raw, claim)
                continue
            new = self._new(row, now)
            payment_id = payments.add(tx, new)
            if isinstance(claim, str):
                self._leave_open(row, claim)
                continue
            self._book(tx, payment_id, new, claim, row=row, status=statuses[claim.case_id], now=now)
            touched.add(claim.case_id)
        return touched

    def _look_up(
        self, tx: Transaction, rows: Sequence[PaymentRow]
    ) -> tuple[dict[tuple[str, str], StoredPayment], dict[int, tuple[NamedClaim, ...]]]:
        """What is recorded of these rows, and the claims that each of them names, by line."""
        of_creditor: dict[str, list[PaymentRow]] = defaultdict(list)
        for row in rows:
            of_creditor[row.creditor].append(row)
        known: dict[tuple[str, str], StoredPayment] = {}
        named: dict[int, tuple[NamedClaim, ...]] = {}
        for creditor, group in of_creditor.items():
            recorded = payments.by_keys(tx, creditor, [row.key for row in group])
            known |= {(creditor, key): payment for key, payment in recorded.items()}
            words = {row.line: _words(row) for row in group}
            by_word: dict[str, list[NamedClaim]] = defaultdict(list)
            for claim in payments.claims_named(tx, creditor, {word for said in words.values() for word in said}):
                for name in {claim.claim.reference.upper(), claim.claim.invoice_number.upper()}:
                    by_word[name].append(claim)
            for line, said in words.items():
                hits = {claim.claim.id: claim for word in sorted(said) for claim in by_word.get(word, ())}
                named[line] = tuple(hits.values())
        return known, named

    def _claim_of(self, tx: Transaction, row: PaymentRow, named: Sequence[NamedClaim]) -> NamedClaim | str | Rejection:
        """The one claim it is for, or why it belongs to nobody yet, or why it is refused."""
        if row.claim_reference is not None:
            exact = [claim for claim in named if claim.claim.reference == row.claim_reference]
            named = exact or named
        if not named:
            code = "claim_unknown" if row.claim_reference else "no_claim"
            return self._text(code, claim=shown(row.claim_reference))
        if len(named) > 1:
            return self._text("several_claims", claims=", ".join(sorted(c.claim.reference for c in named)))
        # as it stands by now: an earlier row of this file may have been for it
        claim = payments.claim_now(tx, named[0].claim.id)
        words = {"paid": row.currency, "claim": claim.claim.reference, "owed": claim.claim.currency}
        if row.currency != claim.claim.currency:
            return self._refusal(row, "currency", "currency_differs", **words)
        if claim.claim.paid_minor + row.amount_minor < 0:
            return self._text("beyond_paid", claim=claim.claim.reference)
        return claim

    def _book(
        self,
        tx: Transaction,
        payment_id: int,
        new: NewPayment,
        claim: NamedClaim,
        *,
        row: PaymentRow,
        status: CaseStatus,
        now: datetime,
    ) -> None:
        surplus, settled = _book(tx, payment_id, new, claim, status=status, actor=self.actor, now=now)
        self.result.booked += 1
        if surplus:
            self.result.surplus.append((row.line, claim.claim.reference, surplus, row.currency))
        if settled:
            self.result.settled.append(claim.case_id)

    def _new(self, row: PaymentRow, now: datetime) -> NewPayment:
        return NewPayment(
            creditor=row.creditor,
            key=row.key,
            paid_on=row.paid_on,
            amount_minor=row.amount_minor,
            currency=row.currency,
            reference=row.text,
            payer=row.payer,
            source=self.source.kind,
            imported_at=now,
        )

    def _recognise(self, raw: RawRow, row: PaymentRow, recorded: StoredPayment) -> None:
        """A payment that is recorded already; under an id of its own it must be the same one."""
        before = (recorded.paid_on, recorded.amount_minor, recorded.currency)
        if before == _said(row)[:3]:
            self.result.known += 1
        else:
            self._reject(raw, self._contradiction(row, before))

    def _leave_open(self, row: PaymentRow, why: str) -> None:
        self.result.unmatched += 1
        if len(self.result.open_questions) < SHOWN:
            self.result.open_questions.append((row.line, why))

    def _contradiction(self, row: PaymentRow, before: Sequence[object]) -> Rejection:
        on, minor, currency = before[:3]
        amount = format_money(int(str(minor)), str(currency), self.defaults.language)
        return self._refusal(row, "id", "id_contradicts", id=shown(row.key), amount=amount, on=on)

    def _refusal(self, row: PaymentRow, column: str, code: str, **values: object) -> Rejection:
        return Rejection(row.line, column, self._text(code, **values))

    def _text(self, code: str, **values: object) -> str:
        return text(code, self.defaults.language, **values)

    def _reject(self, raw: RawRow, rejection: Rejection) -> None:
        headings = self.source.headings
        columns = ", ".join(headings.heading(column) for column in rejection.column.split(", ") if column)
        told = Rejection(rejection.line, columns, rejection.reason)
        self.result.rejected += 1
        if len(self.result.rejections) < SHOWN:
            self.result.rejections.append(told)
        if self.rejects is not None:
            self.rejects.write(raw, told)

    def finish(self) -> PaymentsResult:
        result = self.result
        result.others, result.pending, result.notes = self.source.others, self.source.pending, self.source.notes
        if self.rejects is not None and self.rejects.written:
            result.rejects_path = self.rejects.path
        result.agreements = follow_agreements(self.app, self.app.clock.now(), by_date=False)
        return result


def _said(row: PaymentRow) -> tuple[object, ...]:
    return row.paid_on, row.amount_minor, row.currency, row.claim_reference, row.text, row.payer


def _words(row: PaymentRow) -> set[str]:
    return {row.claim_reference.upper()} if row.claim_reference is not None else candidates(row.text)


def _book(
    tx: Transaction,
    payment_id: int,
    payment: NewPayment,
    to: NamedClaim,
    *,
    status: CaseStatus,
    actor: str,
    now: datetime,
) -> tuple[int, bool]:
    """Credit it to a claim of a locked case; how much of it was more than was owed, and whether the case is settled."""
    after = payments.book(tx, payment_id, payment.amount_minor, to)
    credited = after.paid_minor - to.claim.paid_minor
    surplus = max(0, min(credited, after.paid_minor - after.amount_minor))
    facts: Mapping[str, object] = {
        "payment_id": payment_id,
        "claim_id": after.id,
        "amount_minor": payment.amount_minor,
        "currency": payment.currency,
        "paid_on": payment.paid_on.isoformat(),
        "key": hashlib.sha256(payment.key.encode()).hexdigest()[:16],
        "source": payment.source,
        "open_minor": after.open_minor,
        "surplus_minor": surplus,
        # what the claims file had told of before is not counted again
        **({"known_minor": payment.amount_minor} if not credited else {}),
    }
    personal = {"claim": after.reference, "payer": payment.payer, "text": payment.reference}
    entry = NewEntry(case_id=to.case_id, at=now, kind="payment.booked", actor=actor, facts=facts, personal=personal)
    entries.append(tx, entry)
    if payment.amount_minor < 0 and status is not CaseStatus.OPEN:
        told = f"case {to.case_id} is {status.value}, and a payment of it went back: look at it"
        raise_alarm(tx, at=now, kind="payment.reversed", text=told, case_id=to.case_id)
    settled = payments.owes_nothing(tx, to.case_id)
    if settled:
        money_came(tx, to.case_id, at=now, actor=SYSTEM)
    return surplus, settled
