"""Carries out a dataset's masks on Arrow batches, and says what the masked batches look like."""

from collections.abc import Callable
from typing import Final

import pyarrow as pa

from toolbox_cli.analytics.arrays import decoded
from toolbox_cli.analytics.datasets.dataset import Column, Dataset
from toolbox_cli.analytics.datasets.kinds import Kind, Money
from toolbox_cli.analytics.masking import coarsening
from toolbox_cli.analytics.masking.leaving import kind_in, mask_in
from toolbox_cli.analytics.masking.leaving import leaving as leaving  # for those who ask here
from toolbox_cli.analytics.masking.masks import Band, Cut, Mask, OneOf, PathPattern, Pseudonym, RowKey
from toolbox_cli.analytics.masking.modes import Mode
from toolbox_cli.analytics.masking.pseudonyms import Pseudonyms
from toolbox_cli.analytics.masking.row_keys import RowKeys

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


def masked_schema(dataset: Dataset, mode: Mode) -> pa.Schema:
    """Give the types of what leaves; every batch of the dataset, version and mode has exactly these.

    Text of which few values stand in many rows comes as dictionaries of the type.
    """
    told = {"dataset": dataset.name, "version": str(dataset.version), "privacy": str(mode)}
    fields = [(column.name, arrow_type(kind_in(column, mode))) for column in leaving(dataset, mode)]
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
    steps = {column.name: _step_of(column, dataset, mode, keys) for column in leaving(dataset, mode)}

    def mask(batch: pa.RecordBatch) -> pa.RecordBatch:
        arrays = [step(batch.column(name)) for name, step in steps.items()]
        return pa.RecordBatch.from_arrays(arrays, names=list(steps))

    return mask


def _step_of(column: Column, dataset: Dataset, mode: Mode, keys: Pseudonyms | None) -> Step:
    step = _step(mask_in(column, mode), arrow_type(column.kind), keys)
    if column.name in dataset.key:  # as many values as rows: a dictionary would be one more copy
        return lambda values: decoded(step(values))
    return step


def _step(mask: Mask, held: pa.DataType, keys: Pseudonyms | None) -> Step:
    match mask:
        case Pseudonym() | RowKey():
            return _keyed(mask, keys)
        case Cut():
            return lambda values: coarsening.cut(_as(values, held), mask)
        case Band():
            return lambda values: coarsening.band(values, mask)
        case OneOf():
            return lambda values: coarsening.one_of(values, mask)
        case PathPattern():
            return coarsening.path_patterns
        case _:
            return lambda values: _as(values, held)


def _keyed(mask: Pseudonym | RowKey, keys: Pseudonyms | None) -> Step:
    if keys is None:
        raise ValueError("pseudonyms and keys of rows need a key")
    if isinstance(mask, RowKey):
        return RowKeys(keys.subkey(mask.domain)).of
    return lambda values: keys.of(mask.domain, values)


def _as(values: pa.Array, held: pa.DataType) -> pa.Array:
    return values if values.type == held else values.cast(held)
