"""Problems as their authors typed them: the attribute `markdown`, which says the same as the XML, and says it plainer.

Source: https://docs.openedx.org, "Adding a problem in the simple editor".
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from toolbox_cli.modules.foreign.questions import Task, UnusableError, choice, choosing, numeric, task

_LONGEST: Final = 20_000
"""Signs of a problem; its patterns look far ahead."""
_ASKED: Final = re.compile(r">>(.*?)<<", re.DOTALL)
_ASIDE: Final = re.compile(r"\[(explanation|solution|code)\](.*?)\[\1\]", re.DOTALL | re.IGNORECASE)
_HINTS: Final = re.compile(r"\|\|.*?\|\|", re.DOTALL)
_PARTS: Final = re.compile(r"^[ \t]*---[ \t]*$", re.MULTILINE)
_CHOICE: Final = re.compile(r"\s*([(\[])\s*([xX@]?)\s*[)\]]\s*(.*)")
_ANSWER: Final = re.compile(r"\s*(=|or=|not=|s=)\s*(.*)")
_DROPDOWN: Final = re.compile(r"\[\[(.*?)\]\]", re.DOTALL)
_FEEDBACK: Final = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_TOLERANCE: Final = re.compile(r"(.+?)\s*\+-\s*(.+)")


@dataclass
class _Part:
    """One question as it stands."""

    prompt: list[str] = field(default_factory=list)
    choices: list[dict[str, Any]] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    several: bool = False


def questions_of_text(text: str) -> list[Task]:
    """Make questions of a problem's Markdown.

    Returns:
        One a part, in their order; none where nothing is asked.

    Raises:
        UnusableError: one of them can't be asked here.
    """
    if len(text) > _LONGEST:
        raise UnusableError(f"its text has more than {_LONGEST:,} signs")
    explained = "\n\n".join(found[2].strip() for found in _ASIDE.finditer(text) if found[1].lower() != "code")
    rest = _HINTS.sub("", _ASIDE.sub(lambda found: found[0] if found[1].lower() == "code" else "", text))
    made = [one for part in _PARTS.split(rest) for one in _questions(part)]
    if made and explained:
        made[-1].setdefault("feedback", explained)
    return made


def _questions(text: str) -> Iterator[Task]:
    found = _DROPDOWN.search(text)
    if found:
        yield choosing(_plain(text.replace(found[0], "")), [*_options(found[1])], several=False)
        return
    part = _read(text.splitlines())
    prompt = _plain("\n".join(part.prompt))
    if part.choices:
        yield choosing(prompt, part.choices, several=part.several)
    elif part.answers:
        yield _answered(prompt, part.answers)


def _read(lines: Sequence[str]) -> _Part:
    part = _Part()
    for line in lines:
        if found := _CHOICE.fullmatch(line):
            words, feedback = _with_feedback(found[3])
            part.several = part.several or found[1] == "["
            if words and "@" not in found[2]:
                part.choices.append(choice(words, correct=bool(found[2]), feedback=feedback))
        elif found := _ANSWER.fullmatch(line):
            if found[1] != "not=":
                part.answers.append(("|" if found[1] == "s=" else "") + _with_feedback(found[2])[0])
        else:
            part.prompt.append(line)
    return part


def _options(text: str) -> Iterator[dict[str, Any]]:
    """Read what a drop-down list offers: words between commas, or one a line; the right one in parentheses."""
    for given in text.splitlines() if "\n" in text.strip() else text.split(","):
        words, feedback = _with_feedback(given)
        right = words.startswith("(") and words.endswith(")")
        if words:
            yield choice(words[1:-1].strip() if right else words, correct=right, feedback=feedback)


def _answered(prompt: str, answers: Sequence[str]) -> Task:
    first = answers[0]
    if first.startswith("|"):
        raise UnusableError("a pattern decides on its answer")
    found = _TOLERANCE.fullmatch(first)
    number, tolerance = (found[1], found[2]) if found else (first, "")
    if len(answers) == 1:
        try:
            return numeric(prompt, number, tolerance)
        except UnusableError:
            if found or re.match(r"[\[(].*,.*[\])]$", first):
                raise
    return task("short_text", prompt, answers=[answer for answer in answers if answer])


def _with_feedback(text: str) -> tuple[str, str]:
    told = " ".join(found.strip() for found in _FEEDBACK.findall(text))
    return _FEEDBACK.sub("", text).strip(), told


def _plain(text: str) -> str:
    """Give what is asked: without the marks around it, and with the explanation that stands behind two bars."""
    asked = _ASKED.sub(lambda found: "\n\n".join(part.strip() for part in found[1].split("||")), text)
    return re.sub(r"\n{3,}", "\n\n", _FEEDBACK.sub("", asked)).strip()
