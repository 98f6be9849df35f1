from __future__ import annotations


def bridge(number, extra="", **attributes):
    inside = " ".join(f'{name}="{value}"' for name, value in attributes.items())
    return (
        f'<Response><Dial callerId="+4989000009" action="/after" timeout="20" {extra}>'
        f'<Number statusCallback="/child" statusCallbackEvent="initiated ringing answered completed" {inside}>'
        f"{number}</Number></Dial></Response>"
    )


def child_of(world, sid):
    return next(record for record in world.network.calls if record.parent_call_sid == sid)


def test_dialled_number_is_a_child_leg_with_its_own_callbacks(world):
    sid = world.call("+4940000001", bridge("+4930000001"))
    world.run(600)
    child = child_of(world, sid)
    assert (child.direction, child.from_, child.status) == ("outbound-dial", "+4989000009", "completed")
    assert world.office.statuses(child.sid, "child") == ["initiated", "ringing", "in-progress", "completed"]
    assert world.office.forms("child")[0]["ParentCallSid"] == sid
    after = world.office.forms("after")[0]
    assert (after["DialCallStatus"], after["DialCallSid"], after["DialBridged"]) == ("completed", child.sid, "true")
    assert int(after["DialCallDuration"]) == child.duration_seconds
    assert [talk.debtor_call_sid for talk in world.network.conversations] == [child.sid]


def test_unanswered_child_is_told_to_the_action(world):
    world.call("+4940000001", bridge("+4930000007"))
    world.run(60)
    assert world.office.forms("after")[0]["DialCallStatus"] == "no-answer"
    world.network.hang_up_collector("anna")
    world.run(5)
    world.call("+4940000001", bridge("+4930000004"))
    world.run(60)
    assert world.office.forms("after")[1]["DialCallStatus"] == "busy"


def test_hanging_up_the_parent_ends_the_child(world):
    sid = world.call("+4940000001", bridge("+4930000001"))
    world.run(40)
    assert child_of(world, sid).status == "in-progress"
    world.client.calls(sid).update(status="completed")
    world.run(1)
    assert child_of(world, sid).status == "completed"
    assert world.office.forms("after") == []
    assert world.network.conversations[0].disposition == "no_result"


def test_hanging_up_while_the_child_rings_cancels_it(world):
    sid = world.call("+4940000001", bridge("+4930000007"))
    world.run(10)
    world.network.hang_up_collector("anna")
    world.run(1)
    assert child_of(world, sid).status == "canceled"


def test_redirected_child_leaves_its_dialler(world):
    sid = world.call("+4940000001", bridge("+4930000003"))
    world.run(60)
    child = child_of(world, sid)
    world.client.calls(child.sid).update(twiml="<Response><Say>Bitte um Rückruf</Say></Response>")
    world.run(30)
    assert child.heard[-1].text == "Bitte um Rückruf"
    assert world.office.forms("after")[0]["DialCallStatus"] == "completed"


def test_star_key_leaves_a_bridged_machine(world):
    sid = world.call("+4940000001", bridge("+4930000003", extra='hangupOnStar="true"'))
    world.run(60)
    assert child_of(world, sid).status == "completed"
    assert any(entry.text == "*" for entry in world.record(sid).heard)


def test_whisper_runs_before_the_two_are_put_through(world):
    world.office.pages["whisper"] = "<Response><Say>Ein Anruf</Say></Response>"
    sid = world.call("+4930000001", bridge("+4940000001", url="/whisper"))
    world.run(600)
    child = child_of(world, sid)
    assert [entry.kind for entry in child.heard] == ["say", "conference"]
    assert [talk.debtor_call_sid for talk in world.network.conversations] == [sid]


def test_first_of_several_numbers_wins(world):
    page = "<Response><Dial><Number>+4930000007</Number><Number>+4930000001</Number></Dial></Response>"
    world.call("+4940000001", page)
    world.run(60)
    assert [record.status for record in world.network.calls[1:]] == ["canceled", "in-progress"]


def test_child_detection_reports_to_its_own_callback(world):
    page = bridge("+4930000003", machineDetection="DetectMessageEnd", amdStatusCallback="/verdict")
    world.call("+4940000001", page)
    world.run(60)
    assert world.office.forms("verdict")[0]["AnsweredBy"] == "machine_end_beep"
