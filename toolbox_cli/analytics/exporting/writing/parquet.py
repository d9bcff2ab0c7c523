"""Parquet, compressed by zstd: as pyarrow, DuckDB, Polars and Spark all read it."""

from collections.abc import Collection
from typing import Any

import pyarrow as pa
from pyarrow import parquet

from toolbox_cli.analytics.datasets.dataset import Dataset


class ParquetBody:
    """One row group a batch."""

    def __init__(self, sink: Any, schema: pa.Schema, key: Collection[str]) -> None:
        steady = [field.name for field in schema if _rises(field, key)]
        self._writer = parquet.ParquetWriter(
            pa.PythonFile(sink, mode="w"),
            schema.remove_metadata(),
            compression="zstd",
            compression_level=1,
            version="2.6",
            write_statistics=[field.name for field in schema if not pa.types.is_string(field.type)],
            use_dictionary=[field.name for field in schema if field.name not in {*steady, *key}],
            column_encoding=dict.fromkeys(steady, "DELTA_BINARY_PACKED"),
            data_page_version="1.0",  # Spark's vectorised reader does not know all encodings of the second
            store_schema=False,  # types stand in Parquet's own words; an embedded Arrow schema is one more to disagree
        )

    def write(self, batch: pa.RecordBatch) -> None:
        """Write a row group."""
        self._writer.write_batch(batch, row_group_size=max(batch.num_rows, 1))

    def close(self) -> None:
        """Write the footer."""
        self._writer.close()


def begin(sink: Any, schema: pa.Schema, dataset: Dataset) -> ParquetBody:
    """Begin a file."""
    return ParquetBody(sink, schema, dataset.key)


def _rises(field: pa.Field, key: Collection[str]) -> bool:
    """Say that a column's values are many, and close to those before: moments, and numbers that are keys."""
    held = field.type
    return pa.types.is_timestamp(held) or pa.types.is_date(held) or (pa.types.is_integer(held) and field.name in key)
