"""What all entries of reference data share."""

from collections.abc import Callable, Iterator, Mapping, Set
from typing import Annotated, Any, ClassVar, Final, NamedTuple, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

KEY: Final = r"^[a-z0-9]+(-[a-z0-9]+)*$"
"""How stable keys are written: the slugs of the tables."""

MADE_AT: Final = "2025-07-01T00:00:00+00:00"
"""When every row says that it was made: the same everywhere, so that tables are."""

OWNER: Final = "toolbox-reference"
"""Stable key of the account that owns reference data."""

LONGEST_KEY: Final = 60
LINE: Final = r"^\S(.*\S)?$"

Key = Annotated[str, StringConstraints(pattern=KEY, max_length=LONGEST_KEY)]
Line = Annotated[str, StringConstraints(min_length=1, pattern=LINE)]
"""Text of one line, without blanks around it."""
Prose = Annotated[str, StringConstraints(min_length=1, pattern=r"^\S")]
"""Text of any length."""
Text20 = Annotated[Line, Field(max_length=20)]
Text50 = Annotated[Line, Field(max_length=50)]
Text100 = Annotated[Line, Field(max_length=100)]
Text200 = Annotated[Line, Field(max_length=200)]
Grade = Annotated[int, Field(ge=1, le=12)]
Count = Annotated[int, Field(ge=0, le=100_000)]
Positive = Annotated[int, Field(ge=1, le=100_000)]

Known = Callable[[str, str], bool]
"""Says whether a table of the same platform has an entry of that key."""
Fault = tuple[tuple[str | int, ...], str]
"""The way to what is wrong, from its entry on, and what is."""


class Ref(NamedTuple):
    """A column's reference to a row of the same platform, by its stable key."""

    table: str
    key: str


class Made(NamedTuple):
    """A row of reference data.

    Attributes:
        values: columns without the key; references are `Ref`.
        parent: row without which this one makes no sense; what somebody changed there is not changed here either.
    """

    table: str
    key: str
    values: Mapping[str, Any]
    parent: Ref | None = None


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Entry(Part):
    """One entry of a file: what stands under a stable key.

    Attributes:
        is_example: it only shows how something looks, and stays out of production.
        key_pattern: how its stable key is written.
    """

    is_example: ClassVar[bool] = False
    key_pattern: ClassVar[str] = KEY

    def rows(self, key: str) -> Iterator[Made]:
        """Give the rows that the entry becomes, in an order that satisfies the foreign keys."""
        raise NotImplementedError

    def faults(self, key: str, known: Known) -> Iterator[Fault]:
        """Find what has the right shape and is wrong all the same."""
        del key, known
        yield from ()

    @classmethod
    def faults_together(cls, entries: "Mapping[str, Self]", named: Set[str]) -> "Iterator[tuple[str, Fault]]":
        """Find what is wrong only with all entries of the kind in view.

        Args:
            entries: by stable key, those that have the right shape.
            named: the stable keys of all.

        Returns:
            Stable key of the entry to which it is told, and the fault.
        """
        del entries, named
        yield from ()

    def document(self, part: Part | None) -> dict[str, Any] | None:
        """Write a part as a JSON document; what is not given is left out."""
        return None if part is None else part.model_dump(mode="json", exclude_none=True)


def unknown(steps: tuple[str | int, ...], table: str, keys: list[str], known: Known) -> Iterator[Fault]:
    """Find references to what is not there, and those that stand twice."""
    for number, key in enumerate(keys):
        if not known(table, key):
            yield (*steps, number), f"{table} has no {key}"
        if key in keys[:number]:
            yield (*steps, number), f"{key} stands twice"
