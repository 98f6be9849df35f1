"""The carrier protocol spoken with Twilio."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from twilio.base.exceptions import TwilioRestException, TwilioServiceException  # type: ignore[import-untyped]
from twilio.rest import Client  # type: ignore[import-untyped]

from dialer.telephony.callbacks import ANSWERED_BY_WORDS, STATUS_WORDS
from dialer.telephony.carrier import (
    AnswerLost,
    CallOrder,
    CallSnapshot,
    Carrier,
    CarrierError,
    Listed,
    Placed,
    PlaceResult,
    UnreachableError,
)
from dialer.telephony.failures import describe, place_result, refusal_code, unanswered
from dialer.telephony.fields import is_call_sid, whole_number
from dialer.telephony.origin_http import OneOriginHttpClient

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import timedelta

STATUS_EVENTS = ("initiated", "ringing", "answered", "completed")

# Wait for the end of a greeting, so that a message is recorded whole, and for as long as Twilio allows:
# the default of 30 s is too short for the greetings of companies.
AMD_MODE = "DetectMessageEnd"
AMD_TIMEOUT_SECONDS = 59

_PAGE_SIZE = 1000
_CALL_IS_OVER = 21220
_NOT_CANCELLABLE = frozenset({"in-progress", "completed", "busy", "failed", "no-answer"})
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)

_T = TypeVar("_T")


class TwilioCarrier(Carrier):
    """Twilio's REST interface. `username` and `password` are account SID and auth token, or an API key and its secret.

    Nothing is retried in here: only the caller knows whether a second request could become a second call.
    """

    def __init__(
        self,
        *,
        account_sid: str,
        username: str,
        password: str,
        timeout_seconds: float,
        region: str | None = None,
        edge: str | None = None,
        api_base_url: str | None = None,
        byoc_trunk: str | None = None,
        now: Callable[[], datetime] | None = None,
    ) -> None:
        if not (account_sid and username and password):
            raise ValueError("Twilio credentials: account_sid, username and password must all be given")
        self._password = password
        self._byoc_trunk = byoc_trunk
        self._http = OneOriginHttpClient(timeout_seconds=timeout_seconds, origin=api_base_url, now=now)
        self._client = Client(
            username=username,
            password=password,
            account_sid=account_sid,
            region=region,
            edge=edge,
            http_client=self._http,
            # An empty one would be replaced by os.environ, whose TWILIO_REGION redirects calls silently.
            environment={"isolated": "yes"},
        )

    def close(self) -> None:
        """Give back the connections."""
        self._http.close()

    def place(self, order: CallOrder) -> PlaceResult:
        """Place one call with exactly one request; whatever goes wrong comes back as a value."""
        try:
            call = self._client.calls.create(**_create_fields(order, self._byoc_trunk))
        except Exception as error:  # noqa: BLE001 - once the request may be out, no error may look like "no call"
            return place_result(error, secret=self._password)
        if not is_call_sid(call.sid):
            return AnswerLost("Twilio's answer names no call")
        return Placed(call.sid, queue_ms=whole_number(str(call.queue_time or "")) or 0)

    def redirect(self, sid: str, twiml: str) -> bool:
        """Replace what a live call hears; False when the call has already ended."""
        return self._update(sid, twiml=twiml) is not None

    def hang_up(self, sid: str) -> bool:
        """End a call in any state; False when it has already ended."""
        return self._update(sid, status="completed") is not None

    def cancel(self, sid: str) -> CallSnapshot | None:
        """Cancel a call that is not answered yet; None when it has been answered or has ended."""
        updated = self._update(sid, status="canceled")
        # Twilio accepts this for an answered call as well and then does nothing.
        if updated is None or updated.status in _NOT_CANCELLABLE:
            return None
        return self._asked(lambda: _snapshot(updated))

    def fetch(self, sid: str) -> CallSnapshot | None:
        """One call from the books, None when unknown there. Raises CarrierError."""

        def ask() -> CallSnapshot | None:
            try:
                return _snapshot(self._client.calls(sid).fetch())
            except (TwilioRestException, TwilioServiceException) as error:
                if error.status == 404:
                    return None
                raise

        return self._asked(ask)

    def find(self, *, to: str, from_: str) -> Sequence[CallSnapshot]:
        """Every call between two numbers, newest first, all pages. Raises CarrierError."""

        def ask() -> list[CallSnapshot]:
            calls = self._client.calls.list(to=to, from_=from_, page_size=_PAGE_SIZE)
            return sorted((_snapshot(call) for call in calls), key=_newest_first, reverse=True)

        return self._asked(ask)

    def made_since(self, since: datetime, *, from_: str, pages: int) -> Listed:
        """Every call from a number that was created since then, of the newest `pages` pages. Raises CarrierError.

        Not by start time, which a call in Twilio's queue does not have yet.
        """

        def ask() -> Listed:
            calls: list[CallSnapshot] = []
            page = self._client.calls.page(from_=from_, page_size=_PAGE_SIZE)
            for _ in range(pages):
                here = [_snapshot(call) for call in page]
                recent = [call for call in here if call.created_at is None or call.created_at >= since]
                calls += recent
                following = page.next_page() if recent or not here else None
                if following is None:
                    return Listed(calls, whole=True)
                page = following
            return Listed(calls, whole=False)

        return self._asked(ask)

    def clock_ahead(self, *, ask: bool = False) -> timedelta | None:
        """By how much our clock was ahead of Twilio's in its last answer at the least; None when that is not known.

        With `ask` the shortest list is asked for. Raises CarrierError.
        """
        if ask:
            self._asked(lambda: self._client.calls.page(page_size=1))
        return self._http.ahead

    def owned_numbers(self) -> Sequence[str]:
        """Numbers that may be shown as caller ID: the account's own and the verified ones. Raises CarrierError."""

        def ask() -> list[str]:
            own = self._client.incoming_phone_numbers.list(page_size=_PAGE_SIZE)
            verified = self._client.outgoing_caller_ids.list(page_size=_PAGE_SIZE)
            return list(dict.fromkeys(str(each.phone_number) for each in (*own, *verified)))

        return self._asked(ask)

    def _update(self, sid: str, **fields: str) -> Any | None:
        """The call after the update, or None when it is over or unknown."""

        def ask() -> Any | None:
            try:
                return self._client.calls(sid).update(**fields)
            except (TwilioRestException, TwilioServiceException) as error:
                if error.status == 404 or refusal_code(error) == _CALL_IS_OVER:
                    return None
                raise

        return self._asked(ask)

    def _asked(self, ask: Callable[[], _T]) -> _T:
        try:
            return ask()
        except Exception as error:  # noqa: BLE001 - a strange answer is the carrier's failure, not the caller's
            # Without its cause: that one's text carries URLs with telephone numbers into the traceback.
            kind = UnreachableError if unanswered(error) else CarrierError
            raise kind(describe(error, secret=self._password)) from None


