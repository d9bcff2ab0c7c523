"""Nothing of a person comes out of a report: a mark in every personal column is in no byte of any of them."""

import datetime
import io
from pathlib import Path
from typing import Any, Final

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import String, Text

from tests.analytics.datasets.made import traces_of
from tests.support.school import target
from tests.support.servers import Database
from toolbox_cli.analytics.reporting.asking import REPORTS, Wanted, make
from toolbox_cli.analytics.reporting.showing.envelope import as_report
from toolbox_cli.analytics.reporting.showing.html import as_html
from toolbox_cli.analytics.reporting.showing.terminal import as_text
from toolbox_cli.core.output import as_json
from toolbox_cli.core.runtime import Runtime
from toolbox_cli.models.frames.base import Base as Frames
from toolbox_cli.models.privacy import Privacy
from toolbox_cli.models.toolboxai.base import Base as Toolboxai

NOW: Final = datetime.datetime(2026, 10, 2, tzinfo=datetime.UTC)


def personal_columns() -> list[tuple[str, str, str, int | None]]:
    """Give schema, table, column and length of every column that holds words about persons."""
    tables = [table for base in (Toolboxai, Frames) for table in base.metadata.tables.values()]
    return [
        (str(table.schema), table.name, column.name, getattr(column.type, "length", None))
        for table in tables
        for column in table.columns
        if column.info["privacy"] is not Privacy.NONE and isinstance(column.type, String | Text)
    ]


def plant(database: Database) -> set[str]:
    """Write a mark into each of those columns, in all rows or where keys forbid that in one; gives the marks."""
    marks = set()
    with database.connect() as connection:
        for number, (schema, table, column, length) in enumerate(personal_columns()):
            mark = f"MARK{number:03}x"[: length or 99]
            rows = sum(_written(connection, schema, table, column, mark, where) for where in ("", _ONE))
            if rows and mark.startswith("MARK"):
                marks.add(mark)
    return marks


_ONE: Final = " WHERE ctid = (SELECT ctid FROM {0} LIMIT 1)"


def _written(connection: psycopg.Connection[Any], schema: str, table: str, column: str, mark: str, where: str) -> int:
    path = "CASE WHEN {1} LIKE '/%%' THEN '/api/users/' || %(mark)s ELSE %(mark)s END"
    statement = sql.SQL(f"UPDATE {{0}} SET {{1}} = {path}{where}").format(
        sql.Identifier(schema, table), sql.Identifier(column)
    )
    try:
        return connection.execute(statement, {"mark": mark}).rowcount
    except psycopg.Error:  # a closed list, or the key of somebody
        return 0


@pytest.fixture(scope="module")
def marked(seeded: Database) -> tuple[Database, set[str]]:
    return seeded, plant(seeded)


def everything(told: Any) -> str:
    streams = [io.TextIOWrapper(io.BytesIO(), encoding=encoding) for encoding in ("utf-8", "ascii")]
    return "\n".join([as_html(told), as_json(as_report(told)), *(as_text(told, out) for out in streams), repr(told)])


@pytest.mark.parametrize("engine", ["duckdb", "postgres"])
@pytest.mark.parametrize("report", REPORTS)
def test_no_mark_comes_out(marked: tuple[Database, set[str]], tmp_path: Path, report: str, engine: str) -> None:
    database, marks = marked
    assert len(marks) > 40
    runtime = Runtime(
        environ={"TOOLBOX_DATABASE_URL": target(database).conninfo}, working_folder=tmp_path, now=lambda: NOW
    )
    text = everything(make(runtime, Wanted(report, None, "2026-09", "live", engine, None)))
    assert "MARK" not in text
    assert not [trace for mark in marks for trace in traces_of(mark) if trace in text]
    assert list(tmp_path.iterdir()) == []
