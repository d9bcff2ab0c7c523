"""What is asked for, and what is made of it; what a language model writes has to have the same shapes."""

import hashlib
import json
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from toolbox_cli.content.reference.base import KEY
from toolbox_cli.content.reference.learning import ActivityKind, Level, Material, Subject

__all__ = [
    "Activity", "Adaptation", "Cave", "Cell", "Environment", "Layer", "LessonPlan", "Level", "Material", "Mechanics",
    "Option", "Question", "QuestionType", "Quiz", "Record", "Request", "Script", "Sign", "Subject", "Term", "Terrain",
    "canonical", "digest", "digest_of",
]  # fmt: skip

_END: Final = r"\s\x00-\x1f\x7f-\x9f"
Line = Annotated[
    str,
    StringConstraints(
        min_length=1, max_length=600, pattern=rf"^[^{_END}]([^\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029]*[^{_END}])?$"
    ),
]
"""Text of one line, without blanks around it: nothing in it that any reader takes for the end of a line."""
Title = Annotated[Line, Field(max_length=200)]
Word = Annotated[Line, Field(max_length=50)]
Key = Annotated[str, StringConstraints(pattern=KEY, max_length=80)]
Grade = Annotated[int, Field(ge=1, le=12)]
Minutes = Annotated[int, Field(ge=1, le=240)]
Cell = tuple[int, int]
"""Column and row of a height map, from its north-west corner."""
QuestionType = Literal["multiple_choice", "multiple_select", "true_false", "short_answer"]
TerrainSize = Literal["small", "medium", "large"]

SHORTEST_MINUTES: Final = 15
LONGEST_MINUTES: Final = 180


class Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Request(Record):
    """What a person asks for.

    Attributes:
        topic: words that choose the objective where none is named.
        objective: stable key of a learning objective.
        environment: where the lesson plays; a place of the catalogue, or a word of one.
        questions: how many the quiz has.
        seed: tells one lesson of many for the same request.
    """

    subject: Subject | None = None
    grade: Grade | None = None
    topic: Annotated[str, Field(max_length=300)] = ""
    objective: Key | None = None
    environment: Word | None = None
    duration_minutes: Annotated[int, Field(ge=SHORTEST_MINUTES, le=LONGEST_MINUTES)] = 40
    difficulty: Level = "medium"
    questions: Annotated[int, Field(ge=5, le=20)] = 6
    seed: Annotated[int, Field(ge=0, le=2**53)] = 1


class Term(Record):
    term: Word
    meaning: Line


class Activity(Record):
    name: Annotated[Line, Field(max_length=100)]
    kind: ActivityKind
    minutes: Minutes
    text: Line


class Mechanics(Record):
    """The game's rules.

    Attributes:
        rewards: stable keys of achievements.
        hints: that a question offers at most.
        quiz_gate: whether questions open the way on.
    """

    rewards: tuple[Key, ...]
    teams: bool
    hints: Annotated[int, Field(ge=0, le=5)]
    quiz_gate: bool
    checkpoints: Annotated[int, Field(ge=1, le=20)]
    points_per_checkpoint: Annotated[int, Field(ge=0, le=1000)]
    points_per_question: Annotated[int, Field(ge=0, le=1000)]


class Adaptation(Record):
    """What makes the lesson usable for somebody who couldn't use it otherwise."""

    need: Word
    text: Line


