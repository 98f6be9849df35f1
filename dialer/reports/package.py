"""The file around the sheets: rows written apart join their sheet, and what strict readers fault is mended."""

from __future__ import annotations

import re
import shutil
from datetime import UTC
from io import BytesIO
from typing import TYPE_CHECKING, NamedTuple, cast
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl.writer.excel import ExcelWriter
from openpyxl.xml.constants import ARC_STYLE, SHEET_MAIN_NS
from openpyxl.xml.functions import fromstring, tostring

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from typing import BinaryIO

    from openpyxl import Workbook

_BLOCK = 1 << 20
# the order in which Microsoft's Open XML SDK accepts the children of a font; openpyxl writes another
_FONT_ORDER = [
    f"{{{SHEET_MAIN_NS}}}{name}"
    for name in (
        *("b", "i", "strike", "condense", "extend", "outline", "shadow", "u", "vertAlign"),
        *("sz", "color", "name", "family", "charset", "scheme"),
    )
]


class Part(NamedTuple):
    """The rows of one sheet as XML in `file`; `number` is the sheet's place in the workbook, `area` its used cells."""

    number: int
    area: str
    file: BinaryIO


def save(workbook: Workbook, parts: Sequence[Part], out: BinaryIO, *, title: str, creator: str, now: datetime) -> None:
    """Write the workbook, with the rows of `parts` below what their sheets hold already. Same input, same bytes."""
    properties = workbook.properties
    properties.title, properties.creator = title, creator
    properties.created = properties.modified = now.astimezone(UTC).replace(tzinfo=None)
    skeleton = BytesIO()
    # not workbook.save(): it would write the time of the machine's clock
    with ZipFile(skeleton, "w") as archive:
        ExcelWriter(workbook, archive).save()
    rows = {f"xl/worksheets/sheet{part.number}.xml": part for part in parts}
    with ZipFile(skeleton) as source, ZipFile(out, "w", ZIP_DEFLATED) as target:
        for entry in source.infolist():
            _copy(source.read(entry), rows.get(entry.filename), target, _dated(entry.filename, now))


def _dated(name: str, now: datetime) -> ZipInfo:
    info = ZipInfo(name, date_time=now.astimezone(UTC).timetuple()[:6])
    info.compress_type = ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    return info


def _copy(content: bytes, part: Part | None, target: ZipFile, info: ZipInfo) -> None:
    if part is None:
        target.writestr(info, _sorted_fonts(content) if info.filename == ARC_STYLE else content)
        return
    top, bottom = _halves(content, part.area)
    info.file_size = len(top) + part.file.seek(0, 2) + len(bottom)  # tells zipfile whether 32 bits suffice
    part.file.seek(0)
    with target.open(info, "w") as sheet:
        sheet.write(top)
        shutil.copyfileobj(part.file, sheet, _BLOCK)
        sheet.write(bottom)


def _halves(content: bytes, area: str) -> tuple[bytes, bytes]:
    """What comes before the rows and what comes after them."""
    content = re.sub(rb'<dimension ref="[^"]*"', f'<dimension ref="{area}"'.encode(), content, count=1)
    # telephone numbers are meant to be text: no green corner in each cell
    ignored = f'<ignoredErrors><ignoredError sqref="{area}" numberStoredAsText="1"/></ignoredErrors></worksheet>'
    top, found, bottom = content.replace(b"</worksheet>", ignored.encode()).partition(b"</sheetData>")
    return top, found + bottom


def _sorted_fonts(styles: bytes) -> bytes:
    tree = fromstring(styles)
    for font in tree.iter(f"{{{SHEET_MAIN_NS}}}font"):
        font[:] = sorted(font, key=lambda child: _FONT_ORDER.index(child.tag))
    return cast("bytes", tostring(tree))
