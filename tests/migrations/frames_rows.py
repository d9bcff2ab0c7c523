"""Rows as an installation of document 004 may hold them, one table after the other; all that ours asks holds."""

ROWS = """
INSERT INTO universities (id, name, contact_email, created_at)
    VALUES ('u', 'University', 'desk@uni.example', '2026-01-02 03:04:05');
INSERT INTO faculty (id, email, university_id) VALUES ('f', 'f@uni.example', 'u');
INSERT INTO teams (name, university_id) VALUES ('Rover', 'u');
INSERT INTO students (id, email, university_id, team_id) VALUES ('s', 's@uni.example', 'u', 1);
INSERT INTO modules (module_id, title, category, created_by_id, university_id, status, tags, adaptive_config,
                     created_at, updated_at, published_at)
    VALUES ('lab-safety-101', 'Lab safety', 'Safety', 'f', 'u', 'published', '["required", "lab"]',
            '{"b": 1.50, "a": [2]}', '2026-03-29 02:30:00', '2026-03-29 02:30:00', NULL);
INSERT INTO module_sections (module_id, section_number, section_type, content)
    VALUES (1, 1, 'guided_struggle', '# Start');
INSERT INTO module_assignments (module_id, student_id, assigned_by_id, due_date) VALUES (1, 's', 'f', '2026-12-01');
INSERT INTO module_progress (module_id, student_id, status, progress_percent, started_at, completed_at, mastery_score)
    VALUES (1, 's', 'completed', 100, '2026-10-25 01:30:00', '2026-10-25 02:30:00.000001', 0.87);
INSERT INTO module_analytics_events (module_id, student_id, event_type, event_data, device_type, "timestamp")
    VALUES (1, 's', 'hint_used', '{"hint": 2}', 'tablet', '2026-10-25 01:59:59.999999'),
           (1, 's', 'something_new', NULL, NULL, '1999-12-31 23:59:59');
INSERT INTO module_feedback (module_id, student_id, rating, comment, tags) VALUES (1, 's', 5, 'Good', '["fun"]')"""
