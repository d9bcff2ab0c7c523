"""Rules about work under a lock: how long others wait depends on how many rows the target has."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from toolbox_cli.core.findings import Severity
from toolbox_cli.db.lint.rules.remark import Case, Remark, Rule
from toolbox_cli.db.lint.weight import Pace, Weight, weigh
from toolbox_cli.db.revisions.plan.acts import Act, Kind, Lock, Work

MANY_PARTITIONS: Final = 100
"""From here on the locks of one statement are many beside max_locks_per_transaction, which is 64 a connection."""


MANY_ROWS: Final = 10_000
"""A table of so many rows is taken for one that programs use all the time."""


SHOWN_TABLES: Final = 5
"""How many are named of those that are locked together."""


@dataclass(frozen=True, slots=True)
class _Slow:
    """Work on every row, and what to do instead."""

    rule: str
    does: str
    pace: Pace
    expected: str
    remedy: str


_QUIET: Final = "or choose a quiet hour"
_REWRITE: Final = _Slow(
    "table-rewrite", "writes anew", Pace.REWRITE, "a change of the catalog alone",
    f"Add a column of the new form, fill it in batches, and change over; {_QUIET}.",
)  # fmt: skip
_VOLATILE: Final = _Slow(
    "volatile-default", "computes a default for each of, and so writes anew,", Pace.REWRITE,
    "a default that is the same for every row",
    f"Add the column without a default, set the default for new rows, and fill the old ones in batches; {_QUIET}.",
)  # fmt: skip
_INDEX: Final = _Slow(
    "index-build", "builds an index of", Pace.INDEX, "an index that stands already",
    "Build it before the upgrade with CREATE INDEX CONCURRENTLY IF NOT EXISTS in toolbox db shell, and write"
    f" IF NOT EXISTS here, since a revision is one transaction; {_QUIET}.",
)  # fmt: skip
_VALIDATING: Final = _Slow(
    "validating-constraint", "reads, to prove a constraint,", Pace.SCAN, "a constraint that is NOT VALID at first",
    "Add it NOT VALID, and VALIDATE CONSTRAINT in a revision of its own: that one holds nobody up.",
)  # fmt: skip
_UNIQUE: Final = _Slow(
    "unique-constraint", "builds a unique index of", Pace.INDEX, "a constraint USING INDEX",
    "Build a unique index CONCURRENTLY before the upgrade, and make the constraint of it by"
    f" ADD CONSTRAINT name UNIQUE USING INDEX; {_QUIET}.",
)  # fmt: skip
_NOT_NULL: Final = _Slow(
    "set-not-null", "looks for NULL in", Pace.SCAN, "a CHECK that proves it already",
    "Before it, in revisions of their own, ADD CONSTRAINT … CHECK (… IS NOT NULL) NOT VALID and VALIDATE CONSTRAINT:"
    " SET NOT NULL then reads nothing.",
)  # fmt: skip
_RETYPED: Final = _Slow(
    "table-rewrite", "proves constraints and builds indexes anew over", Pace.INDEX, "a change of the catalog alone",
    f"Drop the CHECKs and the indexes with conditions or expressions before, and add them again after; {_QUIET}.",
)  # fmt: skip
_SLOW: Final = {
    Kind.TYPE: _REWRITE, Kind.GENERATED: _REWRITE, Kind.STORAGE: _REWRITE, Kind.VOLATILE_DEFAULT: _VOLATILE,
    Kind.INDEX: _INDEX, Kind.CHECK: _VALIDATING, Kind.FOREIGN_KEY: _VALIDATING, Kind.VALIDATE: _VALIDATING,
    Kind.ATTACH: _VALIDATING, Kind.UNIQUE: _UNIQUE, Kind.NOT_NULL: _NOT_NULL,
}  # fmt: skip

_INDEX_NAME: Final = re.compile(r'INDEX\s+IF\s+NOT\s+EXISTS\s+"?(?P<name>[\w$]+)"?', re.IGNORECASE)
_IS_NOT_NULL: Final = re.compile(r'\bCHECK\s*\(\s*\(*\s*"?(?P<column>[\w$]+)"?\s+IS\s+NOT\s+NULL\s*\)', re.IGNORECASE)


def _said(act: Act) -> _Slow | None:
    """Give what is said of an act; of a new type, whether rows are written or only what rests on them is looked at."""
    return _RETYPED if act.kind is Kind.TYPE and act.work is Work.SCAN else _SLOW.get(act.kind)


def _slow(case: Case, rule: str) -> Iterator[Remark]:
    """Give the work of one rule that is slow enough to matter: a statement's work on a table once."""
    locked: set[str] = set()
    told: set[tuple[int, str]] = set()
    for place, act in case.acts():
        said = _said(act)
        held = act.lock is not Lock.NONE or act.table in locked
        if act.lock is not Lock.NONE:
            locked.add(act.table)
        if said is None or said.rule != rule or not held or (place, act.table) in told:
            continue
        if _partitions(case, act) or _spared(case, place, act):
            continue
        told.add((place, act.table))
        weight = weigh(case.facts, act.table, said.pace)
        if weight.severity:
            yield _remark(act, place, said, weight)


