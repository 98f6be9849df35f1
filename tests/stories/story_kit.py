"""An office at work for weeks: a claims file goes in, collectors and the outbox work, papers and entries come out."""

from __future__ import annotations

import email
import email.policy
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from office_kit import BERLIN, Office
from post_kit import PAPER, MailServer

from dialer.actions import desk as line
from dialer.actions.dispose import dispose
from dialer.actions.follow_agreements import follow_agreements
from dialer.actions.import_claims import ImportResult, defaults_for, import_claims
from dialer.actions.import_payments import PaymentsResult, import_payments, payment_defaults
from dialer.claims_file.reading import open_rows
from dialer.core.case import Case, Contact
from dialer.core.casework import DocumentKind, RungTaken, TaskState
from dialer.core.desk import DeskState, Role
from dialer.core.disposition import Report
from dialer.core.outcome import Disposition, Mode
from dialer.payments_file.reading import open_payments
from dialer.scheduler.post import Housekeeping
from dialer.simulator.directory import Person
from dialer.simulator.records import Conversation
from dialer.storage import attempts, book, desks, documents, due, tasks
from dialer.storage.documents import Document
from dialer.storage.entries import Entry

MONDAY = datetime(2026, 10, 19, 8, tzinfo=BERLIN)
OPENS, CLOSES = time(9), time(12, 30)
"""The collector's shift; a line must not be open for longer than four hours."""

AHORN = "+493023125401"
BIRKE = "+493023125402"
CHEF = "+493023125403"
BOSS = "+493023125404"
"""The same man, where he answers."""

FIRM_FAX = "+493023125409"
ERIKA = "+498923125001"

PEOPLE = (
    Person(AHORN, segment="business", role="accounts_payable", name="Herr Ahorn", line="answers"),
    Person(BIRKE, segment="business", role="head_of_accounting", name="Frau Birke", line="voicemail_only"),
    Person(BOSS, segment="business", role="managing_director", name="Herr Chef", line="answers"),
    Person(CHEF, segment="business", role="managing_director", name="Herr Chef", line="no_answer"),
)

LADDER = """
[segment.business.creditor.muster]
rungs = ["fax", "voicemail"]

[segment.private.creditor.muster]
rungs = ["letter"]

[segment.business.warning]
de = "next_step"

[messages.next_step]
audience = "business"
language = "de"
text = "Guten Tag {contact}, hier spricht {agent}, {firm}, Vorgang {ref}. Zu unserer Rechnung {invoice_no} haben wir \
Sie mehrfach nicht erreicht. Bitte melden Sie sich bis {date} unter {number}. Danach beantragen wir einen \
Mahnbescheid. Einwände können Sie uns und dem Gericht mitteilen."
"""

HEADINGS = (
    "Gläubiger;Kundennummer;Name;Art;Bundesland;Straße;PLZ;Ort;Forderung;Rechnungsnummer;Rechnungsdatum;Fällig am;"
    "Betrag;Ansprechpartner;Funktion;Telefon;Telefonart;Fax"
)
FIRM = "muster;K1;Mühlen Weber GmbH;Firma;BE;Mühlweg 3;10115;Berlin;F1;R-1;01.09.2026;10.09.2026;4.200,00"
MILL = (
    f"{FIRM};Herr Ahorn;Buchhaltung;030 23125401;Zentrale;030 23125409",
    f"{FIRM};Frau Birke;Leiter Buchhaltung;030 23125402;Durchwahl;",
    f"{FIRM};Herr Chef;Geschäftsführer;030 23125403;Durchwahl;",
)
ERIKA_ROW = (
    "muster;K2;Erika Beispiel;Privatperson;BE;Ahornweg 7;10115;Berlin;F2;R-2;01.09.2026;10.09.2026;300,00"
    ";;selbst;089 23125001;privat;"
)
PAYMENTS = "Forderungsnummer;Buchungstag;Betrag;Währung;Verwendungszweck;Auftraggeber;Kennung"
MOST_STEPS = 4000
"""Of a story; a week has about three hundred."""


