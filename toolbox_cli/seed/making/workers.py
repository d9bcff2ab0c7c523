"""Blocks are made side by side in other processes, and come back in their order."""

import gc
import os
import threading
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import get_context, parent_process
from typing import Final, NamedTuple

from toolbox_cli.core.errors import ToolboxError
from toolbox_cli.seed.making.domain import Context, Domain
from toolbox_cli.seed.making.text import encode

ROWS_A_BATCH: Final = 20_000
"""About how many rows travel at once: enough to make a COPY worth its start, few enough for constant memory."""

ROWS_ALONE: Final = 60_000
"""Up to here, starting other processes takes longer than making the rows."""

AHEAD: Final = 2
"""Batches that each process may be ahead of the server."""


class Load(NamedTuple):
    """Rows of one table, in COPY's text format."""

    table: str
    rows: int
    data: bytes


Batch = list[Load]


@dataclass(frozen=True, slots=True)
class Work:
    """The blocks of one domain.

    Attributes:
        tables: those that are wanted; all when None.
    """

    domain: Domain
    context: Context
    tables: frozenset[str] | None = None

    def make(self, blocks: range) -> Batch:
        """Make some blocks, and write their rows down, table by table."""
        content = self.domain.content
        wanted = [table for table in content.TABLES if self.tables is None or table in self.tables]
        made: dict[str, list[bytes]] = {table: [] for table in wanted}
        counts = dict.fromkeys(wanted, 0)
        for block in blocks:
            rows = content.make(self.context, block)
            for table in wanted:
                if part := rows.get(table):
                    made[table].append(encode(part))
                    counts[table] += len(part)
        return [Load(table, counts[table], b"".join(parts)) for table, parts in made.items() if counts[table]]


def batches(work: Work, processes: int | None = None) -> Iterator[Batch]:
    """Make every block.

    Args:
        work: what to make.
        processes: how many to make it in; 0 is this one; as many as fit beside the server when None.

    Yields:
        Rows, in the blocks' order: the same whatever the number of processes.
    """
    content, profile = work.domain.content, work.context.profile
    blocks, rows = content.blocks(profile), sum(content.expected(profile).values())
    size = max(1, blocks * ROWS_A_BATCH // max(rows, 1))
    parts = [range(start, min(start + size, blocks)) for start in range(0, blocks, size)]
    wanted = _fitting(rows) if processes is None else processes
    yield from _elsewhere(work, parts, wanted) if wanted else map(work.make, parts)


def _fitting(rows: int) -> int:
    """Leave one processor to the server."""
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return 0 if rows <= ROWS_ALONE else max(1, processors - 1)


def _elsewhere(work: Work, parts: list[range], processes: int) -> Iterator[Batch]:
    with ProcessPoolExecutor(processes, get_context("spawn"), _begin, (work,)) as pool:
        waiting: deque[Future[Batch]] = deque()
        try:
            for part in parts:
                if len(waiting) >= processes * AHEAD:
                    yield waiting.popleft().result()
                waiting.append(pool.submit(_make, part))
            while waiting:
                yield waiting.popleft().result()
        except BrokenProcessPool as error:
            raise ToolboxError(
                "A process that makes rows was killed; nothing was loaded.",
                remedy="Most likely memory ran out: see the system's log, and try again.",
            ) from error
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


_work: Work


def _begin(work: Work) -> None:
    global _work  # noqa: PLW0603  one a process, for as long as it lives
    _work = work
    gc.disable()  # rows form no cycles: looking for some takes a sixth of the time
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """Wait for the end of the process that loads: one that is killed can't say so."""
    if parent := parent_process():
        parent.join()
        os._exit(1)


def _make(blocks: range) -> Batch:
    return _work.make(blocks)
