"""Keyed hashes in place of persons: the same for the same person, key and domain, and worthless without the key."""

import hashlib
from typing import Final

import numpy as np
import pyarrow as pa

_ALPHABET: Final = "abcdefghijklmnopqrstuvwxyz234567"
_PAIRS: Final = np.frombuffer("".join(one + two for one in _ALPHABET for two in _ALPHABET).encode(), dtype=np.uint16)
_BLOCK_BYTES: Final = 64
_CHARACTERS: Final = 26
_REMEMBERED: Final = 100_000

Numbers = np.ndarray[tuple[int, ...], np.dtype[np.uint64]]


class Pseudonyms:
    """Gives pseudonyms under one key, each worked out once for as long as it is remembered.

    What was asked for lately is remembered, up to a bound, so that memory stays flat however many persons there are.

    Attributes:
        worked_out: how many were worked out so far; each is an HMAC.
    """

    def __init__(self, key: bytes, *, remembered: int = _REMEMBERED) -> None:
        """Begin with nothing remembered.

        Args:
            key: of the recipient and period.
            remembered: of how many the latest are remembered for certain; up to twice as many take memory.
        """
        # RFC 2104 by its two hashes, each begun once: `hmac.digest` begins both anew and takes more than twice as long
        block = (hashlib.sha256(key).digest() if len(key) > _BLOCK_BYTES else key).ljust(_BLOCK_BYTES, b"\0")
        self._inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in block))
        self._outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in block))
        self._bound = max(remembered, 1)
        self._recent: dict[str, dict[bytes, bytes]] = {}
        self._older: dict[str, dict[bytes, bytes]] = {}
        self.worked_out = 0

    def subkey(self, domain: str) -> bytes:
        """Derive a key of 32 bytes for other uses; no pseudonym is its HMAC, since theirs have a zero byte in them."""
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(domain.encode())
        outer.update(inner.digest())
        return outer.digest()

    @property
    def remembered(self) -> int:
        """How many are remembered now."""
        return sum(map(len, (*self._recent.values(), *self._older.values())))

    def of(self, domain: str, values: pa.Array) -> pa.DictionaryArray:
        """Give the pseudonym of each value, 128 bits as 26 characters of base32, each once; null stays null.

        Args:
            domain: what the values name; equal values of different domains get different pseudonyms.
            values: text, or numbers, which count as their decimal text.
        """
        encoded = values if pa.types.is_dictionary(values.type) else values.dictionary_encode()
        plain = encoded.dictionary.cast(pa.string()).cast(pa.binary()).to_pylist()
        texts: list[bytes] = []
        for start in range(0, len(plain), self._bound):
            texts += self._texts(domain, plain[start : start + self._bound])
        return pa.DictionaryArray.from_arrays(encoded.indices, _strings(b"".join(texts), len(texts)), safe=False)

    def _texts(self, domain: str, plain: list[bytes]) -> list[bytes]:
        recent = self._recent.setdefault(domain, {})
        found = list(map(recent.get, plain))
        missing = [place for place, text in enumerate(found) if text is None]
        for place, text in zip(missing, self._recalled(domain, [plain[place] for place in missing]), strict=True):
            found[place] = recent[plain[place]] = text
        if sum(map(len, self._recent.values())) >= self._bound:
            self._older, self._recent = self._recent, {}
        return found  # type: ignore[return-value]  # none is missing now

    def _recalled(self, domain: str, plain: list[bytes]) -> list[bytes]:
        """Give pseudonyms that were not asked for lately: those from before, or new ones."""
        older = self._older.get(domain, {})
        found = list(map(older.get, plain))
        new = [value for value, text in zip(plain, found, strict=True) if text is None]
        made = iter(self._made(domain, new))
        return [next(made) if text is None else text for text in found]

    def _made(self, domain: str, plain: list[bytes]) -> list[bytes]:
        begun = self._inner.copy()
        begun.update(domain.encode() + b"\0")
        begin_inner, begin_outer, digests = begun.copy, self._outer.copy, []
        for value in plain:  # a million times a minute: nothing here is looked up or called that need not be
            inner, outer = begin_inner(), begin_outer()
            inner.update(value)
            outer.update(inner.digest())
            digests.append(outer.digest())
        self.worked_out += len(plain)
        text = _base32(b"".join(digests))
        return [text[start : start + _CHARACTERS] for start in range(0, len(text), _CHARACTERS)]


def _strings(text: bytes, count: int) -> pa.StringArray:
    """Take a text apart into strings of the pseudonyms' length."""
    offsets = np.arange(count + 1, dtype=np.int32) * _CHARACTERS
    return pa.StringArray.from_buffers(count, pa.py_buffer(offsets), pa.py_buffer(text))


def _base32(digests: bytes) -> bytes:
    """Write the first half of each digest as lower-case base32 without padding, all at once."""
    words = np.frombuffer(digests, dtype=">u8").reshape(-1, 4).astype(np.uint64)
    high, low = np.ascontiguousarray(words[:, 0]), np.ascontiguousarray(words[:, 1])
    pairs = np.empty((len(words), _CHARACTERS // 2), dtype=np.uint16)
    for place in range(_CHARACTERS // 2):
        pairs[:, place] = _PAIRS[_ten_bits(high, low, place)]
    return pairs.tobytes()


def _ten_bits(high: Numbers, low: Numbers, place: int) -> Numbers:
    """Give the ten bits of each 128-bit number that stand at a place; the last place lacks two and ends in zeros."""
    down = 118 - 10 * place  # how far the place's last bit stands above the lowest of all
    if down < 0:
        return low << np.uint64(-down) & np.uint64(1023)
    if down >= 64:
        return high >> np.uint64(down - 64) & np.uint64(1023)
    shifted = low >> np.uint64(down)
    if down > 54:
        shifted |= high << np.uint64(64 - down)
    return shifted & np.uint64(1023)
