"""Spark over the same folders: for more rows than one machine reads, and to show that the figures are the same."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from toolbox_cli.analytics.datasets.dataset import Dataset
from toolbox_cli.analytics.masking.applying import masked_schema
from toolbox_cli.analytics.masking.modes import Mode
from toolbox_cli.analytics.reporting.engines.driver import collected, session_at
from toolbox_cli.analytics.reporting.engines.engine import Row, table_name
from toolbox_cli.analytics.reporting.engines.folders import checked
from toolbox_cli.analytics.reporting.engines.window import window
from toolbox_cli.analytics.reporting.periods import Period

LOCAL: Final = "local[*]"
"""Spark in a process beside this one."""

_NAMES: Final[Mapping[pa.DataType, str]] = {
    pa.string(): "string",
    pa.int64(): "bigint",
    pa.float64(): "double",
    pa.bool_(): "boolean",
    pa.timestamp("us", tz="UTC"): "timestamp",
    pa.date32(): "date",
}
_PATTERNS: Final = re.compile(r"[\\*?\[\]{}]")


class ClusterEngine:
    """Parquet files as views of Spark."""

    dialect: Final = "pyspark"

    def __init__(self, session: Any, held: frozenset[str], source: str) -> None:
        self._session, self._held, self.source = session, held, source

    def has(self, dataset: Dataset) -> bool:
        return dataset.name in self._held

    def rows(self, sql: str, datasets: Sequence[Dataset]) -> list[Row]:
        return collected(self._session, sql)


@contextmanager
def over_cluster(
    master: str, files: Mapping[str, Sequence[Path]], datasets: Sequence[Dataset], period: Period, source: str
) -> Iterator[ClusterEngine]:
    """Open Spark over the files of datasets, with the rows of a period.

    Args:
        master: address of the cluster, which must see the files under the same paths, or `LOCAL`.
        files: by dataset.
        datasets: that are wanted.
        period: whose rows count.
        source: where the files come from, a sentence.

    Raises:
        MissingExtraError: the extra `engines` is not installed.
        UnreachableError: Spark does not start, or the cluster does not answer or breaks off.
        InputError: a file is not what it should be.
    """
    with session_at(master) as session:
        for dataset in datasets:
            if dataset.name in files:
                _view(session, dataset, files[dataset.name], period)
        yield ClusterEngine(session, frozenset(files), source)


def _view(session: Any, dataset: Dataset, files: Sequence[Path], period: Period) -> None:
    columns = checked(files, dataset)
    schema = masked_schema(dataset, Mode.PSEUDONYMOUS)
    casts = [_column(schema.field(name), is_there=columns[name] == "there") for name in schema.names]
    if files:
        rows = session.read.option("mergeSchema", "true").parquet(*map(_path, files))
        if days := window(dataset, period):
            begins, ends = (f"TIMESTAMP '{day} 00:00:00Z'" for day in days)
            rows = rows.where(f"`{dataset.time}` >= {begins} AND `{dataset.time}` < {ends}")
    else:
        rows = session.range(0)
    rows.selectExpr(*casts).createOrReplaceTempView(table_name(dataset))


def _path(file: Path) -> str:
    """Give a file's address as Hadoop takes it: nothing is percent-encoded, and nothing stands for other files."""
    return "file://" + _PATTERNS.sub(r"\\\g<0>", str(file.resolve()))


def _column(field: pa.Field, *, is_there: bool) -> str:
    return f"CAST({f'`{field.name}`' if is_there else 'NULL'} AS {_type(field.type)}) AS `{field.name}`"


def _type(held: pa.DataType) -> str:
    return f"decimal({held.precision}, {held.scale})" if pa.types.is_decimal(held) else _NAMES[held]
