"""All of our own vectors, and the rules that can deny."""

from __future__ import annotations

from tests.vectors import (
    own_at,
    own_ch,
    own_common,
    own_counting,
    own_de_calls,
    own_de_clock,
    own_de_counters,
    own_de_holidays,
    own_de_pauses,
    own_de_people,
    own_dialler,
    own_gb,
    own_overrides,
    own_people,
    own_stops,
    own_us_calls,
    own_us_clock,
    own_us_people,
    own_us_states,
    own_wishes,
    own_wording,
)

VECTORS = (
    *own_common.VECTORS,
    *own_stops.VECTORS,
    *own_people.VECTORS,
    *own_counting.VECTORS,
    *own_dialler.VECTORS,
    *own_wishes.VECTORS,
    *own_de_clock.VECTORS,
    *own_de_holidays.VECTORS,
    *own_de_counters.VECTORS,
    *own_de_pauses.VECTORS,
    *own_de_people.VECTORS,
    *own_de_calls.VECTORS,
    *own_at.VECTORS,
    *own_ch.VECTORS,
    *own_gb.VECTORS,
    *own_us_clock.VECTORS,
    *own_us_calls.VECTORS,
    *own_us_people.VECTORS,
    *own_us_states.VECTORS,
    *own_overrides.VECTORS,
    *own_wording.VECTORS,
)


def _numbered(prefix: str, *names: object) -> set[str]:
    return {f"{prefix}-{name}" for name in names}


_CASE = ("C1", "C2", "C3", "C4", "C5")
_RINGING = ("F4", "F5", "U4", "D1", "D3")

CAN_DENY = (
    {"NO-PACK", "NO-ZONE", "PAID", "PHONE", "HOLD", "VM-GAP", "VM-MOST", "VM-WORDS", "BZ-3", "BZ-4", "BZ-5", "BZ-6"}
    | _numbered(
        "DE", *_CASE, *_RINGING, "D4", "WISH", "T1", "T2", "T3", "T4", "T5", "T6", "F1", "F2", "F3", "N1", "N2", "P3"
    )
    | _numbered("DE", "RDG2", "RDG4", "RDG5", "R1", "R2", "S2", "S3", "S4", "S5", "U3")
    | _numbered("AT", *_CASE, *_RINGING, "D4", "WISH", "F1", "F2", "F3", 2, 3, 9, 10)
    | _numbered("CH", *_CASE, *_RINGING, "D4", "WISH", 1, 7, 8, 10)
    | _numbered("GB", *_CASE, *_RINGING, 1, 2, 3, 8, 9, 10, 13)
    | _numbered("US", "T1", "T2", "T5", "P1", "P2", "P3", "P4", "F1", "F2", "V1", "V2", "V4", "S2", "S3", "R2", "N1")
    | _numbered("US", "C1", "C4", "C5", "D1", "D3", "D4", "MA", "WA", "NYC", "DC")
)
"""Every rule that can forbid an attempt."""

OVERRIDABLE = (
    {"BZ-6", "VM-GAP", "VM-MOST", "CH-7"}
    | _numbered("DE", "WISH", "T2", "T3", "T6", "F2", "F3", "F4", "F5", "C2", "C3", "N2")
    | _numbered("AT", "WISH", "F2", "F3", "F4", "F5", "C2", "C3")
    | _numbered("CH", "WISH", "F4", "F5", "C2", "C3")
    | _numbered("GB", "F4", "F5", "C2", "C3")
)
"""Those with the effect DENY_OVR: the tables' own, and in other countries the ones taken over from Germany."""
