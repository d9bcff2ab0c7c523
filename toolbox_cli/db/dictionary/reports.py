"""A dictionary for people at a terminal, and as JSON."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final, TextIO

from toolbox_cli.core.output import Column, Report, as_json, as_text
from toolbox_cli.core.streams import speaks_unicode
from toolbox_cli.db.declared.tables import Column as Declared
from toolbox_cli.db.declared.tables import Platform, Table
from toolbox_cli.db.dictionary.chapters import Chapter
from toolbox_cli.db.dictionary.facts import Fact, facts_of, referring_to
from toolbox_cli.models.privacy import Privacy

KIND: Final = "toolbox.db.dictionary/1"
NOTHING: Final = "No table has such a column.\n"


def json_of(chapters: Sequence[Chapter], out: TextIO) -> str:
    """Give one item a table, in one envelope."""
    items = [_item(chapter.platform, table) for chapter in chapters for table in chapter.tables]
    summary = {"platforms": {chapter.platform.name: _summary(chapter) for chapter in chapters}}
    return as_json(Report(KIND, items, summary), ascii_only=not speaks_unicode(out)) + "\n"


def text_of(chapters: Sequence[Chapter], out: TextIO) -> str:
    """Give a section a table, and the privacy classes at the end."""
    sections = [_section(chapter, table) for chapter in chapters for table in chapter.tables]
    return "\n".join(as_text(report, out) for report in [*sections, _classes(chapters)]) if sections else NOTHING


def _section(chapter: Chapter, table: Table) -> Report:
    columns = [Column(key) for key in ("column", "type", "null", "default", "keys", "privacy", "comment")]
    facts = () if chapter.narrowed else _facts(chapter, table)
    note = "".join(f"\n{fact.kind} {fact.name}: {fact.says}" for fact in facts).replace("`", "")
    return Report(KIND, [*_rows(table)], columns=columns, title=f"{table.path}: {table.comment}", note=note)


def _facts(chapter: Chapter, table: Table) -> Iterator[Fact]:
    yield from facts_of(table)
    yield from referring_to(chapter.platform, table.name)


def _rows(table: Table) -> Iterator[Mapping[str, Any]]:
    for column in table.columns:
        yield {
            "column": column.name,
            "type": column.type,
            "null": column.nullable,
            "default": column.default or column.generated,
            "keys": table.marks_of(column.name),
            "privacy": column.privacy.value,
            "comment": column.comment,
        }


def _classes(chapters: Sequence[Chapter]) -> Report:
    items = [
        {
            "platform": chapter.platform.name,
            "tables": len(chapter.tables),
            "columns": sum(len(table.columns) for table in chapter.tables),
            **chapter.classes(),
        }
        for chapter in chapters
    ]
    keys = ("tables", "columns", *(one.value for one in Privacy))
    columns = [Column("platform"), *(Column(key, key, "right") for key in keys)]
    return Report(KIND, items, columns=columns, title="Columns by privacy class:")


def _summary(chapter: Chapter) -> Mapping[str, Any]:
    platform = chapter.platform
    return {
        "about": platform.about,
        "tables": len(chapter.tables),
        "columns": sum(len(table.columns) for table in chapter.tables),
        "privacy": chapter.classes(),
        "areas": {area.name: area.about for area in platform.areas},
        "enums": {enum.name: enum.labels for enum in platform.enums},
        "functions": {routine.name: routine.purpose for routine in platform.routines},
    }


def _item(platform: Platform, table: Table) -> Mapping[str, Any]:
    return {
        "platform": table.platform,
        "table": table.name,
        "area": table.area,
        "comment": table.comment,
        "file": table.file,
        "columns": [_column(table, column) for column in table.columns],
        "primary_key": asdict(table.primary_key),
        "uniques": [asdict(key) for key in table.uniques],
        "references": [asdict(reference) for reference in table.references],
        "referred_by": [asdict(reference) for reference in platform.referring(table.name)],
        "checks": [
            {"name": rule.name, "columns": rule.columns, "sql": rule.sql, "words": rule.words} for rule in table.rules
        ],
        "indexes": [
            {
                "name": index.name,
                "unique": index.unique,
                "definition": index.definition,
                "serves": [shape.tail for shape in index.shapes],
                "kept": index.kept,
            }
            for index in table.indexes
        ],
        "triggers": [asdict(trigger) for trigger in table.triggers],
        "partitioned_by": table.partitioned_by,
        "default_partition": table.default_partition,
    }


def _column(table: Table, column: Declared) -> Mapping[str, Any]:
    rules = [*table.rules_of(column.name)]
    closed = next((rule.values for rule in rules if rule.values), None)
    return {
        "name": column.name,
        "type": column.type,
        "nullable": column.nullable,
        "default": column.default,
        "generated": column.generated,
        "keys": table.marks_of(column.name),
        "privacy": column.privacy.value,
        "comment": column.comment,
        "values": column.labels or closed,
        "rules": [rule.text for rule in rules],
    }
