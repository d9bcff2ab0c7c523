"""Libraries that ask something, as questions."""

import re
from collections.abc import Callable, Mapping
from html import escape, unescape
from typing import Any, Final

from toolbox_cli.content.html.words import markdown_of, words_of
from toolbox_cli.content.modules.converting import one_line
from toolbox_cli.modules.foreign.h5p.content import Content, listed, text, value_at
from toolbox_cli.modules.foreign.questions import Task, UnusableError, choice, choosing, task

Clean = Callable[[str], str]
"""Cleans HTML."""

_GAP: Final = re.compile(r"\*([^*]+)\*")
_GAPS: Final = 100
_LONGEST: Final = 20_000
"""Of one text: each gap is asked for in a text of its own."""
_TOGETHER: Final = 1_000_000
"""Signs of all texts that gaps are asked for in."""
_MOST: Final = 200
"""Answers, cards or sentences of one content."""


def tasks_of(content: Content, clean: Clean) -> list[Task]:
    """Make questions of a content whose library is in `ASKING`.

    Raises:
        UnusableError: one of them can't be asked here.
    """
    made = ASKING[content.library](content.params, lambda html: markdown_of(clean(html)))
    if not made:
        raise UnusableError("it asks nothing")
    for one in made:
        if content.title:
            one.setdefault("name", one_line(words_of(escape(content.title))))
    return made


Mark = Callable[[str], str]
"""Gives HTML as Markdown."""


def _multiple(params: Any, mark: Mark) -> list[Task]:
    answers = [one for one in _few(params, "answers") if isinstance(one, dict)]
    right = sum(one.get("correct") is True for one in answers)
    kind = text(params, "behaviour", "type")
    several = right != 1 if kind not in {"single", "multi"} else kind == "multi"
    choices = [
        choice(
            mark(text(one, "text")),
            correct=one.get("correct") is True,
            feedback=mark(text(one, "tipsAndFeedback", "chosenFeedback")),
        )
        for one in answers
    ]
    if not right:
        raise UnusableError("no choice is right")
    return [choosing(mark(text(params, "question")), choices, several=several)]


def _truth(params: Any, mark: Mark) -> list[Task]:
    right = text(params, "correct").lower()
    if right not in {"true", "false"}:
        raise UnusableError("it does not say which answer is right")
    told = {
        which: mark(text(params, "behaviour", field))
        for which, field in ((True, "feedbackOnCorrect"), (False, "feedbackOnWrong"))
    }
    choices = [
        choice(
            mark(escape(text(params, "l10n", f"{word}Text") or word.capitalize())),
            correct=right == word, feedback=told[right == word],
        )
        for word in ("true", "false")
    ]  # fmt: skip
    return [task("true_false", mark(text(params, "question")), choices=choices)]


def _single_set(params: Any, mark: Mark) -> list[Task]:
    """Read questions whose first answer is the right one."""
    return [
        choosing(
            mark(text(one, "question")),
            [choice(mark(answer), correct=not number) for number, answer in enumerate(_texts(one, "answers"))],
            several=False,
        )
        for one in _few(params, "choices")
    ]


def _blanks(params: Any, mark: Mark) -> list[Task]:
    if sum(len(sentence) * sentence.count("*") for sentence in _texts(params, "questions")) > _TOGETHER:
        raise UnusableError("it has more gaps than anybody fills")
    return [
        task("short_text", prompt, answers=_answers(gap))
        for sentence in _texts(params, "questions")
        for prompt, gap in _gaps(text(params, "text"), sentence, mark)
    ]


def _drag_text(params: Any, mark: Mark) -> list[Task]:
    """Let each gap be a choice among all words that can be dragged."""
    field = escape(unescape(text(params, "textField")), quote=False).replace("\n", "<br>")
    gaps = _gaps(text(params, "taskDescription"), field, mark)
    apart = [_dragged(found) for found in _GAP.findall(unescape(text(params, "distractors")))]
    words = [*filter(None, dict.fromkeys([_dragged(gap) for _, gap in gaps] + apart))]
    if len(words) > _MOST:
        raise UnusableError(f"it has more than {_MOST} words to drag")
    return [
        choosing(prompt, [choice(mark(escape(word)), correct=word == _dragged(gap)) for word in words], several=False)
        for prompt, gap in gaps
        if _dragged(gap)
    ]


def _gaps(told: str, sentence: str, mark: Mark) -> list[tuple[str, str]]:
    """Give what is asked for each gap, the others being left open, and what stands in it."""
    gaps = [*_GAP.finditer(sentence)]
    if len(gaps) > _GAPS or len(sentence) + len(told) > _LONGEST:
        raise UnusableError(f"it has more than {_GAPS} gaps, or {_LONGEST:,} signs")
    made = []
    for asked in gaps:
        before, behind = (_GAP.sub("…", part) for part in (sentence[: asked.start()], sentence[asked.end() :]))
        made.append((mark(f"{told}<div>{before}_____{behind}</div>"), words_of(asked[1])))
    return made


def _answers(gap: str) -> list[str]:
    """Read what stands between the stars: answers with / between them, then a tip behind a colon."""
    given = re.split(r"(?<!\\):", gap, maxsplit=1)[0]
    return [word.strip() for word in given.replace(r"\:", ":").split("/") if word.strip()]


def _dragged(gap: str) -> str:
    """Read the one word that stands between the stars, without its tip and what is said to it."""
    return re.split(r"(?<!\\):|\\[+-]", gap, maxsplit=1)[0].replace(r"\:", ":").strip()


def _turned(answer: str) -> list[str]:
    """Read the other side of a card: answers with / or, in version 1.6, | between them."""
    return [re.sub(r"\\([/|])", r"\1", word).strip() for word in re.split(r"(?<!\\)[/|]", answer) if word.strip()]


def _cards(params: Any, mark: Mark) -> list[Task]:
    return [
        task("short_text", mark(text(one, "text")), answers=_turned(words_of(text(one, "answer"))))
        for one in _few(params, "cards")
    ]


def _essay(params: Any, mark: Mark) -> list[Task]:
    solution = text(params, "solution", "sample")
    return [task("essay", mark(text(params, "taskDescription")), feedback=mark(solution))]


def _few(value: Any, name: str) -> list[Any]:
    found = listed(value, name)
    if len(found) > _MOST:
        raise UnusableError(f"it has more than {_MOST} {name}")
    return found


def _texts(value: Any, name: str) -> list[str]:
    return [found for one in _few(value, name) if (found := text({"it": one}, "it"))]


ASKING: Final[Mapping[str, Callable[[Any, Mark], list[Task]]]] = {
    "H5P.MultiChoice": _multiple,
    "H5P.TrueFalse": _truth,
    "H5P.SingleChoiceSet": _single_set,
    "H5P.Blanks": _blanks,
    "H5P.DragText": _drag_text,
    "H5P.Flashcards": _cards,
    "H5P.Essay": _essay,
}


def picture_of(content: Content) -> str:
    """Give the address of the picture or film beside a question; empty where there is none."""
    media = value_at(content.params, "media", "type") or value_at(content.params, "media")
    return text(media, "params", "file", "path")
