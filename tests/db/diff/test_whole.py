"""What is gone altogether comes back: each object by itself, all of a kind at once, a whole schema, a whole history."""

from collections.abc import Iterator
from contextlib import ExitStack

import psycopg
import pytest

from tests.db.diff.mending import Ground, Grounds
from tests.db.diff.psql_session import psql_of
from tests.support.servers import Server
from tests.support.template import NAMES
from toolbox_cli.core.database.catalog import Fields, Key, read_catalog
from toolbox_cli.core.database.links import read_links
from toolbox_cli.core.database.names import quote
from toolbox_cli.core.database.target import Target
from toolbox_cli.db.diff.kinds.programs.functions import signature
from toolbox_cli.db.drift.drift import Change, Drift, Side
from toolbox_cli.db.expected.expected import Workshop, expected_catalog
from toolbox_cli.db.revisions.lineage.goal import one_goal
from toolbox_cli.db.revisions.upgrade import upgrade

PLATFORMS = ("frames", "pas_in_peace", "toolboxai", "toolbox")


def taken_away(key: Key, fields: Fields) -> str:
    """Write what takes an object away, with all that stands on it."""
    table, name = quote(key.table), quote(key.name)
    word = "MATERIALIZED VIEW" if fields.get("type") == "materialized" else key.kind
    return {
        "table": f"DROP TABLE {table} CASCADE",
        "view": f"DROP {word} {table} CASCADE",
        "partition": f"DROP TABLE {name}",
        "column": f"ALTER TABLE {table} DROP COLUMN {name} CASCADE",
        "constraint": f"ALTER TABLE {table} DROP CONSTRAINT {name} CASCADE",
        "function": f"DROP ROUTINE {signature(fields, key) if key.kind == 'function' else ''} CASCADE",
        "enum": f"DROP TYPE {name} CASCADE",
        "composite": f"DROP TYPE {name} CASCADE",
        "range": f"DROP TYPE {name} CASCADE",
        **{kind: f"DROP {kind} {name} ON {table}" for kind in ("trigger", "rule", "policy")},
    }.get(key.kind, f"DROP {key.kind} {name} CASCADE")


def brought_back(ground: Ground) -> list[Drift]:
    statements = ground.statements()
    ground.run(statements, withheld=any(one.withheld for one in statements))
    return ground.drifts()


def test_each_object(college: Grounds) -> None:
    """Without rows, so that what has no default can be had."""
    with college.of("") as ground:
        ground.change(f"DROP SCHEMA {quote(ground.schema)} CASCADE; CREATE SCHEMA {quote(ground.schema)}")
        assert brought_back(ground) == []
        taken = 0
        for key, fields in ground.given.catalog.objects.items():
            try:
                ground.change(taken_away(key, fields))
            except psycopg.Error:  # a part of something else
                continue
            taken += 1
            assert brought_back(ground) == [], key
    college.close()
    assert taken > 50


def _each(ground: Ground, what: str) -> Iterator[str]:
    for key, fields in ground.given.catalog.objects.items():
        place = f"ALTER TABLE {quote(key.table)} ALTER {quote(key.name)}"
        if key.kind == what:
            yield taken_away(key, fields)
        elif what == "null" and key.kind == "column" and fields["not_null"]:
            yield f"{place} DROP NOT NULL"


@pytest.mark.parametrize("what", ["constraint", "index", "function", "null"])
def test_all_of_a_kind(platforms: Grounds, what: str) -> None:
    with platforms.of("pas_in_peace" if what == "function" else "frames") as ground:
        before = ground.rows()
        for statement in _each(ground, what):
            try:
                ground.change(statement)
            except psycopg.Error:  # gone with another, or a partition's
                continue
        assert len(ground.drifts()) > 0
        assert brought_back(ground) == []
        assert ground.rows() == before


@pytest.mark.every_version
def test_a_whole_schema(platforms: Grounds, college: Grounds) -> None:
    for grounds, name in ((platforms, "pas_in_peace"), (college, "")):
        with grounds.of(name) as ground:
            ground.change(f"DROP SCHEMA {quote(ground.schema)} CASCADE; CREATE SCHEMA {quote(ground.schema)}")
            statements = ground.statements()
            assert not any(one.withheld for one in statements)
            ground.run(statements)
            assert ground.drifts() == []
        grounds.close()


@pytest.fixture(scope="module")
def documents(server: Server, workshop: Workshop) -> Iterator[Grounds]:
    """An installation of the documents, for which the models are what should be."""

    def make(stack: ExitStack) -> dict[str, Ground]:
        made = stack.enter_context(server.temporary())
        upgrade(Target(made.url, NAMES, "the test suite"), one_goal("heads", "documents"))
        connection = stack.enter_context(made.connect())
        psql = stack.enter_context(psql_of(made))
        sides = {name: expected_catalog(connection, name, workshop) for name in PLATFORMS}
        return {
            name: Ground(psql, connection, workshop, name, name, Side(one.catalog, one.links))
            for name, one in sides.items()
        }

    grounds = Grounds(make)
    yield grounds
    grounds.close()


@pytest.mark.parametrize("platform", ["frames", "toolboxai"])
def test_an_installation_of_the_documents(documents: Grounds, platform: str) -> None:
    """Hundreds of differences: only a table that should be partitioned is beyond a script."""
    with documents.of(platform) as ground:
        statements = ground.statements()
        ground.run(statements)
        left = ground.drifts()
        assert all(one.change is Change.CHANGED and one.field == "type" for one in left)
        assert {one.key.kind for one in left} <= {"column", "table"}
        left = brought_back(ground)
        assert {(one.key.kind, one.field) for one in left} <= {("table", "type")}


def test_back_to_an_older_revision(documents: Grounds, platforms: Grounds) -> None:
    """What adoption asks for: the script runs as it stands, whatever the models have by now."""
    platform = "frames"
    with documents.of(platform) as old:
        before = Side(read_catalog(old.connection, platform), read_links(old.connection, platform))
    with platforms.of(platform) as now:
        rows = now.rows()
        ground = Ground(now.psql, now.connection, now.workshop, platform, platform, before)
        statements = ground.statements()
        ground.run(statements)
        withheld = {one.object for one in statements if one.withheld}
        assert withheld
        assert {table: len(found) for table, found in rows.items()} == {
            table: len(found) for table, found in ground.rows().items()
        }
    platforms.close()
    documents.close()
