"""Twilio's callback forms, read into typed events. Nothing here raises: what cannot be read is a value too."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from dialer.core.network import AnsweredBy, NetworkStatus
from dialer.telephony.fields import is_call_sid, whole_number

if TYPE_CHECKING:
    from collections.abc import Mapping

# The only place where Twilio's words for the state of a call become ours.
STATUS_WORDS = {
    "queued": NetworkStatus.QUEUED,
    "initiated": NetworkStatus.INITIATED,
    "ringing": NetworkStatus.RINGING,
    "in-progress": NetworkStatus.ANSWERED,
    "completed": NetworkStatus.COMPLETED,
    "busy": NetworkStatus.BUSY,
    "no-answer": NetworkStatus.NO_ANSWER,
    "failed": NetworkStatus.FAILED,
    "canceled": NetworkStatus.CANCELLED,
}

# The words of machine detection are the same on both sides today; the dict keeps that from being a rule.
ANSWERED_BY_WORDS = {word.value: word for word in AnsweredBy}


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusEvent:
    """The network says how far a call has come. `key` is equal for a repeated delivery of the same event."""

    sid: str
    status: NetworkStatus
    sequence: int | None
    at: datetime | None
    duration_seconds: int | None
    answered_by: AnsweredBy | None
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AmdEvent:
    """Machine detection says who picked up."""

    sid: str
    answered_by: AnsweredBy
    detection_ms: int | None
    key: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A callback that means nothing to us. The reason names the field, never its value."""

    reason: str


class _JunkError(Exception):
    """A field that cannot be read; never leaves this module."""


def parse_status(form: Mapping[str, str]) -> StatusEvent | Unreadable:
    """Read a status callback; fields we do not know are ignored, as Twilio adds new ones without notice."""
    try:
        return _status(form)
    except _JunkError as junk:
        return Unreadable(str(junk))


def parse_amd(form: Mapping[str, str]) -> AmdEvent | Unreadable:
    """Read the verdict of asynchronous machine detection."""
    try:
        return _amd(form)
    except _JunkError as junk:
        return Unreadable(str(junk))


def _status(form: Mapping[str, str]) -> StatusEvent:
    sid = _sid(form)
    word = form.get("CallStatus", "")
    if word not in STATUS_WORDS:
        raise _JunkError("CallStatus is not a status we know")
    sequence = _number(form, "SequenceNumber")
    return StatusEvent(
        sid=sid,
        status=STATUS_WORDS[word],
        sequence=sequence,
        at=_instant(form.get("Timestamp", "")),
        # `Duration` is in started minutes; this one is in seconds.
        duration_seconds=_number(form, "CallDuration"),
        # Only the news of the end matters here: a word of detection we do not know must not cost us that.
        answered_by=ANSWERED_BY_WORDS.get(form.get("AnsweredBy", "")),
        # Signed fields only: a header such as the idempotency token can be forged.
        key=f"{sid}:{word}:{'-' if sequence is None else sequence}",
    )


def _amd(form: Mapping[str, str]) -> AmdEvent:
    sid = _sid(form)
    word = form.get("AnsweredBy", "")
    if word not in ANSWERED_BY_WORDS:
        raise _JunkError("AnsweredBy is not a verdict we know")
    return AmdEvent(
        sid=sid,
        answered_by=ANSWERED_BY_WORDS[word],
        detection_ms=_number(form, "MachineDetectionDuration"),
        key=f"{sid}:amd:{word}",
    )


def _sid(form: Mapping[str, str]) -> str:
    sid = form.get("CallSid", "")
    if not is_call_sid(sid):
        raise _JunkError("CallSid is missing or malformed")
    return sid


def _number(form: Mapping[str, str], name: str) -> int | None:
    # Twilio sends fields it has no value for as empty strings.
    text = form.get(name, "")
    number = whole_number(text)
    if text and number is None:
        raise _JunkError(f"{name} is not a whole number")
    return number


def _instant(text: str) -> datetime | None:
    """The time of the event in UTC; unreadable is None, since the event itself is worth more than its time."""
    try:
        read = parsedate_to_datetime(text)
        # "-0000" and a missing zone come out naive; Twilio's times are UTC.
        return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
