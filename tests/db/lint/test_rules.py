"""Each rule of ours finds what it is for, in the smallest revision that holds it, and says nothing otherwise."""

from pathlib import Path
from typing import Any

import pytest

from tests.db.lint.writing import FEW, LARGE, rules, said, tables
from toolbox_cli.core.findings import Severity
from toolbox_cli.db.lint.facts import Column, Facts, Table
from toolbox_cli.db.lint.rules.every import RULES

NOTE, WARNING, ERROR = Severity

SLOW = {
    "table-rewrite": [
        "ALTER TABLE t ALTER COLUMN a TYPE bigint",
        "ALTER TABLE t ADD a integer GENERATED ALWAYS AS (b + 1) STORED",
        "ALTER TABLE t ADD a bigserial",
        "ALTER TABLE t SET UNLOGGED",
    ],
    "volatile-default": [
        "ALTER TABLE t ADD a uuid DEFAULT gen_random_uuid()",
        "ALTER TABLE t ADD a int DEFAULT f(1, 2)",
    ],
    "index-build": ["CREATE INDEX ON t (a)", "CREATE UNIQUE INDEX i ON frames.t (a)", "REINDEX TABLE t"],
    "validating-constraint": [
        "ALTER TABLE t ADD CHECK (a > 0)",
        "ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES u",
        "ALTER TABLE u ATTACH PARTITION t FOR VALUES FROM (1) TO (2)",
    ],
    "unique-constraint": ["ALTER TABLE t ADD UNIQUE (a)", "ALTER TABLE t ADD CONSTRAINT k PRIMARY KEY (a)"],
    "set-not-null": ["ALTER TABLE t ALTER a SET NOT NULL"],
    "bulk-write": ["UPDATE t SET a = 1", "MERGE INTO t USING u ON true WHEN MATCHED THEN DELETE"],
}


@pytest.mark.parametrize(("rule", "sql"), [(rule, sql) for rule, texts in SLOW.items() for sql in texts])
def test_slow_work_is_as_grave_as_the_rows_are_many(tmp_path: Path, rule: str, sql: str) -> None:
    assert rules(tmp_path, sql, facts=tables(LARGE)).get(rule) is ERROR
    assert rules(tmp_path, sql, facts=tables(4_000_000)).get(rule) is WARNING
    assert rules(tmp_path, sql, facts=tables(FEW)) == {}
    assert rules(tmp_path, sql, facts=tables({})) == {}
    assert rules(tmp_path, sql).get(rule) is WARNING


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TABLE t (a integer); ALTER TABLE t ALTER a TYPE bigint; UPDATE t SET a = 1; CREATE INDEX ON t (a)",
        "ALTER TABLE t ADD a timestamptz DEFAULT now(), ADD b text DEFAULT 'random()'",
        "ALTER TABLE t ADD CHECK (a > 0) NOT VALID, ADD FOREIGN KEY (a) REFERENCES u NOT VALID",
        "ALTER TABLE t VALIDATE CONSTRAINT c",
        "ALTER TABLE t ADD CONSTRAINT k UNIQUE USING INDEX i",
        "COMMENT ON TABLE t IS 'UPDATE t SET a = 1'",
        "INSERT INTO t VALUES ('; UPDATE t SET a = 1')",
    ],
)
def test_what_takes_a_moment_is_not_remarked(tmp_path: Path, sql: str) -> None:
    assert rules(tmp_path, sql, facts=tables(LARGE)) == {}


def test_text_that_gets_more_room_is_not_rewritten(tmp_path: Path) -> None:
    facts = tables(LARGE, a=Column("character varying(50)"), b=Column("text"), c=Column("integer"))
    for change in ("a TYPE varchar(80)", "a TYPE text", "a SET DATA TYPE character varying", "b TYPE varchar"):
        assert rules(tmp_path, f"ALTER TABLE t ALTER {change}", facts=facts) == {}, change
    for change in (
        "a TYPE varchar(20)",
        "c TYPE text",
        "a TYPE text USING lower(a)",
        "b TYPE varchar(9)",
        "a TYPE uuid",
    ):
        assert "table-rewrite" in rules(tmp_path, f"ALTER TABLE t ALTER {change}", facts=facts), change


def test_more_room_in_text_that_checks_and_indexes_rest_on_makes_these_anew(tmp_path: Path) -> None:
    facts = tables(LARGE, a=Column("character varying(50)", relied_on=True))
    [widened] = said(tmp_path, "ALTER TABLE t ALTER a TYPE text", facts=facts)
    [narrowed] = said(tmp_path, "ALTER TABLE t ALTER a TYPE varchar(9)", facts=facts)
    assert widened.found.startswith("proves constraints and builds indexes anew over")
    assert narrowed.found.startswith("writes anew")
    again = "ALTER TABLE t ALTER a TYPE varchar(60); ALTER TABLE t ALTER a TYPE varchar(55)"
    assert [one.found.split()[0] for one in said(tmp_path, again, facts=facts)] == ["proves", "writes"]


