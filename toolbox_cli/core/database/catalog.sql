-- Every object of one schema as (kind, table_name, name, fields).
-- Runs unchanged on 15 to 18: a column that only some versions have is read through to_jsonb.
-- Wants search_path set to the schema, so that what the server deparses names its objects without it.
WITH place AS (
    SELECT oid, CASE oid WHEN pg_my_temp_schema() THEN 'pg_temp' ELSE quote_ident(nspname) END || '.' AS prefix
    FROM pg_namespace WHERE CASE %(schema)s WHEN 'pg_temp' THEN oid = pg_my_temp_schema() ELSE nspname = %(schema)s END
), not_ours AS (
    -- Members of extensions, and the functions that the server makes for a range type.
    SELECT classid, objid FROM pg_depend
    WHERE deptype = 'e' OR (deptype = 'i' AND classid = 'pg_proc'::regclass)
), relation AS (
    SELECT c.oid, c.relname, c.relkind, c.relpersistence, c.relowner, c.relacl, c.relrowsecurity,
           c.relforcerowsecurity, c.relreplident, c.relispartition, c.relpartbound, c.reloptions, c.relam,
           place.prefix || quote_ident(c.relname) AS qualified,
           obj_description(c.oid, 'pg_class') AS comment
    FROM pg_class AS c JOIN place ON c.relnamespace = place.oid
    WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S', 'c')
      AND NOT EXISTS (SELECT FROM not_ours WHERE classid = 'pg_class'::regclass AND objid = c.oid)
), routine AS (
    SELECT p.*, p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')' AS signature
    FROM pg_proc AS p JOIN place ON p.pronamespace = place.oid
    WHERE NOT EXISTS (SELECT FROM not_ours WHERE classid = 'pg_proc'::regclass AND objid = p.oid)
), own_type AS (
    SELECT t.* FROM pg_type AS t JOIN place ON t.typnamespace = place.oid
    WHERE NOT EXISTS (SELECT FROM not_ours WHERE classid = 'pg_type'::regclass AND objid = t.oid)
), access_list (class, object, sub_object, owner, acl) AS (
    SELECT 'pg_class'::regclass, oid, 0, relowner,
           coalesce(relacl, acldefault(CASE relkind WHEN 'S' THEN 's'::"char" ELSE 'r' END, relowner))
    FROM relation
    UNION ALL
    SELECT 'pg_class'::regclass, r.oid, a.attnum, r.relowner, a.attacl
    FROM relation AS r JOIN pg_attribute AS a ON a.attrelid = r.oid WHERE a.attacl IS NOT NULL
    UNION ALL
    SELECT 'pg_proc'::regclass, oid, 0, proowner, coalesce(proacl, acldefault('f', proowner)) FROM routine
), privilege AS (
    SELECT class, object, sub_object, json_agg(held ORDER BY held COLLATE "C") AS held
    FROM access_list, LATERAL (
        SELECT CASE grantee WHEN 0 THEN 'public' ELSE pg_get_userbyid(grantee) END || ': ' || privilege_type
               || CASE WHEN is_grantable THEN ' WITH GRANT OPTION' ELSE '' END AS held
        FROM aclexplode(acl) WHERE grantee <> owner
    ) AS granted
    GROUP BY class, object, sub_object
), nullability AS (
    SELECT conrelid, conkey[1] AS attnum, convalidated FROM pg_constraint WHERE contype = 'n'
), owned_sequence AS (
    SELECT d.objid AS oid, t.relname AS of_table, a.attname AS of_column, d.deptype = 'i' AS is_identity
    FROM pg_depend AS d
    JOIN pg_class AS t ON t.oid = d.refobjid
    JOIN pg_attribute AS a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
    WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
)

