"""Keyed hashes in place of persons: the same for the same person, key and domain, and worthless without the key."""

import hmac
from typing import Final

import numpy as np
import pyarrow as pa

_ALPHABET: Final = np.frombuffer(b"abcdefghijklmnopqrstuvwxyz234567", dtype=np.uint8)
_DIGEST_BYTES: Final = 16
_CHARACTERS: Final = 26
_REMEMBERED: Final = 1 << 17


class Pseudonyms:
    """Gives pseudonyms under one key, each worked out once for as long as it is remembered.

    What was asked for lately is remembered, up to a bound, so that memory stays flat however many persons there are.
    """

    def __init__(self, key: bytes, *, remembered: int = _REMEMBERED) -> None:
        """Begin with nothing remembered.

        Args:
            key: of the recipient and period.
            remembered: how many pseudonyms at most stay in memory.
        """
        self._key = key
        self._half = max(remembered // 2, 1)
        self._recent: dict[bytes, bytes] = {}
        self._older: dict[bytes, bytes] = {}

    def of(self, domain: str, values: pa.Array) -> pa.StringArray:
        """Give the pseudonym of each value: 128 bits as 26 characters of base32; null stays null.

        Args:
            domain: what the values name; equal values of different domains get different pseudonyms.
            values: text, or numbers, which count as their decimal text.
        """
        encoded = values if pa.types.is_dictionary(values.type) else values.dictionary_encode()
        plain = encoded.dictionary.cast(pa.string()).cast(pa.binary()).to_pylist()
        prefix = domain.encode() + b"\0"
        digests: list[bytes] = []
        for start in range(0, len(plain), self._half):
            digests += self._digests([prefix + value for value in plain[start : start + self._half]])
        return _base32(digests).take(encoded.indices)

    def _digests(self, messages: list[bytes]) -> list[bytes]:
        recent, older, key = self._recent, self._older, self._key
        found = []
        for message in messages:
            digest = recent.get(message)
            if digest is None:
                digest = older.get(message) or hmac.digest(key, message, "sha256")[:_DIGEST_BYTES]
                recent[message] = digest
            found.append(digest)
        if len(recent) >= self._half:
            self._older, self._recent = recent, {}
        return found


def _base32(digests: list[bytes]) -> pa.StringArray:
    """Write digests as lower-case base32 without padding, all at once."""
    count = len(digests)
    high, low = np.frombuffer(b"".join(digests), dtype=">u8").reshape(count, 2).T.astype(np.uint64)
    text = np.empty((count, _CHARACTERS), dtype=np.uint8)
    for place in range(_CHARACTERS):
        text[:, place] = _ALPHABET[_five_bits(high, low, place)]
    offsets = np.arange(count + 1, dtype=np.int32) * _CHARACTERS
    return pa.StringArray.from_buffers(count, pa.py_buffer(offsets), pa.py_buffer(text))


def _five_bits(high: np.ndarray, low: np.ndarray, place: int) -> np.ndarray:
    """Give the five bits of each 128-bit number that stand at a place; the last place lacks two and ends in zeros."""
    down = 123 - 5 * place  # how far the place's last bit stands above the lowest of all
    if down < 0:
        return low << np.uint64(-down) & np.uint64(31)
    if down >= 64:
        return high >> np.uint64(down - 64) & np.uint64(31)
    shifted = low >> np.uint64(down)
    if down > 59:
        shifted |= high << np.uint64(64 - down)
    return shifted & np.uint64(31)
