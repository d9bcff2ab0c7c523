import pytest

from tests.lms.district import settle
from tests.lms.group import Lms
from tests.support.commands import CommandLine
from tests.support.servers import Database

ROWS = """
INSERT INTO educational_content (id, title, subject, grade_level, environment_type, content_data, is_template) VALUES
    ({island}, 'Fraction Island', 'Mathematics', 5, 'island', '{{}}', false),
    ({bridge}, 'Ratio Bridge', 'Mathematics', 6, 'island', '{{}}', false),
    ({twin}, 'Ratio Bridge', 'Science', 6, 'island', '{{}}', false),
    ({mold}, 'Any Island', 'Mathematics', 5, 'island', '{{}}', true);
INSERT INTO quizzes (id, title, subject, grade_level, content_id) VALUES
    ({island_quiz}, 'Adding Fractions', 'Mathematics', 5, {island}),
    ({bridge_quiz}, 'Ratios and Rates', 'Mathematics', 6, {bridge}),
    ({lone_quiz}, 'Photosynthesis', 'Science', 5, NULL);
INSERT INTO quiz_questions (quiz_id, question_type, question_text, points, order_index) VALUES
    ({island_quiz}, 'open', '1/2 + 1/3', 6, 0), ({island_quiz}, 'open', '1/4 + 1/4', 4, 1),
    ({bridge_quiz}, 'open', '3 : 4', 20, 0);
INSERT INTO lms_assignments (id, lms_course_id, external_assignment_id, title, points_possible, raw_data) VALUES
    ({fractions}, {math}, 'a-1', 'Homework 3: adding fractions', 10, '{{"weight": 1.10}}'),
    ({plants}, {science}, 'a-1', 'Photosynthesis', NULL, NULL),
    ({ratios}, {math}, 'a-2', 'Ratios', 20, NULL),
    ({lone}, {math}, 'a-3', 'Painting', 10, NULL)"""


@pytest.fixture
def lms(cli: CommandLine, database: Database) -> Lms:
    settle(database, ROWS)
    return Lms(cli, database)
