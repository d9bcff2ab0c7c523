"""Quests that make sense, made at random."""

from random import Random
from typing import Any, Final

from toolbox_cli.content.quests.graph import Edge, Graph, Medium, Node, NodeType, Tag, Told

LANGUAGES: Final = ("en", "de")


def seeded(seed: int) -> Random:
    """Give chances that are the same each time."""
    return Random(seed)  # noqa: S311  not for secrets


class Maker:
    """Makes a story piece by piece; every piece goes on from what came last."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.nodes: list[Node] = []
        self.edges: list[Edge] = []
        self.main: list[str] = []
        self.tail = self.node(NodeType.START, set={"mood": "calm", "coins": 0})
        self.rest = self.node(NodeType.ENDING, tags=(Tag.SAFE_EXIT,))

    def node(self, kind: NodeType, **more: Any) -> str:
        name = f"{kind}-{len(self.nodes)}"
        translated = {"de": Told(label="Ein Ort", text="Hier ist es still.")}
        self.nodes.append(
            Node(id=name, type=kind, label="A place", text="It is quiet here.", translations=translated, **more)
        )
        return name

    def lead(self, source: str, target: str, choice: bool = False, **more: Any) -> None:
        words = {"choice": f"Go to {target}", "translations": {"de": f"Nach {target}"}} if choice else {}
        self.edges.append(Edge(source=source, target=target, **words, **more))

    def go_on(self, kind: NodeType, **more: Any) -> str:
        name = self.node(kind, **more)
        self.lead(self.tail, name)
        self.main.append(name)
        self.tail = name
        return name

    def fork(self) -> None:
        """Let the child choose between two ways that meet again, or rest."""
        choice = self.go_on(NodeType.CHOICE)
        ways = [self.node(NodeType.SCENE, set=self._maybe_set()), self.node(NodeType.SCENE)]
        join = self.node(NodeType.SCENE, tags=(Tag.ADULT,))
        for way in ways:
            self.lead(choice, way, choice=True)
            self.lead(way, join)
        self.lead(choice, self.rest, choice=True)
        self.main.append(join)
        self.tail = join

    def condition(self) -> None:
        """Go one way or another by what happened before."""
        at = self.go_on(NodeType.SCENE)
        one, other = self.node(NodeType.SCENE), self.node(NodeType.SCENE)
        join = self.node(NodeType.SCENE, tags=(Tag.ADULT,))
        self.lead(at, one, when={"mood": ("calm",)})
        self.lead(at, other)
        self.lead(one, join)
        self.lead(other, join)
        self.main.append(join)
        self.tail = join

    def round(self) -> None:
        """Let the child look at something and come back, a few times."""
        hub, aside, on = self.go_on(NodeType.CHOICE), self.node(NodeType.SCENE, visits=2), self.node(NodeType.SCENE)
        for target in (aside, self.rest, on):
            self.lead(hub, target, choice=True)
        self.lead(aside, hub)
        self.main.append(on)
        self.tail = on

    def sensitive(self) -> None:
        self.go_on(NodeType.SCENE, tags=(Tag.NOTICE,))
        self.go_on(NodeType.SCENE, tags=(Tag.SENSITIVE, Tag.ADULT))

    def crisis(self) -> None:
        help_ = {"escalation": "Tell a grown-up now.", "contact": "Helpline 116 111"}
        self.go_on(NodeType.SCENE, tags=(Tag.CRISIS, Tag.ADULT), **help_)

    def picture(self) -> None:
        image = Medium(kind="image", url="a.png", alt="A fox")
        self.go_on(NodeType.SCENE, media=(image, Medium(kind="video", url="a.mp4", transcript="Hello.")))

    def end(self) -> None:
        required = tuple(self.chance.sample(self.main, min(2, len(self.main))))
        self.go_on(NodeType.REVEAL, reveal_requires=required, reveal_after=self.chance.randrange(3))
        self.go_on(NodeType.ENDING)

    def _maybe_set(self) -> dict[str, Any]:
        return self.chance.choice([{}, {"mood": "brave"}, {"coins": 3, "mood": "calm"}])


def valid_graph(chance: Random) -> Graph:
    """Make a graph that no check finds an error in; circles with a bound are noted."""
    maker = Maker(chance)
    pieces = (maker.condition, maker.round, maker.sensitive, maker.crisis, maker.picture)
    for _ in range(chance.randrange(1, 5)):
        maker.fork()
        chance.choice(pieces)()
    maker.fork()
    maker.end()
    nodes, edges = maker.nodes, maker.edges
    chance.shuffle(nodes)
    return Graph(nodes=tuple(nodes), edges=tuple(edges), languages=LANGUAGES)


def told(name: str, kind: NodeType, **more: Any) -> Node:
    translated = {"de": Told(label="Neu", text="Neu.")}
    return Node(id=name, type=kind, label="New", text="Something new.", translations=translated, **more)
