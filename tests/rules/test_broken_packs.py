"""A rule pack that cannot be read stops the program, and the complaint names file, rule and key."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from pathlib import Path

import pytest

from dialer.core.errors import BadInput
from dialer.rules import packs
from dialer.rules.packs import load_law, read_pack

SHIPPED = ("common", "de", "at", "ch", "us", "gb")

HEAD = """\
[pack]
id = "own"
country = "DE"
version = "1"
verified_on = 2026-11-21
review_by = 2027-01-15
"""
RULE = {
    "id": '"OWN-1"',
    "kind": '"per_day"',
    "effect": '"DENY"',
    "value": '{ count = 2, of = ["person"] }',
    "basis": '"ours"',
    "status": '"product_default"',
    "text": '{ de = "Genug.", en = "Enough." }',
}

ROLLING = '{{ count = {}, days = {}, of = ["person"] }}'


@pytest.fixture
def broken(tmp_path):
    """What reading a pack says whose one rule differs in these keys; None takes a key away."""

    def complaint(**changes):
        path = tmp_path / "own.toml"
        lines = (f"{key} = {value}" for key, value in {**RULE, **changes}.items() if value is not None)
        path.write_text("\n".join((HEAD, "[[rule]]", *lines)), encoding="utf-8")
        with pytest.raises(BadInput) as error:
            read_pack(path)
        told = str(error.value)
        assert told.startswith(f"{path}: ")
        return told.removeprefix(f"{path}: ")

    return complaint


def test_the_rule_that_is_broken_below_is_sound(tmp_path):
    path = tmp_path / "own.toml"
    path.write_text("\n".join((HEAD, "[[rule]]", *(f"{k} = {v}" for k, v in RULE.items()))), encoding="utf-8")
    assert [rule.id for rule in read_pack(path).rules] == ["OWN-1"]
    assert [pack.id for pack in load_law(path).packs] == [*SHIPPED, "own"]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"kind": '"per_moon"'}, ("rule OWN-1: ", '"per_moon" is no kind of rule', "per_day")),
        ({"colour": '"red"'}, ("rule OWN-1.colour: unknown key",)),
        ({"scope": '{ colours = ["red"] }'}, ("rule OWN-1.scope.colours: unknown key",)),
        ({"value": '{ count = 2, of = ["person"], hours = 3 }'}, ("rule OWN-1: value: ", '"hours" is no parameter')),
        ({"value": '{ count = "two", of = ["person"] }'}, ("rule OWN-1: value.count: ",)),
        ({"value": "{ count = 2 }"}, ("rule OWN-1: value.of: ",)),
        ({"value": '{ count = 2, of = ["crowd"] }'}, ("rule OWN-1: value.of", "'person'")),
        ({"value": '{ count = -2, of = ["person"] }'}, ("rule OWN-1: value: count is negative",)),
        ({"value": '{ count = 0, of = ["person"] }'}, ("rule OWN-1: value: count is 0",)),
        ({"value": '{ count = 10001, of = ["person"] }'}, ("rule OWN-1: value: count is beyond 10000",)),
        ({"value": "{ count = 2, of = [] }"}, ("rule OWN-1: value: of is empty",)),
        ({"kind": '"rolling"', "value": ROLLING.format(0, 7)}, ("rule OWN-1: value: count is 0",)),
        ({"kind": '"rolling"', "value": ROLLING.format(3, 0)}, ("rule OWN-1: value: days is 0",)),
        ({"kind": '"rolling"', "value": ROLLING.format(3, 10001)}, ("rule OWN-1: value: days is beyond 10000",)),
        ({"kind": '"rolling"', "value": ROLLING.format(3, -7)}, ("rule OWN-1: value: days is negative",)),
        ({"kind": '"rolling"', "value": "{ count = 3, days = 7, of = [] }"}, ("rule OWN-1: value: of is empty",)),
        ({"kind": '"message_count"', "value": "{ count = 0 }"}, ("rule OWN-1: value: count is 0",)),
        ({"kind": '"message_count"', "value": "{ count = 1, days = 0 }"}, ("rule OWN-1: value: days is 0",)),
        ({"kind": '"message_gap"', "value": "{ days = 0 }"}, ("rule OWN-1: value: days is 0",)),
        ({"kind": '"rest"', "value": "{ days = 0 }"}, ("rule OWN-1: value: days is 0",)),
        ({"kind": '"gap"', "value": "{ hours = 10001 }"}, ("rule OWN-1: value: hours is beyond 10000",)),
        ({"kind": '"ring_time"', "value": "{ least = 15, most = 10001 }"}, ("rule OWN-1: value: most is beyond",)),
        ({"kind": '"lost_rate"', "value": "{ percent = nan, among = 100 }"}, ("rule OWN-1: value: percent is beyond",)),
        ({"kind": '"holidays"', "value": "{ ends = [] }"}, ("rule OWN-1: value: ends is empty",)),
        ({"kind": '"hours"', "value": "{ sun = [], ends = [] }"}, ("rule OWN-1: value: ends is empty",)),
        ({"kind": '"day_parts"', "value": "{ ends = [] }"}, ("rule OWN-1: value: ends is empty",)),
        ({"kind": '"year_days"', "value": "{ }"}, ("rule OWN-1: value: days is empty",)),
        ({"kind": '"words"', "value": "{ }"}, ("rule OWN-1: value: names no word",)),
        ({"kind": '"words"', "value": '{ spared = ["haft*"] }'}, ("rule OWN-1: value: names no word",)),
        ({"kind": '"words"', "value": '{ phrases = ["inkasso team", " "] }'}, ("rule OWN-1: value: ", "blank")),
        (
            {"kind": '"caller_id"', "value": '{ prefix = "+49", forbidden = ["+49900", "0900"] }'},
            ("rule OWN-1: value: forbidden: ", '"+"'),
        ),
        ({"scope": '{ channels = ["inbound"] }'}, ("rule OWN-1: value: scope.channels: ",)),
        ({"scope": "{ channels = [] }"}, ("rule OWN-1.scope.channels",)),
        ({"kind": '"elsewhere"', "value": '{ kept_by = " ", enforced = true }'}, ("value: kept_by says nothing",)),
        ({"value": '"two"'}, ("rule OWN-1.value: ",)),
        ({"kind": '"hours"', "value": '{ mon = ["8-25"] }'}, ("rule OWN-1: value: ", '"8-25" is not a time span')),
        ({"kind": '"hours"', "value": '{ mon = ["20:00-08:00"] }'}, ("rule OWN-1: value: ", "20:00-08:00")),
        ({"kind": '"hours"', "value": '{ monday = ["08:00-20:00"] }'}, ("rule OWN-1: value: ", '"monday"')),
        ({"kind": '"hours"', "value": "{ }"}, ("rule OWN-1: value: names no day",)),
        ({"kind": '"hours"', "value": "{ sun = [] }", "unless": '["cease"]'}, ("rule OWN-1: value: ", "`unless`")),
        ({"kind": '"year_days"', "value": '{ "13-24" = [] }'}, ("rule OWN-1: value: ", '"13-24"')),
        ({"kind": '"rest"', "value": "{ days = 7, workdays = 3 }"}, ("rule OWN-1: value: ", "days or workdays")),
        ({"kind": '"people"', "value": '{ roles = ["neighbour"] }'}, ("rule OWN-1: value.roles", "'third_party'")),
        ({"effect": '"MAYBE"'}, ("rule OWN-1.effect: ", "'DENY'")),
        ({"status": '"rumour"'}, ("rule OWN-1.status: ", "'confirmed'")),
        ({"unless": '["friendship"]'}, ("rule OWN-1.unless", "'cease'")),
        ({"scope": '{ operators = ["uncle"] }'}, ("rule OWN-1.scope.operators", "'lawyer'")),
        ({"scope": "{ debtors = [] }"}, ("rule OWN-1.scope.debtors",)),
        ({"since": '"soon"'}, ("rule OWN-1.since",)),
        ({"text": None}, ("rule OWN-1.text: ",)),
        ({"text": '{ de = "Genug." }'}, ("rule OWN-1.text.en: ",)),
        ({"basis": '""'}, ("rule OWN-1.basis: ",)),
        ({"id": None}, ("rule 1.id: ",)),
        ({"id": '"own 1"'}, ("rule own 1.id: ",)),
    ],
)
def test_a_broken_rule_is_named_with_its_key(broken, changes, told):
    complaint = broken(**changes)
    assert [part for part in told if part not in complaint] == []


def test_every_broken_key_is_told(broken):
    complaint = broken(effect='"MAYBE"', status='"rumour"', text=None)
    assert [key for key in ("OWN-1.effect", "OWN-1.status", "OWN-1.text") if key not in complaint] == []


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b'[pack\nid = "own"\n', "line 1"),
        (HEAD.encode("utf-8") + b'[[rule]]\nid = "\xe4"\n', "utf-8"),
        (b"", "pack: "),
        (HEAD.encode("utf-8"), "rule: "),
        (HEAD.replace('"DE"', '"Germany"').encode("utf-8"), "pack.country: "),
        (HEAD.replace("2027-01-15", '"in spring"').encode("utf-8"), "pack.review_by: "),
    ],
)
def test_a_file_that_is_no_pack_is_named(tmp_path, content, told):
    path = tmp_path / "own.toml"
    path.write_bytes(content)
    with pytest.raises(BadInput, match=told) as error:
        read_pack(path)
    assert str(path) in str(error.value)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(BadInput, match=r"own\.toml: cannot be read"):
        load_law(tmp_path / "own.toml")


def test_a_broken_file_of_ones_own_stops_the_start(tmp_path):
    path = tmp_path / "own.toml"
    path.write_text(HEAD, encoding="utf-8")
    with pytest.raises(BadInput, match=r"own\.toml: rule: "):
        load_law(path)


def test_own_rules_for_a_country_that_is_not_shipped_stop_the_start(tmp_path):
    """They would stand alone, and everything else be allowed there."""
    path = tmp_path / "own.toml"
    rules = "\n".join(("[[rule]]", *(f"{k} = {v}" for k, v in RULE.items())))
    path.write_text(f"{HEAD.replace('DE', 'FR')}{rules}\n", encoding="utf-8")
    with pytest.raises(BadInput, match=r"own\.toml: pack\.country: .* FR "):
        load_law(path)


def test_own_rules_without_a_country_hold_everywhere(tmp_path):
    path = tmp_path / "own.toml"
    rules = "\n".join(("[[rule]]", *(f"{k} = {v}" for k, v in RULE.items())))
    path.write_text(HEAD.replace('country = "DE"\n', "") + rules, encoding="utf-8")
    for country in ("DE", "AT", "CH", "GB", "US"):
        assert {pack.id for pack in load_law(path).of(country)} == {"common", "own", country.lower()}


@pytest.mark.parametrize("name", SHIPPED)
def test_a_broken_pack_of_the_program_stops_the_start(tmp_path, monkeypatch, name):
    folder = Path(packs.__file__).parent
    for file in (folder / "packs.py", *folder.glob("*.toml")):
        shutil.copy(file, tmp_path)
    (tmp_path / f"{name}.toml").write_text(HEAD, encoding="utf-8")
    spec = importlib.util.spec_from_file_location("packs_with_a_broken_one", tmp_path / "packs.py")
    copy = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, copy)
    spec.loader.exec_module(copy)
    with pytest.raises(BadInput, match=rf"{name}\.toml: rule: "):
        copy.load_law()
