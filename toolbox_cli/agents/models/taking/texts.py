"""Texts of a model: plain ones only, until a review says otherwise."""

import re
import unicodedata
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BeforeValidator, Field

from toolbox_cli.agents.making.records import Line

_LOOKED_AT: Final = 4000
_LINK: Final = r"https?:|www\.|\b[\w-]+\.(?:app|cc|co|com|dev|gg|info|io|link|me|net|org|ru|tv|xyz)\b"
_ELSEWHERE: Final = r"\b(?:discord|facebook|instagram|password|robux|snapchat|telegram|tiktok|whatsapp|youtube)\b"
_REFUSED: Final = (
    (re.compile(_LINK, re.IGNORECASE), "a link"),
    (re.compile(r"@"), "an address or a handle"),
    (re.compile(r"<[/!\w]|```|\]\(|\{\{"), "markup"),
    (re.compile(r"\d(?:[\s().-]?\d){6,}"), "a long number"),
    (re.compile(_ELSEWHERE, re.IGNORECASE), "what leads children elsewhere"),
)


def tidy(given: Any) -> Any:
    """Join lines and drop blanks that mean nothing.

    Raises:
        ValueError: the text is longer than any that is taken; to join its accents could take minutes.
    """
    if not isinstance(given, str):
        return given
    if len(given) > _LOOKED_AT:
        raise ValueError("it is far too long")
    return " ".join(unicodedata.normalize("NFC", given).split())


def plain(text: str) -> str:
    """Let a text pass that is nothing but text.

    Raises:
        ValueError: it holds what no text for children should.
    """
    if not text.isprintable():
        raise ValueError("it holds characters that can't be seen")
    for pattern, what in _REFUSED:
        if pattern.search(text):
            raise ValueError(f"it holds {what}")
    return text


Said = Annotated[Line, BeforeValidator(tidy), AfterValidator(plain)]
"""A text of one line, of a model."""
Name = Annotated[Said, Field(max_length=100)]
Heading = Annotated[Said, Field(max_length=150)]
