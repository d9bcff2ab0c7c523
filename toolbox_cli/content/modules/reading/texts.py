"""Texts of a module, cleaned of what runs and what fetches from elsewhere; the files that they name are noted."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from importlib import import_module
from typing import Any, Final

from toolbox_cli.content.faults.registry import way
from toolbox_cli.content.html.addresses import within
from toolbox_cli.content.html.markdown import harmless
from toolbox_cli.content.html.removed import Cleaned
from toolbox_cli.core.documents import Document, Steps
from toolbox_cli.core.findings import Finding

Named = tuple[Steps, str]
"""A relative address, and where it stands."""

_WORDS: Final = frozenset(
    {"ask", "caption", "feedback", "hints", "items", "left", "prompt", "right", "solution", "tasks", "text",
     "transcript"}
)  # fmt: skip
"""Settings that students read; code and answers are never changed."""
_ABOVE_WORDS: Final = frozenset({"challenges", "choices", "hotspots", "pairs", "tasks"})
_PASSES: Final = 5


def cleaned(document: Document, content: dict[str, Any], faults: list[Finding], named: list[Named]) -> dict[str, Any]:
    """Clean every text of a module.

    Args:
        document: that it was read from.
        content: its fields, of any shape.
        faults: grows.
        named: grows.

    Returns:
        The same fields, or a copy with other texts.
    """
    made = content
    for steps, text, form in _texts(content):
        result = _cleaned(text, form, steps, named)
        if result.removed:
            faults += _told(document, steps, result)
        if result.html != text:
            made = deepcopy(content) if made is content else made
            _put(made, steps, result.html)
    return made


def _cleaned(text: str, form: object, steps: Steps, named: list[Named]) -> Cleaned:
    def asset(address: str) -> str | None:
        named.append((steps, address))
        return within(address)

    if form == "plain":
        return Cleaned(text, ())
    if form != "html":
        return harmless(text, asset=asset)
    cleaning = import_module("toolbox_cli.content.html.cleaning")  # its parsers are not needed for Markdown
    result: Cleaned = cleaning.clean(text, asset=asset)
    return result._replace(html=_settled(result.html, cleaning.clean))


def _settled(html: str, clean: Any) -> str:
    """Clean HTML until that changes nothing, as it would when it is read again: HTML that is written anew may part."""
    for _ in range(_PASSES):
        again = clean(html).html
        if again == html:
            break
        html = again
    return html


def _told(document: Document, steps: Steps, result: Cleaned) -> list[Finding]:
    before = document.text_line(steps) - 1
    removed = tuple(one._replace(line=(one.line or 1) + before) for one in result.removed)
    return Cleaned("", removed).findings(str(document.file), way(steps))


def _texts(content: Mapping[str, Any]) -> Iterator[tuple[Steps, str, object]]:
    """Give texts with their way and their form."""
    if isinstance(text := content.get("description"), str):
        yield ("description",), text, None
    sections = content.get("sections")
    for number, section in enumerate(sections if isinstance(sections, list) else ()):
        if not isinstance(section, dict):
            continue
        config = section.get("section_config")
        form = config.get("format") if isinstance(config, dict) else None
        if isinstance(text := section.get("content"), str):
            yield ("sections", number, "content"), text, form
        for steps, words in _words(config, ("sections", number, "section_config"), None):
            yield steps, words, None


def _words(value: Any, steps: Steps, name: str | None) -> Iterator[tuple[Steps, str]]:
    if isinstance(value, str):
        if name in _WORDS:
            yield steps, value
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from _words(part, (*steps, number), name)
    elif isinstance(value, dict):
        for key, part in value.items():
            if key in _WORDS or key in _ABOVE_WORDS:
                yield from _words(part, (*steps, key), key)


def _put(content: Any, steps: Steps, text: str) -> None:
    for step in steps[:-1]:
        content = content[step]
    content[steps[-1]] = text
