"""The rules about words of the shipped packs, example by example."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date

import pytest

from dialer.core.case import DebtorType
from dialer.core.facts import ClaimFacts, Wording
from dialer.core.lint import Use, lint, wrong_fields, wrong_words
from dialer.core.outcome import Channel
from dialer.core.policy import Effect, Excuse, Law, Words
from dialer.core.wording import breaches
from dialer.rules.packs import load_law

LAW = load_law()
COUNTRIES = ("DE", "AT", "CH", "US", "GB")
NATURAL = (DebtorType.CONSUMER, DebtorType.SOLE_TRADER)
CONSUMER, BUSINESS = DebtorType.CONSUMER, DebtorType.BUSINESS
VOICEMAIL, CALL, FAX, LETTER = Channel.VOICEMAIL, Channel.CALL, Channel.FAX, Channel.LETTER


def use(country="DE", debtor=CONSUMER, channel=VOICEMAIL, **more):
    return Use(country=country, debtor=debtor, channel=channel, **more)


def rules(text, where=None, *granted):
    return {b.rule for b in lint(text, where or use(), LAW, granted=frozenset(granted))}


def words(rule, text, where=None, *granted):
    found = wrong_words(text, where or use(), LAW, granted=frozenset(granted))
    return [b.word for b in found if b.rule == rule]


# --- VM-WORDS: the forbidden tokens of the voicemail rules, bent and put together ------------------------------------

GERMAN = [
    "Schulden", "schuldet", "Restschuld", "Schuldner", "verschuldet", "Entschuldung", "geschuldet", "Forderung",
    "Forderungen", "Hauptforderung", "Forderungsmanagement", "Nachforderung", "fordern", "einfordern", "aufgefordert",
    "Zahlungsaufforderung", "Inkasso", "INKASSO", "Inkassobüro", "Incasso", "Mahnung", "Mahnungen", "Mahnbescheid",
    "gemahnt", "angemahnt", "abmahnen", "Mahnwesen", "Rechnung", "Rechnungen", "Abrechnung", "Rückstand", "Rückstände",
    "rückständig", "Beitragsrückstand", "zahlen", "zahlten", "Zahlung", "Zahlungserinnerung", "bezahlt", "bezahlen",
    "überzahlt", "Ratenzahlung", "Anzahlung", "Betrag", "Beträge", "Betrages", "Restbetrag", "Gesamtbeträge", "Summe",
    "Gesamtsumme", "Saldo", "€", "EUR", "Euro", "Gericht", "Gerichte", "gerichtlich", "gerichtliches", "Amtsgericht",
    "außergerichtlich", "Gerichtsvollzieher", "Anwalt", "Anwälte", "Rechtsanwalt", "Rechtsanwältin", "Rechtsanwälte",
    "Kanzlei", "Pfändung", "pfänden", "gepfändet", "Kontopfändung", "SCHUFA", "Schufa-Eintrag", "Frist", "Nachfrist",
    "Fristablauf", "dringend", "dringende", "letzte", "letzter", "letztmalig", "Vollstreckung", "Zwangsvollstreckung",
    "Insolvenz", "Privatinsolvenz", "fällig", "überfällig", "Fälligkeit", "ausstehend", "ausstehender", "Außenstände",
    "Verzug", "Zahlungsverzug", "Gläubiger", "Klage", "verklagen", "eingeklagt", "Leistungsklage", "Haftbefehl",
    "Zinsen", "Verzinsung", "Strafanzeige", "Polizei", "Betreibung", "Überweisung", "begleichen", "unbeglichen",
    "Kredit", "Ratenkredit", "Darlehen", "Tilgung", "Gebühren", "Kündigung", "Kontoausgleich", "Bonität", "spätestens",
    "Konsequenzen", "Lastschrift", "säumig", "Rechtsabteilung", "Exekution",
]  # fmt: skip
ENGLISH = [
    "debt", "debts", "debtor", "indebted", "collection", "collections", "collector", "collect", "overdue", "due",
    "balance", "payment", "payments", "pay", "paying", "paid", "unpaid", "repay", "owe", "owed", "owes", "owing",
    "legal", "lawyer", "lawyers", "court", "courts", "attorney", "solicitor", "invoice", "amount", "arrears",
    "outstanding", "creditor", "deadline", "urgent", "final", "lawsuit", "bailiff", "recovery", "settlement",
    "loan", "money",
]  # fmt: skip


@pytest.mark.parametrize("word", GERMAN + ENGLISH)
def test_hint_at_a_debt_is_caught_in_every_form(word):
    assert words("VM-WORDS", f"Es geht um {word}, bitte.") == [word.split("-", maxsplit=1)[0]]


@pytest.mark.parametrize(
    "text",
    [
        "Offene Posten",
        "eine offene Angelegenheit",
        "your bill",
        "you are in default",
        "last warning",
        "1.250,00",
        "5,-",
    ],
)
def test_hint_of_several_words_is_caught(text):
    assert words("VM-WORDS", f"Wegen: {text}.")


@pytest.mark.parametrize("country", COUNTRIES)
@pytest.mark.parametrize("debtor", NATURAL)
@pytest.mark.parametrize("channel", [VOICEMAIL, CALL, FAX])
def test_hint_is_caught_in_every_country_for_natural_persons(country, debtor, channel):
    """Vector 15 of the compliance notes."""
    text = "Guten Tag, wir rufen wegen Ihrer offenen Forderung an."
    assert "Forderung" in words("VM-WORDS", text, use(country, debtor, channel))


def test_a_letter_to_the_debtor_himself_may_name_the_debt():
    assert rules("Bitte zahlen Sie den Rückstand von 120,00 € aus Rechnung {invoice_no}.", use(channel=LETTER)) == set()


INNOCENT = [
    "",
    "Guten Tag, mein Name ist Erika Muster von Muster GmbH. Bitte rufen Sie mich unter 0 3 0 1 2 zurück.",
    "Sie erreichen uns montags bis freitags von 9 bis 17 Uhr. Vielen Dank.",
    "Guten Tag, hier ist Frau Richter, Düsseldorf. Es geht um Ihr Aktenzeichen.",
    "Wir sind europaweit für Sie da.",
    "Frau Schuldt",
    "Herr Mahnke",
    "Entschuldigung! Entschuldigen Sie bitte, unschuldig",
    "Wir haben Ihnen eine Nummer eingerichtet",
    "Ich habe Ihnen schon berichtet und eine Nachricht hinterlassen",
    "Ihre Nachricht war an uns gerichtet",
    "vor dem Unterricht verrichten",
    "Ihr Zahnarzt, Praxis Dr. Zahn",
    "eine Anzahl, eine Vielzahl, zahlreiche Anrufe",
    "die Postleitzahl und die Kennzahl",
    "in Betracht",
    "Parklage, Werklager, Banklage",
    "Neurologie Dr. Berg, Osteuropa",
    "zufällig, auffällig, gefällig",
    "die Außenstelle Süd",
    "kurzfristig, langfristig, mittelfristig",
    "Anforderung, erforderlich, Herausforderung, Beförderung",
    "Rückruf, Rückseite, Rückstellung",
    "unverzüglich, Vertrag, Auftrag, Beitrag",
    "Provinz, Prinz, Schatzinsel, Weizen",
    "folgerichtig, zielgerichtet",
    "Heilig-Geist-Spital, beteiligt",
    "verletzt, Verletzung",
    "Fristo Getränkemarkt, Christian Müller",
    "Klagenfurt",
    "Verwaltung, Sachwalter",
    "Übersetzung, Zusammenfassung, Konsument",
    "Owen, Düren, Duell, Europe",
    "sich erkundigen, ankündigen, zwangsläufig, gebührenfrei, akkreditiert",
    "This is a courtesy call. Courtney Payne, finally.",
    "Hello, this is Owen from Neutral Services. Please call me back on 0 3 0 between 9 and 5. Thank you.",
    "This is Erika Muster from Muster GmbH. Please contact me or Anna at 0 3 0 1 2.",
    "The Summer House Collective",
    "Bill Smith and Sue Miller",
]


@pytest.mark.parametrize("text", INNOCENT)
@pytest.mark.parametrize("country", COUNTRIES)
def test_innocent_words_pass(text, country):
    assert words("VM-WORDS", text, use(country)) == []


@pytest.mark.parametrize(
    "text", ["Tagesgericht", "Herr Mahn", "Franke Kredit", "due to technical reasons", "Erinnern: Zahlen"]
)
def test_doubtful_words_are_refused(text):
    """Known and wanted: a message too few is better than one too many."""
    assert words("VM-WORDS", text)


@pytest.mark.parametrize("field", ["firm", "invoice_no", "amount", "date", "due_date", ""])
def test_placeholder_that_is_not_known_to_be_neutral_is_refused(field):
    template = f"Hier ist {{agent}}. {{{field}}}"
    (breach,) = wrong_fields(template, use(), LAW)
    assert (breach.rule, breach.word, breach.line) == ("VM-WORDS", f"{{{field}}}", 1)


# --- the drafts of the voicemail rules -------------------------------------------------------------------------------

DE_CONSUMER = (
    "Guten Tag, mein Name ist {agent} von {firm_neutral}. Bitte rufen Sie mich unter {number} zurück, {hours}. "
    "Vielen Dank."
)
DE_L1 = (
    "Guten Tag {contact}, {agent}, {firm}. Es geht um unsere Rechnung {invoice_no}. Ich bitte um Ihren Rückruf unter "
    "{number}, {hours}. Danke."
)
DE_L2 = (
    "Guten Tag {contact}, {agent}, {firm}, zu Vorgang {ref}. Wir haben Sie mehrfach nicht erreicht. Bitte melden Sie "
    "sich bis {date} unter {number}; Einwände nehmen wir gern auf. Hören wir nichts, geben wir den Vorgang in das "
    "gerichtliche Verfahren, in dem Sie sich ebenfalls äußern können."
)
US_CONSUMER = "This is {agent} from {firm_neutral}. Please contact me or {agent2} at {number}."
GB_CONSUMER = "Hello, this is {agent} from {firm_neutral}. Please call me back on {number} between {hours}. Thank you."
DRAFTS = [
    *((DE_CONSUMER, use(country, debtor)) for country in ("DE", "AT", "CH", "GB") for debtor in NATURAL),
    *((DE_L1, use(country, BUSINESS, level=level)) for country in COUNTRIES for level in (0, 1)),
    *((DE_L2, use(country, BUSINESS, level=level)) for country in COUNTRIES for level in (2, 3, 4)),
    *((US_CONSUMER, use("US", debtor)) for debtor in NATURAL),
    *((GB_CONSUMER, use("GB", debtor)) for debtor in NATURAL),
]


@pytest.mark.parametrize(("draft", "where"), DRAFTS)
def test_draft_passes_where_it_is_meant(draft, where):
    assert lint(draft, where, LAW) == ()


@pytest.mark.parametrize(
    ("draft", "where", "rule"),
    [
        (DE_L1, use(), "VM-WORDS"),
        (DE_L2, use(), "VM-WORDS"),
        (DE_L2, use(debtor=BUSINESS, level=1), "VM-B1"),
        (DE_L2, use(debtor=BUSINESS), "VM-B1"),
        (GB_CONSUMER.replace("{number}", "0"), use("US"), "US-V1"),
    ],
)
def test_draft_does_not_pass_where_it_is_not_meant(draft, where, rule):
    assert rule in rules(draft, where)


def test_names_that_are_filled_in_are_judged_with_it():
    fields = {"agent": "Anna", "firm_neutral": "Muster Inkasso", "number": "030 1", "hours": "werktags"}
    assert [b.word for b in lint(DE_CONSUMER, use(), LAW, fields=fields)] == ["Inkasso"]
    assert lint(DE_CONSUMER, use(), LAW, fields=fields | {"firm_neutral": "Muster"}) == ()


# --- rules one by one: what breaks them, where ------------------------------------------------------------------------

L1, L2 = use(debtor=BUSINESS, level=1), use(debtor=BUSINESS, level=2)
BREACHES = [
    ("BZ-5", "Sie haben unsere Rechnung trotz mehrerer Anrufe ignoriert", L1),
    ("BZ-5", "Ihr Rückstand beträgt 500", L2),
    ("BZ-5", "Es geht um 1.250,00 aus Rechnung 5", L1),
    ("BZ-5", "Sind Sie zahlungsunfähig?", L1),
    ("BZ-5", "Ihre Bonität", L2),
    ("BZ-5", "our invoice is overdue", L1),
    ("BZ-5", "you failed to answer", use("US", BUSINESS, FAX)),
    ("BZ-5", "unsere offene Rechnung", use("AT", BUSINESS, CALL, level=0)),
    ("VM-B1", "Bitte bis spätestens Freitag", L1),
    ("VM-B1", "Wir setzen Ihnen eine Frist", L1),
    ("VM-B1", "Sonst geben wir es an unseren Anwalt", L1),
    ("VM-B1", "Sonst folgt das gerichtliche Mahnverfahren", L1),
    ("VM-B1", "Es ist dringend", use("CH", BUSINESS, CALL, level=0)),
    ("VM-B1", "please reply by the end of the week", use("GB", BUSINESS, level=1)),
    ("BZ-5", "Sie weigern sich hartnäckig", L2),
    ("VM-B2", "Dies ist die letzte Gelegenheit", L2),
    ("VM-B2", "Wir informieren die SCHUFA", L2),
    ("VM-B2", "Wir schalten die Polizei ein", L2),
    ("VM-B2", "Es droht ein Haftbefehl", L2),
    ("VM-B2", "Das ist Ihre eigene Schuld, ein unverschämtes Verhalten", L2),
    ("VM-B2", "Wir gehen vor Gericht", L2),
    ("VM-B2", "We shall take legal action", use("GB", BUSINESS, level=4)),
    ("DE-S1", "Wir werden Klage erheben", use(channel=LETTER)),
    ("DE-S1", "Wir leiten das gerichtliche Mahnverfahren ein", use(debtor=BUSINESS, channel=LETTER)),
    ("DE-S1", "Wir beantragen einen Mahnbescheid", use(channel=FAX)),
    ("DE-S1", "We shall take you to court", use(channel=LETTER)),
    ("DE-S2", "Wir erstatten Strafanzeige", use(channel=LETTER)),
    ("DE-S2", "Das ist Betrug", use(debtor=BUSINESS, channel=LETTER)),
    ("DE-S2", "Wir werden Anzeige erstatten", use(channel=FAX)),
    ("DE-S2", "Die Staatsanwaltschaft ermittelt", use()),
    ("DE-S2", "We will call the police", use(channel=CALL)),
    ("DE-S3", "Wir melden Sie der SCHUFA", use(channel=LETTER)),
    ("DE-S3", "ein Schufaeintrag", use(channel=LETTER)),
    ("DE-S3", "Ihre Bonität leidet", use(channel=LETTER)),
    ("DE-S3", "a credit report", use(channel=LETTER)),
    ("DE-S4", "Wir werden Ihr Konto pfänden", use(channel=LETTER)),
    ("DE-S4", "eine Lohnpfändung", use(debtor=BUSINESS, channel=LETTER)),
    ("DE-S4", "Der Gerichtsvollzieher kommt", use(channel=LETTER)),
    ("DE-S4", "Abgabe der Vermögensauskunft", use(channel=LETTER)),
    ("DE-S4", "Es ergeht Haftbefehl", use(channel=LETTER)),
    ("DE-S5", "Unser Inkasso-Team besucht Sie abends", use(channel=LETTER)),
    ("DE-S5", "Wir informieren Ihren Arbeitgeber", use(channel=LETTER)),
    ("DE-S5", "Ihre Nachbarn werden sich wundern", use(channel=LETTER)),
    ("DE-S5", "Wir sprechen mit Ihrer Familie", use(channel=LETTER)),
    ("DE-S5", "We will visit you at your door", use(channel=LETTER)),
    ("DE-U3", "Wir haben ein neues Angebot für Sie", use()),
    ("DE-U3", "Nehmen Sie an unserer Umfrage teil", use(debtor=BUSINESS, channel=CALL)),
    ("DE-U3", "Sichern Sie sich einen Gutschein", use(channel=FAX)),
    ("DE-U3", "a special offer for you", use(debtor=BUSINESS)),
    ("DE-P2", "Es geht um Ihren Vertrag", use()),
    ("DE-P2", "regarding your account", use(channel=CALL)),
    ("AT-1", "Wir haben ein Sonderangebot", use("AT", BUSINESS)),
    ("AT-1", "Jetzt mit Rabatt", use("AT")),
    ("AT-10", "Es geht um Ihre Bestellung", use("AT")),
    ("CH-2", "zuzüglich Inkassogebühren", use("CH", channel=LETTER)),
    ("CH-2", "eine Bearbeitungsgebühr", use("CH", BUSINESS, LETTER)),
    ("CH-2", "plus our collection fee", use("CH", channel=LETTER)),
    ("CH-3", "Verzugsschaden nach Art. 106 OR", use("CH", channel=LETTER)),
    ("CH-3", "gemäss Art. 106 OR", use("CH", BUSINESS, LETTER)),
    ("CH-6", "Ihre Kreditwürdigkeit leidet", use("CH", channel=LETTER)),
    ("CH-6", "ein Eintrag im Betreibungsregister", use("CH", BUSINESS, LETTER)),
    ("CH-6", "Ihr guter Ruf. Ihr Ruf steht auf dem Spiel", use("CH", channel=LETTER)),
    ("US-V1", "It is about an important matter", use("US")),
    ("US-V1", "regarding your file", use("US")),
    ("US-S4", "We will sue you", use("US", channel=LETTER)),
    ("US-S4", "legal action will follow", use("US", channel=LETTER)),
    ("US-S4", "see you in court", use("US", channel=FAX)),
    ("GB-3", "This is Muster Debt Collection", use("GB")),
    ("GB-3", "Muster Recoveries", use("GB", channel=CALL)),
    ("GB-5", "We have a parcel for you", use("GB")),
    ("GB-5", "You have won a prize", use("GB", BUSINESS)),
    ("GB-5", "Call me on 0871 123 4567", use("GB")),
    ("GB-5", "Call me on 09 01 23 45 67 89", use("GB", BUSINESS, CALL)),
    ("GB-6", "You must pay in full today", use("GB", channel=LETTER)),
    ("GB-6", "Borrow from friends or family", use("GB", channel=LETTER)),
    ("GB-6", "pay immediately", use("GB", channel=LETTER)),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "text", "where"), BREACHES)
def test_text_breaks_its_rule(rule, text, where):
    assert rule in rules(text, where)


PASSES = [
    ("Ihre Kundennummer lautet {ref}, es geht um die Klärung der Rechnung {invoice_no}", L1),
    ("Es geht um eine Forderung der Muster Inkasso GmbH", L1),
    ("Hier ist die Anwaltskanzlei Muster, {agent}", L1),
    ("Bitte melden Sie sich bis zum 3. Dezember", L2),
    ("Wir bitten um Klärung. Andernfalls Klage; Einwendungen können Sie dort vorbringen.", L2),
    ("Wir werden Klage erheben; Sie können der Forderung dort widersprechen.", use(channel=LETTER)),
    ("Es folgt der Mahnbescheid, dem Sie widersprechen können, später die Zwangsvollstreckung.", use(channel=LETTER)),
    ("Lassen Sie uns das außergerichtlich klären.", use(channel=LETTER)),
    ("Unser Ratenangebot: zahlen Sie 50,00 € im Monat.", use(channel=LETTER)),
    ("Bitte zahlen Sie 120,00 € bis 3. Dezember.", use(channel=LETTER)),
    ("Ihre Haftpflichtversicherung", use(debtor=BUSINESS, channel=LETTER)),
    ("Wir leiten die Betreibung ein.", use("CH", channel=LETTER)),
    ("Ihr Rufname", use("CH", channel=LETTER)),
    ("You can pay in instalments that suit you.", use("GB", channel=LETTER)),
    ("This is Anna Berger from Northwind. Please call 020 7946 0018.", use("GB")),
    ("This is Anna Berger from Northwind Contractors.", use("US", BUSINESS)),
]


@pytest.mark.parametrize(("text", "where"), PASSES)
def test_lawful_text_passes(text, where):
    assert rules(text, where) == set()


# --- facts that make words lawful ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "where", "rule", "excuse"),
    [
        ("Wir werden Ihr Konto pfänden.", use(channel=LETTER), "DE-S4", Excuse.TITLE),
        (
            "Wir melden der SCHUFA; bestreiten Sie, unterbleibt es.",
            use(channel=LETTER),
            "DE-S3",
            Excuse.CREDIT_BUREAU,
        ),
        ("We will sue you.", use("US", channel=LETTER), "US-S4", Excuse.IN_TIME),
    ],
)
def test_words_are_lawful_with_their_fact_alone(text, where, rule, excuse):
    assert rules(text, where, excuse) == set()
    assert rules(text, where, *(set(Excuse) - {excuse})) == {rule}
    assert rules(text, where) == {rule}


def test_a_title_does_not_excuse_a_message_on_the_machine():
    assert rules("Der Gerichtsvollzieher kommt.", use(), Excuse.TITLE) == {"VM-WORDS"}


def in_gate(rule, text, country="DE", **facts):
    """What the gate hears of one rule on 24 November 2026."""
    wording = Wording(text=text, **facts)
    claims = (ClaimFacts(id="F1"),)
    asked = [r.condition for p in LAW.of(country) for r in p.rules if r.id == rule and isinstance(r.condition, Words)]
    return [word for condition in asked for word in breaches(condition, wording, claims, today=date(2026, 11, 24))]


def test_schufa_after_two_reminders_in_twenty_days_is_too_early():
    """Vector 16 of the compliance notes; four weeks after the first it may be said, if it says what it must."""
    text = "Wir melden die Forderung der SCHUFA, wenn Sie sie nicht bestreiten."
    early = {"reminders": 2, "first_reminder_on": date(2026, 11, 4), "informed": True}
    assert in_gate("DE-S3", text, **early) == ["SCHUFA"]
    assert in_gate("DE-S3", text, **early | {"first_reminder_on": date(2026, 10, 27)}) == []
    assert in_gate("DE-S3", "Wir melden der SCHUFA.", **early | {"first_reminder_on": date(2026, 10, 27)}) == ["SCHUFA"]


# --- the limited-content message -------------------------------------------------------------------------------------


@pytest.mark.parametrize("missing", ["agent", "firm_neutral", "number"])
def test_limited_content_message_has_name_firm_and_number(missing):
    template = US_CONSUMER.replace(f"{{{missing}}}", "we")
    assert [(b.rule, b.word, b.line) for b in lint(template, use("US"), LAW)] == [("US-V1", f"{{{missing}}}", 0)]


@pytest.mark.parametrize("field", ["contact", "ref"])
def test_limited_content_message_has_nothing_else(field):
    assert rules(f"{US_CONSUMER} {{{field}}}", use("US")) == {"US-V1"}


# --- where a text is used --------------------------------------------------------------------------------------------


def test_unknown_level_and_language_are_bound_by_the_rules_of_all():
    assert "VM-B1" in rules("Frist", use(debtor=BUSINESS))
    assert "VM-B2" in rules("Haft", use(debtor=BUSINESS))
    assert rules("Frist", use(debtor=BUSINESS, level=2)) == set()
    assert "VM-WORDS" in rules("Frist", use(language="en"))


def test_rule_that_only_warns_refuses_no_text():
    rule = next(r for p in LAW.packs for r in p.rules if r.id == "VM-WORDS")
    mild = Law(packs=(replace(LAW.packs[0], rules=(replace(rule, effect=Effect.WARN),)),))
    assert lint("Ihre Schuld", use(), mild) == ()


def test_breach_says_rule_word_line_sentence_and_why():
    (breach,) = lint("Guten Tag.\nEs geht um eine Forderung. Danke.", use(), LAW)
    assert (breach.rule, breach.word, breach.line) == ("VM-WORDS", "Forderung", 2)
    assert breach.sentence == "Es geht um eine Forderung."
    assert breach.text.says("de", breach.word).endswith("erfahren: Forderung.")


def test_every_rule_about_words_names_its_reason_and_speaks_both_languages():
    rules = [r for p in LAW.packs for r in p.rules if isinstance(r.condition, Words)]
    assert len(rules) > 15
    for rule in rules:
        assert rule.basis
        assert rule.effect.value == "CONTENT"
        assert "{detail}" in rule.text.de
        assert "{detail}" in rule.text.en


def test_each_word_of_a_rule_is_found_by_it():
    """A word that cannot be found would look like a rule and be none: a phrase with a comma, a spared stem."""
    for pack in LAW.packs:
        for rule in pack.rules:
            condition = rule.condition
            if isinstance(condition, Words):
                texts = (*condition.beginnings, *condition.inside, *condition.whole, *condition.phrases)
                for text in texts:
                    wording = Wording(text=text)
                    assert breaches(condition, wording, (), today=date(2026, 11, 24)), (rule.id, text)


def test_a_message_is_judged_within_a_millisecond():
    text = (DE_CONSUMER * 4)[:375]
    lint(text, use(), LAW)
    start = time.perf_counter()
    for number in range(100):
        lint(f"{text}{number}", use(), LAW)
    assert (time.perf_counter() - start) / 100 < 0.005, "five times the aim, for slow machines"
