"""Reading TwiML: from an HTTP answer or an inline document to a list of verbs."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urljoin
from xml.etree import ElementTree as ET

from dialer.simulator.deliver import DeliveryFailed, DeliveryReply

MAX_BODY = 64 * 1024
MAX_SECONDS = 86400.0
XML_TYPES = ("text/xml", "application/xml", "text/html")


class TwimlError(Exception):
    """A document that cannot be had or run; the code is Twilio's."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(f"{code}: {reason}")
        self.code = code


@dataclass(frozen=True)
class Page:
    """A parsed document and the URL that relative addresses in it refer to; inline documents have none."""

    verbs: list[ET.Element]
    url: str | None

    def resolve(self, address: str) -> str:
        if self.url is not None:
            return _joined(self.url, address)
        if not address.startswith(("http://", "https://")):
            raise TwimlError(15004, f"relative action {address!r} in an inline document")
        return address


def _joined(url: str, address: str) -> str:
    try:
        return urljoin(url, address)
    except ValueError as error:
        raise TwimlError(11100, f"invalid URL {address!r}") from error


def parse(text: str | bytes, url: str | None) -> Page:
    try:
        # the document comes from the application under test, on this machine
        root = ET.fromstring(text)  # noqa: S314
    except ET.ParseError as error:
        raise TwimlError(12100, f"document parse failure: {error}") from error
    if root.tag != "Response":
        raise TwimlError(12100, f"the root is <{root.tag}>, not <Response>")
    return Page(list(root), url)


def read(reply: DeliveryReply | DeliveryFailed, url: str) -> Page:
    """The document in an answer, by the content types Twilio accepts."""
    if isinstance(reply, DeliveryFailed):
        raise TwimlError(reply.code, str(reply))
    if not reply.ok:
        raise TwimlError(11200, f"HTTP {reply.status}")
    if len(reply.body) > MAX_BODY:
        raise TwimlError(11750, "response body over 64 kB")
    kind = reply.content_type.partition(";")[0].strip().lower()
    if kind in XML_TYPES:
        return parse(reply.body, url)
    if kind.startswith("audio/"):
        return _single("Play", url, url)
    if kind == "text/plain":
        return _plain(reply.body, url)
    raise TwimlError(12300, f"Content-Type {reply.content_type!r}")


def _plain(body: bytes, url: str) -> Page:
    try:
        return parse(body, url)
    except TwimlError:
        return _single("Say", body.decode(errors="replace"), url)


def _single(tag: str, text: str, url: str) -> Page:
    verb = ET.Element(tag)
    verb.text = text
    return Page([verb], url)


def flag(element: ET.Element, name: str, *, default: bool = False) -> bool:
    return element.get(name, str(default)).lower() == "true"


def seconds(element: ET.Element, name: str, default: float) -> float:
    return duration(element.get(name, str(default)))


def duration(text: str) -> float:
    """A number of seconds between nothing and a day."""
    try:
        value = float(text)
    except ValueError as error:
        raise TwimlError(12200, f"{text!r} is not a number") from error
    return min(value, MAX_SECONDS) if value >= 0 else 0.0


def spoken(element: ET.Element) -> str:
    return " ".join("".join(element.itertext()).split())