SELECT CASE WHEN r.relkind IN ('v', 'm') THEN 'view' ELSE 'table' END AS kind,
       r.relname::text AS table_name, '' AS name,
       json_build_object(
           'type', '{"r": "ordinary", "p": "partitioned", "f": "foreign", "v": "view", "m": "materialized"}'::json
               ->> r.relkind::text,
           'persistence', '{"p": "logged", "u": "unlogged", "t": "temporary"}'::json ->> r.relpersistence::text,
           'partition_key', CASE r.relkind WHEN 'p' THEN pg_get_partkeydef(r.oid) END,
           'definition', CASE WHEN r.relkind IN ('v', 'm') THEN pg_get_viewdef(r.oid) END,
           'inherits', (SELECT json_agg(inhparent::regclass::text ORDER BY inhseqno)
                        FROM pg_inherits WHERE inhrelid = r.oid AND NOT r.relispartition),
           'row_security', r.relrowsecurity,
           'row_security_forced', r.relforcerowsecurity,
           'replica_identity', r.relreplident,
           'access_method', (SELECT amname FROM pg_am WHERE oid = r.relam),
           'options', (SELECT json_agg(o ORDER BY o) FROM unnest(r.reloptions) AS o),
           'comment', r.comment,
           'owner', pg_get_userbyid(r.relowner),
           'privileges', privilege.held) AS fields
FROM relation AS r
LEFT JOIN privilege ON class = 'pg_class'::regclass AND object = r.oid AND sub_object = 0
WHERE r.relkind NOT IN ('S', 'c')

UNION ALL
SELECT 'partition', parent.relname::text, coalesce(own.relname::text, child.oid::regclass::text),
       json_build_object(
           'bound', pg_get_expr(child.relpartbound, child.oid),
           'detaching', i.inhdetachpending)
FROM pg_inherits AS i
JOIN relation AS parent ON parent.oid = i.inhparent AND parent.relkind = 'p'
JOIN pg_class AS child ON child.oid = i.inhrelid
LEFT JOIN relation AS own ON own.oid = child.oid

UNION ALL
SELECT 'column', r.relname::text, a.attname::text,
       json_build_object(
           'position', row_number() OVER (PARTITION BY r.oid ORDER BY a.attnum),
           'type', format_type(a.atttypid, a.atttypmod),
           'not_null', a.attnotnull,
           'not_null_validated', coalesce(n.convalidated, true),
           'default', CASE a.attgenerated WHEN '' THEN pg_get_expr(d.adbin, d.adrelid) END,
           'generated', CASE a.attgenerated
               WHEN 's' THEN pg_get_expr(d.adbin, d.adrelid) || ' STORED'
               WHEN 'v' THEN pg_get_expr(d.adbin, d.adrelid) || ' VIRTUAL' END,
           'identity', '{"a": "always", "d": "by default"}'::json ->> a.attidentity::text,
           'collation', CASE WHEN a.attcollation <> t.typcollation THEN a.attcollation::regcollation::text END,
           'storage', CASE WHEN a.attstorage <> t.typstorage THEN a.attstorage END,
           'compression', nullif(a.attcompression::text, ''),
           'statistics', nullif(a.attstattarget, -1),
           'options', (SELECT json_agg(o ORDER BY o) FROM unnest(a.attoptions) AS o),
           'comment', col_description(r.oid, a.attnum),
           'privileges', privilege.held)
FROM relation AS r
JOIN pg_attribute AS a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_type AS t ON t.oid = a.atttypid
LEFT JOIN pg_attrdef AS d ON d.adrelid = r.oid AND d.adnum = a.attnum
LEFT JOIN nullability AS n ON n.conrelid = r.oid AND n.attnum = a.attnum
LEFT JOIN privilege ON class = 'pg_class'::regclass AND object = r.oid AND sub_object = a.attnum
WHERE r.relkind <> 'S'

UNION ALL
-- "NOT VALID" and "NOT ENFORCED" end the definition and are fields of their own; a key's index stands beside it.
SELECT 'constraint', r.relname::text, k.conname::text,
       json_build_object(
           'type', '{"p": "primary key", "u": "unique", "f": "foreign key", "c": "check", "x": "exclusion",
                     "t": "constraint trigger"}'::json ->> k.contype::text,
           'definition', regexp_replace(pg_get_constraintdef(k.oid), ' NOT (VALID|ENFORCED)$', ''),
           'validated', k.convalidated,
           'enforced', coalesce((to_jsonb(k) ->> 'conenforced')::boolean, true),
           'index', CASE WHEN k.contype IN ('p', 'u', 'x') THEN (
               SELECT substr(def, strpos(def, r.qualified || ' USING ') + length(r.qualified) + 1)
               FROM pg_get_indexdef(k.conindid) AS def) END,
           'index_valid', (SELECT indisvalid AND indisready AND indislive FROM pg_index
                           WHERE indexrelid = k.conindid AND k.contype IN ('p', 'u', 'x')),
           'comment', obj_description(k.oid, 'pg_constraint'))
