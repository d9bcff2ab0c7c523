"""One question as its author wrote it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final, NamedTuple, TypeVar

from toolbox_cli.modules.foreign.gift.blocks import Piece

_FORMAT: Final = re.compile(r"\s*\[(html|moodle|plain|markdown)\]")
_PERCENT: Final = re.compile(r"\s*%(-?\d{1,9}(?:[.,]\d{0,9})?)%")
_NUMBER: Final = re.compile(r"[+-]?(?:\d{1,40}(?:\.\d{0,40})?|\.\d{1,40})(?:[eE][+-]?\d{1,3})?")
_TRUTH: Final = {"T": True, "TRUE": True, "F": False, "FALSE": False}
_FEEDBACK: Final = "####"
_MOST: Final = 1000
"""Answers of a question."""
WHOLE: Final = Decimal(100)
NOTHING: Final = Decimal(0)

_Made = TypeVar("_Made")


class Kind(StrEnum):
    """What is asked for."""

    DESCRIPTION = "description"
    ESSAY = "essay"
    TRUE_FALSE = "true_false"
    CHOICE = "choice"
    SHORT = "short_text"
    NUMERIC = "numeric"
    MATCHING = "matching"


class Words(NamedTuple):
    """A text.

    Attributes:
        form: html, moodle, plain or markdown; empty where nothing is said.
    """

    text: str
    form: str = ""


class Answer(NamedTuple):
    """An answer that is given or offered.

    Attributes:
        percent: of the points that it gives.
        feedback: empty where nothing is said.
        tolerance: to either side of a number.
    """

    text: Words
    percent: Decimal
    feedback: Words = Words("")
    tolerance: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A question.

    Attributes:
        title: empty where it has none.
        tail: what follows the gap in which the answer is missing.
        one: whether one answer alone is chosen.
        pairs: what matches what; the first is empty for what matches nothing.
    """

    kind: Kind
    stem: Words
    title: str = ""
    tail: str = ""
    one: bool = True
    answers: tuple[Answer, ...] = ()
    pairs: tuple[tuple[Words, str], ...] = ()
    feedback: Words = Words("")


def parsed(whole: Piece) -> Question:
    """Read a question.

    Raises:
        GiftError: it can't be read.
    """
    title, rest = _title(whole.strip())
    stem, block, tail = _parts(rest)
    asked = _words(stem)
    if block is None:
        return Question(Kind.DESCRIPTION, asked, title)
    if not asked.text and not str(tail).strip():
        raise block.error("nothing is asked before the answers")
    at = block.text.rfind(_FEEDBACK)
    feedback = Words("") if at < 0 else _words(block.cut(at + len(_FEEDBACK)))
    found = _answered(block if at < 0 else block.cut(0, at))
    return Question(found.kind, asked, title, str(tail).strip(), found.one, found.answers, found.pairs, feedback)


def _title(piece: Piece) -> tuple[str, Piece]:
    if not piece.text.startswith("::"):
        return "", piece
    title, rest = piece.cut(2).parted("::")
    if rest is None:
        raise piece.error("the title has no :: behind it")
    return " ".join(str(title).split()), rest.strip()


def _parts(piece: Piece) -> tuple[Piece, Piece | None, Piece]:
    """Part a question into what stands before the answers, them, and what stands behind."""
    stem, rest = piece.parted("{")
    if "}" in stem.text:
        raise piece.cut(piece.text.index("}")).error("a } closes nothing; as a sign of the text it is written \\}")
    if rest is None:
        return stem, None, piece.cut(len(piece.text))
    block, tail = rest.parted("}")
    if tail is None:
        raise piece.cut(len(stem.text)).error("the { is not closed before the blank line that ends the question")
    for part in (block, tail):
        if found := re.search("[{}]", part.text):
            told = f"a second {found[0]}: a question has one block of answers, and as a sign \\{found[0]} is written"
            raise part.cut(found.start()).error(told)
    return stem, block, tail


def _words(piece: Piece) -> Words:
    found = _FORMAT.match(piece.text)
    rest = piece.cut(found.end()) if found else piece
    return Words(str(rest.strip()), found[1] if found else "")


class _Answered(NamedTuple):
    """What the braces say."""

    kind: Kind
    answers: tuple[Answer, ...] = ()
    pairs: tuple[tuple[Words, str], ...] = ()
    one: bool = True


