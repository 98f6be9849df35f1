"""Conversation guides and base rates of one's own: files beside the configuration, read when the program starts."""

from __future__ import annotations

import pytest

from dialer.core.errors import BadInput
from dialer.rules.scripts import FOLDER

GUIDES = '# folder = "scripts"', 'folder = "guides"'
RATES = '# base_rates = "base_rates.toml"', 'base_rates = "rates.toml"'


def refusal(read, change):
    with pytest.raises(BadInput) as refused:
        read(change)
    return str(refused.value)


def test_without_the_keys_there_are_only_the_shipped_ones(read):
    config = read()
    assert (config.scripts.folder, config.statement.base_rates) == (None, None)


def test_own_guides_lie_beside_the_configuration(read, tmp_path):
    (tmp_path / "guides").mkdir()
    text = (FOLDER / "private_de.toml").read_text(encoding="utf-8")
    (tmp_path / "guides" / "mine.toml").write_text(text, encoding="utf-8")
    assert read(GUIDES).scripts.folder == tmp_path / "guides"


def test_guide_that_tells_too_early_stops_the_program_with_file_and_key(read, tmp_path):
    (tmp_path / "guides").mkdir()
    path = tmp_path / "guides" / "mine.toml"
    text = (FOLDER / "private_de.toml").read_text(encoding="utf-8")
    asked = "Können Sie gerade ungestört sprechen?"
    assert text.count(asked) == 1
    path.write_text(text.replace(asked, "Es geht um {amount}."), encoding="utf-8")
    told = refusal(read, GUIDES)
    assert f"{path}: section." in told
    assert "{amount} may reach somebody who is not identified, against DE-P2" in told


def test_folder_of_guides_that_is_not_there_is_named(read, tmp_path):
    assert refusal(read, GUIDES) == f"{tmp_path}/guides: there is no such folder of conversation guides"


def test_own_base_rates_lie_beside_the_configuration(read, tmp_path):
    path = tmp_path / "rates.toml"
    path.write_text('[de]\nsource = "own"\nrates = [{ from = 2026-07-01, percent = 1.27 }]', encoding="utf-8")
    assert read(RATES).statement.base_rates == path


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ("{ from = 2027-01-01, percent = 1.27 }", "[de] "),
        ("{ from = 2026-01-01, percent = 1.5 }", "[de] 2026-01-01: 1.5 contradicts the shipped 1.27"),
        ("{ from = 2026-07-01, percent = 127 }", "de.rates.line 1.percent: "),
    ],
)
def test_base_rates_that_do_not_go_on_stop_the_program(read, tmp_path, lines, told):
    path = tmp_path / "rates.toml"
    path.write_text(f'[de]\nsource = "own"\nrates = [{lines}]', encoding="utf-8")
    assert refusal(read, RATES).startswith(f"{path}: {told}")


def test_base_rates_that_are_not_there_are_named(read, tmp_path):
    assert refusal(read, RATES) == f"{tmp_path}/rates.toml: cannot be read: No such file or directory"