FROM pg_constraint AS k
JOIN relation AS r ON r.oid = k.conrelid
LEFT JOIN pg_constraint AS parent ON parent.oid = k.conparentid
-- A foreign key to a partitioned table has one more row for each partition: the server's own, not ours.
WHERE k.contype <> 'n' AND parent.conrelid IS DISTINCT FROM k.conrelid

UNION ALL
SELECT 'index', r.relname::text, c.relname::text,
       json_build_object(
           'unique', i.indisunique,
           'definition', substr(def, strpos(def, r.qualified || ' USING ') + length(r.qualified) + 1),
           'valid', i.indisvalid AND i.indisready AND i.indislive,
           'nulls_not_distinct', i.indnullsnotdistinct,
           'clustered', i.indisclustered,
           'replica_identity', i.indisreplident,
           'comment', obj_description(c.oid, 'pg_class'))
FROM pg_index AS i
JOIN relation AS r ON r.oid = i.indrelid
JOIN pg_class AS c ON c.oid = i.indexrelid
CROSS JOIN LATERAL pg_get_indexdef(c.oid) AS def
WHERE NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = c.oid AND conrelid = r.oid AND contype IN ('p', 'u', 'x'))

UNION ALL
SELECT 'trigger', r.relname::text, t.tgname::text,
       json_build_object(
           'definition', replace(
               substr(def, strpos(def, ' TRIGGER ' || quote_ident(t.tgname)) + length(quote_ident(t.tgname)) + 10),
               ' ON ' || r.qualified || ' ', ' ON ' || quote_ident(r.relname) || ' '),
           'enabled', '{"O": "origin", "D": "disabled", "R": "replica", "A": "always"}'::json
               ->> t.tgenabled::text,
           'function', t.tgfoid::regprocedure::text,
           'comment', obj_description(t.oid, 'pg_trigger'))
FROM pg_trigger AS t
JOIN relation AS r ON r.oid = t.tgrelid
CROSS JOIN LATERAL pg_get_triggerdef(t.oid) AS def
WHERE NOT t.tgisinternal

UNION ALL
-- What enforces a foreign key: normal is the rule and is not listed, so that each row here is a finding.
SELECT 'internal trigger', r.relname::text,
       owner.conrelid::regclass::text || '.' || quote_ident(owner.conname) || ' ' || f.proname,
       json_build_object('enabled', '{"D": "disabled", "R": "replica", "A": "always"}'::json ->> t.tgenabled::text)
FROM pg_trigger AS t
JOIN relation AS r ON r.oid = t.tgrelid
JOIN pg_constraint AS owner ON owner.oid = t.tgconstraint
JOIN pg_proc AS f ON f.oid = t.tgfoid
WHERE t.tgisinternal AND t.tgenabled <> 'O'

UNION ALL
SELECT 'rule', r.relname::text, w.rulename::text,
       json_build_object(
           'definition', replace(pg_get_ruledef(w.oid), ' ' || r.qualified, ' ' || quote_ident(r.relname)),
           'enabled', '{"O": "origin", "D": "disabled", "R": "replica", "A": "always"}'::json
               ->> w.ev_enabled::text,
           'comment', obj_description(w.oid, 'pg_rewrite'))
FROM pg_rewrite AS w JOIN relation AS r ON r.oid = w.ev_class
WHERE w.rulename <> '_RETURN'

UNION ALL
SELECT 'policy', r.relname::text, p.polname::text,
       json_build_object(
           'command', '{"*": "all", "r": "select", "a": "insert", "w": "update", "d": "delete"}'::json
               ->> p.polcmd::text,
           'permissive', p.polpermissive,
           'roles', (SELECT json_agg(name ORDER BY name COLLATE "C") FROM (
               SELECT CASE role WHEN 0 THEN 'public' ELSE pg_get_userbyid(role)::text END AS name
               FROM unnest(p.polroles) AS role) AS named),
           'using', pg_get_expr(p.polqual, p.polrelid),
           'check', pg_get_expr(p.polwithcheck, p.polrelid),
           'comment', obj_description(p.oid, 'pg_policy'))
FROM pg_policy AS p JOIN relation AS r ON r.oid = p.polrelid

