"""How a dialler behaves, and the pauses it keeps: Germany's figures wherever they are taken over."""

from __future__ import annotations

from collections.abc import Iterator

from tests.vectors.kit import Answer, Facts, Vector, allowed, denied, document, rung, talked
from tests.vectors.lands import AT, CH, DE, GB, LANDS, US, Land

CODE = "code 2015 [D3], Bundesnetzagentur [D1]"
LOST = "code: 3 % of attempts [D4][D16]; Ofcom [K5]; 47 CFR 64.1200(a)(7) [U21]"
BLOCK = "DDV 2009 rules [D16]; older Ofcom statement (GB-8)"
REST = "product default: three working days"
GAP = "older DDV rule [D15]"
MESSAGES = "section 7 (common): one message in 7 days, 3 a case; companies one in 3 days"
LIVE = "§ 7(1) UWG and Bundesnetzagentur criteria (DE-U4)"
TAPE = "§ 201(1) StGB [D29], § 120 StGB-AT, Art. 179ter StGB-CH, UK GDPR, state wiretap laws [U27]"

MACHINE: Facts = {"channel": "voicemail", "mode": "unattended"}
EUROPE = (DE, AT, CH, GB)
Story = tuple[str, str, Facts, str, Answer]


def _pre(land: Land, rule: str) -> str:
    """GB-8 is Britain's rule after a lost call; the others number it D4."""
    return "GB-8" if (land, rule) == (GB, "D4") else f"{land.id.upper()}-{rule}"


def _ringing(land: Land) -> Iterator[Story]:
    rule = _pre(land, "D1")
    longest = () if land is US else ((40, allowed()), (41, denied(rule, not_before=None)))
    for seconds, answer in ((14, denied(rule, not_before=None)), (15, allowed()), *longest):
        yield f"{rule}, {CODE}", f"rings for {seconds} seconds", land.consumer(ring_seconds=seconds), land.noon, answer


def _lost_calls(land: Land) -> Iterator[Story]:
    rule = _pre(land, "D3")
    alarm, stop = allowed(warnings=(rule,)), denied(rule, not_before=None)
    for lost, attempts, answer in (
        (0, 1000, allowed(warnings=())),
        (1, 5000, alarm),
        (2, 10, alarm),
        (29, 1000, alarm),
        (3, 101, alarm),
        (3, 50, stop),
        (3, 100, stop),
        (30, 1000, stop),
    ):
        facts = land.consumer(mode="progressive", dialer={"attempts": attempts, "lost": lost})
        yield f"{rule}, {LOST}", f"{lost} of {attempts} lost", facts, land.noon, answer
    dialler = {"attempts": 100, "lost": 3}
    yield f"{rule}, {LOST}", "unattended, 3 of 100 lost", land.consumer(**MACHINE, dialer=dialler), land.noon, stop
    yield f"{rule}, {LOST}", "by click, 3 of 100 lost", land.consumer(dialer=dialler), land.noon, alarm


def _after_a_lost_call(land: Land) -> Iterator[Story]:
    rule = _pre(land, "D4")
    lost = {"history": rung(land.clock("23T10:00:00"), outcome="abandoned")}
    blocked = denied(rule, not_before=land.clock("26T10:00:00"))
    dialled = land.consumer(mode="progressive", **lost)
    source = f"{rule}, {BLOCK}"
    yield source, "a second before 72 hours", dialled, land.clock("26T09:59:59"), blocked
    yield source, "after 72 hours", dialled, land.clock("26T10:00:00"), allowed()
    yield source, "unattended a day after a lost call", land.consumer(**MACHINE, **lost), land.noon, blocked
    yield source, "by click a day after a lost call", land.consumer(**lost), land.noon, allowed()


def _taped(land: Land) -> Iterator[Story]:
    rules = {"de": ("DE-R1", "DE-R2"), "at": ("AT-9",), "ch": ("CH-10",), "gb": ("GB-13",), "us": ("US-R2",)}[land.id]
    source = f"{rules[0]}, {TAPE}"
    agreed = {"flags": {"recording_consent": True}}
    yield source, "a tape without a yes", land.consumer(recording=True), land.noon, denied(*rules, not_before=None)
    yield source, "a tape after a yes", land.consumer(recording=True, **agreed), land.noon, allowed()
    yield source, "a company on tape", land.company(recording=True), land.noon, denied(*rules, not_before=None)


def _live(land: Land) -> Iterator[Story]:
    rule = _pre(land, "U4")
    source, no = f"{rule}, {LIVE}", denied(rule, not_before=None)
    trader = document(land.consumer(mode="unattended"), debtor={"type": "sole_trader"})
    yield source, "recording to a live consumer", land.consumer(mode="unattended"), land.noon, no
    yield source, "recording to a live trader", trader, land.noon, no
    yield source, "collector reserved", land.consumer(mode="progressive"), land.noon, allowed()
    yield source, "recording to a machine", land.consumer(**MACHINE), land.noon, allowed()
    yield source, "recording to a company", land.company(mode="unattended"), land.noon, allowed()


