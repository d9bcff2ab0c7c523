"""Reports: a table for people, one JSON envelope for machines; data on stdout, talk on stderr."""

import datetime
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal

from toolbox_cli.core.findings import Finding
from toolbox_cli.core.runtime import Runtime


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
    """

    key: str
    title: str | None = None
    justify: Literal["left", "right"] = "left"


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
        runtime.out.write(as_json(report) + "\n")
    else:
        _table(runtime, report)
    runtime.out.flush()


def as_json(report: Report) -> str:
    """Give the envelope as text, keys in declared order."""
    envelope = {"kind": report.kind, "ok": report.ok, "summary": report.summary, "items": list(report.items)}
    return json.dumps(envelope, default=_plain, ensure_ascii=False, indent=2)


def findings_report(kind: str, findings: Sequence[Finding], **summary: Any) -> Report:
    """Make a report of findings; it is ok when none is an error."""
    failed = any(finding.severity == "error" for finding in findings)
    columns = [Column(key) for key in ("severity", "object", "field", "found", "expected", "remedy")]
    return Report(kind, [finding.as_item() for finding in findings], summary, not failed, columns)


def _table(runtime: Runtime, report: Report) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(file=runtime.out, highlight=False)
    if not console.is_terminal:
        console.width = 200  # a pipe has no width: keep a row on its line
    if report.items:
        columns = report.columns or [Column(key) for key in report.items[0]]
        table = Table(title=report.title, title_justify="left", box=None, pad_edge=False, header_style="bold")
        for column in columns:
            table.add_column(column.title or column.key.replace("_", " "), justify=column.justify, overflow="fold")
        for item in report.items:
            table.add_row(*(Text(_cell(item.get(column.key))) for column in columns))
        console.print(table)
    elif report.title:
        console.print(report.title, markup=False)
    if report.note:
        console.print(report.note, markup=False)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, datetime.datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S %Z")
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(_cell(part) for part in value)
    return str(value)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime.datetime | datetime.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, Path | uuid.UUID):
        return str(value)
    if isinstance(value, set | frozenset):
        return sorted(value)
    raise TypeError(type(value).__name__)
