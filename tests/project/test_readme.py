"""What the README shows is what the program answers."""

from __future__ import annotations

import re
from pathlib import Path

from click.testing import CliRunner

from dialer.cli import main
from dialer.rules.packs import load_law

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


def test_answer_of_the_gate_is_the_one_shown():
    facts = re.search(r"```json\n(.*?)```", README, re.DOTALL).group(1)
    at, answer = re.search(
        r"`dialer permit facts.json --at (\S+)` answers\n\n```\n(.*?)```", README, re.DOTALL
    ).groups()
    result = CliRunner().invoke(main, ["permit", "-", "--at", at], input=facts)
    assert (result.exit_code, result.stdout) == (1, answer)


def test_commands_that_are_named_exist():
    named = set(re.findall(r"\bdialer ([a-z]+)", README))
    assert named <= set(main.commands)


def test_every_country_with_a_pack_is_named():
    names = {"DE": "Germany", "AT": "Austria", "CH": "Switzerland", "GB": "United Kingdom", "US": "United States"}
    countries = {pack.country for pack in load_law().packs if pack.country}
    assert countries == set(names)
    assert [name for name in names.values() if name not in README] == []
