"""When answering machine detection makes up its mind, and to what."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dialer.simulator.behaviour import Reaction
    from dialer.simulator.leg import Amd

FAX_SECONDS = 4.0
MACHINE_START_SECONDS = 4.0
SILENCE_AFTER_SPEECH = 1.2  # the default of MachineDetectionSpeechEndThreshold


def judge(reaction: Reaction, amd: Amd) -> tuple[str, float]:
    """The AnsweredBy word and the seconds after the answer at which it is known."""
    word, seconds = _undisturbed(reaction, amd)
    if seconds <= amd.timeout:
        return word, seconds
    return ("machine_end_other" if word.startswith("machine_end") else "unknown"), amd.timeout


def _undisturbed(reaction: Reaction, amd: Amd) -> tuple[str, float]:
    if reaction.kind == "fax":
        return "fax", FAX_SECONDS
    if reaction.kind != "voicemail" and not reaction.mistaken_for_machine:
        return "human", reaction.verdict_seconds
    if amd.mode == "Enable":
        return "machine_start", MACHINE_START_SECONDS
    if reaction.mistaken_for_machine:
        # nobody beeps: the pause after a long company greeting is taken for the end of a recording
        return "machine_end_silence", reaction.greeting_seconds + SILENCE_AFTER_SPEECH
    return reaction.machine_ending, reaction.greeting_seconds
