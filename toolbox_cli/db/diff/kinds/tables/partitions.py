"""What mends partitions: rows that wait in the default partition move along."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final, NamedTuple

from toolbox_cli.core.database.catalog import Key
from toolbox_cli.core.database.names import quote
from toolbox_cli.db.diff.kinds.text import literal, temporary_name
from toolbox_cli.db.diff.sides.both import Both, Task, alter, value
from toolbox_cli.db.diff.statement import Phase, Step
from toolbox_cli.db.drift.drift import Change
from toolbox_cli.db.drift.partitions import DEFAULT

READS: Final = "Reads every row; others read and write meanwhile. Fails where a row belongs elsewhere."
WAITS: Final = "Nobody reads or writes the default partition until it has been looked through."
ELSEWHERE: Final = (
    "Its columns are not those of the table, so it can't be attached; under another name it is in nobody's way."
)
BOUND: Final = "Toolbox makes whole months in UTC, and the name does not say which: detach it, and bring its rows over."
LOST: Final = f"It will be empty: what was in it is only in a backup. {WAITS}"

_MONTH: Final = re.compile(r"_(\d{4})_(\d{2})$")
_KEY: Final = re.compile(r"RANGE \((.+)\)")
_UNTIL: Final = re.compile(r"(\d{4})-(\d{2})(?: to (\d{4})-(\d{2}))?$")


class Month(NamedTuple):
    begins: str
    ends: str

    @property
    def bound(self) -> str:
        return f"FOR VALUES FROM ({self.begins}) TO ({self.ends})"


def mend(both: Both, task: Task) -> Iterator[Step]:
    key = task.key
    if not both.is_partitioned(key.table):
        return  # which is told of the table
    if task.has(Change.GAP):
        yield from _gap(both, task)
    elif task.has(Change.MISSING):
        yield from _missing(both, key)
    elif "bound" in task.fields:
        yield from _rebound(both, key)
    elif task.has(Change.EXTRA) and key in both.held and not _is_moved(both, key):
        detach = f"{alter(key.table)} DETACH PARTITION {quote(key.name)}"
        yield Step(Phase.DROPS, detach, f"Its rows would no longer show in {key.table}.", withheld=True)
    elif "detaching" in task.fields:
        yield Step(Phase.PARTITIONS, f"{alter(key.table)} DETACH PARTITION {quote(key.name)} FINALIZE", alone=True)


def attached(both: Both, table: str) -> Iterator[Step]:
    """Attach a table that is called like a partition, or like the default one."""
    parent, bound = _parent_of(both, table)
    if not parent or not _alike(both, parent, table):
        name = temporary_name(Key("table", table, ""))
        yield Step(Phase.PARTITIONS, f"{alter(table)} RENAME TO {quote(name)}", ELSEWHERE, withheld=True)
        return
    proof = quote(temporary_name(Key("table", table, "")))
    condition = _condition(both, parent, bound) if bound else None
    if condition:
        yield Step(Phase.PARTITIONS, f"{alter(table)} ADD CONSTRAINT {proof} CHECK ({condition}) NOT VALID", apart=True)
        yield Step(Phase.PARTITIONS, f"{alter(table)} VALIDATE CONSTRAINT {proof}", READS, apart=True)
    yield from _joined(both, parent, table, bound, apart=True)
    if condition:
        yield Step(Phase.PARTITIONS, f"{alter(table)} DROP CONSTRAINT {proof}")


def month_of(name: str) -> Month | None:
    """Read a month out of a partition's name.

    Example:
        >>> month_of("events_2026_12").bound
        "FOR VALUES FROM ('2026-12-01 00:00:00+00') TO ('2027-01-01 00:00:00+00')"
    """
    found = _MONTH.search(name)
    if found is None or not 1 <= int(found[2]) <= 12:
        return None
    return _month(int(found[1]), int(found[2]))


def _month(year: int, month: int) -> Month:
    ends = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC)
    return Month(*(literal(f"{at:%Y-%m-%d} 00:00:00+00") for at in (datetime(year, month, 1, tzinfo=UTC), ends)))


def _parent_of(both: Both, table: str) -> tuple[str | None, Month | None]:
    if parent := both.parents.get(table):
        if value(both.wanted, Key("partition", parent, table), "bound") == DEFAULT:
            return parent, None
        return parent, month_of(table)
    parent = _MONTH.sub("", table)
    return (parent, month_of(table)) if both.is_partitioned(parent) else (None, None)


def _alike(both: Both, parent: str, table: str) -> bool:
    """Say whether two tables have the same columns, as the server asks for."""
    one, other = (
        {key.name: (fields["type"], fields["collation"]) for key, fields in both.on(side, name, "column")}
        for side, name in ((both.wanted, parent), (both.seen, table))
    )
    return one == other


def _condition(both: Both, parent: str, month: Month) -> str | None:
    """Write a month's bound as a CHECK that spares ATTACH its own look at the rows."""
    key = _KEY.fullmatch(value(both.wanted, Key("table", parent, ""), "partition_key") or "")
    if key is None or "," in key[1]:
        return None
    return f"{key[1]} IS NOT NULL AND {key[1]} >= {month.begins} AND {key[1]} < {month.ends}"


