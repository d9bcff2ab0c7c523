"""Fills the template database with the whole schema, as `toolbox db upgrade` does it."""

from typing import Final

from toolbox_cli.core.database.names import Names
from toolbox_cli.core.database.target import Target
from toolbox_cli.core.settings import PLATFORMS, RECORDS
from toolbox_cli.db.revisions.upgrade import upgrade

NAMES: Final = Names({name: name for name in (RECORDS, *PLATFORMS)})


def build_template(url: str) -> None:
    """Bring an empty database to the heads of all platforms."""
    upgrade(Target(url, NAMES, "the test suite"))
