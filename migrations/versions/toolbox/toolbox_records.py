"""The toolkit's own records: migrations, audited changes, seedings and reference data. Taken from no document.

`audit_log` is append-only: a trigger that no session setting turns off refuses changes to the owner as well.
"""

from alembic import op

revision = "toolbox_records"
down_revision = None
branch_labels = ("toolbox",)
depends_on = None
document = None

COMMENTS = """
COMMENT ON TABLE migration_log IS 'Every revision applied to, taken back from or stamped on this database.';
COMMENT ON COLUMN migration_log.id IS 'Key, in the order of writing.';
COMMENT ON COLUMN migration_log.platform IS 'Platform, which is the label of the revision''s branch.';
COMMENT ON COLUMN migration_log.revision IS 'Revision that was applied, taken back or stamped.';
COMMENT ON COLUMN migration_log.direction IS 'upgrade, downgrade or stamp.';
COMMENT ON COLUMN migration_log.sql_sha256 IS 'SHA-256 of the SQL that the step emitted, 64 hexadecimal digits; empty for a stamp.';
COMMENT ON COLUMN migration_log.duration_ms IS 'How long the step took, in milliseconds; empty for a stamp.';
COMMENT ON COLUMN migration_log.database_user IS 'Database role that ran the step.';
COMMENT ON COLUMN migration_log.tool_version IS 'Version of toolbox that ran the step.';
COMMENT ON COLUMN migration_log.applied_at IS 'When the step''s transaction began.';
COMMENT ON TABLE audit_log IS 'Every command that changed data: who, when, what, how much. Append-only.';
COMMENT ON COLUMN audit_log.id IS 'Key, in the order of writing.';
COMMENT ON COLUMN audit_log.recorded_at IS 'When the change''s transaction began.';
COMMENT ON COLUMN audit_log.database_user IS 'Database role that made the change.';
COMMENT ON COLUMN audit_log.os_user IS 'Account of the operating system that ran the command; empty where it has no name.';
COMMENT ON COLUMN audit_log.actor IS 'Person or job on whose behalf the command ran, where the caller said so.';
COMMENT ON COLUMN audit_log.command IS 'Command with its options, without secrets.';
COMMENT ON COLUMN audit_log.environment IS 'development, staging or production, as configured.';
COMMENT ON COLUMN audit_log.database IS 'Database that the change was made in.';
COMMENT ON COLUMN audit_log.platform IS 'Platform that was changed; empty for what concerns the whole database.';
COMMENT ON COLUMN audit_log.counts IS 'Rows changed, an object of name to number.';
COMMENT ON COLUMN audit_log.details IS 'What else tells of the change, an object; neither secrets nor personal data.';
COMMENT ON COLUMN audit_log.tool_version IS 'Version of toolbox that made the change.';
COMMENT ON TABLE seed_runs IS 'Every seeding of sample data, with the rows that it wrote.';
COMMENT ON COLUMN seed_runs.id IS 'Key, in the order of writing.';
COMMENT ON COLUMN seed_runs.domain IS 'Part of a platform that was seeded, such as quests.';
COMMENT ON COLUMN seed_runs.run_key IS 'What its keys have behind 5eed: eight hexadecimal digits.';
COMMENT ON COLUMN seed_runs.profile IS 'Profile that was seeded.';
COMMENT ON COLUMN seed_runs.seed IS 'Number that the random choices started from.';
COMMENT ON COLUMN seed_runs.as_of IS 'Moment that the sample data takes as the present.';
COMMENT ON COLUMN seed_runs.options IS 'The profile as it was read and what else decided the rows, an object.';
COMMENT ON COLUMN seed_runs.tables IS 'Object of schema.table to its row count and, for integer keys, their first and last.';
COMMENT ON COLUMN seed_runs.started_at IS 'When the seeding began.';
COMMENT ON COLUMN seed_runs.finished_at IS 'When the seeding ended, not before it began.';
COMMENT ON COLUMN seed_runs.tool_version IS 'Version of toolbox that seeded.';
COMMENT ON TABLE reference_rows IS 'Every row that reference data made or took over, as it was last written.';
COMMENT ON COLUMN reference_rows.platform IS 'Platform that the row belongs to.';
COMMENT ON COLUMN reference_rows.table_name IS 'Its table, without the schema.';
COMMENT ON COLUMN reference_rows.stable_key IS 'What the row is called in the files.';
COMMENT ON COLUMN reference_rows.written IS 'Column to value, an object.';
COMMENT ON COLUMN reference_rows.written_at IS 'When the loading''s transaction began.';
COMMENT ON COLUMN reference_rows.tool_version IS 'Version of toolbox that wrote it.'"""


