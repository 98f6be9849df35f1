"""How a sheet prints: landscape, as wide as the paper, the header on each page."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties

if TYPE_CHECKING:
    from openpyxl.worksheet.header_footer import HeaderFooterItem
    from openpyxl.worksheet.worksheet import Worksheet

    from dialer.reports.texts import Texts


def set_up_page(sheet: Worksheet, texts: Texts, *, header_row: int, title: str | None = None) -> None:
    """Set paper, margins, repeated header and footer; without a title that of the report of attempts."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9  # A4
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.page_margins = PageMargins(left=0.3, right=0.3, top=0.4, bottom=0.6, header=0.3, footer=0.3)
    sheet.print_title_rows = f"{header_row}:{header_row}"
    footer = cast("HeaderFooterItem", sheet.oddFooter)
    footer.left.text = f"{(title or texts('title')).replace('&', '&&')} \N{MIDDLE DOT} &A"
    footer.right.text = texts("page")
