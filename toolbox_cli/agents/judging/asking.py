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

_WORKS: Final = """
WITH works AS (
    SELECT id AS task, 'lesson' AS what, task_name AS name, output_data ->> 'content_sha256' AS content_sha256,
        (output_data ->> 'quality')::float AS quality, completed_at AS made_at
    FROM agent_tasks
    WHERE task_type = %(root)s AND status = 'completed' AND output_data ? 'content_sha256'
    UNION ALL
    SELECT m.task_id, 'changed object', c.title, roblox_content_hash(c), NULL, m.made_at
    FROM agent_made_content AS m JOIN roblox_content AS c ON c.id = m.roblox_content_id
    WHERE roblox_content_hash(c) <> m.object_sha256
    UNION ALL
    SELECT m.task_id, 'changed script', s.name, roblox_script_hash(s), NULL, m.made_at
    FROM agent_made_scripts AS m JOIN roblox_scripts AS s ON s.id = m.roblox_script_id
    WHERE roblox_script_hash(s) <> m.object_sha256
)
SELECT w.*, r.approved, r.reviewed_at, u.username AS reviewed_by, r.note
FROM works AS w
LEFT JOIN LATERAL (
    SELECT * FROM agent_reviews WHERE task_id = w.task AND content_sha256 = w.content_sha256
    ORDER BY reviewed_at DESC, approved LIMIT 1) AS r ON true
LEFT JOIN users AS u ON u.id = r.reviewed_by
WHERE (%(task)s::uuid IS NULL OR w.task = %(task)s) AND (%(judged)s OR r.id IS NULL)
ORDER BY w.made_at, w.task, w.what DESC, w.name LIMIT %(most)s"""
_ROOT_OF: Final = "SELECT coalesce(workflow_id, id) AS key FROM agent_tasks WHERE id = %(task)s"
_JUDGE: Final = "SELECT role, is_active IS NOT false AS active FROM users WHERE id = %(id)s"
_INSERT: Final = """
INSERT INTO agent_reviews (task_id, content_sha256, approved, reviewed_by, note, reviewed_at)
VALUES (%(task)s, %(content)s, %(approved)s, %(by)s, %(note)s, clock_timestamp())"""

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
    """List what waits for a judgement, the oldest first; on demand what has one too."""
    with transaction(runtime, snapshot=True) as connection:
        found = _works(connection, None, judged=judged, most=most)
    waiting = sum(one["approved"] is None for one in found)
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
    return Report("toolbox.agents.review/1", found[:1], {"approved": judgement.approve}, columns=_COLUMNS)


def _works(connection: Connection, task: UUID | None, *, judged: bool = True, most: int = 10_000) -> list[Row]:
    return rows(connection, _WORKS, {"root": ROOT, "task": task, "judged": judged, "most": most})


def _work(connection: Connection, judgement: Judgement) -> dict[str, Any]:
    root = rows(connection, _ROOT_OF, {"task": judgement.task})
    if not root:
        raise InputError(f"There is no task {judgement.task}.", remedy="See what waits: toolbox agents review list")
    found = _works(connection, root[0]["key"])
    if not found:
        raise RefusedError(
            f"Task {judgement.task} has made nothing that a person could judge.",
            remedy="See how it is: toolbox agents status",
        )
    if judgement.content is None:
        return next(one for one in found if one["what"] == "lesson")
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
