"""Keys of rows under a key: a permutation of numbers and of UUIDs, the same however rows come in batches."""

import uuid
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given
from hypothesis import strategies as st

from toolbox_cli.analytics.arrays import numbers, plain_numbers
from toolbox_cli.analytics.masking.pseudonyms import Pseudonyms
from toolbox_cli.analytics.masking.row_keys import RowKeys

KEY, OTHER = bytes(range(32)), bytes(32)


def made(values: list[Any], held: pa.DataType, key: bytes = KEY) -> list[Any]:
    found: list[Any] = RowKeys(key).of(pa.array(values, held)).to_pylist()
    return found


def test_as_many_numbers_come_out_as_go_in_and_none_as_it_was() -> None:
    plain = np.arange(1, 500_001)
    keys = RowKeys(KEY).of(numbers(plain))
    assert pc.count_distinct(keys).as_py() == len(plain)
    assert not (plain_numbers(keys) == plain).any()
    assert pc.min_max(keys).as_py()["min"] >= 0
    assert pc.max(keys).as_py() < 2**48, "programs that count in floats would lose some"


def test_no_order_of_the_numbers_is_left() -> None:
    keys = plain_numbers(RowKeys(KEY).of(numbers(np.arange(100_000))))
    assert abs(np.corrcoef(np.arange(100_000), keys)[0, 1]) < 0.02
    for bit in range(48):
        assert 0.48 < (keys >> bit & 1).mean() < 0.52, bit


@given(st.lists(st.integers(-(2**63), 2**63 - 1), min_size=1, max_size=40, unique=True))
def test_every_whole_number_has_a_key_of_its_own(values: list[int]) -> None:
    keys = made(values, pa.int64())
    assert len(set(keys)) == len(values)
    assert [key >> 48 for key in keys] == [value >> 48 for value in values]
    assert keys == [key for value in values for key in made([value], pa.int64())]


@given(st.lists(st.uuids(), min_size=1, max_size=40, unique=True))
def test_every_uuid_has_a_key_of_its_own(values: list[uuid.UUID]) -> None:
    plain = [str(value) for value in values]
    keys = made(plain, pa.string())
    assert len({*keys}) == len(keys)
    assert not {*keys} & {*plain}
    assert [str(uuid.UUID(key)) for key in keys] == keys
    assert keys == made([word.upper() for word in plain], pa.string())


def test_what_is_told_does_not_change_unsaid() -> None:
    """Increments of one recipient and year go on from what was given before."""
    plain = [0, 1, 2**24, 2**48 + 5, -1]
    assert made(plain, pa.int64()) == [one_by_one(number) for number in plain]
    assert made([1, 2, 2**48], pa.int64()) == [593042817121, 151749284716441, 353763119098083]
    assert made([str(uuid.UUID(int=1))], pa.string()) == [str(uuid.UUID(bytes=aes(uuid.UUID(int=1).bytes)))]


def one_by_one(number: int) -> int:
    """Permute a number in plain steps."""
    whole = number % 2**64
    upper, left, right = whole >> 48, whole >> 24 & 0xFFFFFF, whole & 0xFFFFFF
    for turn in range(6):
        block = aes((turn << 32 | right).to_bytes(8, "little") + upper.to_bytes(8, "little"))
        left, right = right, left ^ int.from_bytes(block[:3], "little")
    return int.from_bytes((upper << 48 | left << 24 | right).to_bytes(8), signed=True)


def aes(block: bytes) -> bytes:
    return Cipher(algorithms.AES(KEY), modes.ECB()).encryptor().update(block)  # noqa: S305  a single block


@pytest.mark.parametrize("held", [pa.int32(), pa.int64(), pa.string()])
def test_null_stays_null_and_batches_do_not_matter(held: pa.DataType) -> None:
    plain: list[Any] = [7, None, 8, 7, None]
    if held == pa.string():
        plain = [None if number is None else str(uuid.UUID(int=number)) for number in plain]
    values, keys = pa.array(plain, held), RowKeys(KEY)
    whole = keys.of(values)
    assert whole.is_null().equals(values.is_null())
    assert whole[0] == whole[3] != whole[2]
    assert whole.type == (pa.string() if held == pa.string() else pa.int64())
    assert keys.of(values.slice(2, 2)).equals(whole.slice(2, 2))
    assert keys.of(values.slice(1, 1)).to_pylist() == [None]
    assert keys.of(values.dictionary_encode()).to_pylist() == whole.to_pylist()
    assert keys.of(values.slice(0, 0)).to_pylist() == []


def test_another_key_gives_others() -> None:
    plain = list(range(1_000))
    assert not {*made(plain, pa.int64())} & {*made(plain, pa.int64(), OTHER)}
    one = [str(uuid.UUID(int=number)) for number in plain]
    assert not {*made(one, pa.string())} & {*made(one, pa.string(), OTHER)}


@pytest.mark.parametrize("text", ["", "no-uuid", "x" * 36, "3fa85f64-5717-4562-b3fc-2c963f66afag"])
def test_a_text_that_is_no_uuid_does_not_leave(text: str) -> None:
    with pytest.raises(ValueError, match="no UUID"):
        made([text], pa.string())


def test_subkeys_differ_by_key_and_domain_and_are_no_pseudonyms() -> None:
    found = {Pseudonyms(key).subkey(domain) for key in (KEY, OTHER) for domain in ("a", "b", "")}
    assert len(found) == 6
    assert {len(key) for key in found} == {32}
