"""What the import of modules from authors' files needs: ours, document 004 keeps a module's present state alone.

Modules as they were at each revision, and the hash of what was imported last; a key of every section that stays with
it wherever it moves, so that progress does too; rules that assign modules again and again, and one row a module and
team or university. Sections that stand get their keys from their numbers.
"""

from collections.abc import Mapping

from alembic import op

from toolbox_cli.core.database.guards import Rule, add_checks, drop_checks, require

revision = "frames_content"
down_revision = "frames_comments"
branch_labels = None
depends_on = None
document = None

ADDED = """
ALTER TABLE modules ADD content_hash varchar(64), ADD source_hash varchar(64);
ALTER TABLE module_sections ADD section_key varchar(100)
"""

KEYS = """
UPDATE module_sections SET section_key = 'section-' || section_number;
ALTER TABLE module_sections
    ALTER section_key SET DEFAULT 'section-' || gen_random_uuid(),
    ALTER section_key SET NOT NULL,
    ADD CONSTRAINT module_sections_module_id_section_key_key UNIQUE (module_id, section_key)
"""

RULES = [
    Rule("modules", "modules_content_hash_check", "content_hash ~ '^[0-9a-f]{64}$'"),
    Rule("modules", "modules_source_hash_check", "source_hash ~ '^[0-9a-f]{64}$'"),
    Rule("module_sections", "module_sections_section_key_check", "section_key ~ '^[a-z0-9]+(-[a-z0-9]+)*$'"),
]

TEAM = "student_id IS NULL AND team_id IS NOT NULL"
UNIVERSITY = "student_id IS NULL AND team_id IS NULL AND university_id IS NOT NULL"


ONCE = [
    Rule(
        "module_assignments",
        "module_assignments_module_id_team_id_key",
        f"""NOT ({TEAM}) OR NOT EXISTS (
        SELECT FROM module_assignments AS other WHERE other.module_id = t.module_id AND other.team_id = t.team_id
        AND other.student_id IS NULL AND other.id <> t.id)""",
    ),
    Rule(
        "module_assignments",
        "module_assignments_module_id_university_id_key",
        f"""NOT ({UNIVERSITY}) OR NOT EXISTS (
        SELECT FROM module_assignments AS other WHERE other.module_id = t.module_id
        AND other.university_id = t.university_id AND other.student_id IS NULL AND other.team_id IS NULL
        AND other.id <> t.id)""",
    ),
]

INDEXES = f"""
CREATE UNIQUE INDEX module_assignments_module_id_team_id_key ON module_assignments (module_id, team_id)
WHERE {TEAM};
CREATE UNIQUE INDEX module_assignments_module_id_university_id_key ON module_assignments (module_id, university_id)
WHERE {UNIVERSITY}
"""

