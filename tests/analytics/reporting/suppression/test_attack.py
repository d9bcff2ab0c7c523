"""What an attacker gets out of tables that were suppressed, and out of such as were not suppressed enough."""

from collections.abc import Sequence
from itertools import product

import numpy as np
import pyarrow as pa
import pytest

from tests.analytics.reporting.suppression.attacker import Attacker, Key, in_cell, recovered
from tests.analytics.reporting.suppression.cubes import distinct, random_grid, table, told, totals_of
from toolbox_cli.analytics.reporting.suppression.shapes import Published, Zeros
from toolbox_cli.analytics.reporting.suppression.suppress import suppress

GRID = ("class", "module")


def small_ones_hidden(truth: dict[Key, int], threshold: int = 10) -> dict[Key, int | None]:
    return {key: None if 0 < count < threshold else count for key, count in truth.items()}


def told_of(truth: dict[Key, int], by: Sequence[str], **options: object) -> dict[Key, int | None]:
    answer = suppress(table(truth, by), by=by, count="persons", **options)  # type: ignore[arg-type]
    assert answer.audit.holds
    return told(answer.table, by)


def test_hiding_the_small_cells_alone_gives_nearly_all_tables_away() -> None:
    grids = [totals_of(random_grid(seed)) for seed in range(30)]
    leaking = sum(bool(recovered(truth, small_ones_hidden(truth))) for truth in grids)
    assert leaking > 25


@pytest.mark.parametrize("part", range(5))
def test_five_hundred_tables_of_five_by_five_give_no_small_cell_back(part: int) -> None:
    for seed in range(part * 100, part * 100 + 100):
        truth = totals_of(random_grid(seed))
        assert recovered(truth, told_of(truth, GRID)) == [], seed


def test_no_small_cell_is_known_to_within_half_the_threshold() -> None:
    for seed in range(15):
        truth = totals_of(random_grid(seed))
        seen = told_of(truth, GRID)
        attacker = Attacker([key for key in truth if None not in key]).reads(seen)
        for cell in (cell for cell, count in truth.items() if 0 < count < 10):
            least, most = attacker.range_of(cell)
            assert least <= truth[cell] <= most
            assert most >= truth[cell] + 5, (seed, cell, least, most)


def test_knowing_that_something_hidden_must_be_small_does_not_say_what() -> None:
    """The rule is known too: where cells are hidden, one of them is small. It may always be another one."""
    for seed in range(30):
        random = np.random.default_rng(seed)
        cells = {(f"r{r}", f"c{c}"): int(random.poisson(16)) for r, c in product(range(4), range(4))}
        seen = told_of(totals_of(cells), GRID)
        hidden = [key for key in cells if seen[key] is None]
        attacker = Attacker(list(cells)).reads(seen)
        for cell in (key for key in hidden if cells[key] < 10):
            others = (other for other in hidden if other != cell)
            assert any(attacker.allows({cell: (10, 10_000), other: (1, 9)}) for other in others), (seed, cell)


def test_three_columns_with_every_total_give_no_small_cell_back() -> None:
    for seed in range(12):
        random = np.random.default_rng(seed)
        cells = {
            (f"2026-{month:02d}", f"m{module}", band): int(random.poisson(12) * (random.random() > 0.2))
            for month, module, band in product(range(1, 4), range(3), ("3-5", "6-8"))
        }
        truth = totals_of(cells)
        assert recovered(truth, told_of(truth, ("month", "module", "band"))) == [], seed


