"""Triggers that are gone, turned off or hollow, and others that swallow, repair or refuse rows."""

from typing import Final

from tests.verify.constraints.mutants.shape import ACCEPTS, OTHERWISE, STRANGER, SWALLOWED, UNREACHED, Mutant, on

RATING = "module_feedback.module_feedback_rating_check"

TRIGGERS: Final = (
    Mutant("pas_in_peace", "DROP TRIGGER live_consent ON quest_progress", (f"{ACCEPTS} quest_progress.live_consent",)),
    Mutant(
        "pas_in_peace",
        "ALTER TABLE quest_progress DISABLE TRIGGER live_consent",
        (f"{ACCEPTS} quest_progress.live_consent",),
    ),
    Mutant(
        "pas_in_peace",
        "ALTER TABLE quest_progress ENABLE REPLICA TRIGGER live_consent",
        (f"{ACCEPTS} quest_progress.live_consent",),
    ),
    Mutant(
        "pas_in_peace",
        """
DROP TRIGGER live_consent ON quest_progress;
CREATE TRIGGER live_consent AFTER INSERT ON quest_progress FOR EACH ROW EXECUTE FUNCTION refuse_unconsented_progress()
""",
        (f"{ACCEPTS} quest_progress.live_consent",),
    ),
    Mutant(
        "pas_in_peace",
        """
DO $$ BEGIN EXECUTE replace(pg_get_functiondef('refuse_unconsented_progress'::regproc),
    'AND consent_revoked_at IS NULL', ''); END $$""",
        (f"{ACCEPTS} quest_progress.live_consent",),
    ),
    Mutant("pas_in_peace", "ALTER TABLE quests DISABLE TRIGGER public_review", (f"{ACCEPTS} quests.public_review",)),
    Mutant(
        "pas_in_peace",
        """
DO $$ BEGIN EXECUTE replace(pg_get_functiondef('require_quest_review'::regproc),
    'quest.user_id THEN', '-1 THEN'); END $$""",
        (f"{ACCEPTS} psychologist_reviews.public_review", f"{ACCEPTS} quests.public_review"),
    ),
    Mutant(
        "pas_in_peace",
        """
DROP TRIGGER public_review ON psychologist_reviews;
CREATE TRIGGER public_review AFTER INSERT OR UPDATE ON psychologist_reviews
FOR EACH ROW EXECUTE FUNCTION refuse_lost_review()""",
        (f"{ACCEPTS} psychologist_reviews.public_review",),
    ),
    Mutant(
        "pas_in_peace",
        "DROP TRIGGER public_review_truncate ON psychologist_reviews",
        (f"{ACCEPTS} psychologist_reviews.public_review_truncate",),
    ),
    Mutant(
        "pas_in_peace", "DROP TRIGGER touch_updated_at ON user_tracks", (f"{OTHERWISE} user_tracks.touch_updated_at",)
    ),
    Mutant(
        "pas_in_peace",
        """
DROP TRIGGER touch_updated_at ON user_tracks;
CREATE TRIGGER touch_updated_at BEFORE UPDATE ON user_tracks FOR EACH ROW EXECUTE FUNCTION touch_updated_at()
""",
        (f"{OTHERWISE} user_tracks.touch_updated_at",),
    ),
    Mutant("toolbox", "ALTER TABLE audit_log DISABLE TRIGGER append_only", (f"{ACCEPTS} audit_log.append_only",)),
    Mutant(
        "toolbox",
        """
DROP TRIGGER append_only ON audit_log;
CREATE TRIGGER append_only BEFORE UPDATE OR TRUNCATE ON audit_log
FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()""",
        (f"{ACCEPTS} audit_log.append_only",),
    ),
    Mutant("frames", on("module_feedback", "RETURN NULL;"), (f"{SWALLOWED} module_feedback",)),
    Mutant("frames", on("faculty", "RETURN NULL;", "BEFORE DELETE"), (f"{SWALLOWED} faculty",)),
    Mutant("frames", on("faculty", "RETURN NULL;", "BEFORE UPDATE"), (f"{SWALLOWED} faculty",)),
    Mutant("pas_in_peace", on("quest_progress", "RETURN NULL;", "BEFORE UPDATE"), (f"{SWALLOWED} quest_progress",)),
    Mutant(
        "frames",
        on("module_feedback", "IF NEW.rating > 5 THEN RETURN NULL; END IF; RETURN NEW;"),
        (f"{SWALLOWED} {RATING}",),
    ),
    Mutant(
        "frames",
        on("module_feedback", "NEW.rating := least(NEW.rating, 5); RETURN NEW;"),
        (f"{SWALLOWED} module_feedback",),
    ),
    Mutant(
        "frames",
        on("module_feedback", "IF NEW.rating < 1 THEN NEW.rating := 1; END IF; RETURN NEW;"),
        (f"{SWALLOWED} {RATING}",),
    ),
    Mutant(
        "frames",
        on("module_feedback", "NEW.comment := trim(NEW.comment) || '.'; RETURN NEW;"),
        (f"{SWALLOWED} module_feedback",),
    ),
    Mutant(
        "frames",
        on("module_feedback", "UPDATE module_feedback SET rating = 1 WHERE id = NEW.id; RETURN NULL;", "AFTER INSERT"),
        (f"{SWALLOWED} module_feedback",),
    ),
    Mutant(
        "frames",
        "CREATE RULE nothing AS ON INSERT TO module_feedback WHERE NEW.rating > 5 DO INSTEAD NOTHING",
        (f"{SWALLOWED} {RATING}",),
    ),
    Mutant("frames", on("module_feedback", "RAISE EXCEPTION 'no';"), (f"{STRANGER} module_feedback.meddle",)),
    Mutant(
        "frames",
        on("module_feedback", "IF NEW.rating = 5 THEN RAISE EXCEPTION 'no'; END IF; RETURN NEW;"),
        (f"{STRANGER} module_feedback.meddle",),
    ),
    Mutant(
        "frames",
        "ALTER TABLE module_analytics_events DETACH PARTITION module_analytics_events_default",
        (f"{UNREACHED} module_analytics_events",),
    ),
)
