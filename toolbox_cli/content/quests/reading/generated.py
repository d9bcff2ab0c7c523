"""The YAML that is generated from a graph, read back."""

from pathlib import Path
from typing import Any

from toolbox_cli.content.quests.canonical import graph_hash
from toolbox_cli.content.quests.graph import Graph
from toolbox_cli.content.quests.quest import Quest
from toolbox_cli.content.quests.reading import form
from toolbox_cli.core.documents import parse_document
from toolbox_cli.core.errors import InputError


def graph_in(content: Any) -> Graph | None:
    """Give the graph that YAML of ours holds, whole; None where it is of another form, or has more in it."""
    if not isinstance(content, dict) or "nodes" not in content or content.keys() - {*form.KEYS, "title"}:
        return None
    read = form.graph_of(content)
    return None if read.wrong else read.graph


def tells(text: str, quest: Quest) -> bool:
    """Say whether YAML tells exactly what a quest's graph does: programs that play it may read either."""
    try:
        content = parse_document(Path("quest.yaml"), text).content
    except InputError:
        return False
    graph = graph_in(content)
    if graph is None or content.get("title") != quest.about.title:
        return False
    return graph_hash(graph) == graph_hash(quest.graph)
