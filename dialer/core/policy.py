"""What a rule of the law is, as values: its id, what it asks, whom it binds, and where it comes from.

The rules themselves are data (`dialer/rules/*.toml`). All rules that cover a request apply together, so that the
strictest always wins and an added rule can only tighten.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from dialer.core.case import ContactRole, DebtorType, HoldReason, LineType, PhoneRole
from dialer.core.outcome import Channel, Disposition, Mode
from dialer.core.texts import Language
from dialer.core.windows import Spans, WeeklyWindow

HolidayName = Callable[[date], str | None]
"""The name of the public holiday on a local date, None on other days."""


class Effect(StrEnum):
    """What breaking a rule means."""

    DENY = "DENY"
    DENY_OVR = "DENY_OVR"
    REQUIRE = "REQUIRE"
    LIMIT = "LIMIT"
    CONTENT = "CONTENT"
    WARN = "WARN"
    INFO = "INFO"

    @property
    def denies(self) -> bool:
        """True when an attempt that breaks the rule is not made. Only DENY_OVR can be overridden."""
        return self not in {Effect.WARN, Effect.INFO}


class Status(StrEnum):
    """How well the statement behind a rule is founded."""

    CONFIRMED = "confirmed"
    PARTLY = "partly"
    UNCONFIRMED = "unconfirmed"
    PRODUCT_DEFAULT = "product_default"


class OperatorRole(StrEnum):
    """In what capacity the caller collects."""

    OWN_CLAIM = "own_claim"
    REGISTERED_COLLECTOR = "registered_collector"
    LAWYER = "lawyer"


class Flag(StrEnum):
    """What is known about the person, beyond holds; each lasts until somebody takes it back."""

    PHONE_OBJECTION = "phone_objection"
    CEASE = "cease"
    ATTORNEY = "attorney"
    INSOLVENCY = "insolvency"
    WRONG_PARTY = "wrong_party"
    DECEASED = "deceased"
    MORATORIUM = "moratorium"
    PRIOR_CONSENT = "prior_consent"
    PRERECORDED_CONSENT = "prerecorded_consent"
    RECORDING_CONSENT = "recording_consent"
    WORKPLACE_ALLOWED = "workplace_allowed"
    WRITTEN_DISPUTE = "written_dispute"


class Notice(StrEnum):
    """A notice that the law wants given before something else may happen."""

    RDG13A = "rdg13a"
    RDG13A3 = "rdg13a3"
    RDG13A4 = "rdg13a4"
    US_VALIDATION = "us_validation"


class Document(StrEnum):
    """What the debtor is asked to sign."""

    INSTALMENT_AGREEMENT = "instalment_agreement"
    ACKNOWLEDGEMENT = "acknowledgement"


class End(StrEnum):
    """At which end of the line a clock rule looks at clock and calendar."""

    CALLED = "called"
    CALLER = "caller"


class Counted(StrEnum):
    """Whose attempts a counter adds up.

    PERSON: all his numbers and contacts. NUMBER: whoever was called there. ENTITY: a business, once more than one of
    its people was called. CLAIM: each claim by itself.
    """

    PERSON = "person"
    NUMBER = "number"
    ENTITY = "entity"
    CLAIM = "claim"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """Calls only inside these spans; days that are not named are free (called party's clock)."""

    week: WeeklyWindow
    ends: frozenset[End] = frozenset({End.CALLED})


@dataclass(frozen=True, slots=True, kw_only=True)
class YearDays:
    """Calls only inside these spans on single days of the year, keyed by (month, day)."""

    days: Mapping[tuple[int, int], Spans]


@dataclass(frozen=True, slots=True, kw_only=True)
class Holidays:
    """No calls on public holidays."""

    ends: frozenset[End]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownPlace:
    """Hours for a debtor of whom not even the time zone is known."""

    week: WeeklyWindow


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """The times that the called person has called inconvenient."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PerDay:
    """At most `count` attempts on one local day."""

    count: int
    of: frozenset[Counted]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rolling:
    """At most `count` attempts within any `days` times 24 hours, counted from the end of each."""

    count: int
    days: int
    of: frozenset[Counted]
    all_channels: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Hours between the end of an attempt and the next one."""

    hours: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DayParts:
    """Attempts of one day belong into different parts of it, which end at these local minutes."""

    ends: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """Whole days of rest after a conversation: `workdays` that follow its day, or `days` of which its own is the first.

    `per_claim`: only a conversation about one of the claims counts. `waived_by` what was agreed in it.
    """

    workdays: int | None = None
    days: int | None = None
    per_claim: bool = False
    waived_by: frozenset[Disposition] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class LostCall:
    """Hours during which no dialler rings a number again after a call that nobody took on our side."""

    hours: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LostRate:
    """The share of lost calls (percent of at least `among` attempts) from which no dialler calls for the creditor."""

    percent: float
    among: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    """A flag or a hold stops the attempt."""

    flags: frozenset[Flag] = frozenset()
    holds: frozenset[HoldReason] = frozenset()
    disputed_claim: bool = False
    wrong_number: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeFirst:
    """A notice must have been given at least `hours` ago; `strictly`: not at the same instant."""

    notice: Notice
    hours: int
    strictly: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeWithin:
    """A notice must follow within `hours` after the first conversation."""

    notice: Notice
    hours: int


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Who may hear it."""

    roles: frozenset[ContactRole]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """Which lines may be rung."""

    roles: frozenset[PhoneRole]


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerId:
    """The number shown: an ordinary one that begins so, and not so.

    `foreign_only`: speaks of ordinary numbers that begin otherwise, and of nothing else.
    """

    prefix: str
    forbidden: tuple[str, ...] = ()
    foreign_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Forbidden:
    """Whatever the scope covers is not done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RingTime:
    """Seconds that a telephone rings; no upper bound = None."""

    least: int
    most: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageGap:
    """Days between two recorded messages."""

    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageCount:
    """How many recorded messages may be left, ever or within any `days` times 24 hours.

    `announced`: what a person heard from a machine counts as well.
    """

    count: int
    days: int | None = None
    announced: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NoRecording:
    """The conversation is not recorded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherStops:
    """Holds, and with `flags` warnings, that no rule of the country's pack speaks of: what nobody thought of stops it.

    `only` these holds, or all `without` those.
    """

    flags: bool = False
    only: frozenset[HoldReason] | None = None
    without: frozenset[HoldReason] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class NoPack:
    """There is no pack for the called country."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoPlace:
    """Nobody knows what time it is where the telephone would ring, or under which law."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NothingOwed:
    """No claim is open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLine:
    """The number is known not to reach anybody on this channel."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limitation:
    """Some claim is time-barred."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LaterStage:
    """The claim has left the telephone behind."""


class Excuse(StrEnum):
    """A fact about the case that makes words lawful which otherwise are not.

    TITLE: every claim has one. CREDIT_BUREAU: a report would be lawful by now. IN_TIME: no claim can be time-barred.
    """

    TITLE = "title"
    CREDIT_BUREAU = "credit_bureau"
    IN_TIME = "in_time"


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Words that a text must not use, unless a fact about the case makes them true.

    `beginnings` begin a word, `inside` stand anywhere in one, `whole` are the word; `phrases` are beginnings of
    consecutive words. `spared` are innocent words that look so, with a * for whatever may follow. `amounts`: nor any
    sum like 120,50; `numbers`: nor telephone numbers that begin so. `fields` are placeholders that give the same away.
    With `unless_said`, the text itself must have a word that begins so, besides any fact.
    """

    beginnings: tuple[str, ...] = ()
    inside: tuple[str, ...] = ()
    whole: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    spared: tuple[str, ...] = ()
    amounts: bool = False
    numbers: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    unless: Excuse | None = None
    unless_said: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a blank word: it would forbid every text, or none."""
        lists = (self.beginnings, self.inside, self.whole, self.phrases, self.spared, self.numbers, self.unless_said)
        if any(not word.strip("* ") for words in lists for word in words):
            raise ValueError("a word is blank")


@dataclass(frozen=True, slots=True, kw_only=True)
class Contains:
    """Placeholders that a text must have, and the only ones it may have."""

    required: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """A rule that the gate does not judge: what keeps it instead, or why nothing does yet."""

    kept_by: str
    enforced: bool


Condition = (
    Hours | YearDays | Holidays | UnknownPlace | Wishes | PerDay | Rolling | Gap | DayParts | Rest | LostCall | LostRate
    | Stopped | OtherStops | NoticeFirst | NoticeWithin | People | Lines | CallerId | Forbidden | RingTime
    | MessageGap | MessageCount | NoRecording | NoPack | NoPlace | NothingOwed | DeadLine | Limitation | LaterStage
    | Words | Contains | Elsewhere
)  # fmt: skip

RINGING = frozenset({Channel.CALL, Channel.VOICEMAIL, Channel.FAX})
"""What a rule binds when it names no channel: everything that makes a telephone ring."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Whom a rule binds; None = whatever it be.

    `places` are overlay codes like "MA" or "NY/NYC"; `level` is the lowest and highest management level meant.
    """

    debtors: frozenset[DebtorType] | None = None
    channels: frozenset[Channel] = RINGING
    modes: frozenset[Mode] | None = None
    operators: frozenset[OperatorRole] | None = None
    places: frozenset[str] | None = None
    phone_roles: frozenset[PhoneRole] | None = None
    line_types: frozenset[LineType] | None = None
    documents: frozenset[Document] | None = None
    languages: frozenset[str] | None = None
    levels: frozenset[int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A sentence in both languages; `{detail}` stands for what was found."""

    de: str
    en: str

    def says(self, language: Language, detail: str = "") -> str:
        """The sentence with its detail."""
        return (self.de if language == "de" else self.en).replace("{detail}", detail)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rule:
    """One rule of a pack; several may share an id where a paragraph asks several things.

    `unless` names flags that lift it; `since` is the first local day on which it binds.
    """

    id: str
    effect: Effect
    condition: Condition
    text: Text
    scope: Scope = Scope()
    unless: frozenset[Flag] = frozenset()
    since: date | None = None
    basis: str = ""
    sources: tuple[str, ...] = ()
    status: Status = Status.UNCONFIRMED
    verified_on: date | None = None
    review_by: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pack:
    """The rules of one country, or those that hold everywhere (`country` None)."""

    id: str
    country: str | None
    version: str
    verified_on: date
    review_by: date
    rules: tuple[Rule, ...]

    @property
    def name(self) -> str:
        """Id and version, as verdicts quote it."""
        return f"{self.id} {self.version}"


@dataclass(frozen=True, slots=True, eq=False)
class Law:
    """Every pack the program knows, the tenant's own among them."""

    packs: tuple[Pack, ...]
    by_country: Mapping[str, tuple[Pack, ...]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        everywhere = tuple(p for p in self.packs if p.country is None)
        countries = {p.country for p in self.packs if p.country is not None}
        named = {c: (*everywhere, *(p for p in self.packs if p.country == c)) for c in countries}
        object.__setattr__(self, "by_country", named)

    def of(self, country: str) -> tuple[Pack, ...]:
        """The packs that bind calls to that country; the general ones alone where there is no pack for it."""
        return self.by_country.get(country) or tuple(p for p in self.packs if p.country is None)

    def knows(self, country: str) -> bool:
        """True when there is a pack for that country."""
        return country in self.by_country
