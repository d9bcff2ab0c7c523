"""The tables of pas_in_peace, filled fifty families at a time."""

from collections.abc import Mapping, Sequence
from typing import Final

from toolbox_cli.seed.domains.quests.neighbours import Neighbours
from toolbox_cli.seed.domains.quests.sizes import (
    ABANDONED,
    ONLY_TAKEN,
    PSYCHOLOGISTS,
    REVIEWED_BEFORE,
    block_count,
    family_count,
    places,
)
from toolbox_cli.seed.making.domain import Context
from toolbox_cli.seed.making.places import require_places
from toolbox_cli.seed.making.text import Row
from toolbox_cli.seed.profiles.shape import Profile

TABLES: Final[Mapping[str, tuple[str, ...]]] = {
    "users": (
        "id", "telegram_id", "current_state", "therapy_phase", "emotional_score", "crisis_level", "total_messages",
        "total_sessions", "crisis_incidents", "created_at", "last_activity", "context", "consent_given",
        "data_retention_days", "recovery_tracks", "primary_track", "recovery_week", "recovery_day", "mode",
        "parent_name", "learning_profile",
    ),
    "user_tracks": (
        "id", "user_id", "track_type", "current_phase", "completion_percentage", "weeks_active", "days_active",
        "total_activities", "completed_activities", "last_activity_at", "started_at", "updated_at",
    ),
    "quest_builder_sessions": (
        "id", "user_id", "conversation_history", "current_stage", "current_graph", "quest_context", "created_at",
        "updated_at",
    ),
    "quests": (
        "id", "user_id", "quest_id", "title", "description", "child_name", "child_age", "child_interests",
        "quest_yaml", "total_nodes", "difficulty_level", "family_photos", "family_memories", "family_jokes",
        "familiar_locations", "status", "moderation_status", "moderation_issues", "moderation_notes",
        "reveal_enabled", "reveal_threshold_percentage", "reveal_message", "deployed_to_inner_edu",
        "inner_edu_quest_id", "deployed_at", "created_at", "last_edited", "approved_at", "graph_structure",
        "psychological_module", "location", "age_range", "is_public", "rating", "plays_count",
        "psychologist_reviewed", "psychologist_review_id", "reviewed_at", "reveal_count", "last_reveal_at",
    ),
    "psychologist_reviews": (
        "id", "quest_id", "reviewer_name", "reviewer_credentials", "emotional_safety_score",
        "therapeutic_correctness_score", "age_appropriateness_score", "reveal_timing_score", "overall_score",
        "is_approved", "strengths", "concerns", "recommendations", "modification_notes", "review_duration_minutes",
        "created_at", "reviewed_at", "content_hash", "reviewer_id", "open_errors",
    ),
    "psychologist_review_history": (
        "quest_id", "number", "reviewer_name", "reviewer_credentials", "emotional_safety_score",
        "therapeutic_correctness_score", "age_appropriateness_score", "reveal_timing_score", "overall_score",
        "is_approved", "strengths", "concerns", "recommendations", "modification_notes", "review_duration_minutes",
        "created_at", "reviewed_at", "content_hash", "reviewer_id", "open_errors", "superseded_at",
    ),
    "child_privacy_settings": (
        "id", "quest_id", "share_completion_progress", "share_educational_progress", "share_achievements",
        "share_play_frequency", "notify_both_parents", "notification_frequency", "consent_given_by_child",
        "consent_timestamp", "consent_revoked_at", "consent_history", "created_at", "last_updated",
    ),
    "quest_progress": (
        "id", "user_id", "quest_id", "current_step", "completed", "session_count", "total_time_minutes",
        "started_at", "completed_at", "last_played_at",
    ),
    "quest_ratings": ("id", "user_id", "quest_id", "rating", "review_text", "created_at"),
    "user_quest_library": ("id", "user_id", "quest_id", "added_at"),
}  # fmt: skip

AFTERWARDS: Final[Sequence[str]] = (
    # A quest points to its review and can be public only once that is there: both come behind the rows.
    """
    UPDATE quests AS q SET psychologist_review_id = r.id, is_public = (q.status = 'published')
    FROM psychologist_reviews AS r WHERE r.quest_id = q.id AND q.id BETWEEN %(first)s AND %(last)s""",
)


def blocks(profile: Profile) -> int:
    """Say how many blocks of families there are.

    Raises:
        UsageError: the profile asks for more rows than a run has keys for.
    """
    return require_places(block_count(profile), places(profile))


def expected(profile: Profile) -> Mapping[str, int]:
    """Say about how many rows each table gets."""
    wanted, adult, families = profile.quests, profile.consent["adult"], family_count(profile)
    active = families * adult.parental * adult.data_collection * (1 - profile.learners.never_back)
    quests = active * wanted.quests_a_family
    public = quests * wanted.published * 0.95
    own = (quests - public) * 0.4 * 0.85
    players = public * wanted.plays_a_quest * 0.88
    shared = wanted.consent * (1 - wanted.revoked)
    return {
        "users": families + block_count(profile) * PSYCHOLOGISTS,
        "user_tracks": round(active * 2),
        "quest_builder_sessions": round(quests + active * ABANDONED),
        "quests": round(quests),
        "psychologist_reviews": round(public + (quests - public) * 0.23),
        "psychologist_review_history": round((public + (quests - public) * 0.23) * REVIEWED_BEFORE),
        "child_privacy_settings": round(quests),
        "quest_progress": round((own + public * 0.8 + players * 0.95) * shared),
        "quest_ratings": round(players * 0.78 * wanted.ratings_a_play),
        "user_quest_library": round(players * (1 + ONLY_TAKEN)),
    }


def make(context: Context, block: int) -> Mapping[str, list[Row]]:
    """Make the families of a block, and what became of their quests."""
    neighbours = Neighbours(context, block, tuple(TABLES))
    neighbours.live()
    return neighbours.rows
