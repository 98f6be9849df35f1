"""Write the spreadsheet of attempts."""

from __future__ import annotations

import os
import stat
import tempfile
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dialer.core.errors import BadInput
from dialer.core.windows import start_of_day
from dialer.reports.attempts import AttemptRow, Head, write_report
from dialer.reports.texts import LANGUAGES
from dialer.rules.places import Address, Whereabouts, whereabouts
from dialer.storage import report_rows
from dialer.storage.report_rows import Lives

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from dialer.core.policy import Law
    from dialer.reports.attempts import Progress
    from dialer.storage.database import Database

SUFFIX = ".xlsx"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportResult:
    """What was written: rows on the sheets of attempts, attempts among them, and the file."""

    rows: int
    attempts: int
    path: Path


def report_attempts(
    db: Database,
    *,
    out: Path,
    first: date,
    last: date,
    zone: ZoneInfo,
    language: str,
    operator: str,
    law: Law,
    now: datetime,
    progress: Progress | None = None,
) -> ReportResult:
    """Write all attempts of the days `first` to `last` in `zone`, both included, to `out`.

    The file is complete or not there at all; what stood there before stays until then. Packs of `law` past their
    review date are named on it.
    """
    if language not in LANGUAGES:
        raise BadInput(f"language {language!r}: reports are written in {' or '.join(LANGUAGES)}")
    since, until = _period(first, last, zone)
    outdated = tuple(pack for pack in law.packs if pack.review_by < now.date())
    head = Head(first=first, last=last, zone=zone, language=language, operator=operator, now=now, outdated=outdated)
    with replacing(out) as file, db.read() as tx:
        stream = report_rows.stream(tx, AttemptRow, since=since, until=until, zone_of=partial(_zone_of, str(zone)))
        with closing(stream) as rows:
            totals = write_report(rows, file, head, progress=progress)
    return ReportResult(rows=totals.rows, attempts=totals.all.attempts, path=out)


def _zone_of(default: str, lives: Lives, number: str) -> str:
    """The called party's zone: as the claims file says, by his address or his number, or `default` if all is silent."""
    return _zone_by_address(lives) or _zone_by_number(lives.country, number) or default


@lru_cache(maxsize=20_000)
def _zone_by_address(lives: Lives) -> str | None:
    if _exists(lives.timezone):
        return lives.timezone
    return _first(
        whereabouts(Address(country=lives.country, subdivision=lives.subdivision, postal_code=lives.postal_code), None)
    )


@lru_cache(maxsize=20_000)
def _zone_by_number(country: str, number: str) -> str | None:
    return _first(whereabouts(Address(country=country), number)) if number else None


def _first(where: Whereabouts) -> str | None:
    return str(where.sites[0].zone) if where.sites and not where.unknown else None


def _exists(timezone: str | None) -> bool:
    try:
        return bool(timezone and ZoneInfo(timezone))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False


def _period(first: date, last: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    if first > last:
        raise BadInput(f"--from {first} is after --to {last}: swap them")
    try:
        return start_of_day(zone, first), start_of_day(zone, last + timedelta(days=1))
    except OverflowError:
        raise BadInput(f"--from {first} --to {last}: the calendar does not go that far") from None


@contextmanager
def replacing(out: Path) -> Iterator[BinaryIO]:
    """A new file beside `out` that takes its place at the end, or vanishes on an error."""
    if out.suffix.lower() != SUFFIX:
        raise BadInput(f"--out {out}: reports are Excel files, the name must end in {SUFFIX}")
    for lock in (out.with_name(f"~${out.name}"), out.with_name(f".~lock.{out.name}#")):
        if lock.exists():
            raise BadInput(f"--out {out} is open in a spreadsheet program ({lock.name} lies beside it): close it first")
    try:
        if out.exists():
            # found out now, not after the work
            with out.open("r+b"):
                pass
        descriptor, name = tempfile.mkstemp(dir=out.parent, prefix=f".{out.stem}.", suffix=SUFFIX)
    except OSError as error:
        raise _unwritable(out, error) from error
    part = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if out.exists():
            part.chmod(stat.S_IMODE(out.stat().st_mode))
        part.replace(out)
    except OSError as error:
        raise _unwritable(out, error) from error
    finally:
        part.unlink(missing_ok=True)


def _unwritable(out: Path, error: OSError) -> BadInput:
    return BadInput(f"--out {out} cannot be written ({error.strerror or error}): close it, or name another file")
