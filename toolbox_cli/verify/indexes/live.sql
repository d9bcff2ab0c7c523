-- Every index on the tables of one schema; a partitioned table's stand for those of its partitions.
-- Wants search_path set to the schema, so that expressions name its objects without it.
SELECT t.relname::text AS "table",
       c.relname::text AS name,
       am.amname::text AS method,
       i.indisunique AS "unique",
       i.indisvalid AND i.indisready AND i.indislive AND leaves.valid AS valid,
       (to_jsonb(i) ->> 'indnullsnotdistinct')::boolean AS nulls_not_distinct,
       ARRAY(SELECT pg_get_indexdef(c.oid, k, true) FROM generate_series(1, i.indnkeyatts) AS k ORDER BY k) AS keys,
       -- What else decides whether two indexes sort alike: operator class, collation, direction.
       ARRAY(SELECT format('%%s %%s %%s', i.indclass[k - 1], i.indcollation[k - 1], i.indoption[k - 1])
             FROM generate_series(1, i.indnkeyatts) AS k ORDER BY k) AS sorting,
       ARRAY(SELECT pg_get_indexdef(c.oid, k, true)
             FROM generate_series(i.indnkeyatts + 1, i.indnatts) AS k ORDER BY k) AS included,
       pg_get_expr(i.indpred, t.oid, true) AS predicate,
       substr(def, strpos(def, qualified || ' USING ') + length(qualified) + 1) AS definition,
       (SELECT conname::text FROM pg_constraint
        WHERE conindid = c.oid AND conrelid = t.oid AND contype IN ('p', 'u', 'x')) AS "constraint",
       leaves.names AS leaves
FROM pg_index AS i
JOIN pg_class AS t ON t.oid = i.indrelid
JOIN pg_namespace AS n ON n.oid = t.relnamespace
JOIN pg_class AS c ON c.oid = i.indexrelid
JOIN pg_am AS am ON am.oid = c.relam
CROSS JOIN LATERAL pg_get_indexdef(c.oid) AS def
CROSS JOIN LATERAL (SELECT quote_ident(n.nspname) || '.' || quote_ident(t.relname) AS qualified) AS named
CROSS JOIN LATERAL (
    SELECT coalesce(array_agg(leaf.relname::text), ARRAY[c.relname::text]) AS names,
           coalesce(bool_and(own.indisvalid AND own.indisready AND own.indislive), true) AS valid
    FROM pg_partition_tree(CASE c.relkind WHEN 'I' THEN c.oid END) AS tree
    JOIN pg_class AS leaf ON leaf.oid = tree.relid
    JOIN pg_index AS own ON own.indexrelid = tree.relid
    WHERE tree.isleaf
) AS leaves
WHERE n.nspname = %(schema)s AND t.relkind IN ('r', 'p') AND NOT t.relispartition
ORDER BY 1, 2
