"""What an entity-relationship diagram shows: boxes, the links between them, and how they belong together."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from toolbox_cli.core.errors import UsageError
from toolbox_cli.db.declared.choosing import tables_named
from toolbox_cli.db.declared.tables import Column, Platform, Reference, Table
from toolbox_cli.db.diagram.forms import Columns


@dataclass(frozen=True, slots=True)
class Box:
    """A table.

    Attributes:
        title: its name, with the platform's where several are drawn.
        columns: those that the box lists, in the table's order.
        aside: whether it is drawn for the sake of others only.
    """

    title: str
    table: Table
    columns: tuple[Column, ...]
    aside: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """A foreign key, or several of one table to another that say the same.

    Attributes:
        child: title of the table that refers.
        parent: title of the table that it refers to.
        columns: by which it does, those of each foreign key.
        target_columns: that the first of them refers to.
        optional: whether a row may refer to none.
        single: whether at most one row refers to the same one.
        dependent: whether rows are deleted with the one that they refer to.
    """

    child: str
    parent: str
    columns: tuple[tuple[str, ...], ...]
    target_columns: tuple[str, ...]
    optional: bool
    single: bool
    dependent: bool

    @property
    def label(self) -> str:
        """Name the columns."""
        return ", ".join("+".join(columns) for columns in self.columns)


@dataclass(frozen=True, slots=True)
class Drawing:
    """A diagram.

    Attributes:
        boxes: by platform, area and name.
        labelled: whether links say their columns.
    """

    title: str
    boxes: tuple[Box, ...]
    links: tuple[Link, ...]
    labelled: bool = True

    def box(self, title: str) -> Box:
        """Give the box of a title."""
        return next(box for box in self.boxes if box.title == title)

    def platforms(self) -> Iterator[tuple[str, Sequence[Box]]]:
        """Give the boxes by platform."""
        for platform, boxes in groupby(self.boxes, key=lambda box: box.table.platform):
            yield platform, tuple(boxes)


def draw(
    platforms: Sequence[Platform],
    columns: Columns = Columns.KEYS,
    *,
    around: Sequence[str] = (),
    areas: Sequence[str] = (),
) -> Drawing:
    """Draw platforms, or some of their tables with their neighbours.

    Args:
        platforms: whose tables.
        columns: which ones to list; neighbours list none.
        around: names or patterns of tables, drawn with those that they refer to or that refer to them.
        areas: parts of a large platform, drawn with the tables that they refer to.

    Raises:
        UsageError: there is no such table or area.
    """
    tables = [table for platform in platforms for table in platform.tables]
    centre = {table.path for table in tables_named(platforms, around)}
    parts = {table.path for table in _of_areas(platforms, areas)}
    chosen = centre | parts if around or areas else {table.path for table in tables}
    links = [link for link in _links(tables) if link.child in chosen or link.parent in centre]
    shown = chosen.union(*((link.child, link.parent) for link in links))
    boxes = [
        Box(table.path, table, _listed(table, columns), aside=table.path not in chosen)
        for table in sorted(tables, key=lambda table: (table.platform, table.area or "", table.name))
        if table.path in shown
    ]
    drawn = sorted({box.table.platform for box in boxes})
    title = _title(", ".join(drawn), around, areas)
    made = Drawing(title, tuple(boxes), tuple(links), labelled=columns is not Columns.NONE)
    return made if len(drawn) > 1 else _shortened(made)


def merged(links: Sequence[Link]) -> Iterator[Link]:
    """Make one link of those that say the same of the same two tables."""
    for _, alike in groupby(sorted(links, key=_sense), key=_sense):
        first, *others = alike
        yield replace(first, columns=(*first.columns, *(columns for link in others for columns in link.columns)))


def _of_areas(platforms: Sequence[Platform], areas: Sequence[str]) -> list[Table]:
    known = {area.name for platform in platforms for area in platform.areas}
    for area in areas:
        if area not in known:
            listed = f"The areas are {', '.join(sorted(known))}." if known else "It is small, and not divided."
            raise UsageError(f"There is no area {area!r}.", remedy=listed)
    return [table for platform in platforms for table in platform.tables if table.area in areas]


def _listed(table: Table, columns: Columns) -> tuple[Column, ...]:
    if columns is Columns.NONE:
        return ()
    return tuple(column for column in table.columns if columns is Columns.ALL or table.marks_of(column.name))


def _links(tables: Iterable[Table]) -> Iterator[Link]:
    for table in tables:
        for reference in table.references:
            yield _link(table.platform, reference)


def _link(platform: str, reference: Reference) -> Link:
    return Link(
        child=f"{platform}.{reference.table}",
        parent=f"{platform}.{reference.target}",
        columns=(reference.columns,),
        target_columns=reference.target_columns,
        optional=reference.optional,
        single=reference.single,
        dependent=reference.on_delete == "CASCADE",
    )


def _sense(link: Link) -> tuple[str | bool, ...]:
    return link.child, link.parent, link.optional, link.single, link.dependent


def _title(platforms: str, around: Sequence[str], areas: Sequence[str]) -> str:
    parts = [f"around {name}" for name in around] + [f"area {name}" for name in areas]
    return f"{platforms}: {', '.join(parts)}" if parts else platforms


def _shortened(drawing: Drawing) -> Drawing:
    """Leave the platform's name out of the titles, where there is one platform."""

    def short(title: str) -> str:
        return title.partition(".")[2]

    boxes = tuple(replace(box, title=short(box.title)) for box in drawing.boxes)
    links = tuple(replace(link, child=short(link.child), parent=short(link.parent)) for link in drawing.links)
    return replace(drawing, boxes=boxes, links=links)
