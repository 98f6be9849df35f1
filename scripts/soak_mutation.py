"""Changes the gate's code in small ways and asks whether the tests of core notice; shows the changes they miss.

Those that alter nothing are listed in soak_mutation_known.txt. Takes about 20 minutes on two processors.

scripts/soak mutation [--processes 2] [dialer.core.windows* ...]
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
KNOWN = ROOT / "scripts" / "soak_mutation_known.txt"
MUTATED = (
    "dialer/core/checks/*.py",
    "dialer/core/facts.py",
    "dialer/core/marks.py",
    "dialer/core/permit.py",
    "dialer/core/policy.py",
    "dialer/core/windows.py",
    "dialer/core/workdays.py",
)
NOTICE = ("test_checks_*.py", "test_marks.py", "test_permit.py", "test_plan.py", "test_policy.py", "test_windows.py")
TOO_SLOW = "tests/core/test_permit.py::test_not_before_is_the_first_instant_that_passes"
"""It tries two weeks in quarters of an hour, for each change anew."""

TESTS = sorted(f"tests/core/{path.name}" for pattern in NOTICE for path in (ROOT / "tests" / "core").glob(pattern))
SETTINGS = f"""
[tool.mutmut]
source_paths = ["dialer"]
only_mutate = {list(MUTATED)}
also_copy = ["README.md"]
pytest_add_cli_args_test_selection = {[*TESTS, f"--deselect={TOO_SLOW}"]}
pytest_add_cli_args = ["-p", "no:cacheprovider"]
track_dependencies = false
use_git_change_detection = false
"""
CACHED = re.compile(r"^@lru_cache\(.*\)\n", re.MULTILINE)
"""What was remembered before a change would hide it; and functions with a decorator are not changed at all."""


def main() -> int:
    """Run and tell; 1 when a change went unnoticed."""
    asked = _options()
    _install()
    with tempfile.TemporaryDirectory(prefix="dialer-mutation-") as scratch:
        tree = Path(scratch)
        _prepare(tree)
        run = ["run", "--max-children", str(asked.processes), *asked.names]
        if _mutmut(tree, *run, stdout=sys.stderr).returncode:
            return 2
        return _tell(tree)


def _tell(tree: Path) -> int:
    """Show the changes that no test noticed, and the score."""
    results = _mutmut(tree, "results", "--all", "true").stdout
    found = dict(re.findall(r"^ *(\S+): (.+)$", results, re.MULTILINE))
    found = {name: word for name, word in found.items() if word != "not checked"}
    survived = sorted(name for name, word in found.items() if word not in {"killed", "timeout"})
    shown = [_mutmut(tree, "show", name).stdout for name in survived]
    known = {line for line in KNOWN.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")}
    unnoticed = [
        diff for diff in shown if not known & {line[1:].strip() for line in diff.splitlines() if line[:1] == "+"}
    ]
    print(*unnoticed, sep="\n")
    counts = dict(Counter(found.values()).most_common())
    same = len(survived) - len(unnoticed)
    print(f"{len(found)} changes: {counts}; {same} of the survivors change nothing, {len(unnoticed)} went unnoticed")
    return 1 if unnoticed else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/soak mutation")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("names", nargs="*", help="only these changes, as mutmut names them, * for any ending")
    return parser.parse_args()


def _install() -> None:
    """The tool is needed here alone, so that no other script waits for it."""
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input", "-q"]
    wanted = ["-c", str(ROOT / "constraints.txt"), "--group", f"{ROOT / 'pyproject.toml'}:mutation"]
    subprocess.run([*pip, "install", *wanted], check=True)


def _prepare(tree: Path) -> None:
    """A copy to be changed, without caches."""
    for folder in ("dialer", "tests/core"):
        shutil.copytree(ROOT / folder, tree / folder, ignore=shutil.ignore_patterns("__pycache__", "*_cache"))
    for name in ("README.md", "LICENSE", "tests/conftest.py"):
        shutil.copy(ROOT / name, tree / name)
    settings = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    (tree / "pyproject.toml").write_text(settings + SETTINGS, encoding="utf-8")
    for pattern in MUTATED:
        for path in tree.glob(pattern):
            path.write_text(CACHED.sub("", path.read_text(encoding="utf-8")), encoding="utf-8")


def _mutmut(tree: Path, *command: str, stdout: Any = subprocess.PIPE) -> subprocess.CompletedProcess[str]:
    # CI: the same random requests for every change; TZ: the machine's clock is nobody's in the stories
    settings = os.environ | {"CI": "1", "PYTHONPATH": "", "TZ": "Asia/Tokyo"}
    command = (sys.executable, "-m", "mutmut", *command)
    return subprocess.run(command, cwd=tree, env=settings, stdout=stdout, text=True, check=False)


if __name__ == "__main__":
    sys.exit(main())
