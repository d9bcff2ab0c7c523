"""From what the command line says to what is shown or written."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from toolbox_cli.core.database.audit import os_user
from toolbox_cli.core.database.target import target_of
from toolbox_cli.core.errors import RefusedError, UsageError
from toolbox_cli.core.output import Format, Report, write_whole
from toolbox_cli.core.progress import status as status_line
from toolbox_cli.core.runtime import Runtime
from toolbox_cli.lms.database import PLATFORM, Connection, Row, integration_named, transaction, upgraded
from toolbox_cli.lms.runs import looking, reports
from toolbox_cli.lms.runs.options import FileForm
from toolbox_cli.lms.runs.standing import standing
from toolbox_cli.lms.runs.telling.differences import Record, record_of
from toolbox_cli.lms.runs.telling.meanings import meaning_of
from toolbox_cli.lms.runs.telling.page import run_page
from toolbox_cli.lms.runs.telling.sheet import changes_sheet, issues_sheet
from toolbox_cli.lms.runs.undo import undo

PURPOSE: Final = "toolbox lms"


@dataclass(frozen=True, slots=True)
class Wish:
    """What of a run is looked at.

    Attributes:
        file: the form of a file for people; None is the report.
        output: where it goes; None is stdout.
        personal: with names and addresses.
    """

    issues: bool = False
    diff: bool = False
    file: FileForm | None = None
    output: Path | None = None
    personal: bool = False
    form: Format = field(default=Format.TABLE)


def status(runtime: Runtime, names: tuple[str, ...]) -> Report:
    """Tell how integrations stand."""
    with transaction(runtime, PURPOSE, snapshot=True) as connection:
        return reports.standings(standing(connection, names), runtime.now())


def runs(runtime: Runtime, name: str | None, last: int) -> Report:
    """Tell of the latest runs."""
    with transaction(runtime, PURPOSE, snapshot=True) as connection:
        integration = integration_named(connection, name) if name is not None else None
        return reports.runs(looking.recent(connection, integration, last))


def show_run(runtime: Runtime, run: int, wish: Wish) -> None:
    """Write what a run did to stdout or into a file.

    Raises:
        UsageError: there is no such run, or the wish contradicts itself.

    Effects: with names and addresses, commits the record of that first.
    """
    file = _file_form(wish)
    with transaction(runtime, PURPOSE, snapshot=True) as connection:
        found = looking.run_of(connection, run)
        _refuse_purged(found, wish, file)
        sizes = looking.sizes(connection, run)
        found |= {"changes": sizes["changes"], "faults": sizes["issues"]}
        if wish.personal:
            shown = _shown(wish, file)
            seen = sum(sizes[what] for what in shown)
            looking.record_look(connection, found, " and ".join(shown), seen, runtime.settings.env)
    with transaction(runtime, PURPOSE, snapshot=True) as connection:
        if file is None:
            _report(runtime, connection, found, wish)
        else:
            _write(runtime, wish.output, _parts(connection, found, wish, file), private=wish.personal)


def take_back(runtime: Runtime, run: int, *, dry_run: bool, yes: bool) -> Report:
    """Take a run back, after a trial that shows what that means and a question.

    Raises:
        UsageError: there is no such run.
        RefusedError: it can't be taken back, or the answer was no.
        LockedError: a sync of the integration goes on.

    Effects: commits, unless `dry_run`.
    """
    target = target_of(runtime.settings, runtime.environ, PLATFORM)
    with transaction(runtime, PURPOSE, snapshot=True) as connection:
        mode = looking.run_of(connection, run)["mode"]
    with upgraded(), status_line(runtime, f"Trying to take run {run} back"):
        trial = undo(target, run, asked_by=os_user(), environment=runtime.settings.env, dry_run=True)
    if dry_run:
        return reports.undone(trial, mode, dry_run=True)
    rows = sum(sum(of_kind.values()) for of_kind in trial.counts.values())
    runtime.confirm(f"Give {rows:,} rows back what they were before run {run}?", yes=yes)
    with upgraded(), status_line(runtime, f"Taking run {run} back"):
        done = undo(target, run, asked_by=os_user(), environment=runtime.settings.env)
    return reports.undone(done, mode, dry_run=False)


def _shown(wish: Wish, file: FileForm | None) -> tuple[str, ...]:
    """Name the lists that are shown: a page has both where neither or both are asked for."""
    if file is FileForm.HTML and wish.issues == wish.diff:
        return "changes", "issues"
    return ("issues",) if wish.issues else ("changes",)


def _refuse_purged(run: Row, wish: Wish, file: FileForm | None) -> None:
    """Refuse to show what rows were where that is forgotten."""
    lists_issues = wish.issues and not wish.diff
    if run["purged_at"] is not None and (wish.diff or (file is not None and not lists_issues)):
        raise RefusedError(
            f"Run {run['run']} was purged on {run['purged_at']:%Y-%m-%d}: what rows were is forgotten.",
            remedy=f"See how many it changed with: toolbox lms run {run['run']}",
        )


def _file_form(wish: Wish) -> FileForm | None:
    if wish.file is None and wish.output is not None:
        forms = {f".{form.value}": form for form in FileForm}
        if wish.output.suffix not in forms:
            raise UsageError("--output needs --as csv or --as html.")
        return forms[wish.output.suffix]
    if wish.issues and wish.diff and wish.file is not FileForm.HTML:
        raise UsageError("--issues and --diff are two lists: ask for one at a time, or for --as html.")
    return wish.file


def _report(runtime: Runtime, connection: Connection, run: Row, wish: Wish) -> None:
    if wish.issues:
        issues = _issues(connection, run, personal=wish.personal)
        reports.put_issues(runtime, run, issues, wish.form, personal=wish.personal)
    elif wish.diff:
        reports.put_differences(runtime, run, _records(connection, run, personal=wish.personal), wish.form)
    else:
        reports.put_records(runtime, run, _records(connection, run, personal=wish.personal), wish.form)


def _parts(connection: Connection, run: Row, wish: Wish, file: FileForm) -> Iterator[str]:
    records = _records(connection, run, personal=wish.personal)
    issues = _issues(connection, run, personal=wish.personal)
    if file is FileForm.CSV:
        return issues_sheet(run["run"], issues) if wish.issues else changes_sheet(run["run"], records)
    shown = _shown(wish, file)
    return run_page(
        run, records if "changes" in shown else None, issues if "issues" in shown else None, personal=wish.personal
    )


def _write(runtime: Runtime, output: Path | None, parts: Iterator[str], *, private: bool) -> None:
    if output is not None:
        write_whole(output, parts, private=private)
        runtime.say(f"{output}: written.")
        return
    runtime.out.writelines(parts)
    runtime.out.flush()


def _records(connection: Connection, run: Row, *, personal: bool) -> Iterator[Record]:
    return (record_of(change, personal=personal) for change in looking.changes(connection, run["run"]))


def _issues(connection: Connection, run: Row, *, personal: bool) -> Iterator[Mapping[str, Any]]:
    """Read issues; a message may quote the record, so it comes with names alone, and what its code means to all."""
    for one in looking.issues(connection, run["run"]):
        said = {"message": one["message"] if personal else None, "meaning": meaning_of(one["code"])}
        yield {**one, **said}
