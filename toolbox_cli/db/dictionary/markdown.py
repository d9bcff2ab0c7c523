"""A dictionary as a page of Markdown, with diagrams, as docs/schema has it for each platform."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from toolbox_cli.db.declared.tables import Area, Column, Reference, Table
from toolbox_cli.db.diagram.drawing import draw
from toolbox_cli.db.diagram.mermaid import as_mermaid
from toolbox_cli.db.dictionary.chapters import MEANINGS, Chapter
from toolbox_cli.db.dictionary.facts import Fact, facts_of, fate_of, listed, referring_to, together_of
from toolbox_cli.models.privacy import Privacy

LEGEND: Final = (
    "A fork: many rows may refer to one. A ring: there may be none. "
    "A solid line: rows are deleted with the one that they refer to."
)
_MARKUP: Final = re.compile(r"[\\*<&\[]|(?<!\w)_|_(?!\w)")
PERSONAL: Final = tuple(one for one in Privacy if one is not Privacy.NONE)


def markdown_of(chapters: Sequence[Chapter]) -> str:
    """Write a page for one platform, or one after another for several."""
    return "\n".join(_Page(chapter, qualified=len(chapters) > 1).text() for chapter in chapters)


def anchor(heading: str) -> str:
    """Name the place of a heading, as GitHub does.

    Example:
        >>> anchor("Tables: roblox"), anchor("frames.users")
        ('tables-roblox', 'framesusers')
    """
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@dataclass(frozen=True)
class _Page:
    """One platform's page.

    Attributes:
        qualified: whether headings name the platform, because others stand beside it.
    """

    chapter: Chapter
    qualified: bool

    def text(self) -> str:
        platform = self.chapter.platform
        parts = [f"# {platform.name}", platform.about, self._counts()]
        parts += [*self._overview(), *self._personal(), *self._tables(), *self._types()]
        return "\n\n".join(parts) + "\n"

    def _heading(self, text: str) -> str:
        return f"{self.chapter.platform.name}.{text}" if self.qualified else text

    def _section(self, text: str) -> str:
        return f"## {self.chapter.platform.name}: {text}" if self.qualified else f"## {text}"

    def _link(self, table: str) -> str:
        told = any(one.name == table for one in self.chapter.tables)
        return f"[{table}](#{anchor(self._heading(table))})" if told else f"`{table}`"

    def _counts(self) -> str:
        tables = self.chapter.tables
        counted = {
            "table": len(tables),
            "column": sum(len(table.columns) for table in tables),
            "foreign key": sum(len(table.references) for table in tables),
            "rule": sum(len(table.rules) for table in tables),
            "trigger": sum(len(table.triggers) for table in tables),
        }
        said = [_many(number, what) for what, number in counted.items() if number]
        return f"{', '.join(said[:-1])} and {said[-1]}."

    def _overview(self) -> Iterator[str]:
        """Draw a small platform; list the areas of a large one, each of which is drawn in its own section."""
        platform = self.chapter.platform
        if platform.areas:
            yield self._section("Areas")
            yield _table(("area", "what it is", "tables"), (self._area_row(area) for area in platform.areas))
        elif self.chapter.whole:
            yield self._section("Diagram")
            yield self._drawn(None)
            yield LEGEND

    def _area_row(self, area: Area) -> Sequence[str]:
        tables = [table.name for table in self.chapter.tables if table.area == area.name]
        heading = anchor(self._section(f"Tables: {area.name}").removeprefix("## "))
        return f"[{area.name}](#{heading})", area.about, ", ".join(map(self._link, tables))

    def _drawn(self, area: str | None) -> str:
        made = draw([self.chapter.platform], areas=[area] if area else ())
        return f"```mermaid\n{as_mermaid(made)}```"

    def _personal(self) -> Iterator[str]:
        yield self._section("Personal data")
        counted = self.chapter.classes()
        yield "\n".join(f"* **{one.value}**, {_many(counted[one], 'column')}: {MEANINGS[one]}" for one in PERSONAL)
        held = [table for table in self.chapter.tables if any(column.privacy in PERSONAL for column in table.columns)]
        if held:
            yield _table(("table", "class", "columns"), [row for table in held for row in self._classes(table)])
        rest = [self._link(table.name) for table in self.chapter.tables if table not in held]
        if rest:
            yield f"Nothing about a person: {', '.join(rest)}."

    def _classes(self, table: Table) -> Iterator[Sequence[str]]:
        """Give a row a class; the first one names the table."""
        name = self._link(table.name)
        for one in PERSONAL:
            if found := tuple(column.name for column in table.columns if column.privacy is one):
                yield name, one.value, listed(found)
                name = ""

    def _tables(self) -> Iterator[str]:
        areas: Sequence[Area | None] = self.chapter.platform.areas or (None,)
        for area in areas:
            tables = [table for table in self.chapter.tables if area is None or table.area == area.name]
            if tables:
                yield self._section(f"Tables: {area.name}" if area else "Tables")
            if tables and area:
                yield area.about
                yield from (self._drawn(area.name), LEGEND) if self.chapter.whole else ()
            for table in tables:
                yield from self._entry(table)

    def _entry(self, table: Table) -> Iterator[str]:
        yield f"### {self._heading(table.name)}"
        yield _plain(table.comment)
        rows = (self._column(table, column) for column in table.columns)
        yield _table(("column", "type", "privacy", "what it holds"), rows)
        if not self.chapter.narrowed:
            yield from filter(None, ["\n".join(f"* {fact}" for fact in together_of(table))])
            yield _folded([*facts_of(table), *referring_to(self.chapter.platform, table.name)], table.file)

    def _column(self, table: Table, column: Column) -> Sequence[str]:
        marks = " ".join(table.marks_of(column.name))
        said = [_plain(column.comment)]
        if column.labels:
            said.append(f"Allowed: one of {listed(column.labels)}.")
        said += [f"Allowed: {rule.text}." for rule in table.rules_of(column.name)]
        said += [self._reference(reference) for reference in table.references_of(column.name)]
        name = f"`{column.name}`{f' **{marks}**' if marks else ''}"
        return name, _type(column), column.privacy.value, "<br>".join(said)

    def _reference(self, reference: Reference) -> str:
        return f"→ {self._link(reference.target)}, {fate_of(reference)}."

    def _types(self) -> Iterator[str]:
        platform = self.chapter.platform
        if not self.chapter.whole:
            return
        if platform.enums:
            yield self._section("Enum types")
            rows = ((f"`{one.name}`", listed(one.labels), listed(one.used_by)) for one in platform.enums)
            yield _table(("type", "labels, in order", "columns"), rows)
        if platform.routines:
            yield self._section("Functions")
            yield _table(("function", "what it does"), ((f"`{one.name}`", one.purpose) for one in platform.routines))


def _type(column: Column) -> str:
    """Give the type, and on a line of its own what else it demands."""
    default = f"default `{column.default}`" if column.default else column.generated
    more = ", ".join(part for part in ("" if column.nullable else "NOT NULL", default) if part)
    return f"`{column.type}`{more and f'<br>{more}'}"


def _many(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


def _folded(facts: Sequence[Fact], file: str) -> str:
    """Fold away what somebody looks for by its name."""
    rows = ((fact.kind, f"`{fact.name}`", fact.says) for fact in facts)
    summary = "<summary>Constraints, indexes and triggers</summary>"
    return f"<details>\n{summary}\n\n{_table(('', 'name', ''), rows)}\n\nModel: `{file}`\n\n</details>"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    return "\n".join([*lines, *(f"| {' | '.join(map(_cell, row))} |" for row in rows)])


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _plain(text: str) -> str:
    """Write a comment so that nothing of it but code is taken for markup."""
    parts = text.split("`")
    return "`".join(_MARKUP.sub(r"\\\g<0>", part) if place % 2 == 0 else part for place, part in enumerate(parts))
