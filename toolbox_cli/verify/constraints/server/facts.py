"""What the live catalog says of rules that are there and still don't bite, or not for everybody."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from psycopg import Connection
from psycopg.rows import tuple_row

REPLICA: Final = "replica-session"

_WORDS: Final = {
    "trigger-disabled": ("its trigger is {}", "Turn it on again: ALTER TABLE ... ENABLE TRIGGER ALL"),
    "not-validated": ("NOT VALID: rows from before may break it", "ALTER TABLE ... VALIDATE CONSTRAINT"),
    "not-enforced": ("NOT ENFORCED: it refuses nothing", "Drop it and add it again, enforced."),
    "index-invalid": ("its index is invalid", "Drop it and build it again: REINDEX INDEX CONCURRENTLY"),
    REPLICA: (
        "session_replication_role = replica{}: foreign keys and triggers are not asked",
        "ALTER ROLE or ALTER DATABASE ... RESET session_replication_role",
    ),
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that keeps a rule from biting.

    Attributes:
        code: of the finding that it makes.
        table: of the rule; empty where it concerns sessions.
        name: of the rule, or of the role whose sessions it concerns; empty for all of them.
        words: what is so, for people.
    """

    code: str
    table: str
    name: str
    words: str
    remedy: str


def read_facts(connection: Connection[Any], schema: str) -> list[Fact]:
    """Read what one schema and the whole database say, in one query.

    Wants no right but to connect.
    """
    cursor = connection.cursor(row_factory=tuple_row)
    rows = cursor.execute(_query(), {"schema": schema}).fetchall()
    return [_fact(*row) for row in rows]


def _fact(code: str, table: str, name: str, detail: str) -> Fact:
    words, remedy = _WORDS[code]
    where = f" in {detail}" if code == REPLICA and detail else detail
    return Fact(code, table, name, words.format(where), remedy)


@cache
def _query() -> str:
    return files(__package__).joinpath("facts.sql").read_text(encoding="utf-8")
