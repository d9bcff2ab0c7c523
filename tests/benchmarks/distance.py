"""A server that is further away: a local proxy that holds every byte back for a while."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CHUNK_BYTES = 1 << 16


@contextmanager
def far_away(socket: Path, round_trip_ms: float) -> Iterator[int]:
    """Run the proxy in a thread of its own.

    Args:
        socket: of the server.
        round_trip_ms: added to each round trip, half of it on either way.

    Yields:
        The port on this machine that leads to the server.
    """
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(_serve(socket, round_trip_ms / 2000))
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        server.close()
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()


async def _serve(socket: Path, delay_s: float) -> asyncio.Server:
    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_unix_connection(str(socket))
        await asyncio.gather(_carry(reader, far_writer, delay_s), _carry(far_reader, writer, delay_s))

    return await asyncio.start_server(connected, "127.0.0.1", 0)


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, delay_s: float) -> None:
    """Carry one way: each piece arrives later, and none waits for the one before it to arrive."""
    loop = asyncio.get_running_loop()
    while piece := await reader.read(CHUNK_BYTES):
        loop.call_later(delay_s, writer.write, piece)
    loop.call_later(delay_s, writer.close)
