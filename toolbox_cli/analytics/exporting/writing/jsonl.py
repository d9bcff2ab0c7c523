"""JSON Lines: one object a row, every key in every row, in UTF-8."""

import json
from collections.abc import Sequence
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from toolbox_cli.analytics.datasets.dataset import Dataset
from toolbox_cli.analytics.exporting.writing.texts import changed_where, moments, plain

_AT_ONCE: Final = 1 << 16
"""Rows that become one piece of text: far from the 2 GiB that such a piece can have."""

_ESCAPED: Final = r'["\\\x00-\x1f]'
"""What stands in no string of JSON as it is."""


class JsonBody:
    """Rows as objects, put together column by column."""

    def __init__(self, sink: Any, schema: pa.Schema) -> None:
        self._sink = sink
        names = [json.dumps(name, ensure_ascii=False) for name in schema.names]
        self._before = [f"{',' if place else '{'}{name}:" for place, name in enumerate(names)]

    def write(self, batch: pa.RecordBatch) -> None:
        """Write rows."""
        for start in range(0, batch.num_rows, _AT_ONCE):
            lines = _lines(self._before, plain(batch.slice(start, _AT_ONCE)).columns)
            self._sink.write(_bytes_of(lines))

    def close(self) -> None:
        """Do nothing: no line is held back."""


def begin(sink: Any, schema: pa.Schema, dataset: Dataset) -> JsonBody:  # noqa: ARG001  as all forms are begun
    """Begin a file."""
    return JsonBody(sink, schema)


def _lines(before: Sequence[str], columns: Sequence[pa.Array]) -> pa.StringArray:
    pieces = [piece for name, column in zip(before, columns, strict=True) for piece in (name, _as_json(column))]
    return pc.binary_join_element_wise(*pieces, "}\n", "", null_handling="replace", null_replacement="null")


def _as_json(column: pa.Array) -> pa.StringArray:
    """Write values as JSON has them; null stays null."""
    held = column.type
    if pa.types.is_string(held):
        return _quoted(changed_where(column, _ESCAPED, lambda text: json.dumps(text, ensure_ascii=False)[1:-1]))
    if pa.types.is_timestamp(held):
        return _quoted(moments(column))
    if pa.types.is_date(held):
        return _quoted(column.cast(pa.string()))
    if pa.types.is_floating(held):
        return pc.if_else(pc.is_finite(column), column, pa.scalar(None, held)).cast(pa.string())
    return column.cast(pa.string())


def _quoted(texts: pa.StringArray) -> pa.StringArray:
    return pc.binary_join_element_wise('"', texts, '"', "")


def _bytes_of(lines: pa.StringArray) -> pa.Buffer:
    """Give the texts one behind the other, as they stand in memory already."""
    start, end = lines.offset, lines.offset + len(lines)
    offsets = memoryview(lines.buffers()[1]).cast("i")
    return lines.buffers()[2].slice(offsets[start], offsets[end] - offsets[start])
