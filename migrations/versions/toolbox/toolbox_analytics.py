"""What analytics records: keys of pseudonyms, disclosures, events taken in and set aside. Taken from no document.

`disclosures` is append-only as `audit_log` is, by the same function.
"""

from alembic import op

revision = "toolbox_analytics"
down_revision = "toolbox_queue"
branch_labels = None
depends_on = None
document = None

COMMENTS = """
COMMENT ON TABLE pseudonym_keys IS 'Keys of pseudonyms, one a recipient and period, each encrypted with the installation''s own keys.';
COMMENT ON COLUMN pseudonym_keys.id IS 'Key.';
COMMENT ON COLUMN pseudonym_keys.recipient IS 'Who gets what it makes pseudonyms for.';
COMMENT ON COLUMN pseudonym_keys.period IS 'Time that its pseudonyms stay the same for, such as 2026 or 2026-11.';
COMMENT ON COLUMN pseudonym_keys.wrapped_key IS 'The key, encrypted for this row alone; null when it was destroyed.';
COMMENT ON COLUMN pseudonym_keys.created_at IS 'When it was first asked for, by the database''s clock.';
COMMENT ON COLUMN pseudonym_keys.destroyed_at IS 'When it was destroyed; null while it is there.';
COMMENT ON TABLE disclosures IS 'Every export of data: who, what, to whom, why. Append-only.';
COMMENT ON COLUMN disclosures.id IS 'Key, in the order of writing.';
COMMENT ON COLUMN disclosures.disclosed_at IS 'When the record''s transaction began.';
COMMENT ON COLUMN disclosures.database_user IS 'Database role that wrote the record.';
COMMENT ON COLUMN disclosures.os_user IS 'Account of the operating system that ran the export; empty where it has no name.';
COMMENT ON COLUMN disclosures.environment IS 'development, staging or production, as configured.';
COMMENT ON COLUMN disclosures.privacy IS 'pseudonymous, aggregate or identified.';
COMMENT ON COLUMN disclosures.recipient IS 'Who gets the data; an identified export of production has one.';
COMMENT ON COLUMN disclosures.basis IS 'Why it may be given away, such as a law or a consent; an identified export has one.';
COMMENT ON COLUMN disclosures.period IS 'Time that its pseudonyms stay the same for; null without any.';
COMMENT ON COLUMN disclosures.key_id IS 'Key of its pseudonyms; null without any, or where the key was kept nowhere.';
COMMENT ON COLUMN disclosures.datasets IS 'Object of dataset to its schema version, columns, rows, and files with their rows and SHA-256.';
COMMENT ON COLUMN disclosures.selection IS 'What decided the rows, an object, such as since, until and incremental.';
COMMENT ON COLUMN disclosures.row_count IS 'Rows of all datasets, not negative.';
COMMENT ON COLUMN disclosures.form IS 'Form of the files, such as parquet or csv.';
COMMENT ON COLUMN disclosures.destination IS 'Where the files went, without secrets.';
COMMENT ON COLUMN disclosures.tool_version IS 'Version of toolbox that exported.';
COMMENT ON TABLE ingested_events IS 'Events that were taken in from files, by the id that their sender gave them.';
COMMENT ON COLUMN ingested_events.event_id IS 'What its sender calls the event, of 1 to 200 characters.';
COMMENT ON COLUMN ingested_events.platform IS 'Platform whose table it went into.';
COMMENT ON COLUMN ingested_events.content_sha256 IS 'SHA-256 of what it says, 64 hexadecimal digits: the same id must say the same.';
COMMENT ON COLUMN ingested_events.happened_at IS 'When it happened: rows go when the events of that time go.';
COMMENT ON COLUMN ingested_events.ingested_at IS 'When the taking-in''s transaction began.';
COMMENT ON TABLE quarantined_events IS 'Lines that looked like no event that can be taken in, each once, with the reason.';
COMMENT ON COLUMN quarantined_events.id IS 'Key, in the order of writing.';
COMMENT ON COLUMN quarantined_events.reason IS 'too-long, no-text, no-json, no-event, unknown-type, missing, wrong-value, unknown-reference or other-content.';
COMMENT ON COLUMN quarantined_events.detail IS 'What is wrong with it, a sentence without its values.';
COMMENT ON COLUMN quarantined_events.form IS 'What it was read as: jsonl or xapi.';
COMMENT ON COLUMN quarantined_events.event_id IS 'What its sender calls the event; null where that can''t be read.';
COMMENT ON COLUMN quarantined_events.event_type IS 'Type that it names, at most 100 characters; null where that can''t be read.';
COMMENT ON COLUMN quarantined_events.content IS 'The line as it came, byte by byte; the first 64 KiB of one that is too long; empty once it was taken in.';
COMMENT ON COLUMN quarantined_events.size_bytes IS 'Length of the whole line in bytes.';
COMMENT ON COLUMN quarantined_events.content_sha256 IS 'SHA-256 of the whole line, 64 hexadecimal digits: a line is kept once.';
COMMENT ON COLUMN quarantined_events.source IS 'File that it came from last; - for a stream.';
COMMENT ON COLUMN quarantined_events.line IS 'Its line there, 1 for the first.';
COMMENT ON COLUMN quarantined_events.quarantined_at IS 'When it came first.';
COMMENT ON COLUMN quarantined_events.seen_at IS 'When it came last.';
COMMENT ON COLUMN quarantined_events.released_at IS 'When it could be taken in after all; null while it can''t.';
COMMENT ON COLUMN quarantined_events.tool_version IS 'Version of toolbox that put it here last.'"""


