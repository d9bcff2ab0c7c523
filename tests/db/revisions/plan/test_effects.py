"""What a plan says about locks and work, held against what a real server does."""

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.servers import Database, Server
from tests.support.whole import fill, target_of
from toolbox_cli.core.database.connect import connect
from toolbox_cli.core.settings import PLATFORMS
from toolbox_cli.db.revisions.lineage.history import Revision, read_history
from toolbox_cli.db.revisions.plan.acts import Lock, Work
from toolbox_cli.db.revisions.plan.columns import Column, Columns, read_columns
from toolbox_cli.db.revisions.plan.effects import Effect, effects
from toolbox_cli.db.revisions.plan.statements import statements
from toolbox_cli.db.revisions.queries import current_revisions
from toolbox_cli.db.revisions.running.execution import execute, render_sql, trial
from toolbox_cli.db.revisions.upgrade import upgrade

LOCKS: Final = {
    "ShareLock": Lock.SHARE,
    "ShareRowExclusiveLock": Lock.SHARE_ROW_EXCLUSIVE,
    "AccessExclusiveLock": Lock.ACCESS_EXCLUSIVE,
}

TABLES: Final = """
SELECT oid::bigint, relname::text, pg_relation_filenode(oid) FROM pg_class
WHERE relnamespace = to_regnamespace(%s) AND relkind IN ('r', 'p')"""

DONE: Final = """
SELECT looked.relid::bigint, pg_relation_filenode(looked.relid), coalesce(seq_scan, 0), n_tup_upd + n_tup_del,
    (SELECT array_agg(mode) FROM pg_locks WHERE pid = pg_backend_pid() AND relation = looked.relid AND granted)
FROM unnest(%s::oid[]) AS looked (relid) LEFT JOIN pg_stat_xact_all_tables AS counted ON counted.relid = looked.relid"""


@dataclass(frozen=True)
class Before:
    """The tables of a schema before something is done to them."""

    tables: Mapping[int, tuple[str, int | None]]

    @classmethod
    def of(cls, connection: psycopg.Connection[Any], schema: str) -> "Before":
        return cls({oid: (name, file) for oid, name, file in connection.execute(TABLES, (schema,))})

    def done_since(self, connection: psycopg.Connection[Any]) -> dict[str, tuple[Lock, Work]]:
        """Say what the open transaction did to these tables, in the words of a plan."""
        return dict(self._done(connection))

    def _done(self, connection: psycopg.Connection[Any]) -> Iterator[tuple[str, tuple[Lock, Work]]]:
        for oid, file, scans, written, modes in connection.execute(DONE, (list(self.tables),)):
            name, file_before = self.tables[oid]
            lock = max((LOCKS.get(mode, Lock.NONE) for mode in modes or ()), default=Lock.NONE)
            rewritten = written or file not in {file_before, None}
            work = Work.REWRITE if rewritten else Work.SCAN if scans else Work.BRIEF
            if written:
                lock = max(lock, Lock.SHARE)
            if (lock, work) != (Lock.NONE, Work.BRIEF):
                yield name, (lock, work)


def said(sql: str, held: Mapping[tuple[str, str], Column]) -> dict[str, tuple[Lock, Work]]:
    columns = Columns(lambda table, name: held.get((table, name)))
    return {effect.table: (effect.lock, effect.work) for effect in effects(sql, columns)}


@pytest.mark.every_version
def test_every_revision_does_to_tables_with_rows_what_the_plan_says(empty_database: Database) -> None:
    upgrade(target_of(empty_database), "documents")
    fill(empty_database)
    for revision in revisions(of_documents=False):
        assert_as_planned(empty_database, revision)


@pytest.mark.every_version
def test_the_documents_revisions_do_what_the_plan_says(empty_database: Database) -> None:
    upgrade(target_of(empty_database), "toolbox@head")
    for revision in revisions(of_documents=True):
        assert_as_planned(empty_database, revision)


def revisions(*, of_documents: bool) -> Iterator[Revision]:
    for platform in PLATFORMS:
        yield from (found for found in read_history().lines[platform] if bool(found.document) == of_documents)


