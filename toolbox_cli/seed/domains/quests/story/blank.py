"""Text with holes, written once and filled for many quests."""

import re
from collections.abc import Sequence
from typing import Final

CHILD, TITLE, MEMORY, JOKE, SPOT = "‹0›", "‹1›", "‹2›", "‹3›", "‹4›"
"""Marks of the holes for a family's words; the number in each is that of its word."""

WORDS: Final = 5

_MARK: Final = re.compile(r"‹(\d+)›")
_UNFIT: Final = re.compile(r'["\\\x00-\x1f‹›]')


class Blank:
    """Text with holes."""

    __slots__ = ("_form", "_holes")

    def __init__(self, text: str) -> None:
        parts = _MARK.split(text)
        self._holes = [int(number) for number in parts[1::2]]
        self._form = "%s".join([part.replace("%", "%%") for part in parts[::2]])

    def filled(self, values: Sequence[str]) -> str:
        """Fill the holes; `values` are `plain`, so that they are the same in JSON, in YAML's quotes and in COPY."""
        return self._form % tuple([values[number] for number in self._holes])


def plain(text: str) -> str:
    r"""Leave out of a text what JSON, YAML or COPY would write differently.

    Example:
        >>> plain('Zoë "Z" O\'Neil')
        "Zoë Z O'Neil"
    """
    return _UNFIT.sub("", text)
