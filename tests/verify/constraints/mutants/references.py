"""Foreign keys that are gone, act otherwise or are not asked."""

from typing import Final

from tests.verify.constraints.mutants.shape import ACCEPTS, OTHERWISE, STRICT, Mutant, foreign

SECTIONS = "module_sections.module_sections_module_id_fkey"
MADE_BY = "modules.modules_created_by_id_fkey"
REVIEWED_IN = "quests.quests_psychologist_review_id_fkey"

REFERENCES: Final = (
    Mutant(
        "frames",
        "ALTER TABLE module_sections DROP CONSTRAINT module_sections_module_id_fkey",
        (f"{ACCEPTS} {SECTIONS}",),
    ),
    Mutant(
        "frames",
        foreign("module_sections", "module_sections_module_id_fkey", "(module_id) REFERENCES modules"),
        (f"{STRICT} {SECTIONS}",),
    ),
    Mutant(
        "frames",
        foreign("modules", "modules_created_by_id_fkey", "(created_by_id) REFERENCES faculty ON DELETE CASCADE"),
        (f"{ACCEPTS} {MADE_BY}",),
    ),
    Mutant(
        "frames",
        foreign("modules", "modules_created_by_id_fkey", "(created_by_id) REFERENCES faculty ON DELETE SET NULL"),
        (f"{ACCEPTS} {MADE_BY}",),
    ),
    Mutant(
        "frames",
        foreign("modules", "modules_created_by_id_fkey", "(created_by_id) REFERENCES faculty ON UPDATE CASCADE"),
        (f"{ACCEPTS} {MADE_BY}",),
    ),
    Mutant(
        "frames",
        foreign("modules", "modules_created_by_id_fkey", "(created_by_id) REFERENCES faculty DEFERRABLE"),
        (f"{ACCEPTS} {MADE_BY}",),
    ),
    Mutant(
        "frames",
        foreign("modules", "modules_created_by_id_fkey", "(created_by_id) REFERENCES faculty NOT VALID"),
        (f"not-validated {MADE_BY}",),
    ),
    Mutant(
        "frames",
        foreign("modules", "modules_created_by_id_fkey", "(created_by_id) REFERENCES faculty NOT ENFORCED"),
        (f"{ACCEPTS} {MADE_BY}",),
        18,
    ),
    Mutant(
        "frames",
        foreign("modules", "modules_created_by_id_fkey", "(created_by_id) REFERENCES students"),
        (f"{STRICT} {MADE_BY}",),
    ),
    Mutant(
        "pas_in_peace",
        foreign(
            "quests", "quests_psychologist_review_id_fkey", "(psychologist_review_id) REFERENCES psychologist_reviews"
        ),
        (f"{STRICT} {REVIEWED_IN}",),
    ),
    Mutant(
        "pas_in_peace",
        foreign(
            "quests",
            "quests_psychologist_review_id_fkey",
            "(psychologist_review_id) REFERENCES psychologist_reviews ON DELETE CASCADE",
        ),
        (f"{OTHERWISE} {REVIEWED_IN}",),
    ),
    Mutant(
        "pas_in_peace",
        foreign("child_privacy_settings", "child_privacy_settings_quest_id_fkey", "(quest_id) REFERENCES quests"),
        (f"{STRICT} child_privacy_settings.child_privacy_settings_quest_id_fkey",),
    ),
    Mutant(
        "pas_in_peace",
        "ALTER TABLE user_tracks DISABLE TRIGGER ALL",
        (f"{ACCEPTS} user_tracks.user_tracks_user_id_fkey", f"{OTHERWISE} user_tracks.touch_updated_at"),
    ),
    Mutant(
        "pas_in_peace",
        """
DO $$ DECLARE name text; BEGIN
    SELECT tgname INTO name FROM pg_trigger
    WHERE tgrelid = 'users'::regclass AND tgfoid = '"RI_FKey_cascade_del"'::regproc
      AND tgconstraint = (SELECT oid FROM pg_constraint WHERE conname = 'user_tracks_user_id_fkey');
    EXECUTE format('ALTER TABLE users DISABLE TRIGGER %I', name);
END $$""",
        (f"{OTHERWISE} user_tracks.user_tracks_user_id_fkey",),
    ),
)
