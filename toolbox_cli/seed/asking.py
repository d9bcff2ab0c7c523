"""From what the command line says to what is seeded where."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace

from toolbox_cli.core.database.target import targets
from toolbox_cli.core.runtime import Runtime
from toolbox_cli.seed.domains import COMMANDS
from toolbox_cli.seed.only import check_names
from toolbox_cli.seed.profiles.reading import find_profile, profile_files, read_profile
from toolbox_cli.seed.profiles.shape import Profile
from toolbox_cli.seed.seeding import refuse_production, seed
from toolbox_cli.seed.wishes import Seeded, Watch, Wishes


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line says.

    Attributes:
        what: the command: roblox, lms, quests, frames or all.
        profile: a name or a path.
        only: names of tables, some of them joined by commas.
    """

    what: str
    profile: str
    students: int | None = None
    seed: int = 42
    as_of: datetime.datetime | None = None
    locale: str | None = None
    only: Sequence[str] = ()
    append: bool = False
    reset: bool = False
    bulk: bool = False
    dry_run: bool = False


def wishes_of(runtime: Runtime, asked: Asked) -> Wishes:
    """Check all that was asked for, before any database is touched.

    Raises:
        RefusedError: this is production.
        InputError: the profile is not usable.
        UsageError: there is no such profile, locale or table.
    """
    refuse_production(runtime.settings)
    domains = COMMANDS[asked.what]
    only = tuple(name.strip() for part in asked.only for name in part.split(",") if name.strip())
    check_names(only, domains)
    return Wishes(
        domains,
        profile_named(runtime, asked.profile, asked.students, asked.locale),
        asked.seed,
        runtime.now().date(),
        only,
        asked.as_of.date() if asked.as_of else None,
        asked.append,
        asked.reset,
        asked.bulk,
        asked.dry_run,
    )


def profile_named(runtime: Runtime, named: str, students: int | None = None, locale: str | None = None) -> Profile:
    """Read a profile that is named, or whose path is given."""
    return read_profile(find_profile(named, runtime.working_folder), students=students, locale=locale)


def shipped_profiles() -> list[Profile]:
    """Read every profile that ships."""
    return [read_profile(file) for file in profile_files().values()]


def seed_each(runtime: Runtime, wishes: Wishes, watch: Watch) -> list[Seeded]:
    """Seed each database that holds a platform of what is asked for; each in one transaction of its own.

    Raises:
        As `seeding.seed`.
    """
    done = []
    for target in targets(runtime.settings, runtime.environ):
        here = tuple(domain for domain in wishes.domains if domain.platform in target.names.platforms)
        if here:
            done.append(seed(target, runtime.settings, replace(wishes, domains=here), watch))
    return done
