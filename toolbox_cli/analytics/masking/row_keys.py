"""Keys of rows under a key: other ones for each recipient, never the same for two rows, and a whole batch at once.

An HMAC a row would take longer than reading the row; AES over the bytes of a batch does not. Each block holds one
key and nothing else, and equal keys are to become equal ones: that is what ECB does, and why it is no way to encrypt
anything that has a pattern.
"""

from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from toolbox_cli.analytics.arrays import numbers, plain_numbers, word
from toolbox_cli.analytics.uuids import SIZE_BYTES, uuid_bytes, uuid_text

_NIL: Final = "00000000-0000-0000-0000-000000000000"
_ROUNDS: Final = 6
"""As many as leave no trace of a Feistel network in fewer than 2**24 known pairs, and then only in theory."""
_HALF: Final = np.uint64(24)
_LOWER: Final = np.uint64((1 << 24) - 1)

Numbers = np.ndarray[tuple[int, ...], np.dtype[np.uint64]]


class RowKeys:
    """Gives each key another of its own type, by a permutation: different keys stay different."""

    def __init__(self, key: bytes) -> None:
        """Take a key of 32 bytes, that of one recipient, period and kind of row."""
        self._cipher = Cipher(algorithms.AES(key), modes.ECB()).encryptor()  # noqa: S305  see above

    def of(self, values: pa.Array) -> pa.Array:
        """Give the keys of a batch: text for UUIDs, int64 for whole numbers; null stays null.

        Raises:
            ValueError: a text is no UUID.
        """
        if pa.types.is_dictionary(values.type):
            return self.of(values.dictionary).take(values.indices)
        made = self._uuids(values) if pa.types.is_string(values.type) else self._numbers(values)
        return pc.if_else(values.is_valid(), made, pa.scalar(None, made.type)) if values.null_count else made

    def _numbers(self, values: pa.Array) -> pa.Int64Array:
        """Permute whole numbers by a Feistel network over their lower 48 bits, which stays exact in any program.

        The upper 16 bits stay, and each value of them has a permutation of its own; they are 0 in keys as they come.
        """
        plain = plain_numbers(values).view(np.uint64)
        upper = plain >> 2 * _HALF
        blocks = np.zeros((len(plain), 2), np.uint64)
        blocks[:, 1] = upper
        left, right = plain >> _HALF & _LOWER, plain & _LOWER
        for turn in range(_ROUNDS):
            blocks[:, 0] = right | np.uint64(turn << 32)
            left, right = right, left ^ (self._encrypted(blocks)[:, 0] & _LOWER)
        return numbers((upper << 2 * _HALF | left << _HALF | right).view(np.int64))

    def _uuids(self, values: pa.StringArray) -> pa.StringArray:
        """Encrypt UUIDs, each of which is one block."""
        made = self._encrypted(uuid_bytes(values.fill_null(word(_NIL))).view(np.uint64))
        held = pa.FixedSizeBinaryArray.from_buffers(pa.binary(SIZE_BYTES), len(made), [None, pa.py_buffer(made)])
        return uuid_text(held)

    def _encrypted(self, blocks: Numbers) -> Numbers:
        room = np.empty(blocks.nbytes + SIZE_BYTES - 1, np.uint8)
        self._cipher.update_into(blocks.reshape(-1).view(np.uint8).data, room.data)
        return room[: blocks.nbytes].view(np.uint64).reshape(-1, 2)
