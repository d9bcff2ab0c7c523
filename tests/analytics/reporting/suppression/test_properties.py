"""Whatever the table: nothing small is told, nothing large is changed, and an attacker gets nowhere."""

from itertools import product

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from tests.analytics.reporting.suppression.attacker import Attacker, Key, recovered
from tests.analytics.reporting.suppression.cubes import table, told, totals_of
from toolbox_cli.analytics.reporting.suppression.shapes import Reason, Zeros
from toolbox_cli.analytics.reporting.suppression.suppress import suppress

COUNTS = some.one_of(some.integers(0, 4), some.integers(0, 15), some.integers(0, 200))


@some.composite
def cells(draw: some.DrawFn) -> dict[Key, int]:
    sizes = draw(some.lists(some.integers(1, 4), min_size=1, max_size=3))
    keys = list(product(*([f"{axis}{value}" for value in range(size)] for axis, size in enumerate(sizes))))
    return totals_of({key: draw(COUNTS) for key in keys})


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(truth=cells(), threshold=some.integers(2, 10), zeros=some.sampled_from(Zeros))
def test_an_attacker_gets_nowhere(truth: dict[Key, int], threshold: int, zeros: Zeros) -> None:
    by = [f"c{axis}" for axis in range(len(next(iter(truth))))]
    answer = suppress(table(truth, by), by=by, count="persons", threshold=threshold, zeros=zeros)
    seen = told(answer.table, by)
    assert answer.audit.holds
    assert all(count in (None, truth[key]) for key, count in seen.items())
    assert {cell.key for cell in answer.cells} == {key for key, count in seen.items() if count is None}
    small = {cell.key for cell in answer.cells if cell.reason is Reason.SMALL}
    least = 1 if zeros is Zeros.SHOWN else 0
    assert small == {key for key, count in truth.items() if least <= count < threshold}
    assert recovered(truth, seen, threshold, zeros_are_told=zeros is Zeros.SHOWN) == []


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(truth=cells())
def test_nothing_that_is_told_was_made_up(truth: dict[Key, int]) -> None:
    """An attacker who takes the table at its word must be able to: the truth is one of the tables that agree."""
    by = [f"c{axis}" for axis in range(len(next(iter(truth))))]
    seen = told(suppress(table(truth, by), by=by, count="persons").table, by)
    attacker = Attacker([key for key in truth if None not in key]).reads(seen)
    for key, count in list(truth.items())[:4]:
        least, most = attacker.range_of(key)
        assert least <= count <= most
