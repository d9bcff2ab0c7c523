"""Agents are registered, changed and disabled: all that are named, or none."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from psycopg.types.json import Jsonb

from toolbox_cli.agents.database import PLATFORM, Connection, rows
from toolbox_cli.content.reference.agents import ReadAgent, agent_files, agents_folder, read_agents
from toolbox_cli.content.reference.faults import CODE
from toolbox_cli.content.reference.keys import reference_uuid
from toolbox_cli.core.database.audit import Change, record_change
from toolbox_cli.core.errors import InputError, UsageError
from toolbox_cli.core.settings import Environment


class Fate(StrEnum):
    """What becomes of an agent."""

    REGISTERED = "registered"
    CHANGED = "changed"
    DISABLED = "disabled"
    ENABLED = "enabled"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Registered:
    """An agent and its fate.

    Attributes:
        fields: that differ from what the database has, or had.
        reason: why it was refused.
    """

    name: str
    fate: Fate
    fields: tuple[str, ...] = ()
    reason: str | None = None


COLUMNS: Final = (
    "agent_type", "description", "version", "model_config", "capabilities", "dependencies", "priority",
    "max_concurrent_tasks", "timeout_seconds", "retry_count",
)  # fmt: skip
"""What a file says of an agent."""

_ALONE: Final = "SELECT pg_advisory_xact_lock(hashtextextended('toolbox agents register', 0))"
"""Two that register the same agents at once find what the other has written."""
_HELD: Final = """
SELECT name, to_jsonb(a) AS held FROM ai_agents AS a WHERE name = ANY (%(names)s) ORDER BY name FOR UPDATE"""
_KNOWN: Final = "SELECT name FROM ai_agents WHERE is_active IS NOT false"
_INSERT: Final = """
INSERT INTO ai_agents (id, name, agent_type, description, version, model_config, capabilities, dependencies, priority,
    max_concurrent_tasks, timeout_seconds, retry_count)
SELECT coalesce(n.id, gen_random_uuid()), n.name, n.agent_type, n.description, n.version, n.model_config,
    n.capabilities, n.dependencies, n.priority, n.max_concurrent_tasks, n.timeout_seconds, n.retry_count
FROM jsonb_populate_recordset(NULL::ai_agents, %(agents)s) AS n"""
_UPDATE: Final = """
UPDATE ai_agents AS a
SET (agent_type, description, version, model_config, capabilities, dependencies, priority, max_concurrent_tasks,
    timeout_seconds, retry_count, updated_at) = ROW (n.agent_type, n.description, n.version, n.model_config,
    n.capabilities, n.dependencies, n.priority, n.max_concurrent_tasks, n.timeout_seconds, n.retry_count, now())
