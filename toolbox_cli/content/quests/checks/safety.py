"""Q30 to Q33: places to rest, notices, help in a crisis, and choices that are some."""

import re
from collections.abc import Iterator
from typing import Final

from toolbox_cli.content.quests.checks.walk import Problem, Walk, spread
from toolbox_cli.content.quests.graph import Node, NodeType, Tag

STEPS_TO_EXIT: Final = 3
"""Within so many steps a child finds a place to rest, a grown-up, or the end."""
MOST_CHOICES: Final = 4
LEAST_CHOICES: Final = 2

CRISIS: Final = re.compile(
    r"\b(?:suicid\w*|kill(?:ing)? (?:myself|yourself|himself|herself|themselves)|self[- ]harm\w*|want(?:s|ed)? to die"
    r"|end (?:my|your) (?:own )?life|(?:hurt|cut)(?:ting|ing)? (?:myself|yourself)|overdos\w+"
    r"|(?:hits|beats|molests|rapes|touches) (?:me|you) (?:at home|where)"
    r"|selbstmord\w*|suizid\w*|mich umbringen|mich ritzen|nicht mehr leben"
    r"|suicidarme|matarme|autolesi\w*|quitarme la vida|me tuer|me suicider|veux mourir)\b",
    re.IGNORECASE,
)
"""Words of danger to life or body, in English, German, Spanish and French; a node without them may speak of it too."""
JUDGING: Final = re.compile(
    r"\b(?:(?:he|she|they|mom|mum|dad|mother|father) (?:is|are) (?:bad|evil|a liar|to blame|stupid|crazy)"
    r"|i (?:am|'m) (?:bad|stupid|to blame)|it is my fault|it's my fault)\b",
    re.IGNORECASE,
)
"""Words of a choice that blames somebody."""


def exits(walk: Walk) -> Iterator[Problem]:
    """Find nodes from which it is too far to a place to rest."""
    goals = [number for number in walk.steps if _rests(walk.nodes[number]) or walk.is_end(number)]
    far = spread(goals, walk.back)
    for number in walk.steps:
        if number not in walk.trapped and far[number] > STEPS_TO_EXIT:
            told = f"a place to rest or a grown-up is {far[number]} steps from {walk.nodes[number].id}"
            yield Problem("Q30", told, node=number)


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
        if not node.has(Tag.CRISIS) and not CRISIS.search(f"{node.label}\n{node.text}"):
            continue
        missing = [name for name in ("escalation", "contact") if not (getattr(node, name) or "").strip()]
        if missing:
            yield Problem("Q32", f"{node.id} speaks of a crisis, and has no {' and no '.join(missing)}", node=number)


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
        if all(edge.judging or JUDGING.search(edge.choice or "") for edge in edges):
            yield Problem("Q33", f"every choice of {name} judges somebody", node=number)


def _rests(node: Node) -> bool:
    return node.has(Tag.SAFE_EXIT) or node.has(Tag.ADULT)
