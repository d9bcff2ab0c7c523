"""Whether the planner uses an index for the queries that it is declared for."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

import psycopg

from toolbox_cli.db.declared.indexes import DeclaredIndex, Shape
from toolbox_cli.verify.indexes.explain import Plan, Question, explain, explain_on_copy
from toolbox_cli.verify.indexes.live import LiveIndex
from toolbox_cli.verify.indexes.subject import Subject

_NO_COPY: Final = (psycopg.errors.InsufficientPrivilege, psycopg.errors.ReadOnlySqlTransaction)


@dataclass(frozen=True, slots=True)
class Proof:
    """What came of one index.

    Attributes:
        failed: queries that it does not serve, each with what happens instead.
        how: what is worth knowing of a proof that came about.
        unknown: why nothing can be said of some query.
    """

    failed: tuple[tuple[Shape, str], ...] = ()
    how: str | None = None
    unknown: str | None = None


def prove(connection: psycopg.Connection[Any], subject: Subject) -> dict[DeclaredIndex, Proof]:
    """Ask for the plan of every query that a usable index is declared for.

    Effects: empty temporary tables, for indexes whose work the planner gives to another; all of them taken back.
    """
    usable = list(subject.usable)
    questions = [Question(subject.quoted(live.table), shape) for declared, live in usable for shape in declared.shapes]
    answers = iter(zip(questions, explain(connection, questions), strict=True))
    return {declared: _judge(connection, live, [next(answers) for _ in declared.shapes]) for declared, live in usable}


def _judge(
    connection: psycopg.Connection[Any], live: LiveIndex, answers: Sequence[tuple[Question, Plan | psycopg.Error]]
) -> Proof:
    if not answers:
        return Proof(unknown=f"An index by {live.method} has to say what it serves, in its info.")
    errors = [(question.shape, answer) for question, answer in answers if isinstance(answer, psycopg.Error)]
    if errors:
        return _unanswered(errors)
    plans = [(question, answer) for question, answer in answers if isinstance(answer, Plan)]
    left = [(question, plan) for question, plan in plans if not _serves(plan, live, question.shape, live.leaves)]
    return _judge_alone(connection, live, left) if left else Proof()


def _judge_alone(connection: psycopg.Connection[Any], live: LiveIndex, left: Sequence[tuple[Question, Plan]]) -> Proof:
    """Ask again about a copy that has this index alone: the planner prefers another one, or this one is of no use."""
    questions = [question for question, _ in left]
    try:
        plans = explain_on_copy(connection, live, questions)
    except _NO_COPY as error:
        told = left[0][1].told
        return Proof(unknown=f"The planner {told}, and no copy can be made to try this one alone: {_said(error)}.")
    failed = [
        (question.shape, before.told)
        for (question, before), plan in zip(left, plans, strict=True)
        if not _serves(plan, live, question.shape, plan.used)
    ]
    if failed:
        return Proof(tuple(failed))
    preferred = sorted({name for _, plan in left for name in plan.used})
    return Proof(how=f"on an empty copy of its table, as the planner prefers {', '.join(preferred)}")


def _unanswered(errors: Sequence[tuple[Shape, psycopg.Error]]) -> Proof:
    wrong = [
        (shape, f"gives no plan: {_said(error)}")
        for shape, error in errors
        if not isinstance(error, psycopg.errors.InsufficientPrivilege)
    ]
    if wrong:
        return Proof(tuple(wrong))
    return Proof(unknown=f"{_said(errors[0][1])}.")


def _serves(plan: Plan, live: LiveIndex, shape: Shape, names: Collection[str]) -> bool:
    return plan.uses(names) and plan.serves(shape, live.keys[0])


def _said(error: psycopg.Error) -> str:
    return error.diag.message_primary or str(error)
