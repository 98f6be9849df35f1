"""What a person is told about a claims file, in German and English."""

from __future__ import annotations

_TEXTS: dict[str, tuple[str, str]] = {
    # somebody who was erased
    "erased": (
        "wurde gelöscht und wird nicht wieder aufgenommen; eine neue Forderung braucht eine neue Referenz",
        "was erased and is not taken in again; a new claim needs a new reference",
    ),
    # the file
    "header_unknown": (
        "Spalte {place}: die Überschrift '{heading}' ist unbekannt. Bekannt sind: {known}",
        "column {place}: the heading '{heading}' is unknown. Known are: {known}",
    ),
    "header_unknown_close": (
        "Spalte {place}: die Überschrift '{heading}' ist unbekannt. Gemeint ist vielleicht: {meant}",
        "column {place}: the heading '{heading}' is unknown. Perhaps meant: {meant}",
    ),
    "header_doubled": (
        "die Überschriften '{first}' und '{heading}' bedeuten beide {column}; eine davon entfernen",
        "the headings '{first}' and '{heading}' both mean {column}; remove one of them",
    ),
    "header_missing": (
        "es fehlen die Spalten: {missing}",
        "these columns are missing: {missing}",
    ),
    "header_none": (
        "{path}: keine Zeile mit Überschriften gefunden",
        "{path}: no line with headings found",
    ),
    "columns_too_many": (
        "{path}: mehr als {limit} Spalten",
        "{path}: more than {limit} columns",
    ),
    "rows_too_many": (
        "{path}: mehr als {limit} Zeilen; die Datei teilen",
        "{path}: more than {limit} rows; split the file",
    ),
    "file_missing": ("{path}: Datei nicht gefunden", "{path}: file not found"),
    "file_unreadable": ("{path}: nicht lesbar ({error})", "{path}: cannot be read ({error})"),
    "file_kind": (
        "{path}: weder .xlsx noch .csv; in Excel als 'Excel-Arbeitsmappe (.xlsx)' oder 'CSV UTF-8' speichern",
        "{path}: neither .xlsx nor .csv; save it in Excel as 'Excel Workbook (.xlsx)' or 'CSV UTF-8'",
    ),
    "file_not_xlsx": (
        "{path}: heißt .xlsx, ist aber keine Excel-Arbeitsmappe; in Excel öffnen und als .xlsx speichern",
        "{path}: is called .xlsx but is no Excel workbook; open it in Excel and save it as .xlsx",
    ),
    "file_encrypted": (
        "{path}: mit Kennwort geschützt oder altes .xls-Format; ohne Kennwort als .xlsx speichern",
        "{path}: protected by a password, or the old .xls format; save it as .xlsx without a password",
    ),
    "file_is_zip": (
        "{path}: heißt .csv, ist aber eine Excel-Arbeitsmappe; in .xlsx umbenennen",
        "{path}: is called .csv but is an Excel workbook; rename it to .xlsx",
    ),
    "file_bomb": (
        "{path}: nicht entpackt, weil die Datei {what} ankündigt; erlaubt sind {limit}",
        "{path}: not unpacked, because the file announces {what}; allowed are {limit}",
    ),
    "file_damaged": ("{path}: beschädigte Arbeitsmappe ({error})", "{path}: damaged workbook ({error})"),
    "file_nul": (
        "{path}: enthält NUL-Zeichen, ist also keine Textdatei; als 'CSV UTF-8' speichern",
        "{path}: holds NUL characters, so it is no text file; save it as 'CSV UTF-8'",
    ),
    "file_encoding": (
        "{path}: weder UTF-8 noch Windows-1252; als 'CSV UTF-8' speichern",
        "{path}: neither UTF-8 nor Windows-1252; save it as 'CSV UTF-8'",
    ),
    "note_cp1252": (
        "Datei ist kein UTF-8 und wurde als Windows-1252 gelesen: Umlaute prüfen",
        "the file is not UTF-8 and was read as Windows-1252: check the umlauts",
    ),
    "note_sheets": (
        "nur das erste Tabellenblatt '{sheet}' wurde gelesen; nicht gelesen: {others}",
        "only the first sheet '{sheet}' was read; not read: {others}",
    ),
    # the row
    "row_quotes": (
        "Anführungszeichen falsch gesetzt ({error}); der Rest bis zum nächsten passenden Zeichen ist nicht lesbar",
        "quotation marks are broken ({error}); what follows up to the next fitting one cannot be read",
    ),
    "row_surplus": (
        "Wert ohne Überschrift in Spalte {place}; vermutlich ist die Zeile verschoben",
        "a value without a heading in column {place}; the row is probably shifted",
    ),
    "missing": ("Angabe fehlt", "is missing"),
    "too_long": ("länger als {limit} Zeichen", "longer than {limit} characters"),
    "control": ("enthält unsichtbare Steuerzeichen", "holds invisible control characters"),
    "excel_error": ("Excel-Fehlerwert {value}; Formel berichtigen", "Excel error value {value}; mend the formula"),
    "not_text": (
        "Zelle enthält {kind} statt Text; Spalte als Text formatieren",
        "the cell holds {kind} instead of text; format the column as text",
    ),
    "kind_date": ("ein Datum", "a date"),
    "kind_truth": ("einen Wahrheitswert", "a truth value"),
    "kind_fraction": ("eine Zahl mit Nachkommastellen", "a number with decimals"),
    "number_rounded": (
        (
            "{value}: Excel hat die Rufnummer in eine Zahl umgewandelt und Ziffern verloren; Spalte als Text"
            " formatieren (Start > Zahlenformat > Text) und die Nummer neu eingeben"
        ),
        (
            "{value}: Excel turned the number into a figure and lost digits; format the column as text"
            " (Home > Number Format > Text) and type the number again"
        ),
    ),
    "date_bad": (
        "'{value}' ist kein Datum; TT.MM.JJJJ oder JJJJ-MM-TT schreiben",
        "'{value}' is no date; write DD.MM.YYYY or YYYY-MM-DD",
    ),
    "date_short_year": (
        "'{value}': das Jahr vierstellig schreiben",
        "'{value}': write the year with four digits",
    ),
    "date_range": ("Datum außerhalb von 1990 bis 2100: {value}", "date outside 1990 to 2100: {value}"),
    "date_order": (
        "fällig am {due}, vor der Rechnung vom {invoice}",
        "due on {due}, before the invoice of {invoice}",
    ),
    "money_bad": ("'{value}' ist kein Betrag", "'{value}' is no amount"),
    "money_ambiguous": (
        "'{value}' ist mehrdeutig (tausend oder Nachkommastellen?); mit Nachkommastellen schreiben, etwa 1234,00",
        "'{value}' is ambiguous (thousands or decimals?); write it with decimals, such as 1234.00",
    ),
    "money_negative": (
        "Betrag ist negativ; Gutschriften mindern den Betrag der Forderung",
        "the amount is negative; credit notes reduce the claim's amount",
    ),
    "money_decimals": (
        "'{value}' hat mehr Nachkommastellen als {currency} oder ist zu groß",
        "'{value}' has more decimals than {currency} has, or is too large",
    ),
    "currency_unknown": ("'{value}' ist keine ISO-Währung wie EUR", "'{value}' is no ISO currency such as EUR"),
    "word_unknown": ("'{value}' ist unbekannt; bekannt sind: {known}", "'{value}' is unknown; known are: {known}"),
    "country_unknown": (
        "Land '{value}' ist unbekannt; ISO-Kürzel wie DE oder den Namen schreiben",
        "country '{value}' is unknown; write the ISO code such as DE, or the name",
    ),
    "subdivision_unknown": (
        "'{value}' ist kein Bundesland oder Kanton von {country}; Kürzel nach ISO 3166-2 wie BY schreiben",
        "'{value}' is no subdivision of {country}; write the ISO 3166-2 code such as BY",
    ),
    "timezone_unknown": (
        "'{value}' ist keine Zeitzone; zum Beispiel Europe/Berlin",
        "'{value}' is no time zone; for example Europe/Berlin",
    ),
    "email_bad": ("'{value}' ist keine E-Mail-Adresse", "'{value}' is no e-mail address"),
    "role_third_party": (
        "eine Privatperson hat keine anderen Ansprechpartner: nur sie selbst wird angerufen",
        "a private person has no other contacts: only he himself is called",
    ),
    "role_self_business": (
        "'selbst' gibt es nur bei Privatpersonen und Einzelunternehmern",
        "'self' is for private persons and sole traders only",
    ),
    "name_third_party": (
        "'{value}' ist nicht der Schuldner; bei Privatpersonen wird nur der Schuldner selbst angerufen",
        "'{value}' is not the debtor; of private persons only the debtor himself is called",
    ),
    # against other rows
    "debtor_contradicts": (
        "Schuldner {reference} steht in Zeile {line} mit '{earlier}', hier mit '{here}'",
        "debtor {reference} stands in line {line} with '{earlier}', here with '{here}'",
    ),
    "debtor_recorded": (
        "Schuldner {reference} ist schon mit '{earlier}' gespeichert, hier steht '{here}'",
        "debtor {reference} is already recorded with '{earlier}', here it is '{here}'",
    ),
    "claim_contradicts": (
        "Forderung {reference} steht in Zeile {line} mit anderen Angaben",
        "claim {reference} stands in line {line} with other figures",
    ),
    "claim_currency": (
        "Forderung {reference} ist schon in {earlier} gespeichert",
        "claim {reference} is already recorded in {earlier}",
    ),
    "claim_other_debtor": (
        "Forderung {reference} gehört schon zu Schuldner {debtor}",
        "claim {reference} already belongs to debtor {debtor}",
    ),
    "phone_role_recorded": (
        "Nummer ist bei diesem Ansprechpartner schon als {earlier} gespeichert",
        "the number is already recorded for this contact as {earlier}",
    ),
    # warnings: counted, with the first lines named
    "warn_type_empty": (
        "Schuldnerart leer: als Privatperson behandelt (am stärksten geschützt)",
        "debtor type empty: treated as a private person (the most protected)",
    ),
    "warn_role_empty": (
        "Funktion leer: als Zentrale eingeordnet (unterste Stufe)",
        "contact role empty: taken as reception (the lowest level)",
    ),
    "warn_currency_empty": ("Währung leer: {currency} angenommen", "currency empty: {currency} taken"),
    "warn_overpaid": ("mehr bezahlt als gefordert: nichts offen", "more paid than claimed: nothing open"),
    "warn_paid_lowered": (
        "bezahlter Betrag ist niedriger als gespeichert und wurde übernommen",
        "the paid amount is lower than recorded and was taken over",
    ),
    "warn_paid_kept": (
        "bezahlter Betrag ist niedriger als zuletzt; hier gebuchte Zahlungen bleiben stehen",
        "the paid amount is lower than last time; the payments booked here stand",
    ),
    "warn_kept": (
        "{column}: gespeicherter Wert beibehalten, die Datei weicht ab",
        "{column}: the recorded value was kept, the file differs",
    ),
    "warn_fax_is_phone": (
        "Fax und Telefon sind dieselbe Nummer: als Telefon übernommen",
        "fax and telephone are the same number: taken as a telephone",
    ),
}


def text(code: str, language: str, **values: object) -> str:
    """The text for a code in German ("de") or English."""
    german, english = _TEXTS[code]
    return (german if language == "de" else english).format(**values)
