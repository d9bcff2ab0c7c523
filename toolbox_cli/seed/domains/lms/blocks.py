"""Learning management systems: a block is a class; the first one of each school connects the school's system."""

from collections.abc import Mapping, Sequence
from typing import Final

from toolbox_cli.seed.domains.classes.amounts import expected as expected_of_classes
from toolbox_cli.seed.domains.classes.playing import play
from toolbox_cli.seed.domains.classes.roster import CLASSES_A_SCHOOL, SUBJECTS_A_CLASS, roster
from toolbox_cli.seed.domains.lms import courses, grades, systems
from toolbox_cli.seed.making.domain import Context
from toolbox_cli.seed.making.text import Row
from toolbox_cli.seed.profiles.shape import Profile

TABLES: Final[Mapping[str, tuple[str, ...]]] = {
    "lms_integrations": systems.COLUMNS,
    "lms_courses": courses.COURSE_COLUMNS,
    "lms_assignments": courses.ASSIGNMENT_COLUMNS,
    "lms_grade_passbacks": grades.COLUMNS,
}
AFTERWARDS: Final[Sequence[str]] = ()


def blocks(profile: Profile) -> int:
    return profile.class_count


def make(context: Context, block: int) -> Mapping[str, list[Row]]:
    school_class, system = roster(context, block), systems.system_of(context, block)
    made = courses.Courses(context, school_class, system)
    played = play(context, school_class) if made.assignments else None
    graded = grades.grade_rows(context, school_class, system, made.assignments, played) if played else ()
    return {
        "lms_integrations": [system.row()] if block % CLASSES_A_SCHOOL == 0 else [],
        "lms_courses": made.courses,
        "lms_assignments": made.rows,
        "lms_grade_passbacks": list(graded),
    }


def expected(profile: Profile) -> Mapping[str, int]:
    """Say about how many rows each table gets, from what the classes themselves are expected to be."""
    wanted, taught = profile.lms, expected_of_classes(profile)
    linked = int(profile.class_count * wanted.classes_with_course)
    return {
        "lms_integrations": -(-profile.class_count // CLASSES_A_SCHOOL),
        "lms_courses": linked * SUBJECTS_A_CLASS,
        "lms_assignments": round(linked * profile.classes.lessons * wanted.assignments_a_lesson),
        "lms_grade_passbacks": round(
            taught["quiz_attempts"] * linked / profile.class_count * wanted.assignments_a_lesson * wanted.passed_back
        ),
    }
