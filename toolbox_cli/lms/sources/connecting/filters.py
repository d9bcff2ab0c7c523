"""Which courses an integration reads."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any, Final

from toolbox_cli.core.errors import ConfigurationError
from toolbox_cli.lms.sources.records import Course

FIELDS: Final = ("school", "term", "course")

_NEXT: Final = re.compile(rf",\s*(?=(?:{'|'.join(FIELDS)})\s*=)")

Rules = Mapping[str, tuple[str, ...]]


def read_rules(said: Iterable[str]) -> tuple[dict[str, tuple[str, ...]], list[str]]:
    """Read what `--include` or `--exclude` says, given once or more often.

    Returns:
        Patterns by field, and what can't be read.

    Example:
        >>> read_rules(["school=Oak, North,term=2026*", "school=Elm"])
        ({'school': ('Oak, North', 'Elm'), 'term': ('2026*',)}, [])
    """
    rules: dict[str, tuple[str, ...]] = {}
    faults = []
    for part in (part for text in said for part in _NEXT.split(text)):
        name, equals, pattern = (piece.strip() for piece in part.partition("="))
        if name not in FIELDS or not equals or not pattern:
            faults.append(part)
        elif pattern not in rules.get(name, ()):
            rules[name] = (*rules.get(name, ()), pattern)
    return rules, faults


@dataclass(frozen=True, slots=True)
class Filters:
    """Patterns by field: `*` and `?` as in a shell, case does not matter.

    A course is read if each field of `include` has a pattern that it meets, and no pattern of `exclude` is met. What
    a course does not have meets nothing.
    """

    include: Rules = field(default_factory=dict)
    exclude: Rules = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.include or self.exclude)

    def take(self, course: Course) -> bool:
        """Tell whether a course is read."""
        has = {"school": course.school, "term": course.term, "course": course.id}
        if any(_meets(has[name], patterns) for name, patterns in self.exclude.items()):
            return False
        return all(_meets(has[name], patterns) for name, patterns in self.include.items())

    def as_document(self) -> dict[str, dict[str, list[str]]]:
        """Give them as the database keeps them."""
        parts = {"include": self.include, "exclude": self.exclude}
        return {
            part: {name: list(patterns) for name, patterns in rules.items()} for part, rules in parts.items() if rules
        }


def read_filters(document: Mapping[str, Any]) -> Filters:
    """Read filters as the database keeps them.

    Raises:
        ConfigurationError: they are no filters. To read everything instead would bring in schools that were left out.
    """
    try:
        if set(document) - {"include", "exclude"}:
            raise ValueError
        return Filters(_stored(document.get("include", {})), _stored(document.get("exclude", {})))
    except (AttributeError, TypeError, ValueError):
        raise ConfigurationError(
            "The integration's filters can't be read.",
            remedy='They are written as {"include": {"school": ["..."]}, "exclude": {"term": ["..."]}}.',
        ) from None


def _stored(rules: Mapping[str, Any]) -> Rules:
    for name, patterns in rules.items():
        if name not in FIELDS or not isinstance(patterns, list) or not all(isinstance(one, str) for one in patterns):
            raise ValueError(name)
    return {name: tuple(patterns) for name, patterns in rules.items()}


def _meets(value: str | None, patterns: Iterable[str]) -> bool:
    return value is not None and any(fnmatchcase(value.casefold(), pattern.casefold()) for pattern in patterns)
