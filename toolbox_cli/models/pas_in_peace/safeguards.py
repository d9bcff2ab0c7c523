"""What the database itself refuses: progress without a child's live consent, and public quests without a review.

The triggers fire after the row is written, so that keys and CHECKs speak first. They take row locks by key alone and
judge what they locked: a filter on a judged column would look at the snapshot, and miss what another transaction is
about to commit. Their functions run with the rights of their owner, because to lock a row wants the right to change
it, and with `pg_temp` last, because a temporary table or type of the same name would otherwise stand in for the real
one: whoever can make a type called `text` could have the content hash tell what they like, with the owner's rights.
"""

from toolbox_cli.models.base import TOUCH_UPDATED_AT, Trigger, pinned, programs
from toolbox_cli.models.pas_in_peace.base import Base

GRAPH_CONTENT = pinned(
    "quest_graph_content(jsonb)",
    "Gives a graph without what only its drawing needs: nodes and edges keep their order and all of their `data`. "
    "What holds a text is not only drawn: a style can show a picture.",
    """
CREATE FUNCTION quest_graph_content(graph jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path FROM CURRENT AS $$
SELECT CASE jsonb_typeof(graph) WHEN 'object' THEN (
    SELECT coalesce(jsonb_object_agg(key, CASE
        WHEN key IN ('nodes', 'edges') AND jsonb_typeof(value) = 'array' THEN (
            SELECT coalesce(jsonb_agg(
                CASE jsonb_typeof(item) WHEN 'object' THEN item - (
                    SELECT coalesce(array_agg(drawn), '{}') FROM unnest(ARRAY[
                        'position', 'positionAbsolute', 'width', 'height', 'initialWidth', 'initialHeight', 'measured',
                        'zIndex', 'style', 'selected', 'dragging', 'resizing'
                    ]) AS drawn
                    WHERE NOT jsonb_path_exists(item -> drawn, '$.** ? (@.type() == "string")')
                ) ELSE item END ORDER BY place), '[]')
            FROM jsonb_array_elements(value) WITH ORDINALITY AS listed (item, place))
        ELSE value END), '{}')
    FROM jsonb_each(graph)
    WHERE key <> 'viewport' OR jsonb_path_exists(value, '$.** ? (@.type() == "string")'))
ELSE graph END
$$""",
)

CONTENT_HASH = pinned(
    "quest_content_hash(quests)",
    "Gives the SHA-256, in hexadecimal digits, of all that a child sees of a quest or that decides what it sees.",
    """
CREATE FUNCTION quest_content_hash(quest quests) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE SET extra_float_digits TO 1 SET search_path FROM CURRENT AS $$
SELECT encode(sha256(convert_to(jsonb_build_object(
    'title', quest.title,
    'description', quest.description,
    'child_name', quest.child_name,
    'child_age', quest.child_age,
    'child_interests', quest.child_interests,
    'quest_yaml', quest.quest_yaml,
    'graph', quest_graph_content(quest.graph_structure),
    'psychological_module', quest.psychological_module,
    'location', quest.location,
    'age_range', quest.age_range,
    'difficulty_level', quest.difficulty_level,
    'family_photos', quest.family_photos,
    'family_memories', quest.family_memories,
    'family_jokes', quest.family_jokes,
    'familiar_locations', quest.familiar_locations,
    'reveal_enabled', quest.reveal_enabled,
    'reveal_threshold', quest.reveal_threshold_percentage,
    'reveal_message', quest.reveal_message
)::text, 'UTF8')), 'hex')
$$""",
)

LIVE_CONSENT = pinned(
    "refuse_unconsented_progress",
    "Refuses progress on a quest without the live consent of the child to share it.",
    """
CREATE FUNCTION refuse_unconsented_progress() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    live boolean;
BEGIN
    -- Waits for a revocation under way, and makes the next one wait until this row is committed.
    SELECT consent_given_by_child AND consent_timestamp IS NOT NULL AND consent_revoked_at IS NULL
        AND share_completion_progress
    INTO live FROM child_privacy_settings WHERE quest_id = NEW.quest_id FOR SHARE;
    IF live IS NOT TRUE THEN
        RAISE EXCEPTION USING
            ERRCODE = 'check_violation',
            SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, CONSTRAINT = 'quest_progress_live_consent',
            MESSAGE = 'progress may not be written without the live consent of the child to share it',
            HINT = 'In child_privacy_settings, consent is live with consent_given_by_child, a consent_timestamp, '
                'no consent_revoked_at, and share_completion_progress. Only the child can give it.';
    END IF;
    RETURN NULL;
END
$$""",
)

