"""What syncs with learning management systems need: ours, document 001 has connections, courses and grades alone.

Who is an account there and who is in which course; what every sync read, found wrong and changed; and of connections a
name. Those that stand get one from their platform and institution, with a number where that is taken; courses and
assignments that stand are active.
"""

from collections.abc import Mapping

from alembic import op

from toolbox_cli.core.database.already import fold
from toolbox_cli.core.database.guards import Rule, add_checks, drop_checks

revision = "toolboxai_lms"
down_revision = "toolboxai_comments"
branch_labels = None
depends_on = None
document = None

ADDED = """
ALTER TABLE lms_integrations
    ADD name varchar(100),
    ADD filters jsonb NOT NULL DEFAULT '{}',
    ADD settings jsonb NOT NULL DEFAULT '{}',
    ADD paused_until timestamptz,
    ADD cursor_at timestamptz,
    ADD last_full_sync_at timestamptz,
    ADD last_success_at timestamptz,
    ADD removed_at timestamptz;
ALTER TABLE lms_courses
    ADD status text NOT NULL DEFAULT 'active',
    ADD removed_at timestamptz,
    ADD term text,
    ADD school text;
ALTER TABLE lms_assignments
    ADD status text NOT NULL DEFAULT 'active',
    ADD removed_at timestamptz,
    ADD sync_hash uuid
"""

GRADES = """
ALTER TABLE lms_grade_passbacks
    ALTER external_user_id TYPE varchar(255),
    ADD roblox_quiz_result_id uuid,
    ADD graded_at timestamptz,
    ADD CONSTRAINT lms_grade_passbacks_roblox_quiz_result_id_fkey
        FOREIGN KEY (roblox_quiz_result_id)
        REFERENCES roblox_quiz_results (id),
    DROP CONSTRAINT lms_grade_passbacks_status_check,
    ADD CONSTRAINT lms_grade_passbacks_status_check
        CHECK (status IN ('pending', 'success', 'failed', 'dead', 'superseded'));
CREATE INDEX lms_grade_passbacks_roblox_quiz_result_id_idx ON lms_grade_passbacks (roblox_quiz_result_id)
"""

NAMES = r"""
DO $named$
DECLARE
    held record;
    plain text;
    wanted text;
    number integer;
BEGIN
    FOR held IN SELECT id, updated_at, platform_name || '-' || institution_name AS said FROM lms_integrations
    ORDER BY created_at, id LOOP
        IF getdatabaseencoding() = 'UTF8' THEN
            held.said := regexp_replace(normalize(held.said, NFKD), '[\u0300-\u036f]', '', 'g');
        END IF;
        plain := left(trim(BOTH '-' FROM regexp_replace(lower(held.said), '[^a-z0-9]+', '-', 'g')), 80);
        plain := trim(BOTH '-' FROM plain);
        wanted := plain;
        number := 1;
        WHILE EXISTS (SELECT FROM lms_integrations WHERE name = wanted) LOOP
            number := number + 1;
            wanted := plain || '-' || number;
        END LOOP;
        -- The trigger believes another time, and so lets the old one be put back.
        UPDATE lms_integrations SET name = wanted, updated_at = '-infinity' WHERE id = held.id;
        UPDATE lms_integrations SET updated_at = held.updated_at WHERE id = held.id;
    END LOOP;
END
$named$;
ALTER TABLE lms_integrations
    ALTER name SET DEFAULT 'integration-' || gen_random_uuid(),
    ALTER name SET NOT NULL,
    ADD CONSTRAINT lms_integrations_name_key UNIQUE (name)
"""

CHECKS: Mapping[str, Mapping[str, str]] = {
    "lms_integrations": {
        "filters": "jsonb_typeof(filters) = 'object'",
        "name": "name ~ '^[a-z0-9]+(-[a-z0-9]+)*$'",
        "settings": "jsonb_typeof(settings) = 'object'",
    },
    "lms_courses": {
        "removed_at": "(removed_at IS NOT NULL) = (status = 'removed')",
        "status": "status IN ('active', 'removed')",
    },
    "lms_assignments": {
        "removed_at": "(removed_at IS NOT NULL) = (status = 'removed')",
        "status": "status IN ('active', 'removed')",
    },
}
RULES = [
    Rule(table, f"{table}_{name}_check", expression)
    for table, checks in CHECKS.items()
    for name, expression in checks.items()
]

