"""All datasets, by name."""

from collections.abc import Mapping, Sequence
from typing import Final

from toolbox_cli.analytics.datasets import agents, learning, lms, modules, operations, quests, roblox, usage
from toolbox_cli.analytics.datasets.dataset import Dataset
from toolbox_cli.core.errors import UsageError
from toolbox_cli.core.nearby import near

_ROOMS: Final = (usage, learning, roblox, modules, quests, agents, lms, operations)

DATASETS: Final[Mapping[str, Dataset]] = {dataset.name: dataset for room in _ROOMS for dataset in room.DATASETS}


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
