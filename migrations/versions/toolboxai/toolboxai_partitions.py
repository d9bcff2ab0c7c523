"""Monthly partitions of the two event logs, by `recorded_at`: ours, document 001 keeps them as plain tables.

The table that stands becomes the default partition: no row is written anew. `recorded_at` becomes part of the key, so
that it may no longer be NULL; rows without it are listed and refused.
"""

from collections.abc import Mapping

from alembic import op

from toolbox_cli.core.database.already import take_key
from toolbox_cli.core.database.guards import Rule, require
from toolbox_cli.core.database.partitioning import move_rights, require_alone

revision = "toolboxai_partitions"
down_revision = "toolboxai_triggers"
branch_labels = None
depends_on = None
document = None

REFERENCES: Mapping[str, Mapping[str, str]] = {
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
"""The foreign keys of each table; every one has its index."""

# The CHECKs are copied as they are stored: written anew, those of a restored database would differ.
WRAPPED = """
ALTER TABLE {table} ALTER recorded_at SET NOT NULL, DROP CONSTRAINT {table}_pkey;
ALTER TABLE {table} RENAME TO {table}_default;
ALTER TABLE {table}_default ADD PRIMARY KEY (id, recorded_at);
CREATE TABLE {table} (LIKE {table}_default INCLUDING DEFAULTS INCLUDING CONSTRAINTS) PARTITION BY RANGE (recorded_at);
ALTER TABLE {table} ADD PRIMARY KEY (id, recorded_at)"""

REFERRING = """
ALTER INDEX {table}_{column}_idx RENAME TO {table}_default_{column}_idx;
CREATE INDEX {table}_{column}_idx ON {table} ({column});
ALTER TABLE {table} ADD CONSTRAINT {table}_{column}_fkey FOREIGN KEY ({column}) REFERENCES {target} (id)"""

COLLECTED = """
ALTER TABLE {table} DETACH PARTITION {table}_default;
INSERT INTO {table}_default SELECT * FROM {table}"""

UNWRAPPED = """
DROP TABLE {table};
ALTER TABLE {table}_default DROP CONSTRAINT {table}_default_pkey, ALTER recorded_at DROP NOT NULL;
ALTER TABLE {table}_default RENAME TO {table};
ALTER TABLE {table} ADD PRIMARY KEY (id)"""

ONE_ROW_AN_ID = "NOT EXISTS (SELECT FROM {table} AS other WHERE other.id = t.id AND other.recorded_at <> t.recorded_at)"


def upgrade() -> None:
    require([Rule(table, f"{table}_recorded_at_not_null", "recorded_at IS NOT NULL") for table in REFERENCES])
    for table, references in REFERENCES.items():
        require_alone(table)
        take_key(table)
        op.execute(WRAPPED.format(table=table))
        move_rights(f"{table}_default", table)
        for column, target in references.items():
            op.execute(REFERRING.format(table=table, column=column, target=target))
        op.execute(f"ALTER TABLE {table} ATTACH PARTITION {table}_default DEFAULT")


def downgrade() -> None:
    require([Rule(table, f"{table}_id_unique", ONE_ROW_AN_ID.format(table=table)) for table in REFERENCES])
    for table, references in REFERENCES.items():
        op.execute(COLLECTED.format(table=table))
        move_rights(table, f"{table}_default")
        op.execute(UNWRAPPED.format(table=table))
        for column in references:
            op.execute(f"ALTER INDEX {table}_default_{column}_idx RENAME TO {table}_{column}_idx")
