"""Make grades of results: one for each student and assignment, as the integration's policy chooses."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, LiteralString

from toolbox_cli.core.database.locks import lock_transaction
from toolbox_cli.lms.database import Connection, rows
from toolbox_cli.lms.grades.consents import CONSENTED, WITHHELD
from toolbox_cli.lms.grades.rules import Graded
from toolbox_cli.lms.grades.superseding import supersede

LOCK: Final = 0x6772_6164
"""One collecting at a time: "grad" in ASCII."""
WAIT_S: Final = 30

_RULES: Final[LiteralString] = """
rules AS (
    SELECT * FROM jsonb_to_recordset(%(rules)s::jsonb)
    AS r (integration_id uuid, policy text, progress text, bonus boolean, letters jsonb)
)"""

_ASSIGNMENTS: Final[LiteralString] = """
graded AS (
    SELECT r.*, a.id, a.lms_course_id AS course_id, a.points_possible AS points, a.toolboxai_quiz_id AS quiz_id,
           CASE WHEN a.toolboxai_quiz_id IS NULL THEN a.toolboxai_content_id END AS content_id,
           coalesce(a.unlock_date, '-infinity') AS opens_at, coalesce(a.lock_date, 'infinity') AS locks_at
    FROM rules AS r
    JOIN lms_courses AS c ON c.lms_integration_id = r.integration_id
    JOIN lms_assignments AS a ON a.lms_course_id = c.id
    WHERE c.status = 'active' AND a.status = 'active' AND a.grade_passback_enabled IS NOT FALSE
      AND a.points_possible > 0 AND num_nonnulls(a.toolboxai_quiz_id, a.toolboxai_content_id) > 0
)"""
"""The linked assignments that take grades; progress with the content counts where there is no quiz."""

_STUDENTS: Final[LiteralString] = """
merged AS (
    SELECT id, merged_into_id AS into_id FROM lms_identities WHERE merged_into_id IS NOT NULL
    UNION
    SELECT m.id, i.merged_into_id FROM merged AS m JOIN lms_identities AS i ON i.id = m.into_id
    WHERE i.merged_into_id IS NOT NULL
),
counting AS (
    SELECT m.id, i.user_id, i.opted_out FROM merged AS m
    JOIN lms_identities AS i ON i.id = m.into_id AND i.merged_into_id IS NULL
),
students AS (
    SELECT DISTINCT ON (e.lms_course_id, who.user_id) e.lms_course_id AS course_id, who.user_id, i.external_user_id
    FROM lms_enrollments AS e
    JOIN lms_identities AS i ON i.id = e.lms_identity_id
    LEFT JOIN counting AS k ON k.id = i.id
    CROSS JOIN LATERAL (SELECT CASE WHEN k.id IS NULL THEN i.user_id ELSE k.user_id END AS user_id) AS who
    WHERE e.lms_course_id IN (SELECT course_id FROM graded) AND e.role = 'student' AND e.status = 'active'
      AND i.status = 'present' AND NOT i.opted_out AND k.opted_out IS NOT TRUE AND who.user_id IS NOT NULL
    ORDER BY e.lms_course_id, who.user_id, i.merged_into_id IS NOT NULL, i.external_user_id
)"""
"""Who is graded, by course: of a person with two accounts there the one that counts."""

_RESULTS: Final[LiteralString] = f"""
results AS (
    SELECT g.id, s.user_id, t.score AS percent, t.completed_at AS reached_at, t.attempt_number AS number,
           t.id AS key, t.id AS quiz_attempt_id, NULL::uuid AS progress_id, NULL::uuid AS roblox_quiz_result_id
    FROM graded AS g JOIN students AS s USING (course_id)
    JOIN quiz_attempts AS t ON t.quiz_id = g.quiz_id AND t.user_id = s.user_id
    WHERE NOT EXISTS ({WITHHELD})
    UNION ALL
    SELECT g.id, s.user_id, round(r.percentage_score::numeric, 2), r.completed_at, 0, r.id, NULL, NULL, r.id
    FROM graded AS g JOIN students AS s USING (course_id)
    JOIN roblox_quiz_results AS r ON r.quiz_id = g.quiz_id AND r.completed
    JOIN roblox_player_progress AS p ON p.id = r.player_progress_id AND p.student_id = s.user_id
    JOIN users AS u ON u.id = s.user_id
    WHERE {CONSENTED} AND NOT EXISTS (
        SELECT FROM quiz_attempts AS t
        WHERE t.quiz_id = r.quiz_id AND t.user_id = p.student_id AND t.started_at = r.started_at)
    UNION ALL
    SELECT g.id, s.user_id, CASE g.progress WHEN 'completion' THEN t.completion_percentage
               ELSE coalesce(t.best_score, t.completion_percentage) END,
           coalesce(t.last_interaction, t.updated_at), 0, t.id, NULL, t.id, NULL
    FROM graded AS g JOIN students AS s USING (course_id)
    JOIN user_progress AS t ON t.content_id = g.content_id AND t.user_id = s.user_id
    WHERE t.completion_percentage >= CASE g.progress WHEN 'completion' THEN 0.01 ELSE 100 END
)"""  # noqa: S608  text of ours
"""What students reached: attempts, what was finished in Roblox and is no attempt yet, progress."""

_CHOSEN: Final[LiteralString] = """
counted AS (
    SELECT r.*, g.integration_id, g.policy, g.points, g.letters, s.external_user_id,
           least(round(g.points * CASE WHEN g.bonus THEN r.percent ELSE least(r.percent, 100) END / 100, 2), 999999.99)
               AS score
    FROM results AS r JOIN graded AS g USING (id) JOIN students AS s USING (course_id, user_id)
    WHERE r.percent IS NOT NULL AND r.reached_at BETWEEN g.opens_at AND g.locks_at AND r.reached_at <= now()
),
chosen AS (
    SELECT DISTINCT ON (id, user_id) *, least(round(100 * score / points, 2), 100) AS percentage FROM counted
    ORDER BY id, user_id, CASE policy WHEN 'best' THEN -percent WHEN 'last' THEN -extract(epoch FROM reached_at) END,
             CASE policy WHEN 'last' THEN -number ELSE extract(epoch FROM reached_at) END, number, key
),
earlier AS (
    SELECT DISTINCT ON (g.lms_assignment_id, g.user_id) g.lms_assignment_id AS id, g.user_id, g.external_user_id,
           g.score, g.points_possible, g.created_at, count(*) OVER pair AS number,
           max(coalesce(g.graded_at, g.created_at)) OVER pair AS graded_at
    FROM lms_grade_passbacks AS g WHERE g.lms_assignment_id IN (SELECT id FROM graded)
    WINDOW pair AS (PARTITION BY g.lms_assignment_id, g.user_id)
    ORDER BY g.lms_assignment_id, g.user_id, g.created_at DESC NULLS LAST, g.id DESC
)"""
"""What of it is the grade, and the grade that was made last."""

_COLLECT: Final[LiteralString] = f"""
WITH RECURSIVE {_RULES}, {_ASSIGNMENTS}, {_STUDENTS}, {_RESULTS}, {_CHOSEN}, made AS (
    INSERT INTO lms_grade_passbacks
        (id, lms_assignment_id, user_id, external_user_id, score, points_possible, percentage, letter_grade,
         quiz_attempt_id, progress_id, roblox_quiz_result_id, graded_at, created_at)
    SELECT md5(concat_ws('/', 'grade', n.id, n.user_id, n.external_user_id, n.key, n.score, n.points,
               coalesce(e.number, 0)))::uuid,
           n.id, n.user_id, n.external_user_id, n.score, n.points, n.percentage,
           (SELECT l.letter FROM jsonb_to_recordset(n.letters) AS l (letter text, least numeric)
            WHERE l.least <= n.percentage ORDER BY l.least DESC, l.letter LIMIT 1),
           n.quiz_attempt_id, n.progress_id, n.roblox_quiz_result_id,
           CASE WHEN e.graded_at >= n.reached_at THEN statement_timestamp() ELSE n.reached_at END,
           greatest(statement_timestamp(), e.created_at + interval '1 microsecond')
    FROM chosen AS n LEFT JOIN earlier AS e USING (id, user_id)
    WHERE (e.external_user_id, e.score, e.points_possible) IS DISTINCT FROM (n.external_user_id, n.score, n.points)
    ON CONFLICT (id) DO NOTHING
    RETURNING lms_assignment_id AS id
)
SELECT r.integration_id,
       (SELECT count(*) FROM graded AS g WHERE g.integration_id = r.integration_id) AS assignments,
       (SELECT count(*) FROM chosen AS n WHERE n.integration_id = r.integration_id) AS graded,
       (SELECT count(*) FROM made JOIN graded AS g USING (id) WHERE g.integration_id = r.integration_id) AS made
