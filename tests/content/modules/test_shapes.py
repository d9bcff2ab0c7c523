"""The form of a module knows the same words as its tables, and has a field for every column that an author owns."""

from typing import get_args

import pytest
from pydantic import ValidationError
from sqlalchemy import CheckConstraint

from toolbox_cli.content.modules.canonical import canonical, content_hash
from toolbox_cli.content.modules.shapes import sections
from toolbox_cli.content.modules.shapes.module import Module
from toolbox_cli.models.frames.base import MODULE_TYPES, SECTION_TYPES
from toolbox_cli.models.frames.module import Module as Table
from toolbox_cli.models.frames.module import ModuleSection

OURS = {"id", "module_id", "created_at", "updated_at", "published_at", "source_hash"}
LEAST = {"slug": "lab", "title": "Lab", "sections": [{"key": "door", "type": "text"}]}


def words(name: str) -> set[str]:
    annotation = Module.model_fields[name].annotation
    return {word for kind in get_args(annotation) for word in get_args(kind)}


def test_types_are_those_of_the_tables() -> None:
    assert words("module_type") == {*MODULE_TYPES}
    assert sections.SECTION_TYPES == SECTION_TYPES
    kinds = get_args(get_args(sections.Section)[0])
    assert tuple(get_args(kind.model_fields["type"].annotation)[0] for kind in kinds) == SECTION_TYPES


@pytest.mark.parametrize("name", ["category", "status", "interaction_level"])
def test_closed_lists_are_those_of_the_tables(name: str) -> None:
    checks = [rule for rule in Table.__table__.constraints if isinstance(rule, CheckConstraint)]
    expression = next(str(rule.sqltext) for rule in checks if str(rule.sqltext).startswith(f"{name} IN "))
    assert {word.strip("'") for word in expression.partition("(")[2].rstrip(")").split(", ")} == words(name)


def test_every_column_of_an_author_has_its_field() -> None:
    assert {column.name for column in Table.__table__.columns} - OURS <= {*Module.model_fields}
    columns = {column.name.removeprefix("section_") for column in ModuleSection.__table__.columns}
    fields = {name.removeprefix("section_") for name in sections.TextSection.model_fields} - {"content_file"}
    assert columns - {"id", "module_id", "number"} <= fields


def test_defaults_are_those_of_the_table() -> None:
    module = Module.model_validate(LEAST)
    for name in ("estimated_minutes", "target_audience", "module_type", "difficulty_level"):
        default = Table.__table__.columns[name].server_default.arg  # type: ignore[union-attr]
        assert str(default) == str(getattr(module, name))


def test_the_hash_knows_content_alone() -> None:
    whole = Module.model_validate(LEAST | {"status": "draft", "revision": 3, "content_hash": "a" * 64})
    hashed = content_hash(canonical(whole))
    assert hashed == content_hash(canonical(Module.model_validate(LEAST | {"estimated_minutes": 10})))
    assert hashed != content_hash(canonical(Module.model_validate(LEAST | {"title": "Labs"})))


def test_the_hash_knows_no_way_of_writing() -> None:
    one = Module.model_validate(LEAST | {"adaptive_config": {"a": 1.0, "b": None, "c": [{"d": 0.5}]}})
    other = Module.model_validate(LEAST | {"adaptive_config": {"c": [{"d": 0.5}], "a": 1}})
    assert content_hash(canonical(one)) == content_hash(canonical(other))


@pytest.mark.parametrize("value", [{"a": float("inf")}, {"a": {1: 2}}, {"a": [float("nan")]}])
def test_settings_are_what_json_has(value: object) -> None:
    with pytest.raises(ValidationError):
        Module.model_validate(LEAST | {"adaptive_config": value})


def refused(value: dict[str, object]) -> bool:
    try:
        Module.model_validate(value)
    except ValidationError:
        return True
    return False


@pytest.mark.parametrize(("name", "column"), [("slug", "module_id"), ("title", "title"), ("target_audience",) * 2])
def test_no_text_is_longer_than_its_column(name: str, column: str) -> None:
    longest = Table.__table__.columns[column].type.length  # type: ignore[attr-defined]
    assert not refused(LEAST | {name: "x" * longest})
    assert refused(LEAST | {name: "x" * (longest + 1)})


@pytest.mark.parametrize(("name", "column"), [("key", "section_key"), ("title", "title"), ("media_url", "media_url")])
def test_no_text_of_a_section_is_longer_than_its_column(name: str, column: str) -> None:
    longest = ModuleSection.__table__.columns[column].type.length  # type: ignore[attr-defined]
    for length, too_long in ((longest, False), (longest + 1, True)):
        section = {"key": "door", "type": "text", name: "x" * length}
        assert refused(LEAST | {"sections": [section]}) is too_long


@pytest.mark.parametrize(("name", "value"), [
    ("difficulty_level", 0), ("difficulty_level", 6), ("estimated_minutes", -1), ("estimated_minutes", 2**31),
])  # fmt: skip
def test_no_number_is_one_that_its_column_refuses(name: str, value: int) -> None:
    assert refused(LEAST | {name: value})
