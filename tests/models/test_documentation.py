"""What every table and column of every platform says about itself."""

import re
from importlib import import_module
from itertools import chain

import pytest
from sqlalchemy import Column, ForeignKeyConstraint, MetaData, Table, UniqueConstraint

from toolbox_cli.models.privacy import Privacy

PLATFORMS = ("toolbox", "toolboxai", "pas_in_peace", "frames")
LONGEST_NAME = 63


def metadata_of(platform: str) -> MetaData:
    import_module(f"toolbox_cli.models.{platform}")
    found: MetaData = import_module(f"toolbox_cli.models.{platform}.base").Base.metadata
    return found


METADATA = {platform: metadata_of(platform) for platform in PLATFORMS}
TABLES = [table for metadata in METADATA.values() for table in metadata.sorted_tables]
COLUMNS = [column for table in TABLES for column in table.columns]


def words(text: str) -> set[str]:
    return set(re.findall(r"[a-z0-9]+", text.lower()))


@pytest.mark.parametrize("table", TABLES, ids=str)
def test_a_table_says_what_its_rows_are(table: Table) -> None:
    assert table.comment
    assert words(table.comment) - words(table.name)


@pytest.mark.parametrize("column", COLUMNS, ids=str)
def test_a_column_says_what_it_holds_and_how_personal_that_is(column: Column[object]) -> None:
    assert column.comment, "has no comment"
    assert column.comment.endswith("."), "is not a sentence"
    assert column.name == "id" or words(column.comment) - words(column.name), "only repeats the name"
    assert isinstance(column.info.get("privacy"), Privacy), "says no privacy class"


def leading_columns(table: Table) -> list[tuple[str, ...]]:
    unique = [found for found in table.constraints if isinstance(found, UniqueConstraint)]
    return [
        tuple(column.name for column in found.columns) for found in chain(table.indexes, unique, [table.primary_key])
    ]


@pytest.mark.parametrize("table", TABLES, ids=str)
def test_every_foreign_key_has_an_index_that_begins_with_it(table: Table) -> None:
    indexed = leading_columns(table)
    keys = [found for found in table.constraints if isinstance(found, ForeignKeyConstraint)]
    bare = [
        key.column_keys
        for key in keys
        if not any(set(columns[: len(key.column_keys)]) == set(key.column_keys) for columns in indexed)
    ]
    assert bare == []


@pytest.mark.parametrize("table", TABLES, ids=str)
def test_names_are_short_enough_to_be_kept_whole_and_stand_once(table: Table) -> None:
    names = [str(found.name) for found in chain(table.constraints, table.indexes)]
    assert "None" not in names
    assert [name for name in names if len(name) > LONGEST_NAME] == []
    assert sorted(set(names)) == sorted(names)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_index_names_stand_once_in_a_platform(platform: str) -> None:
    names = [str(index.name) for table in METADATA[platform].sorted_tables for index in table.indexes]
    assert sorted(set(names)) == sorted(names)
