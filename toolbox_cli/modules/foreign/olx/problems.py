"""Problems of a course as questions: the kinds whose answers are written down, not worked out by a program."""

import re
from collections.abc import Callable, Iterator, Mapping
from html import escape
from typing import TYPE_CHECKING, Any, Final

from toolbox_cli.content.html.words import markdown_of
from toolbox_cli.core.archives.faults import shown
from toolbox_cli.core.formats.xml_text import children, inner, line_of, name_of, outer
from toolbox_cli.modules.foreign.questions import Task, UnusableError, choice, choosing, numeric, task

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

Clean = Callable[[str, int], str]
"""Cleans HTML that begins in a line."""

_HINTS: Final = frozenset({"choicehint", "compoundhint", "optionhint"})
_BESIDE: Final = frozenset({"p", "pre", "div", "img", "ul", "ol", "table"})
_OPTION: Final = re.compile(r"""'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)\"""")
_YES: Final = frozenset({"true", "yes", "1"})


def questions_of(problem: "Element", clean: Clean) -> list[Task]:
    """Make questions of a problem's XML.

    Args:
        problem: the element.
        clean: cleans HTML.

    Returns:
        One a response, in their order; none where the problem asks nothing.

    Raises:
        UnusableError: one of them can't be asked here.
    """
    if any(name_of(one) == "script" for one in problem.iter("*")):
        raise UnusableError("a program makes its question")
    made: list[Task] = []
    told, line = "", line_of(problem)
    for part in _flat(problem):
        name = "" if isinstance(part, str) else name_of(part)
        if isinstance(part, str):
            told += escape(part, quote=False)
        elif name.endswith("response"):
            made.append(_question(name, part, told, line, clean))
            told, line = "", line_of(part)
        elif name == "solution" and made:
            _explain(made[-1], part, clean)
        elif name in {"label", "description"}:
            told += f"<p>{inner(part)}</p>"
        elif name not in {"solution", "demandhint"}:
            told += outer(part)
    behind = markdown_of(clean(told, line)) if made else ""
    if re.search(r"\w", behind):
        made[-1]["prompt"] += f"\n\n{behind}"
    return made


def _explain(question: Task, element: "Element", clean: Clean) -> None:
    explained = "\n\n".join(markdown_of(clean(inner(one), line_of(one))) for one in element.iter("solution"))
    if explained.strip():
        question.setdefault("feedback", explained.strip())


def _flat(problem: "Element") -> "Iterator[Element | str]":
    """Give the parts of a problem with the texts between them; a frame around a response gives its own parts."""
    yield str(problem.text or "")
    for element in children(problem):
        if any(name_of(one).endswith("response") for one in element.iter("*") if one is not element):
            yield from _flat(element)
        else:
            yield element
        yield str(element.tail or "")


def _question(kind: str, element: "Element", told: str, line: int, clean: Clean) -> Task:
    make = _KINDS.get(kind)
    if make is None:
        raise UnusableError(f"<{shown(kind, 40)}> has no equivalent")
    label = "".join(f"<p>{inner(one)}</p>" for one in element.iter("label", "description"))
    beside = "".join(outer(one) for one in children(element) if name_of(one) in _BESIDE)
    said = next((str(one.get("label")) for one in element.iter("*") if one.get("label")), "")
    prompt = markdown_of(clean(told + beside + label, line)) or said
    made = make(prompt, element, clean)
    _explain(made, element, clean)
    return made


def _choices(element: "Element", clean: Clean) -> list[Mapping[str, Any]]:
    return [_choice(one, clean) for one in element.iter("choice")]


def _choice(element: "Element", clean: Clean) -> dict[str, Any]:
    hints = [one for one in children(element) if name_of(one) in _HINTS]
    for hint in hints:
        _take_out(element, hint)
    said = [one for one in hints if str(one.get("selected") or "").lower() != "false"]
    feedback = " ".join(markdown_of(clean(inner(one), line_of(one))) for one in said)
    correct = str(element.get("correct") or "").lower() in _YES
    return choice(markdown_of(clean(inner(element), line_of(element))), correct=correct, feedback=feedback)


def _take_out(element: "Element", below: "Element") -> None:
    """Remove an element, and keep the text behind it."""
    tail, before = below.tail or "", below.getprevious()
    if before is None:
        element.text = (element.text or "") + tail
    else:
        before.tail = (before.tail or "") + tail
    below.tail = None
    element.remove(below)


def _single(prompt: str, element: "Element", clean: Clean) -> Task:
    return choosing(prompt, _choices(element, clean), several=False)


def _several(prompt: str, element: "Element", clean: Clean) -> Task:
    return choosing(prompt, _choices(element, clean), several=True)


def _options(prompt: str, element: "Element", clean: Clean) -> Task:
    lists = [*element.iter("optioninput")]
    if len(lists) > 1:
        raise UnusableError("it has several lists to choose from")
    choices = [_choice(one, clean) for one in element.iter("option")]
    for one in lists if not choices else ():
        right = str(one.get("correct") or "").strip()
        words = (re.sub(r"\\(.)", r"\1", first or other) for first, other in _OPTION.findall(str(one.get("options"))))
        choices = [choice(word, correct=word.strip() == right) for word in words]
    return choosing(prompt, choices, several=False)


def _text(prompt: str, element: "Element", clean: Clean) -> Task:
    if "regexp" in str(element.get("type") or "").split():
        raise UnusableError("a pattern decides on its answer")
    others = (one.get("answer") or one.text for one in element.iter("additional_answer"))
    answers = [element.get("answer"), *others]
    return task("short_text", prompt, answers=[str(one).strip() for one in answers if one and str(one).strip()])


def _numeric(prompt: str, element: "Element", clean: Clean) -> Task:
    if any(True for _ in element.iter("additional_answer")):
        raise UnusableError("it has several numbers for an answer")
    tolerances = [str(one.get("default") or "") for one in element.iter("responseparam")
                  if one.get("type") == "tolerance"]  # fmt: skip
    return numeric(prompt, str(element.get("answer") or ""), tolerances[0] if tolerances else "")


_KINDS: Final[Mapping[str, "Callable[[str, Element, Clean], Task]"]] = {
    "multiplechoiceresponse": _single,
    "choiceresponse": _several,
    "optionresponse": _options,
    "stringresponse": _text,
    "numericalresponse": _numeric,
}
