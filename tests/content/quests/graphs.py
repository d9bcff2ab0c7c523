"""Graphs for tests: any at all, and such as make sense."""

from typing import Any, Final

from hypothesis import strategies as st

from toolbox_cli.content.quests.graph import Edge, Graph, Medium, Node, NodeType, Place, Tag, Told

TEXTS: Final = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
FULL: Final = TEXTS.map(lambda text: f"a{text}")
NAMES: Final = st.sampled_from(
    ["start", "a", "b", "c", "no", "null", "7", "x-y", "ä ö", "a: b", "#", "1e3", "x\u2028x"]
)
VARIABLES: Final = st.sampled_from(["courage", "on", "n", "coins.gold", "_x"])
VALUES: Final = st.booleans() | st.integers(-(10**20), 10**20) | TEXTS
LANGUAGES: Final = st.sampled_from(["en", "de", "no", "pt-BR"])
NUMBERS: Final = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(10**20), 10**20)
JSON: Final = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda part: st.lists(part, max_size=3) | st.dictionaries(TEXTS, part, max_size=3),
    max_leaves=5,
)
MORE: Final = st.dictionaries(TEXTS.map(lambda text: f"_{text}"), JSON, max_size=2)
MEDIA: Final = st.builds(
    Medium,
    kind=st.sampled_from(["image", "audio", "video"]),
    url=FULL,
    alt=st.none() | TEXTS,
    transcript=st.none() | TEXTS,
)
NODES: Final = st.builds(
    Node,
    id=NAMES,
    type=st.sampled_from(NodeType),
    label=FULL,
    text=FULL,
    tags=st.lists(st.sampled_from(Tag), max_size=3).map(tuple),
    minutes=st.none() | st.floats(0.01, 600),
    visits=st.none() | st.integers(1, 9),
    set=st.dictionaries(VARIABLES, VALUES, max_size=2),
    reveal_after=st.none() | st.integers(-3, 9),
    reveal_requires=st.lists(NAMES, max_size=2).map(tuple),
    escalation=st.none() | TEXTS,
    contact=st.none() | TEXTS,
    media=st.lists(MEDIA, max_size=2).map(tuple),
    translations=st.dictionaries(
        LANGUAGES, st.builds(Told, label=st.none() | TEXTS, text=st.none() | TEXTS), max_size=2
    ),
    more=MORE,
)
EDGES: Final = st.builds(
    Edge,
    source=NAMES,
    target=NAMES,
    choice=st.none() | FULL,
    when=st.dictionaries(VARIABLES, st.lists(VALUES, min_size=1, max_size=3).map(tuple), max_size=2),
    set=st.dictionaries(VARIABLES, VALUES, max_size=2),
    judging=st.booleans(),
    translations=st.dictionaries(LANGUAGES, TEXTS, max_size=2),
    more=MORE,
)


def graphs(**fields: Any) -> st.SearchStrategy[Graph]:
    """Give graphs of the right shape, whether they make sense or not."""
    given = {
        "nodes": st.lists(NODES, max_size=6).map(tuple),
        "edges": st.lists(EDGES, max_size=8).map(tuple),
        "languages": st.lists(LANGUAGES, max_size=3).map(tuple),
        "places": st.dictionaries(NAMES, st.builds(Place, NUMBERS, NUMBERS).map(_small), max_size=4),
        "more": MORE,
    }
    return st.builds(Graph, **{**given, **fields})


def _small(place: Place) -> Place:
    return Place(*(part if abs(part) < 1e9 else 0 for part in place))
