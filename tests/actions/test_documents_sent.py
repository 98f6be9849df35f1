"""From the outbox to the debtor: handed over once, judged first, never in doubt without saying so."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from threading import Event

import pytest
from office_kit import BERLIN
from post_kit import FAX_NUMBER, MAILBOX, kept_waiting, until_somebody_waits

from dialer.actions import send_documents as worker
from dialer.actions.legal_stage import enter_stage
from dialer.actions.returned_document import return_document
from dialer.actions.verdict_json import verdict_json
from dialer.core.case import Stage
from dialer.core.casework import DeliveryState, DocumentState
from dialer.core.errors import BadInput
from dialer.core.outcome import Outcome
from dialer.reports.attempts import AttemptRow
from dialer.storage import book, report_rows
from dialer.storage.documents import sha256
from dialer.storage.tables import claims

NIGHT = datetime(2026, 11, 24, 23, tzinfo=BERLIN)


def tasks_of(desk, case):
    with desk.office.app.db.read() as tx:
        return [row[0] for row in tx.exec_driver_sql(f"select kind from tasks where case_id = {case}")]  # noqa: S608


def history(desk, case):
    with desk.office.app.db.read() as tx:
        return book.load_history(tx, book.load_case(tx, case))


def test_letter_by_mail_is_handed_over_with_proof(either_desk):
    desk = either_desk
    case = desk.mill()
    delivery = desk.post(case)
    assert desk.round().handed_over == 1
    done = desk.delivery(delivery)
    assert done.state is DeliveryState.HANDED_OVER
    assert done.tries == 1
    assert re.fullmatch(r"250 2.0.0 taken; message id [0-9a-f]{24}\.\d+@example\.com", done.proof)
    message = desk.server.box.message()
    assert (message["From"].addresses[0].addr_spec, message["To"]) == ("buero@example.com", MAILBOX)
    assert message["Subject"] == "Ein Schreiben von Muster GmbH"
    (paper,) = message.iter_attachments()
    assert paper.get_content() == desk.pdf(done.document_id)
    assert desk.server.box.secure == [True]
    assert desk.document(done.document_id).state is DocumentState.SENT
    kinds = [k for k in desk.office.kinds(case) if k.startswith(("document", "delivery"))]
    assert kinds == ["document.written", "delivery.queued", "delivery.passed", "delivery.handed_over"]


def test_entries_hold_no_number_and_no_address(desk):
    case = desk.mill()
    desk.post(case, "callback_fax", "fax_mail")
    desk.post(case)
    desk.round()
    facts = str([entry.facts for entry in desk.office.log(case)])
    assert FAX_NUMBER[1:] not in facts
    assert MAILBOX not in facts
    assert desk.office.entry(case, "delivery.passed").personal["to"] in {FAX_NUMBER, MAILBOX}


def test_fax_goes_to_the_gateways_address(desk):
    case = desk.mill()
    desk.post(case, "callback_fax", "fax_mail")
    assert desk.round().handed_over == 1
    (taken,) = desk.server.box.taken
    assert taken.rcpt_tos == [f"{FAX_NUMBER[1:]}@fax.example.com"]


def test_fax_counts_in_the_history_and_a_letter_does_not(desk):
    case = desk.mill()
    desk.post(case, "callback_fax", "fax_mail")
    desk.post(case, way="print")
    desk.round()
    fax, letter = history(desk, case)
    assert (fax.channel, fax.outcome, fax.e164, fax.counts) == ("fax", Outcome.SENT, FAX_NUMBER, True)
    assert (letter.channel, letter.outcome, letter.e164, letter.counts) == ("letter", Outcome.SENT, "", False)
    assert fax.id < 0
    assert not fax.conversation


def test_fax_waits_for_the_morning(make_desk):
    desk = make_desk(start=NIGHT)
    case = desk.mill()
    delivery = desk.post(case, "callback_fax", "fax_mail")
    assert desk.round().held_back == 1
    waiting = desk.delivery(delivery)
    assert (waiting.state, waiting.tries, waiting.sent_at) == (DeliveryState.WAITING, 0, None)
    assert waiting.next_try_at > NIGHT
    assert desk.office.entry(case, "verdict.denied").facts["delivery"] == delivery
    assert desk.server.box.heard == []
    desk.office.run_to(waiting.next_try_at)
    assert desk.round().handed_over == 1


def test_letter_may_go_at_night(make_desk):
    desk = make_desk(start=NIGHT)
    case = desk.mill()
    desk.post(case)
    assert desk.round().handed_over == 1


def test_nothing_goes_out_once_everything_is_paid(desk):
    case = desk.mill()
    delivery = desk.post(case)
    desk.office.pays(case)
    assert desk.round().held_back == 1
    assert desk.delivery(delivery).state is DeliveryState.REFUSED
    assert desk.office.entry(case, "verdict.denied").facts["denials"][0]["rule"] == "PAID"
    assert tasks_of(desk, case) == ["delivery_refused"]
    assert desk.server.box.heard == []


def pays_part(desk, case):
    """20.00 of 120.00."""
    with desk.office.app.db.write() as tx:
        tx.execute(claims.update().where(claims.c.case_id == case).values(paid_minor=2_000))


@pytest.mark.parametrize("kind", ["reminder_letter", "acknowledgement"])
def test_letter_does_not_ask_for_what_was_paid_while_it_waited(either_desk, kind):
    desk = either_desk
    case = desk.mill()
    delivery = desk.post(case, kind)
    desk.server.box.answers["RCPT"] = ["451 4.3.0 come back later"]
    assert desk.round().in_vain == 1
    pays_part(desk, case)
    desk.office.run(61)
    assert desk.round().held_back == 1
    assert desk.server.box.heard == []
    refused = desk.delivery(delivery)
    assert refused.state is DeliveryState.REFUSED
    assert refused.error == "what it says is open is no longer what is owed"
    assert tasks_of(desk, case) == ["delivery_refused"]
    facts = desk.office.entry(case, "delivery.outdated").facts
    assert (facts["said"], facts["owed"]) == ({"1": 12_000}, {"1": 10_000})
    assert desk.round().idle
    desk.post(case, kind)
    assert desk.round().handed_over == 1


@pytest.mark.parametrize(("kind", "way"), [("reminder_letter", "mail"), ("callback_fax", "fax_mail")])
def test_nothing_that_waited_goes_out_once_the_case_is_closed(either_desk, kind, way):
    """What somebody sends afterwards does: he knows of it."""
    desk = either_desk
    case = desk.mill()
    delivery = desk.post(case, kind, way)
    facts = {"closed_because": "withdrawn"}
    enter_stage(desk.office.app, case, Stage.CLOSED, facts=facts, on=date(2026, 11, 24), actor="anna")
    assert desk.round().held_back == 1
    assert desk.server.box.heard == []
    refused = desk.delivery(delivery)
    assert (refused.state, refused.error) == (DeliveryState.REFUSED, "the case was closed while it waited")
    assert desk.office.entry(case, "delivery.refused").facts["why"] == "the case was closed while it waited"
    assert tasks_of(desk, case) == ["delivery_refused"]
    desk.office.run(1)
    desk.post(case, kind, way)
    assert desk.round().handed_over == 1


def test_request_to_call_back_goes_out_whatever_was_paid(desk):
    case = desk.mill()
    desk.post(case, "callback_fax", "fax_mail")
    pays_part(desk, case)
    assert desk.round().handed_over == 1


def test_fax_about_a_debt_does_not_reach_a_consumer(desk):
    case = desk.consumer()
    delivery = desk.post(case, "reminder_letter", "fax_mail")
    assert desk.round().held_back == 1
    assert desk.delivery(delivery).state is DeliveryState.REFUSED
    rules = {d["rule"] for d in desk.office.entry(case, "verdict.denied").facts["denials"]}
    assert "VM-WORDS" in rules


def test_server_that_is_not_there_is_tried_again_later(desk):
    case = desk.mill()
    delivery = desk.post(case)
    desk.server.stop()
    assert desk.round().in_vain == 1
    waiting = desk.delivery(delivery)
    assert waiting.state is DeliveryState.WAITING
    assert "localhost" in waiting.error
    assert waiting.next_try_at == desk.office.clock.now() + timedelta(minutes=1)
    assert desk.round().idle
    assert history(desk, case) == ()


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
def test_refusal_for_now_is_tried_again(desk, command):
    delivery = desk.post(desk.mill())
    desk.server.box.answers[command] = ["451 4.3.0 come back later"]
    assert desk.round().in_vain == 1
    assert desk.delivery(delivery).error == "451 4.3.0 come back later"
    desk.office.run(61)
    assert desk.round().handed_over == 1
    assert len(desk.server.box.taken) == 1


def test_refusal_for_good_is_believed_the_third_time(desk):
    case = desk.mill()
    delivery = desk.post(case)
    desk.server.box.answers["RCPT"] = ["550 5.1.1 nobody <mahler@example.com> here, call 030 23125 109"] * 9
    for _ in range(3):
        desk.office.run_to(desk.delivery(delivery).next_try_at)
        desk.round()
    failed = desk.delivery(delivery)
    assert (failed.state, failed.tries) == (DeliveryState.FAILED, 3)
    assert failed.error == "550 5.1.1 nobody [address] here, call [number]"
    assert desk.office.alarms() == ["delivery.failed"]
    assert tasks_of(desk, case) == ["delivery_failed"]
    assert len(desk.server.box.answers["RCPT"]) == 6


def test_line_that_dies_before_the_message_is_no_delivery(desk):
    delivery = desk.post(desk.mill())
    desk.server.box.dies_at = {"RCPT"}
    assert desk.round().in_vain == 1
    assert desk.delivery(delivery).state is DeliveryState.WAITING


def test_line_that_dies_after_the_message_leaves_it_unknown_for_ever(either_desk):
    desk = either_desk
    case = desk.mill()
    delivery = desk.post(case, "callback_fax", "fax_mail")
    desk.server.box.dies_at = {"DATA"}
    assert desk.round().unknown == 1
    desk.server.box.dies_at = set()
    for _ in range(20):
        desk.office.run(3600)
        assert desk.round().idle
    assert len(desk.server.box.heard) == 1
    assert desk.delivery(delivery).state is DeliveryState.UNKNOWN
    assert desk.office.alarms() == ["delivery.unknown"]
    assert tasks_of(desk, case) == ["delivery_unknown"]
    (past,) = history(desk, case)
    assert past.outcome is Outcome.UNKNOWN
    assert past.counts
    assert desk.document(desk.delivery(delivery).document_id).state is DocumentState.DRAFT


def test_paper_of_which_nobody_knew_whether_it_arrived_is_filed_when_it_comes_back_signed(either_desk):
    desk = either_desk
    case = desk.mill()
    document = desk.write(case, "acknowledgement")
    desk.queue(document, "mail")
    desk.server.box.dies_at = {"DATA"}
    assert desk.round().unknown == 1
    return_document(desk.office.app, document, b"scan", actor="anna")
    assert desk.document(document).state is DocumentState.ARCHIVED
    assert desk.office.kinds(case)[-2:] == ["document.returned", "document.archived"]


def test_crash_between_claim_and_handing_over_leaves_it_unknown(either_desk, monkeypatch):
    desk = either_desk
    case = desk.mill()
    delivery = desk.post(case)

    def crash(*_args, **_more):
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(worker, "hand_over", crash)
        with pytest.raises(SystemExit):
            desk.round()
    assert desk.delivery(delivery).state is DeliveryState.SENDING
    assert desk.round().idle
    desk.office.run(15 * 60 + 1)
    assert desk.round().unknown == 1
    assert desk.delivery(delivery).state is DeliveryState.UNKNOWN
    assert desk.round().idle
    assert desk.server.box.heard == []
    assert tasks_of(desk, case) == ["delivery_unknown"]


def test_crash_after_handing_over_is_not_sent_twice(desk, monkeypatch):
    delivery = desk.post(desk.mill())

    def crash(*_args, **_more):
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(worker, "_finish", crash)
        with pytest.raises(SystemExit):
            desk.round()
    desk.office.run(3600)
    assert desk.round().unknown == 1
    desk.office.run(3600)
    desk.round()
    assert len(desk.server.box.taken) == 1
    assert desk.delivery(delivery).state is DeliveryState.UNKNOWN


def test_proof_waits_for_whoever_holds_the_case_when_it_has_been_handed_over(postgres_desk, monkeypatch):
    """Else nobody would know whether it arrived, and a notice would not be taken for given."""
    desk = postgres_desk
    delivery = desk.post(desk.consumer())
    hand_over = worker.hand_over

    def and_then_somebody_is_slow(*args, **more):
        done = hand_over(*args, **more)
        kept_waiting(desk.office.app, monkeypatch)
        return done

    monkeypatch.setattr(worker, "hand_over", and_then_somebody_is_slow)
    assert desk.round().handed_over == 1
    assert desk.delivery(delivery).state is DeliveryState.HANDED_OVER
    assert desk.office.alarms() == []
    assert len(desk.server.box.taken) == 1


def test_fax_whose_worker_was_held_up_after_the_gate_asks_it_again(either_desk, monkeypatch):
    """The worker was stopped; in the evening no fax may ring."""
    desk = either_desk
    delivery = desk.post(desk.mill(), "callback_fax", "fax_mail")

    def sleeps(verdict, **more):
        desk.office.run(12 * 3600)
        return verdict_json(verdict, **more)

    with monkeypatch.context() as patch:
        patch.setattr(worker, "verdict_json", sleeps)
        assert desk.round().in_vain == 1
    waiting = desk.delivery(delivery)
    assert (waiting.state, waiting.sent_at) == (DeliveryState.WAITING, None)
    assert waiting.error == "the program was held up between the gate and handing it over"
    desk.office.run(61)
    assert desk.round().held_back == 1
    assert desk.server.box.heard == []
    desk.office.run_to(desk.delivery(delivery).next_try_at)
    assert desk.round().handed_over == 1


def test_document_of_a_worker_that_came_back_in_time_is_sent(desk, monkeypatch):
    desk.post(desk.mill())

    def five_seconds(verdict, **more):
        desk.office.clock.ahead += timedelta(seconds=5)
        return verdict_json(verdict, **more)

    monkeypatch.setattr(worker, "verdict_json", five_seconds)
    assert desk.round().handed_over == 1


def test_two_workers_send_it_once(either_desk, monkeypatch):
    desk = either_desk
    desk.post(desk.mill())
    inner = worker.hand_over

    def second_worker_comes(*args, **more):
        assert desk.round().idle
        return inner(*args, **more)

    monkeypatch.setattr(worker, "hand_over", second_worker_comes)
    assert desk.round().handed_over == 1
    assert len(desk.server.box.taken) == 1


def test_worker_and_whoever_sends_it_once_more_do_not_wait_for_each_other_in_a_circle(postgres_desk, monkeypatch):
    desk = postgres_desk
    app = desk.office.app
    first = desk.post(desk.mill())
    document = desk.delivery(first).document_id
    done, noted = Event(), worker.handed_over

    def slow(*args):
        done.set()
        until_somebody_waits(app)
        noted(*args)

    monkeypatch.setattr(worker, "handed_over", slow)
    with ThreadPoolExecutor(1) as pool:
        round_ = pool.submit(desk.round)
        assert done.wait(10)
        second = desk.queue(document, "print")
    assert round_.result().handed_over == 1
    assert desk.delivery(first).state is DeliveryState.HANDED_OVER
    assert desk.delivery(second).state is DeliveryState.WAITING


def test_wrong_password_sends_nothing_and_tells_nobody_the_secret(desk, tmp_path):
    case = desk.mill()
    delivery = desk.post(case)
    mail = desk.office.app.config.mail
    wrong = mail.model_copy(update={"password": type(mail.password)("a-wrong-secret")})
    config = desk.office.app.config.model_copy(update={"mail": wrong})
    object.__setattr__(desk.office.app, "config", config)
    assert desk.round().in_vain == 1
    assert "535" in desk.delivery(delivery).error
    assert "a-wrong-secret" not in desk.delivery(delivery).error


def test_print_lays_the_letter_down_whole_under_a_name_without_names(desk):
    case = desk.mill(name="Frau Mahler")
    delivery = desk.post(case, way="print")
    desk.round()
    (file,) = desk.printed()
    done = desk.delivery(delivery)
    assert file.name == f"case-{case}-document-{done.document_id}-{delivery}.pdf"
    assert file.read_bytes() == desk.pdf(done.document_id)
    assert done.proof == f"{file} sha256 {sha256(file.read_bytes())}"


def test_print_folder_that_is_gone_is_tried_again(desk):
    delivery = desk.post(desk.mill(), way="print")
    folder = desk.office.folder / "print"
    folder.rmdir()
    assert desk.round().in_vain == 1
    folder.mkdir()
    desk.office.run(61)
    assert desk.round().handed_over == 1
    assert desk.delivery(delivery).tries == 2


def test_document_that_was_tampered_with_is_not_sent(desk):
    case = desk.mill()
    delivery = desk.post(case)
    with desk.office.app.db.write() as tx:
        tx.exec_driver_sql("update documents set pdf = x'25504446'")
    assert desk.round().in_vain == 1
    assert desk.server.box.heard == []
    assert desk.office.alarms() == ["delivery.error"]
    assert "hash differs" in desk.delivery(delivery).error


def test_one_broken_delivery_stops_no_other(desk):
    first, second = desk.post(desk.mill()), desk.post(desk.mill("+493023125102", name="Herr Korn"))
    with desk.office.app.db.write() as tx:
        tx.exec_driver_sql(f"update documents set sha256 = 'x' where id = {desk.delivery(first).document_id}")  # noqa: S608
    done = desk.round()
    assert (done.in_vain, done.handed_over) == (1, 1)
    assert desk.delivery(second).state is DeliveryState.HANDED_OVER


@pytest.mark.parametrize(
    ("way", "to", "said"),
    [
        ("fax_mail", "+493023125999", "no number of case"),
        ("mail", "boss@example.com", "no mail address of case"),
        ("print", "somewhere", "--to is for fax and mail"),
    ],
)
def test_goes_to_nobody_the_book_does_not_know(desk, way, to, said):
    document = desk.write(desk.mill())
    with pytest.raises(BadInput, match=said):
        desk.queue(document, way, to=to)


def test_ways_that_are_not_configured_are_named(make_office):
    office = make_office()
    from post_kit import Desk  # noqa: PLC0415 - its office has no letterhead

    desk = Desk(office, None)
    with pytest.raises(BadInput, match=r"\[creditor.letterhead\]"):
        desk.write(desk.mill())


def test_spreadsheet_lists_what_was_sent_among_the_calls(either_desk):
    desk = either_desk
    case = desk.mill()
    desk.post(case, "callback_fax", "fax_mail")
    desk.post(case, way="print")
    desk.round()
    start, end = desk.office.clock.now() - timedelta(days=1), desk.office.clock.now() + timedelta(days=1)
    with desk.office.app.db.read() as tx:
        rows = list(report_rows.stream(tx, AttemptRow, since=start, until=end, zone_of=lambda *_: "Europe/Berlin"))
    assert [(r.channel, r.step, r.outcome, r.number, r.verdict, r.collector) for r in rows] == [
        ("fax", "callback_fax", "sent", FAX_NUMBER, "allow", "anna"),
        ("letter", "reminder_letter", "sent", "", "allow", "anna"),
    ]
    assert [(r.claim, r.invoice, r.currency) for r in rows] == [("F-D-5101-Frau Mahler", "R-5101", "EUR")] * 2


def test_what_was_sent_about_two_claims_has_a_line_for_each(either_desk):
    desk = either_desk
    case = desk.mill()
    with desk.office.app.db.write() as tx:
        row = {"case_id": case, "creditor": "muster", "invoice_date": date(2026, 10, 1), "due_date": date(2026, 10, 15)}
        for name, paid in (("F-2", 0), ("F-3", 5_000)):
            more = {"reference": name, "invoice_number": name, "amount_minor": 5_000, "paid_minor": paid}
            tx.execute(claims.insert().values(**row, **more, currency="EUR"))
    desk.post(case, way="print")
    desk.round()
    start, end = desk.office.clock.now() - timedelta(days=1), desk.office.clock.now() + timedelta(days=1)
    with desk.office.app.db.read() as tx:
        rows = list(report_rows.stream(tx, AttemptRow, since=start, until=end, zone_of=lambda *_: "Europe/Berlin"))
    assert [(r.attempt_id, r.claim) for r in rows] == [(-1, "F-D-5101-Frau Mahler"), (-1, "F-2")]
    assert len(history(desk, case)[0].claims) == 2
