"""Questions of other systems, as tasks of an interactive section."""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from toolbox_cli.content.modules.converting import one_line

Task = dict[str, Any]
"""A question in the native form."""

_ANSWERED: Final = frozenset({"short_text", "numeric", "ordering"})
_NUMBER: Final = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?")


class UnusableError(Exception):
    """The question can't be asked here; its text says why, to follow what was dropped."""


def choice(text: str, *, correct: bool, feedback: str = "", weight: float | None = None) -> dict[str, Any]:
    """Make a choice."""
    made: dict[str, Any] = {"text": text, "correct": correct}
    if feedback:
        made["feedback"] = feedback
    if weight is not None:
        made["weight"] = max(-1.0, min(1.0, weight))
    return made


def task(kind: str, prompt: str, **more: Any) -> Task:
    """Make a task; fields without value are left out.

    Raises:
        UnusableError: nobody could answer it right.
    """
    if "name" in more:
        more["name"] = one_line(more["name"])
    made = {
        "kind": kind,
        "prompt": prompt.strip(),
        **{name: value for name, value in more.items() if value or value == 0},
    }
    if reason := _lacking(made):
        raise UnusableError(reason)
    return made


def choosing(prompt: str, choices: Sequence[Mapping[str, Any]], *, several: bool, **more: Any) -> Task:
    """Make a question with choices.

    Raises:
        UnusableError: nobody could answer it right.
    """
    return task("multiple_choice" if several else "single_choice", prompt, choices=list(choices), **more)


def numeric(prompt: str, answer: str, tolerance: str = "", **more: Any) -> Task:
    """Make a question whose answer is a number.

    Args:
        prompt: of it.
        answer: the number.
        tolerance: to either side, or percent of the number where it ends so.
        more: further fields.

    Raises:
        UnusableError: one of them is no number.
    """
    share = tolerance.strip().endswith("%")
    within = _number(tolerance.strip().removesuffix("%")) if tolerance.strip() else 0.0
    right = _number(answer)
    more["tolerance"] = abs(right * within / 100) if share else abs(within)
    return task("numeric", prompt, answers=[answer.strip()], **more)


def quiz(tasks: Iterable[Task]) -> dict[str, Any]:
    """Give the settings of a section that asks these."""
    return {"environment_type": "quiz", "tasks": list(tasks)}


def _number(text: str) -> float:
    if not _NUMBER.fullmatch(text.strip()):
        raise UnusableError(f"its answer {text.strip()[:40]!r} is no plain number")
    value = float(text)
    if not math.isfinite(value):
        raise UnusableError("its answer is no number that can be held")
    return value


def _lacking(made: Task) -> str | None:
    """Say why nobody could answer."""
    kind, choices = made["kind"], made.get("choices", [])
    right = sum(one["correct"] for one in choices)
    wrong = {
        "it asks nothing": not made["prompt"],
        "one of its choices is empty": any(not one["text"].strip() for one in choices),
        f"one choice has to be right, {right} are": kind in {"single_choice", "true_false"} and right != 1,
        "no choice is right": kind == "multiple_choice" and not right,
        "no answer counts as right": kind in _ANSWERED and not all(made.get("answers", [""])),
        "it has no pairs": kind == "matching" and not made.get("pairs"),
    }
    return next((reason for reason, holds in wrong.items() if holds), None)
