"""What a revision's SQL does to tables that exist: which lock it takes, and whether it reads or rewrites every row.

Source: PostgreSQL's documentation, "Explicit Locking" and "ALTER TABLE"; a test holds this against `pg_locks` and the
tables' file numbers of a real server.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
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

    NONE = 0
    """Nobody waits."""
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
        (rf"{_ALTER}{_AT_ONCE}.*\bADD (?:CONSTRAINT \S+ )?CHECK\b", Lock.ACCESS_EXCLUSIVE, Work.SCAN),
        (rf"{_ALTER}.*\bADD [^,]*\b(?:UNIQUE|PRIMARY KEY|EXCLUDE)\b", Lock.ACCESS_EXCLUSIVE, Work.SCAN),
        (rf"{_ALTER}.*\bSET NOT NULL\b", Lock.ACCESS_EXCLUSIVE, Work.SCAN),
        (rf"{_ALTER}{_AT_ONCE} ADD (?:CONSTRAINT \S+ )?FOREIGN KEY\b", Lock.SHARE_ROW_EXCLUSIVE, Work.SCAN),
        (rf"{_ALTER} ADD (?:CONSTRAINT \S+ )?FOREIGN KEY\b", Lock.SHARE_ROW_EXCLUSIVE, Work.BRIEF),
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
_CHANGED: Final = re.compile(r'(?:ALTER|CREATE) TABLE (?:ONLY |IF (?:NOT )?EXISTS )*"?(\w+)"?', re.IGNORECASE)
_REFERENCES: Final = re.compile(r'\bREFERENCES "?(\w+)"?', re.IGNORECASE)
_ATTACHED: Final = re.compile(r'ALTER TABLE "?(\w+)"? ATTACH PARTITION', re.IGNORECASE)
_LOOKED_AT: Final = re.compile(r"\((?:\d+, )?'(\w+)', '")
"""A table that a guard looks through for rows in the way."""

_TOKEN: Final = re.compile(
    r"""--[^\n]*
    | /\* (?: [^*/] | \*(?!/) | /(?!\*) | /\*.*?\*/ )* \*/
    | (?<=[^\w$][eE]) ' (?: [^'\\] | \\. | '' )* '
    | ' (?: [^'] | '' )* '
    | " [^"]* "
    | (?<![\w$]) (\$(?:[^\W\d]\w*)?\$) .*? \1
    | ;
    | [^;'"$/-]+
    | .""",
    re.DOTALL | re.VERBOSE,
)


def effects(sql: str) -> tuple[Effect, ...]:
    """Say what SQL does to tables that were there before it, by table name; what does nothing of it is left out."""
    seen = _Seen()
    for statement in statements(sql):
        seen.take(re.sub(r"\s+", " ", statement))
    return tuple(seen.strongest[name] for name in sorted(seen.strongest))


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
            parts.append(" ")
            continue
        if text != ";":
            parts.append(text)
            continue
        if whole := "".join(parts).strip():
            yield whole
        parts.clear()
    if whole := "".join(parts).strip():
        yield whole


@dataclass(slots=True)
class _Seen:
    """What statements have done so far.

    Attributes:
        made: tables that they created: nobody else sees these.
        known_as: new names of tables to those they had before.
        referred: table to the tables that foreign keys of it, made here, refer to.
        strongest: by the name that a table had before.
    """

    made: set[str] = field(default_factory=set)
    known_as: dict[str, str] = field(default_factory=dict)
    referred: dict[str, set[str]] = field(default_factory=dict)
    strongest: dict[str, Effect] = field(default_factory=dict)

    def take(self, statement: str) -> None:
        """Add what one statement does; its white space is single."""
        if created := _CREATED.match(statement):
            self.made.add(created[1])
        for pattern, lock, work in _FORMS:
            if match := pattern.match(statement):
                self._note(match["table"], lock, work)
                break
        self._refer(statement)
        if statement.startswith("DO $guard$"):
            for table in _LOOKED_AT.findall(statement):
                self._note(table, Lock.NONE, Work.SCAN)
        if renamed := _RENAMED.match(statement):
            self.known_as[renamed[2]] = self.known_as.get(renamed[1], renamed[1])
            self.made.discard(renamed[1])

    def _refer(self, statement: str) -> None:
        """Note the tables at the other end of foreign keys: they get a trigger, which a partition gives up again."""
        if changed := _CHANGED.match(statement):
            referred = self.referred.setdefault(changed[1], set())
            for table in _REFERENCES.findall(statement):
                referred.add(table)
                self._note(table, Lock.SHARE_ROW_EXCLUSIVE, Work.BRIEF)
        if attached := _ATTACHED.match(statement):
            for table in self.referred.get(attached[1], ()):
                self._note(table, Lock.ACCESS_EXCLUSIVE, Work.BRIEF)

    def _note(self, table: str, lock: Lock, work: Work) -> None:
        if table in self.made:
            return
        name = self.known_as.get(table, table)
        before = self.strongest.get(name, Effect(name, lock, work))
        self.strongest[name] = Effect(name, max(before.lock, lock), max(before.work, work))