@dataclass
class Story:
    """The office, what its collectors hear, and the questions that stories ask."""

    office: Office
    server: MailServer
    words: dict[str, list[Report]] = field(default_factory=lambda: defaultdict(list))
    """What comes of the next conversations with a number; evaded once they are used up."""

    def __post_init__(self) -> None:
        office = self.office
        self.housekeeping = Housekeeping(office.app)
        office.network.on_wrap_up.append(self._judge)
        with office.app.db.write() as tx:
            desks.add_user(tx, name="anna", phone="+493023125991")
            desks.add_user(tx, name="sofia", phone=None, role=Role.SUPERVISOR)

    # --- data in

    def brings(self, *rows: str) -> ImportResult:
        """A claims file."""
        path = self._file("claims.csv", HEADINGS, rows)
        defaults = defaults_for(self.office.app.config, self.office.app.site.zone)
        with open_rows(path, language=defaults.language) as source:
            now = self.office.clock.now()
            return import_claims(self.office.app.db, source, defaults=defaults, now=now, actor="import")

    def pays(self, *rows: str) -> PaymentsResult:
        """A file of payments, as the bank gives it."""
        path = self._file("payments.csv", PAYMENTS, rows)
        app = self.office.app
        defaults = replace(payment_defaults(app.config, creditor=None, now=app.clock.now()), language="en")
        with open_payments(path, accounts={}) as source:
            return import_payments(app, source, defaults=defaults, actor="import", rejects_path=None)

    def _file(self, name: str, headings: str, rows: tuple[str, ...]) -> Path:
        path = self.office.folder / name
        path.write_text("\n".join((headings, *rows)) + "\n", encoding="utf-8")
        return path

    def _judge(self, talk: Conversation) -> None:
        with self.office.app.db.read() as tx:
            attempt = attempts.by_sid(tx, talk.debtor_call_sid)
        if attempt is None or attempt.disposition is not None or attempt.call.joined_at is None:
            return
        waiting = self.words[attempt.to]
        report = waiting.pop(0) if waiting else Report(disposition=Disposition.EVADED)
        dispose(self.office.app, attempt.id, report, actor=talk.collector)

    # --- time

    def until(self, happened: Callable[[], object], *, days: int = 60) -> None:
        """Work until it has happened; a story that hangs fails."""
        end = self.office.network.now + timedelta(days=days)
        for _ in range(MOST_STEPS):
            if happened():
                return
            assert self.office.network.now < end, f"nothing of the kind by {end.astimezone(BERLIN)}"
            self.step(end)
        raise AssertionError(f"nothing of the kind after {MOST_STEPS} steps")

    def to(self, month: int, day: int, hour: int = 8, minute: int = 0) -> None:
        """Work until then (Berlin)."""
        goal = datetime(2026, month, day, hour, minute, tzinfo=BERLIN)
        while self.office.network.now < goal:
            self.step(goal)

    def step(self, end: datetime) -> None:
        """One round of everything, then on to the next thing that can happen."""
        office = self.office
        self.shift()
        follow_agreements(office.app, office.clock.now())
        self.outbox()
        if office.tick().started:
            return
        now = office.network.now
        with office.app.db.read() as tx:
            ready = any(d.state is DeskState.READY for d in desks.open_desks(tx))
            modes = (None, Mode.UNATTENDED, Mode.PROGRESSIVE) if ready else (None, Mode.UNATTENDED)
            in_book = due.next_due_at(tx, modes=modes)
        if in_book is not None and in_book <= now:
            in_book = now + timedelta(seconds=30)
        ahead = (office.network.next_event_at(), in_book, _next_edge(now), end)
        office.run_to(max(min(t for t in ahead if t is not None), now + timedelta(milliseconds=1)))

    def outbox(self) -> None:
        self.housekeeping.round(Event())

    def shift(self) -> None:
        """Anna comes and goes."""
        local = self.office.network.now.astimezone(BERLIN)
        works = local.weekday() < 5 and OPENS <= local.time() < CLOSES
        with self.office.app.db.read() as tx:
            found = desks.of_user(tx, "anna")
        if works and found is None:
            line.open_desk(self.office.app, "anna")
        elif not works and found is not None and found.state in {DeskState.READY, DeskState.CALLING}:
            line.close_desk(self.office.app, "anna")

    # --- what came of it

    def case(self, case_id: int = 1) -> Case:
        with self.office.app.db.read() as tx:
            found = book.load_case(tx, case_id)
        assert found is not None
        return found

    def contact(self, role: str, case_id: int = 1) -> Contact:
        return next(c for c in self.case(case_id).contacts if c.role == role)

    def log(self, *prefixes: str, case_id: int = 1) -> list[Entry]:
        """Entries of these kinds."""
        return [e for e in self.office.log(case_id) if e.kind.startswith(prefixes)]

    def kinds(self, *prefixes: str, case_id: int = 1) -> list[str]:
        return [e.kind for e in self.log(*prefixes, case_id=case_id)]

    def rungs(self, case_id: int = 1) -> list[str]:
        """What was taken and what became of it, in order."""
        return [f"{r.rung} {r.state}" for r in self.case(case_id).rungs]

    def waiting_rung(self, case_id: int = 1) -> RungTaken | None:
        return next((r for r in self.case(case_id).rungs if r.state.open), None)

    def open_tasks(self, case_id: int = 1) -> list[str]:
        with self.office.app.db.read() as tx:
            return [t.kind for t in tasks.of_case(tx, case_id, state=TaskState.OPEN)]

    def papers(self, kind: str, case_id: int = 1) -> list[Document]:
        with self.office.app.db.read() as tx:
            return [d for d in documents.of_case(tx, case_id) if d.kind is DocumentKind(kind)]

    def pdf(self, document: Document) -> bytes:
        with self.office.app.db.read() as tx:
            return documents.pdf_of(tx, document.id)

    def faxes(self) -> list[bytes]:
        """The PDFs that the mail server took for the fax gateway, as they arrived."""
        return [_attached(e.content) for e in self.server.box.taken if e.rcpt_tos[0].endswith("@fax.example.com")]

    def printed(self) -> list[Path]:
        return sorted((self.office.folder / "print").iterdir())


