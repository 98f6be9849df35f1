"""One message to a real server: encrypted or not at all, taken once or in doubt."""

from __future__ import annotations

import contextlib
import socket
import ssl
from threading import Thread

import pytest
from aiosmtpd.controller import Controller
from post_kit import Box, start_server

from dialer.mail.handover import HandedOver, NotTaken, Uncertain
from dialer.mail.smtp import Server, send, without_people


def server_of(mail_server, **more):
    settings = {
        "host": "localhost",
        "port": mail_server.port,
        "security": "starttls",
        "username": "buero",
        "password": "hush-hush",
        "ca_file": mail_server.ca,
        "timeout_seconds": 2.0,
    }
    return Server(**{**settings, **more})


def post(server, message=b"Subject: x\r\n\r\nhello\r\n"):
    return send(server, sender="a@example.com", recipient="b@example.com", message=message)


def test_message_is_taken_over_an_encrypted_line(mail_server):
    assert post(server_of(mail_server)) == HandedOver("250 2.0.0 taken")
    assert mail_server.box.secure == [True]


def test_dots_and_line_ends_arrive_as_they_were(mail_server):
    post(server_of(mail_server), b"Subject: x\n\n.\n..two\r\nlast without an end")
    (taken,) = mail_server.box.taken
    assert taken.content == b"Subject: x\r\n\r\n.\r\n..two\r\nlast without an end\r\n"


def test_stranger_is_told_nothing(mail_server):
    result = post(server_of(mail_server, ca_file=None))
    assert isinstance(result, NotTaken)
    assert "certificate" in result.why.lower()
    assert mail_server.box.heard == []


def test_certificate_must_be_the_hosts(mail_certificate):
    server = start_server(*mail_certificate, hostname="127.0.0.2")
    result = post(server_of(server, host="127.0.0.2"))
    server.stop()
    assert isinstance(result, NotTaken)
    assert "mismatch" in result.why
    assert server.box.heard == []


@pytest.fixture
def plain_server():
    """A server without encryption."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    box = Box()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    yield box, port
    controller.stop()


def test_server_that_cannot_encrypt_gets_nothing(plain_server):
    box, port = plain_server
    server = Server(host="localhost", port=port, security="starttls", username="buero", password="hush-hush")
    result = post(server)
    assert isinstance(result, NotTaken)
    assert not result.for_good
    assert box.heard == []


def test_server_on_this_machine_may_go_without(plain_server):
    box, port = plain_server
    assert post(Server(host="localhost", port=port, security="none")) == HandedOver("250 2.0.0 taken")
    assert box.secure == [False]


def test_encrypted_from_the_first_byte(mail_certificate):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*mail_certificate)
    controller = Controller(Box(), hostname="127.0.0.1", port=port, ssl_context=context)
    controller.start()
    try:
        server = Server(host="localhost", port=port, security="tls", ca_file=mail_certificate[0])
        assert isinstance(post(server), HandedOver)
    finally:
        controller.stop()


@pytest.mark.parametrize(
    ("command", "answer", "for_good"),
    [
        ("MAIL", "451 busy", False),
        ("RCPT", "450 later", False),
        ("RCPT", "550 no such user", True),
        ("DATA", "452 full", False),
        ("DATA", "554 not like this", True),
    ],
)
def test_refusal_says_whether_it_lasts(mail_server, command, answer, for_good):
    mail_server.box.answers[command] = [answer]
    assert post(server_of(mail_server)) == NotTaken(answer, for_good=for_good)


def test_wrong_password_is_not_told(mail_server):
    result = post(server_of(mail_server, password="quite-secret"))
    assert isinstance(result, NotTaken)
    assert "535" in result.why
    assert "quite-secret" not in result.why


@pytest.mark.parametrize(("command", "kind"), [("MAIL", NotTaken), ("RCPT", NotTaken), ("DATA", Uncertain)])
def test_line_that_dies_is_in_doubt_only_after_the_message(mail_server, command, kind):
    mail_server.box.dies_at = {command}
    assert isinstance(post(server_of(mail_server)), kind)


def silent_server(*lines):
    """Answers each command with the next line, then says nothing more; its port."""
    listener = socket.create_server(("127.0.0.1", 0))

    def talk():
        with contextlib.suppress(OSError), listener, listener.accept()[0] as peer:
            peer.sendall(b"220 here\r\n")
            for line in lines:
                peer.recv(65536)
                peer.sendall(line + b"\r\n")
            while peer.recv(65536):
                pass

    Thread(target=talk, daemon=True).start()
    return listener.getsockname()[1]


def quick(port):
    return Server(host="localhost", port=port, security="none", timeout_seconds=0.3)


def test_silence_after_the_message_is_doubt():
    port = silent_server(b"250 hello", b"250 ok", b"250 ok", b"354 go ahead")
    assert isinstance(post(quick(port)), Uncertain)


def test_silence_before_the_message_is_none():
    port = silent_server(b"250 hello", b"250 ok", b"250 ok")
    assert isinstance(post(quick(port)), NotTaken)


def test_nonsense_after_the_message_is_doubt():
    port = silent_server(b"250 hello", b"250 ok", b"250 ok", b"354 go ahead", b"220 what?")
    assert isinstance(post(quick(port)), Uncertain)


def test_farewell_that_fails_changes_nothing():
    port = silent_server(b"250 hello", b"250 ok", b"250 ok", b"354 go ahead", b"250 taken")
    assert post(quick(port)) == HandedOver("250 taken")


@pytest.mark.parametrize("security", ["starttls", "tls", "none"])
def test_nobody_there(security):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    result = post(Server(host="localhost", port=port, security=security, timeout_seconds=1))
    assert isinstance(result, NotTaken)
    assert not result.for_good


def test_answers_name_neither_numbers_nor_addresses():
    assert without_people("5.1.1 <+493023125109@fax.example.com> unknown,\r\n call 0821 555-99 00") == (
        "5.1.1 [address] unknown, call [number]"
    )


def test_secret_is_not_shown():
    assert "hush" not in repr(Server(host="h", port=1, security="tls", username="u", password="hush-hush"))


def test_second_server_of_its_own_is_possible(mail_certificate):
    server = start_server(*mail_certificate)
    assert isinstance(post(server_of(server)), HandedOver)
    server.stop()
