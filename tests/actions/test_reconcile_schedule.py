"""A call of which nothing is known is looked for at once, then ever more rarely, and once a night after that."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from office_kit import ABSENT_AXEL, ANNA_PHONE, BERLIN, CALLER_ID, ERIKA, SHOP, SHOP_MACHINE, STRAY, Office

from dialer.actions.reconcile import last_night, reconcile, reconcile_at_start
from dialer.core.desk import DeskState
from dialer.core.outcome import Outcome
from dialer.storage import attempts
from dialer.telephony.carrier import CarrierError, UnreachableError


class Books:
    """The carrier's books, as somebody reads them who notes when he did; `closed` while they cannot be had."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.real = office.carrier.find
        self.looks: list[datetime] = []
        self.closed = False
        self.hidden = False
        self.refused = ""
        office.carrier.find = self.find  # type: ignore[method-assign]

    def find(self, *, to: str, from_: str) -> object:
        self.looks.append(self.office.clock.now())
        if self.closed:
            raise UnreachableError("Twilio did not answer in time")
        if to == self.refused:
            raise CarrierError("Twilio error 20003, HTTP 401")
        return [] if self.hidden else self.real(to=to, from_=from_)


def lost(office: Office, fate: str = "500_before", number: str = ABSENT_AXEL) -> int:
    """A case whose call was asked for, and the answer was lost."""
    office.collector("anna")
    case = office.case(number)
    office.tick()
    office.faults(api_script=[fate], callback_lost=1.0)
    office.tick()
    assert office.attempt(case).call.state.value == "unknown"
    return case


def after(office: Office, case: int, looks: list[datetime]) -> list[int]:
    """When the looks were, in whole seconds after the request."""
    sent = office.attempt(case).sent_at
    assert sent is not None
    return [int((look - sent).total_seconds()) for look in looks]


def watch(office: Office, seconds: float) -> None:
    """Seconds pass one by one, and silent attempts are looked after."""
    end = office.network.now + timedelta(seconds=seconds)
    while office.network.now < end:
        reconcile(office.app)
        office.run(1)


def test_looks_come_ever_more_rarely(either_office: Office) -> None:
    office = either_office
    books = Books(office)
    axel = lost(office)
    watch(office, 660)
    assert after(office, axel, books.looks) == [5, 30, 85, 120, 600]
    assert office.attempt(axel).call.outcome is Outcome.UNKNOWN
    assert office.kinds(axel).count("attempt.reconciled") == 5


def test_a_call_that_is_there_is_bound_at_the_first_look(either_office: Office) -> None:
    office = either_office
    books = Books(office)
    axel = lost(office, "reset_after_create")
    watch(office, 7)
    assert office.attempt(axel).call.sid == office.call_to(ABSENT_AXEL).sid
    assert after(office, axel, books.looks) == [5]


def test_an_answer_that_may_be_on_its_way_is_waited_for(office: Office) -> None:
    """The worker still waits for the carrier; the books show nothing yet."""
    books = Books(office)
    office.collector("anna")
    axel = office.case(ABSENT_AXEL)
    office.tick()
    states: list[str] = []

    def takes_long() -> None:
        for seconds in (6, 6, 19):
            office.run(seconds)
            reconcile(office.app)
            states.append(office.attempt(axel).call.state.value)

    office.carrier.before_place.append(takes_long)
    office.tick()
    assert len(books.looks) == 2
    assert states == ["intent", "intent", "unknown"]
    # the answer came after all, and is believed
    assert office.attempt(axel).call.sid == office.call_to(ABSENT_AXEL).sid


def test_the_last_look_is_repeated_until_it_could_be_had(office: Office) -> None:
    books = Books(office)
    axel = lost(office)
    watch(office, 595)
    books.closed = True
    watch(office, 200)
    assert after(office, axel, books.looks)[4:] == [600, 630, 660, 690, 720, 750, 780]
    assert office.attempt(axel).call.live
    books.closed = False
    watch(office, 30)
    assert office.attempt(axel).call.outcome is Outcome.UNKNOWN


def ahead_once(office: Office, by: timedelta) -> None:
    """One look by a clock that is ahead, and is set right after that."""
    office.clock.ahead = by
    reconcile(office.app)
    office.clock.ahead = timedelta()