def _create_fields(order: CallOrder, byoc_trunk: str | None) -> dict[str, object]:
    fields: dict[str, object] = {
        "to": order.to,
        "from_": order.from_,
        "url": order.answer_url,
        "method": "POST",
        "status_callback": order.status_url,
        "status_callback_method": "POST",
        "status_callback_event": list(STATUS_EVENTS),
        "timeout": order.ring_seconds,
        "time_limit": order.max_call_seconds,
    }
    if order.fallback_url is not None:
        fields |= {"fallback_url": order.fallback_url, "fallback_method": "POST"}
    if order.amd_url is not None:
        fields |= _amd_fields(order.amd_url)
    if byoc_trunk is not None:
        fields["byoc"] = byoc_trunk
    return fields


def _amd_fields(amd_url: str) -> dict[str, object]:
    return {
        "machine_detection": AMD_MODE,
        "machine_detection_timeout": AMD_TIMEOUT_SECONDS,
        # A string in the library: a boolean would go out as "True", which Twilio does not know.
        "async_amd": "true",
        "async_amd_status_callback": amd_url,
        "async_amd_status_callback_method": "POST",
    }


def _snapshot(call: Any) -> CallSnapshot:
    if not is_call_sid(call.sid) or call.status not in STATUS_WORDS:
        raise ValueError("a call without sid, or with a status we do not know")
    return CallSnapshot(
        sid=call.sid,
        to=str(call.to or ""),
        # The library's own name for it, as "from" is taken.
        from_=str(call._from or ""),  # noqa: SLF001
        status=STATUS_WORDS[call.status],
        # empty until the call leaves the queue
        dialled=call.start_time is not None,
        created_at=call.date_created,
        duration_seconds=whole_number(str(call.duration or "")),
        answered_by=ANSWERED_BY_WORDS.get(call.answered_by or ""),
        ended_at=call.end_time,
    )


def _newest_first(call: CallSnapshot) -> tuple[bool, datetime]:
    # A call that has no date yet was created a moment ago.
    return call.created_at is None, call.created_at or _LONG_AGO