TABLES = r"""
CREATE TABLE lms_sync_runs (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    lms_integration_id UUID NOT NULL,
    mode TEXT NOT NULL,
    status TEXT NOT NULL DEFAULT 'running',
    started_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    ended_at TIMESTAMPTZ,
    asked_by TEXT,
    counts JSONB NOT NULL DEFAULT '{}',
    scopes JSONB NOT NULL DEFAULT '{}',
    diff_hash TEXT,
    approves_run_id BIGINT,
    undoes_run_id BIGINT,
    error_code TEXT,
    error_message TEXT,
    versions JSONB NOT NULL DEFAULT '{}',
    purged_at TIMESTAMPTZ,
    CONSTRAINT lms_sync_runs_pkey PRIMARY KEY (id),
    CONSTRAINT lms_sync_runs_mode_check CHECK (mode IN ('full', 'delta', 'undo', 'manual')),
    CONSTRAINT lms_sync_runs_status_check
        CHECK (status IN ('running', 'success', 'partial', 'failed', 'held', 'discarded', 'undone')),
    CONSTRAINT lms_sync_runs_ended_after_started_check CHECK (ended_at >= started_at),
    CONSTRAINT lms_sync_runs_ended_at_check CHECK (status = 'running' OR ended_at IS NOT NULL),
    CONSTRAINT lms_sync_runs_counts_check CHECK (jsonb_typeof(counts) = 'object'),
    CONSTRAINT lms_sync_runs_scopes_check CHECK (jsonb_typeof(scopes) = 'object'),
    CONSTRAINT lms_sync_runs_versions_check CHECK (jsonb_typeof(versions) = 'object'),
    CONSTRAINT lms_sync_runs_diff_hash_check CHECK (diff_hash ~ '^[0-9a-f]{64}$'),
    CONSTRAINT lms_sync_runs_undoes_run_id_check CHECK (undoes_run_id IS NULL OR mode = 'undo'),
    CONSTRAINT lms_sync_runs_purged_at_check CHECK (purged_at IS NULL OR status NOT IN ('running', 'held')),
    CONSTRAINT lms_sync_runs_lms_integration_id_fkey
        FOREIGN KEY (lms_integration_id)
        REFERENCES lms_integrations (id),
    CONSTRAINT lms_sync_runs_approves_run_id_fkey FOREIGN KEY (approves_run_id) REFERENCES lms_sync_runs (id),
    CONSTRAINT lms_sync_runs_undoes_run_id_fkey FOREIGN KEY (undoes_run_id) REFERENCES lms_sync_runs (id)
);
CREATE INDEX lms_sync_runs_approves_run_id_idx ON lms_sync_runs (approves_run_id);
CREATE INDEX lms_sync_runs_lms_integration_id_id_idx ON lms_sync_runs (lms_integration_id, id);
CREATE INDEX lms_sync_runs_undoes_run_id_idx ON lms_sync_runs (undoes_run_id);
CREATE TABLE lms_identities (
    id UUID NOT NULL DEFAULT gen_random_uuid(),
    lms_integration_id UUID NOT NULL,
    external_user_id VARCHAR(255) NOT NULL,
    user_id UUID,
    username TEXT,
    email TEXT,
    given_name TEXT,
    family_name TEXT,
    sis_id TEXT,
    role TEXT,
    grade_level INTEGER,
    grade_label TEXT,
    is_enabled BOOLEAN NOT NULL DEFAULT true,
    status TEXT NOT NULL DEFAULT 'present',
    removed_at TIMESTAMPTZ,
    merged_into_id UUID,
    opted_out BOOLEAN NOT NULL DEFAULT false,
    locked_fields TEXT[] NOT NULL DEFAULT '{}',
    account_made BOOLEAN NOT NULL DEFAULT false,
    sync_hash UUID,
    first_run_id BIGINT,
    last_run_id BIGINT,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    CONSTRAINT lms_identities_pkey PRIMARY KEY (id),
    CONSTRAINT lms_identities_lms_integration_id_external_user_id_key UNIQUE (lms_integration_id, external_user_id),
    CONSTRAINT lms_identities_role_check CHECK (role IN ('student', 'teacher', 'assistant', 'admin')),
    CONSTRAINT lms_identities_status_check CHECK (status IN ('present', 'removed')),
    CONSTRAINT lms_identities_grade_level_check CHECK (grade_level BETWEEN 1 AND 12),
    CONSTRAINT lms_identities_email_check CHECK (email ~ '^[^@\s]+@[^@\s]+$'),
    CONSTRAINT lms_identities_removed_at_check CHECK ((removed_at IS NOT NULL) = (status = 'removed')),
    CONSTRAINT lms_identities_not_merged_into_itself_check CHECK (merged_into_id <> id),
    CONSTRAINT lms_identities_account_made_check CHECK (user_id IS NOT NULL OR NOT account_made),
    CONSTRAINT lms_identities_locked_fields_check
        CHECK (locked_fields <@ ARRAY['username', 'email', 'first_name', 'last_name', 'display_name', 'role',
            'grade_level', 'school_name', 'district_name', 'is_active', 'age_band']),
    CONSTRAINT lms_identities_lms_integration_id_fkey
        FOREIGN KEY (lms_integration_id)
        REFERENCES lms_integrations (id),
    CONSTRAINT lms_identities_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id),
    CONSTRAINT lms_identities_merged_into_id_fkey FOREIGN KEY (merged_into_id) REFERENCES lms_identities (id),
    CONSTRAINT lms_identities_first_run_id_fkey FOREIGN KEY (first_run_id) REFERENCES lms_sync_runs (id),
    CONSTRAINT lms_identities_last_run_id_fkey FOREIGN KEY (last_run_id) REFERENCES lms_sync_runs (id)
);
CREATE INDEX lms_identities_first_run_id_idx ON lms_identities (first_run_id);
CREATE INDEX lms_identities_last_run_id_idx ON lms_identities (last_run_id);
CREATE INDEX lms_identities_lms_integration_id_sis_id_idx ON lms_identities (lms_integration_id, sis_id);
CREATE INDEX lms_identities_merged_into_id_idx ON lms_identities (merged_into_id);
CREATE INDEX lms_identities_user_id_idx ON lms_identities (user_id);
CREATE TABLE lms_enrollments (
    id UUID NOT NULL DEFAULT gen_random_uuid(),
    lms_course_id UUID NOT NULL,
    lms_identity_id UUID NOT NULL,
    sync_hash UUID,
    last_run_id BIGINT,
    removed_at TIMESTAMPTZ,
    begins_on DATE,
    ends_on DATE,
    is_primary BOOLEAN NOT NULL DEFAULT false,
    role TEXT NOT NULL,
    status TEXT NOT NULL DEFAULT 'active',
    source TEXT NOT NULL DEFAULT 'manual',
    external_enrollment_id VARCHAR(255),
    CONSTRAINT lms_enrollments_pkey PRIMARY KEY (id),
    CONSTRAINT lms_enrollments_lms_course_id_lms_identity_id_role_key UNIQUE (lms_course_id, lms_identity_id, role),
    CONSTRAINT lms_enrollments_role_check CHECK (role IN ('student', 'teacher', 'assistant')),
    CONSTRAINT lms_enrollments_status_check CHECK (status IN ('active', 'future', 'ended', 'inactive', 'removed')),
    CONSTRAINT lms_enrollments_source_check CHECK (source IN ('sync', 'manual')),
    CONSTRAINT lms_enrollments_ends_after_begins_check CHECK (ends_on >= begins_on),
    CONSTRAINT lms_enrollments_removed_at_check CHECK ((removed_at IS NOT NULL) = (status = 'removed')),
    CONSTRAINT lms_enrollments_lms_course_id_fkey FOREIGN KEY (lms_course_id) REFERENCES lms_courses (id),
    CONSTRAINT lms_enrollments_lms_identity_id_fkey FOREIGN KEY (lms_identity_id) REFERENCES lms_identities (id)
);
CREATE INDEX lms_enrollments_lms_identity_id_idx ON lms_enrollments (lms_identity_id);
CREATE TABLE lms_sync_issues (
    run_id BIGINT NOT NULL,
    number INTEGER NOT NULL,
    code TEXT NOT NULL,
    severity TEXT NOT NULL,
    kind TEXT,
    external_id TEXT,
    field TEXT,
    message TEXT NOT NULL,
    remedy TEXT,
    place TEXT,
    CONSTRAINT lms_sync_issues_pkey PRIMARY KEY (run_id, number),
    CONSTRAINT lms_sync_issues_number_check CHECK (number > 0),
    CONSTRAINT lms_sync_issues_severity_check CHECK (severity IN ('note', 'warning', 'error')),
    CONSTRAINT lms_sync_issues_kind_check CHECK (kind IN ('course', 'user', 'enrollment', 'assignment')),
    CONSTRAINT lms_sync_issues_run_id_fkey FOREIGN KEY (run_id) REFERENCES lms_sync_runs (id)
);
CREATE TABLE lms_sync_changes (
    run_id BIGINT NOT NULL,
    number INTEGER NOT NULL,
    row_id UUID,
    applied BOOLEAN NOT NULL DEFAULT false,
    table_name TEXT NOT NULL,
    action TEXT NOT NULL,
    external_id TEXT,
    before JSONB,
    after JSONB,
    CONSTRAINT lms_sync_changes_pkey PRIMARY KEY (run_id, number),
    CONSTRAINT lms_sync_changes_number_check CHECK (number > 0),
    CONSTRAINT lms_sync_changes_table_name_check
        CHECK (table_name IN ('lms_courses', 'lms_assignments', 'lms_identities', 'lms_enrollments', 'users')),
    CONSTRAINT lms_sync_changes_action_check CHECK (action IN ('insert', 'update', 'remove', 'restore', 'delete')),
    CONSTRAINT lms_sync_changes_before_check CHECK ((before IS NOT NULL) = (action <> 'insert')),
    CONSTRAINT lms_sync_changes_after_check
        CHECK (after IS NOT NULL OR action = 'delete' OR action = 'insert' AND applied),
    CONSTRAINT lms_sync_changes_row_id_check CHECK (row_id IS NOT NULL OR NOT applied),
    CONSTRAINT lms_sync_changes_run_id_fkey FOREIGN KEY (run_id) REFERENCES lms_sync_runs (id)
);
CREATE INDEX lms_sync_changes_row_id_run_id_idx ON lms_sync_changes (row_id, run_id);
CREATE TRIGGER touch_updated_at BEFORE UPDATE ON lms_identities
FOR EACH ROW WHEN (NEW.updated_at IS NOT DISTINCT FROM OLD.updated_at)
EXECUTE FUNCTION touch_updated_at()
"""

