"""Keys that come from the seed, and show that they do.

A seeded UUID reads 5eedRRRR-RRRR-8TTT-aNNN-NNNNNNNNNNNN: the run, the table, and a number that grows from row to row,
so that an index on it is filled at its end. Run 00000000 is that of the reference data. Seeded integers stand above
what sequences reach, each run's in a range of its own.
"""

from dataclasses import dataclass
from typing import Final

from toolbox_cli.content.reference.keys import PREFIX, REFERENCE_RUN, digest, uuids_of

DEMO_RUN: Final = "00000de0"
"""In place of a run's key in those of the accounts to sign in with, which are the same in every database."""

SEEDED_INTEGERS: Final = range(1_000_000_000, 2_140_000_000)
"""Integer keys of seeded rows."""

INTEGERS_A_RUN: Final = 10_000_000

_ROWS_A_BLOCK: Final = 1 << 24


@dataclass(frozen=True, slots=True)
class Run:
    """One seeding, as its keys show it.

    Attributes:
        key: eight hexadecimal digits that tell profile, seed and day apart from all others.
    """

    key: str

    def uuids(self, table: str) -> str:
        """Give how the run's UUIDs of a table begin; 15 hexadecimal digits of a number follow."""
        return uuids_of(self.key, table)

    def uuid(self, table: str, block: int, number: int) -> str:
        """Give the key of a row, 32 hexadecimal digits: PostgreSQL takes them without dashes.

        Args:
            table: whose row.
            block: which block makes it.
            number: which of the block's rows in that table; below 2^24.
        """
        return f"{self.uuids(table)}{block * _ROWS_A_BLOCK + number:015x}"

    @property
    def all_uuids(self) -> tuple[str, str]:
        """Give the first and the last UUID that any table's row of the run may have."""
        begin = f"{PREFIX}{self.key[:4]}-{self.key[4:]}-8"
        return f"{begin}000-8000-000000000000", f"{begin}fff-bfff-ffffffffffff"

    @property
    def integers(self) -> range:
        """Give the run's integer keys; each table has the whole range for itself."""
        slots = len(SEEDED_INTEGERS) // INTEGERS_A_RUN
        first = SEEDED_INTEGERS.start + int(self.key, 16) % slots * INTEGERS_A_RUN
        return range(first, first + INTEGERS_A_RUN)

    @property
    def text_prefix(self) -> str:
        """Give how the run's keys of text begin."""
        return f"{PREFIX}-{self.key}-"

    def text(self, number: int) -> str:
        """Give a key of text."""
        return f"{self.text_prefix}{number:07d}"


def run_of(*decisive: object) -> Run:
    """Name the run by all that decides its rows."""
    found = digest("/".join(map(str, decisive)))[:8]
    return Run(found if found not in {REFERENCE_RUN, DEMO_RUN} else "00000001")


def dashed(key: str) -> str:
    """Write a key as PostgreSQL does: for documents, which hold keys as text."""
    return f"{key[:8]}-{key[8:12]}-{key[12:16]}-{key[16:20]}-{key[20:]}"
