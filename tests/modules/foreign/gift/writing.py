"""Questions as GIFT, and questions as hypothesis makes them."""

import re

from hypothesis import strategies as st

from toolbox_cli.modules.foreign.gift.parsing import NOTHING, WHOLE, Answer, Kind, Question, Words


def written(question: Question) -> str:
    title = f"::{_escaped(question.title)}:: " if question.title else ""
    stem = _words(question.stem)
    if question.kind is Kind.DESCRIPTION:
        return title + stem
    feedback = f"####{_words(question.feedback)}" if question.feedback.text else ""
    return f"{title}{stem} {{{_answers(question)}{feedback}}} {_escaped(question.tail)}"


def _answers(question: Question) -> str:
    if question.kind is Kind.TRUE_FALSE:
        right, wrong = sorted(question.answers, key=lambda one: -one.percent)
        return f"{right.text.text.upper()}#{_words(wrong.feedback)}#{_words(right.feedback)}"
    if question.kind is Kind.MATCHING:
        return "\n".join(f"={_words(left)} -> {_escaped(right)}" for left, right in question.pairs)
    sign = "#" if question.kind is Kind.NUMERIC else ""
    signed = question.kind is not Kind.CHOICE or question.one
    return sign + "\n".join(_answer(answer, signed=signed) for answer in question.answers)


def _answer(answer: Answer, *, signed: bool) -> str:
    mark = "=" if signed and (answer.percent == WHOLE or answer.tolerance is not None) else "~"
    weight = "" if answer.percent == (WHOLE if mark == "=" else NOTHING) else f"%{answer.percent}%"
    around = f":{answer.tolerance}" if answer.tolerance is not None else ""
    feedback = f"#{_words(answer.feedback)}" if answer.feedback.text else ""
    return f"{mark}{weight}{_words(answer.text)}{around}{feedback}"


def _words(words: Words) -> str:
    return (f"[{words.form}]" if words.form else "") + _escaped(words.text)


def _escaped(text: str) -> str:
    return re.sub(r"([~=#{}:\\])", r"\\\1", text).replace("\n", "\\n")


PART = st.sampled_from([
    "a", "Door", "~", "=", "#", "{", "}", ":", "\\", "\\n", "n", "%50%", "5", " ", "<b>", "é", "::", "####", "//", "T",
    "$CATEGORY", "*", "\n", "..", "\u2028", "[x]",
])  # fmt: skip
TEXT = st.lists(PART, min_size=1, max_size=6).map(lambda parts: "w" + "".join(parts) + "w")
TITLE = TEXT.map(lambda text: " ".join(text.split()))
WORDS = st.builds(Words, TEXT, st.sampled_from(["", "html", "moodle", "plain", "markdown"]))
MAYBE = st.just(Words("")) | WORDS
PERCENT = st.decimals(-100, 100, places=3)
CHOSEN = st.builds(Answer, WORDS, st.just(WHOLE) | st.just(NOTHING) | PERCENT, MAYBE, st.none())
SHORT = st.builds(Answer, WORDS, st.just(WHOLE), MAYBE, st.none())
NUMBER = st.decimals(-9999, 9999, places=2, allow_nan=False)
NUMERIC = st.builds(
    lambda number, percent, told, around: Answer(Words(f"{number:f}"), percent, told, around),
    NUMBER, st.just(WHOLE) | PERCENT, MAYBE, st.decimals(0, 99, places=3),
)  # fmt: skip


def _truth(right: bool, wrong: Words, good: Words) -> tuple[Answer, ...]:
    told = {right: (WHOLE, good), not right: (NOTHING, wrong)}
    return tuple(Answer(Words(str(word)), *told[word]) for word in (True, False))


def _choices(answers: list[Answer], *, one: bool) -> tuple[Answer, ...]:
    """Have a right answer where one is chosen, a wrong one in any case: they are what shows the kind."""
    first = Answer(Words("wrong"), NOTHING)
    return (*([Answer(Words("right"), WHOLE)] if one else []), first, *answers)


def _question(kind: Kind, **more: object) -> st.SearchStrategy[Question]:
    told = {"stem": WORDS, "title": st.just("") | TITLE, **more}
    return st.builds(lambda **given: Question(kind, **given), **told)  # type: ignore[arg-type]


TAIL = st.just("") | TEXT
ANSWERED = {"tail": TAIL, "feedback": MAYBE}
CHOICES = st.lists(CHOSEN, max_size=3)
QUESTIONS = st.one_of(
    _question(Kind.DESCRIPTION),
    _question(Kind.ESSAY, **ANSWERED),
    _question(Kind.TRUE_FALSE, answers=st.builds(_truth, st.booleans(), MAYBE, MAYBE), **ANSWERED),
    _question(Kind.CHOICE, answers=CHOICES.map(lambda found: _choices(found, one=True)), **ANSWERED),
    _question(
        Kind.CHOICE, one=st.just(False), answers=CHOICES.map(lambda found: _choices(found, one=False)), **ANSWERED
    ),
    _question(Kind.SHORT, answers=st.lists(SHORT, min_size=2, max_size=3).map(tuple), **ANSWERED),
    _question(Kind.NUMERIC, answers=st.lists(NUMERIC, min_size=1, max_size=3).map(tuple), **ANSWERED),
    _question(Kind.MATCHING, pairs=st.lists(st.tuples(WORDS, TEXT), min_size=1, max_size=3).map(tuple), **ANSWERED),
)  # fmt: skip