JOURNAL = """
CREATE FUNCTION without_people(document jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE STRICT SET search_path FROM CURRENT AS $$
    SELECT CASE WHEN document ? 'is_active' THEN jsonb_build_object('is_active', document -> 'is_active') ELSE '{}' END
$$;
CREATE FUNCTION refuse_journal_change() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF OLD IS DISTINCT FROM NEW
            AND (NEW.run_id, NEW.number, NEW.row_id, NEW.applied, NEW.table_name, NEW.action, NEW.before, NEW.after)
            IS NOT DISTINCT FROM (OLD.run_id, OLD.number, OLD.row_id, OLD.applied, OLD.table_name, OLD.action,
                without_people(OLD.before), without_people(OLD.after))
            AND (NEW.external_id IS NULL OR NEW.external_id = OLD.external_id)
        THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION USING
        ERRCODE = 'insufficient_privilege',
        MESSAGE = TG_TABLE_SCHEMA || '.' || TG_TABLE_NAME || ' is append-only: ' || TG_OP || ' is refused',
        HINT = 'Take a sync back with a run of its own: toolbox lms undo. Old contents go with: toolbox lms purge';
END
$$;
CREATE TRIGGER append_only BEFORE DELETE OR TRUNCATE ON lms_sync_changes
FOR EACH STATEMENT EXECUTE FUNCTION refuse_journal_change();
CREATE TRIGGER only_emptied BEFORE UPDATE ON lms_sync_changes
FOR EACH ROW EXECUTE FUNCTION refuse_journal_change();
ALTER TABLE lms_sync_changes ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE lms_sync_changes ENABLE ALWAYS TRIGGER only_emptied
"""

