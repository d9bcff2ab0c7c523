-- Rows of every platform that break no rule, beside a seeded classroom.

-- The learning platform: people who sign in, a planned class, a learning management system, events in their month.
INSERT INTO toolboxai.users (id, username, email, password_hash, two_factor_secret, age_band)
VALUES (md5('argon')::uuid, 'argon', 'argon@school.example', '$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHQ$aGFzaGhhc2g', 'gAAAAABk', 'adult'),
       (md5('bcrypt')::uuid, 'bcrypt', 'bcrypt@school.example', '$2b$12$abcdefghijklmnopqrstuv', NULL, '13_17'),
       (md5('django')::uuid, 'django', 'django@school.example', 'pbkdf2_sha256$600000$salt$aGFzaGhhc2g=', NULL, '13_17'),
       (md5('closed')::uuid, 'closed', 'closed@school.example', '*', NULL, '13_17');
UPDATE toolboxai.users SET is_active = false WHERE username = 'closed';
INSERT INTO toolboxai.user_sessions (user_id, token, refresh_token, expires_at, is_active, revoked_at)
VALUES (md5('argon')::uuid, encode(sha256('a'), 'hex'), 'sha256:' || encode(sha256('b'), 'hex'), '2100-01-01', true, NULL),
       (md5('bcrypt')::uuid, upper(encode(sha512('c'), 'hex')), NULL, '2100-01-01', false, now()),
       (md5('django')::uuid, 'sha256$' || rtrim(encode(sha256('d'), 'base64'), '='), NULL, '2100-01-01', true, NULL),
       (md5('closed')::uuid, encode(sha384('e'), 'hex'), NULL, '2100-01-01', false, NULL);
INSERT INTO toolboxai.roblox_game_sessions (session_name, roblox_universe_id) VALUES ('planned', 8505376973), ('not yet', NULL);
INSERT INTO toolboxai.lms_integrations (id, platform_name, institution_name, base_url, auth_type, client_secret_encrypted)
VALUES (md5('lms')::uuid, 'canvas', 'School', 'https://lms.example', 'oauth2', 'gAAAAABk' || repeat('x', 90) || '==');
INSERT INTO toolboxai.lms_courses (id, lms_integration_id, external_course_id, title, linked_content_ids)
SELECT md5('course')::uuid, md5('lms')::uuid, 'c', 'Course', array_agg(id) FROM toolboxai.educational_content;
INSERT INTO toolboxai.lms_assignments (id, lms_course_id, external_assignment_id, title)
VALUES (md5('assignment')::uuid, md5('course')::uuid, 'a', 'Assignment');
INSERT INTO toolboxai.lms_grade_passbacks
    (id, lms_assignment_id, user_id, external_user_id, score, points_possible, percentage, quiz_attempt_id)
SELECT md5('grade')::uuid, md5('assignment')::uuid, user_id, 'x', 2, 3, 66.67, id FROM toolboxai.quiz_attempts ORDER BY id LIMIT 1;
INSERT INTO toolboxai.lms_grade_passbacks
    (lms_assignment_id, user_id, external_user_id, score, points_possible, percentage, progress_id)
SELECT md5('assignment')::uuid, user_id, 'x', 11, 10, 100, id FROM toolboxai.user_progress ORDER BY id LIMIT 1;
INSERT INTO toolboxai.lms_integrations (id, name, platform_name, institution_name, base_url, auth_type)
VALUES (md5('other')::uuid, 'other', 'moodle', 'Other', 'https://other.example', 'token');
INSERT INTO toolboxai.lms_courses (id, lms_integration_id, external_course_id, title, status, removed_at)
VALUES (md5('old course')::uuid, md5('lms')::uuid, 'old', 'Old', 'removed', now());
INSERT INTO toolboxai.lms_identities (id, lms_integration_id, external_user_id, user_id, status, removed_at, merged_into_id)
VALUES (md5('one')::uuid, md5('lms')::uuid, '1', md5('bcrypt')::uuid, 'present', NULL, NULL),
       (md5('alias')::uuid, md5('lms')::uuid, '2', md5('bcrypt')::uuid, 'removed', now(), md5('one')::uuid),
       (md5('older')::uuid, md5('lms')::uuid, '3', NULL, 'removed', now(), md5('alias')::uuid),
       (md5('left')::uuid, md5('lms')::uuid, '4', md5('bcrypt')::uuid, 'removed', now(), NULL),
       (md5('two')::uuid, md5('lms')::uuid, '5', md5('django')::uuid, 'present', NULL, NULL),
       (md5('there')::uuid, md5('other')::uuid, '1', md5('bcrypt')::uuid, 'present', NULL, NULL);
