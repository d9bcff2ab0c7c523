from typing import Final

from tests.verify.schema.mutations.shape import TOUCH, changed, one

_WHEN: Final = "WHEN (NEW.updated_at IS NOT DISTINCT FROM OLD.updated_at)"
_SWALLOW: Final = "CREATE FUNCTION swallow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'"

TYPES: Final = (
    changed("pas_in_peace", "enum", "usermode", "labels", "ALTER TYPE usermode ADD VALUE 'other'"),
    changed("pas_in_peace", "enum", "usermode", "labels", "ALTER TYPE usermode RENAME VALUE 'educational' TO 'school'"),
    changed("pas_in_peace", "enum", "trackphase", "labels", "ALTER TYPE trackphase ADD VALUE 'rest' BEFORE 'mastery'"),
    changed(
        "pas_in_peace",
        "enum",
        "trackphase",
        "labels",
        "ALTER TYPE trackphase RENAME VALUE 'action' TO '-'; ALTER TYPE trackphase RENAME VALUE 'mastery' TO 'action'; "
        "ALTER TYPE trackphase RENAME VALUE '-' TO 'mastery'",
    ),
    one("pas_in_peace", "ALTER TYPE usermode RENAME TO mode", "error enum-renamed mode"),
    one("pas_in_peace", "CREATE TYPE mood AS ENUM ('calm')", "note enum-unmanaged mood"),
)

PROGRAMS: Final = (
    changed(
        "pas_in_peace",
        "trigger",
        "quest_progress.live_consent",
        "enabled",
        "ALTER TABLE quest_progress DISABLE TRIGGER live_consent",
    ),
    changed(
        "pas_in_peace",
        "trigger",
        "quests.public_review",
        "enabled",
        "ALTER TABLE quests ENABLE REPLICA TRIGGER public_review",
    ),
    changed(
        "toolbox", "trigger", "audit_log.append_only", "enabled", "ALTER TABLE audit_log ENABLE TRIGGER append_only"
    ),
    one(
        "pas_in_peace",
        "DROP TRIGGER live_consent ON quest_progress",
        "error trigger-missing quest_progress.live_consent",
    ),
    changed(
        "pas_in_peace",
        "trigger",
        "quest_progress.live_consent",
        "definition",
        "CREATE OR REPLACE TRIGGER live_consent AFTER INSERT ON quest_progress FOR EACH ROW "
        "EXECUTE FUNCTION refuse_unconsented_progress()",
    ),
    changed(
        "frames", "trigger", "modules.touch_updated_at", "definition", f"{TOUCH} EXECUTE FUNCTION touch_updated_at()"
    ),
    one(
        "frames",
        f"{_SWALLOW}; CREATE TRIGGER swallow BEFORE INSERT ON modules FOR EACH ROW EXECUTE FUNCTION swallow()",
        "error trigger-extra modules.swallow",
    ),
    one(
        "frames",
        "CREATE FUNCTION repair() RETURNS trigger LANGUAGE plpgsql AS "
        "'BEGIN NEW.progress_percent := least(NEW.progress_percent, 100); RETURN NEW; END';"
        "CREATE TRIGGER a_repair BEFORE INSERT OR UPDATE ON module_progress FOR EACH ROW EXECUTE FUNCTION repair()",
        "error trigger-extra module_progress.a_repair",
    ),
    changed(
        "frames",
        "trigger",
        "modules.touch_updated_at",
        "definition",
        f"{_SWALLOW}; {TOUCH} {_WHEN} EXECUTE FUNCTION swallow()",
    )._replace(
        found=("error trigger-changed modules.touch_updated_at definition", "note function-unmanaged swallow()")
    ),
    changed(
        "pas_in_peace",
        "function",
        "refuse_unconsented_progress()",
        "body",
        "CREATE OR REPLACE FUNCTION refuse_unconsented_progress() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER "
        "SET search_path TO pas_in_peace, pg_temp AS 'BEGIN RETURN NULL; END'",
    ),
    changed(
        "pas_in_peace",
        "function",
        "refuse_unconsented_progress()",
        "security definer",
        "ALTER FUNCTION refuse_unconsented_progress() SECURITY INVOKER",
    ),
    changed(
        "pas_in_peace",
        "function",
        "refuse_unconsented_progress()",
        "config",
        "ALTER FUNCTION refuse_unconsented_progress() SET search_path TO public",
    ),
    changed(
        "pas_in_peace",
        "function",
        "quest_content_hash(quest quests)",
        "volatility",
        "ALTER FUNCTION quest_content_hash(quests) VOLATILE",
    ),
    one(
        "pas_in_peace",
        "CREATE FUNCTION quest_content_hash(quest bigint) RETURNS text LANGUAGE sql AS 'SELECT 1::text'",
        "error function-extra quest_content_hash(quest bigint)",
    ),
    one("frames", "CREATE RULE nothing AS ON DELETE TO modules DO INSTEAD NOTHING", "error rule-extra modules.nothing"),
    one("frames", "CREATE POLICY mine ON modules USING (true)", "error policy-extra modules.mine"),
    one("frames", "ALTER SEQUENCE modules_id_seq INCREMENT 10", "error sequence-changed modules_id_seq increment"),
    one("frames", "ALTER SEQUENCE modules_id_seq AS bigint", "error sequence-changed modules_id_seq type"),
    one("frames", "ALTER SEQUENCE modules_id_seq OWNED BY NONE", "error sequence-changed modules_id_seq table"),
    one("frames", "DROP SEQUENCE modules_id_seq CASCADE", "error sequence-missing modules_id_seq"),
)
