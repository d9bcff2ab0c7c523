-- touched: Accounts of this integration whose people changed: never an administrator's, nor one that is somebody's
-- still. Who comes under a new key is compared with what was read under the old one.
CREATE TEMPORARY TABLE account_change ON COMMIT DROP AS
WITH kept AS (
    SELECT user_id FROM plan_lms_identities WHERE action <> 'remove'
    UNION ALL
    SELECT o.user_id FROM lms_identities AS o
    WHERE o.status = 'present' AND NOT EXISTS (SELECT FROM plan_lms_identities AS q WHERE q.id = o.id)
), before AS (
    SELECT DISTINCT ON (v.into_id, o.user_id) v.into_id, o.user_id, v.id
    FROM vanished AS v JOIN lms_identities AS o ON o.id = v.id
    WHERE v.into_id IS NOT NULL AND o.user_id IS NOT NULL ORDER BY v.into_id, o.user_id, v.key
)
SELECT DISTINCT ON (p.user_id) p.*, u.id AS account_id, false AS waiting,
       h.id IS NULL OR h.username IS DISTINCT FROM p.username
         OR u.username <> p.username AND p.action <> 'remove' AND pg_temp.written(u.id, 'username', u.username)
         AS new_username,
       h.id IS NULL OR h.email IS DISTINCT FROM p.email
         OR u.email <> p.email AND p.action <> 'remove' AND pg_temp.written(u.id, 'email', u.email) AS new_email,
       h.id IS NULL OR h.given_name IS DISTINCT FROM p.given_name AS new_given,
       h.id IS NULL OR h.family_name IS DISTINCT FROM p.family_name AS new_family,
       h.id IS NULL OR h.role IS DISTINCT FROM p.role AS new_role,
       h.id IS NULL OR (h.grade_level, h.grade_label) IS DISTINCT FROM (p.grade_level, p.grade_label) AS new_grade,
       coalesce(h.status = 'present' AND h.is_enabled, true) AS was_on, p.action <> 'remove' AND p.is_enabled AS is_on
FROM plan_lms_identities AS p
JOIN users AS u ON u.id = p.user_id
LEFT JOIN before AS b ON p.action = 'insert' AND b.into_id = p.id AND b.user_id = p.user_id
LEFT JOIN lms_identities AS h ON h.id = coalesce(b.id, p.id)
WHERE p.account_made AND u.role IS DISTINCT FROM 'admin' AND u.is_superuser IS NOT TRUE AND NOT p.opted_out
  AND NOT (p.action = 'remove' AND EXISTS (SELECT FROM kept AS k WHERE k.user_id = p.user_id))
ORDER BY p.user_id, p.action = 'remove', h.id IS NULL, p.key;

-- wished: Who is to have an account here and has none; where the system has roles in courses alone, by those.
CREATE TEMPORARY TABLE account_wish ON COMMIT DROP AS
WITH people AS (
    SELECT p.id, p.key, p.username, p.email, p.given_name, p.family_name, p.role, p.grade_level, p.grade_label,
           p.is_enabled, true AS planned
    FROM plan_lms_identities AS p WHERE p.action <> 'remove' AND p.user_id IS NULL AND NOT p.opted_out
    UNION ALL
    SELECT i.id, i.external_user_id, i.username, i.email, i.given_name, i.family_name, i.role, i.grade_level,
           i.grade_label, i.is_enabled, false
    FROM lms_identities AS i
    WHERE i.lms_integration_id = %(integration)s AND i.status = 'present' AND i.user_id IS NULL AND NOT i.opted_out
      AND NOT EXISTS (SELECT FROM plan_lms_identities AS p WHERE p.id = i.id)
      AND NOT EXISTS (SELECT FROM fresh_user AS f WHERE f.row_id = i.id AND f.fault = 'lms-id-reused')
), taught AS (
    SELECT p.id, CASE WHEN bool_or(e.role = 'teacher') THEN 'teacher'
                      WHEN bool_or(e.role = 'assistant') THEN 'assistant' ELSE 'student' END AS role
    FROM people AS p
    JOIN (
        SELECT lms_identity_id, role FROM plan_lms_enrollments WHERE action <> 'remove'
        UNION ALL
        SELECT e.lms_identity_id, e.role FROM people JOIN lms_enrollments AS e ON e.lms_identity_id = people.id
        WHERE people.role IS NULL AND e.status <> 'removed'
          AND NOT EXISTS (SELECT FROM plan_lms_enrollments AS q WHERE q.id = e.id)
    ) AS e ON e.lms_identity_id = p.id
    WHERE p.role IS NULL GROUP BY p.id
)
SELECT p.*, gen_random_uuid() AS user_id, coalesce(p.role, t.role) AS held_role
FROM people AS p LEFT JOIN taught AS t ON t.id = p.id
WHERE coalesce(p.role, t.role) = ANY (%(accounts)s);

-- new: New accounts.
INSERT INTO plan_users (id, action, key, loss, username, email, password_hash, first_name, last_name, display_name,
    role, grade_level, is_active, age_band, version)
