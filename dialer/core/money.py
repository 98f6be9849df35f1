"""Money as integer minor units: ISO 4217 decimals, exact conversion, and how an amount reads."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

MAX_MINOR = 10**15
"""Above this an amount is a slip of the keyboard, not a claim."""

_TWO_DECIMALS = frozenset(
    (  # noqa: SIM905 - words read best as lines of text
        "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC"
        " CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR"
        " JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD"
        " NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN"
        " SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD YER ZAR ZMW ZWG"
    ).split()
)
_NO_DECIMALS = frozenset("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF".split())  # noqa: SIM905 - words read best as a line of text
_THREE_DECIMALS = frozenset("BHD IQD JOD KWD LYD OMR TND".split())  # noqa: SIM905 - words read best as a line of text

_SYMBOLS = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥"}


def is_currency(code: str) -> bool:
    """True for an ISO 4217 code in use."""
    return code in _TWO_DECIMALS or code in _NO_DECIMALS or code in _THREE_DECIMALS


def minor_digits(currency: str) -> int:
    """How many decimals the currency has: 2 for EUR, 0 for JPY."""
    if currency in _NO_DECIMALS:
        return 0
    if currency in _THREE_DECIMALS:
        return 3
    if currency in _TWO_DECIMALS:
        return 2
    raise ValueError(f"{currency!r} is not an ISO 4217 currency")


def to_minor(amount: Decimal, currency: str) -> int | None:
    """Minor units, or None when the amount has more decimals than the currency or is beyond MAX_MINOR."""
    try:
        minor = amount.scaleb(minor_digits(currency))
        whole = minor.to_integral_value()
    except InvalidOperation:
        return None
    if not whole.is_finite() or whole != minor or abs(whole) > MAX_MINOR:
        return None
    return int(whole)


def format_money(minor: int, currency: str, language: str) -> str:
    """How an amount reads: '1.234,56 €' in German ("de"), '€1,234.56' in English and everywhere else."""
    digits = minor_digits(currency)
    whole, fraction = divmod(abs(minor), 10**digits)
    point = f".{fraction:0{digits}d}" if digits else ""
    number = f"{whole:,}{point}"
    sign = "-" if minor < 0 else ""
    symbol = _SYMBOLS.get(currency)
    if language == "de":
        return f"{sign}{number.translate(_GERMAN_POINTS)} {symbol or currency}"
    return f"{sign}{symbol}{number}" if symbol else f"{currency} {sign}{number}"


_GERMAN_POINTS = str.maketrans(",.", ".,")
