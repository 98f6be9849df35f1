"""Each mistake in config.toml is one line that names the file and the key."""

from __future__ import annotations

import pytest

from dialer.config import load
from dialer.core.errors import BadInput

WINDOW = '[segment.private]\nwindow = { mon-fri = ["12:00-14:00", "17:00-20:00"], sat = ["10:00-13:00"] }'
TEXT = 'text = "Guten Tag, hier ist {firm_neutral}. Unser Anruf'


def private(window):
    return (WINDOW, f"[segment.private]\nwindow = {window}")


def test_several_problems_are_several_lines(problems):
    assert sorted(
        problems(
            ("# ring_seconds = 25", "ring_seconds = 41"),
            ("[dialing]", "[dialing]\ncolour = 1"),
            ('subdivision = "BE"', ""),
        )
    ) == [
        "dialing.colour: unknown key",
        "dialing.ring_seconds: Input should be less than or equal to 40",
        "operator.subdivision: missing",
    ]


@pytest.mark.parametrize(
    ("place", "line", "key"),
    [
        ("[database]", "path = 1", "database.path"),
        ("[twilio]", 'sid = "x"', "twilio.sid"),
        ("[public]", 'url = "x"', "public.url"),
        ("[operator]", "x = 1", "operator.x"),
        ("[dialing]", "ring_second = 20", "dialing.ring_second"),
        ("[segment.private]", "windows = {}", "segment.private.windows"),
        ("[segment.business.industry.hospitality]", "steps = 1", "segment.business.industry.hospitality.steps"),
        ("[messages.private_voicemail_de]", 'txt = "x"', "messages.private_voicemail_de.txt"),
    ],
)
def test_unknown_key_is_named_with_its_path(problems, place, line, key):
    assert problems((f"{place}\n", f"{place}\n{line}\n")) == [f"{key}: unknown key"]


def test_unknown_key_of_a_creditor_is_named_with_his_place(problems):
    assert problems(('key = "muster" ', 'colour = 1\nkey = "muster" ')) == ["creditor.0.colour: unknown key"]


@pytest.mark.parametrize("table", ["telex", "console", "Database"])
def test_unknown_table_is_named(problems, table):
    assert problems(("[database]\n", f"[{table}]\n[database]\n")) == [f"{table}: unknown key"]


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (("# ring_seconds = 25", 'ring_seconds = "25"'), "dialing.ring_seconds: Input should be a valid integer"),
        (("# ring_seconds = 25", "ring_seconds = 25.0"), "dialing.ring_seconds: Input should be a valid integer"),
        (("# ring_seconds = 25", "ring_seconds = true"), "dialing.ring_seconds: Input should be a valid integer"),
        (
            ("# calls_per_second = 1.0", 'calls_per_second = "1"'),
            "twilio.calls_per_second: Input should be a valid number",
        ),
        (
            ("# catholic_community = false", 'catholic_community = "no"'),
            "operator.catholic_community: Input should be a valid boolean",
        ),
        (("# city = ", "city = 5 # "), "operator.city: Input should be a valid string"),
        (
            ("# timezone = ", "timezone = 2026-11-24T10:00:00Z # "),
            "operator.timezone: Input should be a valid string",
        ),
        (("[segment.private]", "[segment]\nvip = 1\n[segment.private]"), "segment.vip: must be a table"),
        (('audience = "private"', "audience = 1"), "messages.private_voicemail_de.audience: "),
        (("[[creditor]]", "[creditor]"), "creditor: must be a list; in TOML a list of tables is written [[...]]"),
    ],
)
def test_wrong_type_is_named(problems, change, line):
    (found,) = problems(change)
    assert found.startswith(line)


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (("# ring_seconds = 25", "ring_seconds = 14"), "dialing.ring_seconds: Input should be greater"),
        (("# calls_per_second = 1.0", "calls_per_second = 0"), "twilio.calls_per_second: Input should be greater"),
        (("# calls_per_second = 1.0", "calls_per_second = 30.1"), "twilio.calls_per_second: Input should be less"),
        (("# calls_per_second = 1.0", "calls_per_second = nan"), "twilio.calls_per_second: Input should be "),
        (("# timeout_seconds = 10.0", "timeout_seconds = inf"), "twilio.timeout_seconds: Input should be less"),
        (("# workers = 1", "workers = 0"), "dialing.workers: Input should be greater than or equal to 1"),
        (("# mode = ", 'mode = "predictive" # '), "dialing.mode: Input should be 'progressive', '"),
        (('"AC00000000000000000000000000000000"', '"AC123"'), "twilio.account_sid: String should match pattern"),
        (("# fruitless_days = 4", "fruitless_days = 51"), "segment.private.fruitless_days: Input should be less"),
        (
            ("# info_call_day = 14", "info_call_day = 40"),
            "segment.private: collection_call_day comes before info_call_day",
        ),
        (("# language = ", 'language = "fr" # '), "operator.language: Input should be 'de' or 'en'"),
        (('subdivision = "BE"', 'subdivision = "XX"'), 'operator: subdivision "XX" is not one of DE; known: BB, '),
        (('key = "muster"', 'key = ""'), "creditor.0.key: String should have at least 1 character"),
        (("voicemail = { de", "voicemail = { fr"), "segment.private.voicemail.fr: Input should be 'de' or 'en'"),
    ],
)  # fmt: skip
def test_value_out_of_range_is_named(problems, change, line):
    (found,) = problems(change)
    assert found.startswith(line)


