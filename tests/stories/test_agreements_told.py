"""What people agree on the telephone, from the word to the last rate, with the papers that confirm it."""

from __future__ import annotations

from datetime import date

from office_kit import BERLIN

from dialer.actions.document_data import Order
from dialer.actions.queue_delivery import queue_delivery
from dialer.actions.returned_document import return_document
from dialer.actions.write_document import write_document
from dialer.core.agreement import Every, Instalment
from dialer.core.casework import DocumentKind, Transport
from dialer.core.disposition import Report
from dialer.core.outcome import Disposition
from dialer.documents.reading import text_of
from dialer.storage import agreements

from .story_kit import BOSS, ERIKA, ERIKA_ROW, FIRM, Story

PROMISE = Report(disposition=Disposition.PROMISE_TO_PAY, amount_minor=30_000, on=date(2026, 10, 22))
RATES = Report(
    disposition=Disposition.INSTALMENTS_AGREED, amount_minor=10_000, on=date(2026, 11, 16), every=Every.MONTH
)
CHEF_RATES = Report(
    disposition=Disposition.INSTALMENTS_AGREED,
    rates=(
        Instalment(n=1, due_on=date(2026, 10, 26), amount_minor=200_000),
        Instalment(n=2, due_on=date(2026, 11, 9), amount_minor=220_000),
    ),
    acceleration=True,
)


def flowing(pdf: bytes) -> str:
    return " ".join(text_of(pdf).replace("\u00a0", " ").split())


def posts(story: Story, kind: str) -> int:
    """A person confirms what was agreed, by letter; the document's id."""
    order = Order(kind=DocumentKind(kind))
    document = write_document(story.office.app, 1, order, actor="anna").document_id
    queue_delivery(story.office.app, document, Transport.PRINT, actor="anna")
    story.outbox()
    return document


def states(story: Story) -> list[str]:
    with story.office.app.db.read() as tx:
        return [f"{a.terms.kind} {a.state}" for a in agreements.of_case(tx, 1)]


def test_person_breaks_a_promise_and_keeps_a_plan(story: Story) -> None:
    story.words[ERIKA] += [PROMISE, RATES]
    story.brings(ERIKA_ROW)
    story.until(lambda: story.kinds("agreement.made"))
    assert story.open_tasks() == ["confirm_agreement"]
    posts(story, "phone_agreement")
    (letter,) = story.papers("phone_agreement")
    told = flowing(story.printed()[0].read_bytes())
    for words in ("Erika Beispiel", "Ahornweg 7", "300,00 €", "22.10.2026"):
        assert words in told
    assert letter.state == "sent"
    assert story.open_tasks() == []

    # the promised day and three working days pass; on the next working day the case is back
    story.until(lambda: story.kinds("agreement.broken"))
    broken = story.log("agreement.broken")[0].at.astimezone(BERLIN)
    assert broken.strftime("%a %d.%m. %H:%M") == "Wed 28.10. 00:00"
    assert story.rungs() == []  # one refusal of three: a natural person is called again
    story.until(lambda: len(story.kinds("agreement.made")) == 2)
    again = story.office.attempts(1)[-1].intent_at.astimezone(BERLIN)
    assert again.strftime("%a %d.%m.") == "Wed 28.10."

    posts(story, "instalment_agreement")
    plan = flowing(story.printed()[1].read_bytes())
    for words in ("Ratenzahlung", "16.11.2026", "16.12.2026", "16.01.2027", "100,00 €"):
        assert words in plan
    calls = len(story.office.calls_to(ERIKA))
    for month, day, booking in ((11, 16, "B-1"), (12, 16, "B-2")):
        story.to(month, day, 8)
        story.pays(f"F2;{day}.{month}.2026;100,00;EUR;R-2;Erika Beispiel;{booking}")
    assert states(story) == ["promise broken", "instalments open"]
    story.to(12, 31, 8)
    story.pays("F2;31.12.2026;100,00;EUR;R-2;Erika Beispiel;B-3")
    assert states(story) == ["promise broken", "instalments kept"]
    assert story.kinds("hold.lifted")[-1:] == ["hold.lifted"]
    assert len(story.office.calls_to(ERIKA)) == calls
    assert story.office.row(1).next_reason == "paid"


def test_managing_director_signs_and_fails_at_the_second_rate(story: Story) -> None:
    story.brings(f"{FIRM};Herr Chef;Geschäftsführer;030 23125404;Durchwahl;030 23125409")
    story.words[BOSS].append(CHEF_RATES)
    story.until(lambda: story.kinds("agreement.made"))
    document = posts(story, "instalment_agreement")
    text = flowing(story.printed()[0].read_bytes())
    for words in (
        "Mühlen Weber GmbH",
        "2.000,00 €",
        "2.200,00 €",
        "26.10.2026",
        "09.11.2026",
        "wird der gesamte noch offene Betrag fällig",
    ):
        assert words in text
    scan = b"%PDF-1.4 signed by both"
    return_document(story.office.app, document, scan, actor="anna")
    assert story.papers("instalment_agreement")[0].state == "archived"
    assert story.kinds("document.returned", "document.archived") == ["document.returned", "document.archived"]
    assert "chase_document" not in story.open_tasks()

    story.to(10, 26, 8)
    story.pays("F1;26.10.2026;2.000,00;EUR;R-1;Mühlen Weber GmbH;B-1")
    assert states(story) == ["instalments open"]
    story.until(lambda: story.kinds("agreement.broken"))
    broken = story.log("agreement.broken")[0]
    assert broken.at.astimezone(BERLIN).strftime("%a %d.%m. %H:%M") == "Fri 13.11. 00:00"
    assert broken.facts["rates"] == [["2026-10-26", 200_000, 200_000, "paid"], ["2026-11-09", 220_000, 0, "overdue"]]
    # a business is not asked twice: the ladder goes on the same day
    assert story.log("ladder.rung")[0].facts["why"] == "broken_promise"
    story.until(lambda: story.rungs() == ["fax done"], days=3)
    assert len(story.faxes()) == 1
