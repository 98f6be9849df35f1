"""A document of a case, or a finished file, saved where a person wants it."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from dialer.app import App
from dialer.core.errors import BadInput, NotFound
from dialer.storage import documents


def save_document(app: App, document_id: int, out: Path) -> None:
    """The document as it was written. Raises NotFound, or BadInput when the file cannot be written."""
    with app.db.read() as tx:
        if documents.by_id(tx, document_id) is None:
            raise NotFound(f"there is no document {document_id}")
        pdf = documents.pdf_of(tx, document_id)
    save_file(out, pdf)


def save_file(out: Path, content: bytes) -> None:
    """The file is complete or not there at all. Raises BadInput when it cannot be written."""
    try:
        descriptor, name = tempfile.mkstemp(dir=out.parent, prefix=f".{out.stem}.")
        part = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            part.replace(out)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise BadInput(f"--out {out} cannot be written ({error.strerror or error}): name another file") from None
