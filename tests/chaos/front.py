"""What stands before several web servers: passes each connection on to one that is up."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from itertools import count
from threading import Thread


class Front:
    """Listens on `port` until it is stopped; the servers' ports are asked in turn."""

    def __init__(self, port: int, servers: Sequence[int]) -> None:
        self._port = port
        self._servers = servers
        self._turn = count()
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._run, name="front", daemon=True)

    def start(self) -> Front:
        self._thread.start()
        return self

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def _run(self) -> None:
        self._loop.run_until_complete(asyncio.start_server(self._pass_on, "127.0.0.1", self._port))
        self._loop.run_forever()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first = next(self._turn)
        for n in range(len(self._servers)):
            port = self._servers[(first + n) % len(self._servers)]
            with suppress(OSError):
                theirs, ours = await asyncio.open_connection("127.0.0.1", port)
                await asyncio.gather(_pump(reader, ours), _pump(theirs, writer))
                return
        writer.close()


async def _pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await source.read(65536):
            sink.write(data)
            await sink.drain()
    with suppress(OSError):
        sink.close()
