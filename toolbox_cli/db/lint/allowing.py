"""Findings that somebody accepts in the revision's own SQL: `-- toolbox: allow RULE because …`."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from toolbox_cli.db.lint.reading import Part

FORM: Final = "-- toolbox: allow RULE because …"

_ALLOWED: Final = re.compile(r"toolbox:\s*allow\b(?P<told>.*?);?\s*(?:\*/)?\s*$", re.IGNORECASE | re.DOTALL)
_BECAUSE: Final = re.compile(r"\bbecause\b", re.IGNORECASE)
_RULES: Final = re.compile(r"[\w-]+(?:\s*,\s*[\w-]+)*")


@dataclass(frozen=True, slots=True)
class Allow:
    """One such comment.

    Attributes:
        part: the statement that it is about, by its place.
        chunk: the text that it is in, by its place.
        start: offset in that text.
        rules: what it accepts.
        reason: empty where it gives none; it accepts nothing then.
    """

    part: int
    chunk: int
    start: int
    rules: tuple[str, ...]
    reason: str

    def accepts(self, rule: str, part: int) -> bool:
        """Whether it accepts a finding of a rule in a statement."""
        return bool(self.reason) and part == self.part and rule in self.rules


def allows(parts: Sequence[Part]) -> Iterator[Allow]:
    """Find the comments that accept something, or mean to."""
    for place, part in enumerate(parts):
        for chunk, comment in part.comments:
            if found := _ALLOWED.search(comment.text):
                rules, reason = _read(found["told"])
                yield Allow(place, chunk, comment.start, rules, reason)


def _read(told: str) -> tuple[tuple[str, ...], str]:
    """Part what a comment says into rules and reason; either is empty where it can't be read."""
    listed, *reasons = _BECAUSE.split(told, maxsplit=1)
    rules = listed.strip()
    named = tuple(one.strip() for one in rules.split(",")) if _RULES.fullmatch(rules) else ()
    return named, " ".join("".join(reasons).split())


def unused(allow: Allow, fired: Collection[tuple[str, int]]) -> tuple[str, ...]:
    """Name the rules of a comment that find nothing in its statement, on a target of whatever size.

    Args:
        allow: the comment.
        fired: rule and statement of all that was found, or would be on larger tables.
    """
    return tuple(rule for rule in allow.rules if (rule, allow.part) not in fired)
