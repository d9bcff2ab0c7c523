"""Graphs from the YAML of quests that were written before there were graphs, and what was lost on the way.

No document lists the keys of that YAML; these are the words that such files use. Whatever a graph has no place for is
kept under `more`.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from toolbox_cli.content.modules.converting import LossReport
from toolbox_cli.content.quests.graph import DEEPEST, LONGEST_CHOICE, LONGEST_ID, Edge, Graph, Node, NodeType, Tag
from toolbox_cli.content.quests.quest import About, Quest
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
_WHOLE: Final = ("quest", "story")
"""Under which the whole quest may stand."""
_CALLED: Final = ("quest", "quest_id", "id", "name")
_FIRST: Final = "begin"
_TAKEN: Final = frozenset({
    *Node.model_fields, *Node.own, *Edge.model_fields, *Edge.own, *Graph.model_fields, *Graph.own,
})  # fmt: skip
LONGEST_LABEL: Final = 200

Way = tuple[str | None, str | None, dict[str, Any]]
"""Words, target and the rest of a way."""


def graph_of_old(content: Any, quest: Quest) -> tuple[Read, LossReport]:
    """Make a graph of old YAML.

    Args:
        content: plain values of it.
        quest: what is known of the quest beside its YAML.

    Returns:
        The graph as any other is read, and what became of each key.
    """
    old = _Old(quest)
    return form.graph_of(old.made(content)), old.losses


class _Old:
    def __init__(self, quest: Quest) -> None:
        self._quest = quest
        self.losses = LossReport()
        self._nodes: dict[str, dict[str, Any]] = {}
        self._more: dict[str, Any] = {}
        self._start: str | None = None

    def made(self, content: Any) -> dict[str, Any]:
        """Give the graph in our form."""
        self._take(content if isinstance(content, Mapping) else {"nodes": content})
        self._mend(self._start if self._start in self._nodes else None)
        return {"nodes": self._nodes, "more": self._more}

    def _take(self, content: Mapping[Any, Any]) -> None:
        heading = next((name for name in _NODES if isinstance(content.get(name), list | Mapping)), None)
        if heading is not None:
            self._map("node list", heading, "nodes")
            self._take_nodes(content[heading])
        whole = next((name for name in _WHOLE if heading is None and isinstance(content.get(name), Mapping)), None)
        for key, value in content.items():
            if key == whole:
                self._map("key", str(key), "quest")
                self._take(value)
            elif key in _START and isinstance(value, str | int) and self._start is None and str(value) in self._nodes:
                self._start = str(value)
                self._map("key", str(key), "start")
            elif key != heading:
                self._beside(str(key), value)

    def _beside(self, key: str, value: Any) -> None:
        """Keep what stands beside the nodes, where the quest does not have it anyway."""
        about = self._quest.about
        known = [self._quest.quest_id, about.title] if key in _CALLED else []
        known += [getattr(about, key)] if key in About.model_fields else []
        name = _own(key)
        if value in known:
            self._merge("key", key, "quest", "the quest has it beside its graph")
        elif name not in self._more and len(name) <= LONGEST_ID and _is_json(value, DEEPEST):
            self._more[name] = value
            told = "the quest has something else there" if known else "a graph has no place for it"
            self._merge("key", key, "more", f"{told}; it is kept under more")
        else:
            self._drop("key", key, "it can't be kept as it is")

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
            elif key in {"type", "kind"} and "type" not in node and str(value).lower() in _TYPES:
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
        more, key = node.setdefault("more", {}), _own(told.removeprefix(f"{name}."))
        if value == [] or value is None:
            self._map("key", told, name)
        elif key not in more and len(key) <= LONGEST_ID and _is_json(value, DEEPEST):
            more[key] = value
            self._merge("key", told, name, "it is kept under more")
        else:
            self._drop("key", told, "it can't be kept as it is")

    def _ways(self, node: dict[str, Any], name: str, told: str, given: Any) -> None:
        for number, (words, target, rest) in enumerate(_targets(given), 1):
            way = f"{told}[{number}]"
            if target is None:
                self._drop("way", way, "it leads nowhere")
                continue
            if words and len(words) > LONGEST_CHOICE:
                rest = {**rest, "text": words}
                words = f"{words[: LONGEST_CHOICE - 3]}..."
            more = {key: value for key, value in rest.items() if len(key) <= LONGEST_ID and _is_json(value, DEEPEST)}
            made = {"to": target} | ({"choice": words} if words else {}) | ({"more": more} if more else {})
            node.setdefault("ways", []).append(made)
            if more:
                kept = ", ".join(more)
                self._merge("way", way, name, f"{kept} is kept under more, and changes nothing on the way")
            else:
                self._map("way", way, name)
            for key in rest.keys() - more.keys():
                self._drop("key", f"{way}.{key}", "it can't be kept as it is")

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
        title = self._quest.about.title.strip() or self._quest.quest_id
        if "choices" in self._nodes[begins] or "next" not in self._nodes[begins]:
            first = _FIRST
            while first in self._nodes:
                first += "-1"
            self._nodes = {
                first: {
                    "type": "start",
                    "label": title[:LONGEST_LABEL],
                    "text": title,
                    "next": begins,
                },
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


def _targets(given: Any) -> Iterator[Way]:
    """Give words, target and the rest of each way."""
    if _is_name(given):
        yield None, str(given), {}
    elif isinstance(given, Mapping) and not any(key in given for key in _NEXT):
        for key, target in given.items():
            for words, to, more in _of_one(target):
                yield words or str(key), to, {**more, "key": str(key)} if words else more
    elif isinstance(given, Mapping):
        to = next((key for key in _NEXT if _is_name(given.get(key))), None)
        word = next((key for key in _WORDS if isinstance(given.get(key), str) and given[key].strip()), None)
        rest = {_own(str(key)): value for key, value in given.items() if key not in {to, word}}
        yield given[word] if word else None, None if to is None else str(given[to]), rest
    elif isinstance(given, list):
        for item in given:
            yield from _of_one(item)
    elif given is not None:
        yield None, None, {}


def _of_one(given: Any) -> Iterable[Way]:
    """Give what one entry leads to; one that has words and no target leads nowhere."""
    is_lost = isinstance(given, Mapping) and not any(key in given for key in _NEXT)
    return [(None, None, {})] if is_lost and any(key in given for key in _WORDS) else _targets(given)


def _is_name(given: Any) -> bool:
    return isinstance(given, str | int) and not isinstance(given, bool)


def _is_json(value: Any, levels: int) -> bool:
    if isinstance(value, Mapping):
        names = all(isinstance(key, str) and len(key) <= LONGEST_ID for key in value)
        return levels > 0 and names and all(_is_json(part, levels - 1) for part in value.values())
    if isinstance(value, list):
        return levels > 0 and all(_is_json(part, levels - 1) for part in value)
    return value is None or isinstance(value, str | int | bool) or (isinstance(value, float) and abs(value) < 1e300)
