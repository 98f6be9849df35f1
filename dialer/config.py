"""config.toml: every key typed, bounded and documented; an unknown key is an error that names its path."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    model_validator,
)

from dialer.core.case import Debtor, DebtorType
from dialer.core.casework import Rung
from dialer.core.decision import Strategy
from dialer.core.errors import BadInput
from dialer.core.ladder import TOP_LEVEL, WARNED_FROM_LEVEL
from dialer.core.lint import Breach, Use, lint, wrong_words
from dialer.core.outcome import Channel, Mode
from dialer.core.phone import is_e164
from dialer.core.policy import Law
from dialer.core.windows import NEVER, WeeklyWindow, parse_week
from dialer.core.wording import unknown_fields
from dialer.documents.letterhead import Address, BankAccount, Letterhead
from dialer.rules.base_rates import load_base_rates
from dialer.rules.packs import load_law
from dialer.rules.places import SUBDIVISIONS_BY_COUNTRY, subdivision_code
from dialer.rules.scripts import load_scripts

UTF8 = "utf-8-sig"
"""With or without the mark that Windows editors put in front."""

MOST_RUNGS = 6

SECRETS = {
    ("twilio", "auth_token"): "DIALER_TWILIO_AUTH_TOKEN",
    ("twilio", "api_secret"): "DIALER_TWILIO_API_SECRET",
    ("database", "url"): "DIALER_DATABASE_URL",
    ("mail", "password"): "DIALER_MAIL_PASSWORD",
    ("fax", "password"): "DIALER_FAX_PASSWORD",
}
"""Keys that may come from the environment instead of the file."""


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError) as error:
        raise ValueError(f'"{name}" is not a time zone like Europe/Berlin') from error
    return name


def _e164(number: str) -> str:
    if not is_e164(number):
        raise ValueError("not a telephone number in E.164 form like +493023125000")
    return number


def _window(value: object) -> WeeklyWindow:
    if not isinstance(value, Mapping):
        raise ValueError('not a table like { mon-fri = ["08:00-12:00"], sat = [] }')  # noqa: TRY004 - shown as a key error
    week = parse_week(value, unnamed=NEVER)
    if not any(week.days):
        raise ValueError("the window never opens")
    return week


def _secret(value: SecretStr) -> SecretStr:
    if not value.get_secret_value().strip():
        raise ValueError("is empty")
    return value


def _origin(url: str) -> str:
    # no user and no backslash: readers of addresses disagree about which host such a one names
    if not re.fullmatch(r"https?://(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]+)(:[0-9]{1,5})?/?", url):
        raise ValueError("not an address like http://127.0.0.1:5050, without a path")
    return url


def _web_address(url: str) -> str:
    if not re.fullmatch(r"https?://[^\s/?#\\]+[^\s\\]*", url):
        raise ValueError("not a web address like https://www.example.com/file")
    return url


def _base(url: str) -> str:
    host = r"(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]+)(:[0-9]{1,5})?"  # Twilio refuses names with an underscore
    if not re.fullmatch(rf"https?://{host}(/[A-Za-z0-9_.~-]+)*/?", url):
        raise ValueError("not an address like https://dialer.example.com or https://example.com/dialer")
    return url


def _few(rungs: tuple[Rung, ...]) -> tuple[Rung, ...]:
    if len(rungs) > MOST_RUNGS:
        raise ValueError(f"more than {MOST_RUNGS} rungs")
    return rungs


def _mail_address(text: str) -> str:
    # a line break would begin another header, and letters beyond ASCII need servers that know SMTPUTF8
    if not re.fullmatch(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,253}", text):
        raise ValueError("not a mail address like office@example.com")
    return text


def _fax_address(text: str) -> str:
    if text.count("{number}") != 1 or not _mail_address(text.replace("{number}", "49821555")):
        raise ValueError('not an address with one {number}, like "{number}@fax.example.com"')
    return text


Audience = Literal["private", "business"]
_HEARERS: Mapping[Audience, tuple[DebtorType, ...]] = {
    "private": (DebtorType.CONSUMER, DebtorType.SOLE_TRADER),
    "business": (DebtorType.BUSINESS,),
}
"""For whom a message is meant."""

_CHANNELS = {"voicemail": Channel.VOICEMAIL, "announcement": Channel.CALL, "warning": Channel.VOICEMAIL}
"""How a segment's message reaches its hearer."""

