"""What is coming: each revision that a database lacks, how large its SQL is, and which tables it holds up."""

import io
from dataclasses import dataclass
from typing import Any

import psycopg

from toolbox_cli.core.database.connect import connect
from toolbox_cli.core.database.target import Target
from toolbox_cli.db.revisions.lineage.history import Revision, read_history
from toolbox_cli.db.revisions.plan.columns import Columns, read_columns
from toolbox_cli.db.revisions.plan.effects import Effect, effects
from toolbox_cli.db.revisions.queries import current_revisions, row_estimates
from toolbox_cli.db.revisions.running.drive import PURPOSE, goal_of
from toolbox_cli.db.revisions.running.execution import render_sql


@dataclass(frozen=True, slots=True)
class Planned:
    """A revision that is coming.

    Attributes:
        sql_bytes: size of its SQL, in UTF-8.
        effects: on tables that exist now; the table's name within its schema.
        rows: about how many rows those tables hold now, by name.
    """

    revision: Revision
    sql_bytes: int
    effects: tuple[Effect, ...]
    rows: dict[str, int]


def plan(target: Target, goal: str) -> tuple[Planned, ...]:
    """Look at what `upgrade` would do; nothing is run and no lock is taken."""
    with connect(target, direct=True, purpose=PURPOSE) as connection:
        current = current_revisions(connection)
        left = goal_of(target, goal, current).ahead(read_history(), current)
        rows = {platform: row_estimates(connection, schema) for platform, schema in target.names.schemas.items()}
        columns = {platform: _columns(connection, schema) for platform, schema in target.names.schemas.items()}
    rendered: dict[str, str] = {}
    if left:
        render_sql(
            target.names,
            left,
            io.StringIO(),
            current=current,
            on_applied=lambda done: rendered.update({done.revision: done.sql}),
        )
    return tuple(
        _planned(revision, rendered[revision.id], rows[revision.platform], columns[revision.platform])
        for revision in left
    )


def _columns(connection: psycopg.Connection[Any], schema: str) -> Columns:
    held = read_columns(connection, schema)
    return Columns(lambda table, name: held.get((table, name)))


def _planned(revision: Revision, sql: str, rows: dict[str, int], columns: Columns) -> Planned:
    found = tuple(effect for effect in effects(sql, columns) if effect.table in rows)
    return Planned(revision, len(sql.encode()), found, {effect.table: rows[effect.table] for effect in found})