REQUIRE_REVIEW = pinned(
    "require_quest_review(quests)",
    "Refuses a quest as public unless moderation and a qualified other's review approve exactly its content.",
    """
CREATE FUNCTION require_quest_review(quest quests) RETURNS void
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    review psychologist_reviews;
    fault text;
BEGIN
    SELECT * INTO review FROM psychologist_reviews WHERE quest_id = quest.id FOR SHARE;
    fault := CASE
        WHEN quest.moderation_status IS DISTINCT FROM 'approved' THEN 'moderation has not approved it'
        WHEN review.id IS NULL THEN 'it has no review'
        WHEN review.is_approved IS NOT TRUE THEN 'its review does not approve it'
        WHEN review.reviewer_id IS NULL THEN 'its review does not say who reviewed'
        WHEN review.reviewer_id = quest.user_id THEN 'its author reviewed it'
        WHEN review.reviewer_credentials ~ '\\S' IS NOT TRUE THEN 'its review names no qualification'
        WHEN review.open_errors IS DISTINCT FROM 0 THEN 'its review does not say that the checks found no error'
        WHEN review.content_hash IS DISTINCT FROM quest_content_hash(quest) THEN 'its review is not of this content'
    END;
    IF fault IS NOT NULL THEN
        RAISE EXCEPTION USING
            ERRCODE = 'check_violation',
            SCHEMA = current_schema(), TABLE = 'quests', CONSTRAINT = 'quests_public_review',
            MESSAGE = 'quest ' || quest.id || ' may not be public, because ' || fault,
            HINT = 'Set is_public to false before a change of a public quest or of its review. Publish it when '
                'moderation, and a psychologist other than its author, have approved exactly this content.';
    END IF;
END
$$""",
)

QUEST_REVIEWED = pinned(
    "refuse_unreviewed_quest",
    "Refuses a public quest without an approved review of exactly its content.",
    """
CREATE FUNCTION refuse_unreviewed_quest() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    -- These change with every play, and a hash for each would cost more than the change; valid before is valid after.
    IF TG_OP = 'UPDATE' AND OLD.is_public THEN
        OLD.rating := NEW.rating;
        OLD.plays_count := NEW.plays_count;
        OLD.reveal_count := NEW.reveal_count;
        OLD.last_reveal_at := NEW.last_reveal_at;
        IF OLD *= NEW THEN
            RETURN NULL;
        END IF;
    END IF;
    PERFORM require_quest_review(NEW);
    RETURN NULL;
END
$$""",
)

REVIEW_KEPT = pinned(
    "refuse_lost_review",
    "Refuses what would leave a public quest without its approved review.",
    """
CREATE FUNCTION refuse_lost_review() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    quest quests;
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        PERFORM require_quest_review(q) FROM quests AS q WHERE is_public;
        RETURN NULL;
    END IF;
    FOR quest IN SELECT * FROM quests WHERE id IN (OLD.quest_id, NEW.quest_id) ORDER BY id FOR SHARE LOOP
        IF quest.is_public THEN
            PERFORM require_quest_review(quest);
        END IF;
    END LOOP;
    RETURN NULL;
END
$$""",
)

programs(Base.metadata).functions.extend(
    (TOUCH_UPDATED_AT, GRAPH_CONTENT, CONTENT_HASH, LIVE_CONSENT, REQUIRE_REVIEW, QUEST_REVIEWED, REVIEW_KEPT)
)
programs(Base.metadata).triggers.extend(
    (
        Trigger(
            "live_consent",
            "quest_progress",
            """
CREATE TRIGGER live_consent AFTER INSERT OR UPDATE ON quest_progress
FOR EACH ROW EXECUTE FUNCTION refuse_unconsented_progress()""",
        ),
        Trigger(
            "public_review",
            "quests",
            """
CREATE TRIGGER public_review AFTER INSERT OR UPDATE ON quests
FOR EACH ROW WHEN (NEW.is_public) EXECUTE FUNCTION refuse_unreviewed_quest()""",
        ),
        Trigger(
            "public_review",
            "psychologist_reviews",
            """
CREATE TRIGGER public_review AFTER INSERT OR UPDATE OR DELETE ON psychologist_reviews
FOR EACH ROW EXECUTE FUNCTION refuse_lost_review()""",
        ),
        Trigger(
            "public_review_truncate",
            "psychologist_reviews",
            """
CREATE TRIGGER public_review_truncate AFTER TRUNCATE ON psychologist_reviews
FOR EACH STATEMENT EXECUTE FUNCTION refuse_lost_review()""",
        ),
    )
)
