from __future__ import annotations

import base64
import hmac

import pytest
from werkzeug.datastructures import MultiDict
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from dialer.telephony.signature import raw_target, verify

TOKEN = "12345"
TARGET = "/myapp.php?foo=1&bar=2"
CALL = {
    "CallSid": "CA1234567890ABCDE",
    "Digits": "1234",
    "From": "+14158675309",
    "To": "+18005551212",
    "Caller": "+14158675309",
}
TWO_DIGITS = MultiDict(
    [("Sid", "CA123"), ("SidAccount", "AC123"), ("Digits", "5678"), ("Digits", "1234"), ("Digits", "1234")]
)
DOCS_CALL = {
    "Digits": "1234",
    "To": "+18005551212",
    "From": "+14158675310",
    "Caller": "+14158675310",
    "CallSid": "CA1234567890ABCDE",
}
JSON_BODY = '{"property": "value", "boolean": true}'
JSON_TARGET = TARGET + "&bodySHA256=0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620"
JSON_SIGNATURE = "a9nBmqA0ju/hNViExpshrM61xv4="


def by_hand(text: str, token: str = TOKEN) -> str:
    return base64.b64encode(hmac.new(token.encode(), text.encode(), "sha1").digest()).decode()


def check(**given: object) -> bool:
    usual = {"auth_token": TOKEN, "origin": "https://example.com", "raw_target": "/x", "method": "POST", "form": {}}
    return verify(**(usual | given))


