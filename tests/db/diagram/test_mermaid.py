import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.db.diagram import erdiagram
from tests.db.diagram.erdiagram import Attribute, Link, NotMermaidError, read
from toolbox_cli.core.settings import PLATFORMS, RECORDS
from toolbox_cli.db.declared.choosing import platforms_of
from toolbox_cli.db.declared.reading import declared
from toolbox_cli.db.declared.tables import Column, Key, Table
from toolbox_cli.db.diagram.drawing import Box, Drawing, draw
from toolbox_cli.db.diagram.drawing import Link as Drawn
from toolbox_cli.db.diagram.forms import Columns
from toolbox_cli.db.diagram.mermaid import TEXT_LIMIT, as_mermaid
from toolbox_cli.models.privacy import Privacy

every_platform = pytest.mark.parametrize("platform", [*PLATFORMS, RECORDS])


@every_platform
@pytest.mark.parametrize("columns", Columns)
def test_it_is_mermaid_and_shows_every_table_and_key(platform: str, columns: Columns) -> None:
    tables = {table.name: table for table in declared(platform).tables}
    made = as_mermaid(draw(platforms_of(platform), columns))
    assert len(made) < TEXT_LIMIT
    found = read(made)
    assert set(found.entities) == set(tables)
    for name, attributes in found.entities.items():
        listed = [one.name for one in tables[name].columns if tables[name].marks_of(one.name)]
        wanted = {Columns.NONE: [], Columns.KEYS: listed, Columns.ALL: [one.name for one in tables[name].columns]}
        assert [one.name for one in attributes] == wanted[columns]
        assert all(one.keys == tables[name].marks_of(one.name) for one in attributes)


@every_platform
def test_every_foreign_key_is_in_a_link_with_its_signs(platform: str) -> None:
    keys = [reference for table in declared(platform).tables for reference in table.references]
    wanted = [
        Link(
            parent=key.target,
            near="|o" if key.optional else "||",
            line="--" if key.on_delete == "CASCADE" else "..",
            far="o|" if key.single else "o{",
            child=key.table,
            label=key.columns[0],
        )
        for key in keys
    ]
    links = read(as_mermaid(draw(platforms_of(platform)))).links
    found = [replace(link, label=label) for link in links for label in link.label.split(", ")]
    assert sorted(found, key=repr) == sorted(wanted, key=repr)


def test_two_keys_that_say_the_same_are_one_link() -> None:
    links = read(as_mermaid(draw(platforms_of("toolboxai")))).links
    assert [link.label for link in links if link.child == link.parent == "users"] == ["created_by, updated_by"]


def test_the_signs_say_what_a_key_demands() -> None:
    found = {(link.child, link.label): link for link in read(as_mermaid(draw(platforms_of("pas_in_peace")))).links}
    one_each = found["child_privacy_settings", "quest_id"]
    assert (one_each.near, one_each.line, one_each.far) == ("||", "--", "o|"), "NOT NULL, CASCADE, unique"
    review = found["quests", "psychologist_review_id"]
    assert (review.near, review.line, review.far) == ("|o", "..", "o{"), "nullable, SET NULL, not unique"


def test_neighbours_list_no_columns() -> None:
    found = read(as_mermaid(draw(platforms_of("frames"), Columns.ALL, around=["teams"]))).entities
    assert {name: len(columns) for name, columns in found.items()} == {
        "module_assignments": 0,
        "students": 0,
        "teams": 5,
        "universities": 0,
    }


def test_types_are_words() -> None:
    found = read(as_mermaid(draw(platforms_of("toolboxai"), Columns.ALL))).entities
    types = {column.name: column.type for column in found["agent_states"]}
    assert types["quality_score"] == "numeric(3_2)"
    assert {column.type for columns in found.values() for column in columns} >= {"double_precision", "jsonb[]"}


def test_the_same_names_of_several_platforms_are_told_apart() -> None:
    found = read(as_mermaid(draw(platforms_of(None))))
    assert {"toolboxai.users", "pas_in_peace.users"} <= set(found.entities)
    assert len(found.entities) == sum(len(platform.tables) for platform in platforms_of(None))
    assert not [link for link in found.links if link.parent.partition(".")[0] != link.child.partition(".")[0]]


def test_links_that_say_the_same_are_one_without_columns() -> None:
    found = read(as_mermaid(draw(platforms_of("toolboxai"), Columns.NONE)))
    assert [link.label for link in found.links if link.child == link.parent == "users"] == [""]


texts = st.text(min_size=1, max_size=12) | st.sampled_from(
    [
        "pk",
        "FK",
        "Uk[]",
        "numeric(5, 2)",
        "double precision",
        "end",
        "to",
        "one",
        "u",
        "Class",
        "a\nb",
        "1st",
        'say "',
        "%%",
    ]
)


def box(title: str, names: list[str], types: list[str]) -> Box:
    columns = tuple(
        Column(name, kind, True, None, None, Privacy.NONE, "Something.")
        for name, kind in zip(names, types, strict=False)
    )
    empty = replace(declared("frames").tables[0], name=title, comment="")
    table: Table = replace(empty, columns=columns, primary_key=Key("k", tuple(names[:1])), references=(), uniques=())
    return Box(title, table, columns)


@given(
    titles=st.lists(texts, min_size=2, max_size=3, unique=True),
    names=st.lists(texts, min_size=1, max_size=4),
    types=st.lists(texts, min_size=4, max_size=4),
    label=texts,
)
def test_whatever_things_are_called_it_stays_mermaid(
    titles: list[str], names: list[str], types: list[str], label: str
) -> None:
    boxes = tuple(box(title, names, types) for title in titles)
    link = Drawn(titles[0], titles[1], ((label,),), ("id",), optional=True, single=False, dependent=False)
    found = read(as_mermaid(Drawing("title", boxes, (link,))))
    assert len(found.links) == 1
    assert all(len(attributes) % len(names) == 0 for attributes in found.entities.values())
    assert all(attributes for attributes in found.entities.values())


@pytest.mark.parametrize(
    "line",
    [
        "a {",
        "numeric(5,2) a",
        "end",
        "a ||--o{ b",
        "a }o--|| b : c",
        'a"b',
        "title x",
        "direction LR",
        "a ||--o{ b : to",
    ],
)
def test_the_reader_refuses_what_some_version_refuses(line: str) -> None:
    with pytest.raises(NotMermaidError):
        read(f"erDiagram\n    {line}\n")
    for inside in ("integer pk", "fk a", "integer a XK", "double precision a", 'integer a "b" c', "integer"):
        with pytest.raises(NotMermaidError):
            read(f"erDiagram\n    a {{\n        {inside}\n    }}\n")


def test_the_reader_reads() -> None:
    found = read(
        'erDiagram\n    accTitle: x\n    %% y\n    a |o..o{ "b.c" : "d"\n    a {\n        uuid[] b PK, FK\n    }\n'
    )
    assert found.entities == {"a": [Attribute("uuid[]", "b", ("PK", "FK"))], "b.c": []}
    assert found.links == [Link("a", "|o", "..", "o{", "b.c", "d")]
    assert re.fullmatch(r"\w+", erdiagram.name("users"))
