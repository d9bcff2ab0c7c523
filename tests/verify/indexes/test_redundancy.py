"""Which of several indexes could go."""

from typing import Any

import pytest

from toolbox_cli.verify.indexes.live import LiveIndex
from toolbox_cli.verify.indexes.redundancy import redundant


def index(name: str, *keys: str, **traits: Any) -> LiveIndex:
    given: dict[str, Any] = {
        "method": "btree",
        "unique": False,
        "valid": True,
        "nulls_not_distinct": False,
        "sorting": ["0 0 0"] * len(keys),
        "included": [],
        "predicate": None,
        "definition": "",
        "constraint": None,
        "leaves": [name],
    }
    return LiveIndex(table="t", name=name, keys=list(keys), **{**given, **traits})


def gone(*indexes: LiveIndex, declared: tuple[str, ...] = ()) -> dict[str, tuple[str, bool]]:
    found = redundant(indexes, frozenset(declared))
    return {name: (spare.by.name, spare.prefix) for name, spare in found.items()}


KEY = index("key", "a", unique=True, constraint="key")
UNIQUE = index("unique", "a", unique=True)
PAIR = index("pair", "a", "b")


@pytest.mark.parametrize("order", [1, -1])
def test_the_one_that_enforces_nothing_goes(order: int) -> None:
    assert gone(*(KEY, index("plain", "a"))[::order]) == {"plain": ("key", False)}
    assert gone(*(UNIQUE, index("plain", "a"))[::order]) == {"plain": ("unique", False)}
    assert gone(*(KEY, UNIQUE)[::order]) == {"unique": ("key", False)}


@pytest.mark.parametrize("order", [1, -1])
def test_of_two_alike_the_undeclared_or_later_one_goes(order: int) -> None:
    first, second = index("first", "a"), index("second", "a")
    assert gone(*(first, second)[::order]) == {"second": ("first", False)}
    assert gone(*(first, second)[::order], declared=("second",)) == {"first": ("second", False)}


def test_a_prefix_goes() -> None:
    assert gone(index("plain", "a"), PAIR) == {"plain": ("pair", True)}
    assert gone(index("plain", "a"), PAIR, index("three", "a", "b", "c")) == {
        "plain": ("pair", True),
        "pair": ("three", True),
    }


def test_the_same_tells_more_than_a_prefix() -> None:
    assert gone(index("plain", "a"), KEY, PAIR)["plain"] == ("key", False)


@pytest.mark.parametrize(
    "other",
    [
        index("other", "b"),
        index("other", "b", "a"),
        index("other", "a", "b", sorting=["0 0 3", "0 0 0"]),
        index("other", "a", predicate="b > 0"),
        index("other", "a", method="hash"),
        index("other", "a", "b", valid=False),
    ],
)
def test_other_work_is_no_reason(other: LiveIndex) -> None:
    assert gone(index("plain", "a"), other) == {}


def test_what_enforces_something_stays() -> None:
    assert gone(UNIQUE, PAIR) == {}
    assert gone(KEY, PAIR) == {}
    assert gone(KEY, index("key_too", "a", unique=True, constraint="key_too")) == {}
    assert gone(KEY, index("unique", "a", unique=True, nulls_not_distinct=True)) == {}


def test_included_columns_count() -> None:
    covering = index("covering", "a", included=["b"])
    assert gone(covering, index("other", "a", included=["c"])) == {}
    assert gone(covering, KEY) == {}
    assert gone(covering, PAIR) == {"covering": ("pair", True)}
    assert gone(covering, index("plain", "a"), declared=("covering",)) == {"plain": ("covering", False)}


def test_a_prefix_of_another_method_stays() -> None:
    assert gone(index("plain", "a", method="gin"), index("pair", "a", "b", method="gin")) == {}
