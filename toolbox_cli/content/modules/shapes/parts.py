"""What all parts of a module share: how texts, numbers and lists are written."""

import math
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, StringConstraints
from pydantic import Tag as Named
from pydantic_core import PydanticCustomError

SLUG: Final = r"^[a-z0-9]+(-[a-z0-9]+)*$"
_NO_LINE: Final = r"\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff"
LINE: Final = rf"^[^\s{_NO_LINE}]([^{_NO_LINE}]*[^\s{_NO_LINE}])?$"
ADDRESS: Final = (
    rf"^([Hh][Tt][Tt][Pp][Ss]?://[^\s{_NO_LINE}]+"
    rf"|[^\s:/?#{_NO_LINE}]([^:/?#{_NO_LINE}]*[^\s:/?#{_NO_LINE}])?([/?#]([^{_NO_LINE}]*[^\s{_NO_LINE}])?)?"
    rf"|[/?#]([^{_NO_LINE}]*[^\s{_NO_LINE}])?)$"
)
WORDS: Final = rf"^[^\s{_NO_LINE}]+( [^\s{_NO_LINE}]+)*$"
HASH: Final = r"^[0-9a-f]{64}$"
LONGEST_SLUG: Final = 100
LONGEST_TITLE: Final = 255
LONGEST_ADDRESS: Final = 500
MOST: Final = 2_147_483_647
"""The greatest number that an integer column holds."""
MOST_REVISIONS: Final = 1_000_000
"""More than anybody makes, and far from the end of the numbers: there is always a next one."""
LARGEST: Final = 1e300
ONCE: Final = {"uniqueItems": True}
"""What the JSON Schema says of a list in which nothing stands twice."""
LISTED: Final = 1000
"""Words of one list."""

Slug = Annotated[str, StringConstraints(pattern=SLUG, max_length=LONGEST_SLUG)]
Line = Annotated[str, StringConstraints(pattern=LINE)]
"""Text of one line, without blanks around it."""
Prose = Annotated[str, StringConstraints(min_length=1)]
"""Text of any length, in Markdown."""
Title = Annotated[Line, Field(max_length=LONGEST_TITLE)]
Word = Annotated[Line, Field(max_length=100)]
Tag = Annotated[str, StringConstraints(pattern=WORDS, max_length=100)]
Address = Annotated[str, StringConstraints(pattern=ADDRESS, max_length=LONGEST_ADDRESS)]
"""Of a file beside the module's, or of one elsewhere; no other scheme: some of them run what they name."""


def _whole(value: Any) -> Any:
    """Take 2.0 for the 2 that it is, as JSON Schema does."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


WHOLE_NUMBER: Final = BeforeValidator(_whole)
Count = Annotated[int, Field(ge=0, le=MOST), WHOLE_NUMBER]
Positive = Annotated[int, Field(ge=1, le=MOST), WHOLE_NUMBER]
Percent = Annotated[int, Field(ge=1, le=100), WHOLE_NUMBER]
Number = Annotated[float, Field(ge=-LARGEST, le=LARGEST)]

PLAIN: Final = "<line>"
WHOLE: Final = "<mapping>"


def _written(value: Any) -> str:
    return PLAIN if isinstance(value, str) else WHOLE


OR_LINE: Final = Discriminator(_written)
"""Tells one line from a mapping that says more."""

PlainLine = Annotated[Line, Named(PLAIN)]
PlainAddress = Annotated[Address, Named(PLAIN)]


def _plain(value: Any) -> Any:
    """Hold a value of any shape against what JSON has."""
    if isinstance(value, dict):
        for name, part in value.items():
            if not isinstance(name, str):
                raise PydanticCustomError(
                    "no_json", "the key {name} has to be text; write it in quotes", {"name": name}
                )
            _plain(part)
    elif isinstance(value, list):
        for part in value:
            _plain(part)
    elif isinstance(value, float) and not math.isfinite(value):
        raise PydanticCustomError("no_json", "holds a number that is not finite")
    return value


Free = Annotated[dict[str, Any], AfterValidator(_plain)]
"""A mapping of any shape that JSON has."""


class Part(BaseModel):
    """A mapping with known keys; values are of their kind as they stand, none is turned into another."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
