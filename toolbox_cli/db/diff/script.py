"""Statements as a script for psql: with what each is for, and in transactions."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from toolbox_cli.core.database.names import quote
from toolbox_cli.core.findings import Finding
from toolbox_cli.db.diff.statement import Phase, Statement

LOCK_TIMEOUT: Final = "5s"
SETTINGS: Final = (
    "SET client_encoding TO 'UTF8'",
    "SET standard_conforming_strings TO on",
    "SET check_function_bodies TO off",
    "SET DateStyle TO 'ISO, YMD'",
    "SET IntervalStyle TO postgres",
    "SET TimeZone TO 'UTC'",
    "SET statement_timeout TO 0",
    f"SET lock_timeout TO '{LOCK_TIMEOUT}'",
)
"""What the statements mean by themselves does not depend on the session that runs them."""

WITHHELD: Final = "--! "
"""Begins each line of what is left to somebody's decision."""

_WIDTH: Final = 100
"""How much of a finding's sides is shown."""


def script(statements: Sequence[Statement], schema: str, *, title: str | None = None, there: bool = True) -> str:
    """Give the script for one schema.

    Args:
        statements: as `statements_for` gives them.
        schema: what it is called.
        title: stands above it, as a comment.
        there: whether the database has the schema.
    """
    lines = [*_comment(*([title] if title else [])), *(f"{setting};" for setting in SETTINGS)]
    if not there:
        lines.append(f"CREATE SCHEMA IF NOT EXISTS {quote(schema)};")
    lines.append(f"SET search_path TO {quote(schema)}, pg_temp;")
    told: Sequence[Finding] = ()
    for _, group in groupby(enumerate(statements), key=_unit):
        unit = [statement for _, statement in group]
        lines += ["", *_unit_lines(unit, told)]
        told = unit[-1].findings
    return "\n".join(lines) + "\n"


def commented(lines: Sequence[str]) -> str:
    """Give lines as comments, with an empty line after them."""
    return "\n".join([*_comment(*lines), "", ""])


def _unit(numbered: tuple[int, Statement]) -> object:
    """Tell apart what is one transaction, or stands alone."""
    place, statement = numbered
    return ("in", statement.transaction) if statement.transaction else ("out", place)


def _unit_lines(unit: Sequence[Statement], told: Sequence[Finding]) -> Iterator[str]:
    wrapped = len(unit) > 1
    mark = WITHHELD if unit[0].withheld else ""
    if wrapped:
        yield f"{mark}BEGIN;"
    for statement in unit:
        if statement.findings != told:
            yield from _comment(*map(_finding, _mended(statement)))
            told = statement.findings
        yield from _statement_lines(statement)
    if wrapped:
        yield f"{mark}COMMIT;"


def _mended(statement: Statement) -> Sequence[Finding]:
    """Leave out findings of an object that others of its statements are for."""
    words = statement.phase is Phase.COMMENTS
    return [one for one in statement.findings if one.field is None or (one.field == "comment") is words]


def _statement_lines(statement: Statement) -> Iterator[str]:
    if statement.hazard:
        rows = "" if statement.rows is None else f" About {statement.rows:,} rows."
        yield from _comment(f"Note: {statement.hazard}{rows}")
    if not statement.sql:
        return
    alone = statement.transaction is None
    if alone:
        yield "SET lock_timeout TO 0;"
    sql = f"{statement.sql};"
    if statement.withheld:
        yield from (f"{WITHHELD}{line}" for line in sql.split("\n"))
    else:
        yield sql
    if alone:
        yield f"SET lock_timeout TO '{LOCK_TIMEOUT}';"


def _finding(finding: Finding) -> str:
    what = " ".join(part for part in (finding.code, finding.object, finding.field) if part)
    sides = [
        f"{word} {_short(side)}" for word, side in (("expected", finding.expected), ("found", finding.found)) if side
    ]
    return f"{what}: {', '.join(sides)}" if sides else what


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _WIDTH else line[: _WIDTH - 1] + "…"


def _comment(*texts: str) -> Iterator[str]:
    """Write comments; no name in them can end one."""
    for text in texts:
        yield from (f"-- {line}" for line in text.splitlines() or [""])