@pytest.mark.parametrize(
    ("window", "says"),
    [
        ('{ mon = ["8-12"] }', '"8-12" is not a time span like "08:00-20:00"'),
        ('{ mon = ["12:00-08:00"] }', '"12:00-08:00" is not a time span'),
        ('{ mon = ["12:00-12:00"] }', '"12:00-12:00" is not a time span'),
        ('{ mon = ["08:00-24:01"] }', '"08:00-24:01" is not a time span'),
        ('{ mon = ["08:60-12:00"] }', '"08:60-12:00" is not a time span'),
        ('{ mon = ["08:00"] }', '"08:00" is not a time span'),
        ('{ mon = ["08:00-12:00", "11:59-13:00"] }', "mon: spans overlap"),
        ('{ tue = ["13:00-15:00", "08:00-14:00"] }', "tue: spans overlap"),
        ('{ monday = ["08:00-12:00"] }', '"monday" is not a day like "mon"'),
        ('{ Mon = ["08:00-12:00"] }', '"Mon" is not a day like "mon"'),
        ('{ mon- = ["08:00-12:00"] }', '"mon-" is not a day like "mon"'),
        ('{ fri-mon = ["08:00-12:00"] }', '"fri-mon" is not a day like "mon"'),
        ('{ mon-mon = ["08:00-12:00"] }', '"mon-mon" is not a day like "mon"'),
        ('{ mon-wed = ["08:00-12:00"], tue = ["13:00-14:00"] }', "tue is given twice"),
        ("{ mon = [] }", "the window never opens"),
        ("{}", "the window never opens"),
        ('"mon 8-12"', "not a table like { mon-fri"),
        ('{ mon = "08:00-12:00" }', "mon: not a list of time spans"),
        ("{ mon = 8 }", "mon: not a list of time spans"),
        ("{ mon = [8] }", "mon: not a list of time spans"),
        ("{ mon = [08:00:00] }".replace("08:00:00", "08:30:00"), "mon: not a list of time spans"),
    ],
)
def test_bad_window_is_named(problems, window, says):
    (found,) = problems(private(window))
    assert found.startswith(f"segment.private.window: {says}")


def test_bad_window_of_an_industry_is_named(problems):
    (found,) = problems(('window = { tue-thu = ["09:00-11:00"', 'window = { tue-thu = ["9-11"'))
    assert found.startswith('segment.business.industry.hospitality.window: "9-11" is not a time span')


def test_spans_that_touch_do_not_overlap(read):
    window = read(private('{ mon = ["12:00-14:00", "08:00-12:00"] }')).segment["private"].window
    assert [str(span) for span in window.days[0]] == ["08:00-12:00", "12:00-14:00"]


