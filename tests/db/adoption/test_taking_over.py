"""Revisions on tables that have already what they make, or whose constraints and indexes go by other names."""

import io
import re
from collections.abc import Iterator

import pytest
from psycopg import errors

from tests.support.servers import Database, Server
from tests.support.template import NAMES
from tests.support.whole import catalogs, drift, fill, target_of
from toolbox_cli.core.database.catalog import Catalog, Fields, Key
from toolbox_cli.core.database.links import read_links
from toolbox_cli.core.errors import RefusedError
from toolbox_cli.core.settings import PLATFORMS, RECORDS
from toolbox_cli.db.drift.drift import Change, Side
from toolbox_cli.db.drift.live import compare_live, look
from toolbox_cli.db.expected.expected import Workshop
from toolbox_cli.db.revisions.lineage.history import read_history
from toolbox_cli.db.revisions.running.execution import render_sql
from toolbox_cli.db.revisions.upgrade import upgrade


@pytest.fixture(scope="session")
def installed_template(server: Server) -> Iterator[str]:
    with server.temporary() as made:
        upgrade(target_of(made), "documents")
        fill(made)
        yield made.name


@pytest.fixture
def installed(server: Server, installed_template: str) -> Iterator[Database]:
    """What the documents' installations have, with rows."""
    with server.temporary(installed_template) as made:
        yield made


def coming(installed: Catalog, head: Catalog) -> Iterator[tuple[Key, Fields]]:
    """Give the CHECKs and indexes that our revisions add to columns which are there."""
    parts = {key.name for key in head.objects if key.kind == "partition"}
    for key, fields in head.objects.items():
        plain = fields.get("type") == "check" or (key.kind == "index" and not fields["unique"])
        if plain and key.table not in parts and key not in installed.objects:
            yield key, fields


def restated() -> set[str]:
    """Name the CHECKs that our revisions make first, and later put otherwise."""
    output, lines = io.StringIO(), read_history().lines
    render_sql(NAMES, [revision for platform in (RECORDS, *PLATFORMS) for revision in lines[platform]], output)
    return set(re.findall(r"DROP CONSTRAINT (\w+)", output.getvalue()))


def stated(key: Key, fields: Fields, name: str) -> str:
    if key.kind == "constraint":
        return f"ALTER TABLE {key.table} ADD CONSTRAINT {name} {fields['definition']}"
    return f"CREATE INDEX {name} ON {key.table} {fields['definition']}"


def test_what_stands_already_is_taken_over(installed: Database, database: Database) -> None:
    """Half of it by our names; all of it as a restored database reads."""
    head, here = catalogs(database), catalogs(installed)
    stood, otherwise = 0, restated()
    with installed.connect() as connection:
        for schema in PLATFORMS:
            connection.execute(f"SET search_path TO {schema}")
            for number, (key, fields) in enumerate(coming(here[schema], head[schema])):
                name = key.name if number % 2 and key.name not in otherwise else f"theirs_{number}"
                try:
                    connection.execute(stated(key, fields, name))
                    stood += 1
                except (errors.UndefinedColumn, errors.UndefinedTable):
                    continue  # of a column or table that comes later as well
    assert stood > 250

    upgrade(target_of(installed))
    assert drift(head, catalogs(installed)) == []


def test_other_names_are_no_matter(installed: Database, database: Database) -> None:
    with installed.connect() as connection:
        for schema in PLATFORMS:
            connection.execute(f"SET search_path TO {schema}")
            for number, key in enumerate(catalogs(installed)[schema].objects):
                if key.kind == "constraint":
                    connection.execute(f"ALTER TABLE {key.table} RENAME CONSTRAINT {key.name} TO theirs_{number}")
                elif key.kind in {"index", "sequence"}:
                    connection.execute(f"ALTER {key.kind} {key.name} RENAME TO theirs_{number}")
    upgrade(target_of(installed))

    workshop, head, renamed = Workshop(target_of(database), None), catalogs(database), 0
    with database.connect() as other, installed.connect() as connection:
        live = look(connection, target_of(installed).names)
        for schema in PLATFORMS:
            expected = Side(head[schema], read_links(other, schema))
            drifts = compare_live(live, schema, schema, expected, workshop).drifts
            assert {one.change for one in drifts} == {Change.RENAMED}
            renamed += len(drifts)
    assert renamed > 150


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE frames.modules ADD CONSTRAINT modules_revision_check CHECK (revision > 1)",
        "CREATE INDEX faculty_university_id_idx ON frames.faculty (name)",
        "CREATE TABLE frames.students_team_id_idx ()",
    ],
)
def test_another_thing_by_a_name_of_ours_is_refused(installed: Database, statement: str) -> None:
    installed.execute("UPDATE frames.modules SET revision = 2")
    installed.execute(statement)
    with pytest.raises(RefusedError, match="makes what frames has already"):
        upgrade(target_of(installed), "frames_indexes")
    if "CHECK" in statement:
        kept = "SELECT conname FROM pg_constraint WHERE conrelid = 'frames.modules'::regclass AND contype = 'c'"
        assert installed.execute(kept) == [("modules_revision_check",)]


def test_one_of_several_equal_indexes_is_taken(installed: Database) -> None:
    for name in ("a_teams", "teams_university_id_idx"):
        installed.execute(f"CREATE INDEX {name} ON frames.teams (university_id)")
    installed.execute("CREATE INDEX part ON frames.faculty (university_id) WHERE name IS NULL")
    installed.execute("CREATE INDEX b_faculty ON frames.faculty (university_id)")
    installed.execute("CREATE INDEX c_faculty ON frames.faculty (university_id)")
    upgrade(target_of(installed), "frames_indexes")
    indexes = [key for key in catalogs(installed)["frames"].objects if key.kind == "index"]
    assert {key.name for key in indexes if key.table == "teams"} == {"a_teams", "teams_university_id_idx"}
    assert {key.name for key in indexes if key.table == "faculty"} == {
        "part", "faculty_university_id_idx", "c_faculty",
    }  # fmt: skip
