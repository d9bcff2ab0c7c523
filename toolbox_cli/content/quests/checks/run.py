"""All checks of a graph."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from toolbox_cli.content.quests.checks.safety import choices, crises, exits, notices
from toolbox_cli.content.quests.checks.structure import structure
from toolbox_cli.content.quests.checks.timing import length, reveals
from toolbox_cli.content.quests.checks.variables import variables
from toolbox_cli.content.quests.checks.walk import Problem, Walk
from toolbox_cli.content.quests.checks.ways import ways
from toolbox_cli.content.quests.checks.words import words
from toolbox_cli.content.quests.graph import Graph

ANYWHERE: Final[Sequence[Callable[[Walk], Iterator[Problem]]]] = (structure, crises, choices, words)
WALKED: Final[Sequence[Callable[[Walk], Iterator[Problem]]]] = (ways, variables, reveals, exits, notices)
"""Those that need the one start."""


def check(graph: Graph, age: int | None = None) -> list[Problem]:
    """Look for everything that is wrong with a graph.

    Args:
        graph: of the right shape.
        age: the youngest that the quest is for, in years; decides how long it may be.

    Returns:
        Problems in the order of their codes.
    """
    walk = Walk(graph)
    found = [problem for family in ANYWHERE for problem in family(walk)]
    if walk.start is not None:
        found += [problem for family in WALKED for problem in family(walk)]
        found += length(walk, age)
    return sorted(found, key=lambda problem: problem.code)