def assert_as_planned(database: Database, revision: Revision) -> None:
    target, sql = target_of(database), []
    with connect(target) as connection:  # a fresh one: a backend counts across its transactions
        render_sql(
            target.names,
            [revision],
            io.StringIO(),
            current=current_revisions(connection),
            on_applied=lambda done: sql.append(done.sql),
        )
        before, columns = Before.of(connection, revision.platform), read_columns(connection, revision.platform)
        with trial(connection, target, [revision], upward=True):
            done = before.done_since(connection)
        execute(connection, target, [revision])
    known = {name for name, _ in before.tables.values()}
    assert {name: effect for name, effect in said("\n".join(sql), columns).items() if name in known} == done, (
        revision.id
    )


PREPARED: Final = """
CREATE TABLE parent (id integer PRIMARY KEY, name text, born timestamp);
CREATE TABLE child (id integer PRIMARY KEY, parent_id integer, note varchar(10) DEFAULT 'x', score integer);
CREATE TABLE lone (id integer);
CREATE TABLE typed (id integer, plain varchar(10), keyed varchar(10) UNIQUE, "Long" text, checked varchar(10),
    partly varchar(10), lowered varchar(10), amount numeric(5, 2), at timestamp(3), zoned timestamptz(3),
    bits varbit(5), fixed char(5), net cidr, listed varchar(10)[], CHECK (checked <> 'y'));
ALTER TABLE typed ADD CHECK (bits <> B'1') NOT VALID;
CREATE INDEX ON typed (id) WHERE partly = 'a';
CREATE INDEX ON typed (lower(lowered));
INSERT INTO typed SELECT n, 'a', n, 'a', 'a', 'a', 'a', 1.5, now(), now(), B'101', 'a', '10.0.0.0/8', '{a}'
FROM generate_series(1, 3) AS n;
CREATE TABLE spare (id integer REFERENCES parent);
CREATE TABLE rated (id integer NOT NULL, score integer);
ALTER TABLE rated ADD CONSTRAINT rated_score_check CHECK (score > 0) NOT VALID;
CREATE UNIQUE INDEX rated_id_idx ON rated (id);
CREATE TABLE parts (id integer) PARTITION BY RANGE (id);
CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER quiet BEFORE UPDATE ON parent FOR EACH ROW EXECUTE FUNCTION nothing();
INSERT INTO parent SELECT n, 'p', now() FROM generate_series(1, 3) AS n;
INSERT INTO child SELECT n, n FROM generate_series(1, 3) AS n;
INSERT INTO rated SELECT n, n FROM generate_series(1, 3) AS n"""


@pytest.fixture(scope="session")
def prepared(server: Server) -> Iterator[Database]:
    with server.temporary() as made:
        made.execute(PREPARED)
        yield made


