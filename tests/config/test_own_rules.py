"""Rules of the tenant's own: a file beside the configuration that comes on top of the shipped packs."""

from __future__ import annotations

import pytest

from dialer.core.errors import BadInput


def test_own_rules_lie_beside_the_configuration(read, house_rules, tmp_path):
    config = read(house_rules(("technisch", "Quatsch")))
    assert config.compliance.own_rules == tmp_path / "rules.toml"


def test_without_the_key_there_are_none(read):
    assert read().compliance.own_rules is None


def test_own_rules_bind_messages_too(problems, house_rules):
    assert problems(house_rules()) == [
        'messages.private_announcement_de: says "technisch", against HOUSE-1: Not technisch.',
    ]


def test_message_is_bound_by_the_rules_of_the_channels_it_is_used_for(read, house_rules):
    """The announcement says it, and the rule is about machines; once a machine plays it, it is refused."""
    change = house_rules(('basis = "ours"', 'basis = "ours"\nscope = { channels = ["voicemail"] }'))
    assert read(change)
    with pytest.raises(BadInput, match="private_announcement_de: says"):
        read(change, ('voicemail = { de = "private_voicemail_de"', 'voicemail = { de = "private_announcement_de"'))


def refusal(read, change):
    with pytest.raises(BadInput) as refused:
        read(change)
    return str(refused.value)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (('status = "product_default"', 'status = "certain"'), "rule HOUSE-1.status: Input should be 'confirmed'"),
        (('basis = "ours"', 'basis = "ours"\ncolour = 1'), "rule HOUSE-1.colour: unknown key"),
        (('inside = ["technisch"]', "inside = 7"), "rule HOUSE-1: value.inside: "),
        (('inside = ["technisch"]', 'loud = ["technisch"]'), 'rule HOUSE-1: value: "loud" is no parameter of this'),
        (('kind = "words"', 'kind = "word"'), 'rule HOUSE-1: "word" is no kind of rule; known: hours, '),
        (('version = "1"', ""), "pack.version: Field required"),
        (('id = "HOUSE-1"', 'id = "HOUSE-1'), "Illegal character"),
    ],
)
def test_broken_rules_name_file_rule_and_key(read, house_rules, tmp_path, change, says):
    line = refusal(read, house_rules(change)).splitlines()[0]
    assert line.startswith(f"{tmp_path}/rules.toml: {says}")


def test_rules_that_are_not_there_are_named(read, house_rules, tmp_path):
    change = house_rules()
    (tmp_path / "rules.toml").unlink()
    assert refusal(read, change) == f"{tmp_path}/rules.toml: cannot be read: No such file or directory"
    (tmp_path / "rules.toml").mkdir()
    assert refusal(read, change) == f"{tmp_path}/rules.toml: cannot be read: Is a directory"


def test_rules_that_are_not_utf8_are_named(read, house_rules, tmp_path):
    change = house_rules()
    (tmp_path / "rules.toml").write_bytes('[pack]\nid = "Büro"\n'.encode("latin-1"))
    assert refusal(read, change).startswith(f"{tmp_path}/rules.toml: ")
