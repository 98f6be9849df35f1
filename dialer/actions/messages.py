"""Which message a debtor gets to hear, with its placeholders filled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dialer.actions.situation import Situation, find_phone, look
from dialer.app import App
from dialer.config import Config, MessageSection
from dialer.core.case import Contact
from dialer.core.phone import spoken
from dialer.core.texts import Language
from dialer.core.wording import debt_words, fill
from dialer.storage.attempts import Attempt
from dialer.storage.database import Transaction
from dialer.telephony.twiml import Playback, Speech

DEFAULT_VOICES: dict[Language, str] = {"de": "Polly.Vicki-Neural", "en": "Polly.Amy-Neural"}
LOCALES: dict[Language, str] = {"de": "de-DE", "en": "en-GB"}
CHARACTERS_PER_SECOND = 15
"""A slow reading voice; only used to estimate a spoken message's length."""

Kind = Literal["voicemail", "announcement"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What to say, under which name it is configured, and how long it takes at most (seconds)."""

    name: str
    content: Speech | Playback
    seconds: int


def message_for(config: Config, situation: Situation, contact: Contact, kind: Kind) -> Message | None:
    """The segment's message in the debtor's language; None when there is none that he may hear."""
    names = getattr(situation.segment, kind)
    language = situation.case.debtor.language if situation.case.debtor.language in names else "de"
    name = names.get(language)
    if name is None:
        return None
    section = config.messages[name]
    private = situation.case.debtor.type.natural_person
    if private and section.audience != "private":
        return None
    content = _content(section, situation, contact)
    if private and isinstance(content, Speech) and debt_words(content.text):
        return None  # a name filled in gave the debt away
    return Message(name=name, content=content, seconds=_seconds(section, content))


def message_of_attempt(app: App, tx: Transaction, attempt: Attempt, kind: Kind) -> Message | None:
    """The message for whom a running attempt has reached."""
    situation = look(app, tx, attempt.case_id)
    found = find_phone(situation.case, attempt.phone_id)
    return message_for(app.config, situation, found[0], kind) if found else None


def house_voice(config: Config, language: Language) -> str:
    """The voice for what is no configured message: that of the first message in this language."""
    voices = (m.voice for m in config.messages.values() if m.text and m.language == language)
    return next(voices, DEFAULT_VOICES[language])


def _content(section: MessageSection, situation: Situation, contact: Contact) -> Speech | Playback:
    if section.play_url is not None:
        return Playback(section.play_url)
    creditor = situation.creditor
    claims = situation.case.open_claims
    fields = {
        "agent": creditor.agent_name,
        "firm": creditor.name,
        "firm_neutral": creditor.neutral_name,
        "number": spoken(creditor.caller_id),
        "hours": creditor.callback_hours.get(section.language, ""),
        "contact": contact.name,
        "invoice_no": claims[0].invoice_number if claims else "",
    }
    return Speech(text=fill(section.text or "", fields), voice=section.voice, language=LOCALES[section.language])


def _seconds(section: MessageSection, content: Speech | Playback) -> int:
    if isinstance(content, Playback):
        return section.play_seconds or 0
    return -(-len(content.text) // CHARACTERS_PER_SECOND)
