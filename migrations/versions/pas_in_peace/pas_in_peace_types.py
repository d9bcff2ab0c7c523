"""Time stamps with time zone and JSONB: ours, document 002 writes TIMESTAMP and JSON.

Time stamps without a zone are read as UTC. JSON that JSONB can't hold is listed and refused.

`users.recovery_tracks` is read into `user_tracks`, which document 002 calls its normal form: an object of track to what
is known of it. Rows that are there win. A track of which something can't be read is left out whole, and stays in the
document, as do milestones and suggestions, which have no column. A counted action was given and was done. Of a track
nobody has noted when it was begun: it stands there from the user's first day on.
"""

import json
from collections.abc import Iterator

from alembic import op

from toolbox_cli.core.database.already import keep_unique, number_by_sequences
from toolbox_cli.core.database.json_columns import require_jsonb

revision = "pas_in_peace_types"
down_revision = "phase_4_3_integration"
branch_labels = None
depends_on = None
document = None

TAKEN_OVER = ("identity", "unique")
"""An adopted installation may number its keys as identities, and have unique indexes: they become what ours are."""

UNIQUE = {
    "quests": (("quest_id",),),
    "child_privacy_settings": (("quest_id",),),
    "psychologist_reviews": (("quest_id",),),
}
UNIQUE_INDEXES = {
    "ix_users_telegram_id": ("users", ("telegram_id",)),
    "ix_user_quest_library_user_quest": ("user_quest_library", ("user_id", "quest_id")),
    "ix_quest_progress_user_quest": ("quest_progress", ("user_id", "quest_id")),
    "ix_quest_ratings_user_quest": ("quest_ratings", ("user_id", "quest_id")),
    "ix_user_tracks_user_track": ("user_tracks", ("user_id", "track_type")),
}

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

TRACKS = "'self_work', 'child_connection', 'negotiation', 'community'"
PHASES = "'awareness', 'expression', 'action', 'mastery'"
TIME = (
    r"'^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
    r"([T ]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,9})?)?(Z|[+-](0\d|1[0-5])(:?[0-5]\d)?)?)?$'"
)
FIELDS = {
    "track": "the same track",
    "phase": "a phase",
    "current_phase": "a phase",
    "completion_percentage": "a whole number from 0 to 100",
    "weeks_active": "a whole number, not negative",
    "days_active": "a whole number, not negative",
    "total_actions": "a whole number, not negative",
    "total_activities": "a whole number, not negative, and no less than what was done",
    "completed_activities": "a whole number, not negative",
    "last_activity": "a time",
    "last_activity_at": "a time",
    "started_at": "a time",
}
"""What of a track has a column, and what it should hold. A JSON null is as good as nothing."""


def wrong(name: str, expected: str) -> str:
    """Write the condition that a field is not as it should be."""
    value, said = f"held -> '{name}'", f"held ->> '{name}'"
    if name == "track":
        return f"lower({said}) <> track"
    if expected == "a phase":
        return f"(jsonb_typeof({value}) <> 'string' OR lower({said}) NOT IN ({PHASES}))"
    if expected == "a time":
        return f"""CASE WHEN jsonb_typeof({value}) = 'string' AND {said} ~ {TIME} AND {said} !~ '^0000'
            THEN substr({said}, 9, 2)::integer > extract(
                day FROM (substr({said}, 1, 7) || '-01')::date + interval '1 month' - interval '1 day')
            ELSE true END"""
    most = 100 if name == "completion_percentage" else 2**31 - 1
    return f"""CASE jsonb_typeof({value}) WHEN 'number' THEN ({value})::numeric NOT BETWEEN 0 AND {most}
            OR ({value})::numeric <> trunc(({value})::numeric) ELSE true END"""


