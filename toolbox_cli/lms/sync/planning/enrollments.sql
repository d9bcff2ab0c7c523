-- on_their_own: Keys of people who were merged and are not any more: what is listed under them is looked at anew.
CREATE TEMPORARY TABLE on_their_own ON COMMIT DROP AS
SELECT p.external_user_id AS key FROM plan_lms_identities AS p JOIN lms_identities AS h ON h.id = p.id
WHERE p.action <> 'remove' AND p.merged_into_id IS NULL AND (h.sync_hash IS NULL OR h.merged_into_id IS NOT NULL);

-- same: Whether the records are, as a set, what we hold: by count and sum of 64-bit hashes of their digests, at a third of
-- what a join costs. Gives their number, or nothing; nothing too where somebody's enrollments have to move.
WITH held AS (
    SELECT count(*) AS rows, sum(hash_record_extended(ROW(uuid_send(e.sync_hash)), 0)) AS digests
    FROM lms_enrollments AS e JOIN lms_courses AS c ON c.id = e.lms_course_id
    WHERE c.lms_integration_id = %(integration)s AND e.source = 'sync' AND e.status <> 'removed'
), read AS (
    SELECT count(*) AS rows, sum(hash_record_extended(ROW(digest), 0)) AS digests FROM stage_enrollment
)
SELECT h.rows FROM held AS h, read AS r
WHERE (h.rows, h.digests) = (r.rows, r.digests) AND NOT EXISTS (
    SELECT FROM lms_enrollments AS e
    WHERE e.source = 'sync' AND e.status <> 'removed' AND e.lms_identity_id IN (
        SELECT id FROM vanished WHERE into_id IS NOT NULL
        UNION
        SELECT id FROM lms_identities WHERE lms_integration_id = %(integration)s AND merged_into_id IS NOT NULL))
  AND NOT EXISTS (SELECT FROM on_their_own);

-- nothing_apart: The table of the next statement, without a row.
CREATE TEMPORARY TABLE apart_enrollment ON COMMIT DROP AS
SELECT line, digest, NULL::uuid AS row_id FROM stage_enrollment WHERE false;

-- apart: Records that are not as we hold them, and rows that no record is the same as; what somebody had under a key
-- that is now another's is looked at anew, so that it moves there.
CREATE TEMPORARY TABLE apart_enrollment ON COMMIT DROP AS
WITH merged AS (
    SELECT id FROM vanished WHERE into_id IS NOT NULL
    UNION
    SELECT id FROM lms_identities WHERE lms_integration_id = %(integration)s AND merged_into_id IS NOT NULL
)
SELECT s.line, s.digest, e.id AS row_id
FROM (
    SELECT line, digest, CASE
        WHEN EXISTS (SELECT FROM on_their_own)
         AND split_part(line, E'\x1f', 2) IN (SELECT key FROM on_their_own) THEN NULL
        ELSE digest END AS joined
    FROM stage_enrollment
) AS s
FULL JOIN (
    SELECT e.id, CASE WHEN e.lms_identity_id NOT IN (SELECT id FROM merged) THEN uuid_send(e.sync_hash) END AS digest
    FROM lms_enrollments AS e JOIN lms_courses AS c ON c.id = e.lms_course_id
    WHERE c.lms_integration_id = %(integration)s AND e.source = 'sync' AND e.status <> 'removed'
) AS e ON s.joined = e.digest
WHERE s.line IS NULL OR e.id IS NULL;

-- fresh: Those records, taken apart and checked; without what syncs leave out.
CREATE TEMPORARY TABLE fresh_enrollment ON COMMIT DROP AS
SELECT p.*, c.row_id AS course_id, u.row_id AS identity_id,
       CASE
           WHEN length(p.id) > 255 THEN 'lms-id-too-long'
           WHEN p.role NOT IN ('student', 'teacher', 'assistant') THEN 'lms-unknown-role'
           WHEN c.row_id IS NULL OR NOT c.standing AND NOT p.removed THEN 'lms-unknown-course'
           WHEN u.row_id IS NULL OR NOT u.standing AND NOT p.removed THEN 'lms-unknown-user'
           WHEN u.reused THEN 'lms-user-held'
           WHEN p.ends_on < p.begins_on AND NOT p.removed THEN 'lms-ends-before-start'
       END AS fault