_SPOKEN = (Channel.VOICEMAIL, Channel.CALL)

_WARNED_LEVELS = range(WARNED_FROM_LEVEL, TOP_LEVEL + 1)
"""The management levels that hear of the next step."""

_RUNGS = {True: (Rung.LETTER,), False: (Rung.FAX, Rung.VOICEMAIL)}
"""Between talking and the next contact; for natural persons before legal review."""

Secret = Annotated[SecretStr, AfterValidator(_secret)]
Origin = Annotated[str, AfterValidator(_origin)]
WebAddress = Annotated[str, AfterValidator(_web_address)]
BaseAddress = Annotated[str, AfterValidator(_base)]
Zone = Annotated[str, AfterValidator(_zone)]
E164 = Annotated[str, AfterValidator(_e164)]
Window = Annotated[WeeklyWindow, BeforeValidator(_window)]
MailAddress = Annotated[str, AfterValidator(_mail_address)]
FaxAddress = Annotated[str, AfterValidator(_fax_address)]
Words = Annotated[str, Field(min_length=1)]
OwnPath = Annotated[Path | None, Field(strict=False)]
Rungs = Annotated[tuple[Annotated[Rung, Field(strict=False)], ...], Field(strict=False), AfterValidator(_few)]


class Section(BaseModel):
    """Base of every table: unknown keys are refused, values are not converted silently."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class DatabaseSection(Section):
    """Where the data live."""

    url: Secret = SecretStr("sqlite:///dialer.db")


class TwilioSection(Section):
    """The carrier account."""

    account_sid: str = Field(pattern=r"^AC[0-9a-fA-F]{32}$")
    auth_token: Secret
    api_key: str | None = Field(default=None, pattern=r"^SK[0-9a-fA-F]{32}$")
    api_secret: Secret | None = None
    region: str | None = None
    edge: str | None = None
    api_base_url: Origin | None = None
    calls_per_second: float = Field(default=1.0, gt=0, le=30)
    timeout_seconds: float = Field(default=10.0, ge=1, le=60)
    fallback_url: WebAddress | None = None
    byoc_trunk: str | None = Field(default=None, pattern=r"^BY[0-9a-fA-F]{32}$")

    @model_validator(mode="after")
    def _key_with_secret(self) -> Self:
        if (self.api_key is None) != (self.api_secret is None):
            raise ValueError("api_key and api_secret belong together; give both or neither")
        return self


class PublicSection(Section):
    """How the carrier reaches our webhooks."""

    base_url: BaseAddress


class OperatorSection(Section):
    """Who calls, and from where."""

    name: str = Field(min_length=1)
    country: Literal["DE", "AT", "CH", "GB", "US"] = "DE"
    subdivision: str
    city: str | None = None
    catholic_community: bool = False
    timezone: Zone | None = None
    language: Literal["de", "en"] = "de"

    @model_validator(mode="after")
    def _known_land(self) -> Self:
        if subdivision_code(self.country, self.subdivision) is None:
            known = ", ".join(SUBDIVISIONS_BY_COUNTRY[self.country])
            raise ValueError(f'subdivision "{self.subdivision}" is not one of {self.country}; known: {known}')
        return self


class AddressSection(Section):
    """A postal address."""

    name: Words
    street: Words
    postal_code: Words
    city: Words
    country: str = Field(default="DE", pattern="^[A-Z]{2}$")

    @property
    def address(self) -> Address:
        """As documents print it."""
        return Address(self.name, self.street, self.postal_code, self.city, self.country)


class LetterheadSection(AddressSection):
    """Who writes: address, account, and what stands at the foot."""

    iban: str
    bic: str | None = None
    bank: str | None = None
    account_holder: str | None = None
    phone: str | None = None
    fax: str | None = None
    email: str | None = None
    website: str | None = None
    return_line: str | None = None
    legal_lines: list[str] | None = None
    logo: OwnPath = None

    @model_validator(mode="after")
    def _printable(self) -> Self:
        try:
            _ = self.letterhead
        except BadInput as error:
            raise ValueError(str(error)) from None
        return self

    @property
    def letterhead(self) -> Letterhead:
        """As documents print it."""
        return Letterhead(
            name=self.name,
            address=self.address,
            account=BankAccount(self.account_holder or self.name, self.iban, self.bic or "", self.bank or ""),
            phone=self.phone or "",
            fax=self.fax or "",
            email=self.email or "",
            website=self.website or "",
            return_line=self.return_line or "",
            legal_lines=tuple(self.legal_lines or ()),
            logo=self.logo,
        )


class CreditorSection(Section):
    """Whose money it is, and how he is presented on the telephone and on paper."""

    key: str = Field(min_length=1, max_length=40)
    name: str = Field(min_length=1)
    neutral_name: str = Field(min_length=1)
    caller_id: E164
    role: Literal["own_claim", "registered_collector", "lawyer"] = "own_claim"
    agent_name: str = Field(min_length=1)
    callback_hours: dict[Literal["de", "en"], str] = Field(min_length=1)
    letterhead: LetterheadSection | None = None
    client: AddressSection | None = None

    def spoken(self) -> Iterator[tuple[str, str, tuple[Audience, ...]]]:
        """What messages say of him: key, words, and who hears them."""
        yield "name", self.name, ("business",)
        yield "neutral_name", self.neutral_name, ("private",)
        yield "agent_name", self.agent_name, ("private", "business")
        for text in self.callback_hours.values():
            yield "callback_hours", text, ("private", "business")


class DialingSection(Section):
    """How calls are placed."""

    mode: Literal["progressive", "unattended", "preview"] = "progressive"
    # the strictest of the packs: DE-D1, US-D1
    ring_seconds: int = Field(default=25, ge=15, le=40)
    max_call_seconds: int = Field(default=1800, ge=60, le=14400)
    batch_size: int = Field(default=20, ge=1, le=1000)
    queue_budget_seconds: int = Field(default=5, ge=0, le=600)
    workers: int = Field(default=1, ge=1, le=32)


class OperationsSection(Section):
    """How those who run the program see that it is well."""

    heartbeat_url: WebAddress | None = None
    metrics_port: int | None = Field(default=None, ge=1, le=65535)


class ComplianceSection(Section):
    """The tenant's own rules, which come on top of the shipped packs and can only tighten them."""

    own_rules: Path | None = Field(default=None, strict=False)


