"""What a revision does before it tightens a table that holds rows: find every row in the way, and refuse."""

import json
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Final, NamedTuple

import psycopg
from alembic import op

from toolbox_cli.core.database.already import fold, make_way
from toolbox_cli.core.errors import FindingsError
from toolbox_cli.core.findings import Finding, Severity

ROWS_IN_THE_WAY: Final = "TB001"
"""SQLSTATE of the refusal; its DETAIL is a JSON list of `{table, rule, expression, count, sample}`."""


SHOWN_ROWS: Final = 5
"""How many rows that break a rule are named."""


class Rule(NamedTuple):
    """A condition that every row of `table` must not break: NULL passes, as in a CHECK."""

    table: str
    name: str
    expression: str


def require(rules: Iterable[Rule]) -> None:
    """Refuse the revision if rows break any rule; list all of the rules and up to five rows of each.

    Reads each table once, and a second time only to show rows that break a rule.
    Works in `--sql` output as well: the search is SQL, and changes nothing.

    Raises:
        DatabaseError: from the server, SQLSTATE `ROWS_IN_THE_WAY`.
    """
    listed = ",\n        ".join(
        f"({place}, {_quote(r.table)}, {_quote(r.name)}, {_quote(r.expression)})" for place, r in enumerate(rules)
    )
    op.execute(f"""
DO $guard$
DECLARE
    looked record;
    counts bigint[];
    sample jsonb;
    broken jsonb := '[]';
BEGIN
    FOR looked IN
        SELECT table_name, array_agg(rule_name ORDER BY place) AS rules, array_agg(expression ORDER BY place) AS holds,
            string_agg(format('count(*) FILTER (WHERE (%s) IS FALSE)', expression), ', ' ORDER BY place) AS counted
        FROM (VALUES
        {listed}
        ) AS rules (place, table_name, rule_name, expression)
        GROUP BY table_name ORDER BY min(place)
    LOOP
        EXECUTE format('SELECT ARRAY[%s] FROM %I AS t', looked.counted, looked.table_name) INTO counts;
        FOR n IN 1 .. cardinality(counts) LOOP
            CONTINUE WHEN counts[n] = 0;
            EXECUTE format(
                'SELECT jsonb_agg(shown) FROM (SELECT coalesce(to_jsonb(t)->>''id'', t.ctid::text) AS shown '
                'FROM %I AS t WHERE (%s) IS FALSE LIMIT {SHOWN_ROWS}) AS few', looked.table_name, looked.holds[n])
                INTO sample;
            broken := broken || jsonb_build_object(
                'table', looked.table_name, 'rule', looked.rules[n], 'expression', looked.holds[n],
                'count', counts[n], 'sample', sample);
        END LOOP;
    END LOOP;
    IF broken <> '[]' THEN
        RAISE EXCEPTION 'rows are in the way of this revision'
            USING ERRCODE = '{ROWS_IN_THE_WAY}', DETAIL = broken::text;
    END IF;
END
$guard$""")  # noqa: S608  the rules are literals of a revision


def add_checks(rules: Sequence[Rule]) -> None:
    """Add each rule as a CHECK of that name, after all rows were found to hold it; one scan a table.

    A CHECK that says the same already gives way to ours, whatever it is called.
    """
    require(rules)
    added = [(rule.table, rule.name) for rule in rules]
    make_way(added)
    for table, of_table in groupby(sorted(rules), key=lambda rule: rule.table):
        listed = ",\n    ".join(f"ADD CONSTRAINT {rule.name} CHECK ({rule.expression})" for rule in of_table)
        op.execute(f"ALTER TABLE {table}\n    {listed}")
    fold(added)


def drop_checks(rules: Sequence[Rule]) -> None:
    """Drop what `add_checks` added."""
    for table, of_table in groupby(sorted(rules), key=lambda rule: rule.table):
        dropped = ",\n    ".join(f"DROP CONSTRAINT {rule.name}" for rule in of_table)
        op.execute(f"ALTER TABLE {table}\n    {dropped}")


def refused_rows(error: BaseException | None, schema: str | None = None) -> FindingsError | None:
    """Give the refusal of `require` as an error with a finding a rule; None for any other error.

    Args:
        error: what the driver raised.
        schema: where the tables are; put before their names.
    """
    if not isinstance(error, psycopg.Error) or error.sqlstate != ROWS_IN_THE_WAY:
        return None
    broken = json.loads(error.diag.message_detail or "[]")
    return FindingsError(
        "Rows are in the way of the next revision; nothing of it was applied.",
        remedy="Mend or remove these rows, then repeat.",
        findings=[
            Finding(
                "rows-in-the-way",
                Severity.ERROR,
                ".".join(filter(None, (schema, rule["table"]))),
                field=str(rule["rule"]),
                expected=str(rule["expression"]),
                found=f"{rule['count']} rows, such as {', '.join(rule['sample'])}",
            )
            for rule in broken
        ],
    )


def _quote(literal: str) -> str:
    return "'" + literal.replace("'", "''") + "'"
