"""`toolbox quests list`, `library` and `rate`."""

from typing import TYPE_CHECKING

import typer

from toolbox_cli.core.commands import Entry, deferred, group
from toolbox_cli.core.options import DryRunOption, FormatOption, runtime_of
from toolbox_cli.core.output import Format, render
from toolbox_cli.quests.library.options import (
    AgeOption,
    AuthorOption,
    ByOption,
    ForOption,
    ModuleOption,
    NameArgument,
    PublicOption,
    RatedArgument,
    RatingOption,
    RecomputeOption,
    StarsOption,
    TextOption,
)
from toolbox_cli.quests.options import PersonalOption

if TYPE_CHECKING:
    from toolbox_cli.quests.library import asking, keeping, listing
else:
    asking = deferred("toolbox_cli.quests.library.asking")
    keeping = deferred("toolbox_cli.quests.library.keeping")
    listing = deferred("toolbox_cli.quests.library.listing")

library = group(
    "library",
    "Take public quests for a parent, and give them back.",
    {
        "add": Entry("toolbox_cli.quests.library.cli:add", "Take a public quest for a parent."),
        "remove": Entry("toolbox_cli.quests.library.cli:remove", "Give back what a parent took; its rating stays."),
        "list": Entry("toolbox_cli.quests.library.cli:taken", "List what a parent took, the latest first."),
    },
)


def list_(
    ctx: typer.Context,
    public: PublicOption = False,
    module: ModuleOption = None,
    age: AgeOption = None,
    min_rating: RatingOption = None,
    author: AuthorOption = None,
    personal: PersonalOption = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """List quests, the best first.

    A title may name the child: that of a quest which is not public is shown with --personal. A quest that doesn't say
    for which ages it is fits none.

    Examples:
        toolbox quests list --public --module CBT --age 7-9 --min-rating 4
        toolbox quests list --author 17 --personal
        toolbox quests list --format json
    """
    only = listing.Filter(public, module, age, min_rating, author, personal)
    render(runtime_of(ctx), listing.list_(runtime_of(ctx), only), form)


def add(
    ctx: typer.Context,
    quest: NameArgument,
    parent: ForOption,
    dry_run: DryRunOption = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """Take a public quest for a parent.

    Examples:
        toolbox quests library add tide-pools --for 18
    """
    render(runtime_of(ctx), asking.add(runtime_of(ctx), quest, parent, dry_run=dry_run), form)


def remove(
    ctx: typer.Context,
    quest: NameArgument,
    parent: ForOption,
    dry_run: DryRunOption = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """Give back what a parent took; its rating stays.

    Examples:
        toolbox quests library remove tide-pools --for 18
    """
    render(runtime_of(ctx), asking.remove(runtime_of(ctx), quest, parent, dry_run=dry_run), form)


def taken(ctx: typer.Context, parent: ForOption, form: FormatOption = Format.TABLE) -> None:
    """List what a parent took, the latest first.

    Examples:
        toolbox quests library list --for 18
    """
    render(runtime_of(ctx), keeping.taken(runtime_of(ctx), parent), form)


def rate(
    ctx: typer.Context,
    quest: RatedArgument = None,
    by: ByOption = None,
    stars: StarsOption = None,
    text: TextOption = None,
    recompute: RecomputeOption = False,
    dry_run: DryRunOption = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """Rate a public quest for a parent, or compute rating and plays of all quests anew.

    A parent has one rating a quest; another one takes its place. The rating of a quest is the mean of all, to two
    decimals. Its plays are those that progress tells of, where they are more than were counted: not every child shares.

    Examples:
        toolbox quests rate tide-pools --by 18 --stars 4
        toolbox quests rate --recompute
        toolbox quests rate tide-pools --recompute --dry-run
    """
    wish = asking.rating_of(by, stars, text)
    render(runtime_of(ctx), asking.rate(runtime_of(ctx), quest, wish, anew=recompute, dry_run=dry_run), form)
