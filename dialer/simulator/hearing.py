"""What the called end hears, split at the beep, and how long a human puts up with silence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dialer.simulator.records import Heard

if TYPE_CHECKING:
    from datetime import datetime

    from dialer.simulator.engine import Engine
    from dialer.simulator.leg import Leg

CHARS_PER_SECOND = 15
SILENCE_SECONDS = 8.0


def hear(leg: Leg, kind: str, text: str, *, start: datetime, end: datetime) -> None:
    """Write down a stretch of sound; a machine's tape holds only what came after its beep."""
    heard = leg.record.heard
    beep = leg.beep_at
    if beep is None:
        if end > start or kind == "digits":
            heard.append(Heard(kind, text, start, end, "fax" if leg.reaction.kind == "fax" else "human"))
        return
    middle = min(max(beep, start), end)
    offset = (middle - start).total_seconds()
    if middle > start:
        heard.append(Heard(kind, _part(kind, text, 0, offset), start, middle, "machine_greeting"))
    if end > middle:
        heard.append(Heard(kind, _part(kind, text, offset, None), middle, end, "tape"))


def spoken_until(text: str, seconds: float) -> str:
    """The part of a text that has been said after so many seconds."""
    return text[: round(seconds * CHARS_PER_SECOND)]


def _part(kind: str, text: str, offset: float, end: float | None) -> str:
    if kind != "say":
        return text
    return text[round(offset * CHARS_PER_SECOND) : None if end is None else round(end * CHARS_PER_SECOND)]


def quiet(engine: Engine, leg: Leg) -> None:
    """Nothing is audible from now on; a human hangs up after a while."""
    if not leg.is_human or leg.patience is not None or not leg.live:
        return
    leg.patience = engine.timeline.after(SILENCE_SECONDS, lambda: engine.end(leg, "completed"))


def sound(leg: Leg) -> None:
    """Something is audible: patience starts anew."""
    if leg.patience is not None:
        leg.patience.cancel()
        leg.patience = None
