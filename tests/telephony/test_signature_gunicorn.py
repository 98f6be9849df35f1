"""The same check behind the server that is used in production, over a socket."""

from __future__ import annotations

import base64
import hmac
import http.client
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlencode

import pytest

HERE = Path(__file__).parent
FORM_HEADERS = {"Content-Type": "application/x-www-form-urlencoded", "Host": "evil.example"}


@pytest.fixture(scope="module")
def port():
    listener = socket.create_server(("127.0.0.1", 0))
    command = [sys.executable, "-m", "gunicorn", "--bind", f"fd://{listener.fileno()}", "--log-level", "warning"]
    command += ["--no-control-socket", "--chdir", str(HERE), "--pythonpath", str(HERE.parents[1]), "signature_app:app"]
    with subprocess.Popen(command, pass_fds=[listener.fileno()]) as process:
        # The socket listens already, so a request waits in it until the worker is up.
        yield listener.getsockname()[1]
        process.terminate()
    listener.close()


def by_hand(text: str) -> str:
    return base64.b64encode(hmac.new(b"12345", text.encode(), "sha1").digest()).decode()


def status(port: int, target: str, *, signature: str, form: dict[str, str] | None = None) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    headers = FORM_HEADERS | {"X-Twilio-Signature": signature}
    connection.request("POST" if form is not None else "GET", target, urlencode(form or {}), headers)
    try:
        return connection.getresponse().status
    finally:
        connection.close()


@pytest.mark.parametrize("target", ["/x?city=M%C3%BCnchen&b=%20c+d", "/m%C3%BCller%2Fx?a=%2F"])
def test_umlauts_pass_under_gunicorn(port, target):
    signature = by_hand(f"https://example.com{target}NameJürgen")
    assert status(port, target, signature=signature, form={"Name": "Jürgen"}) == 200
    assert status(port, target, signature=signature, form={"Name": "Jurgen"}) == 403


def test_get_passes_under_gunicorn(port):
    target = "/x?city=M%C3%BCnchen"
    assert status(port, target, signature=by_hand(f"https://example.com{target}")) == 200


def test_absolute_target_counts_as_its_path(port):
    signature = by_hand("https://example.com/x?a=1")
    assert status(port, "http://evil.example/x?a=1", signature=signature) == 200
    assert status(port, "http://evil.example/y?a=1", signature=signature) == 403
