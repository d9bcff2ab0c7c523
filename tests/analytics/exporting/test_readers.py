"""Every tool that analysts use reads every dataset, with the same types and values."""

import datetime
import json
import math
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import duckdb
import polars
import pyarrow as pa
import pytest
from pyarrow import dataset as datasets

from tests.analytics.exporting.events import runtime_for
from tests.support.seeding import seed_database
from tests.support.servers import Server
from toolbox_cli.analytics.datasets.registry import DATASETS
from toolbox_cli.analytics.exporting.asking import Ask
from toolbox_cli.analytics.exporting.export import export

KINDS: Final = {
    "string": {"string", "VARCHAR", "String", "large_string"},
    "int64": {"int64", "BIGINT", "Int64", "bigint"},
    "float64": {"double", "DOUBLE", "Float64"},
    "bool": {"bool", "BOOLEAN", "Boolean", "boolean"},
    "timestamp[us, UTC]": {
        "timestamp[us, tz=UTC]", "TIMESTAMP WITH TIME ZONE", "Datetime(time_unit='us', time_zone='UTC')", "timestamp",
    },
    "date32": {"date32[day]", "DATE", "Date", "date"},
}  # fmt: skip
"""What each tool calls a type."""


@pytest.fixture(scope="module")
def exported(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Export every dataset of a seeded school; gives the folder and the manifests."""
    folder = tmp_path_factory.mktemp("readers")
    with server.temporary(server.template) as database:
        seed_database(database, "all", students=3)
        done = export(runtime_for(database, folder), Ask(tuple(DATASETS.values()), str(folder / "out")))
    return folder / "out", {one.dataset.name: one.manifest for one in done}


def added_up(values: list[Any]) -> Any:
    """Give what tells a column's values from others, in whatever order and by whatever tool they are read."""
    there = [value for value in values if value is not None]
    if there and isinstance(there[0], float):
        return len(there), math.fsum(there)
    if there and isinstance(there[0], int | Decimal):
        return len(there), sum(there)
    if there and isinstance(there[0], datetime.datetime):
        return len(there), sum(int(value.timestamp() * 1_000_000) for value in there)
    return len(there), sorted(map(str, there))


def of_arrow(folder: Path) -> dict[str, tuple[str, Any]]:
    table = datasets.dataset(str(folder), format="parquet", partitioning="hive").to_table()
    return {name: (str(table.schema.field(name).type), table.column(name).to_pylist()) for name in table.schema.names}


def of_duckdb(folder: Path) -> dict[str, tuple[str, Any]]:
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        found = connection.sql(f"SELECT * FROM read_parquet('{folder}/*/*.parquet', hive_partitioning = true)")
        kinds = dict(zip(found.columns, map(str, found.types), strict=True))
        table = found.to_arrow_table()
    return {name: (kind, table.column(name).to_pylist()) for name, kind in kinds.items()}


def of_polars(folder: Path) -> dict[str, tuple[str, Any]]:
    frame = polars.read_parquet(f"{folder}/*/*.parquet", hive_partitioning=True)
    return {name: (str(frame.schema[name]), frame[name].to_list()) for name in frame.columns}


@pytest.mark.parametrize("read", [of_arrow, of_duckdb, of_polars])
def test_types_and_values_are_the_same(exported: Any, read: Any) -> None:
    folder, manifests = exported
    filled = [name for name, manifest in manifests.items() if manifest.rows]
    assert "module-events" in filled
    for name in filled:
        found, usual = read(folder / name), of_arrow(folder / name)
        assert list(found) == [column["name"] for column in manifests[name].terms.columns] + ["month"]
        for column in manifests[name].terms.columns:
            kind, values = found[column["name"]]
            assert kind in KINDS.get(column["type"], {column["type"]}) or kind.lower().startswith("decimal"), column
            assert added_up(values) == added_up(usual[column["name"]][1]), (name, column["name"])
        assert set(found["month"][1]) <= {*manifests[name].months, None}
        assert all(isinstance(month, str) for month in found["month"][1])


_SPARK: Final = """
import json, sys
from pyspark.sql import SparkSession
spark = (SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
    .config("spark.sql.session.timeZone", "UTC").config("spark.sql.shuffle.partitions", "1").getOrCreate())
found = {}
for folder in sys.argv[1:]:
    frame = spark.read.parquet(folder)
    rows = [json.loads(row) for row in frame.toJSON().collect()]
    found[folder] = {"types": dict(frame.dtypes), "rows": rows}
sys.stdout.write(json.dumps(found))
"""


@pytest.mark.needs("java")
def test_spark_reads_the_same(exported: Any) -> None:
    folder, manifests = exported
    names = [name for name, manifest in manifests.items() if manifest.rows]
    done = subprocess.run(
        [sys.executable, "-c", _SPARK, *(str(folder / name) for name in names)],
        capture_output=True, text=True, timeout=900, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    for place, told in json.loads(done.stdout).items():
        usual, manifest = of_arrow(Path(place)), manifests[Path(place).name]
        assert len(told["rows"]) == manifest.rows
        assert set(told["types"]) == {*(column["name"] for column in manifest.terms.columns), "month"}
        for column in manifest.terms.columns:
            name = column["name"]
            kind = told["types"][name]
            assert kind in KINDS.get(column["type"], set()) or kind.startswith("decimal"), column
            values = [row.get(name) for row in told["rows"]]
            if column["type"] == "timestamp[us, UTC]":
                values = [value and datetime.datetime.fromisoformat(value) for value in values]
            assert added_up(values) == added_up(usual[name][1]), (place, name)


def test_no_type_of_a_file_is_one_that_some_tool_refuses(exported: Any) -> None:
    folder, manifests = exported
    for name, manifest in manifests.items():
        for part in manifest.files[:1]:
            schema = pa.parquet.ParquetFile(folder / name / part.path).schema
            for place in range(len(schema)):
                column = schema.column(place)
                assert column.physical_type in {
                    "INT64",
                    "INT32",
                    "DOUBLE",
                    "BOOLEAN",
                    "BYTE_ARRAY",
                    "FIXED_LEN_BYTE_ARRAY",
                }
                assert column.logical_type.type != "UUID"
