"""How the students of a class do: their visits to its sessions, and their attempts at its quizzes.

What others need of it, such as grades, they take from here too: it is the same in every domain.
"""

import datetime
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from toolbox_cli.core.chance import Chance, rising
from toolbox_cli.seed.domains.classes.people import Student
from toolbox_cli.seed.domains.classes.roster import SchoolClass
from toolbox_cli.seed.domains.classes.timetable import Lesson, Session
from toolbox_cli.seed.making.domain import Context

MOST_ATTEMPTS: Final = 5
"""At any quiz."""

_NO_LIMIT_S: Final = 3600

_RIGHT: Final = (0.15, 0.83)
"""What guessing gets right, and how much more knowledge can."""

_LEARNED: Final = 1.0
"""How much is learned over all lessons at most, on the scale of ability."""

_PRACTICE: Final = 0.3
"""How much an attempt teaches for the next one, on that scale."""

_RETRIES: Final = 3.2
"""How many more attempts than the mean those make who get nothing right; chosen so that the mean is what is wanted."""

ON_WEB: Final = 0.5
"""Share of further attempts that are made at home, where there is time for it."""

_EASIER: Final = {"easy": 0.1, "hard": -0.1}
_GIVEN_UP: Final = {"COMPLETED": 0.02, "DISCONNECTED": 0.3, "ERROR": 0.3}
_SECOND: Final = datetime.timedelta(seconds=1)


class Visit(NamedTuple):
    """A student in a session.

    Attributes:
        number: its place among the class's visits, and in its key.
        skill: share of an average question's askings that the student gets right.
    """

    number: int
    lesson: Lesson
    session: Session
    student: Student
    joined_at: datetime.datetime
    left_at: datetime.datetime
    skill: float


class Attempt(NamedTuple):
    """A student's attempt at a lesson's quiz.

    Attributes:
        key: of the row in `quiz_attempts`; empty for one that was given up, which is no such row.
        number: the student's attempts at the quiz, counted from 1; 0 for one that was given up.
        visit: the visit in which it was made; None for one on the web.
        completed_at: None for one that was given up.
        answers: by question: 0 for the right one, n for the n-th wrong option; fewer where it was given up.
        points: of the right answers.
        percent: of all points.
        passed: whether that is enough; None for one that was given up.
        earlier: attempts in the same visit before this one.
        improvement: of `percent` since the attempt before; None for the first.
    """

    key: str
    lesson: Lesson
    student: Student
    number: int
    visit: Visit | None
    started_at: datetime.datetime
    completed_at: datetime.datetime | None
    seconds: int
    answers: tuple[int, ...]
    points: int
    percent: float
    passed: bool | None
    earlier: int
    improvement: float | None


class _Slot(NamedTuple):
    """When an attempt is made, and after how many others in the same visit; without one on the web."""

    visit: Visit | None
    started_at: datetime.datetime
    seconds: int
    earlier: int


class Played(NamedTuple):
    """All that a class did: visits lesson by lesson, session by session; attempts lesson by lesson, student by student.

    Attributes:
        attempts: those that were given up among them.
    """

    visits: list[Visit]
    attempts: list[Attempt]


def play(context: Context, school_class: SchoolClass) -> Played:
    """Let a class play: cheap, and the same in every domain."""
    return _Playing(context, school_class).run()


def skill_of(student: Student, lesson: Lesson, lessons: int, practice: float = 0.0) -> float:
    """Give the share of an average question's askings that a student gets right; it rises from lesson to lesson."""
    done = lesson.number / lessons
    learned = student.pace * _LEARNED * done / (0.5 + done)
    return _RIGHT[0] + _RIGHT[1] * rising(0.3 + student.ability + learned + practice - lesson.hardness)


