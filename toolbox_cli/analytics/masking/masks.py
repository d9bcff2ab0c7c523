"""How a value leaves in a pseudonymous export: what each mask is, and which class of column may take it.

Declarations alone: `masking.applying` carries them out on Arrow batches.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from toolbox_cli.models.privacy import Privacy


@dataclass(frozen=True, slots=True)
class Keep:
    """Leave as it is.

    Attributes:
        because: why that tells nobody who it is; owed for columns that say something of a person in words or places.
    """

    because: str = ""

    def __str__(self) -> str:
        return "as it is"


@dataclass(frozen=True, slots=True)
class Pseudonym:
    """Give a keyed hash in its place, the same for the same person, recipient and period.

    Attributes:
        domain: what the value names, such as `toolboxai.user`; equal values of different domains differ.
    """

    domain: str

    def __str__(self) -> str:
        return "pseudonym"


@dataclass(frozen=True, slots=True)
class RowKey:
    """Give another key of the same type in its place, the same for the same row, recipient and period.

    For keys that say nothing of a person but that two recipients could lay their rows together by.

    Attributes:
        domain: whose key it is, such as `frames.module_event`; columns that refer to one another share it.
    """

    domain: str

    def __str__(self) -> str:
        return "key of the recipient's own"


class Unit(StrEnum):
    """What a moment is cut to."""

    HOUR = "hour"
    DAY = "day"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Cut:
    """Cut a moment to the beginning of its hour, day or month, in UTC."""

    to: Unit = Unit.HOUR

    def __str__(self) -> str:
        return f"cut to the {self.to}"


@dataclass(frozen=True, slots=True)
class Band:
    """Give the band that a number falls in, as text such as `3-5`.

    Attributes:
        starts: the least value of each band, rising; what is below the first is `under N`, the last is open: `9+`.
    """

    starts: tuple[int, ...]

    def __str__(self) -> str:
        return "in bands"


@dataclass(frozen=True, slots=True)
class OneOf:
    """Keep values of a closed list; everything else becomes `other`."""

    values: tuple[str, ...]

    def __str__(self) -> str:
        return "of a closed list"


@dataclass(frozen=True, slots=True)
class PathPattern:
    """Keep a path's fixed parts: query and fragment go, and what may be a key, a name or an address becomes `{}`."""

    def __str__(self) -> str:
        return "pattern of the path"


@dataclass(frozen=True, slots=True)
class IdentifiedOnly:
    """Leave in identified exports alone."""

    def __str__(self) -> str:
        return "not at all"


Mask = Keep | Pseudonym | RowKey | Cut | Band | OneOf | PathPattern | IdentifiedOnly

KEEP: Final = Keep()
IDENTIFIED_ONLY: Final = IdentifiedOnly()


def refusal(privacy: Privacy, mask: Mask, *, worded: bool) -> str | None:
    """Say why a column of this class can't leave through this mask; None where it may.

    Args:
        privacy: the column's class, the strictest of those that it is made from.
        mask: how it is declared to leave.
        worded: whether its values are text, JSON or anything else that can hold words.
    """
    if privacy is Privacy.SECRET:
        return "a secret never leaves"
    if privacy is Privacy.NONE or isinstance(mask, Pseudonym):
        return None
    if privacy is Privacy.IDENTIFIER:
        return None if mask == IDENTIFIED_ONLY else "an identifier leaves as a pseudonym or not at all"
    if privacy is Privacy.SENSITIVE and worded and mask in (KEEP, IDENTIFIED_ONLY):
        return "free text never leaves, and a closed list is declared as one"
    if privacy is Privacy.QUASI_IDENTIFIER and mask == KEEP:
        return "a quasi-identifier leaves coarsened, or says why it may stay as it is"
    return None
