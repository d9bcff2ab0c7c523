"""Writes the rows of a query as a table, as JSON or as CSV."""

import io
import json
from collections.abc import Callable, Iterator
from typing import Any, Final, TextIO

import pyarrow as pa

from toolbox_cli.analytics.exporting.writing.csv import CsvBody
from toolbox_cli.analytics.querying.answers import Answer
from toolbox_cli.analytics.querying.forms import QueryFormat
from toolbox_cli.core.output import Column, Report, as_json, as_text
from toolbox_cli.core.streams import speaks_unicode

KIND: Final = "toolbox.analytics.query/1"


def report_of(answer: Answer) -> Report:
    """Read an answer to its end."""
    names = names_of(answer.schema)
    rows = [dict(zip(names, row, strict=True)) for batch in answer.batches for row in _rows(batch)]
    columns = [_column(name, held) for name, held in zip(names, answer.schema.types, strict=True)]
    summary = {"rows": answer.rows, "cut": answer.cut, "columns": types_of(answer.schema)}
    return Report(KIND, rows, summary, columns=columns)


def csv_of(answer: Answer) -> Iterator[str]:
    """Write an answer as CSV, batch by batch."""
    names = names_of(answer.schema)
    schema = pa.schema([(name, _csv_type(held)) for name, held in zip(names, answer.schema.types, strict=True)])
    sink = _Sink()
    body = CsvBody(sink, schema)
    for batch in answer.batches:
        columns = [_csv_column(column, held) for column, held in zip(batch.columns, schema.types, strict=True)]
        body.write(pa.RecordBatch.from_arrays(columns, schema=schema))
        yield sink.taken()
    body.close()
    yield sink.taken()


def text_of(answer: Answer, form: QueryFormat, out: TextIO) -> Iterator[str]:
    """Lay an answer out as a table or as JSON."""
    report = report_of(answer)
    if form is QueryFormat.JSON:
        yield as_json(report, ascii_only=not speaks_unicode(out)) + "\n"
    else:
        yield as_text(report, out)


def names_of(schema: pa.Schema) -> list[str]:
    """Give the names of columns, each once: `n`, `n_2` for a second one of that name."""
    found: list[str] = []
    for name in schema.names:
        number, given = 2, name
        while given in found:
            given, number = f"{name}_{number}", number + 1
        found.append(given)
    return found


def types_of(schema: pa.Schema) -> dict[str, str]:
    """Give the types of columns by name."""
    return dict(zip(names_of(schema), map(str, schema.types), strict=True))


def plain(value: Any) -> Any:
    """Give a value as what JSON and tables have."""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, dict):
        return {str(name): plain(part) for name, part in value.items()}
    if isinstance(value, pa.MonthDayNano):
        return f"P{value.months}M{value.days}DT{value.nanoseconds / 1e9:g}S"
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    return value


class _Sink(io.BytesIO):
    def taken(self) -> str:
        text = self.getvalue().decode()
        self.seek(0)
        self.truncate()
        return text


def _rows(batch: pa.RecordBatch) -> Iterator[tuple[Any, ...]]:
    columns = [[plain(value) for value in column.to_pylist()] for column in batch.columns]
    return zip(*columns, strict=True)


def _column(name: str, held: pa.DataType) -> Column:
    number = pa.types.is_integer(held) or pa.types.is_floating(held) or pa.types.is_decimal(held)
    return Column(name, name, "right" if number else "left", is_key=pa.types.is_integer(held))


_WRITTEN: Final[tuple[Callable[[pa.DataType], bool], ...]] = (
    pa.types.is_string, pa.types.is_integer, pa.types.is_floating, pa.types.is_boolean, pa.types.is_date,
    pa.types.is_decimal, pa.types.is_timestamp,
)  # fmt: skip


def _csv_type(held: pa.DataType) -> pa.DataType:
    return held if any(known(held) for known in _WRITTEN) else pa.string()


def _csv_column(column: pa.Array, held: pa.DataType) -> pa.Array:
    if column.type == held:
        return column
    values = [plain(value) for value in column.to_pylist()]
    return pa.array([value if value is None else _words(value) for value in values], held)


def _words(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
