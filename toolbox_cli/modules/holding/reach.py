"""Whom assignments reach: a student, the students of a team, or those of a university."""

from typing import Final

REACHES: Final = """
SELECT a.id, a.module_id, a.assignment_type, a.student_id FROM module_assignments AS a
WHERE a.module_id = ANY (%(modules)s) AND a.student_id IS NOT NULL
UNION ALL
SELECT a.id, a.module_id, a.assignment_type, s.id FROM module_assignments AS a JOIN students AS s USING (team_id)
WHERE a.module_id = ANY (%(modules)s) AND a.student_id IS NULL
UNION ALL
SELECT a.id, a.module_id, a.assignment_type, s.id FROM module_assignments AS a JOIN students AS s USING (university_id)
WHERE a.module_id = ANY (%(modules)s) AND a.student_id IS NULL AND a.team_id IS NULL"""
"""Each assignment of some modules with each student that it reaches."""

UNREACHED: Final = """
NOT EXISTS (SELECT FROM module_assignments AS a WHERE a.module_id = r.module_id AND a.student_id = s.id)
AND NOT EXISTS (
    SELECT FROM module_assignments AS a
    WHERE a.module_id = r.module_id AND a.student_id IS NULL AND a.team_id = s.team_id)
AND NOT EXISTS (
    SELECT FROM module_assignments AS a
    WHERE a.module_id = r.module_id AND a.student_id IS NULL AND a.team_id IS NULL
    AND a.university_id = s.university_id)"""
"""Whether no assignment of the module of a row `r` reaches a row `s` of `students`."""
