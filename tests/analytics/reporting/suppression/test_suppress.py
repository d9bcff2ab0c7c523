"""What `suppress` answers, case by case."""

import pyarrow as pa
import pytest

from tests.analytics.reporting.suppression.cubes import Key, random_grid, table, told, totals_of
from toolbox_cli.analytics.reporting.suppression.shapes import Beside, Published, Reason, Suppressed, Zeros
from toolbox_cli.analytics.reporting.suppression.suppress import suppress

BY = ("class", "module")


def asked(cells: dict[Key, int], **options: object) -> Suppressed:
    return suppress(table(cells, BY), by=BY, count="persons", **options)  # type: ignore[arg-type]


def test_a_table_without_small_cells_is_told_whole() -> None:
    cells = totals_of({("a", "x"): 10, ("a", "y"): 25, ("b", "x"): 0, ("b", "y"): 11})
    answer = asked(cells)
    assert told(answer.table, BY) == cells
    assert answer.cells == ()
    assert answer.table.column("suppressed").to_pylist() == [False] * len(cells)


def test_one_small_cell_takes_three_others_with_it_and_leaves_the_totals() -> None:
    cells = totals_of({(row, column): 30 for row in "abc" for column in "xyz"} | {("b", "y"): 3})
    answer = asked(cells)
    seen = told(answer.table, BY)
    assert [key for key in seen if None in key and seen[key] is None] == []
    reasons = {cell.key: cell.reason for cell in answer.cells}
    assert reasons.pop(("b", "y")) is Reason.SMALL
    assert set(reasons.values()) == {Reason.COMPLEMENT}
    assert len(reasons) == 3
    assert (answer.audit.small, answer.audit.complements, answer.audit.proven) == (1, 3, 1)


def test_a_hidden_cell_says_so_and_loses_what_stands_beside_its_count() -> None:
    cells = totals_of({("a", "x"): 3, ("a", "y"): 25, ("b", "x"): 40, ("b", "y"): 11})
    given = table(cells, BY, mean=pa.array([0.5] * len(cells)), note=pa.array(["kept"] * len(cells)))
    answer = suppress(given, by=BY, count="persons", measures=["mean"]).table
    for count, mean, note, hidden in zip(*(answer.column(at).to_pylist() for at in range(2, 6)), strict=True):
        assert hidden == (count is None) == (mean is None)
        assert note == "kept"
    assert answer.schema.names == [*given.schema.names, "suppressed"]
    assert answer.select(BY).equals(given.select(BY)), "rows keep their order"


def test_a_small_total_hides_the_table_and_says_of_which_groupings_nothing_is_left() -> None:
    answer = asked(totals_of({("a", "x"): 3, ("b", "y"): 2}))
    assert set(told(answer.table, BY).values()) == {None}
    assert set(answer.audit.hidden_whole) == {(), ("class",), ("module",), ("class", "module")}
    assert answer.audit.holds


def test_a_total_goes_where_hiding_its_parts_is_not_enough() -> None:
    cells = totals_of({("a", "x"): 3, ("a", "y"): 0, ("b", "x"): 40, ("b", "y"): 50})
    seen = told(asked(cells).table, BY)
    assert seen["a", None] is None, "the class has 3 in all"
    assert seen["a", "x"] is None
    assert seen["b", None] is None or seen[None, None] is None


@pytest.mark.parametrize("threshold", [2, 5, 20])
def test_the_threshold_is_the_least_count_that_is_told(threshold: int) -> None:
    cells = totals_of({(row, column): 50 for row in "abc" for column in "xyz"} | {("a", "x"): threshold - 1})
    assert told(asked(cells, threshold=threshold).table, BY)["a", "x"] is None
    cells = totals_of({(row, column): 50 for row in "abc" for column in "xyz"} | {("a", "x"): threshold})
    assert told(asked(cells, threshold=threshold).table, BY)["a", "x"] == threshold


def test_the_same_table_is_suppressed_the_same_way_each_time() -> None:
    cells = totals_of(random_grid(4))
    assert asked(cells).cells == asked(cells).cells


def test_what_was_told_before_is_not_taken_for_hidden_now() -> None:
    """Three columns of the same counts: each is as good a complement as the other, and one was told last month."""
    cells = totals_of({("a", "x"): 3, ("a", "y"): 20, ("a", "z"): 20, ("b", "x"): 30, ("b", "y"): 30, ("b", "z"): 30})
    first = asked(cells)
    chosen = next(cell.key for cell in first.cells if cell.reason is Reason.COMPLEMENT and cell.key[0] == "a")
    lone = table({chosen: cells[chosen]}, BY)
    second = asked(cells, published=[Published(lone, BY, "persons")])
    assert second.audit.holds
    assert chosen not in {cell.key for cell in second.cells}
    assert told(second.table, BY)["a", "x"] is None