UPDATE toolboxai.lms_identities SET account_made = true WHERE id = md5('two')::uuid;
UPDATE toolboxai.users SET role = 'developer' WHERE username = 'argon';
INSERT INTO toolboxai.lms_identities (lms_integration_id, external_user_id, user_id)
VALUES (md5('lms')::uuid, 'root', md5('argon')::uuid);
INSERT INTO toolboxai.lms_enrollments (id, lms_course_id, lms_identity_id, role, status, source, removed_at)
VALUES (md5('enrolled')::uuid, md5('course')::uuid, md5('one')::uuid, 'student', 'active', 'sync', NULL),
       (md5('ended')::uuid, md5('old course')::uuid, md5('two')::uuid, 'student', 'ended', 'sync', NULL),
       (md5('by hand')::uuid, md5('old course')::uuid, md5('one')::uuid, 'student', 'active', 'manual', NULL),
       (md5('moves')::uuid, md5('course')::uuid, md5('alias')::uuid, 'teacher', 'active', 'sync', NULL),
       (md5('gone')::uuid, md5('course')::uuid, md5('left')::uuid, 'student', 'removed', 'sync', now());
INSERT INTO toolboxai.lms_sync_runs (id, lms_integration_id, mode, status, ended_at, approves_run_id, undoes_run_id)
OVERRIDING SYSTEM VALUE
VALUES (9001, md5('lms')::uuid, 'full', 'discarded', now(), NULL, NULL), (9002, md5('lms')::uuid, 'full', 'undone', now(), 9001, NULL),
       (9003, md5('lms')::uuid, 'undo', 'success', now(), NULL, 9002), (9004, md5('other')::uuid, 'full', 'held', now(), NULL, NULL);
INSERT INTO toolboxai.lms_sync_changes (run_id, number, row_id, applied, table_name, action, before, after)
SELECT run, 1, md5('one')::uuid, run IN (9002, 9003), 'lms_identities', 'update', before, '{"is_active": true}'
FROM (VALUES (9001, jsonb '{}'), (9002, '{"id": 1}'), (9003, '{"id": 1}'), (9004, '{"id": 1}')) AS made (run, before);
UPDATE toolboxai.lms_sync_runs SET purged_at = now() WHERE id = 9001;
CREATE TABLE toolboxai.usage_2026_11 PARTITION OF toolboxai.usage_analytics FOR VALUES FROM ('2026-11-01') TO ('2026-12-01');
INSERT INTO toolboxai.usage_analytics (event_type, event_category, event_name, recorded_at)
VALUES ('page_view', 'user_action', 'home', '2026-11-02');

-- Parents' quests: public, private, rated, played with consent.
INSERT INTO pas_in_peace.users (id, telegram_id, created_at, recovery_tracks) VALUES
    (1, 'author', '2026-11-01', '{"self_work": {"week": 1}, "notes": "kept"}'), (2, 'psychologist', '2026-11-01', '{}'),
    (3, 'parent', '2026-11-01', NULL);
