"""Reports: a table for people, one JSON envelope for machines; data on stdout, talk on stderr."""

import datetime
import io
import json
import os
import re
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from pathlib import Path, PurePath
from typing import Any, Final, Literal, TextIO

from toolbox_cli.core.errors import OutputError
from toolbox_cli.core.findings import Finding
from toolbox_cli.core.runtime import Runtime
from toolbox_cli.core.streams import speaks_unicode

UNBOUNDED: Final = 100_000
"""Width of a pipe, in characters: every row stays on its line."""

_CONTROLS: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]")
"""What would move the cursor or change colours, when a database holds it."""


class Format(StrEnum):
    """The form of a report."""

    TABLE = "table"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a report's table.

    Attributes:
        key: the item's key that it shows.
        title: its heading; the key with spaces when None.
        justify: numbers stand right.
        is_key: a number counts nothing, and is written as it is typed.
    """

    key: str
    title: str | None = None
    justify: Literal["left", "right"] = "left"
    is_key: bool = False


@dataclass(frozen=True)
class Report:
    """What a command found or did.

    Attributes:
        kind: name and version of the items' shape, such as `toolbox.db.plan/1`.
        items: one mapping an item, all with the same keys.
        summary: figures about the whole.
        ok: whether all is well; the envelope's `ok`.
        columns: what the table shows of an item; every key when empty.
        title: stands above the table.
        note: a line below the table, for people only.
    """

    kind: str
    items: Sequence[Mapping[str, Any]] = ()
    summary: Mapping[str, Any] = field(default_factory=dict)
    ok: bool = True
    columns: Sequence[Column] = ()
    title: str | None = None
    note: str | None = None


def render(runtime: Runtime, report: Report, form: Format = Format.TABLE) -> None:
    """Write a report to stdout."""
    if form is Format.JSON:
        runtime.out.write(as_json(report, ascii_only=not speaks_unicode(runtime.out)) + "\n")
    else:
        runtime.out.write(as_text(report, runtime.out))
    runtime.out.flush()


def as_text(report: Report, out: TextIO) -> str:
    """Lay a report out for people, as wide as `out` is where that is a terminal."""
    note = "\n".join(map(_cell, (report.note or "").split("\n")))
    text = "\n".join(part for part in (report.title, _table(out, report), note) if part)
    return text + "\n" if text else ""


def as_json(report: Report, *, ascii_only: bool = False) -> str:
    """Give the envelope as text, keys in declared order; numbers that JSON doesn't have are strings."""
    envelope = {"kind": report.kind, "ok": report.ok, "summary": report.summary, "items": report.items}
    return json.dumps(_plain(envelope), ensure_ascii=ascii_only, allow_nan=False, indent=2)


def write_stream(runtime: Runtime, report: Report, items: Iterable[Mapping[str, Any]]) -> None:
    """Write the envelope to stdout with items as they come: so many that they are never in memory together.

    Args:
        runtime: whose stdout.
        report: everything but the items.
        items: one mapping an item, all with the same keys.
    """
    ascii_only = not speaks_unicode(runtime.out)
    begins, _, ends = as_json(replace(report, items=()), ascii_only=ascii_only).rpartition("[]")
    runtime.out.write(f"{begins}[")
    there = False
    for item in items:
        text = json.dumps(_plain(item), ensure_ascii=ascii_only, allow_nan=False, indent=2).replace("\n", "\n    ")
        runtime.out.write(f"{',' if there else ''}\n    {text}")
        there = True
    runtime.out.write(("\n  ]" if there else "]") + f"{ends}\n")
    runtime.out.flush()


def write_whole(file: Path, text: str | Iterable[str], *, private: bool = False) -> None:
    """Write a file that is there whole afterwards, or stays as it was.

    Args:
        file: in UTF-8.
        text: or its parts, which are never in memory together.
        private: let nobody but its owner open it.

    Raises:
        OutputError: it can't be written.
    """
    try:
        _replace(file.resolve(), [text] if isinstance(text, str) else text, private=private)
    except OSError as error:
        raise OutputError(f"{file} can't be written: {error.strerror}.") from error


def put_text(text_for: Callable[[TextIO], str], out: TextIO, file: Path | None) -> None:
    """Write a text to `out`, or instead of that into a file, which is there whole or stays as it was.

    Args:
        text_for: gives the text as it suits a stream.
        out: where data goes.
        file: in UTF-8.

    Raises:
        OutputError: the file can't be written.
    """
    if file is None:
        out.write(text_for(out))
        out.flush()
        return
    write_whole(file, text_for(io.TextIOWrapper(io.BytesIO(), encoding="utf-8")))


def findings_report(kind: str, findings: Sequence[Finding], **summary: Any) -> Report:
    """Make a report of findings; it is ok when none is an error."""
    failed = any(finding.severity == "error" for finding in findings)
    columns = [Column(key) for key in ("severity", "object", "field", "found", "expected", "remedy")]
    return Report(kind, [finding.as_item() for finding in findings], summary, not failed, columns)


def _replace(file: Path, parts: Iterable[str], *, private: bool) -> None:
    if file.exists() and not file.is_file():  # a terminal or a pipe
        _write(file, parts)
        return
    partial = file.with_name(f".{file.name}.{os.getpid()}.partial")
    try:
        partial.touch(0o600 if private else 0o666)
        _write(partial, parts)
        partial.replace(file)
    finally:
        partial.unlink(missing_ok=True)


def _write(file: Path, parts: Iterable[str]) -> None:
    with file.open("w", encoding="utf-8") as out:
        out.writelines(parts)


def _table(out: TextIO, report: Report) -> str:
    if not report.items:
        return ""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(file=out, highlight=False)
    if not console.is_terminal:
        console.width = UNBOUNDED
    table = Table(box=None, pad_edge=False, header_style="bold")
    columns = report.columns or [Column(key) for key in report.items[0]]
    for column in columns:
        table.add_column(column.title or column.key.replace("_", " "), justify=column.justify, overflow="fold")
    for item in report.items:
        table.add_row(*(Text(_shown(column, item.get(column.key))) for column in columns))
    with console.capture() as captured:
        console.print(table)
    return "\n".join(line.rstrip() for line in captured.get().splitlines())


def _shown(column: Column, value: Any) -> str:
    return str(value) if column.is_key and isinstance(value, int) else _cell(value)


def _cell(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{_cell(key)}: {_cell(part)}" for key, part in value.items())
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(_cell(part) for part in value)
    return _CONTROLS.sub(lambda sign: ascii(sign[0])[1:-1], as_word(value))


def as_word(value: Any) -> str:
    """Give a single value as people read it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, datetime.datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S %Z").rstrip()
    return str(value)


def _plain(value: Any) -> Any:
    """Give a value as what JSON has."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, Sequence):
        return [_plain(part) for part in value]
    if isinstance(value, Set):
        return [_plain(part) for part in sorted(value)]
    return _plain_scalar(value)


def _plain_scalar(value: Any) -> Any:
    if isinstance(value, float | Decimal):
        if not Decimal(value).is_finite():
            return str(Decimal(value))
        return int(value) if isinstance(value, Decimal) and value == value.to_integral_value() else float(value)
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, datetime.timedelta):
        return value.total_seconds()
    if isinstance(value, PurePath | uuid.UUID):
        return str(value)
    raise TypeError(type(value).__name__)
