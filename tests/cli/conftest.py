"""An office on the command line: a folder with configuration, database and two debtors."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import structlog
from click.testing import CliRunner

from dialer.cli import main
from dialer.clock import SystemClock
from dialer.core.case import Hold, HoldReason
from dialer.storage import book
from dialer.storage.database import Database

EXAMPLE = Path(__file__).parents[2] / "dialer" / "config.example.toml"
ACCOUNT = "AC" + "0" * 32
TOKEN = "hush-hush-token"
HEADINGS = (
    "debtor_reference;debtor_name;debtor_type;claim_reference;invoice_date;due_date;amount;currency;"
    "contact_name;contact_role;phone"
)
ANNA = "K1;Anna Schmidt;Privatperson;F1;01.10.2026;15.10.2026;100,00;EUR;;;030 23125001"
BERGMANN = "K2;Bergmann GmbH;Firma;F2;02.10.2026;16.10.2026;250,50;EUR;Dora Eichner;Buchhaltung;030 23125002"
YOUNG = "K3;Ben Neu;Privatperson;F3;20.11.2026;30.11.2026;20,00;EUR;;;030 23125003"


@dataclass(frozen=True)
class Answer:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(frozen=True)
class Office:
    """A folder to run commands in."""

    folder: Path
    config: Path
    db: Database

    def edit(self, *changes: tuple[str, str]) -> None:
        text = self.config.read_text(encoding="utf-8")
        for old, new in changes:
            assert old in text, old
            text = text.replace(old, new, 1)
        self.config.write_text(text, encoding="utf-8")

    def run(self, *words: str, at: str | None = None) -> Answer:
        """`dialer WORDS`; with `at`, the machine's clock shows that instant."""
        environment = {"DIALER_CONFIG": str(self.config)}
        if at:
            environment["DIALER_CLOCK"] = f"{at}@{SystemClock().now().isoformat()}*1"
        return run(*words, **environment)

    def claims(self, *rows: str, name: str = "claims.csv") -> Path:
        path = self.folder / name
        path.write_text("\n".join((HEADINGS, *rows)) + "\n", encoding="utf-8")
        return path

    def counts(self) -> dict[str, int]:
        with self.db.read() as tx:
            return {
                table: tx.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one()  # noqa: S608 - names below
                for table in ("debtors", "contacts", "phones", "cases", "claims", "entries", "attempts")
            }

    def hold(self, case_id: int, reason: HoldReason) -> None:
        with self.db.write() as tx:
            book.set_hold(tx, case_id, Hold(reason=reason, until=None), at=SystemClock().now())


def run(*words: str, **environment: str) -> Answer:
    """Run a command in this process; an exception that is not the command's own word fails the test."""
    result = CliRunner(env=environment).invoke(main, words)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert "Traceback" not in result.output
    assert TOKEN not in result.output
    return Answer(result.exit_code, result.stdout, result.stderr)


@pytest.fixture(autouse=True)
def logs_of_commands_end_with_them() -> Iterator[None]:
    """A command sends its log to its own standard error, which is gone afterwards."""
    yield
    structlog.reset_defaults()


@pytest.fixture(name="run")
def run_fixture() -> Callable[..., Answer]:
    """Run `dialer` with these words and this environment."""
    return run


@pytest.fixture
def empty_office(tmp_path: Path) -> Iterator[Office]:
    """The example with a token, pointing to this machine; the database has not been upgraded."""
    config = tmp_path / "config.toml"
    address = f"sqlite:///{tmp_path}/dialer.db"
    text = EXAMPLE.read_text(encoding="utf-8")
    for old, new in (
        ('# url = "sqlite:///dialer.db"', f'url = "{address}"'),
        ('auth_token_file = "twilio_auth_token"', f'auth_token = "{TOKEN}"'),
        ('# api_base_url = "http://127.0.0.1:5050"', 'api_base_url = "http://127.0.0.1:9"'),
    ):
        assert old in text
        text = text.replace(old, new)
    config.write_text(text, encoding="utf-8")
    database = Database(address)
    yield Office(tmp_path, config, database)
    database.close()


@pytest.fixture
def office(empty_office: Office) -> Office:
    """The same with a database."""
    empty_office.db.upgrade()
    return empty_office


@pytest.fixture
def book_office(office: Office) -> Office:
    """The same with three cases: 1 Anna, 2 Bergmann GmbH, 3 Ben, whose invoice is young; and the collector anna."""
    assert office.run("import", "claims", str(office.claims(ANNA, BERGMANN, YOUNG))).code == 0
    assert office.run("user", "add", "anna", "--phone", "+493023125991").code == 0
    return office
