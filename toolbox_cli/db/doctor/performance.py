"""What the server's statistics tell of its speed: `pg_stat_statements` where it is there, the counters otherwise."""

from collections.abc import Iterator
from typing import Any, Final

import psycopg

from toolbox_cli.core.findings import Finding, Severity
from toolbox_cli.db.doctor.check import Check, Subject, rows_of

STATEMENTS_SCHEMA: Final = """
SELECT quote_ident(n.nspname) FROM pg_extension AS e JOIN pg_namespace AS n ON n.oid = extnamespace
WHERE extname = 'pg_stat_statements'"""
"""Where the extension is."""

OFFERED: Final = "SELECT EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_stat_statements')"

READABLE: Final = "SELECT FROM {schema}.pg_stat_statements LIMIT 1"
"""Fails where the extension is there and its library was not loaded."""

SHARE: Final = """
SELECT coalesce(sum(calls), 0)::bigint, coalesce(sum(calls) FILTER (WHERE mean_exec_time < %(slow_ms)s), 0)::bigint
FROM {schema}.pg_stat_statements
WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())"""
"""How many calls there were, and how many of statements that are fast on average."""

SLOWEST: Final = """
SELECT queryid::text, left(regexp_replace(query, '\\s+', ' ', 'g'), 300), calls, mean_exec_time, total_exec_time
FROM {schema}.pg_stat_statements
WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND query ~* '^\\s*(SELECT|INSERT|UPDATE|DELETE|MERGE|WITH)\\M'
  AND query !~ '\\mpg_(stat|class|database|roles|settings|extension|available|db_role|index|trigger|constraint)'
ORDER BY mean_exec_time DESC LIMIT 10"""
"""The slowest statements, without those of administration, ours among them.

Other kinds are not normalised: their text may hold secrets and personal data.
"""

HITS: Final = """
SELECT blks_hit, blks_hit + blks_read FROM pg_stat_database WHERE datname = current_database()"""
"""Pages found in memory, and all pages."""

UNUSED: Final = """
SELECT format('%%I.%%I', s.schemaname, s.indexrelname), 'scans', 'some',
       format('none since statistics began (%%s)', coalesce(d.stats_reset::date::text, 'at the start')),
       'If that is long enough and no standby uses it, write a revision that drops it.'
FROM pg_stat_user_indexes AS s JOIN pg_index AS i USING (indexrelid)
CROSS JOIN (SELECT stats_reset FROM pg_stat_database WHERE datname = current_database()) AS d
WHERE s.schemaname = ANY (%(schemas)s) AND s.idx_scan = 0 AND NOT indisunique AND NOT indisexclusion
  AND pg_relation_size(s.indexrelid) >= %(index_bytes)s
  AND NOT EXISTS (SELECT FROM pg_constraint WHERE contype = 'f' AND conrelid = i.indrelid
                  AND conkey[1] = i.indkey[0])
ORDER BY pg_relation_size(s.indexrelid) DESC"""
"""Indexes that cost writes and serve no query; those behind foreign keys serve deletes."""


NOT_THERE: Final = "As a superuser: CREATE EXTENSION pg_stat_statements. Its library must be loaded: "
NOT_LOADED: Final = "set shared_preload_libraries = 'pg_stat_statements' and restart the server."
NOT_OFFERED: Final = (
    "Install the server's contrib package first, on Debian or Ubuntu: apt-get install postgresql-contrib"
)
EMBEDDED: Final = "The server that comes with the install does not have it: measure on a server of your own."


def statements(subject: Subject) -> Iterator[Finding]:
    """Tell of the slowest statements, and where fewer calls are fast than shall be."""
    schema = _schema(subject)
    if schema is None or not _readable(subject, schema):
        yield _missing(subject, there=schema is not None)
        return
    calls, fast = _share(subject, schema)
    if calls and fast < calls * subject.limits.fast_ratio:
        yield Finding(
            "fast-calls",
            Severity.WARNING,
            subject.connection.info.dbname,
            "calls",
            f"{subject.limits.fast_ratio:.0%} of statements that take under {subject.limits.slow_ms:g} ms",
            f"{fast / calls:.1%} of {calls:,}",
            remedy="Look at the slowest statements: EXPLAIN (ANALYZE, BUFFERS).",
        )
    for number, text, count, mean_ms, total_ms in subject.rows(SLOWEST.format(schema=schema)):
        told = f"{mean_ms:,.1f} ms on average, {count:,} calls, {total_ms / 1000:,.1f} s in all"
        yield Finding("slow-statement", Severity.NOTE, f"statement {number}", text, found=told)


def hits(subject: Subject) -> Iterator[Finding]:
    """Tell of a server that reads much from the disk."""
    found, asked = subject.rows(HITS)[0]
    if asked > subject.limits.pages and found < asked * subject.limits.hit_ratio:
        yield Finding(
            "cache-hits",
            Severity.WARNING,
            subject.connection.info.dbname,
            "pages found in memory",
            f"at least {subject.limits.hit_ratio:.0%}",
            f"{found / asked:.1%}",
            remedy="Raise shared_buffers, or find the statements that read whole tables.",
        )


def figures(subject: Subject) -> dict[str, Any]:
    """Measure: shares between 0 and 1, None where nothing is known of it."""
    schema = _schema(subject)
    calls, fast = _share(subject, schema) if schema and _readable(subject, schema) else (None, 0)
    found, asked = subject.rows(HITS)[0]
    return {
        "calls": calls,
        "fast_calls_ratio": round(fast / calls, 4) if calls else None,
        "cache_hit_ratio": round(float(found / asked), 4) if asked else None,
    }


CHECKS: Final[tuple[Check, ...]] = (
    Check("statements", "Are statements fast?", statements),
    Check("cache-hits", "Does the server find what it needs in memory?", hits),
    rows_of("unused-index", "Is every index used?", Severity.NOTE, UNUSED),
)


def _schema(subject: Subject) -> str | None:
    rows = subject.rows(STATEMENTS_SCHEMA)
    return str(rows[0][0]) if rows else None


def _readable(subject: Subject, schema: str) -> bool:
    try:
        with subject.connection.transaction():
            subject.rows(READABLE.format(schema=schema))
    except psycopg.errors.ObjectNotInPrerequisiteState:
        return False
    return True


def _share(subject: Subject, schema: str) -> tuple[int, int]:
    calls, fast = subject.rows(SHARE.format(schema=schema))[0]
    return int(calls), int(fast)


def _missing(subject: Subject, *, there: bool) -> Finding:
    """Say what is needed for the statistics of statements."""
    found, remedy = ("not loaded", NOT_LOADED.capitalize()) if there else ("not there", NOT_THERE + NOT_LOADED)
    if not subject.one(OFFERED):
        remedy = EMBEDDED if subject.target.embedded else NOT_OFFERED
    return Finding("statements", Severity.NOTE, "pg_stat_statements", "extension", "in use", found, remedy=remedy)