def upgrade() -> None:
    op.execute("""
CREATE TABLE migration_log (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    platform TEXT NOT NULL,
    revision TEXT NOT NULL,
    direction TEXT NOT NULL CHECK (direction IN ('upgrade', 'downgrade', 'stamp')),
    sql_sha256 TEXT CHECK (sql_sha256 ~ '^[0-9a-f]{64}$'),
    duration_ms DOUBLE PRECISION CHECK (duration_ms >= 0),
    database_user TEXT NOT NULL DEFAULT SESSION_USER,
    tool_version TEXT NOT NULL,
    applied_at TIMESTAMPTZ NOT NULL DEFAULT now()
);

CREATE TABLE audit_log (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    recorded_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    database_user TEXT NOT NULL DEFAULT SESSION_USER,
    os_user TEXT,
    actor TEXT,
    command TEXT NOT NULL,
    environment TEXT NOT NULL CHECK (environment IN ('development', 'staging', 'production')),
    database TEXT NOT NULL DEFAULT current_database(),
    platform TEXT,
    counts JSONB NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(counts) = 'object'),
    details JSONB NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(details) = 'object'),
    tool_version TEXT NOT NULL
);

CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    RAISE EXCEPTION USING
        ERRCODE = 'insufficient_privilege',
        MESSAGE = TG_TABLE_SCHEMA || '.' || TG_TABLE_NAME || ' is append-only: ' || TG_OP || ' is refused',
        HINT = 'Write a new row that corrects the old one.';
END
$$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
ALTER TABLE audit_log ENABLE ALWAYS TRIGGER append_only;
REVOKE UPDATE, DELETE, TRUNCATE ON audit_log FROM PUBLIC, CURRENT_USER;

CREATE TABLE seed_runs (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    domain TEXT NOT NULL,
    run_key TEXT NOT NULL CHECK (run_key ~ '^[0-9a-f]{8}$'),
    profile TEXT NOT NULL,
    seed BIGINT NOT NULL,
    as_of TIMESTAMPTZ NOT NULL,
    options JSONB NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(options) = 'object'),
    tables JSONB NOT NULL CHECK (jsonb_typeof(tables) = 'object'),
    started_at TIMESTAMPTZ NOT NULL,
    finished_at TIMESTAMPTZ,
    tool_version TEXT NOT NULL,
    UNIQUE (domain, run_key),
    CONSTRAINT seed_runs_finished_at_check CHECK (finished_at >= started_at)
);

CREATE TABLE reference_rows (
    platform TEXT NOT NULL,
    table_name TEXT NOT NULL,
    stable_key TEXT NOT NULL,
    written JSONB NOT NULL CHECK (jsonb_typeof(written) = 'object'),
    written_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    tool_version TEXT NOT NULL,
    PRIMARY KEY (platform, table_name, stable_key)
)""")
    op.execute(COMMENTS)


def downgrade() -> None:
    op.execute("""
DROP TABLE reference_rows;
DROP TABLE seed_runs;
DROP TABLE audit_log;
DROP FUNCTION refuse_audit_change();
DROP TABLE migration_log""")
