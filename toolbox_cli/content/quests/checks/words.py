"""Q40: what some children can't see, hear or read."""

from collections.abc import Iterator

from toolbox_cli.content.quests.checks.walk import Problem, Walk
from toolbox_cli.content.quests.graph import Node


def words(walk: Walk) -> Iterator[Problem]:
    others = _languages(walk)
    for number, node in enumerate(walk.nodes):
        for found in (*_media(node), *_translations(node, others)):
            yield Problem("Q40", f"{node.id} has {found}", node=number)
    for place, edge in enumerate(walk.graph.edges):
        if edge.choice is not None:
            for language in others:
                if not edge.translations.get(language, "").strip():
                    yield Problem("Q40", f"a choice of {edge.source} has no words in {language}", edge=place)


def _languages(walk: Walk) -> tuple[str, ...]:
    """Give the languages of translations: those that the graph names, and others that some words have."""
    named = walk.graph.languages
    used = {language for node in walk.nodes for language in node.translations}
    used |= {language for edge in walk.graph.edges for language in edge.translations}
    return (*named[1:], *sorted(used - {*named}))


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