def test_a_look_by_a_clock_that_was_ahead_is_made_up_for(either_office: Office) -> None:
    office = either_office
    books = Books(office)
    axel = lost(office)
    watch(office, 10)
    ahead_once(office, timedelta(minutes=5))
    watch(office, 120)
    assert after(office, axel, books.looks) == [5, 310, 10, 30, 85, 120]


def test_a_call_that_was_asked_about_by_a_clock_that_was_ahead_is_asked_about_again(either_office: Office) -> None:
    office = either_office
    office.collector("anna")
    axel = office.case(ABSENT_AXEL)
    office.dial()
    office.run(5)
    ahead_once(office, timedelta(hours=1))
    assert office.attempt(axel).checked_at == office.clock.now() + timedelta(hours=1)
    office.faults(callback_lost=1.0)
    watch(office, 100)
    assert office.attempt(axel).call.outcome is Outcome.NO_ANSWER


def test_a_nights_look_by_a_clock_that_was_ahead_is_made_up_for(either_office: Office) -> None:
    office = either_office
    books = Books(office)
    axel = given_up(office, books, "reset_after_create")
    ahead_once(office, timedelta(days=2))
    books.hidden = False
    assert [reconcile(office.app) for _ in range(2)] == [1, 0]
    assert office.attempt(axel).call.sid == office.call_to(ABSENT_AXEL).sid


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-11-24T02:59:59+01:00", "2026-11-23T03:00:00+01:00"),
        ("2026-11-24T03:00:00+01:00", "2026-11-24T03:00:00+01:00"),
        ("2026-11-24T23:59:00+01:00", "2026-11-24T03:00:00+01:00"),
        # the hour from two to three is left out, and comes twice
        ("2026-03-29T03:10:00+02:00", "2026-03-29T03:00:00+02:00"),
        ("2026-10-25T02:30:00+01:00", "2026-10-24T03:00:00+02:00"),
    ],
)
def test_a_night_begins_at_three_by_the_operators_clock(office: Office, now: str, expected: str) -> None:
    assert last_night(office.app, datetime.fromisoformat(now)) == datetime.fromisoformat(expected)


def given_up(office: Office, books: Books, fate: str) -> int:
    """An attempt whose call the books did not show for ten minutes."""
    books.hidden = True
    case = lost(office, fate)
    watch(office, 660)
    attempt = office.attempt(case)
    assert (attempt.call.outcome, attempt.call.sid) == (Outcome.UNKNOWN, None)
    books.looks.clear()
    return case


def test_a_call_that_shows_up_later_is_bound_and_told(either_office: Office) -> None:
    office = either_office
    books = Books(office)
    axel = given_up(office, books, "reset_after_create")
    books.hidden = False
    reconcile(office.app)
    assert books.looks == []
    office.run_to(datetime(2026, 11, 25, 3, 0, tzinfo=BERLIN))
    reconcile(office.app)
    assert len(books.looks) == 1
    attempt, sid = office.attempt(axel), office.call_to(ABSENT_AXEL).sid
    assert (attempt.call.sid, attempt.call.outcome) == (sid, Outcome.UNKNOWN)
    assert attempt.call.outcome.counts
    assert office.entry(axel, "attempt.found_late").facts == {"duration_seconds": 0, "sid": sid, "status": "no_answer"}
    assert office.alarm_text("call.conflict") == f"call {sid} after the end"
    reconcile(office.app)
    assert len(books.looks) == 1


def test_a_night_without_a_find_is_followed_by_two_more(office: Office) -> None:
    books = Books(office)
    axel = given_up(office, books, "500_before")
    for day in range(25, 30):
        for hour in (2, 4, 12):
            office.run_to(datetime(2026, 11, day, hour, tzinfo=BERLIN))
            reconcile(office.app)
            reconcile(office.app)
    nights = [look.astimezone(BERLIN).strftime("%d %H") for look in books.looks]
    # the first one is had because it may no longer ring since yesterday's evening
    assert nights == ["25 02", "25 04", "26 04", "27 04"]
    assert "attempt.found_late" not in office.kinds(axel)


