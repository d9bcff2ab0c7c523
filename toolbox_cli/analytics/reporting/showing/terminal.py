"""A report on a terminal: tables, with a sparkline for each figure over time."""

from collections.abc import Iterator, Sequence
from typing import Any, Final, TextIO

from toolbox_cli.analytics.reporting.showing.words import ALL_HIDDEN, WHY_HIDDEN, heading, word
from toolbox_cli.analytics.reporting.told import HIDDEN, Field, Section, Shape, Told, Value, is_number
from toolbox_cli.core.output import UNBOUNDED
from toolbox_cli.core.streams import speaks_unicode

BLOCKS: Final = "▁▂▃▄▅▆▇█"
ASCII: Final = "_.-:=+*#"
_GAP: Final = " "


def sparkline(values: Sequence[Value], *, unicode: bool = True) -> str:
    """Draw figures as a line of eight heights from zero to the highest; what is hidden or missing is a gap.

    Example:
        >>> sparkline([0, 1, 2, 4, None, 8])
        '▁▂▃▅ █'
    """
    heights = BLOCKS if unicode else ASCII
    known = [float(value) for value in values if is_number(value)]
    top = max(known, default=0.0)
    return "".join(
        heights[min(7, int(8 * float(value) / top)) if top else 0] if is_number(value) else _GAP for value in values
    )


def as_text(told: Told, out: TextIO) -> str:
    """Lay a report out as wide as `out` is, where that is a terminal."""
    from rich.console import Console

    console = Console(file=out, highlight=False)
    if not console.is_terminal:
        console.width = UNBOUNDED
    with console.capture() as captured:
        for part in _parts(told, unicode=speaks_unicode(out)):
            console.print(part, soft_wrap=isinstance(part, str))
    return "\n".join(line.rstrip() for line in captured.get().splitlines()) + "\n"


def _parts(told: Told, *, unicode: bool) -> Iterator[Any]:
    from rich.text import Text

    yield Text(f"{told.title}: {told.period.title}", style="bold")
    yield from (Text(note, style="yellow") for note in told.notes)
    if told.figures:
        yield ""
        yield _figures(told)
    for section in told.sections:
        yield ""
        yield Text(section.title, style="bold")
        yield Text(section.says, style="dim")
        if not section.rows:
            yield Text(section.why_empty)
        elif section.is_all_hidden:
            yield Text(ALL_HIDDEN)
        elif section.chart and section.chart.shape is Shape.LINE:
            yield _over_time(section, unicode=unicode)
        else:
            yield _table(section, unicode=unicode)
    yield ""
    yield Text(told.source, style="dim")
    if told.has_hidden:
        yield Text(WHY_HIDDEN if unicode else WHY_HIDDEN.replace("“", '"').replace("”", '"'), style="dim")


def _figures(told: Told) -> Any:
    table = _grid(("", "left"), ("", "right"), ("", "left"), headed=False)
    for one in told.figures:
        table.add_row(one.title, word(one.value, one.unit), one.note)
    return table


def _over_time(section: Section, *, unicode: bool) -> Any:
    """Give one line a figure: how it went, its least and its greatest value."""
    table = _grid(("", "left"), ("over time", "left"), ("least", "right"), ("most", "right"), ("days hidden", "right"))
    table.columns[1].no_wrap = True  # a line in two halves is none
    for one in section.fields[1:]:
        values = [row[one.name] for row in section.rows]
        known: list[Any] = [value for value in values if is_number(value)]
        ends = [word(end(known), one.unit) if known else "" for end in (min, max)]
        hidden = sum(value is HIDDEN for value in values)
        table.add_row(heading(one), sparkline(values, unicode=unicode), *ends, str(hidden or ""))
    return table


def _table(section: Section, *, unicode: bool) -> Any:
    table = _grid(*((heading(one), "right" if one.unit.is_number else "left") for one in section.fields))
    drawn = _drawn(section)
    lines = _bars(section, drawn, unicode=unicode) if drawn else [""] * len(section.rows)
    if drawn:
        table.add_column("", no_wrap=True)
    for row, line in zip(section.rows, lines, strict=True):
        cells = [word(row[one.name], one.unit) for one in section.fields]
        table.add_row(*cells, *([line] if drawn else []))
    return table


def _drawn(section: Section) -> Field | None:
    """Give the column that has a bar beside it: the one that the chart is of, where it is one."""
    if section.chart is None or len(section.chart.of) > 1:
        return None
    return next(one for one in section.fields if one.name == section.chart.of[0])


def _bars(section: Section, drawn: Field, *, unicode: bool) -> list[str]:
    values = [row[drawn.name] for row in section.rows]
    top = max((float(value) for value in values if is_number(value)), default=0.0)
    sign = "█" if unicode else "#"
    return [sign * round(20 * float(value) / top) if top and is_number(value) else "" for value in values]


def _grid(*columns: tuple[str, Any], headed: bool = True) -> Any:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold", show_header=headed)
    for title, justify in columns:
        table.add_column(title, justify=justify, overflow="fold")
    return table
