"""One webhook from first try to last: signature, retries, redirects, limits."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self
from urllib.parse import parse_qs, urldefrag, urlencode, urljoin, urlsplit

from dialer.simulator.deliver import Deliver, DeliveryFailed, DeliveryReply
from dialer.simulator.signature import Form, sign

MAX_REDIRECTS = 10
REDIRECTS = (301, 302, 303, 307, 308)


@dataclass(frozen=True)
class Request:
    """A webhook to send; `standard` are the parameters that survive a redirect."""

    method: str
    url: str
    form: Form
    token: str
    standard: Form | None = None  # None: redirects are not followed, as for callbacks


@dataclass(frozen=True)
class RetryPolicy:
    """The part of a URL's fragment that overrides how often and why a webhook is sent again."""

    count: int = 1
    reasons: frozenset[str] = frozenset({"ct"})

    @classmethod
    def of(cls, url: str) -> Self:
        overrides = parse_qs(urlsplit(url).fragment)
        count = overrides.get("rc", ["1"])[0]
        reasons = overrides.get("rp", ["ct"])[0]
        return cls(min(int(count), 5) if count.isdigit() else 1, frozenset(reasons.split(",")))

    def covers(self, result: DeliveryReply | DeliveryFailed) -> bool:
        if isinstance(result, DeliveryFailed):
            reason = "rt" if result.connected else "ct"
        elif result.ok:
            return False
        else:
            reason = f"{result.status // 100}xx"
        return bool(self.reasons & {reason, "all"})


def exchange(request: Request, deliver: Deliver, auth_token: str) -> DeliveryReply | DeliveryFailed:
    """Send a webhook as often as its policy says; failures are values, not exceptions."""
    policy = RetryPolicy.of(request.url)
    result = _follow(request, deliver, auth_token)
    for _ in range(policy.count):
        if not policy.covers(result):
            break
        result = _follow(request, deliver, auth_token)
    return result


def _follow(request: Request, deliver: Deliver, auth_token: str) -> DeliveryReply | DeliveryFailed:
    for _ in range(MAX_REDIRECTS + 1):
        result = _send(request, deliver, auth_token)
        if request.standard is None or isinstance(result, DeliveryFailed) or result.status not in REDIRECTS:
            return result
        request = _redirected(request, result)
    return DeliveryFailed("too many redirects", code=11215, connected=True)


def _redirected(request: Request, reply: DeliveryReply) -> Request:
    url = urljoin(request.url, reply.location)
    if reply.status in (307, 308):
        return replace(request, url=url)
    # 301 and 302 become GET and lose what the event added: Digits, DialCallStatus, ...
    return replace(request, url=url, method="GET", form=request.standard or [])


def _send(request: Request, deliver: Deliver, auth_token: str) -> DeliveryReply | DeliveryFailed:
    url, form = urldefrag(request.url).url, request.form
    if request.method == "GET":
        url, form = f"{url}{'&' if '?' in url else '?'}{urlencode(form)}" if form else url, []
    headers = {
        "User-Agent": "TwilioProxy/1.1",
        "Accept": "*/*",
        "X-Twilio-Signature": sign(auth_token, url, form),
        "I-Twilio-Idempotency-Token": request.token,
    }
    try:
        return deliver(request.method, url, form, headers)
    except DeliveryFailed as failure:
        return failure
