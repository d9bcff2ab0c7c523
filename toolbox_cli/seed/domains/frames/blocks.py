"""The tables of FRAMES, filled university by university."""

from collections.abc import Mapping, Sequence
from typing import Final

from toolbox_cli.seed.domains.frames.sizes import (
    FACULTY,
    OWN_MODULES,
    OWN_SECTIONS,
    REQUIRED,
    cohort_count,
    cohort_size,
    places,
    student_count,
)
from toolbox_cli.seed.domains.frames.universities import campus_of, campus_rows, enrol
from toolbox_cli.seed.domains.frames.year import UNTOUCHED, Year
from toolbox_cli.seed.making.domain import Context
from toolbox_cli.seed.making.places import require_places
from toolbox_cli.seed.making.text import Row
from toolbox_cli.seed.profiles.shape import Profile

TABLES: Final[Mapping[str, tuple[str, ...]]] = {
    "universities": ("id", "name", "location", "contact_email", "created_at"),
    "faculty": ("id", "name", "email", "university_id", "department", "created_at"),
    "teams": ("id", "name", "university_id", "subsystem", "created_at"),
    "students": ("id", "name", "email", "university_id", "team_id", "role", "created_at"),
    "modules": (
        "id", "module_id", "title", "description", "category", "estimated_minutes", "created_by_id", "university_id",
        "status", "prerequisites", "related_modules", "tags", "target_audience", "revision", "created_at",
        "updated_at", "published_at", "module_type", "interaction_level", "required_components", "difficulty_level",
        "adaptive_config", "content_hash",
    ),
    "module_sections": (
        "id", "module_id", "section_number", "section_type", "title", "content", "media_url", "duration_seconds",
        "section_config", "completion_criteria", "section_key",
    ),
    "module_revisions": ("module_id", "revision", "content", "content_hash", "made_at", "made_by"),
    "module_assignment_rules": (
        "id", "module_id", "rule", "university_id", "subsystem", "assignment_type", "due_date", "due_days",
        "is_active", "assigned_by_id", "created_at",
    ),
    "module_assignments": (
        "id", "module_id", "student_id", "university_id", "team_id", "assigned_by_id", "assignment_type", "due_date",
        "assigned_at", "auto_assigned", "assignment_rule",
    ),
    "module_progress": (
        "id", "module_id", "student_id", "status", "progress_percent", "current_section", "started_at",
        "completed_at", "last_accessed_at", "total_time_seconds", "pause_count", "hint_count", "retry_count",
        "error_count", "difficulty_adjustments", "mastery_score",
    ),
    "module_analytics_events": (
        "id", "module_id", "student_id", "event_type", "event_data", "section_number", "session_id", "device_type",
        "timestamp", "time_elapsed_seconds", "struggle_signal", "pattern_detected",
    ),
    "module_feedback": (
        "id", "module_id", "student_id", "rating", "difficulty_rating", "comment", "created_at", "is_anonymous",
        "engagement_rating", "clarity_rating", "tags",
    ),
}  # fmt: skip

AFTERWARDS: Final[Sequence[str]] = ()


def blocks(profile: Profile) -> int:
    """Say how many universities there are.

    Raises:
        UsageError: the profile asks for more rows than a run has keys for.
    """
    return require_places(cohort_count(profile), places(profile))


def expected(profile: Profile) -> Mapping[str, int]:
    """Say about how many rows each table gets."""
    frames, who = profile.frames, profile.learners
    count, students = cohort_count(profile), student_count(profile)
    teams = sum(-(-cohort_size(profile, block) // frames.students_a_team) for block in range(count))
    staying = 1 - who.never_back
    begun = students * (staying * (1 - who.leaving / 2) * frames.modules_a_student + who.never_back)
    return {
        "universities": count,
        "faculty": count * FACULTY,
        "teams": teams,
        "students": students,
        "modules": count * OWN_MODULES,
        "module_sections": count * OWN_SECTIONS,
        "module_revisions": count * OWN_MODULES,
        "module_assignment_rules": count * REQUIRED + teams,
        "module_assignments": round(count * REQUIRED + teams + begun * 0.12 + students * UNTOUCHED),
        "module_progress": round(begun + students * UNTOUCHED),
        "module_analytics_events": round(begun * frames.events_a_module),
        "module_feedback": round(begun * 0.82 * frames.feedback),
    }


def make(context: Context, block: int) -> Mapping[str, list[Row]]:
    """Make a university."""
    chance = context.chance("frames", block)
    campus = campus_of(context, block, chance)
    rows: dict[str, list[Row]] = {table: [] for table in TABLES}
    rows.update(campus_rows(context, campus, chance))
    rows["students"], learners = enrol(context, block, campus, chance)
    year = Year(context, block, campus, chance, rows)
    year.write_modules()
    year.assign_to_all()
    for learner in learners:
        year.follow(learner)
    return rows
