"""The TwiML verbs."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from dialer.simulator import hearing
from dialer.simulator.dial import dial
from dialer.simulator.document import HANG_UP, Outcome, Target, Verb, sounding
from dialer.simulator.process import Steps, sleep
from dialer.simulator.twiml import Page, TwimlError, duration, flag, seconds, spoken

if TYPE_CHECKING:
    from xml.etree import ElementTree as ET

    from dialer.simulator.engine import Engine
    from dialer.simulator.leg import Leg

PLAY_SECONDS = "10"
PRESS_SECONDS = 1.0
ENDLESS = 1000


def say(engine: Engine, leg: Leg, element: ET.Element, _page: Page) -> Steps[Outcome]:
    text = " ".join([spoken(element)] * _loops(element))
    length = max(len(text) / hearing.CHARS_PER_SECOND, 0.5)
    yield from sounding(engine, leg, kind="say", text=text, seconds=length)
    return None


def play(engine: Engine, leg: Leg, element: ET.Element, page: Page) -> Steps[Outcome]:
    """Play a file; its length is the `seconds` of its query, because nobody fetches it."""
    address = spoken(element)
    if not address:
        hearing.hear(leg, "digits", element.get("digits", ""), start=engine.now, end=engine.now)
        return None
    url = address if page.url is None else page.resolve(address)
    length = duration(parse_qs(urlsplit(url).query).get("seconds", [PLAY_SECONDS])[0])
    yield from sounding(engine, leg, kind="play", text=url, seconds=length * _loops(element))
    return None


def pause(engine: Engine, leg: Leg, element: ET.Element, _page: Page) -> Steps[Outcome]:
    yield from sounding(engine, leg, kind="silence", text="", seconds=seconds(element, "length", 1))
    return None


def gather(engine: Engine, leg: Leg, element: ET.Element, page: Page) -> Steps[Outcome]:
    """Ask for keys: collectors press 1, everybody else lets the time run out."""
    for prompt in element:
        if prompt.tag in ("Say", "Play", "Pause"):
            yield from VERBS[prompt.tag](engine, leg, prompt, page)
    timeout = seconds(element, "timeout", 5)
    digits = yield from _keys(engine, leg, element, timeout)
    if not digits and not flag(element, "actionOnEmptyResult"):
        return None
    action = element.get("action") or page.url
    if action is None:
        raise TwimlError(15004, "<Gather> without an action in an inline document")
    return Target(page.resolve(action), element.get("method", "POST"), extra=[("Digits", digits)])


def _keys(engine: Engine, leg: Leg, element: ET.Element, timeout: float) -> Steps[str]:
    if leg.is_collector and timeout >= PRESS_SECONDS and "dtmf" in element.get("input", "dtmf"):
        yield sleep(engine.timeline, PRESS_SECONDS)
        hearing.hear(leg, "digits", "1", start=engine.now, end=engine.now)
        if element.get("numDigits") != "1":
            yield sleep(engine.timeline, timeout)
        return "1"
    yield from sounding(engine, leg, kind="silence", text="", seconds=timeout)
    return ""


def redirect(_engine: Engine, _leg: Leg, element: ET.Element, page: Page) -> Steps[Outcome]:
    yield from ()
    return Target(page.resolve(spoken(element) or page.url or ""), element.get("method", "POST"))


def hangup(_engine: Engine, _leg: Leg, _element: ET.Element, _page: Page) -> Steps[Outcome]:
    yield from ()
    return HANG_UP


def _loops(element: ET.Element) -> int:
    times = int(seconds(element, "loop", 1))
    return min(times, ENDLESS) if times else ENDLESS


VERBS: dict[str, Verb] = {
    "Say": say,
    "Play": play,
    "Pause": pause,
    "Gather": gather,
    "Dial": dial,
    "Redirect": redirect,
    "Hangup": hangup,
    "Reject": hangup,
}
