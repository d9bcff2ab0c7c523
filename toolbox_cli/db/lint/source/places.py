"""The line of a revision's file for each sign of the SQL that the revision wrote."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from toolbox_cli.core.database.steps import Caller
from toolbox_cli.db.lint.source.literals import Literal
from toolbox_cli.db.lint.source.reach import Reach
from toolbox_cli.db.lint.source.templates import WORD, Line, Reading, readings
from toolbox_cli.db.revisions.plan.statements import comments, split

TELLING: Final = 8
"""How many signs a line's strings must say of a text that something else put together, to be taken for its line."""


class Source:
    """One revision's file."""

    def __init__(self, text: str) -> None:
        self._reach = Reach(text)
        self._read: dict[Literal, tuple[Reading, ...]] = {}

    def written(self, text: str, caller: Caller | None) -> "Written":
        """Look up a text that the revision wrote.

        Args:
            text: as it was written.
            caller: the call that asked for it.
        """
        found = [self._readings(literal) for literal in self._reach.literals(caller)]
        return Written(text, caller.line if caller else 1, tuple(one for several in found for one in several))

    def _readings(self, literal: Literal) -> tuple[Reading, ...]:
        if literal not in self._read:
            self._read[literal] = tuple(readings(literal))
        return self._read[literal]


_HEAD: Final = re.compile(r"(?:\S+\s+){1,5}")
"""Where a statement names its table."""


@dataclass(frozen=True)
class Written:
    """A text that one call of a revision wrote.

    Attributes:
        text: as it was written.
        line: of the call.
        readings: of the strings that the call leads to, the nearest first.
    """

    text: str
    line: int
    readings: Sequence[Reading]

    def at(self, start: int, end: int) -> int:
        """Give the line where a part of the text begins.

        Of what the revision's own strings say it is their line; of what was put into them, and of what something else
        put together, the line of the revision whose strings say most of it. Failing that, the line of the call.
        """
        line = self._lines.get(start)
        if line is not None and not line.put_in:
            return line.number
        inside = self._around(start) or self._within(start, end)
        return inside or (line.number if line else self.line)

    def comment(self, start: int) -> int:
        """Give the line of a comment that begins there."""
        return self._comments.get(start) or self._around(start) or self.at(start, start + 1)

    @cached_property
    def _whole(self) -> Reading | None:
        """The reading that all of the text was made from, statement by statement."""
        for reading in self.readings:
            if len(reading.templates) == len(self._spans) and all(
                template.lines_of(self.text[start:end]) is not None
                for template, (start, end) in zip(reading.templates, self._spans, strict=True)
            ):
                return reading if self._spans else None
        return None

    @cached_property
    def _spans(self) -> tuple[tuple[int, int], ...]:
        return tuple((one.start, one.end) for one in split(self.text))

    @cached_property
    def _lines(self) -> dict[int, Line]:
        found: dict[int, Line] = {}
        for (start, _), lines in zip(self._spans, self._each(), strict=True):
            found.update((start + n, line) for n, line in enumerate(lines))
        return found

    def _each(self) -> Iterator[list[Line]]:
        if self._whole:
            for template, (start, end) in zip(self._whole.templates, self._spans, strict=True):
                yield template.lines_of(self.text[start:end]) or []
            return
        after = dict[int, int]()
        for start, end in self._spans:
            yield self._alone(self.text[start:end], after)

    def _alone(self, statement: str, after: dict[int, int]) -> list[Line]:
        """Find one statement by itself: in the string that says most of it, behind what was found there before.

        Args:
            statement: its text.
            after: how many statements of each string are used up, by the string's place among the readings.
        """
        best, said = None, 0
        for n, reading in enumerate(self.readings):
            order = [*range(after.get(n, 0), len(reading.templates)), *range(after.get(n, 0))]
            for place in order:
                template = reading.templates[place]
                if template.said > said and template.lines_of(statement) is not None:
                    best, said = (n, place), template.said
        if best is None:
            return []
        n, place = best
        after[n] = place + 1
        return self.readings[n].templates[place].lines_of(statement) or []

    @cached_property
    def _comments(self) -> dict[int, int]:
        found = comments(self.text)
        if self._whole is None or len(found) != len(self._whole.comments):
            return {}
        return dict(zip((comment.start for comment in found), self._whole.comments, strict=True))

    def _around(self, place: int) -> int | None:
        """Give the line of a place by the string that says most around it."""
        start, end = self._span(place)
        best, line = WORD - 1, None
        for reading in self.readings:
            if reading.said > best and (found := reading.around(self.text[start:end], place - start)):
                best, line = reading.said, found
        return line

    def _within(self, start: int, end: int) -> int | None:
        """Give the line whose strings say most of a span; of several, the first behind what names the table."""
        said = self._words(self.text[start:end])
        if not said or max(said.values())[0] < TELLING:
            return None
        equal = sorted(line for line, words in said.items() if words == max(said.values()))
        head = _HEAD.match(self.text, self._span(start)[0], start)
        before = self._words(head[0]) if head else {}
        begun = max(before, key=lambda line: (before[line], -line), default=0)
        return next((line for line in equal if line >= begun), equal[0])

    def _words(self, span: str) -> dict[int, tuple[int, int]]:
        """Count what the strings of each line say of a span: signs, and strings."""
        pieces = {(piece.strip(), lines[0]) for reading in self.readings for piece, lines in reading.pieces}
        found: dict[int, tuple[int, int]] = {}
        for piece, line in pieces:
            if re.search(rf"(?<!\w){re.escape(piece)}(?!\w)", span):
                signs, number = found.get(line, (0, 0))
                found[line] = signs + len(piece), number + 1
        return found

    def _span(self, place: int) -> tuple[int, int]:
        """Give the statement around a place; all of the text, if none is there."""
        return next((span for span in self._spans if span[0] <= place < span[1]), (0, len(self.text)))
