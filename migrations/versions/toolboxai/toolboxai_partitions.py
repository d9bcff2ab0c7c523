"""Monthly partitions of the two event logs, by `recorded_at`: ours, document 001 keeps them as plain tables.

The table that stands becomes the default partition: no row is written anew. `recorded_at` becomes part of the key, so
that it may no longer be NULL; rows without it are listed and refused.
"""

from collections.abc import Mapping, Sequence

from alembic import op

from toolbox_cli.core.database.guards import Rule, require

revision = "toolboxai_partitions"
down_revision = "toolboxai_triggers"
branch_labels = None
depends_on = None
document = None

FOREIGN_KEYS: Mapping[str, Mapping[str, str]] = {
    "usage_analytics": {
        "user_id": "users",
        "session_id": "user_sessions",
        "content_id": "educational_content",
        "agent_id": "ai_agents",
    },
    "educational_analytics": {
        "user_id": "users",
        "content_id": "educational_content",
        "quiz_id": "quizzes",
        "learning_objective_id": "learning_objectives",
    },
}
INDEXED: Mapping[str, Sequence[str]] = {table: tuple(keys) for table, keys in FOREIGN_KEYS.items()}

ALONE = """
DO $$
DECLARE
    others text;
BEGIN
    SELECT string_agg(DISTINCT pg_describe_object(classid, objid, 0), ', ') INTO others FROM pg_depend
    WHERE refclassid = 'pg_class'::regclass AND refobjid = '{table}'::regclass AND (
        classid = ANY (ARRAY['pg_rewrite', 'pg_policy', 'pg_publication_rel']::regclass[])
        OR classid = 'pg_constraint'::regclass AND deptype = 'n'
            AND objid IN (SELECT oid FROM pg_constraint WHERE conrelid <> '{table}'::regclass)
        OR classid = 'pg_trigger'::regclass AND objid IN (SELECT oid FROM pg_trigger WHERE NOT tgisinternal));
    IF others IS NOT NULL THEN
        RAISE EXCEPTION 'other objects stand on {table}, which becomes a partition: %', others USING
            ERRCODE = 'dependent_objects_still_exist', HINT = 'Drop them, upgrade, and create them again.';
    END IF;
END
$$"""
"""A view, trigger or policy would silently go on with the default partition alone."""

RIGHTS = """
DO $$
DECLARE
    old pg_class%ROWTYPE;
    held record;
BEGIN
    SELECT * INTO old FROM pg_class WHERE oid = '{old}'::regclass;
    EXECUTE format('ALTER TABLE {new} OWNER TO %I', old.relowner::regrole);
    FOR held IN
        SELECT NULL AS place, acl.* FROM aclexplode(old.relacl) AS acl WHERE acl.grantee <> old.relowner
        UNION ALL
        SELECT format('(%I)', attname), acl.* FROM pg_attribute, aclexplode(attacl) AS acl WHERE attrelid = old.oid
    LOOP
        EXECUTE format('GRANT %s%s ON {new} TO %s%s', held.privilege_type, held.place,
            CASE held.grantee WHEN 0 THEN 'PUBLIC' ELSE held.grantee::regrole::text END,
            CASE WHEN held.is_grantable THEN ' WITH GRANT OPTION' END);
        EXECUTE format('REVOKE %s%s ON {old} FROM %s CASCADE', held.privilege_type, held.place,
            CASE held.grantee WHEN 0 THEN 'PUBLIC' ELSE held.grantee::regrole::text END);
    END LOOP;
END
$$"""
"""Who may use the table uses it under its name, whichever relation has it."""

WRAPPED = """
ALTER TABLE {table} ALTER recorded_at SET NOT NULL, DROP CONSTRAINT {table}_pkey;
ALTER TABLE {table} RENAME TO {table}_default;
ALTER TABLE {table}_default ADD PRIMARY KEY (id, recorded_at);
CREATE TABLE {table} (LIKE {table}_default INCLUDING DEFAULTS INCLUDING CONSTRAINTS) PARTITION BY RANGE (recorded_at);
ALTER TABLE {table} ADD PRIMARY KEY (id, recorded_at)
"""

UNWRAPPED = """
ALTER TABLE {table} DETACH PARTITION {table}_default;
INSERT INTO {table}_default SELECT * FROM {table}
"""

RENAMED_BACK = """
DROP TABLE {table};
ALTER TABLE {table}_default DROP CONSTRAINT {table}_default_pkey, ALTER recorded_at DROP NOT NULL;
ALTER TABLE {table}_default RENAME TO {table};
ALTER TABLE {table} ADD PRIMARY KEY (id)
"""


def upgrade() -> None:
    require([Rule(table, f"{table}_recorded_at_not_null", "recorded_at IS NOT NULL") for table in FOREIGN_KEYS])
    for table in FOREIGN_KEYS:
        op.execute(ALONE.format(table=table))
        op.execute(WRAPPED.format(table=table))
        op.execute(RIGHTS.format(old=f"{table}_default", new=table))
        _index(table)
        _refer(table)
        op.execute(f"ALTER TABLE {table} ATTACH PARTITION {table}_default DEFAULT")


def _index(table: str) -> None:
    for column in INDEXED[table]:
        op.execute(f"ALTER INDEX {table}_{column}_idx RENAME TO {table}_default_{column}_idx")
        op.execute(f"CREATE INDEX {table}_{column}_idx ON {table} ({column})")


def _refer(table: str) -> None:
    for column, target in FOREIGN_KEYS[table].items():
        constraint = f"{table}_{column}_fkey"
        op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {constraint} FOREIGN KEY ({column}) REFERENCES {target} (id)")


def downgrade() -> None:
    require([Rule(table, f"{table}_id_unique", _SINGLE.format(table=table)) for table in FOREIGN_KEYS])
    for table in FOREIGN_KEYS:
        op.execute(UNWRAPPED.format(table=table))
        op.execute(RIGHTS.format(old=table, new=f"{table}_default"))
        op.execute(RENAMED_BACK.format(table=table))
        for column in INDEXED[table]:
            op.execute(f"ALTER INDEX {table}_default_{column}_idx RENAME TO {table}_{column}_idx")


_SINGLE = "NOT EXISTS (SELECT FROM {table} AS o WHERE o.id = t.id AND o.recorded_at <> t.recorded_at)"
"""Without the time in the key, one `id` is one row."""
