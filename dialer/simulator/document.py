"""Running TwiML: fetch a document, go through its verbs, follow where they lead, fall back when it fails."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from dialer.simulator import callbacks, hearing
from dialer.simulator.deliver import DeliveryReply
from dialer.simulator.exchange import Request
from dialer.simulator.process import Disarm, Resume, Steps, Wait, nothing, sleep
from dialer.simulator.records import CallbackSent
from dialer.simulator.twiml import Page, TwimlError, parse, read

if TYPE_CHECKING:
    from dialer.simulator.engine import Engine, Reply
    from dialer.simulator.leg import Leg
    from dialer.simulator.signature import Form

APOLOGY = "We are sorry, an application error has occurred. Goodbye."
MAX_JUMPS = 100  # documents in a row without a second passing: a loop


@dataclass(frozen=True)
class Target:
    """The next document: a URL to fetch or an inline text."""

    url: str | None = None
    method: str = "POST"
    twiml: str | None = None
    extra: Form = field(default_factory=list)
    is_fallback: bool = False


class Stop:
    """A verb's way of saying: hang up now."""


HANG_UP = Stop()
Outcome = Target | Stop | None  # None: go on with the next verb
Verb = Callable[["Engine", "Leg", ET.Element, Page], Steps[Outcome]]


def perform(engine: Engine, leg: Leg, target: Target) -> Steps[None]:
    """Run documents one after the other until one comes to its end."""
    jumps, since = 0, engine.now
    current: Target | None = target
    while current is not None:
        jumps, since = (jumps + 1, since) if engine.now == since else (0, engine.now)
        if jumps > MAX_JUMPS:
            yield from _apologise(engine, leg)
            return
        current = yield from _perform_one(engine, leg, current)


def _perform_one(engine: Engine, leg: Leg, target: Target) -> Steps[Target | None]:
    try:
        page = yield from _load(engine, leg, target)
        return (yield from _run(engine, leg, page))
    except TwimlError as error:
        leg.record.warnings.append(error.code)
        fallback = leg.plan.fallback
        if fallback is not None and not target.is_fallback:
            extra = [("ErrorCode", str(error.code)), ("ErrorUrl", target.url or "")]
            return Target(fallback.url, fallback.method, extra=extra, is_fallback=True)
    yield from _apologise(engine, leg)
    return None


def _apologise(engine: Engine, leg: Leg) -> Steps[None]:
    yield from sounding(engine, leg, kind="say", text=APOLOGY, seconds=len(APOLOGY) / hearing.CHARS_PER_SECOND)


def _load(engine: Engine, leg: Leg, target: Target) -> Steps[Page]:
    if target.url is None:
        return parse(target.twiml or "", None)
    standard = callbacks.standard(engine, leg, leg.record.status)
    if leg.record.answered_by is not None and leg.plan.amd is not None and not leg.plan.amd.asynchronous:
        standard.append(("AnsweredBy", leg.record.answered_by))
    names = {name for name, _ in standard}
    form = standard + [(name, value) for name, value in target.extra if name not in names]
    request = Request(target.method, target.url, form, engine.sid(""), standard=standard)
    reply = yield _fetching(engine, request)
    status = reply.status if isinstance(reply, DeliveryReply) else "unreachable"
    leg.record.fetches.append(CallbackSent(target.url, engine.now, status))
    return read(reply, target.url)


def _fetching(engine: Engine, request: Request) -> Wait:
    def arm(resume: Resume) -> Disarm:
        def arrived(reply: Reply) -> None:
            delay = engine.faults.twiml_delay()
            (engine.timeline.after(delay, lambda: resume(reply)) if delay else resume(reply))

        engine.post(request, arrived)
        # a request that is out cannot be recalled; a process that was stopped does not hear the answer
        return nothing

    return arm


def _run(engine: Engine, leg: Leg, page: Page) -> Steps[Target | None]:
    from dialer.simulator.verbs import VERBS  # noqa: PLC0415 -- verbs know documents, not the other way round

    for element in page.verbs:
        verb = VERBS.get(element.tag)
        if verb is None:
            leg.record.warnings.append(12200)
            continue
        outcome = yield from verb(engine, leg, element, page)
        if isinstance(outcome, Stop):
            return None
        if outcome is not None:
            return outcome
    return None


def sounding(engine: Engine, leg: Leg, *, kind: str, text: str, seconds: float) -> Steps[None]:
    """Let the called end hear something for a while; what is cut short is heard in part."""
    start = engine.now
    silent = kind == "silence"
    leg.audible = not silent
    (hearing.quiet(engine, leg) if silent else hearing.sound(leg))
    try:
        yield sleep(engine.timeline, seconds)
    finally:
        leg.audible = False
        passed = (engine.now - start).total_seconds()
        heard = hearing.spoken_until(text, passed) if kind == "say" and passed < seconds else text
        hearing.hear(leg, kind, heard, start=start, end=engine.now)