COMMENTS: Mapping[str, Mapping[str, str]] = {
    "lms_integrations": {
        "name": "What people and jobs call it: unique, lower-case letters, digits and dashes.",
        "filters": "Schools, terms and courses that are read or left out, an object.",
        "settings": "Limits, account rule, roles, time zone and whatever else differs from the usual, an object.",
        "paused_until": "Until when planned syncs leave it out; null or past means not paused.",
        "cursor_at": "Moment that the next delta is read from; null means everything.",
        "last_full_sync_at": "When the latest sync that read everything and was applied ended; null before the first.",
        "last_success_at": "When the latest sync that was a success ended; null before the first.",
        "removed_at": "When it was taken out of use for good: its secrets went, what it read stays; null while it is in use.",
    },
    "lms_courses": {
        "status": "active, or removed: no longer there.",
        "removed_at": "When a sync found it gone; null while it is active.",
        "term": "Term or school year as named there.",
        "school": "School as named there.",
    },
    "lms_assignments": {
        "status": "active, or removed: no longer there.",
        "removed_at": "When a sync found it gone; null while it is active.",
        "sync_hash": "First half of the digest of what was last read: the same means unchanged.",
    },
    "roblox_quiz_results": {"id": "Key; other tables point with it to one person's row."},
    "lms_grade_passbacks": {
        "status": "pending, success, failed (will be tried again), dead (given up) or superseded (a later grade goes in its place).",
        "roblox_quiz_result_id": "Result in Roblox that the grade comes from, where it is no attempt yet; null otherwise.",
        "graded_at": "When the result was reached; null where nobody said.",
    },
    "lms_sync_runs": {
        "": "Syncs with learning management systems: what each read and did.",
        "id": "Key, in the order of starting.",
        "lms_integration_id": "Connection that was read.",
        "mode": "full, delta (what changed since the one before), undo (takes another run back), or manual (what "
        "somebody changed by hand).",
        "status": "running, success, partial (some records refused), failed, held (waits for a person's yes), discarded (held, then refused or overtaken) or undone.",
        "started_at": "When it began to read.",
        "ended_at": "When it ended, not before it began; null while it runs.",
        "asked_by": "Person or job that asked for it; null where nobody said so.",
        "counts": "What it did, an object of kind to action to number of records.",
        "scopes": "What it read, an object of kind to what was whole and what was not.",
        "diff_hash": "SHA-256 of what it was to change, 64 hexadecimal digits: what is approved must have the same.",
        "approves_run_id": "Held run that a person approved and this one applies.",
        "undoes_run_id": "Run that this one takes back.",
        "error_code": "Stable name of what stopped or held it.",
        "error_message": "What stopped or held it, for people; may quote an answer.",
        "versions": "Version of the toolkit and of the other side, an object.",
        "purged_at": "When its journal and issues were emptied of people; null while they are whole.",
    },
    "lms_identities": {
        "": "Accounts at learning management systems, and which people here they are.",
        "id": "Key; other tables point with it to one person's row.",
        "lms_integration_id": "Connection it was read through.",
        "external_user_id": "The account's key there, unique in the connection.",
        "user_id": "Who it is here; null for whom no account is kept. A merge leaves it as it was, for the split.",
        "username": "Sign-in name there.",
        "email": "Address there, one @ and no blanks; tells nobody apart: it may be missing, shared or change.",
        "given_name": "Given name there.",
        "family_name": "Family name there.",
        "sis_id": "Key in the student information system, where the other side shows it: tells a merge from a removal.",
        "role": "student, teacher, assistant or admin; null where there are roles in courses alone.",
        "grade_level": "School grade, 1 to 12; null where grade_label says no such grade.",
        "grade_label": "Grade as written there, such as KG.",
        "is_enabled": "False while the account is off there, which is no removal.",
        "status": "present, or removed: no longer there.",
        "removed_at": "When a sync found it gone; null while it is present.",
        "merged_into_id": "Identity of the same person that counts in place of this one; null if this one counts.",
        "opted_out": "Whether syncs leave this person out.",
        "locked_fields": "Columns of the users row that syncs leave as they are.",
        "account_made": "Whether this connection made the users row, and so may close it.",
        "sync_hash": "First half of the digest of what was last read: the same means unchanged.",
        "first_run_id": "Sync that made the row; null if none did.",
        "last_run_id": "Latest sync that changed the row; one that finds it unchanged leaves this.",
        "created_at": "When the row was written, by the database's clock.",
        "updated_at": "When the row was last changed; a trigger sets it where the statement does not.",
    },
    "lms_enrollments": {
        "": "Who is in which course of a learning management system, in which role.",
        "id": "Key.",
        "lms_course_id": "Course that somebody is in.",
        "lms_identity_id": "Who is in it, by the account there.",
        "sync_hash": "First half of the digest of what was last read: the same means unchanged.",
        "last_run_id": "Latest sync that changed the row, a key of lms_sync_runs; null for one made by hand.",
        "removed_at": "When it was found gone or taken away; null while it stands.",
        "begins_on": "First day; null if open.",
        "ends_on": "Last day, not before the first; null if open.",
        "is_primary": "Whether this is the course's first teacher.",
        "role": "student, teacher or assistant.",
        "status": "active, future, ended, inactive (switched off there) or removed.",
        "source": "sync, or manual: made here by hand, which no sync takes away.",
        "external_enrollment_id": "The enrollment's key there; null where it has none.",
    },
    "lms_sync_issues": {
        "": "What was wrong with records that syncs read, one row a record and fault.",
        "run_id": "Sync that read the record.",
        "number": "Number in the run, from 1.",
        "code": "Stable name of the fault, such as lms-unknown-role; open list.",
        "severity": "note, warning or error.",
        "kind": "course, user, enrollment or assignment; null for what concerns the whole sync.",
        "external_id": "The record's key there, where it has one.",
        "field": "Field at fault.",
        "message": "What is wrong, for people; may quote the record.",
        "remedy": "What to do about it.",
        "place": "Page or line that the record came in.",
    },
    "lms_sync_changes": {
        "": "Rows that syncs changed, or were to change while held, as before and after. Append-only, but for purges.",
        "run_id": "Sync that made the change.",
        "number": "Number in the run, from 1; changes were made in this order.",
        "row_id": "Key of the row; null for one that was not inserted yet.",
        "applied": "False for what a held or failed sync did not do; never changes, a later run has its own rows.",
        "table_name": "Table of the row: lms_courses, lms_assignments, lms_identities, lms_enrollments or users.",
        "action": "insert, update, remove (marked as gone), restore (no longer marked), or delete, which only undoing does.",
        "external_id": "The record's key there, where it has one.",
        "before": "The whole row before, of users the columns that a roster may change; null if there was none. "
        "Purged, an object that has is_active at most.",
        "after": "The same afterwards; null if it was deleted, or inserted: the row itself then has it, or the next change.",
    },
}

