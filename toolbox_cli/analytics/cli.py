"""The table of `toolbox analytics`'s commands."""

from toolbox_cli.core.commands import Entry, group

_TABLE: dict[str, Entry] = {
    "datasets": Entry(
        "toolbox_cli.analytics.datasets.cli:datasets",
        "List what may leave the database; of one dataset, every column, and what becomes of it on the way.",
    ),
}

analytics = group(
    "analytics", "Let data leave as safe files and readable reports, with nobody to be found in them.", _TABLE
)
