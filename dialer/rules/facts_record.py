"""What the gate looked at, written as FACTS.json: kept with every attempt, so that its verdict can be had again."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from dialer.core import facts as core
from dialer.core.outcome import PastAttempt
from dialer.core.windows import DAYS, WeeklyWindow
from dialer.rules.facts import Caller
from dialer.rules.places import Address


def facts_document(facts: core.Facts, *, address: Address, caller: Caller) -> dict[str, Any]:
    """The facts as a document from which `read_facts` makes facts that get the same verdict."""
    document = {
        "operator": {
            "role": facts.operator_role.value,
            "country": caller.country,
            "subdivision": caller.subdivision,
            "city": caller.city,
            "catholic": caller.catholic,
            "timezone": caller.timezone,
            "caller_id": facts.caller_id,
        },
        "debtor": {
            "type": facts.debtor_type.value,
            "country": address.country,
            "subdivision": address.subdivision,
            "postal_code": address.postal_code,
            "city": address.city,
            "catholic": address.catholic,
            "zones": list(address.zones) or None,
            "address_confirmed": address.confirmed,
            "wishes": _written_wishes(facts.wishes),
        },
        "phone": {
            "e164": facts.phone.e164 or None,
            "role": facts.phone.role.value,
            "line_type": facts.phone.line_type.value,
            "state": facts.phone.state.value,
        },
        "contact": {"role": facts.contact_role.value},
        "claims": [_written_claim(claim) for claim in facts.claims],
        "flags": {
            **{flag.value: True for flag in facts.flags},
            "moratorium_until": _text(facts.moratorium_until),
            "prior_consent_until": _text(facts.prior_consent_until),
        },
        "notices": {notice.value: _text(at) for notice, at in facts.notices.items()},
        "channel": facts.channel.value,
        "mode": facts.mode.value,
        "recording": facts.recording,
        "ring_seconds": facts.ring_seconds,
        "document": facts.document.value if facts.document else None,
        "stage": facts.stage.value,
        "dialer": {"attempts": facts.dialled.attempts, "lost": facts.dialled.lost},
        "holds": [{"reason": hold.reason.value, "until": _text(hold.until)} for hold in facts.holds],
        "overrides": [
            {"rule": o.rule, "role": o.role, "until": _text(o.until), "user": o.user, "reason": o.reason}
            for o in facts.overrides
        ],
        "message": _written_message(facts.wording),
        "history": [_written_past(past, facts.debtor_id) for past in facts.history],
    }
    return _without_nothing(document)


def _without_nothing(value: dict[str, Any]) -> dict[str, Any]:
    """Keys without a value say nothing that their absence would not; an empty list of claims says a lot."""
    kept = {key: _without_nothing(item) if isinstance(item, dict) else item for key, item in value.items()}
    return {key: item for key, item in kept.items() if item not in (None, [], {}) or key == "claims"}


def _text(value: datetime | date | None) -> str | None:
    return value.isoformat() if value is not None else None


def _written_wishes(wishes: WeeklyWindow | None) -> list[dict[str, str]]:
    if wishes is None:
        return []
    return [{"days": day, "span": str(span)} for day, spans in zip(DAYS, wishes.days, strict=True) for span in spans]


def _written_claim(claim: core.ClaimFacts) -> dict[str, Any]:
    written = {
        "id": claim.id,
        "open_minor": claim.open_minor,
        "disputed": claim.disputed,
        "title": claim.title,
        "limitation_on": _text(claim.limitation_on),
    }
    return _without_nothing(written)


def _written_message(wording: core.Wording | None) -> dict[str, Any] | None:
    if wording is None:
        return None
    return {
        "text": wording.text,
        "level": wording.level,
        "language": wording.language,
        "reminders": wording.reminders,
        "first_reminder_on": _text(wording.first_reminder_on),
        "informed": wording.informed,
    }


def _written_past(past: PastAttempt, debtor_id: int) -> dict[str, Any]:
    written = {
        "at": _text(past.at),
        "ended_at": _text(past.ended_at),
        "channel": past.channel.value,
        "phone": past.e164 or None,
        "claims": sorted(past.claims),
        "contact_role": past.contact_role.value,
        "outcome": past.outcome.value if past.outcome else None,
        "disposition": past.disposition.value if past.disposition else None,
        "conversation": past.conversation,
        "other_debtor": True if past.debtor_id != debtor_id else None,
        "message": True if past.message_begun else None,
    }
    return _without_nothing(written)
