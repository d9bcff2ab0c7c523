"""Which datasets can be told as statements, and what tells their rows."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from toolbox_cli.analytics.datasets.dataset import Dataset
from toolbox_cli.analytics.exporting.writing.statements import module_events, states
from toolbox_cli.core.errors import UsageError

Teller = Callable[[Mapping[str, Any]], dict[str, Any]]

TELLERS: Final[Mapping[str, Teller]] = {
    "module-events": module_events.tell,
    "module-progress": states.tell_progress,
    "quiz-attempts": states.tell_attempt,
}
"""By dataset."""


def teller_of(dataset: Dataset) -> Teller:
    """Give what makes a statement of a row.

    Raises:
        UsageError: a row of this dataset is nothing that somebody did.
    """
    found = TELLERS.get(dataset.name)
    if found is None:
        raise UsageError(
            f"{dataset.name} can't be written as xAPI: its rows are nothing that somebody did.",
            remedy=f"These can: {', '.join(TELLERS)}.",
        )
    return found
