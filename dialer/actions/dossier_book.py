"""The whole case as a workbook, for who has to sort and count in it; the same facts as in the printed file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

from dialer.actions.claim_statement import case_statement
from dialer.actions.follow_agreements import stands
from dialer.actions.report_attempts import replacing
from dialer.actions.situation import Situation, look
from dialer.app import App
from dialer.core.casework import AgreementState
from dialer.core.errors import BadInput
from dialer.core.interest import RateUnknown, unknown_text
from dialer.core.legal_text import day_text, legal_text
from dialer.core.money import format_money, minor_digits
from dialer.core.statement import Statement, line_text
from dialer.core.strategy import first_contact
from dialer.core.texts import Language, detail_text
from dialer.reports.dossier import Book, Row, write_dossier_book
from dialer.reports.local import zone_label
from dialer.reports.texts import Texts
from dialer.storage import agreements, deliveries, documents, dossier_rows, entries, payments
from dialer.storage.agreements import StoredAgreement
from dialer.storage.database import Transaction
from dialer.storage.deliveries import Delivery
from dialer.storage.documents import Document
from dialer.storage.dossier_rows import TriedRow
from dialer.storage.entries import Entry, NewEntry
from dialer.storage.payments import Arrived, StoredPayment


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """All that the book tells of the case."""

    situation: Situation
    now: datetime
    language: Language
    stated: Statement | str
    tried: Sequence[TriedRow]
    agreed: Sequence[StoredAgreement]
    paid: Sequence[StoredPayment]
    arrived: Sequence[Arrived]
    written: Sequence[tuple[Document, Sequence[Delivery]]]
    about: Mapping[int, tuple[str, ...]]
    log: Sequence[Entry]
    head: str

    @property
    def texts(self) -> Texts:
        return Texts(self.language)

    @property
    def digits(self) -> int:
        """Decimals of the case's amounts; the most there are, should it owe in several currencies."""
        return max((minor_digits(c.currency) for c in self.situation.case.claims), default=2)

    def local(self, at: datetime | None) -> datetime | None:
        return at.astimezone(self.situation.site.zone) if at else None


def save_dossier_book(app: App, case_id: int, out: Path, *, actor: str) -> str:
    """Write the workbook to `out`, note that it was made, and return its SHA-256. Raises BadInput or NotFound."""
    now = app.clock.now()
    with app.db.read() as tx:
        read = _read(app, tx, case_id, now)
    content = BytesIO()
    write_dossier_book(_book(app, read), content)
    digest = hashlib.sha256(content.getvalue()).hexdigest()
    with replacing(out) as file:
        file.write(content.getvalue())
    facts = {"format": "xlsx", "sha256": digest}
    with app.db.write() as tx:
        entries.append(tx, NewEntry(case_id=case_id, at=now, kind="dossier.saved", actor=actor, facts=facts))
    return digest


def _read(app: App, tx: Transaction, case_id: int, now: datetime) -> _Read:
    situation = look(app, tx, case_id)
    language = app.config.operator.language
    written = [(d, deliveries.of_document(tx, d.id)) for d in documents.of_case(tx, case_id)]
    return _Read(
        situation=situation,
        now=now,
        language=language,
        stated=_stated(app, tx, situation, now, language),
        tried=dossier_rows.attempts_of(tx, case_id),
        agreed=agreements.of_case(tx, case_id),
        paid=payments.of_case(tx, case_id),
        arrived=payments.arrived(tx, [case_id]).get(case_id, ()),
        written=written,
        about=dossier_rows.claims_of(tx, [sent.id for _, sendings in written for sent in sendings]),
        log=entries.of_case(tx, case_id),
        head=documents.log_head(tx, case_id)[1] or "",
    )


def _stated(app: App, tx: Transaction, situation: Situation, now: datetime, language: Language) -> Statement | str:
    """The statement, or why there is none."""
    try:
        stated = case_statement(app, tx, situation.case, as_of=now.astimezone(situation.site.zone).date())
    except BadInput as error:
        return str(error)
    return unknown_text(stated, language) if isinstance(stated, RateUnknown) else stated


