"""What the scheduler process looks at once a day, beside the calls."""

from __future__ import annotations

from datetime import date, timedelta
from threading import Event, Timer

from office_kit import SHOP, Office

from dialer.scheduler.loop import run
from dialer.scheduler.post import Housekeeping
from dialer.storage import tasks
from dialer.storage.tables import agreements
from dialer.storage.tables import tasks as task_table

KORN = "+493023125102"
TODAY = date(2026, 11, 24)


def made(office: Office, case: int) -> list[tuple[str, date]]:
    with office.app.db.read() as tx:
        return [(t.kind, t.due_on) for t in tasks.of_case(tx, case)]


def test_a_limitation_that_comes_near_becomes_one_task(either_office: Office) -> None:
    office = either_office
    old = office.business(KORN, name="Herr Korn", invoiced=date(2023, 3, 1))
    run(office.app, stop=Event(), until_idle=True)
    assert made(office, old) == [("limitation", TODAY)]
    run(office.app, stop=Event(), until_idle=True)
    assert made(office, old) == [("limitation", TODAY)]
    assert office.kinds(old).count("task.made") == 1


def test_the_watch_is_kept_once_a_day(office: Office) -> None:
    first = office.clock.now()
    back = Housekeeping(office.app)
    back.round(Event())
    old = office.business(KORN, name="Herr Korn", invoiced=date(2023, 3, 1))
    office.run_to(first + timedelta(hours=23))
    back.round(Event())
    assert made(office, old) == []
    office.run_to(first + timedelta(days=1))
    back.round(Event())
    assert made(office, old) == [("limitation", date(2026, 11, 25))]


def test_a_watch_that_fails_does_not_end_the_process(office: Office) -> None:
    with office.app.db.write() as tx:
        task_table.drop(tx)
    old = office.business(KORN, name="Herr Korn", invoiced=date(2023, 3, 1))
    run(office.app, stop=Event(), until_idle=True)
    assert "task.made" not in office.kinds(old)
    assert office.row(old).next_reason != "new"


def test_agreements_that_cannot_be_followed_stop_no_calls(office: Office) -> None:
    with office.app.db.write() as tx:
        agreements.drop(tx)
    shop = office.case(SHOP, name="Frau Laden", type="business", segment="business", industry="retail", role="owner")
    stop = Event()
    at_last = Timer(10, stop.set)
    at_last.start()
    run(office.app, stop=stop, until_idle=True)
    at_last.cancel()
    assert len(office.calls_to(SHOP)) == 1
    assert office.attempt(shop).call.live
