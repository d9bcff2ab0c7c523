"""What has the right shape and is wrong, or doubtful, all the same."""

import math
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from toolbox_cli.content.modules.shapes.configs import InteractiveConfig, Question, SandboxConfig, VideoConfig
from toolbox_cli.content.modules.shapes.module import Module
from toolbox_cli.content.modules.shapes.sections import (
    ImageSection,
    InteractiveSection,
    SandboxSection,
    Section,
    TextSection,
    VideoSection,
)
from toolbox_cli.core.documents import Steps

_READ: Final = frozenset({"text", "video", "image", "checklist"})
_LISTS: Final = ("prerequisites", "related_modules", "tags", "required_components")
_FARTHEST: Final = 1.5
"""How many times as long, or as short, as it says a module may take."""


class Parts(NamedTuple):
    """What of a module has the right shape.

    Attributes:
        fields: of the module, but its sections.
        keys: of sections, by their numbers; of those too that are wrong in something else.
        sections: by their numbers.
    """

    fields: Mapping[str, Any]
    keys: Mapping[int, str]
    sections: Mapping[int, Section]


class Doubt(NamedTuple):
    """A fault of a module, without its place in a file."""

    code: str
    steps: Steps
    found: str


def doubts(module: Module) -> Iterator[Doubt]:
    """Find what is wrong with a module by itself."""
    yield from _kind(module)
    yield from _length(module)
    fields = {name: getattr(module, name) for name in _LISTS}
    keys = {number: section.key for number, section in enumerate(module.sections)}
    yield from partial_doubts(Parts(fields | {"slug": module.slug}, keys, dict(enumerate(module.sections))))


def partial_doubts(parts: Parts) -> Iterator[Doubt]:
    """Find what is wrong with parts of a module, whatever the others are."""
    yield from _lists(parts.fields)
    yield from _keys(parts.keys)
    for number, section in parts.sections.items():
        for doubt in _section(section):
            yield Doubt(doubt.code, ("sections", number, *doubt.steps), doubt.found)


def _keys(keys: Mapping[int, str]) -> Iterator[Doubt]:
    seen: dict[str, int] = {}
    for number, key in keys.items():
        if (first := seen.setdefault(key, number)) != number:
            yield Doubt("M206", ("sections", number, "key"), f"{key} is the key of sections[{first}] too")


def _lists(fields: Mapping[str, Any]) -> Iterator[Doubt]:
    for name in _LISTS:
        seen: dict[str, int] = {}
        for number, word in enumerate(fields.get(name, ())):
            if seen.setdefault(word, number) != number:
                yield Doubt("M309", (name, number), f"{word} stands twice")
            elif word == fields.get("slug") and name in {"prerequisites", "related_modules"}:
                yield Doubt("M304", (name, number), "is the module itself")


def _kind(module: Module) -> Iterator[Doubt]:
    kinds = {section.type for section in module.sections}
    tried = sorted(kinds - _READ)
    if module.module_type == "text" and tried:
        yield Doubt("M107", ("module_type",), f"a text module has sections of type {', '.join(tried)}")
    elif module.module_type not in {None, "text", "mixed", *kinds}:
        yield Doubt("M107", ("module_type",), f"no section is of type {module.module_type}")


def _length(module: Module) -> Iterator[Doubt]:
    lengths = [section.duration_seconds for section in module.sections]
    said = (module.estimated_minutes or 0) * 60
    told = [length for length in lengths if length is not None]
    if said and len(told) == len(lengths) and not said / _FARTHEST <= sum(told) <= said * _FARTHEST:
        yield Doubt("M108", ("estimated_minutes",), f"the sections take {-(-sum(told) // 60)} minutes together")


def _section(section: Section) -> Iterator[Doubt]:
    if section.type in {"video", "image"} and section.media_url is None:
        yield Doubt("M207", ("media_url",), f"the {section.type} has no address")
    if isinstance(section, VideoSection) and _is_empty(section.section_config):
        yield Doubt("M205", ("section_config", "end_seconds"), "the video ends before it begins")
    if isinstance(section, SandboxSection):
        yield from _files(section.section_config)
    if isinstance(section, ImageSection) and not (section.section_config and section.section_config.alternative_text):
        yield Doubt("M208", ("section_config",), "the image has no alternative text")
    if isinstance(section, TextSection) and not section.content.strip():
        yield Doubt("M209", ("content",), "the section has no text")
    if isinstance(section, InteractiveSection):
        yield from _questions(section.section_config)


def _is_empty(config: VideoConfig | None) -> bool:
    return bool(config and config.end_seconds is not None and config.end_seconds <= (config.start_seconds or 0))


def _files(config: SandboxConfig) -> Iterator[Doubt]:
    names = [file.name for file in config.files]
    for number, name in enumerate(names):
        if names.index(name) != number:
            yield Doubt("M205", ("section_config", "files", number, "name"), f"another file is called {name} too")


def _questions(config: InteractiveConfig) -> Iterator[Doubt]:
    for number, task in enumerate(config.tasks or ()):
        if isinstance(task, Question) and (found := _unanswerable(task)):
            yield Doubt("M210", ("section_config", "tasks", number), found)


def _unanswerable(question: Question) -> str | None:
    """Say why no answer could count as right."""
    right = sum(choice.correct for choice in question.choices or ())
    if question.kind in {"single_choice", "true_false"} and right != 1:
        return f"one choice has to be correct, {right} are"
    if question.kind == "multiple_choice" and not question.choices:
        return "there are no choices"
    if question.kind in {"short_text", "numeric", "ordering"} and not question.answers:
        return "there are no answers"
    if question.kind == "numeric" and (words := [answer for answer in question.answers or () if not _number(answer)]):
        return f"{words[0][:40]!r} is no number"
    if question.kind == "matching" and not question.pairs:
        return "there are no pairs"
    return None


def _number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False
