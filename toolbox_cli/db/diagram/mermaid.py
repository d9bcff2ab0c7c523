"""A diagram as Mermaid's `erDiagram`, in the part of its grammar that versions from 10 on share."""

import re
from collections.abc import Iterator
from typing import Final

from toolbox_cli.db.diagram.drawing import Box, Drawing, Link, merged

TEXT_LIMIT: Final = 50_000
"""Characters of a diagram that Mermaid draws without being asked to (`maxTextSize`), GitHub's among them."""

LEGEND: Final = "    %% solid line: deleted with the row that it refers to"

_PLAIN: Final = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_RESERVED: Final = frozenset({
    "acctitle", "accdescr", "class", "classdef", "direction", "end", "erdiagram", "many", "one", "only", "optionally",
    "style", "subgraph", "title", "to", "u", "zero",
})  # fmt: skip
"""Words that begin something else where a table's name may stand."""

_KEYS: Final = re.compile(r"(?:PK|FK|UK)\b", re.IGNORECASE)


def as_mermaid(drawing: Drawing) -> str:
    """Write a diagram."""
    lines = ["erDiagram", f"    accTitle: {drawing.title}", LEGEND]
    links = sorted(merged(drawing.links), key=lambda link: (link.parent, link.child, link.columns))
    lines += [_link_line(link, link.label if drawing.labelled else "") for link in links]
    for box in drawing.boxes:
        lines += _box_lines(box)
    return "\n".join(lines) + "\n"


def _link_line(link: Link, label: str) -> str:
    parent = "|o" if link.optional else "||"
    line = "--" if link.dependent else ".."
    child = "o|" if link.single else "o{"
    return f'    {name(link.parent)} {parent}{line}{child} {name(link.child)} : "{_text(label)}"'


def _box_lines(box: Box) -> Iterator[str]:
    if box.aside or not box.columns:
        yield f"    {name(box.title)}"
        return
    yield f"    {name(box.title)} {{"
    for column in box.columns:
        marks = ", ".join(box.table.marks_of(column.name))
        yield f"        {word(column.type)} {word(column.name)} {marks}".rstrip()
    yield "    }"


def name(title: str) -> str:
    """Write a table's name, quoted where it could be taken for something else.

    Example:
        >>> name("users"), name("end"), name("frames.users")
        ('users', '"end"', '"frames.users"')
    """
    if _PLAIN.fullmatch(title) and title.lower() not in _RESERVED:
        return title
    return f'"{_text(title)}"'


def word(text: str) -> str:
    """Make one word of a type or a column's name, as Mermaid takes them.

    Example:
        >>> word("numeric(5,2)"), word("double precision"), word("uuid[]"), word("pk")
        ('numeric(5_2)', 'double_precision', 'uuid[]', '_pk')
    """
    cleaned = re.sub(r"[^A-Za-z0-9_()\[\]-]", "_", text)
    return cleaned if _PLAIN.match(cleaned) and not _KEYS.match(cleaned) else f"_{cleaned}"


def _text(text: str) -> str:
    """Leave out of quoted text what would end it, and what not every version takes."""
    return "".join(sign if sign.isprintable() and sign not in '"%\\' else "_" for sign in text)