UNION ALL
SELECT 'statistics', r.relname::text, s.stxname::text,
       json_build_object(
           'columns', pg_get_statisticsobjdef_columns(s.oid),
           'kinds', (SELECT json_agg(k ORDER BY k) FROM unnest(s.stxkind) AS k),
           'target', nullif((to_jsonb(s) ->> 'stxstattarget')::integer, -1),
           'comment', obj_description(s.oid, 'pg_statistic_ext'))
FROM pg_statistic_ext AS s JOIN relation AS r ON r.oid = s.stxrelid

UNION ALL
SELECT 'sequence', '', r.relname::text,
       json_build_object(
           'table', o.of_table, 'column', o.of_column, 'identity', o.is_identity,
           'type', format_type(s.seqtypid, NULL), 'start', s.seqstart, 'increment', s.seqincrement,
           'minimum', s.seqmin, 'maximum', s.seqmax, 'cache', s.seqcache, 'cycle', s.seqcycle,
           'persistence', '{"p": "logged", "u": "unlogged", "t": "temporary"}'::json ->> r.relpersistence::text,
           'comment', r.comment,
           'owner', pg_get_userbyid(r.relowner),
           'privileges', privilege.held)
FROM relation AS r
JOIN pg_sequence AS s ON s.seqrelid = r.oid
LEFT JOIN owned_sequence AS o ON o.oid = r.oid
LEFT JOIN privilege ON class = 'pg_class'::regclass AND object = r.oid AND sub_object = 0

UNION ALL
SELECT 'function', '', p.signature,
       json_build_object(
           'type', '{"f": "function", "p": "procedure", "a": "aggregate", "w": "window"}'::json ->> p.prokind::text,
           'arguments', pg_get_function_arguments(p.oid),
           'result', pg_get_function_result(p.oid),
           'language', (SELECT lanname FROM pg_language WHERE oid = p.prolang),
           'body', coalesce(pg_get_function_sqlbody(p.oid), p.prosrc),
           'config', to_json(p.proconfig),
           'volatility', '{"i": "immutable", "s": "stable", "v": "volatile"}'::json ->> p.provolatile::text,
           'parallel', '{"s": "safe", "r": "restricted", "u": "unsafe"}'::json ->> p.proparallel::text,
           'strict', p.proisstrict, 'security_definer', p.prosecdef, 'leakproof', p.proleakproof,
           'cost', p.procost, 'rows', p.prorows,
           'comment', obj_description(p.oid, 'pg_proc'),
           'owner', pg_get_userbyid(p.proowner),
           'privileges', privilege.held)
FROM routine AS p
LEFT JOIN privilege ON class = 'pg_proc'::regclass AND object = p.oid

UNION ALL
SELECT 'enum', '', t.typname::text,
       json_build_object(
           'labels', (SELECT json_agg(enumlabel ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = t.oid),
           'comment', obj_description(t.oid, 'pg_type'),
           'owner', pg_get_userbyid(t.typowner))
FROM own_type AS t WHERE t.typtype = 'e'

UNION ALL
SELECT 'domain', '', t.typname::text,
       json_build_object(
           'type', format_type(t.typbasetype, t.typtypmod), 'not_null', t.typnotnull,
           'default', pg_get_expr(t.typdefaultbin, 0),
           'collation', CASE WHEN t.typcollation <> base.typcollation THEN t.typcollation::regcollation::text END,
           'constraints', (SELECT json_object_agg(conname, pg_get_constraintdef(oid) ORDER BY conname)
                           FROM pg_constraint WHERE contypid = t.oid AND contype = 'c'),
           'comment', obj_description(t.oid, 'pg_type'),
           'owner', pg_get_userbyid(t.typowner))
FROM own_type AS t JOIN pg_type AS base ON base.oid = t.typbasetype WHERE t.typtype = 'd'

UNION ALL
SELECT 'composite', '', r.relname::text,
       json_build_object('comment', obj_description(t.oid, 'pg_type'), 'owner', pg_get_userbyid(r.relowner))
FROM relation AS r JOIN pg_type AS t ON t.typrelid = r.oid WHERE r.relkind = 'c'

UNION ALL
SELECT 'range', '', t.typname::text,
       json_build_object(
           'subtype', format_type(g.rngsubtype, NULL),
           'operator_class', (SELECT opcname FROM pg_opclass WHERE oid = g.rngsubopc),
           'comment', obj_description(t.oid, 'pg_type'),
           'owner', pg_get_userbyid(t.typowner))
FROM own_type AS t JOIN pg_range AS g ON g.rngtypid = t.oid
