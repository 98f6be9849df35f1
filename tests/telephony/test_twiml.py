"""The documents, read back by a parser that is not the one that wrote them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from dialer.telephony.twiml import (
    Playback,
    Speech,
    desk_line,
    hang_up,
    join_desk,
    press_one,
    speak,
    wait,
)

STAY = {"startConferenceOnEnter": "true", "endConferenceOnExit": "false", "beep": "false", "waitUrl": ""}
NASTY = "Müller & Söhne <Hangup/> </Say><Dial>+49900</Dial> ]]> &lt; \"'"


def german(text: str) -> Speech:
    return Speech(text, "Polly.Vicki", "de-DE")


def shape(document: str) -> list[object]:
    """A document as nested lists: name, attributes, children or text."""
    root = etree.fromstring(document.encode())
    assert (root.tag, dict(root.attrib)) == ("Response", {})
    return [_shape(child) for child in root]


def _shape(element: etree._Element) -> tuple[object, ...]:
    inside = [_shape(child) for child in element] or element.text or ""
    return (element.tag, dict(element.attrib), inside)


def test_debtor_joins_and_leaves_the_desk_running():
    assert shape(join_desk("desk-7")) == [("Dial", {}, [("Conference", STAY, "desk-7")])]


def test_collector_stays_until_star():
    assert shape(desk_line("desk-7", star_url="https://x.example/s?a=1&b=2")) == [
        (
            "Dial",
            {"hangupOnStar": "true", "action": "https://x.example/s?a=1&b=2", "method": "POST"},
            [("Conference", STAY, "desk-7")],
        )
    ]


def test_press_one_asks_and_hangs_up():
    assert shape(press_one(german("Drücken Sie die Eins."), "https://x.example/j")) == [
        (
            "Gather",
            {"numDigits": "1", "timeout": "8", "action": "https://x.example/j", "method": "POST"},
            [("Say", {"voice": "Polly.Vicki", "language": "de-DE"}, "Drücken Sie die Eins.")],
        ),
        ("Hangup", {}, ""),
    ]


def test_message_is_played_after_a_pause_and_goes_on():
    document = speak(Playback("https://x.example/a.wav?b=1&c=2"), then_url="https://x.example/p", pause_before=1)
    assert shape(document) == [
        ("Pause", {"length": "1"}, ""),
        ("Play", {}, "https://x.example/a.wav?b=1&c=2"),
        ("Redirect", {"method": "POST"}, "https://x.example/p"),
    ]


def test_last_message_hangs_up():
    assert shape(speak(german("Auf Wiederhören"), then_url=None)) == [
        ("Say", {"voice": "Polly.Vicki", "language": "de-DE"}, "Auf Wiederhören"),
        ("Hangup", {}, ""),
    ]


def test_waiting_goes_on():
    assert shape(wait(20, then_url="https://x.example/n")) == [
        ("Pause", {"length": "20"}, ""),
        ("Redirect", {"method": "POST"}, "https://x.example/n"),
    ]


def test_waiting_for_nothing_is_refused():
    with pytest.raises(ValueError, match="0 s"):
        wait(0, then_url="https://x.example/n")


def test_short_documents():
    assert shape(hang_up()) == [("Hangup", {}, "")]


def test_document_starts_with_its_first_tag():
    assert hang_up() == "<Response><Hangup /></Response>"


def test_markup_in_a_text_stays_text():
    assert shape(speak(german(NASTY), then_url=None))[0][2] == NASTY
    assert shape(join_desk(NASTY))[0][2][0][2] == NASTY


def test_characters_xml_cannot_carry_are_dropped():
    assert shape(speak(german("a\x00b\x0bc\x1b\ud800\uffff"), then_url=None))[0][2] == "abc"


@given(st.text(min_size=1, max_size=400))
def test_any_text_gives_one_utterance(text):
    document = speak(german("x" + text), then_url=None)
    assert [verb[0] for verb in shape(document)] == ["Say", "Hangup"]


@pytest.mark.parametrize("text", ["", " \n", "\x00"])
def test_message_without_words_is_refused(text):
    with pytest.raises(ValueError, match="silence"):
        speak(german(text), then_url=None)


def test_text_too_long_to_be_said_is_refused():
    with pytest.raises(ValueError, match="4097 characters"):
        speak(german("x" * 4097), then_url=None)


def test_document_too_long_to_be_sent_inline_is_refused():
    frame = len(speak(german("x"), then_url=None)) - 1
    assert len(speak(german("x" * (4000 - frame)), then_url=None)) == 4000
    with pytest.raises(ValueError, match="4001 characters"):
        speak(german("x" * (4001 - frame)), then_url=None)
