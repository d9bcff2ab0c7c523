"""What the server says of each combination of candidates: which rules it keeps, which it breaks."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from math import prod
from typing import Any, Final

import psycopg
from sqlalchemy import Enum, String

from toolbox_cli.core.database.names import quote
from toolbox_cli.verify.constraints.server.wire import Command, Reply, exchange
from toolbox_cli.verify.constraints.witnesses.candidates import Candidate, candidates, examples_of, fits
from toolbox_cli.verify.constraints.witnesses.literals import mine
from toolbox_cli.verify.constraints.witnesses.rules import Group, Rule, type_of

MOST_COMBINATIONS: Final = 4096
MOST_ASKED_ALONE: Final = 512
MOST_WITNESSES: Final = 12
FAR: Final = 1 << 30

TRUE, FALSE, UNKNOWN, FAULT = "t", "f", "n", "e"

Values = dict[str, str | None]
"""Column to value, as text."""


@dataclass(frozen=True)
class Solution:
    """A group's candidates, and the server's verdict on every combination of them.

    Attributes:
        choices: candidates of each column of the group.
        verdicts: one string a combination, in the order of `itertools.product`; one letter a rule: true, false, null,
            or an error in place of an answer.
    """

    group: Group
    choices: tuple[tuple[Candidate, ...], ...]
    verdicts: tuple[str, ...]

    @cached_property
    def combinations(self) -> tuple[tuple[Candidate, ...], ...]:
        return tuple(product(*self.choices))

    @cached_property
    def kept(self) -> tuple[int, ...]:
        """Places of the combinations that break no rule."""
        return tuple(place for place in range(len(self.verdicts)) if self._keeps(place))

    def values(self, place: int) -> Values:
        """Give a combination as values of columns."""
        names = (column.name for column in self.group.columns)
        return {name: choice.value for name, choice in zip(names, self.combinations[place], strict=True)}

    def verdict(self, place: int, rule: Rule) -> str:
        return self.verdicts[place][self.group.rules.index(rule)]

    def breaking(self, rule: Rule) -> tuple[int, ...]:
        """Give combinations that break exactly one rule, those nearest to one that breaks none first.

        The last of them has as many NULLs as can be: what a rule makes of them is part of it.
        """
        found = sorted(self._breaking(rule), key=lambda place: (self._reach(place), self._nulls(place), place))
        near = [*self._telling(rule, found)][:MOST_WITNESSES]
        empty = max(found, key=self._nulls, default=None)
        return (*near, *([] if empty is None or empty in near else [empty]))

    def keeping(self, rule: Rule) -> tuple[int, ...]:
        """Give combinations that keep a rule and all others, those nearest to one that breaks it first.

        The last of them leaves the rule without an answer, if that can be: then NULL passes it.
        """
        beside = [near for place in self.breaking(rule) for near in self._around(place)]
        true = [place for place in (*beside, *self.kept) if self.verdict(place, rule) == TRUE]
        unknown = [place for place in self.kept if self.verdict(place, rule) == UNKNOWN]
        return (*[*self._telling(rule, true)][:MOST_WITNESSES], *unknown[:1])

    @property
    def unsolved(self) -> tuple[Rule, ...]:
        """The rules of which one side was not found."""
        return tuple(
            rule for rule in self.group.rules if not (any(True for _ in self._breaking(rule)) and self._is_kept(rule))
        )

    def kept_texts(self, column: int) -> list[str]:
        """Give the values of one column in combinations that break no rule, without NULL."""
        found = dict.fromkeys(self.combinations[place][column].value for place in self.kept)
        return [value for value in found if value is not None]

    def _breaking(self, rule: Rule) -> Iterator[int]:
        for place in range(len(self.verdicts)):
            if self.verdict(place, rule) == FALSE and self._keeps(place, but=rule):
                yield place

    def _telling(self, rule: Rule, places: Iterable[int]) -> Iterator[int]:
        """Leave out combinations that differ from an earlier one only in columns that the rule does not read."""
        own = [number for number, column in enumerate(self.group.columns) if column.name in rule.columns]
        seen = set()
        for place in places:
            values = tuple(self.combinations[place][number].value for number in own)
            if values not in seen:
                seen.add(values)
                yield place

    def _is_kept(self, rule: Rule) -> bool:
        return any(self.verdict(place, rule) == TRUE for place in self.kept)

    def _keeps(self, place: int, but: Rule | None = None) -> bool:
        pairs = zip(self.group.rules, self.verdicts[place], strict=True)
        return all(
            rule is but or verdict in (TRUE, UNKNOWN) or (verdict == FALSE and not rule.binding)
            for rule, verdict in pairs
        )

    def _nulls(self, place: int) -> int:
        return sum(choice.value is None for choice in self.combinations[place])

    def _reach(self, place: int) -> int:
        """Say how far the nearest kept combination is by a change of one column."""
        return min((distance for _, distance, _ in self._beside(place)), default=FAR)

    def _around(self, place: int) -> Iterator[int]:
        """Give the kept combinations beside one, the nearest of each column before all others."""
        found = sorted(self._beside(place))
        firsts = {column: near for column, _, near in reversed(found)}
        yield from sorted(firsts.values())
        yield from (near for _, _, near in sorted(found, key=lambda each: each[1:]))

    def _beside(self, place: int) -> Iterator[tuple[int, int, int]]:
        """Give the kept combinations that differ in one column: which, how far, and their places."""
        own, numbers = self.combinations[place], self._numbers(place)
        for column, stride in enumerate(self._strides):
            for number, choice in enumerate(self.choices[column]):
                other = place + (number - numbers[column]) * stride
                if other in self._kept_places:
                    yield column, own[column].apart(choice), other

    @cached_property
    def _kept_places(self) -> frozenset[int]:
        return frozenset(self.kept)

    @cached_property
    def _strides(self) -> tuple[int, ...]:
        sizes = [len(choices) for choices in self.choices]
        return tuple(prod(sizes[column + 1 :]) for column in range(len(sizes)))

    def _numbers(self, place: int) -> tuple[int, ...]:
        return tuple(
            place // stride % len(choices) for stride, choices in zip(self._strides, self.choices, strict=True)
        )


Extra = Mapping[str, Sequence[str | None]]
"""More values to try, by column."""


def solve(
    connection: psycopg.Connection[Any], groups: Sequence[Group], schema: str, extra: Mapping[str, Extra]
) -> list[Solution]:
    """Let the server judge candidates for each group.

    It is asked up to three times: for what the rules speak of and for usual shapes of text; for what one slip makes of
    the text that was found to keep the rules; and for the examples that the models give, where nothing else was found.

    Args:
        connection: in a transaction, with the schema of the models first in its search path.
        groups: of one platform.
        schema: its name.
        extra: by table, values that rows will have to hold.

    Returns:
        One solution a group, in their order; what was not found is missing from it.
    """
    solutions = _ask(connection, [(group, _choices(group, extra)) for group in groups], schema)
    _again(connection, solutions, schema, lambda found: _slipped(found, extra))
    _again(connection, solutions, schema, lambda found: _shown(found, extra))
    return solutions


Choices = tuple[tuple[Candidate, ...], ...]


def _again(
    connection: psycopg.Connection[Any],
    solutions: list[Solution],
    schema: str,
    more: Callable[[Solution], Choices | None],
) -> None:
    """Ask for other candidates where there are some, and keep the answer where it is no worse."""
    listed = [(place, choices) for place, found in enumerate(solutions) if (choices := more(found)) is not None]
    asked = [(solutions[place].group, choices) for place, choices in listed]
    for (place, _), answer in zip(listed, _ask(connection, asked, schema), strict=True):
        if len(answer.unsolved) <= len(solutions[place].unsolved):
            solutions[place] = answer


def _choices(group: Group, extra: Mapping[str, Extra], words: Mapping[str, Sequence[str]] | None = None) -> Choices:
    literals = mine(rule.text for rule in group.rules)
    given = extra.get(group.table.name, {})
    found = []
    for column in group.columns:
        own = candidates(column, literals, (words or {}).get(column.name, ()))
        known = {candidate.value for candidate in own}
        found.append((*(Candidate(value) for value in given.get(column.name, ()) if value not in known), *own))
    return tuple(found)


def _slipped(found: Solution, extra: Mapping[str, Extra]) -> Choices | None:
    texts = {
        column.name: found.kept_texts(number)
        for number, column in enumerate(found.group.columns)
        if isinstance(column.type, String) and not isinstance(column.type, Enum)
    }
    return _choices(found.group, extra, texts) if any(texts.values()) else None


def _shown(found: Solution, extra: Mapping[str, Extra]) -> Choices | None:
    group = found.group
    given = {name: list(values) for name, values in extra.get(group.table.name, {}).items()}
    for column in group.columns if found.unsolved else ():
        examples = [value for value in _examples(group, column.name) if fits(value, column.type)]
        given[column.name] = [*examples, *given.get(column.name, ())]
    return _choices(group, {**extra, group.table.name: given}) if any(given.values()) and found.unsolved else None


def _examples(group: Group, column: str) -> Iterator[str | None]:
    """Give what the models themselves show of a column: the column, and the group's rules row by row."""
    yield from examples_of(group.table.columns[column])
    names = {rule.name for rule in group.rules}
    for constraint in group.table.constraints:
        rows = constraint.info.get("example", ()) if str(constraint.name) in names else ()
        yield from (None if row[column] is None else str(row[column]) for row in rows if column in row)


