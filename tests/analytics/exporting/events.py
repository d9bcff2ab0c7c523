"""Events of made-up students, and what an export of them holds."""

import json
from collections import Counter
from pathlib import Path
from typing import Any, Final

import psycopg
import pyarrow as pa
from pyarrow import parquet

from tests.support.servers import Database
from toolbox_cli.analytics.datasets.registry import DATASETS
from toolbox_cli.analytics.exporting.asking import Ask
from toolbox_cli.analytics.exporting.choices import Form, PrivacyMode
from toolbox_cli.analytics.exporting.planning import Span
from toolbox_cli.core.runtime import Runtime

EVENTS: Final = "module-events"
KEY: Final = "Yk1aM2lVbWdXc3hRb2hWRkt3Q0hJb3pKcXpTc0p4T2I="

_SCENE: Final = """
INSERT INTO frames.modules (id, module_id, title) SELECT n, 'module-' || n, 'A module' FROM generate_series(1, 5) AS n;
INSERT INTO frames.students (id) SELECT 'student-' || n FROM generate_series(1, 50) AS n"""

HAPPEN: Final = """
INSERT INTO frames.module_analytics_events
    (module_id, student_id, event_type, section_number, session_id, device_type, "timestamp", struggle_signal)
SELECT 1 + n %% 5, 'student-' || 1 + n %% 50, (ARRAY['pause', 'resume', 'a brand new kind'])[1 + n %% 3], n %% 7,
    'session-' || n / 10, (ARRAY['tablet', 'phone', NULL])[1 + n %% 3],
    %(begins)s::timestamptz + n * (%(ends)s::timestamptz - %(begins)s::timestamptz) / %(count)s,
    CASE WHEN n %% 4 = 0 THEN (n %% 100) / 100.0 END
FROM generate_series(0, %(count)s - 1) AS n"""


def set_scene(database: Database) -> None:
    """Have modules and students."""
    database.execute(_SCENE)


def happen(
    connection: psycopg.Connection[Any], count: int, begins: str = "2026-01-01", ends: str = "2026-04-01"
) -> None:
    """Have events, evenly from one day to before another."""
    connection.execute(HAPPEN, {"count": count, "begins": begins, "ends": ends})


def runtime_for(database: Database, folder: Path, **environ: str) -> Runtime:
    """Give the world of an export."""
    given = {"TOOLBOX_DATABASE_URL": database.url, "TOOLBOX_SECRET_KEYS": KEY, "HOME": str(folder), **environ}
    return Runtime(environ=given, working_folder=folder, quiet=True)


def ask(to: Path, *, incremental: bool = False, identified: bool = True, **more: Any) -> Ask:
    """Ask for the events; as they are, so that they can be told from one another."""
    privacy = PrivacyMode.IDENTIFIED if identified else PrivacyMode.PSEUDONYMOUS
    basis = "a test" if identified else None
    given = {"form": Form.PARQUET, "span": Span(), "basis": basis, "privacy": privacy, **more}
    return Ask((DATASETS[EVENTS],), str(to), incremental=incremental, **given)


def manifest_of(to: Path, dataset: str = EVENTS) -> dict[str, Any]:
    """Read the manifest."""
    told: dict[str, Any] = json.loads((to / dataset / "_manifest.json").read_text())
    return told


def table_of(to: Path, dataset: str = EVENTS) -> pa.Table:
    """Read all that the manifest names, file by file, each with its month."""
    folder = (to / dataset).resolve()
    manifest = json.loads((folder / "_manifest.json").read_text())
    tables = []
    for part in manifest["files"]:
        table = parquet.ParquetFile(folder / part["path"]).read()
        assert table.num_rows == part["rows"]
        tables.append(table.append_column("month", pa.array([part["month"]] * table.num_rows, pa.string())))
    return pa.concat_tables(tables) if tables else pa.table({})


def rows_of(to: Path, dataset: str = EVENTS) -> Counter[tuple[Any, ...]]:
    """Count each row that an export holds."""
    return Counter(tuple(row.values()) for row in table_of(to, dataset).to_pylist())
