"""The program behind a real pgbouncer in transaction mode: connections change hands after each transaction."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
import sqlalchemy as sa

from dialer.storage.database import Database
from tests.actions.office_kit import ERIKA, SHOP, open_office
from tests.chaos.pooler import CONNECTIONS, PROGRAM, Pooler
from tests.chaos.postgres_pair import Pair

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="pgbouncer is not on this machine (apt-get install pgbouncer)")

SHOPS = {"type": "business", "segment": "business", "industry": "retail", "role": "owner"}


@pytest.fixture
def pooler(pair: Pair) -> Iterator[Pooler]:
    folder = Path(tempfile.mkdtemp(prefix="dialer-pooler-"))
    pooler = Pooler(folder, pair.ports[pair.primary])
    yield pooler
    pooler.stop()
    shutil.rmtree(folder)


def test_calls_are_made_and_reported_through_a_pooler(pooler: Pooler, tmp_path: Path) -> None:
    db = Database(pooler.url())
    db.upgrade()
    assert db.unready() is None
    db.close()
    with open_office(tmp_path, pooler.url()) as office:
        erika, shop = office.case(ERIKA), office.case(SHOP, name="Frau Laden", **SHOPS)
        office.collector("anna")
        office.live(300)
        assert [office.attempt(case).call.outcome.value for case in (erika, shop)] == ["connected", "announced"]
        assert office.alarms() == []


def test_more_threads_than_connections_take_turns(pooler: Pooler) -> None:
    db = Database(pooler.url())
    db.upgrade()

    def count(n: int) -> int:
        with db.write() as tx:
            tx.execute(sa.text("INSERT INTO alarms (at, kind, text) VALUES (now(), 'turn', :n)"), {"n": str(n)})
            return int(tx.execute(sa.text("SELECT count(*) FROM pg_prepared_statements")).scalar_one())

    with ThreadPoolExecutor(4 * CONNECTIONS) as threads:
        assert set(threads.map(count, range(200))) == {0}
    with db.read() as tx:
        assert tx.execute(sa.text("SELECT count(*) FROM alarms")).scalar_one() == 200
        assert tx.exec_driver_sql("SHOW statement_timeout").scalar_one() == "30s"
    db.close()


def test_without_the_word_in_the_address_the_pooler_refuses(pooler: Pooler) -> None:
    db = Database(pooler.url(pooler=""))
    with pytest.raises(sa.exc.OperationalError, match="unsupported startup parameter"), db.read():
        pass
    db.close()


def test_a_fail_over_behind_a_pooler_is_noticed(pooler: Pooler, pair: Pair) -> None:
    db = Database(pooler.url())
    db.notice_replacement()
    db.notice_replacement()
    assert db.losses == 0
    pair.fail_over()
    pooler.aim(pair.ports[pair.primary])
    for _ in range(2 * CONNECTIONS):
        with suppress(sa.exc.OperationalError):
            db.notice_replacement()
    assert db.losses > 0
    seen = db.losses
    db.notice_replacement()
    assert db.losses == seen
    db.close()
