"""What each part of an SQL statement does to a table: the lock that it takes, and how much it does with the rows.

Source: PostgreSQL's documentation, "Explicit Locking" and "ALTER TABLE"; a test holds this against `pg_locks` and the
tables' file numbers of a real server.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum, IntEnum, auto
from typing import Final, NamedTuple

from toolbox_cli.db.revisions.plan.statements import Statement, split, without_names


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


class Kind(Enum):
    """What is done, where somebody may want to know it from the rest."""

    TYPE = auto()
    VOLATILE_DEFAULT = auto()
    GENERATED = auto()
    STORAGE = auto()
    CHECK = auto()
    UNIQUE = auto()
    NOT_NULL = auto()
    FOREIGN_KEY = auto()
    VALIDATE = auto()
    ATTACH = auto()
    DROP_COLUMN = auto()
    RENAME_COLUMN = auto()
    DROP_TABLE = auto()
    TRUNCATE = auto()
    INDEX = auto()
    WRITE = auto()
    TRIGGER = auto()
    GUARD = auto()
    OTHER = auto()


@dataclass(frozen=True, slots=True)
class Act:
    """What one part of a statement does to one table.

    Attributes:
        table: its name within its schema.
        start: offset in the statement's text.
        end: the same.
        column: the column that it is about, where it is one.
        every_row: it has no WHERE.
        new_type: what the column's type becomes, as written; with whatever follows it.
    """

    kind: Kind
    table: str
    lock: Lock
    work: Work
    start: int
    end: int
    column: str | None = None
    every_row: bool = False
    new_type: str | None = None


class _Form(NamedTuple):
    pattern: re.Pattern[str]
    kind: Kind
    lock: Lock
    work: Work


IDENTIFIER: Final = r'(?:"(?:[^"]|"")+"|[^\W\d][\w$]*)'
_TABLE: Final = rf"(?:IF EXISTS )?(?:ONLY )?(?:{IDENTIFIER} ?\. ?)?(?P<table>{IDENTIFIER})"
_COLUMN: Final = rf"(?:COLUMN )?(?:IF (?:NOT )?EXISTS )?(?P<column>{IDENTIFIER})"
_NAMED: Final = rf"(?:CONSTRAINT {IDENTIFIER} )?"
_SOON: Final = r"(?!.*\bNOT (?:VALID|ENFORCED)\b)"


def _compiled(pattern: str) -> re.Pattern[str]:
    """Compile a pattern whose blanks stand for any white space."""
    spaced = pattern.replace(" ?", r"\s*").replace(" ", r"\s+")
    return re.compile(spaced, re.IGNORECASE | re.DOTALL)


def _forms(*listed: tuple[str, Kind, Lock, Work]) -> tuple[_Form, ...]:
    return tuple(_Form(_compiled(pattern), kind, lock, work) for pattern, kind, lock, work in listed)


_ALTER: Final = _compiled(rf"ALTER TABLE {_TABLE}")
_ACTIONS: Final = _forms(
    (rf"ALTER {_COLUMN} (?:SET DATA )?TYPE\b", Kind.TYPE, Lock.ACCESS_EXCLUSIVE, Work.REWRITE),
    (rf"ALTER {_COLUMN} SET NOT NULL\b", Kind.NOT_NULL, Lock.ACCESS_EXCLUSIVE, Work.SCAN),
    (rf"ALTER {_COLUMN} SET EXPRESSION\b", Kind.GENERATED, Lock.ACCESS_EXCLUSIVE, Work.REWRITE),
    (rf"ALTER {_COLUMN} (?:SET STATISTICS|(?:SET|RESET) ?\()", Kind.OTHER, Lock.NONE, Work.BRIEF),
    (rf"ADD {_NAMED}CHECK\b{_SOON}", Kind.CHECK, Lock.ACCESS_EXCLUSIVE, Work.SCAN),
    (rf"ADD {_NAMED}(?:UNIQUE|PRIMARY KEY) USING INDEX\b", Kind.OTHER, Lock.ACCESS_EXCLUSIVE, Work.BRIEF),
    (rf"ADD {_NAMED}(?:UNIQUE|PRIMARY KEY|EXCLUDE)\b", Kind.UNIQUE, Lock.ACCESS_EXCLUSIVE, Work.SCAN),
    (rf"ADD {_NAMED}FOREIGN KEY\b{_SOON}", Kind.FOREIGN_KEY, Lock.SHARE_ROW_EXCLUSIVE, Work.SCAN),
    (rf"ADD {_NAMED}FOREIGN KEY\b", Kind.OTHER, Lock.SHARE_ROW_EXCLUSIVE, Work.BRIEF),
    (rf"ADD {_NAMED}NOT NULL (?P<column>{IDENTIFIER}){_SOON}", Kind.NOT_NULL, Lock.ACCESS_EXCLUSIVE, Work.SCAN),
    (r"ADD (?:CONSTRAINT|CHECK)\b", Kind.OTHER, Lock.ACCESS_EXCLUSIVE, Work.BRIEF),
    (rf"ADD {_COLUMN} .*\bGENERATED ALWAYS AS ?\(.*\) STORED\b", Kind.GENERATED, Lock.ACCESS_EXCLUSIVE, Work.REWRITE),
    (rf"ADD {_COLUMN} .*\bGENERATED (?:ALWAYS|BY DEFAULT) AS IDENTITY\b", Kind.GENERATED,
     Lock.ACCESS_EXCLUSIVE, Work.REWRITE),
    (rf"ADD {_COLUMN} (?:small|big)?serial[248]?\b", Kind.GENERATED, Lock.ACCESS_EXCLUSIVE, Work.REWRITE),
    (rf"ADD {_COLUMN} .*\bDEFAULT\b", Kind.VOLATILE_DEFAULT, Lock.ACCESS_EXCLUSIVE, Work.REWRITE),
    (rf"ADD {_COLUMN} .*\b(?:UNIQUE|PRIMARY KEY)\b", Kind.UNIQUE, Lock.ACCESS_EXCLUSIVE, Work.SCAN),
    (rf"ADD {_COLUMN} .*\bCHECK ?\({_SOON}", Kind.CHECK, Lock.ACCESS_EXCLUSIVE, Work.SCAN),
    (rf"ADD {_COLUMN} .*\bDEFAULT\b.*\bREFERENCES\b", Kind.FOREIGN_KEY, Lock.ACCESS_EXCLUSIVE, Work.SCAN),
    (rf"DROP (?!CONSTRAINT\b){_COLUMN}", Kind.DROP_COLUMN, Lock.ACCESS_EXCLUSIVE, Work.BRIEF),
    (rf"RENAME (?!(?:CONSTRAINT|TO)\b){_COLUMN}", Kind.RENAME_COLUMN, Lock.ACCESS_EXCLUSIVE, Work.BRIEF),
    (r"VALIDATE CONSTRAINT\b", Kind.VALIDATE, Lock.NONE, Work.SCAN),
    (r"(?:ENABLE|DISABLE)(?: ALWAYS| REPLICA)? TRIGGER\b", Kind.TRIGGER, Lock.SHARE_ROW_EXCLUSIVE, Work.BRIEF),
    (r"SET (?:LOGGED|UNLOGGED|TABLESPACE|ACCESS METHOD)\b", Kind.STORAGE, Lock.ACCESS_EXCLUSIVE, Work.REWRITE),
    (r"(?:CLUSTER ON|SET WITHOUT CLUSTER)\b|(?:SET|RESET) ?\(", Kind.OTHER, Lock.NONE, Work.BRIEF),
    (r"", Kind.OTHER, Lock.ACCESS_EXCLUSIVE, Work.BRIEF),
)  # fmt: skip
"""Of the parts of ALTER TABLE, the first form that fits."""

_ATTACH: Final = _compiled(rf"ATTACH PARTITION {_TABLE}")
_DETACH: Final = _compiled(rf"DETACH PARTITION {_TABLE}(?! CONCURRENTLY)")
_WRITE: Final = rf"(?:UPDATE|DELETE FROM|MERGE INTO) (?!SET\b){_TABLE}"
_STATEMENTS: Final = _forms(
    (_WRITE, Kind.WRITE, Lock.SHARE, Work.REWRITE),
    (rf"CREATE (?:UNIQUE )?INDEX (?!CONCURRENTLY\b)[^(]*?\bON ONLY {_TABLE}", Kind.OTHER, Lock.SHARE, Work.BRIEF),
    (rf"CREATE (?:UNIQUE )?INDEX (?!CONCURRENTLY\b)[^(]*?\bON {_TABLE}", Kind.INDEX, Lock.SHARE, Work.SCAN),
    (rf"REINDEX (?:\([^)]*\) )?TABLE (?!CONCURRENTLY\b){_TABLE}", Kind.INDEX, Lock.SHARE, Work.SCAN),
    (rf"CLUSTER (?:VERBOSE )?{_TABLE}", Kind.STORAGE, Lock.ACCESS_EXCLUSIVE, Work.REWRITE),
    (rf"CREATE (?:OR REPLACE )?(?:CONSTRAINT )?TRIGGER .*?\bON {_TABLE}", Kind.TRIGGER,
     Lock.SHARE_ROW_EXCLUSIVE, Work.BRIEF),
    (rf"DROP TRIGGER .*?\bON {_TABLE}", Kind.OTHER, Lock.ACCESS_EXCLUSIVE, Work.BRIEF),
    (rf"(?:CREATE|ALTER|DROP) POLICY .*?\bON {_TABLE}", Kind.OTHER, Lock.ACCESS_EXCLUSIVE, Work.BRIEF),
    (rf"CREATE (?:OR REPLACE )?RULE .*?\bTO {_TABLE}", Kind.OTHER, Lock.ACCESS_EXCLUSIVE, Work.BRIEF),
    (rf"DROP RULE .*?\bON {_TABLE}", Kind.OTHER, Lock.ACCESS_EXCLUSIVE, Work.BRIEF),
    (rf"CREATE TABLE (?:IF NOT EXISTS )?\S+ PARTITION OF {_TABLE}", Kind.OTHER, Lock.ACCESS_EXCLUSIVE, Work.BRIEF),
)  # fmt: skip
_LISTS: Final = _forms(
    (r"DROP TABLE (?:IF EXISTS )?", Kind.DROP_TABLE, Lock.ACCESS_EXCLUSIVE, Work.BRIEF),
    (r"TRUNCATE (?:TABLE )?", Kind.TRUNCATE, Lock.ACCESS_EXCLUSIVE, Work.BRIEF),
    (r"LOCK (?:TABLE )?", Kind.OTHER, Lock.ACCESS_EXCLUSIVE, Work.BRIEF),
)
_LIST_ITEM: Final = _compiled(rf"(?:ONLY )?(?:{IDENTIFIER} ?\. ?)?(?P<table>{IDENTIFIER})")
_LOCK_MODE: Final = _compiled(r"\bIN (SHARE|SHARE ROW EXCLUSIVE|EXCLUSIVE|ACCESS EXCLUSIVE|.*) MODE\b")
_LOCK_MODES: Final = {
    "SHARE": Lock.SHARE,
    "SHARE ROW EXCLUSIVE": Lock.SHARE_ROW_EXCLUSIVE,
    "EXCLUSIVE": Lock.SHARE_ROW_EXCLUSIVE,
    "ACCESS EXCLUSIVE": Lock.ACCESS_EXCLUSIVE,
}
_NESTED_WRITE: Final = _compiled(rf"(?:\bAS ?(?:(?:NOT )?MATERIALIZED ?)?\( ?|\) ?){_WRITE}")
_WHERE: Final = re.compile(r"\bWHERE\b", re.IGNORECASE)

_DEFAULT: Final = _compiled(
    r"\bDEFAULT (.*?)(?=\b(?:NOT NULL|NULL|CHECK|UNIQUE|PRIMARY|REFERENCES|CONSTRAINT|COLLATE)\b|$)"
)
_CAST: Final = re.compile(r"::\s*[\w\s.]+(?:\([^)]*\))?")
_CALLED: Final = re.compile(r"([^\W\d]\w*)\s*\(")
_STEADY: Final = frozenset((
    "now", "statement_timestamp", "transaction_timestamp", "current_setting", "coalesce", "nullif", "greatest",
    "least", "lower", "upper", "concat", "concat_ws", "md5", "sha256", "convert_to", "encode", "to_char",
    "to_timestamp", "to_date", "make_date", "make_interval", "make_timestamptz", "date_trunc", "extract",
    "json_build_object", "json_build_array", "jsonb_build_object", "jsonb_build_array", "to_json", "to_jsonb",
    "array", "row", "cast", "numrange", "int4range", "int8range", "tstzrange", "daterange",
))  # fmt: skip
"""Functions whose result is the same for every row of a statement."""

_LOOKED_AT: Final = re.compile(r"\((?:\d+, )?'(\w+)', '")
"""A table that a guard looks through for rows in the way."""

_BLOCK: Final = re.compile(r"DO\s+(?:LANGUAGE\s+\w+\s+)?(?P<tag>\$\w*\$)", re.IGNORECASE)
_PROCEDURAL: Final = re.compile(r".*\b(?:BEGIN|THEN|ELSE|LOOP)\s+", re.IGNORECASE | re.DOTALL)


def acts(statement: Statement) -> tuple[Act, ...]:
    """Say what a statement does to tables, part by part; nothing for what holds nobody up and touches few rows."""
    if statement.text.startswith("DO $guard$"):
        end = len(statement.text)
        return tuple(Act(Kind.GUARD, table, Lock.NONE, Work.SCAN, 0, end) for table in looked_at(statement))
    found: list[Act] = []
    for part in (statement, *inside(statement)):
        shift = part.start - statement.start
        found += (replace(act, start=act.start + shift, end=act.end + shift) for act in _acts(part.bare))
    return tuple(act for act in found if (act.lock, act.work) != (Lock.NONE, Work.BRIEF))


def looked_at(statement: Statement) -> tuple[str, ...]:
    """Name the tables that a guard looks through for rows in the way."""
    return tuple(dict.fromkeys(_LOOKED_AT.findall(statement.text)))


def inside(statement: Statement) -> Iterator[Statement]:
    """Give the statements in the body of a DO block; what it puts together and runs by EXECUTE can't be seen."""
    block = _BLOCK.match(statement.bare)
    if block is None:
        return
    body = statement.text[block.end() : statement.text.rindex(block["tag"])]
    for part in split(body):
        words = _PROCEDURAL.match(part.bare)
        skipped = words.end() if words else 0
        start = statement.start + block.end() + part.start + skipped
        yield Statement(part.text[skipped:], part.bare[skipped:], start)


