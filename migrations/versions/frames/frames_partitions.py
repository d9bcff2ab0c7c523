"""Monthly partitions of `module_analytics_events` by `timestamp`: ours, document 004 keeps it as a plain table.

The table that stands becomes the default partition: no row is written anew. `timestamp` becomes part of the key, so
that it may no longer be NULL; rows without it are listed and refused.
"""

from alembic import op

from toolbox_cli.core.database.already import take_indexes, take_key
from toolbox_cli.core.database.guards import Rule, require
from toolbox_cli.core.database.partitioning import move_rights, require_alone

revision = "frames_partitions"
down_revision = "frames_triggers"
branch_labels = None
depends_on = None
document = None

TABLE = "module_analytics_events"
DEFAULT = "module_analytics_events_default"
NAMED = {
    "idx_events_module_student": "btree (module_id, student_id)",
    "idx_events_type": "btree (event_type)",
    "idx_events_timestamp": 'btree ("timestamp")',
    "module_analytics_events_student_id_idx": "btree (student_id)",
}
"""Indexes that are renamed here: an adopted installation may call them otherwise."""


def upgrade() -> None:
    require([Rule(TABLE, "module_analytics_events_timestamp_not_null", '"timestamp" IS NOT NULL')])
    require_alone(TABLE)
    take_key(TABLE)
    take_indexes({(TABLE, name): definition for name, definition in NAMED.items()})
    # The CHECKs are copied as they are stored: written anew, those of a restored database would differ.
    op.execute("""
ALTER TABLE module_analytics_events
    ALTER COLUMN "timestamp" SET NOT NULL,
    DROP CONSTRAINT module_analytics_events_pkey;
ALTER TABLE module_analytics_events RENAME TO module_analytics_events_default;
ALTER TABLE module_analytics_events_default ADD PRIMARY KEY (id, "timestamp");
ALTER INDEX idx_events_module_student RENAME TO module_analytics_events_default_module_id_student_id_idx;
ALTER INDEX idx_events_type RENAME TO module_analytics_events_default_event_type_idx;
ALTER INDEX idx_events_timestamp RENAME TO module_analytics_events_default_timestamp_idx;
ALTER INDEX module_analytics_events_student_id_idx RENAME TO module_analytics_events_default_student_id_idx;

CREATE TABLE module_analytics_events (LIKE module_analytics_events_default INCLUDING DEFAULTS INCLUDING CONSTRAINTS)
PARTITION BY RANGE ("timestamp")""")
    move_rights(DEFAULT, TABLE)
    # After the owner: a sequence belongs to its table's owner.
    op.execute("""
ALTER SEQUENCE module_analytics_events_id_seq OWNED BY module_analytics_events.id;
ALTER TABLE module_analytics_events
    ADD PRIMARY KEY (id, "timestamp"),
    ADD CONSTRAINT module_analytics_events_module_id_fkey
        FOREIGN KEY (module_id) REFERENCES modules(id) ON DELETE CASCADE,
    ADD CONSTRAINT module_analytics_events_student_id_fkey
        FOREIGN KEY (student_id) REFERENCES students(id) ON DELETE CASCADE;
CREATE INDEX idx_events_module_student ON module_analytics_events (module_id, student_id);
CREATE INDEX idx_events_type ON module_analytics_events (event_type);
CREATE INDEX idx_events_timestamp ON module_analytics_events ("timestamp");
CREATE INDEX module_analytics_events_student_id_idx ON module_analytics_events (student_id);
ALTER TABLE module_analytics_events ATTACH PARTITION module_analytics_events_default DEFAULT""")


def downgrade() -> None:
    require(
        [
            Rule(
                TABLE,
                "module_analytics_events_id_unique",
                """NOT EXISTS (
        SELECT FROM module_analytics_events AS other WHERE other.id = t.id AND other."timestamp" <> t."timestamp")""",
            )
        ]
    )
    op.execute("""
ALTER TABLE module_analytics_events DETACH PARTITION module_analytics_events_default;
INSERT INTO module_analytics_events_default SELECT * FROM module_analytics_events;
ALTER SEQUENCE module_analytics_events_id_seq OWNED BY module_analytics_events_default.id""")
    move_rights(TABLE, DEFAULT)
    op.execute("""
DROP TABLE module_analytics_events;
ALTER TABLE module_analytics_events_default
    DROP CONSTRAINT module_analytics_events_default_pkey,
    ALTER COLUMN "timestamp" DROP NOT NULL;
ALTER TABLE module_analytics_events_default RENAME TO module_analytics_events;
ALTER TABLE module_analytics_events ADD PRIMARY KEY (id);
ALTER INDEX module_analytics_events_default_module_id_student_id_idx RENAME TO idx_events_module_student;
ALTER INDEX module_analytics_events_default_event_type_idx RENAME TO idx_events_type;
ALTER INDEX module_analytics_events_default_timestamp_idx RENAME TO idx_events_timestamp;
ALTER INDEX module_analytics_events_default_student_id_idx RENAME TO module_analytics_events_student_id_idx""")
