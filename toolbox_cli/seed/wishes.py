"""What is asked of a seeding, and what it did."""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from toolbox_cli.seed.loading.streaming import Told
from toolbox_cli.seed.making.domain import Domain
from toolbox_cli.seed.making.keys import Run, run_of
from toolbox_cli.seed.profiles.shape import Profile


@dataclass(frozen=True, slots=True)
class Wishes:
    """What to seed.

    Attributes:
        domains: in an order in which nothing stands on what comes later.
        profile: how much of what.
        seed: what all random choices start from.
        only: the tables to load, with those that they stand on; all when empty.
        as_of: the day that the rows take as today; None takes that of an earlier seeding, or `today`.
        today: the real one.
        append: load beside rows that seeding did not make.
        reset: delete what seeding made of these domains first.
        bulk: build indexes and keys after the rows.
        dry_run: roll everything back in the end.
        processes: how many to make rows in; 0 is this one; as many as fit when None.
    """

    domains: tuple[Domain, ...]
    profile: Profile
    seed: int
    today: datetime.date
    only: tuple[str, ...] = ()
    as_of: datetime.date | None = None
    append: bool = False
    reset: bool = False
    bulk: bool = False
    dry_run: bool = False
    processes: int | None = None

    def run(self, as_of: datetime.date) -> Run:
        """Name the run by all that decides its rows."""
        return run_of(self.profile.model_dump_json(by_alias=True), *sorted(self.only), self.seed, as_of)

    @property
    def options(self) -> dict[str, Any]:
        """What else decides the rows, as it is recorded."""
        only = {"only": sorted(self.only)} if self.only else {}
        return {"profile": self.profile.model_dump(mode="json", by_alias=True), **only}


@dataclass(frozen=True, slots=True)
class Watch:
    """Hears how a seeding goes.

    Attributes:
        begins: a domain, with the rows that are expected of each of its tables.
        told: a table, and how many more of its rows are loaded.
    """

    begins: Callable[[Domain, Mapping[str, int]], None] = lambda _domain, _expected: None
    told: Told = lambda _table, _rows: None


@dataclass(frozen=True, slots=True)
class Seeded:
    """What a seeding did in one database.

    Attributes:
        label: the database, without a password.
        as_of: the day that its rows take as today.
        loaded: domain to table to rows.
        already: domain to table to rows, of what an earlier run had loaded.
        deleted: table to rows that went first.
    """

    label: str
    as_of: datetime.date
    loaded: Mapping[str, Mapping[str, int]]
    already: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    deleted: Mapping[str, int] = field(default_factory=dict)

    @property
    def tables(self) -> dict[str, Mapping[str, int]]:
        """What is there now: domain to table to rows."""
        return {**self.already, **self.loaded}
