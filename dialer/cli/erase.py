"""The command that takes a debtor out of the book."""

from __future__ import annotations

from pathlib import Path

import click

from dialer.actions.erase_debtor import Due, due_for_erasure, erase_debtor
from dialer.app import App
from dialer.cli.base import answer, case_id, language, options, program
from dialer.core.retention import ErasureReason
from dialer.core.texts import Language


@click.command()
@click.argument("debtor", required=False)
@click.option("--due", is_flag=True, help="List who may be erased: closed, and no period keeps the case any longer.")
@click.option("--reason", type=click.Choice([reason.value for reason in ErasureReason]), help="Why; stays in the log.")
@click.option("--as", "user", help="Who decides it: a user with the role supervisor or compliance.")
@options
def erase(
    *, debtor: str | None, due: bool, reason: str | None, user: str | None, config_file: Path, as_json: bool
) -> None:
    """Erase what tells who DEBTOR (his reference, a claim's, or the case's id) is: names, numbers, letters, notes.

    The log of his case still verifies; an import that would bring him back is rejected. Refused while the case is
    open, a call is running, or a legal period keeps it. It cannot be undone. Backups have to be replaced as well.
    """
    if due == bool(debtor) or (debtor and not (reason and user)):
        raise click.UsageError("give either --due, or DEBTOR with --reason and --as")
    app = program(config_file)
    if debtor and reason and user:
        _erase(app, debtor, ErasureReason(reason), user, as_json=as_json)
        return
    found = due_for_erasure(app)
    words = language(app.config)
    nothing = {"de": "Niemand kann gelöscht werden.", "en": "Nobody can be erased."}[words]
    text = "\n".join(_due_line(one, words) for one in found)
    answer([_due_dict(one) for one in found], text or nothing, as_json=as_json)


def _erase(app: App, debtor: str, reason: ErasureReason, user: str, *, as_json: bool) -> None:
    number = case_id(app, debtor)
    changed = erase_debtor(app, number, reason, actor=user)
    total = sum(changed.values())
    text = {
        "de": f"Akte {number}: Schuldner gelöscht, {total} Zeilen",
        "en": f"Case {number}: debtor erased, {total} rows",
    }
    answer({"case": number, "reason": reason.value, "rows": changed}, text[language(app.config)], as_json=as_json)


def _due_dict(due: Due) -> dict[str, object]:
    kept = {"rule": due.period.rule, "since": due.period.until.isoformat()} if due.period else {}
    return {"case": due.case_id, "debtor": due.reference, **kept}


def _due_line(due: Due, words: Language) -> str:
    if due.period is None:
        why = {"de": "falsche Person", "en": "wrong party"}[words]
    else:
        since = {"de": "seit", "en": "since"}[words]
        why = f"{since} {due.period.until} ({due.period.rule})"
    return f"{due.case_id}  {due.reference}  {why}"


COMMANDS = (erase,)
