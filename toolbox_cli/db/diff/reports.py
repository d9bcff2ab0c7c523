"""How a difference is shown: as a script, as a table, as data."""

import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TextIO

from toolbox_cli import __version__
from toolbox_cli.core.database.target import Target
from toolbox_cli.core.errors import UsageError
from toolbox_cli.core.output import Column, Report, as_json, as_text, write_whole
from toolbox_cli.core.runtime import Runtime
from toolbox_cli.core.streams import speaks_unicode
from toolbox_cli.db.diff.diff import PlatformDiff
from toolbox_cli.db.diff.options import Form
from toolbox_cli.db.diff.script import WITHHELD, commented, script
from toolbox_cli.db.diff.statement import Statement

Differences = Sequence[tuple[Target, Sequence[PlatformDiff]]]


def one_for_a_script(found: Sequence[Target], form: Form) -> None:
    """Refuse a script for several databases: psql runs it on one.

    Raises:
        UsageError: the platforms live in several databases.
    """
    if form is Form.SQL and len(found) > 1:
        raise UsageError(
            "The platforms live in several databases, and a script is for one.",
            remedy="Pick one: toolbox db diff --platform NAME",
        )


def differs(done: Differences) -> bool:
    return any(one.differences for _, diffs in done for one in diffs)


def text_of(done: Differences, form: Form, out: TextIO) -> str:
    """Give the differences in one of the forms, for a stream or a file."""
    if form is Form.SQL:
        return "".join(_script(target, diffs) for target, diffs in done)
    report = report_of(done)
    if form is Form.JSON:
        return as_json(report, ascii_only=not speaks_unicode(out)) + "\n"
    return as_text(report, out)


def put(runtime: Runtime, done: Differences, form: Form, file: Path | None) -> None:
    """Write the differences to stdout or into a file; tell of them on stderr where data goes elsewhere.

    Raises:
        OutputError: the file can't be written.
    """
    if file is not None:
        write_whole(file, text_of(done, form, io.TextIOWrapper(io.BytesIO(), encoding="utf-8")))
    else:
        runtime.out.write(text_of(done, form, runtime.out))
        runtime.out.flush()
    if file is not None or form is Form.SQL:
        for note in notes(done):
            runtime.say(f"-- {note}")


def report_of(done: Differences) -> Report:
    """Report the differences: one item a statement, in the order in which they can be run."""
    items = [_item(target, one, statement) for target, diffs in done for one in diffs for statement in one.statements]
    summary = {
        "differences": sum(one.differences for _, diffs in done for one in diffs),
        "statements": sum(not item["withheld"] for item in items),
        "withheld": sum(item["withheld"] for item in items),
        "pending": {one.platform: one.pending for _, diffs in done for one in diffs if one.pending},
    }
    columns = [
        Column("transaction", justify="right"),
        Column("sql"),
        Column("withheld"),
        Column("hazard"),
        Column("code"),
    ]
    return Report("toolbox.db.diff/1", items, summary, not differs(done), columns, note="\n".join(notes(done)))


def notes(done: Differences) -> Iterator[str]:
    """Say in lines what a person should know first."""
    for target, diffs in done:
        yield from _pending(diffs)
        if not any(one.differences for one in diffs):
            yield f"Nothing to do: {target.label} is as it should be."
        for one in diffs:
            if one.differences:
                yield f"{one.platform}: {_many(one.differences, 'difference')}, {_told(one.statements)}."


def _told(statements: Sequence[Statement]) -> str:
    withheld = sum(one.withheld for one in statements)
    told = _many(len(statements) - withheld, "statement")
    return f"{told}, {withheld} more for you to decide" if withheld else told


def _pending(diffs: Sequence[PlatformDiff]) -> Iterator[str]:
    pending = [f"{one.platform} {one.pending}" for one in diffs if one.pending]
    if pending:
        yield f"Revisions are pending ({', '.join(pending)}). The way is: toolbox db upgrade"
    for one in diffs:
        if one.there and not one.recorded:
            yield f"{one.platform}: no revision is recorded. If it was built by other means: toolbox db adopt"


def _many(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def _item(target: Target, one: PlatformDiff, statement: Statement) -> dict[str, Any]:
    return {
        "database": target.label,
        "platform": one.platform,
        "schema": one.schema,
        "code": statement.code,
        "object": statement.object,
        "sql": statement.sql or None,
        "transaction": statement.transaction,
        "withheld": statement.withheld,
        "hazard": statement.hazard,
        "rows": statement.rows,
        "findings": [finding.as_item() for finding in statement.findings],
    }


def _script(target: Target, diffs: Sequence[PlatformDiff]) -> str:
    differing = [one for one in diffs if one.differences]
    if not differing:
        return ""
    head = [
        f"toolbox {__version__}: what would bring {target.label} to how it should be.",
        "For review: toolbox runs none of it.",
        *_pending(diffs),
        "As the owner of the tables: psql -v ON_ERROR_STOP=1 -f FILE",
        "After an error it may be written and run again.",
        f"Lines that begin with {WITHHELD.strip()} lose data, or want a decision of yours.",
    ]
    return commented(head) + "".join(_section(one) for one in differing)


def _section(one: PlatformDiff) -> str:
    title = f"{one.platform}: {_many(one.differences, 'difference')}"
    return script(one.statements, one.schema, title=title, there=one.there) + "\n"