def name_of(identifier: str) -> str:
    """Give an identifier as the catalog has it."""
    return identifier[1:-1].replace('""', '"') if identifier.startswith('"') else identifier.lower()


def parts(bare: str, start: int = 0) -> Iterator[tuple[int, int]]:
    """Part a list at its commas, but for those in parentheses; without blanks around."""
    depth, begin, signs = 0, start, without_names(bare)
    for place in range(start, len(bare) + 1):
        sign = signs[place] if place < len(bare) else ","
        depth += (sign in "([") - (sign in ")]")
        if sign == "," and (depth <= 0 or place == len(bare)):
            piece = bare[begin:place]
            yield begin + len(piece) - len(piece.lstrip()), begin + len(piece.rstrip())
            begin = place + 1


def _acts(bare: str) -> Iterator[Act]:
    if altered := _ALTER.match(bare):
        yield from _altered(bare, altered)
        return
    for form in _LISTS:
        if match := form.pattern.match(bare):
            yield from _listed(bare, match.end(), form)
            return
    for form in _STATEMENTS:
        if match := form.pattern.match(bare):
            yield _act(form, match, (0, len(bare)), every_row=not _WHERE.search(bare))
            return
    if re.match(r"WITH\b|INSERT\b", bare, re.IGNORECASE):
        for match in _NESTED_WRITE.finditer(bare):
            yield _act(_STATEMENTS[0], match, (0, len(bare)), every_row=False)


