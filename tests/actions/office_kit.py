"""An office for tests: a real database, the program, and the virtual telephone network around it, on virtual time."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask import Flask
from werkzeug.test import Client, TestResponse

from dialer.actions import desk as line
from dialer.app import App, build
from dialer.config import load
from dialer.core.desk import DeskState
from dialer.scheduler.tick import Round, tick
from dialer.simulator.deliver import DeliveryReply, wsgi_deliver
from dialer.simulator.directory import CollectorPhone, Directory, Person
from dialer.simulator.faults import FaultPlan
from dialer.simulator.network import Network
from dialer.simulator.records import CallRecord
from dialer.simulator.server import Server, serve_stepped
from dialer.simulator.signature import sign
from dialer.storage import attempts, desks, entries, inbox, pacing
from dialer.storage.attempts import Attempt
from dialer.storage.database import Database
from dialer.storage.desks import Desk
from dialer.storage.tables import cases, claims, contacts, debtors, holds, phones
from dialer.telephony.carrier import CallOrder, Carrier
from webhooks.app import create_app

BERLIN = ZoneInfo("Europe/Berlin")
TUESDAY = datetime(2026, 11, 24, 10, tzinfo=BERLIN)
ACCOUNT = "AC" + "7" * 32
TOKEN = "an-auth-token"
ORIGIN = "https://dialer.example.test"
CALLER_ID = "+493023125000"

ERIKA = "+498923125001"
KARL = "+498923125002"
BUSY_BERTA = "+498923125003"
ABSENT_AXEL = "+498923125004"
DEAD_DORA = "+498923125005"
FAXING_FRITZ = "+498923125006"
MILLS = "+493023125101"
MILLS_MACHINE = "+493023125102"
SHOP = "+493023125201"
SHOP_MACHINE = "+493023125202"
ANNA_PHONE = "+493023125991"
BEN_PHONE = "+493023125992"
OUT_PHONE = "+493023125993"

STRAY = CallOrder(
    to=SHOP,
    from_=CALLER_ID,
    answer_url=f"{ORIGIN}/of-nobody",
    status_url=f"{ORIGIN}/of-nobody",
    ring_seconds=25,
    max_call_seconds=60,
)
"""A call that is made past the program."""

PEOPLE = (
    Person(ERIKA, name="Erika", line="answers"),
    Person(KARL, name="Karl", line="voicemail_only"),
    Person(BUSY_BERTA, name="Berta", line="busy"),
    Person(ABSENT_AXEL, name="Axel", line="no_answer"),
    Person(DEAD_DORA, name="Dora", line="dead"),
    Person(FAXING_FRITZ, name="Fritz", line="fax"),
    Person(MILLS, segment="business", role="accounts_payable", name="Frau Mahler", line="answers"),
    Person(MILLS_MACHINE, segment="business", role="accounts_payable", name="Herr Korn", line="voicemail_only"),
    Person(SHOP, segment="business", role="owner", name="Frau Laden", line="answers"),
    Person(SHOP_MACHINE, segment="business", role="owner", name="Herr Kasse", line="voicemail_only"),
)
COLLECTORS = (
    CollectorPhone(ANNA_PHONE, "anna"),
    CollectorPhone(BEN_PHONE, "ben"),
    CollectorPhone(OUT_PHONE, "olaf", present=False),
)

PRIVATE_VOICEMAIL = (
    "Guten Tag, hier ist Anna Berger von Muster GmbH. Bitte rufen Sie mich unter 0 3 0 2 3 1 2 5 0 0 0 zurück, "
    "Montag bis Freitag von 9 bis 17 Uhr."
)
PRIVATE_ANNOUNCEMENT = "Guten Tag, hier ist Muster GmbH. Unser Anruf konnte technisch bedingt nicht verbunden werden."
BUSINESS_ANNOUNCEMENT = (
    "Guten Tag, hier ist Muster Handels GmbH. Wir bitten um einen Rückruf unter 0 3 0 2 3 1 2 5 0 0 0, "
    "Montag bis Freitag von 9 bis 17 Uhr. Vielen Dank."
)

CONFIG = """\
[database]
url = {url}

[twilio]
account_sid = "{account}"
auth_token = "{token}"
api_base_url = "{api}"
calls_per_second = {calls_per_second}
timeout_seconds = {timeout_seconds}

[public]
base_url = "{base_url}"

[operator]
name = "Muster Forderungsmanagement"
subdivision = "BE"