SELECT w.user_id, 'insert', w.key, false,
       coalesce(name.wish, w.user_id::text), coalesce(address.wish, w.user_id || %(nowhere)s),
       %(unusable)s, left(w.given_name, 100), left(w.family_name, 100),
       pg_temp.full_name(w.given_name, w.family_name), pg_temp.role_here(w.held_role),
       CASE WHEN w.held_role = 'student' THEN w.grade_level END, w.is_enabled,
       pg_temp.age_band(w.held_role, w.grade_level, w.grade_label), 1
FROM account_wish AS w
LEFT JOIN granted AS name ON name.user_id = w.user_id AND name.field = 'username'
LEFT JOIN granted AS address ON address.user_id = w.user_id AND address.field = 'email';

-- linked: Whose they are.
UPDATE plan_lms_identities AS p SET user_id = w.user_id, account_made = true
FROM account_wish AS w WHERE w.id = p.id;

-- linked_held: Whose they are, of people who did not change.
INSERT INTO plan_lms_identities
SELECT r.*, 'update', w.key, false
FROM account_wish AS w JOIN lms_identities AS i ON i.id = w.id
CROSS JOIN LATERAL jsonb_populate_record(i, jsonb_build_object('user_id', w.user_id, 'account_made', true)) AS r
WHERE NOT w.planned;

-- values: What the accounts are to be: only where the person's record changed, and never nothing in place of something.
-- What a person closed stays closed: it opens again only if the last sync that closed or opened it closed it.
CREATE TEMPORARY TABLE account_value ON COMMIT DROP AS
SELECT u.id, c.key, c.locked_fields, c.new_email, c.email AS wished_email, c.action = 'remove' AS gone,
       c.is_on AND NOT c.was_on AS turned_on,
       coalesce(name.wish, u.username) AS username, coalesce(address.wish, u.email) AS email,
       CASE WHEN c.new_given AND c.given_name IS NOT NULL THEN left(c.given_name, 100)
            ELSE u.first_name END AS first_name,
       CASE WHEN c.new_family AND c.family_name IS NOT NULL THEN left(c.family_name, 100)
            ELSE u.last_name END AS last_name,
       CASE WHEN c.new_given OR c.new_family THEN coalesce(pg_temp.full_name(c.given_name, c.family_name), u.display_name)
            ELSE u.display_name END AS display_name,
       role.held AS role,
       CASE WHEN NOT (c.new_grade OR c.new_role) THEN u.grade_level
            WHEN role.held = 'student' THEN c.grade_level END AS grade_level,
       CASE WHEN c.new_grade OR c.new_role THEN pg_temp.age_band(role.held, c.grade_level, c.grade_label)
            ELSE u.age_band END AS age_band,
       CASE WHEN NOT c.is_on THEN u.is_active AND NOT c.was_on
            WHEN c.was_on OR u.is_active THEN u.is_active
            ELSE pg_temp.written(u.id, 'is_active', 'false') END AS is_active
FROM account_change AS c
JOIN users AS u ON u.id = c.account_id
LEFT JOIN granted AS name ON name.user_id = u.id AND name.field = 'username'
LEFT JOIN granted AS address ON address.user_id = u.id AND address.field = 'email'
CROSS JOIN LATERAL (
    SELECT CASE WHEN 'role' = ANY (c.locked_fields) THEN u.role
                WHEN c.new_role AND c.role IS NOT NULL AND u.role IN ('student', 'teacher')
                THEN pg_temp.role_here(c.role) ELSE u.role END AS held
) AS role;

-- changed: Accounts that change, but for the columns that somebody locked.
INSERT INTO plan_users
SELECT r.*,
       CASE WHEN u.is_active AND NOT r.is_active THEN 'remove'
            WHEN r.is_active AND NOT u.is_active THEN 'restore' ELSE 'update' END, v.key, false
FROM account_value AS v
JOIN users AS u ON u.id = v.id
CROSS JOIN LATERAL jsonb_populate_record(u, jsonb_build_object(
    'username', v.username, 'email', v.email, 'first_name', v.first_name, 'last_name', v.last_name,
    'display_name', v.display_name, 'role', v.role, 'grade_level', v.grade_level, 'is_active', v.is_active,
    'age_band', v.age_band) - v.locked_fields || jsonb_build_object('version', u.version + 1)) AS r
WHERE to_jsonb(r) - 'version' <> to_jsonb(u) - 'version';

-- found: What there is to say of them.
SELECT 'lms-email-taken', w.key, NULL::text FROM account_wish AS w JOIN plan_users AS p ON p.id = w.user_id
WHERE w.email <> p.email
UNION ALL
SELECT 'lms-email-taken', v.key, NULL FROM account_value AS v JOIN users AS u ON u.id = v.id
WHERE v.new_email AND NOT v.gone AND NOT 'email' = ANY (v.locked_fields) AND v.email <> v.wished_email
UNION ALL
SELECT 'lms-account-off', v.key, NULL FROM account_value AS v
WHERE v.turned_on AND NOT v.is_active AND NOT 'is_active' = ANY (v.locked_fields);
