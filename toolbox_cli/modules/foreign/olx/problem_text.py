"""Problems as their authors typed them: the attribute `markdown`, which says the same as the XML, and says it plainer.

Source: https://docs.openedx.org, "Adding a problem in the simple editor"; what Studio's editor makes of it.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from toolbox_cli.content.html.words import markdown_of
from toolbox_cli.modules.foreign.questions import Task, UnusableError, choice, choosing, numeric, task

_LONGEST: Final = 20_000
"""Signs of a problem; its patterns look far ahead."""
HINTS: Final = re.compile(r"^[ \t]*\|\|.*?\|\|", re.MULTILINE)
"""Hints that students ask for."""
_ASKED: Final = re.compile(r">>((?:(?!>>).)*?)<<", re.DOTALL)
_ASIDE: Final = re.compile(r"\[(explanation|solution)\](.*?)\[/?\1\]", re.DOTALL | re.IGNORECASE)
_CODE: Final = re.compile(r"\[code\]\n?(.*?)\[/?code\]", re.DOTALL | re.IGNORECASE)
_PARTS: Final = re.compile(r"^[ \t]*---[ \t]*$", re.MULTILINE)
_UNDERLINE: Final = re.compile(r"==+\s*")
_CHOICE: Final = re.compile(r"\s*(?:(\()(.{0,3})\)|(\[)(.?)\])\s*(.*)")
_ANSWER: Final = re.compile(r"\s*(=|or=|not=|s=)\s*(.*)")
_DROPDOWN: Final = re.compile(r"\[\[((?:(?!\[\[).)+?)\]\]", re.DOTALL)
_LISTED: Final = re.compile("\0(\\d+)")
_FEEDBACK: Final = re.compile(r"\{\{((?:(?!\{\{).)*?)\}\}", re.DOTALL)
"""Like the two before it, it looks no further than to the next that begins, or many would take for ever."""
_SELECTED: Final = re.compile(r"\{\s*(?:s|selected)\s*:(.*?)\}", re.IGNORECASE)
_UNSELECTED: Final = re.compile(r"\s*\{?\s*(?:u|unselected)\s*:", re.IGNORECASE)
_TOLERANCE: Final = re.compile(r"(.+?)\s*\+-\s*(.+)")
_RANGE: Final = re.compile(r"[\[(].*[\])]")
_DIGITS: Final = re.compile(r"[+-]?\.?\d")

Mark = Callable[[str], str]
"""Gives HTML as Markdown."""


@dataclass
class _Part:
    """One question as it stands.

    Attributes:
        style: of its answers: `(`, `[`, `=`, or `list`; empty as long as there are none.
        plain: whether its answer is a text, though it may look like a number.
    """

    prompt: list[str] = field(default_factory=list)
    style: str = ""
    choices: list[dict[str, Any]] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    plain: bool = False


def questions_of_text(text: str, clean: Callable[[str], str]) -> list[Task]:
    """Make questions of a problem's text.

    Args:
        text: as it was typed; what looks like HTML in it is HTML.
        clean: cleans HTML.

    Returns:
        One a part, in their order; none where nothing is asked.

    Raises:
        UnusableError: one of them can't be asked here.
    """
    if len(text) > _LONGEST:
        raise UnusableError(f"its text has more than {_LONGEST:,} signs")

    def mark(html: str) -> str:
        return markdown_of(clean(html))

    rest = HINTS.sub("", _ASIDE.sub("", text.replace("\0", "")))
    made = [one for part in _PARTS.split(rest) for one in _questions(part, mark)]
    explained = "\n\n".join(_words(found[2], mark) for found in _ASIDE.finditer(text)).strip()
    if made and explained:
        made[-1].setdefault("feedback", explained)
    return made


def _questions(text: str, mark: Mark) -> Iterator[Task]:
    """Read one question after another: what is told behind the answers of one begins the next."""
    lists: list[str] = []

    def listed(found: "re.Match[str]") -> str:
        lists.append(found[1])
        return f"\n\0{len(lists) - 1}\n"

    joined = _FEEDBACK.sub(lambda found: found[0].replace("\n", " "), text)
    reading = _Reading(lists, mark)
    for line in _DROPDOWN.sub(listed, joined).splitlines():
        reading.add(line)
    parts = reading.parts
    if len(parts) > 1 and not parts[-1].style:
        parts[-2].prompt += parts.pop().prompt
    for part in parts:
        prompt = _words("\n".join(part.prompt), mark)
        if part.choices:
            yield choosing(prompt, part.choices, several=part.style == "[")
        elif part.answers:
            yield _answered(prompt, part)


class _Reading:
    """Reads line by line.

    Args:
        lists: what drop-down lists offer; in the lines they stand as NUL and their number.
    """

    def __init__(self, lists: Sequence[str], mark: Mark) -> None:
        self.parts = [_Part()]
        self._lists, self._mark = lists, mark

    def add(self, line: str) -> None:
        if found := _LISTED.fullmatch(line):
            self._part("list").choices += _options(self._lists[int(found[1])], self._mark)
        elif found := _CHOICE.fullmatch(line):
            self._choice(found[1] or found[3], found[2] or found[4] or "", found[5])
        elif _UNDERLINE.fullmatch(line):
            return
        elif found := _ANSWER.fullmatch(line):
            self._answer(found[1], found[2])
        else:
            if self.parts[-1].style and _FEEDBACK.sub("", line).strip():
                self.parts.append(_Part())
            self.parts[-1].prompt.append(line)

    def _part(self, style: str) -> _Part:
        """Give the question that an answer of a style belongs to."""
        if self.parts[-1].style not in {"", style} or style == self.parts[-1].style == "list":
            self.parts.append(_Part())
        self.parts[-1].style = style
        return self.parts[-1]

    def _choice(self, style: str, marks: str, text: str) -> None:
        words, feedback = _with_feedback(text, self._mark)
        if words:
            made = choice(_words(words, self._mark), correct="x" in marks.lower(), feedback=feedback)
            self._part(style).choices.append(made)

    def _answer(self, sign: str, text: str) -> None:
        part = self._part("=")
        part.plain = part.plain or sign == "s="
        if sign != "not=" and (words := _with_feedback(text, self._mark)[0]):
            part.answers.append(words)


def _options(text: str, mark: Mark) -> Iterator[dict[str, Any]]:
    """Read what a drop-down list offers: words between commas, or one a line; the right one in parentheses."""
    for given in text.splitlines() if "\n" in text.strip() else text.split(","):
        words, feedback = _with_feedback(given, mark)
        right = words.startswith("(") and words.endswith(")")
        if words:
            yield choice(_words(words[1:-1] if right else words, mark), correct=right, feedback=feedback)


def _answered(prompt: str, part: _Part) -> Task:
    first, *others = part.answers
    if first.startswith("|"):
        raise UnusableError("a pattern decides on its answer")
    if part.plain or not (_DIGITS.match(first) or _RANGE.fullmatch(first)):
        return task("short_text", prompt, answers=part.answers)
    found = _TOLERANCE.fullmatch(first)
    made = numeric(prompt, *((found[1], found[2]) if found else (first,)))
    if others and found:
        raise UnusableError("it has several numbers for an answer, and a tolerance")
    for one in others:
        numeric(prompt, one)
    return {**made, "answers": part.answers} if others else made


def _with_feedback(text: str, mark: Mark) -> tuple[str, str]:
    """Part a line from what is said to who chooses it."""
    return _FEEDBACK.sub("", text).strip(), " ".join(mark(said) for found in _FEEDBACK.findall(text)
                                                     if (said := _said(found)))  # fmt: skip


def _said(hint: str) -> str:
    """Give what a hint says where the answer is chosen; not its label.

    Example:
        >>> _said(" selected: Right. }, { unselected: No. "), _said("Well done:: Right."), _said("{u: No.}")
        ('Right.', 'Right.', '')
    """
    if found := _SELECTED.search(f"{{{hint}}}"):
        return found[1].strip()
    return "" if _UNSELECTED.match(hint) else hint.rpartition("::")[2].strip()


def _words(text: str, mark: Mark) -> str:
    """Give what is told: without the marks around it, and with the explanation that stands behind two bars."""
    asked = _ASKED.sub(lambda found: "\n".join(found[1].split("||")), _FEEDBACK.sub("", text))
    parts = _CODE.split(asked)
    made = ("".join(f"<p>{line}</p>" for line in part.splitlines() if line.strip()) if number % 2 == 0
            else f"<pre>{part}</pre>" for number, part in enumerate(parts))  # fmt: skip
    return mark("".join(made))
