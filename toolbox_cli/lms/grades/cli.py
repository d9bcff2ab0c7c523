"""The table of `toolbox lms grades`, and its commands."""

from typing import TYPE_CHECKING

import typer

from toolbox_cli.core.commands import Entry, deferred, group
from toolbox_cli.core.options import DryRunOption, FormatOption, runtime_of
from toolbox_cli.core.output import Format, render
from toolbox_cli.lms.grades.options import (
    AssignmentOption,
    DeadOption,
    GradesArgument,
    IntegrationOption,
    LimitOption,
    NamesArgument,
    SendNothingOption,
)

if TYPE_CHECKING:
    from toolbox_cli.lms.grades import asking, reports
else:
    asking = deferred("toolbox_cli.lms.grades.asking")
    reports = deferred("toolbox_cli.lms.grades.reports")

grades = group(
    "grades",
    "Send students' results back as grades.",
    {
        "collect": Entry("toolbox_cli.lms.grades.cli:collect", "Make grades of what students reached."),
        "push": Entry("toolbox_cli.lms.grades.cli:push", "Send the grades that wait."),
        "status": Entry("toolbox_cli.lms.grades.cli:status", "Say how grades stand, and which were given up."),
        "retry": Entry("toolbox_cli.lms.grades.cli:retry", "Let grades be sent again that failed or were given up."),
    },
)


def collect(
    ctx: typer.Context,
    names: NamesArgument = None,
    dry_run: DryRunOption = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """Make grades of what students reached.

    Finished attempts at quizzes, results in Roblox and progress with contents become grades of the assignments that
    they are linked to: one for each student who is active in the course, the best, last or first result as the
    integration's settings say. A grade that is there is not made again; a better one goes in place of one that was not
    sent. Results that rest on a consent which is not there are left alone. With --quiet there is no output.

    Examples:
        toolbox lms grades collect
        toolbox --quiet lms grades collect
        toolbox lms grades collect district --dry-run
    """
    runtime = runtime_of(ctx)
    done = asking.collect_grades(runtime, names or (), dry_run=dry_run)
    reports.put(runtime, reports.collected(done, dry_run), form)


def push(
    ctx: typer.Context,
    names: NamesArgument = None,
    limit: LimitOption = None,
    dry_run: SendNothingOption = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """Send the grades that wait.

    Each is checked, sent, and what became of it kept before the next one. One that can't be right or is refused is
    given up at once; others are tried again later, first after a quarter of an hour, then twice as long each time.
    Sending a grade twice is harmless, so a run may be killed. One push an integration at a time (exit status 6);
    status 3 means that some were not taken, 5 that a system could not be reached. With --quiet there is no output
    where all is well.

    Examples:
        toolbox lms grades push
        toolbox --quiet lms grades push
        toolbox lms grades push district --limit 500
        toolbox lms grades push --dry-run
    """
    runtime = runtime_of(ctx)
    sent = asking.push_grades(runtime, names or (), limit=limit, dry_run=dry_run)
    reports.put(runtime, reports.pushed(sent, dry_run), form)
    asking.end(runtime, sent)


def status(
    ctx: typer.Context, names: NamesArgument = None, dead: DeadOption = False, form: FormatOption = Format.TABLE
) -> None:
    """Say how grades stand, and which were given up.

    Counts them by assignment, with the oldest that waits. Students are named by their accounts' keys alone.

    Examples:
        toolbox lms grades status
        toolbox lms grades status district --dead
        toolbox lms grades status --format json
    """
    runtime = runtime_of(ctx)
    render(runtime, reports.standing(asking.standing_of(runtime, names or ()), listed=dead), form)


def retry(
    ctx: typer.Context,
    grades: GradesArgument = None,
    assignment: AssignmentOption = None,
    integration: IntegrationOption = None,
    dry_run: DryRunOption = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """Let grades be sent again that failed or were given up.

    The next push takes them as if they had not been tried. One that a later grade went in place of stays where it is.

    Examples:
        toolbox lms grades retry 7d1f2c3e-5a4b-4c6d-8e9f-0a1b2c3d4e5f
        toolbox lms grades retry --assignment itm-1
        toolbox lms grades retry --integration district --dry-run
    """
    runtime = runtime_of(ctx)
    done = asking.retry_grades(runtime, grades, assignment, integration, dry_run=dry_run)
    render(runtime, reports.retried(done, dry_run), form)
