"""What a domain of the platforms gives to seeding."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, Protocol, cast

from toolbox_cli.core.chance import Chance
from toolbox_cli.seed.making.keys import Run
from toolbox_cli.seed.making.text import Row
from toolbox_cli.seed.profiles.shape import Profile

Reference = Mapping[str, Mapping[str, Mapping[str, Any]]]
"""The reference data of a database: table to stable key to row, its `id` among the columns.

A table whose name two platforms have is named with its platform: `toolboxai.users`.
"""


@dataclass(frozen=True, slots=True)
class Context:
    """All that decides the rows of a run; a worker process gets it once.

    Attributes:
        as_of: the day that the rows take as today; nothing happens on it or later.
        run: gives the keys.
        universe_id: the Roblox universe that sessions belong to.
        client_id: the OAuth client that they use.
        reference: the reference data.
        demo: whether the run has the accounts to sign in with, whose keys are the same in every run.
    """

    profile: Profile
    seed: int
    as_of: datetime.date
    run: Run
    universe_id: str
    client_id: str
    reference: Reference = field(default_factory=dict)
    demo: bool = True

    def chance(self, domain: str, block: int) -> Chance:
        """Start the choices of one block."""
        return Chance(self.run.key, domain, block)


class Blocks(Protocol):
    """The module of a domain.

    Attributes:
        TABLES: table to the columns that its rows give, in an order that satisfies the foreign keys.
        AFTERWARDS: statements that close circles between tables once all rows are there, in the platform's schema;
            `%(first)s` and `%(last)s` are the run's integer keys.
    """

    TABLES: Mapping[str, tuple[str, ...]]
    AFTERWARDS: Sequence[str]

    def blocks(self, profile: Profile) -> int:
        """Say how many blocks there are."""
        ...

    def expected(self, profile: Profile) -> Mapping[str, int]:
        """Say about how many rows each table gets."""
        ...

    def make(self, context: Context, block: int) -> Mapping[str, list[Row]]:
        """Make the rows of one block, which stand on nothing but the reference data, blocks before, and each other."""
        ...


@dataclass(frozen=True, slots=True)
class Domain:
    """A part of a platform that is seeded as a whole.

    Attributes:
        platform: whose tables it fills.
        module: where its `Blocks` are.
        requires: the domain on whose rows of the same run its own stand.
        takes_reference: whether the platform's reference data is loaded before it.
        looked_up: tables that triggers read for each row: without their keys a load would take the longer the more
            rows there are.
    """

    name: str
    platform: str
    module: str
    requires: "Domain | None" = None
    takes_reference: bool = True
    looked_up: frozenset[str] = frozenset()

    @property
    def content(self) -> Blocks:
        """Import the domain's module."""
        return cast(Blocks, import_module(self.module))
