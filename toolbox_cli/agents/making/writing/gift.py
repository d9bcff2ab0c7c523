"""A quiz in GIFT, which Moodle and others import.

Source: https://docs.moodle.org, "GIFT format".
"""

import re
from collections.abc import Iterator
from typing import Final

from toolbox_cli.agents.making.records import Question, Quiz

_SIGNS: Final = re.compile(r"([~=#{}:\\])")
_LOOKS_SPECIAL: Final = re.compile(r"\[\w+\]")


def gift(quiz: Quiz) -> str:
    """Write a quiz: a category of its title, and each question with its feedback; hints stand in comments."""
    blocks = [f"$CATEGORY: {_category(quiz.title)}", *map(_question, quiz.questions)]
    return "\n\n".join(blocks) + "\n"


def _category(title: str) -> str:
    """Write a category's name, whose levels would be parted by a slash."""
    return title.replace("/", "//")


def _question(one: Question) -> str:
    """Write a question; the text is plain, so that a sign such as < stays one."""
    answers = "".join(f"\t{line}\n" for line in _ANSWERS[one.type](one))
    return (
        f"// Hint: {one.hint}\n::{_text(one.key)}::[plain]{_text(one.ask)} {{\n{answers}\t####{_text(one.worked)}\n}}"
    )


def _choice(one: Question) -> Iterator[str]:
    for option in one.options:
        sign, percent = ("=", 100) if option.right else ("~", 0)
        yield f"{sign}{_weighted(option.text, percent)}#{_text(option.why)}"


def _several(one: Question) -> Iterator[str]:
    """Share the points out to the right answers; each wrong one costs as much as a right one gives."""
    share = f"{100 / sum(option.right for option in one.options):.5f}".rstrip("0").rstrip(".")
    for option in one.options:
        yield f"~%{'' if option.right else '-'}{share}%{_formed(option.text)}#{_text(option.why)}"


def _truth(one: Question) -> Iterator[str]:
    right = next(option for option in one.options if option.right)
    wrong = next(option for option in one.options if not option.right)
    yield f"{right.text.upper()}#{_text(wrong.why)}#{_text(right.why)}"


def _written(one: Question) -> Iterator[str]:
    """Write the answer; an arrow of two signs would make it a pair to be matched."""
    text = (one.answer or "").replace("->", "\N{RIGHTWARDS ARROW}")
    yield f"={_weighted(text, 100)}"


_ANSWERS: Final = {
    "multiple_choice": _choice,
    "multiple_select": _several,
    "true_false": _truth,
    "short_answer": _written,
}


def _weighted(text: str, percent: int) -> str:
    """Write an answer; its weight stands before one that would look like a weight."""
    return f"%{percent}%{_formed(text)}" if text.startswith("%") else _formed(text)


def _formed(text: str) -> str:
    """Write a text; its form stands before one that would look like a form."""
    return f"[plain]{_text(text)}" if _LOOKS_SPECIAL.match(text) else _text(text)


def _text(text: str) -> str:
    return _SIGNS.sub(r"\\\1", text)