def test_a_late_find_that_still_goes_on_is_hung_up(office: Office) -> None:
    """The carrier kept it in its queue for half a day."""
    books = Books(office)
    axel = given_up(office, books, "500_before")
    ended: list[str] = []
    real = office.carrier.real.hang_up
    office.carrier.real.hang_up = lambda sid: ended.append(sid) or real(sid)  # type: ignore[method-assign,func-returns-value]
    sent = office.attempt(axel).sent_at
    from dialer.core.network import NetworkStatus  # noqa: PLC0415
    from dialer.telephony.carrier import CallSnapshot  # noqa: PLC0415

    sid = "CA" + "d" * 32
    queued = CallSnapshot(
        sid=sid,
        to=ABSENT_AXEL,
        from_=CALLER_ID,
        status=NetworkStatus.QUEUED,
        dialled=False,
        created_at=sent,
        duration_seconds=None,
        answered_by=None,
    )
    office.carrier.find = lambda **_: [queued]  # type: ignore[method-assign]
    office.run_to(datetime(2026, 11, 25, 3, 0, tzinfo=BERLIN))
    reconcile(office.app)
    assert ended == [sid]
    assert office.attempt(axel).call.sid == sid


def test_a_call_from_another_day_is_not_taken_for_the_lost_one(office: Office) -> None:
    books = Books(office)
    axel = given_up(office, books, "500_before")
    books.hidden = False
    office.run(3600)
    order = {"To": ABSENT_AXEL, "From": CALLER_ID}
    by_hand(office, order)
    office.run_to(datetime(2026, 11, 25, 3, 0, tzinfo=BERLIN))
    reconcile(office.app)
    assert len(office.calls_to(ABSENT_AXEL)) == 1
    assert office.attempt(axel).call.sid is None


def by_hand(office: Office, order: dict[str, str]) -> None:
    """Somebody places a call past the program."""
    from dialer.telephony.carrier import CallOrder, Placed  # noqa: PLC0415

    urls = office.app.urls
    made = office.carrier.real.place(
        CallOrder(
            to=order["To"],
            from_=order["From"],
            answer_url=urls.voice("x"),
            status_url=urls.status("x"),
            ring_seconds=20,
            max_call_seconds=60,
        )
    )
    assert isinstance(made, Placed)


def test_at_the_start_everything_unresolved_is_looked_at_once(either_office: Office) -> None:
    office = either_office
    books = Books(office)
    axel = lost(office, "reset_after_create")
    office.run(1)
    assert reconcile_at_start(office.app)
    assert len(books.looks) == 1
    assert office.attempt(axel).call.sid == office.call_to(ABSENT_AXEL).sid
    # an intent whose request another worker is about to make is his
    erika = office.case(ERIKA)
    office.tick()
    office.faults()
    office.clock.on_wait.append(lambda: reconcile_at_start(office.app))
    office.run(60)
    office.tick(2)
    assert len(office.calls_to(ERIKA)) == 1
    assert office.attempt(erika).call.live


def test_at_the_start_a_carrier_that_cannot_be_asked_is_told(office: Office) -> None:
    books = Books(office)
    axel = lost(office)
    books.closed = True
    assert not reconcile_at_start(office.app)
    books.closed = False
    assert reconcile_at_start(office.app)
    assert office.attempt(axel).call.live


def test_a_call_of_which_the_carrier_never_tells_keeps_nobody_waiting_after_a_start(either_office: Office) -> None:
    """As long as somebody may still hear of it, it does."""
    office = either_office
    books = Books(office)
    axel = lost(office)
    books.refused = ABSENT_AXEL
    office.run(590)
    assert not reconcile_at_start(office.app)
    office.run(11)
    assert reconcile_at_start(office.app)
    assert office.attempt(axel).call.live
    assert office.alarms() == ["call.unresolved"]
    # a carrier that answers nobody is another matter
    books.closed = True
    assert not reconcile_at_start(office.app)


def test_nothing_unresolved_asks_nobody(office: Office) -> None:
    books = Books(office)
    assert reconcile_at_start(office.app)
    assert books.looks == []


def test_few_lost_ones_are_asked_about_at_once(make_office: Callable[..., Office]) -> None:
    """Dialling must not wait for a whole day of outages."""
    office = make_office()
    books = Books(office)
    for n in range(1, 13):
        office.business(f"+4930231252{n:02d}", name=f"Laden {n}", industry="retail")
    office.tick()
    office.faults(api_500_before=1.0)
    office.tick()
    with office.app.db.write() as tx:
        table = attempts.attempts
        tx.execute(table.update().values(state="ended", outcome="unknown", ended_at=office.clock.now()))
        (number,) = tx.execute(sa.select(sa.func.count()).select_from(table)).one()
    assert number == 5
    office.run_to(datetime(2026, 11, 25, 3, 0, tzinfo=BERLIN))
    assert reconcile(office.app) == 5
    assert len(books.looks) == 5


