from __future__ import annotations

import codecs
import struct
import zipfile
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from dialer.claims_file import workbook
from dialer.claims_file.columns import REQUIRED
from dialer.claims_file.reading import open_rows
from dialer.core.errors import BadInput

HEAD = "debtor_reference;debtor_name;claim_reference;invoice_date;due_date;amount"


@pytest.fixture
def csv_file(tmp_path: Path):
    def write(text: str, encoding: str = "utf-8", name: str = "claims.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(text.encode(encoding))
        return path

    return write


def lines(path: Path, **options) -> list[tuple]:
    with open_rows(path, **options) as source:
        return [(row.line, *row.cells.values()) for row in source]


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_the_delimiter_is_found_in_the_heading_line(csv_file, delimiter):
    text = f"{HEAD}\n1;Anna;F1;x;y;2\n".replace(";", delimiter)
    assert lines(csv_file(text)) == [(2, "1", "Anna", "F1", "x", "y", "2")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_encodings_are_told_apart(csv_file, encoding):
    path = csv_file(f"{HEAD}\n1;Jürgen Groß;F1;x;y;2\n", encoding)
    with open_rows(path) as source:
        assert next(iter(source)).cells["debtor_name"] == "Jürgen Groß"
        assert bool(source.notes) == (encoding == "cp1252")


def test_lines_are_those_excel_shows_over_quoted_line_breaks_and_blank_lines(csv_file):
    text = f'{HEAD}\n1;"Anna\nSchmidt";F1;x;y;2\n\n;;;;;\n4;Berta;F4;x;y;2\n'
    with open_rows(csv_file(text)) as source:
        assert [(row.line, row.cells["debtor_name"]) for row in source] == [(2, "Anna\nSchmidt"), (5, "Berta")]
        assert source.skipped_empty == 2


def test_blank_lines_before_the_headings_count(csv_file):
    assert lines(csv_file(f"\n\n{HEAD}\n1;Anna;F1;x;y;2\n"))[0][0] == 4


def test_a_shifted_row_is_broken_not_guessed(csv_file):
    with open_rows(csv_file(f"{HEAD}\n1;Schmidt; Anna;F1;x;y;2\n2;Berta;F2;x;y;2\n")) as source:
        first, second = source
    assert first.broken == "a value without a heading in column 7; the row is probably shifted"
    assert second.broken is None


def test_a_broken_quotation_mark_costs_its_own_row_alone(csv_file):
    with open_rows(csv_file(f'{HEAD}\n1;"An"na;F1;x;y;2\n2;Berta;F2;x;y;2\n3;"open;F3;x;y;2\n')) as source:
        rows = list(source)
    assert [(row.line, row.broken is None) for row in rows] == [(2, False), (3, True), (4, False)]


def test_an_apostrophe_put_before_a_formula_is_taken_back(csv_file):
    assert lines(csv_file(f"{HEAD}\n1;'=A1;'F1;x;y;'-2\n"))[0][2:4] == ("=A1", "'F1")


def test_the_columns_of_a_rejects_file_are_ignored(csv_file):
    path = csv_file(f"{HEAD};line;column;reason\n1;Anna;F1;x;y;2;17;amount;bad\n")
    assert lines(path) == [(2, "1", "Anna", "F1", "x", "y", "2")]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.csv", b"", "no line with headings"),
        ("a.csv", b"\n\n\n", "no line with headings"),
        ("a.csv", HEAD.encode() + b"\n1;An\x00na", "NUL"),
        ("a.csv", HEAD.encode() + b"\n1;\x81\x8d", "neither UTF-8 nor Windows-1252"),
        ("a.csv", b"PK\x03\x04rest", "is an Excel workbook; rename it"),
        ("a.csv", codecs.BOM_UTF16_LE + b"\x00", "neither UTF-8"),
        ("a.xlsx", HEAD.encode(), "no Excel workbook"),
        ("a.xlsx", b"PK\x03\x04rest", "damaged workbook"),
        ("a.xlsx", workbook.OLE_MAGIC + b"rest", "password"),
        ("a.xls", workbook.OLE_MAGIC + b"rest", "old .xls format"),
        ("a.pdf", b"%PDF-1.7", "neither .xlsx nor .csv"),
        ("a.csv", b";".join(b"note" for _ in range(300)), "more than 200 columns"),
    ],
)
def test_what_is_no_claims_file_is_refused_with_the_remedy(tmp_path, name, content, reason):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(BadInput, match=reason), open_rows(path):
        pass


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    with pytest.raises(BadInput, match="file not found"), open_rows(tmp_path / "no.csv"):
        pass
    with pytest.raises(BadInput, match="cannot be read"), open_rows(tmp_path):
        pass


