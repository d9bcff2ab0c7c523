"""Which columns of a dataset leave in a mode, through which mask, and as what: what plans and pages tell."""

from toolbox_cli.analytics.datasets.dataset import Column, Dataset
from toolbox_cli.analytics.datasets.kinds import Kind, Money
from toolbox_cli.analytics.masking.masks import (
    KEEP,
    Band,
    IdentifiedOnly,
    Mask,
    OneOf,
    PathPattern,
    Pseudonym,
)
from toolbox_cli.analytics.masking.modes import Mode


def leaving(dataset: Dataset, mode: Mode) -> tuple[Column, ...]:
    """Give the columns that leave in a mode, in the files' order."""
    return tuple(column for column in dataset if not isinstance(mask_in(column, mode), IdentifiedOnly))


def mask_in(column: Column, mode: Mode) -> Mask:
    """Give what becomes of a column; words are held to closed lists and patterns whoever receives them."""
    if mode is Mode.PSEUDONYMOUS or isinstance(column.mask, OneOf | PathPattern):
        return column.mask
    return KEEP


def kind_in(column: Column, mode: Mode) -> Kind | Money:
    """Give the type that a column leaves with: what is a number here may leave as text."""
    if isinstance(mask_in(column, mode), Pseudonym | Band | OneOf | PathPattern):
        return Kind.TEXT
    return column.kind
