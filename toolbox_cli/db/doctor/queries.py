"""The questions that are SQL: each row is object, field, expected, found, remedy.

A query may name `%(schemas)s` (our schemas), `%(embedded)s` and every limit of `check.Limits`; a percent sign is `%%`.
"""

from typing import Final

ENCODING: Final = """
SELECT current_database(), 'encoding', 'UTF8', current_setting('server_encoding'),
       'Make a database in UTF8 (toolbox db create) and restore a backup into it.'
WHERE current_setting('server_encoding') <> 'UTF8'"""
"""A database that can't hold every name."""

COLLATION: Final = """
SELECT datname, 'collation version', datcollversion, pg_database_collation_actual_version(oid),
       format('Sort again: REINDEX DATABASE %%I; then: ALTER DATABASE %%I REFRESH COLLATION VERSION', datname, datname)
FROM pg_database
WHERE datname = current_database() AND datcollversion <> pg_database_collation_actual_version(oid)"""
"""The operating system sorts text otherwise than when the indexes were built: they may miss rows."""

TIME_ZONE: Final = """
SELECT current_database(), 'time zone', 'UTC', current_setting('TimeZone'),
       format('Times are kept exactly; for the same text everywhere: ALTER DATABASE %%I SET timezone = ''UTC''',
              current_database())
WHERE current_setting('TimeZone') NOT IN ('UTC', 'Etc/UTC', 'GMT', 'Etc/GMT')"""
"""Sessions that write times in a zone of their own."""

VERSION: Final = """
SELECT current_database(), 'server version', '15 to 18', current_setting('server_version'),
       'Look for a newer toolbox.'
WHERE current_setting('server_version_num')::int >= 190000"""
"""A server that is newer than what was tried."""

READ_ONLY: Final = """
SELECT current_database(), 'writes', 'allowed',
       CASE WHEN pg_is_in_recovery() THEN 'the server is a standby' ELSE 'sessions begin read only' END,
       CASE WHEN pg_is_in_recovery() THEN 'Use the primary''s address.'
            ELSE format('ALTER DATABASE %%I RESET default_transaction_read_only', current_database()) END
WHERE pg_is_in_recovery() OR current_setting('default_transaction_read_only')::boolean"""
"""A server that takes no writes."""

DURABILITY: Final = """
SELECT current_database(), name, 'on', setting,
       format('A crash of the machine loses the whole database: ALTER SYSTEM SET %%s = on', name)
FROM pg_settings WHERE name IN ('fsync', 'full_page_writes') AND setting = 'off'"""
"""Settings that give the data up for speed."""

AUTOVACUUM: Final = """
SELECT current_database(), name, 'on', setting,
       format('Tables grow and plans go wrong: ALTER SYSTEM SET %%s = on', name)
FROM pg_settings WHERE name IN ('autovacuum', 'track_counts') AND setting = 'off'"""
"""Nobody clears dead rows away or gathers statistics."""

POWER: Final = """
SELECT current_user::text, 'role', 'an owner without special rights',
       CASE WHEN rolsuper THEN 'a superuser' ELSE 'a role with BYPASSRLS' END,
       format('Make a role that owns the database and may no more (ALTER DATABASE %%I OWNER TO), and connect as it.',
              current_database())
FROM pg_roles WHERE rolname = current_user AND (rolsuper OR rolbypassrls) AND NOT %(embedded)s"""
"""We ourselves may more than administering this database needs."""

BYPASS: Final = """
SELECT rolname::text, 'role', 'bound by row security', CASE WHEN rolsuper THEN 'a superuser' ELSE 'BYPASSRLS' END,
       format('If it is not for administration: ALTER ROLE %%I %%s', rolname,
              CASE WHEN rolsuper THEN 'NOSUPERUSER' ELSE 'NOBYPASSRLS' END)
FROM pg_roles
WHERE rolcanlogin AND (rolsuper OR rolbypassrls) AND oid <> 10 AND rolname <> current_user AND NOT %(embedded)s
  AND has_database_privilege(oid, current_database(), 'CONNECT')
ORDER BY 1"""
"""Who else sees every row, whatever a policy says."""