# --- workbooks -------------------------------------------------------------------------------------------------------


@pytest.fixture
def xlsx_file(tmp_path: Path):
    def write(*rows: list, head: tuple[str, ...] = REQUIRED) -> Path:
        book = openpyxl.Workbook()
        for row in (list(head), *rows):
            book.worksheets[0].append(row)
        path = tmp_path / "claims.xlsx"
        book.save(path)
        return path

    return write


def repacked(path: Path, **parts: bytes) -> Path:
    """The workbook with some parts replaced; names by their last word before the dot."""
    with zipfile.ZipFile(path) as old:
        content = {name: old.read(name) for name in old.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, data in content.items():
            new.writestr(name, parts.get(Path(name).stem, data))
    return path


def test_a_workbook_is_read_with_its_line_numbers(xlsx_file):
    path = xlsx_file([1, "Anna", "F1", "x", "y", 2.5], [], ["", None, "", None], [4, "Berta", "F4", "x", "y", 3])
    with open_rows(path) as source:
        assert source.expected_rows == 5
        assert [(row.line, row.cells["amount"]) for row in source] == [(2, 2.5), (5, 3)]
        assert source.skipped_empty == 2


def test_a_wrong_dimension_loses_no_rows(xlsx_file):
    path = xlsx_file([1, "Anna", "F1", "x", "y", 2])
    with zipfile.ZipFile(path) as old:
        sheet = old.read("xl/worksheets/sheet1.xml")
    assert b'ref="A1:F2"' in sheet
    assert len(lines(repacked(path, sheet1=sheet.replace(b'ref="A1:F2"', b'ref="A1"')))) == 1


def test_a_formula_is_read_as_its_last_value(xlsx_file):
    path = xlsx_file([1, "=HYPERLINK(1)", "F1", "x", "y", 2])
    with zipfile.ZipFile(path) as old:
        sheet = old.read("xl/worksheets/sheet1.xml")
    sheet = sheet.replace(b"<f>HYPERLINK(1)</f><v></v>", b"<f>HYPERLINK(1)</f><v>Anna</v>").replace(
        b"<f>HYPERLINK(1)</f><v/>", b"<f>HYPERLINK(1)</f><v>Anna</v>"
    )
    sheet = sheet.replace(b'<c r="B2">', b'<c r="B2" t="str">').replace(b'<c r="B2" t="n">', b'<c r="B2" t="str">')
    assert lines(repacked(path, sheet1=sheet))[0][2] == "Anna"


def test_only_the_first_sheet_is_read_and_that_is_said(tmp_path):
    book = openpyxl.Workbook()
    book.worksheets[0].append(REQUIRED)
    book.create_sheet("Archiv")
    book.save(tmp_path / "a.xlsx")
    with open_rows(tmp_path / "a.xlsx") as source:
        assert source.notes == ("only the first sheet 'Sheet' was read; not read: Archiv",)


def with_strings(path: Path, strings: bytes, count: int) -> Path:
    """The workbook with the texts a0, a1, … moved into a table of shared strings, as Excel keeps them."""
    with zipfile.ZipFile(path) as old:
        types, sheet = old.read("[Content_Types].xml"), old.read("xl/worksheets/sheet1.xml")
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    override = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>'
    for number in range(count):
        inline, shared = f't="inlineStr"><is><t>a{number}</t></is></c>', f't="s"><v>{number}</v></c>'
        assert inline.encode() in sheet
        sheet = sheet.replace(inline.encode(), shared.encode())
    repacked(path, sheet1=sheet, **{"[Content_Types]": types.replace(b"</Types>", override.encode())})
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/sharedStrings.xml", strings)
    return path


def test_shared_strings_are_read_plain_rich_and_empty(xlsx_file):
    strings = b"""<?xml version="1.0"?><sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">
    <si><t>Anna</t></si><si><r><t>An </t></r><r><rPr><b/></rPr><t>na</t></r><rPh><t>x</t></rPh></si>
    <si><t>_x005F_x0041_</t></si><si/></sst>"""
    path = with_strings(xlsx_file(["a0", "a1", "a2", "a3", "y", 2]), strings, 4)
    assert lines(path) == [(2, "Anna", "An na", "_x0041_", "", "y", 2)]


ENTITIES = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>
<row r="1"><c r="A1" t="inlineStr"><is><t>&b;</t></is></c></row></sheetData></worksheet>"""


def test_entities_in_shared_strings_are_refused(xlsx_file):
    path = with_strings(xlsx_file(["a0", "x", "x", "x", "y", 2]), ENTITIES, 1)
    with pytest.raises(BadInput, match=r"damaged workbook.*could not read strings"):
        lines(path)


def test_rows_out_of_order_are_refused_not_lost(xlsx_file):
    path = xlsx_file([1, "Anna", "F1", "x", "y", 2], [2, "Berta", "F2", "x", "y", 2])
    with zipfile.ZipFile(path) as old:
        sheet = old.read("xl/worksheets/sheet1.xml")
    with pytest.raises(BadInput, match="row 2 after row 2"):
        lines(repacked(path, sheet1=sheet.replace(b'<row r="3"', b'<row r="2"')))


def announced(path: Path, sizes: list[int], *, packed: int | None = None, name: str = "xl/worksheets/a{}.xml") -> Path:
    """A zip whose directory announces parts of these sizes; the content is one byte each."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number, _ in enumerate(sizes):
            archive.writestr(name.format(number), b"x")
    data = bytearray(buffer.getvalue())
    place = data.find(b"PK\x01\x02")
    for size in sizes:
        struct.pack_into("<I", data, place + 24, size)
        if packed is not None:
            struct.pack_into("<I", data, place + 20, packed)
        place = data.find(b"PK\x01\x02", place + 4)
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("sizes", "packed", "reason"),
    [
        ([1_500_000_001], 1_400_000_000, "1,500,000,001 bytes; allowed are 1,500,000,000"),
        ([800_000_000, 800_000_000], 700_000_000, "1,600,000,000 bytes"),
        ([60_000_000], 100_000, "600:1; allowed are 200:1"),
        ([60_000_000], 0, "60,000,000:1"),
        ([1] * 10_001, None, "10,001 parts"),
    ],
)
def test_a_bomb_is_refused_by_what_it_announces(tmp_path, monkeypatch, sizes, packed, reason):
    path = announced(tmp_path / "bomb.xlsx", sizes, packed=packed)
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *_: pytest.fail("something was unpacked"))
    with pytest.raises(BadInput, match=f"not unpacked.*{reason}"), open_rows(path):
        pass


