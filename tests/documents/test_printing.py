"""Whatever people write is printed as they wrote it, and never read as Typst."""

from __future__ import annotations

import struct
import subprocess
import sys
import zlib
from dataclasses import replace
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from dialer.core.errors import BadInput
from dialer.documents.engine import Engine
from dialer.documents.kinds import Kind
from dialer.documents.printing import clean
from dialer.documents.render import Renderer
from dialer.documents.samples import sample
from tests.documents.paper import BECK, FRAME, REMINDER, WEBER, flowing

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 4"><path d="M0 0h4v4z"/></svg>'


def png():
    """Two by two blue pixels."""

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    size = struct.pack(">IIBBBBB", 2, 2, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\0\x20\x60\xa0\x20\x60\xa0" * 2)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def with_name(name):
    return replace(REMINDER, frame=replace(FRAME, recipient=replace(WEBER, name=name)))


@pytest.mark.parametrize(
    "name",
    [
        '#import "x"',
        "$ * _ @ <a> ` \\ #panic() // /* */ ~ -- ...",
        "= Heading - item + item",
        '"quoted" \'single\' {name} {amount}',
        '[content] #[x] #sys.inputs #read("/etc/passwd")',
        "Ärger & Söhne, Größe 5 € „Zum Löwen“ \u2013 Łódź Šimić",
        "Ωmega Жук",
    ],
)  # fmt: skip
def test_it_prints_literally(renderer, name):
    assert name in flowing(renderer.render(Kind.REMINDER_LETTER, with_name(name), "de"))


def test_a_value_that_looks_like_a_placeholder_is_not_filled(renderer):
    letter = replace(sample(Kind.PHONE_AGREEMENT, "de"), spoken_with="{collector} {x}")
    assert "mit {collector} {x} gesprochen" in flowing(renderer.render(Kind.PHONE_AGREEMENT, letter, "de"))


@settings(max_examples=25)
@given(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x17F, exclude_categories=["Cc", "Cf"]), max_size=60))
def test_any_latin_text_is_printed(text):
    renderer = _shared()
    printed = flowing(renderer.render(Kind.REMINDER_LETTER, with_name(f"x{text}"), "de"))
    assert printed.startswith("Schreinerei Beck GmbH")


def _shared(made=[]):  # noqa: B006 - one for all examples
    if not made:
        made.append(Renderer())
    return made[0]


def test_the_fonts_have_every_latin_letter():
    engine = Engine(None)
    everything = "".join(chr(code) for code in range(0x21, 0x180) if not 0x7F <= code <= 0xA0)
    assert engine.can_print(everything)
    assert not engine.can_print("王")


def test_a_name_no_font_has_is_refused_with_place_and_remedy(renderer):
    with pytest.raises(BadInput, match=r"frame\.recipient\.name: no font has the character 王 \(U\+738B\)"):
        renderer.render(Kind.REMINDER_LETTER, with_name("Firma 王 GmbH"), "de")


def test_control_characters_and_hidden_directions_are_left_out():
    assert clean("a\x00b\x1b[1m c\u202ed\u200be \ud800u\u0308\r\nz") == "ab[1m cde ü\nz"


def test_the_same_data_give_the_same_bytes_in_every_process(renderer):
    here = renderer.render(Kind.REMINDER_LETTER, sample(Kind.REMINDER_LETTER, "de"), "de")
    program = (
        "import sys; from dialer.documents.render import Renderer; from dialer.documents.samples import sample;"
        "from dialer.documents.kinds import Kind; k = Kind.REMINDER_LETTER;"
        "sys.stdout.buffer.write(Renderer().render(k, sample(k, 'de'), 'de'))"
    )
    there = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, timeout=60).stdout
    assert renderer.render(Kind.REMINDER_LETTER, sample(Kind.REMINDER_LETTER, "de"), "de") == here
    assert there == here


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_file_calls_itself_pdf_a_and_names_title_author_language_and_day(renderer, language):
    reader = PdfReader(BytesIO(renderer.render(Kind.REMINDER_LETTER, REMINDER, language)))
    xmp = reader.trailer["/Root"]["/Metadata"].get_object().get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part>" in xmp
    assert "<pdfaid:conformance>B</pdfaid:conformance>" in xmp
    assert reader.metadata.title == {"de": "Offene Rechnungen A-17", "en": "Open invoices A-17"}[language]
    assert reader.metadata.author == "Schreinerei Beck GmbH"
    assert reader.metadata["/CreationDate"] == "D:20261124000000Z"
    assert reader.trailer["/Root"]["/Lang"] == language


def test_all_fonts_are_embedded(renderer):
    page = PdfReader(BytesIO(renderer.render(Kind.REMINDER_LETTER, REMINDER, "de"))).pages[0]
    fonts = [font.get_object()["/DescendantFonts"][0].get_object() for font in page["/Resources"]["/Font"].values()]
    assert fonts
    assert all("/FontFile3" in font["/FontDescriptor"].get_object() for font in fonts)


@pytest.mark.parametrize(("name", "content"), [("logo.png", png()), ("logo.svg", SVG)])
def test_a_logo_is_drawn_with_the_senders_name_for_those_who_cannot_see_it(renderer, tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    branded = replace(REMINDER, frame=replace(FRAME, letterhead=replace(BECK, logo=path)))
    assert described(renderer.render(Kind.REMINDER_LETTER, REMINDER, "de")) == {
        "QR-Code zum Überweisen mit Ihrer Banking-App"
    }
    assert "Schreinerei Beck GmbH" in described(renderer.render(Kind.REMINDER_LETTER, branded, "de"))


def described(pdf):
    """The descriptions of the pictures."""
    objects = PdfReader(BytesIO(pdf))
    numbers = range(1, objects.trailer["/Size"])
    found = (objects.get_object(number) for number in numbers)
    return {str(each["/Alt"]) for each in found if isinstance(each, dict) and "/Alt" in each}


@pytest.mark.parametrize(("content", "complaint"), [(None, "cannot be read"), (b"GIF89a", "is neither SVG nor PNG")])
def test_a_logo_that_is_none_is_named_by_the_check(renderer, tmp_path, content, complaint):
    path = tmp_path / "logo.png"
    if content:
        path.write_bytes(content)
    with pytest.raises(BadInput, match=f"logo.png: {complaint}"):
        renderer.check_all([replace(BECK, logo=path)])


def test_a_logo_of_another_kind_is_refused(tmp_path):
    with pytest.raises(BadInput, match=r"save it as \.svg or \.png"):
        replace(BECK, logo=tmp_path / "logo.gif")


def test_languages_and_data_must_fit(renderer):
    with pytest.raises(BadInput, match="not in 'fr'"):
        renderer.render(Kind.REMINDER_LETTER, REMINDER, "fr")
    with pytest.raises(TypeError, match="dossier is made from Dossier, not from ReminderLetter"):
        renderer.render(Kind.DOSSIER, REMINDER, "de")
