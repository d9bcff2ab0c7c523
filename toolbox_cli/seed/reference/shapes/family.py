"""Quests as graphs, and the recovery tracks of parents."""

import json
from collections import deque
from collections.abc import Iterator, Mapping, Set
from typing import Annotated, Any, ClassVar, Final, Literal, Self

from pydantic import Field, StringConstraints

from toolbox_cli.seed.reference.shapes.base import (
    MADE_AT,
    OWNER,
    Entry,
    Fault,
    Key,
    Known,
    Line,
    Made,
    Part,
    Positive,
    Prose,
    Ref,
    Text100,
    Text200,
)

AGES: Final = r"^\d{1,2}-\d{1,2}$"
START: Final = "start"
REST: Final = "safe_exit"
STEPS_TO_REST: Final = 3
"""From each node a child finds a place to stop within so many steps."""
MOST_CHOICES: Final = 4
SCHOOLS = Literal["IFS", "DBT", "CBT", "ACT"]


class Node(Part):
    """A node of a story.

    Attributes:
        next: where it goes on, by itself.
        choices: what the child may choose, and where that leads.
    """

    type: Literal["start", "scene", "choice", "ending"]
    label: Text100
    text: Line
    tags: list[Literal["safe_exit", "adult"]] = []
    next: Key | None = None
    choices: Annotated[dict[Text100, Key], Field(min_length=2, max_length=MOST_CHOICES)] | None = None

    @property
    def ways(self) -> list[tuple[str | None, str]]:
        """What is chosen, None where there is nothing to choose, and where it leads."""
        return [(None, self.next)] if self.next else list((self.choices or {}).items())

    def faults(self) -> Iterator[Fault]:
        if self.type == "choice" and (self.choices is None or self.next):
            yield (), "a choice has choices and no next"
        elif self.type == "ending" and (self.choices or self.next):
            yield (), "an ending leads nowhere"
        elif self.type in {"start", "scene"} and (self.next is None or self.choices):
            yield (), f"a {self.type} has a next and no choices"
        if self.choices and len({*self.choices.values()}) < len(self.choices):
            yield ("choices",), "two of them lead to the same node"


class Quest(Entry):
    title: Annotated[Line, Field(max_length=300)]
    description: Prose
    psychological_module: SCHOOLS
    age_range: Annotated[str, StringConstraints(pattern=AGES, max_length=20)]
    location: Text100
    difficulty_level: Literal["easy", "medium", "hard"]
    nodes: Annotated[dict[Key, Node], Field(min_length=3)]

    def rows(self, key: str) -> Iterator[Made]:
        graph = self.graph()
        values = {
            "user_id": Ref("users", OWNER),
            "quest_id": key,
            **self.model_dump(exclude={"nodes"}),
            "quest_yaml": quest_yaml(self.title, graph),
            "total_nodes": len(self.nodes),
            "graph_structure": graph,
            "status": "draft",
            "moderation_status": "pending",
            "reveal_enabled": False,
            "is_public": False,
            "psychologist_reviewed": False,
            "created_at": MADE_AT,
        }
        yield Made("quests", key, values)

    def graph(self) -> dict[str, Any]:
        """Give nodes and edges as React Flow keeps them, laid out by their distance from the start."""
        rows: dict[int, int] = {}
        nodes, edges = [], []
        for name, depth in self._distances().items():
            node, row = self.nodes[name], rows.get(depth, 0)
            rows[depth] = row + 1
            data = {"label": node.label, "text": node.text, **({"tags": node.tags} if node.tags else {})}
            nodes.append({"id": name, "type": node.type, "position": {"x": 260 * depth, "y": 140 * row}, "data": data})
            for choice, target in node.ways:
                edge = {"id": f"{name}-{target}", "source": name, "target": target}
                edges.append({**edge, "data": {"choice": choice} if choice else {}})
        return {"nodes": nodes, "edges": edges, "viewport": {"x": 0, "y": 0, "zoom": 1}}

    def faults(self, key: str, known: Known) -> Iterator[Fault]:
        broken = False
        for name, node in self.nodes.items():
            told = [(("nodes", name, *steps), found) for steps, found in node.faults()]
            told += [
                (("nodes", name), f"leads to {way}, which is not there")
                for _, way in node.ways
                if way not in self.nodes
            ]
            broken |= bool(told)
            yield from told
        starts = [name for name, node in self.nodes.items() if node.type == "start"]
        if starts != [START]:
            yield ("nodes",), f"the one node of type start has to be called {START}"
        elif not broken:
            yield from self._walk_faults()
        if int(self.age_range.partition("-")[0]) > int(self.age_range.partition("-")[2]):
            yield ("age_range",), "ends before it begins"

    def _walk_faults(self) -> Iterator[Fault]:
        reached = self._distances()
        ending = self._distances_to(lambda node: node.type == "ending")
        resting = self._distances_to(lambda node: REST in node.tags or node.type == "ending")
        for name in self.nodes:
            if name not in reached:
                yield ("nodes", name), "nothing leads there"
            elif name not in ending:
                yield ("nodes", name), "no ending can be reached from there"
            elif resting[name] > STEPS_TO_REST:
                yield ("nodes", name), f"a place to stop is more than {STEPS_TO_REST} steps away"
        for tag in (REST, "adult"):
            if not any(tag in node.tags for node in self.nodes.values()):
                yield ("nodes",), f"no node has the tag {tag}"

    def _distances(self) -> dict[str, int]:
        """Steps from the start, nearest nodes first."""
        return _spread({START}, {name: [way for _, way in node.ways] for name, node in self.nodes.items()})

    def _distances_to(self, wanted: Any) -> dict[str, int]:
        back: dict[str, list[str]] = {}
        for name, node in self.nodes.items():
            for _, way in node.ways:
                back.setdefault(way, []).append(name)
        return _spread({name for name, node in self.nodes.items() if wanted(node)}, back)


