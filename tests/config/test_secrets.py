"""Secrets come from the environment or files of their own, and go nowhere."""

from __future__ import annotations

import pytest

from dialer.config import load
from dialer.core.errors import BadInput

FILE = 'auth_token_file = "twilio_auth_token"'
HUSH = "hush-hush-hush"


def test_token_comes_from_its_file_without_the_line_end(read):
    assert read().twilio.auth_token.get_secret_value() == "the-secret-token"


def test_environment_beats_files(read):
    config = read(
        ("# url = ", "url = "),
        ('# api_key = "SK..."', f'api_key = "SK{"0" * 32}"'),
        ("# api_secret_file", "api_secret_file"),
        DIALER_TWILIO_AUTH_TOKEN=HUSH + "1",
        DIALER_TWILIO_API_SECRET=HUSH + "2",
        DIALER_DATABASE_URL="postgresql://dialer@host/dialer",
    )
    assert config.twilio.auth_token.get_secret_value() == "hush-hush-hush1"
    assert config.twilio.api_secret.get_secret_value() == "hush-hush-hush2"
    assert config.database.url.get_secret_value() == "postgresql://dialer@host/dialer"


def test_environment_beats_a_value_in_the_configuration_and_a_file_that_is_missing(read):
    assert read((FILE, 'auth_token = "x"'), DIALER_TWILIO_AUTH_TOKEN=HUSH).twilio.auth_token.get_secret_value() == HUSH
    missing = (FILE, 'auth_token_file = "nowhere"')
    assert read(missing, DIALER_TWILIO_AUTH_TOKEN=HUSH).twilio.auth_token.get_secret_value() == HUSH


def test_environment_is_enough_without_the_table(read):
    config = read(("[database]\n", ""), DIALER_DATABASE_URL="sqlite:////var/dialer.db")
    assert config.database.url.get_secret_value() == "sqlite:////var/dialer.db"


def test_database_address_may_stand_in_a_file(read, tmp_path):
    (tmp_path / "address").write_text("postgresql://dialer@host/dialer\n")
    config = read(('# url = "sqlite:///dialer.db"', 'url_file = "address"'))
    assert config.database.url.get_secret_value() == "postgresql://dialer@host/dialer"


def test_file_is_looked_for_beside_the_configuration(write, tmp_path, monkeypatch):
    path = write((FILE, 'auth_token_file = "below/token"'))
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "token").write_text(HUSH)
    monkeypatch.chdir("/")
    assert load(path, {}).twilio.auth_token.get_secret_value() == HUSH


def test_absolute_file_is_taken_as_it_is(read, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("secrets") / "token"
    elsewhere.write_text(HUSH)
    assert read((FILE, f'auth_token_file = "{elsewhere}"')).twilio.auth_token.get_secret_value() == HUSH


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ((FILE, f'{FILE}\nauth_token = "{HUSH}"'), "twilio.auth_token"),
        (("# api_secret_file", f'api_secret = "{HUSH}"\napi_secret_file'), "twilio.api_secret"),
        (("# url = ", f'url_file = "{HUSH}"\nurl = '), "database.url"),
    ],
)
def test_secret_in_both_places_is_refused(problems, change, key):
    assert problems(change) == [f"{key} and {key}_file are both given; keep one"]


def test_missing_file_is_named(problems, tmp_path):
    assert problems((FILE, 'auth_token_file = "nowhere"')) == [
        f"twilio.auth_token_file: cannot read {tmp_path}/nowhere: No such file or directory"
    ]


def test_folder_instead_of_a_file_is_named(problems, tmp_path):
    assert problems((FILE, 'auth_token_file = "."')) == [
        f"twilio.auth_token_file: cannot read {tmp_path}: Is a directory"
    ]


@pytest.mark.parametrize("wrong", ["5", "true", '["token"]', "{ a = 1 }"])
def test_file_that_is_no_name_is_refused(problems, wrong):
    assert problems((FILE, f"auth_token_file = {wrong}")) == ["twilio.auth_token_file: not the name of a file"]


def test_file_name_that_cannot_be_one_is_refused(problems):
    (found,) = problems((FILE, 'auth_token_file = "a\\u0000b"'))
    assert found.startswith("twilio.auth_token_file: cannot read ")


def test_file_that_is_not_text_is_named_and_not_shown(problems, tmp_path):
    (tmp_path / "binary").write_bytes(HUSH.encode() + b"\xff")
    assert problems((FILE, 'auth_token_file = "binary"')) == [
        f"twilio.auth_token_file: {tmp_path}/binary is not UTF-8 text"
    ]


def test_no_token_at_all_is_missing(problems):
    assert problems((FILE, "")) == ["twilio.auth_token: missing"]


def test_empty_token_is_refused_wherever_it_comes_from(problems, tmp_path):
    (tmp_path / "empty").write_text(" \n")
    wanted = ["twilio.auth_token: is empty"]
    assert problems((FILE, 'auth_token = ""')) == wanted
    assert problems((FILE, 'auth_token = "  "')) == wanted
    assert problems((FILE, 'auth_token_file = "empty"')) == wanted
    assert problems(DIALER_TWILIO_AUTH_TOKEN="") == wanted
    assert problems(DIALER_DATABASE_URL=" ") == ["database.url: is empty"]


@pytest.mark.parametrize(
    "change",
    [('# api_key = "SK..."', f'api_key = "SK{"0" * 32}"'), ("# api_secret_file", f'api_secret = "{HUSH}" # ')],
)
def test_key_and_its_secret_belong_together(problems, change):
    assert problems(change) == ["twilio: api_key and api_secret belong together; give both or neither"]


def test_secrets_are_in_no_representation(read):
    config = read(
        (FILE, f'auth_token = "{HUSH}"'),
        ("# url = ", f'url = "postgresql://dialer:{HUSH}@host/dialer" # '),
        ('# api_key = "SK..."', f'api_key = "SK{"0" * 32}"\napi_secret = "{HUSH}"'),
    )
    shown = [repr(config), str(config), repr(config.twilio), f"{config.database}", config.model_dump_json()]
    assert HUSH not in "".join(shown)
    assert config.twilio.auth_token.get_secret_value() == HUSH


@pytest.mark.parametrize(
    "spoilt",
    [
        ("[dialing]", "[dialing]\ncolour = 1"),
        ("[twilio]", "[twilio]\ncolour = 1"),
        ("# calls_per_second = 1.0", "calls_per_second = 99"),
        ('# api_key = "SK..."', f'api_key = "{HUSH}"'),
        ('account_sid = "AC', f'account_sid = "{HUSH}'),
        ("[twilio]", "[twilio"),
    ],
)
def test_secrets_are_in_no_error(write, spoilt):
    path = write(
        (FILE, f'auth_token = "{HUSH}"'),
        ("# url = ", f'url = "postgresql://dialer:{HUSH}@host/dialer" # '),
        ("# api_secret_file", f'api_secret = "{HUSH}" # '),
        spoilt,
    )
    with pytest.raises(BadInput) as refused:
        load(path, {})
    assert HUSH not in str(refused.value)
    assert HUSH not in repr(refused.value)


@pytest.mark.parametrize("wrong", ["5", f'["{HUSH}"]', f'{{ value = "{HUSH}" }}'])
def test_secret_of_the_wrong_type_is_not_shown(problems, wrong):
    assert problems((FILE, f"auth_token = {wrong}")) == ["twilio.auth_token: Input should be a valid string"]