FROM (
    SELECT part[1] AS course, part[2] AS person, part[3] AS role, nullif(part[4], '') AS id, part[5] AS status,
           nullif(part[6], '')::date AS begins_on, nullif(part[7], '')::date AS ends_on, part[8] = 't' AS is_primary,
           part[9] = 't' AS removed, encode(digest, 'hex')::uuid AS digest
    FROM (
        SELECT string_to_array(line, E'\x1f') AS part, digest FROM apart_enrollment WHERE line IS NOT NULL OFFSET 0
    ) AS apart
) AS p
LEFT JOIN known_course AS c ON c.key = p.course
LEFT JOIN known_user AS u ON u.key = p.person
WHERE p.role <> 'admin' AND c.left_out IS NOT TRUE AND u.left_out IS NOT TRUE;

-- several_keys: One enrollment's key on different enrollments: nobody knows which it is.
WITH repeated AS (
    SELECT id FROM fresh_enrollment WHERE id IS NOT NULL AND fault IS NULL GROUP BY id HAVING count(*) > 1
), twice AS (
    SELECT id FROM fresh_enrollment JOIN repeated USING (id) WHERE fault IS NULL
    GROUP BY id HAVING count(DISTINCT (course_id, identity_id, role)) > 1
    UNION
    SELECT f.id FROM fresh_enrollment AS f
    JOIN lms_enrollments AS e ON e.external_enrollment_id = f.id AND e.source = 'sync' AND e.status <> 'removed'
    JOIN lms_courses AS c ON c.id = e.lms_course_id AND c.lms_integration_id = %(integration)s
    LEFT JOIN apart_enrollment AS a ON a.row_id = e.id
    WHERE a.row_id IS NULL AND f.fault IS NULL
      AND (e.lms_course_id, e.lms_identity_id, e.role) <> (f.course_id, f.identity_id, f.role)
)
UPDATE fresh_enrollment AS f SET fault = 'lms-duplicate-id' FROM twice AS t WHERE t.id = f.id AND f.fault IS NULL;

-- same_key: Of several enrollments of one person in one course and role the best counts.
WITH twice AS (
    SELECT course_id, identity_id, role FROM fresh_enrollment WHERE fault IS NULL
    GROUP BY course_id, identity_id, role HAVING count(*) > 1
), ranked AS (
    SELECT f.ctid AS place, row_number() OVER (
        PARTITION BY f.course_id, f.identity_id, f.role ORDER BY f.removed, pg_temp.rank(f.status), f.digest) AS number
    FROM fresh_enrollment AS f JOIN twice AS t USING (course_id, identity_id, role) WHERE f.fault IS NULL
)
DELETE FROM fresh_enrollment AS f USING ranked AS r WHERE f.ctid = r.place AND r.number > 1;

-- found: What is wrong with them.
SELECT fault, coalesce(id, course || '/' || person), CASE fault
    WHEN 'lms-unknown-role' THEN role
    WHEN 'lms-unknown-course' THEN course
    WHEN 'lms-unknown-user' THEN person
    WHEN 'lms-user-held' THEN person
    WHEN 'lms-ends-before-start' THEN begins_on || ' to ' || ends_on
    ELSE left(id, 120) END
FROM fresh_enrollment WHERE fault IS NOT NULL AND NOT (removed AND fault IN ('lms-unknown-course', 'lms-unknown-user'));

-- kept: New, changed and returning enrollments; one that ends on its day is no loss. In the order of the index that a new
-- one goes into.
INSERT INTO plan_lms_enrollments (id, action, key, loss, lms_course_id, lms_identity_id, role, source, sync_hash,
    begins_on, ends_on, is_primary, status, removed_at, external_enrollment_id)
