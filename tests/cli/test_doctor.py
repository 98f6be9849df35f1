"""doctor against a virtual telephone network and our own webhooks: all well, and each thing that may be wrong."""

from __future__ import annotations

import socket
from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Response

from dialer.app import build
from dialer.config import load
from dialer.core.outcome import Channel, Mode
from dialer.simulator.deliver import http_deliver
from dialer.simulator.directory import Directory
from dialer.simulator.network import Network
from dialer.simulator.server import serve_stepped
from dialer.storage import attempts, pacing
from dialer.storage.attempts import Intent
from dialer.storage.tables import alarms, cases, debtors
from webhooks.app import create_app

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
TODAY = NOW.isoformat()
ACCOUNT = "AC" + "0" * 32
TOKEN = "hush-hush-token"
OURS = "+493023125000"
MAY_BE_SHOWN = "may be shown; make a test call each month, since networks hide German numbers on calls from abroad"
WELL = [
    "ok    configuration: every key is known and in range",
    "ok    database: reachable, schema current",
    "ok    twilio: credentials accepted",
    f"ok    caller ID of muster: {MAY_BE_SHOWN}",
    "ok    documents: every template can be printed",
    "ok    public address: answers, and refuses requests that Twilio has not signed",
    "ok    dialling: not paused",
]


class Quiet(WSGIRequestHandler):
    def log(self, *_):
        pass


@pytest.fixture
def listen():
    """Serve a WSGI application on a free port of this machine; gives back its address."""
    servers = []

    def go(application):
        server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=Quiet)
        thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        servers.append((server, thread))
        return f"http://127.0.0.1:{server.server_port}"

    yield go
    for server, thread in servers:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def carrier():
    """The virtual network, with one number of ours."""
    network = Network(
        start=NOW,
        seed=1,
        directory=Directory(),
        deliver=http_deliver(),
        account_sid=ACCOUNT,
        auth_token=TOKEN,
        own_numbers=frozenset({OURS}),
    )
    server = serve_stepped(network, "127.0.0.1", 0)
    yield server.origin
    server.stop()


@pytest.fixture
def well(office, carrier, listen):
    """An office in which nothing is wrong."""
    office.edit(("http://127.0.0.1:9", carrier))
    app = build(load(office.config, {}))
    address = listen(create_app(app))
    office.edit(('base_url = "https://dialer.example.com"', f'base_url = "{address}"'))
    yield office
    app.db.close()
    app.carrier.close()


def wrong(office, *changes, at=TODAY):
    """The lines of what is wrong; everything else must be as it was."""
    office.edit(*changes)
    answer = office.run("doctor", at=at)
    lines = answer.out.splitlines()
    # cases are filed by the machine's real clock, which knows nothing of `at`: the queue has a test of its own
    found = [line for line in lines if line not in WELL and not line.startswith("WRONG queue")]
    assert answer.code == (1 if any(line.startswith("WRONG") for line in lines) else 0)
    return found


def public(office, address):
    """Let the public address be another one."""
    start = 'base_url = "http://127.0.0.1:'
    line = next(line for line in office.config.read_text().splitlines() if line.startswith(start))
    return line, f'base_url = "{address}" # '


def debtor_of(tx, reference, *, country="DE"):
    """A private person of the creditor."""
    row = {"creditor": "muster", "reference": reference, "name": "Anna", "segment": "private", "country": country}
    tx.execute(debtors.insert().values(type="consumer", language="de", **row))


def test_nothing_is_wrong(well):
    answer = well.run("doctor", at=TODAY)
    assert answer.code == 0
    assert answer.out.splitlines() == WELL


def test_nothing_is_wrong_in_json(well):
    answer = well.run("doctor", "--json", at=TODAY)
    assert answer.code == 0
    assert [(f["what"], f["good"]) for f in answer.json] == [
        ("configuration", True),
        ("database", True),
        ("twilio", True),
        ("caller ID of muster", True),
        ("documents", True),
        ("public address", True),
        ("dialling", True),
    ]


def test_doctor_changes_nothing(well):
    before = well.counts()
    well.run("doctor", at=TODAY)
    assert well.counts() == before


