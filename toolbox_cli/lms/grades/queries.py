"""The steps from results to grades, each a table of its own that the server then knows the size of."""

from typing import Final, LiteralString

from toolbox_cli.lms.grades.consents import CONSENTED, WITHHELD

RULES: Final[LiteralString] = """
CREATE TEMPORARY TABLE grading_rules ON COMMIT DROP AS
SELECT * FROM jsonb_to_recordset(%(rules)s::jsonb)
AS r (integration_id uuid, policy text, progress text, bonus boolean, letters jsonb)"""

ASSIGNMENTS: Final[LiteralString] = """
CREATE TEMPORARY TABLE grading_assignments ON COMMIT DROP AS
SELECT r.*, a.id, a.lms_course_id AS course_id, a.points_possible AS points, a.toolboxai_quiz_id AS quiz_id,
       CASE WHEN a.toolboxai_quiz_id IS NULL THEN a.toolboxai_content_id END AS content_id,
       coalesce(a.unlock_date, '-infinity') AS opens_at, coalesce(a.lock_date, 'infinity') AS locks_at
FROM grading_rules AS r
JOIN lms_courses AS c ON c.lms_integration_id = r.integration_id
JOIN lms_assignments AS a ON a.lms_course_id = c.id
WHERE c.status = 'active' AND a.status = 'active' AND a.grade_passback_enabled IS NOT FALSE
  AND a.points_possible > 0 AND num_nonnulls(a.toolboxai_quiz_id, a.toolboxai_content_id) > 0"""
"""The linked assignments that take grades; progress with the content counts where there is no quiz."""

STUDENTS: Final[LiteralString] = """
CREATE TEMPORARY TABLE grading_students ON COMMIT DROP AS
WITH RECURSIVE merged AS (
    SELECT id, merged_into_id AS into_id FROM lms_identities WHERE merged_into_id IS NOT NULL
    UNION
    SELECT m.id, i.merged_into_id FROM merged AS m JOIN lms_identities AS i ON i.id = m.into_id
    WHERE i.merged_into_id IS NOT NULL
),
counting AS (
    SELECT m.id, i.user_id, i.opted_out FROM merged AS m
    JOIN lms_identities AS i ON i.id = m.into_id AND i.merged_into_id IS NULL
)
SELECT DISTINCT ON (e.lms_course_id, who.user_id) e.lms_course_id AS course_id, who.user_id, i.external_user_id
FROM lms_enrollments AS e
JOIN lms_identities AS i ON i.id = e.lms_identity_id
LEFT JOIN counting AS k ON k.id = i.id
CROSS JOIN LATERAL (SELECT CASE WHEN k.id IS NULL THEN i.user_id ELSE k.user_id END AS user_id) AS who
WHERE e.lms_course_id IN (SELECT course_id FROM grading_assignments) AND e.role = 'student' AND e.status = 'active'
  AND i.status = 'present' AND NOT i.opted_out AND k.opted_out IS NOT TRUE AND who.user_id IS NOT NULL
ORDER BY e.lms_course_id, who.user_id, i.merged_into_id IS NOT NULL, i.external_user_id"""
"""Who is graded, by course: of a person with two accounts there the one that counts."""

RESULTS: Final[LiteralString] = f"""
CREATE TEMPORARY TABLE grading_results ON COMMIT DROP AS
SELECT g.id, s.user_id, s.external_user_id, t.score AS percent, t.completed_at AS reached_at,
       t.attempt_number AS number, t.id AS key, t.id AS quiz_attempt_id, NULL::uuid AS progress_id,
       NULL::uuid AS roblox_quiz_result_id
FROM grading_assignments AS g JOIN grading_students AS s USING (course_id)
JOIN quiz_attempts AS t ON t.quiz_id = g.quiz_id AND t.user_id = s.user_id
WHERE NOT EXISTS ({WITHHELD})
UNION ALL
SELECT g.id, s.user_id, s.external_user_id, round(r.percentage_score::numeric, 2), r.completed_at, 0, r.id, NULL, NULL,
       r.id
FROM grading_assignments AS g JOIN grading_students AS s USING (course_id)
JOIN roblox_quiz_results AS r ON r.quiz_id = g.quiz_id AND r.completed
JOIN roblox_player_progress AS p ON p.id = r.player_progress_id AND p.student_id = s.user_id
JOIN users AS u ON u.id = s.user_id
WHERE {CONSENTED} AND NOT EXISTS (
    SELECT FROM quiz_attempts AS t
    WHERE t.quiz_id = r.quiz_id AND t.user_id = p.student_id AND t.started_at = r.started_at)
UNION ALL
SELECT g.id, s.user_id, s.external_user_id,
       CASE g.progress WHEN 'completion' THEN t.completion_percentage
           ELSE coalesce(t.best_score, t.completion_percentage) END,
       coalesce(t.last_interaction, t.updated_at), 0, t.id, NULL, t.id, NULL
FROM grading_assignments AS g JOIN grading_students AS s USING (course_id)
JOIN user_progress AS t ON t.content_id = g.content_id AND t.user_id = s.user_id
WHERE t.completion_percentage >= CASE g.progress WHEN 'completion' THEN 0.01 ELSE 100 END"""  # noqa: S608  text of ours
"""What students reached: attempts, what was finished in Roblox and is no attempt yet, progress."""