SELECT coalesce(e.id, pg_temp.new_key()),
       CASE WHEN e.id IS NULL THEN 'insert' WHEN e.status = 'removed' THEN 'restore' ELSE 'update' END,
       coalesce(f.id, f.course || '/' || f.person),
       coalesce(e.status IN ('active', 'future') AND f.status IN ('inactive', 'ended')
                AND NOT coalesce(f.ends_on < %(today)s AND f.ends_on = e.ends_on, false), false),
       f.course_id, f.identity_id, f.role, 'sync', f.digest, f.begins_on, f.ends_on, f.is_primary, f.status, NULL, f.id
FROM (
    SELECT * FROM fresh_enrollment WHERE fault IS NULL AND NOT removed ORDER BY course_id, identity_id
) AS f
LEFT JOIN lms_enrollments AS e
  ON e.lms_course_id = f.course_id AND e.lms_identity_id = f.identity_id AND e.role = f.role
WHERE coalesce(e.source, 'sync') = 'sync'
  AND NOT coalesce(
    e.status <> 'removed' AND NOT EXISTS (SELECT FROM apart_enrollment AS a WHERE a.row_id = e.id)
    AND (pg_temp.rank(e.status), e.sync_hash) < (pg_temp.rank(f.status), f.digest), false);

-- gone: Enrollments that are gone: the system says so, or has them elsewhere under the same key, or their whole course or
-- list does not have them and no faulty record stands in; or the course itself is gone. In an order, so that the plan that
-- is looked into does not grow meanwhile.
INSERT INTO plan_lms_enrollments
SELECT r.*, 'remove', coalesce(e.external_enrollment_id, c.external_course_id || '/' || i.external_user_id),
       e.status <> 'ended' AND gone.merged_into_id IS NULL
FROM (SELECT row_id FROM apart_enrollment WHERE row_id IS NOT NULL) AS a
JOIN lms_enrollments AS e ON e.id = a.row_id
JOIN lms_courses AS c ON c.id = e.lms_course_id
JOIN lms_identities AS i ON i.id = e.lms_identity_id
LEFT JOIN plan_lms_identities AS gone ON gone.id = i.id AND gone.action = 'remove'
LEFT JOIN known_course AS k ON k.row_id = c.id
CROSS JOIN LATERAL jsonb_populate_record(e, jsonb_build_object('status', 'removed', 'removed_at', now())) AS r
WHERE NOT EXISTS (SELECT FROM plan_lms_enrollments AS p WHERE p.id = e.id AND p.action <> 'insert')
  AND c.auto_sync_enabled IS NOT FALSE AND NOT i.opted_out
  AND (
    EXISTS (
        SELECT FROM fresh_enrollment AS f WHERE f.removed AND f.fault IS NULL
        AND (f.course_id, f.identity_id, f.role) = (e.lms_course_id, e.lms_identity_id, e.role))
    OR e.external_enrollment_id IN (
        SELECT f.id FROM fresh_enrollment AS f WHERE f.fault IS NULL AND NOT f.removed AND f.id IS NOT NULL)
    OR (%(enrollment_whole)s OR k.standing IS NOT TRUE AND NOT %(enrollment_broken)s OR EXISTS (
        SELECT FROM stage_scopes AS s WHERE s.kind = 'enrollment' AND s.key = c.external_course_id))
    AND NOT EXISTS (SELECT FROM kept_out AS o WHERE o.id = e.external_enrollment_id)
    AND NOT EXISTS (
        SELECT FROM kept_out AS o WHERE o.course = c.external_course_id AND o.person = i.external_user_id)
    AND NOT EXISTS (SELECT FROM kept_out AS o WHERE o.course = c.external_course_id AND o.identity_id = i.id)
    AND NOT EXISTS (SELECT FROM known_user AS u WHERE u.key = i.external_user_id AND u.reused)
  )