@pytest.mark.every_version
@pytest.mark.parametrize(
    "sql",
    [
        "ALTER TABLE parent ALTER COLUMN born TYPE timestamptz USING born AT TIME ZONE 'Asia/Kathmandu'",
        "ALTER TABLE lone\n    ADD x integer,\n    ALTER id SET DATA TYPE bigint",
        'ALTER TABLE ONLY "parent" ADD COLUMN token uuid DEFAULT gen_random_uuid()',
        "ALTER TABLE parent ADD made timestamptz DEFAULT clock_timestamp()",
        "ALTER TABLE parent ADD made timestamptz NOT NULL DEFAULT now(), ADD note text DEFAULT 'random'",
        "ALTER TABLE child ADD CONSTRAINT child_score_check CHECK (score > 0)",
        "ALTER TABLE child ADD CHECK (score > 0)",
        "ALTER TABLE child ADD CONSTRAINT child_score_check CHECK (score > 0) NOT VALID",
        "ALTER TABLE child ADD CONSTRAINT child_note_key UNIQUE (note, id)",
        "ALTER TABLE child ADD slug text UNIQUE",
        "ALTER TABLE spare ADD PRIMARY KEY (id)",
        "ALTER TABLE child ALTER note SET NOT NULL, ALTER score SET DEFAULT 1",
        "ALTER TABLE child ADD CONSTRAINT child_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES parent NOT VALID",
        "ALTER TABLE child ADD owner integer REFERENCES parent (id)",
        "CREATE TABLE other (parent_id integer REFERENCES parent, child_id integer REFERENCES \"child\" (id))",
        "ALTER TABLE child DROP COLUMN note",
        "ALTER TABLE IF EXISTS child ENABLE ROW LEVEL SECURITY",
        "DROP TABLE lone",
        "UPDATE child SET score = 1 WHERE id = 1",
        "DELETE FROM ONLY child",
        "CREATE INDEX ON child (parent_id)",
        "CREATE UNIQUE INDEX child_note_idx ON child (note, id)",
        "CREATE TRIGGER loud AFTER INSERT ON child FOR EACH ROW EXECUTE FUNCTION nothing()",
        "DROP TRIGGER quiet ON parent",
        "ALTER TABLE child RENAME TO kid; CREATE INDEX ON kid (parent_id); CREATE TABLE child (id integer)",
        "CREATE TABLE fresh (id integer); CREATE INDEX ON fresh (id); ALTER TABLE fresh ADD PRIMARY KEY (id)",
        "ALTER TABLE parts ATTACH PARTITION spare FOR VALUES FROM (1) TO (2)",
        "CREATE TABLE whole (id integer) PARTITION BY RANGE (id);"
        "ALTER TABLE whole ADD FOREIGN KEY (id) REFERENCES parent;"
        "ALTER TABLE whole ATTACH PARTITION spare FOR VALUES FROM (1) TO (2)",
        "ALTER TABLE public.child ADD x integer",
        'alter table CHILD add "x, (y" numeric(5, 2) DEFAULT random()',
        "ALTER TABLE child ADD x text DEFAULT 'a, UNIQUE (random())', ADD y numeric(5, 2) DEFAULT 1.5",
        "ALTER TABLE child ADD x text DEFAULT lower('A')::varchar(10)",
        "ALTER TABLE child ADD x uuid NOT NULL DEFAULT md5(random()::text)::uuid UNIQUE",
        "ALTER TABLE child ADD x integer GENERATED ALWAYS AS (score + 1) STORED",
        "ALTER TABLE child ADD x integer GENERATED BY DEFAULT AS IDENTITY",
        "ALTER TABLE lone ADD COLUMN x bigserial",
        "ALTER TABLE child ADD x integer DEFAULT 1 CHECK (x > 0)",
        "ALTER TABLE child ADD CHECK (score > 0) NOT VALID, ADD CHECK (score < 9)",
        "ALTER TABLE child SET UNLOGGED",
        "ALTER TABLE child ALTER score SET STATISTICS 100",
        "ALTER TABLE child SET (fillfactor = 90)",
        "ALTER TABLE child DISABLE TRIGGER USER",
        "ALTER TABLE rated VALIDATE CONSTRAINT rated_score_check",
        "ALTER TABLE rated ADD CONSTRAINT rated_id_key UNIQUE USING INDEX rated_id_idx",
        "DROP TABLE lone, rated",
        "LOCK TABLE child, parent IN SHARE MODE",
        "LOCK child",
        "WITH old AS (SELECT 1 AS id) UPDATE child SET score = 1 FROM old WHERE child.id = old.id",
        "WITH gone AS (DELETE FROM rated RETURNING id) INSERT INTO lone SELECT id FROM gone",
        "INSERT INTO parent VALUES (9) ON CONFLICT (id) DO UPDATE SET name = 'x'",
        "MERGE INTO child USING (VALUES (1)) AS v (id) ON child.id = v.id WHEN MATCHED THEN UPDATE SET score = 2",
        "CREATE INDEX ON ONLY parts (id)",
        "CREATE RULE hushed AS ON INSERT TO child DO (SELECT 1; SELECT 2)",
        "CREATE POLICY seen ON child USING (true)",
        "REINDEX TABLE child",
        "CLUSTER child USING child_pkey",
        "CREATE TABLE part (LIKE parts); ALTER TABLE parts ATTACH PARTITION part FOR VALUES FROM (3) TO (4)",
        "CREATE TABLE part PARTITION OF parts FOR VALUES FROM (3) TO (4)",
        "DO $$ DECLARE n int := 0; BEGIN FOR n IN 1..2 LOOP UPDATE child SET score = n; END LOOP; END $$",
        "DO $$ BEGIN IF false THEN NULL; ELSE ALTER TABLE lone ADD x int; END IF; END $$",
        "ALTER TABLE typed ALTER plain TYPE varchar(20)",
        "ALTER TABLE typed ALTER plain TYPE character varying ( 10 ), ALTER keyed SET DATA TYPE text",
        "ALTER TABLE typed ALTER plain TYPE varchar",
        "ALTER TABLE typed ALTER plain TYPE varchar(9)",
        "ALTER TABLE typed ALTER plain TYPE text USING lower(plain)",
        "ALTER TABLE typed ALTER keyed TYPE varchar(11)",
        'ALTER TABLE typed ALTER "Long" TYPE varchar',
        'ALTER TABLE typed ALTER "Long" TYPE varchar(90)',
        "ALTER TABLE typed ALTER checked TYPE varchar(20)",
        "ALTER TABLE typed ALTER partly TYPE text",
        "ALTER TABLE typed ALTER lowered TYPE text",
        "ALTER TABLE typed ALTER amount TYPE decimal(7, 2)",
        "ALTER TABLE typed ALTER amount TYPE numeric",
        "ALTER TABLE typed ALTER amount TYPE numeric(7, 3)",
        "ALTER TABLE typed ALTER amount TYPE numeric(7)",
        "ALTER TABLE typed ALTER at TYPE timestamp(4), ALTER zoned TYPE timestamp with time zone",
        "ALTER TABLE typed ALTER at TYPE timestamp(2) without time zone",
        "ALTER TABLE typed ALTER bits TYPE bit varying(6)",
        "ALTER TABLE typed ALTER fixed TYPE char(6)",
        "ALTER TABLE typed ALTER fixed TYPE char",
        "ALTER TABLE typed ALTER net TYPE inet",
        "ALTER TABLE typed ALTER listed TYPE varchar(20)[]",
        "ALTER TABLE typed ALTER id TYPE integer",
        "ALTER TABLE typed ALTER id TYPE bigint",
        "ALTER TABLE typed ALTER plain TYPE varchar(20); ALTER TABLE typed ALTER plain TYPE varchar(15)",
        "ALTER TABLE typed DROP plain; ALTER TABLE typed ADD plain integer; ALTER TABLE typed ALTER plain TYPE text",
        "ALTER TABLE typed RENAME plain TO was; ALTER TABLE typed RENAME id TO plain;"
        "ALTER TABLE typed ALTER plain TYPE text",
        "COMMENT ON TABLE parent IS 'ALTER TABLE child ADD x integer'",
        "INSERT INTO parent VALUES (4, 'CREATE INDEX x ON child (id)')",
    ],
)  # fmt: skip
def test_a_statement_does_what_is_said_of_it(prepared: Database, sql: str) -> None:
    with prepared.connect(autocommit=False) as connection:
        before, columns = Before.of(connection, "public"), read_columns(connection, "public")
        connection.commit()
        connection.execute(sql)
        done = before.done_since(connection)
        connection.rollback()
    assert said(sql, columns) == done


