"""The table of checks, in the order they are made: a new check is a query or a function, and a line here."""

from typing import Final

from toolbox_cli.core.findings import Severity
from toolbox_cli.db.doctor import queries
from toolbox_cli.db.doctor.check import Check, rows_of
from toolbox_cli.db.doctor.checks import platforms, server

NOTE, WARNING, ERROR = Severity.NOTE, Severity.WARNING, Severity.ERROR

CHECKS: Final[tuple[Check, ...]] = (
    rows_of("version", "Is the server one that was tried?", WARNING, queries.VERSION),
    Check("encryption", "Is the way to the server encrypted?", server.encryption),
    Check("pooler", "Do session locks hold on the way to the server?", server.pooler, outside=True),
    Check("queue-path", "Does the role see the queue behind a pooler?", server.queue_path, outside=True),
    rows_of("encoding", "Can the database hold every text?", ERROR, queries.ENCODING),
    rows_of("collation", "Is text sorted as when the indexes were built?", ERROR, queries.COLLATION),
    rows_of("time-zone", "Do sessions write times in UTC?", NOTE, queries.TIME_ZONE),
    rows_of("read-only", "Does the server take writes?", WARNING, queries.READ_ONLY),
    rows_of("durability", "Does a crash of the machine lose nothing?", WARNING, queries.DURABILITY, strict=True),
    rows_of("autovacuum", "Does the server clean up after itself?", WARNING, queries.AUTOVACUUM),
    Check("free-space", "Is there room on the disk?", server.free_space),
    rows_of("connections", "Are there connections left?", WARNING, queries.CONNECTIONS),
    rows_of("wraparound", "Are there transaction numbers left?", ERROR, queries.WRAPAROUND),
    rows_of("own-power", "Do we have no more rights than we need?", WARNING, queries.POWER),
    rows_of("create", "Can missing schemas be made?", ERROR, queries.CREATE),
    rows_of("owner", "Can revisions alter the tables?", ERROR, queries.OWNERS),
    rows_of("bypass", "Is every other role bound by row security?", WARNING, queries.BYPASS),
    rows_of("unbound", "Do triggers and foreign keys hold for every role?", ERROR, queries.UNBOUND),
    rows_of("extensions", "Are extensions as new as the server?", NOTE, queries.EXTENSIONS),
    Check("revisions", "Is the schema at its newest revision?", platforms.revisions),
    rows_of("invalid-index", "Is every index usable?", ERROR, queries.INVALID_INDEX),
    rows_of("constraint", "Does every constraint hold for every row?", WARNING, queries.UNVALIDATED),
    rows_of("not-enforced", "Is every constraint enforced?", ERROR, queries.NOT_ENFORCED),
    rows_of("trigger", "Does every trigger fire?", ERROR, queries.TRIGGERS),
    Check("partitions", "Are there partitions for the coming month?", platforms.partitions),
    rows_of("statistics", "Does the planner know the tables?", NOTE, queries.STALE),
    rows_of("idle", "Does nobody hold a transaction open?", WARNING, queries.IDLE),
    rows_of("blocked", "Does nobody wait for another's lock?", WARNING, queries.BLOCKED),
)
