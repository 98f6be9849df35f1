from __future__ import annotations

import pytest

from dialer.telephony.urls import CallbackUrls

PLAIN = CallbackUrls("https://example.com")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("voice", "/twilio/voice/t-o_K1"),
        ("voice_next", "/twilio/voice/t-o_K1/next"),
        ("voice_played", "/twilio/voice/t-o_K1/played"),
        ("status", "/twilio/status/t-o_K1#rc=3&rp=ct,5xx"),
        ("amd", "/twilio/amd/t-o_K1#rc=3&rp=ct,5xx"),
        ("desk_answer", "/twilio/desk/t-o_K1/answer"),
        ("desk_joined", "/twilio/desk/t-o_K1/joined"),
        ("desk_star", "/twilio/desk/t-o_K1/star"),
        ("desk_status", "/twilio/desk/t-o_K1/status#rc=3&rp=ct,5xx"),
    ],
)
@pytest.mark.parametrize(
    "base", ["https://example.com", "https://example.com/", "https://example.com/dialer/", "http://127.0.0.1:8080"]
)
def test_every_address(base, method, path):
    assert getattr(CallbackUrls(base), method)("t-o_K1") == base.rstrip("/") + path


def test_a_key_names_its_call():
    assert CallbackUrls("https://example.com").desk_star("t", 7) == "https://example.com/twilio/desk/t/star/7"


@pytest.mark.parametrize(
    "base",
    [
        "",
        "example.com",
        "ftp://example.com",
        "https://",
        "https://a_b.example.com",
        "https://user:pw@example.com",
        "https://example.com/x?y=1",
        "https://example.com/?",
        "https://example.com/#rc=5",
        "https://example.com#rc=5",
        "https://example.com/a b",
        "https://example.com//a",
        "https://example.com/m%C3%BCller",
    ],
)
def test_base_that_twilio_would_not_sign_alike_is_refused(base):
    with pytest.raises(ValueError, match="public base URL"):
        CallbackUrls(base)


def test_refusal_does_not_repeat_a_password():
    with pytest.raises(ValueError, match="plain path") as refusal:
        CallbackUrls("https://user:hunter2@example.com")
    assert "hunter2" not in str(refusal.value)


@pytest.mark.parametrize("token", ["", "a/b", "a?b", "a#b", "..", "ü", "a b", "a\n", "x" * 129])
def test_token_that_would_not_survive_is_refused(token):
    with pytest.raises(ValueError, match="token"):
        PLAIN.voice(token)
