"""CSV that spreadsheets may open: RFC 4180, UTF-8, NULL and '' apart, and nothing that is taken for a formula."""

from typing import BinaryIO, Final

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from toolbox_cli.analytics.exporting.writing.formulas import DANGER, neutral
from toolbox_cli.analytics.exporting.writing.texts import changed_where, moments, plain

_OPTIONS: Final = csv.WriteOptions(batch_size=1 << 14, eol="\r\n", null_string="", quoting_style="needed")
"""Text in quotes, so that `""` is empty text and nothing at all is NULL."""


class CsvRows:
    """Writes batches as rows of CSV."""

    def __init__(self, stream: BinaryIO, schema: pa.Schema) -> None:
        """Write the line of names.

        Args:
            stream: left open.
            schema: of every batch.
        """
        self._schema = pa.schema([(field.name, _written_type(field.type)) for field in schema])
        self._writer = csv.CSVWriter(stream, self._schema, write_options=_OPTIONS)

    def write(self, batch: pa.RecordBatch) -> None:
        """Write a batch."""
        columns = [_written(column) for column in plain(batch).columns]
        self._writer.write_batch(pa.RecordBatch.from_arrays(columns, schema=self._schema))

    def end(self) -> None:
        """Write what is left."""
        self._writer.close()


def _written_type(held: pa.DataType) -> pa.DataType:
    """Give the type that a column is written as: moments as texts, the rest as it is."""
    value = held.value_type if pa.types.is_dictionary(held) else held
    return pa.string() if pa.types.is_timestamp(value) else value


def _written(column: pa.Array) -> pa.Array:
    if pa.types.is_timestamp(column.type):
        return moments(column)
    if pa.types.is_string(column.type):
        return changed_where(column, DANGER, neutral)
    if pa.types.is_floating(column.type):
        return _without_minus_zero(column)
    return column


def _without_minus_zero(column: pa.Array) -> pa.Array:
    return pc.if_else(pc.equal(column, 0.0), pa.scalar(0.0, column.type), column)
