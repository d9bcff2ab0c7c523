"""Turns what the driver gives into plain Arrow: here, since the server's one core is what an export waits for."""

from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from toolbox_cli.analytics.arrays import number, word, words

_PAIRS: Final = np.frombuffer("".join(f"{number:02x}" for number in range(256)).encode(), dtype=np.uint16)
_CHARACTERS: Final = 36
_GROUPS: Final = ((0, 8), (8, 12), (12, 16), (16, 20), (20, 32))
"""Where the groups of a UUID's digits begin and end; each stands one place further right for every dash before it."""


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


def uuid_text(values: pa.FixedSizeBinaryArray | pa.BinaryArray) -> pa.StringArray:
    """Write UUIDs of 16 bytes each as text, all at once; null stays null."""
    count = len(values)
    if count == 0:
        return words([])
    values = values.cast(pa.binary(16))
    held = np.frombuffer(values.buffers()[1], dtype=np.uint8, offset=values.offset * 16, count=count * 16)
    digits = _PAIRS[held].view(np.uint8).reshape(count, 32)
    text = np.full((count, _CHARACTERS), ord("-"), dtype=np.uint8)
    for dashes, (begins, ends) in enumerate(_GROUPS):
        text[:, begins + dashes : ends + dashes] = digits[:, begins:ends]
    offsets = np.arange(count + 1, dtype=np.int32) * _CHARACTERS
    written = pa.StringArray.from_buffers(count, pa.py_buffer(offsets), pa.py_buffer(text))
    return pc.if_else(values.is_valid(), written, word(None)) if values.null_count else written