class ScriptsSection(Section):
    """Conversation guides of one's own, which come before the shipped ones."""

    folder: OwnPath = None


class StatementSection(Section):
    """What claim statements rest on beside the book."""

    base_rates: OwnPath = None


class SmtpSection(Section):
    """A server that takes mail."""

    port: int = Field(default=587, ge=1, le=65535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    ca_file: OwnPath = None
    username: str = ""
    password: Secret | None = None
    timeout_seconds: float = Field(default=30.0, ge=1, le=300)

    @model_validator(mode="after")
    def _login_is_whole_and_secret(self) -> Self:
        if bool(self.username) != (self.password is not None):
            raise ValueError("username and password belong together; give both or neither")
        if self.security == "none" and getattr(self, "host", None) not in {None, "127.0.0.1", "::1", "localhost"}:
            raise ValueError('security = "none" is for a mail server on this machine; use starttls or tls')
        return self


class MailSection(SmtpSection):
    """How e-mail leaves the house."""

    host: Words
    sender: MailAddress


class FaxSection(SmtpSection):
    """The gateway that turns e-mail into faxes; without `host` it is reached through the server of [mail]."""

    host: Words | None = None
    sender: MailAddress | None = None
    address: FaxAddress
    number_format: Literal["e164", "digits", "international", "national"] = "digits"
    subject: str = Field(default="", pattern=r"^[^\r\n]*$")


class AuthoritySection(AddressSection):
    """The authority that supervises a collector; the notice of section 13a RDG names it."""

    email: MailAddress
    website: str | None = None


class DocumentsSection(Section):
    """What letters look like and where they are laid down."""

    templates: OwnPath = None
    fonts: OwnPath = None
    print_dir: OwnPath = None
    pay_days: int = Field(default=14, ge=1, le=90)
    return_days: int = Field(default=14, ge=1, le=90)
    authority: AuthoritySection | None = None


class LogSection(Section):
    """Checkpoints of the log, outside the database."""

    checkpoint_file: OwnPath = None
    signing_key_file: OwnPath = None

    @model_validator(mode="after")
    def _file_with_key(self) -> Self:
        if (self.checkpoint_file is None) != (self.signing_key_file is None):
            raise ValueError("checkpoint_file and signing_key_file belong together; give both or neither")
        return self


class IndustrySection(Section):
    """What differs for one industry of a segment."""

    window: Window | None = None
    mode: Literal["progressive", "unattended", "preview"] | None = None


class LadderSection(Section):
    """Steps by age and the ladder, of one creditor's debtors; what is not given is the segment's."""

    info_call_day: int | None = Field(default=None, ge=0, le=3650)
    collection_call_day: int | None = Field(default=None, ge=0, le=3650)
    ladder_refusals: int | None = Field(default=None, ge=1, le=20)
    ladder_refusal_days: int | None = Field(default=None, ge=1, le=20)
    ladder_denials: int | None = Field(default=None, ge=1, le=20)
    fruitless_attempts: int | None = Field(default=None, ge=1, le=50)
    fruitless_days: int | None = Field(default=None, ge=1, le=50)
    promise_grace_workdays: int | None = Field(default=None, ge=0, le=30)
    rungs: Rungs | None = None
    fax_workdays: int | None = Field(default=None, ge=0, le=30)
    letter_workdays: int | None = Field(default=None, ge=0, le=30)
    approval_workdays: int | None = Field(default=None, ge=1, le=30)
    voicemail_attempts: int | None = Field(default=None, ge=1, le=20)


class SegmentSection(Section):
    """When and how the debtors of a segment are called."""

    window: Window
    mode: Literal["progressive", "unattended", "preview"] | None = None
    machine: Literal["drop", "advise"] | None = None
    voicemail: dict[Literal["de", "en"], str] = Field(default_factory=dict)
    announcement: dict[Literal["de", "en"], str] = Field(default_factory=dict)
    warning: dict[Literal["de", "en"], str] = Field(default_factory=dict)
    warning_days: int = Field(default=7, ge=3, le=60)
    missing_contact: Literal["task", "skip"] = "task"
    info_call_day: int = Field(default=14, ge=0, le=3650)
    collection_call_day: int = Field(default=31, ge=0, le=3650)
    ladder_refusals: int = Field(default=3, ge=1, le=20)
    ladder_refusal_days: int = Field(default=2, ge=1, le=20)
    ladder_denials: int = Field(default=2, ge=1, le=20)
    fruitless_attempts: int = Field(default=6, ge=1, le=50)
    fruitless_days: int = Field(default=4, ge=1, le=50)
    promise_grace_workdays: int = Field(default=3, ge=0, le=30)
    rungs: Rungs | None = None
    fax_workdays: int = Field(default=2, ge=0, le=30)
    letter_workdays: int = Field(default=5, ge=0, le=30)
    approval_workdays: int = Field(default=3, ge=1, le=30)
    voicemail_attempts: int = Field(default=3, ge=1, le=20)
    industry: dict[str, IndustrySection] = Field(default_factory=dict)
    creditor: dict[str, LadderSection] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _steps_in_order(self) -> Self:
        for place, creditor in (("", LadderSection()), *((f"creditor.{k}: ", v) for k, v in self.creditor.items())):
            if self.of(creditor, "collection_call_day") < self.of(creditor, "info_call_day"):
                raise ValueError(f"{place}collection_call_day comes before info_call_day")
        return self

    def of(self, creditor: LadderSection, key: str) -> Any:
        """A setting of the ladder: the creditor's own, else the segment's."""
        own = getattr(creditor, key)
        return getattr(self, key) if own is None else own


class MessageSection(Section):
    """What is spoken or played; one of `text` and `play_url`."""

    audience: Audience
    language: Literal["de", "en"]
    # 375 characters take 25 s to speak: longer messages are cut by machines (compliance section 7)
    text: str | None = Field(default=None, min_length=1, max_length=375)
    voice: str = "Polly.Vicki-Neural"
    play_url: WebAddress | None = None
    play_seconds: int | None = Field(default=None, ge=1, le=25)

    @model_validator(mode="after")
    def _speakable(self) -> Self:
        if (self.text is None) == (self.play_url is None):
            raise ValueError("give either text or play_url")
        if self.play_url is not None and self.play_seconds is None:
            raise ValueError(
                "play_seconds is needed with play_url: the proof that a message was played in full rests on it"
            )
        text = self.text or ""
        if self.text is not None and not text.strip():
            raise ValueError("text is blank: whoever answers would hear silence")
        if unknown := unknown_fields(text):
            raise ValueError(f"unknown placeholder {{{unknown[0]}}}")
        return self


class Config(Section):
    """The whole file."""

    database: DatabaseSection = DatabaseSection()
    twilio: TwilioSection
    public: PublicSection
    operator: OperatorSection
    creditor: list[CreditorSection] = Field(min_length=1)
    dialing: DialingSection = DialingSection()
    operations: OperationsSection = OperationsSection()
    compliance: ComplianceSection = ComplianceSection()
    scripts: ScriptsSection = ScriptsSection()
    statement: StatementSection = StatementSection()
    mail: MailSection | None = None
    fax: FaxSection | None = None
    documents: DocumentsSection = DocumentsSection()
    log: LogSection = LogSection()
    segment: dict[str, SegmentSection] = Field(min_length=1)
    messages: dict[str, MessageSection] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _fax_has_a_server(self) -> Self:
        if self.fax and self.mail is None and not (self.fax.host and self.fax.sender):
            raise ValueError("fax: without a [mail] table it needs a host and a sender of its own")
        return self

    @model_validator(mode="after")
    def _names_exist(self) -> Self:
        for name, segment in self.segment.items():
            for kind in _CHANNELS:
                for language, message in getattr(segment, kind).items():
                    place = f"segment.{name}.{kind}.{language}"
                    if message not in self.messages:
                        raise ValueError(f"{place} names messages.{message}, which does not exist")
                    if (spoken := self.messages[message].language) != language:
                        raise ValueError(f'{place} names messages.{message}, whose language is "{spoken}"')
            if unknown := set(segment.creditor) - {c.key for c in self.creditor}:
                raise ValueError(f"segment.{name}.creditor.{min(unknown)}: no creditor has this key")
        keys = [c.key for c in self.creditor]
        if twice := sorted({key for key in keys if keys.count(key) > 1}):
            raise ValueError(f'creditor: two creditors have the same key "{twice[0]}"')
        return self

    def kinds_of(self, message: str) -> frozenset[str]:
        """What segments use this message for."""
        named = ((kind, getattr(segment, kind)) for segment in self.segment.values() for kind in _CHANNELS)
        return frozenset(kind for kind, messages in named if message in messages.values())

    def channels_of(self, message: str) -> tuple[Channel, ...]:
        """The channels for which segments name this message; every one while none does."""
        named = {_CHANNELS[kind] for kind in self.kinds_of(message)}
        return tuple(c for c in _SPOKEN if c in named or not named)

    def creditor_by_key(self, key: str) -> CreditorSection:
        """The creditor of a case. Raises BadInput when the configuration has lost him."""
        found = next((c for c in self.creditor if c.key == key), None)
        if found is None:
            raise BadInput(f'creditor "{key}" has cases but no [[creditor]] table in the configuration')
        return found

    def segment_by_name(self, name: str) -> SegmentSection:
        """The settings of a segment. Raises BadInput when the configuration has lost it."""
        found = self.segment.get(name)
        if found is None:
            raise BadInput(f'segment "{name}" has cases but no [segment.{name}] table in the configuration')
        return found

    def strategy(self, debtor: Debtor, creditor: str) -> Strategy:
        """The settings for a debtor: his segment's, with his industry's window and mode, and the creditor's ladder."""
        base = self.segment_by_name(debtor.segment)
        special = base.industry.get(debtor.industry or "", IndustrySection())
        own = base.creditor.get(creditor, LadderSection())
        settings = {key: base.of(own, key) for key in LadderSection.model_fields}
        settings["rungs"] = _RUNGS[debtor.type.natural_person] if settings["rungs"] is None else settings["rungs"]
        return Strategy(
            window=special.window or base.window,
            mode=Mode(special.mode or base.mode or self.dialing.mode),
            fax=self.fax is not None,
            warns_in=frozenset(base.warning),
            warning_days=base.warning_days,
            **settings,
        )


def load(path: Path, environment: Mapping[str, str] = os.environ) -> Config:
    """Read and check a configuration file. Raises BadInput with one line per problem, each naming its key."""
    try:
        data = tomllib.loads(path.read_text(encoding=UTF8))
    except FileNotFoundError:
        raise BadInput(f"{path}: no such file; `dialer init DIR` writes one") from None
    except OSError as error:
        raise BadInput(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise BadInput(f"{path}: is not UTF-8 text; save it with that encoding") from None
    except tomllib.TOMLDecodeError as error:
        raise BadInput(f"{path}: {error}") from None
    try:
        _add_secrets(data, path.parent, environment)
        config = Config.model_validate(data)
    except _SecretProblemError as error:
        raise BadInput(f"{path}: {error}") from None
    except ValidationError as error:
        raise BadInput("\n".join(f"{path}: {_problem(e)}" for e in error.errors(include_input=False))) from None
    config = _anchored(config, path.parent)
    law = load_law(config.compliance.own_rules)
    if wrong := list(_wrong_words(config, law)):
        raise BadInput("\n".join(f"{path}: {line}" for line in wrong))
    _check_own_files(config, law)
    return config


def _check_own_files(config: Config, law: Law) -> None:
    """Guides and base rates of one's own are read now, not during a call. Raises BadInput naming file and key."""
    if config.scripts.folder:
        load_scripts(law, config.scripts.folder)
    if config.statement.base_rates:
        load_base_rates(config.statement.base_rates)


def _wrong_words(config: Config, law: Law) -> Iterator[str]:
    """A line for each message, and each name said in one, that the rules of the operator's country do not let pass."""
    country = config.operator.country
    for place, creditor in enumerate(config.creditor):
        for key, text, audiences in creditor.spoken():
            uses = [
                use for audience in audiences for use in _uses(country, audience, (Channel.VOICEMAIL, Channel.CALL))
            ]
            yield from _first(f"creditor.{place}: {key}", (b for use in uses for b in wrong_words(text, use, law)))
    for name, message in config.messages.items():
        if message.text is not None:  # what a recording says, only its maker knows
            levels = _WARNED_LEVELS if config.kinds_of(name) == {"warning"} else (None,)
            uses = list(_uses(country, message.audience, config.channels_of(name), message.language, levels))
            yield from _first(f"messages.{name}:", (b for use in uses for b in lint(message.text, use, law)))


def _uses(
    country: str,
    audience: Audience,
    channels: Iterable[Channel],
    language: str = "",
    levels: Iterable[int | None] = (None,),
) -> Iterator[Use]:
    for debtor, channel, level in product(_HEARERS[audience], channels, levels):
        yield Use(country=country, debtor=debtor, channel=channel, language=language, level=level)


def _first(place: str, breaches: Iterator[Breach]) -> Iterator[str]:
    for breach in breaches:
        verb = "says" if breach.line else "lacks"
        why = breach.text.says("en", breach.word)
        yield f'{place} {verb} "{breach.word}", against {breach.rule}: {why}'
        return


def _anchored(config: Config, folder: Path) -> Config:
    """Relative files lie beside the configuration, wherever the command is run.

    Two books would be two sets of limits.
    """
    changes: dict[str, Any] = {}
    scheme, _, file = config.database.url.get_secret_value().partition(":///")
    if scheme == "sqlite" and file and not file.startswith((":", "/", "file:")):
        url = SecretStr(f"{scheme}:///{(folder / file).resolve()}")
        changes["database"] = config.database.model_copy(update={"url": url})
    if config.compliance.own_rules is not None:
        changes["compliance"] = ComplianceSection(own_rules=(folder / config.compliance.own_rules).resolve())
    changes["scripts"] = _beside(config.scripts, folder, "folder")
    changes["statement"] = _beside(config.statement, folder, "base_rates")
    changes["documents"] = _beside(config.documents, folder, "templates", "fonts", "print_dir")
    changes["log"] = _beside(config.log, folder, "checkpoint_file", "signing_key_file")
    changes["mail"], changes["fax"] = (s and _beside(s, folder, "ca_file") for s in (config.mail, config.fax))
    changes["creditor"] = [_with_logo_beside(creditor, folder) for creditor in config.creditor]
    return config.model_copy(update=changes)


AnySection = TypeVar("AnySection", bound=Section)


def _beside(section: AnySection, folder: Path, *keys: str) -> AnySection:
    """The section with these files looked for beside the configuration."""
    given = {key: path for key in keys if (path := getattr(section, key)) is not None}
    return section.model_copy(update={key: (folder / path).resolve() for key, path in given.items()})


def _with_logo_beside(creditor: CreditorSection, folder: Path) -> CreditorSection:
    head = creditor.letterhead
    return creditor.model_copy(update={"letterhead": _beside(head, folder, "logo")}) if head else creditor


def _add_secrets(data: dict[str, Any], folder: Path, environment: Mapping[str, str]) -> None:
    for (section, key), variable in SECRETS.items():
        table = data.setdefault(section, {}) if variable in environment else data.get(section)
        if not isinstance(table, dict):
            continue
        file = table.pop(f"{key}_file", None)
        if file is not None and key in table:
            raise _SecretProblemError(f"{section}.{key} and {section}.{key}_file are both given; keep one")
        if variable in environment:
            table[key] = environment[variable].strip()
        elif file is not None:
            table[key] = _secret_from(folder, file, f"{section}.{key}_file")


class _SecretProblemError(Exception):
    """A secret that cannot be had; the message names its key and never its value."""


def _secret_from(folder: Path, file: object, key: str) -> str:
    if not isinstance(file, str):
        raise _SecretProblemError(f"{key}: not the name of a file")
    try:
        return (folder / file).read_text(encoding=UTF8).strip()
    except UnicodeDecodeError:
        raise _SecretProblemError(f"{key}: {folder / file} is not UTF-8 text") from None
    except (OSError, ValueError) as error:
        why = (error.strerror if isinstance(error, OSError) else None) or "not a file name"
        raise _SecretProblemError(f"{key}: cannot read {folder / file}: {why}") from None


_PLAIN = {
    "extra_forbidden": "unknown key",
    "missing": "missing",
    "model_type": "must be a table",
    "dict_type": "must be a table",
    "list_type": "must be a list; in TOML a list of tables is written [[...]]",
}


def _problem(error: Any) -> str:
    path = ".".join(str(part) for part in error["loc"] if part != "[key]")
    message = _PLAIN.get(error["type"]) or str(error["msg"]).removeprefix("Value error, ")
    return f"{path}: {message}" if path else message
