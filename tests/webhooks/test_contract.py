"""docs/webhooks.openapi.yaml and our endpoints agree, whatever is sent: a real server, every request signed."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qsl

import hypothesis
import pytest
import requests
import schemathesis
import yaml
from office_kit import ABSENT_AXEL, ORIGIN, TOKEN, Office
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from werkzeug.serving import WSGIRequestHandler, make_server

from dialer.simulator.signature import sign
from webhooks.app import create_app

DESCRIPTION = Path(__file__).parents[2] / "docs" / "webhooks.openapi.yaml"
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
SETTINGS = hypothesis.settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(hypothesis.HealthCheck),
)


class AsTwilio(requests.auth.AuthBase):
    """Signs what really goes out, as Twilio does: the public address and the fields of the form."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        body = request.body or b""
        text = body.decode("utf-8", "replace") if isinstance(body, bytes) else body
        form = parse_qsl(text, keep_blank_values=True, max_num_fields=None)
        request.headers["X-Twilio-Signature"] = sign(TOKEN, ORIGIN + request.path_url, form)
        return request


class _Quiet(WSGIRequestHandler):
    def log_request(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def server(office: Office) -> Iterator[str]:
    """Our application behind a real server."""
    server = make_server("127.0.0.1", 0, create_app(office.app), threaded=True, request_handler=_Quiet)
    thread = Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def described() -> dict[str, dict[str, object]]:
    paths: dict[str, dict[str, object]] = yaml.safe_load(DESCRIPTION.read_text(encoding="utf-8"))["paths"]
    return paths


def test_every_endpoint_is_described_and_no_other(office: Office) -> None:
    rules = {
        (rule.rule.replace("<token>", "{token}").replace("<int:attempt_id>", "{attempt}"), method.lower())
        for rule in create_app(office.app).url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert rules == {(path, method) for path, methods in described().items() for method in methods}


OPERATIONS = [(path, method) for path, methods in described().items() for method in methods]


@pytest.mark.parametrize(
    ("path", "method", "known"),
    [
        *(pytest.param(*operation, False, id=f"{operation[0]} of nobody") for operation in OPERATIONS),
        *(pytest.param(*operation, True, id=f"{operation[0]} live") for operation in OPERATIONS if "{" in operation[0]),
    ],
)
def test_answers_are_as_described(office: Office, server: str, path: str, method: str, known: bool) -> None:  # noqa: FBT001
    token = None
    if known:
        office.collector("anna")
        axel = office.case(ABSENT_AXEL)
        office.dial()
        office.run(5)
        token = office.attempt(axel).token
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # those of the generator about what it generates
        operation = schemathesis.openapi.from_path(DESCRIPTION)[path][method]
        strategy = operation.as_strategy() | operation.as_strategy(generation_mode=schemathesis.GenerationMode.NEGATIVE)
    statuses: set[int] = set()
    with requests.Session() as session:
        session.auth = AsTwilio()

        @SETTINGS
        @hypothesis.given(strategy)
        def try_it(case: schemathesis.Case) -> None:
            if token is not None:
                case.path_parameters["token"] = token
            case.headers.pop("Authorization", None)
            reply = case.call(base_url=server, session=session, timeout=10)
            statuses.add(reply.status_code)
            case.validate_response(reply, checks=CHECKS)

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try_it()
    # the signature is right: what was generated has come through the door
    assert statuses - {403}
