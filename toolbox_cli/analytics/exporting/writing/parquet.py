"""Parquet, compressed by zstd: as pyarrow, DuckDB, Polars and Spark all read it."""

from collections.abc import Collection
from typing import Any, Final

import pyarrow as pa
from pyarrow import parquet

from toolbox_cli.analytics.datasets.dataset import Dataset

_BUFFER_BYTES: Final = 256 * 1024
"""Pages are put together to so much before they are hashed and written: they are small and many."""


class ParquetBody:
    """One row group a batch."""

    def __init__(self, sink: Any, schema: pa.Schema, key: Collection[str]) -> None:
        self._sink = pa.BufferedOutputStream(pa.PythonFile(sink, mode="w"), _BUFFER_BYTES)
        self._schema, self._key = schema.remove_metadata(), key
        self._writer: parquet.ParquetWriter | None = None

    def write(self, batch: pa.RecordBatch) -> None:
        """Write a row group; what comes as a dictionary is written as the text that it stands for."""
        if self._writer is None:
            self._writer = self._begun(batch.schema)
        self._writer.write_batch(batch, row_group_size=max(batch.num_rows, 1))

    def close(self) -> None:
        """Write the footer."""
        (self._writer or self._begun(self._schema)).close()
        self._sink.flush()

    def _begun(self, given: pa.Schema) -> parquet.ParquetWriter:
        schema, key = self._schema, self._key
        if [_held(field.type) for field in given] != schema.types or given.names != schema.names:
            raise ValueError(f"{given} is not {schema}")
        steady = [field.name for field in schema if _rises(field, key)]
        return parquet.ParquetWriter(
            self._sink,
            given,
            compression="zstd",
            compression_level=1,
            version="2.6",
            write_statistics=[field.name for field in schema if not pa.types.is_string(field.type)],
            use_dictionary=[field.name for field in schema if field.name not in {*steady, *key}],
            column_encoding=dict.fromkeys(steady, "DELTA_BINARY_PACKED"),
            data_page_version="1.0",  # Spark's vectorised reader does not know all encodings of the second
            store_schema=False,  # types stand in Parquet's own words; an embedded Arrow schema is one more to disagree
        )


def begin(sink: Any, schema: pa.Schema, dataset: Dataset) -> ParquetBody:
    """Begin a file."""
    return ParquetBody(sink, schema, dataset.key)


def _held(given: pa.DataType) -> pa.DataType:
    return given.value_type if pa.types.is_dictionary(given) else given


def _rises(field: pa.Field, key: Collection[str]) -> bool:
    """Say that a column's values are many, and close to those before: moments, and numbers that are keys."""
    held = field.type
    return pa.types.is_timestamp(held) or pa.types.is_date(held) or (pa.types.is_integer(held) and field.name in key)
