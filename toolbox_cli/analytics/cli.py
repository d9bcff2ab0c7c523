"""The table of `toolbox analytics`'s commands."""

from toolbox_cli.core.commands import Entry, group

_TABLE: dict[str, Entry] = {}

analytics = group(
    "analytics", "Let data leave as safe files and readable reports, with nobody to be found in them.", _TABLE
)
