"""The shipped guides, and a tenant's own beside them."""

from __future__ import annotations

import shutil
import tomllib

import pytest

from dialer.core.errors import BadInput
from dialer.core.outcome import Disposition
from dialer.core.script import Audience, ExcuseTask, ScriptStep
from dialer.core.script_text import render
from dialer.core.tasks import TaskKind
from dialer.rules.packs import load_law
from dialer.rules.scripts import FOLDER, load_scripts, read_script

LAW = load_law()
SCRIPTS = load_scripts(LAW)
FILES = sorted(FOLDER.glob("*.toml"))
PAIRS = [(a, s) for a in Audience for s in ScriptStep]


def find(audience, step, language="de", country="DE"):
    return SCRIPTS.find(Audience(audience), ScriptStep(step), language, country)


def said(guide):
    return " ".join(line for section in guide.sections for line in section.say)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_shipped_file_has_no_problem(path):
    assert read_script(path, LAW).language == path.stem[-2:]


def test_files_are_these():
    assert [path.name for path in FILES] == [
        "business_de.toml",
        "business_en.toml",
        "excuses_de.toml",
        "excuses_en.toml",
        "private_de.toml",
        "private_en.toml",
    ]


@pytest.mark.parametrize("name", ["business", "private", "excuses"])
def test_both_languages_say_the_same_things(name):
    """Sections, parts, branches, bounds and tasks agree; the words differ."""
    german, english = (shape(tomllib.loads((FOLDER / f"{name}_{x}.toml").read_text())) for x in ("de", "en"))
    assert german == english


def shape(value, key=""):
    if isinstance(value, dict):
        return {k: shape(v, k) for k, v in value.items() if k != "language"}
    if key in {"say", "answer"}:
        return len(value)
    if key == "hints":
        return sorted(field for line in value for field in ("{claims}", "{identity_items}", "{rate}") if field in line)
    if isinstance(value, list):
        return [shape(v) for v in value]
    return value if key in {"part", "to", "result", "task", "days", "ends", "excuses", "source", ""} else None


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize(("audience", "step"), PAIRS)
def test_there_is_a_guide_for_every_step_and_audience(audience, step, language):
    guide = find(audience, step, language)
    assert render(guide, {}, language)
    assert {s.id for s in guide.sections} == {s.id for s in find(audience, step, "en").sections}


@pytest.mark.parametrize("step", ["info_call", "collection_call", "debtor_callback"])
@pytest.mark.parametrize("language", ["de", "en"])
def test_notice_of_america_is_read_in_america_alone(step, language):
    ids = [s.id for s in find("private", step, language, "US").sections]
    assert ids[ids.index("identity") + 1] == "us_notice"
    assert "us_notice" not in [s.id for s in find("private", step, language, "DE").sections]


def test_notice_of_america_says_this():
    guide = find("private", "collection_call", "en", "US")
    assert guide.section("us_notice").say == (
        "This is an attempt to collect a debt, and any information you give me will be used for that purpose.",
    )


@pytest.mark.parametrize(("country", "court"), [("DE", 1), ("AT", 1), ("CH", 1), ("US", 0), ("GB", 0)])
@pytest.mark.parametrize("language", ["de", "en"])
def test_court_is_named_where_it_may_be(country, court, language):
    guide = find("private", "collection_call", language, country)
    assert [s.id for s in guide.sections].count("court") == court
    assert ("gerichtlich" in said(guide) or "court" in said(guide)) == bool(court)


def test_somebody_else_hears_a_name_and_a_number():
    assert find("private", "gatekeeper").section("third_person").say == (
        "Wann kann ich {contact} am besten erreichen?",
        "Richten Sie bitte aus, dass {agent} um einen Rückruf bittet, unter {number}, {hours}. Vielen Dank.",
    )


