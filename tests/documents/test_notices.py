"""The notices of § 13a RDG, field by field."""

from __future__ import annotations

from datetime import date

import pytest

from dialer.documents.kinds import Kind
from dialer.documents.letterhead import Address
from dialer.documents.notices import Authority, Rdg13a3Notice, Rdg13a4Notice, Rdg13aNotice
from dialer.documents.values import CostLine, InterestLine
from tests.documents.paper import CLAIMS, FRAME, euros, flowing, pages

CLIENT = Address("Elektro Klein", "Gasse 2", "80331", "München")
AUTHORITY = Authority(Address("Aufsicht", "Allee 1", "53113", "Bonn"), "aufsicht@example.com")
COSTS = (CostLine("Geschäftsgebühr", "Schreiben vom 24.11.2026", euros(4500)),)
INTEREST = InterestLine(euros(125000), "6,27 %", date(2026, 9, 16), date(2026, 11, 24), euros(1503))


def notice(**more):
    return Rdg13aNotice(
        FRAME, CLIENT, "contract", "Lieferung eines Herds", date(2026, 8, 20), CLAIMS, AUTHORITY, "A-17", **more
    )


@pytest.fixture(scope="module")
def full(renderer):
    data = notice(
        interest=(INTEREST,),
        above_statutory_rate="vertraglich vereinbart",
        costs=COSTS,
        costs_include_vat=True,
        address_was_traced=True,
    )
    return flowing(renderer.render(Kind.RDG13A_NOTICE, data, "de"))


@pytest.mark.parametrize(
    "said",
    [
        "1. Auftraggeber Elektro Klein Gasse 2 80331 München",
        "2. Grund der Forderung Vertrag vom 20.08.2026: Lieferung eines Herds",
        "1.250,00 € 6,27 % 16.09.2026 bis 24.11.2026 15,03 €",
        "Der Zinssatz liegt über dem gesetzlichen Verzugszinssatz. Grund: vertraglich vereinbart",
        "Geschäftsgebühr Schreiben vom 24.11.2026 45,00 €",
        "dass er diese Beträge nicht als Vorsteuer abziehen kann.",
        "Ihre Anschrift hat uns nicht der Gläubiger mitgeteilt; wir haben sie anderweitig ermittelt.",
        "8. Zuständige Aufsichtsbehörde Aufsicht Allee 1 53113 Bonn aufsicht@example.com",
        "Geltend gemacht werden insgesamt 1.360,02 €.",
        "Sie können der Forderung widersprechen.",
    ],
)
def test_the_first_notice_says(full, said):
    assert said in full


@pytest.mark.parametrize(
    "said",
    [
        "Zinsen werden nicht geltend gemacht.",
        "Inkassokosten werden nicht geltend gemacht.",
        "Umsatzsteuer auf Inkassokosten wird nicht geltend gemacht.",
        "Ihre Anschrift hat uns der Gläubiger mitgeteilt.",
    ],
)
def test_what_is_not_asked_for_is_said_too(renderer, said):
    assert said in flowing(renderer.render(Kind.RDG13A_NOTICE, notice(), "de"))


def test_the_notice_of_costs_fits_one_page(renderer):
    pdf = renderer.render(Kind.RDG13A3_NOTICE, Rdg13a3Notice(FRAME, "instalments", COSTS), "de")
    assert len(pages(pdf)) == 1
    assert "Diese Kosten von insgesamt 45,00 € kommen zur Forderung hinzu." in flowing(pdf)
    assert "Sie sind nicht verpflichtet, die Vereinbarung zu schließen." in flowing(pdf)


def test_the_notice_on_acknowledgement_fits_one_page(renderer):
    pdf = renderer.render(Kind.RDG13A4_NOTICE, Rdg13a4Notice(FRAME, "Elektro Klein"), "en")
    assert len(pages(pdf)) == 1
    assert "as a rule lose the possibility of raising objections and defences" in flowing(pdf)
    assert "You are not obliged to give an acknowledgement of debt." in flowing(pdf)