[[creditor]]
key = "muster"
name = "Muster Handels GmbH"
neutral_name = "Muster GmbH"
caller_id = "{caller_id}"
agent_name = "Anna Berger"
callback_hours = {{ de = "Montag bis Freitag von 9 bis 17 Uhr" }}

[dialing]
workers = {workers}
batch_size = {batch_size}

# this house telephones and writes nothing by itself: who does not answer is followed by the next contact at once
[segment.private]
window = {{ mon-fri = ["09:00-12:00", "17:00-20:00"], sat = ["10:00-13:00"] }}
rungs = []
voicemail = {{ de = "private_voicemail" }}
announcement = {{ de = "private_announcement" }}

[segment.business]
window = {{ mon-fri = ["09:00-11:30", "13:30-16:00"] }}
rungs = []
machine = "advise"
voicemail = {{ de = "business_voicemail" }}
announcement = {{ de = "business_announcement" }}

[segment.business.industry.retail]
mode = "unattended"

[segment.silent]
window = {{ mon-fri = ["09:00-11:30"] }}
rungs = []
mode = "unattended"

[segment.clicked]
window = {{ wed = ["09:00-11:30"] }}
rungs = []
mode = "preview"
announcement = {{ de = "private_announcement" }}

[messages.private_voicemail]
audience = "private"
language = "de"
text = "Guten Tag, hier ist {{agent}} von {{firm_neutral}}. Bitte rufen Sie mich unter {{number}} zurück, {{hours}}."

[messages.private_announcement]
audience = "private"
language = "de"
text = "Guten Tag, hier ist {{firm_neutral}}. Unser Anruf konnte technisch bedingt nicht verbunden werden."

[messages.business_voicemail]
audience = "business"
language = "de"
text = "Guten Tag {{contact}}, {{agent}}, {{firm}}. Es geht um Rechnung {{invoice_no}}. Bitte rufen Sie {{number}} an."

[messages.business_announcement]
audience = "business"
language = "de"
text = "Guten Tag, hier ist {{firm}}. Wir bitten um einen Rückruf unter {{number}}, {{hours}}. Vielen Dank."
"""


class NetworkClock:
    """Shows the network's time; waiting lets the network run. `on_wait` is run before each wait, once each."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self.on_wait: list[Callable[[], object]] = []
        self.ahead = timedelta()
        self.passed = timedelta()
        """Time that goes by here while the network stands still."""

    def now(self) -> datetime:
        return self._network.now + self.passed + self.ahead

    def steady(self) -> timedelta:
        return self._network.now - TUESDAY + self.passed

    def sleep_until(self, instant: datetime) -> None:
        while self.on_wait:
            self.on_wait.pop(0)()
        self._network.run_until(instant)


class Watched(Carrier):
    """The real carrier, with something that happens just before or just after a request."""

    def __init__(self, real: Carrier) -> None:
        self.real = real
        self.before_place: list[Callable[[], object]] = []
        self.after_place: list[Callable[[], object]] = []
        self.before_redirect: list[Callable[[], object]] = []
        self.before_hang_up: list[Callable[[], object]] = []
        self.before_cancel: list[Callable[[], object]] = []

    def place(self, order: Any) -> Any:
        _run_once(self.before_place)
        result = self.real.place(order)
        _run_once(self.after_place)
        return result

    def redirect(self, sid: str, twiml: str) -> bool:
        _run_once(self.before_redirect)
        return self.real.redirect(sid, twiml)

    def hang_up(self, sid: str) -> bool:
        _run_once(self.before_hang_up)
        return self.real.hang_up(sid)

    def cancel(self, sid: str) -> Any:
        _run_once(self.before_cancel)
        return self.real.cancel(sid)

    def fetch(self, sid: str) -> Any:
        return self.real.fetch(sid)

    def find(self, *, to: str, from_: str) -> Any:
        return self.real.find(to=to, from_=from_)

    def made_since(self, since: datetime, *, from_: str, pages: int) -> Any:
        return self.real.made_since(since, from_=from_, pages=pages)

    def clock_ahead(self, *, ask: bool = False) -> Any:
        return self.real.clock_ahead(ask=ask)

    def owned_numbers(self) -> Any:
        return self.real.owned_numbers()


def _run_once(actions: list[Callable[[], object]]) -> None:
    while actions:
        actions.pop(0)()


class CaseRow(NamedTuple):
    status: str
    next_at: datetime | None
    next_reason: str
    next_mode: str | None
    lease_owner: str | None
    callback_at: datetime | None
    contact_id: int | None


