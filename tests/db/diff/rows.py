"""Rows that a script must leave as they are."""

from typing import Final

from tests.migrations.frames_rows import ROWS as FRAMES_ROWS

SCHOOL_ROWS: Final = """
INSERT INTO teacher (id, name, email, hired_on) VALUES
    ('11111111-1111-4111-8111-111111111111', 'Ada', 'ada@school.example', '2020-02-29'),
    ('22222222-2222-4222-8222-222222222222', 'Öz "B"', NULL, NULL);
INSERT INTO lesson (teacher_id, title, grade, level, mood, starts_at, ends_at) VALUES
    ('11111111-1111-4111-8111-111111111111', 'Monday', 12.5, 1, 'calm', '2026-01-05 08:00+00', '2026-01-05 09:00+00'),
    ('11111111-1111-4111-8111-111111111111', 'Öde', 100, 2, 'glad', '2026-01-06 08:00+00', '2026-01-06 09:00+00'),
    ('22222222-2222-4222-8222-222222222222', 'it''s', 0, 0, 'tired', '2026-01-07 08:00+00', '2026-01-07 09:00+00');
INSERT INTO note VALUES (1, 'one', 0.5), (2, 'two', NULL);
INSERT INTO long_note VALUES (3, 'three', 1.5, 7);
INSERT INTO event VALUES (1, '2026-01-15 00:00+00', 'a'), (2, '2026-03-15 00:00+00', 'b')"""

PLATFORM_ROWS: Final = f"""
SET search_path TO frames;
{FRAMES_ROWS};
SET search_path TO pas_in_peace;
INSERT INTO users (telegram_id, mode, created_at)
    VALUES ('one', 'educational', '2026-01-02'), ('two', 'therapeutic', '2026-01-02');
INSERT INTO user_tracks (user_id, track_type, current_phase) VALUES (1, 'negotiation', 'mastery');
SET search_path TO toolboxai;
INSERT INTO users (email, username, password_hash, role)
    VALUES ('ada@school.example', 'ada', repeat('x', 60), 'teacher');
SET search_path TO toolbox;
INSERT INTO seed_runs (profile, seed) SELECT 'small', 1 WHERE false"""
