"""`toolbox lms purge`."""

from typing import TYPE_CHECKING

import typer

from toolbox_cli.core.commands import deferred
from toolbox_cli.core.options import DryRunOption, FormatOption, YesOption, runtime_of
from toolbox_cli.core.output import Format, render
from toolbox_cli.lms.purge.options import BeforeOption, KeepOption, NameArgument, PersonOption

if TYPE_CHECKING:
    from toolbox_cli.lms.purge import asking
else:
    asking = deferred("toolbox_cli.lms.purge.asking")


def purge(
    ctx: typer.Context,
    name: NameArgument = None,
    keep: KeepOption = None,
    before: BeforeOption = None,
    person: PersonOption = None,
    dry_run: DryRunOption = False,
    yes: YesOption = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """Forget what old runs wrote down of people, and people who left; or one person.

    Of runs that are older stays what they did to how many rows, but not what the rows were: they can't be undone any
    more. Held runs stay as they are. Who left that long ago keeps a row without name, address and keys. With --person
    one person is forgotten, in every run and whatever its age; they must have left, or be left out of syncs.
    Accounts here and their results stay. It can't be taken back.

    Examples:
        toolbox lms purge --keep 400d --dry-run
        toolbox lms purge --keep 400d --yes
        toolbox lms purge district --before 2026-08-01
        toolbox lms purge district --person stu-020
    """
    runtime = runtime_of(ctx)
    wish = asking.wish_of(runtime, name, keep, before, person)
    report = asking.purge(runtime, wish, dry_run=dry_run, yes=yes)
    if not runtime.quiet:
        render(runtime, report, form)
