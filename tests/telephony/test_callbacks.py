from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import ImmutableMultiDict

from dialer.core.network import AnsweredBy, NetworkStatus
from dialer.telephony.callbacks import AmdEvent, StatusEvent, Unreadable, parse_amd, parse_status

SID = "CA" + "0123456789abcdef" * 2
BUSY = ImmutableMultiDict(
    {
        "CallSid": SID,
        "AccountSid": "AC" + "0" * 32,
        "CallStatus": "busy",
        "Called": "+4915112345678",
        "To": "+4915112345678",
        "ToCity": "",
        "CallDuration": "0",
        "Duration": "0",
        "SequenceNumber": "2",
        "SipResponseCode": "487",
        "Timestamp": "Wed, 08 Oct 2025 12:34:56 +0000",
        "CallbackSource": "call-progress-events",
    }
)
NAMES = ["CallSid", "CallStatus", "SequenceNumber", "Timestamp", "CallDuration", "AnsweredBy"]
NAMES += ["MachineDetectionDuration"]


def status_with(**fields: str) -> StatusEvent | Unreadable:
    return parse_status({"CallSid": SID, "CallStatus": "completed"} | fields)


def amd_with(**fields: str) -> AmdEvent | Unreadable:
    return parse_amd({"CallSid": SID, "AnsweredBy": "human"} | fields)


def test_callback_of_a_busy_line_is_read():
    assert parse_status(BUSY) == StatusEvent(
        sid=SID,
        status=NetworkStatus.BUSY,
        sequence=2,
        at=datetime(2025, 10, 8, 12, 34, 56, tzinfo=UTC),
        duration_seconds=0,
        answered_by=None,
        key=f"{SID}:busy:2",
    )


@pytest.mark.parametrize(
    ("word", "status", "terminal"),
    [
        ("queued", NetworkStatus.QUEUED, False),
        ("initiated", NetworkStatus.INITIATED, False),
        ("ringing", NetworkStatus.RINGING, False),
        ("in-progress", NetworkStatus.ANSWERED, False),
        ("completed", NetworkStatus.COMPLETED, True),
        ("busy", NetworkStatus.BUSY, True),
        ("no-answer", NetworkStatus.NO_ANSWER, True),
        ("failed", NetworkStatus.FAILED, True),
        ("canceled", NetworkStatus.CANCELLED, True),
    ],
)
def test_each_word_of_twilio_has_one_of_ours(word, status, terminal):
    event = status_with(CallStatus=word)
    assert (event.status, event.status.terminal, event.key) == (status, terminal, f"{SID}:{word}:-")


@pytest.mark.parametrize("word", ["", "answered", "no_answer", "Busy", "busy ", "x" * 100_000])
def test_unknown_status_is_unreadable(word):
    assert status_with(CallStatus=word) == Unreadable("CallStatus is not a status we know")


@pytest.mark.parametrize(
    "sid", ["", "CA123", SID.upper(), SID + "0", SID + "\n", "XX" + SID[2:], "CA" + "٣" * 32, SID * 1000]
)
@pytest.mark.parametrize("parse", [status_with, amd_with])
def test_malformed_sid_is_unreadable(parse, sid):
    assert parse(CallSid=sid) == Unreadable("CallSid is missing or malformed")


def test_empty_form_is_unreadable():
    assert parse_status({}) == parse_amd({}) == Unreadable("CallSid is missing or malformed")


@pytest.mark.parametrize("name", ["SequenceNumber", "CallDuration"])
@pytest.mark.parametrize("junk", ["-1", "+1", "1.0", " 1", "1_0", "٣", "x", "1" * 10, "9" * 100_000])
def test_junk_number_is_unreadable(name, junk):
    assert status_with(**{name: junk}) == Unreadable(f"{name} is not a whole number")


def test_number_without_value_is_none():
    event = status_with(SequenceNumber="", CallDuration="")
    assert (event.sequence, event.duration_seconds, event.key) == (None, None, f"{SID}:completed:-")


