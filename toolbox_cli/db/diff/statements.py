"""What brings a live schema to how it should be, as statements in the order in which they can be run."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from toolbox_cli.core.database.catalog import Key
from toolbox_cli.core.findings import Finding
from toolbox_cli.db.diff.kinds import renames
from toolbox_cli.db.diff.kinds.columns import columns
from toolbox_cli.db.diff.kinds.columns.definition import unfilled
from toolbox_cli.db.diff.kinds.programs import functions, policies, triggers
from toolbox_cli.db.diff.kinds.rules import constraints, indexes, statistics
from toolbox_cli.db.diff.kinds.tables import partitions, tables, views
from toolbox_cli.db.diff.kinds.types import enums, sequences, types
from toolbox_cli.db.diff.order import joined, numbered, ranks, table_ranks
from toolbox_cli.db.diff.sides.both import Both, Task, both_of
from toolbox_cli.db.diff.statement import Phase, Statement, Step
from toolbox_cli.db.drift.drift import Change, Drift, finding_of
from toolbox_cli.db.drift.live import Compared

Mender = Callable[[Both, Task], Iterator[Step]]

MENDERS: Final[Mapping[str, Mender]] = {
    "enum": enums.mend,
    "domain": types.mend,
    "composite": types.mend,
    "range": types.mend,
    "sequence": sequences.mend,
    "function": functions.mend,
    "table": tables.mend,
    "partition": partitions.mend,
    "column": columns.mend,
    "constraint": constraints.mend,
    "index": indexes.mend,
    "statistics": statistics.mend,
    "view": views.mend,
    "trigger": triggers.mend,
    "rule": policies.mend,
    "policy": policies.mend,
}

_REMADE: Final = "Waits until the table is one of the right kind."
_UNFILLED: Final = "Rows have no value there yet: fill it first."


def statements_for(compared: Compared, schema: str) -> list[Statement]:
    """Write the statements that bring a live schema to how it should be.

    They are written for a session whose search_path is the schema and pg_temp, on the server that was compared, with
    `standard_conforming_strings` on and `check_function_bodies` off. What loses data, or can't be written without
    knowing more, is `withheld`: the others run without it.

    Args:
        compared: how the schema should be, how it is, and what differs.
        schema: what it is called in the live database.

    Returns:
        In the order in which they can be run; what belongs into one transaction stands together.
    """
    both, tasks = both_of(compared, schema)
    parts = [_Part(task, _findings(task.drifts, schema)) for task in tasks]
    parts += _implied(both, parts, schema)
    return _ordered(both, parts)


@dataclass(frozen=True, slots=True)
class _Part:
    """What mends one object, and the findings that it is for."""

    task: Task
    findings: Sequence[Finding]


def _findings(drifts: Sequence[Drift], schema: str) -> list[Finding]:
    return [finding_of(drift, schema) for drift in drifts]


def _ordered(both: Both, parts: Sequence[_Part]) -> list[Statement]:
    by_kind, by_table = ranks(both, (part.task.key for part in parts)), table_ranks(both)
    blocked = _blocked(both)
    made: list[tuple[tuple[int, ...], Step, Statement]] = []
    for part in parts:
        key, table = part.task.key, _table_of(both, part.task.key)
        for number, step in enumerate(_steps(both, part.task, blocked)):
            follows_names = step.phase in {Phase.RENAME, Phase.CREATE, Phase.PROGRAMS}
            rank = (0, by_kind[key]) if follows_names else (by_table.get(table or "", 0), by_kind[key])
            made.append(((step.phase, *rank, number), step, _statement(both, part, table, step)))
    made.sort(key=lambda one: one[0])
    return numbered(joined((step, statement) for _, step, statement in made))


def _statement(both: Both, part: _Part, table: str | None, step: Step) -> Statement:
    return Statement(
        phase=step.phase,
        sql=step.sql,
        object=f"{both.schema}.{part.task.key.path}",
        table=table,
        findings=part.findings,
        hazard=step.hazard,
        withheld=step.withheld or not step.sql,
    )


def _waits_for_table(both: Both, key: Key) -> bool:
    """Say whether an object stands on a partitioned table that should be another kind of table."""
    table = both.parents.get(key.table, key.table)
    whole = Key("table", table, "")
    remade = both.changed.get(whole, frozenset()) & {"type", "partition_key"}
    return bool(remade) and key != whole and both.is_partitioned(table)


def _steps(both: Both, task: Task, blocked: Mapping[Key, str]) -> Iterator[Step]:
    yield from renames.mend(both, task)
    if all(drift.change is Change.RENAMED for drift in task.drifts):
        return
    reason = blocked.get(task.key) or (_REMADE if _waits_for_table(both, task.key) else None)
    for step in MENDERS[task.key.kind](both, task):
        waits = reason and step.sql and step.phase is not Phase.COMMENTS
        yield replace(step, withheld=True, hazard=reason) if waits else step


def _table_of(both: Both, key: Key) -> str | None:
    """Name the table whose rows and locks a statement is about."""
    if key.kind == "sequence":
        fields = both.wanted.get(key) or both.held.get(key) or {}
        return fields.get("table")
    return key.table or None


def _implied(both: Both, parts: Sequence[_Part], schema: str) -> list[_Part]:
    """Add what is missing because of something else, which alone is told."""
    told = {part.task.key: part for part in parts}
    made_whole = _made_whole(both, told)
    found: list[_Part] = []
    for key in both.wanted.keys() - both.held.keys() - told.keys():
        if key.kind in MENDERS and not _comes_along(both, key, made_whole):
            missing = Drift(Change.MISSING, key, None, both.wanted[key], None)
            cause = _cause(both, key, told)
            found.append(_Part(Task(key, (missing,)), cause.findings if cause else _findings((missing,), schema)))
    return found


def _made_whole(both: Both, told: Mapping[Key, _Part]) -> set[str]:
    """Name the partitions that come with all that they have of their table."""
    fresh = {key.name for key in both.wanted if key.kind == "partition" and both.is_fresh(key.name)}
    detached = {key.table for key, part in told.items() if part.task.has(Change.DETACHED)}
    return fresh | detached


def _comes_along(both: Both, key: Key, made_whole: set[str]) -> bool:
    """Say whether something else creates an object."""
    if key.kind == "partition":
        return key.name in made_whole and not both.is_fresh(key.name)
    if key.kind == "table":
        return key.table in made_whole
    if key.table in made_whole or both.comes_from_parent(key):
        return True
    if key.kind == "column":
        return both.is_fresh(key.table)
    return False


def _cause(both: Both, key: Key, told: Mapping[Key, _Part]) -> _Part | None:
    """Find what an object is missing with: its table, or a column that it stands on."""
    table, columns_of = key.table, both.link(key).columns
    if key.kind == "sequence":
        fields = both.wanted[key]
        table, columns_of = fields["table"] or "", (fields["column"] or "",)
    owners = [Key("table", table, ""), Key("view", table, ""), *(Key("column", table, column) for column in columns_of)]
    return next((told[owner] for owner in owners if owner in told), None)


def _blocked(both: Both) -> dict[Key, str]:
    """Name the keys on columns that rows have no value for yet, and what refers to them."""
    empty = {
        key for key, fields in both.wanted.items()
        if key.kind == "column" and key not in both.held and unfilled(fields) and not both.is_fresh(key.table)
    }  # fmt: skip
    keys = {key for key in both.wanted if _is_on(both, key, empty)}
    places = {(key.table, frozenset(both.link(key).columns)) for key in keys}
    links = {key: both.link(key) for key in both.wanted if key.kind == "constraint"}
    referring = [key for key, link in links.items() if (link.refers_to, frozenset(link.referred)) in places]
    return dict.fromkeys([*keys, *referring], _UNFILLED)


def _is_on(both: Both, key: Key, columns_: set[Key]) -> bool:
    primary = key.kind == "constraint" and both.wanted[key]["type"] == "primary key"
    return primary and any(Key("column", key.table, name) in columns_ for name in both.link(key).columns)
