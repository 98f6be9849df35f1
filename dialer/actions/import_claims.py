"""Imports a claims file batch by batch, each in its own transaction, so that a large file stops nobody's calls."""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

from dialer.actions.close_follow_ups import money_came
from dialer.actions.merge_claims import CaseNews, Merger
from dialer.claims_file.parsing import parse_row
from dialer.claims_file.rejects import RejectsFile
from dialer.claims_file.rows import ImportDefaults, ImportRow, Number, RawRow, Rejection, Warned
from dialer.claims_file.shelf import Shelf
from dialer.claims_file.texts import text
from dialer.rules.number_plan import NumberProblem, line_type, to_e164
from dialer.storage import entries, erasure, import_rows, payments
from dialer.storage.import_rows import BookPart, ClaimRecord, DebtorRecord, Key

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator
    from datetime import datetime, tzinfo
    from pathlib import Path

    from dialer.claims_file.reading import RowSource
    from dialer.config import Config
    from dialer.storage.database import Database, Transaction

BATCH_ROWS = 1_000
SHOWN = 100
"""How many rejections and warnings a result carries; the counts are complete, and the rejects file has every row."""


@dataclass(slots=True, kw_only=True)
class ImportResult:
    """What became of a file."""

    rows: int = 0
    imported: int = 0
    rejected: int = 0
    skipped_empty: int = 0
    without_number: int = 0
    new_claims: int = 0
    updated_claims: int = 0
    unchanged_claims: int = 0
    new_cases: int = 0
    new_debtors: int = 0
    updated_debtors: int = 0
    new_contacts: int = 0
    new_phones: int = 0
    dry_run: bool = False
    rejects_path: Path | None = None
    """The rejects file; None when no row was rejected or no file was asked for."""
    rejections: list[Rejection] = field(default_factory=list)
    """The first ones."""
    warnings: list[tuple[int, str]] = field(default_factory=list)
    """Line and text of the first ones; line 0 concerns the whole file."""
    warning_counts: Counter[str] = field(default_factory=Counter)


def defaults_for(config: Config, zone: tzinfo) -> ImportDefaults:
    """What the configuration says about rows that leave something out, and the operator's zone."""
    return ImportDefaults(
        creditors=frozenset(c.key for c in config.creditor),
        segments=frozenset(config.segment),
        language=config.operator.language,
        zone=zone,
    )


def import_claims(
    db: Database,
    source: RowSource,
    *,
    defaults: ImportDefaults,
    now: datetime,
    actor: str,
    dry_run: bool = False,
    rejects_path: Path | None = None,
    progress: Callable[[int], None] | None = None,
    changed: Callable[[Collection[int]], None] | None = None,
) -> ImportResult:
    """Take over every row that is right and put the others into the rejects file.

    A dry run reads and judges alike and writes nothing but the rejects file. `progress` gets the rows done since the
    last time; `changed` gets the cases that a batch has changed, once it is committed.
    """
    with ExitStack() as stack:
        rejects = stack.enter_context(RejectsFile(rejects_path, source)) if rejects_path is not None else None
        shelves: tuple[Shelf[Key, DebtorRecord], Shelf[Key, ClaimRecord]] = (Shelf(), Shelf())
        for shelf in shelves:
            stack.enter_context(shelf)
        run = _Run(db, source, defaults, now, actor, dry_run, rejects, *shelves)
        for batch in _batches(source):
            touched = run.batch(batch)
            if changed is not None:
                changed(touched)
            if progress is not None:
                progress(len(batch))
    return run.finish()


def _batches(source: Iterable[RawRow]) -> Iterator[list[RawRow]]:
    rows = iter(source)
    while batch := list(islice(rows, BATCH_ROWS)):
        yield batch