def _attached(content: bytes) -> bytes:
    (paper,) = email.message_from_bytes(content, policy=email.policy.default).iter_attachments()  # type: ignore[attr-defined]
    return bytes(paper.get_content())


def _next_edge(now: datetime) -> datetime:
    local = now.astimezone(BERLIN)
    days = (local.date(), local.date() + timedelta(days=1))
    edges = [datetime.combine(day, edge, tzinfo=BERLIN) for day in days for edge in (time(0), OPENS, CLOSES)]
    return next(edge for edge in edges if edge > now)


@pytest.fixture
def make_story(make_office: Callable[..., Office], mail_server: MailServer, tmp_path: Path) -> Callable[..., Story]:
    """An office that dials and writes; options as for an office."""

    def make(url: str | None = None, *, more: str = LADDER, people: tuple[Person, ...] = PEOPLE, **o: Any) -> Story:
        (tmp_path / "print").mkdir(exist_ok=True)
        config = PAPER + mail_server.config + more
        options = {"start": MONDAY, "people": people, **o}
        return Story(make_office(url, more_config=config, **options), mail_server)

    return make


@pytest.fixture
def story(make_story: Callable[..., Story]) -> Story:
    """Monday, 19 October 2026, eight o'clock; SQLite."""
    return make_story()


@pytest.fixture
def postgres_story(make_story: Callable[..., Story], postgresql_database_url: str) -> Story:
    """The same on PostgreSQL, where writers run side by side."""
    return make_story(postgresql_database_url)


@pytest.fixture
def either_story(make_story: Callable[..., Story], database_url: str) -> Story:
    """The same on each of the two engines."""
    return make_story(database_url)
