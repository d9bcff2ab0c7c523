"""Forget people: their names, addresses and keys, wherever an integration has them."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Final, LiteralString

from psycopg import sql

from toolbox_cli.core.errors import UsageError
from toolbox_cli.lms.database import Connection, Integration

_FORGOTTEN: Final = """
CREATE TEMPORARY TABLE forgotten ON COMMIT DROP AS
SELECT i.id, i.external_user_id AS key, i.user_id, i.username, i.email, left(nullif(concat_ws(
       ' ', i.given_name, i.family_name), ''), 200) AS name
FROM lms_identities AS i
WHERE i.id = ANY (%(people)s) AND (
    NOT (username, email, given_name, family_name, sis_id, grade_level, grade_label, sync_hash) IS NULL
    OR NOT i.opted_out AND i.external_user_id <> 'erased-' || i.id)"""
"""Who is to be forgotten, as far as they are not yet."""

_UNDONE: Final = """
INSERT INTO forgotten
SELECT DISTINCT ON (c.row_id) c.row_id, c.external_id, (d.row ->> 'user_id')::uuid, d.row ->> 'username',
       d.row ->> 'email', left(nullif(concat_ws(' ', d.row ->> 'given_name', d.row ->> 'family_name'), ''), 200)
FROM lms_sync_changes AS c JOIN lms_sync_runs AS r ON r.id = c.run_id
CROSS JOIN LATERAL (SELECT coalesce(c.after, c.before) AS row) AS d
WHERE r.lms_integration_id = %(integration)s AND c.table_name = 'lms_identities' AND c.external_id = %(key)s
  AND c.row_id IS NOT NULL AND NOT EXISTS (SELECT FROM forgotten AS f WHERE f.id = c.row_id)
ORDER BY c.row_id, d.row IS NULL, c.run_id DESC"""
"""Who had the key, though undoing took the row away since."""

_ROWS: Final = """
CREATE TEMPORARY TABLE forgotten_row ON COMMIT DROP AS
SELECT 'lms_identities' AS table_name, id FROM forgotten
UNION SELECT 'lms_enrollments', e.id FROM lms_enrollments AS e JOIN forgotten AS f ON f.id = e.lms_identity_id
UNION SELECT 'users', f.user_id FROM forgotten AS f
WHERE f.user_id IS NOT NULL AND NOT EXISTS (
    SELECT FROM lms_identities AS i
    WHERE i.user_id = f.user_id AND i.lms_integration_id = %(integration)s AND i.status = 'present'
      AND i.id NOT IN (SELECT id FROM forgotten))"""
"""Their rows in the journal; an account that is somebody's still is not theirs alone."""

_ROWS_GONE: Final = """
INSERT INTO forgotten_row
SELECT DISTINCT c.table_name, c.row_id FROM lms_sync_changes AS c JOIN lms_sync_runs AS r ON r.id = c.run_id
WHERE r.lms_integration_id = %(integration)s AND c.table_name = 'lms_enrollments' AND c.row_id IS NOT NULL AND (
    c.before ->> 'lms_identity_id' IN (SELECT id::text FROM forgotten)
    OR c.after ->> 'lms_identity_id' IN (SELECT id::text FROM forgotten))"""
"""Enrollments of theirs that undoing took away, or that are another key's by now."""

_CHANGES: Final[LiteralString] = """
UPDATE lms_sync_changes AS c SET before = without_people(c.before), after = without_people(c.after),
    external_id = CASE WHEN c.table_name IN ('lms_courses', 'lms_assignments') THEN c.external_id END
FROM lms_sync_runs AS r
WHERE r.id = c.run_id AND r.lms_integration_id = %(integration)s AND ({theirs}) AND (
    c.before <> without_people(c.before) OR c.after <> without_people(c.after)
    OR c.external_id IS NOT NULL AND c.table_name NOT IN ('lms_courses', 'lms_assignments'))"""
"""Empty the journal, where there is something left to empty: its trigger refuses to do nothing."""

_BY_ROW: Final[LiteralString] = "(c.table_name, c.row_id) IN (SELECT table_name, id FROM forgotten_row)"

_ANYWHERE: Final[LiteralString] = """
    c.row_id IS NULL AND c.table_name IN ('lms_identities', 'users') AND c.external_id IN (SELECT key FROM forgotten)
    OR c.row_id IS NULL AND c.table_name = 'lms_enrollments'
    AND c.after ->> 'lms_identity_id' IN (SELECT id::text FROM forgotten)
    OR c.table_name = 'lms_courses' AND EXISTS (
        SELECT FROM forgotten AS f WHERE f.name IN (c.before ->> 'instructor_name', c.after ->> 'instructor_name')
        OR f.email IN (c.before ->> 'instructor_email', c.after ->> 'instructor_email'))"""
