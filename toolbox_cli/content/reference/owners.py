"""The accounts that own reference data: nobody can sign in to them, and they are no people."""

from collections.abc import Mapping
from typing import Any, Final

from toolbox_cli.content.reference.base import MADE_AT, OWNER, Made

NAME: Final = "Reference data"

_USER: Final[Mapping[str, Any]] = {
    "username": OWNER,
    "email": f"{OWNER}@toolbox.invalid",
    "password_hash": "!",
    "display_name": NAME,
    "role": "developer",
    "age_band": "adult",
    "is_active": False,
    "created_at": MADE_AT,
    "updated_at": MADE_AT,
}
_PARENT: Final[Mapping[str, Any]] = {
    "telegram_id": OWNER,
    "parent_name": NAME,
    "consent_given": False,
    "created_at": MADE_AT,
}
_FACULTY: Final[Mapping[str, Any]] = {"name": NAME, "created_at": MADE_AT}

OWNERS: Final[Mapping[str, Made]] = {
    "toolboxai": Made("users", OWNER, _USER),
    "pas_in_peace": Made("users", OWNER, _PARENT),
    "frames": Made("faculty", OWNER, _FACULTY),
}
"""Platform to the row."""
