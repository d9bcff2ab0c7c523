"""UUIDs as 16 bytes and as text, a whole array at once."""

from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from toolbox_cli.analytics.arrays import word, words

SIZE_BYTES: Final = 16
_CHARACTERS: Final = 36
_GROUPS: Final = ((0, 8), (8, 12), (12, 16), (16, 20), (20, 32))
"""Where the groups of a UUID's digits begin and end; each stands one place further right for every dash before it."""

_PAIRS: Final = np.frombuffer("".join(f"{number:02x}" for number in range(256)).encode(), dtype=np.uint16)
_DIGITS: Final = "0123456789abcdefABCDEF"
_NO_BYTE: Final = 256
_BYTES: Final = np.full(1 << 16, _NO_BYTE, dtype=np.uint16)
"""What two digits of text are, read as one number."""
_BYTES[np.frombuffer("".join(one + two for one in _DIGITS for two in _DIGITS).encode(), dtype=np.uint16)] = [
    int(one + two, 16) for one in _DIGITS for two in _DIGITS
]


def uuid_text(values: pa.FixedSizeBinaryArray | pa.BinaryArray) -> pa.StringArray:
    """Write UUIDs of 16 bytes each as text, all at once; null stays null."""
    count = len(values)
    if count == 0:
        return words([])
    values = values.cast(pa.binary(SIZE_BYTES))
    held = np.frombuffer(
        values.buffers()[1], dtype=np.uint8, offset=values.offset * SIZE_BYTES, count=count * SIZE_BYTES
    )
    digits = _PAIRS[held].view(np.uint8).reshape(count, 32)
    text = np.full((count, _CHARACTERS), ord("-"), dtype=np.uint8)
    for dashes, (begins, ends) in enumerate(_GROUPS):
        text[:, begins + dashes : ends + dashes] = digits[:, begins:ends]
    offsets = np.arange(count + 1, dtype=np.int32) * _CHARACTERS
    written = pa.StringArray.from_buffers(count, pa.py_buffer(offsets), pa.py_buffer(text))
    return pc.if_else(values.is_valid(), written, word(None)) if values.null_count else written


def uuid_bytes(values: pa.StringArray) -> np.ndarray:
    """Read UUIDs, none of them null: an array of bytes, 16 a row.

    Raises:
        ValueError: a text is no UUID.
    """
    offsets = np.frombuffer(values.buffers()[1], np.int32, len(values) + 1, values.offset * 4)
    if (np.diff(offsets) != _CHARACTERS).any():
        raise ValueError("a key of a row is no UUID")
    text = np.frombuffer(values.buffers()[2], np.uint8, len(values) * _CHARACTERS, offsets[0])
    signs = np.empty((len(values), 2 * SIZE_BYTES), np.uint8)
    for dashes, (begins, ends) in enumerate(_GROUPS):
        signs[:, begins:ends] = text.reshape(-1, _CHARACTERS)[:, begins + dashes : ends + dashes]
    held = _BYTES.take(signs.view(np.uint16))
    if (held == _NO_BYTE).any():
        raise ValueError("a key of a row is no UUID")
    return held.astype(np.uint8)
