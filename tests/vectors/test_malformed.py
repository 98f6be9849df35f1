"""What is not a document of facts gets one clear line that names the place, never a traceback."""

from __future__ import annotations

import json
import re

import pytest

from tests.vectors.bases import de, us
from tests.vectors.gate import ask_lines, permit
from tests.vectors.kit import each, rung
from tests.vectors.malformed import ANSWERED_OR_REFUSED, FIELDS, LINES, RAW

NOON = "2026-11-24T12:00:00+01:00"
LONGEST_LINE = 2000
"""Characters of an error line: it names the place and does not repeat the document."""

GOOD = json.dumps({"at": NOON, "facts": de()}).encode()


def names(path, line):
    """True when the line names exactly this path."""
    return re.search(rf"(?<![\w.\]]){re.escape(path)}(?![\w.\[])", line) is not None


def is_one_refusal(reply):
    """Exit code 1, nothing on standard output, one line on standard error."""
    return (reply.code, reply.out, reply.err.count("\n")) == (1, "", 1) and reply.err.startswith("dialer: ")


@pytest.fixture
def file(tmp_path):
    """A file with facts that allow a call."""
    path = tmp_path / "facts.json"
    path.write_text(json.dumps(de()))
    return path


# --- fields ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def refusals():
    """One line for each malformed document, a good one at either end."""
    reply = ask_lines((NOON, facts) for facts in (de(), *(facts for _, facts in FIELDS), de()))
    assert reply.code == 1
    return reply.lines


@pytest.mark.parametrize("number", range(len(FIELDS)), ids=[f"{path} {n}" for n, (path, _) in enumerate(FIELDS)])
def test_error_names_the_field(number, refusals):
    path, _ = FIELDS[number]
    reply = refusals[number + 1]
    assert set(reply) == {"error"}
    assert names(path, reply["error"]), reply["error"]
    assert len(reply["error"]) < LONGEST_LINE


def test_other_lines_are_answered_all_the_same(refusals):
    assert len(refusals) == len(FIELDS) + 2
    assert refusals[0]["verdict"] == refusals[-1]["verdict"] == "allow"


@pytest.mark.parametrize(
    ("path", "facts"),
    [
        ("history[2].at", de(history=[*rung(NOON, NOON), {"at": "2026-11-24T10:00:00"}])),
        ("debtor.zones[0]", de(debtor={"zones": ["Europe/Nowhere"]})),
        ("claims[0].id", de(claims=[{}])),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_file_with_a_wrong_field_is_refused_in_one_line(path, facts, file):
    file.write_text(json.dumps(facts))
    reply = permit(file, "--at", NOON)
    assert is_one_refusal(reply)
    assert names(path, reply.err)


def test_error_in_json_stands_on_standard_output_too(file):
    file.write_text(json.dumps(de(channel="pigeon")))
    reply = permit(file, "--at", NOON, "--json")
    assert reply.code == 1
    assert names("channel", reply.json["error"])


# --- documents -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def raw_refusals():
    """Each raw text as the facts of a line, and each line that is none, with good lines between them."""
    raw = [b'{"at": "%s", "facts": %s}' % (NOON.encode(), text) for text in RAW.values()]
    lines = [line for wrong in (*raw, *LINES.values()) for line in (wrong, GOOD)]
    reply = permit("--lines", given=b"\n".join(lines))
    assert reply.code == 1
    return reply.lines


@pytest.mark.parametrize(("number", "what"), list(enumerate((*RAW, *LINES))))
def test_wrong_line_is_answered_by_an_error_and_the_next_by_a_verdict(number, what, raw_refusals):
    refusal, verdict = raw_refusals[2 * number : 2 * number + 2]
    assert set(refusal) == {"error"}
    assert "\n" not in refusal["error"]
    assert len(refusal["error"]) < LONGEST_LINE
    assert verdict["verdict"] == "allow"


@pytest.mark.parametrize(
    ("what", "named"),
    [
        ("a key twice", "channel"),
        ("an inner key twice", "country"),
        ("NaN", "NaN"),
        ("infinity", "-Infinity"),
        ("a number beyond floating point", "ring_seconds"),
    ],
)
def test_error_names_what_python_would_let_pass(what, named, raw_refusals):
    assert named in raw_refusals[2 * list(RAW).index(what)]["error"]


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"facts: none", id="not JSON"),
        pytest.param(b"[]", id="not an object"),
        pytest.param(b"[" * 100_000, id="deep lists"),
        pytest.param(b'{"' + b"x" * 5_000_000 + b'": 1}', id="five megabytes in an unknown key"),
        pytest.param(b'{"channel": "\xff\xfe"}', id="bytes that are no text"),
        pytest.param('{"channel": "call"}'.encode("utf-16"), id="another encoding"),
    ],
)
def test_file_that_is_no_document_is_refused_in_one_line(raw, file):
    file.write_bytes(raw)
    reply = permit(file, "--at", NOON)
    assert is_one_refusal(reply)
    assert len(reply.err) < LONGEST_LINE


