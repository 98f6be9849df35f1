"""The form that goes with each disposition: what the collector fills in, what he must, and how people call it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from dialer.core.outcome import Disposition
from dialer.core.texts import Language


class FieldName(StrEnum):
    """The fields there are, each by the attribute of a report that it fills."""

    AMOUNT = "amount_minor"
    ON = "on"
    TOTAL = "total_minor"
    EVERY = "every"
    RATES = "rates"
    INTEREST_FREE = "interest_free"
    ACCELERATION = "acceleration"
    CALLBACK = "callback_at"
    SPOKEN_TO = "spoken_to"
    REASON = "reason"


class FieldKind(StrEnum):
    """What a field holds.

    In this order: minor units, a day, an aware instant, how far rates are apart, rates one by one, yes or no, a
    contact's id or a name, free text.
    """

    MONEY = "money"
    DAY = "day"
    INSTANT = "instant"
    EVERY = "every"
    RATES = "rates"
    FLAG = "flag"
    PERSON = "person"
    TEXT = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of a form. `label` is a key of the catalogue (`field_label`)."""

    name: FieldName
    kind: FieldKind
    label: str
    required: bool = False


_SPOKEN_TO = Field(name=FieldName.SPOKEN_TO, kind=FieldKind.PERSON, label="spoken_to")


def _because(label: str) -> tuple[Field, ...]:
    return (_SPOKEN_TO, Field(name=FieldName.REASON, kind=FieldKind.TEXT, label=label))


_NOBODY = (Field(name=FieldName.REASON, kind=FieldKind.TEXT, label="what_happened"),)

FORMS: Mapping[Disposition, tuple[Field, ...]] = {
    Disposition.PROMISE_TO_PAY: (
        Field(name=FieldName.AMOUNT, kind=FieldKind.MONEY, label="amount", required=True),
        Field(name=FieldName.ON, kind=FieldKind.DAY, label="pay_on", required=True),
        *_because("why_late"),
    ),
    Disposition.INSTALMENTS_AGREED: (
        Field(name=FieldName.AMOUNT, kind=FieldKind.MONEY, label="rate", required=True),
        Field(name=FieldName.ON, kind=FieldKind.DAY, label="first_on", required=True),
        Field(name=FieldName.EVERY, kind=FieldKind.EVERY, label="every"),
        Field(name=FieldName.TOTAL, kind=FieldKind.MONEY, label="total"),
        Field(name=FieldName.RATES, kind=FieldKind.RATES, label="rates"),
        Field(name=FieldName.INTEREST_FREE, kind=FieldKind.FLAG, label="interest_free"),
        Field(name=FieldName.ACCELERATION, kind=FieldKind.FLAG, label="acceleration"),
        *_because("why_late"),
    ),
    Disposition.SAYS_PAID: _because("how_paid"),
    Disposition.REFUSED: _because("why_refused"),
    Disposition.EVADED: _because("why_evaded"),
    Disposition.GATEKEEPER: _because("why_not_through"),
    Disposition.DISPUTE: _because("what_disputed"),
    # whoever he is, it is no business of ours: his name is not kept
    Disposition.WRONG_PARTY: _NOBODY,
    Disposition.CALLBACK_AGREED: (
        Field(name=FieldName.CALLBACK, kind=FieldKind.INSTANT, label="callback", required=True),
        *_because("why_callback"),
    ),
    Disposition.CANNOT_PAY: _because("why_cannot_pay"),
    Disposition.INSOLVENCY: _because("court"),
    Disposition.REPRESENTED: _because("represented_by"),
    Disposition.DO_NOT_CALL: _because("what_wished"),
    Disposition.DECEASED: _because("heirs"),
    Disposition.NO_RESULT: _NOBODY,
}
"""The fields of each disposition, in the order in which they are filled in."""

INSTEAD: Mapping[FieldName, frozenset[FieldName]] = {
    FieldName.RATES: frozenset({FieldName.AMOUNT, FieldName.ON}),
}
"""What a field stands for, so that it need not be filled in."""


def surplus(said: Disposition, given: frozenset[FieldName]) -> FieldName | None:
    """The first field that was filled in although it does not belong to this disposition."""
    own = {field.name for field in FORMS[said]}
    return next((name for name in FieldName if name in given and name not in own), None)


def missing(said: Disposition, given: frozenset[FieldName]) -> FieldName | None:
    """The first field of this disposition that must be filled in and is not."""
    there = given.union(*(INSTEAD[name] for name in given & INSTEAD.keys()))
    return next((field.name for field in FORMS[said] if field.required and field.name not in there), None)


_LABELS: Mapping[str, tuple[str, str]] = {
    "amount": ("Zugesagter Betrag", "Promised amount"),
    "pay_on": ("Zahlbar am", "To be paid on"),
    "rate": ("Rate", "Rate"),
    "first_on": ("Tag der ersten Rate", "Day of the first rate"),
    "every": ("Abstand der Raten", "Distance of the rates"),
    "total": ("Summe des Plans (ohne Angabe: alles Offene)", "Sum of the plan (else all that is owed)"),
    "rates": ("Raten einzeln (statt Rate und Tag)", "Rates one by one (instead of rate and day)"),
    "interest_free": ("Ohne weitere Zinsen", "No further interest"),
    "acceleration": ("Bei Verzug ist der Rest fällig", "A missed rate makes the rest due"),
    "callback": ("Vereinbarte Zeit", "Agreed time"),
    "spoken_to": ("Gesprochen mit", "Spoken to"),
    "why_late": ("Grund des Verzugs", "Why it is late"),
    "how_paid": ("Wann und auf welchem Weg bezahlt", "When and how it was paid"),
    "why_refused": ("Grund der Weigerung", "Why he refuses"),
    "why_evaded": ("Womit ausgewichen", "What he said instead"),
    "why_not_through": ("Warum nicht durchgestellt", "Why the call was not put through"),
    "what_disputed": ("Was bestritten wird", "What is disputed"),
    "what_happened": ("Was geschah", "What happened"),
    "why_callback": ("Worum es geht", "What it is about"),
    "why_cannot_pay": ("Warum nicht zahlungsfähig", "Why he cannot pay"),
    "court": ("Gericht, Aktenzeichen, Verwalter", "Court, file number, administrator"),
    "represented_by": ("Vertreten durch", "Represented by"),
    "what_wished": ("Gewünschter Weg", "Which way he wishes instead"),
    "heirs": ("Erben, Nachlassgericht", "Heirs, probate court"),
}


def field_label(field: Field, language: Language) -> str:
    """What people call the field."""
    return _LABELS[field.label][language != "de"]
