"""What a failed request proves: that no call exists, or nothing at all. Every doubt means the call may exist."""

from __future__ import annotations

import ssl

from requests import exceptions as http
from twilio.base.exceptions import (  # type: ignore[import-untyped]
    TwilioException,
    TwilioRestException,
    TwilioServiceException,
)
from urllib3 import exceptions as wire

from dialer.telephony.carrier import AnswerLost, BadNumber, Misconfigured, NotSent, PlaceResult
from dialer.telephony.origin_http import UnusableAnswerError
from dialer.telephony.redaction import mask_digits

# Refusals for the number itself; any other number would have been dialled.
BAD_NUMBER_CODES = frozenset(
    {
        13223,  # format
        13224,  # not supported or invalid
        21202,  # premium
        21211,  # invalid
        21214,  # cannot be reached
        21216,  # on the carrier's block list
        21217,  # does not look valid
    }
)

_TEXT_LIMIT = 300


def place_result(error: Exception, *, secret: str) -> PlaceResult:
    """What became of a call whose request ended in `error`."""
    text = describe(error, secret=secret)
    if isinstance(error, (TwilioRestException, TwilioServiceException)):
        return _refusal(error, text)
    return NotSent(text) if never_sent(error) else AnswerLost(text)


def _refusal(error: TwilioRestException | TwilioServiceException, text: str) -> PlaceResult:
    # Only statuses 400 to 499 come this far, see OneOriginHttpClient. A 429 is turned away unread.
    if error.status == 429:
        return NotSent(text, throttled=True)
    code = refusal_code(error)
    return BadNumber(code, text) if code in BAD_NUMBER_CODES else Misconfigured(code, text)


def refusal_code(error: TwilioRestException | TwilioServiceException) -> int:
    """Twilio's number for the refusal, or the HTTP status where the body had none that can be read."""
    for candidate in (error.code, error.status):
        if isinstance(candidate, int):
            return candidate
    return 0


def never_sent(error: Exception) -> bool:
    """True when the connection itself did not come about, so that not one byte of the request left.

    A connection that broke later is a plain `ConnectionError` too; only its reason tells them apart.
    """
    if isinstance(error, http.ConnectTimeout):
        return True
    cause = error.args[0] if isinstance(error, http.ConnectionError) and error.args else None
    if not isinstance(cause, wire.MaxRetryError):
        return False
    reason = cause.reason
    if isinstance(reason, wire.SSLError):
        # The certificate is checked before anything is sent; other TLS errors can come afterwards.
        return bool(reason.args) and isinstance(reason.args[0], ssl.SSLCertVerificationError)
    return isinstance(reason, (wire.NewConnectionError, wire.ConnectTimeoutError))


def unanswered(error: Exception) -> bool:
    """True when the carrier itself has not answered: no connection, a time-out, a gateway's error."""
    return isinstance(error, (http.RequestException, UnusableAnswerError))


def describe(error: Exception, *, secret: str) -> str:
    """One line for a person, without telephone numbers, secrets or URLs."""
    text = mask_digits(_words(error).replace(secret, "***") if secret else _words(error))
    return " ".join(text.split())[:_TEXT_LIMIT]


def _words(error: Exception) -> str:
    if isinstance(error, TwilioRestException):
        return f"Twilio error {error.code}, HTTP {error.status}: {error.msg}"
    if isinstance(error, TwilioServiceException):
        return f"Twilio error {error.code}, HTTP {error.status}: {error.title} {error.detail or ''}"
    if isinstance(error, TwilioException):
        return _list_words(*error.args[:2])
    if isinstance(error, UnusableAnswerError):
        return f"Twilio answered {error}"
    return f"{_network_words(error)} ({type(error).__name__})"


def _list_words(text: str = "unreadable answer", answer: object = None) -> str:
    # For a list the library gives no code, only a sentence and the whole answer.
    status = getattr(answer, "status_code", None)
    return f"Twilio: {text}" if status is None else f"Twilio, HTTP {status}: {text}"


def _network_words(error: Exception) -> str:
    # The libraries' own messages repeat the URL, and a search has the numbers in it.
    if never_sent(error):
        return "no connection to Twilio"
    if isinstance(error, http.Timeout):
        return "Twilio did not answer in time"
    if isinstance(error, http.RequestException):
        return "the connection to Twilio broke"
    return "Twilio's answer could not be read"
