"""What our integer keys are called at inner_edu."""

import uuid
from typing import Final

_OURS: Final = uuid.uuid5(uuid.NAMESPACE_URL, "urn:toolbox:pas_in_peace")


def quest_uuid(quest_id: str) -> uuid.UUID:
    """Give the UUID that we propose for a quest: the same one at every time and place.

    Example:
        >>> quest_uuid("two-doors") == quest_uuid("two-doors")
        True
    """
    return uuid.uuid5(_OURS, f"quest:{quest_id}")


def parent_uuid(user: int) -> uuid.UUID:
    """Give the UUID that a parent is called by."""
    return uuid.uuid5(_OURS, f"user:{user}")
