"""`toolbox lms enrollments` and `toolbox lms identities`."""

from typing import TYPE_CHECKING

import typer

from toolbox_cli.core.commands import deferred
from toolbox_cli.core.options import DryRunOption, FormatOption, runtime_of
from toolbox_cli.core.output import Format, render
from toolbox_cli.lms.people.choices import Action
from toolbox_cli.lms.people.options import (
    CourseOption,
    LinkOption,
    LockOption,
    MergeOption,
    NameArgument,
    OnlyOption,
    OptInOption,
    OptOutOption,
    PersonalOption,
    PersonOption,
    RoleOption,
    SplitOption,
    StandingOption,
    UnlinkOption,
    UnlockOption,
)

if TYPE_CHECKING:
    from toolbox_cli.lms.people import asking, looking
else:
    asking = deferred("toolbox_cli.lms.people.asking")
    looking = deferred("toolbox_cli.lms.people.looking")


def enrollments(
    ctx: typer.Context,
    name: NameArgument,
    course: CourseOption = None,
    person: PersonOption = None,
    role: RoleOption = None,
    status: StandingOption = None,
    personal: PersonalOption = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """Say who is in which course, in which role.

    Courses and people are named by their keys at the other side. The table ends after 200 lines, JSON has all.

    Examples:
        toolbox lms enrollments district
        toolbox lms enrollments district --course cls-mat5-a --role teacher --status active
        toolbox lms enrollments district --person stu-017 --personal
        toolbox lms enrollments district --format json
    """
    wish = looking.Enrolled(course, person, role, status, personal)
    asking.show_enrollments(runtime_of(ctx), name, wish, form)


def identities(
    ctx: typer.Context,
    name: NameArgument,
    person: PersonOption = None,
    only: OnlyOption = None,
    personal: PersonalOption = False,
    merge: MergeOption = None,
    split: SplitOption = None,
    opt_out: OptOutOption = None,
    opt_in: OptInOption = None,
    lock: LockOption = None,
    unlock: UnlockOption = None,
    link: LinkOption = None,
    unlink: UnlinkOption = None,
    dry_run: DryRunOption = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """Say which accounts at the other side are one person, who that is here, and change it.

    Without a change it lists. A change is journaled as a run of its own, which can be undone; opting out and locking
    go for all accounts of the person in this integration. Refused while a sync of it goes on.

    Examples:
        toolbox lms identities district
        toolbox lms identities district --only opted-out --format json
        toolbox lms identities district --merge stu-020 stu-019 --dry-run
        toolbox lms identities district --split stu-018
        toolbox lms identities district --opt-out stu-017 --opt-out stu-042
        toolbox lms identities district --lock stu-017 first_name,display_name
        toolbox lms identities district --link tea-03 ms.lovelace
    """
    runtime = runtime_of(ctx)
    wish = asking.one_wish({
        Action.MERGE: merge, Action.SPLIT: split, Action.OPT_OUT: opt_out, Action.OPT_IN: opt_in, Action.LOCK: lock,
        Action.UNLOCK: unlock, Action.LINK: link, Action.UNLINK: unlink,
    })  # fmt: skip
    if wish:
        render(runtime, asking.change(runtime, name, wish, dry_run=dry_run), form)
    else:
        asking.show_identities(runtime, name, looking.Known(person, only, personal), form)
