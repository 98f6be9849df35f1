"""A claims file comes in while the book is being called: neither waits for the other in a circle."""

from __future__ import annotations

import csv
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import sqlalchemy as sa
from office_kit import ABSENT_AXEL, Office
from post_kit import until_somebody_waits

from dialer.actions.import_claims import ImportResult, import_claims
from dialer.actions.take_back import follow_each
from dialer.claims_file.reading import open_rows
from dialer.claims_file.rows import ImportDefaults
from dialer.core.case import PhoneState
from dialer.core.desk import DeskState
from dialer.scheduler.tick import tick
from dialer.storage.book import find_case, load_case, set_number_state, set_phone_state
from dialer.storage.database import Transaction
from dialer.storage.documents import set_address

SHOPS = 24
DEFAULTS = ImportDefaults(creditors=frozenset({"muster"}), segments=frozenset({"private", "business"}))


def claims_file(path: Path, *, paid: int, order: int) -> Path:
    """Every shop owes one invoice, of which so much is paid; forwards or backwards, as files come."""
    rows = [
        {
            "creditor": "muster",
            "debtor_reference": f"L-{n:02d}",
            "debtor_name": f"Laden {n}",
            "debtor_type": "Firma",
            "segment": "business",
            "industry": "retail",
            "subdivision": "BE",
            "claim_reference": f"F-{n:02d}",
            "invoice_date": "01.09.2026",
            "due_date": "15.09.2026",
            "amount": "120,00",
            "paid": f"{paid},00",
            "currency": "EUR",
            "contact_name": f"Inhaber {n}",
            "contact_role": "Inhaber",
            "phone": f"+4930231252{n:02d}",
        }
        for n in range(1, SHOPS + 1)
    ][::order]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]), delimiter=";")
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_a_call_to_who_has_paid_is_taken_back_before_the_scheduler_has_come_to_it(
    either_office: Office, tmp_path: Path
) -> None:
    """The file has changed the whole book, and a telephone rings for no longer than half a minute."""
    office = either_office
    office.collector("anna")
    office.case(ABSENT_AXEL)
    office.dial()
    office.run(2)
    path = tmp_path / "paid.csv"
    path.write_text(
        "creditor;debtor_reference;debtor_name;debtor_type;subdivision;claim_reference;invoice_number;invoice_date;"
        "due_date;amount;paid;currency\n"
        "muster;D-5004-Erika Beispiel;Erika Beispiel;Privatperson;BE;F-D-5004-Erika Beispiel;R-5004;01.09.2026;"
        "15.09.2026;120,00;120,00;EUR\n",
        encoding="utf-8",
    )
    stop, now = partial(follow_each, office.app), office.clock.now()
    with open_rows(path) as source:
        import_claims(office.app.db, source, defaults=DEFAULTS, now=now, actor="import", changed=stop)
    assert office.call_to(ABSENT_AXEL).status == "canceled"
    assert office.desk().state is DeskState.READY


def test_a_file_that_changes_the_whole_book_asks_once_whose_telephone_rings(office: Office) -> None:
    asked: list[str] = []
    sa.event.listen(office.app.db.engine, "before_cursor_execute", lambda *said: asked.append(said[2]))
    follow_each(office.app, range(1, 101))
    assert sum("FROM attempts" in statement for statement in asked) == 1


def fax_file(path: Path) -> Path:
    """The first shop has paid something, and its number turns out to be its fax."""
    fields = {"phone": "", "fax": "+493023125201"}
    with claims_file(path, paid=5, order=1).open(encoding="utf-8", newline="") as file:
        first = next(csv.DictReader(file, delimiter=";")) | fields
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(first), delimiter=";")
        writer.writeheader()
        writer.writerow(first)
    return path


def load_file(office: Office, path: Path) -> ImportResult:
    with open_rows(path) as source:
        return import_claims(office.app.db, source, defaults=DEFAULTS, now=office.clock.now(), actor="import")


def test_importing_and_dialling_at_the_same_time(postgres_office: Office, tmp_path: Path) -> None:
    office = postgres_office
    files = [claims_file(tmp_path / f"{n}.csv", paid=n, order=-1 if n % 2 else 1) for n in range(9)]
    assert load_file(office, files[0]).new_cases == SHOPS
    failures: list[BaseException] = []
    begin = threading.Barrier(3)

    def guarded(work: object) -> None:
        try:
            begin.wait(10)
            work()  # type: ignore[operator]
        except BaseException as error:  # noqa: BLE001 - what went wrong is the answer
            failures.append(error)

    def import_all() -> None:
        for path in files[1:]:
            load_file(office, path)

    def dial() -> None:
        for _ in range(12):
            tick(office.app, worker=threading.current_thread().name)

    threads = [threading.Thread(target=guarded, args=(work,), daemon=True) for work in (import_all, dial, dial)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)
    assert failures == []
    # a deadlock inside a round is caught there and would stand in the alarms
    assert office.alarms() == []
    office.live(120)
    with office.app.db.read() as tx:
        paid = tx.execute(sa.text("select count(*), min(paid_minor), max(paid_minor) from claims")).one()
        called = tx.execute(sa.text("select count(distinct case_id) from attempts")).scalar_one()
    assert tuple(paid) == (24, 800, 800)
    assert called == 24
    assert sorted(call.to for call in office.network.calls) == [f"+4930231252{n:02d}" for n in range(1, SHOPS + 1)]


def comes_while_it_is_held(
    office: Office,
    file: Path,
    hold: Callable[[Transaction], object],
    then: Callable[[Transaction], object] = lambda _tx: None,
) -> None:
    """Somebody's transaction holds what the file needs: the file waits until he has gone on and is done."""
    with ThreadPoolExecutor(1) as pool:
        with office.app.db.write() as tx:
            hold(tx)
            loaded = pool.submit(load_file, office, file)
            until_somebody_waits(office.app)
            then(tx)
        loaded.result(30)


