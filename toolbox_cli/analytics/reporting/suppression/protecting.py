"""Hiding and auditing in turn, until the audit has nothing left to say."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from toolbox_cli.analytics.reporting.suppression.auditing import Auditing, Witnesses
from toolbox_cli.analytics.reporting.suppression.choosing import Choosing
from toolbox_cli.analytics.reporting.suppression.nodes import Nodes
from toolbox_cli.analytics.reporting.suppression.problem import Goal, Numbers, Problem
from toolbox_cli.analytics.reporting.suppression.program import TOLERANCE


@dataclass
class Protected:
    """A choice of hidden cells.

    Attributes:
        hidden: cells, by their place.
        exposed: goals, by their place, that earlier tables give away.
        empty: goals that turned out to be 0, and no secret.
        programs: how many were solved.
    """

    hidden: set[int]
    exposed: set[int] = field(default_factory=set)
    empty: set[int] = field(default_factory=set)
    programs: int = 0


def protect(problem: Problem) -> Protected:
    """Choose cells until every goal is reached by a table that agrees with everything told."""
    return _Protecting(problem).run()


class _Protecting:
    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.found = Protected(set(problem.hidden))
        nodes = Nodes(problem)
        self.witnesses = Witnesses(problem)
        self.audit, self.choosing = Auditing(problem, nodes), Choosing(problem, nodes)

    def run(self) -> Protected:
        self.witnesses.take(self.problem.base, self.found.hidden)
        for at in self._furthest_first():
            while at in self.witnesses.open:
                self._settle(at)
        self.found.programs = self.audit.solved + self.choosing.solved
        return self.found

    def _furthest_first(self) -> list[int]:
        """Give the goals that are left to see to, those first that are furthest from what they are."""
        goals = self.problem.goals
        for at in sorted(at for at in self.witnesses.open if goals[at].unsure):
            most, atoms = self.audit.most(goals[at])
            self.witnesses.take(atoms, self.found.hidden)
            if most < TOLERANCE:
                self.found.empty.add(at)
                self.witnesses.open.discard(at)
        away = {at: goal.reach - float(self.problem.base[goal.atoms].sum()) for at, goal in enumerate(goals)}
        return sorted(self.witnesses.open, key=lambda at: (-away[at], at))

    def _settle(self, at: int) -> None:
        """Hide what keeps a goal from being reached, and show that it now can be; or hide a total and come again."""
        goal = self.problem.goals[at]
        chosen = self.choosing.widen(goal, self.found.hidden)
        if chosen is None:
            self._give_up(at)
            return
        more, atoms = chosen
        self._hide(more)
        for found in self._wholes(goal, atoms):
            if found is not None and self.witnesses.take(found, self.found.hidden):
                return
        self._hide_line(at)

    def _wholes(self, goal: Goal, atoms: Numbers) -> Iterator[Numbers | None]:
        """Give tables that may be of whole numbers, those that take the least to find first."""
        yield atoms
        yield self.audit.whole(goal, near=atoms)
        yield self.audit.whole(goal)

    def _hide_line(self, at: int) -> None:
        """Hide a total beside a goal that no whole numbers reach."""
        line = self.audit.line_beside(self.problem.goals[at])
        if line is None:
            self._give_up(at)
        else:
            self._hide({line})

    def _hide(self, cells: set[int]) -> None:
        self.found.hidden |= cells
        self.choosing.hide(cells)
        self.audit.hide(cells)

    def _give_up(self, at: int) -> None:
        self.found.exposed.add(at)
        self.witnesses.open.discard(at)
