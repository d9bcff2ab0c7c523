"""For every check, changes of sound rows that break it and nothing else.

Where the server would refuse the change, it is made as a restore or a replica makes it: past the triggers.
"""

from collections.abc import Mapping
from typing import Final

PAST_TRIGGERS: Final = "SET session_replication_role = replica;"

A_SESSION: Final = "(SELECT id FROM toolboxai.roblox_sessions ORDER BY id LIMIT 1)"
A_PLAYER: Final = "(SELECT id FROM toolboxai.roblox_player_progress ORDER BY id LIMIT 1)"
A_RESULT: Final = "(SELECT id FROM toolboxai.roblox_quiz_results ORDER BY id LIMIT 1)"
A_CONTENT: Final = "(SELECT id FROM toolboxai.roblox_content ORDER BY id LIMIT 1)"

AN_ANSWER: Final = f"""
UPDATE toolboxai.roblox_quiz_results SET question_responses = %s WHERE id = {A_RESULT};
UPDATE toolboxai.quiz_attempts AS a SET answers = question_responses
FROM toolboxai.roblox_quiz_results AS r JOIN toolboxai.roblox_player_progress AS p ON p.id = player_progress_id
WHERE r.id = {A_RESULT} AND a.quiz_id = r.quiz_id AND a.user_id = p.student_id
  AND a.started_at = r.started_at"""
"""In the result and in the attempt that it is."""

AN_ATTEMPT: Final = f"""
UPDATE toolboxai.quiz_attempts AS a SET %s
FROM toolboxai.roblox_quiz_results AS r JOIN toolboxai.roblox_player_progress AS p ON p.id = player_progress_id
WHERE r.id = {A_RESULT} AND a.quiz_id = r.quiz_id AND a.user_id = p.student_id
  AND a.started_at = r.started_at"""


def _of(table: str, row: str) -> str:
    return f"UPDATE toolboxai.{table} SET %s WHERE id = {row}"


_USER: Final = "UPDATE toolboxai.users SET %s WHERE username = 'argon'"
_SIGN_IN: Final = "UPDATE toolboxai.user_sessions SET %s WHERE user_id = md5('argon')::uuid"
_LMS: Final = "UPDATE toolboxai.lms_integrations SET %s"
_ENROLLED: Final = "UPDATE toolboxai.lms_enrollments SET %s"
_GRADE: Final = "UPDATE toolboxai.lms_grade_passbacks SET %s WHERE id = md5('grade')::uuid"
_QUEST: Final = "UPDATE pas_in_peace.quests SET %s WHERE id = 1"
_PRIVATE: Final = "UPDATE pas_in_peace.quests SET %s WHERE id = 2"
_CONSENT: Final = "UPDATE pas_in_peace.child_privacy_settings SET %s WHERE quest_id = 1"
_REVIEW: Final = PAST_TRIGGERS + "UPDATE pas_in_peace.psychologist_reviews SET %s WHERE id = 1"
_MODULE: Final = "UPDATE frames.modules SET %s WHERE id = 1"

JWT: Final = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZGEifQ.4pcPyMD09olPSyXnrXCjTwXyr4BsezdI1AVTmud2fU4"
UUID: Final = "0b5b3f0e-6f0a-4f5e-9c3a-3f1d6c2b7a11"
TOKENS: Final = (
    JWT,
    UUID,
    "kX3vJ0xYb1cW9QmZr7TtUuVvWwXxYyZz0123456789A",
    "5d41402abc4b2a76b9719d911017c592",
    "secret",
    "",
)


def _each(statement: str, *changes: str) -> tuple[str, ...]:
    return tuple(statement % change for change in changes)


