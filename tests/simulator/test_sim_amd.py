from __future__ import annotations

from datetime import timedelta

import pytest

from dialer.simulator.amd import judge
from dialer.simulator.behaviour import Reaction
from dialer.simulator.leg import Amd

HELLO = "<Response><Say>Guten Tag</Say><Pause length='60'/></Response>"
ASYNC = {
    "machine_detection": "DetectMessageEnd",
    "async_amd": "true",
    "async_amd_status_callback": "http://office.test/amd",
}


def at(world, sid, instant):
    return (instant - world.record(sid).answered_at).total_seconds()


def test_sync_verdict_comes_before_the_document(world):
    sid = world.call("+4930000001", HELLO, machine_detection="Enable")
    world.run(90)
    page = world.office.forms("page-0")[0]
    assert (page["AnsweredBy"], page["MachineDetectionDuration"]) == ("human", "3500")
    assert at(world, sid, world.record(sid).fetches[0].sent_at) == 3.5
    assert world.record(sid).heard[0].kind == "silence"


def test_silence_lasts_as_long_as_the_listener_bears_it(world):
    sid = world.call("+4930000003", HELLO, machine_detection="DetectMessageEnd")
    human = world.call("+4930000001", "<Response><Pause length='30'/></Response>")
    world.run(200)
    assert world.office.forms("page-0")[0]["AnsweredBy"] == "machine_end_beep"
    assert world.record(sid).heard[-1].heard_by == "tape"
    assert world.record(human).duration_seconds == 8


def test_async_verdict_has_exactly_four_fields(world):
    sid = world.call("+4930000001", HELLO, **ASYNC)
    world.run(90)
    assert world.office.forms("amd") == [
        {"CallSid": sid, "AccountSid": "AC" + "1" * 32, "AnsweredBy": "human", "MachineDetectionDuration": "3500"}
    ]
    assert "AnsweredBy" not in world.office.forms("page-0")[0]
    assert world.client.calls(sid).fetch().answered_by == "human"


def test_async_machine_verdict_comes_at_the_beep_and_the_drop_is_on_the_tape(world):
    def drop(got):
        world.client.calls(got.form["CallSid"]).update(
            twiml="<Response><Pause length='1'/><Say>Bitte rufen Sie uns an.</Say><Hangup/></Response>"
        )
        return ""

    world.office.pages["amd"] = drop
    sid = world.call("+4930000003", "<Response><Pause length='60'/></Response>", **ASYNC)
    world.run(200)
    record = world.record(sid)
    assert record.answered_by == "machine_end_beep"
    beep = next(heard.from_ for heard in record.heard if heard.heard_by == "tape")
    said = next(heard for heard in record.heard if heard.kind == "say")
    assert (said.text, said.heard_by) == ("Bitte rufen Sie uns an.", "tape")
    assert said.from_ == beep + timedelta(seconds=1)
    assert record.status == "completed"


def test_message_that_starts_too_early_is_cut_at_the_beep(world):
    text = "Guten Tag, dies ist eine sehr lange Ansage. " * 20
    sid = world.call("+4930000003", f"<Response><Say>{text}</Say></Response>")
    world.run(200)
    early, taped = world.record(sid).heard
    assert (early.heard_by, taped.heard_by) == ("machine_greeting", "tape")
    assert early.text + taped.text == text.strip()


def test_voicemail_hangs_up_when_its_tape_is_full(world):
    sid = world.call("+4930000003", "<Response><Pause length='600'/></Response>")
    world.run(400)
    tape = world.record(sid).heard[-1]
    assert (tape.to - tape.from_).total_seconds() == 120


def test_verdict_after_hang_up_is_unknown(world):
    sid = world.call("+4930000001", "<Response><Hangup/></Response>", **ASYNC)
    world.run(60)
    assert world.office.forms("amd")[0]["AnsweredBy"] == "unknown"
    assert [got.path for got in world.office.received][-2:] == ["status", "amd"]
    assert world.record(sid).answered_by == "unknown"


def test_fax_is_recognised(world):
    world.call("+4930000006", HELLO, **ASYNC)
    world.run(90)
    assert world.office.forms("amd")[0]["AnsweredBy"] == "fax"


def test_detection_without_a_callback_leaves_a_warning(world):
    sid = world.call("+4930000001", HELLO, machine_detection="Enable", async_amd="true")
    world.run(90)
    assert world.record(sid).warnings == [21262]
    assert world.client.calls(sid).fetch().answered_by == "human"


def test_send_digits_switches_detection_off(world):
    sid = world.call("+4930000001", HELLO, send_digits="1", **ASYNC)
    world.run(90)
    assert world.record(sid).answered_by is None


@pytest.mark.parametrize(
    ("reaction", "mode", "timeout", "expected"),
    [
        (Reaction("voicemail", greeting_seconds=9), "Enable", 30, ("machine_start", 4.0)),
        (Reaction("voicemail", greeting_seconds=9), "DetectMessageEnd", 30, ("machine_end_beep", 9)),
        (Reaction("voicemail", greeting_seconds=9), "DetectMessageEnd", 6, ("machine_end_other", 6)),
        (Reaction("human", verdict_seconds=3.5), "Enable", 3, ("unknown", 3)),
        (
            Reaction("human", greeting_seconds=5, mistaken_for_machine=True),
            "DetectMessageEnd",
            30,
            ("machine_end_silence", 6.2),
        ),
        (Reaction("collector"), "DetectMessageEnd", 30, ("human", 3.5)),
    ],
)
def test_verdict_by_party_and_mode(reaction, mode, timeout, expected):
    assert judge(reaction, Amd(mode, timeout=timeout)) == expected
