"""Documents that are not facts: each with the path of the field that is wrong."""

from __future__ import annotations

import json
from typing import Any

from tests.vectors.bases import de
from tests.vectors.kit import rung

INSTANT = "2026-11-24T10:00:00+01:00"
NAIVE = "2026-11-24T10:00:00"
BEYOND_TIME = "9999-12-31T23:59:59-12:00"
BEFORE_TIME = "0001-01-01T00:00:00+12:00"


def _debtor(**wrong: Any) -> Any:
    return de(debtor=wrong)


def _row(**wrong: Any) -> Any:
    return de(history=[*rung(INSTANT), {"at": INSTANT, **wrong}])


def _claim(**wrong: Any) -> Any:
    return de(claims=[{"id": "F1", **wrong}])


def _override(**wrong: Any) -> Any:
    return de(
        overrides=[{"rule": "DE-T2", "role": "compliance", "user": "ida", "reason": "r", "until": INSTANT} | wrong]
    )


def _override_without(key: str) -> Any:
    override = _override()["overrides"][0]
    return de(overrides=[{name: value for name, value in override.items() if name != key}])


FIELDS = (
    ("chanel", de(chanel="call")),
    ("channel", de(channel="pigeon")),
    ("channel", de(channel=None)),
    ("channel", de(channel="inbound")),
    ("mode", de(mode="robot")),
    ("stage", de(stage="court")),
    ("document", de(document="contract")),
    ("recording", de(recording="yes")),
    ("recording", de(recording=1)),
    ("ring_seconds", de(ring_seconds="20")),
    ("ring_seconds", de(ring_seconds=20.5)),
    ("ring_seconds", de(ring_seconds=True)),
    ("operator", de(operator="we")),
    ("operator.role", de(operator={"role": "bank"})),
    ("operator.country", de(operator={"country": 49})),
    ("operator.phone", de(operator={"phone": "+493023125000"})),
    ("debtor", de(debtor=["consumer"])),
    ("debtor.typ", _debtor(typ="consumer")),
    ("debtor.type", _debtor(type=1)),
    ("debtor.postal_code", _debtor(postal_code=10115)),
    ("debtor.address_confirmed", _debtor(address_confirmed="no")),
    ("debtor.zones", _debtor(zones="Europe/Berlin")),
    ("debtor.zones[0]", _debtor(zones=["Europe/Nowhere"])),
    ("debtor.zones[0]", _debtor(zones=["Europe"])),
    ("debtor.zones[0]", _debtor(zones=["\ud800"])),
    ("debtor.zones[0]", _debtor(zones=["Europe/Berlin\u0000"])),
    ("debtor.zones[0]", _debtor(zones=[""])),
    ("debtor.zones[0]", _debtor(zones=["x" * 5000])),
    ("debtor.zones[1]", _debtor(zones=["Europe/Berlin", "../../etc/passwd"])),
    ("debtor.zones[1]", _debtor(zones=["Europe/Berlin", 1])),
    ("debtor.wishes[0]", _debtor(wishes=[{"days": "mon-fri", "span": "25:00-26:00"}])),
    ("debtor.wishes[0]", _debtor(wishes=[{"days": "someday", "span": "08:00-12:00"}])),
    ("debtor.wishes[0]", _debtor(wishes=[{"days": "mon-fri", "span": "12:00-08:00"}])),
    ("debtor.wishes[0]", _debtor(wishes=[{"days": "mon-fri"}])),
    ("debtor.wishes[1]", _debtor(wishes=[{"days": "mon-fri", "span": "08:00-12:00"}, "evenings"])),
    ("phone.e164", de(phone={"e164": 493023125001})),
    ("phone.role", de(phone={"role": "home"})),
    ("phone.state", de(phone={"state": "broken"})),
    ("phone.number", de(phone={"number": "+493023125001"})),
    ("contact.role", de(contact={"role": "boss"})),
    ("claims", de(claims={"id": "F1"})),
    ("claims[0]", de(claims=["F1"])),
    ("claims[0].id", de(claims=[{}])),
    ("claims[0].id", de(claims=[{"id": 5}])),
    ("claims[0].id", de(claims=[{"id": None}])),
    ("claims[1].id", de(claims=[{"id": "F1"}, {"disputed": True}])),
    ("claims[0].reference", _claim(reference="F1")),
    ("claims[0].disputed", _claim(disputed="no")),
    ("claims[0].open_minor", _claim(open_minor=1.5)),
    ("claims[0].open_minor", _claim(open_minor="100")),
    ("claims[0].limitation_on", _claim(limitation_on="2026-02-30")),
    ("claims[0].default_since", _claim(default_since="1.10.2026")),
    ("flags.ceased", de(flags={"ceased": True})),
    ("flags.cease", de(flags={"cease": "no"})),
    ("flags.attorney", de(flags={"attorney": None})),
    ("flags.moratorium_until", de(flags={"moratorium_until": NAIVE})),
    ("flags.moratorium_until", de(flags={"moratorium_until": "soon"})),
    ("flags.prior_consent_until", de(flags={"prior_consent_until": True})),
    ("notices.rdg13a", de(notices={"rdg13a": NAIVE})),
    ("notices.rdg13", de(notices={"rdg13": INSTANT})),
    ("dialer.lost", de(dialer={"attempts": 10, "lost": "1"})),
    ("dialer.attempts", de(dialer={"attempts": -1, "lost": 0})),
    ("dialer.attempts", de(dialer={"lost": 0})),
    ("holds[0].reason", de(holds=[{"reason": "mood"}])),
    ("holds[0].reason", de(holds=[{"until": INSTANT}])),
    ("holds[0].until", de(holds=[{"reason": "promise", "until": NAIVE}])),
    ("overrides[0].until", _override(until=NAIVE)),
    ("overrides[0].until", _override(until=None)),
    ("overrides[0].rule", _override(rule=3)),
    ("overrides[0].by", _override(by="ida")),
    ("overrides[0].user", _override(user="")),
    ("overrides[0].user", _override_without("user")),
    ("overrides[0].reason", _override(reason="")),
    ("overrides[0].reason", _override_without("reason")),
    ("message", de(message="Guten Tag")),
    ("message.text", de(message={"text": 1})),
    ("message.first_reminder_on", de(message={"text": "x", "first_reminder_on": "last week"})),
    ("history", de(history=None)),
    ("history[0]", de(history=["2026-11-24"])),
    ("history[2].at", de(history=[*rung(INSTANT, INSTANT), {"at": NAIVE}])),
    ("history[0].at", de(history=[{"channel": "call"}])),
    ("history[0].at", de(history=[{"at": None}])),
    ("history[0].at", de(history=[{"at": 1790000000}])),
    ("history[1].at", _row(at="2026-13-01T10:00:00+01:00")),
    ("history[1].ended_at", _row(ended_at=NAIVE)),
    ("history[0]", de(history=rung(INSTANT, ended_at="2020-01-01T00:00:00Z"))),
    ("history[0]", de(history=rung(INSTANT, ended_at="2026-11-24T09:59:59.999+01:00"))),
    ("history[1].channel", _row(channel="pigeon")),
    ("history[1].outcome", _row(outcome="no answer")),
    ("history[1].disposition", _row(disposition="angry")),
    ("history[1].conversation", _row(conversation="yes")),
    ("history[1].claims", _row(claims="F1")),
    ("history[1].contact_role", _row(contact_role="boss")),
    ("history[1].when", _row(when=INSTANT)),
)
"""(path of the wrong field, document)."""

