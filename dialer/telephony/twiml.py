"""TwiML documents, built and never parsed. Each one is short enough to be sent inline as well."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from twilio.twiml.voice_response import Dial, Gather, VoiceResponse  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from collections.abc import Callable

SAY_LIMIT = 4096
INLINE_LIMIT = 4000

# What XML 1.0 cannot carry in any form; one such character in a name would void the whole document.
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Speech:
    """A text to be read out, in one of Twilio's voices."""

    text: str
    voice: str
    language: str


@dataclass(frozen=True, slots=True)
class Playback:
    """A recording to be played."""

    url: str


def join_desk(conference: str) -> str:
    """The debtor enters the collector's conference; the collector stays when he leaves."""
    dial = Dial()
    _enter(dial, conference)
    return _document(lambda response: response.append(dial))


def desk_line(conference: str, *, star_url: str) -> str:
    """The collector waits in his conference for the shift; star takes him out to `star_url`.

    The conference does not end with his leg: a debtor on the line must not be cut off by a star.
    """
    dial = Dial(hangup_on_star=True, action=star_url, method="POST")
    _enter(dial, conference)
    return _document(lambda response: response.append(dial))


def press_one(prompt: Speech, action_url: str) -> str:
    """Ask for a key, so that no voicemail box opens a line; silence hangs up."""
    gather = Gather(num_digits=1, timeout=8, action=action_url, method="POST")
    _utter(gather, prompt)

    def build(response: VoiceResponse) -> None:
        response.append(gather)
        response.hangup()

    return _document(build)


def speak(message: Speech | Playback, *, then_url: str | None, pause_before: int = 0) -> str:
    """Wait, say or play, then go on at `then_url` or hang up."""

    def build(response: VoiceResponse) -> None:
        if pause_before > 0:
            response.pause(length=pause_before)
        _utter(response, message)
        if then_url is None:
            response.hangup()
        else:
            response.redirect(then_url, method="POST")

    return _document(build)


def wait(seconds: int, *, then_url: str) -> str:
    """Silence, then go on at `then_url`."""
    if seconds < 1:
        raise ValueError(f"a pause of {seconds} s: at least 1 is needed, or the redirects run in a circle")

    def build(response: VoiceResponse) -> None:
        response.pause(length=seconds)
        response.redirect(then_url, method="POST")

    return _document(build)


def hang_up() -> str:
    """End the call."""
    return _document(lambda response: response.hangup())


def _enter(dial: Dial, conference: str) -> None:
    dial.conference(
        conference,
        start_conference_on_enter=True,
        end_conference_on_exit=False,
        beep=False,
        wait_url="",
    )


def _utter(parent: VoiceResponse | Gather, message: Speech | Playback) -> None:
    if isinstance(message, Playback):
        parent.play(message.url)
        return
    text = _ILLEGAL.sub("", message.text)
    if not text.strip():
        raise ValueError("the message is empty: whoever answers would hear silence")
    if len(text) > SAY_LIMIT:
        raise ValueError(f"the message has {len(text)} characters; Twilio reads out at most {SAY_LIMIT}")
    parent.say(text, voice=message.voice, language=message.language)


def _document(build: Callable[[VoiceResponse], object]) -> str:
    response = VoiceResponse()
    build(response)
    # Without the declaration, which would only use up room: UTF-8 is what XML assumes.
    text: str = response.to_xml(xml_declaration=False)
    if len(text) > INLINE_LIMIT:
        raise ValueError(f"the document has {len(text)} characters; Twilio takes at most {INLINE_LIMIT} inline")
    return text
