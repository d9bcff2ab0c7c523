-- apart: Records that are not as we hold them, and rows that no record is the same as.
CREATE TEMPORARY TABLE apart_assignment ON COMMIT DROP AS
SELECT DISTINCT ON (s.digest, a.id)
       string_to_array(s.line, E'\x1f') AS part, s.raw, encode(s.digest, 'hex')::uuid AS digest, a.id AS row_id
FROM stage_assignment AS s
FULL JOIN (
    SELECT a.id, uuid_send(a.sync_hash) AS digest
    FROM lms_assignments AS a JOIN lms_courses AS c ON c.id = a.lms_course_id
    WHERE c.lms_integration_id = %(integration)s AND a.status = 'active'
) AS a ON s.digest = a.digest
WHERE s.line IS NULL OR a.id IS NULL;

-- fresh: Those records, taken apart and checked; without what syncs leave out.
CREATE TEMPORARY TABLE fresh_assignment ON COMMIT DROP AS
SELECT p.*, c.row_id AS course_id, h.id AS row_id, h.status AS held_status,
       CASE
           WHEN length(p.id) > 100 THEN 'lms-id-too-long'
           WHEN c.row_id IS NULL OR NOT c.standing AND NOT p.removed THEN 'lms-unknown-course'
           WHEN count(*) OVER (PARTITION BY p.course, p.id) > 1
             OR h.status = 'active' AND NOT EXISTS (SELECT FROM apart_assignment AS a WHERE a.row_id = h.id)
           THEN 'lms-duplicate-id'
       END AS fault
FROM (
    SELECT part[1] AS id, part[2] AS course, nullif(part[3], '') AS title, nullif(part[4], '') AS description,
           nullif(part[5], '') AS kind, nullif(part[6], '')::numeric AS points,
           nullif(part[7], '')::timestamptz AS due_at, nullif(part[8], '')::timestamptz AS opens_at,
           nullif(part[9], '')::timestamptz AS locks_at, part[10] = 't' AS removed, raw, digest
    FROM apart_assignment WHERE part IS NOT NULL
) AS p
LEFT JOIN known_course AS c ON c.key = p.course
LEFT JOIN lms_assignments AS h ON h.lms_course_id = c.row_id AND h.external_assignment_id = p.id
WHERE c.left_out IS NOT TRUE;

-- found: What is wrong with them.
SELECT DISTINCT fault, id, CASE fault WHEN 'lms-unknown-course' THEN course ELSE left(id, 120) END
FROM fresh_assignment WHERE fault IS NOT NULL AND NOT (removed AND fault = 'lms-unknown-course')
UNION ALL SELECT 'lms-dates', id, opens_at || ' to ' || locks_at FROM fresh_assignment
WHERE fault IS NULL AND locks_at < opens_at
UNION ALL SELECT 'lms-points', id, points::text FROM fresh_assignment
WHERE fault IS NULL AND (points < 0 OR points >= 999999.995)
UNION ALL SELECT 'lms-too-long', id, left(title, 60) FROM fresh_assignment
WHERE fault IS NULL AND (length(title) > 200 OR length(kind) > 50);

-- kept: New, changed and returning assignments.
INSERT INTO plan_lms_assignments (id, action, key, loss, lms_course_id, external_assignment_id, title, description,
    assignment_type, points_possible, due_date, unlock_date, lock_date, last_synced_at, raw_data, status, sync_hash)
SELECT coalesce(f.row_id, gen_random_uuid()),
       CASE WHEN f.row_id IS NULL THEN 'insert' WHEN f.held_status = 'removed' THEN 'restore' ELSE 'update' END,
       f.id, false, f.course_id, f.id, left(coalesce(f.title, f.id), 200), f.description, left(f.kind, 50),
       CASE WHEN f.points >= 0 AND f.points < 999999.995 THEN round(f.points, 2) END, f.due_at,
       CASE WHEN f.locks_at < f.opens_at THEN NULL ELSE f.opens_at END,
       CASE WHEN f.locks_at < f.opens_at THEN NULL ELSE f.locks_at END, now(), f.raw::jsonb, 'active', f.digest
FROM fresh_assignment AS f WHERE f.fault IS NULL AND NOT f.removed;

-- gone: Assignments that are gone: the system says so, or their whole course or list does not have them and no faulty record
-- stands in; or the course itself is gone.
INSERT INTO plan_lms_assignments
SELECT r.*, 'remove', a.external_assignment_id, true
FROM (SELECT row_id FROM apart_assignment WHERE row_id IS NOT NULL) AS m
JOIN lms_assignments AS a ON a.id = m.row_id
JOIN lms_courses AS c ON c.id = a.lms_course_id
LEFT JOIN known_course AS k ON k.row_id = c.id
LEFT JOIN fresh_assignment AS f ON f.row_id = a.id
CROSS JOIN LATERAL jsonb_populate_record(a, jsonb_build_object('status', 'removed', 'removed_at', now())) AS r
WHERE c.auto_sync_enabled IS NOT FALSE
  AND (
    f.removed AND f.fault IS NULL
    OR f.id IS NULL
    AND (%(assignment_whole)s OR k.standing IS NOT TRUE AND NOT %(assignment_broken)s OR EXISTS (
        SELECT FROM stage_scopes AS s WHERE s.kind = 'assignment' AND s.key = c.external_course_id))
    AND NOT EXISTS (
        SELECT FROM stage_issues AS i WHERE i.kind = 'assignment' AND i.external_id = a.external_assignment_id)
  );

