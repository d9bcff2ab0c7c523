"""From plain values to the parts of a graph, with everything that is wrong on the way."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from toolbox_cli.content.quests.graph import LANGUAGE, VARIABLE, Graph, Part
from toolbox_cli.content.quests.quest import QUEST_ID
from toolbox_cli.core.findings import said
from toolbox_cli.core.nearby import near

Steps = tuple[str | int, ...]
Shape = TypeVar("Shape", bound=Part)

_PATTERNS: Final[Mapping[str, str]] = {
    r"\S": "is empty",
    r"^\S(.*\S)?$": "expected one line of text without blanks around it",
    VARIABLE: "a variable has letters, digits and _ . -, and begins with a letter",
    LANGUAGE: "is not the code of a language, such as en or pt-BR",
    QUEST_ID: "a quest's name has no blanks and no slashes, and begins with no point",
}


class Wrong(NamedTuple):
    """Something wrong with what was read.

    Attributes:
        steps: the way to it in what was read.
        at_key: it is the key itself.
    """

    code: str
    steps: Steps
    found: str
    at_key: bool = False
    remedy: str | None = None


@dataclass
class Read:
    """What was read.

    Attributes:
        wrong: makes the graph unusable where its code is an error.
        nodes: the way to each node of the graph, in its order.
        edges: the same of the edges.
    """

    graph: Graph = Graph()
    wrong: list[Wrong] = field(default_factory=list)
    nodes: list[Steps] = field(default_factory=list)
    edges: list[Steps] = field(default_factory=list)

    def tell(self, code: str, steps: Iterable[str | int], found: str, **more: Any) -> None:
        """Note something wrong."""
        self.wrong.append(Wrong(code, tuple(steps), found, **more))


def shaped(shape: type[Shape], given: Mapping[str, Any], way: Mapping[str, Steps], read: Read) -> Shape | None:
    """Make a part of plain values; None where they don't have its shape.

    Args:
        shape: of the part.
        given: its values.
        way: to each value, by name; under "" to the whole.
        read: gets what is wrong.
    """
    try:
        return shape.model_validate(given)
    except ValidationError as error:
        told: dict[Steps, Wrong] = {}
        for item in error.errors(include_url=False):
            wrong = _wrong(shape, given, way, item)
            told.setdefault(wrong.steps, wrong)
        read.wrong += told.values()
        return None


def _wrong(shape: type[Part], given: Mapping[str, Any], way: Mapping[str, Steps], item: ErrorDetails) -> Wrong:
    loc = [step for step in item["loc"] if step != "[key]"]
    steps = (*way.get(str(loc[0]), (*way[""], loc[0])), *loc[1:])
    at_key = len(loc) < len(item["loc"])
    if item["type"] == "missing":
        return Wrong("Q54", steps, "is missing")
    if item["type"] == "extra_forbidden":
        known = shape.model_fields if len(loc) == 1 else ()
        return Wrong("Q53", steps, "unknown key", at_key=True, remedy=near(loc[-1], known))
    there = _there(given, loc)
    steps = steps[: len(steps) - (len(loc) - there)]
    remedy = near(item["input"], _expected(item)) if item["type"] in {"enum", "literal_error"} else None
    return Wrong("Q54", steps, _words(item, there < len(loc)), at_key=at_key, remedy=remedy)


def _expected(item: ErrorDetails) -> list[str]:
    return [part.strip("' ") for part in str(item["ctx"]["expected"]).replace(" or ", ",").split(",")]


def _there(given: Any, steps: Sequence[str | int]) -> int:
    """Count the steps that lead to something; behind them stand names of the kinds that a value may have."""
    for number, step in enumerate(steps):
        try:
            given = given[step]
        except (LookupError, TypeError):
            return number
    return len(steps)


def _words(item: ErrorDetails, is_kind: bool) -> str:
    if is_kind:
        return "is of a kind that can't stand here"
    if item["type"] == "string_type" and isinstance(item["input"], bool | int | float):
        return "expected text; write it in quotes"
    if item["type"] == "string_pattern_mismatch":
        return _PATTERNS[item["ctx"]["pattern"]]
    if item["type"] == "value_error":
        return str(item["ctx"]["error"])
    found = said(item)
    return found[:1].lower() + found[1:]
