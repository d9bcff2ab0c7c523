"""The table of `toolbox analytics`'s commands."""

from toolbox_cli.core.commands import Entry, group

_TABLE: dict[str, Entry] = {
    "ingest": Entry(
        "toolbox_cli.analytics.ingesting.cli:ingest",
        "Take events of modules and of the platform's use in from files, each once, however often it is sent.",
    ),
    "export": Entry(
        "toolbox_cli.analytics.exporting.cli:export",
        "Write datasets to files that pyarrow, DuckDB, Polars and Spark read, as they all stand at one moment.",
    ),
    "datasets": Entry(
        "toolbox_cli.analytics.datasets.cli:datasets",
        "List what may leave the database; of one dataset, every column, and what becomes of it on the way.",
    ),
    "compute": Entry(
        "toolbox_cli.analytics.computing.cli:compute",
        "Compute the learning signals from events and results, and write those values that changed.",
    ),
    "at-risk": Entry(
        "toolbox_cli.analytics.computing.cli:at_risk",
        "Count the students of modules by how likely it is that they need somebody now; names none, and keeps nothing.",
    ),
    "report": Entry(
        "toolbox_cli.analytics.reporting.cli:report",
        "Tell how a week, a month or a term went: learning, adoption, operations, billing, or kpi.",
    ),
    "query": Entry(
        "toolbox_cli.analytics.querying.cli:query",
        "Ask datasets by SQL, as they were exported or as they stand now.",
    ),
    "keys": Entry(
        "toolbox_cli.analytics.keyring.cli:keys", "Look after the keys of pseudonyms: one a recipient and period."
    ),
}

analytics = group(
    "analytics", "Let data leave as safe files and readable reports, with nobody to be found in them.", _TABLE
)
