"""Hours that somebody called inconvenient, in the three countries whose tables leave them to the product."""

from __future__ import annotations

from collections.abc import Iterator

from tests.vectors.kit import Facts, Vector, allowed, denied
from tests.vectors.lands import AT, CH, DE, Land

SOURCE = "product default: an inconvenient hour that was named is kept free (as US-T2, GB-1)"
OVERRIDABLE = "effect codes (section 0): DENY_OVR, role compliance"
MORNINGS: Facts = {"wishes": [{"days": "mon-fri", "span": "08:00-14:00"}]}
EVENINGS: Facts = {"wishes": [{"days": "mon-fri", "span": "16:00-20:00"}]}


def _vectors(land: Land) -> Iterator[Vector]:
    rule, hours = f"{land.id.upper()}-WISH", {"de": "DE-T1", "at": "AT-3", "ch": "CH-1"}[land.id]
    two = land.clock("24T14:00:00")
    leave = {
        "rule": rule,
        "role": "compliance",
        "user": "ida",
        "reason": "he asked",
        "until": land.clock("30T00:00:00"),
    }
    for what, facts, instant, answer in (
        ("inside", land.consumer(debtor=MORNINGS), land.clock("24T13:59:59.999"), denied(rule, not_before=two)),
        ("over", land.consumer(debtor=MORNINGS), two, allowed(closes_at=land.clock("24T20:00:00"))),
        ("ahead", land.consumer(debtor=EVENINGS), land.noon, allowed(closes_at=land.clock("24T16:00:00"))),
        (
            "over night",
            land.consumer(debtor=EVENINGS),
            land.clock("24T16:00:00"),
            denied(rule, not_before=land.clock("25T08:00:00")),
        ),
        ("Saturday", land.consumer(debtor=MORNINGS), land.clock("28T10:00:00"), allowed()),
        ("company", land.company(debtor=MORNINGS), land.noon, denied(rule, not_before=two)),
        ("voicemail", land.consumer(channel="voicemail", debtor=MORNINGS), land.noon, denied(rule, not_before=two)),
        ("letter", land.consumer(channel="letter", debtor=MORNINGS), land.noon, allowed(closes_at=None)),
        (
            "beside the hours",
            land.consumer(debtor={"wishes": [{"days": "mon-fri", "span": "18:00-24:00"}]}),
            land.clock("24T20:30:00"),
            denied(rule, hours, not_before=land.clock("25T08:00:00")),
        ),
        ("override", land.consumer(debtor=MORNINGS, overrides=[leave]), land.noon, allowed(warnings=(rule,))),
    ):
        source = f"{rule}, {SOURCE}" + (f"; {OVERRIDABLE}" if what == "override" else "")
        yield Vector(f"wish-{land.id}-{what.replace(' ', '-')}", f"a wish: {what}", source, facts, instant, answer)


VECTORS = tuple(vector for land in (DE, AT, CH) for vector in _vectors(land))
