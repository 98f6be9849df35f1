"""Commands about paper: write it, send it, take back what was signed, and the whole case as one file."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from threading import Event

import click

from dialer.actions.clock_watch import ClockWatch
from dialer.actions.document_data import Charge, Order
from dialer.actions.dossier import write_dossier
from dialer.actions.dossier_book import save_dossier_book
from dialer.actions.queue_delivery import queue_delivery
from dialer.actions.returned_document import return_document
from dialer.actions.save_document import save_document, save_file
from dialer.actions.send_documents import Posted, send_documents
from dialer.actions.write_document import change_address, check_templates, write_document
from dialer.cli.base import LARGEST_ID, answer, case_id, collector, options, program
from dialer.core.casework import DocumentKind, Transport
from dialer.core.errors import BadInput
from dialer.core.money import to_minor
from dialer.scheduler import loop
from dialer.scheduler.post import keep_house
from dialer.storage import deliveries as stored_deliveries
from dialer.storage import documents as stored
from dialer.storage.deliveries import Delivery
from dialer.storage.documents import Document

DAY = click.DateTime(formats=["%Y-%m-%d"])
ID = click.IntRange(1, LARGEST_ID)
WAYS = {"fax": Transport.FAX_MAIL, "mail": Transport.MAIL, "print": Transport.PRINT}
WRITTEN = [kind.value for kind in DocumentKind if kind is not DocumentKind.DOSSIER]


@click.group()
def document() -> None:
    """Letters, faxes, agreements and notices of a case."""


@document.command()
@click.argument("case")
@click.argument("kind", type=click.Choice(WRITTEN))
@click.option("--contact", type=ID, help="To whom, by number; without it to whom the case stands at.")
@click.option("--attempt", type=ID, help="Of phone_agreement: the call that is confirmed; without it the last one.")
@click.option("--agreement", type=ID, help="Of instalment_agreement: which; without it the one that runs.")
@click.option("--pay-by", type=DAY, help="Of reminder_letter: until when to pay.")
@click.option("--return-by", type=DAY, help="Until when a signed paper should be back.")
@click.option("--invoice/--no-invoice", default=False, help="Of callback_fax: name the invoice (own line only).")
@click.option("--cost", type=(str, str, str), multiple=True, help="KIND GROUND AMOUNT of costs, once for each.")
@click.option("--ground", type=click.Choice(["contract", "tort"]), default="contract", help="Of rdg13a_notice.")
@click.option("--subject", default="", help="Of rdg13a_notice: what the claim is for.")
@click.option("--contract-date", type=DAY, help="Of rdg13a_notice: day of the contract or the tort.")
@click.option("--deferral", is_flag=True, help="Of rdg13a3_notice: a deferral, not instalments.")
@click.option("--interest-terms", default="", help="Of instalment_agreement: the interest that was agreed.")
@click.option("--represented-by", default="", help="Who signs for the debtor.")
@click.option("--street", help="Corrects the debtor's address.")
@click.option("--postal-code", help="Corrects the debtor's address.")
@click.option("--city", help="Corrects the debtor's address.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Save a copy, PDF.")
@click.option("--as", "user", required=True, help="Who writes it.")
@options
def write(  # noqa: PLR0917 - click calls it by keyword
    case: str,
    kind: str,
    contact: int | None,
    attempt: int | None,
    agreement: int | None,
    pay_by: datetime | None,
    return_by: datetime | None,
    invoice: bool,  # noqa: FBT001 - the same
    cost: tuple[tuple[str, str, str], ...],
    ground: str,
    subject: str,
    contract_date: datetime | None,
    deferral: bool,  # noqa: FBT001 - the same
    interest_terms: str,
    represented_by: str,
    street: str | None,
    postal_code: str | None,
    city: str | None,
    out: Path | None,
    user: str,
    config_file: Path,
    as_json: bool,  # noqa: FBT001 - the same
) -> None:
    """Write a document of CASE and keep it as a draft."""
    app = program(config_file)
    number, actor = case_id(app, case), collector(app, user)
    address = {"street": street, "postal_code": postal_code, "city": city}
    change_address(app, number, {key: value for key, value in address.items() if value}, actor=actor)
    order = Order(
        kind=DocumentKind(kind),
        contact_id=contact,
        attempt_id=attempt,
        agreement_id=agreement,
        pay_by=_day(pay_by),
        return_by=_day(return_by),
        name_invoice=invoice,
        costs=tuple(_charge(*words) for words in cost),
        ground="tort" if ground == "tort" else "contract",
        subject=subject,
        contract_on=_day(contract_date),
        agreement="deferral" if deferral else "instalments",
        interest_terms=interest_terms,
        represented_by=represented_by,
    )
    made = write_document(app, number, order, actor=actor)
    if out is not None:
        save_file(out, made.pdf)
    data = {"case": number, "document": made.document_id, "kind": kind, "sha256": made.sha256}
    answer(data, f"Document {made.document_id} written ({kind}), SHA-256 {made.sha256}", as_json=as_json)


@document.command()
@click.argument("number", metavar="ID", type=ID)
@click.option("--by", "way", type=click.Choice(list(WAYS)), required=True, help="Which way it goes.")
@click.option("--to", help="Fax number (E.164) or mail address of the case; without it the contact's own.")
@click.option("--contact", type=ID, help="To whom, by number; without it to whom the case stands at.")
@click.option("--as", "user", required=True, help="Who sends it.")
@options
def send(
    *, number: int, way: str, to: str | None, contact: int | None, user: str, config_file: Path, as_json: bool
) -> None:
    """Put document ID into the outbox; the scheduler or `dialer outbox` sends it as soon as the gate lets it pass."""
    app = program(config_file)
    delivery = queue_delivery(app, number, WAYS[way], to=to, contact_id=contact, actor=collector(app, user))
    answer({"document": number, "delivery": delivery}, f"Delivery {delivery} waits in the outbox.", as_json=as_json)


@document.command(name="list")
@click.argument("case")
@options
def list_documents(*, case: str, config_file: Path, as_json: bool) -> None:
    """List the documents of CASE with what became of them."""
    app = program(config_file)
    number = case_id(app, case)
    with app.db.read() as tx:
        found = [(d, stored_deliveries.of_document(tx, d.id)) for d in stored.of_case(tx, number)]
    data = {"case": number, "documents": [_as_dict(d, sent) for d, sent in found]}
    lines = [line for d, sent in found for line in _lines(d, sent)]
    answer(data, "\n".join(lines) or f"Case {number} has no documents.", as_json=as_json)


@document.command()
@click.argument("number", metavar="ID", type=ID)
@click.option("--file", type=click.Path(path_type=Path, dir_okay=False, exists=True), required=True, help="The scan.")
@click.option("--as", "user", required=True, help="Who files it.")
@options
def returned(*, number: int, file: Path, user: str, config_file: Path, as_json: bool) -> None:
    """Document ID came back signed: keep the scan with its hash, and file both."""
    app = program(config_file)
    digest = return_document(app, number, file.read_bytes(), actor=collector(app, user))
    answer({"document": number, "sha256": digest}, f"Filed, SHA-256 {digest}", as_json=as_json)


@document.command()
@click.argument("number", metavar="ID", type=ID)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="Where to, PDF.")
@options
def save(*, number: int, out: Path, config_file: Path, as_json: bool) -> None:
    """Save document ID as it was written."""
    app = program(config_file)
    save_document(app, number, out)
    answer({"document": number, "out": str(out)}, f"Saved as {out}", as_json=as_json)


@click.command()
@click.option("--once", is_flag=True, help="One round, then stop.")
@options
def outbox(*, once: bool, config_file: Path, as_json: bool) -> None:
    """Send what waits and may go, until SIGTERM; `dialer scheduler` does the same beside calling."""
    app = program(config_file)
    check_templates(app)
    if once:
        done = send_documents(app)
        answer(_posted(done), _posted_text(done), as_json=as_json)
        return
    stop = Event()
    loop.stop_on_signals(stop)
    keep_house(app, stop, may_go=ClockWatch(app).believed)


@click.command()
@click.argument("case")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="Where to, .pdf or .xlsx.")
@click.option("--as", "user", help="Who makes it; without it the program.")
@options
def dossier(*, case: str, out: Path, user: str | None, config_file: Path, as_json: bool) -> None:
    """Write the whole CASE as one PDF, which is kept with the case, or as a workbook to sort and count in."""
    suffix = out.suffix.lower()
    if suffix not in {".pdf", ".xlsx"}:
        raise click.UsageError("--out: the file is a PDF or an Excel file, its name ends in .pdf or .xlsx")
    app = program(config_file)
    number = case_id(app, case)
    actor = collector(app, user) if user else "dossier"
    if suffix == ".xlsx":
        digest = save_dossier_book(app, number, out, actor=actor)
        answer({"case": number, "sha256": digest, "out": str(out)}, f"{out}: SHA-256 {digest}", as_json=as_json)
        return
    made = write_dossier(app, number, actor=actor)
    save_file(out, made.pdf)
    data = {"case": number, "document": made.document_id, "sha256": made.sha256, "out": str(out)}
    answer(data, f"{out}: SHA-256 {made.sha256}", as_json=as_json)


def _day(value: datetime | None) -> date | None:
    return value.date() if value else None


def _charge(kind: str, ground: str, amount: str) -> Charge:
    try:
        minor = to_minor(Decimal(amount.replace(",", ".")), "EUR")
    except InvalidOperation:
        minor = None
    if not minor or minor < 0:
        raise BadInput(f'--cost: "{amount}" is no amount like 31.50')
    return Charge(kind=kind, ground=ground, minor=minor)


def _as_dict(found: Document, sent: tuple[Delivery, ...]) -> dict[str, object]:
    return {
        "id": found.id,
        "kind": found.kind.value,
        "state": found.state.value,
        "language": found.language,
        "sha256": found.sha256,
        "made_at": found.made_at.isoformat(),
        "due_back_on": found.due_back_on.isoformat() if found.due_back_on else None,
        "returned_sha256": found.returned_sha256,
        "deliveries": [
            {
                "id": d.id,
                "transport": d.transport.value,
                "state": d.state.value,
                "tries": d.tries,
                "next_try_at": d.next_try_at.isoformat() if d.next_try_at else None,
                "proof": d.proof,
                "error": d.error,
            }
            for d in sent
        ],
    }


def _lines(found: Document, sent: tuple[Delivery, ...]) -> list[str]:
    back = f", back by {found.due_back_on}" if found.due_back_on and not found.returned_at else ""
    lines = [f"{found.id}  {found.kind}  {found.state}{back}  {found.sha256[:12]}"]
    for d in sent:
        said = d.proof or d.error or (f"next try {d.next_try_at:%Y-%m-%d %H:%M} UTC" if d.next_try_at else "")
        lines.append(f"    delivery {d.id}  {d.transport}  {d.state}  {said}".rstrip())
    return lines


def _posted(done: Posted) -> dict[str, int]:
    return {
        "handed_over": done.handed_over,
        "held_back": done.held_back,
        "in_vain": done.in_vain,
        "unknown": done.unknown,
    }


def _posted_text(done: Posted) -> str:
    return ", ".join(f"{count} {what.replace('_', ' ')}" for what, count in _posted(done).items())


COMMANDS = (document, outbox, dossier)