UNBOUND: Final = """
SELECT coalesce(r.rolname, d.datname, 'every role')::text, 'session_replication_role', 'origin',
       split_part(setting, '=', 2),
       format('No trigger and no foreign key holds for it: ALTER %%s RESET session_replication_role',
              CASE WHEN r.rolname IS NULL THEN format('DATABASE %%I', d.datname) ELSE format('ROLE %%I', r.rolname) END)
FROM pg_db_role_setting AS s CROSS JOIN unnest(setconfig) AS setting
LEFT JOIN pg_roles AS r ON r.oid = setrole LEFT JOIN pg_database AS d ON d.oid = setdatabase
WHERE setting ~ '^session_replication_role=replica$' AND (d.datname IS NULL OR d.datname = current_database())
ORDER BY 1"""
"""Roles whose writes no rule holds."""

CREATE: Final = """
SELECT current_database(), 'privilege', 'CREATE', 'none, and these schemas are missing: ' || string_agg(name, ', '),
       format('As the database''s owner: GRANT CREATE ON DATABASE %%I TO %%I', current_database(), current_user)
FROM unnest(%(schemas)s::text[]) AS wanted (name)
WHERE to_regnamespace(quote_ident(name)) IS NULL AND NOT has_database_privilege(current_database(), 'CREATE')
HAVING count(*) > 0"""
"""A role that can't make the schemas that an upgrade needs."""

OWNERS: Final = """
SELECT n.nspname::text, 'owner', current_user::text,
       format('%%s of its tables belong to %%s', count(*), string_agg(DISTINCT pg_get_userbyid(relowner), ', ')),
       format('Connect as the owner, or: GRANT %%I TO %%I', min(pg_get_userbyid(relowner)), current_user)
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = relnamespace
WHERE nspname = ANY (%(schemas)s) AND relkind IN ('r', 'p') AND NOT pg_has_role(relowner, 'USAGE')
GROUP BY 1 ORDER BY 1"""
"""Tables that a revision could not alter."""

CONNECTIONS: Final = """
SELECT current_database(), 'connections', format('at most %%s %%%% in use', round(%(used_ratio)s * 100)),
       format('%%s of %%s', used, allowed), 'Use a pooler, close idle clients, or raise max_connections.'
FROM (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend') AS a (used),
     (SELECT setting::int FROM pg_settings WHERE name = 'max_connections') AS b (allowed)
WHERE used > allowed * %(used_ratio)s"""
"""A server that will soon refuse connections."""

IDLE: Final = """
SELECT format('process %%s', pid), 'transaction', 'short',
       format('idle for %%s since its transaction began (%%s, role %%s)', date_trunc('second', now() - state_change),
              coalesce(nullif(application_name, ''), 'unnamed program'), usename),
       format('It holds locks and keeps dead rows: SELECT pg_terminate_backend(%%s)', pid)
FROM pg_stat_activity
WHERE datname = current_database() AND state LIKE 'idle in transaction%%'
  AND state_change < clock_timestamp() - make_interval(secs => %(idle_s)s)
ORDER BY state_change"""
"""Sessions that hold a transaction open and do nothing."""

BLOCKED: Final = """
SELECT format('process %%s', w.pid), 'lock', 'free',
       format('%%s waits for process %%s (%%s)', coalesce(nullif(w.application_name, ''), 'unnamed program'), b.pid,
              coalesce(nullif(b.application_name, ''), 'unnamed program')),
       format('Let the other finish, or: SELECT pg_terminate_backend(%%s)', b.pid)
FROM pg_stat_activity AS w CROSS JOIN unnest(pg_blocking_pids(w.pid)) AS blocking (pid)
JOIN pg_stat_activity AS b ON b.pid = blocking.pid
WHERE w.datname = current_database() AND w.wait_event_type = 'Lock'
  AND w.query_start < clock_timestamp() - make_interval(secs => %(blocked_s)s)
ORDER BY w.query_start"""
"""Who waits for whom."""

