from typing import Final

from tests.verify.schema.mutations.shape import PERCENT, UNIQUE, changed, check, one

PLACE: Final = f"module_progress.{PERCENT}"
_INDEX: Final = "DROP INDEX idx_progress_status; CREATE INDEX idx_progress_status ON module_progress "
_INDEX_PLACE: Final = "module_progress.idx_progress_status"
_FOREIGN: Final = "ALTER TABLE module_feedback DROP CONSTRAINT module_feedback_module_id_fkey"
_FOREIGN_PLACE: Final = "module_feedback.module_feedback_module_id_fkey"
_REFERENCES: Final = "ADD CONSTRAINT module_feedback_module_id_fkey FOREIGN KEY (module_id) REFERENCES modules"

CONSTRAINTS: Final = (
    one("frames", f"ALTER TABLE module_progress DROP CONSTRAINT {PERCENT}", f"error constraint-missing {PLACE}"),
    *(
        changed("frames", "constraint", PLACE, "definition", check(PERCENT, expression))
        for expression in (
            "progress_percent >= 0 AND progress_percent <= 1000",
            "progress_percent >= 0 OR progress_percent <= 100",
            "progress_percent > 0 AND progress_percent <= 100",
            "progress_percent >= 0 AND progress_percent <= 100 OR student_id = 'root'",
            "true",
        )
    ),
    changed(
        "frames",
        "constraint",
        "module_progress.module_progress_status_check",
        "definition",
        check("module_progress_status_check", "status IN ('not_started', 'in_progress', 'completed', 'anything')"),
    ),
    changed(
        "frames",
        "constraint",
        PLACE,
        "validated",
        check(PERCENT, "progress_percent BETWEEN 0 AND 100", "NOT VALID"),
    ),
    changed(
        "frames",
        "constraint",
        PLACE,
        "enforced",
        check(PERCENT, "progress_percent BETWEEN 0 AND 100", "NOT ENFORCED"),
        since=18,
    ),
    one(
        "frames",
        "ALTER TABLE teams ADD CONSTRAINT short CHECK (length(id::text) < 9)",
        "error constraint-extra teams.short",
    ),
    one("frames", _FOREIGN, f"error constraint-missing {_FOREIGN_PLACE}"),
    *(
        changed("frames", "constraint", _FOREIGN_PLACE, "definition", f"{_FOREIGN}, {_REFERENCES} {action}")
        for action in ("", "ON DELETE SET NULL", "ON DELETE CASCADE ON UPDATE CASCADE", "MATCH FULL ON DELETE CASCADE")
    ),
    changed(
        "frames",
        "constraint",
        _FOREIGN_PLACE,
        "definition",
        "ALTER TABLE module_feedback ALTER CONSTRAINT module_feedback_module_id_fkey DEFERRABLE INITIALLY DEFERRED",
    ),
    changed(
        "frames", "constraint", _FOREIGN_PLACE, "validated", f"{_FOREIGN}, {_REFERENCES} ON DELETE CASCADE NOT VALID"
    ),
    changed(
        "frames",
        "constraint",
        _FOREIGN_PLACE,
        "enforced",
        "ALTER TABLE module_feedback ALTER CONSTRAINT module_feedback_module_id_fkey NOT ENFORCED",
        since=18,
    ),
    one(
        "frames",
        f"ALTER TABLE module_feedback DROP CONSTRAINT {UNIQUE}",
        f"error constraint-missing module_feedback.{UNIQUE}",
    ),
    *(
        changed(
            "frames",
            "constraint",
            f"module_feedback.{UNIQUE}",
            "definition",
            f"ALTER TABLE module_feedback DROP CONSTRAINT {UNIQUE}, ADD CONSTRAINT {UNIQUE} UNIQUE {columns}",
        )
        for columns in (
            "(student_id, module_id)",
            "(module_id, student_id, rating)",
            "NULLS NOT DISTINCT (module_id, student_id)",
            "(module_id, student_id) DEFERRABLE",
        )
    ),
    changed(
        "frames",
        "constraint",
        f"module_feedback.{UNIQUE}",
        "kind",
        f"ALTER TABLE module_feedback DROP CONSTRAINT {UNIQUE}; "
        f"CREATE UNIQUE INDEX {UNIQUE} ON module_feedback (module_id, student_id) WHERE rating > 1",
    ),
    one(
        "frames",
        "ALTER TABLE module_feedback DROP CONSTRAINT module_feedback_pkey",
        "error constraint-missing module_feedback.module_feedback_pkey",
    ),
    changed(
        "frames", "table", "module_feedback", "foreign key triggers", "ALTER TABLE module_feedback DISABLE TRIGGER ALL"
    ),
    changed("frames", "table", "universities", "foreign key triggers", "ALTER TABLE universities DISABLE TRIGGER ALL"),
)

INDEXES: Final = (
    one("frames", "DROP INDEX idx_progress_status", f"error index-missing {_INDEX_PLACE}"),
    *(
        changed("frames", "index", _INDEX_PLACE, "definition", _INDEX + shape)
        for shape in (
            "(status) WHERE status <> 'completed'",
            "(status DESC)",
            "(status varchar_pattern_ops)",
            '(status COLLATE "C")',
            "(student_id)",
            "(status, student_id)",
            "(status) INCLUDE (student_id)",
            "(lower(status))",
            "USING hash (status)",
        )
    ),
    changed(
        "pas_in_peace",
        "index",
        "quest_ratings.ix_quest_ratings_user_quest",
        "unique",
        "DROP INDEX ix_quest_ratings_user_quest; "
        "CREATE INDEX ix_quest_ratings_user_quest ON quest_ratings (user_id, quest_id)",
    ),
    changed(
        "pas_in_peace",
        "index",
        "quest_ratings.ix_quest_ratings_user_quest",
        "definition",
        "DROP INDEX ix_quest_ratings_user_quest; CREATE UNIQUE INDEX ix_quest_ratings_user_quest "
        "ON quest_ratings (user_id, quest_id) NULLS NOT DISTINCT",
    ),
    changed(
        "frames",
        "index",
        _INDEX_PLACE,
        "valid",
        "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'idx_progress_status'::regclass",
    ),
    changed(
        "frames",
        "constraint",
        f"module_feedback.{UNIQUE}",
        "index valid",
        f"UPDATE pg_index SET indisready = false WHERE indexrelid = '{UNIQUE}'::regclass",
    ),
    one("frames", "CREATE INDEX quick ON modules (title)", "warning index-extra modules.quick"),
    one("frames", "CREATE UNIQUE INDEX one ON modules (title)", "error index-extra modules.one"),
)