@pytest.mark.parametrize(
    ("origin", "form", "signature"),
    [
        ("https://mycompany.com", CALL, "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
        ("https://mycompany.com", TWO_DIGITS, "IK+Dwps556ElfBT0I3Rgjkr1wJU="),
        ("http://mycompany.com:1234", CALL, "Zmvh+3yNM1Phv2jhDCwEM3q5ebU="),
        ("https://mycompany.com:443", CALL, "kvajT1Ptam85bY51eRf/AJRuM3w="),
        ("http://mycompany.com:80", CALL, "0ZXoZLH/DfblKGATFgpif+LLRf4="),
        ("https://example.com", DOCS_CALL, "L/OH5YylLD5NRKLltdqwSvS0BnU="),
    ],
)
def test_published_signatures_pass(origin, form, signature):
    assert check(origin=origin, raw_target=TARGET, form=form, signature=signature)
    assert not check(origin=origin, raw_target=TARGET, form=form, signature=signature, auth_token="12346")


def test_published_signature_of_a_json_body_passes():
    given = {"origin": "https://mycompany.com", "raw_target": JSON_TARGET, "signature": JSON_SIGNATURE}
    assert check(**given, body=JSON_BODY)
    assert not check(**given, body=JSON_BODY + " ")


def test_json_body_without_its_hash_in_the_url_fails():
    assert not check(body=JSON_BODY, signature=by_hand("https://example.com/x"))


def test_form_signature_computed_by_hand_passes():
    text = "https://example.com/xAZetazetaz"
    assert check(form={"zeta": "z", "Zeta": "", "A": ""}, signature=by_hand(text))


@pytest.mark.parametrize("signature", [None, "", "x", "ü", "RSOYDt4T1cUTdK1PDd93/VVr8B8"])
def test_missing_or_broken_signature_fails(signature):
    assert not check(origin="https://mycompany.com", raw_target=TARGET, form=CALL, signature=signature)


def test_empty_token_fails_even_when_the_client_signs_with_it():
    assert not check(auth_token="", signature=by_hand("https://example.com/x", token=""))


def test_empty_form_signs_the_url_alone():
    assert check(signature=by_hand("https://example.com/x"))


def test_get_signs_the_url_alone():
    signature = by_hand("https://example.com/x?City=M%C3%BCnchen")
    assert check(raw_target="/x?City=M%C3%BCnchen", method="GET", signature=signature)


def test_unsigned_fields_in_a_get_fail():
    assert not check(method="GET", form={"CallStatus": "completed"}, signature=by_hand("https://example.com/x"))


@pytest.mark.parametrize("method", ["PUT", "DELETE", "HEAD", "post"])
def test_other_methods_fail(method):
    assert not check(method=method, signature=by_hand("https://example.com/x"))


@pytest.mark.parametrize(
    "form",
    [CALL | {"Digits": "1235"}, CALL | {"New": "1"}, {k: v for k, v in CALL.items() if k != "Digits"}],
)
def test_altered_form_fails(form):
    given = {"origin": "https://mycompany.com", "signature": "RSOYDt4T1cUTdK1PDd93/VVr8B8="}
    assert not check(**given, raw_target=TARGET, form=form)


@pytest.mark.parametrize(
    ("values", "signed"),
    [(["a", "a"], "Na"), (["b", "a"], "NaNb"), (["a", "b", "a"], "NaNb")],
)
def test_equal_values_of_a_field_are_signed_once(values, signed):
    form = MultiDict([("N", value) for value in values])
    assert check(form=form, signature=by_hand("https://example.com/x" + signed))


def test_whitespace_in_a_value_is_kept():
    signature = by_hand("https://example.com/xSpeech  two words \n")
    assert check(form={"Speech": "  two words \n"}, signature=signature)
    assert not check(form={"Speech": "two words"}, signature=signature)


@pytest.mark.parametrize("signed", ["https://example.com:8443/x", "https://example.com/x"])
def test_https_port_may_be_signed_or_not(signed):
    assert check(origin="https://example.com:8443", signature=by_hand(signed))


@pytest.mark.parametrize("signed", ["http://example.com/x", "https://evil.example/x", "https://example.com/x/"])
def test_only_the_configured_address_counts(signed):
    assert not check(signature=by_hand(signed))


def test_path_prefix_of_the_origin_is_part_of_what_is_signed():
    signature = by_hand("https://example.com/dialer/x")
    assert check(origin="https://example.com/dialer/", signature=signature)


@pytest.mark.parametrize("target", ["", "*", ".evil.example/x", ":99999999/x", "@evil.example/x", "[/x"])
def test_target_that_would_change_the_host_fails(target):
    assert not check(raw_target=target, signature=by_hand("https://example.com" + target))


@pytest.mark.parametrize("form", [{"A": "\ud800"}, {"\udfff": "x"}])
def test_text_without_utf8_form_fails_quietly(form):
    assert not check(form=form, signature=by_hand("https://example.com/x"))


def test_unusable_origin_fails_quietly():
    assert not check(origin="https://[", signature="x")


@pytest.mark.parametrize(
    ("environ", "target"),
    [
        ({"RAW_URI": "/a%2Fb?x=%C3%BC", "REQUEST_URI": "/no", "PATH_INFO": "/no"}, "/a%2Fb?x=%C3%BC"),
        ({"RAW_URI": "", "REQUEST_URI": "/a?b", "PATH_INFO": "/no"}, "/a?b"),
        ({"RAW_URI": "http://evil.example:80/a?b=http://c/d"}, "/a?b=http://c/d"),
        ({"RAW_URI": "HTTPS://evil.example"}, "/"),
        ({"RAW_URI": "http://evil.example?b=/c"}, "/?b=/c"),
        ({"RAW_URI": "//evil.example/a"}, "//evil.example/a"),
        ({"RAW_URI": "*"}, "*"),
        ({"RAW_URI": "a/b://c"}, "a/b://c"),
        ({"SCRIPT_NAME": "/dialer", "PATH_INFO": "/a b/\xc3\xbc", "QUERY_STRING": "x=1"}, "/dialer/a%20b/%C3%BC?x=1"),
        ({"PATH_INFO": "/a;b=c,d:e@f", "QUERY_STRING": ""}, "/a;b=c,d:e@f"),
        ({}, "/"),
    ],
)
def test_target_is_what_came_over_the_wire(environ, target):
    assert raw_target(environ) == target


@pytest.mark.parametrize("target", ["/m%C3%BCller/x?city=M%C3%BCnchen&a=b%20c+d", "/plain?x=%2F"])
def test_umlauts_pass_under_werkzeug(target):
    environ = EnvironBuilder(path=target, method="POST", data={"Name": "Jürgen"}).get_environ()
    request = Request(environ)
    signature = by_hand(f"https://example.com{target}NameJürgen")
    assert check(raw_target=raw_target(environ), form=request.form, signature=signature)
