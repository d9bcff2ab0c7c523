"""Graphs as Mermaid and DOT: what is sensitive, what is revealed and where a child can rest are marked."""

from collections.abc import Iterator, Mapping
from typing import Final

from toolbox_cli.content.quests.canonical import canonical
from toolbox_cli.content.quests.graph import Edge, Graph, Node, NodeType, Tag

LONGEST: Final = 60
"""Characters of a label that are drawn."""

MARKS: Final[Mapping[str, tuple[str, str]]] = {
    "crisis": ("#8b0000", "#ffd6d6"),
    "sensitive": ("#b30000", "#ffecec"),
    "reveal": ("#7a4b00", "#fff1d0"),
    "rest": ("#1b5e20", "#e3f4e4"),
    "adult": ("#0d47a1", "#e3eefb"),
}
"""What is marked, and its colours of line and ground; of several the first counts."""
_SHAPES: Final = {
    NodeType.START: ("([", "])", "oval"),
    NodeType.SCENE: ("[", "]", "box"),
    NodeType.CHOICE: ("{", "}", "diamond"),
    NodeType.REVEAL: ("{{", "}}", "hexagon"),
    NodeType.ENDING: ("([", "])", "doublecircle"),
}


def mermaid(graph: Graph) -> str:
    """Draw a graph as a Mermaid flowchart."""
    graph = canonical(graph)
    names = _names(graph)
    lines = ["flowchart TD"]
    for node in graph.nodes:
        left, right, _ = _SHAPES[node.type]
        mark = f":::{mark_of(node)}" if mark_of(node) else ""
        lines.append(f'  {names[node.id]}{left}"{_mermaid(_label(node))}"{right}{mark}')
    for edge in _drawn(graph):
        label = _edge_label(edge)
        arrow = f'-->|"{_mermaid(label)}"|' if label else "-->"
        lines.append(f"  {names[edge.source]} {arrow} {names[edge.target]}")
    for name, (line, ground) in MARKS.items():
        lines.append(f"  classDef {name} stroke:{line},fill:{ground},stroke-width:2px")
    return "\n".join([*lines, ""])


def dot(graph: Graph) -> str:
    """Draw a graph in the language of Graphviz."""
    graph = canonical(graph)
    names = _names(graph)
    lines = ["digraph quest {", '  node [fontname="sans-serif"];', '  edge [fontname="sans-serif"];']
    for node in graph.nodes:
        told = f'label="{_dot(_label(node))}", shape={_SHAPES[node.type][2]}'
        if mark := mark_of(node):
            line, ground = MARKS[mark]
            told += f', class="{mark}", style=filled, color="{line}", fillcolor="{ground}"'
        lines.append(f"  {names[node.id]} [{told}];")
    for edge in _drawn(graph):
        label = _edge_label(edge)
        told = f' [label="{_dot(label)}"]' if label else ""
        lines.append(f"  {names[edge.source]} -> {names[edge.target]}{told};")
    return "\n".join([*lines, "}", ""])


def mark_of(node: Node) -> str | None:
    """Say what a node is marked as."""
    marks = {
        "crisis": node.has(Tag.CRISIS),
        "sensitive": node.has(Tag.SENSITIVE),
        "reveal": node.type is NodeType.REVEAL or node.reveal_after is not None or bool(node.reveal_requires),
        "rest": node.has(Tag.SAFE_EXIT),
        "adult": node.has(Tag.ADULT),
    }
    return next((name for name in MARKS if marks[name]), None)


def _names(graph: Graph) -> dict[str, str]:
    """Give each node a name that both languages take."""
    names: dict[str, str] = {}
    for node in graph.nodes:
        names.setdefault(node.id, f"n{len(names) + 1}")
    return names


def _drawn(graph: Graph) -> Iterator[Edge]:
    there = {node.id for node in graph.nodes}
    return (edge for edge in graph.edges if edge.source in there and edge.target in there)


def _label(node: Node) -> str:
    mark = mark_of(node)
    return _short(f"{node.label} ({mark})" if mark else node.label)


def _edge_label(edge: Edge) -> str:
    when = ", ".join(f"{name}: {' or '.join(map(str, values))}" for name, values in sorted(edge.when.items()))
    return _short(" ".join(part for part in (edge.choice, f"[{when}]" if when else None) if part))


def _short(text: str) -> str:
    text = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}..."


def _mermaid(text: str) -> str:
    return "".join(sign if sign.isalnum() or sign in " .,:!?-()[]'" else f"#{ord(sign)};" for sign in text)


def _dot(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
