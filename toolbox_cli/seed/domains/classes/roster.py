"""A class: who is in it, what they are taught, and when they meet. Everything else is made from this."""

from dataclasses import dataclass
from typing import Final

from toolbox_cli.seed.domains.classes.enrolling import Enrolling
from toolbox_cli.seed.domains.classes.people import Person, Student
from toolbox_cli.seed.domains.classes.shared import shared_of
from toolbox_cli.seed.domains.classes.timetable import Lesson, Timetable
from toolbox_cli.seed.making.calendar import Day
from toolbox_cli.seed.making.domain import Context

CLASSES_A_SCHOOL: Final = 40
SUBJECTS_A_CLASS: Final = 4
DISTRICT: Final = "Example District"
_FIRST: Final = (
    "Riverbend", "Maple", "Cedar", "Willow", "Granite", "Harbor", "Prairie", "Juniper", "Summit", "Meadow", "Canyon",
    "Birch", "Lakeside", "Orchard", "Foxglove", "Sandstone",
)  # fmt: skip
_SECOND: Final = ("", " Grove", " Hill", " Creek", " Valley", " Park", " Bridge", " Field")


@dataclass(frozen=True, slots=True)
class SchoolClass:
    """A class, as all domains that stand on it see it.

    Attributes:
        number: its block.
        grades: of its students; several where there are fewer classes than grades.
        locale: the teacher's.
        zone: IANA name of the time zone that all of them live in.
        days: school days that are over, earliest first; on the first one the accounts are made.
        admin: the school's administrator, in the first class of each school.
        students: in the order of their numbers.
        lessons: in the order in which they are taught.
    """

    number: int
    grades: tuple[int, ...]
    school: str
    district: str
    subjects: tuple[str, ...]
    locale: str
    zone: str
    days: tuple[Day, ...]
    teacher: Person
    admin: Person | None
    students: tuple[Student, ...]
    lessons: tuple[Lesson, ...]

    @property
    def people(self) -> tuple[Person, ...]:
        """Everybody with an account: administrator, teacher, students, parents."""
        parents = [parent for student in self.students for parent in student.parents]
        return (*([self.admin] if self.admin else []), self.teacher, *self.students, *parents)


def roster(context: Context, block: int) -> SchoolClass:
    """Make a class: cheap, and the same in every domain.

    Raises:
        RefusedError: the reference data has no content with a quiz.
    """
    shared = shared_of(context)
    chance = context.chance("classes/roster", block)
    grades = grades_of(context, block)
    zone = shared.zones.pick(chance)
    days = shared.days(zone)
    enrolling = Enrolling(context, block, shared, days, zone, chance)
    teacher = enrolling.teacher()
    admin = enrolling.admin() if block % CLASSES_A_SCHOOL == 0 else None
    students = enrolling.students(grades)
    subjects = tuple(chance.some(shared.library.subjects, SUBJECTS_A_CLASS))
    lessons = Timetable(context, block, days, students, chance).lessons(subjects, grades)
    return SchoolClass(
        block, grades, school_name(block), DISTRICT, subjects, teacher.locale, zone, days, teacher, admin, students,
        lessons,
    )  # fmt: skip


def grades_of(context: Context, block: int) -> tuple[int, ...]:
    """Give a class's grades: one, or a part of all where there are fewer classes than grades."""
    span, classes = context.profile.classes.grades, context.profile.class_count
    grades = range(span.start, span.end + 1)
    if classes >= len(grades):
        return (grades[block % len(grades)],)
    return tuple(grades[block * len(grades) // classes : (block + 1) * len(grades) // classes])


def school_name(block: int) -> str:
    """Name the school of a class; nobody's real one."""
    turn, number = divmod(block // CLASSES_A_SCHOOL, len(_FIRST) * len(_SECOND))
    name = _FIRST[number % len(_FIRST)] + _SECOND[number // len(_FIRST)]
    return f"{name} Example School" + (f" {turn + 1}" if turn else "")
