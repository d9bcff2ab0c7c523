"""Keys that are gone, narrowed, widened or conditional."""

from typing import Final

from tests.verify.constraints.mutants.shape import ACCEPTS, RENAMED, STRANGER, STRICT, Mutant, swap

PROGRESS_KEY = "module_progress.module_progress_module_id_student_id_key"
RATED = "quest_ratings.ix_quest_ratings_user_quest"

KEYS: Final = (
    Mutant(
        "frames",
        "ALTER TABLE module_progress DROP CONSTRAINT module_progress_module_id_student_id_key",
        (f"{ACCEPTS} {PROGRESS_KEY}",),
    ),
    Mutant(
        "frames",
        swap(
            "module_progress",
            "module_progress_module_id_student_id_key",
            "CONSTRAINT module_progress_module_id_student_id_key UNIQUE (module_id, status)",
        ),
        (f"{ACCEPTS} {PROGRESS_KEY}",),
    ),
    Mutant(
        "frames",
        swap(
            "module_progress",
            "module_progress_module_id_student_id_key",
            "CONSTRAINT module_progress_module_id_student_id_key UNIQUE (module_id, student_id, status)",
        ),
        (f"{ACCEPTS} {PROGRESS_KEY}",),
    ),
    Mutant(
        "frames",
        swap(
            "module_progress",
            "module_progress_module_id_student_id_key",
            "CONSTRAINT module_progress_module_id_student_id_key UNIQUE (module_id)",
        ),
        (f"{STRICT} {PROGRESS_KEY}",),
    ),
    Mutant(
        "frames",
        """
ALTER TABLE module_progress DROP CONSTRAINT module_progress_module_id_student_id_key;
CREATE UNIQUE INDEX module_progress_module_id_student_id_key ON module_progress (module_id, student_id)
    WHERE status = 'completed'""",
        (f"{ACCEPTS} {PROGRESS_KEY}",),
    ),
    Mutant(
        "frames",
        """
ALTER TABLE module_progress DROP CONSTRAINT module_progress_module_id_student_id_key;
CREATE UNIQUE INDEX module_progress_module_id_student_id_key ON module_progress (module_id, student_id)
    WHERE completed_at IS NULL""",
        (f"{ACCEPTS} {PROGRESS_KEY}",),
    ),
    Mutant(
        "frames",
        """
ALTER TABLE module_progress DROP CONSTRAINT module_progress_module_id_student_id_key;
CREATE UNIQUE INDEX module_progress_module_id_student_id_key ON module_progress (module_id, lower(student_id))""",
        (),
    ),
    Mutant(
        "frames",
        swap(
            "module_progress",
            "module_progress_module_id_student_id_key",
            "CONSTRAINT module_progress_module_id_student_id_key UNIQUE (module_id, student_id) "
            "DEFERRABLE INITIALLY DEFERRED",
        ),
        (f"{ACCEPTS} {PROGRESS_KEY}",),
    ),
    Mutant(
        "frames", "ALTER INDEX module_progress_module_id_student_id_key RENAME TO once", (f"{RENAMED} {PROGRESS_KEY}",)
    ),
    Mutant(
        "frames",
        swap(
            "module_assignments",
            "module_assignments_module_id_student_id_key",
            "CONSTRAINT module_assignments_module_id_student_id_key UNIQUE NULLS NOT DISTINCT (module_id, student_id)",
        ),
        (f"{STRICT} module_assignments.module_assignments_module_id_student_id_key",),
    ),
    Mutant(
        "frames",
        "ALTER TABLE module_progress DROP CONSTRAINT module_progress_pkey",
        (f"{ACCEPTS} module_progress.module_progress_pkey",),
    ),
    Mutant(
        "frames",
        """
ALTER TABLE module_analytics_events DROP CONSTRAINT module_analytics_events_pkey""",
        (f"{ACCEPTS} module_analytics_events.module_analytics_events_pkey",),
    ),
    Mutant("frames", "CREATE UNIQUE INDEX one_title ON modules (module_type)", (f"{STRANGER} modules.one_title",)),
    Mutant("pas_in_peace", "DROP INDEX ix_quest_ratings_user_quest", (f"{ACCEPTS} {RATED}",)),
    Mutant(
        "pas_in_peace",
        """
DROP INDEX ix_quest_ratings_user_quest; CREATE INDEX ix_quest_ratings_user_quest ON quest_ratings (user_id, quest_id)
""",
        (f"{ACCEPTS} {RATED}",),
    ),
    Mutant(
        "pas_in_peace",
        """
UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'ix_quest_ratings_user_quest'::regclass""",
        (f"index-invalid {RATED}",),
    ),
    Mutant(
        "pas_in_peace",
        """
UPDATE pg_index SET indisready = false, indisvalid = false
WHERE indexrelid = 'ix_quest_ratings_user_quest'::regclass""",
        (f"{ACCEPTS} {RATED}",),
    ),
)
