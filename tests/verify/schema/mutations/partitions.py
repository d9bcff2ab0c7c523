from typing import Final

from tests.verify.schema.mutations.shape import EVENTS, MONTHS, one

PARTITIONS: Final = (
    one("frames", MONTHS),
    one("frames", f"DROP TABLE {EVENTS}_default", f"error partition-missing {EVENTS}.{EVENTS}_default"),
    one("frames", f"ALTER TABLE {EVENTS} DETACH PARTITION {EVENTS}_default", f"error table-detached {EVENTS}_default"),
    one(
        "frames",
        f"{MONTHS} ALTER TABLE {EVENTS} DETACH PARTITION {EVENTS}_2026_02",
        f"error table-detached {EVENTS}_2026_02",
    ),
    one("frames", f"{MONTHS} DROP TABLE {EVENTS}_2026_02", f"error partition-gap {EVENTS} months"),
    one("frames", f"CREATE TABLE {EVENTS}_2025_12 (id integer)", f"error table-detached {EVENTS}_2025_12"),
    one(
        "frames",
        f"CREATE TABLE {EVENTS}_2026_01 PARTITION OF {EVENTS} FOR VALUES FROM ('2026-01-01 00:00+00') "
        "TO ('2026-01-15 00:00+00')",
        f"error partition-changed {EVENTS}.{EVENTS}_2026_01 bound",
    ),
    one(
        "frames",
        f"ALTER TABLE {EVENTS}_default RENAME TO {EVENTS}_rest",
        f"warning partition-renamed {EVENTS}.{EVENTS}_rest",
    ),
    one(
        "frames",
        f"{MONTHS} ALTER TABLE {EVENTS}_2026_02 ALTER device_type SET DEFAULT 'phone'",
        f"error column-changed {EVENTS}_2026_02.device_type default",
    ),
    one(
        "frames",
        f"{MONTHS} ALTER TABLE {EVENTS}_2026_02 ADD CHECK (id > 0)",
        f"error constraint-extra {EVENTS}_2026_02.{EVENTS}_2026_02_id_check",
    ),
    one(
        "frames",
        f"{MONTHS} ALTER TABLE {EVENTS}_2026_02 SET UNLOGGED",
        f"error table-changed {EVENTS}_2026_02 persistence",
    ),
    one(
        "frames",
        f"{MONTHS} ALTER TABLE {EVENTS}_2026_02 DISABLE TRIGGER ALL",
        f"error table-changed {EVENTS}_2026_02 foreign key triggers",
    ),
    one(
        "frames",
        f"{MONTHS} ALTER TABLE {EVENTS} DISABLE TRIGGER ALL",
        f"error table-changed {EVENTS} foreign key triggers",
    ),
    one("frames", f"{MONTHS} DROP INDEX idx_events_type", f"error index-missing {EVENTS}.idx_events_type"),
    one("frames", f"{MONTHS} CREATE INDEX quick ON {EVENTS} (session_id)", f"warning index-extra {EVENTS}.quick"),
    one("frames", f"{MONTHS} ALTER TABLE {EVENTS} DROP device_type", f"error column-missing {EVENTS}.device_type"),
    one(
        "frames",
        f"{MONTHS} ALTER TABLE {EVENTS} ALTER event_type TYPE text",
        f"error column-changed {EVENTS}.event_type type",
    ),
    one(
        "frames",
        f"{MONTHS} ALTER TABLE {EVENTS} DROP CONSTRAINT {EVENTS}_module_id_fkey",
        f"error constraint-missing {EVENTS}.{EVENTS}_module_id_fkey",
    ),
    one(
        "frames",
        f"{MONTHS} CREATE TRIGGER touch BEFORE UPDATE ON {EVENTS} FOR EACH ROW EXECUTE FUNCTION touch_updated_at()",
        f"error trigger-extra {EVENTS}.touch",
    ),
)
