"""What the supervisor decides: who does what first, what is made again, and when it ends. Pure: tasks in, tasks out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from toolbox_cli.agents.engine.outcomes import Need, NewTask
from toolbox_cli.agents.making.review.judgement import PARTS, Part, Review
from toolbox_cli.agents.workflow.tasks import (
    CONTENT,
    MADE_BY,
    MOST_ROUNDS,
    NEEDS,
    PLAN,
    QUIZ,
    REVIEW,
    SCRIPTS,
    TERRAIN,
    Asked,
    Order,
    Verdict,
    told,
)

_NAMES: Final[Mapping[str, str]] = {
    PLAN: "Choose objective and place",
    CONTENT: "Lesson plan",
    QUIZ: "Quiz",
    TERRAIN: "Land",
    SCRIPTS: "Scripts",
    REVIEW: "Review",
}
_ACTIONS: Final = (CONTENT, QUIZ, TERRAIN, SCRIPTS)
_DEPENDENT: Final[Mapping[Part, tuple[Part, ...]]] = {
    "lesson": ("lesson", "quiz", "terrain", "scripts"),
    "quiz": ("quiz", "scripts"),
    "terrain": ("terrain",),
    "scripts": ("scripts",),
}
"""Part to what has to be made anew with it."""


@dataclass(frozen=True)
class Round:
    """A round of a workflow, as the supervisor keeps it between its tries.

    Attributes:
        number: from 1.
        actions: how many states of that type the workflow has with it.
        tasks: type of task to the latest of it.
    """

    number: int
    actions: int
    tasks: Mapping[str, UUID]

    def document(self) -> dict[str, object]:
        """Write it as JSON."""
        tasks = {kind: str(key) for kind, key in self.tasks.items()}
        return {"round": self.number, "actions": self.actions, "tasks": tasks}

    @classmethod
    def read(cls, document: Mapping[str, object]) -> "Round | None":
        """Read what `document` wrote; None where no round was begun."""
        number, actions, tasks = (document.get(name) for name in ("round", "actions", "tasks"))
        if not isinstance(number, int) or not isinstance(actions, int) or not isinstance(tasks, Mapping):
            return None
        return cls(number, actions, {str(kind): UUID(str(key)) for kind, key in tasks.items()})


def first_round(asked: Asked) -> tuple[Round, list[NewTask]]:
    """Plan a workflow: a task for each agent, with what it waits for."""
    return _round(None, (PLAN, *_ACTIONS, REVIEW), Order(asked=asked))


def next_round(held: Round, order: Order, refused: Iterable[Part]) -> tuple[Round, list[NewTask]]:
    """Send back what a review refused, and with it what rests on it.

    Args:
        held: the round before.
        order: what every task of the new round is told.
        refused: parts.
    """
    again = {dependent for part in refused for dependent in _DEPENDENT[part]}
    kinds = [MADE_BY[part] for part in PARTS if part in again]
    return _round(held, [kind for kind in _ACTIONS if kind in kinds] + [REVIEW], order)


def _round(held: Round | None, kinds: Sequence[str], order: Order) -> tuple[Round, list[NewTask]]:
    number = held.number + 1 if held else 1
    actions = held.actions if held else 0
    known: dict[str, UUID] = dict(held.tasks) if held else {}
    tasks = []
    for kind in kinds:
        sequence = actions if kind in _ACTIONS else number - 1
        actions += kind in _ACTIONS
        made = _task(kind, order.model_copy(update={"round": number, "sequence": sequence}), known)
        known[kind] = made.id
        tasks.append(made)
    return Round(number, actions, known), tasks


def _task(kind: str, order: Order, known: Mapping[str, UUID]) -> NewTask:
    name = _NAMES[kind] if order.round == 1 else f"{_NAMES[kind]}, round {order.round}"
    wanted = NEEDS[kind]
    if kind == TERRAIN and order.asked.backing == "model":
        wanted = (*wanted, QUIZ)  # one after the other, so that together they keep to the budget
    needs = tuple(Need(known[needed]) for needed in wanted)
    return NewTask(kind, name, order.model_dump(mode="json"), needs=needs)


def decided(review: Review, order: Order, digests: Mapping[Part, str]) -> Verdict:
    """Decide what becomes of a workflow.

    Args:
        review: of this round.
        order: that the review was given.
        digests: of the parts that were judged.
    """
    if review.approved:
        return Verdict(decision="approved", why=f"approved in round {order.round}")
    reasons = told(review.reasons) or "the scores are below the thresholds"
    if all(order.before.get(part) == digests[part] for part in review.refused):
        return Verdict(decision="given_up", why=_line(f"what was sent back came again unchanged: {reasons}"))
    if order.round >= (order.asked.most_rounds or MOST_ROUNDS):
        rounds = "one round" if order.round == 1 else f"{order.round} rounds"
        return Verdict(decision="given_up", why=_line(f"not approved after {rounds}: {reasons}"))
    return Verdict(decision="again", why=_line(reasons))


def _line(text: str) -> str:
    return " ".join(text.split())[:600].rstrip()