def test_bad_token(well):
    (line,) = [x for x in wrong(well, (f'"{TOKEN}"', '"another-token"')) if "twilio" in x]
    assert line.startswith("WRONG twilio: ")
    assert line.endswith("; check twilio.account_sid, the token or key, and twilio.region")
    assert "another-token" not in line


def test_carrier_that_does_not_answer(well, carrier):
    (line,) = wrong(well, (carrier, "http://127.0.0.1:9"))
    assert line.startswith("WRONG twilio: no connection to Twilio")


def test_caller_id_of_somebody_else(well):
    (line,) = wrong(well, (f'caller_id = "{OURS}"', 'caller_id = "+493023125001"'))
    assert line.removeprefix("WRONG caller ID of muster: ") == (
        "not a number of this Twilio account: buy it there, or verify it as an outgoing caller ID"
    )


def test_caller_id_of_another_country(well):
    assert wrong(well, (f'caller_id = "{OURS}"', 'caller_id = "+4315550100"')) == [
        (
            "WRONG caller ID of muster: rule DE-N1 will deny every call to DE: "
            "The caller ID must be an ordinary German number. Buy or verify another number"
        )
    ]


def test_caller_id_is_measured_by_the_debtors_countries_too(well):
    """An Austrian may be shown any ordinary number, a Briton none of a mobile."""
    with well.db.write() as tx:
        debtor_of(tx, "natural", country="AT")
    assert wrong(well) == []
    with well.db.write() as tx:
        debtor_of(tx, "american", country="US")
    assert wrong(well) == [
        (
            "WRONG caller ID of muster: rule US-N1 will deny every call to US: "
            "The caller ID must be an ordinary +1 number. Buy or verify another number"
        )
    ]


@pytest.mark.parametrize("number", ["+499001234567", "+491371234567", "+49115123"])
def test_caller_id_that_must_not_be_shown(well, number):
    (line,) = wrong(well, (f'caller_id = "{OURS}"', f'caller_id = "{number}"'))
    assert line.removeprefix("WRONG caller ID of muster: ") == (
        "rule DE-N1 will deny every call to DE: "
        "The caller ID must be an ordinary German number. Buy or verify another number"
    )


def test_number_behind_a_trunk_of_our_own_need_not_be_twilios(well):
    (line,) = wrong(
        well,
        (f'caller_id = "{OURS}"', 'caller_id = "+493023125001"'),
        ('# byoc_trunk = "BY..."', f'byoc_trunk = "BY{"0" * 32}"'),
        ('key = "muster"', 'key = "other"'),
    )
    assert line.startswith("ok    caller ID of other: may be shown")


def test_webhooks_that_are_down(well):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    (line,) = wrong(well, public(well, f"http://127.0.0.1:{port}"))
    assert line.startswith(f"WRONG public address: http://127.0.0.1:{port} does not answer (")
    assert line.endswith("); start `dialer serve webhooks` and make it reachable from outside")


@pytest.mark.parametrize("code", [200, 204, 404, 405, 500, 502])
def test_something_else_that_answers(well, listen, code):
    address = listen(Response("hello", status=code))
    (line,) = wrong(well, public(well, address))
    assert line.removeprefix("WRONG public address: ") == (
        f"an unsigned request was answered with {code} instead of 403: something else answers at {address}"
    )


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_address_that_leads_elsewhere(well, listen, code):
    there = next(line.split('"')[1] for line in well.config.read_text().splitlines() if line.startswith("base_url"))
    address = listen(Response(status=code, headers={"Location": f"{there}/twilio/status/doctor"}))
    (line,) = wrong(well, public(well, address))
    assert line.removeprefix("WRONG public address: ") == (
        f"an unsigned request was answered with {code} instead of 403: something else answers at {address}"
    )


