"""Asks the gate and the oracle the same random requests and shows where they differ."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from multiprocessing import get_context
from typing import Any

from tests.gate_oracle.complaints import complaints
from tests.gate_oracle.requests import request
from tests.gate_oracle.shrink import shrink

OPENINGS = 200
"""One request of so many is asked about time too: the search for the next permitted instant is slow."""
EXAMPLES = 3
"""So many requests for each fault are made small; the smallest is shown."""
STEP = 10_000


@dataclass
class Example:
    """A request that shows a fault."""

    facts: dict[str, Any]
    at: datetime
    index: int

    @property
    def size(self) -> int:
        return len(json.dumps(self.facts))


@dataclass
class Findings:
    """How many requests show which fault, and small ones that do."""

    counts: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[Example]] = field(default_factory=dict)

    def add(self, other: Findings) -> None:
        self.counts += other.counts
        for fault, examples in other.examples.items():
            known = self.examples.get(fault, [])
            self.examples[fault] = sorted(known + examples, key=lambda example: example.size)[:EXAMPLES]


def compare(requests: int, seed: int) -> Findings:
    """The first requests of a seed."""
    return compare_span((seed, 0, requests))


def compare_in_parallel(requests: int, seed: int, processes: int) -> Iterator[tuple[int, Findings]]:
    """The same, shared among processes; yields how many are done and what was found in the last of them."""
    spans = [(seed, start, min(start + STEP, requests)) for start in range(0, requests, STEP)]
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        for span, found in zip(spans, pool.map(compare_span, spans), strict=True):
            yield span[2], found


def compare_span(span: tuple[int, int, int]) -> Findings:
    """The requests from one index to another."""
    seed, start, end = span
    findings = Findings()
    for index in range(start, end):
        facts, at = request(seed, index)
        about_time = index % OPENINGS == 0
        for fault in _faults(facts, at, about_time=about_time):
            findings.counts[fault] += 1
            examples = findings.examples.setdefault(fault, [])
            if len(examples) < EXAMPLES:
                examples.append(_smallest(facts, at, index, fault))
    return findings


def _faults(facts: dict[str, Any], at: datetime, *, about_time: bool) -> set[str]:
    try:
        return complaints(facts, at, about_time=about_time)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is a fault to be shown with its request
        return {f"{type(error).__name__}: {error}"}


def _smallest(facts: dict[str, Any], at: datetime, index: int, fault: str) -> Example:
    def still_fails(less: dict[str, Any]) -> bool:
        return fault in _faults(less, at, about_time="deny" not in fault)

    return Example(shrink(facts, still_fails), at, index)


def report(findings: Findings) -> str:
    """The faults, most frequent first, each with its smallest request."""
    lines = []
    for fault, count in findings.counts.most_common():
        example = findings.examples[fault][0]
        lines += [
            f"{count} x {fault}",
            f"  request {example.index} at {example.at.isoformat()} ({example.at:%A})",
            f"  {json.dumps(example.facts, ensure_ascii=False)}",
        ]
    return "\n".join(lines)
