"""The carrier's REST interface without sockets: the client library's requests end here, or get lost here."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import requests
from requests.exceptions import ConnectionError as BrokenError
from requests.exceptions import ReadTimeout
from requests.structures import CaseInsensitiveDict
from urllib3.exceptions import MaxRetryError, NewConnectionError
from werkzeug.http import http_date

from dialer.simulator.codes import ApiError

if TYPE_CHECKING:
    from dialer.simulator.records import CallRecord
    from tests.simulation.world import World

TIMEOUT = 5.0
BEFORE = ("refused", "429", "503", "reset")
"""Nothing was done; only the first two prove it."""

AFTER = ("lost_503", "lost_reset", "lost_timeout", "doubled")
"""It was done, and the answer got lost. `doubled`: a gateway on the way has sent the request twice."""

LAG = timedelta(minutes=15)
"""So much may be missing at the end of the carrier's list of calls."""

LAGS_FOR = 1800
"""So many seconds long it is missing, or not."""

Answer = tuple[int, dict[str, Any]]


class RestDoor:
    """Where every request of the client library ends."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._asked: Counter[str] = Counter()
        self._lag: dict[str, bool] = {}

    @property
    def now(self) -> datetime:
        """The carrier's time, as its answers show it."""
        return self._world.network.now

    def send(self, request: requests.PreparedRequest) -> requests.Response:
        verb, about, ask = self._understood(request)
        self._asked[f"{verb} {about}"] += 1
        key = f"{verb} {about} {self._asked[f'{verb} {about}']}"
        world = self._world
        world.step(f"before {verb}", pauses=False)
        possible = ("slow", *BEFORE, *(AFTER if verb != "list" else AFTER[:3]))
        fate = "refused" if world.cut_off else world.dice.ask(f"request {key}", *possible)
        if fate == "slow":
            self._keeps_waiting(world.dice.pick(key, (0.3, 2.0, TIMEOUT - 0.1)))
        if fate not in {"", "slow"}:
            world.troubled()
        if verb == "create" and fate not in {"refused", "429"}:
            world.posted(str(request.body))
        _refuse_before(fate)
        world.note(f"{verb} {about} {fate}".rstrip())
        world.asked(verb, about)
        answer = self._carried_out(verb, request, ask, twice=fate == "doubled")
        if verb == "list" and self._lags(about):
            answer[1]["calls"] = [call for call in answer[1]["calls"] if not self._is_new(call["sid"])]
        if fate == "lost_timeout":
            self._keeps_waiting(TIMEOUT)
        _lose(fate)
        world.step(f"after {verb}", *(("unanswered", "blackout") if verb == "create" else ()), pauses=False)
        for call in answer[1].get("calls", [answer[1]]):
            if "sid" in call:
                world.watch.named(call["sid"])
        return _response(request, *answer)

    def _keeps_waiting(self, seconds: float) -> None:
        self._world.troubled(seconds)
        self._world.baton.wait(seconds)

    def _understood(self, request: requests.PreparedRequest) -> tuple[str, str, Callable[[], Answer]]:
        """What is asked, about which number, and how the network does it."""
        network = self._world.network
        parts = urlsplit(request.url or "")
        form = parse_qs(request.body if isinstance(request.body, str) else (request.body or b"").decode())
        name = parts.path.rsplit("/", 1)[-1].removesuffix(".json")
        if name == "Calls" and request.method == "POST":
            return "create", form["To"][0], lambda: (201, network.create_call(form))
        if name == "Calls":
            query = {key: values[0] for key, values in parse_qs(parts.query).items()}
            return "list", query.get("To", "everybody"), lambda: (200, self._listed(query))
        if request.method == "GET":
            return "fetch", self._number(name), lambda: (200, network.get_call(name))
        wish = form.get("Status", ["redirect"])[0]
        return wish, self._number(name), lambda: (200, network.update_call(name, form))

    def _listed(self, query: dict[str, str]) -> dict[str, Any]:
        _, rows = self._world.network.list_calls(query, 1000)
        return {"calls": rows, "page": 0, "page_size": 1000, "next_page_uri": None, "uri": "/"}

    def shows(self, record: CallRecord) -> bool:
        """True when a list of the calls to this number would have it in now."""
        return record.created_at <= self.now - LAG or not self._lags(record.to)

    def _lags(self, about: str) -> bool:
        """True while the carrier's books do not show the newest calls to this number."""
        key = f"list {about} from {int(self._world.elapsed // LAGS_FOR)}"
        if key not in self._lag:
            self._lag[key] = self._world.dice.ask(key, "lag") == "lag"
        return self._lag[key]

    def _is_new(self, sid: str) -> bool:
        return self._world.network.record(sid).created_at > self.now - LAG

    def _number(self, sid: str) -> str:
        return self._world.network.number_of(sid)

    def _carried_out(
        self, verb: str, request: requests.PreparedRequest, ask: Callable[[], Answer], *, twice: bool
    ) -> Answer:
        try:
            answer = ask()
            if verb == "create":
                self._world.created(answer[1]["sid"], str(request.body))
                if twice:
                    self._world.created(ask()[1]["sid"], str(request.body), stray=True)
        except ApiError as error:
            return error.status, {"code": error.code, "message": str(error), "status": error.status}
        return answer


def _refuse_before(fate: str) -> None:
    if fate == "refused":
        raise BrokenError(MaxRetryError(None, "/", NewConnectionError(None, "refused")))  # type: ignore[arg-type]
    if fate == "reset":
        raise BrokenError("reset by peer")
    if fate in {"429", "503"}:
        raise _RefusedError(int(fate))


def _lose(fate: str) -> None:
    if fate == "lost_reset":
        raise BrokenError("reset by peer")
    if fate == "lost_timeout":
        raise ReadTimeout("no answer in time")
    if fate == "lost_503":
        raise _RefusedError(503)


class _RefusedError(Exception):
    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Session(requests.Session):
    """The library's session with the door as its only way out, and without what only wires need."""

    def __init__(self, door: RestDoor) -> None:
        super().__init__()
        self._door = door

    def merge_environment_settings(self, *_: object) -> dict[str, Any]:
        """There is no proxy and no certificate on the way."""
        return {}

    def prepare_request(self, request: requests.Request) -> requests.PreparedRequest:
        prepared = requests.PreparedRequest()
        prepared.method = request.method
        prepared.prepare_url(request.url, request.params)
        prepared.headers = CaseInsensitiveDict()
        prepared.prepare_body(request.data, None)
        return prepared

    def send(self, request: requests.PreparedRequest, **_: Any) -> requests.Response:
        response = self._answer(request)
        response.headers["Date"] = http_date(self._door.now)
        return response

    def _answer(self, request: requests.PreparedRequest) -> requests.Response:
        try:
            return self._door.send(request)
        except _RefusedError as refused:
            body = {"code": 20429 if refused.status == 429 else 20503, "message": "no", "status": refused.status}
            return _response(request, refused.status, body)


def _response(request: requests.PreparedRequest, status: int, body: dict[str, Any]) -> requests.Response:
    response = requests.Response()
    response.status_code, response.request, response.url = status, request, request.url or ""
    response._content = json.dumps(body).encode()  # noqa: SLF001 - how an adapter fills a response
    response.headers["Content-Type"] = "application/json"
    response.encoding = "utf-8"
    return response
