"""What Graphviz makes of a diagram."""

import json
import subprocess
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.support.tools import find_tool
from toolbox_cli.core.settings import PLATFORMS, RECORDS
from toolbox_cli.db.declared.choosing import platforms_of
from toolbox_cli.db.declared.reading import declared
from toolbox_cli.db.diagram.dot import as_dot, quoted
from toolbox_cli.db.diagram.drawing import draw
from toolbox_cli.db.diagram.forms import Columns

ENDS = {
    (False, False): ("teetee", "crowodot"),
    (True, False): ("teeodot", "crowodot"),
    (False, True): ("teetee", "teeodot"),
}


def graphviz(text: str, form: str) -> str:
    """Draw, and have every complaint fail the test."""
    done = subprocess.run(
        [find_tool("dot") or "dot", f"-T{form}"], input=text, capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stderr == ""
    return done.stdout


def drawn(text: str) -> tuple[dict[str, Any], dict[int, str]]:
    """Give the graph as Graphviz understood it, and the names of its nodes."""
    graph: dict[str, Any] = json.loads(graphviz(text, "dot_json"))
    return graph, {one["_gvid"]: one["name"] for one in graph["objects"]}


@pytest.mark.needs("dot")
@pytest.mark.parametrize("platform", [*PLATFORMS, RECORDS])
def test_graphviz_finds_every_table_and_key(platform: str) -> None:
    tables = declared(platform).tables
    graph, names = drawn(as_dot(draw(platforms_of(platform))))
    frames = {name.removeprefix(f"cluster_{platform}.") for name in names.values() if name.startswith("cluster_")}
    assert frames == {area.name for area in declared(platform).areas}
    assert {name for name in names.values() if not name.startswith("cluster_")} == {table.name for table in tables}
    found = sorted(
        (
            names[edge["tail"]],
            names[edge["head"]],
            edge["headport"],
            edge["arrowtail"],
            edge["arrowhead"],
            edge["style"],
        )
        for edge in graph.get("edges", ())
    )
    assert found == sorted(
        (
            key.target,
            key.table,
            f"{key.columns[0]}<:w",
            *ENDS[key.optional, key.single],
            "solid" if key.on_delete == "CASCADE" else "dashed",
        )
        for table in tables
        for key in table.references
    )


@pytest.mark.needs("dot")
def test_areas_stand_inside_their_platform() -> None:
    graph, names = drawn(as_dot(draw(platforms_of(None), Columns.NONE)))
    inside = {names[one["_gvid"]]: {names[sub] for sub in one.get("subgraphs", ())} for one in graph["objects"]}
    assert {f"cluster_toolboxai.{area.name}" for area in declared("toolboxai").areas} == inside["cluster_toolboxai"]
    assert inside["cluster_frames"] == set()


@pytest.mark.needs("dot")
@pytest.mark.parametrize("columns", Columns)
def test_it_can_be_drawn(columns: Columns) -> None:
    root = ElementTree.fromstring(graphviz(as_dot(draw(platforms_of("pas_in_peace"), columns)), "svg"))  # noqa: S314
    said = {element.text for element in root.iter() if element.tag.endswith("text")}
    assert "child_privacy_settings" in said
    assert ("consent_given_by_child" in said) == (columns is Columns.ALL)
    assert ("quest_id" in said) == (columns is not Columns.NONE)


def test_neighbours_have_no_rows_and_no_ports() -> None:
    made = as_dot(draw(platforms_of("frames"), around=["teams"]))
    assert '"teams":"id>":e -> "students" [' in made
    assert '"universities" -> "teams":"university_id<":w [' in made


def test_what_is_not_null_is_bold() -> None:
    made = as_dot(draw(platforms_of("frames"), Columns.ALL, around=["modules"]))
    assert "<b>title</b>" in made
    assert "<b>description</b>" not in made
    assert ">description</td>" in made


def test_texts_end_where_they_should() -> None:
    assert quoted('a "b" \\') == '"a \\"b\\" \\\\"'