# --- whose call it is ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("minutes", "bound"), [(1, True), (3, False)])
def test_a_call_made_later_than_the_request_can_have_made_it_is_left_alone(
    either_office: Office,
    minutes: int,
    bound: bool,  # noqa: FBT001
) -> None:
    office = either_office
    axel = lost(office)
    watch(office, minutes * 60)
    by_hand(office, {"To": ABSENT_AXEL, "From": CALLER_ID})
    office.allow_5xx = True
    office.run(1)
    watch(office, 660 - minutes * 60)
    sid = office.call_to(ABSENT_AXEL).sid
    assert office.attempt(axel).call.sid == (sid if bound else None)
    assert (office.attempt(axel).call.outcome is Outcome.UNKNOWN) is not bound


def test_a_collectors_line_is_not_taken_for_a_lost_call(either_office: Office) -> None:
    """Somebody who works here owes as well, and is called on the telephone that holds his line."""
    office = either_office
    anna = lost(office, number=ANNA_PHONE)
    line = office.call_to(ANNA_PHONE)
    watch(office, 660)
    attempt = office.attempt(anna)
    assert (attempt.call.sid, attempt.call.outcome) == (None, Outcome.UNKNOWN)
    assert office.desk().call_sid == line.sid


def test_of_two_calls_that_may_be_it_none_is_taken(either_office: Office) -> None:
    office = either_office
    axel = lost(office)
    for _ in range(2):
        by_hand(office, {"To": ABSENT_AXEL, "From": CALLER_ID})
    office.allow_5xx = True
    watch(office, 660)
    attempt = office.attempt(axel)
    assert (attempt.call.sid, attempt.call.outcome) == (None, Outcome.UNKNOWN)
    assert office.alarm_text("call.ambiguous") == f"2 calls may be attempt {attempt.id}"


# --- an outage -------------------------------------------------------------------------------------------------------


def outage(office: Office) -> tuple[Books, list[int]]:
    """Five calls of which nothing is known, and a carrier that cannot be reached."""
    books = Books(office)
    shops = [office.business(f"+4930231252{n:02d}", name=f"Laden {n}", industry="retail") for n in range(1, 6)]
    office.tick()
    office.faults(api_500_before=1.0)
    office.tick()
    office.run(5)
    books.closed = True
    return books, shops


def test_while_nobody_answers_a_round_waits_for_one_time_out(either_office: Office) -> None:
    office = either_office
    books, _ = outage(office)
    assert reconcile(office.app) == 1
    # the others are looked at when their next look is due, and not one in every round
    assert [reconcile(office.app) for _ in range(5)] == [0, 0, 0, 0, 0]
    assert len(books.looks) == 1
    office.run(30)
    assert [reconcile(office.app) for _ in range(2)] == [1, 0]
    books.closed = False
    office.run(60)
    assert reconcile(office.app) == 5
    assert len(books.looks) == 7


def test_a_refusal_for_one_does_not_keep_the_others_waiting(office: Office) -> None:
    books, _ = outage(office)
    books.closed, books.refused = False, "+493023125201"
    assert reconcile(office.app) == 5
    assert len(books.looks) == 5


def test_what_was_never_sent_is_ended_although_nobody_answers(office: Office) -> None:
    _, shops = outage(office)
    attempt = office.attempt(shops[-1])
    with office.app.db.write() as tx:
        attempts.update(tx, attempt.id, state="intent", sent_at=None)
    office.run(115)
    assert reconcile(office.app) == 2
    assert office.attempt(shops[-1]).call.outcome is Outcome.CANCELLED


def test_a_look_that_timed_out_is_made_up_for(office: Office) -> None:
    """Also those of the others, who were not asked about since one timed out."""
    books, shops = outage(office)
    watch(office, 100)
    closed, books.looks[:] = len(books.looks), []
    assert closed == 4
    books.closed = False
    watch(office, 21)
    assert sorted(books.looks) == [books.looks[0]] * 5
    assert [office.attempt(shop).checked_at for shop in shops] == [books.looks[0]] * 5


