"""What the database itself keeps of earlier judgements: each, whole, whoever changes a review and however.

Who made a judgement may be forgotten, as when an account is deleted; nothing else of it changes.
"""

from toolbox_cli.models.base import Trigger, pinned, programs
from toolbox_cli.models.pas_in_peace.base import Base

ONLY_FORGETS = pinned(
    "only_forgets_reviewer(jsonb, jsonb)",
    "Says whether one state of a judgement is another without who made it, or the same.",
    """
CREATE FUNCTION only_forgets_reviewer(before jsonb, after jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path FROM CURRENT AS $$
SELECT before - ARRAY['reviewer_id', 'reviewer_name', 'reviewer_credentials']
    = after - ARRAY['reviewer_id', 'reviewer_name', 'reviewer_credentials']
    AND NOT EXISTS (
        SELECT FROM jsonb_each(after)
        WHERE key IN ('reviewer_id', 'reviewer_name', 'reviewer_credentials')
            AND value <> 'null' AND value IS DISTINCT FROM before -> key)
$$""",
)

KEEP_EARLIER = pinned(
    "keep_earlier_review",
    "Keeps a judgement in psychologist_review_history when it is changed or taken back.",
    """
CREATE FUNCTION keep_earlier_review() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    -- A trigger of somebody's own table could write what nobody judged.
    IF TG_RELID <> 'psychologist_reviews'::regclass THEN
        RAISE insufficient_privilege USING MESSAGE = 'the history is of psychologist_reviews alone';
    END IF;
    IF TG_OP = 'UPDATE' AND only_forgets_reviewer(to_jsonb(OLD), to_jsonb(NEW)) THEN
        RETURN NULL;
    END IF;
    -- With its quest, a review goes for good.
    INSERT INTO psychologist_review_history (
        quest_id, number, reviewer_name, reviewer_credentials, emotional_safety_score, therapeutic_correctness_score,
        age_appropriateness_score, reveal_timing_score, overall_score, is_approved, strengths, concerns,
        recommendations, modification_notes, review_duration_minutes, created_at, reviewed_at, content_hash,
        reviewer_id, open_errors, content)
    -- One review a quest: whoever changes it waits for the one before, and no sequence moves where it is taken back.
    SELECT OLD.quest_id,
        1 + coalesce((SELECT max(number) FROM psychologist_review_history WHERE quest_id = OLD.quest_id), 0),
        OLD.reviewer_name, OLD.reviewer_credentials, OLD.emotional_safety_score,
        OLD.therapeutic_correctness_score, OLD.age_appropriateness_score, OLD.reveal_timing_score, OLD.overall_score,
        OLD.is_approved, OLD.strengths, OLD.concerns, OLD.recommendations, OLD.modification_notes,
        OLD.review_duration_minutes, OLD.created_at, OLD.reviewed_at, OLD.content_hash, OLD.reviewer_id,
        OLD.open_errors, OLD.content
    WHERE EXISTS (SELECT FROM quests WHERE id = OLD.quest_id);
    RETURN NULL;
END
$$""",
)

REFUSE_CHANGE = pinned(
    "refuse_judgement_change",
    "Refuses to change an earlier judgement, or to delete it while its quest is there.",
    """
CREATE FUNCTION refuse_judgement_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' AND NOT EXISTS (SELECT FROM quests) THEN
        RETURN NULL;
    END IF;
    IF TG_OP = 'DELETE' AND NOT EXISTS (SELECT FROM quests WHERE id = OLD.quest_id) THEN
        RETURN OLD;
    END IF;
    IF TG_OP = 'UPDATE' AND OLD IS DISTINCT FROM NEW AND only_forgets_reviewer(to_jsonb(OLD), to_jsonb(NEW)) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION USING
        ERRCODE = 'insufficient_privilege',
        MESSAGE = TG_TABLE_SCHEMA || '.' || TG_TABLE_NAME || ' is append-only: ' || TG_OP || ' is refused',
        HINT = 'Record a new judgement with: toolbox quests review';
END
$$""",
)

programs(Base.metadata).functions.extend((ONLY_FORGETS, KEEP_EARLIER, REFUSE_CHANGE))
programs(Base.metadata).triggers.extend(
    (
        Trigger(
            "keep_earlier",
            "psychologist_reviews",
            """
CREATE TRIGGER keep_earlier AFTER UPDATE OR DELETE ON psychologist_reviews
FOR EACH ROW EXECUTE FUNCTION keep_earlier_review()""",
        ),
        Trigger(
            "append_only",
            "psychologist_review_history",
            """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON psychologist_review_history
FOR EACH ROW EXECUTE FUNCTION refuse_judgement_change();
ALTER TABLE psychologist_review_history ENABLE ALWAYS TRIGGER append_only""",
        ),
        Trigger(
            "append_only_whole",
            "psychologist_review_history",
            """
CREATE TRIGGER append_only_whole AFTER TRUNCATE ON psychologist_review_history
FOR EACH STATEMENT EXECUTE FUNCTION refuse_judgement_change();
ALTER TABLE psychologist_review_history ENABLE ALWAYS TRIGGER append_only_whole""",
        ),
    )
)