def test_the_strongest_of_several_statements_counts() -> None:
    sql = "ALTER TABLE t ALTER a TYPE text; CREATE TRIGGER u BEFORE INSERT ON t EXECUTE FUNCTION f(); UPDATE u SET a=1"
    assert effects(sql) == (
        Effect("t", Lock.ACCESS_EXCLUSIVE, Work.REWRITE),
        Effect("u", Lock.SHARE, Work.REWRITE),
    )


WORDS: Final = st.text("aeExX1 _\n,()=*-/$", max_size=8)
QUOTED: Final = st.one_of(
    WORDS.map(lambda text: f"'{text};''--'"),
    WORDS.map(lambda text: f" E'{text}\\';'"),
    WORDS.map(lambda text: f'"{text};/*"'),
    WORDS.filter(lambda text: "$" not in text).map(lambda text: f" $body$ {text}; 'x $$ -- $body$ "),
    WORDS.filter(lambda text: "$" not in text).map(lambda text: f' $$ {text}; " /* $$ '),
)
PLAIN: Final = st.sampled_from(["SELECT 1", " a - b ", " c / d ", " e * f ", "date", " $1 ", "e"])
STATEMENT: Final = st.lists(st.one_of(QUOTED, PLAIN), min_size=1, max_size=5).map("".join).filter(str.strip)
COMMENT: Final = st.sampled_from(["", "-- one; 'two\n", '/* three; " */', "/* four /* $$ */ ; */", "\n\n", ";"])


@given(st.lists(st.tuples(STATEMENT, COMMENT), max_size=5))
def test_statements_are_split_where_they_end(parts: list[tuple[str, str]]) -> None:
    text = ";".join(comment + statement for statement, comment in parts)
    assert list(statements(text)) == [statement.strip() for statement, _ in parts]