@pytest.mark.parametrize("answer", ["refusal", "none"])
def test_a_collector_does_not_wait_for_a_call_that_the_carrier_never_tells_of(
    either_office: Office, answer: str
) -> None:
    """And the attempt counts: the carrier may have made the call."""
    office = either_office
    books = Books(office)
    axel = lost(office, "reset_after_create")
    books.refused, books.closed = (ABSENT_AXEL, False) if answer == "refusal" else ("", True)
    watch(office, 84)
    assert office.desk().state is DeskState.RESERVED
    watch(office, 32)
    assert (office.desk().state, office.desk().attempt_id) == (DeskState.READY, None)
    watch(office, 483)
    assert office.alarms() == []
    watch(office, 3000)
    assert office.alarms() == ["call.unresolved"]
    assert "of attempt 1, which counts until it does: Twilio" in office.alarm_text("call.unresolved")
    assert office.attempt(axel).call.state.value == "unknown"
    books.refused, books.closed = "", False
    watch(office, 31)
    assert office.attempt(axel).call.sid == office.call_to(ABSENT_AXEL).sid


def test_nobody_who_talks_is_freed_while_the_carrier_does_not_tell(office: Office) -> None:
    office.collector("anna")
    erika = office.case(ERIKA)
    office.dial()
    office.run(15)
    assert office.desk().state is DeskState.TALKING

    def refused(_sid: str) -> object:
        raise CarrierError("Twilio error 20003, HTTP 401")

    office.carrier.fetch = refused  # type: ignore[method-assign]
    office.faults(callback_lost=1.0)
    watch(office, 1)
    with office.app.db.write() as tx:
        sent = office.attempt(erika).sent_at
        assert sent is not None
        long_ago = sent - timedelta(hours=1)
        columns = {"intent_at": long_ago, "sent_at": long_ago, "placed_at": long_ago, "answered_at": long_ago}
        attempts.update(tx, office.attempt(erika).id, **columns)
    assert reconcile(office.app) == 1
    assert office.desk().state is DeskState.TALKING


def queued(office: Office, books: Books) -> int:
    """A shop's case: the answer to its request was lost, and the call waits at the carrier behind another one."""
    office.run_to(datetime(2026, 11, 24, 11, 23, tzinfo=BERLIN))
    office.app.carrier.place(replace(STRAY, to=ERIKA))
    office.allow_5xx = True
    shop = office.business(SHOP, industry="retail")
    office.tick()
    office.faults(api_script=["reset_after_create"], callback_lost=1.0)
    office.tick()
    books.hidden = True
    attempt = office.attempt(shop)
    assert (attempt.call.state.value, office.call_to(SHOP).status) == ("unknown", "queued")
    assert attempt.not_after == datetime(2026, 11, 24, 11, 29, tzinfo=BERLIN)
    return shop


def test_a_queued_call_that_is_found_when_it_may_no_longer_ring_is_taken_back(
    make_office: Callable[..., Office],
) -> None:
    """The carrier's books show it late, and its own news are lost: one look is had at its last moment."""
    office = make_office(carrier_calls_per_second=0.002)
    books = Books(office)
    shop = queued(office, books)
    watch(office, 150)
    books.hidden = False
    watch(office, 215)
    assert office.call_to(SHOP).status == "canceled"
    assert after(office, shop, books.looks)[-1] == 360


def test_a_call_that_is_heard_of_after_its_last_moment_is_taken_back_at_once(
    make_office: Callable[..., Office],
) -> None:
    office = make_office(carrier_calls_per_second=0.002)
    books = Books(office)
    shop = queued(office, books)
    watch(office, 362)
    assert after(office, shop, books.looks)[-1] == 360
    attempt, sid = office.attempt(shop), office.call_to(SHOP).sid
    office.post(f"/twilio/status/{attempt.token}", {"CallSid": sid, "CallStatus": "initiated", "SequenceNumber": "0"})
    assert office.call_to(SHOP).status == "canceled"


