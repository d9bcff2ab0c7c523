"""What counts as a proof: a table of whole numbers that agrees with everything told, added up without a solver."""

import numpy as np
import pytest

from toolbox_cli.analytics.reporting.suppression.auditing import Auditing, Witnesses
from toolbox_cli.analytics.reporting.suppression.nodes import Nodes
from toolbox_cli.analytics.reporting.suppression.problem import Goal, Line, Problem
from toolbox_cli.analytics.reporting.suppression.protecting import protect


def problem(*fixed: Line, hidden: frozenset[int] = frozenset({0, 1})) -> Problem:
    """Make three cells (3, 20, 30) and their total; the first is small."""
    atoms = [np.array([at]) for at in range(3)]
    values = (3.0, 20.0, 30.0)
    cells = [Line(atom, value, own=True) for atom, value in zip(atoms, values, strict=True)]
    total = Line(np.arange(3), 53.0, parts=np.arange(3))
    return Problem(
        base=np.array(values), known=np.ones(3, np.bool_), least=np.ones(3), most=np.full(3, np.inf),
        cells=[*cells, total], costs=np.array([1.0, 2.0, 3.0, 20.0]), fixed=fixed,
        goals=[Goal(atoms[0], 10.0, ("a",), cell=0)], hidden=hidden, codes=np.array([[0], [1], [2], [-1]]),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("table", "why"),
    [
        ((10.5, 12.5, 30.0), "fractions"),
        ((10.0, 20.0, 23.0), "a cell that is told is another"),
        ((10.0, 14.0, 30.0), "the total is another"),
        ((24.0, -1.0, 30.0), "a count below nothing"),
        ((23.0, 0.0, 30.0), "a hidden cell that is known to be somebody's"),
    ],
)
def test_a_table_that_does_not_agree_proves_nothing(table: tuple[float, ...], why: str) -> None:
    witnesses = Witnesses(problem())
    assert not witnesses.take(np.array(table), {0, 1}), why
    assert witnesses.open == {0}


def test_a_table_that_does_not_agree_with_an_earlier_one_proves_nothing() -> None:
    table = np.array([10.0, 13.0, 30.0])
    assert Witnesses(problem()).take(table, {0, 1})
    assert not Witnesses(problem(Line(np.array([1]), 20.0))).take(table, {0, 1})


def test_a_table_that_agrees_settles_what_it_reaches() -> None:
    witnesses = Witnesses(problem())
    assert witnesses.take(np.array([9.0, 14.0, 30.0]), {0, 1})
    assert witnesses.open == {0}
    assert witnesses.take(np.array([10.0, 13.0, 30.0]), {0, 1})
    assert witnesses.open == set()


def test_the_audit_tells_the_most_that_a_reader_must_allow_for() -> None:
    small = problem()
    audit = Auditing(small, Nodes(small))
    most, table = audit.most(small.goals[0])
    assert most == 22
    assert table.tolist() == [22, 1, 30]
    audit.hide({2})
    assert audit.most(small.goals[0])[0] == 51


def test_hiding_stops_where_the_goal_is_reached() -> None:
    assert protect(problem()).hidden == {0, 1}
    alone = protect(problem(hidden=frozenset({0})))
    assert alone.hidden == {0, 1}
    assert alone.exposed == set()


def test_what_cannot_be_hidden_is_said() -> None:
    told = protect(problem(Line(np.array([1]), 20.0), Line(np.array([2]), 30.0), Line(np.arange(3), 53.0)))
    assert told.exposed == {0}
