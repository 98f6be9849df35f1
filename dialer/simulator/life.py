"""The life of a leg: dialling, ringing, answering, and what the answer sets in motion."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from dialer.simulator import callbacks, hearing
from dialer.simulator.amd import judge
from dialer.simulator.document import Target, perform
from dialer.simulator.process import Process, Steps, sleep

if TYPE_CHECKING:
    from dialer.simulator.engine import Engine
    from dialer.simulator.leg import Amd, Leg

POST_DIAL_SECONDS = 1.0
BUSY_SECONDS = 1.5
TAPE_SECONDS = 120.0


def begin(engine: Engine, leg: Leg) -> None:
    """Start dialling: the leg has left the queue."""
    leg.life = Process(_live(engine, leg)).start()


def run_document(engine: Engine, leg: Leg, target: Target) -> None:
    """Let a document control the leg, in place of whatever does so now."""
    if leg.document is not None:
        leg.document.stop()
    if not leg.live:
        return
    # at the same instant but not inside the caller, who may hold this very leg's process on the stack
    leg.document = Process(perform(engine, leg, target), on_end=lambda: engine.end(leg, "completed"))
    engine.timeline.soon(leg.document.begin)


def _live(engine: Engine, leg: Leg) -> Steps[None]:
    record = leg.record
    record.started_at = engine.now
    record.queue_ms = round((engine.now - record.created_at).total_seconds() * 1000)
    leg.reaction = engine.react(leg)
    record.reaction = leg.reaction.kind
    callbacks.status(engine, leg, "initiated", word="initiated")
    yield sleep(engine.timeline, POST_DIAL_SECONDS)
    if leg.reaction.kind == "failed":
        engine.end(leg, "failed", 404)
        return
    record.ringing_at = engine.now
    engine.set_status(leg, "ringing")
    callbacks.status(engine, leg, "ringing")
    yield from _ring(engine, leg)


def _ring(engine: Engine, leg: Leg) -> Steps[None]:
    if leg.reaction.kind == "busy":
        yield sleep(engine.timeline, BUSY_SECONDS)
        engine.end(leg, "busy", 486)
    elif leg.reaction.kind == "no_answer" or leg.reaction.ring_seconds > leg.plan.timeout:
        # some carriers add up to five seconds to the timeout that was asked for
        yield sleep(engine.timeline, leg.plan.timeout + round(engine.dice.uniform(0, 5), 1))
        engine.end(leg, "no-answer", 487)
    else:
        yield sleep(engine.timeline, leg.reaction.ring_seconds)
        _answer(engine, leg)


def _answer(engine: Engine, leg: Leg) -> None:
    leg.record.answered_at = engine.now
    engine.set_status(leg, "in-progress")
    _settle_party(engine, leg)
    leg.timers.append(engine.timeline.after(leg.plan.time_limit, lambda: engine.end(leg, "completed")))
    callbacks.status(engine, leg, "answered")
    _detect(engine, leg)
    engine.fire(leg.when_answered)


def _settle_party(engine: Engine, leg: Leg) -> None:
    reaction = leg.reaction
    if leg.is_collector:
        engine.desks[leg.record.to] = leg
    if leg.is_machine:
        end = reaction.greeting_seconds + (TAPE_SECONDS if reaction.kind == "voicemail" else 30)
        if reaction.kind == "voicemail":
            leg.beep_at = engine.now + timedelta(seconds=reaction.greeting_seconds)
        leg.timers.append(engine.timeline.after(end, lambda: engine.end(leg, "completed")))
    # his own greeting is no silence
    greeting = 0.0 if leg.is_machine else reaction.greeting_seconds
    leg.timers.append(engine.timeline.after(greeting, lambda: _listen(engine, leg)))


def _listen(engine: Engine, leg: Leg) -> None:
    if not leg.audible:
        hearing.quiet(engine, leg)


def _detect(engine: Engine, leg: Leg) -> None:
    amd, target = leg.plan.amd, _first_document(leg)
    if amd is None or amd.asynchronous:
        if target is not None:
            run_document(engine, leg, target)
        if amd is not None:
            leg.detection = Process(_advise(engine, leg, amd)).start()
    elif target is not None:
        leg.detection = Process(_wait_for_verdict(engine, leg, amd, target)).start()


def _first_document(leg: Leg) -> Target | None:
    plan = leg.plan
    if plan.url is not None:
        return Target(plan.url.url, plan.url.method)
    return None if plan.twiml is None else Target(twiml=plan.twiml)


def _advise(engine: Engine, leg: Leg, amd: Amd) -> Steps[None]:
    word, seconds = judge(leg.reaction, amd)
    yield sleep(engine.timeline, seconds)
    callbacks.verdict(engine, leg, word, seconds)


def _wait_for_verdict(engine: Engine, leg: Leg, amd: Amd, target: Target) -> Steps[None]:
    """Synchronous detection: the called party hears nothing until the verdict."""
    start = engine.now
    word, seconds = judge(leg.reaction, amd)
    try:
        yield sleep(engine.timeline, seconds)
    finally:
        hearing.hear(leg, "silence", "", start=start, end=engine.now)
    callbacks.verdict(engine, leg, word, seconds)
    extra = [("AnsweredBy", word), ("MachineDetectionDuration", str(round(seconds * 1000)))]
    run_document(engine, leg, Target(target.url, target.method, twiml=target.twiml, extra=extra))