class _Playing:
    def __init__(self, context: Context, school_class: SchoolClass) -> None:
        self._class = school_class
        self._chance = context.chance("classes/playing", school_class.number)
        self._mean = context.profile.classes.attempts_a_quiz
        self._prefix = context.run.uuid("quiz_attempts", school_class.number, 0)[:-6]
        self._played = Played([], [])
        self._attempts = 0

    def run(self) -> Played:
        for lesson in self._class.lessons:
            visits: dict[str, list[Visit]] = {}
            for session in lesson.sessions:
                for student in session.present:
                    visits.setdefault(student.key, []).append(self._visit(lesson, session, student))
            quiz = _Quiz(lesson)
            for made in visits.values():
                self._try_quiz(quiz, made)
        return self._played

    def _visit(self, lesson: Lesson, session: Session, student: Student) -> Visit:
        unit = self._chance.unit
        length = (session.ends_at - session.starts_at) // _SECOND
        joined = session.starts_at + int(length * 0.1 * unit()) * _SECOND
        left = session.ends_at - int(length * 0.1 * unit()) * _SECOND
        skill = skill_of(student, lesson, len(self._class.lessons))
        visit = Visit(len(self._played.visits), lesson, session, student, joined, left, skill)
        self._played.visits.append(visit)
        return visit

    def _try_quiz(self, quiz: "_Quiz", visits: Sequence[Visit]) -> None:
        """Make a student's attempts at a quiz: in their visits, again where they need it, and on the web."""
        student, attempts = visits[0].student, self._played.attempts
        number, percent = 0, None
        for visit, started, seconds, earlier in self._slots(quiz, visits):
            skill = skill_of(student, quiz.lesson, len(self._class.lessons), _PRACTICE * number)
            answers = self._answers(quiz, skill)
            if visit is not None and not earlier and self._chance.unit() < _GIVEN_UP[visit.session.status]:
                answers = answers[: len(answers) // 2]
                points, score = quiz.score(answers)
                given_up = ("", quiz.lesson, student, 0, visit, started, None, seconds, answers)
                attempts.append(Attempt(*given_up, points, score, None, earlier, None))
                continue
            number += 1
            points, score = quiz.score(answers)
            better = None if percent is None else round(score - percent, 2)
            made = (self._key(), quiz.lesson, student, number, visit, started, started + seconds * _SECOND, seconds)
            attempts.append(Attempt(*made, answers, points, score, score >= quiz.passing, earlier, better))
            percent = score

    def _slots(self, quiz: "_Quiz", visits: Sequence[Visit]) -> Iterator[_Slot]:
        """Find time for a student's attempts: one in each visit, more after the last one or at home."""
        chance, skill = self._chance, visits[0].skill
        wanted = min(self._wanted(skill), quiz.most)
        tried, last, more = visits[:wanted], visits[-1], max(0, wanted - len(visits))
        home = last.session.day.home
        in_time = home.start >= last.left_at and last.student.takes_part(home.end)
        on_web = more if in_time and chance.unit() < ON_WEB else 0
        for visit in tried:
            each = 1 + (more - on_web if visit is last else 0)
            stay = (visit.left_at - visit.joined_at) // _SECOND
            seconds = min(quiz.seconds(skill, chance), stay * 6 // (10 * each))
            for earlier in range(each):
                yield _Slot(visit, visit.left_at - (each - earlier) * seconds * _SECOND, seconds, earlier)
        for place in range(on_web):
            seconds = min(quiz.seconds(skill, chance), home.seconds // (2 * on_web))
            yield _Slot(None, home.at((place + 0.4 * chance.unit()) / on_web), seconds, 0)

    def _wanted(self, skill: float) -> int:
        """Choose how many attempts: more for those who get less right."""
        more = max(0.0, self._mean - 1.0) * _RETRIES * (1.0 - skill) * 2.0 * self._chance.unit()
        return self._chance.count(min(1.0, self._mean) + more)

    def _answers(self, quiz: "_Quiz", skill: float) -> tuple[int, ...]:
        unit = self._chance.unit
        return tuple([0 if unit() < skill + easier else 1 + int(unit() * wrong) for easier, wrong in quiz.asked])

    def _key(self) -> str:
        self._attempts += 1
        return f"{self._prefix}{self._attempts:06x}"


class _Quiz:
    """What an attempt needs to know of a lesson's quiz.

    Attributes:
        asked: by question: how much more often than an average one it is answered right, and its wrong options.
        most: attempts that a student may make.
    """

    def __init__(self, lesson: Lesson) -> None:
        questions = lesson.content.questions[: len(lesson.questions)]
        self.lesson = lesson
        self.asked = [(_EASIER.get(str(one.row.get("difficulty")), 0.0), one.wrong) for one in questions]
        self.passing = lesson.content.passing
        self.most = min(MOST_ATTEMPTS, lesson.content.most_attempts or MOST_ATTEMPTS)
        self._limit = lesson.content.quiz.get("time_limit") or _NO_LIMIT_S
        self._points = [1 if (points := one.row.get("points")) is None else points for one in questions]
        self._total = sum(self._points)

    def score(self, answers: Sequence[int]) -> tuple[int, float]:
        """Give the points of answers, and their percentage of all points."""
        points = sum([points for points, answer in zip(self._points, answers, strict=False) if not answer])
        return points, round(100.0 * points / self._total, 2) if self._total else 0.0

    def seconds(self, skill: float, chance: Chance) -> int:
        """Choose how long an attempt takes: longer for those who get less right."""
        return min(self._limit, int(len(self.asked) * (14.0 + 36.0 * (1.0 - skill)) * (0.7 + 0.6 * chance.unit())))