ORDER BY e.id;

-- kept_out: Records that stay out, by their key and by course and person: they stand in for what we hold.
CREATE TEMPORARY TABLE kept_out ON COMMIT DROP AS
SELECT f.id, f.course, f.person, f.identity_id FROM fresh_enrollment AS f WHERE f.fault IS NOT NULL
UNION ALL
SELECT s.external_id, nullif(s.scope_key, ''), s.external_id, NULL FROM stage_issues AS s
WHERE s.kind = 'enrollment' AND s.external_id IS NOT NULL AND s.scope_key IS NOT NULL;

-- dangling: Enrollments that are listed as ever, though their course or person is gone: looked at anew every time from now on.
INSERT INTO plan_lms_enrollments
SELECT r.*, 'update', coalesce(e.external_enrollment_id, c.external_course_id || '/' || i.external_user_id), false
FROM lms_enrollments AS e
JOIN lms_courses AS c ON c.id = e.lms_course_id
JOIN lms_identities AS i ON i.id = e.lms_identity_id
LEFT JOIN plan_lms_courses AS pc ON pc.id = c.id AND pc.action = 'remove'
LEFT JOIN plan_lms_identities AS pi ON pi.id = i.id AND pi.action = 'remove'
CROSS JOIN LATERAL jsonb_populate_record(e, '{{"sync_hash": null}}') AS r
WHERE e.{column} IN (SELECT id FROM {plan} WHERE action = 'remove') AND e.source = 'sync' AND e.status <> 'removed' AND e.sync_hash IS NOT NULL
  AND NOT EXISTS (SELECT FROM apart_enrollment AS a WHERE a.row_id = e.id)
  AND pi.merged_into_id IS NULL
  AND NOT EXISTS (SELECT FROM plan_lms_enrollments AS p WHERE p.id = e.id AND p.action <> 'insert')
ORDER BY e.id;

-- found_dangling: What there is to say of them.
SELECT CASE WHEN pc.id IS NOT NULL THEN 'lms-unknown-course' ELSE 'lms-unknown-user' END, p.key,
       coalesce(pc.key, pi.key)
FROM plan_lms_enrollments AS p
LEFT JOIN plan_lms_courses AS pc ON pc.id = p.lms_course_id AND pc.action = 'remove'
LEFT JOIN plan_lms_identities AS pi ON pi.id = p.lms_identity_id AND pi.action = 'remove'
WHERE p.action = 'update' AND p.sync_hash IS NULL;

-- admins: Enrollments of administrators, who are in no course here.
SELECT 'lms-admin-enrollment', NULL::text, count(*)::text FROM apart_enrollment
WHERE split_part(line, E'\x1f', 3) = 'admin' HAVING count(*) > 0;

-- dated: Enrollments that nothing was read of, as in a delta, and whose first day has come or last one gone.
INSERT INTO plan_lms_enrollments
SELECT r.*, 'update', coalesce(e.external_enrollment_id, c.external_course_id || '/' || i.external_user_id), false
FROM (SELECT row_id FROM apart_enrollment WHERE row_id IS NOT NULL) AS a
JOIN lms_enrollments AS e ON e.id = a.row_id
JOIN lms_courses AS c ON c.id = e.lms_course_id
JOIN lms_identities AS i ON i.id = e.lms_identity_id
CROSS JOIN LATERAL jsonb_populate_record(e, jsonb_build_object(
    'status', CASE WHEN e.ends_on < %(today)s THEN 'ended' ELSE 'active' END)) AS r
WHERE (e.status = 'future' AND e.begins_on <= %(today)s OR e.status IN ('active', 'future') AND e.ends_on < %(today)s)
  AND c.auto_sync_enabled IS NOT FALSE AND NOT i.opted_out
  AND NOT EXISTS (SELECT FROM plan_lms_enrollments AS p WHERE p.id = e.id AND p.action <> 'insert')
ORDER BY e.id;
