from __future__ import annotations

import pytest
from flask import Response


def say(text):
    return f"<Response><Say>{text}</Say></Response>"


def heard(world, sid):
    return [(entry.kind, entry.text) for entry in world.record(sid).heard]


def seconds(entry):
    return (entry.to - entry.from_).total_seconds()


def test_verbs_take_their_time(world):
    sid = world.call(
        "+4930000001",
        "<Response><Say>123456789012345</Say><Pause length='2'/><Play>/a.mp3</Play><Play>/b.mp3?seconds=3</Play>"
        "<Say loop='2'>ja</Say></Response>",
    )
    world.run(60)
    assert [seconds(entry) for entry in world.record(sid).heard] == [1, 2, 10, 3, 0.5]
    assert heard(world, sid)[2:] == [
        ("play", "http://office.test/a.mp3"),
        ("play", "http://office.test/b.mp3?seconds=3"),
        ("say", "ja ja"),
    ]
    assert world.record(sid).status == "completed"


def test_collector_presses_one_and_the_action_gets_the_digit(world):
    world.office.pages["pressed"] = say("Danke")
    sid = world.call(
        "+4940000001",
        "<Response><Gather numDigits='1' timeout='8' action='/pressed'><Say>Bitte die 1</Say></Gather></Response>",
    )
    world.run(30)
    assert world.office.forms("pressed")[0]["Digits"] == "1"
    assert heard(world, sid) == [("say", "Bitte die 1"), ("digits", "1"), ("say", "Danke")]


def test_others_press_nothing_and_fall_through(world):
    page = "<Response><Gather numDigits='1' timeout='3' action='/pressed'/><Say>Nichts gedrückt</Say></Response>"
    sid = world.call("+4930000001", page)
    world.run(30)
    assert world.office.forms("pressed") == []
    assert heard(world, sid)[-1] == ("say", "Nichts gedrückt")


def test_empty_gather_can_ask_for_its_action(world):
    page = "<Response><Gather timeout='3' action='/pressed' actionOnEmptyResult='true'/></Response>"
    world.call("+4930000001", page)
    world.run(30)
    assert world.office.forms("pressed")[0]["Digits"] == ""


def test_redirect_goes_on_with_another_page(world):
    world.office.pages["next"] = say("Weiter")
    sid = world.call("+4930000001", "<Response><Redirect method='GET'>/next</Redirect><Say>nie</Say></Response>")
    world.run(30)
    assert heard(world, sid) == [("say", "Weiter")]
    assert world.office.received[-2].method == "GET"


def test_endless_redirect_is_stopped(world):
    sid = world.call("+4930000001", "<Response><Redirect/></Response>")
    world.run(30)
    assert "application error" in heard(world, sid)[-1][1]
    assert world.record(sid).status == "completed"


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Response("nein", status=500), "11200"),
        (Response("<Response>", content_type="text/xml"), "12100"),
        (Response("<Wrong/>", content_type="text/xml"), "12100"),
        (Response(say("x"), content_type="application/json"), "12300"),
        (Response(say("x" * 70000), content_type="text/xml"), "11750"),
    ],
)
def test_failing_page_leads_to_the_fallback(world, answer, code):
    world.office.pages["fallback"] = say("Wir melden uns")
    sid = world.call("+4930000001", lambda _got: answer, fallback_url="http://office.test/fallback")
    world.run(30)
    form = world.office.forms("fallback")[0]
    assert (form["ErrorCode"], form["ErrorUrl"]) == (code, "http://office.test/page-0")
    assert heard(world, sid) == [("say", "Wir melden uns")]


def test_without_fallback_an_application_error_is_heard(world):
    sid = world.call("+4930000001", url="http://nobody.test/page")
    world.run(30)
    assert "application error" in heard(world, sid)[0][1]
    assert world.record(sid).warnings == [11205]
    assert world.office.statuses(sid)[-1] == "completed"


def test_relative_action_in_an_inline_document_fails(world):
    created = world.client.calls.create(
        to="+4930000001", from_="+4989000001", twiml="<Response><Redirect>/next</Redirect></Response>"
    )
    world.run(30)
    assert world.record(created.sid).warnings == [15004]


def test_http_redirect_loses_what_the_event_added(world):
    world.office.pages["pressed"] = Response(status=302, headers={"Location": "/elsewhere"})
    world.office.pages["elsewhere"] = say("Danke")
    world.call("+4940000001", "<Response><Gather numDigits='1' action='/pressed'/></Response>")
    world.run(30)
    got = next(got for got in world.office.received if got.path == "elsewhere")
    assert got.method == "GET"
    assert "CallSid" in got.form
    assert "Digits" not in got.form


def test_plain_text_is_read_aloud_and_audio_is_played(world):
    text = world.call("+4930000001", lambda _got: Response("Guten Tag", content_type="text/plain"))
    audio = world.call("+4930000002", lambda _got: Response(b"RIFF", content_type="audio/wav"))
    world.run(60)
    assert heard(world, text) == [("say", "Guten Tag")]
    assert heard(world, audio) == [("play", "http://office.test/page-1")]


def test_update_replaces_the_document_that_runs(world):
    sid = world.call("+4930000001", "<Response><Play>/a.mp3?seconds=100</Play></Response>")
    world.run(30)
    world.client.calls(sid).update(twiml=say("Neu"))
    world.run(10)
    assert heard(world, sid) == [("play", "http://office.test/a.mp3?seconds=100"), ("say", "Neu")]


def test_update_during_the_fetch_of_the_first_page_wins(world):
    def redirect(got):
        world.client.calls(got.form["CallSid"]).update(url="http://office.test/other")
        return say("Alt")

    world.office.pages["other"] = say("Neu")
    sid = world.call("+4930000001", redirect)
    world.run(60)
    assert heard(world, sid) == [("say", "Neu")]


def test_time_limit_ends_the_call(world):
    sid = world.call("+4930000001", "<Response><Play>/a.mp3?seconds=100</Play></Response>", time_limit=7)
    world.run(60)
    assert world.record(sid).duration_seconds == 7