def test_terms_beside_months_give_no_month_back() -> None:
    covers = {"period": {"term 1": ("m1", "m2", "m3"), "term 2": ("m4", "m5"), "first half": ("m1", "m2")}}
    for seed in range(25):
        random = np.random.default_rng(seed)
        months = totals_of({(f"m{m}", f"c{c}"): int(random.poisson(11)) for m, c in product(range(1, 6), range(4))})
        terms = {
            (term, column): sum(months[month, column] for month in parts)
            for term, parts in covers["period"].items()
            for column in (None, *(f"c{c}" for c in range(4)))
        }
        truth = {**months, **terms}

        def within(cell: Key, piece: Key) -> bool:
            months_of = covers["period"].get(cell[0], (cell[0],))
            return (cell[0] is None or piece[0] in months_of) and in_cell((None, cell[1]), (None, piece[1]))

        seen = told_of(truth, ("period", "class"), covers=covers)
        attacker = Attacker([key for key in months if None not in key]).reads(seen, within)
        for cell in (cell for cell, count in truth.items() if 0 < count < 10):
            assert attacker.most_of(cell, within) >= 10, (seed, cell)


def so_far(cell: Key, piece: Key) -> bool:
    """Read `to m3` as all months up to that."""
    return piece[0] <= cell[0].removeprefix("to ") and in_cell((None, *cell[1:]), (None, *piece[1:]))


def cumulative(months: dict[Key, int], last: int) -> dict[Key, int]:
    """Give a report of a year so far: a line a class and one for all."""
    columns = sorted({column for _, column in months})
    found: dict[Key, int] = {}
    for column in columns:
        found[f"to m{last}", column] = sum(months[f"m{m}", column] for m in range(1, last + 1))
    return {**found, (f"to m{last}", None): sum(found.values())}


def test_a_report_of_the_year_so_far_does_not_give_the_last_month_away_beside_the_one_before() -> None:
    bare = 0
    for seed in range(25):
        random = np.random.default_rng(seed)
        months = {(f"m{m}", f"c{c}"): int(random.poisson(9)) for m, c in product(range(1, 5), range(3))}
        months |= {("m1", f"c{c}"): 40 for c in range(3)}
        covers = {"period": {f"to m{last}": [f"m{m}" for m in range(1, last + 1)] for last in range(1, 5)}}
        earlier: list[Published] = []
        careful, careless = Attacker(list(months)), Attacker(list(months))
        for last in range(1, 5):
            report = table(cumulative(months, last), ("period", "class"))
            answer = suppress(report, by=("period", "class"), count="persons", published=earlier, covers=covers)
            assert answer.audit.holds
            earlier.append(Published(answer.table, ("period", "class"), "persons"))
            careful.reads(told(answer.table, ("period", "class")), so_far)
            alone = suppress(report, by=("period", "class"), count="persons")
            careless.reads(told(alone.table, ("period", "class")), so_far)
        new = [
            (f"m{m}", column) for m, column in product(range(2, 5), ("c0", "c1", "c2", None))
            if 0 < sum(count for key, count in months.items() if in_cell((f"m{m}", column), key)) < 10
        ]  # fmt: skip
        assert [cell for cell in new if careful.most_of(cell) < 10] == [], seed
        bare += any(careless.most_of(cell) < 10 for cell in new)
    assert bare > 20, "the attack finds nothing where earlier reports are not looked at: it proves nothing"


def test_a_table_that_grows_by_a_month_each_time_hides_the_same_as_before() -> None:
    bare = 0
    for seed in range(12):
        random = np.random.default_rng(seed)
        cells = {(f"m{m}", f"c{c}"): int(random.poisson(13)) for m, c in product(range(1, 5), range(4))}
        careful, careless = Attacker(list(cells)), Attacker(list(cells))
        earlier: list[Published] = []
        for last in range(2, 5):
            truth = totals_of({key: count for key, count in cells.items() if key[0] <= f"m{last}"})

            def within(cell: Key, piece: Key, last: int = last) -> bool:
                return piece[0] <= f"m{last}" and in_cell(cell, piece)

            report = table(truth, ("month", "class"))
            answer = suppress(report, by=("month", "class"), count="persons", published=earlier)
            assert answer.audit.holds
            earlier.append(Published(answer.table, ("month", "class"), "persons"))
            careful.reads(told(answer.table, ("month", "class")), within)
            careless.reads(told_of(truth, ("month", "class")), within)
        small = [key for key, count in totals_of(cells).items() if 0 < count < 10]
        assert [cell for cell in small if careful.most_of(cell) < 10] == [], seed
        bare += any(careless.most_of(cell) < 10 for cell in small)
    assert bare, "the attack finds nothing where earlier reports are not looked at: it proves nothing"


