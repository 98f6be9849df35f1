"""What the gate looks at: both ends of the line, who owes what, what was agreed, and what was tried."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from dialer.core.case import ContactRole, DebtorType, Hold, Phone, Stage
from dialer.core.outcome import Channel, Mode, PastAttempt
from dialer.core.policy import Document, Flag, HolidayName, Notice, OperatorRole
from dialer.core.windows import WeeklyWindow

LONGEST_CONSENT = timedelta(days=7)
"""US-F3, 12 CFR 1006.14(b)(3): a debtor's consent to be called covers the seven days after it."""

COMPLIANCE = "compliance"
"""The only role whose overrides count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Where one end of the call is: its clock and its public holidays."""

    zone: ZoneInfo
    holiday: HolidayName


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimFacts:
    """What the gate needs to know of a claim; `open_minor` in minor units, `limitation_on` its last day.

    An empty id means that nobody knows which claim it is: all attempts count for it.
    """

    id: str
    open_minor: int = 1
    disputed: bool = False
    title: bool = False
    limitation_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """A person's decision that one rule shall not stop this case until then (UTC)."""

    rule: str
    role: str
    until: datetime
    user: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What would be said or written, filled in. `level` is the contact's management level, 0 to 4.

    `reminders` were sent in writing, the first on `first_reminder_on`; `informed`: the debtor was told beforehand of a
    report to a credit bureau. `language` "" = not known, so that the words of every language are looked for.
    """

    text: str
    level: int = 0
    language: str = ""
    reminders: int = 0
    first_reminder_on: date | None = None
    informed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialled:
    """A creditor's attempts of the last 30 days, and how many of them nobody took on our side."""

    attempts: int
    lost: int


NOTHING_DIALLED = Dialled(attempts=0, lost=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything the gate looks at. `called` holds every place the called person may be at; all must be open.

    `places` are the codes of the overlays that may bind; `place_unknown`: not even the time zone is known.
    `wishes` are the hours that the called person called inconvenient, on his clock.
    `history` holds every attempt at this debtor or at this number and no other, the one being judged left out.
    """

    country: str
    called: tuple[Site, ...]
    places: frozenset[str] = frozenset()
    place_unknown: bool = False
    caller: Site
    caller_country: str = "DE"
    caller_id: str
    operator_role: OperatorRole
    debtor_id: int
    debtor_type: DebtorType
    contact_role: ContactRole
    phone: Phone
    channel: Channel
    mode: Mode
    claims: tuple[ClaimFacts, ...]
    holds: tuple[Hold, ...] = ()
    flags: frozenset[Flag] = frozenset()
    moratorium_until: datetime | None = None
    prior_consent_until: datetime | None = None
    wishes: WeeklyWindow | None = None
    notices: Mapping[Notice, datetime] = field(default_factory=dict)
    stage: Stage = Stage.TELEPHONE
    recording: bool = False
    ring_seconds: int | None = None
    document: Document | None = None
    dialled: Dialled = NOTHING_DIALLED
    wording: Wording | None = None
    overrides: tuple[Override, ...] = ()
    history: tuple[PastAttempt, ...] = ()

    def consent_at(self, asked_at: datetime) -> datetime | None:
        """The end of the consent to be called, None where it is said to last longer than any consent may."""
        until = self.prior_consent_until
        return None if until is None or until > asked_at + LONGEST_CONSENT else until

    def flags_at(self, now: datetime, consent_until: datetime | None) -> frozenset[Flag]:
        """The flags in force at that instant, those with an end among them."""
        if self.moratorium_until is None and consent_until is None:
            return self.flags
        ends = ((Flag.MORATORIUM, self.moratorium_until), (Flag.PRIOR_CONSENT, consent_until))
        return self.flags | {flag for flag, until in ends if until is not None and now < until}
