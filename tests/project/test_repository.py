"""The tree as it is shared: sizes, pins, reasons, scripts, versions, docstrings."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
LARGEST_FILE = 300_000  # bytes; what is larger was hardly written by hand

PYPROJECT = (ROOT / "pyproject.toml").read_text()
SETTINGS = tomllib.loads(PYPROJECT)
PINS = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if not line.startswith("#")]
MODULES = sorted(path for package in ("dialer", "webhooks") for path in (ROOT / package).rglob("*.py"))
SCRIPTS = [
    ROOT / ".ci" / "run",
    *sorted(path for path in (ROOT / "scripts").iterdir() if path.is_file() and not path.suffix),
]


def shared_files():
    """All that git tracks, and what the next commit would add."""
    command = ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    return [path for path in (ROOT / name for name in names if name) if path.is_file()]


def reasonless(table):
    """The lines of a lint table that switch a rule off and do not say why."""
    lines = PYPROJECT.partition(f"{table}\n")[2].partition("\n[")[0].splitlines()
    rule_off = re.compile(r'"[A-Z]+[0-9]*"')
    return [line for line in lines if rule_off.search(line) and not re.search(r"# *\S", line)]


def test_no_shared_file_is_large():
    assert [path.name for path in shared_files() if path.stat().st_size > LARGEST_FILE] == []


def test_constraints_pin_names_to_versions_and_nothing_else():
    assert [pin for pin in PINS if not re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.]+", pin)] == []


def test_constraints_are_sorted_and_name_each_package_once():
    names = [pin.partition("==")[0].lower() for pin in PINS]
    assert names == sorted(set(names))


@pytest.mark.parametrize(
    "requirement",
    SETTINGS["project"]["dependencies"] + SETTINGS["dependency-groups"]["dev"] + SETTINGS["build-system"]["requires"],
)
def test_each_dependency_is_pinned_to_a_version_it_admits(requirement):
    wanted = Requirement(requirement)
    pinned = {canonicalize_name(name): version for name, _, version in (pin.partition("==") for pin in PINS)}
    assert wanted.specifier.contains(pinned[canonicalize_name(wanted.name)])


@pytest.mark.parametrize("table", ["[tool.ruff.lint]", "[tool.ruff.lint.per-file-ignores]"])
def test_each_switched_off_lint_rule_has_a_reason(table):
    lines = [line for line in reasonless(table) if not line.startswith("select")]
    assert lines == []


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_script_can_be_started_and_stops_at_the_first_error(path):
    text = path.read_text()
    assert os.access(path, os.X_OK)
    assert text.startswith("#!")
    assert "bash" not in text.splitlines()[0] or "\nset -euo pipefail\n" in text


def test_version_is_the_changelogs_newest():
    newest = re.search(r"^## \[(\d[^\]]*)\]", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE).group(1)
    assert newest == SETTINGS["project"]["version"]


@pytest.mark.parametrize("name", ["README.md", "LICENSE", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"])
def test_document_is_there(name):
    assert (ROOT / name).read_text().strip()


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_module_says_what_it_is_for(path):
    assert ast.get_docstring(ast.parse(path.read_text()))
