"""What document 002 says and plainly means about values, held by the database: ours.

Four scores and ratings of 1 to 5, tracks of 0 to 100 percent, the builder's six stages and the four recovery tracks
are the document's own. A ratio is 0 to 1, a quest's rating 0 while unrated, counts are not negative, what ends does so
after it began. `status`, `moderation_status`, `notification_frequency` and `difficulty_level` stay open text: no
document lists their values.
"""

from toolbox_cli.core.database.guards import Rule, add_checks, drop_checks

revision = "pas_in_peace_checks"
down_revision = "pas_in_peace_types"
branch_labels = None
depends_on = None
document = None

EXPRESSIONS = {
    "users": {
        "emotional_score": "emotional_score >= 0 AND emotional_score < 'Infinity'",
        "crisis_level": "crisis_level >= 0 AND crisis_level < 'Infinity'",
        "total_messages": "total_messages >= 0",
        "total_sessions": "total_sessions >= 0",
        "crisis_incidents": "crisis_incidents >= 0",
        "data_retention_days": "data_retention_days >= 0",
        "recovery_week": "recovery_week >= 0",
        "recovery_day": "recovery_day >= 0",
        "primary_track": "primary_track IN ('self_work', 'child_connection', 'negotiation', 'community')",
    },
    "quests": {
        "child_age": "child_age BETWEEN 0 AND 18",
        "reveal_threshold_percentage": "reveal_threshold_percentage BETWEEN 0 AND 1",
        "total_nodes": "total_nodes >= 0",
        "plays_count": "plays_count >= 0",
        "reveal_count": "reveal_count >= 0",
        "rating": "rating = 0 OR rating BETWEEN 1 AND 5",
    },
    "child_privacy_settings": {"consent_revoked_at": "consent_revoked_at >= consent_timestamp"},
    "psychologist_reviews": {
        "emotional_safety_score": "emotional_safety_score BETWEEN 1 AND 5",
        "therapeutic_correctness_score": "therapeutic_correctness_score BETWEEN 1 AND 5",
        "age_appropriateness_score": "age_appropriateness_score BETWEEN 1 AND 5",
        "reveal_timing_score": "reveal_timing_score BETWEEN 1 AND 5",
        "overall_score": "overall_score BETWEEN 1 AND 5",
        "review_duration_minutes": "review_duration_minutes >= 0",
    },
    "quest_builder_sessions": {
        "current_stage": (
            "current_stage IN ('greeting', 'collecting_info', 'clarifying', 'generating', 'reviewing', 'quest_ready')"
        ),
    },
    "quest_progress": {
        "current_step": "current_step >= 0",
        "session_count": "session_count >= 0",
        "total_time_minutes": "total_time_minutes >= 0 AND total_time_minutes < 'Infinity'",
        "completed_at": "completed_at >= started_at",
    },
    "quest_ratings": {"rating": "rating BETWEEN 1 AND 5"},
    "user_tracks": {
        "completion_percentage": "completion_percentage BETWEEN 0 AND 100",
        "weeks_active": "weeks_active >= 0",
        "days_active": "days_active >= 0",
        "total_activities": "total_activities >= 0",
        "completed_activities": "completed_activities >= 0",
        "activities": "completed_activities <= total_activities",
    },
}
RULES = [
    Rule(table, f"{table}_{name}_check", expression)
    for table, expressions in EXPRESSIONS.items()
    for name, expression in expressions.items()
]


def upgrade() -> None:
    add_checks(RULES)


def downgrade() -> None:
    drop_checks(RULES)
