"""CHECKs that are gone, relaxed, tightened, renamed or not in force."""

from typing import Final

from tests.verify.constraints.mutants.shape import ACCEPTS, RENAMED, STRANGER, STRICT, Mutant, check, swap

RATING = "module_feedback.module_feedback_rating_check"

CHECKS: Final = (
    Mutant(
        "frames", "ALTER TABLE module_feedback DROP CONSTRAINT module_feedback_rating_check", (f"{ACCEPTS} {RATING}",)
    ),
    Mutant(
        "frames",
        check("module_feedback", "module_feedback_rating_check", "rating >= 0 AND rating <= 5"),
        (f"{ACCEPTS} {RATING}",),
    ),
    Mutant(
        "frames",
        check("module_feedback", "module_feedback_rating_check", "rating >= 1 AND rating <= 6"),
        (f"{ACCEPTS} {RATING}",),
    ),
    Mutant("frames", check("module_feedback", "module_feedback_rating_check", "rating >= 1"), (f"{ACCEPTS} {RATING}",)),
    Mutant(
        "frames",
        check("module_feedback", "module_feedback_rating_check", "rating >= 1 OR rating <= 5"),
        (f"{ACCEPTS} {RATING}",),
    ),
    Mutant(
        "frames",
        check("module_feedback", "module_feedback_rating_check", "rating > 1 AND rating <= 5"),
        (f"{STRICT} {RATING}",),
    ),
    Mutant("frames", check("module_feedback", "module_feedback_rating_check", "rating >= 1 AND 5 >= rating"), ()),
    Mutant(
        "frames",
        check("modules", "modules_status_check", "status IN ('draft', 'published')"),
        (f"{STRICT} modules.modules_status_check",),
    ),
    Mutant(
        "frames",
        check("modules", "modules_status_check", "lower(status) IN ('draft', 'published', 'archived')"),
        (f"{ACCEPTS} modules.modules_status_check",),
    ),
    Mutant(
        "frames",
        check("modules", "modules_module_id_check", "module_id ~ '[a-z0-9]+(-[a-z0-9]+)*$'"),
        (f"{ACCEPTS} modules.modules_module_id_check",),
    ),
    Mutant(
        "frames",
        check("students", "students_email_check", "email ~ '@'"),
        (f"{ACCEPTS} students.students_email_check",),
    ),
    Mutant(
        "frames",
        check("module_progress", "module_progress_completed_at_check", "completed_at > started_at"),
        (f"{STRICT} module_progress.module_progress_completed_at_check",),
    ),
    Mutant(
        "frames",
        check(
            "module_progress", "module_progress_completed_at_check", "completed_at > started_at - interval '1 second'"
        ),
        (f"{ACCEPTS} module_progress.module_progress_completed_at_check",),
    ),
    Mutant(
        "frames",
        check("module_progress", "module_progress_mastery_score_check", "mastery_score BETWEEN 0 AND 1.01"),
        (f"{ACCEPTS} module_progress.module_progress_mastery_score_check",),
    ),
    Mutant(
        "frames",
        check(
            "module_progress",
            "module_progress_mastery_score_check",
            "mastery_score IS NOT NULL AND mastery_score BETWEEN 0 AND 1",
        ),
        (f"{STRICT} module_progress.module_progress_mastery_score_check",),
    ),
    Mutant(
        "frames",
        check("module_assignments", "module_assignments_assignee_check", "num_nonnulls(student_id, team_id) > 0"),
        (f"{STRICT} module_assignments.module_assignments_assignee_check",),
    ),
    Mutant(
        "frames",
        "ALTER TABLE module_feedback RENAME CONSTRAINT module_feedback_rating_check TO rating_range",
        (f"{RENAMED} {RATING}",),
    ),
    Mutant(
        "frames",
        swap(
            "module_feedback",
            "module_feedback_rating_check",
            "CONSTRAINT module_feedback_rating_check CHECK (rating >= 1 AND rating <= 5) NOT ENFORCED",
        ),
        (f"{ACCEPTS} {RATING}",),
        18,
    ),
    Mutant(
        "frames",
        swap(
            "module_feedback",
            "module_feedback_rating_check",
            "CONSTRAINT module_feedback_rating_check CHECK (rating >= 1 AND rating <= 5) NOT VALID",
        ),
        (f"not-validated {RATING}",),
    ),
    Mutant(
        "frames",
        "ALTER TABLE module_feedback ADD CONSTRAINT short CHECK (length(comment) < 3)",
        (f"{STRANGER} module_feedback.short",),
    ),
    Mutant(
        "frames",
        "ALTER TABLE module_feedback ADD CONSTRAINT never CHECK (rating > 7)",
        (f"{STRANGER} module_feedback.never",),
    ),
    Mutant(
        "frames",
        check("module_analytics_events", "module_analytics_events_struggle_signal_check", "struggle_signal >= 0"),
        (f"{ACCEPTS} module_analytics_events.module_analytics_events_struggle_signal_check",),
    ),
    Mutant(
        "pas_in_peace",
        check("users", "users_crisis_level_check", "crisis_level >= 0"),
        (f"{ACCEPTS} users.users_crisis_level_check",),
    ),
    Mutant(
        "pas_in_peace",
        check("quests", "quests_rating_check", "rating BETWEEN 0 AND 5"),
        (f"{ACCEPTS} quests.quests_rating_check",),
    ),
    Mutant(
        "toolbox",
        check("audit_log", "audit_log_counts_check", "jsonb_typeof(counts) IN ('object', 'array')"),
        (f"{ACCEPTS} audit_log.audit_log_counts_check",),
    ),
    Mutant(
        "toolbox",
        check("migration_log", "migration_log_sql_sha256_check", "sql_sha256 ~ '^[0-9a-f]{63,64}$'"),
        (f"{ACCEPTS} migration_log.migration_log_sql_sha256_check",),
    ),
)
