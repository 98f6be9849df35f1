"""The words of a finished document, as whoever receives it reads them."""

from __future__ import annotations

from io import BytesIO

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from dialer.core.errors import BadInput


def text_of(pdf: bytes) -> str:
    """The text of all pages. Raises BadInput for what is no PDF or holds no text: nobody could say what it says."""
    try:
        text = "\n".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)
    except PyPdfError as error:
        raise BadInput(f"the document cannot be read as PDF: {error}") from None
    if not text.strip():
        raise BadInput("the document holds no text that could be checked")
    return text
