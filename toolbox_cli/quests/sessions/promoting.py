"""From a session's graph to a draft, through what every file of a quest goes through."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from toolbox_cli.content.quests.reading.files import Files, read_quests
from toolbox_cli.core.documents import parse_document
from toolbox_cli.core.errors import FindingsError, RefusedError
from toolbox_cli.core.settings import Environment
from toolbox_cli.quests.database import ABOUT, Connection, Row
from toolbox_cli.quests.importing.planning import Fate
from toolbox_cli.quests.importing.run import Imported, Wish, bring
from toolbox_cli.quests.sessions.looking import session_numbered
from toolbox_cli.quests.sessions.options import Stage

WITH_GRAPH: Final = (Stage.REVIEWING, Stage.QUEST_READY)
"""Stages at which the graph is whole."""

_TAKEN: Final[Mapping[tuple[str, ...], str]] = {
    **{(name,): name for name in ABOUT},
    **{("preferences", name): name for name in ABOUT},
    ("child", "name"): "child_name",
    ("child", "age"): "child_age",
    ("child", "interests"): "child_interests",
    ("memories",): "family_memories",
    ("photos",): "family_photos",
    ("jokes",): "family_jokes",
    ("preferences", "school"): "psychological_module",
    ("preferences", "difficulty"): "difficulty_level",
}
"""Where a session's context tells what a column of the quest holds."""

_FIELDS: Final = frozenset(path[0] for path in _TAKEN if len(path) > 1)
"""Keys of the context under which stand fields. What stands under others may be called by names of the family."""

_READY: Final = "UPDATE quest_builder_sessions SET current_stage = 'quest_ready' WHERE id = %(session)s"


@dataclass(frozen=True, slots=True)
class Promoted:
    """What became of a session's graph.

    Attributes:
        imported: what the import of it did; nothing where it has errors.
        left_out: keys of the context that a quest has no column for.
    """

    imported: Imported
    left_out: tuple[str, ...]


def promote(connection: Connection, session: int, quest: str, title: str | None, environment: Environment) -> Promoted:
    """Make a draft of a session's graph; its parent is the author.

    Args:
        connection: in a transaction, with the platform's search_path.
        session: its number; from now on it is at `quest_ready`.
        quest: name that the quest gets.
        title: None is what the session says.
        environment: for the audit log.

    Raises:
        UsageError: there is no such session.
        RefusedError: its graph is not whole yet.
        FindingsError: another quest has the name.

    Effects: writes `quests`, `quest_builder_sessions` and `toolbox.audit_log`, where the graph has no errors; never
        commits.
    """
    found = session_numbered(connection, session, lock=True)
    if found["stage"] not in WITH_GRAPH or found["graph"] is None:
        raise RefusedError(
            f"Session {session} is at {found['stage']}, and its graph is not whole yet.",
            remedy=f"It is from {WITH_GRAPH[0]} on; see: toolbox quests sessions show {session}",
        )
    about, left_out = about_of(found["context"])
    files = _read(found, quest, about if title is None else {**about, "title": title})
    if not files.usable:
        return Promoted(Imported(findings=files.findings), left_out)
    wish = Wish((), f"id:{found['user']}", command=f"sessions promote {session} --quest {quest}")
    done = bring(connection, files, wish, environment)
    if done.refused:
        raise FindingsError(f"There is another quest {quest}.", remedy="Give another name with --quest.")
    if done.planned[0].fate is Fate.NEW and found["stage"] != Stage.QUEST_READY:
        connection.execute(_READY, {"session": session})
    return Promoted(done, left_out)


def about_of(context: Any) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Give what a session's context says of the quest by column, and the keys that no column holds."""
    about: dict[str, Any] = {}
    left_out = []
    for path, value in _leaves(context if isinstance(context, Mapping) else {}):
        column = _TAKEN.get(path)
        if column is None or column in about:
            left_out.append(".".join(path if path[0] in _FIELDS else path[:1]))
        elif value is not None:
            about[column] = value
    return about, tuple(dict.fromkeys(left_out))


def _leaves(context: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name, value in context.items():
        if isinstance(value, Mapping):
            yield from (((name, key), inner) for key, inner in value.items())
        else:
            yield (name,), value


def _read(found: Row, quest: str, about: Mapping[str, Any]) -> Files:
    """Read the graph as a file of it would be; its lines would tell nobody anything."""
    text = json.dumps({"quest": quest, **about, "graph": found["graph"]}, ensure_ascii=False)
    loaded, findings = read_quests(parse_document(Path(f"session-{found['session']}.json"), text))
    return Files(tuple(loaded), tuple(replace(one, file=None, line=None, column=None) for one in findings))
