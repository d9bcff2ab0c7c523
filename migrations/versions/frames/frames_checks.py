"""What document 004 says about values, held by the database: closed lists, ranges, shapes and order in time. Ours."""

from toolbox_cli.core.database.guards import Rule, add_checks, drop_checks

revision = "frames_checks"
down_revision = "frames_types"
branch_labels = None
depends_on = None
document = None

EMAIL = r"'^[^@\s]+@[^@\s]+$'"
SLUG = "'^[a-z0-9]+(-[a-z0-9]+)*$'"

EXPRESSIONS = {
    "universities": {"contact_email": f"contact_email ~ {EMAIL}"},
    "faculty": {"email": f"email ~ {EMAIL}"},
    "students": {"email": f"email ~ {EMAIL}"},
    "modules": {
        "module_id": f"module_id ~ {SLUG}",
        "category": "category IN ('Safety', 'Technical', 'Orientation')",
        "status": "status IN ('draft', 'published', 'archived')",
        "module_type": "module_type IN ('text', 'sandbox', 'game', 'interactive', 'guided_struggle', 'mixed')",
        "interaction_level": "interaction_level IN ('low', 'medium', 'high')",
        "difficulty_level": "difficulty_level BETWEEN 1 AND 5",
        "estimated_minutes": "estimated_minutes >= 0",
        "revision": "revision >= 1",
    },
    "module_sections": {
        "section_type": (
            "section_type IN ('text', 'video', 'image', 'checklist', 'sandbox', 'game', 'interactive', "
            "'guided_struggle')"
        ),
        "section_number": "section_number >= 0",
        "duration_seconds": "duration_seconds >= 0",
    },
    "module_assignments": {
        "assignment_type": "assignment_type IN ('required', 'optional', 'recommended')",
        "assignee": "num_nonnulls(student_id, team_id, university_id) > 0",
    },
    "module_progress": {
        "status": "status IN ('not_started', 'in_progress', 'completed', 'skipped')",
        "progress_percent": "progress_percent BETWEEN 0 AND 100",
        "mastery_score": "mastery_score BETWEEN 0 AND 1",
        "current_section": "current_section >= 0",
        "total_time_seconds": "total_time_seconds >= 0",
        "pause_count": "pause_count >= 0",
        "hint_count": "hint_count >= 0",
        "retry_count": "retry_count >= 0",
        "error_count": "error_count >= 0",
        "completed_at": "completed_at >= started_at",
    },
    "module_analytics_events": {
        "device_type": "device_type IN ('tablet', 'phone', 'desktop')",
        "struggle_signal": "struggle_signal BETWEEN 0 AND 1",
        "section_number": "section_number >= 0",
        "time_elapsed_seconds": "time_elapsed_seconds >= 0",
    },
    "module_feedback": {
        "engagement_rating": "engagement_rating BETWEEN 1 AND 5",
        "clarity_rating": "clarity_rating BETWEEN 1 AND 5",
    },
}
RULES = [
    Rule(table, f"{table}_{name}_check", expression)
    for table, of_table in EXPRESSIONS.items()
    for name, expression in of_table.items()
]


def upgrade() -> None:
    add_checks(RULES)


def downgrade() -> None:
    drop_checks(RULES)
