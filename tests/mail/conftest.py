from __future__ import annotations

import sys
from pathlib import Path

KIT = str(Path(__file__).parents[1] / "actions")
if KIT not in sys.path:
    sys.path.insert(0, KIT)

from post_kit import mail_certificate, mail_server  # noqa: E402 - found through the path above

__all__ = ["mail_certificate", "mail_server"]
