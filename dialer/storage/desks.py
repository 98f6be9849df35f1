"""Collectors' lines: opened, reserved by compare-and-set, given back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa

from dialer.core.desk import DeskState, Role
from dialer.storage.new_row import insert_new
from dialer.storage.tables import desks, users


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """A collector's line as stored."""

    id: int
    user: str
    phone: str | None
    token: str
    state: DeskState
    opened_at: datetime
    state_at: datetime
    checked_at: datetime | None
    call_sid: str | None
    attempt_id: int | None

    @property
    def conference(self) -> str:
        """The conference's name: account-wide at the carrier, so no personal data in it."""
        return f"desk-{self.token}"


_DESKS = sa.select(desks, users.c.name.label("user"), users.c.phone).join(users, desks.c.user_id == users.c.id)
# these are asked all the time, so that they are built once
_OPEN = _DESKS.where(desks.c.state != DeskState.CLOSED).order_by(desks.c.id)
_BY_ID = _DESKS.where(desks.c.id == sa.bindparam("desk_id"))
_BY_TOKEN = _DESKS.where(desks.c.token == sa.bindparam("token"))
_OF_USER = _DESKS.where(users.c.name == sa.bindparam("user"), desks.c.state != DeskState.CLOSED)
_READY = _DESKS.where(desks.c.state == DeskState.READY, users.c.active)
_MINE = desks.update().where(desks.c.id == sa.bindparam("desk_id"))
_BIND = _MINE.where(desks.c.call_sid.is_(None)).values(call_sid=sa.bindparam("sid"))
_MARK_CHECKED = _MINE.values(checked_at=sa.bindparam("at"))
_ONE_OPEN = next(i for i in desks.indexes if i.name == "uq_desks_open")
_USER = sa.select(users).where(users.c.name == sa.bindparam("user"), users.c.active)


def open_desk(tx: sa.Connection, *, user_id: int, token: str, at: datetime) -> bool:
    """A new line whose telephone is about to ring; False when the user has one already."""
    row = {"user_id": user_id, "token": token, "state": DeskState.CALLING, "opened_at": at, "state_at": at}
    return tx.execute(insert_new(tx, desks, _ONE_OPEN).values(row).returning(desks.c.id)).scalar() is not None


def by_token(tx: sa.Connection, token: str) -> Desk | None:
    """The desk a callback URL belongs to."""
    return _one(tx, _BY_TOKEN, token=token)


def by_id(tx: sa.Connection, desk_id: int) -> Desk | None:
    """The desk with that id."""
    return _one(tx, _BY_ID, desk_id=desk_id)


def of_user(tx: sa.Connection, user: str) -> Desk | None:
    """The user's open line."""
    return _one(tx, _OF_USER, user=user)


def open_desks(tx: sa.Connection) -> Sequence[Desk]:
    """Every line that is not closed."""
    return [_desk(row) for row in tx.execute(_OPEN)]


def reserve(tx: sa.Connection, *, at: datetime, user: str | None = None, prefer: str | None = None) -> Desk | None:
    """Take one ready line: the named user's, else the preferred user's if ready, else the longest waiting."""
    row = tx.execute(_reserve(named=bool(user)), {"user": user, "prefer": prefer}).one_or_none()
    if row is None or not move(tx, row.id, DeskState.RESERVED, at=at, only_from=(DeskState.READY,)):
        return None
    return replace(_desk(row), state=DeskState.RESERVED, state_at=at)


@cache
def _reserve(*, named: bool) -> sa.Select[Any]:
    query = _READY.where(users.c.name == sa.bindparam("user")) if named else _READY
    preferred = sa.case((users.c.name == sa.bindparam("prefer", type_=sa.Text), 0), else_=1)
    query = query.order_by(preferred, desks.c.state_at, desks.c.id).limit(1)
    return query.with_for_update(skip_locked=True, of=desks)


@cache
def _move(only_from: tuple[DeskState, ...], columns: tuple[str, ...]) -> sa.Update:
    return _MINE.where(desks.c.state.in_(only_from)).values({name: sa.bindparam(f"new_{name}") for name in columns})


def move(
    tx: sa.Connection, desk_id: int, state: DeskState, *, at: datetime, only_from: Sequence[DeskState], **values: object
) -> bool:
    """Change the line's state if it is in one of `only_from`; False otherwise."""
    values |= {"state": state, "state_at": at}
    new = {f"new_{name}": value for name, value in values.items()}
    return tx.execute(_move(tuple(only_from), tuple(values)), {"desk_id": desk_id, **new}).rowcount == 1


def user_by_name(tx: sa.Connection, name: str) -> Any:
    """The active user's row (id, name, phone, role), or None."""
    return tx.execute(_USER, {"user": name}).one_or_none()


def add_user(tx: sa.Connection, *, name: str, phone: str | None, role: Role = Role.COLLECTOR) -> bool:
    """Create a user; False when the name is taken."""
    fresh = insert_new(tx, users).values(name=name, phone=phone, active=True, role=role)
    return tx.execute(fresh.returning(users.c.id)).scalar() is not None


def enable_user(tx: sa.Connection, *, name: str, phone: str | None, role: Role = Role.COLLECTOR) -> bool:
    """Give a disabled user access again, in that role; False when there is no such disabled user."""
    theirs = (users.c.name == name, users.c.active.is_(False))
    values: dict[str, object] = {"active": True, "role": role}
    if phone is not None:
        values["phone"] = phone
    return tx.execute(users.update().where(*theirs).values(values)).rowcount == 1


def set_role(tx: sa.Connection, name: str, role: Role) -> bool:
    """Change what an active user may do; False when there is no such user."""
    return tx.execute(users.update().where(users.c.name == name, users.c.active).values(role=role)).rowcount == 1


def disable_user(tx: sa.Connection, name: str) -> bool:
    """Take a user's rights away; False when there is no such active user."""
    return tx.execute(users.update().where(users.c.name == name, users.c.active).values(active=False)).rowcount == 1


def all_users(tx: sa.Connection) -> Sequence[Any]:
    """Every user's row, by name."""
    return tx.execute(sa.select(users).order_by(users.c.name)).all()


def _one(tx: sa.Connection, query: sa.Select[Any], **wanted: object) -> Desk | None:
    row = tx.execute(query, wanted).one_or_none()
    return _desk(row) if row else None


def _desk(row: Any) -> Desk:
    return Desk(
        id=row.id,
        user=row.user,
        phone=row.phone,
        token=row.token,
        state=DeskState(row.state),
        opened_at=row.opened_at,
        state_at=row.state_at,
        checked_at=row.checked_at,
        call_sid=row.call_sid,
        attempt_id=row.attempt_id,
    )


def attach(tx: sa.Connection, desk_id: int, attempt_id: int) -> None:
    """Name the attempt a reserved line waits for."""
    tx.execute(desks.update().where(desks.c.id == desk_id).values(attempt_id=attempt_id))


def bind(tx: sa.Connection, desk_id: int, sid: str) -> None:
    """Remember the carrier's id of the collector's own call."""
    tx.execute(_BIND, {"desk_id": desk_id, "sid": sid})


def mark_checked(tx: sa.Connection, desk_id: int, at: datetime) -> None:
    """The carrier is being asked about this line."""
    tx.execute(_MARK_CHECKED, {"desk_id": desk_id, "at": at})
