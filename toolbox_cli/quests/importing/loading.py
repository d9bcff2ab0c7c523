"""Quests into their table, with one statement for the new and one for the changed."""

from collections.abc import Sequence
from typing import Any, Final, LiteralString

from psycopg.types.json import Jsonb

from toolbox_cli.content.quests.quest import Quest
from toolbox_cli.content.quests.writing import graph_yaml, react_flow
from toolbox_cli.core.errors import FindingsError
from toolbox_cli.quests.database import ABOUT, Connection
from toolbox_cli.quests.importing.planning import Fate, Planned

_COLUMNS: Final = (*ABOUT, "graph_structure", "quest_yaml", "total_nodes")

_READ: Final = "jsonb_populate_recordset(NULL::quests, %(rows)s) AS n"

_INSERT: Final = f"""
INSERT INTO quests (user_id, quest_id, created_at, last_edited, {", ".join(_COLUMNS)})
SELECT n.user_id, n.quest_id, now(), now(), {", ".join(f"n.{name}" for name in _COLUMNS)} FROM {_READ}
ON CONFLICT (quest_id) DO NOTHING"""  # noqa: S608

# What was judged is no longer there: neither judgement holds for what comes in its place.
_UPDATE: Final = f"""
UPDATE quests AS q SET {", ".join(f"{name} = n.{name}" for name in _COLUMNS)}, last_edited = now(),
    moderation_status = 'pending', approved_at = NULL, psychologist_reviewed = false, reviewed_at = NULL
FROM {_READ} WHERE q.quest_id = n.quest_id"""  # noqa: S608


def load(connection: Connection, planned: Sequence[Planned], author: int | None) -> int:
    """Write quests that are new or changed.

    Args:
        connection: in the transaction that planned them.
        planned: all of the import.
        author: of the new ones.

    Returns:
        Rows written.

    Raises:
        FindingsError: somebody else made a quest of that name in this very moment.

    Effects: writes `quests`; never commits.
    """
    statements: tuple[tuple[Fate, LiteralString], ...] = ((Fate.NEW, _INSERT), (Fate.CHANGED, _UPDATE))
    written = 0
    for fate, statement in statements:
        given = [row_of(one.loaded.quest, author) for one in planned if one.fate is fate]
        if given:
            count = connection.execute(statement, {"rows": Jsonb(given)}).rowcount
            if count != len(given):
                raise FindingsError("Somebody else has written one of these quests meanwhile.", remedy="Import again.")
            written += count
    return written


def row_of(quest: Quest, author: int | None) -> dict[str, Any]:
    """Give a quest's columns."""
    return {
        "user_id": author,
        "quest_id": quest.quest_id,
        **quest.values(),
        "graph_structure": react_flow(quest.graph),
        "quest_yaml": graph_yaml(quest.graph, quest.about.title),
        "total_nodes": len(quest.graph.nodes),
    }
