"""Quizzes in QTI 1.2 as questions."""

import re
from collections.abc import Callable, Iterator, Mapping
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
    """

    name: str
    line: int
    task: Task | None
    reason: str | None = None


def items_of(quiz: "Element") -> "Iterator[Element]":
    """Give the questions of a quiz, wherever in its sections."""
    return (one for one in quiz.iter("{*}item"))


def asked(item: "Element", number: int, clean: Clean) -> Asked:
    """Make a question.

    Args:
        item: of QTI.
        number: of the question in its quiz, from 1.
        clean: cleans HTML.
    """
    name, line = shown(str(item.get("ident") or f"question {number}")), line_of(item)
    try:
        return Asked(name, line, _Question(item, clean).task())
    except UnusableError as error:
        return Asked(name, line, None, str(error))


class _Question:
    """One item on its way."""

    def __init__(self, item: "Element", clean: Clean) -> None:
        self._item, self._clean = item, clean
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
        parts = [html_of(one) for one in element.iter("{*}mattext")]
        return markdown_of(self._clean("\n".join(parts), line_of(element)))

    def _labels(self, response: "Element | None" = None) -> "Iterator[tuple[str, Element]]":
        inside = self._item if response is None else response
        return ((str(one.get("ident") or ""), one) for one in inside.iter("{*}response_label"))

    def _right(self) -> Iterator[tuple[str, str]]:
        """Give what earns points: the response's identifier, and the value that is right."""
        for condition in self._conditions(scoring=True):
            for equal in condition.iter("{*}varequal", "{*}varsubset"):
                if not any(name_of(above) == "not" for above in equal.iterancestors()):
                    yield str(equal.get("respident") or ""), text_at(equal)

    def _conditions(self, *, scoring: bool) -> "Iterator[Element]":
        for condition in self._item.iter("{*}respcondition"):
            set_to = [text_at(one) for one in children(condition, "setvar")]
            scores = any(value not in {"", "0", "0.0", "0.00"} and not value.startswith("-") for value in set_to)
            if scores is scoring:
                yield condition

    def _feedback(self) -> Mapping[str, str]:
        """Give what is said to each choice."""
        told = {one.get("ident"): one for one in self._item.iter("{*}itemfeedback")}
        found: dict[str, str] = {}
        for condition in self._conditions(scoring=False):
            link = child(condition, "displayfeedback")
            values = [text_at(one) for one in condition.iter("{*}varequal")]
            said = told.get(link.get("linkrefid")) if link is not None else None
            if said is not None and len(values) == 1:
                found[values[0]] = self._words(said)
        return found

    def choices(self, *, several: bool) -> Task:
        self._one("response_lid")
        right, feedback = {value for _, value in self._right()}, self._feedback()
        made = [choice(self._words(label), correct=name in right, feedback=feedback.get(name, ""))
                for name, label in self._labels()]  # fmt: skip
        return choosing(self._prompt(), made, several=several)

    def true_or_false(self) -> Task:
        return self.choices(several=False) | {"kind": "true_false"}

    def text(self) -> Task:
        self._one("response_str")
        if next(self._item.iter("{*}varsubset"), None) is not None:
            raise UnusableError("a pattern decides on its answer")
        answers = list(dict.fromkeys(value for _, value in self._right() if value))
        return task("short_text", self._prompt(), answers=answers)

    def number(self) -> Task:
        exact = next((value for _, value in self._right() if value), "")
        ends = [next((text_at(one) for one in self._item.iter("{*}" + name)), "") for name in ("vargte", "varlte")]
        if not all(ends):
            return numeric(self._prompt(), exact)
        try:
            low, high = (float(end) for end in ends)
            middle = float(exact) if exact else (low + high) / 2
        except ValueError:
            raise UnusableError("its answer is no plain number") from None
        return numeric(self._prompt(), exact or f"{middle:.10g}", f"{max(middle - low, high - middle):.10g}")

    def _one(self, name: str) -> None:
        """Refuse a question that is several in one."""
        if sum(1 for _ in self._item.iter("{*}" + name)) > 1:
            raise UnusableError("it has several blanks")

    def pairs(self) -> Task:
        right: dict[str, str] = dict(self._right())
        pairs = []
        for response in self._item.iter("{*}response_lid"):
            labels = dict(self._labels(response))
            left = [self._words(one) for one in children(response, "material")]
            label = labels.get(right.get(str(response.get("ident")), ""))
            if not left or label is None or not left[0] or not (words := self._words(label)):
                raise UnusableError("one of its pairs is not whole")
            pairs.append({"left": left[0], "right": words})
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
    """Give the HTML of an element that says which type its text has."""
    text = "".join(map(str, element.itertext()))
    plain = str(element.get("texttype") or "text/plain").lower() == "text/plain"
    return f"<p>{escape(text.strip(), quote=False)}</p>".replace("\n", "<br>") if plain else text
