"""The table of `toolbox db`'s commands."""

from toolbox_cli.core.commands import Entry, group

_SCHEMA = "Schema"

db = group(
    "db",
    "Create, migrate, back up, watch and guard the databases.",
    {
        "upgrade": Entry("toolbox_cli.db.revisions.cli:upgrade", "Bring the schema to its newest revision.", _SCHEMA),
        "partitions": Entry(
            "toolbox_cli.db.partitions.cli:partitions",
            "Make the partitions of coming months, and move waiting rows into theirs.",
            _SCHEMA,
        ),
    },
)
