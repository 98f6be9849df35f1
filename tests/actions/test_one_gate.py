"""One gate: what reaches a debtor has the gate's word stored with it, and that word can be had again from the log."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

import dialer
import webhooks
from dialer.actions.ask_gate import ask
from dialer.storage.tables import attempts
from tests.actions.office_kit import ABSENT_AXEL, ERIKA, KARL, MILLS, Office

PACKAGES = [Path(package.__file__ or "").parent for package in (dialer, webhooks)]

REACHES_SOMEBODY = {
    ("dialer/actions/desk.py", "open_desk", "place"): "the collector's own telephone",
    ("dialer/actions/drop_voicemail.py", "_redirect", "redirect"): "a debtor's call that the gate let through",
    ("dialer/actions/transport.py", "send", "place"): "an attempt that the last gate has passed",
}
"""Every place where the carrier is told to ring or to speak, and to whom."""


def of_carrier(node: ast.Attribute) -> bool:
    """False for an attribute of that name of something that is plainly no carrier, such as a problem's place."""
    return not (isinstance(node.value, ast.Name) and node.value.id == "problem")


def calls_of_the_carrier() -> Iterator[tuple[str, str, str]]:
    """File, function and method of each `….place(…)` and `….redirect(…)` outside telephony and the simulator."""
    for package in PACKAGES:
        for path in package.rglob("*.py"):
            name = path.relative_to(package.parent).as_posix()
            if name.startswith(("dialer/telephony/", "dialer/simulator/")):
                continue
            for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if not isinstance(function, ast.FunctionDef):
                    continue
                for node in ast.walk(function):
                    if isinstance(node, ast.Attribute) and node.attr in {"place", "redirect"} and of_carrier(node):
                        yield name, function.name, node.attr


def test_the_carrier_is_told_to_ring_or_speak_in_three_places_only() -> None:
    assert set(calls_of_the_carrier()) == set(REACHES_SOMEBODY)


def test_nobody_gets_round_the_carrier_by_another_name() -> None:
    """Outside telephony the carrier is never passed on, kept under another name or asked by a name made at run time."""
    for package in PACKAGES:
        for path in package.rglob("*.py"):
            name = path.relative_to(package.parent).as_posix()
            if name.startswith(("dialer/telephony/", "dialer/simulator/")) or name == "dialer/app.py":
                continue
            tree = ast.parse(path.read_text(encoding="utf-8"))
            asked = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
            loose = [
                n for n in ast.walk(tree) if isinstance(n, ast.Attribute) and n.attr == "carrier" and id(n) not in asked
            ]
            assert not loose, name


def replayed(office: Office, case: int) -> list[tuple[str, dict[str, object], dict[str, object]]]:
    """Each stored verdict of a case beside the one that its stored facts give today."""
    found = []
    for entry in office.log(case):
        if "facts" in entry.personal:
            verdict = entry.facts["verdict"]
            found.append((entry.kind, verdict, ask(entry.personal["facts"], entry.at, office.app.law, "en")))
    return found


def test_stored_facts_give_the_stored_verdict_again(either_office: Office) -> None:
    office = either_office
    office.collector("anna")
    cases = [office.case(KARL, name="Karl Beispiel"), office.case(ABSENT_AXEL, name="Axel"), office.business(MILLS)]
    for _ in cases:
        office.dial()
        for _second in range(90):
            office.run(1)
    kinds = set()
    for case in cases:
        for kind, stored, again in replayed(office, case):
            kinds.add(kind)
            assert stored == again
            assert stored["verdict"] == "allow"
            assert stored["packs"] == ["common 2026.11", "de 2026.11"]
    assert kinds == {"attempt.intent", "voicemail.drop"}


def test_each_call_that_rang_was_judged_when_it_was_planned_and_when_it_was_dialled(either_office: Office) -> None:
    office = either_office
    office.collector("anna")
    case = office.case(ERIKA, name="Erika Beispiel")
    office.dial()
    office.run(60)
    kinds = office.kinds(case)
    assert kinds.index("attempt.intent") < kinds.index("attempt.passed") < kinds.index("attempt.placed")
    assert office.entry(case, "attempt.passed").facts["verdict"]["verdict"] == "allow"


@pytest.mark.parametrize("verdict", [{"verdict": "deny"}, {}, [], "allow", None])
def test_the_database_takes_no_attempt_without_the_gates_consent(either_office: Office, verdict: object) -> None:
    office = either_office
    case = office.case(ERIKA, name="Erika Beispiel")
    office.collector("anna")
    office.dial()
    with office.app.db.read() as tx:
        row = dict(tx.execute(sa.select(attempts).where(attempts.c.case_id == case)).mappings().one())
    ended = row | {"id": None, "token": "0" * 32, "call_sid": None, "state": "ended", "outcome": "cancelled"}
    with pytest.raises(sa.exc.DBAPIError), office.app.db.write() as tx:
        tx.execute(attempts.insert().values(**{k: v for k, v in ended.items() if k != "id"} | {"verdict": verdict}))
