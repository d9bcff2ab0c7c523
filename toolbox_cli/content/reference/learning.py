"""Objectives, lessons and quizzes of the learning platform."""

import hashlib
from collections.abc import Iterator
from typing import Annotated, Any, Final, Literal

from pydantic import Field, StringConstraints

from toolbox_cli.content.reference.base import (
    MADE_AT,
    OWNER,
    Count,
    Entry,
    Fault,
    Grade,
    Key,
    Known,
    Line,
    Made,
    Part,
    Positive,
    Prose,
    Ref,
    Text50,
    Text100,
    Text200,
    unknown,
)

Subject = Literal["Mathematics", "Science", "Language Arts", "Social Studies", "Computer Science"]
Bloom = Literal["remember", "understand", "apply", "analyze", "evaluate", "create"]
Level = Literal["easy", "medium", "hard"]
ActivityKind = Literal["explore", "build", "sort", "measure", "experiment", "discuss", "write", "read", "code"]
Material = Literal[
    "Asphalt", "Basalt", "Brick", "Cobblestone", "Concrete", "CrackedLava", "Glacier", "Grass", "Ground", "Ice",
    "LeafyGrass", "Limestone", "Mud", "Pavement", "Rock", "Salt", "Sand", "Sandstone", "Slate", "Snow", "WoodPlanks",
]  # fmt: skip
"""Materials that Roblox has for terrain."""
STANDARD: Final = (
    r"^(CCSS\.(MATH\.CONTENT|ELA-LITERACY)\.[A-Z0-9.-]+|NGSS (K|[1-5]|MS|HS)-(PS|LS|ESS|ETS)\d-\d+"
    r"|C3 D[1-4]\.[A-Z][a-z]{2}\.\d+\.[K0-9]+-\d+|CSTA [1-3][AB]?-[A-Z]{2}-\d+)$"
)
Standard = Annotated[str, StringConstraints(pattern=STANDARD, max_length=100)]
POINTS: Final = {"easy": 1, "medium": 2, "hard": 3}
ACCESSIBILITY: Final = ("captions", "read_aloud", "simple_controls", "meaning_without_colour")
"""What everything that is built from a lesson has to offer."""


class Objective(Entry):
    title: Text200
    description: Prose
    subject: Subject
    grade_level: Grade
    bloom_level: Bloom
    curriculum_standard: Standard
    measurable: bool = True

    def rows(self, key: str) -> Iterator[Made]:
        yield Made("learning_objectives", key, {**self.model_dump(), "created_at": MADE_AT, "updated_at": MADE_AT})


class Term(Part):
    term: Text50
    meaning: Line


class Activity(Part):
    name: Text100
    kind: ActivityKind
    minutes: Positive
    text: Line


class Plan(Part):
    """A lesson as a document.

    Attributes:
        support: for students who need more help.
        stretch: for students who have finished.
    """

    summary: Line
    vocabulary: Annotated[list[Term], Field(min_length=2)]
    activities: Annotated[list[Activity], Field(min_length=3)]
    reflection: Annotated[list[Line], Field(min_length=1)]
    support: Line
    stretch: Line


class Terrain(Part):
    biome: Text50
    material: Material
    features: Annotated[list[Text50], Field(min_length=1)]
    water: bool


class Mechanics(Part):
    """The game's rules.

    Attributes:
        rewards: achievements that the lesson is meant for.
        hints: how many each quiz question offers at most.
        quiz_gate: whether the quiz opens the way out.
    """

    rewards: list[Key]
    teams: bool
    hints: Count
    quiz_gate: bool


class Wrong(Part):
    """A wrong answer, and the mistake that leads to it."""

    text: int | Line
    why: Line


Answer = int | Line


class Question(Part):
    """A question of a quiz.

    Attributes:
        right: one right answer, or a list where several are; of true_false whether it is true.
        wrong: answers to choose from besides; none where the answer is written.
        why: why the right answer is right.
        proof: a calculation that gives the right answer; tests check it.
    """

    type: Literal["multiple_choice", "multiple_select", "true_false", "short_answer"] = "multiple_choice"
    ask: Line
    right: bool | Answer | list[Answer]
    wrong: list[Answer | Wrong] = []
    hint: Line
    why: Line
    difficulty: Level
    points: Count | None = None
    time_limit: Positive | None = None
    proof: Line | None = None

    @property
    def options(self) -> list[tuple[str, bool, str | None]]:
        """Text, whether it is right, and why, of each option; in the order of the file."""
        if self.type == "true_false":
            return [("True", self.right is True, None), ("False", self.right is False, None)]
        if self.type == "short_answer":
            return []
        right = self.right if isinstance(self.right, list) else [self.right]
        wrong = [(str(one.text), one.why) if isinstance(one, Wrong) else (str(one), None) for one in self.wrong]
        return [(str(one), True, self.why) for one in right] + [(text, False, why) for text, why in wrong]

    def faults(self) -> Iterator[Fault]:
        """Find what can't be asked so."""
        if isinstance(self.right, bool) != (self.type == "true_false"):
            yield ("right",), "true or false is the answer of true_false, and of no other type; quote a word"
        if isinstance(self.right, list) != (self.type == "multiple_select"):
            yield ("right",), "a list of answers is for multiple_select, and for no other type"
        chosen = self.type in {"multiple_choice", "multiple_select"}
        if chosen and len(self.wrong) < 2:
            yield ("wrong",), "fewer than two wrong answers to choose from"
        if not chosen and self.wrong:
            yield ("wrong",), f"{self.type} has no answers to choose from"
        texts = [text.casefold() for text, _, _ in self.options]
        for text in sorted({text for text in texts if texts.count(text) > 1}):
            yield ("wrong",), f"the answer {text!r} stands twice"


