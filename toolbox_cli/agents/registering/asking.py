"""From what the command line says to what is shown of agents."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from toolbox_cli.agents.database import Connection, rows, transaction
from toolbox_cli.agents.registering.run import COLUMNS, Fate, Registered, read, register, set_active, update
from toolbox_cli.agents.workflow.kinds import KINDS
from toolbox_cli.core.errors import RefusedError, UsageError
from toolbox_cli.core.output import Column, Report
from toolbox_cli.core.runtime import Runtime

_LIST: Final = """
SELECT a.name, a.agent_type AS type, a.version, a.is_active IS NOT false AS active, coalesce(a.priority, 5) AS priority,
    a.max_concurrent_tasks AS most, a.timeout_seconds AS timeout_s, a.retry_count AS retries,
    coalesce(t.running, 0) AS running, coalesce(t.open, 0) AS open, coalesce(t.dead, 0) AS dead_letters
FROM ai_agents AS a
LEFT JOIN (
    SELECT agent_id, count(*) FILTER (WHERE status = 'running') AS running,
        count(*) FILTER (WHERE status IN ('waiting', 'pending')) AS open,
        count(*) FILTER (WHERE status = 'dead_letter') AS dead
    FROM agent_tasks WHERE status IN ('waiting', 'pending', 'running', 'dead_letter') GROUP BY agent_id
) AS t ON t.agent_id = a.id
WHERE %(all)s OR a.is_active IS NOT false ORDER BY a.agent_type, a.name"""
_SHOW: Final = """
SELECT to_jsonb(a) AS agent,
    (SELECT coalesce(jsonb_object_agg(s.status, s.number), '{}') FROM (
        SELECT status, count(*) AS number FROM agent_tasks WHERE agent_id = a.id GROUP BY status) AS s) AS tasks
FROM ai_agents AS a WHERE a.name = %(name)s"""
_ACTIVE: Final = "SELECT DISTINCT agent_type FROM ai_agents WHERE is_active IS NOT false"

_TITLES: Final = {"most": "at once"}
_NUMBERS: Final = frozenset({"priority", "most", "timeout_s", "retries", "running", "open", "dead_letters"})


def list_(runtime: Runtime, *, disabled: bool) -> Report:
    """List agents by type and name."""
    with transaction(runtime, snapshot=True) as connection:
        found = rows(connection, _LIST, {"all": disabled})
    columns = [
        Column(name, _TITLES.get(name), "right" if name in _NUMBERS else "left") for name in (found[0] if found else ())
    ]
    note = None if found else "There are no agents. Register those that come with toolbox: toolbox agents register"
    return Report("toolbox.agents.list/1", found, {"agents": len(found)}, columns=columns, note=note)


def show(runtime: Runtime, name: str) -> Report:
    """Show an agent with all that is set, and its tasks by status.

    Raises:
        UsageError: there is no such agent.
    """
    with transaction(runtime, snapshot=True) as connection:
        found = rows(connection, _SHOW, {"name": name})
    if not found:
        raise UsageError(f"There is no agent {name!r}.", remedy="See which there are: toolbox agents list")
    agent, tasks = found[0]["agent"], found[0]["tasks"]
    summary: dict[str, Any] = {"name": name, "is_active": agent["is_active"] is not False}
    summary |= {column: agent[column] for column in COLUMNS} | {"tasks": tasks}
    items = [{"field": key, "value": value} for key, value in summary.items() if value not in (None, [], {})]
    return Report("toolbox.agents.show/1", items, summary)


def register_files(runtime: Runtime, paths: Sequence[Path], *, dry_run: bool) -> Report:
    """Register agents of files; those that come with toolbox where none is named."""
    agents = read([runtime.working_folder / path for path in paths])
    with transaction(runtime, dry_run=dry_run) as connection:
        return _told(register(connection, agents, runtime.settings.env), dry_run=dry_run)


def update_files(runtime: Runtime, paths: Sequence[Path], *, dry_run: bool) -> Report:
    """Change agents to what files say; those that come with toolbox where none is named."""
    agents = read([runtime.working_folder / path for path in paths])
    with transaction(runtime, dry_run=dry_run) as connection:
        return _told(update(connection, agents, runtime.settings.env), dry_run=dry_run)


def disable(runtime: Runtime, names: Sequence[str], *, undo: bool) -> Report:
    """Let agents get no new tasks, or get them again."""
    with transaction(runtime) as connection:
        return _told(set_active(connection, names, runtime.settings.env, active=undo), dry_run=False)


def register_ours(connection: Connection, runtime: Runtime) -> list[str]:
    """Register the agents that come with toolbox where there are none at all, and name them."""
    if rows(connection, "SELECT FROM ai_agents LIMIT 1"):
        return []
    done = register(connection, read(), runtime.settings.env)
    return [one.name for one in done if one.fate is Fate.REGISTERED]


def check_active(connection: Connection) -> None:
    """Refuse a workflow that would fail halfway, for want of somebody who does a part of it.

    Raises:
        RefusedError: of some type no agent is active.
    """
    active = {row["agent_type"] for row in rows(connection, _ACTIVE)}
    if missing := [kind for kind in dict.fromkeys(one.agent_type for one in KINDS.values()) if kind not in active]:
        raise RefusedError(
            f"A lesson needs an agent of each type, and none is active of {', '.join(missing)}.",
            remedy="See which there are, and which are disabled: toolbox agents list --all",
        )


def _told(done: Sequence[Registered], *, dry_run: bool) -> Report:
    items = [
        {"name": one.name, "fate": one.fate.value, "fields": list(one.fields), "reason": one.reason} for one in done
    ]
    fates = Counter(one.fate for one in done)
    refused = fates[Fate.REFUSED] > 0
    notes = ["Nothing was changed."] if refused else ["Nothing was written, as this is a dry run."] if dry_run else []
    if any(one.fate is Fate.REFUSED and one.fields for one in done):
        notes.append("Change what is registered with: toolbox agents update")
    summary = {"dry_run": dry_run, **{fate.value: fates[fate] for fate in Fate}}
    return Report("toolbox.agents.register/1", items, summary, not refused, note="\n".join(notes) or None)
