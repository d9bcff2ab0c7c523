"""A diagram as JSON, for programs that lay out and draw themselves."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final, TextIO

from toolbox_cli.core.output import Report, as_json
from toolbox_cli.core.streams import speaks_unicode
from toolbox_cli.db.diagram.drawing import Box, Drawing, Link

KIND: Final = "toolbox.db.diagram/1"


def as_graph(drawing: Drawing, out: TextIO) -> str:
    """Give one item a foreign key, in one envelope whose summary has the tables."""
    summary = {"title": drawing.title, "tables": [_table(box) for box in drawing.boxes]}
    report = Report(KIND, [_link(link) for link in drawing.links], summary)
    return as_json(report, ascii_only=not speaks_unicode(out)) + "\n"


def _table(box: Box) -> Mapping[str, Any]:
    columns = () if box.aside else box.columns
    return {
        "name": box.title,
        "platform": box.table.platform,
        "area": box.table.area,
        "comment": box.table.comment,
        "aside": box.aside,
        "columns": [{"name": one.name, "type": one.type, "keys": box.table.marks_of(one.name)} for one in columns],
    }


def _link(link: Link) -> Mapping[str, Any]:
    return {**asdict(link), "columns": link.columns[0]}