FROM rules AS r"""  # noqa: S608  text of ours
"""Make the grades that are not the last ones made already."""


@dataclass(frozen=True, slots=True)
class Collected:
    """What was made of the results of an integration.

    Attributes:
        assignments: how many of its assignments take grades.
        graded: how many grades the results give, over all students and assignments.
        made: how many of them are new.
        superseded: how many unsent ones a newer one goes in place of.
    """

    integration: Graded
    assignments: int = 0
    graded: int = 0
    made: int = 0
    superseded: int = 0


def collect(connection: Connection, integrations: Sequence[Graded]) -> list[Collected]:
    """Make pending grades of what students reached; doing it twice makes nothing twice.

    A grade is made where it differs from the last one of the same student and assignment: in score, points or account.
    One that is there already stays, also when its result is gone.

    Args:
        connection: in a transaction, READ COMMITTED.
        integrations: those that are left out get nothing.

    Raises:
        LockedError: another collecting goes on.

    Effects: writes `lms_grade_passbacks`; never commits.
    """
    lock_transaction(connection, LOCK, wait_s=WAIT_S)
    working = [one for one in integrations if one.left_out is None]
    rules = json.dumps([_as_rule(one) for one in working])
    found = {row.pop("integration_id"): row for row in rows(connection, _COLLECT, {"rules": rules})}
    superseded = supersede(connection, [one.id for one in working])
    return [Collected(one, **found.get(one.id, {}), superseded=superseded.get(one.id, 0)) for one in integrations]


def _as_rule(one: Graded) -> dict[str, Any]:
    rules = asdict(one.rules)
    letters = [{"letter": letter, "least": least} for letter, least in one.rules.letters.items()]
    return {"integration_id": str(one.id), "letters": letters} | {
        name: rules[name] for name in ("policy", "progress", "bonus")
    }
