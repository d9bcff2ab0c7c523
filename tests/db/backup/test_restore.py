import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from psycopg.conninfo import make_conninfo

from tests.support.roles import role
from tests.support.school import contents, fill, target
from tests.support.servers import Database, Server
from tests.support.template import NAMES
from toolbox_cli.core.database.catalog import compare, read_catalog
from toolbox_cli.core.database.contents import Holding
from toolbox_cli.core.database.locks import MIGRATIONS, advisory_lock
from toolbox_cli.core.database.names import Names
from toolbox_cli.core.database.target import Target
from toolbox_cli.core.errors import InputError, LockedError, RefusedError, ToolboxError, UsageError
from toolbox_cli.core.settings import Environment
from toolbox_cli.db.backup.dump import Backup, backup
from toolbox_cli.db.backup.manifest import manifest_path, sha256_of
from toolbox_cli.db.backup.restore import plan_restore, restore

SCHEMAS = ("toolbox", "toolboxai", "pas_in_peace", "frames", "public")

BESIDE = """
CREATE TYPE public.mood AS ENUM ('calm');
CREATE DOMAIN public.grade AS integer;
CREATE TYPE public.pair AS (a integer, b integer);
CREATE TABLE public.notes (id serial PRIMARY KEY, mood public.mood);
INSERT INTO public.notes (mood) VALUES ('calm');
CREATE FUNCTION public.count_notes() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM public.notes';
CREATE AGGREGATE public.total (integer) (SFUNC = int4pl, STYPE = integer);
CREATE VIEW public.teachers AS SELECT username FROM toolboxai.users WHERE role = 'teacher';
CREATE MATERIALIZED VIEW public.pupils AS SELECT id FROM frames.students;
CREATE SCHEMA "Own reports";
CREATE TABLE "Own reports".report (body text)"""


def same(one: Database, other: Database, ignore: frozenset[str] = frozenset()) -> bool:
    with one.connect() as first, other.connect() as second:
        differing = [
            difference
            for schema in SCHEMAS
            for difference in compare(read_catalog(first, schema), read_catalog(second, schema), ignore=ignore)
        ]
    assert differing == []
    assert contents(one) == contents(other)
    return True


def bring_back(made: Backup, database: Database, **options: Any) -> tuple[str, ...]:
    return restore(plan_restore([target(database)], made.path, **options), Environment.DEVELOPMENT)


def changed(made: Backup, **fields: Any) -> Path:
    """Write other things into a manifest; give the dump."""
    file = manifest_path(made.path)
    file.write_text(json.dumps({**json.loads(file.read_text()), **fields}))
    return made.path


@pytest.fixture
def full(database: Database) -> Database:
    fill(database)
    database.execute(BESIDE)
    return database


@pytest.mark.every_version
def test_what_comes_back_is_what_was_there(full: Database, server: Server, tmp_path: Path) -> None:
    """A definition may be written otherwise after one restore, and never again after the second."""
    with server.temporary() as first, server.temporary() as second:
        made = backup(target(full), tmp_path)
        assert bring_back(made, first) == made.manifest.revisions
        assert same(full, first, ignore=frozenset({"definition"}))

        first.execute("DELETE FROM public.notes; INSERT INTO public.notes (id, mood) VALUES (1, 'calm')")
        bring_back(backup(target(first), tmp_path), second)
        assert same(first, second)


@pytest.mark.every_version
def test_replace_removes_all_that_was_there(full: Database, tmp_path: Path) -> None:
    made = backup(target(full), tmp_path)
    before = contents(full)
    full.execute("DELETE FROM frames.module_analytics_events; CREATE TABLE public.later (id integer)")
    full.execute("CREATE SCHEMA later; CREATE VIEW later.notes AS SELECT * FROM public.notes")

    plan = plan_restore([target(full)], made.path, replace=True)
    assert [lost.schema for lost in plan.lost] == sorted([*SCHEMAS, "Own reports", "later"])
    assert Holding("public", 2, 1) in plan.lost
    restore(plan, Environment.STAGING)

    assert contents(full) == before
    assert full.execute("SELECT to_regnamespace('later'), to_regclass('public.later')") == [(None, None)]
    ((command, environment, counts, details),) = full.execute(
        "SELECT command, environment, counts, details FROM toolbox.audit_log"
    )
    assert (command, environment) == ("db restore", "staging")
    assert counts == {"schemas_replaced": 7, "rows_lost": sum(lost.rows for lost in plan.lost)}
    assert details["sha256"] == made.manifest.sha256


def test_a_target_that_holds_something_is_refused(full: Database, empty_database: Database, tmp_path: Path) -> None:
    made = backup(target(empty_database), tmp_path)
    with pytest.raises(RefusedError, match=r"schema frames with 12 tables, about 401 rows") as caught:
        plan_restore([target(full)], made.path)
    assert "--replace" in str(caught.value.remedy)


