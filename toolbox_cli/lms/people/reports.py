"""Show what was looked at: the first lines to people, everything to programs."""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, Final

from toolbox_cli.core.output import Column, Format, Report, render, write_stream
from toolbox_cli.core.runtime import Runtime
from toolbox_cli.lms.people.looking import Look

LISTED: Final = 200
"""How many lines a table for people has."""


def put(runtime: Runtime, kind: str, look: Look, items: Iterator[Mapping[str, Any]], form: Format) -> None:
    """Write it to stdout; a million items are never in memory together."""
    if form is Format.JSON:
        write_stream(runtime, Report(kind, summary=look.counts), items)
        return
    shown = list(islice(items, LISTED))
    columns = [Column(name) for name in look.columns]
    render(runtime, Report(kind, shown, look.counts, columns=columns, note=_note(look.counts, len(shown))))


def _note(counts: Mapping[str, Any], shown: int) -> str:
    """Say how many there are; the first figure is that of the items."""
    (what, total), *others = counts.items()
    parts = [f"{_of(name, count)}" for name, count in others if count]
    text = f"{what.capitalize()}: {total:,}{'; ' if parts else ''}{'; '.join(parts)}."
    if total > shown:
        text = f"... and {total - shown:,} more; --format json lists them all\n{text}"
    return text


def _of(name: str, count: Any) -> str:
    title = name.replace("_", " ")
    if isinstance(count, Mapping):
        return ", ".join(f"{part} {number:,}" for part, number in count.items())
    return f"{title} {count:,}"
