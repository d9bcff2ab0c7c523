"""The table of `toolbox seed`'s commands, and the commands."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from toolbox_cli.core.commands import Entry, deferred, group
from toolbox_cli.core.options import DryRunOption, FormatOption, runtime_of
from toolbox_cli.core.output import Format, render
from toolbox_cli.seed.options import (
    AppendOption,
    AsOfOption,
    BulkOption,
    LocaleOption,
    OnlyOption,
    ProfileOption,
    ResetOption,
    SeedOption,
    StudentsOption,
)
from toolbox_cli.seed.profiles.names import CLASSROOM

if TYPE_CHECKING:
    from toolbox_cli.seed import asking, domains, reports
else:
    asking = deferred("toolbox_cli.seed.asking")
    domains = deferred("toolbox_cli.seed.domains")
    reports = deferred("toolbox_cli.seed.reports")

_DATA = "Sample data"
_REFERENCE = "Reference data, for production too"
_PROFILES = "Profiles"

seed = group(
    "seed",
    "Fill a development database with realistic data.",
    {
        "roblox": Entry(
            "toolbox_cli.seed.cli:roblox", "Load classes, and what they did in Roblox and beside it.", _DATA
        ),
        "lms": Entry("toolbox_cli.seed.cli:lms", "Load the classes' courses and grades in schools' systems.", _DATA),
        "quests": Entry(
            "toolbox_cli.seed.cli:quests", "Load families with their quests, and how they are played.", _DATA
        ),
        "frames": Entry(
            "toolbox_cli.seed.cli:frames", "Load universities with their students' work in modules.", _DATA
        ),
        "all": Entry("toolbox_cli.seed.cli:everything", "Load sample data of every platform.", _DATA),
        "reference": Entry(
            "toolbox_cli.seed.reference.cli:reference",
            "Load what every installation starts with: objectives, lessons, templates, quests, modules.",
            _REFERENCE,
        ),
        "list": Entry("toolbox_cli.seed.cli:profiles", "List the profiles, and how many rows each makes.", _PROFILES),
        "check": Entry(
            "toolbox_cli.seed.cli:check", "Check a profile, and say what it makes; asks no database.", _PROFILES
        ),
    },
)


def _loading(what: str, told: str) -> Callable[..., None]:
    """Make the command that loads something: all of them ask for the same."""

    def load(
        ctx: typer.Context,
        profile: ProfileOption = CLASSROOM,
        students: StudentsOption = None,
        seed: SeedOption = 42,
        as_of: AsOfOption = None,
        locale: LocaleOption = None,
        only: OnlyOption = None,
        append: AppendOption = False,
        reset: ResetOption = False,
        bulk: BulkOption = False,
        dry_run: DryRunOption = False,
        form: FormatOption = Format.TABLE,
    ) -> None:
        runtime = runtime_of(ctx)
        asked = asking.Asked(what, profile, students, seed, as_of, locale, only or (), append, reset, bulk, dry_run)
        wishes = asking.wishes_of(runtime, asked)
        with reports.watching(runtime) as watch:
            done = asking.seed_each(runtime, wishes, watch)
        render(runtime, reports.seeded(done, wishes), form)

    load.__doc__ = told
    return load


roblox = _loading(
    "roblox",
    """Load classes, and what they did in Roblox and beside it.

    Teachers, students and parents with their consents, lessons with quizzes, live sessions, results, progress. The same
    profile, seed and day give the same rows anywhere; loading them twice changes nothing. Addresses are in reserved
    domains. All of it is one transaction. Refused in production, and beside rows that seeding did not make.

    Examples:
        toolbox seed roblox
        toolbox seed roblox --students 100 --as-of 2026-10-01
        toolbox seed roblox --students 60 --seed 7 --reset
        toolbox seed roblox --only users,lessons --dry-run
    """,
)

lms = _loading(
    "lms",
    """Load the classes' courses and grades in schools' systems.

    Loads the classes too, where they are not there: courses, assignments and grades stand on them.

    Examples:
        toolbox seed lms
        toolbox seed lms --students 60 --seed 7
    """,
)

quests = _loading(
    "quests",
    """Load families with their quests, and how they are played.

    Public quests have an approved review of exactly their content by somebody else, and progress is there only where
    the child agrees: the database would refuse anything else.

    Examples:
        toolbox seed quests
        toolbox seed quests --profile school
    """,
)

frames = _loading(
    "frames",
    """Load universities with their students' work in modules.

    Examples:
        toolbox seed frames
        toolbox seed frames --profile school --bulk
    """,
)

everything = _loading(
    "all",
    """Load sample data of every platform.

    One transaction a database: where the platforms live in several, each is loaded whole or not at all.

    Examples:
        toolbox seed all
        toolbox seed all --profile school
        toolbox seed all --students 200 --bulk
        toolbox seed all --reset --dry-run
    """,
)


def profiles(ctx: typer.Context, form: FormatOption = Format.TABLE) -> None:
    """List the profiles, and how many rows each makes.

    Examples:
        toolbox seed list
        toolbox seed list --format json
    """
    render(runtime_of(ctx), reports.profiles(asking.shipped_profiles(), domains.COMMANDS["all"]), form)


def check(
    ctx: typer.Context,
    profile: Annotated[str, typer.Argument(metavar="PROFILE", help="A name, or a file.")],
    students: StudentsOption = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Check a profile, and say what it makes; asks no database.

    Every fault is told at once, with line and column.

    Examples:
        toolbox seed check school
        toolbox seed check district --students 5000
    """
    runtime = runtime_of(ctx)
    found = asking.profile_named(runtime, profile, students)
    render(runtime, reports.expected(found, domains.COMMANDS["all"]), form)