def test_excuses_of_firms():
    table = {e.id: (e.task, e.days, e.result) for e in find("business", "collection_call").excuses}
    assert table == {
        "no_invoice": (ExcuseTask.CALL, 2, Disposition.CALLBACK_AGREED),
        "wrong_data": (ExcuseTask.WRITE, 1, Disposition.DISPUTE),
        "transferred": (ExcuseTask.CHECK_ACCOUNT, 3, Disposition.SAYS_PAID),
        "wrong_account": (ExcuseTask.CHECK_ACCOUNT, 3, Disposition.PROMISE_TO_PAY),
        "payment_run": (ExcuseTask.CHECK_ACCOUNT, None, Disposition.PROMISE_TO_PAY),
        "no_money": (ExcuseTask.CONFIRM_AGREEMENT, 0, Disposition.INSTALMENTS_AGREED),
        "boss_absent": (ExcuseTask.CALL, None, Disposition.CALLBACK_AGREED),
        "complaint": (ExcuseTask.CLEAR_DISPUTE, 5, Disposition.DISPUTE),
    }
    private = [e.id for e in find("private", "info_call", "en").excuses]
    assert private == ["no_invoice", "wrong_data", "transferred", "wrong_account", "no_money", "complaint"]
    assert find("business", "gatekeeper").excuses == ()


def test_tasks_of_excuses_are_tasks_of_the_program():
    assert {task.value for task in ExcuseTask} - {kind.value for kind in TaskKind} == {"call"}


# --- files of one's own ----------------------------------------------------------------------------------------------


@pytest.fixture
def own(tmp_path):
    """A shipped file to change: own("private_de", ("old", "new"), …)."""

    def write(name, *changes, to=None):
        text = (FOLDER / f"{name}.toml").read_text(encoding="utf-8")
        for old, new in changes:
            assert old in text, old
            text = text.replace(old, new, 1)
        path = tmp_path / f"{to or name}.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def refused(path):
    with pytest.raises(BadInput) as caught:
        read_script(path, LAW)
    lines = str(caught.value).splitlines()
    assert all(line.startswith(f"{path}: ") for line in lines), lines
    return [line.removeprefix(f"{path}: ") for line in lines]


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        (
            "Können Sie gerade ungestört sprechen?",
            "Es geht um {amount}.",
            "section.right_person.say.2: {amount} may reach somebody who is not identified, against DE-P2",
        ),
        (
            'to = "not_verified" },',
            'to = "gone" },',
            'section.identity.branches.1.to: the guide info_call has no section "gone"',
        ),
        ("{promised_day}", "{day}", "section.agreement.say.1: unknown placeholder {day}"),
        (
            '"duties_de", "agreement"',
            '"duties_at", "agreement"',
            "guide.info_call.sections.10: there is no [section.duties_at]",
        ),
        (
            'result = "deceased"',
            'result = "dead"',
            "section.right_person.branches.5.result: Input should be 'promise_to_pay', 'instalments_agreed',",
        ),
        ('part = "identity"', 'part = "id"', "section.identity.part: Input should be 'preparation', 'right_person',"),
        ('title = "Identitätsprüfung"', "titel = 1", "section.identity.title: missing"),
        ('title = "Identitätsprüfung"', 'title = "I"\ncolour = 1', "section.identity.colour: unknown key"),
        ('countries = ["US"]', 'countries = ["usa"]', "section.us_notice.countries.1: String should match pattern"),
        ('audience = "private"', 'audience = "all"', "audience: Input should be 'private' or 'business'"),
        ("[section.note]", "[section.Note]", "section.Note: String should match pattern"),
    ],
)
def test_mistake_names_file_section_and_line(own, old, new, line):
    assert refused(own("private_de", (old, new)))[0].startswith(line)


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("[excuse.complaint]", "[excuse.other]", "excuse.complaint: is missing for private"),
        ("Tag, Betrag und Konto erfragen.", "{what}", "excuse.transferred.hint.1: unknown placeholder {what}"),
        ("days = 5", "days = -5", "excuse.complaint.days.constrained-int: Input should be greater than or equal to 0"),
        ('task = "clear_dispute"', 'task = "wait"', "excuse.complaint.task: Input should be 'call', 'check_account',"),
    ],
)
def test_mistake_in_the_excuses_names_file_and_excuse(own, old, new, line):
    assert refused(own("excuses_de", (old, new)))[0].startswith(line)


