"""What the triggers of the queue must do: record each step of a job, wake workers, and let go of what is removed."""

from collections.abc import Iterator, Mapping
from typing import Final

from toolbox_cli.verify.constraints.scenes.play import Act, Play, Scene
from toolbox_cli.verify.constraints.server.wire import Command
from toolbox_cli.verify.constraints.trials.trial import Trial
from toolbox_cli.verify.constraints.witnesses.solve import Values

JOBS: Final = "procrastinate_jobs"
SOON: Final = "2031-01-01 00:00:00+00"
_NEW: Final[Mapping[str, str | None]] = {"status": "todo", "abort_requested": "false", "scheduled_at": None}


def _inserted(play: Play, event: str, **given: str | None) -> Trial:
    """Queue a job, and see that the event is recorded."""
    act = play.begin()
    new = act.adding(JOBS, **{**_NEW, **given})
    return act.seen("a new job", new, _count(act, event), [("1",)], f"{event} is not recorded")


def _changed(play: Play, event: str, changes: str, **given: str | None) -> Trial:
    """Change a job, and see that the event is recorded."""
    act, row = _job(play, **given)
    change = act.sql(f"UPDATE {{{JOBS}}} SET {changes} WHERE id = $1", row["id"])  # noqa: S608
    return act.seen("a change of a job", change, _count(act, event), [("1",)], f"{event} is not recorded")


def _job(play: Play, **given: str | None) -> tuple[Act, Values]:
    act = play.begin()
    row = act.add(JOBS, **{**_NEW, **given})
    act.run("DELETE FROM {procrastinate_events}")
    return act, row


def _count(act: Act, event: str) -> Command:
    events = "SELECT count(*)::text FROM {procrastinate_events}"
    return act.sql(f"{events} WHERE type::text = $1 AND job_id = (SELECT max(id) FROM {{{JOBS}}})", event)  # noqa: S608


def queued(play: Play) -> Iterator[Trial]:
    yield _inserted(play, "deferred")


def gone_on(play: Play) -> Iterator[Trial]:
    yield _changed(play, "started", "status = 'doing'")
    yield _changed(play, "succeeded", "status = 'succeeded'", status="doing")


def due(play: Play) -> Iterator[Trial]:
    yield _inserted(play, "scheduled", scheduled_at=SOON)


def end_asked_for(play: Play) -> Iterator[Trial]:
    yield _changed(play, "abort_requested", "abort_requested = true", status="doing")


def waking(play: Play) -> Iterator[Trial]:
    """A message goes to whoever listens, which nobody sees who does not: it must be no hindrance."""
    act = play.begin()
    yield act.accepted("a new job", act.adding(JOBS, **_NEW))


def telling(play: Play) -> Iterator[Trial]:
    act, row = _job(play, status="doing")
    yield act.accepted("asking for its end", act.change(JOBS, row, abort_requested="true"))


def letting_go(play: Play) -> Iterator[Trial]:
    act = play.begin()
    row = act.add("procrastinate_periodic_defers")
    removed = act.sql(f"DELETE FROM {{{JOBS}}} WHERE id = $1", row["job_id"])  # noqa: S608
    look = act.sql("SELECT job_id IS NULL FROM {procrastinate_periodic_defers} WHERE id = $1", row["id"])
    yield act.seen("removing a job", removed, look, [("t",)], "the schedule still has it")


SCENES: Final[Mapping[tuple[str, str, str], Scene]] = {
    ("toolbox", JOBS, name): scene
    for name, scene in (
        ("procrastinate_jobs_notify_queue_job_inserted_v1", waking),
        ("procrastinate_jobs_notify_queue_job_aborted_v1", telling),
        ("procrastinate_trigger_status_events_insert_v1", queued),
        ("procrastinate_trigger_status_events_update_v1", gone_on),
        ("procrastinate_trigger_scheduled_events_v1", due),
        ("procrastinate_trigger_abort_requested_events_v1", end_asked_for),
        ("procrastinate_trigger_delete_jobs_v1", letting_go),
    )
}
