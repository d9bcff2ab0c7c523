"""The table of `toolbox db`'s commands."""

from toolbox_cli.core.commands import Entry, group

_SCHEMA = "Schema"
_CARE = "Care"
_SERVER = "Server"

db = group(
    "db",
    "Create, migrate, back up, watch and guard the databases.",
    {
        "upgrade": Entry("toolbox_cli.db.revisions.cli:upgrade", "Bring the schema to its newest revision.", _SCHEMA),
        "downgrade": Entry(
            "toolbox_cli.db.revisions.cli:downgrade",
            "Take revisions back, after saying what data goes with them.",
            _SCHEMA,
        ),
        "plan": Entry(
            "toolbox_cli.db.revisions.plan.cli:plan",
            "Show what an upgrade would do: each revision, its size, and the tables it locks or rewrites.",
            _SCHEMA,
        ),
        "lint": Entry(
            "toolbox_cli.db.lint.cli:lint",
            "Find in pending revisions what would hold programs up, lose data or open a door.",
            _SCHEMA,
        ),
        "current": Entry(
            "toolbox_cli.db.revisions.cli:current",
            "Say which revision each platform is at, and how many it lacks.",
            _SCHEMA,
        ),
        "history": Entry(
            "toolbox_cli.db.revisions.cli:history", "List every revision, and when it was applied.", _SCHEMA
        ),
        "heads": Entry(
            "toolbox_cli.db.revisions.cli:heads",
            "List the newest revision of each platform; asks no database.",
            _SCHEMA,
        ),
        "diff": Entry(
            "toolbox_cli.db.diff.cli:diff",
            "Print the SQL that would bring the database to the models, for review; runs none of it.",
            _SCHEMA,
        ),
        "stamp": Entry(
            "toolbox_cli.db.revisions.cli:stamp", "Record where a database stands, without running anything.", _SCHEMA
        ),
        "adopt": Entry(
            "toolbox_cli.db.adoption.cli:adopt",
            "Take over a database that somebody else built: find the revision it is equal to, and record it.",
            _SCHEMA,
        ),
        "reset": Entry(
            "toolbox_cli.db.lifecycle.cli:reset",
            "Destroy all data of the platforms and build their schemas anew: in development only.",
            _SCHEMA,
        ),
        "partitions": Entry(
            "toolbox_cli.db.partitions.cli:partitions",
            "Make the partitions of coming months, and move waiting rows into theirs.",
            _SCHEMA,
        ),
        "dictionary": Entry(
            "toolbox_cli.db.dictionary.cli:dictionary",
            "Tell of every table and column: type, meaning, privacy class and rules; asks no database.",
            _SCHEMA,
        ),
        "diagram": Entry(
            "toolbox_cli.db.diagram.cli:diagram",
            "Draw tables and the foreign keys between them, from the models; asks no database.",
            _SCHEMA,
        ),
        "backup": Entry(
            "toolbox_cli.db.backup.cli:backup",
            "Dump each database whole, with a manifest that says what is in it.",
            _CARE,
        ),
        "restore": Entry("toolbox_cli.db.backup.cli:restore", "Bring a backup back, all of it or nothing.", _CARE),
        "grant": Entry(
            "toolbox_cli.db.access.cli:grant",
            "Give a role of the database what one use needs, and take everything else away.",
            _CARE,
        ),
        "doctor": Entry(
            "toolbox_cli.db.doctor.cli:doctor",
            "Look each database over, and say what to do about what is not well.",
            _CARE,
        ),
        "create": Entry(
            "toolbox_cli.db.lifecycle.cli:create",
            "Make the configured databases where they are missing, in UTF-8.",
            _SERVER,
        ),
        "wait": Entry(
            "toolbox_cli.db.lifecycle.cli:wait",
            "Wait until every configured database lets us in: for init containers.",
            _SERVER,
        ),
        "start": Entry("toolbox_cli.db.server.cli:start", "Start the server that comes with the install.", _SERVER),
        "stop": Entry("toolbox_cli.db.server.cli:stop", "Stop the server that comes with the install.", _SERVER),
        "status": Entry(
            "toolbox_cli.db.server.cli:status",
            "Say which server each database is on, and whether it runs; starts nothing.",
            _SERVER,
        ),
        "url": Entry(
            "toolbox_cli.db.server.cli:url", "Print the address of the database, for other programs.", _SERVER
        ),
        "shell": Entry("toolbox_cli.db.server.cli:shell", "Open psql on the database.", _SERVER),
    },
)