@dataclass(slots=True)
class _Run:
    db: Database
    source: RowSource
    defaults: ImportDefaults
    now: datetime
    actor: str
    dry_run: bool
    rejects: RejectsFile | None
    # a dry run puts away what it would have written, to judge later rows against it
    kept_debtors: Shelf[Key, DebtorRecord]
    kept_claims: Shelf[Key, ClaimRecord]
    result: ImportResult = field(default_factory=ImportResult)
    merger: Merger = field(init=False)
    erased: set[erasure.Key] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.merger = Merger(self.defaults.language, self.now.astimezone(self.defaults.zone).date())
        self.result.dry_run = self.dry_run
        self.result.warnings.extend((0, note) for note in self.source.notes)

    def batch(self, raws: list[RawRow]) -> Collection[int]:
        """The ids of the cases it has changed; new ones are not among them."""
        self.result.rows += len(raws)
        parsed = [(raw, parse_row(raw, defaults=self.defaults, read_number=self._read_number)) for raw in raws]
        rows = [row for _, row in parsed if isinstance(row, ImportRow)]
        debtor_keys = {(row.creditor, row.debtor_reference) for row in rows}
        claim_keys = {(row.creditor, row.claim_reference) for row in rows}
        self.merger.news.clear()
        if self.dry_run:
            part = self._known(debtor_keys, claim_keys)
            with self.db.read() as tx:
                self._find_erased(tx, rows)
            self._merge(parsed, part)
            self.kept_debtors.put(part.debtors)
            self.kept_claims.put(part.claims)
            return ()
        with self.db.write() as tx:
            import_rows.lock_imports(tx)
            # the case before what belongs to it, as whoever dials locks them
            import_rows.lock_cases(tx, debtor_keys)
            part = import_rows.load_part(tx, debtor_keys, claim_keys)
            self._find_erased(tx, rows)
            self._merge(parsed, part)
            import_rows.save_part(tx, part, now=self.now)
            return self._log(tx, part)

    def _read_number(self, text: str, country: str) -> Number | str:
        found = to_e164(text, country=country)
        if isinstance(found, NumberProblem):
            return found.text(self.defaults.language)
        return Number(found, line_type(found))

    def _known(self, debtor_keys: set[Key], claim_keys: set[Key]) -> BookPart:
        """The book as it would be by now: what was put away before what is recorded."""
        debtors, claims = self.kept_debtors.take(debtor_keys), self.kept_claims.take(claim_keys)
        with self.db.read() as tx:
            part = import_rows.load_part(tx, debtor_keys - debtors.keys(), claim_keys - claims.keys())
        part.debtors |= debtors
        part.claims |= claims
        return part

    def _merge(self, parsed: list[tuple[RawRow, ImportRow | Rejection]], part: BookPart) -> None:
        for raw, row in parsed:
            outcome = row if isinstance(row, Rejection) else self._erased(row) or self.merger.merge(row, part)
            if isinstance(outcome, Rejection):
                self._reject(raw, outcome)
            else:
                self.result.imported += 1
                self._warn(raw.line, outcome)

    def _find_erased(self, tx: Transaction, rows: Iterable[ImportRow]) -> None:
        """Those of the batch whom, or which, somebody had erased."""
        keys = {key for row in rows for key in _keys(row).values()} if erasure.any_erased(tx) else set()
        self.erased = erasure.known(tx, keys)

    def _erased(self, row: ImportRow) -> Rejection | None:
        """No import brings back who was erased."""
        column = next((column for column, key in _keys(row).items() if key in self.erased), None)
        return Rejection(row.line, column[0], text("erased", self.defaults.language)) if column else None

    def _reject(self, raw: RawRow, rejection: Rejection) -> None:
        headings = self.source.headings
        columns = ", ".join(headings.heading(column) for column in rejection.column.split(", ") if column)
        named = Rejection(rejection.line, columns, rejection.reason)
        self.result.rejected += 1
        if len(self.result.rejections) < SHOWN:
            self.result.rejections.append(named)
        if self.rejects is not None:
            self.rejects.write(raw, named)

    def _warn(self, line: int, warnings: tuple[Warned, ...]) -> None:
        for warning in warnings:
            self.result.warning_counts[warning.code] += 1
            if len(self.result.warnings) < SHOWN:
                self.result.warnings.append((line, warning.text))

    def _log(self, tx: Transaction, part: BookPart) -> Collection[int]:
        """Entries for what the batch brought, and the cases it concerns planned again: their ids."""
        new: list[entries.NewEntry] = []
        again: list[int] = []
        settled: list[int] = []
        for key, news in self.merger.news.items():
            debtor = part.debtors[key]
            if debtor.case_id is None:
                raise AssertionError(f"debtor {debtor.id} was saved without a case")
            for kind, facts, personal in _entries(debtor, news):
                new.append(
                    entries.NewEntry(
                        case_id=debtor.case_id, at=self.now, kind=kind, actor=self.actor, facts=facts, personal=personal
                    )
                )
            if not news.is_new:
                again.append(debtor.case_id)
            if news.changed and payments.owes_nothing(tx, debtor.case_id):
                settled.append(debtor.case_id)
        entries.append_many(tx, new)
        for case_id in settled:
            money_came(tx, case_id, at=self.now, actor=entries.SYSTEM)
        import_rows.plan_again(tx, again, now=self.now, reason="changed")
        return again

    def finish(self) -> ImportResult:
        result = self.result
        for name, count in self.merger.counts.items():
            setattr(result, name, count)
        result.skipped_empty = self.source.skipped_empty
        if self.rejects is not None and self.rejects.written:
            result.rejects_path = self.rejects.path
        return result


