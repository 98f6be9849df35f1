from __future__ import annotations

import sys
from pathlib import Path

KIT = str(Path(__file__).parents[1] / "actions")
if KIT not in sys.path:
    sys.path.insert(0, KIT)

from office_fixtures import (  # noqa: E402 - found through the path above
    make_office,
    postgres_template,
    sqlite_database_url,
    sqlite_template,
)
from post_kit import mail_certificate, mail_server  # noqa: E402 - the same

from .story_kit import either_story, make_story, postgres_story, story  # noqa: E402 - the same

__all__ = [
    "either_story",
    "mail_certificate",
    "mail_server",
    "make_office",
    "make_story",
    "postgres_story",
    "postgres_template",
    "sqlite_database_url",
    "sqlite_template",
    "story",
]
