"""Every vector through the real command: the published ones each on their own, ours in one stream."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.vectors import own, published
from tests.vectors.gate import ask_file, ask_lines
from tests.vectors.kit import UNSTATED

INSTANT_BEFORE = timedelta(milliseconds=1)
PUBLISHED = published.VECTORS
OWN = own.VECTORS


def ids(vectors):
    return [vector.id for vector in vectors]


def instant(text):
    """An instant, or None where there is none."""
    return None if text is None else datetime.fromisoformat(text)


def moment(text):
    """An instant of an answer: always in UTC."""
    read = instant(text)
    assert read is None or read.utcoffset() == timedelta()
    return read


def rules(entries):
    """The ids of denials or warnings."""
    return {entry["rule"] for entry in entries}


def agrees(verdict, expected):
    """The verdict is the one that was worked out by hand."""
    found = rules(verdict["denials"])
    if expected.among:
        assert expected.denials <= found
    else:
        assert found == expected.denials
    assert verdict["verdict"] == ("deny" if expected.denials else "allow")
    for key in ("not_before", "closes_at"):
        stated = getattr(expected, key)
        if stated != UNSTATED:
            assert moment(verdict[key]) == instant(stated), key
    if expected.warnings is not None:
        assert rules(verdict["warnings"]) == expected.warnings


def is_well_formed(verdict):
    """The shape that other programs rely on (design section 9)."""
    assert set(verdict) == {"verdict", "denials", "warnings", "not_before", "closes_at", "packs"}
    assert verdict["packs"]
    for denial in verdict["denials"]:
        assert set(denial) == {"rule", "text", "effect", "not_before"}
        assert denial["text"]
        assert denial["effect"] in {"DENY", "DENY_OVR", "REQUIRE", "LIMIT", "CONTENT"}
        assert (denial["effect"] == "DENY_OVR") == (denial["rule"] in own.OVERRIDABLE)
        moment(denial["not_before"])
    for warning in verdict["warnings"]:
        assert set(warning) == {"rule", "text"}
        assert warning["text"]


@pytest.fixture(scope="module")
def answers():
    """Our questions in one stream, and its answers by vector."""
    reply = ask_lines((vector.at, vector.facts) for vector in OWN)
    assert (reply.code, reply.err) == (0, "")
    return dict(zip(ids(OWN), reply.lines, strict=True))


@pytest.mark.parametrize("vector", PUBLISHED, ids=ids(PUBLISHED))
def test_published_vector(vector, tmp_path):
    reply = ask_file(tmp_path / "facts.json", vector.facts, vector.at)
    is_well_formed(reply.json)
    agrees(reply.json, vector.answer)
    assert (reply.code, reply.err) == (1 if vector.answer.denials else 0, "")


@pytest.mark.parametrize("vector", OWN, ids=ids(OWN))
def test_own_vector(vector, answers):
    is_well_formed(answers[vector.id])
    agrees(answers[vector.id], vector.answer)


# --- the edges: the answer turns exactly where the vector says -------------------------------------------------------


def edges():
    """Every instant written down as not_before or closes_at, and the one just before it."""
    for vector in OWN:
        for key, after in (("not_before", "allow"), ("closes_at", "deny")):
            stated = getattr(vector.answer, key)
            if stated not in (UNSTATED, None):
                before = "deny" if after == "allow" else "allow"
                at = datetime.fromisoformat(stated)
                yield pytest.param(vector.facts, at - INSTANT_BEFORE, before, id=f"{vector.id} just before {key}")
                yield pytest.param(vector.facts, at, after, id=f"{vector.id} at {key}")


EDGES = list(edges())


@pytest.fixture(scope="module")
def answers_at_edges():
    """One answer for each edge, in order."""
    reply = ask_lines((at.isoformat(), facts) for facts, at, _ in (edge.values for edge in EDGES))
    assert (reply.code, reply.err) == (0, "")
    return {edge.id: answer for edge, answer in zip(EDGES, reply.lines, strict=True)}


@pytest.mark.parametrize(("facts", "at", "verdict"), EDGES)
def test_answer_turns_at_the_instant_it_names(facts, at, verdict, answers_at_edges, request):
    assert answers_at_edges[request.node.callspec.id]["verdict"] == verdict


# --- the collection itself -------------------------------------------------------------------------------------------


def test_published_vectors_are_the_seventeen_in_their_order():
    assert [vector.id.rstrip("ab") for vector in PUBLISHED] == [str(n) for n in (*range(1, 11), *range(10, 18))]


def test_there_are_enough_vectors_of_our_own():
    assert len(OWN) >= 150


def test_each_vector_has_an_id_of_its_own():
    assert len(set(ids(OWN))) == len(OWN)


@pytest.mark.parametrize("vector", [*PUBLISHED, *OWN], ids=ids((*PUBLISHED, *OWN)))
def test_each_vector_says_what_it_shows_and_where_that_stands(vector):
    assert vector.shows.strip()
    assert len(vector.source) > len("DE-T1")
    assert datetime.fromisoformat(vector.at).tzinfo is not None


@pytest.mark.parametrize("rule", sorted(own.CAN_DENY))
def test_each_rule_that_can_deny_does_so_in_a_vector(rule):
    assert any(rule in vector.answer.denials for vector in OWN)


def test_vectors_expect_no_rule_that_is_not_in_the_list():
    assert {rule for vector in (*PUBLISHED, *OWN) for rule in vector.answer.denials} <= own.CAN_DENY


@pytest.mark.parametrize("rule", sorted(own.CAN_DENY))
def test_each_rule_is_seen_denying_alone_or_is_known_to_come_in_company(rule):
    """A rule that only ever denies together with others could be missing unnoticed."""
    in_company = {"BZ-4", "BZ-5", "DE-N2", "DE-R1", "DE-R2", "GB-F5", "NO-ZONE", "US-V1"}
    alone = any(vector.answer.denials == {rule} and not vector.answer.among for vector in OWN)
    assert alone or rule in in_company
