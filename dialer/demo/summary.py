"""What came of the demonstration, in three independent counts that must agree."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from dialer.actions.report_attempts import report_attempts
from dialer.core.outcome import Disposition, Outcome
from dialer.demo.audit import Audit
from dialer.demo.stage import BERLIN, START, Stage
from dialer.storage import numbers

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
        "denials_by_rule": denials,
        "still_live": live,
        "cases_without_plan": unplanned,
        "outside_window": list(audited.outside),
        "doubles": list(audited.doubles),
        "spreadsheet": str(sheet),
        "database": str(stage.folder / "dialer.db"),
    }
    agree = data["calls"] == data["calls_by_network"] == data["calls_by_spreadsheet"]
    good = agree and not (audited.outside or audited.doubles or live or unplanned)
    return DemoResult(good=good, data=data, text=_text(data, agree=agree))


def _count_in(sheet: Path) -> int:
    """Distinct attempts on the sheets of attempts that were sent, read back from the file."""
    book = load_workbook(sheet, read_only=True)
    seen: set[object] = set()
    for name in book.sheetnames[1:-1]:
        rows = book[name].iter_rows(values_only=True)
        header = next(rows)
        outcome = header.index("Ergebnis")
        seen |= {row[0] for row in rows if row[outcome] != "abgebrochen"}
    book.close()
    return len(seen)


def _text(data: dict[str, Any], *, agree: bool) -> str:
    rules = ", ".join(f"{rule} {count}" for rule, count in data["denials_by_rule"].items()) or "none"
    outcomes = ", ".join(f"{name} {count}" for name, count in sorted(data["outcomes"].items()))
    verdict = "agree" if agree else "DO NOT AGREE"
    lines = [
        f"Claims imported      {data['imported_claims']} ({data['rejected_rows']} rows rejected)",
        f"Calls                {data['calls']}",
        f"  the network got    {data['calls_by_network']}",
        f"  spreadsheet shows  {data['calls_by_spreadsheet']}: the counts {verdict}",
        f"Reached              {data['reached']}",
        f"Voicemails left      {data['voicemails']}",
        f"Escalations          {data['escalations']}",
        f"Promises             {data['promises']}",
        f"Outcomes             {outcomes}",
        f"Denials by rule      {rules}",
        f"Outside a window     {len(data['outside_window'])}",
        f"Doubles              {len(data['doubles'])}",
        f"Spreadsheet          {data['spreadsheet']}",
        f"Database             {data['database']}",
    ]
    return "\n".join(lines)
