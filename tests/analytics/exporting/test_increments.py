"""Exports that go on from one another hold exactly what one full export of the same moment holds."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.analytics.exporting.events import ask, happen, manifest_of, rows_of, runtime_for, set_scene
from tests.support.servers import Database
from toolbox_cli.analytics.exporting.export import Exported, export
from toolbox_cli.core.runtime import Runtime

TABLE = "frames.module_analytics_events"


@dataclass
class Series:
    """A database whose events are exported again and again."""

    database: Database
    connection: psycopg.Connection[Any]
    runtime: Runtime
    folder: Path
    full: int = 0

    def go_on(self) -> Exported:
        """Export what is new; holds it to a full export of the same moment."""
        [done] = export(self.runtime, ask(self.folder / "series", incremental=True))
        self.full += 1
        whole = self.folder / f"full-{self.full}"
        export(self.runtime, ask(whole))
        assert rows_of(self.folder / "series") == rows_of(whole)
        return done

    def execute(self, statement: str) -> None:
        self.connection.execute(statement)


@pytest.fixture
def series(database: Database, tmp_path: Path) -> Iterator[Series]:
    set_scene(database)
    with database.connect() as connection:
        happen(connection, 900)
        made = Series(database, connection, runtime_for(database, tmp_path), tmp_path)
        assert made.go_on().done.way.because == "there is no export to go on from"
        yield made


def rewritten(done: Exported) -> set[str]:
    assert done.done.way.months is not None, done.done.way.because
    return set(done.done.way.months.rewritten)


def written(done: Exported) -> int:
    return sum(part.rows for part in done.done.fresh)


def test_nothing_new_writes_nothing(series: Series) -> None:
    before = manifest_of(series.folder / "series")["files"]
    done = series.go_on()
    assert (rewritten(done), written(done)) == (set(), 0)
    after = manifest_of(series.folder / "series")["files"]
    assert [part["sha256"] for part in after] == [part["sha256"] for part in before]


def test_new_rows_are_appended_and_the_rest_stays(series: Series) -> None:
    happen(series.connection, 10, "2026-03-20", "2026-03-30")
    happen(series.connection, 5, "2026-05-01", "2026-05-03")
    done = series.go_on()
    assert (rewritten(done), written(done)) == (set(), 15)
    assert [part.path.split("/")[0] for part in done.done.fresh] == ["month=2026-03", "month=2026-05"]
    assert series.go_on().manifest.rows == 915


def test_a_transaction_that_commits_late_is_not_missed(series: Series) -> None:
    with series.database.connect(autocommit=False) as late:
        happen(late, 7, "2026-03-01", "2026-03-10")
        happen(series.connection, 10, "2026-03-20", "2026-03-30")  # begun later, and committed earlier
        done = series.go_on()
        assert [part.settled for part in done.done.fresh] == [False]
        late.commit()
    done = series.go_on()
    assert (rewritten(done), written(done)) == (set(), 17)
    assert all(part["settled"] for part in manifest_of(series.folder / "series")["files"])
    assert written(series.go_on()) == 0


def test_late_rows_that_go_again_are_gone(series: Series) -> None:
    with series.database.connect(autocommit=False) as late:
        happen(late, 1, "2026-03-01", "2026-03-10")
        happen(series.connection, 10, "2026-05-20", "2026-05-30")
        series.go_on()
        series.execute(f"DELETE FROM {TABLE} WHERE timestamp > '2026-05-01'")
        series.go_on()
        late.rollback()
    assert manifest_of(series.folder / "series")["months"].keys() == {"2026-01", "2026-02", "2026-03"}
    series.go_on()


def test_a_row_is_updated_while_an_older_transaction_runs(series: Series) -> None:
    with series.database.connect(autocommit=False) as late:
        happen(late, 3, "2026-01-05", "2026-01-06")
        series.execute(f"UPDATE {TABLE} SET section_number = 99 WHERE id = 1")
        assert rewritten(series.go_on()) == {"2026-01"}
        late.commit()
    assert rewritten(series.go_on()) == set()


@pytest.mark.parametrize(
    "change",
    [
        f"UPDATE {TABLE} SET section_number = section_number + 1 WHERE timestamp < '2026-02-01' AND id % 10 = 0",
        f"DELETE FROM {TABLE} WHERE timestamp < '2026-02-01' AND id % 10 = 0",
        f"WITH gone AS (DELETE FROM {TABLE} WHERE id = 5 RETURNING *)"
        f" INSERT INTO {TABLE} (module_id, student_id, event_type, timestamp)"
        " SELECT module_id, student_id, event_type, timestamp FROM gone",
    ],
    ids=["updated", "deleted", "deleted and entered anew, as many as before"],
)
def test_a_month_that_was_changed_is_written_anew(series: Series, change: str) -> None:
    series.execute(change)
    assert rewritten(series.go_on()) == {"2026-01"}


def test_a_row_moves_to_another_month(series: Series) -> None:
    series.execute(f"UPDATE {TABLE} SET timestamp = timestamp + interval '3 months' WHERE id = 1")
    done = series.go_on()
    assert rewritten(done) == {"2026-01"}
    assert manifest_of(series.folder / "series")["months"]["2026-04"] == 1


def test_transactions_within_transactions_count_like_any_other(series: Series) -> None:
    with series.database.connect(autocommit=False) as late, late.transaction():
        happen(late, 2, "2026-03-01", "2026-03-02")
        with late.transaction(force_rollback=True):
            happen(late, 4, "2026-03-03", "2026-03-04")
        happen(series.connection, 1, "2026-03-05", "2026-03-06")
        with late.transaction():
            happen(late, 8, "2026-03-07", "2026-03-08")
        series.go_on()
    done = series.go_on()
    assert (rewritten(done), written(done)) == (set(), 11)


def test_freezing_changes_nothing(series: Series) -> None:
    happen(series.connection, 10, "2026-03-20", "2026-03-30")
    series.execute(f"VACUUM (FREEZE) {TABLE}")
    done = series.go_on()
    assert (rewritten(done), written(done)) == (set(), 10)
    series.execute(f"VACUUM (FULL, FREEZE) {TABLE}")
    assert written(series.go_on()) == 0


def test_rows_that_were_loaded_anew_are_written_anew(series: Series) -> None:
    series.execute(f"CREATE TABLE held AS TABLE {TABLE}")
    series.execute(f"TRUNCATE {TABLE}; INSERT INTO {TABLE} OVERRIDING SYSTEM VALUE TABLE held")
    assert rewritten(series.go_on()) == {"2026-01", "2026-02", "2026-03"}


def test_a_month_vanishes_with_its_last_row(series: Series) -> None:
    series.execute(f"DELETE FROM {TABLE} WHERE timestamp < '2026-02-01'")
    series.go_on()
    assert not (series.folder / "series" / "module-events" / "month=2026-01").exists()


@pytest.mark.parametrize("what", ["system", "timeline", "database"])
def test_another_history_is_written_whole(series: Series, what: str) -> None:
    file = series.folder / "series" / "module-events" / "_manifest.json"
    told = manifest_of(series.folder / "series")
    value = told["source"][what]
    quoted = f'"{value}"' if what == "system" else f"{value}"
    other = '"1"' if what == "system" else f"{value + 1}"
    file.write_text(file.read_text().replace(f'"{what}": {quoted}', f'"{what}": {other}'))
    assert series.go_on().done.way.because == "the server, its history or its tables are others"


def test_a_watermark_of_the_future_is_written_whole(series: Series) -> None:
    file = series.folder / "series" / "module-events" / "_manifest.json"
    mark = manifest_of(series.folder / "series")["watermark"]
    file.write_text(file.read_text().replace(f'"watermark": {mark}', f'"watermark": {mark + 1000}'))
    assert series.go_on().done.way.because == "the last export is not of this history, or too long ago"


def test_a_column_that_was_made_anew_is_noticed(series: Series) -> None:
    series.execute(f"ALTER TABLE {TABLE} DROP COLUMN time_elapsed_seconds")
    series.execute(f"ALTER TABLE {TABLE} ADD COLUMN time_elapsed_seconds integer DEFAULT 5")  # rewrites no row
    assert series.go_on().done.way.because == "the server, its history or its tables are others"


def test_other_terms_are_written_whole(series: Series) -> None:
    [done] = export(series.runtime, ask(series.folder / "series", incremental=True, identified=False))
    assert done.done.way.because == "the last export was on other terms"


def test_many_small_files_of_a_month_become_one(series: Series, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("toolbox_cli.analytics.exporting.increments._MOST_FILES", 3)
    for day in range(1, 5):
        happen(series.connection, 2, f"2026-03-0{day}", f"2026-03-0{day + 1}")
        done = series.go_on()
    assert rewritten(done) == {"2026-03"}
    assert len([part for part in done.manifest.files if part.month == "2026-03"]) == 1


def test_an_export_of_no_series_can_be_gone_on_from(series: Series) -> None:
    export(series.runtime, ask(series.folder / "series"))
    happen(series.connection, 3, "2026-03-20", "2026-03-30")
    done = series.go_on()
    assert (rewritten(done), written(done)) == (set(), 3)
