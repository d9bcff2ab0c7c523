"""Quizzes in QTI 1.2 as questions."""

import math
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any, Final

from toolbox_cli.content.html.words import markdown_of
from toolbox_cli.core.archives.faults import shown
from toolbox_cli.core.formats.xml_text import child, children, line_of, name_of, text_at
from toolbox_cli.modules.foreign.questions import Task, UnusableError, choice, choosing, numeric, task

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

Clean = Callable[[str, int], str]
"""Cleans HTML that begins in a line."""

_POINTS: Final = re.compile(r"\d{1,6}(\.\d{1,6})?")


@dataclass(frozen=True)
class Asked:
    """A question of a quiz, or why there is none.

    Attributes:
        name: its identifier, or its number.
        line: where it begins.
        reason: why there is no task; what the task lost, where there is one.
    """

    name: str
    line: int
    task: Task | None
    reason: str | None = None


def items_of(quiz: "Element") -> "Iterator[Element]":
    """Give the questions of a quiz, wherever in its sections."""
    return (one for one in quiz.iter("{*}item"))


def drawn_of(quiz: "Element") -> Iterator[Asked]:
    """Give the questions that a quiz names and does not hold."""
    for number, one in enumerate(quiz.iter("{*}sourcebank_ref", "{*}itemref"), 1):
        name = shown(text_at(one) or str(one.get("linkrefid") or number))
        yield Asked(f"of bank {name}", line_of(one), None, "it is drawn by lot from a bank, which is not read")


def asked(item: "Element", number: int, clean: Clean) -> Asked:
    """Make a question.

    Args:
        item: of QTI.
        number: of the question in its quiz, from 1.
        clean: cleans HTML.
    """
    name, line = shown(str(item.get("ident") or f"question {number}")), line_of(item)
    question = _Question(item, clean)
    try:
        return Asked(name, line, question.task(), question.lost)
    except UnusableError as error:
        return Asked(name, line, None, str(error))


class _Question:
    """One item on its way."""

    def __init__(self, item: "Element", clean: Clean) -> None:
        self._item, self._clean = item, clean
        self.lost: str | None = None
        presentation = child(item, "presentation")
        flow = child(presentation, "flow") if presentation is not None else None
        self._shown = flow if flow is not None else presentation
        self._fields = {text_at(one, "fieldlabel"): text_at(one, "fieldentry")
                        for one in item.iter("{*}qtimetadatafield")}  # fmt: skip

    def task(self) -> Task:
        """Make the question.

        Raises:
            UnusableError: it can't be asked here.
        """
        kind = self._fields.get("question_type") or self._fields.get("cc_profile", "").removeprefix("cc.")
        kind = kind.partition(".v0p")[0].removesuffix("_question") or self._guessed()
        make = _MAKERS.get(kind)
        if make is None:
            raise UnusableError(f"questions of kind {shown(kind, 40)} have no equivalent")
        made = make(self)
        points = self._fields.get("points_possible") or self._fields.get("cc_weighting") or ""
        if _POINTS.fullmatch(points):
            made["points"] = float(points)
        told = {one.get("ident"): one for one in self._item.iter("{*}itemfeedback")}
        if "general_fb" in told and (words := self._words(told["general_fb"])):
            made["feedback"] = words
        return made

    def _guessed(self) -> str:
        """Say what kind it is, where nothing does."""
        found = next((one for one in self._item.iter("{*}response_lid", "{*}response_str")), None)
        if found is None:
            return "essay"
        if name_of(found) == "response_str":
            return "fib" if [*self._right()] else "essay"
        return "multiple_response" if str(found.get("rcardinality")).lower() == "multiple" else "multiple_choice"

    def _prompt(self) -> str:
        return "" if self._shown is None else "\n\n".join(self._words(one) for one in children(self._shown, "material"))

    def _words(self, element: "Element") -> str:
        """Give the words of all material in an element."""
        parts = [html_of(one) for one in element.iter("{*}mattext", "{*}matimage")]
        return markdown_of(self._clean("\n".join(parts), line_of(element)))

    def _labels(self, response: "Element | None" = None) -> "Iterator[tuple[str, Element]]":
        inside = self._item if response is None else response
        return ((str(one.get("ident") or ""), one) for one in inside.iter("{*}response_label"))

    def _right(self, *, several: bool = False) -> Iterator[tuple[str, str]]:
        """Give what counts as right: the response's identifier, and the value.

        Args:
            several: whether points of several conditions are added up.
        """
        worth = self._worth(several=several)
        return (one for condition, share in worth if share == 1 for one in _equal(condition))

    def _worth(self, *, several: bool = False) -> "list[tuple[Element, float]]":
        """Give each condition that earns points, with its share of the most that one earns."""
        variables = {_variable(one) for one in self._item.iter("{*}setvar")}
        scores = {one for one in variables if "SCORE" in one} or {one for one in variables if "INCORRECT" not in one}
        earned = [(one, _earned(one, scores)) for one in self._item.iter("{*}respcondition")]
        earning = [(one, how, points) for one, (how, points) in earned if points > 0]
        most = max((points for _, _, points in earning), default=0.0)
        return [(one, 1 if points == most or (several and how == "add") else points / most)
                for one, how, points in earning]  # fmt: skip

    def _feedback(self) -> Mapping[str, str]:
        """Give what is said to each choice."""
        told = {one.get("ident"): one for one in self._item.iter("{*}itemfeedback")}
        found: dict[str, str] = {}
        for condition in self._item.iter("{*}respcondition"):
            said = [told[one.get("linkrefid")] for one in children(condition, "displayfeedback")
                    if one.get("linkrefid") in told]  # fmt: skip
            values = [value for _, value in _equal(condition)]
            if said and len(values) == 1 and not any(True for _ in condition.iter("{*}not")):
                found.setdefault(values[0], self._words(said[0]))
        return found

    def choices(self, *, several: bool) -> Task:
        self._one("response_lid")
        worth, feedback = self._worth(several=several), self._feedback()
        shares = {value: share for condition, share in reversed(worth) for _, value in _equal(condition)}
        right = {value for _, value in self._right(several=several)}
        made = [
            choice(
                self._words(label), correct=name in right, feedback=feedback.get(name, ""),
                weight=None if name in right or several else shares.get(name),
            )
            for name, label in self._labels()
        ]  # fmt: skip
        return choosing(self._prompt(), made, several=several)

    def true_or_false(self) -> Task:
        return self.choices(several=False) | {"kind": "true_false"}

    def text(self) -> Task:
        self._one("response_str")
        if next(self._item.iter("{*}varsubset"), None) is not None:
            raise UnusableError("a pattern decides on its answer")
        if any(share < 1 for _, share in self._worth()):
            self.lost = "without answers that give less than all points"
        answers = list(dict.fromkeys(value for _, value in self._right() if value))
        return task("short_text", self._prompt(), answers=answers)

    def number(self) -> Task:
        """Ask for a number, or for one between two that count too."""
        conditions = [condition for condition, share in self._worth() if share == 1]
        exact = list(dict.fromkeys(value for _, value in self._right() if value))
        low, high, without = (
            [text_at(one) for condition in conditions for one in condition.iter(*names)]
            for names in (("{*}vargte",), ("{*}varlte",), ("{*}vargt", "{*}varlt"))
        )
        if without or len(low) != len(high) or len(low) > 1 or (low and len(exact) > 1):
            raise UnusableError("it has several ranges for an answer, or ends that don't count")
        if low:
            return self._between(low[0], high[0], next(iter(exact), ""))
        made = [numeric(self._prompt(), one) for one in exact or [""]]
        return {**made[0], "answers": exact}

    def _between(self, low: str, high: str, exact: str) -> Task:
        try:
            ends = sorted(map(float, (low, high)))
            middle = sum(ends) / 2
            named = exact if exact and math.isclose(float(exact), middle, rel_tol=1e-9, abs_tol=1e-12) else None
        except ValueError:
            raise UnusableError("its answer is no plain number") from None
        return numeric(self._prompt(), named or f"{middle:.10g}", f"{(ends[1] - ends[0]) / 2:.10g}")

    def _one(self, name: str) -> None:
        """Refuse a question that is several in one."""
        if sum(1 for _ in self._item.iter("{*}" + name)) > 1:
            raise UnusableError("it has several blanks")

    def pairs(self) -> Task:
        right: dict[str, str] = dict(self._right(several=True))
        offered: set[str] = set()
        pairs = []
        for response in self._item.iter("{*}response_lid"):
            labels = dict(self._labels(response))
            offered |= {*labels}
            left = [self._words(one) for one in children(response, "material")]
            label = labels.get(right.get(str(response.get("ident")), ""))
            if not left or label is None or not left[0] or not (words := self._words(label)):
                raise UnusableError("one of its pairs is not whole")
            pairs.append({"left": left[0], "right": words})
        if offered - {*right.values()}:
            self.lost = "without what matches nothing"
        return task("matching", self._prompt(), pairs=pairs)

    def essay(self) -> Task:
        return task("essay", self._prompt())


