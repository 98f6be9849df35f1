from __future__ import annotations

import sys
from pathlib import Path

KIT = str(Path(__file__).parents[1] / "actions")
if KIT not in sys.path:
    sys.path.insert(0, KIT)

from office_fixtures import (  # noqa: E402 - found through the path above
    either_office,
    make_office,
    office,
    postgres_office,
    postgres_template,
    sqlite_database_url,
    sqlite_template,
)
from post_kit import either_desk, mail_certificate, mail_server, make_desk  # noqa: E402 - the same

__all__ = [
    "either_desk",
    "either_office",
    "mail_certificate",
    "mail_server",
    "make_desk",
    "make_office",
    "office",
    "postgres_office",
    "postgres_template",
    "sqlite_database_url",
    "sqlite_template",
]
