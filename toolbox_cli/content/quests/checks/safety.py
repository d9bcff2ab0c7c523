"""Q30 to Q33: places to rest, notices, help in a crisis, and choices that are some."""

import re
import unicodedata
from collections.abc import Container, Iterator, Mapping
from typing import Any, Final

from toolbox_cli.content.quests.checks.walk import Problem, Walk, spread
from toolbox_cli.content.quests.graph import Node, NodeType, Tag

STEPS_TO_EXIT: Final = 3
"""Within so many steps a child finds a place to rest, a grown-up, or the end."""
MOST_CHOICES: Final = 4
LEAST_CHOICES: Final = 2

CRISIS: Final = re.compile(
    r"\b(?:suicid\w*|kill(?:s|ed|ing)? (?:(?:my|your|him|her)self|themselves)|self[- ]?harm\w*"
    r"|harm(?:s|ed|ing)? (?:my|your|him|her)self|(?:hurt|cut)(?:ting|ing)? (?:my|your)self"
    r"|(?:want(?:s|ed|ing)?|wish(?:es|ed)?) to (?:die|be dead)|wanna die"
    r"|(?:end|take)(?:s|ing)? (?:my|your|his|her) (?:own )?life|overdos\w+"
    r"|(?:hits|beats|molests|rapes|touches) (?:me|you) (?:at home|where)"
    r"|selbstm[oö]rd\w*|selbsttötung\w*|selbstverletz\w*|sui[zs]id\w*|[mds]ich (?:selbst )?(?:um(?:zu)?bring|ritz)\w*"
    r"|(?:um(?:zu)?bring|ritz)\w* [mds]ich|bring\w* [mds]ich um|nicht mehr leben|(?:will|wollte|möchte) sterben"
    r"|(?:mat|autolesion)ar[mts]e|autolesi\w*|quitar[mts]e la vida|(?:quiero|quería|quiere) morir\w*"
    r"|[mst]e tuer|automutil\w*|(?:veux|voulais|veut|envie de) mourir"
    r"|самоуби\w*|суицид\w*|самоповрежд\w*|поконч\w+ с собой|уби\w+ себя|(?:хочу|хотел\w*|хочет) умереть"
    r"|не хочу (?:больше )?жить|самогуб\w*|суїцид\w*|вби\w+ себе|хочу померти)\b",
    re.IGNORECASE,
)
"""Words of danger to life or body, in English, German, Spanish, French, Russian and Ukrainian; a node without them may
speak of it too."""
JUDGING: Final = re.compile(
    r"\b(?:(?:he|she|they|mom|mum|dad|mother|father)(?: is|'s| are|'re) (?:bad|evil|a liar|to blame|stupid|crazy)"
    r"|i(?: am|'m) (?:bad|stupid|to blame)|it(?: is|'s) my fault)\b",
    re.IGNORECASE,
)
"""Words of a choice that blames somebody."""
_UNSEEN: Final = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
"""Signs that nobody sees, within words."""


def exits(walk: Walk) -> Iterator[Problem]:
    """Find nodes from which it is too far to a place to rest."""
    far = _steps_to_rest(walk)
    for number in walk.steps:
        steps = far.get(number)
        if number not in walk.trapped and (steps is None or steps > STEPS_TO_EXIT):
            told = "may never come" if steps is None else f"is {steps} steps away"
            yield Problem("Q30", f"from {walk.nodes[number].id} a place to rest or a grown-up {told}", node=number)


def _steps_to_rest(walk: Walk) -> dict[int, int]:
    """Count the steps from each node to where a child can rest, at the latest.

    Of choices that are always open the child takes the nearest; otherwise it may be led the longest way.
    """
    found = {number: 0 for number in walk.steps if _rests(walk.nodes[number]) or walk.is_end(number)}
    ahead = [sum(other not in walk.trapped for other in others) for others in walk.out]
    waiting = [*found]
    for number in waiting:
        for before in walk.back[number]:
            ahead[before] -= 1
            if before not in found and (not ahead[before] or _may_choose(walk, before, found)):
                found[before] = found[number] + 1
                waiting.append(before)
    return found


def _may_choose(walk: Walk, number: int, among: Container[int]) -> bool:
    """Tell whether the child chooses at a node, and is always offered a way to one of some others."""
    if walk.nodes[number].type is not NodeType.CHOICE:
        return False
    places = [place for place in walk.onward[number] if walk.target(place) in among]
    return any(not walk.graph.edges[place].when for place in places) or not walk.flow.blocked(number, places)


def notices(walk: Walk) -> Iterator[Problem]:
    """Find sensitive nodes that a way leads to without a notice before."""
    if walk.start is None or not any(node.has(Tag.SENSITIVE) for node in walk.nodes):
        return
    for number in spread([walk.start], walk.out, lambda one: walk.nodes[one].has(Tag.NOTICE)):
        if walk.nodes[number].has(Tag.SENSITIVE):
            yield Problem("Q31", f"a way leads to {walk.nodes[number].id} without a notice before", node=number)


def crises(walk: Walk) -> Iterator[Problem]:
    """Find nodes that speak of danger, and not of help."""
    for number, node in enumerate(walk.nodes):
        if not node.has(Tag.CRISIS) and not CRISIS.search(_plain("\n".join(_said(walk, number)))):
            continue
        missing = [name for name in ("escalation", "contact") if not (getattr(node, name) or "").strip()]
        if missing:
            yield Problem("Q32", f"{node.id} speaks of a crisis, and has no {' and no '.join(missing)}", node=number)


def _said(walk: Walk, number: int) -> Iterator[str]:
    """Give all words that a child may meet at a node, and what another program keeps there, for it may be shown."""
    node = walk.nodes[number]
    yield node.label
    yield node.text
    for told in node.translations.values():
        yield from filter(None, (told.label, told.text))
    for medium in node.media:
        yield from filter(None, (medium.alt, medium.transcript))
    yield from _texts(node.more)
    for edge in walk.edges(number):
        yield edge.choice or ""
        yield from edge.translations.values()
        yield from _texts(edge.more)


def _texts(value: Any) -> Iterator[str]:
    """Give the texts in a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping | list):
        for part in value.values() if isinstance(value, Mapping) else value:
            yield from _texts(part)


def _plain(text: str) -> str:
    """Write words in the one way that patterns have them in."""
    if not text.isascii():
        text = _UNSEEN.sub("", unicodedata.normalize("NFKC", text)).replace("\u2019", "'")
    return " ".join(text.split())


def choices(walk: Walk) -> Iterator[Problem]:
    """Find choices that are none, too many, or blame somebody whatever the child chooses."""
    for name, number in walk.numbers.items():
        edges = walk.edges(number)
        if walk.nodes[number].type is not NodeType.CHOICE or not edges or walk.loose[number]:
            continue
        if len(edges) < LEAST_CHOICES:
            yield Problem("Q33", f"{name} leaves nothing to choose", node=number)
        elif len(edges) > MOST_CHOICES:
            yield Problem("Q33", f"{name} has {len(edges)} choices, and may have {MOST_CHOICES}", node=number)
        elif len({edge.target for edge in edges}) == 1:
            yield Problem("Q33", f"all choices of {name} lead to the same node", node=number)
        if all(edge.judging or JUDGING.search(_plain(edge.choice or "")) for edge in edges):
            yield Problem("Q33", f"every choice of {name} judges somebody", node=number)


def _rests(node: Node) -> bool:
    return node.has(Tag.SAFE_EXIT) or node.has(Tag.ADULT)
