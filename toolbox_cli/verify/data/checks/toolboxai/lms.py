"""Learning management systems: secrets, references, and grades that go out; rosters are in `rosters.py`."""

from typing import Final

from toolbox_cli.core.findings import Severity
from toolbox_cli.verify.data.check import Check

CHECKS: Final = (
    Check(
        "lms-secrets",
        "lms_integrations",
        "client_secret_encrypted, api_key_encrypted, refresh_token_encrypted",
        Severity.ERROR,
        "Secrets of learning management systems are encrypted with the installation's keys.",
        "The column holds what looks like the secret itself: whoever reads it can read and write a school's grades.",
        "Have the secret replaced at the system, and enter the new one with toolbox.",
        """
        SELECT id FROM {toolboxai}.lms_integrations WHERE client_secret_encrypted !~ %(encrypted)s
        OR api_key_encrypted !~ %(encrypted)s OR refresh_token_encrypted !~ %(encrypted)s""",
    ),
    Check(
        "linked-content-missing",
        "lms_courses",
        "linked_content_ids",
        Severity.WARNING,
        "Content that a course links to exists.",
        "The list names content that is not there, as no foreign key can hold a list to its word.",
        "Take the key out of linked_content_ids.",
        """
        SELECT DISTINCT c.id FROM {toolboxai}.lms_courses AS c CROSS JOIN unnest(c.linked_content_ids) AS linked (id)
        WHERE linked.id IS NOT NULL AND NOT EXISTS (
            SELECT FROM {toolboxai}.educational_content AS e WHERE e.id = linked.id)""",
    ),
    Check(
        "grade-of-another",
        "lms_grade_passbacks",
        "user_id",
        Severity.ERROR,
        "A grade goes out under the name of whoever earned it.",
        "The attempt or progress that the grade comes from is another student's: one child's grade in another's book.",
        "Stop the passback (status dead), correct the grade at the school, and find out who wrote the row.",
        """
        SELECT g.id FROM {toolboxai}.lms_grade_passbacks AS g
        LEFT JOIN {toolboxai}.quiz_attempts AS a ON a.id = g.quiz_attempt_id
        LEFT JOIN {toolboxai}.user_progress AS p ON p.id = g.progress_id
        WHERE g.user_id <> a.user_id OR g.user_id <> p.user_id""",
    ),
    Check(
        "grade-percentage",
        "lms_grade_passbacks",
        "percentage",
        Severity.WARNING,
        "A grade's percentage is its score in percent of the points possible, 100 at most.",
        "The school gets one result or the other, depending on which figure its system reads.",
        "Find out which figure is right, correct the other, and send the grade again.",
        """
        SELECT id FROM {toolboxai}.lms_grade_passbacks WHERE points_possible > 0
        AND abs(percentage - least(100, 100 * score / points_possible)) > 0.01""",
    ),
)
