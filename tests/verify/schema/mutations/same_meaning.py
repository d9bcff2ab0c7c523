from typing import Final

from tests.verify.schema.mutations.shape import EVENTS, MONTHS, PERCENT, TOUCH, UNIQUE, check, one

SAME_MEANING: Final = (
    one("frames", check(PERCENT, "progress_percent BETWEEN 0 AND 100")),
    one("frames", check(PERCENT, "((progress_percent) >= (0)) AND progress_percent <= 100")),
    one(
        "frames",
        check(
            "module_progress_status_check",
            "(status)::text = ANY (ARRAY[('not_started'::varchar)::text, ('in_progress'::varchar)::text, "
            "('completed'::varchar)::text, ('skipped'::varchar)::text])",
        ),
    ),
    one(
        "frames",
        f"{TOUCH} WHEN (NOT NEW.updated_at IS DISTINCT FROM OLD.updated_at) EXECUTE FUNCTION touch_updated_at()",
    ),
    one(
        "frames",
        f"ALTER TABLE module_progress RENAME CONSTRAINT {PERCENT} TO percent",
        "warning constraint-renamed module_progress.percent",
    ),
    one(
        "frames",
        f"ALTER TABLE module_feedback RENAME CONSTRAINT {UNIQUE} TO once",
        "warning constraint-renamed module_feedback.once",
    ),
    one(
        "frames",
        "ALTER TABLE module_feedback RENAME CONSTRAINT module_feedback_pkey TO feedback_pk",
        "warning constraint-renamed module_feedback.feedback_pk",
    ),
    one(
        "frames",
        "ALTER INDEX idx_progress_status RENAME TO by_status",
        "warning index-renamed module_progress.by_status",
    ),
    one("frames", "ALTER TRIGGER touch_updated_at ON modules RENAME TO touch", "warning trigger-renamed modules.touch"),
    one("frames", "ALTER SEQUENCE modules_id_seq RENAME TO module_numbers", "warning sequence-renamed module_numbers"),
    one("frames", "ALTER TABLE teams OWNER TO pg_monitor; GRANT SELECT ON teams TO PUBLIC"),
    one(
        "frames",
        "ALTER TABLE module_feedback DROP tags; ALTER TABLE module_feedback ADD tags jsonb;"
        "COMMENT ON COLUMN module_feedback.tags IS $$List of tags, such as helpful or confusing.$$",
    ),
    one("frames", "ALTER TABLE modules ALTER title DROP NOT NULL, ADD CONSTRAINT named NOT NULL title", since=18),
    one("frames", "ALTER TABLE modules RENAME CONSTRAINT modules_title_not_null TO other", since=18),
    one("frames", f"{MONTHS} ALTER INDEX {EVENTS}_2026_02_event_type_idx RENAME TO odd"),
    one("frames", "CLUSTER module_progress USING module_progress_pkey"),
)
