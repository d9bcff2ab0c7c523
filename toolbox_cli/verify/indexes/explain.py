"""What the planner does with a query of a declared shape, on empty tables as well as on full ones."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

import psycopg

from toolbox_cli.db.declared.indexes import Shape
from toolbox_cli.verify.indexes.live import LiveIndex

PREPARED: Final = "toolbox_index_probe"
GENERIC_PLAN_SINCE: Final = 160_000

SETTINGS: Final = """
SET LOCAL enable_seqscan = off;
SET LOCAL enable_indexscan = on;
SET LOCAL enable_indexonlyscan = on;
SET LOCAL enable_bitmapscan = on;
SET LOCAL plan_cache_mode = force_generic_plan;
SET LOCAL jit = off"""
"""A table of a few rows is read whole, whatever indexes it has."""


WRONG: Final = (psycopg.ProgrammingError, psycopg.DataError)
"""What is wrong with a query itself, a missing right included; not that somebody holds a lock."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How the server would answer a query."""

    nodes: tuple[Mapping[str, Any], ...]

    @property
    def used(self) -> set[str]:
        """Names of the indexes."""
        return {str(node["Index Name"]) for node in self.nodes if "Index Name" in node}

    @property
    def sorts(self) -> bool:
        return any("Sort" in node["Node Type"] for node in self.nodes)

    @property
    def told(self) -> str:
        """What the planner does, for people."""
        if not self.used:
            return "reads the whole table"
        return f"{'sorts after' if self.sorts else 'uses'} {', '.join(sorted(self.used))}"

    def uses(self, names: Collection[str]) -> bool:
        """Say whether every row is found through one of these indexes."""
        scans = [node for node in self.nodes if "Relation Name" in node or "Index Name" in node]
        through = [node for node in scans if "Index Name" in node or node["Node Type"] == "Bitmap Heap Scan"]
        return bool(self.used) and self.used <= set(names) and scans == through

    def serves(self, shape: Shape, first_key: str) -> bool:
        """Say whether the index does for the shape what it is for: find rows, or give them in order."""
        if shape.ordered:
            return not self.sorts
        found = re.compile(rf"(?<!\w){re.escape(first_key)}(?!\w)")
        searched = [node for node in self.nodes if "Index Name" in node]
        if all(found.search(node.get("Index Cond", "")) for node in searched):
            return True
        return "ORDER BY" in shape.tail.upper() and not self.sorts


Answer = Plan | psycopg.Error
"""A plan, or why the server gives none."""


@dataclass(frozen=True, slots=True)
class Question:
    """A shape to be asked of one table.

    Attributes:
        table: as it stands in SQL text.
    """

    table: str
    shape: Shape


def explain(connection: psycopg.Connection[Any], questions: Sequence[Question]) -> list[Answer]:
    """Ask for the plans of queries.

    Args:
        connection: in a transaction with `SETTINGS`; it stays usable whatever happens.
        questions: any number; asked in one round trip where the server can answer them all.

    Returns:
        An answer per question, in their order.
    """
    try:
        with connection.transaction():
            return list(_ask(connection, questions))
    except WRONG:
        _forget(connection)
        return [_alone(connection, question) for question in questions]


def explain_on_copy(connection: psycopg.Connection[Any], index: LiveIndex, questions: Sequence[Question]) -> list[Plan]:
    """Ask for the plans that queries would have if a table had one index alone.

    Args:
        connection: in a transaction with `SETTINGS` that may write.
        index: the only one that the copy gets.
        questions: all of one table.

    Raises:
        psycopg.Error: the table can't be copied; the transaction stays usable.

    Effects: makes an empty temporary table and takes it back.
    """
    name = "pg_temp.toolbox_index_copy"
    with connection.transaction(force_rollback=True):
        connection.execute(
            f"CREATE TEMP TABLE toolbox_index_copy (LIKE {questions[0].table});"
            f"CREATE INDEX toolbox_index_copied ON {name} {index.definition}"
        )
        return list(_ask(connection, [Question(name, question.shape) for question in questions]))


def _ask(connection: psycopg.Connection[Any], questions: Sequence[Question]) -> Iterator[Plan]:
    """Send all questions as one text; the driver takes text without parameters for what it is."""
    if not questions:
        return
    new = connection.info.server_version >= GENERIC_PLAN_SINCE
    write = _explained if new else _explained_prepared
    cursor = connection.execute(";".join(map(write, questions)))
    answered = True
    while answered:
        if cursor.description:
            for (plan,) in cursor.fetchall():
                yield Plan(tuple(_nodes(plan[0]["Plan"])))
        answered = bool(cursor.nextset())


def _alone(connection: psycopg.Connection[Any], question: Question) -> Answer:
    try:
        with connection.transaction():
            (plan,) = _ask(connection, [question])
            return plan
    except WRONG as error:
        _forget(connection)
        return error


def _explained(question: Question) -> str:
    return f"{_sorting(question)}; EXPLAIN (GENERIC_PLAN, FORMAT JSON) {_query(question)}"


def _explained_prepared(question: Question) -> str:
    values = ", ".join(["NULL"] * question.shape.parameters)
    execute = f"{PREPARED}({values})" if values else PREPARED
    return (
        f"{_sorting(question)}; PREPARE {PREPARED} AS {_query(question)};"
        f"EXPLAIN (FORMAT JSON) EXECUTE {execute}; DEALLOCATE {PREPARED}"
    )


def _query(question: Question) -> str:
    return f"SELECT 1 FROM {question.table} {question.shape.tail}"  # noqa: S608  both from the models


def _sorting(question: Question) -> str:
    return f"SET LOCAL enable_sort = {'off' if question.shape.ordered else 'on'}"


def _forget(connection: psycopg.Connection[Any]) -> None:
    """Drop what a failed question left prepared: that outlives a transaction."""
    with suppress(psycopg.Error), connection.transaction():
        connection.execute(f"DEALLOCATE {PREPARED}")


def _nodes(node: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield node
    for below in node.get("Plans", ()):
        yield from _nodes(below)
