"""Carries out a dataset's masks on Arrow batches, and says what the masked batches look like."""

from collections.abc import Callable
from typing import Final

import pyarrow as pa

from toolbox_cli.analytics.datasets.dataset import Column, Dataset
from toolbox_cli.analytics.datasets.kinds import Kind, Money
from toolbox_cli.analytics.masking import coarsening
from toolbox_cli.analytics.masking.masks import Band, Cut, IdentifiedOnly, Keep, Mask, OneOf, PathPattern, Pseudonym
from toolbox_cli.analytics.masking.modes import Mode
from toolbox_cli.analytics.masking.pseudonyms import Pseudonyms

Step = Callable[[pa.Array], pa.Array]

_TYPES: Final = {
    Kind.TEXT: pa.string(),
    Kind.INTEGER: pa.int64(),
    Kind.REAL: pa.float64(),
    Kind.BOOLEAN: pa.bool_(),
    Kind.MOMENT: pa.timestamp("us", tz="UTC"),
    Kind.DATE: pa.date32(),
}


def arrow_type(kind: Kind | Money) -> pa.DataType:
    """Give the Arrow type of a kind of column."""
    return pa.decimal128(kind.precision, kind.scale) if isinstance(kind, Money) else _TYPES[kind]


def leaving(dataset: Dataset, mode: Mode) -> tuple[Column, ...]:
    """Give the columns that leave in a mode, in the files' order."""
    return tuple(column for column in dataset if not isinstance(_mask(column, mode), IdentifiedOnly))


def masked_schema(dataset: Dataset, mode: Mode) -> pa.Schema:
    """Give the types of what leaves; every batch of the dataset, version and mode has exactly these."""
    told = {"dataset": dataset.name, "version": str(dataset.version), "privacy": str(mode)}
    fields = [(column.name, _masked_type(column, mode)) for column in leaving(dataset, mode)]
    return pa.schema(fields, metadata=told)


def masker(dataset: Dataset, mode: Mode, keys: Pseudonyms | None) -> Callable[[pa.RecordBatch], pa.RecordBatch]:
    """Make what turns a batch of raw columns into what may leave.

    Args:
        dataset: whose batches they are; each has its columns by name.
        mode: how much of a person may leave.
        keys: what gives pseudonyms; None where none leave.

    Raises:
        ValueError: pseudonyms leave and there is no key for them.
    """
    schema = masked_schema(dataset, mode)
    steps = [
        (column.name, _step(_mask(column, mode), arrow_type(column.kind), keys)) for column in leaving(dataset, mode)
    ]

    def mask(batch: pa.RecordBatch) -> pa.RecordBatch:
        return pa.RecordBatch.from_arrays([step(batch.column(name)) for name, step in steps], schema=schema)

    return mask


def _mask(column: Column, mode: Mode) -> Mask:
    """Give what becomes of a column; words are held to closed lists and patterns whoever receives them."""
    if mode is Mode.PSEUDONYMOUS or isinstance(column.mask, OneOf | PathPattern):
        return column.mask
    return Keep()


def _masked_type(column: Column, mode: Mode) -> pa.DataType:
    worded = isinstance(_mask(column, mode), Pseudonym | Band | OneOf | PathPattern)
    return pa.string() if worded else arrow_type(column.kind)


def _step(mask: Mask, held: pa.DataType, keys: Pseudonyms | None) -> Step:
    match mask:
        case Pseudonym(domain):
            if keys is None:
                raise ValueError("pseudonyms need a key")
            return lambda values: keys.of(domain, values)
        case Cut():
            return lambda values: coarsening.cut(_as(values, held), mask)
        case Band():
            return lambda values: coarsening.band(values, mask)
        case OneOf():
            return lambda values: coarsening.one_of(_as(values, pa.string()), mask)
        case PathPattern():
            return coarsening.path_patterns
        case _:
            return lambda values: _as(values, held)


def _as(values: pa.Array, held: pa.DataType) -> pa.Array:
    return values if values.type == held else values.cast(held)