def test_a_given_up_attempt_that_alone_cannot_be_asked_about_keeps_no_other_waiting(office: Office) -> None:
    office.faults(api_script=["500_before", "500_before"], callback_lost=1.0)
    sick, other = office.business(SHOP, industry="retail"), office.business(SHOP_MACHINE, industry="retail")
    office.tick(2)
    watch(office, 660)
    assert office.live_attempts() == 0
    office.run_to(datetime(2026, 11, 25, 3, 0, tzinfo=BERLIN))
    find_all_but(office, office.attempt(sick).to)
    rounds_far_apart(office)
    looked = office.attempt(other).checked_at
    assert looked is not None
    assert looked > datetime(2026, 11, 25, 3, 0, tzinfo=BERLIN)


def test_a_nights_look_that_could_not_be_had_is_made_up_for(office: Office) -> None:
    books = Books(office)
    axel = given_up(office, books, "reset_after_create")
    books.hidden, books.closed = False, True
    office.run_to(datetime(2026, 11, 25, 3, 0, tzinfo=BERLIN))
    assert reconcile(office.app) == 1
    assert office.attempt(axel).call.sid is None
    assert "call.unresolved" not in office.alarms()
    books.closed = False
    office.run(3600)
    assert [reconcile(office.app) for _ in range(2)] == [1, 0]
    assert office.attempt(axel).call.sid == office.call_to(ABSENT_AXEL).sid


def test_a_call_past_its_last_moment_is_asked_about_until_somebody_answers(office: Office) -> None:
    """It may still lie in the carrier's queue, and must not begin to ring."""
    office.collector("anna")
    axel = office.case(ABSENT_AXEL)
    office.run_to(datetime(2026, 11, 24, 11, 58, 59, tzinfo=BERLIN))
    office.faults(callback_lost=1.0)
    office.tick(2)
    assert office.attempt(axel).call.state.value == "placed"
    asked: list[datetime] = []

    def silent(_sid: str) -> object:
        asked.append(office.clock.now())
        raise UnreachableError("Twilio did not answer in time")

    office.carrier.fetch = silent  # type: ignore[method-assign]
    office.run(1)
    watch(office, 70)
    assert [int((later - asked[0]).total_seconds()) for later in asked] == list(range(0, 70, 5))


def find_all_but(office: Office, number: str) -> None:
    """From now on the carrier does not answer in time when it is asked about this number."""
    real = office.carrier.find

    def find(*, to: str, from_: str) -> object:
        if to == number:
            raise UnreachableError("Twilio did not answer in time")
        return real(to=to, from_=from_)

    office.carrier.find = find  # type: ignore[method-assign]


def rounds_far_apart(office: Office) -> None:
    for _ in range(20):
        office.clock.sleep_until(office.clock.now() + timedelta(seconds=35))
        reconcile(office.app)


def test_an_attempt_that_alone_cannot_be_asked_about_keeps_no_other_waiting(office: Office) -> None:
    """Rounds may be so far apart that its next look is always due with the others'."""
    office.faults(api_script=["500_before", "500_before"], callback_lost=1.0)
    sick, other = office.business(SHOP, industry="retail"), office.business(SHOP_MACHINE, industry="retail")
    office.tick(2)
    assert office.live_attempts() == 2
    find_all_but(office, office.attempt(sick).to)
    rounds_far_apart(office)
    assert office.attempt(sick).call.live
    assert office.attempt(other).call.outcome is Outcome.UNKNOWN


def test_a_call_that_the_books_do_not_have_yet_is_looked_for_until_ten_minutes_after_it(office: Office) -> None:
    """However often it was looked for in vain: the books lag behind. The collector waits no longer than it rings."""
    office.collector("anna")
    axel = office.case(ABSENT_AXEL)
    office.tick()
    office.faults(callback_lost=1.0)
    office.tick()
    attempt = office.attempt(axel)
    assert (attempt.call.state.value, attempt.call.sid) == ("placed", office.call_to(ABSENT_AXEL).sid)
    office.carrier.fetch = lambda _sid: None  # type: ignore[method-assign]
    watch(office, 80)
    assert office.desk().state is DeskState.RESERVED
    watch(office, 40)
    assert office.desk().state is DeskState.READY
    watch(office, 470)
    assert office.attempt(axel).call.live
    assert "call.vanished" not in office.alarms()
    watch(office, 40)
    assert office.attempt(axel).call.outcome is Outcome.UNKNOWN
    assert office.alarms().count("call.vanished") == 1
