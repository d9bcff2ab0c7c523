"""Hold what would take too much away at once, and tell whether two plans are the same."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import psycopg
from psycopg import sql

from toolbox_cli.lms.settings.limits import KINDS, Limits
from toolbox_cli.lms.sync.planning.plan import HELD
from toolbox_cli.lms.sync.planning.tables import SHAPES, Shape
from toolbox_cli.lms.sync.reading.stage import ScopeRead
from toolbox_cli.lms.sync.wishes import Tripped

_BY_COURSE: Final = """
SELECT c.external_course_id, held.rows, lost.rows
FROM (
    SELECT lms_course_id, count(*) AS rows FROM plan_lms_enrollments WHERE loss GROUP BY lms_course_id
    HAVING count(*) > %(least)s
) AS lost
JOIN lms_courses AS c ON c.id = lost.lms_course_id
CROSS JOIN LATERAL (
    SELECT count(*) AS rows FROM lms_enrollments AS e
    WHERE e.lms_course_id = c.id AND e.source = 'sync' AND e.status <> 'removed'
) AS held
ORDER BY 1"""
"""Courses that lose many, with what they hold."""

_EMPTY: Final = {
    kind: f"""
SELECT c.external_course_id, count(*) FROM {lost} JOIN lms_courses AS c ON c.id = e.lms_course_id
WHERE p.loss AND p.action = 'remove' AND c.external_course_id = ANY (%s) GROUP BY 1 ORDER BY 1"""  # noqa: S608
    for kind, lost in {
        "user": "plan_lms_identities AS p JOIN lms_enrollments AS e ON e.lms_identity_id = p.id",
        "enrollment": "plan_lms_enrollments AS e CROSS JOIN LATERAL (SELECT e.loss, e.action) AS p",
        "assignment": "plan_lms_assignments AS e CROSS JOIN LATERAL (SELECT e.loss, e.action) AS p",
    }.items()
}
"""What courses that came empty lose."""

_FINGERPRINT: Final = """
WITH courses AS (SELECT row_id AS course_id, min(key) AS course FROM known_course GROUP BY row_id),
people AS (SELECT row_id AS person_id, min(key) AS person FROM known_user GROUP BY row_id)
SELECT encode(sha256(coalesce(string_agg(part, ''::bytea ORDER BY bucket), ''::bytea)), 'hex')
FROM (
    SELECT left(digest, 2) AS bucket, sha256(convert_to(string_agg(digest, '' ORDER BY digest), 'UTF8')) AS part
    FROM (SELECT md5(line) AS digest FROM ({lines}) AS said (line)) AS lines GROUP BY 1
) AS parts"""
"""SHA-256 of what is planned, whatever its order."""

_LINE: Final = """
SELECT {table} || chr(31) || action || chr(31) || key || chr(31) || {identity}
    || replace(jsonb_build_object({pairs})::text, id::text, '') FROM {plan} {joined}"""

_LOSSES: Final = {
    "course": "SELECT count(*) FILTER (WHERE loss) FROM plan_lms_courses",
    "user": "SELECT count(*) FILTER (WHERE loss) FROM plan_lms_identities",
    "enrollment": "SELECT count(*) FILTER (WHERE loss) FROM plan_lms_enrollments",
    "assignment": "SELECT count(*) FILTER (WHERE loss) FROM plan_lms_assignments",
}


class Guard:
    """Looks at the plans.

    Args:
        connection: in the transaction, with every plan made.
        integration: whose plans they are.
        limits: what may be lost.
    """

    def __init__(self, connection: psycopg.Connection[Any], integration: Any, limits: Limits) -> None:
        self._connection, self._integration, self._limits = connection, integration, limits

    def trips(self, read: Mapping[str, ScopeRead]) -> tuple[Tripped, ...]:
        """Say which limits the plans go over."""
        lost = {kind: self._number(_LOSSES[kind], None) for kind in KINDS}
        if not any(lost.values()):
            return ()
        held = {kind: self._number(HELD[kind], {"integration": self._integration}) for kind in KINDS}
        return *self._empty(read, held, lost), *self._large(held, lost), *self._courses(lost)

    def _large(self, held: Mapping[str, int], lost: Mapping[str, int]) -> Iterator[Tripped]:
        whole = sum(held.values()), sum(lost.values())
        if self._limits.usual.trips(*whole):
            yield Tripped("integration", "everything", *whole)
        for kind in KINDS:
            if self._limits.of(kind).trips(held[kind], lost[kind]):
                yield Tripped("kind", kind, held[kind], lost[kind])

    def _courses(self, lost: Mapping[str, int]) -> Iterator[Tripped]:
        limit = self._limits.of("enrollment")
        if lost["enrollment"] <= limit.rows:
            return
        for course, stands, gone in self._connection.execute(_BY_COURSE, {"least": limit.rows}):
            if limit.trips(stands, gone):
                yield Tripped("course", course, stands, gone)

    def _empty(
        self, read: Mapping[str, ScopeRead], held: Mapping[str, int], lost: Mapping[str, int]
    ) -> Iterator[Tripped]:
        for kind in KINDS:
            if "" in read[kind].empty and lost[kind]:
                yield Tripped("empty", f"{kind}s", held[kind], lost[kind])
            keys = sorted(read[kind].empty - {""}) if lost[kind] and kind in _EMPTY else []
            for course, gone in self._connection.execute(_EMPTY[kind].encode(), [keys]) if keys else ():
                yield Tripped("empty", f"{kind}s of {course}", held[kind], gone)

    def _number(self, query: str, values: Any) -> int:
        row = self._connection.execute(query.encode(), values).fetchone()
        return int(row[0]) if row else 0


def fingerprint(connection: psycopg.Connection[Any]) -> str:
    """Give what is planned as one digest: two plans have the same when they do the same."""
    lines = sql.SQL(" UNION ALL ").join(_line(shape) for shape in SHAPES)
    row = connection.execute(sql.SQL(_FINGERPRINT).format(lines=lines)).fetchone()
    return str(row[0]) if row else ""


_OF_COURSE: Final = "LEFT JOIN courses ON course_id = lms_course_id"
_JOINED: Final = {
    "lms_enrollments": f"{_OF_COURSE} LEFT JOIN people ON person_id = lms_identity_id",
    "lms_assignments": _OF_COURSE,
}
_COURSE: Final = "coalesce(course, lms_course_id::text)"
_IDENTITY: Final = {
    "lms_enrollments": f"{_COURSE} || chr(31) || coalesce(person, lms_identity_id::text) || chr(31) || role",
    "lms_assignments": _COURSE,
}
"""What a row is of, without keys that are made anew each time."""


def _line(shape: Shape) -> sql.Composed:
    columns = [name for name in shape.written if name not in shape.blind]
    pairs = sql.SQL(", ").join(sql.SQL("{0}, {1}").format(sql.Literal(name), sql.Identifier(name)) for name in columns)
    return sql.SQL(_LINE).format(
        table=sql.Literal(shape.table), plan=sql.Identifier(shape.plan), pairs=pairs,
        identity=sql.SQL(_IDENTITY.get(shape.table, "''")), joined=sql.SQL(_JOINED.get(shape.table, "")),
    )  # fmt: skip
