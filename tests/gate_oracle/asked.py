"""A FACTS document with the missing keys filled in: what the rules of the oracle read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.gate_oracle import places

PACKS = ["DE", "AT", "CH", "GB", "US"]
DAY = timedelta(days=1)
UNNAMED = object()
"""The one claim of a request that names none: it may be any of those in the history."""


@dataclass
class Row:
    """One line of the history."""

    at: datetime
    ended_at: datetime
    channel: str
    phone: str | None
    claims: list[str] | None
    contact_role: str
    outcome: str | None
    conversation: bool
    disposition: str | None
    other_debtor: bool
    message: bool

    @property
    def placed(self) -> bool:
        return self.outcome not in ("bad_number", "not_placed", "cancelled")

    @property
    def rings(self) -> bool:
        return self.placed and self.channel in ("call", "voicemail", "fax")

    def about(self, claim: object) -> bool:
        return self.claims is None or claim is UNNAMED or claim in self.claims


class Asked:
    """May this attempt be made? Everything that was said about it."""

    def __init__(self, facts: dict[str, Any], first_asked_at: datetime) -> None:
        self.facts = facts
        self.first_asked_at = first_asked_at
        self.channel = facts.get("channel", "call")
        self.mode = facts.get("mode", "unattended")
        self.rings = self.channel in ("call", "voicemail", "fax")
        self.robot = self.channel == "voicemail" or (self.channel == "call" and self.mode == "unattended")
        self.flags = facts.get("flags", {})
        self.notices = facts.get("notices", {})
        self.dialer = facts.get("dialer")
        self.ring_seconds = facts.get("ring_seconds")
        self.document = facts.get("document")
        self.recording = facts.get("recording", False)
        self._read_people()
        self._read_phone()
        self._read_zones()
        self._read_claims()
        self._read_history()

    def _read_people(self) -> None:
        debtor, operator = self.facts.get("debtor", {}), self.facts.get("operator", {})
        self.type = debtor.get("type", "consumer")
        if self.type not in ("sole_trader", "business"):
            self.type = "consumer"
        self.natural = self.type != "business"
        self.country = debtor.get("country")
        self.subdivision = debtor.get("subdivision")
        self.city = debtor.get("city")
        self.postal_code = debtor.get("postal_code")
        self.wishes = debtor.get("wishes", [])
        self.contact_role = self.facts.get("contact", {}).get("role", "third_party")
        self.operator_role = operator.get("role", "registered_collector")
        self.caller_country = operator.get("country", self.country)
        self.caller_subdivision = operator.get("subdivision")
        self.caller_city = operator.get("city")
        self.caller_id = operator.get("caller_id")

    def _read_phone(self) -> None:
        phone = self.facts.get("phone", {})
        self.e164 = phone.get("e164")
        self.phone_role = phone.get("role", "work")
        self.line_type = phone.get("line_type", places.line_type(self.e164))
        self.phone_state = phone.get("state", "usable")
        self.phone_country = places.by_prefix(self.e164)[0] if self.e164 else None

    def _read_zones(self) -> None:
        debtor = self.facts.get("debtor", {})
        names = list(debtor.get("zones") or [])
        settled = names and debtor.get("address_confirmed", False)
        if not settled and self.country in places.HOME_ZONE:
            names.append(places.HOME_ZONE[self.country])
        if not settled and (self.country, self.subdivision) == ("US", "AZ"):
            names += ["America/Phoenix", "America/Denver"]
        letter = self.facts.get("channel") == "letter"
        if self.e164 and not letter and not debtor.get("address_confirmed", False):
            names += places.by_prefix(self.e164)[1]
        self.nowhere = not names
        if self.nowhere:  # the hours that suit the whole country are told by the clock of New York
            names = ["America/New_York"]
        self.zones = [ZoneInfo(name) for name in sorted(set(names))]

    def _read_claims(self) -> None:
        claims = self.facts.get("claims")
        self.paid = claims is not None and all(claim.get("open_minor", 1) <= 0 for claim in claims)
        self.disputed = any(claim.get("disputed", False) for claim in claims or [])
        self.claims = [claim["id"] for claim in claims or []] or [UNNAMED]

    def _read_history(self) -> None:
        rows = [_row(row) for row in self.facts.get("history", [])]
        self.all_rows = [row for row in rows if not row.other_debtor]
        self.person = [row for row in self.all_rows if row.rings]
        self.number = [row for row in rows if row.rings and row.phone in (self.e164, None)]
        at_number = [row for row in rows if not row.other_debtor or row.phone in (self.e164, None)]
        self.person_or_number = at_number
        self.messages = [row for row in at_number if row.message]
        self.conversations = [row for row in self.all_rows if row.conversation]

    def flag(self, name: str) -> bool:
        return bool(self.flags.get(name, False))

    def held(self, reason: str, at: datetime) -> bool:
        holds = [hold for hold in self.facts.get("holds", []) if hold["reason"] == reason]
        return any(hold.get("until") is None or at < datetime.fromisoformat(hold["until"]) for hold in holds)

    def until(self, name: str) -> list[datetime]:
        """The instants at which a flag with an end runs out, one a zone; nothing when it is not set."""
        return self._instants(self.flags.get(name))

    def given(self, name: str) -> list[datetime]:
        """The instants at which a notice was given at the latest, one a zone; nothing when it was not."""
        return self._instants(self.notices.get(name))

    def _instants(self, text: str | None) -> list[datetime]:
        if text is None:
            return []
        if len(text) > len("2026-01-31"):
            return [datetime.fromisoformat(text)]
        next_day = date.fromisoformat(text) + DAY
        return [datetime.combine(next_day, time(), zone).astimezone(UTC) for zone in self.zones]

    def local_times(self, at: datetime) -> Iterator[datetime]:
        """The clock on the wall wherever the debtor may be."""
        return (at.astimezone(zone) for zone in self.zones)

    def is_holiday(self, day: date) -> bool:
        return places.is_holiday(day, self.country, self.subdivision, self.city)


def _talked(disposition: str | None, outcome: str | None) -> bool:
    if disposition is None:
        return outcome == "connected"
    return disposition not in ("gatekeeper", "wrong_party", "no_result")


def _row(row: dict[str, Any]) -> Row:
    at = datetime.fromisoformat(row["at"]).astimezone(UTC)
    ended_at = row.get("ended_at")
    outcome = row.get("outcome")
    return Row(
        at=at,
        ended_at=datetime.fromisoformat(ended_at).astimezone(UTC) if ended_at else at,
        channel=row.get("channel", "call"),
        phone=row.get("phone"),
        claims=row.get("claims"),
        contact_role=row.get("contact_role", "self"),
        outcome=outcome,
        conversation=row.get("conversation", _talked(row.get("disposition"), outcome)),
        disposition=row.get("disposition"),
        other_debtor=row.get("other_debtor", False),
        message=row.get("message", False),
    )