DROPPED = """
DROP TABLE lms_sync_changes;
DROP FUNCTION refuse_journal_change();
DROP FUNCTION without_people(jsonb);
DROP TABLE lms_sync_issues;
DROP TABLE lms_enrollments;
DROP TABLE lms_identities;
DROP TABLE lms_sync_runs
"""

GRADES_TAKEN_BACK = """
COMMENT ON COLUMN roblox_quiz_results.id IS 'Key.';
UPDATE lms_grade_passbacks SET status = 'dead' WHERE status = 'superseded';
COMMENT ON COLUMN lms_grade_passbacks.status IS
    'pending, success, failed (will be tried again) or dead (given up).';
ALTER TABLE lms_grade_passbacks
    DROP roblox_quiz_result_id,
    DROP graded_at,
    ALTER external_user_id TYPE varchar(100),
    DROP CONSTRAINT lms_grade_passbacks_status_check,
    ADD CONSTRAINT lms_grade_passbacks_status_check CHECK (status IN ('pending', 'success', 'failed', 'dead'))
"""

TAKEN_BACK = """
ALTER TABLE lms_assignments DROP status, DROP removed_at, DROP sync_hash;
ALTER TABLE lms_courses DROP status, DROP removed_at, DROP term, DROP school;
ALTER TABLE lms_integrations
    DROP name, DROP filters, DROP settings, DROP paused_until, DROP cursor_at, DROP last_full_sync_at,
    DROP last_success_at, DROP removed_at
"""


def _comment(table: str, column: str, meaning: str) -> str:
    place = f"COLUMN {table}.{column}" if column else f"TABLE {table}"
    literal = meaning.replace("'", "''")
    return f"COMMENT ON {place} IS '{literal}'"


def upgrade() -> None:
    op.execute(ADDED)
    op.execute(GRADES)
    fold([("lms_grade_passbacks", "lms_grade_passbacks_status_check")])
    op.execute(NAMES)
    add_checks(RULES)
    op.execute(TABLES)
    op.execute(JOURNAL)
    op.execute(";\n".join(_comment(t, c, meaning) for t, said in COMMENTS.items() for c, meaning in said.items()))


def downgrade() -> None:
    op.execute(DROPPED)
    drop_checks(RULES)
    op.execute(GRADES_TAKEN_BACK)
    op.execute(TAKEN_BACK)