@pytest.mark.parametrize("statement", ["CREATE SCHEMA frames", "CREATE FUNCTION f() RETURNS int RETURN 1"])
def test_an_empty_schema_or_a_lone_function_is_something(
    empty_database: Database, database: Database, tmp_path: Path, statement: str
) -> None:
    empty_database.execute(statement)
    with pytest.raises(RefusedError, match="is not empty"):
        plan_restore([target(empty_database)], backup(target(database), tmp_path).path)


def test_statistics_are_there_afterwards(full: Database, empty_database: Database, tmp_path: Path) -> None:
    bring_back(backup(target(full), tmp_path), empty_database)
    assert empty_database.execute("SELECT reltuples FROM pg_class WHERE oid = 'frames.students'::regclass") == [(200,)]


def test_a_restore_that_fails_changes_nothing(full: Database, tmp_path: Path) -> None:
    """The rule's function reads a table that a restore fills later: a dump that no server takes back."""
    full.execute("""
        CREATE FUNCTION public.filled() RETURNS boolean LANGUAGE plpgsql
        AS 'BEGIN RETURN EXISTS (SELECT FROM public.zz); END';
        CREATE TABLE public.zz (id integer); INSERT INTO public.zz VALUES (1);
        CREATE TABLE public.aa (id integer CHECK (public.filled())); INSERT INTO public.aa VALUES (1)""")
    made = backup(target(full), tmp_path)
    full.execute("INSERT INTO frames.students (id) VALUES ('after')")
    before = contents(full)

    with pytest.raises(RefusedError, match="violates check constraint") as caught:
        bring_back(made, full, replace=True)

    assert caught.value.remedy == "The database is as it was before."
    assert contents(full) == before
    assert full.execute("SELECT count(*) FROM toolbox.audit_log") == [(0,)]


