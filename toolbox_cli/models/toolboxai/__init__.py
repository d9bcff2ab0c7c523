"""The Roblox learning platform. Importing any part loads every table, so that foreign keys find their targets."""

from toolbox_cli.models.base import TOUCH_UPDATED_AT, programs, touch_trigger
from toolbox_cli.models.toolboxai import (
    agents,
    analytics,
    collaboration,
    learning,
    lms,
    operations,
    roblox,
    users,
    works,
)
from toolbox_cli.models.toolboxai.base import Base

__all__ = ["Base", "agents", "analytics", "collaboration", "learning", "lms", "operations", "roblox", "users", "works"]

_made = programs(Base.metadata)
_made.functions.append(TOUCH_UPDATED_AT)
_made.triggers.extend(touch_trigger(table.name) for table in Base.metadata.sorted_tables if "updated_at" in table.c)
