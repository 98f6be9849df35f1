"""Rules as values: which packs bind where, what an effect means, what a sentence says."""

from __future__ import annotations

import pytest

from dialer.core.policy import Effect, Law, Text, Words
from tests.core.stories import LAW, pack, rule


@pytest.mark.parametrize(
    ("effect", "denies"),
    [
        ("DENY", True),
        ("DENY_OVR", True),
        ("REQUIRE", True),
        ("LIMIT", True),
        ("CONTENT", True),
        ("WARN", False),
        ("INFO", False),
    ],
)
def test_all_but_warnings_and_notes_deny(effect, denies):
    assert Effect(effect).denies is denies


def test_packs_of_a_country_come_after_the_general_ones():
    general, german, own, french = (
        pack(country=None, name="common"),
        pack(name="de"),
        pack(name="own"),
        pack(country="FR", name="fr"),
    )
    law = Law(packs=(german, own, general, french))
    assert law.of("DE") == (general, german, own)
    assert law.of("FR") == (general, french)
    assert law.of("AT") == (general,)


def test_own_rules_for_everywhere_bind_in_every_country():
    law = Law(packs=(pack(country=None, name="common"), pack(name="de"), pack(country=None, name="own")))
    assert [p.id for p in law.of("DE")] == ["common", "own", "de"]


def test_country_is_known_by_its_pack():
    law = Law(packs=(pack(country=None), pack(country="DE")))
    assert law.knows("DE")
    assert not law.knows("AT")
    assert not law.knows("")


def test_pack_is_named_with_its_version():
    assert pack(name="de").name == "de 1"


def test_sentence_carries_its_detail():
    text = Text(de="Zu oft ({detail}).", en="Too often ({detail}).")
    assert text.says("de", "3/3") == "Zu oft (3/3)."
    assert text.says("en", "{x}") == "Too often ({x})."
    assert text.says("en") == "Too often ()."


def test_every_shipped_rule_has_a_sentence_in_both_languages():
    shipped = [one for packs in LAW.packs for one in packs.rules]
    assert len(shipped) > 150
    for one in shipped:
        german, english = one.text.says("de", "7/7"), one.text.says("en", "7/7")
        assert german.strip(), one.id
        assert english.strip(), one.id
        assert german != english, one.id
        assert not {"{", "}"} & {*german, *english}, one.id


@pytest.mark.parametrize("field", ["beginnings", "inside", "whole", "phrases", "spared", "numbers", "unless_said"])
@pytest.mark.parametrize("blank", ["", "  ", "*", " * "])
def test_blank_word_is_refused(field, blank):
    with pytest.raises(ValueError, match=r"^a word is blank$"):
        Words(**{field: ("Inkasso", blank)})


def test_words_may_be_of_any_kind():
    Words(beginnings=("a", "X"), spared=("b*",), amounts=True, fields=("amount",))
    assert rule(Words()).condition == Words()
