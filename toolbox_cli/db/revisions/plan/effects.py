"""What a revision's SQL does to tables that exist, in all: the strongest lock and the most work for each."""

import re
from dataclasses import dataclass, field, replace
from typing import Final

from toolbox_cli.db.revisions.plan.acts import IDENTIFIER, Act, Kind, Lock, Work, acts, name_of
from toolbox_cli.db.revisions.plan.columns import Columns
from toolbox_cli.db.revisions.plan.statements import Statement, split


@dataclass(frozen=True, slots=True)
class Effect:
    """The strongest lock and the most work that a revision has for one table."""

    table: str
    lock: Lock
    work: Work


_TABLE: Final = rf"(?:{IDENTIFIER}\s*\.\s*)?({IDENTIFIER})"
_CREATED: Final = re.compile(
    rf"CREATE\s+(?:(?:GLOBAL|LOCAL|TEMP|TEMPORARY|UNLOGGED)\s+)*TABLE\s+(?!IF\b){_TABLE}", re.IGNORECASE
)
_RENAMED: Final = re.compile(
    rf"ALTER\s+TABLE\s+(?:IF\s+EXISTS\s+)?{_TABLE}\s+RENAME\s+TO\s+({IDENTIFIER})", re.IGNORECASE
)
_CHANGED: Final = re.compile(
    rf"(?:ALTER|CREATE)\s+TABLE\s+(?:ONLY\s+|IF\s+(?:NOT\s+)?EXISTS\s+)*{_TABLE}", re.IGNORECASE
)
_REFERENCES: Final = re.compile(rf"\bREFERENCES\s+{_TABLE}", re.IGNORECASE)
_ATTACHED: Final = re.compile(rf"ALTER\s+TABLE\s+{_TABLE}\s+ATTACH\s+PARTITION", re.IGNORECASE)


def effects(sql: str, columns: Columns | None = None) -> tuple[Effect, ...]:
    """Say what SQL does to tables that were there before it, by table name; what does nothing of it is left out.

    Args:
        sql: the statements.
        columns: those of the tables; what becomes of them is noted. None where no database was asked.
    """
    tables, strongest = Tables(), dict[str, Effect]()
    columns = columns or Columns()
    for statement in split(sql):
        for act in map(columns.judged, tables.take(statement)):
            before = strongest.get(act.table, Effect(act.table, act.lock, act.work))
            strongest[act.table] = Effect(act.table, max(before.lock, act.lock), max(before.work, act.work))
    return tuple(strongest[name] for name in sorted(strongest))


@dataclass(slots=True)
class Tables:
    """The tables that statements have made and renamed so far.

    Attributes:
        made: tables that they created: nobody else sees these.
        known_as: new names of tables to those they had before.
        referred: table to the tables that foreign keys of it, made here, refer to.
    """

    made: set[str] = field(default_factory=set)
    known_as: dict[str, str] = field(default_factory=dict)
    referred: dict[str, set[str]] = field(default_factory=dict)

    def take(self, statement: Statement) -> tuple[Act, ...]:
        """Give what the next statement does to tables that were there before all, by the names they had then."""
        bare = statement.bare
        if created := _CREATED.match(bare):
            self.made.add(name_of(created[1]))
        found = [*acts(statement), *self._refer(bare)]
        seen = tuple(
            replace(act, table=self.known_as.get(act.table, act.table)) for act in found if act.table not in self.made
        )
        if renamed := _RENAMED.match(bare):
            old, new = name_of(renamed[1]), name_of(renamed[2])
            self.known_as[new] = self.known_as.get(old, old)
            self.made.discard(old)
        return seen

    def _refer(self, bare: str) -> list[Act]:
        """Note the tables at the other end of foreign keys: they get a trigger, which a partition gives up again."""
        found: list[Act] = []
        if changed := _CHANGED.match(bare):
            referred = self.referred.setdefault(name_of(changed[1]), set())
            for match in _REFERENCES.finditer(bare):
                name = name_of(match[1])
                referred.add(name)
                found.append(Act(Kind.OTHER, name, Lock.SHARE_ROW_EXCLUSIVE, Work.BRIEF, match.start(), match.end()))
        if attached := _ATTACHED.match(bare):
            for name in sorted(self.referred.get(name_of(attached[1]), ())):
                found.append(Act(Kind.OTHER, name, Lock.ACCESS_EXCLUSIVE, Work.BRIEF, 0, len(bare)))
        return found
