"""Pseudonyms: RFC 2104 and RFC 4648 as the standard library has them, the same again, and nothing else."""

import base64
import hashlib
import hmac

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from toolbox_cli.analytics.masking.pseudonyms import Pseudonyms

KEY = bytes(range(32))
OTHER = bytes(32)

texts = st.lists(st.none() | st.text(st.characters(codec="utf-8"), max_size=40), max_size=30)


def one_by_one(key: bytes, domain: str, text: str) -> str:
    digest = hmac.new(key, domain.encode() + b"\0" + text.encode(), hashlib.sha256).digest()
    return base64.b32encode(digest[:16]).decode().rstrip("=").lower()


@settings(max_examples=40)
@given(texts, st.binary(min_size=16, max_size=80), st.integers(1, 8))
def test_each_is_the_hmac_of_its_domain_and_text(values: list[str | None], key: bytes, remembered: int) -> None:
    made = Pseudonyms(key, remembered=remembered).of("school.person", pa.array(values, pa.string()))
    assert made.type.value_type == pa.string()
    wanted = [None if value is None else one_by_one(key, "school.person", value) for value in values]
    assert made.to_pylist() == wanted
    made.validate(full=True)


@given(texts)
def test_equal_values_are_equal_again_and_different_ones_differ(values: list[str | None]) -> None:
    array = pa.array(values, pa.string())
    keys = Pseudonyms(KEY, remembered=4)
    first, again = keys.of("a", array).to_pylist(), keys.of("a", array).to_pylist()
    assert first == again
    assert len(set(first)) == len(set(values))


@given(st.lists(st.text(st.characters(codec="utf-8"), min_size=1), min_size=1))
def test_another_key_or_domain_gives_others(values: list[str]) -> None:
    array = pa.array(values, pa.string())
    made = [
        set(Pseudonyms(key).of(domain, array).to_pylist()) for key, domain in [(KEY, "a"), (KEY, "b"), (OTHER, "a")]
    ]
    assert made[0].isdisjoint(made[1])
    assert made[0].isdisjoint(made[2])
    assert made[1].isdisjoint(made[2])


def test_domain_and_text_cannot_be_taken_for_each_other() -> None:
    keys = Pseudonyms(KEY)
    assert keys.of("a", pa.array(["bc"]))[0] != keys.of("ab", pa.array(["c"]))[0]


def test_numbers_count_as_their_text() -> None:
    keys = Pseudonyms(KEY)
    numbers = keys.of("a", pa.array([7, None, -12, 2**62], pa.int64()))
    assert numbers.to_pylist() == keys.of("a", pa.array(["7", None, "-12", str(2**62)])).to_pylist()


def test_dictionaries_slices_and_empty_arrays_are_taken() -> None:
    plain = pa.array(["ada", None, "bo", "ada", "cy"])
    wanted = Pseudonyms(KEY).of("a", plain).to_pylist()
    assert Pseudonyms(KEY).of("a", plain.dictionary_encode()).to_pylist() == wanted
    assert Pseudonyms(KEY).of("a", plain[1:4]).to_pylist() == wanted[1:4]
    assert Pseudonyms(KEY).of("a", plain.dictionary_encode()[1:4]).to_pylist() == wanted[1:4]
    assert Pseudonyms(KEY).of("a", pa.array([], pa.string())).to_pylist() == []
    assert Pseudonyms(KEY).of("a", pa.array([None, None], pa.string())).to_pylist() == [None, None]


def test_what_was_asked_for_lately_is_worked_out_once_and_memory_is_bounded() -> None:
    keys = Pseudonyms(KEY, remembered=1_000)
    for start in range(0, 20_000, 100):
        keys.of("a", pa.array([f"seldom {number}" for number in range(start, start + 100)] + ["often"]))
        assert keys.remembered <= 2_000
        assert keys.worked_out == start + 101  # "often" was worked out in the first round, and never again


def test_one_hmac_a_distinct_person() -> None:
    keys = Pseudonyms(KEY)
    for _ in range(5):
        keys.of("a", pa.array([f"person {number % 50}" for number in range(1_000)]))
    assert keys.worked_out == 50