class Quiz(Part):
    title: Text200 | None = None
    description: Prose | None = None
    time_limit: Positive | None = None
    passing_score: Annotated[int, Field(ge=0, le=100)] = 70
    max_attempts: Positive | None = 3
    questions: Annotated[dict[Key, Question], Field(min_length=5)]


class Lesson(Entry):
    title: Text200
    description: Prose
    subject: Subject
    grade_level: Grade
    environment_type: Text50
    terrain_size: Literal["small", "medium", "large"]
    difficulty_level: Level
    duration_minutes: Positive
    max_students: Positive = 30
    objectives: Annotated[list[Key], Field(min_length=1)]
    content_data: Plan
    terrain_config: Terrain
    game_mechanics: Mechanics
    quiz: Quiz

    def rows(self, key: str) -> Iterator[Made]:
        yield Made("educational_content", key, self._content(key))
        for objective in self.objectives:
            pair = {
                "content_id": Ref("educational_content", key),
                "objective_id": Ref("learning_objectives", objective),
            }
            yield Made("content_objectives", f"{key}/{objective}", pair)
        quiz = self.quiz
        yield Made("quizzes", key, self._quiz(key))
        for number, (name, question) in enumerate(quiz.questions.items()):
            yield from _question_rows(key, f"{key}/{name}", number, question)

    def faults(self, key: str, known: Known) -> Iterator[Fault]:
        yield from unknown(("objectives",), "learning_objectives", self.objectives, known)
        yield from unknown(("game_mechanics", "rewards"), "achievements", self.game_mechanics.rewards, known)
        minutes = sum(activity.minutes for activity in self.content_data.activities)
        if minutes != self.duration_minutes:
            yield ("duration_minutes",), f"the activities take {minutes} minutes together"
        for name, question in self.quiz.questions.items():
            for steps, found in question.faults():
                yield ("quiz", "questions", name, *steps), found

    def _content(self, key: str) -> dict[str, Any]:
        names = (
            "title", "description", "subject", "grade_level", "environment_type", "terrain_size", "difficulty_level",
            "duration_minutes", "max_students",
        )  # fmt: skip
        plan, mechanics = self.document(self.content_data), self.document(self.game_mechanics)
        return {
            **{name: getattr(self, name) for name in names},
            "content_data": {"slug": key, **(plan or {}), "accessibility": list(ACCESSIBILITY)},
            "terrain_config": self.document(self.terrain_config),
            "game_mechanics": {"checkpoints": len(self.content_data.activities), **(mechanics or {})},
            "accessibility_features": True,
            "multilingual": False,
            "version": 1,
            "is_template": False,
            "created_by": Ref("users", OWNER),
            "created_at": MADE_AT,
            "updated_at": MADE_AT,
        }

    def _quiz(self, key: str) -> dict[str, Any]:
        quiz = self.quiz
        return {
            "title": quiz.title or f"{self.title}: quiz",
            "description": quiz.description,
            "subject": self.subject,
            "grade_level": self.grade_level,
            "content_id": Ref("educational_content", key),
            "time_limit": quiz.time_limit,
            "passing_score": quiz.passing_score,
            "max_attempts": quiz.max_attempts,
            "shuffle_questions": True,
            "shuffle_options": True,
            "show_results": True,
            "is_adaptive": False,
            "created_by": Ref("users", OWNER),
            "created_at": MADE_AT,
            "updated_at": MADE_AT,
        }


def _question_rows(quiz: str, key: str, number: int, question: Question) -> Iterator[Made]:
    written = str(question.right) if question.type == "short_answer" else None
    values = {
        "quiz_id": Ref("quizzes", quiz),
        "question_type": question.type,
        "question_text": question.ask,
        "correct_answer": written,
        "difficulty": question.difficulty,
        "points": POINTS[question.difficulty] if question.points is None else question.points,
        "time_limit": question.time_limit,
        "hint": question.hint,
        "explanation": question.why,
        "order_index": number,
        "created_at": MADE_AT,
    }
    yield Made("quiz_questions", key, values, Ref("quizzes", quiz))
    options = question.options
    shuffled = sorted(range(len(options)), key=lambda place: hashlib.blake2b(f"{key}/{place}".encode()).digest())
    for place, (text, right, why) in enumerate(options):
        option = {
            "question_id": Ref("quiz_questions", key),
            "option_text": text,
            "is_correct": right,
            "explanation": why,
            "order_index": place if question.type == "true_false" else shuffled.index(place),
            "created_at": MADE_AT,
        }
        yield Made("quiz_options", f"{key}/{place}", option, Ref("quiz_questions", key))


class Achievement(Entry):
    name: Text200
    description: Prose
    achievement_type: Literal["MILESTONE", "STREAK", "COMPLETION", "MASTERY", "SPECIAL"]
    points: Count
    criteria: Annotated[dict[Annotated[str, Field(pattern="^[a-z][a-z_]*$")], bool | int | str], Field(min_length=1)]
    is_active: bool = True

    def rows(self, key: str) -> Iterator[Made]:
        made = {"slug": key, "created_at": MADE_AT, "updated_at": MADE_AT}
        yield Made("achievements", key, {**self.model_dump(), **made})