def test_a_dump_that_ends_early_changes_nothing(full: Database, tmp_path: Path) -> None:
    made = backup(target(full), tmp_path)
    whole = made.path.read_bytes()
    made.path.write_bytes(whole[: len(whole) * 9 // 10])
    changed(made, sha256=sha256_of(made.path), size_bytes=made.path.stat().st_size)
    before = contents(full)
    with pytest.raises(InputError, match="The backup was not restored: could not read"):
        bring_back(made, full, replace=True)
    assert contents(full) == before


def test_what_is_no_dump_is_told(empty_database: Database, tmp_path: Path) -> None:
    made = backup(target(empty_database), tmp_path)
    made.path.write_bytes(b"x" * 100)
    changed(made, sha256=sha256_of(made.path), size_bytes=100)
    with pytest.raises(InputError, match="valid archive"):
        bring_back(made, empty_database)


def longer(made: Backup) -> Path:
    with made.path.open("ab") as file:
        file.write(b"x")
    return made.path


def flipped(made: Backup) -> Path:
    content = bytearray(made.path.read_bytes())
    content[-1] ^= 1
    made.path.write_bytes(content)
    return made.path


def without_manifest(made: Backup) -> Path:
    manifest_path(made.path).unlink()
    return made.path


def without_dump(made: Backup) -> Path:
    made.path.unlink()
    return made.path


def no_json(made: Backup) -> Path:
    manifest_path(made.path).write_text("PGDMP")
    return made.path


BROKEN: list[tuple[Callable[[Backup], Path], type[ToolboxError], str]] = [
    (longer, InputError, r"is not the one that was written: its manifest says [\d,]+ bytes"),
    (flipped, InputError, "is not the one that was written"),
    (without_manifest, InputError, "manifest .* can't be read: No such file"),
    (without_dump, InputError, "dump .* can't be read: No such file"),
    (no_json, InputError, "is not the manifest of a backup"),
    (lambda made: changed(made, kind="toolbox.backup/2"), RefusedError, "written by a newer toolbox"),
    (lambda made: changed(made, kind="toolbox.verify/1", roles=None), InputError, "is not the manifest"),
    (lambda made: changed(made, unknown_revisions=["frames_future"]), RefusedError, "frames_future"),
    (lambda made: changed(made, server_version=99), RefusedError, "comes from PostgreSQL 99, and this server is 18"),
    (lambda made: changed(made, extensions=["postgis"]), RefusedError, "does not have: postgis"),
    (lambda made: changed(made, roles=["toolbox", "gone"]), RefusedError, "roles .* does not have: gone"),
    (lambda made: changed(made, schemas={"frames": "lms"}), RefusedError, "No configured database .* schema lms"),
]


@pytest.mark.parametrize(("breaking", "kind", "message"), BROKEN)
def test_a_backup_that_does_not_fit_is_refused(
    empty_database: Database,
    tmp_path: Path,
    breaking: Callable[[Backup], Path],
    kind: type[ToolboxError],
    message: str,
) -> None:
    dump = breaking(backup(target(empty_database), tmp_path))
    with pytest.raises(kind, match=message):
        plan_restore([target(empty_database)], dump)


def test_platforms_in_several_databases_must_be_told_apart(
    database: Database, empty_database: Database, tmp_path: Path
) -> None:
    made = backup(target(empty_database), tmp_path)
    with pytest.raises(UsageError, match="several databases"):
        plan_restore([target(empty_database), target(database)], made.path)


def test_the_database_is_the_one_that_the_schemas_are_configured_for(
    database: Database, empty_database: Database, tmp_path: Path
) -> None:
    made = backup(target(database), tmp_path)
    elsewhere = Target(database.url, Names({**NAMES.schemas, "frames": "lms"}), "the test suite")
    assert plan_restore([elsewhere, target(empty_database)], made.path).target == target(empty_database)


def test_owners_and_grants_come_back_or_stay_out(full: Database, empty_database: Database, tmp_path: Path) -> None:
    with role(full) as other:
        full.execute(f"ALTER TABLE frames.students OWNER TO {other}; GRANT SELECT ON frames.modules TO {other}")
        made = backup(target(full), tmp_path)
        assert other in made.manifest.roles

        bring_back(made, empty_database)
        assert rights(empty_database, other) == (other, True)
        bring_back(made, empty_database, replace=True, rights=False)
        assert rights(empty_database, other) == ("toolbox", False)
        assert (
            empty_database.execute("""
            SELECT privilege_type FROM pg_class, aclexplode(relacl) WHERE oid = 'toolbox.audit_log'::regclass
            AND privilege_type IN ('UPDATE', 'DELETE', 'TRUNCATE')""")
            == []
        )


def rights(database: Database, name: str) -> tuple[str, bool]:
    ((owner, may_read),) = database.execute(f"""
        SELECT tableowner, has_table_privilege('{name}', 'frames.modules', 'SELECT')
        FROM pg_tables WHERE schemaname = 'frames' AND tablename = 'students'""")
    return owner, may_read


def test_a_role_that_may_not_is_refused(database: Database, empty_database: Database, tmp_path: Path) -> None:
    made = backup(target(database), tmp_path)
    with role(empty_database) as lesser:
        acting = Database(make_conninfo(empty_database.conninfo, options=f"-crole={lesser}"), 18)
        with pytest.raises(RefusedError, match="permission denied for database"):
            bring_back(made, acting)
        empty_database.execute(f"GRANT CREATE ON DATABASE {empty_database.name} TO {lesser}")
        with pytest.raises(RefusedError, match="must be able to SET ROLE") as caught:
            bring_back(made, acting)
        assert "--no-rights" in str(caught.value.remedy)
        assert bring_back(made, acting, rights=False) == made.manifest.revisions


def test_migrations_are_kept_out(database: Database, empty_database: Database, tmp_path: Path) -> None:
    made = backup(target(database), tmp_path)
    with (
        empty_database.connect() as other,
        advisory_lock(other, MIGRATIONS, wait_s=0),
        pytest.raises(LockedError, match="Another run holds the lock"),
    ):
        bring_back(made, empty_database)


def test_a_table_in_use_holds_a_restore_up_but_not_for_ever(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("toolbox_cli.db.backup.restore.LOCK_WAIT", "50ms")
    made = backup(target(database), tmp_path)
    with database.connect() as other:
        other.execute("BEGIN; SELECT FROM frames.students")
        with pytest.raises(LockedError, match="lock timeout"):
            bring_back(made, database, replace=True)


def test_a_database_without_records_gets_none(empty_database: Database, server: Server, tmp_path: Path) -> None:
    empty_database.execute("CREATE TABLE public.notes (id integer)")
    made = backup(target(empty_database), tmp_path)
    with server.temporary() as other:
        assert bring_back(made, other) == ()
        assert other.execute("SELECT to_regclass('public.notes')::text, to_regnamespace('toolbox')") == [
            ("notes", None)
        ]


def test_revisions_are_read_again_afterwards(database: Database, empty_database: Database, tmp_path: Path) -> None:
    made = backup(target(database), tmp_path)
    heads = {**made.manifest.heads, "frames": "frames_phase_1"}
    plan = plan_restore([target(empty_database)], changed(made, heads=heads))
    with pytest.raises(ToolboxError, match=r"After the restore the database is at .*frames_content"):
        restore(plan, Environment.DEVELOPMENT)


@pytest.mark.every_version
def test_a_newer_servers_programs_restore_into_an_older_one(
    database: Database, empty_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their settings that an older server does not know are left out."""
    from toolbox_cli.db.backup.client import programs

    newest = [found for found in programs.installed() if found.major >= 17]
    monkeypatch.setattr(programs, "installed", lambda: newest)
    made = backup(target(database), tmp_path)
    assert made.manifest.program_version >= 17
    assert bring_back(made, empty_database) == made.manifest.revisions
