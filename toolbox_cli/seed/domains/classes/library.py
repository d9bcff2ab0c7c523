"""What the reference data offers to classes: content with its quiz, objectives, templates, achievements."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from toolbox_cli.core.chance import Chance
from toolbox_cli.core.errors import RefusedError
from toolbox_cli.seed.domains.classes.goals import goals_of
from toolbox_cli.seed.making.domain import Reference
from toolbox_cli.seed.making.text import Raw, raw

_HARDNESS: Final = {"easy": -0.8, "medium": -0.1, "hard": 0.6, "expert": 1.2}

DEFAULT_PASSING: Final = 70
DEFAULT_ATTEMPTS: Final = 3
"""What the database takes where a quiz does not say."""

Columns = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Question:
    """A question of the shared content, with its options.

    Attributes:
        key: as PostgreSQL writes it.
        options: in their order.
        option_keys: theirs.
        wrong: how many of them are wrong; 1 for a question without options, which can be answered wrong too.
    """

    key: str
    row: Columns
    options: tuple[Columns, ...]
    option_keys: tuple[str, ...]
    wrong: int


@dataclass(frozen=True, slots=True)
class Content:
    """Content of the platform with its quiz: lessons use it, or teachers make their own from it.

    Attributes:
        slug: its stable key.
        key: as PostgreSQL writes it.
        hardness: on the scale of the students' ability.
        data, mechanics: its documents, as COPY takes them.
        kinds: kind of activity to the percentage of the lesson after which one is done.
        teams: whether its activities are done in teams.
        rewards: achievements for a kind of activity or an objective that it is meant for; all where none is named.
        objectives: keys of those that it serves.
        passing: least percent that passes the quiz.
        most_attempts: how often a student may try; None means no limit.
    """

    slug: str
    key: str
    row: Columns
    subject: str
    grade: int
    hardness: float
    data: Raw
    mechanics: Raw | None
    kinds: Mapping[str, float]
    teams: bool
    rewards: frozenset[str]
    quiz: Columns
    questions: tuple[Question, ...]
    objectives: tuple[str, ...]
    passing: int
    most_attempts: int | None


class Library:
    """The reference data, in the order of its stable keys.

    Raises:
        RefusedError: there is no content with a quiz.
    """

    def __init__(self, reference: Reference) -> None:
        self.contents = tuple(_contents(reference))
        if not self.contents:
            raise RefusedError(
                "There is no content with a quiz for lessons to use.",
                remedy="Load the reference data first: toolbox seed reference",
            )
        self.subjects = tuple(dict.fromkeys(content.subject for content in self.contents))
        self.objectives = _rows(reference, "learning_objectives")
        self.templates = _rows(reference, "roblox_templates")
        keys = {slug: str(row["id"]) for slug, row in _keyed(reference, "learning_objectives")}
        self.goals = goals_of(_keyed(reference, "achievements"), keys)

        self.objectives_of = cache(self._objectives_of)
        self.templates_of = cache(self._templates_of)

    def contents_of(self, subject: str, grade: int, chance: Chance) -> list[Content]:
        """List a subject's content, that of the nearest grades first, in no order within a grade."""
        fitting = [content for content in self.contents if content.subject == subject]
        return sorted(chance.some(fitting, len(fitting)), key=lambda content: abs(content.grade - grade))

    def _objectives_of(self, subject: str, grade: int) -> tuple[str, ...]:
        """List keys of a subject's objectives, those of the nearest grades first."""
        fitting = [row for row in self.objectives if row["subject"] == subject] or self.objectives
        nearest = sorted(fitting, key=lambda row: abs((row.get("grade_level") or grade) - grade))
        return tuple(str(row["id"]) for row in nearest)

    def _templates_of(self, grade: int) -> tuple[Columns, ...]:
        """List the templates that fit a grade; all of them where none does."""
        fitting = [row for row in self.templates if row["grade_level_min"] <= grade <= row["grade_level_max"]]
        return tuple(fitting or self.templates)


def _contents(reference: Reference) -> Iterable[Content]:
    quizzes = {str(row["content_id"]): row for row in _rows(reference, "quizzes") if row.get("content_id")}
    questions = _grouped(reference, "quiz_questions", "quiz_id")
    options = _grouped(reference, "quiz_options", "question_id")
    objectives = _grouped(reference, "content_objectives", "content_id")
    for slug, row in _keyed(reference, "educational_content"):
        quiz = quizzes.get(str(row["id"]), {})
        asked = tuple(
            _question(question, options.get(str(question["id"]), ()))
            for question in questions.get(str(quiz.get("id")), ())
        )
        if asked and not row.get("is_template"):
            serves = tuple(str(link["objective_id"]) for link in objectives.get(str(row["id"]), ()))
            yield _content(slug, row, quiz, asked, serves)


def _question(row: Columns, options: Iterable[Columns]) -> Question:
    offered = tuple(options)
    wrong = sum(not option.get("is_correct") for option in offered)
    return Question(str(row["id"]), row, offered, tuple(str(option["id"]) for option in offered), max(1, wrong))


def _content(
    slug: str, row: Columns, quiz: Columns, asked: tuple[Question, ...], objectives: tuple[str, ...]
) -> Content:
    level, mechanics, passing = row.get("difficulty_level"), row.get("game_mechanics"), quiz.get("passing_score")
    return Content(
        slug=slug,
        key=str(row["id"]),
        row=row,
        subject=row["subject"],
        grade=row["grade_level"],
        hardness=_HARDNESS.get(str(level).lower(), _HARDNESS["medium"]),
        data=raw(row.get("content_data") or {}),
        mechanics=None if mechanics is None else raw(mechanics),
        kinds=_kinds(row.get("content_data") or {}),
        teams=bool((mechanics or {}).get("teams")),
        rewards=frozenset((mechanics or {}).get("rewards") or ()),
        quiz=quiz,
        questions=asked,
        objectives=objectives,
        passing=DEFAULT_PASSING if passing is None else passing,
        most_attempts=quiz.get("max_attempts", DEFAULT_ATTEMPTS),
    )


def _kinds(data: Columns) -> Mapping[str, float]:
    activities = [activity for activity in data.get("activities") or () if isinstance(activity, dict)]
    done = [
        (str(activity.get("kind")), 100.0 * (place + 1) / len(activities)) for place, activity in enumerate(activities)
    ]
    return dict(reversed(done))


def _keyed(reference: Reference, table: str) -> list[tuple[str, Columns]]:
    return sorted(reference.get(table, {}).items(), key=lambda item: item[0])


def _rows(reference: Reference, table: str) -> list[Columns]:
    return [row for _, row in _keyed(reference, table)]


def _grouped(reference: Reference, table: str, column: str) -> Mapping[str, list[Columns]]:
    """Group rows by what they belong to, in their order there."""
    found: dict[str, list[Columns]] = defaultdict(list)
    for row in sorted(_rows(reference, table), key=lambda row: row.get("order_index") or 0):
        found[str(row[column])].append(row)
    return found
