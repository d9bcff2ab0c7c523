"""Parents, their quests for a child, reviews of these, and the child's privacy: document 002."""

from toolbox_cli.models.pas_in_peace import (
    builder,
    child_privacy,
    judgements,
    library,
    progress,
    quests,
    review_history,
    reviews,
    safeguards,
    tracks,
    users,
)
from toolbox_cli.models.pas_in_peace.base import Base

__all__ = [
    "Base",
    "builder",
    "child_privacy",
    "judgements",
    "library",
    "progress",
    "quests",
    "review_history",
    "reviews",
    "safeguards",
    "tracks",
    "users",
]
