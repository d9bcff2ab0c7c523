-- apart: Records that are not as we hold them, and rows that no record is the same as.
CREATE TEMPORARY TABLE apart_user ON COMMIT DROP AS
SELECT DISTINCT ON (s.digest, i.id)
       string_to_array(s.line, E'\x1f') AS part, encode(s.digest, 'hex')::uuid AS digest, i.id AS row_id
FROM stage_user AS s
FULL JOIN (
    SELECT id, uuid_send(sync_hash) AS digest FROM lms_identities
    WHERE lms_integration_id = %(integration)s AND status = 'present'
) AS i ON s.digest = i.digest
WHERE s.line IS NULL OR i.id IS NULL;

-- fresh: Those records, taken apart and checked.
CREATE TEMPORARY TABLE fresh_user ON COMMIT DROP AS
SELECT p.*, h.id AS row_id, h.status AS held_status, coalesce(h.opted_out, false) AS opted_out,
       CASE
           WHEN length(p.id) > 255 OR length(p.sis_id) > 255 THEN 'lms-id-too-long'
           WHEN count(*) OVER (PARTITION BY p.id) > 1
             OR h.status = 'present' AND NOT EXISTS (SELECT FROM apart_user AS a WHERE a.row_id = h.id)
           THEN 'lms-duplicate-id'
           WHEN p.role NOT IN ('student', 'teacher', 'assistant', 'admin') THEN 'lms-unknown-role'
           WHEN NOT p.removed AND p.sis_id <> h.sis_id
            AND lower(concat_ws(' ', p.given_name, p.family_name)) <> lower(concat_ws(' ', h.given_name, h.family_name))
           THEN 'lms-id-reused'
       END AS fault
FROM (
    SELECT part[1] AS id, nullif(part[2], '') AS username, nullif(part[3], '') AS email,
           nullif(part[4], '') AS given_name, nullif(part[5], '') AS family_name, nullif(part[6], '') AS sis_id,
           nullif(part[7], '') AS role, nullif(part[8], '') AS grade, part[9] = 't' AS enabled,
           part[10] = 't' AS removed, digest
    FROM apart_user WHERE part IS NOT NULL
) AS p
LEFT JOIN lms_identities AS h ON h.lms_integration_id = %(integration)s AND h.external_user_id = p.id;

-- found: What is wrong with them.
SELECT DISTINCT fault, id, CASE fault
    WHEN 'lms-unknown-role' THEN role
    WHEN 'lms-id-reused' THEN concat_ws(' ', given_name, family_name) || ', ' || sis_id
    ELSE left(id, 120) END
FROM fresh_user WHERE fault IS NOT NULL AND NOT opted_out
UNION ALL SELECT 'lms-grade', f.id, f.grade FROM fresh_user AS f
WHERE fault IS NULL AND NOT removed AND NOT opted_out AND grade !~ '^0*([1-9]|1[0-2])$'
UNION ALL SELECT 'lms-email', f.id, left(f.email, 120) FROM fresh_user AS f
WHERE fault IS NULL AND NOT removed AND NOT opted_out AND email !~ '^[^@\s]+@[^@\s]+$';

-- kept: New, changed and returning people; a system that stops to show its SIS keys does not take them from us.
INSERT INTO plan_lms_identities (id, action, key, loss, lms_integration_id, external_user_id, user_id, username, email,
    given_name, family_name, sis_id, role, grade_level, grade_label, is_enabled, status, merged_into_id, opted_out,
    locked_fields, account_made, sync_hash)
SELECT coalesce(f.row_id, pg_temp.new_key()),
       CASE WHEN f.row_id IS NULL THEN 'insert' WHEN f.held_status = 'removed' THEN 'restore' ELSE 'update' END, f.id,
       coalesce(f.held_status = 'present'
                AND (h.is_enabled AND NOT f.enabled OR pg_temp.weight(h.role) > coalesce(pg_temp.weight(f.role), 0)), false),
       %(integration)s, f.id, h.user_id, f.username,
       CASE WHEN f.email ~ '^[^@\s]+@[^@\s]+$' THEN f.email END, f.given_name, f.family_name,
       coalesce(f.sis_id, h.sis_id), f.role, pg_temp.grade(f.grade), f.grade, f.enabled, 'present',
       CASE WHEN f.held_status = 'present' THEN h.merged_into_id END, f.opted_out,
       coalesce(h.locked_fields, '{}'), coalesce(h.account_made, false), f.digest
FROM fresh_user AS f LEFT JOIN lms_identities AS h ON h.id = f.row_id
WHERE f.fault IS NULL AND NOT f.removed AND NOT f.opted_out;

-- vanished: People that are gone: the system says so, or its whole list does not have them and no faulty record stands in.
CREATE TEMPORARY TABLE vanished ON COMMIT DROP AS
SELECT i.id, i.external_user_id AS key, i.sis_id, i.opted_out, NULL::uuid AS into_id
FROM lms_identities AS i
WHERE i.lms_integration_id = %(integration)s AND i.status = 'present'
  AND (
    EXISTS (SELECT FROM fresh_user AS f WHERE f.row_id = i.id AND f.removed AND f.fault IS NULL)
    OR %(user_whole)s
    AND EXISTS (SELECT FROM apart_user AS a WHERE a.row_id = i.id)
    AND NOT EXISTS (SELECT FROM fresh_user AS f WHERE f.row_id = i.id)
    AND NOT EXISTS (SELECT FROM stage_issues AS s WHERE s.kind = 'user' AND s.external_id = i.external_user_id)
    AND NOT EXISTS (SELECT FROM fresh_user AS f WHERE f.fault IS NOT NULL AND f.sis_id = i.sis_id)
  );