def test_a_count_that_changed_by_a_few_since_it_was_told_is_not_told_again() -> None:
    before = totals_of({("a", "x"): 30, ("a", "y"): 40, ("b", "x"): 50, ("b", "y"): 60})
    now = totals_of({("a", "x"): 29, ("a", "y"): 40, ("b", "x"): 50, ("b", "y"): 60})
    answer = asked(now, published=[Published(table(before, BY), BY, "persons")])
    seen = told(answer.table, BY)
    assert seen["a", "x"] is None
    assert seen["a", None] is None
    assert seen[None, None] is None
    assert seen["b", "y"] == 60
    assert answer.audit.contradicted == 4
    assert {cell.reason for cell in answer.cells} == {Reason.DIFFERENCE}


def test_a_count_that_changed_by_many_is_told() -> None:
    before = totals_of({("a", "x"): 30, ("a", "y"): 40, ("b", "x"): 50, ("b", "y"): 60})
    now = totals_of({("a", "x"): 15, ("a", "y"): 40, ("b", "x"): 50, ("b", "y"): 60})
    answer = asked(now, published=[Published(table(before, BY), BY, "persons")])
    assert told(answer.table, BY) == now


def test_distinct_persons_who_came_since_the_last_report_are_hidden_when_they_are_few() -> None:
    covers = {"class": {"to m2": ("m1", "m2"), "to m1": ("m1",)}}
    before = table({("to m1", "x"): 30, ("to m1", "y"): 50}, BY)
    now = table({("to m2", "x"): 33, ("to m2", "y"): 80}, BY)
    earlier = [Published(before, BY, "persons")]
    answer = suppress(now, by=BY, count="persons", additive=False, covers=covers, published=earlier)
    assert told(answer.table, BY) == {("to m2", "x"): None, ("to m2", "y"): 80}


def test_what_earlier_tables_gave_away_is_said() -> None:
    cells = totals_of({("a", "x"): 3, ("a", "y"): 20, ("b", "x"): 30, ("b", "y"): 30})
    careless = table({key: count for key, count in cells.items() if key != ("a", "x")}, BY)
    answer = asked(cells, published=[Published(careless, BY, "persons")])
    assert not answer.audit.holds
    assert answer.audit.exposed == (("a", "x"),)
    assert told(answer.table, BY)["a", "x"] is None


def test_an_earlier_table_says_what_it_covers() -> None:
    earlier = Published(table({("a",): 20}, ("class",)), ("class",), "persons")
    with pytest.raises(ValueError, match="has no module"):
        asked(totals_of({("a", "x"): 3, ("a", "y"): 17}), published=[earlier])


def test_a_mean_of_less_persons_than_the_cell_has_is_hidden_for_itself() -> None:
    cells = totals_of({(row, column): 30 for row in "abc" for column in "xyz"})
    scored = totals_of({(row, column): 20 for row in "abc" for column in "xyz"} | {("b", "y"): 4})
    given = table(
        cells, BY, scored=pa.array([scored[key] for key in cells]), mean=pa.array([0.5] * len(cells)),
    )  # fmt: skip
    answer = suppress(given, by=BY, count="persons", measures=[Beside("mean", persons="scored")])
    assert told(answer.table, BY) == cells
    means, counts = told(answer.table, BY, "mean"), told(answer.table, BY, "scored")
    assert means["b", "y"] is None
    hidden = [key for key in means if means[key] is None]
    assert len(hidden) == 4
    assert hidden == [key for key in counts if counts[key] is None]


def test_zeros_are_told_or_hidden_as_asked() -> None:
    cells = totals_of({(row, column): 30 for row in "abc" for column in "xyz"} | {("b", "y"): 0})
    assert told(asked(cells).table, BY)["b", "y"] == 0
    assert told(asked(cells, zeros=Zeros.HIDDEN).table, BY)["b", "y"] is None


def test_a_table_without_rows_stays_one() -> None:
    answer = asked({})
    assert answer.table.num_rows == 0
    assert answer.table.schema.names == [*BY, "persons", "suppressed"]


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ({("a", "x"): 5, ("a", None): 6}, "not what its finest cells come to"),
        ({("a", "x"): -1}, "negative"),
        ({("a", None): 20}, "not what its finest cells come to"),
    ],
)
def test_rows_that_are_no_table_of_counts_are_refused(cells: dict[Key, int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        asked(cells)


def test_the_same_cell_twice_is_refused() -> None:
    cells = table({("a", "x"): 20}, BY)
    with pytest.raises(ValueError, match="the same cell"):
        suppress(pa.concat_tables([cells, cells]), by=BY, count="persons")


def test_periods_that_overlap_belong_into_tables_of_their_own() -> None:
    covers = {"class": {"week": ("d1", "d2"), "month": ("d2", "d3")}}
    with pytest.raises(ValueError, match="overlap"):
        asked({("week", "x"): 20, ("month", "x"): 30}, covers=covers)
