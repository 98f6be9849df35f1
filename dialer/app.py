"""The composition root: the only place that names concrete classes."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from dialer.clock import Clock, ShiftedClock, SystemClock
from dialer.config import Config
from dialer.core.errors import BadInput
from dialer.core.facts import Site
from dialer.core.policy import Law
from dialer.documents.render import Renderer
from dialer.rules.facts import Caller
from dialer.rules.packs import load_law
from dialer.storage import pacing
from dialer.storage.database import Database
from dialer.telephony.carrier import Carrier
from dialer.telephony.twilio_carrier import TwilioCarrier
from dialer.telephony.urls import CallbackUrls


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """Everything an action needs from the world."""

    config: Config
    db: Database
    carrier: Carrier
    clock: Clock
    urls: CallbackUrls
    law: Law
    renderer: Renderer

    @property
    def account(self) -> str:
        """The carrier account all calls are paced on."""
        return self.config.twilio.account_sid

    @property
    def caller(self) -> Caller:
        """Where the operator calls from."""
        operator = self.config.operator
        return Caller(
            country=operator.country,
            subdivision=operator.subdivision,
            city=operator.city,
            catholic=operator.catholic_community,
            timezone=operator.timezone,
        )

    @property
    def site(self) -> Site:
        """The operator's own place, with clock and holidays."""
        return self.caller.site()


def build(config: Config, *, clock: Clock | None = None) -> App:
    """Wire the program together; the database must have been upgraded. Raises BadInput with the remedy."""
    clock = clock or clock_from(config, os.environ)
    app = App(
        config=config,
        db=Database(config.database.url.get_secret_value()),
        carrier=_carrier(config, clock),
        clock=clock,
        urls=CallbackUrls(config.public.base_url),
        law=load_law(config.compliance.own_rules),
        renderer=Renderer(config.documents.templates, config.documents.fonts),
    )
    if not app.db.schema_is_current():
        app.db.close()
        raise BadInput("the database is not at this version's schema; run `dialer db upgrade`")
    with app.db.write() as tx:
        pacing.ensure_account(tx, app.account)
    return app


def clock_from(config: Config, environment: Mapping[str, str]) -> Clock:
    """The machine's clock, or the one DIALER_CLOCK describes. Raises BadInput when that could reach real people."""
    text = environment.get("DIALER_CLOCK")
    if not text:
        return SystemClock()
    if not _is_loopback(config.twilio.api_base_url):
        raise BadInput("DIALER_CLOCK shifts the clock and is refused unless twilio.api_base_url is on this machine")
    try:
        return ShiftedClock.parse(text)
    except ValueError as error:
        raise BadInput(str(error)) from None


def _is_loopback(url: str | None) -> bool:
    # readers of addresses disagree about the host of one with an @ or a backslash
    if not url or "@" in url or "\\" in url:
        return False
    try:
        host = urlsplit(url).hostname or ""
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _carrier(config: Config, clock: Clock) -> Carrier:
    twilio = config.twilio
    secret = twilio.api_secret or twilio.auth_token
    return TwilioCarrier(
        account_sid=twilio.account_sid,
        username=twilio.api_key or twilio.account_sid,
        password=secret.get_secret_value(),
        timeout_seconds=twilio.timeout_seconds,
        region=twilio.region,
        edge=twilio.edge,
        api_base_url=twilio.api_base_url,
        byoc_trunk=twilio.byoc_trunk,
        now=clock.now,
    )