ANSWERED_OR_REFUSED = (
    ("an end of a hold beyond the end of time", de(holds=[{"reason": "promise", "until": BEYOND_TIME}])),
    ("a hold until the last instant", de(holds=[{"reason": "promise", "until": "9999-12-31T23:59:59Z"}])),
    ("a moratorium until the last day", de(flags={"moratorium_until": "9999-12-31"})),
    ("a call before the beginning of time", de(history=[{"at": BEFORE_TIME}])),
    ("a call that ended at the end of time", de(history=[{"at": INSTANT, "ended_at": "9999-12-31T23:59:59Z"}])),
    ("a conversation at the end of time", de(history=rung("9999-12-31T12:00:00Z", outcome="connected"))),
    ("a call that ended as it began", de(history=rung(INSTANT, ended_at=INSTANT))),
    ("a notice on the last day", de(operator={"role": "lawyer"}, notices={"rdg13a": "9999-12-31"})),
    ("consent until the first day", de(flags={"prior_consent_until": "0001-01-01"})),
    ("a claim id that is no text anywhere", de(claims=[{"id": "\ud800"}])),
    ("an amount larger than the universe", de(claims=[{"id": "F1", "open_minor": 10**300}])),
    ("a campaign larger than the universe", de(dialer={"attempts": 10**300, "lost": 10**299})),
    ("more lost calls than calls", de(dialer={"attempts": 1, "lost": 500})),
    ("a postal code with odd characters", _debtor(postal_code="\x00\u0661\u0662", city="🦆" * 1000)),
    ("a negative ringing time", de(ring_seconds=-1)),
    ("a message of braces and control characters", de(message={"text": "{}%s\x00\u202e" * 500})),
    ("a caller ID that is not a number", de(operator={"caller_id": "anna"})),
)
"""Strange, but not for us to say whether right or wrong: what counts is that there is an answer."""

