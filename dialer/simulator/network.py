"""The virtual telephone network: one engine on virtual time, safe to use from several threads."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from dialer.simulator import api, listing, view
from dialer.simulator.api import Params
from dialer.simulator.codes import ApiError
from dialer.simulator.dial_queue import DialQueue
from dialer.simulator.document import Target
from dialer.simulator.engine import Engine, Posting
from dialer.simulator.exchange import exchange
from dialer.simulator.faults import NO_FAULTS, FaultDice, FaultPlan
from dialer.simulator.life import run_document

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from dialer.simulator.deliver import Deliver
    from dialer.simulator.directory import Directory
    from dialer.simulator.leg import Leg, Plan
    from dialer.simulator.records import CallRecord, Conversation


class Network:
    """Calls, conferences and people on virtual time.

    One lock guards the state. Webhooks and wrap-up listeners run outside it, and time stands still
    while they do, so that a receiver may call the REST API before it answers.
    """

    def __init__(
        self,
        *,
        start: datetime,
        seed: int,
        directory: Directory,
        deliver: Deliver,
        account_sid: str,
        auth_token: str,
        calls_per_second: float = 1.0,
        faults: FaultPlan = NO_FAULTS,
        own_numbers: frozenset[str] | None = None,
    ) -> None:
        self.account_sid = account_sid
        self.auth_token = auth_token
        self.own_numbers = own_numbers
        self.on_wrap_up: list[Callable[[Conversation], None]] = []
        self.wake = threading.Event()  # set when there is something new to do
        self._deliver = deliver
        self._seed = seed
        self._engine = Engine(start=start, seed=seed, directory=directory, account_sid=account_sid, faults=faults)
        self._queue = DialQueue(self._engine, calls_per_second)
        self._lock = threading.RLock()
        self._running = threading.Lock()

    # --- time -------------------------------------------------------------------------------

    @property
    def now(self) -> datetime:
        return self._engine.now

    def next_event_at(self) -> datetime | None:
        """When there is something to do; now, if a webhook waits to be sent."""
        with self._lock:
            return self.now if self._engine.outbox else self._engine.timeline.next_at()

    def run_until(self, instant: datetime) -> None:
        """Let everything due by `instant` happen, in order; returns at once if a run is on already."""
        if not self._running.acquire(blocking=False):
            return
        try:
            while self._step(instant):
                self._send_all()
        finally:
            self._running.release()

    def catch_up(self, instant: datetime) -> None:
        """Move time to `instant` if nothing is due before; keeps an idle network at its clock."""
        if not self._running.acquire(blocking=False):
            return
        try:
            with self._lock:
                due = self.next_event_at()
                if due is None or due > instant:
                    self._engine.timeline.move_to(instant)
        finally:
            self._running.release()

    def _step(self, instant: datetime) -> bool:
        with self._lock:
            if self._engine.outbox or self._engine.wrapped_up:
                return True
            action = self._engine.timeline.take_due(instant)
            if action is None:
                self._engine.timeline.move_to(instant)
                return False
            action()
            return True

    def _send_all(self) -> None:
        while (posting := self._next_posting()) is not None:
            result = exchange(posting.request, self._deliver, self.auth_token)
            with self._lock:
                posting.done(result)
        while (conversation := self._next_wrap_up()) is not None:
            for listener in list(self.on_wrap_up):
                listener(conversation)

    def _next_posting(self) -> Posting | None:
        with self._lock:
            return self._engine.outbox.popleft() if self._engine.outbox else None

    def _next_wrap_up(self) -> Conversation | None:
        with self._lock:
            return self._engine.wrapped_up.popleft() if self._engine.wrapped_up else None

    # --- the books --------------------------------------------------------------------------

    @property
    def calls(self) -> list[CallRecord]:
        with self._lock:
            return [leg.record for leg in self._engine.order]

    @property
    def conversations(self) -> list[Conversation]:
        with self._lock:
            return list(self._engine.conversations)

    # --- what people and tests do -------------------------------------------------------------

    def hang_up_collector(self, user: str) -> None:
        """A collector puts his receiver down."""
        with self._lock:
            for number, phone in self._engine.directory.collectors.items():
                desk = self._engine.desks.get(number)
                if phone.user == user and desk is not None:
                    self._engine.end(desk, "completed")
        self.wake.set()

    def set_faults(self, plan: FaultPlan) -> None:
        with self._lock:
            self._engine.faults = FaultDice(plan, self._seed)

    # --- the REST API -------------------------------------------------------------------------

    def create_call(self, params: Params) -> dict[str, Any]:
        """Create a call and queue it; a fault may hide from the caller that this has happened."""
        with self._lock:
            fate = self._engine.faults.api()
            if fate in ("429", "500_before"):
                raise ApiError(20429 if fate == "429" else 20500)
            to, from_ = api.check_numbers(params, self.own_numbers)
            plan, warnings = api.read_plan(params)
            if self._queue.is_full:
                raise ApiError(22005)
            leg = self._engine.new_leg(to=to, from_=from_, plan=plan)
            leg.record.warnings += warnings
            wait_ms = round(self._queue.wait() / timedelta(milliseconds=1))
            self._queue.add(leg)
            reply = view.call_json(leg, self.account_sid, self.now, queue_ms=wait_ms)
        self.wake.set()
        if fate == "500_after_create":
            raise ApiError(20500)
        if fate == "reset_after_create":
            raise ConnectionResetError("the plan says: reset after creating")
        return reply

    def get_call(self, sid: str) -> dict[str, Any]:
        with self._lock:
            return self._show(self._leg(sid))

    def update_call(self, sid: str, params: Params) -> dict[str, Any]:
        """Redirect or end a call."""
        with self._lock:
            leg = self._leg(sid)
            if not leg.live:
                raise ApiError(21220, "the call has ended")
            plan, status = api.read_change(params, leg.plan)
            if status:
                self._stop(leg, status)
            elif plan is not None:
                self._redirect(leg, params, plan)
            reply = view.call_json(leg, self.account_sid, self.now)
        self.wake.set()
        return reply

    def delete_call(self, sid: str) -> None:
        with self._lock:
            leg = self._leg(sid)
            if leg.live:
                raise ApiError(21220, "the call is in progress")
            leg.deleted = True

    def list_calls(self, query: Mapping[str, str], size: int) -> tuple[listing.Page, list[dict[str, Any]]]:
        """A page of calls, newest first."""
        with self._lock:
            page = listing.matching(self._newest_first(query), query, size)
            return page, [self._show(leg) for leg in page.legs]

    def _newest_first(self, query: Mapping[str, str]) -> Iterator[tuple[int, Leg]]:
        legs = self._engine.by_to.get(query["To"], []) if query.get("To") else self._engine.order
        token = query.get("PageToken", "").removeprefix("PACA")
        start = int(token) if token.isdigit() else len(legs) - 1
        seen_at = self._seen_at()
        for position in range(min(start, len(legs) - 1), -1, -1):
            leg = legs[position]
            if leg.record.created_at <= seen_at and not leg.deleted:
                yield position, leg

    def _leg(self, sid: str) -> Leg:
        leg = self._engine.legs.get(sid)
        if leg is None or leg.deleted:
            raise ApiError(20404, sid)
        return leg

    def _seen_at(self) -> datetime:
        return self.now - timedelta(seconds=self._engine.faults.plan.fetch_delay)

    def _show(self, leg: Leg) -> dict[str, Any]:
        return view.call_json(leg, self.account_sid, self._seen_at())

    def _stop(self, leg: Leg, status: str) -> None:
        if leg.record.answered_at is None:
            self._queue.remove(leg)
            self._engine.end(leg, "canceled", 487)
        elif status == "completed":
            self._engine.end(leg, "completed")

    def _redirect(self, leg: Leg, params: Params, plan: Plan) -> None:
        if leg.record.answered_at is None:
            raise ApiError(21220, "the call is not in progress; it cannot be redirected")
        leg.plan = plan
        limit = api.one(params, "TimeLimit")
        if limit.isdigit():
            leg.timers.append(self._engine.timeline.after(int(limit), lambda: self._engine.end(leg, "completed")))
        leg.detached = True
        self._engine.fire(leg.when_detached)
        url = plan.url
        target = Target(twiml=plan.twiml) if url is None else Target(url.url, url.method)
        run_document(self._engine, leg, target)
