"""Fixtures for other projects' tests: a PostgreSQL database of their own, migrated or filled, thrown away afterwards.

    def test_every_score_is_a_percentage(toolbox_seeded):
        with toolbox_seeded.connect() as connection:
            ...

pytest finds the plugin by itself where toolbox is installed. Nothing is imported before a fixture is asked for.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    from toolbox_cli.testing.databases import Databases, ToolboxDatabase

_OPTIONS: Final = {
    "toolbox_seed": ("What toolbox_seeded holds: roblox, lms, quests, frames or all.", "roblox"),
    "toolbox_profile": ("How much of it: the name of a profile that ships, or a file.", "classroom"),
    "toolbox_students": ("How many students, in place of the profile's.", ""),
    "toolbox_as_of": ("The day that its rows take as today.", "2026-10-01"),
}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare what `pyproject.toml` or `pytest.ini` may say."""
    for name, (told, default) in _OPTIONS.items():
        parser.addini(name, told, default=default)
    parser.addini("toolbox_server", "URL of a server to make the databases on, in place of one that is started.")


@pytest.fixture(scope="session")
def toolbox_databases(pytestconfig: pytest.Config) -> "Iterator[Databases]":
    """Make databases on one server, which ends with the session, however that ends."""
    from toolbox_cli.testing.databases import serving

    with serving(str(pytestconfig.getini("toolbox_server") or "")) as made:
        yield made


@pytest.fixture
def toolbox_database(toolbox_databases: "Databases") -> "Iterator[ToolboxDatabase]":
    """A database with the schemas of all platforms, and no row in them."""
    with toolbox_databases.migrated() as database:
        yield database


@pytest.fixture
def toolbox_seeded(toolbox_databases: "Databases", pytestconfig: pytest.Config) -> "Iterator[ToolboxDatabase]":
    """A database with sample data, the same rows in every run: the ini file's `toolbox_seed` and its like say which."""
    from toolbox_cli.testing.databases import Filling

    what, profile, students, as_of = (str(pytestconfig.getini(name)) for name in _OPTIONS)
    filling = Filling(what, profile, students, as_of, pytestconfig.rootpath)
    with toolbox_databases.seeded(filling) as database:
        yield database
