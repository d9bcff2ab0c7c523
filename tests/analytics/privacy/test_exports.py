"""What an export leaves on a machine and in the records: for its owner alone, and by the name of who gets it."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.analytics.exporting.events import EVENTS, KEY, happen, set_scene
from tests.support.commands import CommandLine
from tests.support.servers import Database

WITH_KEYS = {"TOOLBOX_SECRET_KEYS": KEY}


@pytest.fixture
def told(database: Database) -> Database:
    set_scene(database)
    with database.connect() as connection:
        happen(connection, 60)
    return database


@pytest.fixture
def open_umask() -> Iterator[None]:
    held = os.umask(0)
    yield
    os.umask(held)


@pytest.mark.usefixtures("open_umask")
def test_nobody_else_on_the_machine_can_open_an_export(cli: CommandLine, told: Database, tmp_path: Path) -> None:
    for _ in range(2):
        done = cli("analytics", "export", EVENTS, "--to", "out", "--incremental", database=told, environ=WITH_KEYS)
        assert done.exit_code == 0, done.stderr
    [aside] = (tmp_path / "out").glob(f".{EVENTS}")
    open_to_others = {
        str(path.relative_to(aside)): stat.filemode(path.stat().st_mode)
        for path in (aside, *aside.rglob("*"))
        if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
    }
    assert not open_to_others
    assert list(aside.rglob("*.parquet"))


@pytest.mark.parametrize(
    "given",
    [("--since", "2026-01-02"), ("--until", "2026-02-01T00:00+01:00"), ("--since", "2026-01", "--until", "2026-01-31")],
)
def test_tables_of_cells_are_not_a_day_apart(cli: CommandLine, database: Database, given: tuple[str, ...]) -> None:
    done = cli("analytics", "export", EVENTS, "--privacy", "aggregate", *given, database=database, environ=WITH_KEYS)
    assert done.exit_code == 2
    assert "whole months" in done.stderr


@pytest.mark.parametrize("privacy", ["pseudonymous", "aggregate", "identified"])
def test_a_recipient_has_a_name(cli: CommandLine, database: Database, privacy: str) -> None:
    given = ("--privacy", privacy, "--recipient", " \t", "--basis", "a test")
    done = cli("analytics", "export", EVENTS, *given, database=database, environ=WITH_KEYS)
    assert done.exit_code == 2
    assert "recipient has no name" in done.stderr


@pytest.mark.parametrize("privacy", ["pseudonymous", "aggregate", "identified"])
def test_a_basis_says_something(cli: CommandLine, database: Database, privacy: str) -> None:
    given = ("--privacy", privacy, "--basis", " \t")
    done = cli("analytics", "export", EVENTS, *given, database=database, environ=WITH_KEYS)
    assert done.exit_code == 2
    assert "basis says nothing" in done.stderr


def test_a_recipient_is_the_same_however_the_name_is_spaced(cli: CommandLine, told: Database) -> None:
    for place, name in (("a", "Zürich  District"), ("b", " Zu\u0308rich District\n")):
        done = cli("analytics", "export", EVENTS, "--to", place, "--recipient", name, database=told, environ=WITH_KEYS)
        assert done.exit_code == 0, done.stderr
    assert told.execute("SELECT recipient FROM toolbox.pseudonym_keys") == [("Zürich District",)]
    assert told.execute("SELECT DISTINCT recipient FROM toolbox.disclosures") == [("Zürich District",)]
