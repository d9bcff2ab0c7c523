"""What profiles are called."""

from typing import Final

CLASSROOM: Final = "classroom"
"""The profile that is taken when none is named."""

ENDING: Final = ".yaml"