def test_a_statement_rewrites_a_table_once(tmp_path: Path) -> None:
    found = said(tmp_path, "ALTER TABLE t ALTER a TYPE bigint, ALTER b TYPE bigint", facts=tables(LARGE))
    assert [(one.rule, one.about, one.column) for one in found] == [("table-rewrite", "t", "a")]


def test_a_large_row_weighs_more_than_a_small_one(tmp_path: Path) -> None:
    facts = Facts({"t": Table(10_000, size_bytes=1 << 36)})
    [found] = said(tmp_path, "ALTER TABLE t ALTER a TYPE jsonb", facts=facts)
    assert (found.severity, found.found) == (
        ERROR, "writes anew 10,000 rows, which takes minutes; nobody reads or writes it meanwhile",
    )  # fmt: skip


def test_an_index_that_stands_already_is_not_built(tmp_path: Path) -> None:
    facts = Facts({"t": Table(LARGE)}, frozenset({"t_a_idx"}))
    assert rules(tmp_path, "CREATE INDEX IF NOT EXISTS t_a_idx ON t (a)", facts=facts) == {}
    assert "index-build" in rules(tmp_path, "CREATE INDEX IF NOT EXISTS t_b_idx ON t (b)", facts=facts)


def test_not_null_that_is_proved_already_reads_nothing(tmp_path: Path) -> None:
    sql = "ALTER TABLE t ALTER a SET NOT NULL"
    assert rules(tmp_path, sql, facts=tables(LARGE, a=Column("text", never_null=True))) == {}
    before = "ALTER TABLE t ADD CONSTRAINT c CHECK (a IS NOT NULL) NOT VALID"
    assert "set-not-null" not in rules(tmp_path, before, sql, facts=tables(LARGE))
    other = before.replace("(a IS", "(b IS")
    assert "set-not-null" in rules(tmp_path, other, sql, facts=tables(LARGE))


def test_validating_under_the_lock_that_added_it_gains_nothing(tmp_path: Path) -> None:
    added, proved = "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID", "ALTER TABLE t VALIDATE CONSTRAINT c"
    [found] = said(tmp_path, added, proved, facts=tables(LARGE))
    assert (found.rule, found.part) == ("validating-constraint", 1)
    assert found.found.endswith("the lock that an earlier statement took is held all the while")


def test_a_partitioned_table_hands_work_on(tmp_path: Path) -> None:
    facts = Facts({"t": Table(LARGE, partitions=12), "u": Table(0, partitions=0)})
    [found] = said(tmp_path, "CREATE INDEX ON t (a)", facts=facts)
    assert (found.rule, found.severity) == ("partitioned-parent", ERROR)
    assert found.found.startswith("builds an index of 100,000,000 rows, which takes minutes, in 12 partitions")
    assert rules(tmp_path, "CREATE INDEX ON ONLY t (a); CREATE INDEX ON u (a)", facts=facts) == {}
    assert rules(tmp_path, "ALTER TABLE t ADD a text", facts=facts) == {}


def test_many_partitions_are_many_locks(tmp_path: Path) -> None:
    facts = Facts({"t": Table(FEW, partitions=120)})
    [found] = said(tmp_path, "ALTER TABLE t ADD a text, ADD b text", facts=facts)
    assert (found.rule, found.severity) == ("partitioned-parent", WARNING)
    assert found.found == "locks 120 partitions, each locked to the end of the revision"


def test_large_tables_that_wait_for_each_other(tmp_path: Path) -> None:
    brief, slow = "ALTER TABLE u ADD a text", "ALTER TABLE t ALTER a TYPE bigint"
    [_, found] = said(tmp_path, brief, slow, facts=tables(8_000_000))
    assert (found.rule, found.severity, found.part) == ("locks-together", WARNING, 1)
    assert found.found == "2 tables are locked to the end, u, t: 16,000,000 rows, which takes seconds"
    assert "locks-together" not in rules(tmp_path, slow, facts=tables(8_000_000))
    assert "locks-together" not in rules(tmp_path, brief, "ALTER TABLE t ADD b text", facts=tables(LARGE))
    assert "locks-together" not in rules(tmp_path, brief, slow, facts=tables({"t": LARGE, "u": FEW}))
    assert "locks-together" in rules(tmp_path, brief, slow)


