-- The constraints of one schema that rows may break: never checked on all of them, or not held to by the server now.
-- Wants search_path set to the schema.
SELECT t.relname::text AS "table",
       k.conname::text AS name,
       k.convalidated AS validated,
       coalesce((to_jsonb(k) ->> 'conenforced')::boolean, true) AS enforced,
       off.triggers IS NOT NULL AS switched_off,
       CASE k.contype WHEN 'c' THEN pg_get_expr(k.conbin, t.oid) END AS rule,
       columns.own AS columns,
       CASE k.contype WHEN 'f' THEN k.confrelid::regclass::text END AS target,
       columns.target AS target_columns
FROM pg_constraint AS k
JOIN pg_class AS t ON t.oid = k.conrelid
JOIN pg_namespace AS n ON n.oid = t.relnamespace
CROSS JOIN LATERAL (
    SELECT array_agg(own.attname::text ORDER BY place) AS own, array_agg(other.attname::text ORDER BY place) AS target
    FROM unnest(k.conkey) WITH ORDINALITY AS keyed (attnum, place)
    JOIN pg_attribute AS own ON own.attrelid = k.conrelid AND own.attnum = keyed.attnum
    LEFT JOIN pg_attribute AS other ON other.attrelid = k.confrelid AND other.attnum = k.confkey[keyed.place]
) AS columns
CROSS JOIN LATERAL (
    SELECT string_agg(tgname, ', ') AS triggers FROM pg_trigger WHERE tgconstraint = k.oid AND tgenabled IN ('D', 'R')
) AS off
WHERE n.nspname = %(schema)s AND NOT t.relispartition AND k.contype IN ('c', 'f', 'n') AND k.conparentid = 0
  AND (NOT k.convalidated OR off.triggers IS NOT NULL
       OR NOT coalesce((to_jsonb(k) ->> 'conenforced')::boolean, true))
ORDER BY 1, 2
