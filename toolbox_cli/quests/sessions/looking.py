"""Which sessions there are, and what is in one."""

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from toolbox_cli.content.faults.registry import faults
from toolbox_cli.content.quests.checks.run import check
from toolbox_cli.content.quests.reading import react_flow
from toolbox_cli.core.errors import UsageError
from toolbox_cli.core.findings import Severity
from toolbox_cli.core.output import Column, Report
from toolbox_cli.core.runtime import Runtime
from toolbox_cli.quests.database import Connection, Row, rows, transaction, user_named
from toolbox_cli.quests.personal import record_look
from toolbox_cli.quests.sessions.options import Stage

_COLUMNS: Final = """
s.id AS session, s.user_id AS user, coalesce(s.current_stage, 'greeting') AS stage,
CASE jsonb_typeof(s.conversation_history) WHEN 'array' THEN jsonb_array_length(s.conversation_history) ELSE 0 END
    AS messages,
CASE jsonb_typeof(s.current_graph -> 'nodes') WHEN 'array' THEN jsonb_array_length(s.current_graph -> 'nodes') END
    AS nodes,
s.created_at, coalesce(s.updated_at, s.created_at) AS changed_at"""

_LIST: Final = f"""
SELECT {_COLUMNS} FROM quest_builder_sessions AS s
WHERE (%(user)s::integer IS NULL OR s.user_id = %(user)s)
    AND (%(stage)s::text IS NULL OR coalesce(s.current_stage, 'greeting') = %(stage)s)
ORDER BY changed_at DESC, s.id"""  # noqa: S608  text of ours

_ONE: Final = f"""
SELECT {_COLUMNS}, s.conversation_history AS history, s.current_graph AS graph, s.quest_context AS context
FROM quest_builder_sessions AS s WHERE s.id = %(session)s"""  # noqa: S608  text of ours


def session_numbered(connection: Connection, session: int, *, lock: bool = False) -> Row:
    """Read a session.

    Raises:
        UsageError: there is none.
    """
    found = rows(connection, f"{_ONE} FOR NO KEY UPDATE" if lock else _ONE, {"session": session})
    if not found:
        raise UsageError(f"There is no session {session}.", remedy="See which there are: toolbox quests sessions list")
    return found[0]


def list_(runtime: Runtime, parent: str | None, stage: Stage | None) -> Report:
    """List sessions, the latest first.

    Raises:
        UsageError: there is no such user.
    """
    with transaction(runtime, snapshot=True) as connection:
        user = None if parent is None else user_named(connection, parent, "--user")
        found = rows(connection, _LIST, {"user": user, "stage": stage})
    counts = Counter(row["stage"] for row in found)
    note = ", ".join(f"{counts[one]:,} {one}" for one in Stage if counts[one]) or "No session"
    names = ("session", "user", "stage", "messages", "nodes", "created_at", "changed_at")
    keys, numbers = {"session", "user"}, {"messages", "nodes"}
    columns = [Column(name, justify="right" if name in numbers else "left", is_key=name in keys) for name in names]
    summary = {"sessions": len(found), **{str(one): counts[one] for one in Stage}}
    return Report("toolbox.quests.sessions/1", found, summary, columns=columns, note=f"{note}.")


def show(runtime: Runtime, session: int, *, personal: bool) -> Report:
    """Show a session: how far it came, and how its graph stands; with `personal`, every message.

    Raises:
        UsageError: there is none.

    Effects: with `personal`, writes `toolbox.audit_log` and commits.
    """
    with transaction(runtime, snapshot=True) as connection:
        found = session_numbered(connection, session)
        if personal:
            record_look(connection, runtime, "quests sessions show", 1, {"session": session})
    given = found["history"] if isinstance(found["history"], list) else []
    history = [one if isinstance(one, Mapping) else {"content": one} for one in given]
    summary: dict[str, Any] = {
        **{name: value for name, value in found.items() if name not in {"history", "graph", "context"}},
        "step": [*map(str, Stage)].index(found["stage"]) + 1, "steps": len(Stage),
        "codes": codes_of(found["graph"]),
        "tells_of": sorted(found["context"]) if isinstance(found["context"], Mapping) else [],
    }  # fmt: skip
    if personal:
        summary["context"] = found["context"]
        items = [{"role": one.get("role"), "message": one.get("content")} for one in history]
    else:
        roles = Counter(str(one.get("role") or "unknown") for one in history)
        items = [{"role": role, "messages": count} for role, count in sorted(roles.items())]
    return Report("toolbox.quests.session/1", items, summary, title=_title(summary))


def codes_of(graph: Any) -> list[str] | None:
    """Give the codes of what is wrong with a graph; None where there is none."""
    if graph is None:
        return None
    if not isinstance(graph, Mapping):
        return ["Q51"]
    read = react_flow.graph_of(graph)
    codes = {one.code for one in read.wrong}
    if not any(faults()[code].severity is Severity.ERROR for code in codes):
        codes |= {one.code for one in check(read.graph)}
    return sorted(codes)


def _title(summary: Mapping[str, Any]) -> str:
    lines = [
        f"session: {summary['session']} of user {summary['user']}",
        f"stage: {summary['stage']}, {summary['step']} of {summary['steps']}",
        f"graph: {'none' if summary['nodes'] is None else str(summary['nodes']) + ' nodes'}",
        f"the checks find: {', '.join(summary['codes'] or ()) or 'nothing'}",
        f"tells of: {', '.join(summary['tells_of']) or 'nothing'}",
    ]
    if "context" in summary:
        lines.append(f"context: {summary['context']}")
    return "\n".join([*lines, ""])
