"""Which database a dataset lives in."""

from collections.abc import Iterator, Sequence

from toolbox_cli.analytics.datasets.dataset import Dataset
from toolbox_cli.core.database.target import Target, targets
from toolbox_cli.core.runtime import Runtime


def homes(runtime: Runtime, datasets: Sequence[Dataset]) -> Iterator[tuple[Target, list[Dataset]]]:
    """Give the databases that datasets live in, each with its own."""
    for target in targets(runtime.settings, runtime.environ):
        if held := [dataset for dataset in datasets if dataset.platform in target.names.platforms]:
            yield target, held
