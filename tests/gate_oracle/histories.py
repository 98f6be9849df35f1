"""Histories that stand one row before, on and past a limit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from tests.gate_oracle.moments import around, midnight_around

WEEK = timedelta(days=7)
LIMITS = {1: [1, 2, 3], 7: [1, 2, 3, 5, 7, 8], 30: [2, 3, 8, 12, 20]}
"""How many rows are too many in so many days, over all the tables."""


@dataclass
class Scene:
    """What a row of the history depends on."""

    rng: Random
    at: datetime
    zones: list[str]
    number: str | None
    channel: str

    def row(self, at: datetime, **keys: Any) -> dict[str, Any]:
        """A row at the instant, written with the offset of some zone."""
        rng = self.rng
        written: dict[str, Any] = {"at": _text(rng, at), "outcome": "no_answer", "phone": self.number}
        if rng.random() < 0.15:
            written |= rng.choice(
                [
                    {"phone": None},
                    {"phone": "+4940123456"},
                    {"phone": "+4940123456", "other_debtor": True},
                    {"other_debtor": True},
                    {"claims": ["A1"]},
                    {"claims": ["B2"]},
                    {"claims": ["A1", "B2"]},
                    {"claims": ["C3"]},
                    {"contact_role": "accounts_payable"},
                    {"contact_role": "managing_director"},
                    {"outcome": rng.choice(["bad_number", "not_placed", "cancelled"])},
                    {"outcome": rng.choice(["busy", "failed", "unknown", "announced", None])},
                    {"channel": "voicemail", "outcome": "voicemail_left", "message": True},
                    {"channel": rng.choice(["letter", "inbound"]), "outcome": None},
                    {"channel": "fax", "outcome": "fax_machine"},
                ]
            )
        return written | keys


def history(scene: Scene) -> list[dict[str, Any]]:
    """One or two stories from the past; often none."""
    rng = scene.rng
    stories = [_counted, _counted, _counted, _talk, _lost, _gap, _messages, _later, _edges, _letters, _ladder]
    if scene.channel == "voicemail":
        stories += [_messages] * 6
    rows = [row for _ in range(rng.choice([0, 1, 1, 1, 2])) for row in rng.choice(stories)(scene)]
    rng.shuffle(rows)
    return rows


def _counted(scene: Scene) -> list[dict[str, Any]]:
    """A limit less one, the limit, or one more, within the days that it speaks of."""
    rng = scene.rng
    days = rng.choice([1, 7, 30])
    many = rng.choice(LIMITS[days]) + rng.choice([-1, 0, 0, 1])
    if days == 1:
        return [scene.row(_earlier_today(scene)) for _ in range(many)]
    span = {7: (1.2, 6.9), 30: (8, 29.9)}[days]
    instants = [scene.at - timedelta(days=rng.uniform(*span)) for _ in range(many)]
    if instants and rng.random() < 0.4:
        instants[0] = around(rng, scene.at, timedelta(days=days))
    claims = rng.choice([{}, {}, {"claims": ["A1"]}, {"claims": ["B2"]}])
    return [scene.row(instant, **claims) for instant in instants]


def _earlier_today(scene: Scene) -> datetime:
    zone = scene.rng.choice(scene.zones)
    local = scene.at.astimezone(ZoneInfo(zone))
    minutes = local.hour * 60 + local.minute - 121
    if minutes <= 0 or scene.rng.random() < 0.1:
        return midnight_around(scene.rng, scene.at, zone, 0)
    return scene.at - timedelta(minutes=121 + scene.rng.randrange(minutes))


def _talk(scene: Scene) -> list[dict[str, Any]]:
    """A conversation some days ago, at the beginning of a local day or within it."""
    rng = scene.rng
    at = scene.at - timedelta(days=rng.randrange(1, 9), hours=rng.randrange(-6, 6))
    if rng.random() < 0.4:
        at = midnight_around(rng, scene.at, rng.choice(scene.zones), rng.randrange(1, 9))
    if rng.random() < 0.3:
        at = around(rng, scene.at, timedelta(hours=120))
    keys = rng.choice(
        [
            {"outcome": "connected"},
            {"outcome": "connected", "claims": ["A1"]},
            {"outcome": "connected", "claims": ["B2"]},
            {"outcome": "connected", "claims": ["C3"]},
            {"outcome": "connected", "disposition": "callback_agreed"},
            {"outcome": "connected", "disposition": "refused"},
            {"outcome": "connected", "conversation": False},
            {"outcome": "connected", "channel": "inbound"},
            {"outcome": "connected", "other_debtor": True},
            {"outcome": "voicemail_no_message", "conversation": True},
        ]
    )
    return [scene.row(at, **keys)]


def _lost(scene: Scene) -> list[dict[str, Any]]:
    at = around(scene.rng, scene.at, timedelta(hours=scene.rng.choice([72, 72, 71, 24])))
    return [scene.row(at, outcome="abandoned")]


def _gap(scene: Scene) -> list[dict[str, Any]]:
    """A ring that began earlier and ended two hours ago."""
    ended = around(scene.rng, scene.at, timedelta(hours=2))
    began = ended - timedelta(minutes=scene.rng.randrange(30))
    return [scene.row(began, ended_at=_text(scene.rng, ended))]


def _messages(scene: Scene) -> list[dict[str, Any]]:
    rng = scene.rng
    instants = [around(rng, scene.at, timedelta(days=rng.choice([3, 7, 30]))) for _ in range(rng.choice([1, 1, 2, 3]))]
    if rng.random() < 0.5:
        instants += [scene.at - timedelta(days=rng.uniform(8, 29)) for _ in range(3)]
    return [scene.row(at, channel="voicemail", outcome="voicemail_left", message=True) for at in instants]


def _letters(scene: Scene) -> list[dict[str, Any]]:
    """Letters among the calls of a week."""
    rng = scene.rng
    instants = [scene.at - timedelta(days=rng.uniform(1, 6.9)) for _ in range(rng.choice([1, 2, 3]))]
    rows = [scene.row(at, channel="letter", outcome=None) for at in [*instants, around(rng, scene.at, WEEK)]]
    return rows + [scene.row(scene.at - timedelta(days=rng.uniform(1, 6.9))) for _ in range(rng.choice([0, 1, 2]))]


def _ladder(scene: Scene) -> list[dict[str, Any]]:
    """Several people of one business on one day."""
    rng = scene.rng
    roles = ["accounts_payable", "head_of_accounting", "purchasing", "managing_director", "reception"]
    return [scene.row(_earlier_today(scene), contact_role=rng.choice(roles)) for _ in range(rng.choice([2, 3, 3]))]


def _later(scene: Scene) -> list[dict[str, Any]]:
    """Rows of a clock that runs ahead of ours."""
    rng = scene.rng
    ahead = [timedelta(microseconds=1), timedelta(seconds=3), timedelta(hours=3), timedelta(days=2)]
    outcome = rng.choice(["no_answer", None, "connected", "abandoned"])
    return [scene.row(scene.at + rng.choice(ahead), outcome=outcome) for _ in range(rng.choice([1, 1, 2, 3]))]


def _edges(scene: Scene) -> list[dict[str, Any]]:
    """Rings at the beginning and the end of today."""
    rng = scene.rng
    zone = rng.choice(scene.zones)
    return [scene.row(midnight_around(rng, scene.at, zone, rng.choice([0, 0, 1]))) for _ in range(rng.randrange(1, 4))]


def _text(rng: Random, at: datetime) -> str:
    return at.astimezone(ZoneInfo(rng.choice(["UTC", "Europe/Berlin", "America/Los_Angeles"]))).isoformat()
