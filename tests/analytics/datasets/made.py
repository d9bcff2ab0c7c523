"""Rows of any dataset, made up: every value that speaks of a person carries a marker of its own."""

import datetime
import hashlib
from base64 import b32encode, b64encode
from decimal import Decimal
from typing import Any, Final

import pyarrow as pa

from toolbox_cli.analytics.datasets.dataset import Column, Dataset
from toolbox_cli.analytics.datasets.kinds import Kind, Money
from toolbox_cli.analytics.masking.masks import RowKey
from toolbox_cli.models.privacy import Privacy

MOMENT: Final = datetime.datetime(2026, 3, 14, 15, 9, 26, 535_897, tzinfo=datetime.UTC)
DAY: Final = datetime.date(2026, 3, 14)
PERSON_NUMBER: Final = 987_654_321
"""Key of a person where keys are numbers."""
ROW_KEY: Final = "3fa85f64-5717-4562-b3fc-2c963f66afa6"
"""Key of a row where keys are UUIDs."""

_RAW: Final = {
    Kind.TEXT: pa.string(),
    Kind.INTEGER: pa.int32(),
    Kind.REAL: pa.float64(),
    Kind.BOOLEAN: pa.bool_(),
    Kind.MOMENT: pa.timestamp("us", tz="UTC"),
    Kind.DATE: pa.date32(),
}


def marker(dataset: Dataset, column: Column) -> str:
    """Give the text that a personal column of a made-up row holds."""
    return f"MARK-{dataset.name}-{column.name}"


def raw_batch(dataset: Dataset, rows: int = 3) -> pa.RecordBatch:
    """Give rows as they come from the database; every third value of a column is null."""
    arrays = []
    for column in dataset:
        values = [None if row % 3 == 2 else value_of(dataset, column) for row in range(rows)]
        arrays.append(pa.array(values, raw_type(column)))
    return pa.RecordBatch.from_arrays(arrays, names=[column.name for column in dataset])


def raw_type(column: Column) -> pa.DataType:
    """Give the type that a column comes in: decimals come as text."""
    return pa.string() if isinstance(column.kind, Money) else _RAW[column.kind]


def value_of(dataset: Dataset, column: Column) -> Any:
    """Give a value of a column."""
    if isinstance(column.kind, Money):
        return str(Decimal("12.345678"))
    if isinstance(column.mask, RowKey) and column.kind is Kind.TEXT:
        return ROW_KEY
    person = column.privacy is Privacy.IDENTIFIER
    return {
        Kind.TEXT: "plain" if column.privacy is Privacy.NONE else marker(dataset, column),
        Kind.INTEGER: PERSON_NUMBER if person else 7,
        Kind.REAL: 0.5,
        Kind.BOOLEAN: True,
        Kind.MOMENT: MOMENT,
        Kind.DATE: DAY,
    }[column.kind]


def everything_of(batch: pa.RecordBatch) -> str:
    """Write all that a batch holds as text, bytes that no value shows included."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as stream:
        stream.write_batch(batch)
    return f"{batch.to_pylist()}\n{sink.getvalue().to_pybytes().decode('latin-1')}"


def traces_of(value: str) -> set[str]:
    """Give what would let somebody find a value again: itself, and its hashes without a key."""
    traces = {value}
    for name in ("md5", "sha1", "sha256", "sha512", "blake2b"):
        digest = hashlib.new(name, value.encode()).digest()
        for size in {16, len(digest)}:
            cut = digest[:size]
            traces |= {cut.hex(), b64encode(cut).decode(), b32encode(cut).decode().rstrip("=").lower()}
    return traces
