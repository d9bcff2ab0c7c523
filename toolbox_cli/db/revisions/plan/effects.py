"""What a revision's SQL does to tables that exist: which lock it takes, and whether it reads or rewrites every row.

Source: PostgreSQL's documentation, "Explicit Locking" and "ALTER TABLE"; a test holds this against `pg_locks` and the
tables' file numbers of a real server.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import Final


class Work(IntEnum):
    """How much a statement does with a table's rows, least first."""

    BRIEF = 0
    """A change of the catalog: a moment, whatever the size."""
    SCAN = 1
    """Reads every row, or builds an index of them."""
    REWRITE = 2
    """Writes the whole table anew."""


class Lock(IntEnum):
    """Table locks that hold others up, weakest first."""

    SHARE = 1
    """Writers wait, readers don't."""
    SHARE_ROW_EXCLUSIVE = 2
    """Writers wait, readers don't."""
    ACCESS_EXCLUSIVE = 3
    """Everybody waits."""


@dataclass(frozen=True, slots=True)
class Effect:
    """The strongest lock and the most work that a revision has for one table."""

    table: str
    lock: Lock
    work: Work


_NAME: Final = r'(?:ONLY\s+)?(?:IF\s+EXISTS\s+)?"?(?P<table>\w+)"?'
_ALTER: Final = rf"ALTER TABLE {_NAME}"
_AT_ONCE: Final = r"(?!.*\bNOT VALID\b)"
_VOLATILE: Final = r"(?:gen_random_uuid|random|nextval|clock_timestamp)\b"
_FORMS: Final[tuple[tuple[re.Pattern[str], Lock, Work], ...]] = tuple(
    (re.compile(pattern, re.IGNORECASE | re.DOTALL), lock, work)
    for pattern, lock, work in (
        (rf"{_ALTER}.*\bALTER (?:COLUMN )?\"?\w+\"? (?:SET DATA )?TYPE\b", Lock.ACCESS_EXCLUSIVE, Work.REWRITE),
        (rf"{_ALTER}.*\bADD (?:COLUMN )?(?!CONSTRAINT)[^,]*\bDEFAULT {_VOLATILE}", Lock.ACCESS_EXCLUSIVE, Work.REWRITE),
        (rf"{_ALTER}{_AT_ONCE}.*\bADD CONSTRAINT \S+ CHECK\b", Lock.ACCESS_EXCLUSIVE, Work.SCAN),
        (rf"{_ALTER}.*\bADD CONSTRAINT \S+ (?:UNIQUE|PRIMARY KEY|EXCLUDE)\b", Lock.ACCESS_EXCLUSIVE, Work.SCAN),
        (rf"{_ALTER}.*\b(?:SET NOT NULL|ADD PRIMARY KEY|ADD UNIQUE)\b", Lock.ACCESS_EXCLUSIVE, Work.SCAN),
        (rf"{_ALTER}{_AT_ONCE}.*\bADD (?:CONSTRAINT \S+ )?FOREIGN KEY\b", Lock.SHARE_ROW_EXCLUSIVE, Work.SCAN),
        (rf"ALTER TABLE \S+ ATTACH PARTITION {_NAME}", Lock.ACCESS_EXCLUSIVE, Work.SCAN),
        (_ALTER, Lock.ACCESS_EXCLUSIVE, Work.BRIEF),
        (rf"DROP TABLE {_NAME}", Lock.ACCESS_EXCLUSIVE, Work.BRIEF),
        (rf"(?:UPDATE|DELETE FROM) {_NAME}", Lock.SHARE, Work.REWRITE),
        (rf"CREATE (?:UNIQUE )?INDEX (?!CONCURRENTLY).*?\bON {_NAME}", Lock.SHARE, Work.SCAN),
        (rf"CREATE (?:CONSTRAINT )?TRIGGER .*?\bON {_NAME}", Lock.SHARE_ROW_EXCLUSIVE, Work.BRIEF),
        (rf"DROP TRIGGER .*?\bON {_NAME}", Lock.ACCESS_EXCLUSIVE, Work.BRIEF),
    )
)  # fmt: skip

_CREATED: Final = re.compile(r'CREATE TABLE (?:IF NOT EXISTS )?"?(\w+)"?', re.IGNORECASE)
_RENAMED: Final = re.compile(r'ALTER TABLE "?(\w+)"? RENAME TO "?(\w+)"?', re.IGNORECASE)
_TOKEN: Final = re.compile(r"--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'|\"[^\"]*\"|(\$\w*\$).*?\1|;|[^;'\"$/-]+|.", re.DOTALL)


def effects(sql: str) -> tuple[Effect, ...]:
    """Say what SQL does to tables that were there before it, by table name; what takes no such lock is left out."""
    made: set[str] = set()
    known_as: dict[str, str] = {}
    strongest: dict[str, Effect] = {}
    for statement in statements(sql):
        if created := _CREATED.match(statement):
            made.add(created[1])
        effect = _effect(statement)
        if effect and effect.table not in made:
            name = known_as.get(effect.table, effect.table)
            before = strongest.get(name, Effect(name, Lock.SHARE, Work.BRIEF))
            strongest[name] = Effect(name, max(before.lock, effect.lock), max(before.work, effect.work))
        if renamed := _RENAMED.match(statement):
            known_as[renamed[2]] = known_as.get(renamed[1], renamed[1])
            made.discard(renamed[1])
    return tuple(strongest[name] for name in sorted(strongest))


def statements(sql: str) -> Iterator[str]:
    r"""Split SQL at its semicolons, but for those in quotes and bodies; comments and empty statements are left out.

    Example:
        >>> list(statements("SELECT ';'; -- one; two\nDO $x$ BEGIN; END $x$;"))
        ["SELECT ';'", 'DO $x$ BEGIN; END $x$']
    """
    parts: list[str] = []
    for token in _TOKEN.finditer(sql):
        text = token[0]
        if text.startswith(("--", "/*")):
            continue
        if text != ";":
            parts.append(text)
            continue
        if whole := "".join(parts).strip():
            yield whole
        parts.clear()
    if whole := "".join(parts).strip():
        yield whole


def _effect(statement: str) -> Effect | None:
    flat = re.sub(r"\s+", " ", statement)
    for pattern, lock, work in _FORMS:
        if match := pattern.match(flat):
            return Effect(match["table"], lock, work)
    return None
