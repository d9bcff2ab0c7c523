"""What the models ask of an index."""

import pytest
from sqlalchemy import Column, ForeignKey, Index, Integer, MetaData, Table, Text, UniqueConstraint, func, text

from toolbox_cli.db.declared.indexes import DeclaredIndex, Shape, declared_foreign_keys, declared_indexes, shapes_of
from toolbox_cli.models import metadata_of
from toolbox_cli.models.base import NAMING


def declared(*indexes: Index | UniqueConstraint) -> dict[str, DeclaredIndex]:
    metadata = MetaData(schema="place", naming_convention=dict(NAMING))
    columns = (Column("id", Integer, primary_key=True), Column("a", Integer), Column("order", Text))
    Table("t", metadata, *columns, *indexes)
    return {index.name: index for index in declared_indexes(metadata)}


def tails(index: DeclaredIndex) -> list[str]:
    return [shape.tail for shape in index.shapes]


def test_a_key_has_an_index_too() -> None:
    found = declared(UniqueConstraint("a", "order"))
    assert tails(found["t_pkey"]) == ["WHERE id = $1", "ORDER BY id"]
    assert found["t_a_order_key"].keys == ("a", '"order"')
    assert tails(found["t_a_order_key"]) == [
        "WHERE a = $1",
        'WHERE a = $1 AND "order" = $2',
        'WHERE a = $1 ORDER BY "order"',
    ]
    assert all(index.unique and not index.kept for index in found.values())


def test_a_partial_index_wants_its_predicate() -> None:
    found = declared(Index("i", "a", postgresql_where=text("a > 3 OR id = 0")))
    assert tails(found["i"]) == ["WHERE a = $1 AND (a > 3 OR id = 0)", "WHERE (a > 3 OR id = 0) ORDER BY a"]


def test_direction_counts_for_the_order_alone() -> None:
    index = declared(Index("i", "id", text("a DESC")))["i"]
    assert tails(index)[-1] == "WHERE id = $1 ORDER BY a DESC"
    column = Table("u", MetaData(), Column("a", Integer)).c.a
    directed = declared_of(Index("j", column.desc().nulls_last()))
    assert directed.keys == ("a",)
    assert tails(directed) == ["WHERE a = $1", "ORDER BY a DESC NULLS LAST"]


def declared_of(index: Index) -> DeclaredIndex:
    assert index.table is not None
    (found,) = (found for found in declared_indexes(index.table.metadata) if found.name == index.name)
    return found


def test_an_expression_is_a_key() -> None:
    table = Table("u", MetaData(), Column("name", Text))
    index = declared_of(Index("k", func.lower(table.c.name)))
    assert index.keys == ("lower(name)",)
    assert tails(index) == ["WHERE lower(name) = $1", "ORDER BY lower(name)"]


def test_what_an_index_serves_can_be_said() -> None:
    found = declared(Index("i", "a", info={"serves": "WHERE a > $1"}), Index("j", "a", info={"serves": ["x", "y"]}))
    assert tails(found["i"]) == ["WHERE a > $1"]
    assert tails(found["j"]) == ["x", "y"]


@pytest.mark.parametrize(("method", "count"), [("btree", 2), ("hash", 1), ("gin", 0), ("gist", 0), ("brin", 0)])
def test_only_what_a_method_is_for_is_derived(method: str, count: int) -> None:
    assert len(shapes_of(["a"], ["a"], method, None)) == count


def test_parameters_are_counted() -> None:
    assert [Shape(tail).parameters for tail in ("WHERE a", "WHERE a = $1", "WHERE a = $2 OR b = $11")] == [0, 1, 11]


def test_foreign_keys_are_found() -> None:
    metadata = MetaData(naming_convention=dict(NAMING))
    Table("parent", metadata, Column("id", Integer, primary_key=True))
    Table("child", metadata, Column("parent_id", Integer, ForeignKey("parent.id")))
    (found,) = declared_foreign_keys(metadata)
    assert (found.table, found.name, found.columns) == ("child", "child_parent_id_fkey", ("parent_id",))


def test_only_what_installations_have_by_their_documents_is_kept() -> None:
    kept = {
        f"{platform}.{index.name}"
        for platform in ("toolboxai", "pas_in_peace", "frames", "toolbox")
        for index in declared_indexes(metadata_of(platform))
        if index.kept
    }
    assert kept == {
        "toolboxai.idx_roblox_progress_session",
        "pas_in_peace.ix_quests_quest_id",
        "frames.idx_modules_module_id",
        "frames.idx_sections_module",
        "frames.idx_assignments_module",
        "frames.idx_progress_module",
        "frames.idx_feedback_module",
    }