def _ask(connection: psycopg.Connection[Any], asked: Sequence[tuple[Group, Choices]], schema: str) -> list[Solution]:
    listed = [(group, _trimmed(choices, MOST_COMBINATIONS)) for group, choices in asked]
    replies = _guarded(connection, [_question(group, choices, schema) for group, choices in listed])
    return [
        _alone(connection, group, choices, schema)
        if reply.error is not None
        else Solution(group, choices, _verdicts(group, reply))
        for (group, choices), reply in zip(listed, replies, strict=True)
    ]


def _alone(connection: psycopg.Connection[Any], group: Group, choices: Choices, schema: str) -> Solution:
    """Ask for every combination by itself, since one of them makes a rule fail in place of answering."""
    fewer = _trimmed(choices, MOST_ASKED_ALONE)
    questions = [_question(group, tuple((one,) for one in row), schema) for row in product(*fewer)]
    faulty = FAULT * len(group.rules)
    replies = _guarded(connection, questions)
    return Solution(
        group, fewer, tuple(faulty if reply.error else "".join(_verdicts(group, reply)) for reply in replies)
    )


def _guarded(connection: psycopg.Connection[Any], questions: Sequence[Command]) -> list[Reply]:
    """Ask each question so that an error leaves the transaction usable."""
    if not questions:
        return []
    back = Command("ROLLBACK TO asking")
    replies = exchange(
        connection,
        [
            [Command("SAVEPOINT asking")],
            *([back, question] for question in questions),
            [back, Command("RELEASE asking")],
        ],
    )
    return [stretch[-1] for stretch in replies[1:-1]]


