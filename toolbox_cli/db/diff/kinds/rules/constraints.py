"""What mends constraints; foreign keys have a module of their own."""

from collections.abc import Iterator, Sequence
from typing import Final

from toolbox_cli.core.database.catalog import Key
from toolbox_cli.core.database.names import quote
from toolbox_cli.db.diff.kinds.rules import indexes, plain, references
from toolbox_cli.db.diff.kinds.text import temporary_name
from toolbox_cli.db.diff.sides.both import Both, Task, alter, value
from toolbox_cli.db.diff.statement import Phase, Step
from toolbox_cli.db.drift.drift import Change

_FORM: Final = frozenset({"definition", "index", "type"})
_BY_INDEX: Final = frozenset({"primary key", "unique"})


def mend(both: Both, task: Task) -> Iterator[Step]:
    key = task.key
    kind = value(both.wanted, key, "type")
    if kind == "constraint trigger":
        return  # comes with its trigger
    if task.has(Change.EXTRA):
        yield Step(Phase.CLEAR, f"{alter(key.table)} DROP CONSTRAINT {quote(key.name)}")
    elif task.has(Change.MISSING):
        yield from _added(both, key)
    elif "kind" in task.fields:
        yield from _instead_of_index(both, key)
    else:
        yield from _replaced(both, key) if task.fields & _FORM else _states(both, task)
        if "comment" in task.fields:
            yield Step(Phase.COMMENTS, plain.told(both, key))


def _added(both: Both, key: Key) -> Iterator[Step]:
    kind = both.wanted[key]["type"]
    if kind == "foreign key":
        yield from references.added(both, key)
    elif kind == "check":
        yield from _checked(both, key)
    elif _by_index(both, key):
        yield indexes.built(both, key)
        yield from _takes_over(both, key, key.name)
    else:
        yield from _locked(both, key)


def _checked(both: Both, key: Key, *first: str) -> Iterator[Step]:
    """Add a CHECK that holds new rows at once, and look at the others in a second transaction."""
    fields = both.wanted[key]
    provable = fields["validated"] and fields["enforced"] and not both.is_fresh(key.table)
    for number, sql in enumerate((*first, *plain.created(both, key))):
        proved_later = provable and " ADD CONSTRAINT " in sql
        yield Step(Phase.CHECKS, f"{sql} NOT VALID" if proved_later else sql, apart=not number)
    if provable:
        proof = f"{alter(key.table)} VALIDATE CONSTRAINT {quote(key.name)}"
        yield Step(Phase.CHECKS, proof, references.READS, apart=True)


def _by_index(both: Both, key: Key) -> bool:
    """Say whether a key can be put on an index that was built before."""
    fields = both.wanted[key]
    return (
        fields["type"] in _BY_INDEX
        and str(fields["index"]).startswith("USING btree ")
        and "WITHOUT OVERLAPS" not in fields["definition"]
        and not both.is_partitioned(key.table)
        and not both.is_fresh(key.table)
    )


def _takes_over(both: Both, key: Key, index: str, *first: str) -> Iterator[Step]:
    """Put a key on an index that is there; dependent foreign keys are lifted meanwhile."""
    before, after, proofs = _lifted(both, key, first)
    fields = both.wanted[key]
    word = fields["type"].upper()
    timing = "".join(part for part in (" DEFERRABLE", " INITIALLY DEFERRED") if part in fields["definition"])
    put = f"{alter(key.table)} ADD CONSTRAINT {quote(key.name)} {word} USING INDEX {quote(index)}{timing}"
    statements = (*before, *first, put, *plain.remark(both, key), *after)
    yield from (Step(Phase.KEYS, sql, apart=not number) for number, sql in enumerate(statements))
    yield from proofs


def _lifted(both: Both, key: Key, first: Sequence[str]) -> tuple[list[str], list[str], list[Step]]:
    """Lift the foreign keys that stand on a key, where there is one to be taken away."""
    return references.lifted(both, key.table, both.link(key).columns) if first else ([], [], [])


def _locked(both: Both, key: Key, *first: str) -> Iterator[Step]:
    before, after, proofs = _lifted(both, key, first)
    hazard = None if both.is_fresh(key.table) else indexes.LOCKS
    for number, sql in enumerate((*before, *first, *plain.created(both, key), *after)):
        yield Step(Phase.KEYS, sql, None if number else hazard, apart=not number)
    yield from proofs


def _replaced(both: Both, key: Key) -> Iterator[Step]:
    drop = f"{alter(key.table)} DROP CONSTRAINT {quote(key.name)}"
    kind = both.wanted[key]["type"]
    if kind == "foreign key" and both.held[key]["type"] == kind:
        yield from references.changed(both, key)
    elif kind == "foreign key":
        yield from references.anew(both, key)
    elif kind == "check":
        yield from _checked(both, key, drop)
    elif _by_index(both, key):
        name = temporary_name(key)
        yield indexes.built(both, key, name)
        yield from _takes_over(both, key, name, drop)
    else:
        yield from _locked(both, key, drop)


def _instead_of_index(both: Both, key: Key) -> Iterator[Step]:
    drop = f"DROP INDEX {quote(key.name)}"
    if _by_index(both, key):
        name = temporary_name(key)
        yield indexes.built(both, key, name)
        yield from _takes_over(both, key, name, drop)
    else:
        yield from _locked(both, key, drop)


def _states(both: Both, task: Task) -> Iterator[Step]:
    key, fields = task.key, both.wanted[task.key]
    if "enforced" in task.fields:
        yield from references.enforced(both, key) if fields["type"] == "foreign key" else _anew(both, key)
    elif "validated" in task.fields and fields["validated"]:
        phase = Phase.REFERENCES if fields["type"] == "foreign key" else Phase.CHECKS
        proof = f"{alter(key.table)} VALIDATE CONSTRAINT {quote(key.name)}"
        yield Step(phase, proof, references.READS, apart=True)
    elif "validated" in task.fields:
        yield from references.anew(both, key) if fields["type"] == "foreign key" else _anew(both, key)
    if "index_valid" in task.fields:
        yield indexes.rebuilt(key, locking=fields["type"] == "exclusion")


def _anew(both: Both, key: Key) -> Iterator[Step]:
    yield from _checked(both, key, f"{alter(key.table)} DROP CONSTRAINT {quote(key.name)}")
