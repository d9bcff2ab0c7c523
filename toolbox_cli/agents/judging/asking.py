"""Judgements of persons, bound to the hash of what was judged."""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from toolbox_cli.agents.database import PLATFORM, Connection, Row, rows, transaction, user_named
from toolbox_cli.agents.workflow.tasks import ROOT
from toolbox_cli.core.database.audit import Change, record_change
from toolbox_cli.core.errors import InputError, RefusedError, UsageError
from toolbox_cli.core.output import Column, Report
from toolbox_cli.core.runtime import Runtime

JUDGES: Final = ("teacher", "admin", "developer")
SHORTEST_HASH: Final = 12

_OBJECTS: Final = """
WITH objects AS (
    SELECT m.task_id, 'object' AS kind, c.title AS name, c.is_deployed AS deployed, m.made_at,
        m.content_sha256 AS whole, m.object_sha256 AS stored, roblox_content_hash(c) AS present
    FROM agent_made_content AS m JOIN roblox_content AS c ON c.id = m.roblox_content_id
    UNION ALL
    SELECT m.task_id, 'script', s.name, s.deployed_to_studio, m.made_at,
        m.content_sha256, m.object_sha256, roblox_script_hash(s)
    FROM agent_made_scripts AS m JOIN roblox_scripts AS s ON s.id = m.roblox_script_id
)"""
"""What agents have made for Roblox, with the hash of what it was and of what it is."""
_WORKS: Final = f"""
{_OBJECTS}, works AS (
    SELECT id AS task, 'lesson' AS what, task_name AS name, output_data ->> 'content_sha256' AS content_sha256,
        (output_data ->> 'quality')::float AS quality, completed_at AS made_at
    FROM agent_tasks
    WHERE task_type = %(root)s AND status = 'completed' AND output_data ? 'content_sha256'
    UNION ALL
    SELECT task_id, 'changed ' || kind, name, present, NULL, made_at FROM objects WHERE present <> stored
)
SELECT w.*, r.approved, r.reviewed_at, r.username AS reviewed_by, r.note, coalesce(r.waits, true) AS waits
FROM works AS w
LEFT JOIN LATERAL (
    SELECT j.*, u.username, j.approved AND (u.is_active IS false OR coalesce(u.role, '') <> ALL (%(judges)s)) AS waits
    FROM agent_reviews AS j JOIN users AS u ON u.id = j.reviewed_by
    WHERE j.task_id = w.task AND j.content_sha256 = w.content_sha256
    ORDER BY j.id DESC LIMIT 1) AS r ON true
WHERE (%(task)s::uuid IS NULL OR w.task = %(task)s) AND (%(judged)s OR coalesce(r.waits, true))
ORDER BY w.made_at, w.task, w.what DESC, w.name LIMIT %(most)s"""  # noqa: S608  of our own words alone
_ROOT_OF: Final = "SELECT coalesce(workflow_id, id) AS key FROM agent_tasks WHERE id = %(task)s"
_JUDGE: Final = "SELECT role, is_active IS NOT false AS active FROM users WHERE id = %(id)s"
_INSERT: Final = """
INSERT INTO agent_reviews (task_id, content_sha256, approved, reviewed_by, note, reviewed_at)
VALUES (%(task)s, %(content)s, %(approved)s, %(by)s, %(note)s, clock_timestamp())"""
_DEPLOYED: Final = f"""
{_OBJECTS} SELECT name FROM objects
WHERE task_id = %(task)s AND deployed AND %(content)s = CASE WHEN present = stored THEN whole ELSE present END
ORDER BY name"""  # noqa: S608  of our own words alone

