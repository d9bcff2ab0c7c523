"""What a dictionary tells of: whole platforms, or some of their tables and columns."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from toolbox_cli.db.declared.choosing import tables_named
from toolbox_cli.db.declared.tables import Platform, Table
from toolbox_cli.models.privacy import Privacy

MEANINGS: Final[Mapping[Privacy, str]] = {
    Privacy.NONE: "nothing about a person",
    Privacy.IDENTIFIER: "names a person or singles one out: a name, an address, a key of a person, a device",
    Privacy.QUASI_IDENTIFIER: "narrows a person down together with others: grade, school, place, time of an act",
    Privacy.SENSITIVE: "says something private: results, free text, health, consent, family",
    Privacy.SECRET: "opens something: hashes of passwords and tokens, keys; never leaves the database",
}


@dataclass(frozen=True, slots=True)
class Chapter:
    """What is told of one platform.

    Attributes:
        tables: with the columns that are told of.
        narrowed: whether columns of some classes alone are told of.
    """

    platform: Platform
    tables: tuple[Table, ...]
    narrowed: bool = False

    @property
    def whole(self) -> bool:
        """Whether nothing of the platform is left out."""
        return not self.narrowed and len(self.tables) == len(self.platform.tables)

    def classes(self) -> Mapping[str, int]:
        """Count the columns of each privacy class; every class has its number."""
        found = Counter(column.privacy for table in self.tables for column in table.columns)
        return {one.value: found[one] for one in Privacy}


def chapters(
    platforms: Sequence[Platform], patterns: Sequence[str] = (), classes: Collection[Privacy] = ()
) -> tuple[Chapter, ...]:
    """Choose what to tell of.

    Args:
        platforms: to choose from.
        patterns: names of tables, as `tables_named` takes them; all when empty.
        classes: privacy classes of columns; all when empty. Tables without such a column are left out.

    Raises:
        UsageError: there is no such table.
    """
    wanted = {table.path for table in tables_named(platforms, patterns or ["*"])}
    made = []
    for platform in platforms:
        chosen = [_narrowed(table, classes) for table in platform.tables if table.path in wanted]
        tables = tuple(table for table in chosen if table.columns)
        if tables:
            made.append(Chapter(platform, tables, narrowed=bool(classes)))
    return tuple(made)


def _narrowed(table: Table, classes: Collection[Privacy]) -> Table:
    if not classes:
        return table
    return replace(table, columns=tuple(column for column in table.columns if column.privacy in classes))
