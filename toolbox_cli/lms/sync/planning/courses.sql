-- apart: Records that are not as we hold them, and rows that no record is the same as.
CREATE TEMPORARY TABLE apart_course ON COMMIT DROP AS
SELECT DISTINCT ON (s.digest, c.id)
       string_to_array(s.line, E'\x1f') AS part, s.raw, encode(s.digest, 'hex') AS digest, c.id AS row_id
FROM stage_course AS s
FULL JOIN (
    SELECT id, sync_hash FROM lms_courses WHERE lms_integration_id = %(integration)s AND status = 'active'
) AS c ON encode(s.digest, 'hex') = c.sync_hash
WHERE s.line IS NULL OR c.id IS NULL;

-- fresh: Those records, taken apart and checked; without courses that syncs leave out.
CREATE TEMPORARY TABLE fresh_course ON COMMIT DROP AS
SELECT p.*, h.id AS row_id, h.status AS held_status,
       CASE
           WHEN length(p.id) > 100 THEN 'lms-id-too-long'
           WHEN count(*) OVER (PARTITION BY p.id) > 1
             OR h.status = 'active' AND NOT EXISTS (SELECT FROM apart_course AS a WHERE a.row_id = h.id)
           THEN 'lms-duplicate-id'
       END AS fault
FROM (
    SELECT part[1] AS id, nullif(part[2], '') AS title, nullif(part[3], '') AS description,
           nullif(part[4], '') AS subject, nullif(part[5], '') AS grade, nullif(part[6], '')::date AS starts_on,
           nullif(part[7], '')::date AS ends_on, nullif(part[8], '') AS school, nullif(part[9], '') AS term,
           part[10] = 't' AS removed, string_to_array(part[11], ',') AS unsaid, raw, digest
    FROM apart_course WHERE part IS NOT NULL
) AS p
LEFT JOIN lms_courses AS h ON h.lms_integration_id = %(integration)s AND h.external_course_id = p.id
WHERE h.auto_sync_enabled IS NOT FALSE;

-- found: What is wrong with them.
SELECT DISTINCT fault, id, left(id, 120) FROM fresh_course AS f WHERE fault IS NOT NULL
UNION ALL SELECT 'lms-dates', id, f.starts_on || ' to ' || f.ends_on FROM fresh_course AS f
WHERE fault IS NULL AND ends_on < starts_on
UNION ALL SELECT 'lms-too-long', id, left(title, 60) FROM fresh_course AS f
WHERE fault IS NULL AND (length(title) > 200 OR length(subject) > 50);

-- kept: New, changed and returning courses.
INSERT INTO plan_lms_courses (id, action, key, loss, lms_integration_id, external_course_id, title, description, subject,
    grade_level, start_date, end_date, last_synced_at, sync_hash, raw_data, status, removed_at, term, school)
SELECT coalesce(f.row_id, pg_temp.new_key()),
       CASE WHEN f.row_id IS NULL THEN 'insert' WHEN f.held_status = 'removed' THEN 'restore' ELSE 'update' END,
       f.id, false, %(integration)s, f.id, left(coalesce(f.title, f.id), 200), f.description, left(f.subject, 50),
       pg_temp.grade(f.grade), CASE WHEN f.ends_on < f.starts_on THEN NULL ELSE f.starts_on END,
       CASE WHEN f.ends_on < f.starts_on THEN NULL ELSE f.ends_on END, now(), f.digest, f.raw::jsonb, 'active', NULL,
       f.term, f.school
FROM fresh_course AS f WHERE f.fault IS NULL AND NOT f.removed;

-- unsaid: Let courses keep what their records can't tell.
UPDATE plan_lms_courses AS p
SET title = CASE WHEN 'title' = ANY (f.unsaid) THEN h.title ELSE p.title END,
    subject = CASE WHEN 'subject' = ANY (f.unsaid) THEN h.subject ELSE p.subject END,
    grade_level = CASE WHEN 'grade' = ANY (f.unsaid) THEN h.grade_level ELSE p.grade_level END,
    start_date = CASE WHEN 'starts_on' = ANY (f.unsaid) THEN h.start_date ELSE p.start_date END,
    end_date = CASE WHEN 'ends_on' = ANY (f.unsaid) THEN h.end_date ELSE p.end_date END,
    term = CASE WHEN 'term' = ANY (f.unsaid) THEN h.term ELSE p.term END,
    school = CASE WHEN 'school' = ANY (f.unsaid) THEN h.school ELSE p.school END,
    raw_data = coalesce(h.raw_data, '{}') || coalesce(p.raw_data, '{}')
FROM fresh_course AS f JOIN lms_courses AS h ON h.id = f.row_id
WHERE f.unsaid <> '{}' AND p.id = f.row_id;

-- gone: Courses that are gone: the system says so, or its whole list does not have them and no faulty record stands in.
INSERT INTO plan_lms_courses
SELECT r.*, 'remove', c.external_course_id, true
FROM lms_courses AS c
CROSS JOIN LATERAL jsonb_populate_record(c, jsonb_build_object('status', 'removed', 'removed_at', now())) AS r
WHERE c.lms_integration_id = %(integration)s AND c.status = 'active' AND c.auto_sync_enabled IS NOT FALSE
  AND (
    EXISTS (SELECT FROM fresh_course AS f WHERE f.row_id = c.id AND f.removed AND f.fault IS NULL)
    OR %(course_whole)s
    AND EXISTS (SELECT FROM apart_course AS a WHERE a.row_id = c.id)
    AND NOT EXISTS (SELECT FROM fresh_course AS f WHERE f.row_id = c.id)
    AND NOT EXISTS (SELECT FROM stage_issues AS i WHERE i.kind = 'course' AND i.external_id = c.external_course_id)
  );

-- known: Courses with their keys: those that stand when all is done are what enrollments and assignments can be of.
CREATE TEMPORARY TABLE known_course ON COMMIT DROP AS
SELECT c.external_course_id AS key, c.id AS row_id, c.auto_sync_enabled IS FALSE AS left_out,
       CASE WHEN p.id IS NULL THEN c.status = 'active' ELSE p.status = 'active' END AS standing
FROM lms_courses AS c LEFT JOIN plan_lms_courses AS p ON p.id = c.id
WHERE c.lms_integration_id = %(integration)s
UNION ALL
SELECT p.key, p.id, false, true FROM plan_lms_courses AS p WHERE p.action = 'insert';
