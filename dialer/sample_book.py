"""A sample book: a claims file of invented debtors, and who answers their telephones.

Every number is one the Bundesnetzagentur keeps for films and books (notice 148/2021, gazette 7/2021): nobody has it.
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from dialer.claims_file.columns import COLUMNS, GERMAN, folded

if TYPE_CHECKING:
    from collections.abc import Iterator

_FIXED_BLOCKS = ("030 23125", "069 90009", "040 66969", "0221 4710", "089 99998")
_MOBILES = ("0152 28817386", "0172 9925904", *(f"0171 39200{last:02d}" for last in range(100)))

_OUR_OWN = frozenset({"030 23125000", *(f"030 2312599{last}" for last in range(1, 4))})
"""What the shipped configuration calls from, and the collectors' telephones of the demonstration."""

_PLACES = (
    ("BE", "10115", "Berlin", 0),
    ("BE", "12043", "Berlin", 0),
    ("BB", "14467", "Potsdam", 0),
    ("SN", "04109", "Leipzig", 0),
    ("HE", "60311", "Frankfurt am Main", 1),
    ("HE", "65183", "Wiesbaden", 1),
    ("RP", "55116", "Mainz", 1),
    ("HH", "20095", "Hamburg", 2),
    ("SH", "24103", "Kiel", 2),
    ("NI", "30159", "Hannover", 2),
    ("NW", "50667", "Köln", 3),
    ("NW", "40213", "Düsseldorf", 3),
    ("BY", "80331", "München", 4),
    ("BY", "86150", "Augsburg", 4),
    ("BW", "70173", "Stuttgart", 4),
)
"""Land, postal code, city, and the block of numbers nearest to it."""

_STREETS = (
    "Ahornweg",
    "Am Mühlbach",
    "Birkenallee",
    "Gartenstraße",
    "Hafenstraße",
    "Lindenplatz",
    "Obere Gasse",
    "Ringstraße",
    "Schulweg",
    "Zum Anger",
)

_FIRST_NAMES = (  # noqa: SIM905 - words read best as lines of text
    "Anna Berta Clara Dora Emil Frieda Georg Hanna Ida Jakob Karla Ludwig Martha Nils Olga Paul Rosa Simon Thea"
    " Ulrich Vera Walter Yvonne Zeno Ayşe Mehmet Agnieszka Piotr"
).split()
_LAST_NAMES = (  # noqa: SIM905 - words read best as lines of text
    "Ahrens Bergmann Claasen Dornbusch Eichner Feldkamp Grünwald Haberland Immenhof Jansen Kaltenbach Lindner"
    " Mühlbauer Nordhoff Ostermann Pfeiffer Quandt Rosenthal Steinbach Thalheim Uhlmann Vogelsang Wiesner Zeidler"
).split()
_INDUSTRIES = {
    "Gastronomie": ("hospitality", ("Gasthof", "Bistro", "Catering"), (" GmbH", " UG (haftungsbeschränkt)")),
    "Handwerk": (
        "trades",
        ("Metallbau", "Dachdeckerei", "Elektrotechnik", "Malerbetrieb"),
        (" GmbH", " GmbH & Co. KG"),
    ),
    "Arzt": ("medical", ("Praxisgemeinschaft", "Labordienst", "MVZ"), (" GmbH",)),
    "Handel": ("retail", ("Haushaltswaren", "Großhandel", "Fahrradhandel", "Büromarkt"), (" GmbH", " AG", " KG")),
    "IT": ("it", ("Softwarehaus", "Systemtechnik", "Datendienste"), (" GmbH", " SE")),
}
_LEVELS = (
    ("Buchhaltung", "accounts_payable"),
    ("Leiter Buchhaltung", "head_of_accounting"),
    ("Geschäftsführer", "managing_director"),
)
_WITH_DIRECT_LINE = {"head_of_accounting", "managing_director"}
_TEMPERAMENTS = (("pays", 22), ("promises", 26), ("evades", 18), ("refuses", 10), ("disputes", 8), ("absent", 16))
_COLLECTORS = ("anna", "ben", "carla")
_BUSINESSES = 0.45
_WITH_RECEPTION = 0.4
_DEAD, _FAX = 0.02, 0.01
_WITH_FAX, _WITH_MAIL, _PERSON_WITH_MAIL = 0.5, 0.7, 0.4
_ZONE = "Europe/Berlin"


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleBook:
    """What was written. `people` is the directory of a virtual telephone network, as plain data."""

    path: Path
    people_path: Path
    rows: int
    claims: int
    debtors: int
    bad_rows: int
    people: tuple[dict[str, Any], ...]


