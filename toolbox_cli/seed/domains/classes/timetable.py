"""What a class is taught and when it meets."""

import datetime
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from toolbox_cli.core.chance import Chance, Weighted
from toolbox_cli.seed.domains.classes.library import Content
from toolbox_cli.seed.domains.classes.people import Student
from toolbox_cli.seed.domains.classes.shared import shared_of
from toolbox_cli.seed.making.calendar import Day, Span
from toolbox_cli.seed.making.domain import Context
from toolbox_cli.seed.making.keys import Run, dashed
from toolbox_cli.seed.making.text import Raw

SESSION_S: Final = 45 * 60
"""How long a session takes, where the school day is that long."""

QUESTIONS_A_QUIZ: Final = 64
OPTIONS_A_QUESTION: Final = 32
"""At most; those of the lessons' own quizzes are numbered by them."""

NEAREST: Final = 3
"""From so many contents of a subject, those of the nearest grades, teachers choose what to make their own from."""

_BREAK_S: Final = 10 * 60
_LEVELS: Final = ((-0.5, "BEGINNER"), (0.3, "INTERMEDIATE"), (0.9, "ADVANCED"))
_ENDS: Final = Weighted({"COMPLETED": 96.0, "DISCONNECTED": 3.0, "ERROR": 1.0})


@dataclass(frozen=True, slots=True)
class Session:
    """A live session in Roblox that is over.

    Attributes:
        key: of the row in `roblox_sessions`; 32 hexadecimal digits without dashes.
        number: its place among the class's sessions, and in its key.
        day: the school day.
        at_home: whether it took place in the hours of homework.
        status: COMPLETED, DISCONNECTED or ERROR.
        present: who came; only of them something may be kept.
    """

    key: str
    number: int
    day: Day
    starts_at: datetime.datetime
    ends_at: datetime.datetime
    at_home: bool
    status: str
    present: tuple[Student, ...]


@dataclass(frozen=True, slots=True)
class Lesson:
    """A lesson of the class.

    Attributes:
        key: of the row in `lessons`; 32 hexadecimal digits without dashes.
        number: its place among the class's lessons, and in its key.
        content: of the platform: what is taught, or what the teacher made their own from.
        own: whether the teacher made content and quiz of their own from it, with the same questions.
        content_key: of the row in `educational_content` that is taught; no two lessons of a class teach the same.
        quiz_key: of the quiz that is asked.
        questions: keys of its questions, in order, with dashes.
        objectives: keys of the learning objectives that it serves.
        difficulty: BEGINNER, INTERMEDIATE, ADVANCED or EXPERT.
        hardness: the same on the scale of the students' ability.
        planned_at: when the teacher planned it; what is their own was made then.
        starts_at, ends_at: from the start of its first session to the end of its last; where there is none, when
            there would have been one.
    """

    key: str
    number: int
    subject: str
    grade: int
    title: str
    content: Content
    own: bool
    content_key: str
    quiz_key: str
    questions: tuple[str, ...]
    objectives: tuple[str, ...]
    difficulty: str
    hardness: float
    planned_at: datetime.datetime
    starts_at: datetime.datetime
    ends_at: datetime.datetime
    sessions: tuple[Session, ...]


def level_of(hardness: float) -> str:
    """Name how hard something is."""
    return next((name for limit, name in _LEVELS if hardness < limit), "EXPERT")


def option_keys(run: Run, block: int, lesson: Lesson, place: int) -> Sequence[str]:
    """Give the keys, with dashes, of a question's options in their order.

    Args:
        run: whose keys.
        block: the class's.
        lesson: whose quiz asks it.
        place: the question's in the quiz, from 0.
    """
    keys = lesson.content.questions[place].option_keys[:OPTIONS_A_QUESTION]
    if not lesson.own:
        return keys
    first = (lesson.number * QUESTIONS_A_QUIZ + place) * OPTIONS_A_QUESTION
    return [dashed(run.uuid("quiz_options", block, first + order)) for order in range(len(keys))]


