"""A diagram in Graphviz's language, with a frame around each part of a large platform."""

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import groupby
from typing import Final

from toolbox_cli.db.diagram.drawing import Box, Drawing, Link, merged

_LOOK: Final = """\
    graph [rankdir=LR, ranksep=1.2, nodesep=0.25, fontname="Helvetica", fontsize=12, labelloc=t]
    node [shape=plain, fontname="Helvetica", fontsize=10]
    edge [dir=both, fontname="Helvetica", fontsize=8, color="#555555", fontcolor="#555555"]"""
_LEGEND: Final = "bold: never NULL; solid line: deleted with the row that it refers to"
_HEAD: Final = "#dbe7f5"
_ASIDE: Final = "#eeeeee"
_FRAME: Final = 'color="#9aa7b5", style=rounded, fontcolor="#4a5663"'


def as_dot(drawing: Drawing) -> str:
    """Write a diagram."""
    head = f'<b>{_html(drawing.title)}</b><br/><font point-size="9">{_LEGEND}</font>'
    lines = [f"digraph {quoted(drawing.title)} {{", _LOOK, f"    label=<{head}>"]
    platforms = list(drawing.platforms())
    for platform, boxes in platforms:
        inner = [line for area, held in _areas(boxes) for line in _framed(f"{platform}.{area}", area, held)]
        lines += _frame(platform, platform, inner) if len(platforms) > 1 else inner
    links = drawing.links if drawing.labelled else merged(drawing.links)
    lines += [_edge(link, drawing) for link in links]
    return "\n".join([*lines, "}"]) + "\n"


def _areas(boxes: Sequence[Box]) -> Iterator[tuple[str | None, Sequence[Box]]]:
    for area, held in groupby(boxes, key=lambda box: box.table.area):
        yield area, tuple(held)


def _framed(key: str, area: str | None, boxes: Sequence[Box]) -> Iterator[str]:
    yield from _frame(key, area, _boxes(boxes)) if area else _boxes(boxes)


def _frame(key: str, title: str, lines: Iterable[str]) -> Iterator[str]:
    yield f"    subgraph {quoted(f'cluster_{key}')} {{"
    yield f"        graph [label={quoted(title)}, {_FRAME}]"
    yield from (f"    {line}" for line in lines)
    yield "    }"


def _boxes(boxes: Sequence[Box]) -> Iterator[str]:
    for box in boxes:
        yield f"    {quoted(box.title)} [tooltip={quoted(box.table.comment)}, label=<{_label(box)}>]"


def _label(box: Box) -> str:
    colour = _ASIDE if box.aside else _HEAD
    head = f'<tr><td colspan="3" bgcolor="{colour}"><b>{_html(box.table.name)}</b></td></tr>'
    rows = "" if box.aside else "".join(_rows(box))
    return f'<table border="0" cellborder="1" cellspacing="0" cellpadding="3" color="#8796a5">{head}{rows}</table>'


def _rows(box: Box) -> Iterator[str]:
    for column in box.columns:
        name, marks = column.name, " ".join(box.table.marks_of(column.name)) or " "
        shown = _html(name) if column.nullable else f"<b>{_html(name)}</b>"
        cells = ((f"{name}<", shown), ("", _grey(_html(column.type))), (f"{name}>", _grey(marks)))
        yield f"<tr>{''.join(_cell(port, text) for port, text in cells)}</tr>"


def _cell(port: str, text: str) -> str:
    named = f' port="{_html(port)}"' if port else ""
    return f'<td align="left"{named}>{text}</td>'


def _grey(text: str) -> str:
    return f'<font color="#555555">{text}</font>'


def _edge(link: Link, drawing: Drawing) -> str:
    """Draw from parent to child, so that what is referred to stands left."""
    attributes = {
        "arrowtail": "teeodot" if link.optional else "teetee",
        "arrowhead": "teeodot" if link.single else "crowodot",
        "style": "solid" if link.dependent else "dashed",
        "tooltip": f"{link.child} ({link.label}) refers to {link.parent}",
    }
    listed = ", ".join(f"{name}={quoted(value)}" for name, value in attributes.items())
    parent, child = drawing.box(link.parent), drawing.box(link.child)
    return f"    {_end(parent, link.target_columns, '>')} -> {_end(child, link.columns[0], '<')} [{listed}]"


def _end(box: Box, columns: Sequence[str], side: str) -> str:
    """Point at a column, where the box lists it: at its right side to begin there, at its left to end."""
    listed = not box.aside and columns[0] in {column.name for column in box.columns}
    return quoted(box.title) + (f":{quoted(columns[0] + side)}:{'e' if side == '>' else 'w'}" if listed else "")


def quoted(text: str) -> str:
    r"""Quote a text for the language.

    Example:
        >>> quoted('say "so"')
        '"say \\"so\\""'
    """
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _html(text: str) -> str:
    return escape(text, quote=True)
