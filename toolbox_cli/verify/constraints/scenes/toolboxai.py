"""What the triggers of the learning platform must do, beside those that other platforms have too."""

from collections.abc import Iterator, Mapping
from typing import Final

from toolbox_cli.verify.constraints.scenes.play import Play, Scene
from toolbox_cli.verify.constraints.scenes.records import REFUSED
from toolbox_cli.verify.constraints.trials.trial import NO_RIGHT, Refusal, Trial

PLATFORM: Final = "toolboxai"
OPEN: Final = Refusal(frozenset({NO_RIGHT}), words="keeps open tasks")

_DELETE: Final = "DELETE FROM {agent_tasks} WHERE id = $1"

_JOURNALED: Final = {
    "table_name": "users",
    "action": "update",
    "external_id": "s-1",
    "before": '{"first_name": "Ada", "is_active": true}',
    "after": '{"first_name": "Eve", "is_active": false}',
}
_EMPTIED: Final = "external_id = NULL, before = '{\"is_active\": true}', after = '{\"is_active\": false}'"
_ALTERED: Final = {
    "another text": 'after = \'{"first_name": "Eva", "is_active": false}\'',
    "half of it emptied": "before = '{\"is_active\": true}'",
    "another truth": "before = '{\"is_active\": false}', after = '{\"is_active\": false}'",
    "another number, emptied": f"number = number + 1, {_EMPTIED}",
}

_ENDED: Final[Mapping[str, str | None]] = {
    "started_at": "2026-03-02 12:00:00+00",
    "ended_at": "2026-03-02 12:00:01+00",
    "outcome": "completed",
}
_RUNS: Final[Mapping[str, str | None]] = {**_ENDED, "ended_at": None, "outcome": None}


def only_emptied(play: Play) -> Iterator[Trial]:
    for what, changes in _ALTERED.items():
        act = play.begin()
        row = act.add("lms_sync_changes", **_JOURNALED)
        yield act.refused(what, act.sql(_update(changes), row["run_id"]), REFUSED)
    act = play.begin()
    row = act.add("lms_sync_changes", **_JOURNALED)
    yield act.accepted("emptied of people", act.sql(_update(_EMPTIED), row["run_id"]))


def _update(changes: str) -> str:
    escaped = changes.replace("{", "{{").replace("}", "}}")
    return f"UPDATE {{lms_sync_changes}} SET {escaped} WHERE run_id = $1"  # noqa: S608


def open_stays(play: Play) -> Iterator[Trial]:
    for status in ("waiting", "pending", "running"):
        act = play.begin()
        row = act.add("agent_tasks", status=status)
        yield act.refused(f"DELETE of what is {status}", act.sql(_DELETE, row["id"]), OPEN)
    act = play.begin()
    row = act.add("agent_tasks", status="cancelled")
    yield act.accepted("DELETE of what is cancelled", act.sql(_DELETE, row["id"]))


def ended_stays(play: Play) -> Iterator[Trial]:
    end = "UPDATE {agent_task_attempts} SET outcome = 'lost', ended_at = now() WHERE task_id = $1"
    act = play.begin()
    row = act.add("agent_task_attempts", **_ENDED)
    yield act.refused("another end of a try that has ended", act.sql(end, row["task_id"]), REFUSED)
    change = "UPDATE {agent_task_attempts} SET worker = 'another' WHERE task_id = $1"
    act = play.begin()
    row = act.add("agent_task_attempts", **_RUNS)
    yield act.refused("another worker of a try that runs", act.sql(change, row["task_id"]), REFUSED)
    act = play.begin()
    row = act.add("agent_task_attempts", **_RUNS)
    yield act.accepted("the end of a try that runs", act.sql(end, row["task_id"]))


def kept(play: Play) -> Iterator[Trial]:
    act = play.begin()
    row = act.add("agent_task_attempts", **_ENDED)
    alone = act.sql("DELETE FROM {agent_task_attempts} WHERE task_id = $1", row["task_id"])
    yield act.refused("a try without its task", alone, REFUSED)
    act = play.begin()
    row = act.add("agent_task_attempts", **_ENDED)
    yield act.accepted("a try with its task", act.sql(_DELETE, row["task_id"]))


def kept_whole(play: Play) -> Iterator[Trial]:
    """On a live table TRUNCATE would lock out everybody else."""
    if not play.live:
        act = play.begin()
        yield act.refused("TRUNCATE", act.sql("TRUNCATE {agent_task_attempts}"), REFUSED)


SCENES: Final[Mapping[tuple[str, str, str], Scene]] = {
    (PLATFORM, "lms_sync_changes", "only_emptied"): only_emptied,
    (PLATFORM, "agent_tasks", "open_stays"): open_stays,
    (PLATFORM, "agent_task_attempts", "ended_stays"): ended_stays,
    (PLATFORM, "agent_task_attempts", "kept"): kept,
    (PLATFORM, "agent_task_attempts", "kept_whole"): kept_whole,
}