def test_file_that_is_no_guide_is_one_line(tmp_path):
    path = tmp_path / "x.toml"
    path.write_text("this is no toml")
    assert len(refused(path)) == 1
    path.write_bytes(b"\xff\xfe")
    assert len(refused(path)) == 1
    assert refused(tmp_path / "gone.toml") == ["cannot be read: No such file or directory"]


def test_section_that_no_guide_names_is_refused(own):
    extra = '[section.lost]\npart = "other"\ntitle = "x"\ngoal = "x"\nhints = ["x"]\n\n[section.note]'
    assert refused(own("private_de", ("[section.note]", extra))) == ["section.lost: no guide names it"]


def test_own_guide_comes_first(own, tmp_path):
    own("private_de", ("Woran liegt es, dass die Zahlung noch aussteht?", "Was ist der Grund?"))
    mine = load_scripts(LAW, tmp_path).find(Audience.PRIVATE, ScriptStep.COLLECTION_CALL, "de", "DE")
    assert mine.section("reason").say == ("Was ist der Grund?",)
    assert mine.excuses == find("private", "collection_call").excuses


def test_own_guide_of_one_country_leaves_the_others(own, tmp_path):
    bound = ('audience = "private"', 'audience = "private"\ncountries = ["DE"]')
    own("private_de", bound, ("Wie ist der Stand bei Ihnen?", "Wie steht es?"))
    scripts = load_scripts(LAW, tmp_path)
    lines = {
        c: scripts.find(Audience.PRIVATE, ScriptStep.INFO_CALL, "de", c).section("reason_info").say
        for c in ("DE", "AT")
    }
    assert lines == {"DE": ("Wie steht es?",), "AT": ("Wie ist der Stand bei Ihnen?",)}


def test_own_excuses_take_the_place_of_the_shipped(own, tmp_path):
    own("excuses_de", ("days = 2", "days = 4"))
    scripts = load_scripts(LAW, tmp_path)
    days = {x: scripts.find(Audience.PRIVATE, ScriptStep.INFO_CALL, x, "DE").excuses[0].days for x in ("de", "en")}
    assert days == {"de": 4, "en": 2}


def test_own_guide_that_tells_the_wrong_person_stops_the_loading(own, tmp_path):
    own("private_de", ("Können Sie gerade ungestört sprechen?", "Es geht um Ihre Zahlung."))
    with pytest.raises(BadInput, match=r"section\.right_person\.say\.2: says \"Zahlung\", against VM-WORDS"):
        load_scripts(LAW, tmp_path)


def test_two_own_files_for_the_same_are_refused(own, tmp_path):
    first, second = own("private_de", to="a"), own("private_de", to="b")
    with pytest.raises(BadInput) as caught:
        load_scripts(LAW, tmp_path)
    assert str(caught.value) == (
        f'{second}: the private info_call guide for everywhere in "de" stand in {first} already'
    )


def test_folder_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(BadInput, match="there is no such folder"):
        load_scripts(LAW, tmp_path / "gone")


def test_folder_may_be_empty_and_hold_other_things(tmp_path):
    (tmp_path / "readme.txt").write_text("x")
    assert load_scripts(LAW, tmp_path).guides == SCRIPTS.guides


def test_shipped_folder_may_be_copied_whole(tmp_path):
    folder = shutil.copytree(FOLDER, tmp_path / "mine")
    assert len(load_scripts(LAW, folder).guides) == 2 * len(SCRIPTS.guides)


def test_words_of_a_message_longer_than_a_line_are_joined(own, tmp_path):
    path = own("private_de", ('"Wie ist der Stand bei Ihnen?"', '"""Wie ist\n   der Stand?"""'))
    guide = next(g for g in read_script(path, LAW).guides if g.step is ScriptStep.INFO_CALL)
    assert guide.section("reason_info").say == ("Wie ist der Stand?",)
