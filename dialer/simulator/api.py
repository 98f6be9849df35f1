"""The rules of the REST API: what a create or an update may say, and how it is refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from urllib.parse import urlsplit

from dialer.simulator.codes import ApiError
from dialer.simulator.leg import Address, Amd, Plan

Params = Mapping[str, Sequence[str]]

NUMBER = re.compile(r"\+[1-9]\d{6,14}")
ENDPOINT = re.compile(r"(client|sip):\S+")
SEND_DIGITS = re.compile(r"[0-9A-D#*wW]{0,32}")
MAX_TWIML = 4000
MAX_URL = 4000
EVENTS = frozenset({"initiated", "ringing", "answered", "completed"})
MAGIC_TO = {"+15005550001": 21217, "+15005550002": 21214, "+15005550003": 21215, "+15005550004": 21216}
MAGIC_FROM = {"+15005550001": 21212}
AMD_RANGES = {
    "MachineDetectionTimeout": (3, 59),
    "MachineDetectionSpeechThreshold": (1000, 6000),
    "MachineDetectionSpeechEndThreshold": (500, 5000),
    "MachineDetectionSilenceTimeout": (2000, 10000),
}
CHOICES = {
    "MachineDetection": ("Enable", "DetectMessageEnd"),
    # what the SDK sends for True is "True", which the service does not document: refused, so that it is noticed
    "AsyncAmd": ("true", "false"),
    "Record": ("true", "false"),
    "RecordingChannels": ("mono", "dual"),
    "RecordingTrack": ("inbound", "outbound", "both"),
    "Trim": ("trim-silence", "do-not-trim"),
    "Status": ("canceled", "completed"),
}


def one(params: Params, name: str) -> str:
    values = params.get(name, ())
    return values[-1] if values else ""


def check_numbers(params: Params, own_numbers: frozenset[str] | None) -> tuple[str, str]:
    """The To and From of a create, or the refusal they deserve."""
    to, from_ = one(params, "To").strip(), one(params, "From").strip()
    _require(to, 21201)
    _require(from_, 21213)
    calls_number = not ENDPOINT.fullmatch(to)
    if from_ in MAGIC_FROM or (calls_number and not NUMBER.fullmatch(from_)):
        raise ApiError(MAGIC_FROM.get(from_, 21212), from_)
    if to in MAGIC_TO:
        raise ApiError(MAGIC_TO[to], to)
    if to == from_ or (calls_number and not NUMBER.fullmatch(to)):
        raise ApiError(21211, to)
    if own_numbers is not None and from_ not in own_numbers and NUMBER.fullmatch(from_):
        raise ApiError(21210, from_)
    return to, from_


def read_plan(params: Params) -> tuple[Plan, list[int]]:
    """What the application wants of the call, and the warnings its wishes give rise to."""
    check_choices(params)
    url, twiml = _address(params, "Url", "Method", 21205), one(params, "Twiml")
    if url is None and not twiml:
        raise ApiError(21218 if one(params, "ApplicationSid") else 21205, "Url, Twiml or ApplicationSid")
    check_twiml(twiml)
    asked = [event for event in params.get("StatusCallbackEvent", ()) if event]
    events = EVENTS.intersection(asked)
    warnings = [21626] if len(events) < len(set(asked)) else []
    if url is not None and twiml:
        warnings.append(32019)
    if not SEND_DIGITS.fullmatch(one(params, "SendDigits")):
        raise ApiError(21206)
    plan = Plan(
        url=url,
        twiml=None if url is not None else twiml,
        fallback=_address(params, "FallbackUrl", "FallbackMethod", 21205),
        status=_address(params, "StatusCallback", "StatusCallbackMethod", 21609),
        events=events if asked else frozenset({"completed"}),
        timeout=_number(params, "Timeout", 60, (1, 600), code=21208),
        time_limit=_number(params, "TimeLimit", 14400, (1, 86400), code=20001),
        amd=None if one(params, "SendDigits") else _amd(params),
    )
    return plan, warnings


def read_change(params: Params, plan: Plan) -> tuple[Plan | None, str]:
    """The plan a running call continues with (None: as before) and the status it is to end with."""
    check_choices(params)
    url, twiml = _address(params, "Url", "Method", 21205), one(params, "Twiml")
    if url is not None and twiml:
        raise ApiError(20001, "Url and Twiml are mutually exclusive")
    check_twiml(twiml)
    if url is None and not twiml:
        return None, one(params, "Status")
    changed = Plan(
        url=url,
        twiml=twiml or None,
        fallback=_address(params, "FallbackUrl", "FallbackMethod", 21205) or plan.fallback,
        # a new callback counts only together with a new Url
        status=(_address(params, "StatusCallback", "StatusCallbackMethod", 21609) if url else None) or plan.status,
        events=plan.events,
        timeout=plan.timeout,
        time_limit=plan.time_limit,
        amd=plan.amd,
    )
    return changed, one(params, "Status")


def check_choices(params: Params) -> None:
    for name, choices in CHOICES.items():
        value = one(params, name)
        if value and value not in choices:
            raise ApiError(20001, f"{name} is one of {', '.join(choices)}, not {value!r}")


def check_twiml(twiml: str) -> None:
    if len(twiml) > MAX_TWIML:
        raise ApiError(32018)


def _require(value: str, code: int) -> None:
    if not value:
        raise ApiError(code)


def _address(params: Params, url_name: str, method_name: str, code: int) -> Address | None:
    url, method = one(params, url_name), one(params, method_name) or "POST"
    if method not in ("GET", "POST"):
        raise ApiError(21209, method)
    if not url:
        return None
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise ApiError(code, url) from error
    host = parts.hostname or ""
    if parts.scheme not in ("http", "https") or not host or "_" in host or len(url) > MAX_URL:
        raise ApiError(code, url)
    return Address(url, method)


def _number(params: Params, name: str, default: int, bounds: tuple[int, int], *, code: int) -> int:
    value = one(params, name)
    if not value:
        return default
    if not value.isdigit() or not bounds[0] <= int(value) <= bounds[1]:
        raise ApiError(code, f"{name}={value}")
    return int(value)


def _amd(params: Params) -> Amd | None:
    number: Callable[[str, int], int] = lambda name, default: _number(  # noqa: E731 -- one use, one line
        params, name, default, AMD_RANGES[name], code=21234
    )
    for name, (low, _high) in AMD_RANGES.items():
        number(name, low)
    mode = one(params, "MachineDetection")
    if not mode:
        return None
    return Amd(
        mode,
        timeout=number("MachineDetectionTimeout", 30),
        asynchronous=one(params, "AsyncAmd") == "true",
        callback=_address(params, "AsyncAmdStatusCallback", "AsyncAmdStatusCallbackMethod", 21609),
    )