_COLUMNS: Final = (
    Column("task"), Column("what"), Column("name"), Column("content_sha256", "content"),
    Column("quality", justify="right"), Column("approved"), Column("reviewed_by", "by"), Column("reviewed_at"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Judgement:
    """What somebody thinks of something.

    Attributes:
        task: that made it, or a part of its workflow.
        by: the user, as the command line has it.
        content: hash of what was looked at, or how it begins; None for the whole lesson.
    """

    task: UUID
    by: str
    approve: bool
    note: str | None = None
    content: str | None = None


def list_(runtime: Runtime, *, judged: bool, most: int) -> Report:
    """List what waits for a judgement that counts, the oldest first; on demand what has one too."""
    with transaction(runtime, snapshot=True) as connection:
        found = _works(connection, None, judged=judged, most=most)
    waiting = sum(one["waits"] for one in found)
    note = f"{waiting:,} of them wait{'s' if waiting == 1 else ''} for a judgement."
    return Report("toolbox.agents.reviews/1", found, {"waiting": waiting}, columns=_COLUMNS, note=note)


def judge(runtime: Runtime, judgement: Judgement) -> Report:
    """Keep a judgement; of several the latest counts.

    Raises:
        UsageError: a rejection says no reason, or the hash is of nothing that the task made.
        InputError: there is no such task or user.
        RefusedError: the user may not judge, or the task has made nothing to judge.

    Effects: writes agent_reviews and toolbox.audit_log.
    """
    if not judgement.approve and not (judgement.note or "").strip():
        raise UsageError("A rejection says why.", remedy="Give a reason with --note.")
    with transaction(runtime) as connection:
        work = _work(connection, judgement)
        by = _judge(connection, judgement.by)
        values = {
            "task": work["task"], "content": work["content_sha256"], "approved": judgement.approve, "by": by,
            "note": judgement.note,
        }  # fmt: skip
        connection.execute(_INSERT, values)
        command = f"toolbox agents review {'approve' if judgement.approve else 'reject'}"
        details = {"task": str(work["task"]), "content_sha256": work["content_sha256"]}
        record_change(
            connection, Change(command, runtime.settings.env, PLATFORM, {"agent_reviews": 1}, details, str(by))
        )
        found = [one for one in _works(connection, work["task"]) if one["content_sha256"] == work["content_sha256"]]
        deployed = [one["name"] for one in rows(connection, _DEPLOYED, values)]
    summary = {"approved": judgement.approve, "deployed": len(deployed)}
    note = None
    if deployed and not judgement.approve:
        note = f"Players meet it already, and this does not take it back: {', '.join(deployed)}."
    return Report("toolbox.agents.review/1", found[:1], summary, columns=_COLUMNS, note=note)


def _works(connection: Connection, task: UUID | None, *, judged: bool = True, most: int = 10_000) -> list[Row]:
    return rows(connection, _WORKS, {"root": ROOT, "task": task, "judged": judged, "judges": [*JUDGES], "most": most})


def _work(connection: Connection, judgement: Judgement) -> dict[str, Any]:
    root = rows(connection, _ROOT_OF, {"task": judgement.task})
    if not root:
        raise InputError(f"There is no task {judgement.task}.", remedy="See what waits: toolbox agents review list")
    found = _works(connection, root[0]["key"])
    if judgement.content is None:
        if lesson := next((one for one in found if one["what"] == "lesson"), None):
            return lesson
        raise RefusedError(
            f"Task {judgement.task} has made no lesson that a person could judge.",
            remedy="See how it is: toolbox agents status; and what else waits: toolbox agents review list",
        )
    begins = judgement.content.lower()
    meant = [one for one in found if one["content_sha256"].startswith(begins)]
    if len(begins) < SHORTEST_HASH or not meant:
        raise UsageError(
            f"{judgement.content} is not the hash of anything that task {root[0]['key']} made, as it is now.",
            remedy=f"See the hashes, of which {SHORTEST_HASH} digits will do: toolbox agents review list",
        )
    return meant[0]


def _judge(connection: Connection, by: str) -> UUID:
    key = user_named(connection, by)
    (judge,) = rows(connection, _JUDGE, {"id": key})
    if not judge["active"]:
        raise RefusedError("This account is closed.")
    if judge["role"] not in JUDGES:
        raise RefusedError(
            f"An account with role {judge['role']} may not judge.",
            remedy=f"Somebody with one of these roles judges: {', '.join(JUDGES)}.",
        )
    return key
