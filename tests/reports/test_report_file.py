"""The file: what strict readers ask for, the catalogue, and memory."""

from __future__ import annotations

import tracemalloc
from io import BytesIO
from zipfile import ZipFile

import pytest
from lxml import etree

from dialer.core.case import ContactRole
from dialer.core.decision import StepName
from dialer.core.outcome import Channel, Disposition, Outcome
from dialer.reports.attempts import write_report
from dialer.reports.texts import Texts

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


class Sink:
    """A file that remembers nothing but its length."""

    place = 0

    def write(self, data):
        self.place += len(data)
        return len(data)

    def tell(self):
        return self.place

    def flush(self):
        pass


def part(content, name):
    return etree.fromstring(ZipFile(BytesIO(content)).read(name))


def test_children_of_fonts_stand_in_the_order_of_the_schema(written, row):
    order = ["b", "i", "strike", "outline", "shadow", "u", "vertAlign", "sz", "color", "name", "family", "scheme"]
    fonts = list(part(written([row()]), "xl/styles.xml").iter(f"{MAIN}font"))
    assert len(fonts) > 3
    for font in fonts:
        places = [order.index(child.tag.removeprefix(MAIN)) for child in font]
        assert places == sorted(places)


def test_sheet_says_how_large_it_is_and_that_numbers_are_meant_as_text(written, row):
    sheet = part(written([row(1), row(2)]), "xl/worksheets/sheet2.xml")
    assert sheet.find(f"{MAIN}dimension").get("ref") == "A1:R3"
    assert [child.tag.removeprefix(MAIN) for child in sheet][-1] == "ignoredErrors"


def test_spaces_at_the_edges_are_marked_as_meant(written, row):
    sheet = part(written([row(debtor="  far right")]), "xl/worksheets/sheet2.xml")
    [text] = [text for text in sheet.iter(f"{MAIN}t") if text.text == "  far right"]
    assert text.get("{http://www.w3.org/XML/1998/namespace}space") == "preserve"


def test_text_that_looks_like_an_escape_is_escaped(written, row):
    sheet = part(written([row(debtor="_x0041_ is no A")]), "xl/worksheets/sheet2.xml")
    assert "_x005F_x0041_ is no A" in [text.text for text in sheet.iter(f"{MAIN}t")]


def test_no_cell_holds_a_formula(written, row):
    content = written([row(debtor="=1+1", segment="=1+1", collector="=1+1")], operator="=1+1")
    names = [name for name in ZipFile(BytesIO(content)).namelist() if name.startswith("xl/worksheets/")]
    assert len(names) == 3
    assert [list(part(content, name).iter(f"{MAIN}f")) for name in names] == [[], [], []]


def test_same_rows_make_the_same_bytes(written, row):
    content = written([row()])
    assert content == written([row()])
    assert {entry.date_time for entry in ZipFile(BytesIO(content)).infolist()} == {(2026, 12, 1, 7, 5, 0)}


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("role", ContactRole),
        ("channel", Channel),
        ("step", StepName),
        ("outcome", Outcome),
        ("disposition", Disposition),
    ],
)
def test_every_word_of_the_program_has_a_translation(language, kind, words):
    texts = Texts(language)
    assert [texts(f"{kind}.{word.value}") for word in words] == [texts.word(kind, word.value) for word in words]


def test_word_without_translation_stands_as_it_is(workbook, row, table):
    assert table(workbook([row(step="hausbesuch")])["Versuche"])[0]["Schritt"] == "hausbesuch"


def test_progress_is_told(row, head):
    told = []
    write_report((row(number) for number in range(2_500)), BytesIO(), head(), progress=told.append)
    assert told == [1000, 2000]


def test_memory_does_not_grow_with_the_rows(row, head):
    def peak(count):
        tracemalloc.start()
        write_report((row(number) for number in range(count)), Sink(), head())
        _, highest = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return highest

    peak(10)
    # fewer than 72 bytes a row; by when the collector of garbage comes round, the peak differs by 450 kB as it is
    assert peak(8_000) - peak(1_000) < 500_000
