"""core asks no clock, throws no dice and reads no files: the lint sees it, and so do its imports."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CORE = ROOT / "dialer" / "core"


@pytest.fixture
def tree(tmp_path):
    """An empty project with our lint settings."""
    (tmp_path / "dialer" / "core").mkdir(parents=True)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copy(CORE / "ruff.toml", tmp_path / "dialer" / "core")
    return tmp_path


def lint(path, source):
    path.write_text(source)
    command = [sys.executable, "-m", "ruff", "check", "--no-cache", "--output-format", "concise", path.name]
    return subprocess.run(command, cwd=path.parent, capture_output=True, text=True, check=False).stdout


@pytest.mark.parametrize(
    "impurity",
    [
        "from datetime import datetime, UTC\nNOW = datetime.now(UTC)",
        "import datetime as d\nNOW = d.datetime.utcnow()",
        "from datetime import date\nTODAY = date.today()",
        "import time",
        "from time import monotonic as ticks",
        "from time import sleep",
        "import random",
        "from random import choice",
        "import secrets",
        "from uuid import uuid4\nID = uuid4()",
        "from os import environ",
        "import os",
        "from pathlib import Path",
        "import sqlalchemy as sa",
        "import requests",
        "from twilio.rest import Client",
    ],
)
def test_impure_core_is_reported(tree, impurity):
    assert "TID251" in lint(tree / "dialer" / "core" / "sample.py", impurity + "\n")


@pytest.mark.parametrize(("call", "rule"), [('open("x")', "PTH123"), ('print("x")', "T201")])
def test_input_and_output_by_builtins_is_reported(tree, call, rule):
    assert rule in lint(tree / "dialer" / "core" / "sample.py", call + "\n")


def test_pure_code_passes(tree):
    assert "TID251" not in lint(
        tree / "dialer" / "core" / "sample.py", "from datetime import datetime, time, timedelta\n"
    )


def test_wall_clock_is_banned_outside_core_too(tree):
    reading = "from datetime import UTC, datetime\nNOW = datetime.now(UTC)\n"
    assert "TID251" in lint(tree / "dialer" / "config.py", reading)
    assert "TID251" not in lint(tree / "dialer" / "clock.py", reading)


def test_randomness_is_banned_in_core_alone(tree):
    assert "TID251" not in lint(tree / "dialer" / "config.py", "import secrets\n")


def imported_by(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield f"dialer.core.{node.module}" if node.level else node.module


@pytest.mark.parametrize("path", sorted(CORE.rglob("*.py")), ids=lambda path: path.name)
def test_core_imports_itself_and_the_standard_library(path):
    foreign = [
        name
        for name in imported_by(path)
        if not f"{name}.".startswith("dialer.core.") and name.partition(".")[0] not in sys.stdlib_module_names
    ]
    assert foreign == []
