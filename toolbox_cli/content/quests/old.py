"""Graphs from the YAML of quests that were written before there were graphs, and what was lost on the way.

No document lists the keys of that YAML; these are the words that such files use. Whatever a graph has no place for is
kept under `more`.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from toolbox_cli.content.modules.converting import LossReport
from toolbox_cli.content.quests.graph import DEEPEST, LONGEST_CHOICE, Edge, Node, NodeType, Tag
from toolbox_cli.content.quests.quest import About
from toolbox_cli.content.quests.reading import form
from toolbox_cli.content.quests.reading.shaping import Read

_NODES: Final = ("nodes", "scenes", "steps", "passages", "stages")
_NAME: Final = ("id", "key", "name")
_LABEL: Final = ("label", "title", "heading", "name")
_TEXT: Final = ("text", "content", "body", "description", "narration", "message")
_NEXT: Final = ("next", "goto", "to", "target", "next_node", "next_scene")
_CHOICES: Final = ("choices", "options", "answers")
_WORDS: Final = ("choice", "text", "label", "title", "answer", "option")
_TYPES: Final[Mapping[str, str]] = {
    **{str(kind): str(kind) for kind in NodeType},
    "end": "ending", "finish": "ending", "intro": "start", "begin": "start", "beginning": "start",
    "dialog": "scene", "dialogue": "scene", "narrative": "scene", "story": "scene", "question": "choice",
    "decision": "choice", "branch": "choice",
}  # fmt: skip
_START: Final = ("start", "entry", "first")
_BESIDE: Final = frozenset({*About.model_fields, "quest", "quest_id", "id", "name", "content_hash"})
_FIRST: Final = "begin"
_TAKEN: Final = frozenset({*Node.model_fields, *Node.own, *Edge.model_fields, *Edge.own})
LONGEST_LABEL: Final = 200


def graph_of_old(content: Any, title: str) -> tuple[Read, LossReport]:
    """Make a graph of old YAML.

    Args:
        content: plain values of it.
        title: of the quest.

    Returns:
        The graph as any other is read, and what became of each key.
    """
    old = _Old(content if isinstance(content, Mapping) else {"nodes": content}, title)
    return form.graph_of(old.made()), old.losses


class _Old:
    def __init__(self, content: Mapping[Any, Any], title: str) -> None:
        self._content, self._title = content, title
        self.losses = LossReport()
        self._nodes: dict[str, dict[str, Any]] = {}

    def made(self) -> dict[str, Any]:
        """Give the graph in our form."""
        heading = next((name for name in _NODES if isinstance(self._content.get(name), list | Mapping)), None)
        start = None
        for key, value in self._content.items():
            if key == heading:
                self._map("node list", str(key), "nodes")
                self._take_nodes(value)
            elif key in _START and isinstance(value, str | int):
                start = str(value)
                self._map("key", str(key), "start")
            elif key in _BESIDE:
                self._merge("key", str(key), "quest", "the quest has it beside its graph")
            else:
                self._drop("key", str(key), "a graph has no place for it")
        self._mend(start)
        return {"nodes": self._nodes}

    def _take_nodes(self, given: Any) -> None:
        pairs = given.items() if isinstance(given, Mapping) else ((None, item) for item in given)
        for number, (key, item) in enumerate(pairs, 1):
            if not isinstance(item, Mapping):
                item = {"text": item}
            name = str(key) if key is not None else _named(item) or f"node-{number}"
            if name in self._nodes:
                self._drop("node", f"{name} ({number})", "another node has the same id")
                continue
            self._map("node", name, name)
            self._nodes[name] = self._node(name, item)

    def _node(self, name: str, item: Mapping[Any, Any]) -> dict[str, Any]:
        node: dict[str, Any] = {}
        for key, value in item.items():
            told = f"{name}.{key}"
            if key in _NAME and str(value) == name:
                self._map("key", told, name)
            elif key in {"type", "kind"} and str(value).lower() in _TYPES:
                node["type"] = _TYPES[str(value).lower()]
                self._map("key", told, name)
            elif key in _LABEL and "label" not in node and _is_line(value):
                node["label"] = value.strip()
                self._map("key", told, name)
            elif key in _TEXT and isinstance(value, str) and value.strip():
                self._text(node, name, told, value)
            elif key in _NEXT or key in _CHOICES:
                self._map("key", told, name)
                self._ways(node, name, told, value)
            elif key == "tags" and isinstance(value, list):
                node["tags"] = [tag for tag in value if isinstance(tag, str) and tag in {*map(str, Tag)}]
                self._rest(node, name, told, [tag for tag in value if tag not in node["tags"]])
            else:
                self._rest(node, name, told, value)
        return node

    def _text(self, node: dict[str, Any], name: str, told: str, value: str) -> None:
        if "text" in node:
            node["text"] += f"\n{value.strip()}"
            self._merge("key", told, name, "it follows the node's other text")
        else:
            node["text"] = value.strip()
            self._map("key", told, name)

    def _rest(self, node: dict[str, Any], name: str, told: str, value: Any) -> None:
        """Keep under `more` what has no other place."""
        if value == [] or value is None:
            self._map("key", told, name)
        elif _is_json(value, DEEPEST):
            node.setdefault("more", {})[_own(told.rpartition(".")[2])] = value
            self._merge("key", told, name, "it is kept under more")
        else:
            self._drop("key", told, "it can't be kept as it is")

    def _ways(self, node: dict[str, Any], name: str, told: str, given: Any) -> None:
        for number, (words, target, more) in enumerate(_targets(given), 1):
            way = f"{told}[{number}]"
            if target is None:
                self._drop("way", way, "it leads nowhere")
                continue
            made = (
                {"to": target}
                | ({"choice": words[:LONGEST_CHOICE]} if words else {})
                | ({"more": more} if more else {})
            )
            node.setdefault("ways", []).append(made)
            self._map("way", way, name)

    def _mend(self, start: str | None) -> None:
        """Give nodes what a graph asks of them: a label, a text, and a type that fits their ways."""
        for name, node in self._nodes.items():
            node.setdefault("label", name.replace("_", " ").replace("-", " ").strip().capitalize() or name)
            node.setdefault("text", node["label"])
            ways = node.pop("ways", [])
            chosen = any("choice" in way for way in ways)
            if chosen or len(ways) > 1:
                node["choices"] = [{"choice": f"Go on to {way['to']}", **way} for way in ways]
            elif ways:
                node["next"] = ways
            fitting = "choice" if "choices" in node else "scene" if ways else "ending"
            if node.get("type") not in {"start", "reveal"} or "choices" in node or not ways:
                node["was"] = node.get("type")
                node["type"] = fitting
        self._begin(start)

    def _begin(self, start: str | None) -> None:
        """Let one node be the start; before one that has choices, there is a new one."""
        if not self._nodes:
            return
        begins = start if start in self._nodes else next(
            (name for name, node in self._nodes.items() if "start" in {name, node.get("type"), node.get("was")}),
            next(iter(self._nodes)),
        )  # fmt: skip
        for name, node in self._nodes.items():
            node.pop("was", None)
            if node["type"] == "start" and name != begins:
                node["type"] = "scene"
        if "choices" in self._nodes[begins] or "next" not in self._nodes[begins]:
            first = _FIRST
            while first in self._nodes:
                first += "-1"
            self._nodes = {
                first: {"type": "start", "label": self._title[:200], "text": self._title, "next": begins},
                **self._nodes,
            }
        else:
            self._nodes[begins]["type"] = "start"

    def _map(self, kind: str, name: str, into: str) -> None:
        self.losses.counted += 1
        self.losses.mapped(name, kind, into)

    def _merge(self, kind: str, name: str, into: str, reason: str) -> None:
        self.losses.counted += 1
        self.losses.merged(name, kind, into, reason)

    def _drop(self, kind: str, name: str, reason: str) -> None:
        self.losses.counted += 1
        self.losses.dropped(name, kind, reason)


def _named(item: Mapping[Any, Any]) -> str | None:
    return next((str(item[word]) for word in _NAME if isinstance(item.get(word), str | int)), None)


def _is_line(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value.strip()) <= LONGEST_LABEL


def _own(key: str) -> str:
    """Give a name under which something may be kept beside what a graph has names for."""
    return f"old_{key}" if key in _TAKEN else key


def _targets(given: Any) -> Iterator[tuple[str | None, str | None, dict[str, Any]]]:
    """Give words, target and the rest of each way."""
    if isinstance(given, str | int) and not isinstance(given, bool):
        yield None, str(given), {}
    elif isinstance(given, Mapping) and not any(key in given for key in _NEXT):
        for words, target in given.items():
            for _, to, more in _targets(target):
                yield str(words), to, more
    elif isinstance(given, Mapping):
        target = next((given[key] for key in _NEXT if isinstance(given.get(key), str | int)), None)
        word = next((key for key in _WORDS if isinstance(given.get(key), str) and given[key].strip()), None)
        rest = {key: value for key, value in given.items() if key not in {*_NEXT, word}}
        more = {_own(str(key)): value for key, value in rest.items() if _is_json(value, DEEPEST)}
        yield given[word] if word else None, None if target is None else str(target), more
    elif isinstance(given, list):
        for item in given:
            leads = not isinstance(item, Mapping) or any(key in item for key in _NEXT)
            yield from _targets(item) if leads or not any(key in item for key in _WORDS) else [(None, None, {})]
    elif given is not None:
        yield None, None, {}


def _is_json(value: Any, levels: int) -> bool:
    if isinstance(value, Mapping):
        return levels > 0 and all(isinstance(key, str) and _is_json(part, levels - 1) for key, part in value.items())
    if isinstance(value, list):
        return levels > 0 and all(_is_json(part, levels - 1) for part in value)
    return value is None or isinstance(value, str | int | bool) or (isinstance(value, float) and abs(value) < 1e300)
