"""What becomes of squawk's rules: none is off but for a reason, and what we cover we really find."""

import subprocess
from pathlib import Path
from typing import Final

import pytest

from tests.db.lint.writing import FEW, LARGE, read, tables, upgrade_of, write
from toolbox_cli.core.findings import Severity
from toolbox_cli.db.lint.facts import UNKNOWN, Facts
from toolbox_cli.db.lint.rules.every import RULES, remarks
from toolbox_cli.db.lint.rules.remark import Case
from toolbox_cli.db.lint.squawk.judgement import JUDGEMENTS, Fate
from toolbox_cli.db.lint.squawk.program import find_squawk, run_squawk
from toolbox_cli.db.lint.squawk.remarks import hear, judged

COVERED: Final = {
    "require-concurrent-index-creation": "CREATE INDEX ON t (a)",
    "require-concurrent-reindex": "REINDEX TABLE t",
    "constraint-missing-not-valid": "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0)",
    "adding-field-with-default": "ALTER TABLE t ADD a uuid DEFAULT gen_random_uuid()",
    "adding-foreign-key-constraint": "ALTER TABLE t ADD CONSTRAINT c FOREIGN KEY (a) REFERENCES u (a)",
    "adding-not-nullable-field": "ALTER TABLE t ALTER a SET NOT NULL",
    "adding-serial-primary-key-field": "ALTER TABLE t ADD PRIMARY KEY (a)",
    "changing-column-type": "ALTER TABLE t ALTER a TYPE bigint",
    "disallowed-unique-constraint": "ALTER TABLE t ADD CONSTRAINT c UNIQUE (a)",
    "prefer-repack": "VACUUM FULL t",
    "ban-concurrent-index-creation-in-transaction": "CREATE INDEX CONCURRENTLY i ON t (a); SELECT 1",
    "ban-drop-database": "DROP DATABASE d",
    "transaction-nesting": "COMMIT",
    "ban-uncommitted-transaction": "BEGIN; SELECT 1",
}
"""Each rule of squawk's that a rule of ours covers, and what both find."""

SHIPS_OFF: Final = {"prefer-repack"}
"""Rules that squawk itself has off unless they are asked for."""


def shown(folder: Path, *texts: str, facts: Facts = UNKNOWN, document: str | None = None) -> dict[str, Severity]:
    """Give the rules of squawk's that are shown of a revision, with their severities."""
    reading = read(write(folder, upgrade_of(*texts), document=document))
    case = Case(reading, facts)
    [heard] = hear(find_squawk(), [reading], 18)
    ours = {(one.rule, one.part) for one in remarks(case)}
    return {one.rule: one.severity for one in judged(case, heard, ours)}


def test_every_covered_rule_is_tried() -> None:
    assert [rule for rule, one in JUDGEMENTS.items() if one.fate is Fate.COVERED] == list(COVERED)


@pytest.mark.parametrize(("rule", "sql"), COVERED.items())
def test_what_ours_cover_is_found_by_ours(tmp_path: Path, rule: str, sql: str) -> None:
    reading = read(write(tmp_path, upgrade_of(sql)))
    theirs = {one.rule for one in run_squawk(find_squawk(), [f"{sql};"], server_version=18)}
    assert rule in theirs | SHIPS_OFF
    ours = {one.rule for one in remarks(Case(reading, tables(LARGE)))}
    assert ours & set(JUDGEMENTS[rule].otherwise)
    assert rule not in shown(tmp_path, sql, facts=tables(LARGE))


def test_covering_rules_are_ours() -> None:
    assert {rule for one in JUDGEMENTS.values() for rule in one.otherwise} <= {rule.name for rule in RULES}


def test_no_rule_is_off_without_a_reason() -> None:
    assert [rule for rule, one in JUDGEMENTS.items() if one.fate is not Fate.SHOWN and not one.why] == []


def test_every_rule_that_is_judged_is_one_of_squawks() -> None:
    listed = ",".join(rule for rule in JUDGEMENTS if rule != "syntax-error")
    done = subprocess.run([find_squawk(), "--exclude", listed], input="SELECT 1;", capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_types_are_the_documents_in_the_documents_revisions_alone(tmp_path: Path) -> None:
    sql = "CREATE TABLE made (id serial, at timestamp, sex char(1), name varchar(9))"
    found = {
        "prefer-identity": Severity.WARNING,
        "prefer-timestamp-tz": Severity.WARNING,
        "ban-char-field": Severity.WARNING,
    }
    assert shown(tmp_path, sql) == found
    assert shown(tmp_path, sql, document="004") == {}


def test_programs_miss_only_what_is_there(tmp_path: Path) -> None:
    sql = "ALTER TABLE t RENAME COLUMN a TO b"
    assert shown(tmp_path, sql, facts=tables(0)) == {"renaming-column": Severity.WARNING}
    assert shown(tmp_path, sql) == {"renaming-column": Severity.WARNING}
    assert shown(tmp_path, sql, facts=tables({})) == {}
    assert shown(tmp_path, "CREATE TABLE t (a integer)", sql, facts=tables({})) == {}
    assert shown(tmp_path, "DROP FUNCTION f()", facts=tables({})) == {"ban-drop-function": Severity.WARNING}
    assert shown(tmp_path, "DROP FUNCTION f()", facts=Facts({}, migrated=False)) == {}


def test_what_means_nothing_in_its_statement_is_left_out(tmp_path: Path) -> None:
    dropped = "ALTER TABLE t ALTER a DROP DEFAULT"
    assert shown(tmp_path, dropped) == {"ban-drop-default": Severity.WARNING}
    assert shown(tmp_path, f"{dropped}, ALTER a SET DEFAULT 1") == {}
    assert shown(tmp_path, "ALTER INDEX i RENAME TO j") == {}


def test_what_ours_say_more_of_is_said_once(tmp_path: Path) -> None:
    sql = "ALTER TABLE t DROP COLUMN a"
    assert shown(tmp_path, sql, facts=tables(0)) == {"ban-drop-column": Severity.WARNING}
    assert shown(tmp_path, sql, facts=tables(FEW)) == {}


def test_a_required_column_fails_on_rows_alone(tmp_path: Path) -> None:
    sql = "ALTER TABLE t ADD a integer NOT NULL"
    assert shown(tmp_path, sql, facts=tables(1)) == {"adding-required-field": Severity.ERROR}
    assert shown(tmp_path, sql, facts=tables(0)) == {}
    assert shown(tmp_path, sql) == {"adding-required-field": Severity.WARNING}


def test_squawk_takes_no_orders_from_comments(tmp_path: Path) -> None:
    sql = "-- squawk-ignore-file\n-- squawk-disable-assume-in-transaction\nTRUNCATE t CASCADE"
    assert shown(tmp_path, sql, facts=tables(0)) == {"ban-truncate-cascade": Severity.ERROR}


def test_each_finding_is_in_its_statement(tmp_path: Path) -> None:
    texts = ["SELECT 'é;' -- one", "DROP VIEW a; DROP VIEW\n b", "/* two */", "DROP VIEW c"]
    reading = read(write(tmp_path, upgrade_of(*texts)))
    [heard] = hear(find_squawk(), [reading], 18)
    drops = [one for one in heard if one.rule == "ban-drop-view"]
    found = [(one.part, reading.parts[one.part].text[one.start : one.end]) for one in drops]
    assert found == [(1, "DROP VIEW a"), (2, "DROP VIEW\n b"), (3, "DROP VIEW c")]