@pytest.mark.parametrize("greeting", [b"SSH-2.0-OpenSSH_9.2\r\n", b"", b"\x16\x03\x01"])
def test_something_that_does_not_speak_http(well, greeting):
    with socket.create_server(("127.0.0.1", 0)) as server:

        def greet():
            peer, _ = server.accept()
            with peer:
                peer.sendall(greeting)
                peer.recv(65_536)

        thread = Thread(target=greet, daemon=True)
        thread.start()
        address = f"http://127.0.0.1:{server.getsockname()[1]}"
        (line,) = wrong(well, public(well, address))
        thread.join()
    assert line.startswith(f"WRONG public address: {address} does not answer (")


def test_prefix_that_is_not_ours(well):
    address = next(line.split('"')[1] for line in well.config.read_text().splitlines() if line.startswith("base_url"))
    (line,) = wrong(well, public(well, f"{address}/prefix"))
    assert line.startswith("WRONG public address: an unsigned request was answered with 404 instead of 403")


def test_database_without_tables(empty_office):
    answer = empty_office.run("doctor", at=TODAY)
    assert answer.code == 1
    assert answer.out.splitlines() == [
        WELL[0],
        "WRONG start: the database is not at this version's schema; run `dialer db upgrade`",
    ]


def test_dialling_that_is_paused(well):
    with well.db.write() as tx:
        pacing.pause(tx, ACCOUNT, reason="Twilio refused the account (20003)", until=None)
    assert wrong(well) == ["WRONG dialling: paused: Twilio refused the account (20003)"]
    with well.db.write() as tx:
        pacing.rest(tx, ACCOUNT, reason="no funds", until=NOW + timedelta(minutes=5))
    assert wrong(well) == ["WRONG dialling: paused: Twilio refused the account (20003)"]
    with well.db.write() as tx:
        pacing.resume(tx, ACCOUNT)
        pacing.rest(tx, ACCOUNT, reason="no funds", until=NOW + timedelta(minutes=5))
    paused = "WRONG dialling: paused until 2026-11-24 09:05 UTC: no funds"
    assert paused in well.run("doctor", at=TODAY).out.splitlines()


def test_circuit_that_is_open(well):
    wait = timedelta(minutes=1)
    with well.db.write() as tx:
        pacing.open_circuit(tx, ACCOUNT, until=NOW + 5 * wait, wait=wait, reason="500")
    paused = "WRONG dialling: paused until 2026-11-24 09:05 UTC, then one call tries again: 500"
    assert paused in well.run("doctor", at=TODAY).out.splitlines()
    with well.db.write() as tx:
        pacing.resume(tx, ACCOUNT)
        pacing.open_circuit(tx, ACCOUNT, until=NOW - wait, wait=wait, reason="500")
    assert wrong(well) == [
        "WRONG dialling: the next call tries whether the carrier takes calls again; the last ones failed: 500"
    ]


@pytest.mark.parametrize(("minutes", "mode", "seen"), [(59, None, False), (61, None, True), (61, "preview", False)])
def test_cases_nobody_takes_up(well, request, minutes, mode, seen):
    office = request.getfixturevalue("book_office")
    with office.db.write() as tx:
        tx.execute(cases.update().values(next_at=NOW - timedelta(minutes=minutes), next_mode=mode))
    answer = office.run("doctor", at=TODAY)
    lines = [line for line in answer.out.splitlines() if line.startswith("WRONG queue")]
    late = "WRONG queue: a case waits since 2026-11-24 07:59 UTC; start `dialer scheduler`, or one more of them"
    assert lines == ([late] if seen else [])
    with office.db.write() as tx:
        pacing.pause(tx, ACCOUNT, reason="holidays", until=None)
    assert "WRONG queue" not in office.run("doctor", at=TODAY).out


def test_attempts_nobody_looks_after(well, request):
    office = request.getfixturevalue("book_office")
    intent = Intent(
        case_id=1,
        debtor_id=1,
        contact_id=1,
        phone_id=1,
        claim_ids=(1,),
        channel=Channel.CALL,
        mode=Mode.PREVIEW,
        step="collection_call",
        token="t",
        to="+493023125001",
        from_=OURS,
        intent_at=datetime(2020, 1, 1, tzinfo=UTC),
        not_after=datetime(2020, 1, 1, 1, tzinfo=UTC),
        verdict={"verdict": "allow"},
    )
    with office.db.write() as tx:
        attempts.write_intent(tx, intent)
    assert wrong(office) == ["WRONG attempts: 1 silent (1); start `dialer scheduler`"]