_MAKERS: Final[Mapping[str, Callable[[_Question], dict[str, Any]]]] = {
    "multiple_choice": lambda one: one.choices(several=False),
    "multiple_response": lambda one: one.choices(several=True),
    "multiple_answers": lambda one: one.choices(several=True),
    "true_false": _Question.true_or_false,
    "fib": _Question.text,
    "pattern_match": _Question.text,
    "short_answer": _Question.text,
    "numerical": _Question.number,
    "matching": _Question.pairs,
    "essay": _Question.essay,
}


def html_of(element: "Element") -> str:
    """Give the HTML of an element that says which type its text has, or which picture it is."""
    if name_of(element) == "matimage":
        return f'<img src="{escape(str(element.get("uri") or ""))}" alt="{escape(str(element.get("label") or ""))}">'
    text = "".join(map(str, element.itertext()))
    plain = str(element.get("texttype") or "text/plain").lower() == "text/plain"
    return f"<p>{escape(text.strip(), quote=False)}</p>".replace("\n", "<br>") if plain else text


def _equal(condition: "Element") -> Iterator[tuple[str, str]]:
    """Give what has to be answered for a condition: the response's identifier, and the value."""
    for equal in condition.iter("{*}varequal", "{*}varsubset"):
        if sum(name_of(above) == "not" for above in equal.iterancestors()) % 2 == 0:
            yield str(equal.get("respident") or ""), text_at(equal)


def _variable(setvar: "Element") -> str:
    return str(setvar.get("varname") or setvar.get("variablename") or "SCORE").upper()


def _earned(condition: "Element", variables: Collection[str]) -> tuple[str, float]:
    """Say how a condition changes the score, and by how much; a word for points, such as `SCORE.max`, is all of them.

    Returns:
        `set` or `add`, and the points; 0 where none are earned.
    """
    how, points = "set", 0.0
    for one in children(condition, "setvar"):
        text, action = text_at(one).removesuffix("%"), str(one.get("action") or "Set").lower()
        if text and action in {"set", "add"} and _variable(one) in variables:
            how, points = action, max(points, _points(text))
    return how, points


def _points(text: str) -> float:
    try:
        points = float(text.replace(",", "."))
    except ValueError:
        return 100.0
    return points if math.isfinite(points) else 0.0
