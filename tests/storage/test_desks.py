"""A collector's line goes to one call at a time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from dialer.core.desk import DeskState
from dialer.storage import desks

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
NOBODY = None


@pytest.fixture
def add(db):
    """Add a collector whose line is in `state` since so many minutes; gives back the desk's id."""

    def go(name, *, state=DeskState.READY, minutes=0, active=True):
        since = NOW - timedelta(minutes=minutes)
        with db.write() as tx:
            assert desks.add_user(tx, name=name, phone="+493023125991")
            desks.open_desk(tx, user_id=desks.user_by_name(tx, name).id, token=f"t-{name}", at=since)
            desk = desks.of_user(tx, name)
            if state is not DeskState.CALLING:
                assert desks.move(tx, desk.id, state, at=since, only_from=(DeskState.CALLING,))
            if not active:
                assert desks.disable_user(tx, name)
        return desk.id

    return go


@pytest.fixture
def reserve(db):
    def go(**wish):
        with db.write() as tx:
            desk = desks.reserve(tx, at=NOW, **wish)
        return desk.user if desk else NOBODY

    return go


def test_eight_calls_want_the_only_collector_and_one_gets_him(add, reserve, at_once):
    add("anna")
    assert sorted(at_once(8, lambda _: reserve()), key=str) == [NOBODY] * 7 + ["anna"]


def test_eight_calls_share_three_collectors(add, reserve, at_once):
    for name in ("anna", "ben", "carla"):
        add(name)
    got = at_once(8, lambda _: reserve())
    assert sorted(user for user in got if user) == ["anna", "ben", "carla"]


def test_reserved_line_is_given_back_as_it_now_stands(db, add):
    desk_id = add("anna", minutes=5)
    with db.write() as tx:
        desk = desks.reserve(tx, at=NOW)
        assert desk == desks.by_id(tx, desk_id)
    assert (desk.state, desk.state_at, desk.user) == (DeskState.RESERVED, NOW, "anna")
    assert desk.conference == "desk-t-anna"


def test_longest_waiting_comes_first(add, reserve):
    add("anna", minutes=1)
    add("ben", minutes=9)
    add("carla", minutes=5)
    assert [reserve() for _ in range(4)] == ["ben", "carla", "anna", NOBODY]


def test_collector_of_the_case_comes_before_the_longest_waiting(add, reserve):
    add("anna", minutes=1)
    add("ben", minutes=9)
    assert reserve(prefer="anna") == "anna"
    assert reserve(prefer="anna") == "ben"
    assert reserve(prefer="anna") == NOBODY


def test_named_collector_or_nobody(add, reserve):
    add("anna")
    add("ben")
    assert reserve(user="anna") == "anna"
    assert reserve(user="anna") == NOBODY
    assert reserve(user="zoe") == NOBODY


@pytest.mark.parametrize("state", [s for s in DeskState if s is not DeskState.READY])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_line_that_is_not_ready_is_not_reserved(add, reserve, state):
    add("anna", state=state)
    assert reserve() == NOBODY
    assert reserve(user="anna") == NOBODY


def test_collector_without_access_gets_no_call(add, reserve):
    add("anna", active=False)
    assert reserve() == NOBODY
    assert reserve(user="anna") == NOBODY


def test_line_is_moved_only_from_the_states_named(db, add):
    desk_id = add("anna")
    with db.write() as tx:
        assert not desks.move(tx, desk_id, DeskState.TALKING, at=NOW, only_from=(DeskState.RESERVED,))
        assert desks.by_id(tx, desk_id).state is DeskState.READY
        assert desks.move(tx, desk_id, DeskState.CLOSED, at=NOW, only_from=(DeskState.RESERVED, DeskState.READY))
        assert desks.by_id(tx, desk_id).state is DeskState.CLOSED


def test_one_open_line_per_collector(db, add):
    desk_id = add("anna")
    with db.read() as tx:
        user_id = desks.user_by_name(tx, "anna").id
    with db.write() as tx:
        assert not desks.open_desk(tx, user_id=user_id, token="second", at=NOW)
        assert desks.move(tx, desk_id, DeskState.CLOSED, at=NOW, only_from=(DeskState.READY,))
        assert desks.open_desk(tx, user_id=user_id, token="second", at=NOW)
    with db.read() as tx:
        assert desks.of_user(tx, "anna").token == "second"
        assert [d.token for d in desks.open_desks(tx)] == ["second"]


def test_eight_openings_make_one_line(db, at_once):
    with db.write() as tx:
        desks.add_user(tx, name="ben", phone=None)
    with db.read() as tx:
        user_id = desks.user_by_name(tx, "ben").id

    def open_one(number):
        with db.write() as tx:
            return desks.open_desk(tx, user_id=user_id, token=f"b{number}", at=NOW)

    assert sorted(at_once(8, open_one)) == [False] * 7 + [True]


def test_line_of_nobody_or_with_a_used_token_is_not_called_open_already(db, add):
    desk_id = add("anna")
    with db.write() as tx:
        user_id = desks.user_by_name(tx, "anna").id
        desks.move(tx, desk_id, DeskState.CLOSED, at=NOW, only_from=(DeskState.READY,))
    for wrong in ({"user_id": 99, "token": "new"}, {"user_id": user_id, "token": "t-anna"}):
        with pytest.raises(sa.exc.IntegrityError), db.write() as tx:
            desks.open_desk(tx, at=NOW, **wrong)


def test_first_sid_stays(db, add):
    desk_id = add("anna", state=DeskState.CALLING)
    with db.write() as tx:
        desks.bind(tx, desk_id, "CA1")
        desks.bind(tx, desk_id, "CA2")
        assert desks.by_id(tx, desk_id).call_sid == "CA1"


def test_user_is_added_once_and_disabled_once(db, at_once):
    def add_anna(_):
        with db.write() as tx:
            return desks.add_user(tx, name="anna", phone=None)

    assert sorted(at_once(6, add_anna)) == [False] * 5 + [True]
    with db.write() as tx:
        assert desks.disable_user(tx, "anna")
        assert not desks.disable_user(tx, "anna")
        assert not desks.disable_user(tx, "zoe")
        assert desks.user_by_name(tx, "anna") is None
        assert not desks.add_user(tx, name="anna", phone=None)
        assert [(u.name, u.active) for u in desks.all_users(tx)] == [("anna", False)]