def _trimmed(choices: Choices, most: int) -> Choices:
    """Leave candidates out of the longest lists until the combinations are few enough; NULL, the last, stays."""
    lists = [list(candidates) for candidates in choices]
    while prod(len(candidates) for candidates in lists) > most:
        longest = max(lists, key=len)
        del longest[-2]
    return tuple(tuple(candidates) for candidates in lists)


def _question(group: Group, choices: Choices, schema: str) -> Command:
    letters = " || ".join(
        f"CASE WHEN ({rule.text}) IS TRUE THEN 't' WHEN ({rule.text}) IS FALSE THEN 'f' ELSE 'n' END"
        for rule in group.rules
    )
    sources = [
        f'(SELECT "#place" AS "#{number}", value::{type_of(column, schema)} AS {quote(column.name)} '  # noqa: S608
        f'FROM unnest(${number + 1}::text[]) WITH ORDINALITY AS u (value, "#place")) AS "#{number}s"'
        for number, column in enumerate(group.columns)
    ]
    order = ", ".join(f'"#{number}"' for number in range(len(group.columns))) or "1"
    text = f"SELECT string_agg({letters}, '' ORDER BY {order}) FROM {' CROSS JOIN '.join(sources) or '(SELECT) AS x'}"  # noqa: S608
    return Command(text, tuple(_array(candidates) for candidates in choices))


def _array(candidates: Iterable[Candidate]) -> str:
    return "{" + ",".join(_element(candidate.value) for candidate in candidates) + "}"


def _element(value: str | None) -> str:
    if value is None:
        return "NULL"
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _verdicts(group: Group, reply: Reply) -> tuple[str, ...]:
    letters = reply.rows[0][0] or ""
    width = len(group.rules)
    return tuple(letters[place : place + width] for place in range(0, len(letters), width))
