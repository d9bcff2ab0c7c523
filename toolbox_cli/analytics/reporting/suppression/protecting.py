"""Hiding and auditing in turn, until the audit has nothing left to say."""

from dataclasses import dataclass, field

from toolbox_cli.analytics.reporting.suppression.auditing import Auditing, Witnesses
from toolbox_cli.analytics.reporting.suppression.choosing import Choosing
from toolbox_cli.analytics.reporting.suppression.problem import Numbers, Problem
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
        self.witnesses, self.choosing = Witnesses(problem), Choosing(problem)

    def run(self) -> Protected:
        self.witnesses.take(self.problem.base, self.found.hidden)
        first = True
        while self.witnesses.open:
            audit = Auditing(self.problem, set(self.found.hidden))
            short, broken = self._look(audit, first=first)
            broken += [at for at in short if at in self.witnesses.open and not self._widen(at)]
            for at in broken:
                self._hide_line(at, audit)
            self.found.programs += audit.solved
            first = False
        self.found.programs += self.choosing.solved
        return self.found

    def _look(self, audit: Auditing, *, first: bool) -> tuple[list[int], list[int]]:
        """Ask the audit about each open goal.

        Returns:
            Goals that can't be reached, those furthest from it first; goals that only fractions reach.
        """
        short: dict[int, float] = {}
        broken: list[int] = []
        for at in sorted(self.witnesses.open):
            if at not in self.witnesses.open:
                continue
            goal = self.problem.goals[at]
            most, atoms = audit.most(goal)
            if most >= goal.reach - TOLERANCE:
                broken += [] if self._shown(at, audit, atoms) else [at]
            elif first and goal.unsure and most < TOLERANCE:
                self.found.empty.add(at)
                self.witnesses.open.discard(at)
            else:
                short[at] = goal.reach - most
        return sorted(short, key=lambda at: (-short[at], at)), broken

    def _shown(self, at: int, audit: Auditing, atoms: Numbers) -> bool:
        if self.witnesses.take(atoms, self.found.hidden):
            return True
        whole = audit.whole(self.problem.goals[at])
        return whole is not None and self.witnesses.take(whole, self.found.hidden)

    def _widen(self, at: int) -> bool:
        """Hide what it takes for a goal to be reached, and say whether anything changed."""
        chosen = self.choosing.widen(self.problem.goals[at], self.found.hidden)
        if chosen is None:
            self._give_up(at)
            return True
        more, atoms = chosen
        self.found.hidden |= more
        self.choosing.hide(more)
        return self.witnesses.take(atoms, self.found.hidden) or bool(more)

    def _hide_line(self, at: int, audit: Auditing) -> None:
        """Hide a total beside a goal that no whole numbers reach."""
        line = audit.line_beside(self.problem.goals[at])
        if line is None:
            self._give_up(at)
        else:
            self.found.hidden.add(line)
            self.choosing.hide([line])

    def _give_up(self, at: int) -> None:
        self.found.exposed.add(at)
        self.witnesses.open.discard(at)
