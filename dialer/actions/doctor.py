"""What is wrong with an installation, and how to mend it."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from http.client import HTTPException
from typing import Any

from dialer.actions import doctor_running
from dialer.actions.finding import Finding
from dialer.actions.write_document import check_templates
from dialer.app import App, build
from dialer.config import Config, CreditorSection
from dialer.core.case import MarkKind
from dialer.core.errors import DialerError
from dialer.core.permit import caller_id_refusals
from dialer.rules.places import TESTED_UNTIL_YEAR
from dialer.storage import book, inbox
from dialer.telephony.carrier import CarrierError

TIMEOUT_SECONDS = 10


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        """Twilio's requests would arrive elsewhere, with a signature for another address."""


_AS_IT_IS = urllib.request.build_opener(_NoRedirect)


def examine(config: Config) -> list[Finding]:
    """Look at everything; a configuration that could not be read never gets here."""
    findings = [Finding(what="configuration", good=True, text="every key is known and in range")]
    try:
        app = build(config)
    except DialerError as error:
        return [*findings, Finding(what="start", good=False, text=str(error))]
    findings.append(Finding(what="database", good=True, text="reachable, schema current"))
    checks: tuple[Callable[[App], Iterator[Finding]], ...] = (
        _carrier,
        _role,
        _packs,
        _messages,
        _templates,
        _public,
        doctor_running.dialling,
        doctor_running.attempts,
        doctor_running.queue,
        doctor_running.outbox,
        doctor_running.clock,
        _alarms,
    )
    try:
        return findings + [finding for check in checks for finding in check(app)]
    finally:
        app.db.close()


def _carrier(app: App) -> Iterator[Finding]:
    try:
        owned = set(app.carrier.owned_numbers())
    except CarrierError as error:
        text = f"{error}; check twilio.account_sid, the token or key, and twilio.region"
        yield Finding(what="twilio", good=False, text=text)
        return
    yield Finding(what="twilio", good=True, text="credentials accepted")
    for creditor in app.config.creditor:
        yield _caller_id(app, creditor, owned)


def _caller_id(app: App, creditor: CreditorSection, owned: set[str]) -> Finding:
    what = f"caller ID of {creditor.key}"
    with app.db.read() as tx:
        countries = {app.config.operator.country, *book.countries(tx, creditor.key)}
    for country in sorted(countries):
        refusal = next(iter(caller_id_refusals(app.law, country, creditor.caller_id)), None)
        if refusal:
            text = (
                f"rule {refusal.id} will deny every call to {country}: {refusal.text.en} Buy or verify another number"
            )
            return Finding(what=what, good=False, text=text)
    if creditor.caller_id not in owned and app.config.twilio.byoc_trunk is None:
        text = "not a number of this Twilio account: buy it there, or verify it as an outgoing caller ID"
        return Finding(what=what, good=False, text=text)
    text = "may be shown; make a test call each month, since networks hide German numbers on calls from abroad"
    return Finding(what=what, good=True, text=text)


def _role(app: App) -> Iterator[Finding]:
    for creditor in app.config.creditor:
        if creditor.role != "own_claim":
            with app.db.read() as tx:
                missing = book.persons_without_mark(tx, creditor.key, MarkKind.RDG13A)
            if missing:
                text = (
                    f"{missing} cases of natural persons wait for the notice of DE-RDG2: send it, then note it with"
                    " `dialer mark CASE rdg13a --on DATE --as USER`"
                )
                yield Finding(what=f"role of {creditor.key}", good=False, text=text)


def _packs(app: App) -> Iterator[Finding]:
    """Law that nobody has looked at again may have changed."""
    today = app.clock.now().date()
    for pack in app.law.packs:
        if pack.review_by < today:
            text = f"past its review date {pack.review_by}: check its sources, or upgrade dialer"
            yield Finding(what=f"rule pack {pack.name}", good=False, text=text)
    if today.year > TESTED_UNTIL_YEAR:
        text = f"public holidays were checked by hand up to {TESTED_UNTIL_YEAR} only: upgrade dialer"
        yield Finding(what="public holidays", good=False, text=text)


def _messages(app: App) -> Iterator[Finding]:
    """A message for businesses is never played to a natural person: he would get none, and nobody would notice."""
    with app.db.read() as tx:
        segments = book.segments_of_natural_persons(tx)
    for name in segments:
        segment = app.config.segment.get(name)
        for kind in ("voicemail", "announcement"):
            names = list(getattr(segment, kind, {}).values())
            unfit = [m for m in names if app.config.messages[m].audience != "private"]
            if unfit or not names:
                why = f"messages.{unfit[0]} is for businesses" if unfit else "there is none"
                text = f"natural persons of this segment get no {kind}: {why}; name one with audience private"
                yield Finding(what=f"segment.{name}.{kind}", good=False, text=text)


def _templates(app: App) -> Iterator[Finding]:
    try:
        check_templates(app)
    except DialerError as error:
        yield Finding(what="documents", good=False, text=str(error))
        return
    yield Finding(what="documents", good=True, text="every template can be printed")


def _public(app: App) -> Iterator[Finding]:
    url = app.config.public.base_url.rstrip("/")
    what = "public address"
    unsigned = urllib.request.Request(f"{url}/twilio/status/doctor", data=b"", method="POST")  # noqa: S310 - scheme checked by the configuration
    try:
        with _AS_IT_IS.open(unsigned, timeout=TIMEOUT_SECONDS) as reply:
            code = reply.status
    except urllib.error.HTTPError as error:
        code = error.code
        error.close()
    except (OSError, HTTPException) as error:
        why = " ".join(str(error).split())  # what answers may say anything, line ends included
        text = f"{url} does not answer ({why}); start `dialer serve webhooks` and make it reachable from outside"
        yield Finding(what=what, good=False, text=text)
        return
    if code == 403:
        text = "answers, and refuses requests that Twilio has not signed"
        yield Finding(what=what, good=True, text=text)
    else:
        text = f"an unsigned request was answered with {code} instead of 403: something else answers at {url}"
        yield Finding(what=what, good=False, text=text)


def _alarms(app: App) -> Iterator[Finding]:
    with app.db.read() as tx:
        for row in inbox.recent_alarms(tx, limit=5):
            text = f"{row.at:%Y-%m-%d %H:%M} UTC {row.kind}: {row.text}"
            yield Finding(what="alarm", good=True, text=text)
