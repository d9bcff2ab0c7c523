"""`toolbox quests sessions`: list, show, promote and purge."""

from typing import TYPE_CHECKING

import typer

from toolbox_cli.content.faults.forms import Form
from toolbox_cli.core.commands import Entry, deferred, group
from toolbox_cli.core.exits import Exit
from toolbox_cli.core.options import DryRunOption, FormatOption, YesOption, runtime_of
from toolbox_cli.core.output import Format, render
from toolbox_cli.quests.options import FaultsFormOption, PersonalOption
from toolbox_cli.quests.sessions.options import (
    OlderOption,
    QuestOption,
    SessionArgument,
    StageOption,
    TitleOption,
    UserOption,
)

if TYPE_CHECKING:
    from toolbox_cli.quests import database
    from toolbox_cli.quests.importing import reports
    from toolbox_cli.quests.sessions import looking, promoting, purging
else:
    database = deferred("toolbox_cli.quests.database")
    looking = deferred("toolbox_cli.quests.sessions.looking")
    promoting = deferred("toolbox_cli.quests.sessions.promoting")
    purging = deferred("toolbox_cli.quests.sessions.purging")
    reports = deferred("toolbox_cli.quests.importing.reports")

sessions = group(
    "sessions",
    "Look after the conversations in which parents make quests.",
    {
        "list": Entry("toolbox_cli.quests.sessions.cli:list_", "List sessions, the latest first."),
        "show": Entry("toolbox_cli.quests.sessions.cli:show", "Show how far a session came, and its graph stands."),
        "promote": Entry(
            "toolbox_cli.quests.sessions.cli:promote",
            "Make a draft of a session's graph, where nothing is wrong with it.",
        ),
        "purge": Entry(
            "toolbox_cli.quests.sessions.cli:purge", "Delete sessions for good that have not changed for long."
        ),
    },
)


def list_(
    ctx: typer.Context, user: UserOption = None, stage: StageOption = None, form: FormatOption = Format.TABLE
) -> None:
    """List sessions, the latest first.

    Stages are greeting, collecting_info, clarifying, generating, reviewing, quest_ready.

    Examples:
        toolbox quests sessions list --stage quest_ready
        toolbox quests sessions list --user 17 --format json
    """
    render(runtime_of(ctx), looking.list_(runtime_of(ctx), user, stage), form)


def show(
    ctx: typer.Context, session: SessionArgument, personal: PersonalOption = False, form: FormatOption = Format.TABLE
) -> None:
    """Show how far a session came, and its graph stands.

    Messages are counted; with --personal they are shown, with what the parent told of the child and the family.

    Examples:
        toolbox quests sessions show 1
        toolbox quests sessions show 1 --personal --format json
    """
    render(runtime_of(ctx), looking.show(runtime_of(ctx), session, personal=personal), form)


def promote(
    ctx: typer.Context,
    session: SessionArgument,
    quest: QuestOption,
    title: TitleOption = None,
    dry_run: DryRunOption = False,
    form: FaultsFormOption = Form.TABLE,
) -> None:
    """Make a draft of a session's graph, where nothing is wrong with it.

    It is read and checked as `toolbox quests import` reads and checks files, and nothing is written where it has an
    error (status 3). Name, age and interests of the child, memories and the like are taken from what the session tells.
    The parent is the author; a session that was reviewing is ready then.

    Examples:
        toolbox quests sessions promote 1 --quest by-the-sea --title 'By the Sea'
    """
    runtime = runtime_of(ctx)
    with database.transaction(runtime, dry_run=dry_run) as connection:
        done = promoting.promote(connection, session, quest, title, runtime.settings.env)
    runtime.out.write(reports.import_text(done.imported, form, runtime.out, dry_run=dry_run))
    if done.left_out:
        runtime.say(f"No column holds {', '.join(done.left_out)} of the session.")
    if done.imported.refused:
        raise typer.Exit(Exit.FINDINGS)


def purge(
    ctx: typer.Context,
    older_than: OlderOption,
    stage: StageOption = None,
    yes: YesOption = False,
    dry_run: DryRunOption = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """Delete sessions for good that have not changed for long.

    Quests that were made of them stay. From cron, give --yes.

    Examples:
        toolbox quests sessions purge --older-than 90d --dry-run
        toolbox quests sessions purge --older-than 30d --stage greeting --yes
    """
    runtime = runtime_of(ctx)
    render(runtime, purging.purge(runtime, older_than, stage, yes=yes, dry_run=dry_run), form)
