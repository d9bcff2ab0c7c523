"""What happens at a university: modules are written and assigned, students work through them."""

import datetime
from typing import Final, NamedTuple

from toolbox_cli.core.chance import Chance
from toolbox_cli.seed.domains.frames.learning.events import event_rows
from toolbox_cli.seed.domains.frames.learning.records import feedback_row, progress_row, untouched_row
from toolbox_cli.seed.domains.frames.learning.study import RUSH, Deadline, Work, studies
from toolbox_cli.seed.domains.frames.sizes import OWN_MODULES, REQUIRED, most_events, places
from toolbox_cli.seed.domains.frames.teaching.courses import Course, in_order, shared_courses
from toolbox_cli.seed.domains.frames.teaching.modules import Authorship, own_modules
from toolbox_cli.seed.domains.frames.universities import Campus, Learner, subsystem_of
from toolbox_cli.seed.making.domain import Context
from toolbox_cli.seed.making.places import first_place
from toolbox_cli.seed.making.text import Row

UNTOUCHED: Final = 0.25
"""Share of students with an assigned module that they never began."""

_SKIPPED: Final = 0.15
"""Share of those who need not."""

_NAMED: Final = 0.4
"""Share of modules that are assigned to the student by name, of those that aren't required of all."""

_WEEK: Final = datetime.timedelta(days=7)
_WEEKS: Final = 3
"""How long there is for an assigned module."""


class _To(NamedTuple):
    """To whom a module is assigned: a student, a team or a university."""

    student: str | None = None
    university: str | None = None
    team: int | None = None


class Year:
    """One university's year."""

    def __init__(
        self, context: Context, block: int, campus: Campus, chance: Chance, rows: dict[str, list[Row]]
    ) -> None:
        """Begin it.

        Args:
            context: of the run.
            block: the university's number.
            campus: the university.
            chance: the block's.
            rows: table to rows; gets what happens.
        """
        self._context, self._block, self._campus, self._chance = context, block, campus, chance
        self._rows, self._profile = rows, context.profile.frames
        sizes = places(context.profile)
        self._first = {table: first_place(context.run, block, size) for table, size in sizes.items()}
        self._most_events = most_events(context.profile)
        self._courses: tuple[Course, ...] = ()
        self._deadlines: dict[str, Deadline] = {}

    def write_modules(self) -> None:
        """Write the faculty's own modules; students take these and the shared ones."""
        campus, opening = self._campus, self._campus.ready[0].school
        by = Authorship(
            campus.key, campus.place, subsystem_of(self._block), f"{self._context.run.key}-{self._block:04d}",
            campus.faculty, [opening.at((number + 1) / (OWN_MODULES + 1)) for number in range(OWN_MODULES)],
        )  # fmt: skip
        written = own_modules(by, self._first["modules"], self._first["module_sections"])
        self._rows.update(written.rows)
        self._courses = in_order([*shared_courses(self._context.reference), *written.courses])

    def assign_to_all(self) -> None:
        """Require modules of all students, and recommend one to each team: both by rule."""
        campus, days = self._campus, self._campus.days
        required = sorted(self._courses, key=lambda course: not course.required)[:REQUIRED]
        for number, course in enumerate(required):
            given = int(len(days) * (0.05 + 0.25 * number))
            self._deadlines[course.slug] = Deadline(given, given + RUSH)
            to = _To(university=campus.key)
            self._rule(course, "all_incoming_students", None, "required", days[0].school.start)
            self._assign(course, to, days[given].school.start, "required", "all_incoming_students")
        other = [course for course in self._courses if course not in required] or required
        for number in range(campus.teams):
            given_at, to = days[0].school.at(number / campus.teams), _To(team=campus.team + number)
            course = other[number % len(other)]
            self._rule(course, "subsystem_specific", subsystem_of(number), "recommended", days[0].school.start)
            self._assign(course, to, given_at, "recommended", "subsystem_specific")

    def follow(self, learner: Learner) -> None:
        """Follow a student through the modules."""
        chance, taken = self._chance, set()
        for work in studies(learner, self._wanted(learner), self._courses, self._deadlines, self._campus, chance):
            taken.add(work.course.key)
            self._record(work, learner)
        if chance.happens(UNTOUCHED):
            waiting = [course for course in self._courses if course.key not in taken]
            if waiting:
                self._leave(chance.pick(waiting), learner)

    def _wanted(self, learner: Learner) -> int:
        """Say how many modules a student begins."""
        if learner.once:
            return 1
        share = 0.5 if learner.leaves < len(self._campus.days) else 1.0
        return self._chance.count(self._profile.modules_a_student * share * (0.5 + self._chance.unit()))

    def _record(self, work: Work, learner: Learner) -> None:
        rows, first, chance = self._rows, self._first, self._chance
        progress, events, feedback = rows["module_progress"], rows["module_analytics_events"], rows["module_feedback"]
        progress.append(progress_row(first["module_progress"] + len(progress), work, learner))
        made, mean = len(events), self._profile.events_a_module
        events += event_rows(
            first["module_analytics_events"] + made, self._most_events - made, work, learner, mean, chance
        )
        if work.course.slug not in self._deadlines and chance.happens(_NAMED):
            given_at = max(work.sittings[0] - chance.unit() * _WEEK, self._campus.ready[0].school.start)
            kind = "optional" if chance.happens(0.5) else "recommended"
            self._assign(work.course, _To(student=learner.key), given_at, kind, None)
        if work.completed and chance.happens(self._profile.feedback):
            feedback.append(feedback_row(first["module_feedback"] + len(feedback), work, learner, self._campus, chance))

    def _leave(self, course: Course, learner: Learner) -> None:
        """Assign a module to a student who never begins it."""
        progress, chance = self._rows["module_progress"], self._chance
        key, skipped = self._first["module_progress"] + len(progress), chance.happens(_SKIPPED)
        progress.append(untouched_row(key, course.key, learner, skipped=skipped))
        given_at = self._campus.days[learner.joined].school.at(chance.unit())
        self._assign(course, _To(student=learner.key), given_at, "optional" if skipped else "required", None)

    def _rule(self, course: Course, rule: str, subsystem: str | None, kind: str, at: datetime.datetime) -> None:
        """Make a rule of the university, if there is none like it."""
        rows, campus = self._rows["module_assignment_rules"], self._campus
        if any((row[1], row[2], row[4]) == (course.key, rule, subsystem) for row in rows):
            return
        key = self._first["module_assignment_rules"] + len(rows)
        rows.append((
            key, course.key, rule, campus.key, subsystem, kind, None, _WEEKS * 7, True,
            campus.faculty[len(rows) % len(campus.faculty)], at,
        ))  # fmt: skip

    def _assign(self, course: Course, to: _To, at: datetime.datetime, kind: str, rule: str | None) -> None:
        """Assign a module: by a rule, or by a member of the faculty."""
        rows, faculty = self._rows["module_assignments"], self._campus.faculty
        by = None if rule else faculty[len(rows) % len(faculty)]
        rows.append((
            self._first["module_assignments"] + len(rows), course.key, to.student, to.university, to.team, by, kind,
            (at + _WEEKS * _WEEK).date(), at, rule is not None, rule,
        ))  # fmt: skip