@pytest.mark.parametrize("zone", ["Berlin", "Europe", "", "../etc/passwd", "/etc/localtime", "Europe/Berlin\\u0000"])
def test_unknown_zone_is_named(problems, zone):
    (found,) = problems(('# timezone = "Europe/Berlin"', f'timezone = "{zone}"'))
    assert found.startswith("operator.timezone: ")
    assert found.endswith("is not a time zone like Europe/Berlin")


@pytest.mark.parametrize("number", ["030 23125000", "+49 30 23125000", "+4930", "0049302312500", "+049302312500", ""])
def test_bad_caller_id_is_named(problems, number):
    assert problems(('"+493023125000"', f'"{number}"')) == [
        "creditor.0.caller_id: not a telephone number in E.164 form like +493023125000"
    ]


@pytest.mark.parametrize("kind", ["voicemail", "announcement"])
def test_message_that_does_not_exist_is_named(problems, kind):
    assert problems((f'"private_{kind}_de"', '"hello"')) == [
        f"segment.private.{kind}.de names messages.hello, which does not exist"
    ]


def test_message_in_another_language_is_named(problems):
    assert problems(('voicemail = { de = "private_voicemail_de"', 'voicemail = { de = "private_voicemail_en"')) == [
        'segment.private.voicemail.de names messages.private_voicemail_en, whose language is "en"'
    ]


def test_two_creditors_with_one_key_are_named(problems):
    second = """[[creditor]]
key = "muster"
name = "Zwei GmbH"
neutral_name = "Zwei"
caller_id = "+493023125001"
agent_name = "Ben"
callback_hours = { de = "werktags" }

[dialing]"""
    assert problems(("[dialing]", second)) == ['creditor: two creditors have the same key "muster"']


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("Guten Tag, es geht um eine Forderung. {number}", "Forderung"),
        ("Hello, about your unpaid bill. {number}", "unpaid"),
        ("Es geht um {invoice_no}. {number}", "{invoice_no}"),
        ("Hier ist {firm}. {number}", "{firm}"),
        ("For\\u00adderung {number}", "Forderung"),
    ],
)
def test_private_message_that_hints_at_a_debt_is_refused(problems, text, hint):
    (found,) = problems((TEXT, f'text = "{text}" # '))
    assert found.startswith(f'messages.private_announcement_de: says "{hint}", against VM-WORDS: ')


BUSINESS = 'text = "Guten Tag, hier ist {firm}. Wir bitten'


@pytest.mark.parametrize(
    ("text", "hint", "rule"),
    [
        ("Ihr Rückstand beträgt 500.", "Rückstand", "BZ-5"),
        ("Es geht um 1.250,00 aus {invoice_no}.", "1.250,00", "BZ-5"),
        ("Bitte bis spätestens Freitag.", "spätestens", "VM-B1"),
        ("Sonst informieren wir die SCHUFA.", "SCHUFA", "VM-B1"),
        ("Nehmen Sie an unserer Umfrage teil.", "Umfrage", "DE-U3"),
    ],
)
def test_business_message_that_breaks_a_rule_is_refused(problems, text, hint, rule):
    (found,) = problems((BUSINESS, f'text = "{text}" # '))
    assert found.startswith(f'messages.business_announcement_de: says "{hint}", against {rule}: ')


def test_business_message_may_name_claim_and_invoice(read):
    text = "Es geht um eine Forderung, Rechnung {invoice_no}."
    assert read((BUSINESS, f'text = "{text}" # ')).messages["business_announcement_de"].text


def test_message_that_no_segment_names_is_refused_too(problems):
    more = '[messages.spare]\naudience = "private"\nlanguage = "de"\ntext = "Bitte zahlen Sie."\n'
    (found,) = problems(("[messages.private_voicemail_de]", f"{more}\n[messages.private_voicemail_de]"))
    assert found.startswith('messages.spare: says "zahlen", against VM-WORDS: ')