def _default_of(both: Both, parent: str) -> str | None:
    found = (key for key, fields in both.on(both.held, parent, "partition") if fields["bound"] == DEFAULT)
    return next((key.name for key in found), None)


def _joined(both: Both, parent: str, table: str, month: Month | None, *, apart: bool) -> Iterator[Step]:
    """Attach a table; what waits for it in the default partition moves there before."""
    default = _default_of(both, parent) if month else None
    if default and month:
        yield Step(Phase.PARTITIONS, f"LOCK TABLE ONLY {quote(parent)} IN SHARE ROW EXCLUSIVE MODE", WAITS, apart=apart)
        if moved := _moved(both, parent, table, default, month):
            yield Step(Phase.PARTITIONS, moved)
        apart = False
    bound = month.bound if month else DEFAULT
    yield Step(Phase.PARTITIONS, f"{alter(parent)} ATTACH PARTITION {quote(table)} {bound}", apart=apart)


def _moved(both: Both, parent: str, table: str, default: str, month: Month) -> str | None:
    condition = _condition(both, parent, month)
    if condition is None:
        return None
    columns = ", ".join(quote(name) for name, fields in both.columns(parent).items() if not fields["generated"])
    return (
        f"WITH moved AS (DELETE FROM {quote(default)} WHERE {condition} RETURNING *)\n"  # noqa: S608  names of theirs
        f"INSERT INTO {quote(table)} ({columns}) OVERRIDING SYSTEM VALUE SELECT {columns} FROM moved"
    )


def _missing(both: Both, key: Key) -> Iterator[Step]:
    bound = value(both.wanted, key, "bound") or DEFAULT
    yield Step(Phase.PARTITIONS, f"CREATE TABLE {quote(key.name)} PARTITION OF {quote(key.table)} {bound}")


def _gap(both: Both, task: Task) -> Iterator[Step]:
    """Make lost months anew, beside the table, so that rows can move in before they are attached."""
    parent = task.key.table
    for drift in task.drifts:
        for year, month in _months(str(drift.expected)):
            name = f"{parent}_{year:04}_{month:02}"
            like = "INCLUDING ALL EXCLUDING COMMENTS EXCLUDING IDENTITY"
            create = f"CREATE TABLE {quote(name)} (LIKE {quote(parent)} {like})"
            yield Step(Phase.PARTITIONS, create, LOST, apart=True)
            yield from _joined(both, parent, name, _month(year, month), apart=False)


def _months(told: str) -> Iterator[tuple[int, int]]:
    """Read "a partition for 2026-02 to 2026-04"."""
    found = _UNTIL.search(told)
    if found is None:
        return
    first, last = (
        int(year) * 12 + int(month) - 1
        for year, month in ((found[1], found[2]), (found[3] or found[1], found[4] or found[2]))
    )
    for number in range(first, last + 1):
        yield number // 12, number % 12 + 1


def _rebound(both: Both, key: Key) -> Iterator[Step]:
    month = month_of(key.name)
    if month is None or any(_overlaps(both, key, month)):
        yield Step(Phase.PARTITIONS, "", BOUND, withheld=True)
        return
    detach = f"{alter(key.table)} DETACH PARTITION {quote(key.name)}"
    yield Step(Phase.PARTITIONS, detach, f"{WAITS} Fails where a row of it is not of that month.", apart=True)
    yield from _joined(both, key.table, key.name, month, apart=False)


def _overlaps(both: Both, key: Key, month: Month) -> Iterator[bool]:
    """Say of each other partition whether it names the same month."""
    for other in both.partitions(key.table):
        yield other != key.name and month_of(other) == month


def _is_moved(both: Both, key: Key) -> bool:
    """Say whether a partition goes with a table that is renamed back."""
    return key.name in both.parents or Key("table", key.table, "") not in both.wanted