def _keys(row: ImportRow) -> dict[tuple[str, str], erasure.Key]:
    """What the row names, by column and value, as it is remembered of who was erased."""
    phones = row.contact.phones if row.contact else ()
    return {
        ("debtor_reference", ""): erasure.debtor_key(row.creditor, row.debtor_reference),
        ("claim_reference", ""): erasure.claim_key(row.creditor, row.claim_reference),
        **{("fax" if phone.fax else "phone", phone.e164): erasure.number_key(phone.e164) for phone in phones},
    }


_LogLine = tuple[str, dict[str, Any], dict[str, Any]]


def _entries(debtor: DebtorRecord, news: CaseNews) -> Iterator[_LogLine]:
    counts = {"contacts": len(news.contacts), "phones": len(news.phones)}
    people = {
        "contacts": [{"name": person.name, "role": person.role} for person in news.contacts],
        "phones": [phone.e164 for phone in news.phones],
    }
    owed = {"claims": len(news.claims), "open_minor": _open_by_currency(news)}
    references = [claim.reference for claim in news.claims]
    if news.is_new:
        who = {"debtor": debtor.details["name"], "debtor_reference": debtor.reference, "claims": references}
        yield "case.imported", owed | counts, who | people
        return
    if debtor.before:
        after = {detail: debtor.details[detail] for detail in debtor.before}
        yield "debtor.changed", {"details": sorted(debtor.before)}, {"before": debtor.before, "after": after}
    if news.claims:
        yield "claim.imported", owed | {"reopened": news.reopened}, {"claims": references}
    for claim in news.changed.values():
        changes = {column: [_plain(old), _plain(getattr(claim, column))] for column, old in claim.before.items()}
        yield "claim.changed", {"claim_id": claim.id, "changes": changes}, {"claim": claim.reference}
    if news.contacts or news.phones:
        yield "contact.imported", counts, people


def _open_by_currency(news: CaseNews) -> dict[str, int]:
    open_minor: Counter[str] = Counter()
    for claim in news.claims:
        open_minor[claim.currency] += max(0, claim.amount_minor - claim.paid_minor)
    return dict(open_minor)


def _plain(value: object) -> object:
    return value if isinstance(value, int) else str(value)
