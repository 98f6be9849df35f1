"""Lists of calls: filters, pages and their envelope."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from dialer.simulator.codes import ApiError

if TYPE_CHECKING:
    from dialer.simulator.leg import Leg


@dataclass(frozen=True)
class Page:
    """A page of a list and where the next one begins, counted from the oldest call."""

    legs: list[Leg]
    next_position: int | None


def matching(legs: Iterable[tuple[int, Leg]], query: Mapping[str, str], size: int) -> Page:
    """Fill a page with the legs that pass the filters; stops as soon as it is full."""
    page: list[Leg] = []
    for position, leg in legs:
        if not _passes(leg, query):
            continue
        if len(page) == size:
            return Page(page, position)
        page.append(leg)
    return Page(page, None)


def _passes(leg: Leg, query: Mapping[str, str]) -> bool:
    record = leg.record
    exact = {"To": record.to, "From": record.from_, "Status": record.status, "ParentCallSid": record.parent_call_sid}
    if any(query.get(name) not in (None, "", value) for name, value in exact.items()):
        return False
    times = {"StartTime": record.started_at, "EndTime": record.ended_at}
    return all(_in_time(name, instant, query) for name, instant in times.items())


def _in_time(name: str, instant: datetime | None, query: Mapping[str, str]) -> bool:
    bounds = {sign: query[name + sign] for sign in ("", "<", ">") if query.get(name + sign)}
    if not bounds:
        return True
    if instant is None:  # a call that has not started matches no start time
        return False
    for sign, text in bounds.items():
        bound = _instant(text)
        # without a sign the whole day is meant, also when the SDK sends a time with it
        if (sign == "" and instant.date() != bound.date()) or (sign == "<" and instant >= bound):
            return False
        if sign == ">" and instant < bound:
            return False
    return True


def _instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise ApiError(20001, f"{text!r} is no date") from error
    return instant.astimezone(UTC) if instant.tzinfo else instant.replace(tzinfo=UTC)


def page_json(page: Page, *, base: str, query: Mapping[str, str], rows: list[dict[str, Any]]) -> dict[str, Any]:
    """The envelope of a list; addresses are relative to the host, as Twilio's are."""
    number, size = int(query.get("Page", 0)), int(query.get("PageSize", 50))
    filters = {name: value for name, value in query.items() if name not in ("Page", "PageToken", "PageSize")}

    def uri(index: int, token: str | None = None) -> str:
        extra = {"PageSize": size, "Page": index, **({"PageToken": token} if token else {})}
        return f"{base}?{urlencode({**filters, **extra})}"

    following = None if page.next_position is None else uri(number + 1, f"PACA{page.next_position}")
    return {
        "calls": rows,
        "page": number,
        "page_size": size,
        "start": number * size,
        "end": number * size + max(len(rows) - 1, 0),
        "uri": uri(number, query.get("PageToken")),
        "first_page_uri": uri(0),
        "next_page_uri": following,
        "previous_page_uri": uri(number - 1) if number else None,
    }
