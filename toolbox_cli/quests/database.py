"""The database that holds quests, as commands of this group use it."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Final

from toolbox_cli.content.quests.graph import Graph
from toolbox_cli.content.quests.quest import About, Quest
from toolbox_cli.content.quests.reading import react_flow
from toolbox_cli.content.quests.reading.shaping import Read
from toolbox_cli.core.database.transaction import Connection, Row, rows
from toolbox_cli.core.database.transaction import transaction as platform_transaction
from toolbox_cli.core.errors import UsageError
from toolbox_cli.core.nearby import near
from toolbox_cli.core.runtime import Runtime

__all__ = [
    "ABOUT", "PLATFORM", "Connection", "Held", "Row", "held_quests", "named", "not_there", "rows", "transaction",
    "user_named",
]  # fmt: skip

PLATFORM: Final = "pas_in_peace"
PURPOSE: Final = "toolbox quests"

ABOUT: Final = tuple(About.model_fields)
"""Columns of what is said of a quest beside its graph."""

_HELD: Final = f"""
SELECT q.id, q.quest_id, q.user_id, q.is_public, q.quest_yaml, q.graph_structure,
    quest_content_hash(q) AS content_hash, {", ".join(f"q.{name}" for name in ABOUT)}
FROM quests AS q
WHERE %(names)s::text[] IS NULL OR q.quest_id = ANY (%(names)s)
ORDER BY q.quest_id"""  # noqa: S608

_USER: Final = """
SELECT id, telegram_id FROM users
WHERE id::text = %(named)s OR telegram_id = %(named)s ORDER BY id"""


@dataclass(frozen=True, slots=True)
class Held:
    """A quest as the database has it now.

    Attributes:
        author: key of the user.
        read: its graph as it was read; None where it has none.
        content_hash: what a review of it is bound to.
    """

    id: int
    author: int
    is_public: bool
    read: Read | None
    quest: Quest
    quest_yaml: str
    content_hash: str

    @property
    def is_whole(self) -> bool:
        """Whether it has a graph that can be read."""
        return self.read is not None and not self.read.wrong


def transaction(
    runtime: Runtime, *, dry_run: bool = False, snapshot: bool = False
) -> AbstractContextManager[Connection]:
    """Open a transaction on the platform's database, as core/database/transaction.py has it."""
    return platform_transaction(runtime, PLATFORM, PURPOSE, dry_run=dry_run, snapshot=snapshot)


def held_quests(connection: Connection, names: Sequence[str] | None = None, *, lock: bool = False) -> list[Held]:
    """Read quests whole, by name.

    Args:
        connection: in a transaction, with the platform's search_path.
        names: of the quests; those that are not there are left out, and None means all.
        lock: keep others from changing them until the transaction ends.
    """
    query = f"{_HELD} FOR NO KEY UPDATE" if lock else _HELD
    return [_held(row) for row in rows(connection, query, {"names": None if names is None else list(names)})]


def named(connection: Connection, names: Sequence[str], *, lock: bool = False) -> list[Held]:
    """Find quests by name, as `held_quests` reads them.

    Raises:
        UsageError: one is not there.
    """
    found = held_quests(connection, names, lock=lock)
    there = {held.quest.quest_id for held in found}
    if missing := [name for name in names if name not in there]:
        raise not_there(connection, missing)
    return found


def not_there(connection: Connection, names: Sequence[str]) -> UsageError:
    """Say that there are no such quests, and which one may have been meant."""
    known = [row["quest_id"] for row in rows(connection, "SELECT quest_id FROM quests")]
    told = f"is no quest {names[0]}" if len(names) == 1 else f"are no quests {', '.join(names)}"
    return UsageError(f"There {told}.", remedy=near(names[0], known) or "See which there are with: toolbox quests list")


def user_named(connection: Connection, given: str, option: str) -> int:
    """Find a user by id or by messenger account.

    Args:
        connection: in a transaction, with the platform's search_path.
        given: also as id:17 or telegram:17.
        option: where it was given.

    Raises:
        UsageError: there is none, or one has the id that another one has as account.
    """
    told = given.removeprefix("id:").removeprefix("telegram:")
    found = rows(connection, _USER, {"named": told})
    if given.startswith("id:"):
        found = [row for row in found if str(row["id"]) == told]
    elif given.startswith("telegram:"):
        found = [row for row in found if row["telegram_id"] == told]
    if not found:
        raise UsageError(f"There is no user {given}.", remedy=f"Give {option} the id or the messenger account of one.")
    if len(found) > 1:
        raise UsageError(
            f"{given} is the id of one user and the account of another.",
            remedy=f"Write {option} id:{given} or {option} telegram:{given}.",
        )
    return int(found[0]["id"])


def _held(row: Row) -> Held:
    graph = row["graph_structure"]
    read = None if graph in (None, {}) else react_flow.graph_of(graph) if isinstance(graph, dict) else _unreadable()
    about: dict[str, Any] = {name: row[name] for name in ABOUT}
    quest = Quest.model_construct(
        quest_id=row["quest_id"], about=About.model_construct(**about), graph=read.graph if read else Graph()
    )
    notes = {"Q57"}
    if read:
        read.wrong = [one for one in read.wrong if one.code not in notes]
    return Held(row["id"], row["user_id"], bool(row["is_public"]), read, quest, row["quest_yaml"], row["content_hash"])


def _unreadable() -> Read:
    read = Read()
    read.tell("Q51", (), "expected nodes and edges")
    return read
