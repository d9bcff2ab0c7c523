"""Write the difference of a database as a script, run it with psql, and look again."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Final

import psycopg

from tests.db.diff.psql_session import Psql
from toolbox_cli.core.database.names import Names, quote
from toolbox_cli.db.diff.script import WITHHELD, script
from toolbox_cli.db.diff.statement import Statement
from toolbox_cli.db.diff.statements import statements_for
from toolbox_cli.db.drift.drift import Change, Drift, Side
from toolbox_cli.db.drift.live import Compared, compare_live, look
from toolbox_cli.db.expected.expected import Workshop

Rows = Mapping[str, list[dict[str, Any]]]

_TABLES: Final = """
SELECT relname::text FROM pg_class
WHERE relnamespace = %s::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition ORDER BY 1"""

_BUILDS: Final = re.compile(
    r"CREATE (UNIQUE )?INDEX (?!CONCURRENTLY |.* ON ONLY )|ADD CONSTRAINT (?!.*(NOT VALID|USING INDEX|NOT ENFORCED))"
    r"|REINDEX INDEX (?!CONCURRENTLY )",
    re.DOTALL,
)
"""What holds a lock for as long as it takes to read a table."""

_LOSES: Final = re.compile(r"DROP (TABLE|COLUMN|ATTRIBUTE|TYPE|DOMAIN|SEQUENCE)|DELETE FROM|TRUNCATE")
_LABELS: Final = re.compile(r"RENAME VALUE '((?:[^']|'')*)' TO '((?:[^']|'')*)'")
_NEW: Final = re.compile(r'CREATE (?:UNLOGGED )?(?:TABLE|MATERIALIZED VIEW) "((?:[^"]|"")*)"')


@dataclass(frozen=True)
class Ground:
    """One schema of a database, and how it should be."""

    psql: Psql
    connection: psycopg.Connection[Any]
    workshop: Workshop
    platform: str
    schema: str
    given: Side

    def compared(self) -> Compared:
        live = look(self.connection, Names({self.platform: self.schema}))
        return compare_live(live, self.platform, self.schema, self.given, self.workshop)

    def drifts(self) -> list[Drift]:
        """What differs; what others have put there apart."""
        return [drift for drift in self.compared().drifts if drift.change is not Change.UNMANAGED]

    def statements(self) -> list[Statement]:
        return statements_for(self.compared(), self.schema)

    def change(self, sql: str) -> None:
        self.connection.execute(f"SET search_path TO {quote(self.schema)}".encode())
        self.connection.execute(sql.encode())

    def run(self, statements: list[Statement], *, withheld: bool = False) -> str:
        """Run the script with psql; with what it leaves to somebody's decision or without."""
        text = script(statements, self.schema)
        if withheld:
            text = re.sub(f"^{WITHHELD}", "", text, flags=re.MULTILINE)
        failed = self.psql.run(text)
        assert failed is None, f"{failed}\n{text}"
        return text

    def rows(self) -> Rows:
        """Read every row of every table; a partition's are its table's."""
        tables = [name for (name,) in self.connection.execute(_TABLES, (quote(self.schema),))]
        if not tables:
            return {}
        self.connection.execute(f"SET search_path TO {quote(self.schema)}".encode())
        reading = [f"SELECT {number}, to_jsonb(t)::text FROM {quote(name)} AS t" for number, name in enumerate(tables)]
        found: dict[str, list[dict[str, Any]]] = {name: [] for name in tables}
        for number, row in self.connection.execute(" UNION ALL ".join(reading).encode()):
            found[tables[number]].append(json.loads(row))
        return found


def mended(ground: Ground, statement: str) -> tuple[list[Statement], str]:
    """Change a database, run the script, and hold that nothing is left to find, that rows survive, and its forms.

    Returns:
        The statements and the script, with what it withheld.
    """
    ground.change(statement)
    before = ground.rows()
    statements = ground.statements()
    assert list(careless(statements)) == []
    text = ground.run(statements, withheld=any(one.withheld for one in statements))
    assert ground.drifts() == [], text
    keeps_rows(ground, before, text)
    return statements, text


def keeps_rows(ground: Ground, before: Rows, text: str) -> None:
    """Hold that a script has left the rows as they were."""
    assert list(lost(_relabelled(before, text), ground.rows(), _computed(ground))) == [], text


def _relabelled(rows: Rows, text: str) -> Rows:
    """Give rows with the labels that a script gives back their names."""
    names = {new.replace("''", "'"): old.replace("''", "'") for new, old in _LABELS.findall(text)}
    return {
        table: [{name: names.get(str(value), value) for name, value in row.items()} for row in found]
        for table, found in rows.items()
    }


def _computed(ground: Ground) -> frozenset[str]:
    """Name the columns that the server computes."""
    columns = ((key, fields) for key, fields in ground.given.catalog.objects.items() if key.kind == "column")
    return frozenset(key.name for key, fields in columns if fields["generated"])


def lost(before: Rows, after: Rows, without: frozenset[str] = frozenset()) -> Iterator[str]:
    """Tell of rows that are no longer there as they were, in the columns that both sides have."""
    for table, rows in before.items():
        if not rows or not after.get(table):
            continue
        kept = sorted((rows[0].keys() & after[table][0].keys()) - without)
        old, new = (
            Counter(json.dumps([_value(row[name]) for name in kept]) for row in side) for side in (rows, after[table])
        )
        yield from (f"{table}: {row}" for row in old - new)
    if sum(map(len, before.values())) > sum(map(len, after.values())):
        yield "there are fewer rows than before"


def _value(value: Any) -> Any:
    """Give a value as it is compared: blanks at the end don't count in a character column."""
    return value.rstrip() if isinstance(value, str) else value


def careless(statements: list[Statement]) -> Iterator[str]:
    """Tell of statements that lock for long or lose something, and don't say so; and of wrong transactions."""
    fresh = {name.replace('""', '"') for one in statements for name in _NEW.findall(one.sql)}
    for number, group in groupby(statements, key=lambda one: one.transaction):
        unit = list(group)
        told = any(one.hazard for one in unit)
        for one in unit:
            waits = re.search(r" CONCURRENTLY |ADD VALUE| FINALIZE$", one.sql)
            if one.sql and bool(waits) != (number is None):
                yield f"transaction {number}: {one.sql}"
            if one.withheld:
                continue
            if _BUILDS.search(one.sql) and one.table not in fresh and not told:
                yield f"locks: {one.sql}"
            if _LOSES.search(one.sql) and not told:
                yield f"loses: {one.sql}"
        adds = [one for one in unit if "NOT VALID" in one.sql]
        if adds and any("VALIDATE" in one.sql for one in unit):
            yield f"proves in one transaction with: {adds[0].sql}"


@dataclass
class Grounds:
    """A database that is used again as long as each test leaves it as it was."""

    make: Callable[[ExitStack], dict[str, Ground]]
    stack: ExitStack = field(default_factory=ExitStack)
    made: dict[str, Ground] = field(default_factory=dict)

    @contextmanager
    def of(self, platform: str) -> Iterator[Ground]:
        """Give the ground of a platform; what a failed test leaves is thrown away."""
        if not self.made:
            self.made = self.make(self.stack)
        try:
            yield self.made[platform]
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        self.made = {}
        self.stack.close()
