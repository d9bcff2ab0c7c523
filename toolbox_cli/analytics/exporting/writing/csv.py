"""CSV that spreadsheets may open: RFC 4180, UTF-8, NULL and '' apart, and nothing that is taken for a formula."""

from typing import Any, Final

import pyarrow as pa
from pyarrow import csv

from toolbox_cli.analytics.datasets.dataset import Dataset
from toolbox_cli.analytics.exporting.writing.formulas import DANGER, neutral
from toolbox_cli.analytics.exporting.writing.texts import changed_where, moments, plain

_OPTIONS: Final = csv.WriteOptions(batch_size=1 << 14, eol="\r\n", null_string="", quoting_style="needed")
"""Text in quotes, so that `""` is empty text and nothing at all is NULL."""


class CsvBody:
    """Rows below a line of names."""

    def __init__(self, sink: Any, schema: pa.Schema) -> None:
        self._schema = pa.schema([(field.name, _written_type(field.type)) for field in schema])
        self._writer = csv.CSVWriter(pa.PythonFile(sink, mode="w"), self._schema, write_options=_OPTIONS)

    def write(self, batch: pa.RecordBatch) -> None:
        """Write rows."""
        columns = [_written(column) for column in plain(batch).columns]
        self._writer.write_batch(pa.RecordBatch.from_arrays(columns, schema=self._schema))

    def close(self) -> None:
        """Write what was held back."""
        self._writer.close()


def begin(sink: Any, schema: pa.Schema, dataset: Dataset) -> CsvBody:  # noqa: ARG001  as all forms are begun
    """Begin a file."""
    return CsvBody(sink, schema)


def _written_type(held: pa.DataType) -> pa.DataType:
    """Give the type that a column is written as: moments as texts, the rest as it is."""
    value = held.value_type if pa.types.is_dictionary(held) else held
    return pa.string() if pa.types.is_timestamp(value) else value


def _written(column: pa.Array) -> pa.Array:
    if pa.types.is_timestamp(column.type):
        return moments(column)
    return changed_where(column, DANGER, neutral) if pa.types.is_string(column.type) else column
