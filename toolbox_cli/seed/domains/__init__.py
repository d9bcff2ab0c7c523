"""What can be seeded: each domain in a room of its own."""

from collections.abc import Mapping, Sequence
from typing import Final

from toolbox_cli.seed.making.domain import Domain

CLASSES: Final = Domain("classes", "toolboxai", "toolbox_cli.seed.domains.classes.blocks")
ACTIVITY: Final = Domain("activity", "toolboxai", "toolbox_cli.seed.domains.activity.blocks", requires=CLASSES)
LMS: Final = Domain("lms", "toolboxai", "toolbox_cli.seed.domains.lms.blocks", requires=CLASSES)
QUESTS: Final = Domain(
    "quests",
    "pas_in_peace",
    "toolbox_cli.seed.domains.quests.blocks",
    looked_up=frozenset({"quests", "psychologist_reviews", "psychologist_review_history", "child_privacy_settings"}),
)
FRAMES: Final = Domain("frames", "frames", "toolbox_cli.seed.domains.frames.blocks")

COMMANDS: Final[Mapping[str, tuple[Domain, ...]]] = {
    "roblox": (CLASSES, ACTIVITY),
    "lms": (CLASSES, LMS),
    "quests": (QUESTS,),
    "frames": (FRAMES,),
    "all": (CLASSES, ACTIVITY, LMS, QUESTS, FRAMES),
}
"""What each command loads, in an order in which nothing stands on what comes later."""

UNSEEDED: Final[Mapping[str, str]] = {
    "toolboxai.agent_task_needs": "Only tasks to come wait for each other; those that are seeded have ended.",
    "toolboxai.agent_task_attempts": "It is the record of what workers did, and none worked on what is seeded.",
    "toolboxai.agent_reviews": "It is the record of what people judged, and lets things be deployed: none is made up.",
    "toolboxai.agent_made_content": "It binds what agents stored to people's judgement; what is seeded needs none.",
    "toolboxai.agent_made_scripts": "It binds what agents stored to people's judgement; what is seeded needs none.",
}
"""Tables of the platforms that get no rows in profile `school`, each with the reason."""


def with_dependants(domains: Sequence[Domain]) -> tuple[Domain, ...]:
    """Add what stands on some domains, behind them."""
    names = {domain.name for domain in domains}
    standing = (domain for domain in COMMANDS["all"] if domain.requires and domain.requires.name in names)
    return tuple({domain.name: domain for domain in (*domains, *standing)}.values())
