from __future__ import annotations

import pytest
from twilio.request_validator import RequestValidator

from dialer.simulator.signature import sign

FORM = [
    ("CallSid", "CA1234567890ABCDE"),
    ("Digits", "1234"),
    ("From", "+14158675309"),
    ("To", "+18005551212"),
    ("Caller", "+14158675309"),
]


@pytest.mark.parametrize(
    ("url", "form", "signature"),
    [
        ("https://mycompany.com/myapp.php?foo=1&bar=2", FORM, "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
        ("http://mycompany.com:1234/myapp.php?foo=1&bar=2", FORM, "Zmvh+3yNM1Phv2jhDCwEM3q5ebU="),
        ("http://mycompany.com:80/myapp.php?foo=1&bar=2", FORM, "0ZXoZLH/DfblKGATFgpif+LLRf4="),
        (
            "https://mycompany.com/myapp.php?foo=1&bar=2",
            [("Sid", "CA123"), ("SidAccount", "AC123"), ("Digits", "5678"), ("Digits", "1234"), ("Digits", "1234")],
            "IK+Dwps556ElfBT0I3Rgjkr1wJU=",
        ),
    ],
)
def test_signature_matches_published_vectors(url, form, signature):
    assert sign("12345", url, form) == signature


def test_fragment_credentials_and_https_port_are_not_signed():
    plain = sign("t", "https://office.test/a?b=1", FORM)
    assert sign("t", "https://user:pass@office.test:8443/a?b=1#rc=3", FORM) == plain


def test_every_webhook_passes_the_sdk_validator(world):
    world.office.pages["page-0"] = "<Response><Say>Guten Tag</Say></Response>"
    world.call("+4930000001", url="http://office.test/page-0?job=M%C3%BCller&x=%2F#rc=2")
    world.run(90)
    validator = RequestValidator("an-auth-token")
    assert len(world.office.received) == 5
    for got in world.office.received:
        form = {name: value for name, value in got.form.items() if name not in ("job", "x")}
        assert validator.validate(got.url, form, got.headers["X-Twilio-Signature"])


def test_get_webhooks_are_signed_over_their_query(world):
    world.call("+4930000004", status_callback_method="GET")
    world.run(60)
    for got in world.office.received:
        assert got.method == "GET"
        assert RequestValidator("an-auth-token").validate(got.url, {}, got.headers["X-Twilio-Signature"])
