"""Do what is planned, or only write down that it was: each row before and after."""

from collections.abc import Iterator
from typing import Any, Final

import psycopg
from psycopg import sql

from toolbox_cli.lms.sync.parking import held_row, park, row_of
from toolbox_cli.lms.sync.planning.tables import COURSES, SHAPES, USERS, Shape

_INSERT: Final = """
INSERT INTO {table} ({columns}{runs}) SELECT {columns}{run_values} FROM {plan} WHERE action = 'insert'"""
"""Make rows."""

_INSERTED: Final = """
INSERT INTO lms_sync_changes (run_id, number, row_id, applied, table_name, action, external_id, before, after)
SELECT %(run)s, %(last)s + row_number() OVER (), p.id, true, {name}, 'insert', p.key, NULL, {made}
FROM {plan} AS p {joined} WHERE p.action = 'insert'"""
"""Write down that they were made; as what, they have themselves or the next change. Accounts are told whole: others
change them too."""

_UPDATE: Final = """
WITH changed AS (
    UPDATE {table} AS t SET {changes}
    FROM {plan} AS p JOIN {table} AS o ON o.id = p.id
    WHERE t.id = p.id AND p.action <> 'insert'
    RETURNING t.id, p.action, p.key, {held} AS before, {after} AS after
)
INSERT INTO lms_sync_changes (run_id, number, row_id, applied, table_name, action, external_id, before, after)
SELECT %(run)s, %(last)s + row_number() OVER (ORDER BY key, id), id, true, {name}, action, key, before, after
FROM changed"""
"""Change rows, mark them as gone or as back."""

_HELD: Final = """
INSERT INTO lms_sync_changes (run_id, number, row_id, applied, table_name, action, external_id, before, after)
SELECT %(run)s, %(last)s + row_number() OVER (ORDER BY p.key, p.id), o.id, false, {name}, p.action, p.key,
       CASE WHEN o.id IS NOT NULL THEN {before} END,
       coalesce({before_or_nothing}, '{{}}'::jsonb) || jsonb_build_object({pairs})
FROM {plan} AS p LEFT JOIN {table} AS o ON o.id = p.id"""
"""What was to be changed."""

_COUNTS: Final = "SELECT action, count(*) FROM {plan} WHERE NOT ({unseen}) GROUP BY action"

_ACCOUNTS: Final = "SELECT id, email, username, true AS new_email, true AS new_username FROM plan_users"

_COURSES_AFTERWARDS: Final = """
CREATE TEMPORARY TABLE made_course ON COMMIT DROP AS SELECT id FROM plan_lms_courses WHERE action = 'insert';
TRUNCATE plan_lms_courses;
INSERT INTO plan_lms_courses
SELECT r.*, CASE WHEN c.id IN (SELECT id FROM made_course) THEN 'insert' ELSE 'update' END, c.external_course_id, false
FROM (
    SELECT lms_course_id AS id FROM plan_lms_enrollments
    UNION
    SELECT e.lms_course_id FROM plan_lms_identities AS p JOIN lms_enrollments AS e ON e.lms_identity_id = p.id
    WHERE e.role = 'teacher' AND e.status <> 'removed' AND p.action = 'update'
) AS touched
JOIN lms_courses AS c ON c.id = touched.id
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE e.role = 'student') AS students FROM lms_enrollments AS e
    WHERE e.lms_course_id = c.id AND e.status = 'active'
) AS n
LEFT JOIN LATERAL (
    SELECT left(nullif(concat_ws(' ', i.given_name, i.family_name), ''), 200) AS name,
           CASE WHEN length(i.email) <= 255 THEN i.email END AS email
    FROM lms_enrollments AS e JOIN lms_identities AS i ON i.id = e.lms_identity_id
    WHERE e.lms_course_id = c.id AND e.role = 'teacher' AND e.status = 'active'
    ORDER BY e.is_primary DESC, i.family_name, i.given_name, i.external_user_id LIMIT 1
) AS first ON true
CROSS JOIN LATERAL jsonb_populate_record(c, jsonb_build_object(
    'enrollment_count', n.students, 'instructor_name', first.name, 'instructor_email', first.email)) AS r
WHERE (c.enrollment_count, c.instructor_name, c.instructor_email)
  IS DISTINCT FROM (n.students, first.name, first.email)"""
"""What courses say of who is in them, where that changed."""

