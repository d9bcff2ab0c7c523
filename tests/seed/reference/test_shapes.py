"""The shapes of entries allow nothing that the tables refuse."""

from typing import Any, Literal, get_args, get_origin

import pytest
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from sqlalchemy import CheckConstraint, Column, Enum, String, Table

from toolbox_cli.content.quests.quest import About
from toolbox_cli.content.reference.learning import Achievement, Lesson, Objective, Question, Quiz
from toolbox_cli.content.reference.studio import Agent, Template
from toolbox_cli.models import metadata_of
from toolbox_cli.seed.reference.shapes.training import University
from toolbox_cli.seed.reference.tables import TABLES

SHAPES: dict[type[BaseModel], tuple[str, str, dict[str, str]]] = {
    Objective: ("toolboxai", "learning_objectives", {}),
    Achievement: ("toolboxai", "achievements", {}),
    Lesson: ("toolboxai", "educational_content", {}),
    Quiz: ("toolboxai", "quizzes", {}),
    Question: ("toolboxai", "quiz_questions", {"type": "question_type", "hint": "hint", "difficulty": "difficulty"}),
    Template: ("toolboxai", "roblox_templates", {}),
    Agent: ("toolboxai", "ai_agents", {}),
    About: ("pas_in_peace", "quests", {}),
    University: ("frames", "universities", {}),
}
"""Shape to platform, table, and columns whose field is called otherwise."""

FIELDS = [
    (shape, name, field, platform, table, names.get(name, field.alias or name))
    for shape, (platform, table, names) in SHAPES.items()
    for name, field in shape.model_fields.items()
]


def columns_of(platform: str, table: str) -> Table:
    return metadata_of(platform).tables[f"{platform}.{table}"]


PAIRS = [
    pytest.param(field, columns_of(platform, table).c[column], id=f"{table}.{column}")
    for _, _, field, platform, table, column in FIELDS
    if column in columns_of(platform, table).c
]


def longest(field: FieldInfo) -> int | None:
    """Give the most characters that a field takes; that of its longest word where it is one of a few."""
    if get_origin(field.annotation) is Literal:
        return max(len(word) for word in get_args(field.annotation))
    found = [getattr(part, "max_length", None) for part in _parts(field)]
    return min((length for length in found if length is not None), default=None)


def _parts(field: FieldInfo) -> list[Any]:
    parts = list(field.metadata)
    for argument in get_args(field.annotation):  # of `X | None`
        parts += getattr(argument, "__metadata__", ())
    return parts + [part for one in parts for part in getattr(one, "metadata", ())]


def words(field: FieldInfo) -> set[str] | None:
    if get_origin(field.annotation) is Literal:
        return {*get_args(field.annotation)}
    return None


def checks(column: Column[Any]) -> list[str]:
    assert isinstance(column.table, Table)
    found = [str(one.sqltext) for one in column.table.constraints if isinstance(one, CheckConstraint)]
    return [text for text in found if text.startswith(f"{column.name} ")]


def test_every_shape_of_a_table_is_looked_at() -> None:
    assert len(PAIRS) > 70
    named = {(platform, table) for platform, table, _ in SHAPES.values()}
    made = {(platform, table) for platform, tables in TABLES.items() for table in tables}
    assert made - named == {
        ("toolboxai", "users"), ("toolboxai", "content_objectives"), ("toolboxai", "quiz_options"),
        ("pas_in_peace", "users"), ("frames", "faculty"), ("frames", "modules"), ("frames", "module_sections"),
    }  # fmt: skip


@pytest.mark.parametrize(("field", "column"), PAIRS)
def test_no_text_is_longer_than_its_column(field: FieldInfo, column: Column[Any]) -> None:
    if isinstance(column.type, String) and column.type.length and not isinstance(column.type, Enum):
        most = longest(field)
        assert most is not None
        assert most <= column.type.length


@pytest.mark.parametrize(("field", "column"), PAIRS)
def test_no_word_is_one_that_its_column_refuses(field: FieldInfo, column: Column[Any]) -> None:
    allowed = words(field)
    if allowed is None:
        assert not isinstance(column.type, Enum)
        assert not [text for text in checks(column) if " IN (" in text]
        return
    if isinstance(column.type, Enum):
        assert allowed <= {*column.type.enums}
    for text in checks(column):
        if " IN (" in text:
            assert allowed <= {part.strip(" '") for part in text.partition("(")[2].rstrip(")").split(",")}


@pytest.mark.parametrize(("field", "column"), PAIRS)
def test_no_number_is_one_that_its_column_refuses(field: FieldInfo, column: Column[Any]) -> None:
    for text in checks(column):
        low = max((getattr(part, "ge", None) or 0 for part in _parts(field)), default=None)
        high = min((part.le for part in _parts(field) if getattr(part, "le", None) is not None), default=None)
        if " BETWEEN " in text:
            least, most = (int(part) for part in text.partition(" BETWEEN ")[2].split(" AND "))
            assert low is not None
            assert high is not None
            assert least <= low <= high <= most
        elif text.endswith(">= 0"):
            assert low is not None
            assert low >= 0
        elif text.endswith(("> 0", ">= 1")):
            assert low is not None
            assert low >= 1