def test_a_condition_may_leave_few_rows_to_change(tmp_path: Path) -> None:
    [found] = said(tmp_path, "UPDATE t SET a = 1 WHERE b", facts=tables(LARGE))
    assert (found.severity, found.found.startswith("changes up to 100,000,000 rows")) == (WARNING, True)
    [found] = said(tmp_path, "DO $$ BEGIN UPDATE t SET a = 1; END $$", facts=tables(LARGE))
    assert (found.severity, found.start) == (ERROR, 12)


@pytest.mark.parametrize("sql", ["DROP TABLE t", "TRUNCATE t", "DELETE FROM t", "ALTER TABLE t DROP a"])
def test_data_that_goes(tmp_path: Path, sql: str) -> None:
    assert rules(tmp_path, sql, facts=tables(1)) == {"drop-with-data": ERROR}
    assert rules(tmp_path, sql, facts=tables(0)) == {}
    assert rules(tmp_path, sql, facts=tables({})) == {}
    assert rules(tmp_path, sql) == {"drop-with-data": WARNING}


def test_a_column_without_values_is_a_lesser_loss(tmp_path: Path) -> None:
    def dropped(null_ratio: float) -> tuple[Severity, str]:
        facts = tables(200, a=Column("text", null_ratio=null_ratio))
        [found] = said(tmp_path, "ALTER TABLE t DROP COLUMN a, DROP CONSTRAINT c", facts=facts)
        return found.severity, found.found

    assert dropped(0.25) == (ERROR, "drops the column: 150 values")
    assert dropped(1.0) == (WARNING, "drops the column: no value in 200 rows when they were last analysed")


FUNCTION = "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql {more} AS $$BEGIN RETURN 1; SET search_path TO x; END$$"


@pytest.mark.parametrize(
    ("sql", "severity"),
    [
        (FUNCTION.format(more=""), WARNING),
        (FUNCTION.format(more="SECURITY DEFINER"), ERROR),
        (FUNCTION.format(more="SECURITY DEFINER SET search_path FROM CURRENT"), ERROR),
        (FUNCTION.format(more="SET search_path FROM CURRENT"), None),
        (FUNCTION.format(more="SECURITY DEFINER SET search_path TO frames, pg_temp"), None),
        (FUNCTION.format(more="") + "; ALTER FUNCTION f() SET search_path TO frames", None),
        (
            FUNCTION.format(more="") + "; DO $d$BEGIN EXECUTE 'ALTER FUNCTION f SET search_path TO ' || 'x'; END$d$",
            None,
        ),
        ("CREATE OR REPLACE PROCEDURE f() LANGUAGE sql AS 'SELECT 1'", WARNING),
        ("CREATE FUNCTION f() RETURNS int RETURN 1", None),
        ("CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; END", None),
        ("COMMENT ON FUNCTION f() IS 'CREATE FUNCTION'", None),
    ],
)
def test_functions_find_their_own_names(tmp_path: Path, sql: str, severity: Severity | None) -> None:
    assert rules(tmp_path, sql).get("unpinned-function") is severity


@pytest.mark.parametrize(
    ("sql", "severity"),
    [
        ("GRANT SELECT ON t TO PUBLIC", ERROR),
        ("GRANT ALL ON SCHEMA s TO a, public", ERROR),
        ("ALTER DEFAULT PRIVILEGES IN SCHEMA s GRANT SELECT ON TABLES TO PUBLIC", ERROR),
        ("DO $$ BEGIN GRANT SELECT ON t TO PUBLIC; END $$", ERROR),
        ("GRANT EXECUTE ON FUNCTION f() TO PUBLIC", WARNING),
        ("GRANT SELECT ON public TO reader", None),
        ("REVOKE ALL ON t FROM PUBLIC", None),
        ("COMMENT ON TABLE t IS 'GRANT ALL ON t TO PUBLIC'", None),
    ],
)
def test_rights_for_everybody(tmp_path: Path, sql: str, severity: Severity | None) -> None:
    assert rules(tmp_path, sql, facts=tables(FEW)) == ({"grant-to-public": severity} if severity else {})


@pytest.mark.parametrize(
    ("sql", "severity"),
    [
        ("ALTER TABLE t DISABLE TRIGGER USER", ERROR),
        ("ALTER TABLE t DISABLE TRIGGER USER; INSERT INTO t VALUES (1); ALTER TABLE t ENABLE TRIGGER USER", WARNING),
        ("ALTER TABLE t DISABLE TRIGGER a; ALTER TABLE t ENABLE TRIGGER b", ERROR),
        ("SET LOCAL session_replication_role = replica", ERROR),
        ("SELECT set_config('session_replication_role', 'replica', true)", ERROR),
        ("ALTER TABLE t ENABLE TRIGGER USER", None),
        ("SELECT 'SET session_replication_role = replica'", None),
    ],
)
def test_triggers_that_are_switched_off(tmp_path: Path, sql: str, severity: Severity | None) -> None:
    assert rules(tmp_path, sql, facts=tables(FEW)) == ({"trigger-disabled": severity} if severity else {})