def upgrade() -> None:
    op.execute("""
CREATE TABLE pseudonym_keys (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    recipient TEXT NOT NULL CHECK (btrim(recipient) <> ''),
    period TEXT NOT NULL CHECK (btrim(period) <> ''),
    wrapped_key TEXT,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    destroyed_at TIMESTAMPTZ,
    UNIQUE (recipient, period),
    CONSTRAINT pseudonym_keys_wrapped_key_check CHECK ((wrapped_key IS NOT NULL) = (destroyed_at IS NULL)),
    CONSTRAINT pseudonym_keys_destroyed_after_created_check CHECK (destroyed_at >= created_at)
);

CREATE TABLE disclosures (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    disclosed_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    database_user TEXT NOT NULL DEFAULT SESSION_USER,
    os_user TEXT,
    environment TEXT NOT NULL CHECK (environment IN ('development', 'staging', 'production')),
    privacy TEXT NOT NULL CHECK (privacy IN ('pseudonymous', 'aggregate', 'identified')),
    recipient TEXT,
    basis TEXT,
    period TEXT,
    key_id UUID REFERENCES pseudonym_keys (id),
    datasets JSONB NOT NULL CHECK (jsonb_typeof(datasets) = 'object'),
    selection JSONB NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(selection) = 'object'),
    row_count BIGINT NOT NULL CHECK (row_count >= 0),
    form TEXT NOT NULL,
    destination TEXT NOT NULL,
    tool_version TEXT NOT NULL,
    CONSTRAINT disclosures_basis_check CHECK (privacy <> 'identified' OR basis IS NOT NULL),
    CONSTRAINT disclosures_recipient_check CHECK (
        environment <> 'production' OR privacy <> 'identified' OR recipient IS NOT NULL)
);
CREATE INDEX disclosures_key_id_idx ON disclosures (key_id);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON disclosures
FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
ALTER TABLE disclosures ENABLE ALWAYS TRIGGER append_only;
REVOKE UPDATE, DELETE, TRUNCATE ON disclosures FROM PUBLIC, CURRENT_USER;

CREATE TABLE ingested_events (
    event_id TEXT PRIMARY KEY CHECK (length(event_id) BETWEEN 1 AND 200),
    platform TEXT NOT NULL,
    content_sha256 TEXT NOT NULL CHECK (content_sha256 ~ '^[0-9a-f]{64}$'),
    happened_at TIMESTAMPTZ NOT NULL,
    ingested_at TIMESTAMPTZ NOT NULL DEFAULT now()
);

CREATE TABLE quarantined_events (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    reason TEXT NOT NULL CHECK (reason IN (
        'too-long', 'no-text', 'no-json', 'no-event', 'unknown-type', 'missing', 'wrong-value', 'unknown-reference',
        'other-content')),
    detail TEXT NOT NULL,
    form TEXT NOT NULL CHECK (form IN ('jsonl', 'xapi')),
    event_id TEXT,
    event_type TEXT,
    content BYTEA NOT NULL,
    size_bytes BIGINT NOT NULL CHECK (size_bytes >= 0),
    content_sha256 TEXT NOT NULL UNIQUE CHECK (content_sha256 ~ '^[0-9a-f]{64}$'),
    source TEXT NOT NULL,
    line BIGINT NOT NULL CHECK (line > 0),
    quarantined_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    seen_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    released_at TIMESTAMPTZ,
    tool_version TEXT NOT NULL,
    CONSTRAINT quarantined_events_seen_after_quarantined_check CHECK (seen_at >= quarantined_at),
    CONSTRAINT quarantined_events_released_after_quarantined_check CHECK (released_at >= quarantined_at)
)""")
    op.execute(COMMENTS)


def downgrade() -> None:
    op.execute("""
DROP TABLE quarantined_events;
DROP TABLE ingested_events;
DROP TABLE disclosures;
DROP TABLE pseudonym_keys""")
