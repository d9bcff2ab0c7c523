"""Q40: what some children can't see, hear or read."""

from collections.abc import Iterator

from toolbox_cli.content.quests.checks.walk import Problem, Walk
from toolbox_cli.content.quests.graph import Node


def words(walk: Walk) -> Iterator[Problem]:
    others = walk.graph.languages[1:]
    for number, node in enumerate(walk.nodes):
        for found in (*_media(node), *_translations(node, others)):
            yield Problem("Q40", f"{node.id} has {found}", node=number)
    for place, edge in enumerate(walk.graph.edges):
        if edge.choice is not None:
            for language in others:
                if not edge.translations.get(language, "").strip():
                    yield Problem("Q40", f"a choice of {edge.source} has no words in {language}", edge=place)


def _media(node: Node) -> Iterator[str]:
    for medium in node.media:
        if medium.kind == "image" and not (medium.alt or "").strip():
            yield f"an image without alt, {medium.url}"
        elif medium.kind != "image" and not (medium.transcript or "").strip():
            yield f"{'an' if medium.kind == 'audio' else 'a'} {medium.kind} without transcript, {medium.url}"


def _translations(node: Node, languages: tuple[str, ...]) -> Iterator[str]:
    for language in languages:
        told = node.translations.get(language)
        for name in ("label", "text"):
            if told is None or not (getattr(told, name) or "").strip():
                yield f"no {name} in {language}"
