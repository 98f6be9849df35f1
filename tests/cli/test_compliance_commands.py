"""mark, unmark, marks, override, user roles: what is typed, what is answered, what is refused."""

from __future__ import annotations

import pytest

from dialer.storage import entries

NOON = "2026-11-24T12:30:00+01:00"
REASON = "Rückruf am Samstag vereinbart"


@pytest.fixture
def mark(book_office):
    def go(*words, at=NOON):
        return book_office.run("mark", "K1", *words, "--as", "anna", at=at)

    return go


@pytest.fixture
def listed(book_office):
    """Marks and overrides of Anna's case."""

    def go(at=NOON):
        answer = book_office.run("marks", "K1", "--json", at=at)
        assert answer.code == 0, answer.err
        return answer.json

    return go


@pytest.fixture
def officer(book_office):
    assert book_office.run("user", "add", "olga", "--role", "compliance").code == 0
    return book_office


def log_of(office, case_id=1):
    with office.db.read() as tx:
        return entries.of_case(tx, case_id)


# --- marks -----------------------------------------------------------------------------------------------------------


def test_nothing_is_noted_at_first(book_office, listed):
    assert book_office.run("marks", "K1").out == "Nothing is noted on case 1.\n"
    assert listed() == {"case": 1, "marks": [], "overrides": []}


def test_mark_is_noted_listed_and_taken_back(book_office, mark, listed):
    answer = mark("cease", "--on", "2026-11-20", "--reason", "Brief vom 20.11.")
    line = "cease (will keinen Kontakt mehr), since 2026-11-20 00:00 CET"
    assert (answer.code, answer.out) == (0, f"Noted: {line}\n")
    assert book_office.run("marks", "K1", at=NOON).out == f"{line}\n"
    assert listed()["marks"] == [
        {"kind": "cease", "given_at": "2026-11-19T23:00:00+00:00", "until": None, "text": None}
    ]
    noted = log_of(book_office)[-1]
    assert (noted.kind, noted.actor, noted.personal) == ("mark.set", "anna", {"reason": "Brief vom 20.11."})
    answer = book_office.run("unmark", "F1", "cease", "--as", "anna", "--reason", "Irrtum", at=NOON)
    assert (answer.code, answer.out) == (0, "Taken back: cease (will keinen Kontakt mehr)\n")
    assert listed()["marks"] == []
    taken = log_of(book_office)[-1]
    assert (taken.kind, taken.facts, taken.personal) == ("mark.lifted", {"mark": "cease"}, {"reason": "Irrtum"})


def test_words_follow_the_operators_language(book_office, mark):
    book_office.edit(("[operator]", '[operator]\nlanguage = "en"'))
    assert mark("rdg13a").out == "Noted: rdg13a (notice under section 13a(1) RDG), since 2026-11-24 12:30 CET\n"


def test_day_begins_and_ends_on_the_operators_clock(mark):
    answer = mark("moratorium", "--on", "2026-10-25", "--until", "2027-03-28", "--json")
    assert answer.code == 0, answer.err
    assert answer.json == {
        "case": 1,
        "kind": "moratorium",
        "given_at": "2026-10-24T22:00:00+00:00",
        "until": "2027-03-28T22:00:00+00:00",
        "text": None,
    }


def test_instants_are_taken_as_they_are(mark, listed):
    begin, end = "2026-11-20T10:00:00-05:00", "2026-12-01T08:15:00Z"
    assert mark("prior_consent", "--on", begin, "--until", end).out == (
        "Noted: prior_consent (mit häufigeren Anrufen einverstanden),"
        " since 2026-11-20 16:00 CET until 2026-12-01 09:15 CET\n"
    )
    (stored,) = listed()["marks"]
    assert (stored["given_at"], stored["until"]) == ("2026-11-20T15:00:00+00:00", "2026-12-01T08:15:00+00:00")


def test_today_is_a_last_day_until_it_is_over(mark):
    assert mark("moratorium", "--until", "2026-11-24", at="2026-11-24T23:59:00+01:00").code == 0
    answer = mark("moratorium", "--until", "2026-11-23")
    assert (answer.code, answer.out) == (1, "")
    assert answer.err == "dialer: moratorium: its end 2026-11-23T23:00:00+00:00 is past\n"


def test_wishes_add_up(book_office, mark, listed):
    for text in ("mon-fri 08:00-12:00", "sat 09:00-18:00"):
        assert mark("wish", "--text", text).code == 0
    assert [m["text"] for m in listed()["marks"]] == ["mon-fri 08:00-12:00", "sat 09:00-18:00"]
    assert book_office.run("marks", "K1").out.splitlines()[1] == (
        "wish (unpassende Zeiten), since 2026-11-24 12:30 CET: sat 09:00-18:00"
    )


