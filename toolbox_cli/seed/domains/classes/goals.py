"""What achievements ask for, where a program can tell whether somebody has met it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from toolbox_cli.seed.making.text import Raw, raw

AT_LEAST: Final = "_at_least"
AT_MOST: Final = frozenset({"hints_used", "mistakes_made"})
"""Measures of which an achievement asks for no more; with the ending `_at_least`, for no less, as of all others."""

MEASURES: Final = (
    "attempt_number", "checkpoints", "collaborative_actions", "hints_used", "improvement_from_previous", "lessons",
    "lessons_in_a_row", "mistakes_made", "passed", "percentage_score", "progress_percentage", "school_days", "score",
    "sessions", "team_activities",
)  # fmt: skip
"""What is known of a student at the end of a visit."""

State = Mapping[str, float]


class Goal(NamedTuple):
    """An achievement that is found out by measures.

    Attributes:
        slug: its stable key.
        kind: of activity that has to be done; None where any lesson will do.
        objective: key of the one that the lesson has to serve; None where any will do.
        least, most: measure and limit.
        start: what a row of it begins with, whoever earns it: key, name, type, description, points.
        conditions: all of it as it is written in the rows.
    """

    slug: str
    kind: str | None
    objective: str | None
    least: Sequence[tuple[str, float]]
    most: Sequence[tuple[str, float]]
    start: tuple[object, ...]
    conditions: Raw
    icon: str | None

    @property
    def special(self) -> bool:
        """Say whether only some lessons give it."""
        return self.kind is not None or self.objective is not None

    def met(self, state: State) -> bool:
        for measure, limit in self.least:
            if state[measure] < limit:
                return False
        return all([state[measure] <= limit for measure, limit in self.most])

    def after(self, percent: float) -> "Goal":
        """Ask for so much progress too."""
        return self._replace(least=[*self.least, ("progress_percentage", percent)])


def goals_of(achievements: Iterable[tuple[str, Mapping[str, Any]]], objectives: Mapping[str, str]) -> tuple[Goal, ...]:
    """Read what achievements ask for.

    Args:
        achievements: rows of `achievements`, each with its stable key.
        objectives: stable key to key.

    Returns:
        Those in use whose every condition is known here; people award the others.
    """
    made = [_goal(slug, row, objectives) for slug, row in achievements if row.get("is_active", True)]
    return tuple(goal for goal in made if goal)


def _goal(slug: str, row: Mapping[str, Any], objectives: Mapping[str, str]) -> Goal | None:
    criteria: dict[str, Any] = dict(row.get("criteria") or {})
    conditions = raw(criteria)
    kind, objective = criteria.pop("activity_kind", None), criteria.pop("objective", None)
    most = [(measure, limit) for measure, limit in criteria.items() if measure in AT_MOST]
    least = [(measure.removesuffix(AT_LEAST), limit) for measure, limit in criteria.items() if measure not in AT_MOST]
    known = all(measure in MEASURES for measure, _ in least) and (objective is None or objective in objectives)
    if not known or not (least or most or kind):
        return None
    start = (str(row["id"]), row["name"], str(row["achievement_type"]), row.get("description"), row.get("points"))
    return Goal(slug, kind, objectives.get(objective or ""), least, most, start, conditions, row.get("icon_url"))
