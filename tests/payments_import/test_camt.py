"""Bank statements written by hand: what of them is a payment, and what a hostile one can do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from dialer.core.errors import BadInput
from dialer.payments_file.reading import open_payments

IBAN = "DE02120300000000202051"
ANNA = """
<NtryDtls><TxDtls>
  <Refs><AcctSvcrRef>{ref}</AcctSvcrRef><EndToEndId>{e2e}</EndToEndId></Refs>
  <RltdPties><Dbtr><Nm>Anna Schmidt</Nm></Dbtr></RltdPties>
  <RmtInf><Ustrd>Rechnung</Ustrd><Ustrd>F1 danke</Ustrd></RmtInf>
</TxDtls></NtryDtls>"""


def entry(amount="100.00", *, way="CRDT", status="BOOK", details="", ref="", reversal="", day="2026-11-20", ccy="EUR"):
    reference = f"<AcctSvcrRef>{ref}</AcctSvcrRef>" if ref else ""
    mark = f"<RvslInd>{reversal}</RvslInd>" if reversal else ""
    return f"""
<Ntry><Amt Ccy="{ccy}">{amount}</Amt><CdtDbtInd>{way}</CdtDbtInd>{mark}<Sts>{status}</Sts>
<BookgDt><Dt>{day}</Dt></BookgDt><ValDt><Dt>2026-11-19</Dt></ValDt>{reference}{details}</Ntry>"""


def anna(ref="B1", e2e="NOTPROVIDED"):
    return ANNA.format(ref=ref, e2e=e2e)


def document(*entries, version="02", iban=IBAN, head=""):
    account = f"<Acct><Id><IBAN>{iban}</IBAN></Id></Acct>"
    return f"""<?xml version="1.0" encoding="UTF-8"?>{head}
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}"><BkToCstmrStmt>
<GrpHdr><MsgId>1</MsgId></GrpHdr><Stmt><Id>S1</Id>{account}{"".join(entries)}</Stmt>
</BkToCstmrStmt></Document>"""


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., object]:
    """The rows of a statement, and how many bookings were left out."""

    def go(text: str, accounts: dict[str, str] | None = None) -> object:
        path = tmp_path / "statement.xml"
        path.write_text(text, encoding="utf-8")
        with open_payments(path, accounts=accounts) as source:
            rows = list(source)
            return [raw.broken or raw.values for raw in rows], source.others, source.pending

    return go


def test_credit_is_a_payment(read):
    text = document(entry(details=anna()))
    expected = ("acme", None, "2026-11-20", "100.00", "EUR", "Rechnung F1 danke", "Anna Schmidt", f"{IBAN}:B1")
    assert read(text, {IBAN: "acme"}) == ([expected], 0, 0)


@pytest.mark.parametrize("version", ["02", "03", "04", "06", "08", "13"])
def test_version_does_not_matter(read, version):
    status = "BOOK" if version in {"02", "03", "04"} else "<Cd>BOOK</Cd>"
    party = anna() if version != "08" else anna().replace("<Nm>", "<Pty><Nm>").replace("</Nm>", "</Nm></Pty>")
    rows, _, _ = read(document(entry(status=status, details=party), version=version))
    assert [(row[3], row[6]) for row in rows] == [("100.00", "Anna Schmidt")]


def test_namespace_may_have_a_prefix(read):
    text = document(entry(details=anna())).replace("<", "<c:").replace("<c:/", "</c:").replace("<c:?", "<?")
    rows, _, _ = read(text.replace("xmlns=", "xmlns:c="))
    assert rows[0][5] == "Rechnung F1 danke"


def test_line_is_where_the_booking_begins_in_the_file(tmp_path):
    path = tmp_path / "statement.xml"
    path.write_text(document(entry(details=anna())), encoding="utf-8")
    with open_payments(path) as source:
        (raw,) = source
    assert path.read_text(encoding="utf-8").splitlines()[raw.line - 1].startswith("<Ntry>")


@pytest.mark.parametrize(
    ("text", "signed", "others"),
    [
        pytest.param(entry(details=anna()), ["100.00"], 0, id="money in"),
        pytest.param(entry(way="DBIT", details=anna()), [], 1, id="money out is ours"),
        pytest.param(entry(way="DBIT", reversal="true", details=anna()), ["-100.00"], 0, id="a credit reversed"),
        pytest.param(entry(way="DBIT", reversal="1", details=anna()), ["-100.00"], 0, id="a credit reversed, as 1"),
        pytest.param(entry(way="CRDT", reversal="true", details=anna()), [], 1, id="a debit of ours reversed"),
        pytest.param(entry(way="DBIT", reversal="false", details=anna()), [], 1, id="no reversal"),
        pytest.param(
            entry(way="DBIT", details=anna().replace("<RmtInf>", "<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf><RmtInf>")),
            ["-100.00"],
            0,
            id="a direct debit returned",
        ),
    ],
)
def test_direction(read, text, signed, others):
    rows, left_out, _ = read(document(text))
    assert ([row[3] for row in rows], left_out) == (signed, others)


def test_reversal_is_another_payment_than_the_one_it_undoes(read):
    rows, _, _ = read(document(entry(details=anna()), entry(way="DBIT", reversal="true", details=anna())))
    assert [row[7] for row in rows] == [f"{IBAN}:B1", f"{IBAN}:B1-"]


def test_what_is_not_booked_yet_is_left_out(read):
    statement = document(entry(status="PDNG"), entry(status="INFO"), entry(status="<Cd>FUTR</Cd>"))
    assert read(statement) == ([], 0, 3)


def test_structured_reference_and_end_to_end_id_are_part_of_the_text(read):
    structured = (
        "<RmtInf><Strd><RfrdDocInf><Nb>RE-7</Nb></RfrdDocInf><CdtrRefInf><Ref>RF18F1</Ref></CdtrRefInf></Strd></RmtInf>"
    )
    details = f"<NtryDtls><TxDtls><Refs><EndToEndId>E2E-9</EndToEndId></Refs>{structured}</TxDtls></NtryDtls>"
    rows, _, _ = read(document(entry(details=details, ref="B9")))
    assert (rows[0][5], rows[0][6], rows[0][7]) == ("RF18F1 RE-7 E2E-9", "", f"{IBAN}:B9")


def test_text_of_the_bank_stands_in_where_the_payer_wrote_none(read):
    rows, _, _ = read(document(entry(details="<AddtlNtryInf>GUTSCHRIFT F1</AddtlNtryInf>", ref="B9")))
    assert rows[0][5] == "GUTSCHRIFT F1"


def batch(*parts):
    inner = "".join(
        f"<TxDtls><Refs>{f'<AcctSvcrRef>{ref}</AcctSvcrRef>' if ref else ''}</Refs>{amount}"
        f"<RmtInf><Ustrd>F{n}</Ustrd></RmtInf></TxDtls>"
        for n, (ref, amount) in enumerate(parts, start=1)
    )
    return f"<NtryDtls>{inner}</NtryDtls>"


def test_batch_is_as_many_payments_as_it_holds(read):
    new = '<Amt Ccy="EUR">60.00</Amt>'
    old = '<AmtDtls><TxAmt><Amt Ccy="EUR">40.00</Amt></TxAmt></AmtDtls>'
    rows, _, _ = read(document(entry(details=batch(("T1", new), ("T2", old)), ref="B1")))
    assert [(row[3], row[5], row[7]) for row in rows] == [
        ("60.00", "F1", f"{IBAN}:T1"),
        ("40.00", "F2", f"{IBAN}:T2"),
    ]


@pytest.mark.parametrize("refs", [("", ""), ("B1", "B1"), ("T1", "")])
def test_payments_of_a_batch_that_share_a_reference_are_numbered(read, refs):
    parts = [(refs[0], '<Amt Ccy="EUR">60.00</Amt>'), (refs[1], '<Amt Ccy="EUR">40.00</Amt>')]
    rows, _, _ = read(document(entry(details=batch(*parts), ref="B1")))
    assert [row[7] for row in rows] == [f"{IBAN}:B1/1", f"{IBAN}:B1/2"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (
            entry(details=batch(("T1", ""), ("T2", ""))),
            "a batch without single amounts; ask the bank to itemise batches",
        ),
        (
            entry(details=batch(("T1", '<Amt Ccy="EUR">60.00</Amt>'), ("T2", '<Amt Ccy="EUR">60.00</Amt>'))),
            "the single amounts add up to 120.00, booked are 100.00",
        ),
        (
            entry(details=batch(("T1", '<Amt Ccy="USD">60.00</Amt>'), ("T2", '<Amt Ccy="EUR">40.00</Amt>'))),
            "a batch without single amounts; ask the bank to itemise batches",
        ),
        (entry("1e3"), "Amt is missing or unreadable: '1e3'"),
        (entry("-5.00"), "Amt is missing or unreadable: '-5.00'"),
        (entry().replace('<Amt Ccy="EUR">100.00</Amt>', ""), "Amt is missing or unreadable: ''"),
        (entry(way="BOTH"), "CdtDbtInd is missing or unreadable: 'BOTH'"),
        (
            entry(day="20.11.2026").replace("<ValDt><Dt>2026-11-19</Dt></ValDt>", ""),
            "BookgDt is missing or unreadable: '20.11.2026'",
        ),
    ],
)
def test_booking_that_cannot_be_read_is_refused_with_the_reason(read, text, reason):
    rows, _, _ = read(document(text, entry(details=anna("B2"))))
    assert rows[0] == reason
    assert rows[1][7] == f"{IBAN}:B2"


@pytest.mark.parametrize(
    ("amount", "shown"),
    [("100", "100.00"), ("0.5", "0.50"), ("1.250", "1.25"), ("1.234", "1.23400"), ("12.50000", "12.50")],
)
def test_amount_is_written_so_that_it_can_be_read_one_way_only(read, amount, shown):
    rows, _, _ = read(document(entry(amount, details=anna())))
    assert rows[0][3] == shown


def test_day_of_booking_counts_also_with_a_time(read):
    text = entry(details=anna()).replace("<Dt>2026-11-20</Dt>", "<DtTm>2026-11-20T23:59:00+01:00</DtTm>")
    rows, _, _ = read(document(text))
    assert rows[0][2] == "2026-11-20"


def test_equal_payments_without_a_reference_are_two_and_stay_so(read):
    text = document(entry(details=anna("NONREF")), entry(details=anna("NONREF")))
    first, again = read(text), read(text)
    keys = [row[7] for row in first[0]]
    assert first == again
    assert (keys[0][:-2], keys[0][-2:], keys[1][:-2], keys[1][-2:]) == (keys[0][:-2], "#1", keys[0][:-2], "#2")


def test_two_statements_in_one_file_repeat_what_they_share(read):
    one = document(entry(details=anna("")), entry("7.00", details=anna("")))
    twice = one.replace("</Stmt>", "</Stmt>" + one[one.index("<Stmt>") : one.index("</Stmt>")] + "</Stmt>", 1)
    keys = [row[7] for row in read(twice)[0]]
    assert keys == keys[:2] * 2


# --- hostile and broken files ----------------------------------------------------------------------------------------

LAUGHS = (
    '<!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    + "".join(f'<!ENTITY {chr(c + 1)} "{f"&{chr(c)};" * 10}">' for c in range(ord("b"), ord("k")))
    + "]>"
)


@pytest.mark.parametrize(
    ("head", "inside"),
    [
        ('<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>', "&x;"),
        ('<!DOCTYPE d [<!ENTITY x SYSTEM "http://127.0.0.1:9/x">]>', "&x;"),
        ('<!DOCTYPE d SYSTEM "http://127.0.0.1:9/x.dtd">', ""),
        (LAUGHS, "&k;"),
    ],
)
def test_file_with_a_doctype_is_refused(read, head, inside):
    with pytest.raises(BadInput, match="holds a DOCTYPE"):
        read(document(entry(details=anna().replace("F1", f"F1{inside}")), head=head))


def test_entity_in_an_attribute_is_refused_before_it_grows(read):
    text = document(entry(details=anna()), head=LAUGHS).replace("<Document ", '<Document note="&k;" ')
    with pytest.raises(BadInput, match=r"holds a DOCTYPE|no readable XML"):
        read(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no readable XML"),
        ("creditor;amount", "no readable XML"),
        ("<Document/>", "no CAMT.053 statement but -"),
        ("<Document><BkToCstmrAcctRpt/></Document>", "no CAMT.053 statement but BkToCstmrAcctRpt"),
        ("<html><body/></html>", "no CAMT.053 statement but body"),
    ],
)
def test_what_is_no_statement_is_refused(read, text, message):
    with pytest.raises(BadInput, match=message):
        read(text)


def test_statement_that_breaks_off_says_so(read):
    with pytest.raises(BadInput, match="no readable XML"):
        read(document(entry(details=anna()))[:-60])


def test_comments_and_instructions_are_passed_over(read):
    text = document(entry(details=anna().replace("F1", "F<!-- x -->1<?pi x?>")))
    assert read(text)[0][0][5] == "Rechnung F1 danke"


def test_large_statement_is_read_within_bounds(read):
    rows, _, _ = read(document(*(entry(details=anna(f"B{n}")) for n in range(3_000))))
    assert len(rows) == 3_000
