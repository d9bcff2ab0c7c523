"""Quests in a database, and on the way there."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from tests.support.commands import CommandLine, Outcome
from tests.support.servers import Database
from toolbox_cli.content.faults.families.quests import QUEST

Quests = Callable[..., Outcome]


@pytest.fixture
def quests(cli: CommandLine, database: Database) -> Quests:
    """Run `toolbox quests` on a database with the author 17 and another parent, 18."""
    database.execute("""
        INSERT INTO pas_in_peace.users (id, telegram_id, created_at)
        VALUES (17, 'author-17', now()), (18, '17', now()), (19, 'unique', now())""")
    return partial(cli, "quests", database=database)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one quest without a fault."""
    (tmp_path / "two-doors.yaml").write_text(QUEST.lstrip(), encoding="utf-8")
    return tmp_path


@pytest.fixture
def imported(quests: Quests, folder: Path) -> Path:
    """The file of a quest that the database has."""
    done = quests("import", str(folder), "--author", "id:17")
    assert done.exit_code == 0, done.stdout + done.stderr
    return folder / "two-doors.yaml"
