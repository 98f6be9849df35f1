"""Letterhead, mail and fax: what cannot work is refused before anything is written."""

from __future__ import annotations

import pytest

MAIL = '[mail]\nhost = "smtp.example.com"\nsender = "a@example.com"\n'
FAX = '[fax]\naddress = "{number}@fax.example.com"\n'
LAST = "[documents]\n"


def with_tables(*tables):
    return (LAST, "".join(tables) + LAST)


@pytest.mark.parametrize(
    ("tables", "line"),
    [
        ((MAIL, 'security = "none"\n'), 'mail: security = "none" is for a mail server on this machine'),
        ((MAIL, 'username = "x"\n'), "mail: username and password belong together"),
        ((MAIL.replace("a@example.com", "a b@example.com"),), "mail.sender: not a mail address"),
        ((MAIL.replace("a@example.com", "a@example.com\\r\\nBcc: x@example.com"),), "mail.sender: not a mail address"),
        ((MAIL, FAX.replace("{number}", "49821")), "fax.address: not an address with one {number}"),
        ((MAIL, FAX, 'subject = "a\\nBcc: x"\n'), "fax.subject: String should match"),
        ((FAX,), "fax: without a [mail] table it needs a host and a sender of its own"),
        ((FAX, 'host = "h"\n'), "fax: without a [mail] table it needs a host and a sender of its own"),
        ((MAIL, FAX, 'security = "none"\nhost = "h"\n'), 'fax: security = "none" is for a mail server on this machine'),
    ],
)
def test_mail_and_fax_that_cannot_work_are_refused(problems, tables, line):
    (found,) = problems(with_tables(*tables))
    assert found.startswith(line)


def test_fax_alone_works_with_a_server_of_its_own(read):
    config = read(with_tables(FAX, 'host = "h"\nsender = "a@example.com"\n'))
    assert config.mail is None
    assert config.fax.host == "h"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (('iban = "DE02 1203', 'iban = "DE03 1203'), "is no IBAN"),
        (('# bic = "BYLADEM1001"', 'bic = "BY"'), "is no BIC"),
        (('# logo = "logo.svg" ', 'logo = "logo.gif" '), "save it as .svg or .png"),
    ],
)
def test_letterhead_that_cannot_be_printed_is_refused(problems, change, said):
    (found,) = problems(change)
    assert found.startswith("creditor.0.letterhead: ")
    assert said in found


def test_secrets_come_from_the_environment_and_are_not_shown(read):
    config = read(with_tables(MAIL, 'username = "x"\n'), DIALER_MAIL_PASSWORD="very-secret")
    assert config.mail.password.get_secret_value() == "very-secret"
    assert "very-secret" not in repr(config)


def test_folders_lie_beside_the_configuration(read, tmp_path):
    config = read(('# print_dir = "print"', 'print_dir = "print"'), ('# logo = "logo.svg" ', 'logo = "logo.svg" '))
    assert config.documents.print_dir == tmp_path / "print"
    assert config.creditor[0].letterhead.logo == tmp_path / "logo.svg"