def _book(app: App, read: _Read) -> Book:
    texts = read.texts
    return Book(
        title=texts("dossier.title", case=str(read.situation.case.id)),
        language=read.language,
        operator=app.config.operator.name,
        now=read.now,
        digits=read.digits,
        about={**_about(read), "operator": app.config.operator.name},
        contacts=[_contact(contact, texts) for contact in read.situation.case.contacts],
        tables={
            "claims": list(_claims(read)),
            "statement": list(_statement(read)),
            "attempts": list(_attempts(read)),
            "agreements": list(_agreements(read)),
            "payments": list(_payments(read)),
            "documents": list(_documents(read)),
            "log": list(_log(read)),
        },
    )


# --- the first sheet -------------------------------------------------------------------------------------------------


def _about(read: _Read) -> dict[str, str]:
    texts, case, language = read.texts, read.situation.case, read.language
    debtor, contact = case.debtor, case.contact(case.contact_id) or first_contact(case)
    owed: dict[str, int] = {}
    for claim in case.open_claims:
        owed[claim.currency] = owed.get(claim.currency, 0) + claim.open_minor
    place = " ".join(filter(None, (debtor.postal_code, debtor.city)))
    stated = read.stated
    return {
        "as_of": _moment(read, read.now),
        "creditor": read.situation.creditor.name,
        "debtor": debtor.name,
        "reference": debtor.reference,
        "type": texts.word("debtor", debtor.type),
        "address": ", ".join(filter(None, (debtor.street, place, debtor.country))),
        "status": texts.word("status", case.status),
        "stage": legal_text(f"stage.{case.stage}", language),
        "holds": ", ".join(_hold(read, hold.reason, hold.until) for hold in case.holds),
        "assigned_to": case.assigned_to or "",
        "contact": contact.name if contact else "",
        "open": " + ".join(format_money(minor, currency, language) for currency, minor in owed.items()) or "0",
        "statement": stated if isinstance(stated, str) else format_money(stated.open_minor, stated.currency, language),
        "attempts": str(len(read.tried)),
        "log": f"{len(read.log)}, {read.head}",
    }


def _moment(read: _Read, at: datetime) -> str:
    local = at.astimezone(read.situation.site.zone)
    return f"{local.strftime(read.texts('strftime.time'))} {zone_label(local)}"


def _hold(read: _Read, reason: str, until: datetime | None) -> str:
    words = detail_text(reason, read.language)
    return read.texts("hold.until", reason=words, until=_moment(read, until)) if until else words


def _contact(contact: Any, texts: Texts) -> Row:
    return {
        "contact": contact.name,
        "level": f"{contact.role.level} {texts.word('role', contact.role)}",
        "numbers": "\n".join(f"{phone.e164} ({texts.word('phone', phone.state)})" for phone in contact.phones),
    }


# --- the tables ------------------------------------------------------------------------------------------------------


def _money(minor: int, currency: str) -> Decimal:
    return Decimal(minor).scaleb(-minor_digits(currency))


def _claims(read: _Read) -> Iterator[Row]:
    for claim in read.situation.case.claims:
        yield {
            "claim": claim.reference,
            "invoice": claim.invoice_number,
            "invoice_date": claim.invoice_date,
            "due_date": claim.due_date,
            "amount": _money(claim.amount_minor, claim.currency),
            "paid": _money(claim.paid_minor, claim.currency),
            "open": _money(claim.open_minor, claim.currency),
            "currency": claim.currency,
            "disputed": read.texts("yes" if claim.disputed else "no"),
        }


def _statement(read: _Read) -> Iterator[Row]:
    stated = read.stated
    if isinstance(stated, str):
        yield {"day": read.local(read.now), "what": stated}
        return
    for line in stated.lines:
        yield {
            "day": line.on,
            "what": line_text(line, read.language),
            "claim": line.debt,
            "change": _money(line.change_minor, stated.currency),
            "balance": _money(line.balance_minor, stated.currency),
            "currency": stated.currency,
        }
    day = day_text(stated.as_of, read.language)
    total = f"{legal_text('total', read.language)} {legal_text('as_of', read.language)} {day}"
    balance = _money(stated.open_minor, stated.currency)
    yield {"day": stated.as_of, "what": total, "balance": balance, "currency": stated.currency}


