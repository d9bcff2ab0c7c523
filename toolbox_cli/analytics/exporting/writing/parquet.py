"""Parquet, compressed by zstd: as pyarrow, DuckDB, Polars and Spark all read it."""

from typing import Any

import pyarrow as pa
from pyarrow import parquet

from toolbox_cli.analytics.datasets.dataset import Dataset


class ParquetBody:
    """One row group a batch."""

    def __init__(self, sink: Any, schema: pa.Schema) -> None:
        self._writer = parquet.ParquetWriter(
            pa.PythonFile(sink, mode="w"),
            schema.remove_metadata(),
            compression="zstd",
            compression_level=1,
            version="2.6",
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
    return ParquetBody(sink, schema)
