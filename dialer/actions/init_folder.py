"""A folder to start with: configuration, empty database, sample claims."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from dialer.core.errors import BadInput
from dialer.sample_book import write_sample_book
from dialer.starter import starter_config
from dialer.storage.database import Database


def init_folder(folder: Path, *, today: date) -> list[Path]:
    """Write the files, never over existing ones. Raises BadInput naming what is in the way."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput(f"{folder} cannot be made: {error.strerror}") from None
    config, database, claims = folder / "config.toml", folder / "dialer.db", folder / "sample-claims.xlsx"
    people = folder / "sample-people.json"
    for path in (config, database, claims, people):
        if path.exists():
            raise BadInput(f"{path} exists; choose another folder")
    url = f"sqlite:///{database.resolve()}"
    config.write_text(starter_config({"url": url}), encoding="utf-8")
    fresh = Database(url)
    fresh.upgrade()
    fresh.close()
    with TemporaryDirectory(dir=folder) as aside:
        book = write_sample_book(Path(aside) / claims.name, claims=50, seed=1, today=today)
        book.path.replace(claims)
        book.people_path.replace(people)
    return [config, database, claims, people]
