"""Arrow's IPC file, which pyarrow, Polars and pandas map into memory, with its schema and what that is of."""

from typing import Any

import pyarrow as pa
from pyarrow import ipc

from toolbox_cli.analytics.datasets.dataset import Dataset
from toolbox_cli.analytics.exporting.writing.texts import plain


class _Told:
    """A stream that knows how far it is, since the file's footer says where each batch begins."""

    closed = False

    def __init__(self, sink: Any) -> None:
        self._sink, self._at = sink, 0

    def write(self, data: bytes) -> int:
        self._at += len(data)
        self._sink.write(data)
        return len(data)

    def tell(self) -> int:
        return self._at

    def flush(self) -> None:
        self._sink.flush()

    def close(self) -> None:
        self._sink.close()


class ArrowBody:
    """Batches as they are in memory, compressed."""

    def __init__(self, sink: Any, schema: pa.Schema) -> None:
        options = ipc.IpcWriteOptions(compression="zstd")
        self._writer = ipc.new_file(pa.PythonFile(_Told(sink), mode="w"), schema, options=options)

    def write(self, batch: pa.RecordBatch) -> None:
        """Write a batch."""
        self._writer.write_batch(plain(batch))

    def close(self) -> None:
        """Write the footer."""
        self._writer.close()


def begin(sink: Any, schema: pa.Schema, dataset: Dataset) -> ArrowBody:
    """Begin a file."""
    told = {"dataset": dataset.name, "version": str(dataset.version), "title": dataset.title}
    docs = {column.name: column.doc for column in dataset}
    fields = [field.with_metadata({"doc": docs[field.name]}) if field.name in docs else field for field in schema]
    return ArrowBody(sink, pa.schema(fields, metadata={**(schema.metadata or {}), **told}))