@dataclass(kw_only=True)
class Office:
    """The program with everything around it, and the questions that tests ask."""

    app: App
    network: Network
    clock: NetworkClock
    server: Server
    doors: Flask
    folder: Path
    config_path: Path
    carrier: Watched
    allow_5xx: bool = False
    delivered: list[tuple[str, int]] = field(default_factory=list)

    # --- the book

    def case(
        self,
        number: str,
        *,
        name: str = "Erika Beispiel",
        type: str = "consumer",  # noqa: A002
        segment: str = "private",
        industry: str | None = None,
        role: str = "self",
        phone_role: str | None = None,
        owed: int = 12_000,
        invoiced: date = date(2026, 9, 1),
        assigned_to: str | None = None,
    ) -> int:
        """A new case that is due at once."""
        with self.app.db.write() as tx:
            reference = f"D-{number[-4:]}-{name}"
            debtor = _insert(
                tx,
                debtors,
                creditor="muster",
                reference=reference,
                name=name,
                type=type,
                segment=segment,
                industry=industry,
                country="DE",
                subdivision="BE",
                language="de",
            )
            contact = _insert(tx, contacts, debtor_id=debtor, name=name, role=role)
            _insert(
                tx,
                phones,
                contact_id=contact,
                e164=number,
                role=phone_role or ("private" if type == "consumer" else "business_main"),
                line_type="fixed",
                state="usable",
            )
            case = _insert(
                tx,
                cases,
                debtor_id=debtor,
                status="open",
                next_at=self.clock.now(),
                next_reason="new",
                entry_head="",
                created_at=self.clock.now(),
                assigned_to=assigned_to,
            )
            _insert(
                tx,
                claims,
                case_id=case,
                creditor="muster",
                reference=f"F-{reference}",
                invoice_number=f"R-{number[-4:]}",
                invoice_date=invoiced,
                due_date=invoiced + timedelta(days=14),
                amount_minor=owed,
                paid_minor=0,
                currency="EUR",
            )
        return case

    def business(self, number: str, *, name: str = "Frau Mahler", **more: Any) -> int:
        more = {"type": "business", "segment": "business", "role": "accounts_payable", **more}
        return self.case(number, name=name, **more)

    def pays(self, case: int) -> None:
        """The money arrives: the import notes it and wants the case looked at."""
        with self.app.db.write() as tx:
            tx.execute(claims.update().where(claims.c.case_id == case).values(paid_minor=claims.c.amount_minor))
            tx.execute(cases.update().where(cases.c.id == case).values(next_at=self.clock.now(), next_reason="paid"))

    def disputes(self, case: int) -> None:
        with self.app.db.write() as tx:
            tx.execute(claims.update().where(claims.c.case_id == case).values(disputed=True))
            tx.execute(cases.update().where(cases.c.id == case).values(next_at=self.clock.now(), next_reason="new"))

    def holds(self, case: int, reason: str = "manual") -> None:
        with self.app.db.write() as tx:
            tx.execute(holds.insert().values(case_id=case, reason=reason, until=None, set_at=self.clock.now()))
            tx.execute(cases.update().where(cases.c.id == case).values(next_at=self.clock.now(), next_reason="new"))

    def row(self, case: int) -> CaseRow:
        with self.app.db.read() as tx:
            found = tx.execute(sa.select(cases).where(cases.c.id == case)).one()
        return CaseRow(*(getattr(found, name) for name in CaseRow._fields))

    def next_at(self, case: int) -> datetime | None:
        at = self.row(case).next_at
        return at.astimezone(BERLIN) if at else None

    def phone_state(self, number: str) -> str:
        with self.app.db.read() as tx:
            return str(tx.execute(sa.select(phones.c.state).where(phones.c.e164 == number)).scalar_one())

    # --- collectors

    def collector(self, user: str = "anna", *, phone: str | None = ANNA_PHONE, opens: bool = True) -> None:
        """A collector, at his open line unless told otherwise."""
        with self.app.db.write() as tx:
            desks.add_user(tx, name=user, phone=phone)
        if opens:
            line.open_desk(self.app, user)
            self.run(20)
            assert self.desk(user).state is DeskState.READY

    def desk(self, user: str = "anna") -> Desk:
        """The user's newest line, closed or not."""
        with self.app.db.read() as tx:
            found = desks.of_user(tx, user)
            if found is None:
                query = sa.text(
                    "select d.id from desks d join users u on u.id = d.user_id where u.name = :n order by d.id desc"
                )
                found = desks.by_id(tx, tx.execute(query, {"n": user}).scalars().first() or 0)
        assert found is not None
        return found

    def opener_dies(self, user: str = "anna") -> None:
        """The user's telephone is called, and whoever called it is killed before he has noted the call's id."""

        class KilledError(BaseException):
            pass

        def dies() -> None:
            raise KilledError

        self.carrier.after_place.append(dies)
        with suppress(KilledError):
            line.open_desk(self.app, user)
        assert (self.desk(user).state, self.desk(user).call_sid) == (DeskState.CALLING, None)

    def run_until_desk(self, state: DeskState, user: str = "anna") -> None:
        """Until the user's line is in that state, 1000 s at most."""
        for _ in range(4000):
            if self.desk(user).state is state:
                return
            self.run(0.25)
        raise AssertionError(self.desk(user))

    # --- time

    def run(self, seconds: float) -> None:
        self.network.run_until(self.network.now + timedelta(seconds=seconds))

    def run_to(self, instant: datetime) -> None:
        self.network.run_until(instant)

    def tick(self, times: int = 1) -> Round:
        """Rounds of the scheduler; the first one after a case was created only looks at it."""
        for _ in range(times):
            done = tick(self.app, worker="test")
        return done

    def dial(self) -> None:
        """Look at what is new, then call what is due."""
        self.tick(2)

    def live(self, seconds: float, *, step: float = 5) -> None:
        """Let time pass with the scheduler at work."""
        end = self.network.now + timedelta(seconds=seconds)
        while self.network.now < end:
            self.tick()
            self.network.run_until(min(end, self.network.now + timedelta(seconds=step)))

    # --- what happened

    def attempts(self, case: int) -> list[Attempt]:
        with self.app.db.read() as tx:
            table = attempts.attempts
            ids = tx.execute(sa.select(table.c.id).where(table.c.case_id == case).order_by(table.c.id)).scalars().all()
            return [found for i in ids if (found := attempts.by_id(tx, i)) is not None]

    def attempt(self, case: int) -> Attempt:
        (only,) = self.attempts(case)
        return only

    def log(self, case: int) -> list[entries.Entry]:
        with self.app.db.read() as tx:
            return entries.of_case(tx, case)

    def kinds(self, case: int) -> list[str]:
        return [entry.kind for entry in self.log(case)]

    def entry(self, case: int, kind: str) -> entries.Entry:
        """The last entry of that kind."""
        return [e for e in self.log(case) if e.kind == kind][-1]

    def alarms(self) -> list[str]:
        with self.app.db.read() as tx:
            return [alarm.kind for alarm in reversed(inbox.recent_alarms(tx, limit=1000))]

    def alarm_text(self, kind: str) -> str:
        with self.app.db.read() as tx:
            return next(str(a.text) for a in inbox.recent_alarms(tx, limit=1000) if a.kind == kind)

    def paused(self) -> str | None:
        with self.app.db.read() as tx:
            pause = pacing.paused(tx, self.app.account, now=self.clock.now())
        return pause.reason if pause else None

    def calls_to(self, number: str) -> list[CallRecord]:
        """The network's own books."""
        return [call for call in self.network.calls if call.to == number]

    def call_to(self, number: str) -> CallRecord:
        (only,) = self.calls_to(number)
        return only

    def tape(self, number: str) -> str:
        """What a machine recorded after its beep."""
        return "".join(h.text for call in self.calls_to(number) for h in call.heard if h.heard_by == "tape")

    def said(self, number: str) -> list[str]:
        return [h.text for call in self.calls_to(number) for h in call.heard if h.kind == "say"]

    def met_collector(self, number: str) -> bool:
        return any(h.kind == "conference" for call in self.calls_to(number) for h in call.heard)

    def live_attempts(self) -> int:
        with self.app.db.read() as tx:
            return len(attempts.live(tx))

    def events(self) -> int:
        return self.count("call_events")

    def count(self, table: str) -> int:
        with self.app.db.read() as tx:
            return int(tx.execute(sa.text(f"select count(*) from {table}")).scalar_one())  # noqa: S608

    def faults(self, **plan: Any) -> None:
        self.network.set_faults(FaultPlan(**plan))

    # --- knocking at the public door

    def post(self, path: str, form: dict[str, str] | list[tuple[str, str]], **how: Any) -> TestResponse:
        """A request signed as the carrier signs it, unless a signature is given."""
        pairs = list(form.items()) if isinstance(form, dict) else form
        signature = how.pop("signature", sign(TOKEN, how.pop("signed_url", ORIGIN + path), pairs))
        headers = {"X-Twilio-Signature": signature} if signature is not None else {}
        return Client(self.doors, use_cookies=False).open(
            path,
            base_url=how.pop("base_url", ORIGIN),
            method=how.pop("method", "POST"),
            data=urlencode(pairs).encode(),
            headers={**headers, "Content-Type": "application/x-www-form-urlencoded", **how.pop("headers", {})},
            **how,
        )

    def status(self, attempt: Attempt, word: str, sequence: int, *, sid: str | None = None, **more: str) -> int:
        """A status callback for an attempt; its answer's HTTP status."""
        form = {
            "CallSid": sid or attempt.call.sid or "",
            "CallStatus": word,
            "SequenceNumber": str(sequence),
            "To": attempt.to,
            "From": attempt.from_,
            **more,
        }
        return self.post(f"/twilio/status/{attempt.token}", form).status_code


