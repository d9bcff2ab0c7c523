"""Live consent and reviewed public quests, held by triggers: ours, after document 002's sections on both.

Document 002 wants a child's consent for its progress ("Privacy by Design") and a professional's review for a public
quest ("Professional Oversight"), and leaves both to programs. A review gets the hash of what was reviewed and the
account of its reviewer.

A quest that is public now is listed and refused: no review says yet who reviewed. Unpublish it (`is_public = false`),
upgrade, record the reviewer or have it reviewed again, and publish it. An approval that stands, of a quest not edited
since, is taken as one of the present content. Progress that was written without consent stays; nothing is added to it.
Going back forgets what each review was of and who reviewed.
"""

from alembic import op

from toolbox_cli.core.database.guards import Rule, require

revision = "pas_in_peace_safeguards"
down_revision = "pas_in_peace_indexes"
branch_labels = None
depends_on = None
document = None

UNPUBLISHED = Rule(
    "quests", "quests_public_review", "is_public IS NOT TRUE /* no review names its reviewer yet, so unpublish it */"
)

COLUMNS = """
ALTER TABLE psychologist_reviews
    ADD content_hash TEXT CHECK (content_hash ~ '^[0-9a-f]{64}$'),
    ADD reviewer_id INTEGER REFERENCES users ON DELETE SET NULL;
CREATE INDEX psychologist_reviews_reviewer_id_idx ON psychologist_reviews (reviewer_id)"""

CONTENT = """
CREATE FUNCTION quest_graph_content(graph jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path FROM CURRENT AS $$
SELECT CASE jsonb_typeof(graph) WHEN 'object' THEN (
    SELECT coalesce(jsonb_object_agg(key, CASE
        WHEN key IN ('nodes', 'edges') AND jsonb_typeof(value) = 'array' THEN (
            SELECT coalesce(jsonb_agg(
                CASE jsonb_typeof(item) WHEN 'object' THEN item - ARRAY[
                    'position', 'positionAbsolute', 'width', 'height', 'initialWidth', 'initialHeight', 'measured',
                    'zIndex', 'style', 'selected', 'dragging', 'resizing'
                ] ELSE item END ORDER BY place), '[]')
            FROM jsonb_array_elements(value) WITH ORDINALITY AS listed (item, place))
        ELSE value END), '{}')
    FROM jsonb_each(graph) WHERE key <> 'viewport')
ELSE graph END
$$;

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
$$"""

ADOPTED = """
UPDATE psychologist_reviews AS review SET content_hash = quest_content_hash(quest)
FROM quests AS quest
WHERE quest.id = review.quest_id AND review.is_approved
    AND (quest.last_edited IS NULL OR quest.last_edited <= review.reviewed_at)"""

LIVE_CONSENT = """
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
$$"""

REQUIRE_REVIEW = """
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
$$"""

QUEST_REVIEWED = """
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
$$"""

REVIEW_KEPT = """
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
$$"""

TRIGGERS = """
CREATE TRIGGER live_consent AFTER INSERT OR UPDATE ON quest_progress
FOR EACH ROW EXECUTE FUNCTION refuse_unconsented_progress();
CREATE TRIGGER public_review AFTER INSERT OR UPDATE ON quests
FOR EACH ROW WHEN (NEW.is_public) EXECUTE FUNCTION refuse_unreviewed_quest();
CREATE TRIGGER public_review AFTER INSERT OR UPDATE OR DELETE ON psychologist_reviews
FOR EACH ROW EXECUTE FUNCTION refuse_lost_review();
CREATE TRIGGER public_review_truncate AFTER TRUNCATE ON psychologist_reviews
FOR EACH STATEMENT EXECUTE FUNCTION refuse_lost_review()"""

PINNED = {
    "refuse_unconsented_progress": LIVE_CONSENT,
    "require_quest_review(quests)": REQUIRE_REVIEW,
    "refuse_unreviewed_quest": QUEST_REVIEWED,
    "refuse_lost_review": REVIEW_KEPT,
}
"""Functions that read tables: a temporary table of the same name may not stand in for the real one."""


def upgrade() -> None:
    require([UNPUBLISHED])
    op.execute(COLUMNS)
    op.execute(CONTENT)
    op.execute(ADOPTED)
    for name, created in PINNED.items():
        op.execute(created)
        op.execute(f"""
DO $$
BEGIN
    EXECUTE 'ALTER FUNCTION {name} SET search_path TO ' || quote_ident(current_schema()) || ', pg_temp';
END
$$""")
    op.execute(TRIGGERS)


def downgrade() -> None:
    op.execute("""
DROP TRIGGER public_review_truncate ON psychologist_reviews;
DROP TRIGGER public_review ON psychologist_reviews;
DROP TRIGGER public_review ON quests;
DROP TRIGGER live_consent ON quest_progress;
DROP FUNCTION refuse_lost_review(), refuse_unreviewed_quest(), require_quest_review(quests),
    refuse_unconsented_progress(), quest_content_hash(quests), quest_graph_content(jsonb);
ALTER TABLE psychologist_reviews DROP reviewer_id, DROP content_hash""")
