"""What the review of quests by psychologists needs: ours, document 002 keeps a quest's present judgement alone.

Earlier judgements stay, whole, in a table of their own; a review keeps what was reviewed, so that what changed since can
be told, and says how many errors the checks of the graph found in it: none is approved with one. A public quest needs a
review that says so, and what qualifies its reviewer. No review does yet, so that a quest that is public now is listed
and refused: unpublish it (`is_public = false`), upgrade, and publish it with `toolbox quests publish`, which checks it.

What only draws is no content, and what holds a text is more than that: it changes the hash of a content from now on.
The functions that give the hash of a content are pinned as the others are: with a temporary type called `text`, who may
write quests could make them tell what they liked, with the rights of their owner.
Going back forgets earlier judgements.
"""

from collections.abc import Mapping

from alembic import op

from toolbox_cli.core.database.guards import Rule, add_checks, drop_checks, require

revision = "pas_in_peace_reviews"
down_revision = "pas_in_peace_comments"
branch_labels = None
depends_on = None
document = None

UNPUBLISHED = Rule(
    "quests",
    "quests_public_review",
    "is_public IS NOT TRUE /* no review says yet what the checks found, so unpublish it */",
)

RULES = [
    Rule("psychologist_reviews", "psychologist_reviews_open_errors_check", "open_errors >= 0"),
    Rule("psychologist_reviews", "psychologist_reviews_approved_check", "NOT (is_approved AND open_errors > 0)"),
]

TABLE = """
CREATE TABLE psychologist_review_history (
    quest_id INTEGER NOT NULL,
    number INTEGER NOT NULL,
    reviewer_name VARCHAR(255),
    reviewer_credentials VARCHAR(500),
    emotional_safety_score INTEGER NOT NULL,
    therapeutic_correctness_score INTEGER NOT NULL,
    age_appropriateness_score INTEGER NOT NULL,
    reveal_timing_score INTEGER NOT NULL,
    overall_score DOUBLE PRECISION,
    is_approved BOOLEAN,
    strengths TEXT,
    concerns TEXT,
    recommendations TEXT,
    modification_notes TEXT,
    review_duration_minutes INTEGER,
    created_at TIMESTAMPTZ NOT NULL,
    reviewed_at TIMESTAMPTZ NOT NULL,
    content_hash TEXT,
    reviewer_id INTEGER,
    open_errors INTEGER,
    content JSONB,
    superseded_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    CONSTRAINT psychologist_review_history_pkey PRIMARY KEY (quest_id, number),
    CONSTRAINT psychologist_review_history_number_check CHECK (number > 0),
    CONSTRAINT psychologist_review_history_quest_id_fkey
        FOREIGN KEY (quest_id) REFERENCES quests (id) ON DELETE CASCADE,
    CONSTRAINT psychologist_review_history_reviewer_id_fkey
        FOREIGN KEY (reviewer_id) REFERENCES users (id) ON DELETE SET NULL
);
CREATE INDEX psychologist_review_history_reviewer_id_idx ON psychologist_review_history (reviewer_id)"""

ONLY_FORGETS = """
CREATE FUNCTION only_forgets_reviewer(before jsonb, after jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path FROM CURRENT AS $$
SELECT before - ARRAY['reviewer_id', 'reviewer_name', 'reviewer_credentials']
    = after - ARRAY['reviewer_id', 'reviewer_name', 'reviewer_credentials']
    AND NOT EXISTS (
        SELECT FROM jsonb_each(after)
        WHERE key IN ('reviewer_id', 'reviewer_name', 'reviewer_credentials')
            AND value <> 'null' AND value IS DISTINCT FROM before -> key)
$$"""

KEEP_EARLIER = """
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
$$"""

REFUSE_CHANGE = """
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
$$"""

TRIGGERS = """
CREATE TRIGGER keep_earlier AFTER UPDATE OR DELETE ON psychologist_reviews
FOR EACH ROW EXECUTE FUNCTION keep_earlier_review();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON psychologist_review_history
FOR EACH ROW EXECUTE FUNCTION refuse_judgement_change();
ALTER TABLE psychologist_review_history ENABLE ALWAYS TRIGGER append_only;
CREATE TRIGGER append_only_whole AFTER TRUNCATE ON psychologist_review_history
FOR EACH STATEMENT EXECUTE FUNCTION refuse_judgement_change();
ALTER TABLE psychologist_review_history ENABLE ALWAYS TRIGGER append_only_whole"""

REQUIRE_REVIEW = """
CREATE OR REPLACE FUNCTION require_quest_review(quest quests) RETURNS void
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
$$"""
"""As in `pas_in_peace_safeguards`, and with what qualifies the reviewer and what the checks found."""