RAW = {
    "no JSON": b"none",
    "cut off": b'{"channel": "call"',
    "two documents": b"{} {}",
    "a list": b"[]",
    "a text": b'"call"',
    "a number": b"7",
    "null": b"null",
    "NaN": b'{"ring_seconds": NaN}',
    "infinity": b'{"ring_seconds": -Infinity}',
    "a number beyond floating point": b'{"ring_seconds": 1e999}',
    "a number of ten thousand digits": b'{"ring_seconds": ' + b"9" * 10_000 + b"}",
    "a key twice": b'{"channel": "call", "channel": "letter"}',
    "an inner key twice": b'{"debtor": {"country": "DE", "country": "AT"}}',
    "deep lists": b"[" * 100_000 + b"]" * 100_000,
    "deep objects": b'{"debtor": ' * 100_000 + b"1" + b"}" * 100_000,
    "deep inside": b'{"claims": [' + b"[" * 5_000 + b"]" * 5_000 + b"]}",
    "five megabytes in an unknown key": b'{"' + b"x" * 5_000_000 + b'": 1}',
    "five megabytes in a word": b'{"channel": "' + b"x" * 5_000_000 + b'"}',
    "three megabytes in a zone": b'{"debtor": {"zones": ["' + b"x" * 3_000_000 + b'"]}}',
    "bytes that are no word": b'{"channel": "\xff\xfe"}',
    "bytes that are no text": b'{"debtor": {"city": "\xff\xfe"}}',
}
"""Texts where the facts should be."""


def _line(**keys: Any) -> bytes:
    return json.dumps(keys).encode()


LINES = {
    "a line without JSON": b"at noon",
    "a line that is a list": b"[]",
    "a line without an instant": _line(facts=de()),
    "a line without facts": _line(at=INSTANT),
    "a line without an offset": _line(at=NAIVE, facts=de()),
    "a line without a time": _line(at="noon", facts=de()),
    "a line with a number for an instant": _line(at=1790000000, facts=de()),
    "a line with facts in a list": _line(at=INSTANT, facts=[de()]),
    "a line with a key too many": _line(at=INSTANT, facts=de(), language="de"),
    "a line with a key twice": b'{"at": "%s", "at": "%s", "facts": {}}' % (INSTANT.encode(), INSTANT.encode()),
    "a line with an instant beyond time": _line(at=BEYOND_TIME, facts=de()),
}
"""Lines that are no question."""
