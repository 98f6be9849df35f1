"""What goes wrong, decided one question at a time: drawn from a seed, or looked up in a list to replay.

Each question has a key of its own (which request, which callback, which step of whom), so that leaving one answer out
does not change the others: a failing history can be shrunk.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import blake2b

Trouble = tuple[str, str]
"""What happened (`crash`, `lost`, `stall 30`), and the key of the question it is the answer to."""

NOTHING = ""


def share(seed: int, key: str) -> float:
    """A number from 0 (inclusive) to 1 that belongs to this seed and key."""
    return int.from_bytes(blake2b(f"{seed}|{key}".encode(), digest_size=7).digest()) / (1 << 56)


class Dice:
    """Answers questions, and remembers every answer that was not "nothing"."""

    def __init__(self, seed: int, rates: Mapping[str, float], *, replay: Sequence[Trouble] | None = None) -> None:
        self.seed = seed
        self.happened: list[Trouble] = []
        self.calm = False  # nothing goes wrong any more: the end of a history
        self._rates = rates
        self._replay = None if replay is None else {key: what for what, key in replay}

    def ask(self, key: str, *possible: str) -> str:
        """One of `possible`, each as likely as its rate says, or NOTHING."""
        if self.calm:
            return NOTHING
        what = self._drawn(key, possible) if self._replay is None else self._replay.get(key, NOTHING)
        if what and (self._replay is None or what.split()[0] in possible):
            self.happened.append((what, key))
            return what
        return NOTHING

    def pick(self, key: str, choices: Sequence[float]) -> float:
        """One of `choices`, whatever is replayed."""
        return choices[int(share(self.seed, f"pick {key}") * len(choices))]

    def order(self, key: str, many: int) -> int:
        """A number below `many`, whatever is replayed."""
        return int(share(self.seed, f"order {key}") * many)

    def _drawn(self, key: str, possible: Sequence[str]) -> str:
        likely = [(what, rate) for what in possible if (rate := self._rates.get(what))]
        if not likely:
            return NOTHING
        draw = share(self.seed, key)
        for what, rate in likely:
            if draw < rate:
                return what
            draw -= rate
        return NOTHING
