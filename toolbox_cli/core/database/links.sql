-- What stands on which columns, comes from which object of a parent table, and refers to what, in one schema.
-- Wants search_path set to the schema, as catalog.sql does.
WITH place AS (
    SELECT oid FROM pg_namespace WHERE nspname = %(schema)s
), relation AS (
    SELECT c.oid, c.relname FROM pg_class AS c JOIN place ON c.relnamespace = place.oid WHERE relkind IN ('r', 'p', 'f')
), named AS (
    SELECT k.oid AS constraint_oid, key.side, json_agg(a.attname ORDER BY key.place) AS names,
           string_agg(quote_ident(a.attname), ', ' ORDER BY key.place) AS written
    FROM pg_constraint AS k
    CROSS JOIN LATERAL (
        SELECT 'own' AS side, k.conrelid AS relation, number, place
        FROM unnest(k.conkey) WITH ORDINALITY AS o (number, place)
        UNION ALL
        SELECT 'other', k.confrelid, number, place
        FROM unnest(k.confkey) WITH ORDINALITY AS o (number, place)
    ) AS key
    JOIN pg_attribute AS a ON a.attrelid = key.relation AND a.attnum = key.number
    WHERE k.conrelid IN (SELECT oid FROM relation) AND k.contype <> 'n'
    GROUP BY k.oid, key.side
)

SELECT 'constraint' AS kind, r.relname::text AS table_name, k.conname::text AS name,
       own.names AS columns, parent.conname::text AS parent,
       CASE k.contype WHEN 'f' THEN coalesce(other_end.relname, k.confrelid::regclass::text) END AS refers_to,
       other.names AS referred,
       CASE k.contype WHEN 'f' THEN
           format('FOREIGN KEY (%%s) REFERENCES %%s(%%s)', own.written, k.confrelid::regclass, other.written)
       END AS head
FROM pg_constraint AS k
JOIN relation AS r ON r.oid = k.conrelid
LEFT JOIN named AS own ON own.constraint_oid = k.oid AND own.side = 'own'
LEFT JOIN named AS other ON other.constraint_oid = k.oid AND other.side = 'other'
LEFT JOIN pg_constraint AS parent ON parent.oid = k.conparentid
LEFT JOIN relation AS other_end ON other_end.oid = k.confrelid
WHERE k.contype <> 'n'

UNION ALL
SELECT 'index', r.relname::text, c.relname::text,
       (SELECT json_agg(a.attname ORDER BY a.attnum) FROM pg_attribute AS a WHERE a.attrelid = r.oid AND a.attnum IN (
           SELECT refobjsubid FROM pg_depend
           WHERE classid = 'pg_class'::regclass AND objid = c.oid AND refclassid = 'pg_class'::regclass
             AND refobjid = r.oid)),
       (SELECT p.relname::text FROM pg_inherits JOIN pg_class AS p ON p.oid = inhparent WHERE inhrelid = c.oid),
       NULL, NULL, NULL
FROM pg_index AS i
JOIN relation AS r ON r.oid = i.indrelid
JOIN pg_class AS c ON c.oid = i.indexrelid

UNION ALL
SELECT 'trigger', r.relname::text, t.tgname::text,
       (SELECT json_agg(a.attname ORDER BY a.attnum) FROM pg_attribute AS a WHERE a.attrelid = r.oid AND a.attnum IN (
           SELECT refobjsubid FROM pg_depend
           WHERE classid = 'pg_trigger'::regclass AND objid = t.oid AND refclassid = 'pg_class'::regclass
             AND refobjid = r.oid)),
       (SELECT p.tgname::text FROM pg_trigger AS p WHERE p.oid = t.tgparentid), NULL, NULL, NULL
FROM pg_trigger AS t
JOIN relation AS r ON r.oid = t.tgrelid
WHERE NOT t.tgisinternal

UNION ALL
SELECT 'statistics', r.relname::text, s.stxname::text,
       (SELECT json_agg(a.attname ORDER BY a.attnum) FROM pg_attribute AS a WHERE a.attrelid = r.oid AND a.attnum IN (
           SELECT refobjsubid FROM pg_depend
           WHERE classid = 'pg_statistic_ext'::regclass AND objid = s.oid AND refclassid = 'pg_class'::regclass
             AND refobjid = r.oid)),
       NULL, NULL, NULL, NULL
FROM pg_statistic_ext AS s
JOIN relation AS r ON r.oid = s.stxrelid