def _rest(land: Land) -> Iterator[Story]:
    rule = _pre(land, "F4")
    friday = land.clock("20T17:59:00")
    quiet = denied(rule, not_before=land.clock("26T08:00:00"))
    source = f"{rule}, {REST}"
    refused = talked(friday, disposition="refused")
    yield source, "talked on Friday", land.consumer(history=refused), land.noon, quiet
    company = land.company(history=talked(friday, disposition="refused", contact_role="accounts_payable"))
    yield source, "company talked to on Friday", company, land.noon, quiet
    yield source, "message after a talk on Friday", land.consumer(**MACHINE, history=refused), land.noon, quiet
    agreed = talked(friday, disposition="callback_agreed")
    yield source, "call back agreed on Friday", land.consumer(history=agreed), land.noon, allowed()
    yield source, "talk on Friday is over", land.consumer(history=refused), land.clock("26T08:00:00"), allowed()


def _second_today(land: Land, *warnings: str) -> Answer:
    """A second call on one day: Britain has one a day; elsewhere it may be made."""
    if land is GB:
        return denied("GB-2", not_before=land.clock("25T08:00:00"), warnings=warnings)
    return allowed(warnings=warnings)


def _too_soon(land: Land) -> Answer:
    rule = _pre(land, "F5")
    if land is GB:
        return denied(rule, "GB-2", not_before=land.clock("25T08:00:00"))
    return denied(rule, not_before=land.clock("24T12:00:01"))


def _gap(land: Land) -> Iterator[Story]:
    rule = _pre(land, "F5")
    company = {"contact_role": "accounts_payable"}
    for before, now, warned in (
        ("09:00:00", "11:59:59", True),
        ("10:00:00", "12:00:00", False),
        ("11:59:59", "14:30:00", False),
        ("12:00:00", "16:59:59", True),
        ("12:00:00", "17:00:00", False),
    ):
        facts = land.company(history=rung(land.clock(f"24T{before}"), **company))
        answer = _second_today(land, *((rule,) if warned else ()))
        yield f"{rule}, {GAP}", f"parts of the day {before} and {now}", facts, land.clock(f"24T{now}"), answer
    for before, warned in (("16:59:59", False), ("17:00:00", True)):
        facts = land.consumer(history=rung(land.clock(f"24T{before}")))
        answer = _second_today(land, *((rule,) if warned else ()))
        yield f"{rule}, {GAP}", f"parts of the evening from {before}", facts, land.clock("24T19:30:00"), answer
    too_soon = land.company(history=rung(land.clock("24T10:00:01"), **company))
    yield f"{rule}, {GAP}", "a second less than two hours", too_soon, land.noon, _too_soon(land)
    number = land.consumer()["phone"]["e164"]
    other = land.company(history=rung(land.clock("24T10:00:01"), phone=number, other_debtor=True))
    yield f"{rule}, {GAP}", "the number rang for somebody else", other, land.noon, _too_soon(land)


def _messages(land: Land) -> Iterator[Story]:
    left = {"channel": "voicemail", "outcome": "voicemail_left", "message": True}
    soon = denied("VM-GAP", not_before=land.clock("24T12:00:01"))
    for debtor, day in ((land.consumer, 17), (land.company, 21)):
        who = debtor.__name__.partition("_")[2] or "consumer"
        for second, answer in (("00", allowed()), ("01", soon)):
            facts = debtor(**MACHINE, history=rung(land.clock(f"{day}T12:00:{second}"), **left))
            yield f"VM-GAP, {MESSAGES}", f"{who} had a message on the {day} at 12:00:{second}", facts, land.noon, answer
    three = (land.clock("2026-10-20T12:00:00"), land.clock("03T12:00:00"), land.clock("10T12:00:00"))
    most = denied("VM-MOST", not_before=None)
    for debtor, count, answer in (
        (land.consumer, 3, most),
        (land.consumer, 2, allowed()),
        (land.company, 3, allowed()),
    ):
        who = debtor.__name__.partition("_")[2] or "consumer"
        facts = debtor(**MACHINE, history=rung(*three[-count:], **left))
        yield f"VM-MOST, {MESSAGES}", f"{who} had {count} messages", facts, land.noon, answer


def _vectors() -> Iterator[Vector]:
    everywhere = (_ringing, _lost_calls, _after_a_lost_call, _taped, _messages)
    for land in LANDS:
        for stories in everywhere + ((_live, _rest, _gap) if land in EUROPE else ()):
            for source, shows, facts, instant, answer in stories(land):
                yield Vector(f"dialler-{land.id}-{shows.replace(' ', '-')}", shows, source, facts, instant, answer)


VECTORS = tuple(_vectors())
