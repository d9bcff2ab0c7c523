"""The types of tasks of a workflow, and what passes between them, as JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal

from pydantic import Field

from toolbox_cli.agents.engine.outcomes import Given, Result
from toolbox_cli.agents.making.records import Grade, Key, Line, Record, Request, Subject, Word
from toolbox_cli.agents.making.review.judgement import Part, Reason

ROOT: Final = "generate_environment"
PLAN: Final = "plan_environment"
CONTENT: Final = "generate_content"
QUIZ: Final = "generate_quiz"
TERRAIN: Final = "generate_terrain"
SCRIPTS: Final = "generate_script"
REVIEW: Final = "review_content"

MADE_BY: Final[Mapping[Part, str]] = {"lesson": CONTENT, "quiz": QUIZ, "terrain": TERRAIN, "scripts": SCRIPTS}
"""Part to the type of task that makes it, in the order of the work."""
NEEDS: Final[Mapping[str, tuple[str, ...]]] = {
    PLAN: (),
    CONTENT: (PLAN,),
    QUIZ: (PLAN, CONTENT),
    TERRAIN: (PLAN, CONTENT),
    SCRIPTS: (PLAN, CONTENT, QUIZ),
    REVIEW: (PLAN, CONTENT, QUIZ, TERRAIN, SCRIPTS),
}
"""Type of task to those whose results it needs."""
MOST_ROUNDS: Final = 3

Backing = Literal["offline", "model"]


class Asked(Record):
    """What a workflow is given.

    Attributes:
        request: what a person asked for.
        backing: whether a language model is asked, where one is configured.
        most_rounds: how often parts are made at most; the supervisor's own setting where None.
        thresholds: `quality_thresholds` by template, as the installation has them; those that ship where it has none.
        allowed_sha256: scripts that a person has let pass.
        allowed_assets: assets and places that scripts may use.
        allowed_hosts: hosts that scripts may reach.
    """

    request: Request
    backing: Backing = "offline"
    most_rounds: Annotated[int, Field(ge=1, le=10)] | None = None
    thresholds: dict[str, dict[str, float]] = {}
    allowed_sha256: tuple[str, ...] = ()
    allowed_assets: tuple[int, ...] = ()
    allowed_hosts: tuple[str, ...] = ()

    def limited(self, settings: Mapping[str, Any]) -> "Asked":
        """Give it with a number of rounds, which an agent's settings may say."""
        if self.most_rounds is not None:
            return self
        return Asked.model_validate({**self.model_dump(), "most_rounds": settings.get("max_rounds", MOST_ROUNDS)})


class Order(Record):
    """What a task of a workflow is given.

    Attributes:
        asked: by the person.
        round: from 1.
        sequence: of its state among those of its type in the workflow.
        reasons: why the review sent the last version back.
        before: digests of the parts that the review of the last round refused.
    """

    asked: Asked
    round: Annotated[int, Field(ge=1)] = 1
    sequence: Annotated[int, Field(ge=0)] = 0
    reasons: tuple[Reason, ...] = ()
    before: dict[Part, str] = {}


class Chosen(Record):
    """What a plan comes down to: every later round keeps to it."""

    objective: Key
    title: Line
    subject: Subject
    grade: Grade
    environment: Word
    standard: Line

    def pinned(self, request: Request) -> Request:
        """Give the request with what was chosen for it."""
        return request.model_copy(
            update={"objective": self.objective, "grade": self.grade, "environment": self.environment}
        )


@dataclass(frozen=True)
class Needed:
    """What the tasks before one have made, by the type of task."""

    results: Mapping[str, Result]

    @classmethod
    def of(cls, given: Given) -> "Needed":
        """Read it; of several tasks of a type the latest counts."""
        return cls({one.task_type: one for one in given.needs if one.status == "completed"})

    def output(self, task_type: str) -> Mapping[str, Any] | None:
        """Give what a task of a type has made; None where there is none."""
        found = self.results.get(task_type)
        return None if found is None else found.output


class Verdict(Record):
    """What becomes of a workflow after a review.

    Attributes:
        decision: approved, again (another round), or given_up.
        why: in words.
    """

    decision: Literal["approved", "again", "given_up"]
    why: Line


def told(reasons: Sequence[Reason], most: int = 5) -> str:
    """Tell reasons in one line."""
    shown = "; ".join(f"{one.part} {one.place}: {one.found}" for one in reasons[:most])
    more = len(reasons) - most
    return f"{shown}; and {more} more" if more > 0 else shown