def _insert(tx: Any, table: sa.Table, **values: object) -> int:
    inserted = tx.execute(table.insert().values(**values)).inserted_primary_key
    return int(inserted[0])


@contextmanager
def open_office(folder: Path, url: str, **options: Any) -> Iterator[Office]:
    """Everything wired together; `url` names a database that has been upgraded."""
    behind: list[Callable[..., DeliveryReply]] = []
    settings: dict[str, Any] = {
        "start": options.get("start", TUESDAY).astimezone(ZoneInfo("UTC")),
        "seed": 7,
        "directory": Directory((*options.get("people", ()), *PEOPLE), COLLECTORS),
        "deliver": _through(behind),
        "account_sid": ACCOUNT,
        "auth_token": TOKEN,
        "own_numbers": options.get("own_numbers", frozenset({CALLER_ID})),
        "calls_per_second": options.get("carrier_calls_per_second", 1.0),
    }
    network = Network(**settings)
    server = serve_stepped(network, "127.0.0.1", 0)
    try:
        config_path = folder / "config.toml"
        config_path.write_text(
            CONFIG.format(
                url=json.dumps(url),
                account=ACCOUNT,
                token=TOKEN,
                api=options.get("api", server.origin),
                base_url=options.get("base_url", ORIGIN),
                caller_id=CALLER_ID,
                calls_per_second=options.get("calls_per_second", 1.0),
                timeout_seconds=5.0,
                workers=options.get("workers", 1),
                batch_size=options.get("batch_size", 20),
            )
            + options.get("more_config", ""),
            encoding="utf-8",
        )
        clock = NetworkClock(network)
        built = build(load(config_path, {}), clock=clock)
        carrier = Watched(built.carrier)
        app = replace(built, carrier=carrier)
        doors = create_app(app)
        office = Office(
            app=app,
            network=network,
            clock=clock,
            server=server,
            doors=doors,
            folder=folder,
            config_path=config_path,
            carrier=carrier,
        )
        behind.append(_noting(wsgi_deliver(doors, ORIGIN), office))
        yield office
        failed = [(path, status) for path, status in office.delivered if status >= 500]
        assert office.allow_5xx or not failed, f"our webhooks answered {failed}"
        built.carrier.close()
        app.db.close()
    finally:
        server.stop()


def _through(behind: list[Callable[..., DeliveryReply]]) -> Callable[..., DeliveryReply]:
    """Delivers to doors that open only after the network is there."""

    def deliver(method: str, url: str, form: Any, headers: dict[str, str]) -> DeliveryReply:
        return behind[0](method, url, form, headers)

    return deliver


def _noting(deliver: Callable[..., DeliveryReply], office: Office) -> Callable[..., DeliveryReply]:
    def noted(method: str, url: str, form: Any, headers: dict[str, str]) -> DeliveryReply:
        reply = deliver(method, url, form, headers)
        office.delivered.append((url, reply.status))
        return reply

    return noted


def migrated_sqlite(folder: Path) -> Path:
    """A database file to copy: migrations need run only once."""
    path = folder / "template.sqlite3"
    database = Database(f"sqlite:///{path}")
    database.upgrade()
    database.close()
    return path


def copy_of(template: Path, folder: Path) -> str:
    target = folder / "dialer.sqlite3"
    shutil.copy(template, target)
    return f"sqlite:///{target}"
