-- waiting: Accounts of people who did not change and could not have their address or name so far: they may be free now. One
-- that somebody chose here since stays.
INSERT INTO account_change
SELECT i.*, 'update', i.external_user_id, false, u.id, true,
       u.username <> i.username AND pg_temp.written(u.id, 'username', u.username),
       u.email <> i.email AND pg_temp.written(u.id, 'email', u.email), false, false, false, false, true, true
FROM users AS u JOIN lms_identities AS i ON i.user_id = u.id
WHERE (u.email <> i.email OR u.username <> i.username)
  AND i.lms_integration_id = %(integration)s AND i.status = 'present' AND i.account_made AND NOT i.opted_out
  AND u.role IS DISTINCT FROM 'admin' AND u.is_superuser IS NOT TRUE
  AND NOT EXISTS (SELECT FROM plan_lms_identities AS p WHERE p.id = i.id)
  AND NOT EXISTS (SELECT FROM account_change AS c WHERE c.account_id = u.id)
  AND NOT EXISTS (
    SELECT FROM lms_identities AS o WHERE o.user_id = u.id AND o.id <> i.id AND o.status = 'present' AND o.account_made)
ORDER BY u.id;

-- asked: Who is to have which address and name that they have not.
CREATE TEMPORARY TABLE asked ON COMMIT DROP AS
SELECT user_id, 'email' AS field, email AS wish FROM account_wish WHERE length(email) <= 255
UNION ALL
SELECT user_id, 'username', username FROM account_wish WHERE length(username) <= 100
UNION ALL
SELECT c.account_id, 'email', c.email FROM account_change AS c JOIN users AS u ON u.id = c.account_id
WHERE c.new_email AND length(c.email) <= 255 AND c.email <> u.email AND NOT 'email' = ANY (c.locked_fields)
UNION ALL
SELECT c.account_id, 'username', c.username FROM account_change AS c JOIN users AS u ON u.id = c.account_id
WHERE c.new_username AND length(c.username) <= 100 AND c.username <> u.username
  AND NOT 'username' = ANY (c.locked_fields);

-- granted: Of those, what nobody has, or who has it gives it up for another: so that people can swap theirs. What several
-- ask for goes to none of them.
CREATE TEMPORARY TABLE granted ON COMMIT DROP AS
WITH RECURSIVE counted AS (
    SELECT user_id, field, wish, count(*) OVER (PARTITION BY field, wish) > 1 AS shared FROM asked
), held AS (
    SELECT c.*, u.id AS holder FROM counted AS c LEFT JOIN users AS u ON u.email = c.wish WHERE c.field = 'email'
    UNION ALL
    SELECT c.*, u.id FROM counted AS c LEFT JOIN users AS u ON u.username = c.wish WHERE c.field = 'username'
), refused AS (
    SELECT h.field, h.user_id FROM held AS h
    WHERE h.shared OR h.holder IS NOT NULL
      AND NOT EXISTS (SELECT FROM asked AS a WHERE a.user_id = h.holder AND a.field = h.field)
    UNION
    SELECT h.field, h.user_id FROM held AS h JOIN refused AS r ON r.user_id = h.holder AND r.field = h.field
)
SELECT a.* FROM asked AS a
WHERE NOT EXISTS (SELECT FROM refused AS r WHERE r.user_id = a.user_id AND r.field = a.field);

-- still_waiting: Accounts that have to wait on.
DELETE FROM account_change AS c
WHERE c.waiting AND NOT EXISTS (SELECT FROM granted AS g WHERE g.user_id = c.account_id);