def test_every_message_that_is_refused_has_its_line(problems):
    found = problems((TEXT, 'text = "Ihre Schuld" # '), (BUSINESS, 'text = "Ihr Verzug" # '))
    assert [line.partition(":")[0] for line in found] == [
        "messages.private_announcement_de",
        "messages.business_announcement_de",
    ]


@pytest.mark.parametrize(
    ("name", "rule"),
    [("Inkasso", "VM-WORDS"), ("Kreditbank", "VM-WORDS"), ("Umfragen", "DE-U3")],
)
def test_neutral_name_that_tells_is_refused(problems, name, rule):
    (found,) = problems(('neutral_name = "Muster GmbH"', f'neutral_name = "Muster {name}"'))
    assert found.startswith(f'creditor.0: neutral_name says "{name}", against {rule}: ')


def test_name_for_businesses_may_tell_but_not_reproach(read, problems):
    old = 'name = "Muster Handels GmbH"'
    assert read((old, 'name = "Muster Inkasso GmbH"')).creditor[0].name == "Muster Inkasso GmbH"
    (found,) = problems((old, 'name = "Verzug & Mahnung GmbH"'))
    assert found.startswith('creditor.0: name says "Verzug", against BZ-5: ')


def test_speaker_whose_name_hints_at_a_debt_is_refused(problems):
    (found,) = problems(('agent_name = "Anna Berger"', 'agent_name = "Anna vom Mahnwesen"'))
    assert found.startswith('creditor.0: agent_name says "Mahnwesen", against VM-WORDS: ')


def test_hours_that_press_are_refused(problems):
    (found,) = problems(('de = "Montag bis Freitag von 9 bis 17 Uhr"', 'de = "dringend bis 17 Uhr"'))
    assert found.startswith('creditor.0: callback_hours says "dringend", against VM-WORDS: ')


AMERICAN = (('# country = "DE"', 'country = "US"'), ('subdivision = "BE"', 'subdivision = "CA"'))


def test_messages_follow_the_rules_of_the_operators_country(problems):
    """The limited-content message has a person, and the addressee is not named in it."""
    found = problems(*AMERICAN, ("mein Name ist {agent} von {firm_neutral}", "hier ist {firm_neutral}"))
    assert [line.partition(": ")[2].split(": ")[0] for line in found] == ['lacks "{agent}", against US-V1']


@pytest.mark.parametrize(("country", "subdivision"), [("AT", "9"), ("CH", "ZH"), ("GB", "ENG"), ("US", "CA")])
def test_messages_of_the_example_pass_in_every_country(read, country, subdivision):
    config = read(
        ('# country = "DE"', f'country = "{country}"'), ('subdivision = "BE"', f'subdivision = "{subdivision}"')
    )
    assert len(config.messages) == 10


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ((TEXT, f'play_url = "https://a.example/x.mp3"\n{TEXT}'), "give either text or play_url"),
        ((TEXT, "# "), "give either text or play_url"),
        ((TEXT, 'play_url = "https://a.example/x.mp3" # '), "play_seconds is needed with play_url"),
        ((TEXT, 'text = "Hallo {vorname}" # '), "unknown placeholder {vorname}"),
    ],
)
def test_message_that_cannot_be_spoken_is_refused(problems, change, says):
    (found,) = problems(change)
    assert found.startswith(f"messages.private_announcement_de: {says}")


@pytest.mark.parametrize(
    ("key", "address"),
    [
        ("play_url", "intro.mp3"),
        ("play_url", "file:///etc/passwd"),
        ("play_url", "https://"),
        ("play_url", "https://a.example/x y.mp3"),
    ],
)
def test_recording_that_is_no_web_address_is_refused(problems, key, address):
    assert problems((TEXT, f'{key} = "{address}"\nplay_seconds = 5 # ')) == [
        f"messages.private_announcement_de.{key}: not a web address like https://www.example.com/file"
    ]


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1:5050",
        "http://127.0.0.1:5050/2010-04-01",
        "http://127.0.0.1@evil.example",
        "http://evil.example\\\\@127.0.0.1",
        "http://user:hush@127.0.0.1:5050",
        "http://[127.0.0.1",
        "ftp://127.0.0.1",
        "http://",
        "http://127.0.0.1?x=@evil.example",
        "http://127.0.0.1#@evil.example",
        "http://127.0.0.1:port",
        "http://127.0.0.1\\n",
        "",
    ],
)
def test_bad_carrier_address_is_refused(problems, address):
    assert problems(('# api_base_url = "http://127.0.0.1:5050"', f'api_base_url = "{address}"')) == [
        "twilio.api_base_url: not an address like http://127.0.0.1:5050, without a path"
    ]


