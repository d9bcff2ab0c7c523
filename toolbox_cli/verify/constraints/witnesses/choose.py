"""Which of the values that fit a row takes: by table, plain ones or others in every column."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Final

from sqlalchemy import Column, Table

from toolbox_cli.verify.constraints.witnesses.candidates import TOKEN, candidates, examples_of
from toolbox_cli.verify.constraints.witnesses.keys import keys_of
from toolbox_cli.verify.constraints.witnesses.literals import Literals
from toolbox_cli.verify.constraints.witnesses.solve import TRUE, Solution, Values

FIRST, SPARE, BARE = 0, 1, -1
"""The plainest values; others in every column; NULL wherever that is allowed."""

OTHERS: Final = (2, 3, 4, 5)
"""Further ones, for where the server refuses what the models allow."""

_SPREAD: Final = 6


class NoRowError(Exception):
    """The models give no value for a column, or a parent is missing; says which."""


class Choice:
    """The values that rows of one table take, before they get keys and parents of their own."""

    def __init__(self, table: Table, solutions: Sequence[Solution], holds: Mapping[str, str | None]) -> None:
        """Take the server's verdicts.

        Args:
            table: of the models.
            solutions: of its groups.
            holds: what its rows must hold beyond its own rules.
        """
        self.table, self.solutions, self._holds = table, solutions, holds
        self.ruled = frozenset(column.name for each in solutions for column in each.group.columns)
        self.unique = frozenset(name for key in keys_of(table) for name in key.columns)
        self._ranks = [self._ranked(solution) for solution in solutions]
        self._known: dict[int, Values] = {}

    def values(self, variant: int) -> Values:
        """Give a whole row.

        Raises:
            NoRowError: nothing is known for a column, or keeps all rules.
        """
        if variant not in self._known:
            made = {column.name: self._free(column, variant) for column in self.table.columns if not column.computed}
            for number in range(len(self.solutions)):
                made |= self._chosen(number, variant)
            self._known[variant] = made
        return dict(self._known[variant])

    def matching(self, shared: Sequence[str], like: int, variant: int) -> Values:
        """Give what rules leave of a row that takes some columns from another variant: the rest as it should be.

        Args:
            shared: columns that are taken over.
            like: the variant that they come from.
            variant: what the rest should be like.
        """
        found: Values = {}
        first = self.values(like)
        for solution in self.solutions:
            own = [column.name for column in solution.group.columns if column.name in shared]
            if own:
                fitting = [solution.values(place) for place in solution.kept]
                fitting = [values for values in fitting if all(values[name] == first[name] for name in own)]
                measure = _empty if variant == BARE else partial(_unlike, first=first)
                found.update(sorted(fitting, key=measure)[-1])
        return found

    def _free(self, column: Column[Any], variant: int) -> str | None:
        if column.name in self._holds:
            return self._holds[column.name]
        if column.name in self.ruled or (variant == BARE and column.nullable):
            return None
        known = [choice.value for choice in candidates(column, Literals()) if choice.value is not None]
        known = known or list(examples_of(column))
        if known:
            return known[variant % len(known)]
        if column.nullable or column.foreign_keys:
            return None
        raise NoRowError(f'no value is known for {column.name}; give one as info={{"example": "..."}}')

    def _chosen(self, number: int, variant: int) -> Values:
        """Choose one of the combinations of a group that break no rule."""
        solution, ranked = self.solutions[number], self._ranks[number]
        if not ranked:
            names = ", ".join(rule.name for rule in solution.group.rules)
            raise NoRowError(f"nothing was found that keeps {names} together")
        if variant == FIRST:
            return solution.values(ranked[0])
        if variant == BARE:
            return max((solution.values(place) for place in ranked), key=_empty)
        if variant == SPARE:
            first = solution.values(ranked[0])
            return max((solution.values(place) for place in ranked), key=lambda values: _unlike(values, first))
        return solution.values(ranked[variant * len(ranked) // _SPREAD])

    def _ranked(self, solution: Solution) -> list[int]:
        """Sort the kept combinations: what triggers demand, then few NULLs, then words of one's own in keys."""
        held = [column.name for column in solution.group.columns if column.name in self._holds]
        words = [column.name for column in solution.group.columns if column.name in self.unique]
        ranks = {}
        for place in solution.kept:
            values = solution.values(place)
            missed = sum(values[name] != self._holds[name] for name in held)
            unanswered = sum(solution.verdict(place, rule) != TRUE for rule in solution.group.rules)
            ranks[place] = (
                missed,
                _empty(values),
                unanswered,
                sum(TOKEN not in (values[name] or "") for name in words),
            )
        found = sorted(ranks, key=lambda place: (ranks[place], place))
        return [place for place in found if ranks[place][0] == ranks[found[0]][0]]


def _empty(values: Values) -> int:
    return sum(value is None for value in values.values())


def _unlike(values: Values, first: Values) -> int:
    return sum(value is not None and value != first[name] for name, value in values.items())