MORE = """
        WHEN review.reviewer_credentials ~ '\\S' IS NOT TRUE THEN 'its review names no qualification'
        WHEN review.open_errors IS DISTINCT FROM 0 THEN 'its review does not say that the checks found no error'"""

GRAPH_CONTENT = """
CREATE OR REPLACE FUNCTION quest_graph_content(graph jsonb) RETURNS jsonb
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
$$"""
"""As in `pas_in_peace_safeguards`, and with what holds a text, wherever it stands: a style can show a picture."""

ALL_LAYOUT = """
CREATE OR REPLACE FUNCTION quest_graph_content(graph jsonb) RETURNS jsonb
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
$$"""
"""As `pas_in_peace_safeguards` left it."""

PINNED = {
    "only_forgets_reviewer(jsonb, jsonb)": ONLY_FORGETS,
    "keep_earlier_review": KEEP_EARLIER,
    "refuse_judgement_change": REFUSE_CHANGE,
    "require_quest_review(quests)": REQUIRE_REVIEW,
}
HASHES = ("quest_graph_content(jsonb)", "quest_content_hash(quests)")

COMMENTS: Mapping[str, Mapping[str, str]] = {
    "psychologist_reviews": {
        "open_errors": "Errors that the checks of the graph found in what was reviewed; NULL where they were not run.",
        "content": "What was reviewed, to tell what changed since; NULL where it was not kept.",
    },
    "psychologist_review_history": {
        "": "Earlier judgements of each quest, as they were. Append-only: they go with their quest alone.",
        "quest_id": "The quest.",
        "number": "Place among the quest's judgements, from 1.",
        "reviewer_name": "Name that the reviewer signed with.",
        "reviewer_credentials": "Degrees and licences of the reviewer.",
        "emotional_safety_score": "How safe it is for the child's feelings, 1 to 5.",
        "therapeutic_correctness_score": "How right it is as therapy, 1 to 5.",
        "age_appropriateness_score": "How well it fits the child's age, 1 to 5.",
        "reveal_timing_score": "How well the reveal is timed, 1 to 5.",
        "overall_score": "Mean of the four scores, 1 to 5.",
        "is_approved": "Whether children might play what was reviewed.",
        "strengths": "What works well.",
        "concerns": "What worries the reviewer.",
        "recommendations": "What the reviewer would improve.",
        "modification_notes": "What must change before approval.",
        "review_duration_minutes": "Minutes that the review took.",
        "created_at": "When the review was begun.",
        "reviewed_at": "When the judgement was made.",
        "content_hash": "Hash of the content that was reviewed.",
        "reviewer_id": "Who reviewed.",
        "open_errors": "Errors that the checks of the graph found in what was reviewed; NULL where they were not run.",
        "content": "What was reviewed; NULL where it was not kept.",
        "superseded_at": "When another judgement took its place, or it was taken back.",
    },
}


def _pin(name: str) -> None:
    """Let a function read its own schema's tables, whatever the caller's temporary ones are called."""
    op.execute(f"""
DO $$
BEGIN
    EXECUTE 'ALTER FUNCTION {name} SET search_path TO ' || quote_ident(current_schema()) || ', pg_temp';
END
$$""")


def _comment(table: str, column: str, meaning: str) -> str:
    place = f"COLUMN {table}.{column}" if column else f"TABLE {table}"
    literal = meaning.replace("'", "''")
    return f"COMMENT ON {place} IS '{literal}'"


def upgrade() -> None:
    require([UNPUBLISHED])
    op.execute("ALTER TABLE psychologist_reviews ADD open_errors INTEGER, ADD content JSONB")
    add_checks(RULES)
    op.execute(TABLE)
    for name, created in PINNED.items():
        op.execute(created)
        _pin(name)
    op.execute(GRAPH_CONTENT)
    for name in HASHES:
        _pin(name)
    op.execute(TRIGGERS)
    op.execute(";\n".join(_comment(t, c, meaning) for t, said in COMMENTS.items() for c, meaning in said.items()))


def downgrade() -> None:
    op.execute(REQUIRE_REVIEW.replace(MORE, ""))
    _pin("require_quest_review(quests)")
    op.execute(ALL_LAYOUT)
    for name in HASHES:
        op.execute(f"ALTER FUNCTION {name} SET search_path FROM CURRENT")
    drop_checks(RULES)
    op.execute("""
DROP TRIGGER keep_earlier ON psychologist_reviews;
DROP TABLE psychologist_review_history;
DROP FUNCTION keep_earlier_review(), refuse_judgement_change(), only_forgets_reviewer(jsonb, jsonb);
ALTER TABLE psychologist_reviews DROP open_errors, DROP content""")
