"""What the upgrade that follows an adoption will meet in a database's rows and views, told before it begins."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

import psycopg
from psycopg.rows import tuple_row

from toolbox_cli.core.database.names import quote
from toolbox_cli.core.findings import Finding, Severity
from toolbox_cli.db.adoption.replay import Past
from toolbox_cli.db.revisions.lineage.history import Revision

LISTED: Final = 1000
"""How many rows are named that a revision can't read; the rest is counted."""

_VIEWS: Final = """
SELECT DISTINCT CASE v.relkind WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'VIEW' END,
       format('%%I.%%I', n.nspname, v.relname), c.relname::text, a.attname::text
FROM pg_depend AS d
JOIN pg_rewrite AS w ON d.classid = 'pg_rewrite'::regclass AND w.oid = d.objid
JOIN pg_class AS v ON v.oid = w.ev_class
JOIN pg_namespace AS n ON n.oid = v.relnamespace
JOIN pg_class AS c ON d.refclassid = 'pg_class'::regclass AND c.oid = d.refobjid AND c.oid <> v.oid
LEFT JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = d.refobjsubid AND a.attnum > 0
WHERE c.relnamespace = to_regnamespace(quote_ident(%s)) AND v.relkind IN ('v', 'm') ORDER BY 2, 3, 4"""


def foresee(
    connection: psycopg.Connection[Any], schema: str, past: Past, pending: Sequence[Revision]
) -> Iterator[Finding]:
    """Tell what the revisions to come will leave out, and what will be in their way.

    Args:
        connection: idle and in autocommit.
        schema: the platform's.
        past: what each revision leaves behind.
        pending: the revisions to come.

    Effects: read only.
    """
    for revision in pending:
        yield from _left_out(connection, schema, revision)
    yield from _views(connection, schema, past, pending)


def _left_out(connection: psycopg.Connection[Any], schema: str, revision: Revision) -> Iterator[Finding]:
    """List what a revision can't read, as its own query has it: whose, and where in it, never what is there."""
    from toolbox_cli.db.revisions.running.execution import module_of  # Alembic: only where there is work

    query: str | None = getattr(module_of(revision), "LEFT_OUT", None)
    if query is None:
        return
    remedy = f"It stays where it is. Mend it before {revision.id} runs, and it is read."
    try:
        with connection.transaction(force_rollback=True):
            connection.execute("SET TRANSACTION READ ONLY")
            connection.execute("SELECT set_config('search_path', %s, true)", (quote(schema),))
            rows = connection.cursor(row_factory=tuple_row).execute(query.encode()).fetchall()
    except (psycopg.DataError, psycopg.errors.InsufficientPrivilege) as error:
        found = (error.diag.message_primary or "").rstrip(".")
        told = f"That {revision.id} can read every row could not be made sure."
        yield Finding("left-out-unknown", Severity.WARNING, schema, None, "to be read", found, remedy=told)
        return
    for table, row, path, expected in rows[:LISTED]:
        place = f"row {row}: {path}"
        yield Finding("left-out", Severity.WARNING, f"{schema}.{table}", place, expected, None, remedy=remedy)
    if len(rows) > LISTED:
        more = f"{len(rows) - LISTED:,} more"
        yield Finding("left-out", Severity.WARNING, schema, None, "to be read", more, remedy=remedy)


def _views(
    connection: psycopg.Connection[Any], schema: str, past: Past, pending: Sequence[Revision]
) -> Iterator[Finding]:
    """Name views that stand on what will get another type, or become a partition."""
    changing = set(_changing(past, pending))
    told: set[str] = set()
    for kind, view, table, column in connection.cursor(row_factory=tuple_row).execute(_VIEWS, (schema,)).fetchall():
        place = next((one for one in ((table, column), (table, None)) if one in changing), None)
        if place and view not in told:
            told.add(view)
            on = ".".join(filter(None, (schema, *place)))
            yield Finding(
                "view-in-the-way", Severity.WARNING, view, None, f"not to stand on {on}", f"a {kind.lower()}",
                remedy=f"Before the upgrade: DROP {kind} {view}; and create it again afterwards.",
            )  # fmt: skip


def _changing(past: Past, pending: Sequence[Revision]) -> Iterator[tuple[str, str | None]]:
    """Give the columns that get another type, and the tables that become another kind."""
    if not pending or pending[0].down is None:
        return
    before = past.sides[pending[0].down].catalog.objects
    for revision in pending:
        for key, fields in past.sides[revision.id].catalog.objects.items():
            if key.kind in {"table", "column"} and key in before and before[key]["type"] != fields["type"]:
                yield key.table, key.name or None
