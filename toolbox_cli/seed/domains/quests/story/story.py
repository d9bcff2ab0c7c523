"""Stories, each written once and filled for many families: composed here, or taken from the reference data."""

from collections.abc import Mapping
from functools import cache
from typing import Any, Final, NamedTuple

from toolbox_cli.content.quests.reading.react_flow import graph_of as read_graph
from toolbox_cli.content.quests.writing import graph_yaml
from toolbox_cli.seed.domains.quests.story.blank import CHILD, TITLE, Blank, plain
from toolbox_cli.seed.domains.quests.story.content import content_of, jsonb_text
from toolbox_cli.seed.domains.quests.story.graph import STEPS, graph_of
from toolbox_cli.seed.domains.quests.story.words import THEMES
from toolbox_cli.seed.making.domain import Reference
from toolbox_cli.seed.making.text import raw

_SMALL: Final = 3
"""Nodes of a graph whose making was broken off."""

_NOBODY: Final = ("the child", "the quest", "a good day", "a joke", "home")


class Story(NamedTuple):
    """A story.

    Attributes:
        name: begins the names of its quests.
        own_title: for the own child.
        public_title: for strangers.
        about: describes it.
        school: of therapy.
        ages: first and last age that it is for; None where it is for all.
        graph: as `graph_structure` has it, in COPY's format.
        begun: the same of a conversation that was broken off.
        content: what a review is of, as `content_of` gives it.
        yaml: in COPY's format.
        nodes: how many there are.
        steps: how many lie on the way to the end.
        fixed: what describes it, where it plays and its school, as `jsonb` writes them.
    """

    name: str
    own_title: Blank
    public_title: str
    about: str
    school: str
    location: str
    ages: range | None
    graph: Blank
    begun: str
    content: Blank
    yaml: Blank
    nodes: int
    steps: int
    fixed: tuple[str, str, str]


@cache
def story_of(theme: str, school: str, shape: str) -> Story:
    """Compose a story; names are keys of `THEMES` and `SCHOOLS`, and one of `SHAPES`."""
    graph, told = graph_of(theme, school, shape), THEMES[theme]
    about = f"A walk through {told.place}, for a child who likes {theme}."
    titles = f"{CHILD} and the {told.thing}", f"The {told.thing} of {told.place}"
    return _story(f"{theme}-{shape}", titles, (about, school, told.place), None, graph, STEPS[shape])


_kept: dict[int, tuple[Reference, tuple[Story, ...]]] = {}


def shared_stories(reference: Reference) -> tuple[Story, ...]:
    """Give the stories of the reference data, by stable key; read once."""
    if id(reference) not in _kept:
        rows = sorted(reference.get("quests", {}).items())
        _kept[id(reference)] = reference, tuple(_shared(row) for _, row in rows if row.get("graph_structure"))
    return _kept[id(reference)][1]


def _shared(row: Mapping[str, Any]) -> Story:
    title, graph = plain(row["title"]), row["graph_structure"]
    first, _, last = (row.get("age_range") or "4-18").partition("-")
    about = row.get("description") or title, row.get("psychological_module") or "CBT", row.get("location") or title
    ages = range(int(first), int(last or first) + 1)
    return _story(row["quest_id"], (f"{title}, for {CHILD}", title), about, ages, graph, _steps(graph))


def _story(
    name: str, titles: tuple[str, str], about: tuple[str, str, str], ages: range | None, graph: Mapping[str, Any],
    steps: int,
) -> Story:  # fmt: skip
    told = graph_yaml(read_graph(graph).graph, TITLE)
    small = {**graph, "nodes": graph["nodes"][:_SMALL], "edges": graph["edges"][: _SMALL - 1]}
    description, school, location = about
    return Story(
        name, Blank(titles[0]), titles[1], description, school, location, ages, Blank(raw(graph)),
        Blank(raw(small)).filled(_NOBODY), content_of(graph, told),
        Blank(told.replace("\\", "\\\\").replace("\n", "\\n")), len(graph["nodes"]), steps,
        (jsonb_text(description), jsonb_text(location), jsonb_text(school)),
    )  # fmt: skip


def _steps(graph: Mapping[str, Any]) -> int:
    """Count the nodes on the shortest way from the start to the ending that is farthest away."""
    depths = {"start": 1}
    for key in (way := ["start"]):
        for edge in graph["edges"]:
            if edge["source"] == key and edge["target"] not in depths:
                depths[edge["target"]] = depths[key] + 1
                way.append(edge["target"])
    return max([depths.get(node["id"], 1) for node in graph["nodes"] if node["type"] == "ending"], default=1)