def test_labels_that_go_by_another_name(tmp_path: Path) -> None:
    sql = "ALTER TYPE mood RENAME VALUE 'sad' TO 'blue'"
    assert rules(tmp_path, sql) == {"enum-relabelled": WARNING}
    assert rules(tmp_path, sql, facts=Facts({}, migrated=False)) == {}
    assert rules(tmp_path, "ALTER TYPE mood RENAME TO temper") == {}


def test_a_label_that_is_used_as_soon_as_it_is_there(tmp_path: Path) -> None:
    added, used = "ALTER TYPE mood ADD VALUE IF NOT EXISTS 'blue' AFTER 'sad'", "INSERT INTO u VALUES ('blue')"
    [found] = said(tmp_path, added, used)
    assert (found.rule, found.severity, found.part) == ("enum-value-at-once", WARNING, 1)
    assert rules(tmp_path, used, added) == {}
    assert rules(tmp_path, "CREATE TYPE mood AS ENUM ('sad')", added, used) == {}


LEAKING: dict[str, list[str]] = {
    "session-setting": [
        "SET work_mem = '1GB'",
        "SET SESSION AUTHORIZATION x",
        "SET ROLE x",
        "RESET ALL",
        "SET LOCAL search_path TO public",
        "ALTER ROLE x SET work_mem = '1GB'",
        "SELECT set_config('a.b', 'c', false)",
        "SELECT pg_advisory_lock(1)",
        "CREATE TEMP TABLE x (a integer)",
        "PREPARE x AS SELECT 1",
        "DECLARE c CURSOR WITH HOLD FOR SELECT 1",
        "DO $$ BEGIN SET work_mem = '1GB'; END $$",
        "DO $$ BEGIN PERFORM set_config('a.b', 'c', false); END $$",
    ],
    "not-in-transaction": [
        "CREATE UNIQUE INDEX CONCURRENTLY i ON t (a)",
        "DROP INDEX CONCURRENTLY i",
        "REINDEX TABLE CONCURRENTLY t",
        "ALTER TABLE t DETACH PARTITION u CONCURRENTLY",
        "VACUUM FULL t",
        "ALTER SYSTEM SET a = 1",
        "CREATE DATABASE x",
    ],
    "transaction-control": ["COMMIT", "BEGIN; SELECT 1", "ROLLBACK TO SAVEPOINT a", "START TRANSACTION", "SAVEPOINT a"],
    "comment-at-end": ["SELECT 1 -- one", "SELECT 1; SELECT 2\n    -- two"],
}  # fmt: skip


@pytest.mark.parametrize(("rule", "sql"), [(rule, sql) for rule, texts in LEAKING.items() for sql in texts])
def test_what_one_transaction_does_not_hold(tmp_path: Path, rule: str, sql: str) -> None:
    assert rules(tmp_path, sql, facts=tables(FEW)) == {rule: ERROR}


@pytest.mark.parametrize(
    "sql",
    [
        "SET LOCAL work_mem = '1GB'",
        "SET CONSTRAINTS ALL IMMEDIATE",
        "SELECT set_config('a.b', 'c', true), set_config('d', 'e', is_local => true)",
        "SELECT pg_advisory_xact_lock(1)",
        "CREATE TEMP TABLE x (a integer) ON COMMIT DROP",
        "SELECT 'COMMIT; VACUUM'; COMMENT ON TABLE t IS 'SET a = 1'",
        "CREATE INDEX concurrently_idx ON t (a)",
        "-- one\nSELECT 1 /* two */",
        "SELECT 1; -- three\nSELECT 2",
        "DO $$ BEGIN NULL; END $$",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql SET search_path FROM CURRENT AS $$ COMMIT; SET a = 1 $$",
    ],
)
def test_what_one_transaction_holds(tmp_path: Path, sql: str) -> None:
    assert rules(tmp_path, sql, facts=tables(FEW)) == {}


def test_every_rule_is_tried() -> None:
    alone = {"partitioned-parent", "locks-together", "drop-with-data", "unpinned-function", "grant-to-public"}
    labels: Any = {"trigger-disabled", "enum-relabelled", "enum-value-at-once"}
    assert [rule.name for rule in RULES if rule.name not in {*SLOW, *LEAKING} | alone | labels] == []
    assert len({rule.name for rule in RULES}) == len(RULES)
