import math
import string
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Double,
    Enum,
    Integer,
    Numeric,
    SmallInteger,
    String,
    Text,
)
from sqlalchemy.types import TypeEngine

from toolbox_cli.verify.constraints.witnesses.candidates import Candidate, candidates, fits
from toolbox_cli.verify.constraints.witnesses.literals import Literals, mentioned, mine


def values(kind: TypeEngine[object], rule: str = "", *, nullable: bool = False) -> list[str | None]:
    return [each.value for each in candidates(Column("c", kind, nullable=nullable), mine([rule]))]


@given(number=st.decimals(-(10**9), 10**9, places=3, allow_nan=False), word=st.text(string.printable))
def test_literals_are_found_whatever_stands_beside_them(number: Decimal, word: str) -> None:
    quoted = "'" + word.replace("'", "''") + "'"
    assert mine([f"a1 >= {number} AND b_2 = {quoted}"]) == Literals((word,), (number,))


@pytest.mark.parametrize("name", ["level", "level_2", "Level"])
def test_a_column_is_mentioned_as_a_word(name: str) -> None:
    others = ["lev", "level", "level_2", "Level", "evel"]
    assert mentioned(f"\"{name}\" > 1 AND kind = 'lev evel'", others) == (name,)
    assert mentioned(f"({name})::text <> ''", others) == (name,)


@given(number=st.integers(-(2**31), 2**31 - 1))
def test_integers_are_tried_on_both_sides_of_a_literal(number: int) -> None:
    tried = {int(value) for value in values(Integer(), f"c > {number}") if value}
    assert {beside for beside in (number - 1, number, number + 1) if -(2**31) <= beside < 2**31} <= tried
    assert all(-(2**31) <= value < 2**31 for value in tried)


@pytest.mark.parametrize(("kind", "edge"), [(SmallInteger(), 2**15), (Integer(), 2**31), (BigInteger(), 2**63)])
def test_the_edges_of_integers_are_tried(kind: TypeEngine[object], edge: int) -> None:
    assert {str(-edge), str(edge - 1)} <= set(values(kind))


@given(number=st.decimals(-999, 999, places=2, allow_nan=False))
def test_numerics_are_tried_one_step_of_their_scale_aside(number: Decimal) -> None:
    tried = {Decimal(value) for value in values(Numeric(5, 2), f"c <= {number}") if value}
    assert {number - Decimal("0.01"), number, number + Decimal("0.01")} <= tried | {Decimal(1000), Decimal(-1000)}
    assert {Decimal("999.99"), Decimal("-999.99")} <= tried


@given(number=st.decimals(-(10**6), 10**6, places=3, allow_nan=False))
def test_floats_are_tried_right_beside_a_literal(number: Decimal) -> None:
    tried = {float(value) for value in values(Double(), f"c < {number}") if value}
    told = float(number)
    assert {told, math.nextafter(told, math.inf), math.nextafter(told, -math.inf), math.inf} <= tried


@pytest.mark.parametrize(
    ("kind", "rule", "beside"),
    [
        (Date(), "c > '2000-01-01'", {"2000-01-01", "1999-12-31", "2000-01-02"}),
        (DateTime(), "c > '2000-01-01'", {"2000-01-01 00:00:00", "1999-12-31 23:59:59.999999"}),
        (DateTime(timezone=True), "c > '2000-01-01 12:00+02'", {"2000-01-01 12:00:00+02:00"}),
        (Boolean(), "", {"true", "false"}),
        (Enum("calm", "glad", name="mood"), "c <> 'calm'", {"calm", "glad"}),
        (String(4), "c IN ('draft', 'done')", {"done", "donee"[:4]}),
    ],
)  # fmt: skip
def test_values_are_of_the_type(kind: TypeEngine[object], rule: str, beside: set[str]) -> None:
    tried = values(kind, rule)
    assert beside <= set(tried)
    assert all(fits(value, kind) for value in tried)
    assert len(set(tried)) == len(tried)


def test_null_is_tried_last_and_where_it_may_be() -> None:
    assert values(Integer(), nullable=True)[-1] is None
    assert None not in values(Integer())


def test_text_goes_wrong_by_one_slip() -> None:
    slipping = candidates(Column("c", Text), Literals(), ["ada@example.org"])
    slips = {each.value for each in slipping if each.origin == "ada@example.org"}
    assert {
        "adaexample.org",
        "ada@@example.org",
        " ada@example.org",
        "ada@example.org\n",
        "ADA@EXAMPLE.ORG",
        "",
    } <= slips


choices = st.builds(Candidate, st.sampled_from(["a", "b", "c", None]), st.none(), st.sampled_from(["a", "b", None]))


@given(one=choices, two=choices)
def test_distance_is_the_same_both_ways(one: Candidate, two: Candidate) -> None:
    assert one.apart(two) == two.apart(one)
    assert (one.apart(two) == 0) == (one.value == two.value)
    assert (one.apart(two) == 3) == ((one.value is None) != (two.value is None))