CHOSEN: Final[LiteralString] = """
CREATE TEMPORARY TABLE grading_chosen ON COMMIT DROP AS
WITH counted AS (
    SELECT r.*, g.integration_id, g.policy, g.points, g.letters,
           least(round(g.points * CASE WHEN g.bonus THEN r.percent ELSE least(r.percent, 100) END / 100, 2), 999999.99)
               AS score
    FROM grading_results AS r JOIN grading_assignments AS g USING (id)
    WHERE r.percent IS NOT NULL AND r.reached_at BETWEEN g.opens_at AND g.locks_at AND r.reached_at <= now()
)
SELECT DISTINCT ON (id, user_id) *, least(round(100 * score / points, 2), 100) AS percentage FROM counted
ORDER BY id, user_id, CASE policy WHEN 'best' THEN -percent WHEN 'last' THEN -extract(epoch FROM reached_at) END,
         CASE policy WHEN 'last' THEN -number ELSE extract(epoch FROM reached_at) END, number, key"""
"""What of it is the grade."""

MAKE: Final[LiteralString] = """
WITH earlier AS (
    SELECT DISTINCT ON (g.lms_assignment_id, g.user_id) g.lms_assignment_id AS id, g.user_id, g.external_user_id,
           g.score, g.points_possible, g.created_at,
           count(*) OVER (PARTITION BY g.lms_assignment_id, g.user_id) AS number
    FROM lms_grade_passbacks AS g WHERE g.lms_assignment_id IN (SELECT id FROM grading_assignments)
    ORDER BY g.lms_assignment_id, g.user_id, g.created_at DESC NULLS LAST, g.id DESC
),
made AS (
    INSERT INTO lms_grade_passbacks
        (id, lms_assignment_id, user_id, external_user_id, score, points_possible, percentage, letter_grade,
         quiz_attempt_id, progress_id, roblox_quiz_result_id, graded_at, created_at)
    SELECT md5(concat_ws('/', 'grade', n.id, n.user_id, n.external_user_id, n.key, n.score, n.points,
               coalesce(e.number, 0)))::uuid,
           n.id, n.user_id, n.external_user_id, n.score, n.points, n.percentage,
           (SELECT l.letter FROM jsonb_to_recordset(n.letters) AS l (letter text, least numeric)
            WHERE l.least <= n.percentage ORDER BY l.least DESC, l.letter LIMIT 1),
           n.quiz_attempt_id, n.progress_id, n.roblox_quiz_result_id, n.reached_at,
           greatest(statement_timestamp(), e.created_at + interval '1 microsecond')
    FROM grading_chosen AS n LEFT JOIN earlier AS e USING (id, user_id)
    WHERE (e.external_user_id, e.score, e.points_possible) IS DISTINCT FROM (n.external_user_id, n.score, n.points)
    ON CONFLICT (id) DO NOTHING
    RETURNING lms_assignment_id AS id
)
SELECT r.integration_id,
       (SELECT count(*) FROM grading_assignments AS g WHERE g.integration_id = r.integration_id) AS assignments,
       (SELECT count(*) FROM grading_chosen AS n WHERE n.integration_id = r.integration_id) AS graded,
       (SELECT count(*) FROM made JOIN grading_assignments AS g USING (id) WHERE g.integration_id = r.integration_id)
           AS made
FROM grading_rules AS r"""
"""Make the grades that differ from the last ones made, and count."""

STEPS: Final[dict[LiteralString, LiteralString]] = {
    "grading_rules": RULES,
    "grading_assignments": ASSIGNMENTS,
    "grading_students": STUDENTS,
    "grading_results": RESULTS,
    "grading_chosen": CHOSEN,
}
"""Table to what makes it, in order."""