def test_zeros_that_speak_of_a_known_group_are_not_given_back_either() -> None:
    for seed in range(40):
        random = np.random.default_rng(seed)
        truth = totals_of({
            (f"c{c}", grade): int(random.poisson(14) * (random.random() > 0.4))
            for c, grade in product(range(4), "ABCD")
        })  # fmt: skip
        seen = told_of(truth, ("class", "grade"), zeros=Zeros.HIDDEN)
        assert 0 not in seen.values()
        assert recovered(truth, seen, zeros_are_told=False) == [], seed


def test_a_class_in_which_all_did_the_same_is_not_told() -> None:
    truth = totals_of({("c1", "passed"): 24, ("c1", "failed"): 0, ("c2", "passed"): 15, ("c2", "failed"): 12})
    seen = told_of(truth, ("class", "result"), zeros=Zeros.HIDDEN)
    assert seen["c1", "passed"] is None
    assert seen["c1", "failed"] is None
    shown = told_of(truth, ("class", "result"), zeros=Zeros.SHOWN)
    assert shown["c1", "passed"] == 24


class Distinct(Attacker):
    """Knows that a person may be in several cells: a total is between its largest part and the sum of its parts."""

    def reads_persons(self, seen: dict[Key, int | None], rows: dict[Key, int | None]) -> None:
        self.persons = {
            key: self._solver.addIntegral(1 if count is None or count else 0) for key, count in seen.items()
        }
        for key, count in seen.items():
            if count is not None:
                self._solver.addConstr(self.persons[key] == count)
            self._solver.addConstr(self._sum(key, in_cell) >= self.persons[key])
        for total in (key for key in seen if None in key):
            parts = [self.persons[key] for key in seen if None not in key and in_cell(total, key)]
            self._solver.addConstr(self._solver.qsum(parts) >= self.persons[total])
            for part in parts:
                self._solver.addConstr(self.persons[total] >= part)
        self.reads(rows)

    def most_persons(self, cell: Key) -> int:
        return self._best(self._solver.maximize, 1 * self.persons[cell])


def test_distinct_persons_and_their_rows_give_no_small_cell_back_and_no_rows_of_a_few() -> None:
    for seed in range(30):
        random = np.random.default_rng(seed)
        pupils = [f"p{number}" for number in range(80)]
        visits = {
            (f"m{m}", f"c{c}"): set(random.choice(pupils, random.integers(0, 30), replace=False).tolist())
            for m, c in product(range(4), range(4))
        }
        visits |= {
            (f"m{m}", f"c{c}"): {f"p{number}" for number in range(seed % 9 + 1)} for m in (0, 1, 2) for c in (2, 3)
        }
        who = {key: persons for key, persons in distinct(visits).items() if persons}
        rows = totals_of({key: 3 * len(persons) for key, persons in visits.items() if persons})
        truth = {key: len(persons) for key, persons in who.items()}
        asked = table(truth, ("month", "class"), rows=pa.array([rows[key] for key in truth]))
        answer = suppress(asked, by=("month", "class"), count="persons", additive=False, measures=["rows"])
        seen, seen_rows = told(answer.table, ("month", "class")), told(answer.table, ("month", "class"), "rows")
        attacker = Distinct([key for key in who if None not in key])
        attacker.reads_persons(seen, seen_rows)
        for cell in (cell for cell, count in truth.items() if count < 10):
            assert attacker.most_persons(cell) >= 10, (seed, cell)
            assert attacker.least(cell) < attacker.most_of(cell), (seed, cell)
        for total in (key for key in truth if key.count(None) == 1 and seen[key] is not None):
            rest = [key for key in seen if None not in key and in_cell(total, key) and seen[key] is None]
            persons = set().union(*(who[key] for key in rest)) if rest else None
            assert persons is None or len(persons) >= 10, (seed, total)
