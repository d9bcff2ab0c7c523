"""From what the command line says to syncs, and to those who are told of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from toolbox_cli.core.database.audit import os_user
from toolbox_cli.core.errors import OutputError, ToolboxError, UnreachableError, UsageError
from toolbox_cli.core.exits import Exit
from toolbox_cli.core.output import Format, render, write_whole
from toolbox_cli.core.progress import status
from toolbox_cli.core.runtime import Runtime
from toolbox_cli.lms.database import transaction
from toolbox_cli.lms.jobs import reports
from toolbox_cli.lms.jobs.choosing import Chosen, choose, integration_of, limits_named
from toolbox_cli.lms.jobs.each import PURPOSE, Done, sync_each, worst
from toolbox_cli.lms.jobs.metrics import metrics
from toolbox_cli.lms.jobs.notices.notice import Notice, notice_of, notice_of_none
from toolbox_cli.lms.jobs.notices.telling import Teller, tellers
from toolbox_cli.lms.jobs.options import LogFormat
from toolbox_cli.lms.sync.wishes import Wishes


@dataclass(frozen=True, slots=True)
class Asked:
    """What a call of `toolbox lms sync` asks for, as it was said."""

    names: tuple[str, ...] = ()
    everything: bool = False
    full: bool = False
    dry_run: bool = False
    approve: int | None = None
    limits: str | None = None
    notify_url: str | None = None
    metrics_file: Path | None = None
    log: LogFormat = LogFormat.TEXT
    form: Format = Format.TABLE


def run(runtime: Runtime, asked: Asked) -> Exit:
    """Sync what was asked for, and tell of it.

    Returns:
        The highest of 5, 4 and 3 of all runs; else 6 where one was locked, or what else went wrong.

    Raises:
        UsageError: what was asked for contradicts itself, or names what is not there.
        ConfigurationError: nobody could be told of a failure: said before anything is done.
        UnreachableError: the database can't be read; that is told like a failed run.

    Effects: commits each run; network.
    """
    _check(asked)
    wishes = _wishes(runtime, asked)
    told = tellers(runtime.settings, asked.notify_url)
    try:
        chosen = _choose(runtime, asked)
    except UnreachableError as error:
        if not asked.dry_run:
            _notify(runtime, told, notice_of_none(error, runtime.now()))
        raise
    done = _do(runtime, asked, chosen, wishes)
    _report(runtime, asked, chosen, done)
    if not asked.dry_run:
        _notify(runtime, told, notice_of(done, runtime.now()))
    written = _write_metrics(runtime, asked)
    return worst([*(one.exit_code for one in done), written])


def _check(asked: Asked) -> None:
    if asked.names and asked.everything:
        raise UsageError("--all and names contradict each other.")
    if asked.approve is not None and (asked.everything or len(asked.names) > 1):
        raise UsageError("--approve is for the one integration whose run it names.")
    if asked.metrics_file is not None and not asked.metrics_file.resolve().parent.is_dir():
        raise OutputError(f"{asked.metrics_file} can't be written: there is no such folder.")


def _choose(runtime: Runtime, asked: Asked) -> Chosen:
    with transaction(runtime, PURPOSE, snapshot=True) as connection:
        names = asked.names
        if asked.approve is not None:
            names = (integration_of(connection, asked.approve, names),)
        return choose(connection, names, runtime.now(), everything=asked.everything)


def _wishes(runtime: Runtime, asked: Asked) -> Wishes:
    limits = limits_named(runtime.settings, asked.limits) if asked.limits is not None else None
    return Wishes(
        full=asked.full, dry_run=asked.dry_run, approve=asked.approve, limits=limits, asked_by=os_user(),
        environment=runtime.settings.env,
    )  # fmt: skip


def _do(runtime: Runtime, asked: Asked, chosen: Chosen, wishes: Wishes) -> list[Done]:
    """Sync, and tell of each run as soon as it ends."""
    done = []
    with status(runtime, "Syncing") as show:
        for one in sync_each(runtime, chosen.these, wishes, show):
            done.append(one)
            if asked.log is LogFormat.JSON:
                if not (runtime.quiet and one.exit_code is Exit.DONE):
                    _write(runtime, reports.log_line(one, dry_run=asked.dry_run) + "\n")
            elif fault := reports.fault_of(one):
                _write(runtime, fault)
    return done


def _report(runtime: Runtime, asked: Asked, chosen: Chosen, done: Sequence[Done]) -> None:
    if asked.log is LogFormat.JSON and asked.form is Format.TABLE:
        return
    if not done:
        _nothing(runtime, chosen)
    shown = [one for one in done if not runtime.quiet or one.exit_code is not Exit.DONE]
    if asked.form is Format.JSON or shown:
        every = done if asked.form is Format.JSON else shown
        render(runtime, reports.synced(every, chosen.left, dry_run=asked.dry_run), asked.form)


def _nothing(runtime: Runtime, chosen: Chosen) -> None:
    if not chosen.left:
        runtime.say("There is no integration. Connect one with: toolbox lms add")
        return
    runtime.say("No integration is due.")
    for name, why in chosen.left:
        runtime.say(f"  {name}: {why}")


def _notify(runtime: Runtime, told: Sequence[Teller], notice: Notice | None) -> None:
    for one in told if notice else ():
        why = one.send(notice) if notice else None
        if why is not None:
            _write(runtime, f"Warning: {one.name} was not told: {why}.\n")


def _write_metrics(runtime: Runtime, asked: Asked) -> Exit:
    """Write the figures; a fault of that must not hide what became of the syncs."""
    if asked.metrics_file is None or asked.dry_run:
        return Exit.DONE
    try:
        with transaction(runtime, PURPOSE, snapshot=True) as connection:
            text = metrics(connection, runtime.now())
        write_whole(asked.metrics_file, text)
    except ToolboxError as error:
        _write(runtime, f"Warning: no figures were written: {error.message}\n")
        return error.exit_code
    return Exit.DONE


def _write(runtime: Runtime, text: str) -> None:
    """Write to stderr, also with --quiet: what is wrong is to be heard."""
    runtime.err.write(text)
    runtime.err.flush()