def _spread(first: set[str], ways: Mapping[str, list[str]]) -> dict[str, int]:
    found = dict.fromkeys(sorted(first), 0)
    waiting = deque(found)
    while waiting:
        at = waiting.popleft()
        for name in ways.get(at, ()):
            if name not in found:
                found[name] = found[at] + 1
                waiting.append(name)
    return found


def quest_yaml(title: str, graph: Mapping[str, Any]) -> str:
    """Write a graph as YAML: its nodes in their order, each with its edges, nothing of the layout."""
    lines = [f"start: {START}", f"title: {_quoted(title)}", "nodes:"]
    for node in graph["nodes"]:
        data = node["data"]
        lines += [f"  - id: {node['id']}", f"    type: {node['type']}"]
        lines += [f"    {name}: {_quoted(value)}" for name, value in data.items()]
        edges = [edge for edge in graph["edges"] if edge["source"] == node["id"]]
        lines += ["    next:"] if edges else []
        for edge in edges:
            choice = edge["data"].get("choice")
            lines += [f"      - to: {edge['target']}", *([f"        choice: {_quoted(choice)}"] if choice else [])]
    return "\n".join(lines) + "\n"


def _quoted(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


class Practice(Part):
    """Something a parent does."""

    title: Text100
    minutes: Positive
    text: Line


class Phase(Part):
    """A phase of a track.

    Attributes:
        seek_help: when what the phase offers is not enough.
    """

    aim: Line
    weeks: Positive
    seek_help: Line
    activities: Annotated[dict[Key, Practice], Field(min_length=3)]


class Phases(Part):
    awareness: Phase
    expression: Phase
    action: Phase
    mastery: Phase


TRACKS: Final = ("self_work", "child_connection", "negotiation", "community")


class Track(Entry):
    """A recovery track; no table holds it."""

    key_pattern: ClassVar[str] = f"^({'|'.join(TRACKS)})$"

    title: Text200
    aim: Line
    phases: Phases

    def rows(self, key: str) -> Iterator[Made]:
        yield from ()

    @classmethod
    def faults_together(cls, entries: Mapping[str, Self], named: Set[str]) -> Iterator[tuple[str, Fault]]:
        if missing := [name for name in TRACKS if name not in named]:
            yield next(iter(entries)), ((), f"the tracks {', '.join(missing)} are missing beside it")
