"""DuckDB over Parquet files: the engine that every machine has."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from toolbox_cli.analytics.datasets.dataset import Dataset
from toolbox_cli.analytics.masking.applying import masked_schema
from toolbox_cli.analytics.masking.modes import Mode
from toolbox_cli.analytics.reporting.engines.engine import Row, table_name
from toolbox_cli.analytics.reporting.engines.folders import checked
from toolbox_cli.analytics.reporting.engines.window import window
from toolbox_cli.analytics.reporting.periods import Period
from toolbox_cli.core.database.names import quote
from toolbox_cli.core.errors import MissingExtraError

_NAMES: Final[Mapping[pa.DataType, str]] = {
    pa.string(): "VARCHAR",
    pa.int64(): "BIGINT",
    pa.float64(): "DOUBLE",
    pa.bool_(): "BOOLEAN",
    pa.timestamp("us", tz="UTC"): "TIMESTAMPTZ",
    pa.date32(): "DATE",
}
_CONFIG: Final = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}


class FilesEngine:
    """Parquet files as views of DuckDB."""

    dialect: Final = "duckdb"

    def __init__(self, connection: Any, held: frozenset[str], source: str) -> None:
        self._connection, self._held, self.source = connection, held, source

    def has(self, dataset: Dataset) -> bool:
        return dataset.name in self._held

    def rows(self, sql: str, datasets: Sequence[Dataset]) -> list[Row]:
        cursor = self._connection.execute(sql)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


@contextmanager
def over_files(
    files: Mapping[str, Sequence[Path]], datasets: Sequence[Dataset], period: Period, source: str
) -> Iterator[FilesEngine]:
    """Open DuckDB over the files of datasets, with the rows of a period.

    Raises:
        MissingExtraError: the extra `analytics` is not installed.
        InputError: a file is not what it should be.
    """
    duckdb = _duckdb()
    with duckdb.connect(":memory:", config=_CONFIG) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        for dataset in datasets:
            if dataset.name in files:
                connection.execute(_view(dataset, files[dataset.name], period))
        yield FilesEngine(connection, frozenset(files), source)


def _view(dataset: Dataset, files: Sequence[Path], period: Period) -> str:
    """Make a view with exactly the columns of the dataset's schema, whatever earlier versions left out."""
    columns = checked(files, dataset)
    schema = masked_schema(dataset, Mode.PSEUDONYMOUS)
    told = [_column(schema.field(name), is_there=columns[name] == "there") for name in schema.names]
    head = f"CREATE VIEW {quote(table_name(dataset))} AS SELECT {', '.join(told)}"  # noqa: S608  names are our own
    if not files:
        return f"{head} WHERE false"
    listed = ", ".join("'" + str(file).replace("'", "''") + "'" for file in files)
    rows = f"{head} FROM read_parquet([{listed}], union_by_name = true, hive_partitioning = false)"
    days, time = window(dataset, period), quote(dataset.time)
    if days is None:
        return rows
    begins, ends = (f"TIMESTAMPTZ '{day} 00:00:00+00'" for day in days)
    return f"{rows} WHERE {time} >= {begins} AND {time} < {ends}"


def _column(field: pa.Field, *, is_there: bool) -> str:
    name = quote(field.name)
    if is_there and pa.types.is_timestamp(field.type):
        # a moment without its zone, which is UTC anyway: days of those are worked out many times as fast
        return f"make_timestamp(epoch_us(CAST({name} AS TIMESTAMPTZ))) AS {name}"
    return f"CAST({name if is_there else 'NULL'} AS {_type(field.type)}) AS {name}"


def _type(held: pa.DataType) -> str:
    if pa.types.is_decimal(held):
        return f"DECIMAL({held.precision}, {held.scale})"
    return _NAMES[held]


def _duckdb() -> Any:
    try:
        import duckdb
    except ImportError:
        raise MissingExtraError("DuckDB", "analytics") from None
    return duckdb
