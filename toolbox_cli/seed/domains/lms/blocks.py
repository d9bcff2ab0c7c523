"""Learning management systems: a block is a class; the first one of each school connects the school's system."""

from collections.abc import Mapping, Sequence
from typing import Final

from toolbox_cli.seed.domains.classes.amounts import expected as expected_of_classes
from toolbox_cli.seed.domains.classes.playing import play
from toolbox_cli.seed.domains.classes.roster import CLASSES_A_SCHOOL, SUBJECTS_A_CLASS, roster
from toolbox_cli.seed.domains.lms import courses, grades, journal, nights, people, systems
from toolbox_cli.seed.making.domain import Context
from toolbox_cli.seed.making.text import Row
from toolbox_cli.seed.profiles.shape import Profile

TABLES: Final[Mapping[str, tuple[str, ...]]] = {
    "lms_integrations": systems.COLUMNS,
    "lms_courses": courses.COURSE_COLUMNS,
    "lms_assignments": courses.ASSIGNMENT_COLUMNS,
    "lms_grade_passbacks": grades.COLUMNS,
    "lms_sync_runs": nights.RUN_COLUMNS,
    "lms_sync_issues": nights.ISSUE_COLUMNS,
    "lms_identities": people.IDENTITY_COLUMNS,
    "lms_enrollments": people.ENROLLMENT_COLUMNS,
    "lms_sync_changes": journal.CHANGE_COLUMNS,
}
AFTERWARDS: Final[Sequence[str]] = (nights.COUNTED,)


def blocks(profile: Profile) -> int:
    return profile.class_count


def make(context: Context, block: int) -> Mapping[str, list[Row]]:
    school_class, system = roster(context, block), systems.system_of(context, block)
    synced, first = nights.Nights(context, system), block % CLASSES_A_SCHOOL == 0
    made = courses.Courses(context, school_class, system, synced)
    played = play(context, school_class) if made.assignments else None
    graded = grades.grade_rows(context, school_class, system, made.assignments, played) if played else ()
    return {
        "lms_integrations": [system.row(synced.columns())] if first else [],
        "lms_courses": made.courses,
        "lms_assignments": made.rows,
        "lms_grade_passbacks": list(graded),
        "lms_sync_runs": list(synced.rows()) if first else [],
        "lms_sync_issues": list(synced.issues()) if first else [],
        "lms_identities": made.people.identities,
        "lms_enrollments": made.people.enrollments,
        "lms_sync_changes": made.journal.rows,
    }


def expected(profile: Profile) -> Mapping[str, int]:
    """Say about how many rows each table gets, from what the classes themselves are expected to be."""
    wanted, taught = profile.lms, expected_of_classes(profile)
    linked = int(profile.class_count * wanted.classes_with_course)
    schools = -(-profile.class_count // CLASSES_A_SCHOOL)
    students = profile.students * linked / max(profile.class_count, 1)
    assignments = linked * profile.classes.lessons * wanted.assignments_a_lesson
    identities = students * (1 + people.MERGED) + linked + schools
    enrollments = SUBJECTS_A_CLASS * (students + linked) + linked * people.HELPERS
    learners = profile.learners
    changed = students * (
        learners.leaving + people.MERGED + SUBJECTS_A_CLASS * (learners.leaving + learners.never_back)
    )
    runs = schools * profile.calendar.days
    return {
        "lms_integrations": schools,
        "lms_courses": linked * SUBJECTS_A_CLASS,
        "lms_assignments": round(assignments),
        "lms_sync_runs": runs,
        "lms_sync_issues": round(runs * nights.PARTIAL * nights.REFUSED),
        "lms_identities": round(identities),
        "lms_enrollments": round(enrollments),
        "lms_sync_changes": round(linked * SUBJECTS_A_CLASS + assignments + identities + enrollments + changed),
        "lms_grade_passbacks": round(
            taught["quiz_attempts"] * linked / profile.class_count * wanted.assignments_a_lesson * wanted.passed_back
        ),
    }
