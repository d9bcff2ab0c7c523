"""Blocks are made side by side in other processes, and come back in their order."""

import gc
import pickle
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from multiprocessing import get_context
from typing import Final, NamedTuple, Protocol

from toolbox_cli.core.errors import ToolboxError
from toolbox_cli.core.processes import end_with_parent, processors
from toolbox_cli.seed.making.domain import Context, Domain
from toolbox_cli.seed.making.names import names_of
from toolbox_cli.seed.making.text import encode
from toolbox_cli.seed.profiles.shape import Profile

ROWS_A_BATCH: Final = 6_000
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
        tables: those that are wanted.
    """

    domain: Domain
    context: Context
    tables: frozenset[str]

    def make(self, blocks: range) -> Batch:
        """Make some blocks, and write their rows down, table by table."""
        content = self.domain.content
        wanted = [table for table in content.TABLES if table in self.tables]
        made: dict[str, list[bytes]] = {table: [] for table in wanted}
        counts = dict.fromkeys(wanted, 0)
        for block in blocks:
            rows = content.make(self.context, block)
            for table in wanted:
                if part := rows.get(table):
                    made[table].append(encode(part))
                    counts[table] += len(part)
        return [Load(table, counts[table], b"".join(parts)) for table, parts in made.items() if counts[table]]

    def parts(self) -> Iterator[range]:
        """Give the blocks of each batch: the first ones are small, so that the server does not wait for long."""
        content, profile = self.domain.content, self.context.profile
        blocks, rows = content.blocks(profile), sum(content.expected(profile).values())
        size, start = max(1, blocks * ROWS_A_BATCH // max(rows, 1)), 0
        while start < blocks:
            end = min(start + min(size, max(1, start)), blocks)
            yield range(start, end)
            start = end


class Makers(Protocol):
    """Whoever makes the rows."""

    def make(self, works: Sequence[Work]) -> Iterator[Iterator[Batch]]:
        """Make every block.

        Args:
            works: what to make; what comes later is begun before what comes first is at its end.

        Yields:
            For each work its batches, in the blocks' order, which are the same whoever makes them; they are to be
            taken before the next work's.
        """
        ...


@contextmanager
def makers(domains: Sequence[Domain], profile: Profile, processes: int) -> Iterator[Makers]:
    """Start processes that make rows, while the caller finds out what else decides them.

    Args:
        domains: what they will make; each process makes itself ready for it.
        profile: how much of it.
        processes: how many; with 0 the caller makes the rows.

    Raises:
        ToolboxError: a process was killed; from whatever uses the makers.
    """
    if not processes:
        yield _Here()
        return
    modules = tuple(domain.module for domain in domains)
    pool = ProcessPoolExecutor(processes, get_context("spawn"), _begin, (modules, tuple(profile.locales)))
    try:
        pool.submit(_nothing)  # starts all of them
        yield _Elsewhere(pool, processes * AHEAD)
    except BrokenProcessPool as error:
        raise ToolboxError(
            "A process that makes rows was killed; nothing was loaded.",
            remedy="Most likely memory ran out: see the system's log, and try again.",
        ) from error
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def fitting(domains: Sequence[Domain], profile: Profile, *, bulk: bool) -> int:
    """Say how many processes fit beside the server, which has little to do where tables are bare.

    Args:
        domains: what is made.
        profile: how much of it.
        bulk: whether indexes and keys are built afterwards.
    """
    if sum(sum(domain.content.expected(profile).values()) for domain in domains) <= ROWS_ALONE:
        return 0
    return max(1, processors() if bulk else processors() - 1)


class _Here:
    """Makes rows when they are asked for."""

    def make(self, works: Sequence[Work]) -> Iterator[Iterator[Batch]]:
        for work in works:
            yield map(work.make, work.parts())


class _Elsewhere:
    """Has rows made in other processes, some batches ahead."""

    def __init__(self, pool: ProcessPoolExecutor, ahead: int) -> None:
        self._pool, self._ahead = pool, ahead
        self._waiting: deque[Future[Batch]] = deque()

    def make(self, works: Sequence[Work]) -> Iterator[Iterator[Batch]]:
        wanted = [(pickle.dumps(work), [*work.parts()]) for work in works]
        self._asked = iter([(work, part) for work, parts in wanted for part in parts])
        for _, parts in wanted:
            yield self._taken(len(parts))

    def _taken(self, count: int) -> Iterator[Batch]:
        for _ in range(count):
            self._ask()
            yield self._waiting.popleft().result()

    def _ask(self) -> None:
        while len(self._waiting) <= self._ahead:
            if not (asked := next(self._asked, None)):
                return self._pool.shutdown(wait=False)  # once the last rows are made
            self._waiting.append(self._pool.submit(_make, *asked))
        return None


def _begin(modules: Sequence[str], locales: Sequence[str]) -> None:
    """Make a process ready for what it will be asked."""
    gc.disable()  # rows form no cycles: looking for some takes a sixth of the time
    end_with_parent()
    for module in modules:
        import_module(module)
    for locale in locales:
        names_of(locale)


def _nothing() -> None:
    pass


@lru_cache(maxsize=1)
def _work(pickled: bytes) -> Work:
    found: Work = pickle.loads(pickled)  # noqa: S301  from the process that started this one
    return found


def _make(work: bytes, blocks: range) -> Batch:
    return _work(work).make(blocks)