def _altered(bare: str, altered: re.Match[str]) -> Iterator[Act]:
    """Give what each part of an ALTER TABLE does."""
    table = name_of(altered["table"])
    for start, end in parts(bare, altered.end()):
        part = bare[start:end]
        if attached := _ATTACH.match(part):
            child = name_of(attached["table"])
            yield Act(Kind.ATTACH, child, Lock.ACCESS_EXCLUSIVE, Work.SCAN, start, end)
        elif detached := _DETACH.match(part):
            for name in (table, name_of(detached["table"])):
                yield Act(Kind.OTHER, name, Lock.ACCESS_EXCLUSIVE, Work.BRIEF, start, end)
        else:
            yield from _alteration(part, table, start)


def _alteration(part: str, table: str, start: int) -> Iterator[Act]:
    for form in _ACTIONS:
        match = form.pattern.match(part)
        if match is None or (form.kind is Kind.VOLATILE_DEFAULT and not _volatile(part)):
            continue
        column = match.groupdict().get("column")
        name = name_of(column) if column else None
        new_type = part[match.end() :].strip() if form.kind is Kind.TYPE else None
        yield Act(form.kind, table, form.lock, form.work, start, start + len(part), name, new_type=new_type)
        return


def _volatile(part: str) -> bool:
    """Whether a new column's default may differ from row to row; a function that we don't know may."""
    default = _DEFAULT.search(part)
    called = _CALLED.findall(_CAST.sub("", default[1])) if default else ()
    return any(name.lower() not in _STEADY for name in called)


def _listed(bare: str, start: int, form: _Form) -> Iterator[Act]:
    """Give what a statement does that names several tables."""
    mode = _LOCK_MODE.search(bare, start)
    lock = _LOCK_MODES.get(" ".join(mode[1].upper().split()), Lock.NONE) if mode else form.lock
    for begin, end in parts(bare, start):
        if match := _LIST_ITEM.match(bare, begin):
            yield Act(form.kind, name_of(match["table"]), lock, form.work, begin, min(match.end(), end))


def _act(form: _Form, match: re.Match[str], span: tuple[int, int], *, every_row: bool) -> Act:
    every_row = every_row and form.kind is Kind.WRITE
    return Act(form.kind, name_of(match["table"]), form.lock, form.work, *span, every_row=every_row)
