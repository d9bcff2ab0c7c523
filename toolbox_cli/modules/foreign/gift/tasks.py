"""Questions of GIFT in the native form."""

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from html import escape
from typing import Any, Final

from toolbox_cli.content.html.words import markdown_of
from toolbox_cli.core.errors import MissingExtraError
from toolbox_cli.core.formats.xml_text import EXTRA
from toolbox_cli.modules.foreign.gift.parsing import NOTHING, WHOLE, Answer, Kind, Question, Words
from toolbox_cli.modules.foreign.questions import Task, UnusableError, choice, choosing, numeric, task

try:
    from markdown_it import MarkdownIt
except ImportError:
    MarkdownIt = None  # type: ignore[assignment,misc]

Clean = Callable[[str], str]
"""Cleans HTML."""

GAP: Final = "_____"
_TAGS: Final = re.compile(r"</?[A-Za-z][A-Za-z0-9]*(\s[^<>]*)?/?>|<!--|&#?\w{1,32};")
_LONGEST: Final = 10_000
"""Signs of a text in Markdown; a longer one is shown as it was typed."""
_DEEPEST: Final = 20
"""Blocks within blocks of Markdown."""


def html_of(words: Words, form: str, clean: Clean) -> str:
    """Give a text as clean HTML.

    Args:
        words: the text.
        form: of the question, where the text itself says none.
        clean: cleans HTML.

    Raises:
        MissingExtraError: what reads Markdown is not installed.
    """
    kind, text = words.form or form, words.text
    if kind == "markdown" and len(text) <= _LONGEST:
        if MarkdownIt is None:
            raise MissingExtraError("markdown-it-py", EXTRA)
        return clean(MarkdownIt("commonmark", {"maxNesting": _DEEPEST}).enable("table").render(text))
    if kind == "html":
        return clean(text)
    tagged = kind != "plain" and _TAGS.search(text)
    return clean((text if tagged else escape(text, quote=False)).replace("\n", "<br>"))


def task_of(question: Question, clean: Clean) -> tuple[Task, list[str]]:
    """Make a task.

    Args:
        question: anything but a description.
        clean: cleans HTML.

    Returns:
        The task, and what had to be left out of it.

    Raises:
        UnusableError: it can't be asked here.
    """
    made = _Making(question, clean)
    return made.task(), made.left


class _Making:
    def __init__(self, question: Question, clean: Clean) -> None:
        self._question, self._clean = question, clean
        self.left: list[str] = []

    def task(self) -> Task:
        question = self._question
        if question.kind is Kind.ESSAY:
            return task("essay", self._prompt(), **self._beside())
        if question.kind is Kind.CHOICE:
            return self._choosing()
        if question.kind is Kind.TRUE_FALSE:
            return task("true_false", self._prompt(), choices=[*map(self._choice, question.answers)], **self._beside())
        if question.kind is Kind.MATCHING:
            return self._matching()
        return self._short() if question.kind is Kind.SHORT else self._numeric()

    def _markdown(self, words: Words) -> str:
        return markdown_of(html_of(words, self._question.stem.form, self._clean))

    def _prompt(self) -> str:
        stem, tail = self._question.stem, self._question.tail
        behind = f" {tail}" if tail[:1].isalnum() else tail
        return self._markdown(Words(f"{stem.text} {GAP}{behind}".strip() if tail else stem.text, stem.form))

    def _beside(self) -> dict[str, Any]:
        """Give what every kind of question has."""
        told = {"name": self._question.title, "feedback": self._markdown(self._question.feedback)}
        return {name: text for name, text in told.items() if text}

    def _choice(self, answer: Answer) -> dict[str, Any]:
        right = answer.percent == WHOLE or (not self._question.one and answer.percent > 0)
        partial = answer.percent not in {NOTHING, WHOLE}
        weight = float(answer.percent / 100) if partial else None
        return choice(
            self._markdown(answer.text), correct=right, feedback=self._markdown(answer.feedback), weight=weight
        )

    def _choosing(self) -> Task:
        choices = [*map(self._choice, self._question.answers)]
        if not any(one["correct"] for one in choices):
            raise UnusableError("no choice is right")
        whole = sum(answer.percent for answer in self._question.answers if answer.percent > 0)
        if not self._question.one and abs(whole - WHOLE) > 1:
            self._leave("points that add up to 100 percent")
        return choosing(self._prompt(), choices, several=not self._question.one, **self._beside())

    def _matching(self) -> Task:
        pairs = [
            {"left": self._markdown(left), "right": self._markdown(Words(right, "plain"))}
            for left, right in self._question.pairs
            if left.text
        ]
        if not all(pair["left"] and pair["right"] for pair in pairs):
            raise UnusableError("one of its pairs is empty")
        if len(pairs) < len(self._question.pairs):
            self._leave("what matches nothing")
        return task("matching", self._prompt(), pairs=pairs, **self._beside())

    def _short(self) -> Task:
        answers = [*self._whole("*")]
        if any("*" in answer.text.text for answer in answers):
            raise UnusableError("a pattern decides on its answer")
        return task("short_text", self._prompt(), answers=[one.text.text for one in answers], **self._beside())

    def _numeric(self) -> Task:
        answers = [*self._whole("*")]
        if not answers or any(one.text.text == "*" for one in answers):
            raise UnusableError("no number counts as right")
        first, *others = answers
        if any(one.tolerance != first.tolerance for one in others):
            raise UnusableError("its numbers have different tolerances")
        for one in others:
            numeric(".", one.text.text)
        made = numeric(self._prompt(), first.text.text, f"{first.tolerance or Decimal(0)}", **self._beside())
        return {**made, "answers": [one.text.text for one in answers]}

    def _whole(self, everything: str) -> Iterator[Answer]:
        """Give the answers that count as right; the others have no place here."""
        for answer in self._question.answers:
            if answer.feedback.text:
                self._leave("what is told of single answers")
            if answer.percent == WHOLE:
                yield answer
            elif answer.text.text != everything:
                self._leave("answers that give less than all points")

    def _leave(self, what: str) -> None:
        if what not in self.left:
            self.left.append(what)