UNREAD = ",\n        ".join(
    f"CASE WHEN held -> '{name}' <> 'null' AND {wrong(name, expected)} THEN '{name}' END"
    for name, expected in FIELDS.items()
)
READ = f"""
SELECT user_id, created_at, key, track, held, CASE
    WHEN track NOT IN ({TRACKS}) THEN 'a track'
    WHEN jsonb_typeof(held) <> 'object' THEN 'an object'
    WHEN key <> track AND EXISTS (
        SELECT FROM jsonb_object_keys(document) AS other (key)
        WHERE lower(other.key) = track AND (other.key = track OR other.key < entry.key)) THEN 'each track once'
    END AS fault, CASE WHEN jsonb_typeof(held) = 'object' THEN array_remove(ARRAY[
        {UNREAD},
        CASE WHEN coalesce(nullif(held -> 'completed_activities', 'null'), nullif(held -> 'total_actions', 'null'))
            > nullif(held -> 'total_activities', 'null') THEN 'total_activities' END
    ], NULL) END AS unread
FROM (
    SELECT u.id AS user_id, u.created_at, u.document, e.key, lower(e.key) AS track, e.value AS held
    FROM (<users>) AS u CROSS JOIN LATERAL jsonb_each(
        CASE jsonb_typeof(u.document) WHEN 'object' THEN u.document END) AS e (key, value)
    WHERE e.value <> 'null'
) AS entry"""  # noqa: S608  literals of this file
"""Reads the documents of <users>: whose, which track, what is wrong with all of it, and with which fields."""

COUNT = "(held ->> '{0}')::numeric::integer"
MOMENT = (
    r"CASE WHEN held ->> '{0}' ~ '[T ].*(Z|[+-]\d\d(:?\d\d)?)$' THEN (held ->> '{0}')::timestamptz"
    " ELSE (held ->> '{0}')::timestamp AT TIME ZONE 'UTC' END"
)
FILLED = f"""
INSERT INTO user_tracks (
    user_id, track_type, current_phase, completion_percentage, weeks_active, days_active, total_activities,
    completed_activities, last_activity_at, started_at)
SELECT user_id, track::recoverytrack,
    coalesce(lower(held ->> 'current_phase'), lower(held ->> 'phase'), 'awareness')::trackphase,
    coalesce({COUNT.format("completion_percentage")}, 0),
    coalesce({COUNT.format("weeks_active")}, 0),
    coalesce({COUNT.format("days_active")}, 0),
    coalesce({", ".join(map(COUNT.format, ("total_activities", "total_actions", "completed_activities")))}, 0),
    coalesce({", ".join(map(COUNT.format, ("completed_activities", "total_actions")))}, 0),
    coalesce({", ".join(map(MOMENT.format, ("last_activity_at", "last_activity")))}),
    coalesce({MOMENT.format("started_at")}, created_at)
FROM ({READ.replace("<users>", "SELECT id, created_at, recovery_tracks AS document FROM users")}
) AS told
WHERE fault IS NULL AND unread = '{{}}'
    AND NOT EXISTS (SELECT FROM user_tracks AS t WHERE t.user_id = told.user_id AND t.track_type::text = told.track)"""  # noqa: S608

STRANGE = (
    r"(recovery_tracks::text ~ '\\u0000' OR CASE WHEN recovery_tracks::text ~ '\\u[dD][89a-fA-F]' THEN"
    r" regexp_replace(recovery_tracks::text, '\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F]', '', 'g')"
    r" ~ '\\u[dD][89a-fA-F]' END)"
)
LEFT_OUT = f"""
WITH u AS MATERIALIZED (
    SELECT id, created_at, recovery_tracks IS NOT NULL AS told,
        CASE WHEN {STRANGE} IS NOT TRUE THEN recovery_tracks::text::jsonb END AS document
    FROM users WHERE recovery_tracks::text <> '{{}}'
)
SELECT 'users', user_id::text, concat_ws('.', 'recovery_tracks',
    CASE WHEN track IN ({TRACKS}) THEN key ELSE '*' END, name),
    coalesce(fault, ('{json.dumps(FIELDS)}'::json) ->> name)
FROM ({READ.replace("<users>", "SELECT * FROM u")}
) AS read LEFT JOIN LATERAL unnest(unread) AS name ON fault IS NULL
WHERE fault IS NOT NULL OR name IS NOT NULL
UNION ALL
SELECT 'users', id::text, 'recovery_tracks', CASE WHEN document IS NULL THEN 'JSON that JSONB holds' ELSE 'an object' END
FROM u WHERE CASE WHEN document IS NULL THEN told ELSE jsonb_typeof(document) NOT IN ('object', 'null') END
ORDER BY 1, 2, 3"""  # noqa: S608  literals of this file
"""What will not be read, asked before the revision runs: table, row, where in it, what should be there.

Says nothing of what is there; a key that is no track may be anybody's words.
"""


def upgrade() -> None:
    require_jsonb({table: tuple(columns) for table, columns in DOCUMENTS.items()})
    keep_unique(UNIQUE, UNIQUE_INDEXES)
    number_by_sequences([*TIMES])
    _retype("timestamptz", "jsonb")
    op.execute(FILLED)


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
