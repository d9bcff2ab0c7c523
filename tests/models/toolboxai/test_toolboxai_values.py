"""docs/values.md against the models: the page is the only place that says which values are ours."""

import re
from pathlib import Path

from sqlalchemy import CheckConstraint, Enum

from tests.models.toolboxai.rows import TABLES

PAGE = Path(__file__).parents[3] / "docs" / "values.md"
CLOSED_LIST = re.compile(r"(\w+) IN \((.*)\)")
COLUMNS = {f"{table.name}.{column.name}": column for table in TABLES.values() for column in table.columns}


def rows_under(heading: str) -> list[list[str]]:
    """Give the cells of the table under a heading of section toolboxai, without its first two lines."""
    section = PAGE.read_text().partition("\n## toolboxai\n")[2].partition("\n## ")[0]
    below = section.partition(f"\n### {heading}\n")[2].partition("\n### ")[0]
    lines = [line for line in below.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def listed(cell: str) -> list[str]:
    return [value for value in cell.split(", ") if value]


def test_the_page_has_every_closed_list_with_all_of_its_values() -> None:
    closed = {}
    for table in TABLES.values():
        for check in table.constraints:
            found = CLOSED_LIST.fullmatch(str(check.sqltext)) if isinstance(check, CheckConstraint) else None
            if found:
                closed[f"`{table.name}.{found[1]}`"] = set(re.findall(r"'([^']*)'", found[2]))
    written = {column: {*listed(documents), *listed(ours)} for column, documents, ours, _ in rows_under("Closed lists")}
    assert written == closed


def test_the_page_has_every_enum_type_with_its_labels_in_order() -> None:
    types = {f"`{column.type.name}`": column.type.enums for column in COLUMNS.values() if isinstance(column.type, Enum)}
    assert {name: listed(labels) for name, labels, _ in rows_under("Enum types")} == types


def test_what_the_page_calls_open_is_a_column_without_a_list() -> None:
    open_columns = [name for cells in rows_under("Open lists") for name in re.findall(r"`([^`]+)`", cells[0])]
    closed = {cells[0].strip("`") for cells in rows_under("Closed lists")}
    assert open_columns
    assert set(open_columns) <= set(COLUMNS) - closed
