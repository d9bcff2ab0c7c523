-- What keeps a rule from biting although its definition looks as it should, as (kind, table, name, detail).
-- Most of it a schema dump does not carry. Runs unchanged on 15 to 18.
WITH place AS (SELECT oid FROM pg_namespace WHERE nspname = %(schema)s)
SELECT 'trigger-disabled', own.relname::text, k.conname::text,
       string_agg(DISTINCT format('%%s on %%s', CASE t.tgenabled WHEN 'D' THEN 'disabled' ELSE 'for replicas only' END,
                                  t.tgrelid::regclass), ', ')
FROM pg_trigger AS t
JOIN pg_constraint AS k ON k.oid = t.tgconstraint
LEFT JOIN pg_constraint AS root ON root.oid = k.conparentid AND root.conrelid = k.conrelid
JOIN pg_class AS own ON own.oid = coalesce(pg_partition_root(k.conrelid), k.conrelid)
WHERE t.tgisinternal AND t.tgenabled IN ('D', 'R') AND own.relnamespace = (SELECT oid FROM place)
GROUP BY own.relname, k.conname

UNION ALL
SELECT CASE WHEN coalesce((to_jsonb(k) ->> 'conenforced')::boolean, true) THEN 'not-validated' ELSE 'not-enforced' END,
       c.relname::text, CASE k.contype WHEN 'n' THEN a.attname::text ELSE k.conname::text END, ''
FROM pg_constraint AS k
JOIN pg_class AS c ON c.oid = k.conrelid AND c.relnamespace = (SELECT oid FROM place)
LEFT JOIN pg_attribute AS a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
WHERE NOT k.convalidated AND k.conparentid = 0 AND NOT c.relispartition

UNION ALL
SELECT 'index-invalid', t.relname::text, c.relname::text, ''
FROM pg_index AS i
JOIN pg_class AS c ON c.oid = i.indexrelid
JOIN pg_class AS t ON t.oid = i.indrelid AND t.relnamespace = (SELECT oid FROM place)
WHERE i.indisunique AND NOT (i.indisvalid AND i.indisready AND i.indislive) AND NOT t.relispartition

UNION ALL
SELECT 'replica-session', '', coalesce(pg_get_userbyid(nullif(s.setrole, 0))::text, ''),
       coalesce((SELECT datname::text FROM pg_database WHERE oid = s.setdatabase), '')
FROM pg_db_role_setting AS s
WHERE 'session_replication_role=replica' ILIKE ANY (s.setconfig)
  AND s.setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))

UNION ALL
SELECT 'replica-session', '', '', 'the server' FROM pg_settings
WHERE name = 'session_replication_role' AND reset_val = 'replica'
  AND source IN ('configuration file', 'command line', 'environment variable')
ORDER BY 1, 2, 3, 4