BREAKS: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "toolbox": {"sample-data-in-production": ()},
    "toolboxai": {
        "roblox-session-universe": _each(_of("roblox_sessions", A_SESSION), "universe_id = '1'"),
        "roblox-session-client": _each(_of("roblox_sessions", A_SESSION), "client_id = 'x'"),
        "planned-session-universe": ("UPDATE toolboxai.roblox_game_sessions SET roblox_universe_id = 1",),
        "active-session-consent": _each(
            _of("roblox_sessions", A_SESSION),
            "status = 'ACTIVE', ended_at = NULL, coppa_consent_verified = false",
            "status = 'ACTIVE', ended_at = NULL, coppa_consent_verified = NULL",
        ),
        "player-age-unverified": _each(
            _of("roblox_player_progress", A_PLAYER), "age_verified = false", "age_verified = NULL"
        ),
        "player-collection-consent": _each(
            _of("roblox_player_progress", A_PLAYER), "data_collection_consent = false", "data_collection_consent = NULL"
        ),
        "player-parental-consent": (
            "UPDATE toolboxai.roblox_player_progress SET parental_consent_given = NULL WHERE student_id IN"
            " (SELECT id FROM toolboxai.users WHERE age_band = 'under_13')",
            "UPDATE toolboxai.users SET age_band = 'unknown' WHERE role = 'student';"
            f" UPDATE toolboxai.roblox_player_progress SET parental_consent_given = NULL WHERE id = {A_PLAYER}",
        ),
        "deployed-content-coppa": _each(
            _of("roblox_content", A_CONTENT), "coppa_compliant = false", "coppa_compliant = NULL"
        ),
        "public-template-coppa": ("UPDATE toolboxai.roblox_templates SET coppa_compliant = NULL",),
        "roblox-session-tokens": (
            *_each(_of("roblox_sessions", A_SESSION), *(f"access_token_hash = '{token}'" for token in TOKENS)),
            *_each(_of("roblox_sessions", A_SESSION), f"refresh_token_hash = '{JWT}'"),
        ),
        "session-outside-lesson": _each(
            "UPDATE toolboxai.lessons SET %s WHERE id IN (SELECT lesson_id FROM toolboxai.roblox_sessions)",
            "starts_at = starts_at + interval '1 day', ends_at = ends_at + interval '1 day'",
            "starts_at = starts_at - interval '1 day', ends_at = ends_at - interval '1 day'",
        ),
        "ended-session-active": _each(_of("roblox_sessions", A_SESSION), "status = 'ACTIVE'", "status = 'PAUSED'"),
        "progress-other-lesson": (
            f"UPDATE toolboxai.roblox_player_progress AS p SET lesson_id = l.id FROM toolboxai.lessons AS l"
            f" WHERE p.id = {A_PLAYER} AND l.id <> p.lesson_id",
        ),
        "quiz-result-answers": _each(
            AN_ANSWER,
            """jsonb_set(question_responses, '{0,correct}', to_jsonb(question_responses #> '{0,correct}' = 'false'))""",
            "question_responses - 0",
            "question_responses || '[{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}]'",
        ),
        "quiz-result-questions": _each(AN_ANSWER, """jsonb_set(question_responses, '{0,question_id}', '"gone"')"""),
        "quiz-result-passed": _each(_of("roblox_quiz_results", A_RESULT), "completed = false, passed = NOT passed"),
        "quiz-result-without-attempt": (
            "DELETE FROM toolboxai.lms_grade_passbacks; DELETE FROM toolboxai.quiz_attempts",
            "UPDATE toolboxai.quiz_attempts SET started_at = started_at - interval '1 hour'",
        ),
        "quiz-result-differs": _each(
            AN_ATTEMPT,
            "score = CASE WHEN a.score = 100 THEN 90 ELSE a.score + 0.1 END",
            "score = NULL",
            "passed = NULL",
            "completed_at = a.completed_at + interval '1 second'",
            "time_taken = 7",
            "answers = '[]'",
        ),
        "quiz-attempt-passed": (
            "INSERT INTO toolboxai.quiz_attempts (quiz_id, user_id, attempt_number, completed_at, score, passed)"
            " SELECT id, md5('argon')::uuid, 1, now(), 69.99, true FROM toolboxai.quizzes",
            "INSERT INTO toolboxai.quiz_attempts (quiz_id, user_id, attempt_number, completed_at, score, passed)"
            " SELECT id, md5('argon')::uuid, 1, now(), 70, false FROM toolboxai.quizzes",
        ),
        "password-hash": _each(
            _USER,
            "password_hash = 'correct horse battery staple'",
            "password_hash = '5f4dcc3b5aa765d61d8327deb882cf99'",
            "password_hash = encode(sha256('password'), 'hex')",
            "password_hash = ''",
            "password_hash = '$1$'",
        ),
        "two-factor-secret": _each(
            _USER, "two_factor_secret = 'JBSWY3DPEHPK3PXP'", "two_factor_secret = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3A=='"
        ),
        "user-session-tokens": (
            *_each(_SIGN_IN, *(f"token = '{token}'" for token in TOKENS)),
            *_each(_SIGN_IN, f"refresh_token = '{JWT}'"),
        ),
        "revoked-session-active": _each(_SIGN_IN, "revoked_at = now() - interval '1 minute'"),
        "closed-account-session": (
            "UPDATE toolboxai.user_sessions SET is_active = true WHERE user_id = md5('closed')::uuid",
            "UPDATE toolboxai.users SET is_active = false WHERE username = 'argon'",
        ),
        "email-spelled-twice": ("UPDATE toolboxai.users SET email = 'ARGON@school.example' WHERE username = 'bcrypt'",),
        "lms-secrets": _each(
            _LMS,
            "client_secret_encrypted = 'hunter2'",
            "api_key_encrypted = repeat('a', 120)",
            "refresh_token_encrypted = 'gAAAAABk'",
        ),
        "linked-content-missing": (
            "UPDATE toolboxai.lms_courses SET linked_content_ids = linked_content_ids || md5('gone')::uuid",
        ),
        "grade-of-another": (
            *_each(_GRADE, "user_id = md5('argon')::uuid"),
            "UPDATE toolboxai.lms_grade_passbacks SET user_id = md5('argon')::uuid WHERE progress_id IS NOT NULL",
        ),
        "grade-percentage": _each(_GRADE, "percentage = 66.6", "percentage = 100", "score = 1"),
        "removed-integration-secrets": _each(
            "UPDATE toolboxai.lms_integrations SET removed_at = now(), is_active = false, %s",
            "name = name",
            "api_key_encrypted = client_secret_encrypted, client_secret_encrypted = NULL",
            "refresh_token_encrypted = client_secret_encrypted, client_secret_encrypted = NULL",
        ),
        "enrollment-across": (
            _ENROLLED % "lms_identity_id = md5('there')::uuid WHERE id = md5('enrolled')::uuid",
            "UPDATE toolboxai.lms_courses SET lms_integration_id = NULL WHERE id = md5('old course')::uuid",
        ),
        "enrollment-of-gone": (
            _ENROLLED % "status = 'active' WHERE id = md5('ended')::uuid",
            _ENROLLED % "status = 'future', removed_at = NULL WHERE id = md5('gone')::uuid",
        ),
        "identity-merged-astray": _each(
            "UPDATE toolboxai.lms_identities SET merged_into_id = md5(%s)::uuid",
            "'there')::uuid WHERE id = md5('older'",
            "'one')::uuid WHERE id = md5('there'",
            "'older')::uuid WHERE id = md5('one'",
        ),
        "identity-of-administrator": _each(
            "UPDATE toolboxai.users SET %s WHERE username = 'django'",
            "role = 'admin'",
            "role = 'developer'",
            "is_superuser = true",
        ),
        "account-of-several": (
            "UPDATE toolboxai.lms_identities SET user_id = md5('bcrypt')::uuid WHERE id = md5('two')::uuid",
        ),
        "run-across": _each(
            "UPDATE toolboxai.lms_sync_runs SET %s",
            "approves_run_id = 9004 WHERE id = 9002",
            "undoes_run_id = 9004 WHERE id = 9003",
        ),
        "journal-not-of-run": _each(
            "UPDATE toolboxai.lms_sync_runs SET status = %s",
            "'success' WHERE id = 9001",
            "'failed' WHERE id = 9002",
            "'held' WHERE id = 9003",
            "'partial' WHERE id = 9004",
        ),
        "purged-run-not-empty": ("UPDATE toolboxai.lms_sync_runs SET purged_at = now() WHERE id = 9002",),
        "waiting-for-partition": (
            "INSERT INTO toolboxai.usage_analytics (event_type, event_category, event_name, recorded_at)"
            " VALUES ('page_view', 'user_action', 'home', '2031-01-02')",
            "INSERT INTO toolboxai.educational_analytics (metric_type, metric_value, recorded_at)"
            " VALUES ('progress', 1, '2031-01-02')",
        ),
    },
    "pas_in_peace": {
        "progress-consent-revoked": _each(
            _CONSENT,
            "consent_revoked_at = now()",
            "consent_revoked_at = now(), consent_given_by_child = false",
            "share_completion_progress = false",
            "share_completion_progress = NULL",
        ),
        "progress-without-consent": (
            "DELETE FROM pas_in_peace.child_privacy_settings",
            *_each(_CONSENT, "consent_given_by_child = false", "consent_given_by_child = NULL"),
            PAST_TRIGGERS + "UPDATE pas_in_peace.quest_progress SET quest_id = 2 WHERE id = 2;"
            "UPDATE pas_in_peace.quests SET plays_count = 1 WHERE id = 2",
        ),
        "consent-contradicts": (
            "UPDATE pas_in_peace.child_privacy_settings SET consent_given_by_child = true WHERE quest_id = 2",
            "UPDATE pas_in_peace.child_privacy_settings SET consent_revoked_at = now() WHERE quest_id = 2",
        ),
        "public-quest-changed": (
            *_each(PAST_TRIGGERS + _QUEST, "title = 'Changed'", "graph_structure = '{}'"),
            *_each(_REVIEW, "content_hash = NULL", "content_hash = repeat('0', 64)"),
        ),
        "public-quest-unreviewed": (
            *_each(
                _REVIEW,
                "is_approved = NULL",
                "reviewer_id = NULL",
                "reviewer_id = 1",
                "reviewer_credentials = ' '",
                "open_errors = NULL",
            ),
            *_each(
                PAST_TRIGGERS + _QUEST,
                "moderation_status = 'rejected', deployed_to_inner_edu = false",
                "moderation_status = NULL, deployed_to_inner_edu = false",
            ),
            *_each(PAST_TRIGGERS + _PRIVATE, "is_public = true, moderation_status = 'approved'"),
        ),
        "deployed-quest-unmoderated": _each(_PRIVATE, "deployed_to_inner_edu = true"),
        "deployed-quest-without-key": _each(_QUEST, "inner_edu_quest_id = NULL"),
        "inner-edu-key-twice": _each(_QUEST, "inner_edu_quest_id = 'key-2'"),
        "quest-rating": (
            *_each(_QUEST, "rating = 4.4", "rating = 0", "rating = NULL"),
            *_each(_PRIVATE, "rating = 5"),
            "DELETE FROM pas_in_peace.quest_ratings WHERE user_id = 2 AND quest_id = 1",
        ),
        "quest-plays": _each(_QUEST, "plays_count = 2", "plays_count = NULL"),
        "quest-other-review": _each(_QUEST, "psychologist_review_id = 3"),
        "quest-review-missing": _each(_PRIVATE, "psychologist_reviewed = true"),
        "review-overall-score": _each(_REVIEW, "overall_score = 4.4", "reveal_timing_score = 1"),
        "quest-progress-completed": _each(
            "UPDATE pas_in_peace.quest_progress SET %s WHERE id = 1",
            "completed = false",
            "completed = NULL",
            "completed_at = NULL",
        ),
        "recovery-track-missing": (
            "DELETE FROM pas_in_peace.user_tracks",
            """UPDATE pas_in_peace.users SET recovery_tracks = '{"COMMUNITY": {}}' WHERE id = 2""",
        ),
    },
    "frames": {
        "module-completed-without-time": ("UPDATE frames.module_progress SET completed_at = NULL WHERE id = 1",),
        "module-completed-in-part": ("UPDATE frames.module_progress SET progress_percent = 99 WHERE id = 1",),
        "module-whole-not-completed": _each(
            "UPDATE frames.module_progress SET %s WHERE id = 2",
            "progress_percent = 100",
            "progress_percent = 100, status = NULL",
            "progress_percent = 100, status = 'skipped'",
        ),
        "module-time-not-completed": _each(
            "UPDATE frames.module_progress SET %s WHERE id = 1",
            "status = 'in_progress'",
            "status = NULL",
            "status = 'not_started', started_at = NULL",
        ),
        "module-not-started": _each(
            "UPDATE frames.module_progress SET %s WHERE id = 3", "progress_percent = 1", "started_at = now()"
        ),
        "module-section-missing": (
            "UPDATE frames.module_progress SET current_section = 3 WHERE id = 2",
            "DELETE FROM frames.module_sections WHERE section_number = 2",
        ),
        "prerequisite-missing": _each(_MODULE, """prerequisites = '["gone"]'"""),
        "related-module-missing": _each(_MODULE, """related_modules = '["second", "gone"]'"""),
        "prerequisite-circle": _each(
            _MODULE,
            """prerequisites = '["first"]'""",
            """prerequisites = '["second"]'""",
            """prerequisites = '["third"]'""",
        ),
        "published-without-time": _each(_MODULE, "published_at = NULL"),
        "published-without-sections": ("DELETE FROM frames.module_sections WHERE module_id = 1",),
        "module-revision-missing": _each(_MODULE, "content_hash = repeat('a', 64)"),
        "team-of-another-university": ("UPDATE frames.students SET university_id = 'south' WHERE id = 's1'",),
        "waiting-for-partition": (
            'INSERT INTO frames.module_analytics_events (module_id, student_id, event_type, "timestamp")'
            " VALUES (1, 's1', 'pause', '2031-01-02')",
        ),
    },
}
