"""A dataset as a table of cells: numbers as they would be counted by hand, and nothing of a few persons."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from tests.analytics.exporting.events import happen, set_scene
from tests.support.servers import Database
from toolbox_cli.analytics.datasets.dataset import Dataset
from toolbox_cli.analytics.datasets.modules import MODULE_EVENTS
from toolbox_cli.analytics.datasets.registry import DATASETS
from toolbox_cli.analytics.exporting import aggregating
from toolbox_cli.analytics.exporting.aggregating import ALL, NONE, aggregate, aggregate_schema, batches_of, trimmed
from toolbox_cli.analytics.exporting.planning import Reading
from toolbox_cli.analytics.extracting.extract import snapshot
from toolbox_cli.analytics.masking.applying import masked_schema
from toolbox_cli.analytics.masking.modes import Mode
from toolbox_cli.core.database.target import target_at
from toolbox_cli.core.errors import RefusedError

Row = dict[str, Any]


def row(student: str | None, module: int | None = 1, event: str = "click", month: str = "2026-01", **more: Any) -> Row:
    return {"student": student, "module_id": module, "event_type": event, "month": month, **more}


def batches(rows: list[Row], dataset: Dataset = MODULE_EVENTS, size: int = 1000) -> Iterator[pa.RecordBatch]:
    schema = masked_schema(trimmed(dataset), Mode.PSEUDONYMOUS).append(pa.field("month", pa.string()))
    blank = dict.fromkeys(schema.names)
    for start in range(0, len(rows), size):
        yield pa.RecordBatch.from_pylist([blank | one for one in rows[start : start + size]], schema=schema)


def crowd(count: int, start: int = 0, **more: Any) -> list[Row]:
    return [row(f"s{number}", **more) for number in range(start, start + count)]


def told(table: pa.Table) -> dict[tuple[str, ...], Row]:
    return {(one["month"], one["module_id"], one["event_type"]): one for one in table.to_pylist()}


def happened(seed: int) -> list[Row]:
    random = np.random.default_rng(seed)
    return [
        row(f"s{random.integers(60)}", int(random.integers(3)), str(random.choice(["click", "scroll"])),
            f"2026-{random.integers(1, 4):02d}", struggle_signal=float(random.random()))
        for _ in range(500)
    ]  # fmt: skip


def test_cells_and_totals_count_rows_and_distinct_persons(tmp_path: Path) -> None:
    rows = [*happened(1), *crowd(4, start=100, module=7, struggle_signal=0.5)]
    answer = aggregate(MODULE_EVENTS, batches(rows, size=70), tmp_path)
    by_hand: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for one in rows:
        cell = (one["month"], str(one["module_id"]), one["event_type"])
        for kept in product((True, False), repeat=3):
            by_hand[tuple(value if keep else ALL for value, keep in zip(cell, kept, strict=True))].append(one)
    seen = told(answer.table)
    assert set(seen) == set(by_hand)
    for cell, found in seen.items():
        persons = len({one["student"] for one in by_hand[cell]})
        assert found["suppressed"] == (found["persons"] is None)
        assert found["suppressed"] or (found["rows"], found["persons"]) == (len(by_hand[cell]), persons)
        if found["mean_struggle"] is not None:
            mean = np.mean([one["struggle_signal"] for one in by_hand[cell]])
            assert found["mean_struggle"] == pytest.approx(mean)
    assert any(found["suppressed"] for found in seen.values())
    assert sum(not found["suppressed"] for found in seen.values()) > 20
    assert answer.audit.holds


def test_the_same_rows_make_the_same_table(tmp_path: Path) -> None:
    tables = [aggregate(MODULE_EVENTS, batches(happened(2)), tmp_path).table for _ in range(2)]
    assert tables[0].equals(tables[1])
    assert tables[0].schema.equals(aggregate_schema(MODULE_EVENTS), check_metadata=True)


def test_many_rows_of_few_persons_are_hidden(tmp_path: Path) -> None:
    rows = [*crowd(40, module=1), *crowd(40, module=2), *(crowd(3, module=3) * 50)]
    seen = told(aggregate(MODULE_EVENTS, batches(rows), tmp_path).table)
    assert seen[ALL, "3", ALL]["rows"] is None
    assert [cell for cell, found in seen.items() if cell[1] == "3" and not found["suppressed"]] == []
    assert seen[ALL, "1", ALL]["suppressed"] or seen[ALL, "2", ALL]["suppressed"], "a subtraction would tell"


def test_rows_of_unknown_persons_count_as_one_persons(tmp_path: Path) -> None:
    rows = [*crowd(40, module=1), *crowd(40, module=2), *([row(None, 3)] * 50)]
    seen = told(aggregate(MODULE_EVENTS, batches(rows), tmp_path).table)
    assert seen[ALL, "3", ALL]["suppressed"]
    assert seen[ALL, ALL, ALL]["persons"] == 41


def test_a_missing_value_is_a_value_of_its_own_beside_the_total(tmp_path: Path) -> None:
    rows = [*crowd(20, module=None), *crowd(30, start=20, module=1)]
    seen = told(aggregate(MODULE_EVENTS, batches(rows), tmp_path).table)
    assert seen["2026-01", NONE, "click"]["persons"] == 20
    assert seen[ALL, ALL, ALL]["persons"] == 50


def test_a_mean_is_told_for_enough_persons_alone_and_where_they_differ(tmp_path: Path) -> None:
    rows = [
        *({**one, "struggle_signal": 0.1 + at % 2} for at, one in enumerate(crowd(30, module=1))),
        *({**one, "struggle_signal": 0.1 + at % 2} for at, one in enumerate(crowd(30, module=2))),
        *({**one, "struggle_signal": 1.0} for one in crowd(30, module=3)),
        *crowd(30, module=4),
        *({**one, "struggle_signal": float(at)} for at, one in enumerate(crowd(4, module=4))),
        *({**one, "struggle_signal": 0.1 + at % 3} for at, one in enumerate(crowd(30, module=5))),
    ]
    seen = told(aggregate(MODULE_EVENTS, batches(rows), tmp_path).table)
    assert all(found["persons"] == 30 for cell, found in seen.items() if cell[1] != ALL)
    assert seen[ALL, "3", ALL]["mean_struggle"] is None, "it would say of each what all of them have"
    assert seen[ALL, "4", ALL]["mean_struggle"] is None, "four persons"
    assert seen[ALL, "4", ALL]["mean_struggle_persons"] is None
    assert any(seen[ALL, module, ALL]["mean_struggle"] is not None for module in "125")


def test_the_next_table_hides_what_the_last_one_would_give_away(tmp_path: Path) -> None:
    before = [*crowd(30, module=1), *crowd(30, module=2), *crowd(30, module=3)]
    first = aggregate(MODULE_EVENTS, batches(before), tmp_path).table
    rows = [*before, *crowd(2, start=50, module=1), *crowd(40, start=60, module=2)]
    alone = told(aggregate(MODULE_EVENTS, batches(rows), tmp_path).table)
    beside = told(aggregate(MODULE_EVENTS, batches(rows), tmp_path, earlier=[first]).table)
    assert alone["2026-01", "1", "click"]["persons"] == 32
    assert beside["2026-01", "1", "click"]["persons"] is None, "two came"
    assert beside["2026-01", "3", "click"]["persons"] == 30


def test_more_cells_than_anybody_reads_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aggregating, "MOST_CELLS", 5)
    with pytest.raises(RefusedError, match="at most 5"):
        aggregate(MODULE_EVENTS, batches(happened(3)), tmp_path)


@pytest.mark.parametrize("dataset", DATASETS.values(), ids=list(DATASETS))
def test_every_dataset_can_be_told_in_cells(dataset: Dataset, tmp_path: Path) -> None:
    schema = aggregate_schema(dataset)
    assert aggregate(dataset, [], tmp_path).table.schema.equals(schema)
    rows = [
        {"month": "2026-01", dataset.person: f"p{at}"} if dataset.person else {"month": "2026-01"} for at in range(12)
    ]
    table = aggregate(dataset, batches(rows, dataset), tmp_path).table
    assert table.schema.equals(schema)
    assert set(table.column("rows").to_pylist()) == {12}


def test_rows_of_a_database_are_counted_as_the_database_counts_them(database: Database, tmp_path: Path) -> None:
    set_scene(database)
    with database.connect() as connection:
        happen(connection, 2000)
        counted = connection.execute(
            """SELECT coalesce(to_char("timestamp" AT TIME ZONE 'UTC', 'YYYY-MM'), %(all)s),
                coalesce(module_id::text, %(all)s), count(*), count(DISTINCT student_id), avg(struggle_signal),
                count(DISTINCT student_id) FILTER (WHERE struggle_signal IS NOT NULL)
            FROM frames.module_analytics_events
            GROUP BY CUBE (to_char("timestamp" AT TIME ZONE 'UTC', 'YYYY-MM'), module_id)""",
            {"all": ALL},
        ).fetchall()
    with snapshot(target_at(database.url, "test")) as opened:
        answer = aggregate(MODULE_EVENTS, batches_of(opened, Reading(MODULE_EVENTS, Mode.PSEUDONYMOUS)), tmp_path)
    seen = told(answer.table)
    assert len(counted) == 4 * 6
    for month, module, rows, persons, mean, judged in counted:
        found = seen[month, module, ALL]
        assert (found["rows"], found["persons"]) == (rows, persons)
        assert found["mean_struggle"] == (None if judged < 10 else pytest.approx(float(mean)))
    assert any(judged >= 10 for *_, judged in counted)
    assert {cell[2] for cell in seen} == {ALL, "pause", "resume", "other"}
