"""Papers for signature: Beck and Weber agree on three rates, Weber acknowledges."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from dialer.core.errors import BadInput
from dialer.documents.agreements import Acknowledgement, InstalmentAgreement
from dialer.documents.kinds import Kind
from dialer.documents.values import Acceleration, CostLine, Instalment, Party
from tests.documents.paper import CLAIMS, CREDITOR, DEBTOR, FRAME, euros, flowing

PLAN = (
    Instalment(1, date(2026, 12, 1), euros(50000)),
    Instalment(2, date(2027, 1, 1), euros(50000)),
    Instalment(3, date(2027, 2, 1), euros(29999)),
)
AGREEMENT = InstalmentAgreement(FRAME, (CREDITOR, DEBTOR), CLAIMS, PLAN, "A-17", return_by=date(2026, 12, 4))
ACKNOWLEDGEMENT = Acknowledgement(FRAME, (CREDITOR, DEBTOR), CLAIMS)


def test_the_plan_names_rates_days_sum_and_the_last_rate(renderer):
    text = flowing(renderer.render(Kind.INSTALMENT_AGREEMENT, AGREEMENT, "de"))
    assert "1 01.12.2026 500,00 € 2 01.01.2027 500,00 € 3 01.02.2027 299,99 € Summe 1.299,99 €" in text
    assert "in 3 Raten gezahlt. Die letzte Rate von 299,99 € ist am 01.02.2027 zahlbar." in text


def test_without_terms_the_plan_is_free_of_interest_and_costs(renderer):
    text = flowing(renderer.render(Kind.INSTALMENT_AGREEMENT, AGREEMENT, "de"))
    assert "fallen auf den Gesamtbetrag keine weiteren Zinsen an." in text
    assert "Durch diese Vereinbarung entstehen keine Kosten." in text
    assert "§ 13a" not in text


def test_a_collectors_costs_point_to_the_notice_before(renderer):
    costs = (CostLine("Einigungsgebühr", "Ratenzahlung", euros(3150)),)
    plan = (*PLAN[:2], replace(PLAN[2], amount=euros(33149)))
    collector = replace(AGREEMENT, costs=costs, costs_notice_on=date(2026, 11, 20), plan=plan)
    text = flowing(renderer.render(Kind.INSTALMENT_AGREEMENT, collector, "de"))
    assert "Einigungsgebühr Ratenzahlung 31,50 €" in text
    assert "mit Schreiben vom 20.11.2026 gesondert hingewiesen (§ 13a Abs. 3 RDG)." in text
    assert "Der Gesamtbetrag beträgt 1.331,49 €." in text


def test_acceleration_gives_a_reminder_first(renderer):
    strict = replace(AGREEMENT, acceleration=Acceleration(10, 14), interest_terms="5 % im Jahr.")
    text = flowing(renderer.render(Kind.INSTALMENT_AGREEMENT, strict, "en"))
    assert "not arrived in full 10 days after the day agreed, the creditor sends a reminder in text form." in text
    assert "within 14 days of that reminder either, the whole amount still open becomes due." in text
    assert "While the instalments run, this applies: 5 % im Jahr." in text


def test_every_party_has_lines_to_sign(renderer):
    three = replace(AGREEMENT, parties=(CREDITOR, DEBTOR, Party("guarantor", "Ida Weber")))
    text = flowing(renderer.render(Kind.INSTALMENT_AGREEMENT, three, "de"))
    assert text.count("Ort, Datum") == 3
    assert text.count("Unterschrift ") == 3
    assert "Schuldner Groß & Weber GmbH vertreten durch Ida Weber" in text
    assert "Bürge Ida Weber" in text


def test_it_says_where_to_send_it_back_and_by_when(renderer):
    text = flowing(renderer.render(Kind.INSTALMENT_AGREEMENT, AGREEMENT, "de"))
    assert "ein von Hand unterschriebenes Exemplar bis zum 04.12.2026 zurück an: Schreinerei Beck GmbH" in text
    assert "Mühlweg 3 · 86150 Augsburg · Telefax 0821 55502 · E-Mail buero@example.com" in text


def test_rates_that_miss_the_sum_are_refused():
    with pytest.raises(BadInput, match="the rates come to 100000, the claims to 129999 EUR"):
        replace(AGREEMENT, plan=PLAN[:2])


@pytest.mark.parametrize("paper", [AGREEMENT, ACKNOWLEDGEMENT])
def test_a_paper_needs_both_sides(paper):
    with pytest.raises(BadInput, match="a creditor and a debtor"):
        replace(paper, parties=(DEBTOR,))


def test_the_acknowledgement_declares_and_names_the_form(renderer):
    text = flowing(renderer.render(Kind.ACKNOWLEDGEMENT, ACKNOWLEDGEMENT, "de"))
    assert "Der Schuldner Groß & Weber GmbH erkennt an, dem Gläubiger Schreinerei Beck GmbH" in text
    assert "aus den folgenden Forderungen insgesamt 1.299,99 € zu schulden." in text
    assert "die elektronische Form ist ausgeschlossen (§§ 780, 781 BGB)." in text
    assert "§ 13a" not in text


def test_the_notice_stands_before_the_declaration(renderer):
    text = flowing(renderer.render(Kind.ACKNOWLEDGEMENT, replace(ACKNOWLEDGEMENT, notice=True), "de"))
    notice = text.index("verlieren Sie in der Regel die Möglichkeit")
    assert "dass die Forderung nicht besteht, dass sie schon erfüllt ist oder dass sie verjährt ist." in text
    assert "Hinweis nach § 13a Abs. 4 RDG" in text
    assert notice < text.index("erkennt an")


def test_nothing_is_not_acknowledged():
    with pytest.raises(BadInput, match="nothing is open"):
        replace(ACKNOWLEDGEMENT, claims=(replace(CLAIMS[0], open=euros(0)),))