def test_alarms_are_shown_and_are_not_a_fault_of_the_installation(well):
    with well.db.write() as tx:
        tx.execute(alarms.insert().values(at=NOW, kind="call.conflict", text="attempt 7 ended twice"))
    (line,) = wrong(well)
    assert line.startswith("ok    alarm: 2026-11-24 ")
    assert line.endswith(" call.conflict: attempt 7 ended twice")


def test_doctor_stops_at_a_configuration_that_cannot_be_read(well):
    well.edit(("[dialing]\n", "[dialing]\ncolour = 1\n"))
    answer = well.run("doctor", at=TODAY)
    assert (answer.code, answer.out, answer.err) == (1, "", f"dialer: {well.config}: dialing.colour: unknown key\n")


def test_segment_whose_natural_persons_would_get_no_message(well):
    """Nobody would notice: the gate allows the drop, and there is nothing to say."""
    with well.db.write() as tx:
        debtor_of(tx, "D1")
    assert wrong(well) == []
    change = ('voicemail = { de = "private_voicemail_de"', 'voicemail = { de = "business_voicemail_de"')
    (line,) = wrong(well, change)
    assert line == (
        "WRONG segment.private.voicemail: natural persons of this segment get no voicemail: "
        "messages.business_voicemail_de is for businesses; name one with audience private"
    )


# --- the notice that registered collectors and lawyers owe


@pytest.mark.parametrize("role", ["registered_collector", "lawyer"])
def test_cases_without_the_notice_are_counted(well, request, role):
    """Anna and Ben are natural persons, the firm owes no notice anything."""
    office = request.getfixturevalue("book_office")
    (line,) = wrong(office, ("agent_name = ", f'role = "{role}"\nagent_name = '))
    assert line == (
        "WRONG role of muster: 2 cases of natural persons wait for the notice of DE-RDG2: "
        "send it, then note it with `dialer mark CASE rdg13a --on DATE --as USER`"
    )
    for case, left in (("K1", 1), ("K3", 0)):
        assert office.run("mark", case, "rdg13a", "--on", "2026-11-20", "--as", "anna", at=TODAY).code == 0
        assert [int(line.split()[4]) for line in wrong(office)] == ([left] if left else [])


def test_notice_that_is_taken_back_is_missing_again(well, request):
    office = request.getfixturevalue("book_office")
    office.edit(("agent_name = ", 'role = "lawyer"\nagent_name = '))
    for case in ("K1", "K3"):
        office.run("mark", case, "rdg13a", "--on", "2026-11-20", "--as", "anna", at=TODAY)
    assert wrong(office) == []
    assert office.run("unmark", "K1", "rdg13a", "--as", "anna", at=TODAY).code == 0
    assert [line.split(" wait ")[0] for line in wrong(office)] == ["WRONG role of muster: 1 cases of natural persons"]


def test_who_collects_his_own_claims_owes_no_notice(well, request):
    assert wrong(request.getfixturevalue("book_office")) == []


# --- law that may have changed


OLD = "past its review date {}: check its sources, or upgrade dialer"


@pytest.mark.parametrize(
    ("at", "packs"),
    [
        ("2027-01-15T23:59:00Z", []),
        ("2027-01-16T00:01:00Z", [("de", "2027-01-15")]),
        ("2027-02-01T10:00:00Z", [("de", "2027-01-15"), ("us", "2027-01-31")]),
    ],
)
def test_pack_past_its_review_date(well, at, packs):
    lines = [f"WRONG rule pack {name} 2026.11: {OLD.format(day)}" for name, day in packs]
    assert wrong(well, at=at) == lines


def test_years_whose_holidays_nobody_checked(well):
    line = "WRONG public holidays: public holidays were checked by hand up to 2027 only: upgrade dialer"
    assert line not in wrong(well, at="2027-12-31T10:00:00+01:00")
    assert line in wrong(well, at="2028-01-01T10:00:00+01:00")
