"""Seed a test's database."""

import datetime
from typing import Any, Final

from tests.support.school import target
from tests.support.servers import Database
from toolbox_cli.core.settings import Settings
from toolbox_cli.seed.domains import COMMANDS
from toolbox_cli.seed.profiles.reading import profile_files, read_profile
from toolbox_cli.seed.seeding import seed
from toolbox_cli.seed.wishes import Seeded, Wishes

DAY: Final = datetime.date(2026, 10, 1)


def seed_database(database: Database, what: str = "roblox", profile: str = "classroom", **fields: Any) -> Seeded:
    """Load what a command loads; keywords replace fields of the wishes."""
    read = read_profile(profile_files()[profile], students=fields.pop("students", None))
    wishes = Wishes(**{"domains": COMMANDS[what], "profile": read, "seed": 42, "today": DAY, **fields})
    return seed(target(database), Settings(), wishes)
