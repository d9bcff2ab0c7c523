"""What datasets there are, and what each column is and how it leaves, as reports."""

from typing import Final

from toolbox_cli.analytics.datasets.dataset import Column, Dataset
from toolbox_cli.analytics.datasets.registry import DATASETS, named
from toolbox_cli.analytics.masking.leaving import kind_in
from toolbox_cli.analytics.masking.masks import Keep, Mask, OneOf
from toolbox_cli.analytics.masking.modes import Mode
from toolbox_cli.core import output

_LIST: Final = (
    output.Column("name"), output.Column("platform"), output.Column("columns", justify="right"),
    output.Column("a_row", "a row is"),
)  # fmt: skip
_COLUMNS: Final = (
    output.Column("name"), output.Column("type"), output.Column("leaves"), output.Column("meaning"),
)  # fmt: skip
_SHOWN: Final = 3
_LONG: Final = 5
"""Values of a closed list that a table still shows whole; of a longer one, the first."""


def every_dataset() -> output.Report:
    """List the datasets."""
    items = [
        {
            "name": dataset.name,
            "platform": dataset.platform,
            "version": dataset.version,
            "grows": str(dataset.grows),
            "columns": len(dataset.columns),
            "a_row": dataset.title,
        }
        for dataset in DATASETS.values()
    ]
    note = "toolbox analytics datasets NAME tells the columns of one, and how each leaves."
    return output.Report("toolbox.analytics.datasets/1", items, {"datasets": len(items)}, columns=_LIST, note=note)


def one_dataset(name: str, *, whole: bool = True) -> output.Report:
    """Tell the columns of a dataset.

    Args:
        name: of the dataset.
        whole: all values of closed lists, not the first of long ones.

    Raises:
        UsageError: there is no such dataset.
    """
    (dataset,) = named([name])
    return output.Report(
        "toolbox.analytics.dataset/1",
        [_item(column, whole=whole) for column in dataset],
        _facts(dataset),
        columns=_COLUMNS,
        title=f"{dataset.name}: {dataset.title}",
    )


def how_it_leaves(mask: Mask, *, whole: bool = True) -> str:
    """Say what a mask makes of a value, and why where a value stays as it is."""
    if isinstance(mask, OneOf):
        left_out = 0 if whole or len(mask.values) <= _LONG else len(mask.values) - _SHOWN
        shown = ", ".join(mask.values[: len(mask.values) - left_out])
        return f"{mask}: {shown}, {f'{left_out} more, ' if left_out else ''}other"
    return f"{mask}: {mask.because}" if isinstance(mask, Keep) and mask.because else str(mask)


def _item(column: Column, *, whole: bool) -> dict[str, object]:
    return {
        "name": column.name,
        "type": str(kind_in(column, Mode.PSEUDONYMOUS)),
        "type_identified": str(kind_in(column, Mode.IDENTIFIED)),
        "privacy": str(column.privacy),
        "leaves": how_it_leaves(column.mask, whole=whole),
        "meaning": column.doc,
    }


def _facts(dataset: Dataset) -> dict[str, object]:
    return {
        "name": dataset.name,
        "platform": dataset.platform,
        "version": dataset.version,
        "grows": str(dataset.grows),
        "key": list(dataset.key),
        "month_of": dataset.time,
        "person": dataset.person,
        "cells_by": list(dataset.by),
        "measures": {measure.name: measure.doc for measure in dataset.measures},
    }
