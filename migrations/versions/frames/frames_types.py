"""Time stamps with time zone and JSONB: ours, document 004 writes TIMESTAMP and JSON.

Time stamps without a zone are read as UTC. JSON that JSONB can't hold is listed and refused.
"""

from collections.abc import Iterator, Mapping

from alembic import op

from toolbox_cli.core.database.already import keep_unique, number_by_sequences
from toolbox_cli.core.database.json_columns import require_jsonb

revision = "frames_types"
down_revision = "frames_phase_3"
branch_labels = None
depends_on = None
document = None

TAKEN_OVER = ("identity", "unique")
"""An adopted installation may number its keys as identities, and have unique indexes: they become what ours are."""

UNIQUE = {
    "modules": (("module_id",),),
    "module_sections": (("module_id", "section_number"),),
    "module_assignments": (("module_id", "student_id"),),
    "module_progress": (("module_id", "student_id"),),
    "module_feedback": (("module_id", "student_id"),),
}

Columns = Mapping[str, Mapping[str, str | None]]

NOW = "now()"
EMPTY_LIST = "'[]'"

# table: column: default
TIMES: Columns = {
    "universities": {"created_at": NOW},
    "faculty": {"created_at": NOW},
    "teams": {"created_at": NOW},
    "students": {"created_at": NOW},
    "modules": {"created_at": NOW, "updated_at": NOW, "published_at": None},
    "module_assignments": {"assigned_at": NOW},
    "module_progress": {"started_at": None, "completed_at": None, "last_accessed_at": NOW},
    "module_analytics_events": {"timestamp": NOW},
    "module_feedback": {"created_at": NOW},
}
DOCUMENTS: Columns = {
    "modules": {
        "prerequisites": EMPTY_LIST,
        "related_modules": EMPTY_LIST,
        "tags": EMPTY_LIST,
        "required_components": EMPTY_LIST,
        "adaptive_config": None,
    },
    "module_sections": {"section_config": None, "completion_criteria": None},
    "module_progress": {"difficulty_adjustments": None},
    "module_analytics_events": {"event_data": None},
    "module_feedback": {"tags": None},
}


def upgrade() -> None:
    require_jsonb({table: tuple(columns) for table, columns in DOCUMENTS.items()})
    keep_unique(UNIQUE)
    number_by_sequences([*dict.fromkeys([*TIMES, *DOCUMENTS])])
    _retype("timestamptz", "jsonb")


def downgrade() -> None:
    _retype("timestamp", "json")


def _retype(time: str, document: str) -> None:
    """Change types in one rewrite a table; defaults are set anew, so that none keeps a cast to its old type."""
    for table in dict.fromkeys([*TIMES, *DOCUMENTS]):
        changes = [
            *_changes(TIMES.get(table, {}), f"{time} USING {{0}} AT TIME ZONE 'UTC'"),
            *_changes(DOCUMENTS.get(table, {}), f"{document} USING {{0}}::{document}"),
        ]
        listed = ",\n    ".join(changes)
        op.execute(f"ALTER TABLE {table}\n    {listed}")


def _changes(columns: Mapping[str, str | None], change: str) -> Iterator[str]:
    for name, default in columns.items():
        if default:
            yield f'ALTER COLUMN "{name}" DROP DEFAULT'
        yield f'ALTER COLUMN "{name}" TYPE ' + change.format(f'"{name}"')
        if default:
            yield f'ALTER COLUMN "{name}" SET DEFAULT {default}'
