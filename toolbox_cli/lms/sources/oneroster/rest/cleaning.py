"""Text and objects of others, as a database can keep them."""

import math
import re
import unicodedata
from typing import Any, Final

_UNSTORED: Final = re.compile("[\0\ud800-\udfff]")
_SECRET: Final = re.compile(r"passw|secret|token", re.IGNORECASE)
_DEPTH: Final = 12


def storable(text: str) -> str:
    """Leave out NUL and halves of characters, which JSON can hold and PostgreSQL can't."""
    return _UNSTORED.sub("", text)


class Cleaner:
    """Cleans what was sent: text is NFC and trimmed, and what is secret, too deep or no number is left out.

    Attributes:
        dirty: members that held what can't be kept.
    """

    def __init__(self) -> None:
        self.dirty: set[str] = set()

    def clean(self, value: Any, name: str = "", depth: int = 0) -> Any:
        """Give a value without what can't be kept.

        Args:
            value: as JSON gives it.
            name: of the row's member that it stands in.
            depth: how deep in the row.
        """
        if isinstance(value, str):
            return self._text(value, name)
        if isinstance(value, float) and not math.isfinite(value):
            return None
        if isinstance(value, dict | list) and depth >= _DEPTH:
            return None
        if isinstance(value, dict):
            return {
                self._text(key, name): self.clean(one, name or storable(key), depth + 1)
                for key, one in value.items()
                if not _SECRET.search(key)
            }
        return [self.clean(one, name, depth + 1) for one in value] if isinstance(value, list) else value

    def _text(self, value: str, name: str) -> str:
        if value.isascii() and value.isprintable():
            return value.strip()
        kept = storable(value)
        if kept != value:
            self.dirty.add(name or "a name")
        return unicodedata.normalize("NFC", kept).strip()
