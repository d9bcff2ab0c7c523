"""Rows as an installation of document 002 may hold them, one table after the other; all that ours asks holds."""

ROWS = """
INSERT INTO users (telegram_id, current_state, therapy_phase, emotional_score, created_at, last_activity, context,
                   parent_name, learning_profile)
    VALUES ('author', 'CASUAL_CHAT', 'ACTION', 0.5, '2026-01-02 03:04:05.000006', '2026-03-29 02:30:00',
            '{"b": 1.50, "a": [2]}', 'P.', '{}'),
           ('psychologist', NULL, NULL, NULL, '2026-01-02 03:04:05', NULL, NULL, NULL, 'null');
INSERT INTO quests (user_id, quest_id, title, quest_yaml, child_name, child_age, child_interests, graph_structure,
                    moderation_status, created_at, last_edited, deployed_at, approved_at, reviewed_at, last_reveal_at)
    VALUES (1, 'garden', 'The garden', 'nodes: []', 'R.', 8, '["maps"]',
            '{"nodes": [{"id": "start", "position": {"x": 1}}], "edges": []}', 'approved',
            '2026-03-29 02:30:00', '2026-03-29 02:30:00', '2026-10-25 01:30:00', '2026-10-25 02:30:00',
            '2026-10-25 02:30:00.000001', '1999-12-31 23:59:59.999999'),
           (1, 'lake', 'The lake', 'nodes: []', NULL, NULL, '[]', NULL, 'pending', '2026-03-29 02:30:00', NULL, NULL,
            NULL, NULL, NULL);
INSERT INTO child_privacy_settings (quest_id, consent_given_by_child, consent_timestamp, consent_revoked_at,
                                    consent_history, created_at, last_updated)
    VALUES (1, true, '2026-10-25 01:30:00', '2026-10-25 02:30:00', '[{"given": true}]', '2026-03-29 02:30:00', NULL);
INSERT INTO psychologist_reviews (quest_id, emotional_safety_score, therapeutic_correctness_score,
                                  age_appropriateness_score, reveal_timing_score, overall_score, is_approved,
                                  created_at, reviewed_at)
    VALUES (1, 5, 4, 5, 4, 4.5, true, '2026-03-29 02:30:00', '2026-03-29 02:30:00');
UPDATE quests SET psychologist_review_id = 1 WHERE id = 1;
INSERT INTO quest_builder_sessions (user_id, conversation_history, current_stage, current_graph, created_at, updated_at)
    VALUES (1, '[{"said": "hello"}]', 'clarifying', '{"nodes": []}', '2026-03-29 02:30:00', '2026-10-25 01:30:00');
INSERT INTO user_quest_library (user_id, quest_id, added_at) VALUES (2, 1, '2026-03-29 02:30:00');
INSERT INTO quest_progress (user_id, quest_id, current_step, started_at, completed_at, last_played_at)
    VALUES (1, 1, 3, '2026-10-25 01:30:00', '2026-10-25 02:30:00.000001', '2026-10-25 01:59:59.999999');
INSERT INTO quest_ratings (user_id, quest_id, rating, created_at) VALUES (2, 1, 5, '2026-03-29 02:30:00');
INSERT INTO user_tracks (user_id, track_type, last_activity_at, started_at, updated_at)
    VALUES (1, 'negotiation', '2026-03-29 02:30:00', '2026-10-25 01:30:00', NULL)"""