WRAPAROUND: Final = """
SELECT datname::text, name, format('less than %%s', %(age)s), age::text,
       'Find what keeps VACUUM from freezing (old transactions, replication slots), then: VACUUM FREEZE'
FROM pg_database CROSS JOIN LATERAL (VALUES
    ('age of the oldest transaction', age(datfrozenxid)), ('age of the oldest multixact', mxid_age(datminmxid))
) AS aged (name, age)
WHERE datname = current_database() AND age >= %(age)s"""
"""Transaction numbers that run out."""

STALE: Final = """
SELECT format('%%I.%%I', schemaname, relname), 'statistics', 'fresh',
       format('%%s rows changed since they were gathered', n_mod_since_analyze),
       format('ANALYZE %%I.%%I', schemaname, relname)
FROM pg_stat_user_tables
WHERE schemaname = ANY (%(schemas)s)
  AND n_mod_since_analyze > greatest(%(changed_rows)s::bigint, n_live_tup / 5)
ORDER BY n_mod_since_analyze DESC"""
"""Tables about which the planner believes what was once true."""

INVALID_INDEX: Final = """
SELECT format('%%I.%%I', n.nspname, c.relname), 'index', 'usable', 'invalid: it slows writes and serves no query',
       CASE WHEN c.relkind = 'I' THEN 'Make the index on each partition and attach it.'
            ELSE format('REINDEX INDEX CONCURRENTLY %%I.%%I', n.nspname, c.relname) END
FROM pg_index AS i JOIN pg_class AS c ON c.oid = indexrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE nspname = ANY (%(schemas)s) AND NOT (indisvalid AND indisready AND indislive) ORDER BY 1"""
"""Indexes that a failed CREATE INDEX CONCURRENTLY left."""

UNVALIDATED: Final = """
SELECT format('%%I.%%I.%%I', nspname, relname, conname), 'constraint', 'checked', 'old rows were not checked',
       format('ALTER TABLE %%I.%%I VALIDATE CONSTRAINT %%I', nspname, relname, conname)
FROM pg_constraint AS k JOIN pg_class AS c ON c.oid = conrelid JOIN pg_namespace AS n ON n.oid = relnamespace
WHERE nspname = ANY (%(schemas)s) AND NOT convalidated AND to_jsonb(k)->>'conenforced' IS DISTINCT FROM 'false'
ORDER BY 1"""
"""Rules that some rows may break."""

NOT_ENFORCED: Final = """
SELECT format('%%I.%%I.%%I', nspname, relname, conname), 'constraint', 'enforced', 'not enforced',
       'Drop it and add it again without NOT ENFORCED.'
FROM pg_constraint AS k JOIN pg_class AS c ON c.oid = conrelid JOIN pg_namespace AS n ON n.oid = relnamespace
WHERE nspname = ANY (%(schemas)s) AND to_jsonb(k)->>'conenforced' = 'false' ORDER BY 1"""
"""Rules that are written down, and that nothing holds; PostgreSQL has them since 18."""

TRIGGERS: Final = """
SELECT format('%%I.%%I.%%I', nspname, relname, tgname), 'trigger', 'enabled',
       CASE tgenabled WHEN 'D' THEN 'disabled' ELSE 'fires for replicas only' END,
       format('ALTER TABLE %%I.%%I ENABLE TRIGGER %%s', nspname, relname,
              CASE WHEN tgisinternal THEN 'ALL' ELSE quote_ident(tgname) END)
FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = tgrelid JOIN pg_namespace AS n ON n.oid = relnamespace
WHERE nspname = ANY (%(schemas)s) AND tgenabled IN ('D', 'R') ORDER BY 1"""
"""Triggers that do not fire, those of foreign keys among them."""

EXTENSIONS: Final = """
SELECT extname::text, 'extension', default_version, extversion, format('ALTER EXTENSION %%I UPDATE', extname)
FROM pg_extension JOIN pg_available_extensions ON name = extname WHERE extversion <> default_version ORDER BY 1"""
"""Extensions that were not brought along by an upgrade of the server."""