def write_sample_book(path: Path, *, claims: int = 300, seed: int, today: date, creditor: str = "") -> SampleBook:
    """Write a claims file in German with good rows and a few bad ones, and people.json beside it.

    The same seed and day give the same book. Without `creditor` the column stays empty, for the only creditor.
    """
    # letters have chances of their own: what they draw moves no number and no debt
    rng, paper = random.Random(seed), random.Random(f"paper {seed}")  # noqa: S311 - a repeatable sample, not a secret
    made = _Maker(rng, paper, today, creditor)
    good = list(made.rows(claims))
    bad = list(made.bad_rows(good[0]))
    _write_workbook(path, _mixed(good, bad))
    people = tuple(made.people.values())
    people_path = path.with_name("people.json")
    directory = {"people": people, "collectors": []}
    people_path.write_text(json.dumps(directory, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return SampleBook(
        path=path,
        people_path=people_path,
        rows=len(good) + len(bad),
        claims=claims,
        debtors=made.debtors,
        bad_rows=len(bad),
        people=people,
    )


Row = dict[str, Any]


class _Maker:
    def __init__(self, rng: random.Random, paper: random.Random, today: date, creditor: str) -> None:
        self.rng = rng
        self.paper = paper
        self.today = today
        self.creditor = creditor
        self.debtors = 0
        self.claims = 0
        self.people: dict[str, dict[str, Any]] = {}
        self._fixed = [[f"{block}{last:03d}" for last in range(1000)] for block in _FIXED_BLOCKS]
        self._mobiles = list(_MOBILES)
        for numbers in (*self._fixed, self._mobiles):
            rng.shuffle(numbers)
        self._fixed = [[number for number in numbers if number not in _OUR_OWN] for numbers in self._fixed]
        # firms come from all branches in turn, so that each is well represented
        self._branches = list(_INDUSTRIES)

    def rows(self, claims: int) -> Iterator[Row]:
        while self.claims < claims:
            several = self.rng.random() < 1 / 3
            wanted = min(claims - self.claims, self.rng.choice((2, 3)) if several else 1)
            self.debtors += 1
            yield from self._business(wanted) if self.rng.random() < _BUSINESSES else self._person(wanted)

    def _business(self, wanted: int) -> Iterator[Row]:
        branch = self._branches[self.debtors % len(self._branches)]
        industry, trades, forms = _INDUSTRIES[branch]
        firm = f"{self.rng.choice(_LAST_NAMES)} {self.rng.choice(trades)}{self.rng.choice(forms)}"
        debtor, block = self._debtor(firm, "Firma")
        debtor |= {"industry": branch}
        owed = [self._claim() for _ in range(wanted)]
        levels = list(_LEVELS)
        if self.rng.random() < _WITH_RECEPTION:
            levels.insert(0, ("Empfang", "reception"))
        total = sum(cents for _, cents in owed)
        contacts = []
        for word, role in levels:
            name = self._name()
            number = self._number(block, name=name, role=role, segment="business", industry=industry, total=total)
            direct = {"phone_role": "Durchwahl"} if role in _WITH_DIRECT_LINE else {}
            contact = {"contact_name": name, "contact_role": word, "phone": number} | direct
            contacts.append(contact | self._mail(name, debtor, _WITH_MAIL))
        contacts[0] |= self._fax(block, levels[0][1], industry=industry, total=total)
        # one row a contact; further claims need no contact repeated
        for place in range(max(len(owed), len(contacts))):
            claim, _ = owed[min(place, len(owed) - 1)]
            yield debtor | claim | contacts[min(place, len(contacts) - 1)]

    def _person(self, wanted: int) -> Iterator[Row]:
        name = self._name()
        debtor, block = self._debtor(name, "Privatperson")
        owed = [self._claim() for _ in range(wanted)]
        total = sum(cents for _, cents in owed)
        mobile = bool(self._mobiles) and self.rng.random() < 0.3
        number = self._number(
            None if mobile else block, name=name, role="self", segment="private", industry=None, total=total
        )
        himself = {"contact_role": "selbst", "phone": number, "phone_role": "privat"}
        himself |= self._mail(name, debtor, _PERSON_WITH_MAIL)
        for claim, _ in owed:
            yield debtor | claim | himself

    def _name(self) -> str:
        return f"{self.rng.choice(_FIRST_NAMES)} {self.rng.choice(_LAST_NAMES)}"

    def _debtor(self, name: str, kind: str) -> tuple[Row, int]:
        land, postal_code, city, block = self.rng.choice(_PLACES)
        row = {
            "creditor": self.creditor,
            "debtor_reference": f"K{10_000 + self.debtors}",
            "debtor_name": name,
            "debtor_type": kind,
            "country": "Deutschland",
            "subdivision": land,
            "street": f"{self.paper.choice(_STREETS)} {self.paper.randint(1, 180)}",
            "postal_code": postal_code,
            "city": city,
            "assigned_to": self.rng.choice(_COLLECTORS),
        }
        return row, block

    def _mail(self, name: str, debtor: Row, share: float) -> Row:
        """A mailbox under a name that stays reserved for examples (RFC 2606), for some."""
        if self.paper.random() >= share:
            return {}
        box = ".".join(folded(part) for part in name.split())
        return {"email": f"{box}@{debtor['debtor_reference'].lower()}.example"}

    def _fax(self, block: int, role: str, *, industry: str, total: int) -> Row:
        """A fax, for some; from the far end of the block, so that the telephones keep their numbers."""
        numbers = self._fixed[block]
        if not numbers or self.paper.random() >= _WITH_FAX:
            return {}
        number = numbers.pop(0)
        who = {"name": "Fax", "role": role, "segment": "business", "industry": industry, "timezone": _ZONE}
        self._person_at(number, who | {"temperament": "absent", "line": "fax", "claim_amount_minor": total})
        return {"fax": number}

    def _claim(self) -> tuple[Row, int]:
        self.claims += 1
        invoiced = self.today - timedelta(days=self.rng.randint(12, 90))
        # many small invoices, few large ones
        cents = round(4_000 * (900_000 / 4_000) ** (self.rng.random() ** 1.6))
        row = {
            "claim_reference": f"F{self.today.year}-{self.claims:05d}",
            "invoice_number": f"RE-{invoiced.year}-{4_000 + self.claims}",
            "invoice_date": invoiced,
            "due_date": invoiced + timedelta(days=self.rng.choice((7, 10, 10))),
            "amount": cents / 100,
            "paid": 0,
            "currency": "EUR",
        }
        return row, cents

    def _number(
        self, block: int | None, *, name: str, role: str, segment: str, industry: str | None, total: int
    ) -> str:
        number = self._mobiles.pop() if block is None else self._take_fixed(block)
        words, weights = zip(*_TEMPERAMENTS, strict=True)
        draw = self.rng.random()
        who = {
            "segment": segment,
            "industry": industry,
            "role": role,
            "name": name,
            "temperament": self.rng.choices(words, weights)[0],
            "timezone": _ZONE,
            "line": "dead" if draw < _DEAD else "fax" if draw < _DEAD + _FAX else "person",
            "claim_amount_minor": total,
        }
        self._person_at(number, who)
        return number

    def _person_at(self, number: str, who: dict[str, Any]) -> None:
        e164 = "+49" + number.replace(" ", "")[1:]
        self.people[e164] = {"number": e164, **who}

    def _take_fixed(self, block: int) -> str:
        numbers = self._fixed[block] or next((numbers for numbers in self._fixed if numbers), [])
        if not numbers:
            raise ValueError("a sample book holds at most 5,000 telephone numbers: ask for fewer claims")
        return numbers.pop()

    def bad_rows(self, first: Row) -> Iterator[Row]:
        """Rows with one mistake each, of the kinds that real files have."""
        mistakes: tuple[Row, ...] = (
            {"phone": "4,9151E+11"},
            {"phone": 491510000000},
            {"debtor_type": "Stammkunde"},
            {"invoice_date": "31.02.2026"},
            {"due_date": "15.10.26"},
            {"claim_reference": None},
            {"phone": "0900 5 123456"},
            {"amount": "abc"},
            {"amount": "1.250"},
            {"claim_reference": first["claim_reference"]},
            {"city": "Ham\u202eburg"},
        )
        for mistake in mistakes:
            self.debtors += 1
            debtor, block = self._debtor(self._name(), "Privatperson")
            claim, _ = self._claim()
            yield debtor | claim | {"phone": self._fixed[block][-1], "contact_role": "selbst"} | mistake


def _mixed(good: list[Row], bad: list[Row]) -> Iterator[Row]:
    """The bad rows spread evenly, after the row they contradict."""
    every = max(1, len(good) // (len(bad) + 1))
    waiting = list(bad)
    for place, row in enumerate(good, start=1):
        yield row
        if place % every == 0 and waiting:
            yield waiting.pop(0)
    yield from waiting


def _write_workbook(path: Path, rows: Iterator[Row]) -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet: Any = book.create_sheet("Forderungen")
    sheet.freeze_panes = "A2"
    headings = []
    for column in COLUMNS:
        cell: Any = WriteOnlyCell(sheet, GERMAN[column])
        cell.font = Font(bold=True)
        headings.append(cell)
    sheet.append(headings)
    for row in rows:
        sheet.append([_cell(sheet, row.get(column)) for column in COLUMNS])
    book.save(path)


def _cell(sheet: Any, value: Any) -> Any:
    cell: Any = WriteOnlyCell(sheet, value)
    if isinstance(value, date):
        cell.number_format = "DD.MM.YYYY"
    elif isinstance(value, float):
        cell.number_format = "#,##0.00"
    elif isinstance(value, str):
        # text stays text: neither a postal code nor a telephone number loses its 0
        cell.number_format = "@"
    return cell
