"""A signed line about the whole log, appended to a file that the database cannot reach.

Each line names the newest entry of every case that has grown since the line before it, so that a book of a hundred
thousand cases costs a line of the day's cases only.
"""

from __future__ import annotations

import base64
import fcntl
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BufferedRandom
from pathlib import Path
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from dialer import log_verifier
from dialer.actions.alarms import raise_alarm
from dialer.app import App
from dialer.config import Config
from dialer.core.errors import BadInput
from dialer.log_verifier import Checkpoints
from dialer.storage import log_rows
from dialer.storage.log_rows import Head

FAILED = "log.checkpoint_failed"
BEGUN_ANEW = "log.checkpoints_begun_anew"
SUCCEEDED = "log.checkpoints_succeeded"
LIVE = timedelta(hours=26)
"""A file that is written once a day is not older; another machine may have begun one of its own in that time."""
PRIVATE_NAME, PUBLIC_NAME = "log_key.pem", "log_key.pub.pem"
CHAIN_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """The new checkpoint; `hash` is what to write down or to print."""

    n: int
    at: datetime
    cases: int
    entries: int
    grown: int
    hash: str


def write_checkpoint(app: App) -> Written:
    """Append a checkpoint of the log as it is now.

    Raises BadInput, and leaves an alarm, when a file cannot be used, or when file or database are not a continuation
    of the last checkpoint.
    """
    path, now = checkpoint_file(app.config), app.clock.now()
    try:
        return _written(app, path, now)
    except BadInput as error:
        with app.db.write() as tx:
            raise_alarm(tx, at=now, kind=FAILED, text=str(error))
        raise


def _written(app: App, path: Path, now: datetime) -> Written:
    key = signing_key(app.config)
    try:
        with _locked(path) as file:
            return _append(app, file, key, now)
    except OSError as error:
        raise BadInput(f"log.checkpoint_file: {path} cannot be written: {error.strerror}") from None


def checkpoint_file(config: Config) -> Path:
    """Where checkpoints go. Raises BadInput when nothing is configured."""
    if config.log.checkpoint_file is None:
        raise BadInput("no checkpoints are configured: set log.checkpoint_file and log.signing_key_file")
    return config.log.checkpoint_file


def signing_key(config: Config) -> Ed25519PrivateKey:
    """The key that checkpoints are signed with. Raises BadInput."""
    path = config.log.signing_key_file
    try:
        key = load_pem_private_key(path.read_bytes(), password=None) if path else None
    except OSError as error:
        raise BadInput(f"log.signing_key_file: cannot read {path}: {error.strerror}") from None
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise BadInput(f"log.signing_key_file: {path} is no Ed25519 key; `dialer log key` makes one")
    return key


def public_bytes(key: Ed25519PrivateKey) -> bytes:
    """The 32 bytes of the public key."""
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def make_key(folder: Path) -> tuple[Path, Path]:
    """Write a new pair of keys: the private one for its owner alone. Raises BadInput rather than replace one."""
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    paths = folder / PRIVATE_NAME, folder / PUBLIC_NAME
    for path, text in zip(paths, (private, public), strict=True):
        try:
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(text)
        except FileExistsError:
            raise BadInput(f"{path} is there already; a key that has signed must not be lost") from None
        except OSError as error:
            raise BadInput(f"{path} cannot be written: {error.strerror}") from None
    return paths


@contextmanager
def _locked(path: Path) -> Iterator[BufferedRandom]:
    """The file, created when it is not there, for this process alone."""
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file


def _append(app: App, file: BufferedRandom, key: Ed25519PrivateKey, now: datetime) -> Written:
    whole = _whole_lines(file)
    book = log_verifier.read_checkpoints(whole, public_bytes(key))
    if book.findings:
        raise BadInput(f"the file of checkpoints was changed: {book.findings[0].text()}")
    chain = book.chain or secrets.token_hex(CHAIN_BYTES)
    with app.db.read() as tx:
        log_rows.freeze(tx)
        known = log_rows.known_checkpoints(tx, chain)
        heads = log_rows.heads(tx)
        grown = {case: head for case, head in heads.items() if book.heads.get(case) != head}
        before = log_rows.hashes_at(tx, {case: book.heads[case][0] for case in grown if case in book.heads})
        begun = log_rows.chains_begun(tx)
    _refuse_a_break(book, known, heads, before)
    succeeded = book.chain is not None and log_verifier.succeeded(book, begun)
    if succeeded and now - datetime.fromisoformat(book.at) > LIVE:
        raise BadInput(_old(book))
    point = _signed(key, _unsigned(book, chain, heads, grown, now))
    line = f"{log_verifier.canonical(point)}\n".encode()
    file.seek(sum(map(len, whole)))
    file.truncate()
    file.write(line)
    file.flush()
    os.fsync(file.fileno())
    digest = log_verifier.sha256(line.rstrip(b"\n"))
    with app.db.write() as tx:
        if succeeded:
            raise_alarm(tx, at=now, kind=SUCCEEDED, text=_old(book))
        if book.chain is None and begun:
            text = "the database knows checkpoints, and their file is empty or gone: a new one was begun"
            raise_alarm(tx, at=now, kind=BEGUN_ANEW, text=text)
        log_rows.note_checkpoints(tx, chain, {**book.hashes, point["n"]: digest}, at=now)
    return Written(n=point["n"], at=now, cases=point["cases"], entries=point["entries"], grown=len(grown), hash=digest)


def _whole_lines(file: BufferedRandom) -> list[bytes]:
    """Without a last line that a power cut left half written: nobody was told of that checkpoint."""
    lines = file.readlines()
    return lines[:-1] if lines and not lines[-1].endswith(b"\n") else lines


def _refuse_a_break(
    book: Checkpoints, known: Mapping[int, str], heads: Mapping[int, Head], before: Mapping[int, str]
) -> None:
    """The log must have grown since the last checkpoint, and nothing else."""
    lost = [n for n, digest in known.items() if book.hashes.get(n) != digest]
    if lost:
        raise BadInput(f"checkpoint {min(lost)} is missing in the file of checkpoints")
    for case, (seq, head) in book.heads.items():
        now = heads.get(case, (0, ""))
        if now != (seq, head) and (now[0] <= seq or before.get(case) != head):
            raise BadInput(
                f"case {case}: entry {seq} is not as in the last checkpoint. Was an older database brought back? "
                "Find out with `dialer log verify`; then begin a new log.checkpoint_file and keep the old one"
            )


def _old(book: Checkpoints) -> str:
    return (
        f"another file of checkpoints was begun after the last one of this file ({book.at}). Is it an old one? Put the"
        " newest in its place, or begin a new log.checkpoint_file and keep this one"
    )


def _unsigned(
    book: Checkpoints, chain: str, heads: Mapping[int, Head], grown: Mapping[int, Head], now: datetime
) -> dict[str, Any]:
    return {
        "type": log_verifier.CHECKPOINT_TYPE,
        "chain": chain,
        "n": book.lines + 1,
        "at": now.astimezone(UTC).isoformat(timespec="microseconds"),
        "prev": book.last_hash,
        "cases": len(heads),
        "entries": sum(seq for seq, _ in heads.values()),
        "heads": [[case, *grown[case]] for case in sorted(grown)],
        "root": log_verifier.root_of(heads),
    }


def _signed(key: Ed25519PrivateKey, point: dict[str, Any]) -> dict[str, Any]:
    signature = key.sign(log_verifier.canonical(point).encode())
    return {**point, "sig": base64.b64encode(signature).decode()}