INSERT INTO pas_in_peace.user_tracks (user_id, track_type) VALUES (1, 'self_work');
INSERT INTO pas_in_peace.quests (id, user_id, quest_id, title, quest_yaml, moderation_status, rating, plays_count)
VALUES (1, 1, 'public', 'Public', 'nodes: []', 'approved', 4.5, 3), (2, 1, 'private', 'Private', 'nodes: []', 'pending', 0, 0),
       (3, 1, 'rounded', 'Rounded', 'nodes: []', 'pending', 3.7, NULL);
INSERT INTO pas_in_peace.psychologist_reviews (id, quest_id, emotional_safety_score, therapeutic_correctness_score,
    age_appropriateness_score, reveal_timing_score, overall_score, is_approved, content_hash, reviewer_id, reviewer_credentials,
    open_errors)
SELECT id, id, 5, 5, 4, 4, 4.5, true, pas_in_peace.quest_content_hash(q), 2, 'MSc', 0 FROM pas_in_peace.quests AS q WHERE id IN (1, 3);
UPDATE pas_in_peace.quests SET is_public = true, psychologist_reviewed = true, psychologist_review_id = 1,
    deployed_to_inner_edu = true, inner_edu_quest_id = 'key-1' WHERE id = 1;
UPDATE pas_in_peace.quests SET inner_edu_quest_id = 'key-2' WHERE id = 2;
INSERT INTO pas_in_peace.quest_ratings (user_id, quest_id, rating)
VALUES (2, 1, 4), (3, 1, 5), (1, 3, 3), (2, 3, 4), (3, 3, 4);
INSERT INTO pas_in_peace.child_privacy_settings (quest_id, consent_given_by_child, consent_timestamp, share_completion_progress)
VALUES (1, true, '2026-11-01', true);
INSERT INTO pas_in_peace.child_privacy_settings (quest_id) VALUES (2);
INSERT INTO pas_in_peace.quest_progress (id, user_id, quest_id, session_count, completed, started_at, completed_at)
VALUES (1, 1, 1, 2, true, '2026-11-01', '2026-11-02'), (2, 3, 1, 1, NULL, '2026-11-01', NULL);

-- Modules, one after the other, and students in every state.
INSERT INTO frames.universities (id) VALUES ('north'), ('south');
INSERT INTO frames.teams (id, university_id) VALUES (1, 'north'), (2, NULL);
INSERT INTO frames.students (id, university_id, team_id)
VALUES ('s1', 'north', 1), ('s2', 'south', 2), ('s3', NULL, 1), ('s4', 'south', NULL);
INSERT INTO frames.modules (id, module_id, title, status, published_at, prerequisites, related_modules)
VALUES (1, 'first', 'First', 'published', '2026-11-01', '[]', '["second"]'),
       (2, 'second', 'Second', 'published', '2026-11-01', '["first"]', '["first", "second"]'),
       (3, 'third', 'Third', 'draft', NULL, '["first", "second"]', NULL);
INSERT INTO frames.module_sections (module_id, section_number, section_type, content)
VALUES (1, 0, 'text', 'x'), (2, 1, 'text', 'x'), (2, 2, 'text', 'x');
INSERT INTO frames.module_progress (id, module_id, student_id, status, progress_percent, current_section, started_at, completed_at)
VALUES (1, 2, 's1', 'completed', 100, 2, '2026-11-01', '2026-11-02'), (2, 2, 's2', 'in_progress', 50, 1, '2026-11-01', NULL),
       (3, 2, 's3', 'not_started', 0, 1, NULL, NULL), (4, 2, 's4', 'skipped', 99, 1, NULL, NULL),
       (5, 1, 's1', 'in_progress', 0, 1, '2026-11-01', NULL), (6, 3, 's1', 'not_started', NULL, 7, NULL, NULL);
CREATE TABLE frames.events_2026_11 PARTITION OF frames.module_analytics_events
    FOR VALUES FROM ('2026-11-01') TO ('2026-12-01');
INSERT INTO frames.module_analytics_events (module_id, student_id, event_type, "timestamp") VALUES (1, 's1', 'pause', '2026-11-02');