class Timetable:
    """The making of one class's lessons."""

    def __init__(
        self, context: Context, block: int, days: tuple[Day, ...], students: Sequence[Student], chance: Chance
    ) -> None:
        self._context, self._block, self._chance = context, block, chance
        self._days, self._students = days, students
        self._wanted = context.profile.classes
        self._library = shared_of(context).library
        self._sessions = 0
        self._taken = Counter({0: 1})  # the first day begins with the making of accounts

    def lessons(self, subjects: Sequence[str], grades: Sequence[int]) -> tuple[Lesson, ...]:
        """Plan all lessons: the subjects take turns, over all days but the first."""
        count, chance = self._wanted.lessons, self._chance
        own = set(chance.some(range(count), chance.count(self._wanted.own_content * count)))
        grade = grades[len(grades) // 2]
        offered = [self._library.contents_of(subject, grade, chance) for subject in subjects]
        lessons = []
        for number in range(count):
            contents = offered[number % len(subjects)]
            if number in own or not contents:
                source = self._library.contents_of(subjects[number % len(subjects)], grade, chance)[:NEAREST]
                lessons.append(self._lesson(number, chance.pick(source), grade, own=True))
            else:
                lessons.append(self._lesson(number, contents.pop(0), grade, own=False))
        return tuple(lessons)

    def _lesson(self, number: int, content: Content, grade: int, *, own: bool) -> Lesson:
        run, block, chance = self._context.run, self._block, self._chance
        day = self._day(number)
        sessions, slot = self._meet(day)
        hardness = round(content.hardness + 0.25 * chance.normal(), 3)
        eve = max(0, day - 1 - chance.below(4))
        return Lesson(
            key=Raw(run.uuid("lessons", block, number)),
            number=number,
            subject=content.subject,
            grade=grade,
            title=content.row["title"],
            content=content,
            own=own,
            content_key=Raw(run.uuid("educational_content", block, number) if own else content.key),
            quiz_key=Raw(run.uuid("quizzes", block, number) if own else content.quiz["id"]),
            questions=self._questions(number, content, own=own),
            objectives=self._objectives(content, grade, own=own),
            difficulty=level_of(hardness),
            hardness=hardness,
            planned_at=self._days[eve].school.at(0.07 + 0.9 * chance.unit() if eve < day else 0.07),
            starts_at=sessions[0].starts_at if sessions else slot.start,
            ends_at=max((session.ends_at for session in sessions), default=slot.end),
            sessions=sessions,
        )

    def _day(self, number: int) -> int:
        """Spread the lessons over all days but the first."""
        free = len(self._days) - 1
        return 1 + number * free // self._wanted.lessons if free else 0

    def _questions(self, number: int, content: Content, *, own: bool) -> tuple[str, ...]:
        if not own:
            return tuple(question.key for question in content.questions[:QUESTIONS_A_QUIZ])
        run, first = self._context.run, number * QUESTIONS_A_QUIZ
        count = min(len(content.questions), QUESTIONS_A_QUIZ)
        return tuple(dashed(run.uuid("quiz_questions", self._block, first + place)) for place in range(count))

    def _objectives(self, content: Content, grade: int, *, own: bool) -> tuple[str, ...]:
        if content.objectives and not own:
            return content.objectives
        fitting = (*content.objectives, *self._library.objectives_of(content.subject, grade))
        return tuple(dict.fromkeys(fitting))[: self._wanted.objectives_a_lesson]

    def _meet(self, day: int) -> tuple[tuple[Session, ...], Span]:
        """Hold a lesson's sessions: the first one at school, the others on the next day or at home."""
        slot = self._slot(day)
        count = self._chance.count(self._wanted.sessions_a_lesson)
        times = [(self._more(day) if number else (slot, day, False)) for number in range(count)]
        times.sort(key=lambda time: time[0].start)
        return tuple(self._session(*time) for time in times), slot

    def _more(self, day: int) -> tuple[Span, int, bool]:
        """Find time for another session, on which day; say whether it is at home."""
        further = 1 - 1 / max(1.0, self._wanted.sessions_a_lesson)
        if self._chance.unit() * further < self._context.profile.calendar.at_home:
            home = self._days[day].home
            seconds = min(SESSION_S, home.seconds)
            spare = int((home.seconds - seconds) * self._chance.unit())
            return Span(home.start + datetime.timedelta(seconds=spare), seconds), day, True
        later = min(day + 1, len(self._days) - 1)
        return self._slot(later), later, False

    def _slot(self, day: int) -> Span:
        """Take the class's next free time on a day."""
        school, each = self._days[day].school, SESSION_S + _BREAK_S
        slots = max(1, (school.seconds + _BREAK_S) // each)
        number = (self._block + day + self._taken[day]) % slots
        self._taken[day] += 1
        start = school.start + datetime.timedelta(seconds=number * each)
        return Span(start, min(SESSION_S, school.seconds))

    def _session(self, span: Span, day: int, at_home: bool) -> Session:
        chance, share, number = self._chance.unit, self._wanted.present, self._sessions
        self._sessions += 1
        present = tuple(one for one in self._students if one.takes_part(span.start) and chance() < share)
        key = Raw(self._context.run.uuid("roblox_sessions", self._block, number))
        ended = _ENDS.pick(self._chance)
        return Session(key, number, self._days[day], span.start, span.end, at_home, ended, present)
