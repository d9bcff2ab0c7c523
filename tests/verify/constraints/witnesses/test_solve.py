"""The server judges, and what is chosen from its verdicts is what was asked for."""

from collections.abc import Iterator, Sequence
from operator import ge, gt, le, lt, ne
from typing import Any

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Boolean, CheckConstraint, Column, Enum, Index, Integer, MetaData, Table, Text, text

from tests.support.servers import Server
from toolbox_cli.verify.constraints.witnesses.rules import Group, Rule, grouped, rules_of
from toolbox_cli.verify.constraints.witnesses.solve import Solution, Values, solve

Connection = psycopg.Connection[Any]
COMPARISONS = {">=": ge, ">": gt, "<=": le, "<": lt, "<>": ne}

sides = st.one_of(st.sampled_from("abc"), st.integers(-20, 20))
rules = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(sorted(COMPARISONS)), sides), min_size=1, max_size=5)


@pytest.fixture(scope="module")
def connection(server: Server) -> Iterator[Connection]:
    with server.temporary() as made, made.connect() as opened:
        yield opened


def table_of(*checks: str) -> Table:
    columns = [Column(name, Integer) for name in "abc"]
    constraints = [CheckConstraint(check, name=f"rule_{number}") for number, check in enumerate(checks)]
    return Table("thing", MetaData(schema="small"), *columns, *constraints)


def solved(connection: Connection, table: Table) -> list[Solution]:
    connection.execute("BEGIN")
    try:
        return solve(connection, grouped(table, rules_of(table)), "small", {})
    finally:
        connection.execute("ROLLBACK")


def answer(rule: tuple[str, str, str | int], values: Values) -> bool | None:
    """Say what a rule makes of a row, as SQL has it."""
    left, comparison, right = rule
    one = values[left]
    two = values[right] if isinstance(right, str) else str(right)
    return None if one is None or two is None else bool(COMPARISONS[comparison](int(one), int(two)))


@given(made=rules)
def test_witnesses_break_just_the_rule_that_they_are_for(
    connection: Connection, made: list[tuple[str, str, str | int]]
) -> None:
    table = table_of(*(f"{left} {comparison} {right}" for left, comparison, right in made))
    for solution in solved(connection, table):
        own = {rule.name: made[int(rule.name.removeprefix("rule_"))] for rule in solution.group.rules}
        for rule in solution.group.rules:
            for place in solution.breaking(rule):
                answers = {name: answer(each, solution.values(place)) for name, each in own.items()}
                assert {name for name, told in answers.items() if told is False} == {rule.name}
            for place in solution.keeping(rule):
                assert False not in {answer(each, solution.values(place)) for each in own.values()}


@given(bound=st.integers(-1000, 1000), comparison=st.sampled_from([">=", ">", "<=", "<"]))
def test_a_bound_has_its_nearest_witnesses_first(connection: Connection, bound: int, comparison: str) -> None:
    (solution,) = solved(connection, table_of(f"a {comparison} {bound}"))
    (rule,) = solution.group.rules
    inside = [number for number in range(bound - 1, bound + 2) if COMPARISONS[comparison](number, bound)]
    outside = [number for number in range(bound - 1, bound + 2) if number not in inside]
    last_in, first_out = (min(inside), max(outside)) if comparison[0] == ">" else (max(inside), min(outside))
    assert solution.values(solution.breaking(rule)[0]) == {"a": str(first_out)}
    assert solution.values(solution.keeping(rule)[0]) == {"a": str(last_in)}
    assert solution.values(solution.keeping(rule)[-1]) == {"a": None}


@given(made=rules)
def test_groups_share_no_column_and_leave_out_no_rule(made: list[tuple[str, str, str | int]]) -> None:
    table = table_of(*(f"{left} {comparison} {right}" for left, comparison, right in made))
    groups = grouped(table, rules_of(table))
    columns = [column.name for group in groups for column in group.columns]
    assert len(columns) == len(set(columns))
    assert sorted(rule.name for group in groups for rule in group.rules) == sorted(
        f"rule_{n}" for n in range(len(made))
    )
    assert all(
        set(rule.columns) <= {column.name for column in group.columns} for group in groups for rule in group.rules
    )


@pytest.mark.parametrize(
    ("checks", "unsolved"),
    [
        (["a >= 0 OR a < 0"], ["rule_0"]),
        (["a > 3", "a > 2"], ["rule_1"]),
        (["a > 3", "a < 2"], ["rule_0", "rule_1"]),
        (["a > b", "b > c", "c > 5"], []),
        (["false"], ["rule_0"]),
        (["10 / a > 1"], []),
        (["a + 1 > b"], []),
    ],
)
def test_what_was_not_found_is_known(connection: Connection, checks: list[str], unsolved: list[str]) -> None:
    found = [rule.name for solution in solved(connection, table_of(*checks)) for rule in solution.unsolved]
    assert found == unsolved


@pytest.mark.parametrize(
    "pattern",
    [
        "^[a-z0-9]+(-[a-z0-9]+)*$", r"^[^@\s]+@[^@\s]+$", "^[A-Z]{2}$", "^[0-9a-f]{64}$", "^#[0-9A-Fa-f]{6}$",
        "^https?://", r"^\d+-\d+$", r"^\+[0-9]{7,15}$", r"^[a-z]{2}(_[A-Z]{2})?$", r"^\d+\.\d+\.\d+$", "^/", "^[0-9]+$",
    ],
)  # fmt: skip
def test_usual_shapes_of_text_are_known(connection: Connection, pattern: str) -> None:
    table = Table("thing", MetaData(), Column("word", Text), CheckConstraint(f"word ~ '{pattern}'", name="shape"))
    (solution,) = solved(connection, table)
    assert solution.unsolved == ()
    assert len(solution.breaking(solution.group.rules[0])) > 3


def test_the_condition_of_an_index_binds_nobody(connection: Connection) -> None:
    table = table_of("a > 0")
    Index("one", table.c.a, unique=True, postgresql_where=text("a > 5"))
    (solution,) = solved(connection, table)
    check, condition = solution.group.rules
    assert (check.binding, condition.binding) == (True, False)
    assert {solution.verdict(place, condition) for place in solution.kept} >= {"t", "f"}


@given(sizes=st.lists(st.integers(1, 40), min_size=1, max_size=4))
def test_combinations_stay_few(connection: Connection, sizes: Sequence[int]) -> None:
    checks = [f"a IN ({', '.join(map(str, range(size)))})" for size in sizes]
    (solution,) = solved(connection, table_of(*checks, "a + b > c"))
    assert 0 < len(solution.verdicts) <= 4096
    assert isinstance(solution.group, Group)
    assert all(isinstance(rule, Rule) for rule in solution.group.rules)


def test_a_rule_that_only_the_first_combination_breaks_is_solved(connection: Connection) -> None:
    mood = Enum("calm", "wild", name="mood", schema="pg_temp")
    table = Table("thing", MetaData(), Column("mood", mood, nullable=False), Column("alone", Boolean, nullable=False))
    table.append_constraint(CheckConstraint("NOT (mood::text = 'calm' AND alone)", name="rule_0"))
    connection.execute("CREATE TYPE pg_temp.mood AS ENUM ('calm', 'wild')")
    connection.execute("BEGIN")
    (solution,) = solve(connection, grouped(table, rules_of(table)), "pg_temp", {})
    connection.execute("ROLLBACK")
    assert solution.breaking(solution.group.rules[0]) == (0,)
    assert solution.unsolved == ()
