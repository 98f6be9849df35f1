"""The logo on its way into a document: Typst takes files in memory as text only, so a PNG travels inside an SVG."""

from __future__ import annotations

import base64
from pathlib import Path

from dialer.core.errors import BadInput

_PNG = b"\x89PNG\r\n\x1a\n"


def read_picture(path: Path) -> bytes:
    """A logo as SVG; refuses what is neither SVG nor PNG."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BadInput(f"logo {path}: cannot be read ({error.strerror})") from error
    if content.startswith(_PNG):
        return png_as_svg(content)
    if b"<svg" not in content:
        raise BadInput(f"logo {path}: is neither SVG nor PNG")
    return content


def png_as_svg(png: bytes) -> bytes:
    """The same picture, in the same size."""
    # the header's first chunk holds width and height, four bytes each
    width, height = int.from_bytes(png[16:20]), int.from_bytes(png[20:24])
    data = base64.b64encode(png).decode()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">'
        f'<image width="{width}" height="{height}" href="data:image/png;base64,{data}"/></svg>'
    ).encode()
