"""What would be said or written: one sentence each that breaks a rule, and its neighbour that does not."""

from __future__ import annotations

from typing import Any

from tests.vectors.bases import de, de_company, gb, us
from tests.vectors.kit import Facts, Vector, allowed, denied, denied_among_others

NOON = "2026-11-24T12:00:00+01:00"
NOON_IN_CHICAGO = "2026-11-24T12:00:00-06:00"
MACHINE: Facts = {"channel": "voicemail", "mode": "unattended"}
WORDS = "VM-WORDS, section 7 (forbidden tokens)"
CRIME = "DE-S2, BGH 1 StR 162/13, LG Düsseldorf 12 O 227/16 [D23][D26]"
BUREAU = "DE-S3, § 31(2) BDSG, BGH I ZR 157/13 [D20][D27]"
TITLE = "DE-S4, § 5 UWG"
VISITS = "DE-S5, § 4 no. 1 UWG old [D19]"
REPORT = "Wir melden die Forderung der SCHUFA. Bestreiten Sie die Forderung, unterbleibt die Meldung."
BAILIFF = "Zahlen Sie nicht, kommt der Gerichtsvollzieher."


def says(text: str, **more: Any) -> Facts:
    """A message."""
    return {"message": {"text": text, **more}}


def letter(text: str, *, claim: Facts | None = None, **more: Any) -> Facts:
    """A letter to the consumer in Berlin."""
    return de(channel="letter", claims=[{"id": "F1", **(claim or {})}], **says(text, **more))


VECTORS = (
    Vector(
        "words-neutral-message",
        "a name, a neutral firm, a number, hours: nobody who listens learns why",
        f"{WORDS}, template de.consumer",
        de(
            **MACHINE,
            **says(
                "Guten Tag, mein Name ist Anna Weber von Nordlicht Service. Bitte rufen Sie mich unter"
                " 0 3 0 2 3 1 2 5 0 0 0 zurück, montags bis freitags von 9 bis 17 Uhr. Vielen Dank."
            ),
        ),
        NOON,
        allowed(),
    ),
    Vector(
        "words-reminder",
        "the word Mahnung inside another one",
        WORDS,
        de(**MACHINE, **says("Guten Tag, Anna Weber. Es geht um unser Mahnschreiben. Bitte rufen Sie zurück.")),
        NOON,
        denied("VM-WORDS"),
    ),
    Vector(
        "words-english",
        "an English word on a British machine",
        WORDS,
        gb(**MACHINE, **says("Hello, this is Anna Weber. Please call me back about your overdue balance.")),
        NOON,
        denied_among_others("VM-WORDS"),
    ),
    Vector(
        "words-company-invoice",
        "a company may hear the number of its invoice",
        "section 7, DE business level 1, template de.business.l1",
        de_company(
            **MACHINE,
            **says(
                "Guten Tag Frau Eichner, Anna Weber, Nordlicht GmbH. Es geht um unsere Rechnung 4711."
                " Ich bitte um Ihren Rückruf unter 030 23125000, Montag bis Freitag 9 bis 17 Uhr. Danke.",
                level=1,
            ),
        ),
        NOON,
        allowed(),
    ),
    Vector(
        "words-company-reproach",
        "but no reproach in front of the reception",
        "BZ-5, § 824 BGB",
        de_company(
            **MACHINE,
            contact={"role": "reception"},
            **says("Guten Tag, Anna Weber. Ihre Firma ist wohl insolvent und schuldet uns 500 Euro.", level=1),
        ),
        NOON,
        denied_among_others("BZ-5"),
    ),
    Vector(
        "s1-court-with-the-way-out",
        "court action may be announced soberly if the way to contest is shown",
        "DE-S1, BGH I ZR 25/17 [D22]",
        letter(
            "Geht bis zum 1. Dezember keine Zahlung ein, beantragen wir einen Mahnbescheid;"
            " dagegen können Sie Widerspruch einlegen."
        ),
        NOON,
        allowed(),
    ),
    Vector(
        "s2-criminal-complaint",
        "a threat with the police",
        CRIME,
        letter("Zahlen Sie nicht, erstatten wir Strafanzeige."),
        NOON,
        denied("DE-S2", not_before=None),
    ),
    Vector(
        "s3-four-weeks",
        "undisputed, two reminders, informed, the first reminder 28 days ago",
        BUREAU,
        letter(REPORT, reminders=2, first_reminder_on="2026-10-27", informed=True),
        NOON,
        allowed(),
    ),
    Vector(
        "s3-a-day-too-early",
        "27 days ago",
        BUREAU,
        letter(REPORT, reminders=2, first_reminder_on="2026-10-28", informed=True),
        NOON,
        denied("DE-S3"),
    ),
    Vector(
        "s3-one-reminder",
        "a single reminder",
        BUREAU,
        letter(REPORT, reminders=1, first_reminder_on="2026-10-01", informed=True),
        NOON,
        denied("DE-S3"),
    ),
    Vector(
        "s3-disputed",
        "a disputed claim",
        BUREAU,
        letter(REPORT, claim={"disputed": True}, reminders=2, first_reminder_on="2026-10-01", informed=True),
        NOON,
        denied("DE-S3"),
    ),
    Vector("s4-no-title", "a bailiff needs a title", TITLE, letter(BAILIFF), NOON, denied("DE-S4", not_before=None)),
    Vector("s4-title", "with a title", TITLE, letter(BAILIFF, claim={"title": True}), NOON, allowed()),
    Vector(
        "s5-visit",
        "a collection team at the door in the evening",
        VISITS,
        letter("Unser Inkassoteam besucht Sie am Abend zu Hause."),
        NOON,
        denied("DE-S5", not_before=None),
    ),
    Vector(
        "s5-employer",
        "telling the employer",
        VISITS,
        letter("Zahlen Sie nicht, informieren wir Ihren Arbeitgeber."),
        NOON,
        denied("DE-S5", not_before=None),
    ),
    Vector(
        "u3-offer",
        "an offer makes it advertising",
        "DE-U3, § 7(2) UWG",
        de(**says("Übrigens haben wir gerade ein neues Angebot für Sie.")),
        NOON,
        denied("DE-U3", not_before=None),
    ),
    Vector(
        "v1-limited-content",
        "business name, request to reply, names, number: nothing else",
        "US-V1, 12 CFR 1006.2(j) [U2][U2b]",
        us(
            **MACHINE,
            **says("This is Ann Miller from Lakeside Services. Please contact me or Tom Reed at 312 555 0100."),
        ),
        NOON_IN_CHICAGO,
        allowed(),
    ),
    Vector(
        "v1-more-than-that",
        "why he calls is already too much",
        "US-V1, 12 CFR 1006.2(j) [U2][U2b]",
        us(
            **MACHINE,
            **says(
                "This is Ann Miller from Lakeside Services. It is about your overdue account."
                " Please contact me or Tom Reed at 312 555 0100."
            ),
        ),
        NOON_IN_CHICAGO,
        denied_among_others("US-V1"),
    ),
    Vector(
        "gb3-name-of-the-firm",
        "a name that gives it away",
        "GB-3, CONC 7.9.8G [K1][K2]",
        gb(**MACHINE, **says("Hello, this is Anna from Smith Debt Collection. Please call me back on 020 7946 0000.")),
        NOON,
        denied_among_others("GB-3"),
    ),
)
