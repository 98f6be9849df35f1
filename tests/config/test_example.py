"""config.example.toml says of every key what the program does with it."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import pytest
from annotated_types import Ge, Gt, Le, MaxLen, MinLen
from pydantic_core import PydanticUndefined

from dialer.config import (
    AddressSection,
    AuthoritySection,
    ComplianceSection,
    Config,
    CreditorSection,
    DatabaseSection,
    DialingSection,
    DocumentsSection,
    FaxSection,
    IndustrySection,
    LadderSection,
    LetterheadSection,
    LogSection,
    MailSection,
    MessageSection,
    OperationsSection,
    OperatorSection,
    PublicSection,
    ScriptsSection,
    SegmentSection,
    StatementSection,
    TwilioSection,
)
from dialer.core import wording
from dialer.core.case import Debtor, DebtorType
from dialer.core.windows import Span
from dialer.rules.places import SUBDIVISIONS

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "dialer" / "config.example.toml"
SECTIONS = {
    "database": DatabaseSection,
    "twilio": TwilioSection,
    "public": PublicSection,
    "operator": OperatorSection,
    "creditor": CreditorSection,
    "creditor.letterhead": LetterheadSection,
    "creditor.client": AddressSection,
    "mail": MailSection,
    "fax": FaxSection,
    "documents": DocumentsSection,
    "log": LogSection,
    "documents.authority": AuthoritySection,
    "dialing": DialingSection,
    "compliance": ComplianceSection,
    "operations": OperationsSection,
    "scripts": ScriptsSection,
    "statement": StatementSection,
    "segment.*": SegmentSection,
    "segment.*.industry.*": IndustrySection,
    "segment.*.creditor.*": LadderSection,
    "messages.*": MessageSection,
}
_TABLE = re.compile(r"(# )?\[\[?([a-z_.]+)\]\]?")
_KEY = re.compile(r"(# )?([a-z_]+) = (.+?)(?:\s{2,}# (.*))?$")
_MORE = re.compile(r"#\s{10,}# (.*)")


@dataclass
class Shown:
    """A key as the example shows it."""

    table: str
    key: str
    text: str
    comment: str
    active: bool
    unused: str = ""
    """The line that begins its table, where the whole table is commented out."""

    @property
    def value(self) -> Any:
        return tomllib.loads(f"value = {self.text}")["value"]


def shown_keys() -> list[Shown]:
    found, table, unused = [], "", ""
    for line in EXAMPLE.read_text(encoding="utf-8").splitlines():
        if match := _TABLE.match(line):
            table = re.sub(r"(segment|industry|messages)\.[a-z_]+", r"\1.*", match[2])
            table = re.sub(r"(?<=\*\.creditor\.)[a-z_]+", "*", table)
            unused = line if match[1] else ""
        elif match := _MORE.match(line):
            found[-1].comment += f" {match[1]}"
        elif match := _KEY.match(line):
            found.append(Shown(table, match[2], match[3], match[4] or "", not match[1], unused))
    return found


KEYS = shown_keys()
FIELDS = [(table, name, field) for table, model in SECTIONS.items() for name, field in model.model_fields.items()]


def of_field(table: str, name: str) -> list[Shown]:
    return [k for k in KEYS if k.table == table and k.key in {name, f"{name}_file"}]


def bounds(field: Any, *kinds: type) -> list[Any]:
    return [m for m in field.metadata if isinstance(m, kinds)]


def words(annotation: Any) -> set[str]:
    if get_origin(annotation) is Literal:
        return set(get_args(annotation))
    return set().union(*(words(part) for part in get_args(annotation) if get_origin(part) is Literal))


def test_root_link_leads_to_the_shipped_file():
    assert (ROOT / "config.example.toml").is_symlink()
    assert (ROOT / "config.example.toml").resolve() == EXAMPLE


def test_sections_are_all_known_here():
    assert {part.split(".")[0] for part in SECTIONS} == set(Config.model_fields)


def debtor(industry):
    return Debtor(
        id=1,
        reference="D-1",
        name="Mahler GmbH",
        type=DebtorType.BUSINESS,
        segment="business",
        country="DE",
        industry=industry,
    )


def test_example_loads_with_nothing_but_its_token(read):
    config = read()
    assert config.twilio.account_sid == "AC00000000000000000000000000000000"
    assert config.twilio.auth_token.get_secret_value() == "the-secret-token"
    assert config.public.base_url == "https://dialer.example.com"
    assert [c.key for c in config.creditor] == ["muster"]
    assert config.segment["private"].window.days[5] == (Span(600, 780),)
    assert config.segment["private"].window.days[6] == ()
    assert config.segment["business"].window.days[1] == (Span(540, 690), Span(810, 960))
    assert config.strategy(debtor("hospitality"), "muster").window.days[0] == ()
    assert config.strategy(debtor("hospitality"), "muster").window.days[3] == (Span(540, 660), Span(870, 1020))
    assert config.strategy(debtor("retail"), "muster").window == config.segment["business"].window


@pytest.mark.parametrize(("table", "name"), [(table, name) for table, name, _ in FIELDS])
def test_every_key_is_shown(table, name):
    if (
        below := dict.fromkeys([("segment.*", "industry"), ("segment.*", "creditor")], f"{table}.{name}.*").get(
            (table, name), f"{table}.{name}"
        )
    ) in SECTIONS:
        assert any(k.table == below for k in KEYS)
    else:
        assert of_field(table, name), f"{table}.{name} is not in the example"


@pytest.mark.parametrize("shown", KEYS, ids=lambda k: f"{k.table}.{k.key}")
def test_every_key_shown_exists(shown):
    fields = SECTIONS[shown.table].model_fields
    assert shown.key in fields or shown.key.removesuffix("_file") in fields


def default_of(shown: Shown) -> Any:
    field = SECTIONS[shown.table].model_fields.get(shown.key)
    return None if field is None or field.is_required() else field.get_default(call_default_factory=True)


@pytest.mark.parametrize("shown", [k for k in KEYS if not k.active], ids=lambda k: f"{k.table}.{k.key}")
def test_key_that_is_commented_out_shows_its_default(shown):
    default = default_of(shown)
    if hasattr(default, "get_secret_value"):
        default = default.get_secret_value()
    assert default is None or shown.value == default
    assert default is None or type(shown.value) is type(default)


@pytest.mark.parametrize(
    ("table", "name", "field"), [f for f in FIELDS if f[2].default not in (None, PydanticUndefined)]
)
def test_key_with_a_default_shows_it_somewhere(table, name, field):
    default = field.default.get_secret_value() if hasattr(field.default, "get_secret_value") else field.default
    assert default in [k.value for k in of_field(table, name)]


@pytest.mark.parametrize(("table", "name", "field"), [f for f in FIELDS if bounds(f[2], Ge, Gt, Le)])
def test_range_in_the_comment_is_the_models(table, name, field):
    low, high = bounds(field, Ge, Gt)[0], bounds(field, Le)[0].le
    said = f"above {low.gt} to {high}" if isinstance(low, Gt) else f"{low.ge} to {high}"
    commented = [k.comment for k in of_field(table, name) if k.comment]
    assert commented
    assert all(re.search(rf"(?<![\w.]){said}(?![\d.])", comment) for comment in commented)


def test_lengths_are_told():
    limited = {
        (table, name): [getattr(m, "min_length", getattr(m, "max_length", None)) for m in bounds(field, MinLen, MaxLen)]
        for table, name, field in FIELDS
        if bounds(field, MaxLen)
    }
    assert limited == {("creditor", "key"): [1, 40], ("messages.*", "text"): [1, 375]}
    assert "1 to 40 characters" in of_field("creditor", "key")[0].comment
    assert "A text has 1 to 375 characters (25 s)." in EXAMPLE.read_text(encoding="utf-8")


@pytest.mark.parametrize(("table", "name", "field"), [f for f in FIELDS if words(f[2].annotation)])
def test_words_to_choose_from_are_told(table, name, field):
    comments = " ".join(f"{k.comment} {k.text if '{' in k.text else ''}" for k in of_field(table, name))
    refers = "instead of dialing.mode" in comments or "instead of the segment's mode" in comments
    missing = {w for w in words(field.annotation) if not re.search(rf"\b{w}\b", comments)}
    assert not missing or refers


def whole_table(first: str) -> list[tuple[str, str]]:
    """What to replace so that a table is used that is commented out, from that line on."""
    block = EXAMPLE.read_text(encoding="utf-8").partition(first)[2].partition("\n\n")[0]
    used = re.sub(r"(?m)^# (?=[a-z_]+ = )", "", block).replace('username = ""', 'username = "somebody"')
    return [(first + block, first.removeprefix("# ") + used)]


@pytest.mark.parametrize(
    "shown", [k for k in KEYS if not k.active and "..." not in k.text], ids=lambda k: f"{k.table}.{k.key}"
)
def test_key_that_is_commented_out_works_when_it_is_not(shown, read, house_rules, tmp_path):
    (tmp_path / "twilio_api_secret").write_text("secret")
    house_rules(("technisch", "Quatsch"))
    (tmp_path / "scripts").mkdir()
    (tmp_path / "base_rates.toml").write_text('[de]\nsource = "own"\nrates = [{ from = 2026-07-01, percent = 1.27 }]')
    (tmp_path / f"{shown.table}_password").write_text("secret")
    if shown.unused:
        config = read(*whole_table(shown.unused))
        assert isinstance(config, Config)
        return
    old = f"# {shown.key} = {shown.text}"
    also = [('# api_key = "SK..."', f'api_key = "SK{"0" * 32}"')] if shown.key == "api_secret_file" else []
    if shown.key == "play_seconds":
        also = [("# play_url", "play_url"), ('text = "Guten Tag, mein', '# text = "Guten Tag, mein')]
    config = read((old, old.removeprefix("# ")), *also)
    assert isinstance(config, Config)


def test_placeholders_are_the_ones_that_can_be_filled():
    line = next(li for li in EXAMPLE.read_text(encoding="utf-8").splitlines() if "Placeholders:" in li)
    assert set(re.findall(r"\{(\w+)\}", line)) == set(wording.FIELDS)


def test_laender_are_the_ones_that_are_known():
    comment = of_field("operator", "subdivision")[0].comment
    assert set(re.findall(r"\b[A-Z]{2}\b", comment)) == set(SUBDIVISIONS)
