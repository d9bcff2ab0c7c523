"""What is asked of the tables about people."""

from typing import Final

from toolbox_cli.lms.people.finding import PERSONS

COURSES: Final = """
SELECT id FROM lms_courses
WHERE lms_integration_id = %(integration)s AND (external_course_id = %(said)s OR id = %(key)s)
ORDER BY external_course_id = %(said)s DESC LIMIT 1"""
"""A course by its key there or here; the one there goes before."""

_ENROLLED: Final = """
FROM lms_enrollments AS e
JOIN lms_courses AS c ON c.id = e.lms_course_id
JOIN lms_identities AS i ON i.id = e.lms_identity_id
WHERE c.lms_integration_id = %(integration)s
  AND (%(courses)s::uuid[] IS NULL OR c.id = ANY (%(courses)s))
  AND (%(people)s::uuid[] IS NULL OR i.id = ANY (%(people)s))
  AND (%(role)s::text IS NULL OR e.role = %(role)s)
  AND (%(status)s::text IS NULL OR e.status = %(status)s)"""

ENROLLED_COUNTS: Final = f"""
WITH found AS MATERIALIZED (SELECT e.lms_course_id, e.lms_identity_id, e.role, e.status {_ENROLLED})
SELECT count(*) AS enrollments, count(DISTINCT lms_course_id) AS courses, count(DISTINCT lms_identity_id) AS people,
       (SELECT coalesce(json_object_agg(word, number ORDER BY word), '{{}}')
        FROM (SELECT status, count(*) FROM found GROUP BY 1) AS t (word, number)) AS status,
       (SELECT coalesce(json_object_agg(word, number ORDER BY word), '{{}}')
        FROM (SELECT role, count(*) FROM found GROUP BY 1) AS t (word, number)) AS role
FROM found"""  # noqa: S608  text of ours
"""How many, by standing and by role."""

_ENROLLED_COLUMNS: Final = """
SELECT c.external_course_id AS course, i.external_user_id AS user, e.role, e.status, e.begins_on, e.ends_on,
       e.is_primary, e.source, e.external_enrollment_id AS enrollment"""
_ENROLLED_ORDER: Final = " ORDER BY c.external_course_id, e.role, i.external_user_id"

ENROLLED: Final = _ENROLLED_COLUMNS + _ENROLLED + _ENROLLED_ORDER
"""One row an enrollment, by course, role and user."""

ENROLLED_PERSONAL: Final = (
    _ENROLLED_COLUMNS + ", c.title AS course_title, i.given_name, i.family_name, i.email" + _ENROLLED + _ENROLLED_ORDER
)
"""The same with names; a course's may carry a teacher's."""

_KNOWN_COLUMNS: Final = f"""
WITH RECURSIVE {PERSONS}
SELECT i.external_user_id AS external_id, p.person, i.user_id AS account, i.account_made, i.role, i.status,
       i.is_enabled, i.opted_out, i.locked_fields, i.id, i.last_run_id AS run,
       ARRAY(SELECT l.name || ':' || o.external_user_id FROM lms_identities AS o
             JOIN lms_integrations AS l ON l.id = o.lms_integration_id
             WHERE o.user_id = i.user_id AND o.lms_integration_id <> i.lms_integration_id ORDER BY 1) AS elsewhere
"""  # noqa: S608  text of ours
_KNOWN_FROM: Final = """
FROM lms_identities AS i JOIN persons AS p USING (id)
WHERE (%(people)s::uuid[] IS NULL OR i.id = ANY (%(people)s))
  AND CASE %(only)s::text
      WHEN 'present' THEN i.status = 'present' WHEN 'removed' THEN i.status = 'removed'
      WHEN 'merged' THEN i.merged_into_id IS NOT NULL OR EXISTS (
          SELECT FROM lms_identities AS o WHERE o.merged_into_id = i.id)
      WHEN 'opted-out' THEN i.opted_out WHEN 'locked' THEN i.locked_fields <> '{}'
      WHEN 'without-account' THEN i.user_id IS NULL ELSE true END"""

_KNOWN_ORDER: Final = " ORDER BY p.person, i.merged_into_id IS NOT NULL, i.external_user_id"
KNOWN: Final = _KNOWN_COLUMNS + _KNOWN_FROM + _KNOWN_ORDER
KNOWN_PERSONAL: Final = (
    _KNOWN_COLUMNS
    + ", i.username, i.given_name, i.family_name, i.email, i.sis_id, i.grade_level, i.grade_label"
    + _KNOWN_FROM
    + _KNOWN_ORDER
)
"""One row an identity, those of one person together and the one that counts first."""

KNOWN_COUNTS: Final = (
    "WITH RECURSIVE "
    + PERSONS
    + """
SELECT count(*) AS identities, count(DISTINCT p.root_id) AS people,
       count(*) FILTER (WHERE i.status = 'removed') AS removed, count(i.merged_into_id) AS merged,
       count(*) FILTER (WHERE i.opted_out) AS opted_out, count(*) FILTER (WHERE i.locked_fields <> '{}') AS locked,
       count(*) FILTER (WHERE i.user_id IS NULL) AS without_account"""
    + _KNOWN_FROM
)
"""How many, and how many are special in some way."""
