"""Arrow arrays from Python's and NumPy's values.

`pyarrow.array` looks whether what it is given is of pandas, and for that loads all of pandas wherever it is installed:
some 70 MiB and half a second.
"""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa


def words(values: Sequence[str | None]) -> pa.StringArray:
    """Make an array of text."""
    encoded = [b"" if value is None else value.encode() for value in values]
    offsets = np.zeros(len(values) + 1, dtype=np.int32)
    np.cumsum([len(value) for value in encoded], out=offsets[1:])
    there = np.fromiter((value is not None for value in values), dtype=bool, count=len(values))
    validity = None if there.all() else pa.py_buffer(np.packbits(there, bitorder="little"))
    return pa.StringArray.from_buffers(len(values), pa.py_buffer(offsets), pa.py_buffer(b"".join(encoded)), validity)


def numbers(values: np.ndarray) -> pa.Int64Array:
    """Make an array of whole numbers."""
    whole = np.ascontiguousarray(values, dtype=np.int64)
    return pa.Array.from_buffers(pa.int64(), len(whole), [None, pa.py_buffer(whole)])


def word(value: str | None) -> pa.StringScalar:
    """Make a single text."""
    return words([value])[0]


def number(value: int) -> pa.Int64Scalar:
    """Make a single whole number."""
    return numbers(np.array([value]))[0]


def recoded(coded: pa.DictionaryArray, changed: Sequence[str]) -> pa.DictionaryArray:
    """Put another text in the place of each of a dictionary's; those that become the same are one afterwards."""
    places = {value: place for place, value in enumerate(dict.fromkeys(changed))}
    indices = coded.indices
    if len(places) < len(changed):
        merged = np.fromiter((places[value] for value in changed), dtype=np.int64, count=len(changed))
        indices = numbers(merged).cast(indices.type).take(indices)
    return pa.DictionaryArray.from_arrays(indices, words(list(places)), safe=False)


def decoded(values: pa.Array) -> pa.Array:
    """Take values out of their dictionary, where they stand in one."""
    return values.dictionary_decode() if pa.types.is_dictionary(values.type) else values


def taken(batch: pa.RecordBatch, rows: pa.Array) -> pa.RecordBatch:
    """Take rows by their places; a batch itself takes four times as long over it."""
    return pa.RecordBatch.from_arrays([column.take(rows) for column in batch.columns], schema=batch.schema)


def plain_numbers(values: pa.Array) -> np.ndarray:
    """Give whole numbers, or truths as 0 and 1, as NumPy has them; what is null is 0."""
    held = values.cast(pa.int64())
    found = np.frombuffer(held.buffers()[1], dtype=np.int64, count=len(held), offset=held.offset * 8)
    return np.where(where_null(held), 0, found) if held.null_count else found


def where_null(values: pa.Array) -> np.ndarray:
    """Say of each value whether it is null."""
    flags = values.is_null().cast(pa.uint8())
    return np.frombuffer(flags.buffers()[1], dtype=np.uint8, count=len(flags), offset=flags.offset).astype(bool)