def test_newer_mark_takes_the_place_of_the_older(mark, listed):
    for until in ("2027-01-31", "2027-02-28"):
        assert mark("moratorium", "--until", until).code == 0
    assert [m["until"] for m in listed()["marks"]] == ["2027-02-28T23:00:00+00:00"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("rdg13a", "--on", "2026-11-25"), "rdg13a: 2026-11-24T23:00:00+00:00 is in the future"),
        (("moratorium",), "moratorium needs an end"),
        (("cease", "--until", "2026-12-01"), "cease has no end"),
        (("wish", "--text", "abends"), 'wish "abends"'),
    ],
)
def test_mark_that_makes_no_sense_is_one_line(mark, listed, words, says):
    answer = mark(*words)
    assert (answer.code, answer.out) == (1, "")
    assert answer.err.startswith(f"dialer: {says}")
    assert answer.err.count("\n") == 1
    assert listed()["marks"] == []


@pytest.mark.parametrize(
    "words",
    [
        ("maybe",),
        ("wrong_party",),
        ("cease", "--on", "yesterday"),
        ("cease", "--on", "2026-11-20T10:00"),
        ("cease", "--on", "0001-01-01"),
        ("cease", "--on", "0001-01-01T00:00:00+14:00"),
        ("moratorium", "--until", "9999-12-31"),
        ("moratorium", "--until", "2026-02-30"),
        ("moratorium", "--until", ""),
    ],
)
def test_words_that_cannot_be_read_are_wrong_use(mark, listed, words):
    assert mark(*words).code == 2
    assert listed()["marks"] == []


def test_marks_need_a_case_and_somebody(book_office):
    answer = book_office.run("mark", "K1", "cease", "--as", "zoe", at=NOON)
    assert (answer.code, answer.err) == (1, 'dialer: no active user "zoe"; add one with `dialer user add`\n')
    for command in (
        ("mark", "K9", "cease", "--as", "anna"),
        ("unmark", "K9", "cease", "--as", "anna"),
        ("marks", "K9"),
    ):
        answer = book_office.run(*command, at=NOON)
        assert answer.code == 1
        assert '"K9" does not name exactly one case' in answer.err
    assert book_office.run("mark", "K1", "cease").code == 2
    answer = book_office.run("unmark", "K1", "cease", "--as", "anna", "--json", at=NOON)
    assert (answer.code, answer.json) == (1, {"error": "case 1 has no mark cease"})


def test_call_is_denied_by_what_was_noted(book_office, mark):
    mark("phone_objection")
    answer = book_office.run("call", "K1", "--as", "anna", "--json", at=NOON)
    assert answer.code == 1
    assert [d["rule"] for d in answer.json["denials"]] == ["DE-C1"]


# --- overrides -------------------------------------------------------------------------------------------------------


def override(office, *words, user="olga"):
    return office.run("override", "K1", *words, "--as", user, at=NOON)


def test_rule_is_overridden_listed_and_withdrawn(officer, listed):
    answer = override(officer, "DE-T2", "--until", "2026-11-28", "--reason", REASON)
    line = f"DE-T2 is overridden by olga until 2026-11-29 00:00 CET: {REASON}\n"
    assert (answer.code, answer.out) == (0, line)
    assert officer.run("marks", "K1", at=NOON).out == line
    stored = {"rule": "DE-T2", "until": "2026-11-28T23:00:00+00:00", "user": "olga", "reason": REASON}
    assert listed()["overrides"] == [stored]
    assert listed(at="2026-11-29T00:00:01+01:00")["overrides"] == []
    answer = override(officer, "DE-T2", "--withdraw")
    assert (answer.code, answer.out) == (0, "DE-T2 holds again for case 1.\n")
    assert listed()["overrides"] == []
    assert [e.kind for e in log_of(officer)][-2:] == ["override.set", "override.withdrawn"]


def test_overrides_answer_in_json(officer):
    answer = override(officer, "DE-T2", "--until", "2026-11-28T18:00:00+01:00", "--reason", REASON, "--json")
    assert answer.json == {
        "case": 1,
        "rule": "DE-T2",
        "until": "2026-11-28T18:00:00+01:00",
        "user": "olga",
        "reason": REASON,
    }
    assert override(officer, "DE-T2", "--withdraw", "--json").json == {"case": 1, "withdrawn": "DE-T2"}