def test_duration_is_the_one_in_seconds():
    assert status_with(Duration="1", CallDuration="4").duration_seconds == 4


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("Tue, 31 Aug 2010 20:36:28 +0000", datetime(2010, 8, 31, 20, 36, 28, tzinfo=UTC)),
        ("Tue, 31 Aug 2010 20:36:28 -0000", datetime(2010, 8, 31, 20, 36, 28, tzinfo=UTC)),
        ("Tue, 31 Aug 2010 20:36:28", datetime(2010, 8, 31, 20, 36, 28, tzinfo=UTC)),
        ("Tue, 31 Aug 2010 22:36:28 +0200", datetime(2010, 8, 31, 20, 36, 28, tzinfo=UTC)),
        ("Fri, 31 Dec 9999 23:59:59 -0900", None),
        ("Tue, 31 Feb 2010 20:36:28 +0000", None),
        ("soon", None),
        ("", None),
    ],
)
def test_time_is_utc_or_unknown(text, at):
    read = status_with(Timestamp=text).at
    assert read == at
    assert read is None or read.tzinfo is UTC


def test_time_without_zone_does_not_depend_on_the_machine(monkeypatch):
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    try:
        assert status_with(Timestamp="Tue, 31 Aug 2010 20:36:28").at == datetime(2010, 8, 31, 20, 36, 28, tzinfo=UTC)
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.parametrize(
    ("word", "answered_by"),
    [("machine_end_beep", AnsweredBy.MACHINE_END_BEEP), ("", None), ("robot", None)],
)
def test_end_of_a_call_survives_a_strange_verdict(word, answered_by):
    event = status_with(AnsweredBy=word)
    assert (event.status, event.answered_by) == (NetworkStatus.COMPLETED, answered_by)


@pytest.mark.parametrize(
    ("word", "machine", "after_greeting"),
    [
        ("human", False, False),
        ("machine_start", True, False),
        ("machine_end_beep", True, True),
        ("machine_end_silence", True, True),
        ("machine_end_other", True, False),
        ("fax", False, False),
        ("unknown", False, False),
    ],
)
def test_verdict_is_read(word, machine, after_greeting):
    event = amd_with(AnsweredBy=word, MachineDetectionDuration="4100")
    assert event == AmdEvent(sid=SID, answered_by=AnsweredBy(word), detection_ms=4100, key=f"{SID}:amd:{word}")
    assert (event.answered_by.machine, event.answered_by.after_greeting) == (machine, after_greeting)


def test_verdict_without_duration_is_read():
    assert amd_with().detection_ms is None


@pytest.mark.parametrize("word", ["", "machine", "Human", "x" * 100_000])
def test_unknown_verdict_is_unreadable(word):
    assert amd_with(AnsweredBy=word) == Unreadable("AnsweredBy is not a verdict we know")


def test_junk_detection_time_is_unreadable():
    assert amd_with(MachineDetectionDuration="4.1") == Unreadable("MachineDetectionDuration is not a whole number")


WORDS = st.text() | st.sampled_from([SID, "busy", "human", "1", "-1", "Tue, 31 Aug 2010 20:36:28 +0000"])


@given(st.dictionaries(st.sampled_from(NAMES) | st.text(), WORDS))
def test_no_form_raises(form):
    assert isinstance(parse_status(form), StatusEvent | Unreadable)
    assert isinstance(parse_amd(form), AmdEvent | Unreadable)


@given(st.text() | st.from_regex(r"\w{3}, \d+ \w{3} \d+ \d+:\d+:\d+ [+-]\d+", fullmatch=True))
def test_no_timestamp_raises(text):
    assert isinstance(status_with(Timestamp=text), StatusEvent)


@given(st.text(min_size=30))
def test_reasons_do_not_repeat_what_was_sent(text):
    assert text not in status_with(CallStatus=text).reason
