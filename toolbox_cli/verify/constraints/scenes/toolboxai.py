"""What the triggers of the learning platform must do, beside those that other platforms have too."""

from collections.abc import Iterator, Mapping
from typing import Final

from toolbox_cli.verify.constraints.scenes.play import Play, Scene
from toolbox_cli.verify.constraints.scenes.records import REFUSED
from toolbox_cli.verify.constraints.trials.trial import Trial

PLATFORM: Final = "toolboxai"

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


def ended_stays(play: Play) -> Iterator[Trial]:
    change = "UPDATE {agent_task_attempts} SET worker = 'another' WHERE task_id = $1"
    act = play.begin()
    row = act.add("agent_task_attempts", **_ENDED)
    yield act.refused("another worker of a try that has ended", act.sql(change, row["task_id"]), REFUSED)
    act = play.begin()
    row = act.add("agent_task_attempts", **{**_ENDED, "ended_at": None, "outcome": None})
    yield act.accepted("another worker of a try that runs", act.sql(change, row["task_id"]))


SCENES: Final[Mapping[tuple[str, str, str], Scene]] = {
    (PLATFORM, "lms_sync_changes", "only_emptied"): only_emptied,
    (PLATFORM, "agent_task_attempts", "ended_stays"): ended_stays,
}
