"""Reading PDFs back, and the people the letters of these tests are about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from io import BytesIO

from pypdf import PdfReader
from pypdf.generic import ContentStream

from dialer.documents.letterhead import Address, BankAccount, Frame, Letterhead, Reference
from dialer.documents.letters import ReminderLetter
from dialer.documents.values import ClaimLine, Money, Party

MM = 72 / 25.4

BECK = Letterhead(
    name="Schreinerei Beck GmbH",
    address=Address("Schreinerei Beck GmbH", "Mühlweg 3", "86150", "Augsburg"),
    account=BankAccount("Schreinerei Beck GmbH", "DE02 1203 0000 0000 2020 51", "BYLADEM1001", "Beispielbank"),
    phone="0821 55501",
    fax="0821 55502",
    email="buero@example.com",
    legal_lines=("Amtsgericht Augsburg HRB 1234",),
)
WEBER = Address("Groß & Weber „Hof“ GmbH", "Königstraße 5", "70173", "Stuttgart", extra="Buchhaltung")
FRAME = Frame(BECK, WEBER, Reference("A-17", date(2026, 11, 24), "W-3", "Anna Berger"), "Sehr geehrte Frau Weber,")
CREDITOR = Party("creditor", "Schreinerei Beck GmbH", BECK.address)
DEBTOR = Party("debtor", "Groß & Weber GmbH", WEBER, represented_by="Ida Weber")


def euros(cents: int) -> Money:
    return Money(cents, "EUR")


def claim(number: str, cents: int) -> ClaimLine:
    return ClaimLine(number, date(2026, 9, 1), date(2026, 9, 15), euros(cents), euros(cents))


CLAIMS = (claim("RE-1", 125000), claim("RE-2", 4999))

REMINDER = ReminderLetter(FRAME, CLAIMS, date(2026, 12, 8), "A-17 RE-1 RE-2")


def pages(pdf: bytes) -> list[str]:
    """The text of each page, its no-break blanks turned into plain ones."""
    return [page.extract_text().replace("\u00a0", " ") for page in PdfReader(BytesIO(pdf)).pages]


def flowing(pdf: bytes) -> str:
    """The whole text in one line, so that a sentence is found wherever its lines break."""
    return " ".join(" ".join(pages(pdf)).split())


@dataclass(frozen=True)
class Placed:
    """Where a piece of text begins: millimetres from the left and from the top of the sheet."""

    text: str
    x: float
    y: float


def placed(pdf: bytes, page: int = 0) -> list[Placed]:
    found = []

    def visit(text, outer, inner, _font, _size):
        # a point in text space, through the text's matrix and then the page's
        x = inner[4] * outer[0] + inner[5] * outer[2] + outer[4]
        y = inner[4] * outer[1] + inner[5] * outer[3] + outer[5]
        if text.strip():
            found.append(Placed(text.strip().replace("\u00a0", " "), x / MM, 297 - y / MM))

    PdfReader(BytesIO(pdf)).pages[page].extract_text(visitor_text=visit)
    return found


def drawn_code(pdf: bytes) -> list[list[int]] | None:
    """The modules of the QR code as they are drawn: of all filled paths the one with the most pieces."""
    reader = PdfReader(BytesIO(pdf))
    paths: list[list[list[tuple[float, float]]]] = [[]]
    for page in reader.pages:
        for operands, operator in ContentStream(page.get_contents(), reader).operations:
            if operator == b"m":
                paths[-1].append([])
            if operator in {b"m", b"l"}:
                paths[-1][-1].append((float(operands[0]), float(operands[1])))
            if operator in {b"f", b"f*", b"S", b"B", b"n", b"W"}:
                paths.append([])
    pieces = max(paths, key=len)
    return _modules(pieces) if len(pieces) > 50 else None


def _modules(pieces):
    boxes = [
        (min(x for x, _ in piece), min(y for _, y in piece), max(x for x, _ in piece), max(y for _, y in piece))
        for piece in pieces
    ]
    left, top = min(box[0] for box in boxes), min(box[1] for box in boxes)
    module = min(box[3] - box[1] for box in boxes)
    side = round((max(box[2] for box in boxes) - left) / module)
    matrix = [[0] * side for _ in range(side)]
    for x0, y0, x1, _ in boxes:
        for column in range(round((x0 - left) / module), round((x1 - left) / module)):
            matrix[round((y0 - top) / module)][column] = 1
    return matrix
