"""DIN 5008 form B: the address shows in the window and nothing else does. Positions in millimetres."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import pytest
from pypdf import PdfReader
from pypdf.generic import ContentStream

from dialer.core.errors import BadInput
from dialer.documents.kinds import Kind
from dialer.documents.letterhead import Address
from tests.documents.paper import BECK, CLAIMS, FRAME, MM, REMINDER, WEBER, claim, flowing, pages, placed


def in_window(place):
    return 20 <= place.x <= 105 and 45 <= place.y <= 90


def reminder(renderer, **frame):
    return renderer.render(Kind.REMINDER_LETTER, replace(REMINDER, frame=replace(FRAME, **frame)), "de")


def test_the_window_holds_the_senders_line_and_the_address(renderer):
    shown = [place for place in placed(reminder(renderer)) if in_window(place)]
    assert [place.text for place in shown] == [
        "Schreinerei Beck GmbH · Mühlweg 3 · 86150 Augsburg",
        "Groß & Weber „Hof“ GmbH",
        "Buchhaltung",
        "Königstraße 5",
        "70173 Stuttgart",
    ]
    assert {round(place.x) for place in shown} == {25}


def test_the_address_zone_begins_17_7_mm_below_the_field(renderer):
    first = next(place for place in placed(reminder(renderer)) if place.text.startswith("Groß"))
    last = next(place for place in placed(reminder(renderer)) if place.text == "70173 Stuttgart")
    assert 62.7 < first.y < 67.7  # a baseline
    assert last.y < 90


def test_information_stands_right_of_the_window(renderer):
    label = next(place for place in placed(reminder(renderer)) if place.text == "Unser Zeichen")
    assert (round(label.x), 50 < label.y < 55) == (125, True)


def test_the_subject_follows_at_103_46_mm(renderer):
    subject = next(place for place in placed(reminder(renderer)) if place.text == "Offene Rechnungen")
    assert (round(subject.x), 103.46 < subject.y < 108) == (25, True)


def test_marks_to_fold_and_to_punch_are_drawn(renderer):
    reader = PdfReader(BytesIO(reminder(renderer)))
    moves = [op[0] for op in ContentStream(reader.pages[0].get_contents(), reader).operations if op[1] == b"cm"]
    heights = [round(297 - float(move[5]) / MM, 1) for move in moves if abs(float(move[4]) - 5 * MM) < 0.1]
    assert heights == [105.0, 148.5, 210.0]


@pytest.mark.parametrize(
    "name",
    ["Donaudampfschifffahrtsgesellschaftskapitänswitwenversicherung " * 2, "X" * 120, "Anna und Bernd " * 8],
)
def test_long_names_stay_in_the_window(renderer, name):
    address = replace(WEBER, name=name)
    places = placed(reminder(renderer, recipient=address))
    stuttgart = next(place for place in places if place.text == "70173 Stuttgart")
    assert in_window(stuttgart)
    assert not [place for place in places if 105 < place.x < 124 and 45 <= place.y <= 90]


def test_an_address_that_cannot_fit_is_refused(renderer):
    with pytest.raises(BadInput, match="the address does not fit into its field"):
        reminder(renderer, recipient=replace(WEBER, name="Anna Weber " * 90))


def test_foreign_addresses_end_with_the_country_in_capitals(renderer):
    british = Address("Miller Ltd", "1 High Street", "SW1A 1AA", "London", "GB")
    assert "1 High Street London SW1A 1AA VEREINIGTES KÖNIGREICH" in flowing(reminder(renderer, recipient=british))


def test_a_sender_of_another_country_writes_germany(renderer):
    swiss = replace(BECK, address=replace(BECK.address, country="CH"))
    assert "70173 Stuttgart DEUTSCHLAND" in flowing(reminder(renderer, letterhead=swiss))


def test_sixty_claims_run_over_pages_with_heading_and_footer_on_each(renderer):
    claims = tuple(claim(f"RE-{number}", 1000 + number) for number in range(60))
    written = pages(renderer.render(Kind.REMINDER_LETTER, replace(REMINDER, claims=claims), "de"))
    assert len(written) == 3
    assert sum("RE-59 " in page for page in written) == 1
    for number, page in enumerate(written, 1):
        assert f"Seite {number} von 3" in page
        assert "Amtsgericht Augsburg HRB 1234" in page
    assert "Schreinerei Beck GmbH · A-17 · 24.11.2026" in written[1]


def test_a_long_invoice_number_stays_out_of_the_next_column(renderer):
    long = replace(CLAIMS[0], invoice_number="RECHNUNG" * 8)
    pdf = renderer.render(Kind.REMINDER_LETTER, replace(REMINDER, claims=(long,)), "de")
    date_at = next(place.x for place in placed(pdf) if place.text == "01.09.2026")
    pieces = [place.x for place in placed(pdf) if place.text in "RECHNUNG" * 8 and 105 < place.y < 140]
    assert pieces
    assert max(pieces) < date_at - 1
