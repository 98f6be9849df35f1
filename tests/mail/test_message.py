"""The e-mail around a document, the gateway's address, and the folder of letters to print."""

from __future__ import annotations

import email
import email.policy

import pytest

from dialer.mail.fax import fax_address
from dialer.mail.folder import lay_down
from dialer.mail.handover import HandedOver, NotTaken
from dialer.mail.message import Letter, message

LETTER = Letter(
    sender="buero@example.com",
    sender_name='Müller "Hof" GmbH',
    recipient="weber@example.com",
    subject="Ein Schreiben von Müller",
    text="Guten Tag,\n\nanbei.\n" + "x" * 1500 + "\n",
    file_name="1-2.pdf",
    pdf=bytes(range(256)) * 40,
    message_id="abc.1@example.com",
    date="Tue, 24 Nov 2026 10:00:00 +0100",
)


def test_message_arrives_as_it_was_meant():
    read = email.message_from_bytes(message(LETTER), policy=email.policy.default)
    assert read["From"].addresses[0].display_name == 'Müller "Hof" GmbH'
    assert read["Message-ID"] == "<abc.1@example.com>"
    assert read["Subject"] == LETTER.subject
    assert read.get_body().get_content().replace("\r\n", "\n") == LETTER.text
    (paper,) = read.iter_attachments()
    assert (paper.get_content_type(), paper.get_filename()) == ("application/pdf", "1-2.pdf")
    assert paper.get_content() == LETTER.pdf


def test_message_is_seven_bit_in_short_lines():
    made = message(LETTER)
    assert made.isascii()
    assert max(map(len, made.split(b"\r\n"))) <= 998
    assert b"\n" not in made.replace(b"\r\n", b"")


@pytest.mark.parametrize(
    ("number", "form", "home", "address"),
    [
        ("+49821555", "digits", "DE", "49821555@fax.example.com"),
        ("+49821555123", "e164", "DE", "+49821555123@fax.example.com"),
        ("+49821555123", "international", "DE", "0049821555123@fax.example.com"),
        ("+49821555123", "national", "DE", "0821555123@fax.example.com"),
        ("+43151234567", "national", "DE", "0043151234567@fax.example.com"),
        ("+43151234567", "national", "AT", "0151234567@fax.example.com"),
        ("+12125550100", "national", "US", "0012125550100@fax.example.com"),
    ],
)
def test_gateways_address(number, form, home, address):
    assert fax_address("{number}@fax.example.com", number, form, home) == address


def test_what_is_no_number_gets_no_address():
    with pytest.raises(ValueError, match=r"E\.164"):
        fax_address("{number}@fax.example.com", "x@evil.example", "e164", "DE")


def test_letter_is_laid_down_once(tmp_path):
    first = lay_down(tmp_path, "case-1.pdf", b"%PDF")
    assert isinstance(first, HandedOver)
    assert lay_down(tmp_path, "case-1.pdf", b"%PDF") == first
    assert [path.name for path in tmp_path.iterdir()] == ["case-1.pdf"]
    assert (tmp_path / "case-1.pdf").stat().st_mode & 0o077 == 0


def test_another_file_of_that_name_stays(tmp_path):
    (tmp_path / "case-1.pdf").write_bytes(b"theirs")
    result = lay_down(tmp_path, "case-1.pdf", b"ours")
    assert isinstance(result, NotTaken)
    assert result.for_good
    assert (tmp_path / "case-1.pdf").read_bytes() == b"theirs"


def test_folder_that_is_not_there(tmp_path):
    assert isinstance(lay_down(tmp_path / "gone", "x.pdf", b"x"), NotTaken)