def _attempts(read: _Read) -> Iterator[Row]:
    texts = read.texts
    said = {entry.attempt_id: entry.personal for entry in read.log if entry.kind == "disposition"}
    for row in read.tried:
        personal, local = said.get(row.id, {}), row.at.astimezone(read.situation.site.zone)
        yield {
            "time": local,
            "zone": zone_label(local),
            "channel": texts.word("channel", row.channel),
            "claims": ", ".join(row.claims),
            "contact": row.contact,
            "level": texts.word("role", row.role),
            "number": row.number,
            "step": texts.word("step", row.step),
            "outcome": texts.word("outcome", row.outcome),
            "disposition": texts.word("disposition", row.disposition) if row.disposition else "",
            "spoken_to": str(personal.get("spoken_to", "")),
            "reason": str(personal.get("reason", "")),
            "duration": row.duration_seconds,
            "collector": row.collector,
            "packs": ", ".join(row.packs),
        }


def _agreements(read: _Read) -> Iterator[Row]:
    texts = read.texts
    for made in read.agreed:
        how = stands(made, read.arrived, read.situation.site, made.ended_at or read.now)
        ended = made.state is AgreementState.WITHDRAWN
        for rate in how.rates:
            yield {
                "agreement": made.id,
                "agreed": read.local(made.agreed_at),
                "kind": texts.word("agreement", made.terms.kind),
                "state": texts.word("agreement_state", made.state),
                "rate": rate.n,
                "due_date": rate.due_on,
                "amount": _money(rate.amount_minor, made.terms.currency),
                "paid": _money(rate.paid_minor, made.terms.currency),
                "currency": made.terms.currency,
                "rate_state": "" if ended else texts.word("rate_state", rate.state),
            }


def _payments(read: _Read) -> Iterator[Row]:
    references = {claim.id: claim.reference for claim in read.situation.case.claims}
    for payment in read.paid:
        yield {
            "paid_on": payment.paid_on,
            "amount": _money(payment.amount_minor, payment.currency),
            "currency": payment.currency,
            "claim": references.get(payment.claim_id or 0, ""),
            "payer": payment.payer,
            "text": payment.reference,
            "source": payment.source,
        }


def _documents(read: _Read) -> Iterator[Row]:
    for document, sendings in read.written:
        about = _document(read, document)
        yield from ({**about, **_delivery(read, sent)} for sent in sendings)
        if not sendings:
            yield about


def _document(read: _Read, document: Document) -> Row:
    return {
        "document": document.id,
        "kind": read.texts.word("step", document.kind),
        "state": read.texts.word("document_state", document.state),
        "made_at": read.local(document.made_at),
        "made_by": document.made_by,
        "due_back": document.due_back_on,
        "returned": read.local(document.returned_at),
        "sha256": document.sha256,
    }


def _delivery(read: _Read, sent: Delivery) -> Row:
    return {
        "delivery": sent.id,
        "transport": read.texts.word("transport", sent.transport),
        "recipient": sent.recipient,
        "delivery_state": read.texts.word("delivery_state", sent.state),
        "sent_at": read.local(sent.sent_at),
        "claims": ", ".join(read.about.get(sent.id, ())),
        "proof": sent.proof or sent.error or "",
    }


def _log(read: _Read) -> Iterator[Row]:
    for entry in read.log:
        # what the gate was asked is long, and stands in the log for programs to read
        personal = {key: value for key, value in entry.personal.items() if key != "facts"}
        lines = [_pairs(personal)] if personal else []
        lines += [read.texts("log.gate_facts")] if "facts" in entry.personal else []
        yield {
            "seq": entry.seq,
            "at": read.local(entry.at),
            "entry": entry.kind,
            "actor": entry.actor,
            "attempt": entry.attempt_id,
            "facts": _pairs(entry.facts),
            "personal": "\n".join(lines),
        }


def _pairs(values: Mapping[str, Any]) -> str:
    return "\n".join(f"{key}: {_plain(value)}" for key, value in values.items())


def _plain(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