-- merged: Of those, who is there under another key: the SIS key of exactly one who stands is theirs.
WITH standing AS (
    SELECT p.sis_id, p.id FROM plan_lms_identities AS p WHERE p.action <> 'remove' AND p.sis_id IS NOT NULL
    UNION ALL
    SELECT i.sis_id, i.id FROM lms_identities AS i
    WHERE i.lms_integration_id = %(integration)s AND i.status = 'present' AND i.sis_id IS NOT NULL
      AND NOT EXISTS (SELECT FROM vanished AS v WHERE v.id = i.id)
      AND NOT EXISTS (SELECT FROM plan_lms_identities AS p WHERE p.id = i.id)
), single AS (
    SELECT sis_id, min(id::text)::uuid AS id FROM standing GROUP BY sis_id HAVING count(*) = 1
)
UPDATE vanished AS v SET into_id = s.id FROM single AS s WHERE s.sis_id = v.sis_id AND s.id <> v.id;

-- inherited: Who comes under a new key goes on with the account, locks and wishes of the old one.
UPDATE plan_lms_identities AS p SET
    user_id = coalesce(h.user_id, p.user_id), account_made = h.user_id IS NOT NULL AND h.account_made,
    opted_out = h.opted_out, locked_fields = h.locked_fields
FROM (
    SELECT DISTINCT ON (v.into_id) v.into_id, i.user_id, i.account_made, i.opted_out, i.locked_fields
    FROM vanished AS v JOIN lms_identities AS i ON i.id = v.id
    WHERE v.into_id IS NOT NULL ORDER BY v.into_id, i.opted_out DESC, i.user_id IS NULL, v.key
) AS h
WHERE p.id = h.into_id AND p.action = 'insert';

-- gone: Those who are gone, but for administrators here and those who are left out.
INSERT INTO plan_lms_identities
SELECT r.*, 'remove', v.key, v.into_id IS NULL
FROM vanished AS v JOIN lms_identities AS i ON i.id = v.id
LEFT JOIN users AS u ON u.id = i.user_id
CROSS JOIN LATERAL jsonb_populate_record(i, jsonb_build_object(
    'status', 'removed', 'removed_at', now(), 'merged_into_id',
        coalesce(v.into_id, i.merged_into_id))) AS r
WHERE (NOT v.opted_out OR v.into_id IS NOT NULL)
  AND (v.into_id IS NOT NULL OR NOT coalesce(u.role = 'admin' OR u.is_superuser, false));

-- found_gone: What there is to say of them.
SELECT 'lms-admin-kept', v.key, coalesce(u.username, v.key)
FROM vanished AS v JOIN lms_identities AS i ON i.id = v.id JOIN users AS u ON u.id = i.user_id
WHERE v.into_id IS NULL AND NOT v.opted_out AND (u.role = 'admin' OR u.is_superuser)
UNION ALL
SELECT 'lms-merged', v.key, coalesce(p.key, i.external_user_id)
FROM vanished AS v LEFT JOIN plan_lms_identities AS p ON p.id = v.into_id
LEFT JOIN lms_identities AS i ON i.id = v.into_id
WHERE v.into_id IS NOT NULL;

-- known: People by their keys and those that they had: those who stand when all is done are whom enrollments can be of.
CREATE TEMPORARY TABLE known_user ON COMMIT DROP AS
WITH RECURSIVE person AS (
    SELECT i.external_user_id AS key, i.id, coalesce(p.opted_out, i.opted_out) AS left_out,
           coalesce(p.status, i.status) = 'present' AS standing,
           CASE WHEN p.id IS NULL THEN i.merged_into_id ELSE p.merged_into_id END AS into_id
    FROM lms_identities AS i LEFT JOIN plan_lms_identities AS p ON p.id = i.id
    WHERE i.lms_integration_id = %(integration)s
    UNION ALL
    SELECT p.key, p.id, p.opted_out, true, NULL FROM plan_lms_identities AS p WHERE p.action = 'insert'
), followed (key, id, into_id, steps) AS (
    SELECT key, id, into_id, 0 FROM person WHERE into_id IS NOT NULL
    UNION ALL
    SELECT f.key, p.id, p.into_id, f.steps + 1 FROM followed AS f JOIN person AS p ON p.id = f.into_id
    WHERE f.steps < 20
)
SELECT p.key, p.id AS row_id, p.left_out, p.standing, EXISTS (
    SELECT FROM fresh_user AS f WHERE f.id = p.key AND f.fault = 'lms-id-reused') AS reused
FROM person AS p WHERE p.into_id IS NULL
UNION ALL
SELECT f.key, p.id, p.left_out, p.standing, EXISTS (
    SELECT FROM fresh_user AS u WHERE u.id = f.key AND u.fault = 'lms-id-reused')
FROM followed AS f JOIN person AS p ON p.id = f.id WHERE f.into_id IS NULL;
