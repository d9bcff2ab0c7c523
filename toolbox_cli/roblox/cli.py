"""The table of `toolbox roblox`'s commands."""

from toolbox_cli.core.commands import Entry, group

roblox = group(
    "roblox",
    "Look at what belongs to Roblox: scripts, before they run where children play.",
    {
        "scan": Entry(
            "toolbox_cli.roblox.scanning.cli:scan",
            "Say what Luau scripts do that they should not, and whether they may run.",
        ),
    },
)