def _remark(act: Act, place: int, said: _Slow, weight: Weight) -> Remark:
    waiting = "nobody reads or writes it meanwhile" if act.lock is Lock.ACCESS_EXCLUSIVE else "writers wait"
    if act.kind is Kind.VALIDATE:
        waiting = "the lock that an earlier statement took is held all the while"
    return Remark(
        said.rule, weight.severity or Severity.NOTE, place, act.start, act.end, act.table,
        f"{said.does} {weight}; {waiting}", said.expected, said.remedy, act.column, weight,
    )  # fmt: skip


def _partitions(case: Case, act: Act) -> int:
    table = case.facts.table(act.table)
    return (table.partitions or 0) if table else 0


def _spared(case: Case, place: int, act: Act) -> bool:
    """Whether the target, or the revision itself, spares the work."""
    text = case.reading.parts[place].bare[act.start : act.end]
    column = case.facts.column(act.table, act.column)
    if act.kind is Kind.TYPE:
        return act.work is Work.BRIEF
    if act.kind is Kind.NOT_NULL:
        return bool(column and column.never_null) or _checked(case, place, act)
    named = _INDEX_NAME.search(text) if act.kind is Kind.INDEX else None
    return bool(named and named["name"].lower() in case.facts.indexes)


def _checked(case: Case, place: int, act: Act) -> bool:
    """Whether an earlier statement of the revision adds a CHECK that says the same."""
    for earlier, other in case.acts():
        text = case.reading.parts[earlier].bare[other.start : other.end]
        checks = _IS_NOT_NULL.search(text) if other.table == act.table and earlier < place else None
        if checks and checks["column"] == act.column:
            return True
    return False


def _partitioned(case: Case) -> Iterator[Remark]:
    """Give work on partitioned tables: it is done on every partition, all of them locked."""
    told: set[tuple[int, str]] = set()
    for place, act in case.acts():
        number, said = _partitions(case, act), _said(act)
        if not number or act.lock is Lock.NONE or act.kind is Kind.WRITE or (place, act.table) in told:
            continue
        weight = weigh(case.facts, act.table, said.pace if said else Pace.SCAN)
        severity = weight.severity if said and not _spared(case, place, act) else None
        if severity is None and number < MANY_PARTITIONS:
            continue
        told.add((place, act.table))
        does = f"{said.does} {weight}, in" if said and severity else "locks"
        yield Remark(
            "partitioned-parent", severity or Severity.WARNING, place, act.start, act.end, act.table,
            f"{does} {number:,} partitions, each locked to the end of the revision", "one partition at a time",
            "An index: CREATE INDEX ON ONLY the parent, CONCURRENTLY on each partition before the upgrade, and"
            " ATTACH PARTITION. A constraint: on each partition first; the parent then takes it over unread.",
            act.column, weight,
        )  # fmt: skip


def _together(case: Case) -> Iterator[Remark]:
    """Give the revision in which tables wait for work on others: a lock is held to the end of the transaction."""
    locked: dict[str, tuple[int, Act]] = {}
    weights: dict[tuple[int, str, Pace], Weight] = {}
    for place, act in case.acts():
        rows = case.facts.rows(act.table)
        if act.lock is Lock.ACCESS_EXCLUSIVE and (rows is None or rows >= MANY_ROWS):
            locked.setdefault(act.table, (place, act))
        if locked and act.work is not Work.BRIEF and not _spared(case, place, act):
            said = _said(act)
            pace = said.pace if said else Pace.WRITE if act.kind is Kind.WRITE else Pace.SCAN
            weights[place, act.table, pace] = weigh(case.facts, act.table, pace)
    weight = _in_all(case, tuple(locked), tuple(weights.values()))
    if len(locked) > 1 and weight.severity:
        place, act = list(locked.values())[1]
        yield Remark(
            "locks-together", Severity.WARNING, place, act.start, act.end, act.table,
            f"{len(locked)} tables are locked to the end, {_listed(locked)}: {weight}",
            "one large table a revision",
            "Part the revision, so that each large table is locked for its own work alone.",
            weight=weight,
        )  # fmt: skip


def _listed(tables: Collection[str]) -> str:
    names = list(tables)
    more = f" and {len(names) - SHOWN_TABLES} more" if len(names) > SHOWN_TABLES else ""
    return ", ".join(names[:SHOWN_TABLES]) + more


def _in_all(case: Case, tables: Sequence[str], weights: Sequence[Weight]) -> Weight:
    rows = [case.facts.rows(table) for table in tables]
    durations_s = [weight.duration_s for weight in weights]
    if None in rows or None in durations_s:
        return Weight(None, None if weights else 0)
    return Weight(sum(filter(None, rows)), sum(filter(None, durations_s)))


def _slow_rule(name: str, looks_for: str) -> Rule:
    return Rule(name, looks_for, lambda case: _slow(case, name))


LOCKS: Final = (
    _slow_rule("table-rewrite", "a change that writes every row anew: a type, a generated column, where it is stored"),
    _slow_rule("volatile-default", "a new column whose default differs from row to row"),
    _slow_rule("index-build", "an index that is built while writers wait"),
    _slow_rule(
        "validating-constraint", "a CHECK, a foreign key or a partition's bounds proved under the lock that adds it"
    ),
    _slow_rule("unique-constraint", "a key or unique constraint that builds its index under a lock"),
    _slow_rule("set-not-null", "SET NOT NULL that no CHECK has proved before"),
    Rule("partitioned-parent", "work that a partitioned table hands on to all of its partitions", _partitioned),
    Rule("locks-together", "several large tables that are locked until all of the revision is done", _together),
)
