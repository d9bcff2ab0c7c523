"""Judges quests for tests."""

import json
from typing import Any

from tests.quests.conftest import Quests
from tests.support.commands import Outcome
from tests.support.servers import Database

SCORES = ("--safety", "5", "--therapy", "4", "--age", "5", "--reveal", "4")
APPROVAL = ("--approve", *SCORES, "--credentials", "MSc Psychology")


def one(database: Database, statement: str) -> Any:
    """Give the only value that a statement returns; names are those of the platform."""
    with database.connect(options="-c search_path=pas_in_peace") as connection:
        ((value,),) = connection.execute(statement).fetchall()
    return value


def hash_now(database: Database, quest: str = "two-doors") -> str:
    found: str = one(database, f"SELECT quest_content_hash(q) FROM quests AS q WHERE quest_id = '{quest}'")
    return found


def approve(quests: Quests, database: Database, by: str = "19") -> Outcome:
    """Approve the quest's present content."""
    return quests("review", "two-doors", "--by", by, *APPROVAL, "--content", hash_now(database))


def moderate(database: Database) -> None:
    """Let moderation approve."""
    database.execute("UPDATE pas_in_peace.quests SET moderation_status = 'approved'")


def report(done: Outcome) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(done.stdout)
    return found
