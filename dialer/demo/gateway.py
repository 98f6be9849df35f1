"""A stand-in for the fax gateway: a mail server on this machine that takes each mail and keeps the paper in it."""

from __future__ import annotations

import email
import email.policy
import socketserver
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from threading import Thread

DOMAIN = "fax.example.com"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fax:
    """What the gateway was given: when (virtual, UTC), for which number (E.164), and where its paper lies."""

    at: datetime
    to: str
    path: Path


@dataclass
class Gateway:
    """Where it listens, and what it took."""

    port: int
    faxes: list[Fax] = field(default_factory=list)


@contextmanager
def open_gateway(folder: Path, now: Callable[[], datetime]) -> Iterator[Gateway]:
    """Listen on a loopback port while the block runs; papers are laid down in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    taken: list[Fax] = []

    class Handler(_Session):
        def take(self, recipient: str, content: bytes) -> None:
            paper = next(email.message_from_bytes(content, policy=email.policy.default).iter_attachments())
            path = folder / f"{len(taken) + 1:03d}-{paper.get_filename()}"
            path.write_bytes(paper.get_content())
            taken.append(Fax(at=now(), to=f"+{recipient.partition('@')[0]}", path=path))

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, name="fax gateway", daemon=True)
        thread.start()
        try:
            yield Gateway(port=server.server_address[1], faxes=taken)
        finally:
            server.shutdown()
            thread.join()


class _Session(socketserver.StreamRequestHandler):
    """The few words of SMTP that handing over a mail takes (RFC 5321)."""

    timeout = 30

    def take(self, recipient: str, content: bytes) -> None:
        """A mail has arrived whole."""
        raise NotImplementedError

    def handle(self) -> None:
        """One connection, line by line until it says QUIT or closes."""
        self._say("220 demo")
        recipient = ""
        while line := self.rfile.readline(1000).decode("ascii", "replace").strip():
            word = line[:4].upper()
            if word == "RCPT":
                recipient = line.partition("<")[2].partition(">")[0]
            if word == "DATA":
                self._say("354 go ahead")
                self.take(recipient, self._message())
            self._say("221 goodbye" if word == "QUIT" else "250 taken")
            if word == "QUIT":
                return

    def _message(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        return b"".join(lines)

    def _say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode("ascii"))
