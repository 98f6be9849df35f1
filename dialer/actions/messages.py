"""Which message a debtor gets to hear, with its placeholders filled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from dialer.actions.situation import Situation, find_phone, look
from dialer.app import App
from dialer.config import Config, MessageSection
from dialer.core.case import Contact, Phone
from dialer.core.decision import StepName
from dialer.core.facts import Wording
from dialer.core.ladder import direct_lines, standing, wants_warning, warning_obstacle
from dialer.core.lint import Use, lint
from dialer.core.outcome import Channel
from dialer.core.phone import spoken
from dialer.core.texts import Language
from dialer.core.wording import fill
from dialer.documents.printing import day_text
from dialer.storage.attempts import Attempt
from dialer.storage.database import Transaction
from dialer.telephony.twiml import Playback, Speech

DEFAULT_VOICES: dict[Language, str] = {"de": "Polly.Vicki-Neural", "en": "Polly.Amy-Neural"}
LOCALES: dict[Language, str] = {"de": "de-DE", "en": "en-GB"}
CHARACTERS_PER_SECOND = 15
"""A slow reading voice; only used to estimate a spoken message's length."""

Kind = Literal["voicemail", "announcement", "warning"]
CHANNELS: dict[Kind, Channel] = {
    "voicemail": Channel.VOICEMAIL,
    "announcement": Channel.CALL,
    "warning": Channel.VOICEMAIL,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What to say, under which name it is configured, and how long it takes at most (seconds)."""

    name: str
    content: Speech | Playback
    seconds: int
    language: Language
    level: int

    @property
    def wording(self) -> Wording | None:
        """The words as the gate looks at them; None for a recording, whose words nobody knows."""
        if isinstance(self.content, Playback):
            return None
        return Wording(text=self.content.text, level=self.level, language=self.language)


def message_for(config: Config, situation: Situation, contact: Contact, kind: Kind) -> Message | None:
    """The segment's message in the debtor's language; None when there is none that he may hear."""
    names = getattr(situation.segment, kind)
    language = situation.case.debtor.language if situation.case.debtor.language in names else "de"
    name = names.get(language)
    if name is None:
        return None
    section = config.messages[name]
    debtor = situation.case.debtor
    if debtor.type.natural_person and section.audience != "private":
        return None
    content = _content(section, situation, contact)
    use = Use(
        country=debtor.country,
        debtor=debtor.type,
        channel=CHANNELS[kind],
        level=contact.role.level,
        language=section.language,
    )
    # the law of his own country, and the names that are filled in: both may say more than the start-up check saw
    if section.text is not None and lint(section.text, use, situation.law, fields=_fields(section, situation, contact)):
        return None
    return Message(
        name=name,
        content=content,
        seconds=_seconds(section, content),
        language=section.language,
        level=contact.role.level,
    )


def message_of_attempt(app: App, tx: Transaction, attempt: Attempt, kind: Kind) -> Message | None:
    """The message for whom a running attempt has reached."""
    situation = look(app, tx, attempt.case_id)
    found = find_phone(situation.case, attempt.phone_id)
    return message_for(app.config, situation, found[0], kind) if found else None


def voicemail_of_attempt(app: App, tx: Transaction, attempt: Attempt) -> Message | None:
    """The message for the machine that a running attempt has reached: the segment's, or word of the next step.

    The latter only while a person's approval stands and everything still speaks for it; on his own line alone.
    """
    situation = look(app, tx, attempt.case_id)
    found = find_phone(situation.case, attempt.phone_id)
    if found is None:
        return None
    kind: Kind = "warning" if attempt.step == StepName.WARNING_CALL and _may_warn(situation, *found) else "voicemail"
    return message_for(app.config, situation, found[0], kind)


def _may_warn(situation: Situation, contact: Contact, phone: Phone) -> bool:
    if phone not in direct_lines(situation.case, contact):
        return False
    view = situation.view(contact)
    at = standing(view)
    return wants_warning(at) and warning_obstacle(view, at) is None


def house_voice(config: Config, language: Language) -> str:
    """The voice for what is no configured message: that of the first message in this language."""
    voices = (m.voice for m in config.messages.values() if m.text and m.language == language)
    return next(voices, DEFAULT_VOICES[language])


def _content(section: MessageSection, situation: Situation, contact: Contact) -> Speech | Playback:
    if section.play_url is not None:
        return Playback(section.play_url)
    fields = _fields(section, situation, contact)
    return Speech(text=fill(section.text or "", fields), voice=section.voice, language=LOCALES[section.language])


def _fields(section: MessageSection, situation: Situation, contact: Contact) -> dict[str, str]:
    creditor = situation.creditor
    claims = situation.case.open_claims
    return {
        "agent": creditor.agent_name,
        "firm": creditor.name,
        "firm_neutral": creditor.neutral_name,
        "number": spoken(creditor.caller_id),
        "hours": creditor.callback_hours.get(section.language, ""),
        "contact": contact.name,
        "invoice_no": claims[0].invoice_number if claims else "",
        "date": day_text(_answer_by(situation), section.language),
        "ref": str(situation.case.id),
    }


def _answer_by(situation: Situation) -> date:
    """The day until which an answer to the message is awaited, by the debtor's calendar."""
    today = situation.seen_at.astimezone(situation.site.zone).date()
    return today + timedelta(days=situation.segment.warning_days)


def _seconds(section: MessageSection, content: Speech | Playback) -> int:
    if isinstance(content, Playback):
        return section.play_seconds or 0
    return -(-len(content.text) // CHARACTERS_PER_SECOND)