class LessonPlan(Record):
    title: Title
    description: Line
    subject: Subject
    grade: Grade
    objectives: Annotated[tuple[Key, ...], Field(min_length=1)]
    environment: Key
    terrain_size: TerrainSize
    difficulty: Level
    duration_minutes: Minutes
    summary: Line
    vocabulary: Annotated[tuple[Term, ...], Field(min_length=3)]
    activities: Annotated[tuple[Activity, ...], Field(min_length=3)]
    reflection: Annotated[tuple[Line, ...], Field(min_length=1)]
    support: Line
    stretch: Line
    mechanics: Mechanics
    accessibility: Annotated[tuple[Adaptation, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        together = sum(one.minutes for one in self.activities)
        if together != self.duration_minutes:
            raise ValueError(f"the activities take {together} minutes together, not {self.duration_minutes}")
        _different("term", [one.term for one in self.vocabulary])
        _different("activity", [one.name for one in self.activities])
        return self


class Option(Record):
    """An answer to choose.

    Attributes:
        why: for a right answer why it is right, for a wrong one the misconception that leads to it.
    """

    text: Line
    right: bool
    why: Line


class Question(Record):
    """A question of a quiz.

    Attributes:
        hint: helps without giving the answer away.
        worked: the way to the answer, step by step.
        answer: what is to be written, of short_answer alone.
        data: what the question is about, for programs: its kind, and the numbers or facts that decide its answer.
    """

    key: Key
    type: QuestionType
    ask: Line
    options: tuple[Option, ...] = ()
    answer: Word | None = None
    hint: Line
    worked: Line
    difficulty: Level
    points: Annotated[int, Field(ge=1, le=10)]
    time_limit_s: Annotated[int, Field(ge=10, le=600)]
    objective: Key
    data: dict[str, Any]

    @property
    def right(self) -> tuple[str, ...]:
        """The texts of its right answers."""
        return tuple(one.text for one in self.options if one.right) or ((self.answer,) if self.answer else ())

    @model_validator(mode="after")
    def _can_be_asked(self) -> Self:
        right = sum(one.right for one in self.options)
        least = {"multiple_choice": 3, "multiple_select": 4, "true_false": 2, "short_answer": 0}[self.type]
        if len(self.options) < least or (self.type == "short_answer" and self.options):
            raise ValueError(f"{self.type} can't have {len(self.options)} answers to choose from")
        if (self.answer is None) != (self.type != "short_answer"):
            raise ValueError("an answer to write belongs to short_answer, and to no other type")
        if self.type == "true_false" and {one.text for one in self.options} != {"True", "False"}:
            raise ValueError("the answers to true_false are True and False")
        if self.type in {"multiple_choice", "true_false"} and right != 1:
            raise ValueError(f"exactly one answer is right, and {right} are marked so")
        if self.type == "multiple_select" and not 2 <= right < len(self.options):
            raise ValueError("two answers or more are right, and one or more are wrong")
        _different("answer", [one.text for one in self.options])
        return self


class Quiz(Record):
    title: Title
    description: Line
    subject: Subject
    grade: Grade
    time_limit_s: Annotated[int, Field(ge=60)]
    passing_percent: Annotated[int, Field(ge=0, le=100)] = 70
    questions: Annotated[tuple[Question, ...], Field(min_length=1, max_length=50)]

    @model_validator(mode="after")
    def _asks_once(self) -> Self:
        _different("key", [one.key for one in self.questions])
        _different("question", [f"{one.ask} {sorted(one.right)}" for one in self.questions])
        return self


class Layer(Record):
    """Ground of one material, up to a height."""

    material: Material
    to_height_studs: Annotated[int, Field(ge=1, le=512)]


class Cave(Record):
    """A tunnel, level and straight.

    Attributes:
        mouths: the cells in front of its two ends.
        cells: along its middle, from one end to the other.
        floor_studs: height of its floor.
        radius_studs: half its width.
    """

    mouths: tuple[Cell, Cell]
    cells: tuple[Cell, ...]
    floor_studs: int
    radius_studs: int


class Sign(Record):
    """What stands written at the spawn or at a checkpoint."""

    heading: Annotated[Line, Field(max_length=100)]
    text: Line


class Terrain(Record):
    """A height map and what stands on it.

    Attributes:
        heights: in whole studs, one row for each cell from north to south, each from west to east.
        water_studs: height of the water's surface; None where all is dry.
        words: what stands at the spawn.
        signs: of the checkpoints, in their order.
        step_studs: the most by which the ground may rise or fall from a cell to the next where people walk.
        path: cells of the ways that join the spawn with all checkpoints.
        complexity: from 1 for a plain floor to 10.
    """

    name: Title
    terrain_type: Word
    biome: Word
    size: TerrainSize
    material: Material
    cell_studs: Literal[4] = 4
    heights: tuple[tuple[int, ...], ...]
    water_studs: int | None
    layers: Annotated[tuple[Layer, ...], Field(min_length=1)]
    path_material: Material
    step_studs: Annotated[int, Field(ge=1, le=4)]
    spawn: Cell
    checkpoints: Annotated[tuple[Cell, ...], Field(min_length=1)]
    words: Sign
    signs: tuple[Sign, ...]
    path: tuple[Cell, ...]
    caves: tuple[Cave, ...] = ()
    features: tuple[Word, ...]
    complexity: Annotated[int, Field(ge=1, le=10)]
    script: str

    @model_validator(mode="after")
    def _is_square(self) -> Self:
        cells = len(self.heights)
        if not 16 <= cells <= 256 or any(len(row) != cells for row in self.heights):
            raise ValueError("a height map has as many cells in each row as it has rows, from 16 to 256")
        return self


class Script(Record):
    """A script as it stands in Studio.

    Attributes:
        place: the service that holds it.
        template: stable key of the template that it was made from.
    """

    name: Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Za-z0-9]*$", max_length=50)]
    script_type: Literal["server", "client", "module"]
    place: Word
    template: Key
    description: Line
    variables: dict[str, Any]
    source: str


class Environment(Record):
    """All that a lesson needs; its parts fit one another."""

    version: str
    request: Request
    plan: LessonPlan
    quiz: Quiz
    terrain: Terrain
    scripts: tuple[Script, ...]


def canonical(record: Record) -> bytes:
    """Write a record as the same bytes wherever it is made."""
    return _written(record.model_dump(mode="json"))


def digest(record: Record) -> str:
    """Give the SHA-256 of a record: what a person's judgement is bound to."""
    return hashlib.sha256(canonical(record)).hexdigest()


def digest_of(document: Any) -> str:
    """Give the SHA-256 of a record that was written as JSON; also of one that another version of toolbox wrote."""
    return hashlib.sha256(_written(document)).hexdigest()


def _written(document: Any) -> bytes:
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _different(what: str, texts: list[str]) -> None:
    folded = [text.casefold() for text in texts]
    for text in texts:
        if folded.count(text.casefold()) > 1:
            raise ValueError(f"the {what} {text!r} stands twice")
