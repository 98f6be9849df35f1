"""The mistakes to plant fit the program as it is; that each is noticed is shown by `scripts/soak planted`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.simulation.planted import MISTAKES, Edit, Mistake, plant

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.name)
def test_mistake_fits_the_program(mistake: Mistake) -> None:
    for edit in mistake.edits:
        text = (ROOT / edit.file).read_text(encoding="utf-8")
        assert text.count(edit.old) == 1, f"{edit.file}: {edit.old!r}"
        compile(text.replace(edit.old, edit.new), edit.file, "exec")


def test_there_are_mistakes_of_every_class() -> None:
    assert len(MISTAKES) >= 15
    assert len({mistake.name for mistake in MISTAKES}) == len(MISTAKES)


def test_a_mistake_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("one\none\n", encoding="utf-8")
    with pytest.raises(ValueError, match="2 places"):
        plant(Mistake("twice", (Edit("a.py", "one", "two"),)), tmp_path)
