"""What came of the demonstration, in three independent counts that must agree."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from dialer.actions.report_attempts import report_attempts
from dialer.core.casework import DocumentKind
from dialer.core.outcome import Channel, Disposition, Outcome
from dialer.demo.audit import Audit
from dialer.demo.stage import BERLIN, START, Stage
from dialer.storage import documents, figures, numbers

PAPER = ("Fax", "Brief")
PROMISES = (Disposition.PROMISE_TO_PAY, Disposition.INSTALMENTS_AGREED)


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoResult:
    """`good` when nothing was called outside its window or twice, and all counts agree."""

    good: bool
    data: dict[str, Any]
    text: str


def summarise(stage: Stage, audited: Audit, *, days: int) -> DemoResult:
    """Write the report, count everything, compare."""
    sheet = stage.folder / "attempts.xlsx"
    report_attempts(
        stage.app.db,
        out=sheet,
        first=START.date(),
        last=START.date() + timedelta(days=days - 1),
        zone=BERLIN,
        language="de",
        operator=stage.app.config.operator.name,
        law=stage.app.law,
        now=stage.network.now,
    )
    with stage.app.db.read() as tx:
        outcomes = numbers.outcomes(tx)
        dispositions = numbers.dispositions(tx)
        climbed = numbers.entries_of_kind(tx, "ladder.climbed")
        denials = numbers.denials_by_rule(tx)
        live = numbers.live_attempts(tx)
        unplanned = numbers.cases_without_plan(tx)
        agreed = figures.agreements_by_state(tx)
        posted = figures.sent_by_channel(tx)
        warned = numbers.entries_of_kind(tx, "ladder.approved")
        reviews = numbers.entries_of_kind(tx, "case.legal_review")
        booked = numbers.entries_of_kind(tx, "payment.booked")
    sent = sum(outcomes.values()) - outcomes.get(Outcome.CANCELLED, 0)
    data: dict[str, Any] = {
        "imported_claims": stage.imported.new_claims,
        "rejected_rows": stage.imported.rejected,
        "calls": sent,
        "calls_by_network": audited.calls,
        "calls_by_spreadsheet": _count_in(sheet),
        "outcomes": outcomes,
        "dispositions": dispositions,
        "reached": outcomes.get(Outcome.CONNECTED, 0),
        "voicemails": outcomes.get(Outcome.VOICEMAIL_LEFT, 0),
        "escalations": climbed,
        "promises": sum(dispositions.get(p, 0) for p in PROMISES),
        "agreements": agreed,
        "payments": booked,
        "faxes": posted.get(Channel.FAX, 0),
        "faxes_at_gateway": audited.faxes,
        "letters": posted.get(Channel.LETTER, 0),
        "approved_messages": warned,
        "legal_reviews": reviews,
        "papers": _papers(stage),
        "denials_by_rule": denials,
        "still_live": live,
        "cases_without_plan": unplanned,
        "outside_window": list(audited.outside),
        "doubles": list(audited.doubles),
        "spreadsheet": str(sheet),
        "database": str(stage.folder / "dialer.db"),
    }
    agree = data["calls"] == data["calls_by_network"] == data["calls_by_spreadsheet"]
    agree = agree and data["faxes"] == data["faxes_at_gateway"]
    good = agree and not (audited.outside or audited.doubles or live or unplanned)
    return DemoResult(good=good, data=data, text=_text(data, agree=agree))


def _papers(stage: Stage) -> dict[str, list[str]]:
    """Where the PDFs lie: what was faxed, what is to be posted, and the files for legal review."""
    with stage.app.db.read() as tx:
        files = [
            (case_id, documents.pdf_of(tx, document_id))
            for case_id, document_id in figures.papers_of_kind(tx, DocumentKind.DOSSIER)
        ]
    folder = stage.folder / "dossiers"
    folder.mkdir(exist_ok=True)
    for case_id, pdf in files:
        (folder / f"case-{case_id}.pdf").write_bytes(pdf)
    return {
        name: [str(path) for path in sorted((stage.folder / name).glob("*.pdf"))]
        for name in ("faxes", "letters", "dossiers")
    }


def _count_in(sheet: Path) -> int:
    """Distinct calls on the sheets of attempts that were sent, read back from the file; faxes and letters are none."""
    book = load_workbook(sheet, read_only=True)
    seen: set[object] = set()
    for name in book.sheetnames[1:-1]:
        rows = book[name].iter_rows(values_only=True)
        header = next(rows)
        outcome, channel = header.index("Ergebnis"), header.index("Kanal")
        seen |= {row[0] for row in rows if row[outcome] != "abgebrochen" and row[channel] not in PAPER}
    book.close()
    return len(seen)


def _first(data: dict[str, Any], name: str) -> str:
    found = data["papers"][name]
    return f": {found[0]}{' ...' if len(found) > 1 else ''}" if found else ""


def _text(data: dict[str, Any], *, agree: bool) -> str:
    rules = ", ".join(f"{rule} {count}" for rule, count in data["denials_by_rule"].items()) or "none"
    outcomes = ", ".join(f"{name} {count}" for name, count in sorted(data["outcomes"].items()))
    verdict = "agree" if agree else "DO NOT AGREE"
    agreed = ", ".join(f"{name} {count}" for name, count in data["agreements"].items()) or "none"
    lines = [
        f"Claims imported      {data['imported_claims']} ({data['rejected_rows']} rows rejected)",
        f"Calls                {data['calls']}",
        f"  the network got    {data['calls_by_network']}",
        f"  spreadsheet shows  {data['calls_by_spreadsheet']}: the counts {verdict}",
        f"Reached              {data['reached']}",
        f"Voicemails left      {data['voicemails']}",
        f"Escalations          {data['escalations']}",
        f"Promises             {data['promises']}",
        f"  what became of it  {agreed}",
        f"Payments booked      {data['payments']}",
        f"Faxes                {data['faxes']} (the gateway got {data['faxes_at_gateway']}){_first(data, 'faxes')}",
        f"Letters              {data['letters']}{_first(data, 'letters')}",
        f"Messages approved    {data['approved_messages']}",
        f"In legal review      {data['legal_reviews']}{_first(data, 'dossiers')}",
        f"Outcomes             {outcomes}",
        f"Denials by rule      {rules}",
        f"Outside a window     {len(data['outside_window'])}",
        f"Doubles              {len(data['doubles'])}",
        f"Spreadsheet          {data['spreadsheet']}",
        f"Database             {data['database']}",
    ]
    return "\n".join(lines)