TABLES = """
CREATE TABLE module_revisions (
    module_id INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    content JSONB NOT NULL,
    content_hash VARCHAR(64) NOT NULL,
    made_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    made_by VARCHAR(255),
    CONSTRAINT module_revisions_pkey PRIMARY KEY (module_id, revision),
    CONSTRAINT module_revisions_revision_check CHECK (revision > 0),
    CONSTRAINT module_revisions_content_hash_check CHECK (content_hash ~ '^[0-9a-f]{64}$'),
    CONSTRAINT module_revisions_content_check CHECK (jsonb_typeof(content) = 'object'),
    CONSTRAINT module_revisions_module_id_fkey FOREIGN KEY (module_id) REFERENCES modules (id) ON DELETE CASCADE
);
CREATE FUNCTION refuse_revision_change() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    IF TG_OP = 'DELETE' AND NOT EXISTS (SELECT FROM modules WHERE id = OLD.module_id) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION USING
        ERRCODE = 'insufficient_privilege',
        MESSAGE = TG_TABLE_SCHEMA || '.' || TG_TABLE_NAME || ' is append-only: ' || TG_OP || ' is refused',
        HINT = 'Make a new revision with: toolbox modules import';
END
$$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON module_revisions
FOR EACH ROW EXECUTE FUNCTION refuse_revision_change();
ALTER TABLE module_revisions ENABLE ALWAYS TRIGGER append_only;
CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON module_revisions
FOR EACH STATEMENT EXECUTE FUNCTION refuse_revision_change();
ALTER TABLE module_revisions ENABLE ALWAYS TRIGGER append_only_whole;
CREATE TABLE module_assignment_rules (
    id SERIAL NOT NULL,
    module_id INTEGER NOT NULL,
    rule VARCHAR(255) NOT NULL,
    university_id VARCHAR,
    subsystem VARCHAR(255),
    assignment_type VARCHAR(50) NOT NULL DEFAULT 'required',
    due_date DATE,
    due_days INTEGER,
    is_active BOOLEAN NOT NULL DEFAULT true,
    assigned_by_id VARCHAR,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    CONSTRAINT module_assignment_rules_pkey PRIMARY KEY (id),
    CONSTRAINT module_assignment_rules_rule_check CHECK (rule IN ('all_incoming_students', 'subsystem_specific')),
    CONSTRAINT module_assignment_rules_assignment_type_check
        CHECK (assignment_type IN ('required', 'optional', 'recommended')),
    CONSTRAINT module_assignment_rules_subsystem_check
        CHECK ((subsystem IS NOT NULL) = (rule = 'subsystem_specific')),
    CONSTRAINT module_assignment_rules_due_days_check CHECK (due_days >= 0),
    CONSTRAINT module_assignment_rules_due_once_check CHECK (num_nonnulls(due_date, due_days) <= 1),
    CONSTRAINT module_assignment_rules_module_id_fkey
        FOREIGN KEY (module_id) REFERENCES modules (id) ON DELETE CASCADE,
    CONSTRAINT module_assignment_rules_university_id_fkey FOREIGN KEY (university_id) REFERENCES universities (id),
    CONSTRAINT module_assignment_rules_assigned_by_id_fkey FOREIGN KEY (assigned_by_id) REFERENCES faculty (id)
);
CREATE UNIQUE INDEX module_assignment_rules_target_key
ON module_assignment_rules (module_id, rule, university_id, subsystem) NULLS NOT DISTINCT;
CREATE INDEX module_assignment_rules_university_id_idx ON module_assignment_rules (university_id);
CREATE INDEX module_assignment_rules_assigned_by_id_idx ON module_assignment_rules (assigned_by_id)
"""

COMMENTS: Mapping[str, Mapping[str, str]] = {
    "modules": {
        "content_hash": "SHA-256 of the content as it was imported last, in hexadecimal digits; null if it never was.",
        "source_hash": "SHA-256 that tells whether the file imported last has changed since; null where that takes reading it.",
    },
    "module_sections": {
        "section_key": "Names the section in its module for good, wherever it moves: written as the slugs of modules are.",
    },
    "module_revisions": {
        "": "Modules as they were at each revision. Append-only: a revision goes with its module alone.",
        "module_id": "Module that was revised.",
        "revision": "Number of the revision in the module, from 1.",
        "content": "The whole module with its sections, in the canonical form of module files.",
        "content_hash": "SHA-256 of the canonical form, in hexadecimal digits.",
        "made_at": "When the revision was made.",
        "made_by": "Account that made it; null for what another program wrote into the tables.",
    },
    "module_assignment_rules": {
        "": "Rules that assign modules to whoever they fit, each time they are run.",
        "id": "Key.",
        "module_id": "Module that the rule assigns.",
        "rule": "all_incoming_students, or subsystem_specific: students of teams that work on the subsystem.",
        "university_id": "University whose students the rule is for; null for those of all.",
        "subsystem": "Subsystem of the teams, of a rule for one.",
        "assignment_type": "required, optional or recommended.",
        "due_date": "Last day to finish the module, of all.",
        "due_days": "Days that each has from the day of the assignment, not negative.",
        "is_active": "Whether the rule still assigns.",
        "assigned_by_id": "Member of faculty who made the rule.",
        "created_at": "When the rule was made.",
    },
}


def _comment(table: str, column: str, meaning: str) -> str:
    place = f"COLUMN {table}.{column}" if column else f"TABLE {table}"
    literal = meaning.replace("'", "''")
    return f"COMMENT ON {place} IS '{literal}'"


def upgrade() -> None:
    require(ONCE)
    op.execute(ADDED)
    op.execute(KEYS)
    add_checks(RULES)
    op.execute(INDEXES)
    op.execute(TABLES)
    op.execute(";\n".join(_comment(t, c, meaning) for t, said in COMMENTS.items() for c, meaning in said.items()))


def downgrade() -> None:
    op.execute("""
DROP TABLE module_assignment_rules;
DROP TABLE module_revisions;
DROP FUNCTION refuse_revision_change();
DROP INDEX module_assignments_module_id_university_id_key;
DROP INDEX module_assignments_module_id_team_id_key""")
    drop_checks(RULES)
    op.execute("""
ALTER TABLE module_sections DROP section_key;
ALTER TABLE modules DROP source_hash, DROP content_hash""")