FROM jsonb_populate_recordset(NULL::ai_agents, %(agents)s) AS n WHERE a.name = n.name"""
_ADMIT: Final = "SELECT agent_tasks_admit(ARRAY(SELECT id FROM ai_agents WHERE name = ANY (%(names)s)))"
"""More places may have come."""
_SET_ACTIVE: Final = "UPDATE ai_agents SET is_active = %(active)s, updated_at = now() WHERE name = ANY (%(names)s)"


def read(paths: Sequence[Path] = ()) -> list[ReadAgent]:
    """Read agents from files and folders; those that come with toolbox where none is named.

    Raises:
        InputError: with every fault and its place; or there is no such file.
    """
    files = [file for path in paths or [agents_folder()] for file in _files(path)]
    found = read_agents(files)
    if found.faults:
        raise InputError("The agents are not usable.", remedy="docs/agents.md shows one.", findings=found.faults)
    return list(found.agents)


def register(connection: Connection, agents: Sequence[ReadAgent], environment: Environment) -> list[Registered]:
    """Register agents; what is there already as the files have it stays as it is.

    Args:
        connection: in a transaction, with the platform's schema as search path.
        agents: of different names.
        environment: for the audit log.

    Returns:
        The fates; with a refused one among them nothing was written.

    Raises:
        InputError: an agent needs another that is not there.

    Effects: writes ai_agents and toolbox.audit_log; never commits.
    """
    connection.execute(_ALONE)
    _check_needed(connection, agents)
    held = _held(connection, [one.name for one in agents])
    done = [_compared(one, held.get(one.name)) for one in agents]
    for number, one in enumerate(done):
        if one.fate is Fate.CHANGED:
            reason = f"there is one already, with other {' and '.join(one.fields)}"
            done[number] = Registered(one.name, Fate.REFUSED, one.fields, reason)
    _write(connection, "register", agents, done, environment)
    return done


def update(connection: Connection, agents: Sequence[ReadAgent], environment: Environment) -> list[Registered]:
    """Change registered agents to what files say; tasks that run keep the limits that they began with.

    Args, Returns, Raises and Effects: as `register`.
    """
    _check_needed(connection, agents)
    held = _held(connection, [one.name for one in agents])
    done = [
        _compared(one, held[one.name]) if one.name in held
        else Registered(one.name, Fate.REFUSED, reason="there is no such agent: register it first")
        for one in agents
    ]  # fmt: skip
    _write(connection, "update", agents, done, environment)
    return done


def set_active(
    connection: Connection, names: Sequence[str], environment: Environment, *, active: bool
) -> list[Registered]:
    """Let agents get no new tasks, or get them again; tasks that they have are done.

    Raises:
        UsageError: there is no such agent.

    Effects: writes ai_agents and toolbox.audit_log; never commits.
    """
    held = _held(connection, names)
    if missing := [name for name in names if name not in held]:
        raise UsageError(f"There is no agent {missing[0]!r}.", remedy="See which there are: toolbox agents list")
    fate = Fate.ENABLED if active else Fate.DISABLED
    done = [
        Registered(name, Fate.UNCHANGED if (held[name]["is_active"] is not False) is active else fate)
        for name in dict.fromkeys(names)
    ]
    moved = [one.name for one in done if one.fate is fate]
    if moved:
        connection.execute(_SET_ACTIVE, {"names": moved, "active": active})
        _record(connection, "disable --undo" if active else "disable", moved, environment)
    return done


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        files = agent_files(path)
        if not files:
            raise InputError(f"There are no agents in {path}.", remedy="Each is a file, such as quiz-hard.yaml.")
        return files
    if not path.exists():
        raise InputError(f"There is no file {path}.")
    return [path]


def _held(connection: Connection, names: Iterable[str]) -> Mapping[str, Mapping[str, Any]]:
    return {row["name"]: row["held"] for row in rows(connection, _HELD, {"names": list(names)})}


def _check_needed(connection: Connection, agents: Sequence[ReadAgent]) -> None:
    known = {row["name"] for row in rows(connection, _KNOWN)} | {one.name for one in agents}
    faults = [
        document.finding(CODE, steps, found)
        for document, name, agent in agents
        for steps, found in agent.faults(name, lambda _, key: key in known)
    ]
    if faults:
        raise InputError("An agent needs another that is not there.", findings=faults)


def _compared(one: ReadAgent, held: Mapping[str, Any] | None) -> Registered:
    if held is None:
        return Registered(one.name, Fate.REGISTERED)
    wanted = one.agent.model_dump(mode="json", by_alias=True)
    fields = tuple(name for name in COLUMNS if wanted[name] != held[name])
    return Registered(one.name, Fate.CHANGED if fields else Fate.UNCHANGED, fields)


def _write(
    connection: Connection,
    command: str,
    agents: Sequence[ReadAgent],
    done: Sequence[Registered],
    environment: Environment,
) -> None:
    if any(one.fate is Fate.REFUSED for one in done):
        return
    for fate, query in ((Fate.REGISTERED, _INSERT), (Fate.CHANGED, _UPDATE)):
        names = [one.name for one in done if one.fate is fate]
        if not names:
            continue
        documents = [_document(one) for one in agents if one.name in names]
        connection.execute(query, {"agents": Jsonb(documents)})
        connection.execute(_ADMIT, {"names": names})
        _record(connection, command, names, environment)


def _document(one: ReadAgent) -> dict[str, Any]:
    """Give an agent as a row; one that comes with toolbox has the key that seeding gives it."""
    ours = one.document.file.resolve().parent == agents_folder().resolve()
    key = {"id": str(reference_uuid("ai_agents", one.name))} if ours else {}
    return {**one.agent.model_dump(mode="json", by_alias=True), **key, "name": one.name}


def _record(connection: Connection, command: str, names: Sequence[str], environment: Environment) -> None:
    change = Change(
        f"toolbox agents {command}", environment, PLATFORM, {"ai_agents": len(names)}, {"agents": list(names)}
    )
    record_change(connection, change)
