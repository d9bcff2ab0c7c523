"""Spark over the same folders: for more rows than one machine reads, and to show that the figures are the same."""

import warnings
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
from toolbox_cli.core.errors import MissingExtraError, UnreachableError

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
_LOG: Final = Path(__file__).with_name("quiet.properties")
_OPTIONS: Final = {
    "spark.sql.session.timeZone": "UTC",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.driver.extraJavaOptions": f"-Dlog4j2.configurationFile={_LOG.as_uri()} -Duser.timezone=UTC",
}
_ALONE: Final = {
    "spark.driver.bindAddress": "127.0.0.1", "spark.driver.host": "127.0.0.1", "spark.sql.shuffle.partitions": "4",
}  # fmt: skip


class ClusterEngine:
    """Parquet files as views of Spark."""

    dialect: Final = "pyspark"

    def __init__(self, session: Any, held: frozenset[str], source: str) -> None:
        self._session, self._held, self.source = session, held, source

    def has(self, dataset: Dataset) -> bool:
        return dataset.name in self._held

    def rows(self, sql: str, datasets: Sequence[Dataset]) -> list[Row]:
        return _collected(self._session, sql)


def _collected(session: Any, sql: str) -> list[Row]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # PySpark leaves the socket of each answer to be found
        return [row.asDict() for row in session.sql(sql).collect()]


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
        UnreachableError: Spark does not start, or there is no such cluster.
        InputError: a file is not what it should be.
    """
    session = _session(master)
    try:
        for dataset in datasets:
            if dataset.name in files:
                _view(session, dataset, files[dataset.name], period)
        yield ClusterEngine(session, frozenset(files), source)
    finally:
        _end(session)


def _end(session: Any) -> None:
    """Stop Spark, and the process of Java that speaks for it."""
    from pyspark import SparkContext

    gateway = SparkContext._gateway
    session.stop()
    if gateway is not None:
        gateway.shutdown()
        gateway.proc.stdin.close()
        gateway.proc.wait(timeout=60)
        SparkContext._gateway = SparkContext._jvm = None


def _view(session: Any, dataset: Dataset, files: Sequence[Path], period: Period) -> None:
    columns = checked(files, dataset)
    schema = masked_schema(dataset, Mode.PSEUDONYMOUS)
    casts = [_column(schema.field(name), is_there=columns[name] == "there") for name in schema.names]
    if files:
        rows = session.read.option("mergeSchema", "true").parquet(*(file.resolve().as_uri() for file in files))
        if days := window(dataset, period):
            begins, ends = (f"TIMESTAMP '{day} 00:00:00Z'" for day in days)
            rows = rows.where(f"`{dataset.time}` >= {begins} AND `{dataset.time}` < {ends}")
    else:
        rows = session.range(0)
    rows.selectExpr(*casts).createOrReplaceTempView(table_name(dataset))


def _column(field: pa.Field, *, is_there: bool) -> str:
    return f"CAST({f'`{field.name}`' if is_there else 'NULL'} AS {_type(field.type)}) AS `{field.name}`"


def _type(held: pa.DataType) -> str:
    return f"decimal({held.precision}, {held.scale})" if pa.types.is_decimal(held) else _NAMES[held]


def _session(master: str) -> Any:
    try:
        import ibis  # type: ignore[import-untyped]
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession

        _ = ibis.pyspark  # what its compiler looks up is set when it is first spoken of
    except (ImportError, AttributeError):
        raise MissingExtraError("PySpark", "engines", otherwise="Take --engine duckdb") from None
    options = {**_OPTIONS, **(_ALONE if master.startswith("local") else {})}
    try:
        builder = SparkSession.builder.master(master).appName("toolbox analytics report")
        for name, value in options.items():
            builder = builder.config(name, value)
        session = builder.getOrCreate()
        _collected(session, "SELECT 1")
    except (PySparkException, OSError, RuntimeError) as error:
        reason = str(error).strip().splitlines()[0]
        raise UnreachableError(
            f"Spark does not answer at {master}: {reason}",
            remedy="It needs Java 17 or newer, and the cluster's address.",
        ) from error
    return session
