"""All datasets, by name."""

from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from typing import Final

from toolbox_cli.analytics.datasets.dataset import Dataset
from toolbox_cli.core.errors import UsageError
from toolbox_cli.core.nearby import near

ROOMS: Final[Mapping[str, Sequence[str]]] = {
    "usage": ("usage-events",),
    "learning": (
        "educational-metrics", "quiz-attempts", "learner-progress", "people", "content", "lessons", "quizzes",
    ),
    "roblox": (
        "roblox-classes", "roblox-visits", "roblox-sessions", "roblox-progress", "quiz-results", "generated-scripts",
        "roblox-content",
    ),
    "modules": (
        "module-events", "module-progress", "module-feedback", "modules", "module-assignments", "module-students",
        "universities",
    ),
    "quests": ("quest-progress",),
    "agents": ("agents", "agent-tasks", "agent-attempts", "agent-metrics", "agent-reviews"),
    "lms": ("lms-integrations", "lms-sync-runs", "lms-sync-issues", "lms-courses", "lms-enrollments"),
    "operations": ("errors", "health-checks"),
}  # fmt: skip
"""The datasets of each module beside this one, which loads its platform's models: a fifth of a second for all."""


class _Datasets(Mapping[str, Dataset]):
    """Datasets by name; the module of one is loaded when it is asked for."""

    def __init__(self) -> None:
        self._rooms = {name: room for room, names in ROOMS.items() for name in names}

    def __getitem__(self, name: str) -> Dataset:
        room = import_module(f"toolbox_cli.analytics.datasets.{self._rooms[name]}")
        [found] = [dataset for dataset in room.DATASETS if dataset.name == name]
        return found  # type: ignore[no-any-return]

    def __contains__(self, name: object) -> bool:
        return name in self._rooms

    def __iter__(self) -> Iterator[str]:
        return iter(self._rooms)

    def __len__(self) -> int:
        return len(self._rooms)


DATASETS: Final[Mapping[str, Dataset]] = _Datasets()


def named(names: Sequence[str]) -> tuple[Dataset, ...]:
    """Give datasets by their names, each once, in the order asked; all of them for no name.

    Raises:
        UsageError: there is no such dataset; tells every name that is none, with the nearest one.
    """
    if unknown := [name for name in names if name not in DATASETS]:
        raise UsageError(
            f"There is no dataset {', '.join(map(repr, unknown))}.",
            remedy=near(unknown[0], DATASETS) or "List them with: toolbox analytics datasets",
        )
    return tuple(DATASETS[name] for name in (dict.fromkeys(names) or DATASETS))