def says_wrong(tx: Transaction) -> None:
    """Whoever answers at the first shop's number is somebody else."""
    set_number_state(tx, "+493023125201", PhoneState.WRONG_PARTY)


def test_the_import_takes_the_case_before_its_telephone_as_a_call_does(postgres_office: Office, tmp_path: Path) -> None:
    """The end of a call holds its case and is about to write what it learnt about the number; so does the file."""
    office = postgres_office
    load_file(office, claims_file(tmp_path / "first.csv", paid=0, order=1))
    with office.app.db.read() as tx:
        case = find_case(tx, "F-01") or 0
        phone = tx.execute(sa.text("select id from phones where e164 = '+493023125201'")).scalar_one()
    fax = fax_file(tmp_path / "fax.csv")
    comes_while_it_is_held(
        office,
        fax,
        lambda tx: load_case(tx, case, lock=True),
        lambda tx: set_phone_state(tx, phone, PhoneState.SUSPECT),
    )
    with office.app.db.read() as tx:
        state = tx.execute(sa.text("select state from phones where id = :p"), {"p": phone}).scalar_one()
    assert state == "fax"


def note_file(path: Path) -> Path:
    """The file has a note about the first shop, and its street is not in it."""
    path.write_text(
        "creditor;debtor_reference;debtor_name;debtor_type;segment;industry;subdivision;note;street;claim_reference;"
        "invoice_date;due_date;amount;currency\n"
        "muster;L-01;Laden 1;Firma;business;retail;BE;zahlt im Dezember;;F-01;01.09.2026;15.09.2026;120,00;EUR\n",
        encoding="utf-8",
    )
    return path


def test_the_import_does_not_undo_what_a_person_corrects_meanwhile(postgres_office: Office, tmp_path: Path) -> None:
    """Whoever corrects the address holds the case; the file that waits for it names no street."""
    office = postgres_office
    load_file(office, claims_file(tmp_path / "first.csv", paid=0, order=1))
    with office.app.db.read() as tx:
        debtor = tx.execute(sa.text("select id from debtors where reference = 'L-01'")).scalar_one()
        case = find_case(tx, "F-01") or 0
    comes_while_it_is_held(
        office,
        note_file(tmp_path / "note.csv"),
        lambda tx: load_case(tx, case, lock=True),
        lambda tx: set_address(tx, debtor, street="Birkenweg 9"),
    )
    with office.app.db.read() as tx:
        stands = tx.execute(sa.text("select street, note from debtors where id = :d"), {"d": debtor}).one()
    assert tuple(stands) == ("Birkenweg 9", "zahlt im Dezember")


def test_the_import_does_not_unsay_who_answers_there(postgres_office: Office, tmp_path: Path) -> None:
    """The file says it is a fax; the collector of another case with that number notes that it is somebody else's."""
    office = postgres_office
    load_file(office, claims_file(tmp_path / "first.csv", paid=0, order=1))
    fax = fax_file(tmp_path / "fax.csv")
    comes_while_it_is_held(office, fax, says_wrong)
    with office.app.db.read() as tx:
        state, paid = tx.execute(
            sa.text(
                "select p.state, c.paid_minor from phones p, claims c"
                " where p.e164 = '+493023125201' and c.reference = 'F-01'"
            )
        ).one()
    assert (state, paid) == ("wrong_party", 500)


def namesake_file(path: Path) -> Path:
    """A debtor under another name, who is said to have the first shop's number."""
    fields = {"debtor_reference": "N-01", "debtor_name": "Laden Neu", "claim_reference": "G-01", "contact_name": "Neu"}
    with claims_file(path, paid=0, order=1).open(encoding="utf-8", newline="") as file:
        first = next(csv.DictReader(file, delimiter=";")) | fields
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(first), delimiter=";")
        writer.writeheader()
        writer.writerow(first)
    return path


def states_of_first_number(office: Office) -> list[str]:
    with office.app.db.read() as tx:
        return list(tx.execute(sa.text("select state from phones where e164 = '+493023125201'")).scalars())


def test_a_number_said_to_be_wrong_while_a_file_brings_it_under_another_name(
    postgres_office: Office, tmp_path: Path
) -> None:
    """What was said is not committed yet when the file comes."""
    office = postgres_office
    load_file(office, claims_file(tmp_path / "first.csv", paid=0, order=1))
    namesake = namesake_file(tmp_path / "namesake.csv")
    comes_while_it_is_held(office, namesake, says_wrong)
    assert states_of_first_number(office) == ["wrong_party"] * 2


def test_a_number_that_a_file_has_just_brought_is_wrong_under_every_name(
    postgres_office: Office, tmp_path: Path
) -> None:
    """The file is not committed yet when it is said."""
    office = postgres_office
    load_file(office, claims_file(tmp_path / "first.csv", paid=0, order=1))
    said, looked = threading.Event(), threading.Event()

    def say() -> None:
        looked.wait(10)
        with office.app.db.write() as tx:
            says_wrong(tx)
        said.set()

    def wait_for_it(_conn: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("INSERT INTO claims "):
            looked.set()
            said.wait(2)

    thread = threading.Thread(target=say, daemon=True)
    thread.start()
    sa.event.listen(office.app.db.engine, "before_cursor_execute", wait_for_it)
    load_file(office, namesake_file(tmp_path / "namesake.csv"))
    thread.join(30)
    assert not thread.is_alive()
    assert states_of_first_number(office) == ["wrong_party"] * 2