def _answered(piece: Piece) -> _Answered:
    block = _few(piece.strip())
    if block.text.startswith("#"):
        return _Answered(Kind.NUMERIC, tuple(_numbers(block.cut(1))))
    if "~" in block.text:
        return _Answered(Kind.CHOICE, tuple(_listed(block, "~=", _answer)), one="=" in block.text)
    if "->" in block.text:
        return _Answered(Kind.MATCHING, pairs=tuple(_listed(block, "=", _pair)))
    first = str(block.parted("#")[0]).strip().upper()
    if first in _TRUTH:
        return _Answered(Kind.TRUE_FALSE, _truth(block, right=_TRUTH[first]))
    answers = tuple(_listed(block, "=", _answer)) if "=" in block.text else _alone(block)
    return _Answered(Kind.SHORT if answers else Kind.ESSAY, answers)


def _alone(block: Piece) -> tuple[Answer, ...]:
    return (_answer("=", block),) if block.text else ()


def _few(block: Piece) -> Piece:
    if sum(map(block.text.count, "=~")) > _MOST:
        raise block.error(f"there are more than {_MOST:,} answers")
    return block


def _listed(block: Piece, signs: str, make: Callable[[str, Piece], _Made]) -> Iterator[_Made]:
    for number, (sign, piece) in enumerate(block.split(signs)):
        if number:
            yield make(sign, piece.strip())
        elif piece.text.strip():
            raise piece.strip().error(f"an answer begins with {' or '.join(signs)}")


def _answer(sign: str, piece: Piece) -> Answer:
    percent, rest = _percent(sign, piece)
    text, feedback = rest.parted("#")
    words = _words(text)
    if not words.text:
        raise piece.error("an answer is empty")
    return Answer(words, percent, _words(feedback) if feedback else Words(""))


def _percent(sign: str, piece: Piece) -> tuple[Decimal, Piece]:
    found = _PERCENT.match(piece.text)
    if not found:
        return (WHOLE if sign == "=" else NOTHING), piece
    percent = Decimal(found[1].replace(",", "."))
    if abs(percent) > WHOLE:
        raise piece.error(f"a weight lies between -100 and 100 percent, and is {percent}")
    return percent, piece.cut(found.end())


def _pair(_: str, piece: Piece) -> tuple[Words, str]:
    left, right = piece.parted("->")
    if right is None or not str(right).strip():
        raise piece.error("a pair is written = left -> right")
    return _words(left), str(right.strip())


def _truth(block: Piece, *, right: bool) -> tuple[Answer, ...]:
    _, *told = [piece for _, piece in block.split("#")]
    if len(told) > 2:
        raise told[2].error("true and false have two texts of feedback: for the wrong answer, and for the right one")
    wrong, good = (_words(told[number]) if number < len(told) else Words("") for number in (0, 1))
    return tuple(
        Answer(Words(str(word)), WHOLE if word is right else NOTHING, good if word is right else wrong)
        for word in (True, False)
    )


def _numbers(block: Piece) -> Iterator[Answer]:
    if not block.text.strip():
        raise block.error("the number is missing")
    for number, (sign, piece) in enumerate(block.split("~=")):
        if number or piece.text.strip():
            yield _number(sign or "=", piece.strip())


def _number(sign: str, piece: Piece) -> Answer:
    percent, rest = _percent(sign, piece)
    said, feedback = rest.parted("#")
    told = _words(feedback) if feedback else Words("")
    text = said.strip()
    if text.text == "*" or (sign == "~" and not text.text):
        return Answer(Words("*"), percent, told)
    low, high = text.parted("..")
    if high is not None:
        ends = sorted((_decimal(low), _decimal(high)))
        middle = (ends[0] + ends[1]) / 2
        return Answer(Words(_plain(middle)), percent, told, ends[1] - middle)
    middle_piece, around = text.parted(":")
    tolerance = abs(_decimal(around)) if around else NOTHING
    return Answer(Words(_plain(_decimal(middle_piece))), percent, told, tolerance)


def _decimal(piece: Piece) -> Decimal:
    text = piece.text.strip()
    if not _NUMBER.fullmatch(text):
        raise piece.error("a number is expected: 3, 3.14:0.01 or 3.1..3.2")
    return Decimal(text)


def _plain(number: Decimal) -> str:
    """Write a number without an exponent where that is short."""
    return f"{number:f}" if abs(number.adjusted()) < 30 else f"{number}"