@pytest.mark.parametrize("address", ["http://localhost", "https://[::1]:8443", "http://127.0.0.1:5050/"])
def test_good_carrier_address_is_taken(read, address):
    config = read(('# api_base_url = "http://127.0.0.1:5050"', f'api_base_url = "{address}"'))
    assert config.twilio.api_base_url == address


@pytest.mark.parametrize(
    "address",
    [
        "dialer.example.com",
        "https://user:hush@dialer.example.com",
        "https://my_host.example.com",
        "https://dialer.example.com/a?b=c",
        "https://dialer.example.com/#a",
        "https://dialer.example.com/a b",
        "https://dialer.example.com//twice",
        "https://[bad",
        "https://",
        "",
    ],
)
def test_bad_public_address_is_refused(problems, address):
    assert problems(('base_url = "https://dialer.example.com"', f'base_url = "{address}"')) == [
        "public.base_url: not an address like https://dialer.example.com or https://example.com/dialer"
    ]


@pytest.mark.parametrize(
    "address", ["https://example.com/dialer", "https://example.com/dialer/", "http://10.0.0.1:8080"]
)
def test_good_public_address_is_taken(read, address):
    assert read(('base_url = "https://dialer.example.com"', f'base_url = "{address}"')).public.base_url == address


# --- the file itself -------------------------------------------------------------------------------------------------


def refusal(path, environment=None):
    with pytest.raises(BadInput) as refused:
        load(path, environment or {})
    assert "\n" not in str(refused.value)
    return str(refused.value)


def test_file_that_is_not_there_names_the_remedy(tmp_path):
    path = tmp_path / "config.toml"
    assert refusal(path) == f"{path}: no such file; `dialer init DIR` writes one"


def test_folder_or_file_in_the_way_is_named(tmp_path):
    assert refusal(tmp_path) == f"{tmp_path}: cannot be read: Is a directory"
    (tmp_path / "a").touch()
    assert refusal(tmp_path / "a" / "config.toml") == f"{tmp_path}/a/config.toml: cannot be read: Not a directory"


def test_broken_toml_is_named_with_its_line(tmp_path):
    path = tmp_path / "config.toml"
    path.write_text("[twilio]\naccount_sid = \n")
    assert refusal(path) == f"{path}: Invalid value (at line 2, column 15)"


def test_key_given_twice_is_named(problems):
    (found,) = problems(("[public]", "[public]\nbase_url = 'https://a.example'"))
    assert found.startswith("Cannot overwrite a value (at line ")


def test_file_that_is_not_utf8_says_so(tmp_path):
    path = tmp_path / "config.toml"
    path.write_bytes('[operator]\nname = "Müller"\n'.encode("latin-1"))
    assert refusal(path) == f"{path}: is not UTF-8 text; save it with that encoding"


def test_mark_of_windows_editors_and_their_line_ends_do_no_harm(write):
    path = write()
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    secret = path.with_name("twilio_auth_token")
    secret.write_bytes(b"\xef\xbb\xbfthe-secret-token\r\n")
    assert load(path, {}).twilio.auth_token.get_secret_value() == "the-secret-token"


def test_empty_file_names_everything_that_is_missing(tmp_path):
    path = tmp_path / "config.toml"
    path.touch()
    with pytest.raises(BadInput) as refused:
        load(path, {})
    assert str(refused.value).splitlines() == [
        f"{path}: {table}: missing" for table in ("twilio", "public", "operator", "creditor", "segment")
    ]