def test_five_megabytes_of_history_are_read_or_refused(file):
    rows = rung(*each("2026-11-{}T10:00:00+01:00", 18, 19, 20, 21, 23))
    file.write_text(json.dumps(de(history=rows * 10_000)))
    assert file.stat().st_size > 5_000_000
    reply = permit(file, "--at", NOON, "--json")
    assert reply.code == 1
    assert "error" in reply.json or {denial["rule"] for denial in reply.json["denials"]} >= {"DE-F3"}


# --- strange, and answered -------------------------------------------------------------------------------------------

INSTANTS = (
    NOON,
    "2026-11-29T12:00:00+01:00",
    "0001-01-01T00:00:00+00:00",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59+00:00",
    "9999-12-31T23:59:59-14:00",
)
STRANGE = [
    pytest.param(at, facts, id=f"{what} at {at}")
    for what, facts in (*ANSWERED_OR_REFUSED, ("nothing strange", de()), ("nothing strange in America", us()))
    for at in (INSTANTS if what.startswith("nothing") else INSTANTS[:2])
]


@pytest.fixture(scope="module")
def strange_answers():
    """One line for each of the strange documents."""
    return ask_lines(case.values for case in STRANGE).lines


@pytest.mark.parametrize("number", range(len(STRANGE)), ids=[case.id for case in STRANGE])
def test_strange_facts_get_an_answer(number, strange_answers):
    reply = strange_answers[number]
    assert set(reply) == {"error"} or reply["verdict"] in {"allow", "deny"}


# --- lines and exit codes --------------------------------------------------------------------------------------------


def test_answered_lines_end_well_and_the_last_needs_no_newline():
    late = json.dumps({"at": "2026-11-24T21:00:00+01:00", "facts": de()}).encode()
    reply = permit("--lines", given=GOOD + b"\n" + late)
    assert ([line["verdict"] for line in reply.lines], reply.code) == (["allow", "deny"], 0)


def test_no_lines_no_answers():
    reply = permit("--lines")
    assert (reply.code, reply.out, reply.err) == (0, "", "")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        pytest.param(["--at", NOON], 0, id="allowed"),
        pytest.param(["--at", "2026-11-24T21:00:00+01:00"], 1, id="denied"),
        pytest.param([], 2, id="no instant"),
        pytest.param(["--at", "2026-11-24T12:00:00"], 2, id="no offset"),
        pytest.param(["--at", "noon"], 2, id="no time"),
        pytest.param(["--at", NOON, "--hurry"], 2, id="unknown option"),
        pytest.param(["--at", NOON, "--lines"], 2, id="a file and lines"),
    ],
)
def test_exit_code_tells_allowed_denied_and_wrong_use(words, code, file):
    reply = permit(file, *words)
    assert reply.code == code
    assert bool(reply.out) == (code != 2)


def test_neither_file_nor_lines_is_wrong_use():
    assert permit("--at", NOON).code == 2


@pytest.mark.parametrize("name", ["nowhere.json", ""], ids=["no file", "a folder"])
def test_file_that_cannot_be_read_is_refused(name, tmp_path):
    reply = permit(tmp_path / name, "--at", NOON)
    assert reply.code in {1, 2}
    assert reply.out == ""