"""Where one person may stand beside rows of their own: not made yet, or named by a course."""

_ISSUES: Final = """
UPDATE lms_sync_issues AS s SET external_id = NULL, place = NULL, message = 'What it was about is forgotten.'
FROM lms_sync_runs AS r
WHERE r.id = s.run_id AND r.lms_integration_id = %(integration)s AND (
    s.kind = 'user' AND s.external_id IN (SELECT key FROM forgotten)
    OR s.kind = 'enrollment' AND (
        split_part(s.external_id, '/', 2) IN (SELECT key FROM forgotten)
        OR s.external_id IN (
            SELECT e.external_enrollment_id FROM lms_enrollments AS e JOIN forgotten AS f ON f.id = e.lms_identity_id))
    OR s.message ~ %(said)s)"""

_MESSAGES: Final = """
UPDATE lms_sync_runs SET error_message = NULL
WHERE lms_integration_id = %(integration)s AND error_message ~ %(said)s"""

_SAID: Final = r"""
SELECT '(^|[^[:alnum:]])(' || string_agg(regexp_replace(said, '([^[:alnum:][:space:]])', '\\\1', 'g'), '|')
    || ')($|[^[:alnum:]])'
FROM (
    SELECT unnest(ARRAY[key, username, email, name]) AS said FROM forgotten
) AS each WHERE length(said) > 1"""
"""Expression for what messages may call them."""

_ENROLLMENTS: Final = """
UPDATE lms_enrollments AS e SET external_enrollment_id = NULL
FROM forgotten AS f WHERE f.id = e.lms_identity_id AND e.external_enrollment_id IS NOT NULL"""

_COURSES: Final = """
UPDATE lms_courses AS c SET instructor_name = NULL, instructor_email = NULL
FROM lms_enrollments AS e JOIN forgotten AS f ON f.id = e.lms_identity_id
WHERE e.lms_course_id = c.id AND e.role = 'teacher' AND (c.instructor_name = f.name OR c.instructor_email = f.email)"""

_PEOPLE: Final = """
UPDATE lms_identities AS i SET username = NULL, email = NULL, given_name = NULL, family_name = NULL, sis_id = NULL,
    grade_level = NULL, grade_label = NULL, sync_hash = NULL,
    external_user_id = CASE WHEN i.opted_out THEN i.external_user_id ELSE 'erased-' || i.id END
FROM forgotten AS f WHERE f.id = i.id"""
"""Only the key of who is left out of syncs stays: without it the next sync would bring them back."""


def erase(
    connection: Connection, integration: Integration, people: Sequence[uuid.UUID], *, key: str | None = None
) -> dict[str, int]:
    """Forget people of an integration; who is forgotten already is left alone.

    Args:
        connection: in a transaction that holds the integration's lock; once in it.
        integration: whose they are.
        people: keys of identities.
        key: of one person, looked for everywhere: in messages, in courses, in what was undone.

    Returns:
        How many changes, issues, people, enrollments and courses were changed, by name.

    Raises:
        UsageError: nobody had the key.

    Effects: writes these and the journal; never commits.
    """
    values: dict[str, Any] = {"integration": integration.id, "people": list(people), "key": key, "said": None}
    connection.execute(_FORGOTTEN.encode(), values)
    if key is not None:
        found = connection.execute(_UNDONE, values).rowcount
        if not found and not people:
            raise UsageError(
                f"{integration.name} has and had nobody with the key {key}.",
                remedy=f"See who there is with: toolbox lms identities {integration.name}",
            )
        [(values["said"],)] = connection.execute(_SAID).fetchall()
    connection.execute(_ROWS, values)
    if key is not None:
        connection.execute(_ROWS_GONE, values)
    connection.execute("ANALYZE forgotten, forgotten_row")
    return _written(connection, values, _BY_ROW if key is None else f"{_BY_ROW} OR {_ANYWHERE}")


def empty(connection: Connection, theirs: LiteralString, values: Mapping[str, Any]) -> int:
    """Empty changes in the journal of an integration.

    Args:
        connection: in a transaction.
        theirs: condition of the changes, `c`, and runs, `r`.
        values: for it, and `integration`.

    Returns:
        How many there were.
    """
    return connection.execute(sql.SQL(_CHANGES).format(theirs=sql.SQL(theirs)), values).rowcount


def _written(connection: Connection, values: Mapping[str, Any], theirs: LiteralString) -> dict[str, int]:
    counts = {
        "changes": empty(connection, theirs, values),
        "issues": connection.execute(_ISSUES, values).rowcount,
        "courses": connection.execute(_COURSES).rowcount,
        "enrollments": connection.execute(_ENROLLMENTS).rowcount,
        "people": connection.execute(_PEOPLE).rowcount,
    }
    connection.execute(_MESSAGES, values)
    return counts
