CREATE OR REPLACE FUNCTION pg_temp.grade(said text) RETURNS integer LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN said ~ '^0*([1-9]|1[0-2])$' THEN said::integer END
$$;

-- How much somebody may do there.
CREATE OR REPLACE FUNCTION pg_temp.weight(role text) RETURNS integer LANGUAGE sql IMMUTABLE AS $$
    SELECT array_position(ARRAY['student', 'assistant', 'teacher', 'admin'], role)
$$;

-- Which of two enrollments of one person, course and role counts: the smaller.
CREATE OR REPLACE FUNCTION pg_temp.rank(status text) RETURNS integer LANGUAGE sql IMMUTABLE AS $$
    SELECT array_position(ARRAY['active', 'future', 'inactive', 'ended'], status)
$$;

-- What somebody is here who is so there. Nobody is made an administrator, whoever they are there.
CREATE OR REPLACE FUNCTION pg_temp.role_here(role text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE role WHEN 'student' THEN 'student' ELSE 'teacher' END
$$;

-- Ages by school grade.
CREATE OR REPLACE FUNCTION pg_temp.age_band(role text, grade integer, label text) RETURNS text LANGUAGE sql IMMUTABLE
AS $$
    SELECT CASE
        WHEN role IS DISTINCT FROM 'student' THEN 'adult'
        WHEN grade BETWEEN 1 AND 7 OR upper(label) IN ('PK', 'TK', 'KG', 'PR', 'IT', 'K') THEN 'under_13'
        WHEN grade BETWEEN 8 AND 12 THEN '13_17'
        ELSE 'unknown' END
$$;

CREATE OR REPLACE FUNCTION pg_temp.full_name(given text, family text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT left(nullif(concat_ws(' ', given, family), ''), 200)
$$;

-- Whether a column of an account is as a sync wrote it, and nobody has changed it since; what stands in for an address or
-- name is.
CREATE OR REPLACE FUNCTION pg_temp.written(account uuid, field text, held text) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT held IN (account::text, account || '@roster.invalid') OR coalesce((
        SELECT j.after ->> field = held FROM lms_sync_changes AS j
        WHERE j.row_id = account AND j.table_name = 'users' AND j.applied AND j.after IS NOT NULL
          AND j.before -> field IS DISTINCT FROM j.after -> field
        ORDER BY j.run_id DESC, j.number DESC LIMIT 1), false)
$$
