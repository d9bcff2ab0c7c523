"""Reads datasets as they stand at one moment: one read-only snapshot a database, in batches."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

import pyarrow as pa
from sqlalchemy import Select

from toolbox_cli.core.database.target import Target


@dataclass(frozen=True, slots=True)
class Patience:
    """How long the server may take.

    Attributes:
        statement_s: for one dataset, its writing included; 0 for as long as it takes.
        idle_s: between two statements of the snapshot; then the server ends it.
    """

    statement_s: int = 4 * 3600
    idle_s: int = 600


class Snapshot(Protocol):
    """One database at one moment."""

    def batches(self, statement: Select[Any]) -> Iterator[pa.RecordBatch]:
        """Give the rows of a statement over the models, to be read to the end before the next one is asked.

        Columns have their names and stand in the statement's order; text for UUIDs and numerics (NULL stays NULL).
        """

    def rows(self, statement: Select[Any]) -> list[dict[str, Any]]:
        """Give a few rows at once."""


@contextmanager
def snapshots(targets: Sequence[Target], patience: Patience = Patience()) -> Iterator[dict[str, Snapshot]]:  # noqa: B008
    """Open a snapshot of each database, all at the same time; gives the snapshot of each platform.

    Raises:
        MissingExtraError: the extra `analytics` is not installed.
        UnreachableError: a database can't be reached.
    """
    raise NotImplementedError
    yield {}
