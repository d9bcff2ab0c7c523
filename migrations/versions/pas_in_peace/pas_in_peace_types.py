"""Time stamps with time zone and JSONB: ours, document 002 writes TIMESTAMP and JSON.

Time stamps without a zone are read as UTC. JSON that JSONB can't hold is listed and refused.
"""

from collections.abc import Iterator

from alembic import op

from toolbox_cli.core.database.json_columns import require_jsonb

revision = "pas_in_peace_types"
down_revision = "phase_4_3_integration"
branch_labels = None
depends_on = None
document = None

TIMES: dict[str, dict[str, str | None]] = {
    "users": {"created_at": None, "last_activity": None},
    "quests": {
        "deployed_at": None,
        "created_at": "now()",
        "last_edited": None,
        "approved_at": None,
        "reviewed_at": None,
        "last_reveal_at": None,
    },
    "child_privacy_settings": {
        "consent_timestamp": None,
        "consent_revoked_at": None,
        "created_at": "now()",
        "last_updated": "now()",
    },
    "psychologist_reviews": {"created_at": "now()", "reviewed_at": "now()"},
    "quest_builder_sessions": {"created_at": "now()", "updated_at": "now()"},
    "user_quest_library": {"added_at": "now()"},
    "quest_progress": {"started_at": "now()", "completed_at": None, "last_played_at": None},
    "quest_ratings": {"created_at": "now()"},
    "user_tracks": {"last_activity_at": None, "started_at": "now()", "updated_at": "now()"},
}
DOCUMENTS: dict[str, dict[str, str | None]] = {
    "users": {"context": None, "recovery_tracks": "'{}'", "learning_profile": None},
    "quests": {
        "child_interests": "'[]'",
        "family_photos": "'[]'",
        "family_memories": "'[]'",
        "family_jokes": "'[]'",
        "familiar_locations": "'[]'",
        "moderation_issues": "'[]'",
        "graph_structure": None,
    },
    "child_privacy_settings": {"consent_history": "'[]'"},
    "quest_builder_sessions": {"conversation_history": "'[]'", "current_graph": None, "quest_context": None},
}


def upgrade() -> None:
    require_jsonb({table: tuple(columns) for table, columns in DOCUMENTS.items()})
    _retype("timestamptz", "jsonb")


def downgrade() -> None:
    _retype("timestamp", "json")


def _retype(time: str, document: str) -> None:
    """Change types in one rewrite a table; defaults are set anew, so that none keeps a cast to its old type."""
    for table, times in TIMES.items():
        changes = ",\n    ".join(
            (
                *_changes(times, time, "{0} AT TIME ZONE 'UTC'"),
                *_changes(DOCUMENTS.get(table, {}), document, f"{{0}}::{document}"),
            )
        )
        op.execute(f"ALTER TABLE {table}\n    {changes}")


def _changes(columns: dict[str, str | None], kind: str, value: str) -> Iterator[str]:
    for name, default in columns.items():
        if default:
            yield f"ALTER {name} DROP DEFAULT"
        yield f"ALTER {name} TYPE {kind} USING {value.format(name)}"
        if default:
            yield f"ALTER {name} SET DEFAULT {default}"
