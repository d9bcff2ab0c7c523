"""One way to bring a district's files into a database: `python -m tests.benchmarks.loading WAY …`.

Says as JSON how long it took, and how much memory the process had at most.
"""

import json
import resource
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import psycopg
from psycopg import sql
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session, make_transient

from toolbox_cli.core.database.names import Names
from toolbox_cli.core.database.target import Target
from toolbox_cli.lms.sources.oneroster.csv.source import CsvSource
from toolbox_cli.lms.sources.records import Complete, Page
from toolbox_cli.lms.sync.running import sync
from toolbox_cli.models.toolboxai.lms.enrollments import LmsEnrollment

BLOCK: Final = 256 * 1024
SAMPLE: Final = 3_000


def copy(address: str, folder: str) -> Mapping[str, Any]:
    """Copy the files as they are to tables without anything else, and count what is there."""
    rows = 0
    with psycopg.connect(address, autocommit=True) as connection:
        for file in sorted(Path(folder).glob("*.csv")):
            rows += _copied(connection, file)
    return {"rows": rows}


def _copied(connection: psycopg.Connection[Any], file: Path) -> int:
    stage = sql.Identifier(f"stage_{file.stem}")
    with file.open("rb") as source:
        names = source.readline().decode().strip().split(",")
        columns = sql.SQL(", ").join(sql.SQL("{} text").format(sql.Identifier(name)) for name in names)
        connection.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(stage))
        connection.execute(sql.SQL("CREATE UNLOGGED TABLE {} ({})").format(stage, columns))
        cursor = connection.cursor()
        with cursor.copy(sql.SQL("COPY {} FROM STDIN (FORMAT csv)").format(stage)) as copied:
            while block := source.read(BLOCK):
                copied.write(block)
    return cursor.rowcount


def parse(folder: str) -> Mapping[str, Any]:
    """Read everything, and let it go."""
    source = CsvSource(Path(folder))
    rows, complete = 0, 0
    for read in (source.courses, source.users, source.enrollments):
        for event in read():  # type: ignore[operator]
            rows += len(event.records) if isinstance(event, Page) else 0
            complete += isinstance(event, Complete)
    source.close()
    if complete != 3:
        raise SystemExit("not everything could be read")
    return {"rows": rows}


def synced(address: str, folder: str) -> Mapping[str, Any]:
    """Sync it."""
    target = Target(address, Names({"toolbox": "toolbox", "toolboxai": "toolboxai"}), "a benchmark")
    source = CsvSource(Path(folder))
    try:
        run = sync(target, "district", source)
    finally:
        source.close()
    return {"rows": sum(scope["records"] for scope in run.scopes.values()), "status": run.status,
            "changes": run.changes}  # fmt: skip


def merge(address: str, which: str) -> Mapping[str, Any]:
    """Merge a sample of the enrollments one by one, as they are or into a table without them; told for all."""
    engine = create_engine(address.replace("postgresql://", "postgresql+psycopg://"))
    with Session(engine) as session:
        found = list(session.scalars(select(LmsEnrollment).limit(SAMPLE)))
        for one in found:
            make_transient(one)
        connection = session.connection()
        [rows] = connection.exec_driver_sql("SELECT count(*) FROM toolboxai.lms_enrollments").one()
        if which == "new":
            keys = [one.id for one in found]
            connection.exec_driver_sql("DELETE FROM toolboxai.lms_enrollments WHERE id = ANY (%s)", (keys,))
        started_s = time.perf_counter()
        for one in found:
            session.merge(one)
        session.flush()
        seconds = time.perf_counter() - started_s
        session.rollback()
    return {"rows": rows, "s": seconds / len(found) * rows}


WAYS: Final[Mapping[str, Callable[..., Mapping[str, Any]]]] = {
    "copy": copy,
    "parse": parse,
    "sync": synced,
    "merge": merge,
}


def main() -> None:
    """Go one way, and say what it took."""
    way, *arguments = sys.argv[1:]
    started_s = time.perf_counter()
    said = WAYS[way](*arguments)
    seconds = time.perf_counter() - started_s
    mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(json.dumps({"s": seconds, "mib": mib, **said}))


if __name__ == "__main__":
    main()