@pytest.mark.parametrize(("part", "size"), [("xl/sharedStrings.xml", 250_000_001), ("xl/styles.xml", 30_000_001)])
def test_a_part_that_is_held_in_memory_has_its_own_limit(tmp_path, part, size):
    path = announced(tmp_path / "bomb.xlsx", [size], packed=size // 10, name=part)
    with pytest.raises(BadInput, match=f"not unpacked.*{part} {size:,} bytes"), open_rows(path):
        pass


@pytest.mark.parametrize(
    ("sheet", "reason"),
    [
        (b"<worksheet", "damaged workbook"),
        (b"", "damaged workbook"),
        (ENTITIES, "damaged workbook"),
    ],
)
def test_a_hostile_sheet_is_refused(xlsx_file, sheet, reason):
    with pytest.raises(BadInput, match=reason):
        lines(repacked(xlsx_file(), sheet1=sheet))


def test_a_row_number_beyond_excel_is_refused(xlsx_file):
    path = xlsx_file([1, "Anna", "F1", "x", "y", 2])
    with zipfile.ZipFile(path) as old:
        sheet = old.read("xl/worksheets/sheet1.xml")
    path = repacked(path, sheet1=sheet.replace(b'<row r="2"', b'<row r="999999999"'))
    with pytest.raises(BadInput, match="more than 1,048,576 rows"):
        lines(path)