_COMPLETED: Final = """
UPDATE lms_courses AS t
SET enrollment_count = p.enrollment_count, instructor_name = p.instructor_name, instructor_email = p.instructor_email
FROM plan_lms_courses AS p WHERE t.id = p.id AND p.action = 'insert'"""
"""The same of courses that were just made: that they were is written down already."""

AFTERWARDS: Final = Shape(
    "lms_courses", "course", COURSES.given, ("enrollment_count", "instructor_name", "instructor_email")
)


_MANY: Final = 1_000
_LOOK_AGAIN: Final = """
SELECT format('SET LOCAL default_statistics_target TO DEFAULT; ANALYZE %%s', oid::regclass)
FROM pg_class WHERE oid = to_regclass(%(table)s) AND reltuples < 10 * %(made)s"""
"""A sync may come before autovacuum does: without statistics it would look each of its rows up among all others. Where
nine of ten rows were there before, they do."""


class Journal:
    """Writes the rows of one run down, in their order.

    Args:
        connection: in the transaction.
        run: the run's key.
    """

    def __init__(self, connection: psycopg.Connection[Any], run: int) -> None:
        self._connection, self._run, self._last = connection, run, 0

    def apply(self) -> None:
        """Do everything that is planned; the plan for courses is another one afterwards."""
        park(self._connection, _ACCOUNTS)
        for shape in SHAPES:
            made = self._connection.execute(sql.SQL(_INSERT).format(**_parts(shape)), {"run": self._run}).rowcount
            self._write(_INSERTED, shape)
            self._write(_UPDATE, shape)
            if made >= _MANY:
                self._look_again(shape.table, made)
        self._connection.execute(_COURSES_AFTERWARDS)
        self._connection.execute(_COMPLETED)
        self._write(_UPDATE, AFTERWARDS)

    def hold(self) -> None:
        """Write everything that is planned down, and do nothing."""
        for shape in SHAPES:
            self._write(_HELD, shape)

    def counts(self) -> dict[str, dict[str, int]]:
        """Count what is planned, before it is done: kind to action to number."""
        found: dict[str, dict[str, int]] = {}
        for shape in SHAPES:
            query = sql.SQL(_COUNTS).format(plan=sql.Identifier(shape.plan), unseen=sql.SQL(shape.unseen))
            of_kind = dict(self._connection.execute(query).fetchall())
            if of_kind:
                found[shape.kind] = of_kind
        return found

    def _look_again(self, table: str, made: int) -> None:
        for (statement,) in self._connection.execute(_LOOK_AGAIN, {"table": table, "made": made}).fetchall():
            self._connection.execute(statement)

    def _write(self, query: str, shape: Shape) -> None:
        composed = sql.SQL(query).format(**_parts(shape))
        self._last += self._connection.execute(composed, {"run": self._run, "last": self._last}).rowcount


def _parts(shape: Shape) -> dict[str, sql.Composable]:
    first = ("first_run_id",) if shape.table == "lms_identities" else ()
    runs = (*first, *shape.run)
    written = [sql.SQL("{0} = p.{0}").format(sql.Identifier(name)) for name in shape.written]
    written += [sql.SQL("{} = %(run)s").format(sql.Identifier(name)) for name in shape.run]
    comma = sql.SQL(", ")
    return {
        "table": sql.Identifier(shape.table),
        "plan": sql.Identifier(shape.plan),
        "name": sql.Literal(shape.table),
        "columns": comma.join(map(sql.Identifier, _unique((*shape.given, *shape.written)))),
        "runs": sql.SQL("").join(sql.SQL(", {}").format(sql.Identifier(name)) for name in runs),
        "run_values": sql.SQL("").join(sql.SQL(", %(run)s") for _ in runs),
        "changes": comma.join(written),
        "before": row_of(shape, "o"),
        "held": held_row(shape, "o"),
        "before_or_nothing": sql.SQL("CASE WHEN o.id IS NOT NULL THEN {} END").format(row_of(shape, "o")),
        "after": row_of(shape, "t"),
        "made": row_of(shape, "t") if shape is USERS else sql.SQL("NULL::jsonb"),
        "joined": sql.SQL("JOIN users AS t ON t.id = p.id" if shape is USERS else ""),
        "pairs": comma.join(_pairs(shape)),
    }


def _pairs(shape: Shape) -> Iterator[sql.Composable]:
    for name in _unique((*shape.given, *shape.written)):
        if name not in {"password_hash", "id"}:
            yield sql.SQL("{}, {}").format(sql.Literal(name), sql.Identifier("p", name))


def _unique(names: tuple[str, ...]) -> list[str]:
    return list(dict.fromkeys(names))
