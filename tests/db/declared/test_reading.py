"""What is read from the models is all there is: a schema that is built anew from it alone is the migrated one."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import psycopg
import pytest
from psycopg import sql

from tests.support.servers import Database
from toolbox_cli.core.database.catalog import OWNERSHIP, Catalog, compare, read_catalog
from toolbox_cli.core.settings import PLATFORMS, RECORDS
from toolbox_cli.db.declared.reading import declared
from toolbox_cli.db.declared.tables import Column, Platform, Reference, Table, Trigger
from toolbox_cli.models import toolboxai

every_platform = pytest.mark.parametrize("platform", [RECORDS, *PLATFORMS])
PROGRAMS: Final = {"function", "trigger"}
SERIAL: Final = {"integer": "serial", "bigint": "bigserial"}


def quoted(text: str) -> str:
    return sql.Literal(text).as_string()


def column_sql(column: Column) -> str:
    kind = SERIAL[column.type] if column.generated == "serial" else column.type
    identity = (column.generated or "").startswith("identity")
    generated = f"GENERATED {column.generated.removeprefix('identity ')} AS IDENTITY" if identity else ""  # type: ignore[union-attr]
    default = f"DEFAULT {column.default}" if column.default else ""
    return f'"{column.name}" {kind} {generated} {default} {"" if column.nullable else "NOT NULL"}'


def listed(columns: tuple[str, ...]) -> str:
    return ", ".join(f'"{column}"' for column in columns)


def table_sql(table: Table) -> Iterator[str]:
    indexed = {index.name for index in table.indexes}
    lines = [column_sql(column) for column in table.columns]
    lines.append(f"CONSTRAINT {table.primary_key.name} PRIMARY KEY ({listed(table.primary_key.columns)})")
    lines += [
        f"CONSTRAINT {key.name} UNIQUE ({listed(key.columns)})" for key in table.uniques if key.name not in indexed
    ]
    lines += [f"CONSTRAINT {rule.name} CHECK ({rule.sql})" for rule in table.rules]
    parted = f"PARTITION BY {table.partitioned_by}" if table.partitioned_by else ""
    yield f"CREATE TABLE {table.name} ({', '.join(lines)}) {parted}"
    yield f"COMMENT ON TABLE {table.name} IS {quoted(table.comment)}"
    for column in table.columns:
        yield f'COMMENT ON COLUMN {table.name}."{column.name}" IS {quoted(column.comment)}'
    for index in table.indexes:
        yield f"CREATE {'UNIQUE' if index.unique else ''} INDEX {index.name} ON {table.name} USING {index.definition}"
    if table.default_partition:
        yield f"CREATE TABLE {table.default_partition} PARTITION OF {table.name} DEFAULT"


def reference_sql(key: Reference) -> str:
    return (
        f"ALTER TABLE {key.table} ADD CONSTRAINT {key.name} FOREIGN KEY ({listed(key.columns)}) REFERENCES "
        f"{key.target} ({listed(key.target_columns)}) ON DELETE {key.on_delete} ON UPDATE {key.on_update}"
    )


def platform_sql(platform: Platform) -> Iterator[str]:
    for enum in platform.enums:
        yield f"CREATE TYPE {enum.name} AS ENUM ({', '.join(map(quoted, enum.labels))})"
    for table in platform.tables:
        yield from table_sql(table)
    for table in platform.tables:
        yield from map(reference_sql, table.references)


def without_programs(catalog: Catalog) -> Catalog:
    types = {key.name for key in catalog.objects if key.kind == "composite"}  # what functions take
    kept = {
        key: fields
        for key, fields in catalog.objects.items()
        if key.kind not in PROGRAMS and not {key.table, key.name} & {"alembic_version", *types}
    }
    return Catalog(catalog.schema, catalog.server_version, kept)


def heard(trigger: Trigger) -> tuple[object, ...]:
    what, _, each = trigger.fires.rpartition(", each ")
    time, _, events = what.partition(" ")
    return time, {*events.split(", ")}, each, trigger.condition is not None, trigger.function


def answered(fields: Mapping[str, Any]) -> tuple[object, ...]:
    """Read a trigger as the server writes it."""
    found = re.match(r"(\w+) ([A-Z ]+(?: OF \w+)?) ON \w+ FOR EACH (\w+)( WHEN)?", fields["definition"])
    assert found
    function = fields["function"].partition("(")[0]
    return found[1], {*found[2].split(" OR ")}, found[3].lower(), found[4] is not None, function


@pytest.fixture
def connection(shared_database: Database) -> Iterator[psycopg.Connection[Any]]:
    with shared_database.connect(autocommit=False) as made:
        yield made
        made.rollback()


@every_platform
def test_the_schema_can_be_built_from_it(connection: psycopg.Connection[Any], platform: str) -> None:
    connection.execute("CREATE SCHEMA again; SET LOCAL search_path TO again")
    for statement in platform_sql(declared(platform)):
        connection.execute(statement.encode())
    built, migrated = read_catalog(connection, "again"), read_catalog(connection, platform)
    found = compare(without_programs(migrated), without_programs(built), ignore=OWNERSHIP)
    assert found == []
    assert len(built.objects) > 30


@every_platform
def test_triggers_and_functions_are_all_there(connection: psycopg.Connection[Any], platform: str) -> None:
    live = read_catalog(connection, platform)
    found = declared(platform)
    partitioned = {key.table for key in live.objects if key.kind == "partition"}
    assert {table.name for table in found.tables if table.partitioned_by} == partitioned
    assert {(table.name, trigger.name): heard(trigger) for table in found.tables for trigger in table.triggers} == {
        (key.table, key.name): answered(fields) for key, fields in live.objects.items() if key.kind == "trigger"
    }
    routines = {key.name.partition("(")[0] for key in live.objects if key.kind == "function"}
    assert {routine.name for routine in found.routines} == routines


@every_platform
def test_everything_says_what_it_is_for(platform: str) -> None:
    found = declared(platform)
    told = [found.about, *(area.about for area in found.areas), *(routine.purpose for routine in found.routines)]
    assert [text for text in told if len(text) < 20 or not text.endswith(".")] == []


def test_large_platforms_are_divided() -> None:
    areas = {platform: {area.name for area in declared(platform).areas} for platform in PLATFORMS}
    homes = {path.stem for path in Path(toolboxai.__file__).parent.iterdir() if not path.stem.startswith("_")}
    assert areas == {
        "toolboxai": homes - {"base"},
        "pas_in_peace": set(),
        "frames": set(),
    }
    roblox = {table.name for table in declared("toolboxai").tables if table.area == "roblox"}
    assert {"roblox_sessions", "roblox_scripts", "roblox_game_sessions"} <= roblox
    assert {table.area for table in declared("toolboxai").tables} == set(areas["toolboxai"])


def test_what_a_reference_demands() -> None:
    found = {reference.name: reference for table in declared("pas_in_peace").tables for reference in table.references}
    consent = found["child_privacy_settings_quest_id_fkey"]
    assert (consent.optional, consent.single, consent.on_delete) == (False, True, "CASCADE")
    review = found["quests_psychologist_review_id_fkey"]
    assert (review.optional, review.single, review.on_delete) == (True, False, "SET NULL")
    library = found["user_quest_library_user_id_fkey"]
    assert (library.optional, library.single) == (False, False), "a part of a unique index alone makes nothing unique"


def test_marks() -> None:
    tables = {table.path: table for platform in PLATFORMS for table in declared(platform).tables}
    assert tables["toolboxai.content_objectives"].marks_of("content_id") == ("PK", "FK")
    assert tables["pas_in_peace.psychologist_reviews"].marks_of("quest_id") == ("FK", "UK")
    assert tables["pas_in_peace.quest_progress"].marks_of("quest_id") == ("FK",)
    assert tables["toolboxai.users"].marks_of("email") == ("UK",)
    assert tables["toolboxai.users"].marks_of("bio") == ()


def test_who_refers_to_a_table() -> None:
    names = [reference.name for reference in declared("frames").referring("teams")]
    assert names == ["module_assignments_team_id_fkey", "students_team_id_fkey"]
