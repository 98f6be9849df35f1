"""A migrated database on each engine, cases to put into it, and threads that act at the same moment."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from threading import Barrier
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import make_url

from dialer.core.outcome import Channel, Mode
from dialer.storage.attempts import Intent
from dialer.storage.database import Database
from dialer.storage.tables import cases, claims, contacts, debtors, phones

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Filed:
    """Ids of a case and of what belongs to it."""

    case_id: int
    debtor_id: int
    contact_id: int
    phone_id: int
    claim_id: int
    number: str


def _administer(url: str, statement: str) -> None:
    server = make_url(url)
    address = {"user": server.username, "dbname": server.database, "host": str(server.query["host"])}
    with psycopg.connect(**address, autocommit=True) as connection:
        connection.execute(statement)


@pytest.fixture(scope="session")
def postgres_template(postgres_url: str) -> str:
    """A migrated database, so that each test copies it instead of migrating anew."""
    server, name = make_url(postgres_url), "storage_template"
    _administer(postgres_url, f"CREATE DATABASE {name}")
    database = Database(server.set(database=name).render_as_string(hide_password=False))
    database.upgrade()
    database.close()
    return name


@pytest.fixture
def postgresql_database_url(postgres_url: str, postgres_template: str) -> str:
    """A copy of the template. It is not dropped: the whole server goes at the end."""
    server, name = make_url(postgres_url), f"storage_{uuid4().hex}"
    _administer(postgres_url, f"CREATE DATABASE {name} TEMPLATE {postgres_template}")
    return server.set(database=name).render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file, for the same reason."""
    path = tmp_path_factory.mktemp("template") / "dialer.sqlite3"
    database = Database(f"sqlite:///{path}")
    database.upgrade()
    database.close()
    return path


@pytest.fixture
def migrated_url(request: pytest.FixtureRequest, database_url: str) -> str:
    """A fresh database with every table."""
    if database_url.startswith("sqlite"):
        shutil.copyfile(request.getfixturevalue("sqlite_template"), make_url(database_url).database or "")
    return database_url


@pytest.fixture
def db(migrated_url: str) -> Iterator[Database]:
    """A migrated database; the test runs on both engines."""
    database = Database(migrated_url)
    yield database
    database.close()


@pytest.fixture
def file_case_in() -> Callable[..., Filed]:
    """Make a debtor with one contact, one number, one claim and a case; keywords are columns of the case."""
    numbers = count(1)

    def make(db: Database, number: str | None = None, creditor: str = "muster", **columns: Any) -> Filed:
        nth = next(numbers)
        e164 = number or f"+4930231250{nth:02d}"
        with db.write() as tx:

            def insert(table: Any, **values: Any) -> int:
                return int(tx.execute(table.insert().values(values)).inserted_primary_key[0])

            debtor = insert(
                debtors,
                creditor=creditor,
                reference=f"K{nth}",
                name=f"Debtor {nth}",
                type="business",
                segment="business",
                country="DE",
                language="de",
            )
            contact = insert(contacts, debtor_id=debtor, name="Frau Weber", role="accounts_payable")
            phone = insert(
                phones, contact_id=contact, e164=e164, role="business_direct", line_type="fixed", state="usable"
            )
            fresh = {"status": "open", "next_reason": "new", "entry_head": "", "created_at": NOW}
            case = insert(cases, debtor_id=debtor, **fresh | columns)
            claim = insert(
                claims,
                case_id=case,
                creditor=creditor,
                reference=f"F{nth}",
                invoice_number=f"RE-{nth}",
                invoice_date=date(2026, 10, 1),
                due_date=date(2026, 10, 15),
                amount_minor=12_000,
                paid_minor=0,
                currency="EUR",
            )
        return Filed(case, debtor, contact, phone, claim, e164)

    return make


@pytest.fixture
def file_case(db: Database, file_case_in: Callable[..., Filed]) -> Callable[..., Filed]:
    """The same in the migrated database."""
    return partial(file_case_in, db)


@pytest.fixture
def intend() -> Callable[..., Intent]:
    """An intent to call the contact of a case; keywords replace fields."""
    tokens = count(1)

    def make(filed: Filed, **fields: Any) -> Intent:
        usual = {
            "case_id": filed.case_id,
            "debtor_id": filed.debtor_id,
            "contact_id": filed.contact_id,
            "phone_id": filed.phone_id,
            "claim_ids": (filed.claim_id,),
            "channel": Channel.CALL,
            "mode": Mode.PROGRESSIVE,
            "step": "collection_call",
            "token": f"token-{next(tokens)}",
            "to": filed.number,
            "from_": "+493023125999",
            "intent_at": NOW,
            "not_after": NOW + timedelta(hours=1),
            "verdict": {"verdict": "allow"},
        }
        return Intent(**usual | fields)

    return make


@pytest.fixture
def at_once() -> Callable[..., list[Any]]:
    """Run `act(0)` … `act(n - 1)` in threads that start together; gives back results, and exceptions as values."""

    def run(threads: int, act: Callable[[int], Any]) -> list[Any]:
        gate = Barrier(threads)

        def one(number: int) -> Any:
            gate.wait(timeout=20)
            try:
                return act(number)
            except Exception as error:  # noqa: BLE001 - who loses a race gets an error, which is a result here
                return error

        with ThreadPoolExecutor(threads) as pool:
            return list(pool.map(one, range(threads)))

    return run