def test_click_on_a_saturday_evening_passes_the_gate_while_overridden(officer):
    evening = "2026-11-28T18:30:00+01:00"
    words = ("call", "K1", "--as", "anna", "--json")
    assert [d["rule"] for d in officer.run(*words, at=evening).json["denials"]] == ["DE-T2"]
    override(officer, "DE-T2", "--until", "2026-11-28", "--reason", REASON)
    assert officer.run(*words, at=evening).json == {"placed": False, "why": "anna's line is not ready"}
    assert [d["rule"] for d in officer.run(*words, at="2026-12-05T18:30:00+01:00").json["denials"]] == ["DE-T2"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("DE-F1", "--until", "2026-11-28", "--reason", REASON), "DE-F1 cannot be overridden"),
        (("DE-X1", "--until", "2026-11-28", "--reason", REASON), "there is no rule DE-X1 for DE"),
        (("DE-T2", "--until", "2026-11-23", "--reason", REASON), "an override ends in the future"),
        (("DE-T2", "--until", "2026-12-25", "--reason", REASON), "an override lasts at most 31 days"),
        (
            ("DE-T2", "--until", "2026-11-28", "--reason", "weil"),
            "an override needs a reason of at least 10 characters",
        ),
        (("DE-T2", "--withdraw"), "case 1 has no override of DE-T2 in force"),
    ],
)
def test_override_that_is_refused_is_one_line(officer, listed, words, says):
    answer = override(officer, *words)
    assert (answer.code, answer.out) == (1, "")
    assert answer.err.startswith(f"dialer: {says}")
    assert listed()["overrides"] == []


def test_collectors_override_nothing(officer, listed):
    words = ("DE-T2", "--until", "2026-11-28", "--reason", REASON)
    answer = override(officer, *words, user="anna")
    assert (answer.code, answer.err) == (
        1,
        "dialer: anna has the role collector; only compliance may override a rule\n",
    )
    assert listed()["overrides"] == []
    officer.run("user", "role", "anna", "compliance")
    assert override(officer, *words, user="anna").code == 0
    officer.run("user", "role", "anna", "collector")
    assert override(officer, "DE-T2", "--withdraw", user="anna").code == 1
    assert [o["user"] for o in listed()["overrides"]] == ["anna"]


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("--until", "2026-11-28"),
        ("--reason", REASON),
        ("--withdraw", "--until", "2026-11-28"),
        ("--withdraw", "--reason", REASON),
        ("--withdraw", "--until", "2026-11-28", "--reason", REASON),
        ("--until", "soon", "--reason", REASON),
    ],
)
def test_override_asked_for_in_the_wrong_way(officer, listed, words):
    answer = override(officer, "DE-T2", *words)
    assert answer.code == 2
    assert listed()["overrides"] == []


# --- roles -----------------------------------------------------------------------------------------------------------


def roles(office):
    return {row["name"]: row["role"] for row in office.run("user", "list", "--json").json}


def test_users_have_roles(office):
    office.run("user", "add", "anna")
    office.run("user", "add", "susi", "--role", "supervisor")
    office.run("user", "add", "olga", "--role", "compliance")
    assert office.run("user", "list").out == "anna (collector)\nolga (compliance)\nsusi (supervisor)\n"
    assert roles(office) == {"anna": "collector", "olga": "compliance", "susi": "supervisor"}


def test_role_is_changed(office):
    office.run("user", "add", "anna")
    answer = office.run("user", "role", "anna", "compliance")
    assert (answer.code, answer.out) == (0, "anna has the role compliance.\n")
    assert roles(office) == {"anna": "compliance"}
    answer = office.run("user", "role", "anna", "supervisor", "--json")
    assert answer.json == {"name": "anna", "role": "supervisor"}
    assert roles(office) == {"anna": "supervisor"}


def test_whoever_comes_back_has_the_role_he_is_given_now(office):
    office.run("user", "add", "olga", "--role", "compliance")
    office.run("user", "disable", "olga")
    assert office.run("user", "list").out == "olga (compliance, disabled)\n"
    office.run("user", "add", "olga")
    assert roles(office) == {"olga": "collector"}


def test_role_of_nobody_is_not_changed(office):
    office.run("user", "add", "anna")
    office.run("user", "disable", "anna")
    for name in ("anna", "zoe"):
        answer = office.run("user", "role", name, "compliance")
        assert (answer.code, answer.err) == (1, f"dialer: there is no active user {name}\n")
    assert roles(office) == {"anna": "collector"}


def test_unknown_role_is_wrong_use(office):
    assert office.run("user", "add", "anna", "--role", "boss").code == 2
    assert roles(office) == {}
    office.run("user", "add", "anna")
    assert office.run("user", "role", "anna", "boss").code == 2
    assert roles(office) == {"anna": "collector"}
