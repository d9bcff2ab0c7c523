"""Turns what the driver gives into plain Arrow: here, since the server's one core is what an export waits for."""

from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from toolbox_cli.analytics.arrays import number
from toolbox_cli.analytics.uuids import uuid_text


def plain(batch: pa.RecordBatch, repeating: frozenset[str] = frozenset()) -> pa.RecordBatch:
    """Give a batch without types of the driver's own: UUIDs and numerics are text, and no moment is infinite.

    Args:
        batch: as the driver gives it.
        repeating: columns to be given as dictionaries, since few values stand in many rows and each is to be worked
            on once.
    """
    arrays = [_plain(values, once=name in repeating) for name, values in zip(batch.schema.names, batch, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, names=batch.schema.names)


def _plain(values: pa.Array, *, once: bool) -> pa.Array:
    held = values.storage if isinstance(values, pa.ExtensionArray) else values
    if pa.types.is_timestamp(held.type):
        return _finite(held)
    write = uuid_text if _is_uuid(values.type) else _as_it_is
    if once:
        encoded = held.dictionary_encode()
        return pa.DictionaryArray.from_arrays(encoded.indices, write(encoded.dictionary), safe=False)
    return write(held)


def _is_uuid(given: pa.DataType) -> bool:
    """Recognize UUIDs: what drivers give them as has changed between their versions."""
    return isinstance(given, pa.UuidType) or (isinstance(given, pa.OpaqueType) and given.type_name == "uuid")


_EARLIEST: Final = -210_866_803_200_000_000
"""Microseconds to the first day that PostgreSQL knows, in 4714 BC. The driver counts from another year than the server,
and so turns both infinities into moments far before it."""


def _finite(moments: pa.TimestampArray) -> pa.TimestampArray:
    """Give moments; null where it is the end of all days, which no file has a word for."""
    ticks = moments.view(pa.int64())
    least = pc.min(ticks).as_py()
    if least is None or least >= _EARLIEST:
        return moments
    return pc.if_else(pc.greater_equal(ticks, number(_EARLIEST)), moments, pa.scalar(None, moments.type))


def _as_it_is(values: pa.Array) -> pa.Array:
    return values
