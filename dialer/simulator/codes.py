"""The refusals of the REST API: codes, messages and the HTTP status of each."""

from __future__ import annotations

MESSAGES = {
    20003: "Authenticate",
    20004: "Method not allowed",
    20404: "The requested resource was not found",
    20429: "Too Many Requests",
    20500: "An internal server error has occurred",
    21201: "No 'To' number is specified",
    21205: "Url is not a valid URL",
    21206: "SendDigits is invalid",
    21208: "Timeout is invalid",
    21209: "Method is invalid",
    21210: "The source phone number provided is not yet verified for your account",
    21211: "The phone number you are attempting to call is not valid",
    21212: "The 'From' number is not a valid phone number",
    21213: "No 'From' number is specified",
    21214: "The phone number you are attempting to call cannot be reached",
    21215: "Account not authorized to call this number: geographic permission",
    21216: "The number is on the list of numbers that must not be called",
    21217: "Phone number does not appear to be valid",
    21218: "ApplicationSid is invalid",
    21220: "Invalid call state",
    21234: "Machine detection value out of range",
    21609: "StatusCallback is invalid",
    22005: "Call queue is full",
    32018: "Twiml is longer than 4000 characters",
}
HTTP_STATUS = {20003: 401, 20404: 404, 20004: 405, 20429: 429, 20500: 500, 20503: 503}


class ApiError(Exception):
    """A refusal with Twilio's code and the HTTP status that goes with it."""

    def __init__(self, code: int, detail: str = "") -> None:
        message = MESSAGES.get(code, "Invalid request")
        super().__init__(f"{message}: {detail}" if detail else message)
        self.code = code
        self.status = HTTP_STATUS.get(code, 400)
