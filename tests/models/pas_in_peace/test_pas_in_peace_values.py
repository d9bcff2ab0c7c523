"""docs/values.md against the models: the page is the only place that says which values are whose."""

import re
from pathlib import Path

from sqlalchemy import CheckConstraint, Enum

from tests.support.quests import Connection, one
from toolbox_cli.models.pas_in_peace import Base

PAGE = Path(__file__).parents[3] / "docs" / "values.md"
SECTION = PAGE.read_text().partition("\n## pas_in_peace\n")[2].partition("\n## ")[0]
CLOSED_LIST = re.compile(r"(\w+) IN \((.*)\)")
TABLES = Base.metadata.tables.values()
COLUMNS = {f"{table.name}.{column.name}": column for table in TABLES for column in table.columns}


def rows_under(heading: str) -> list[list[str]]:
    """Give the cells of the table under a heading of the section, without its first two lines."""
    below = SECTION.partition(f"\n### {heading}\n")[2].partition("\n### ")[0]
    lines = [line for line in below.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def test_the_page_has_every_closed_list_with_all_of_its_values() -> None:
    closed = {}
    for table in TABLES:
        for check in table.constraints:
            found = CLOSED_LIST.fullmatch(str(check.sqltext)) if isinstance(check, CheckConstraint) else None
            if found:
                closed[f"`{table.name}.{found[1]}`"] = re.findall(r"'([^']*)'", found[2])
    assert {column: values.split(", ") for column, values, _, _ in rows_under("Closed lists")} == closed


def test_the_page_has_every_enum_type_with_its_labels_in_order() -> None:
    types = {f"`{column.type.name}`": column.type.enums for column in COLUMNS.values() if isinstance(column.type, Enum)}
    assert {name: labels.split(", ") for name, labels, _ in rows_under("Enum types")} == types


def test_what_the_page_calls_open_is_a_column_without_a_list() -> None:
    open_columns = [name for cells in rows_under("Open lists") for name in re.findall(r"`([^`]+)`", cells[0])]
    assert open_columns
    assert set(open_columns) <= COLUMNS.keys() - {cells[0].strip("`") for cells in rows_under("Closed lists")}


def test_the_page_has_every_key_of_layout(pas_in_peace_connection: Connection) -> None:
    body = one(pas_in_peace_connection, "SELECT prosrc FROM pg_proc WHERE proname = 'quest_graph_content'")
    held = re.findall(r"'(\w+)'", body.partition("ARRAY[")[2].partition("]")[0])
    written = SECTION.partition("Layout is no content:")[2].partition(". The same")[0]
    assert re.findall(r"`(\w+)`", written) == ["viewport", *held]
