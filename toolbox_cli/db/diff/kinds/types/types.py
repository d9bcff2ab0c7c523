"""What mends domains, composite types and ranges."""

from collections.abc import Iterator
from typing import Final

from toolbox_cli.core.database.catalog import Key
from toolbox_cli.core.database.names import quote
from toolbox_cli.db.diff.kinds.text import comment
from toolbox_cli.db.diff.sides.both import Both, Task
from toolbox_cli.db.diff.statement import Phase, Step
from toolbox_cli.db.drift.drift import Change

_READS: Final = "Reads every column of the domain. Fails where a value breaks it."
_FIXED: Final = "PostgreSQL does not change this of a type: make another one, and give it to the columns."


def mend(both: Both, task: Task) -> Iterator[Step]:
    key = task.key
    word = "DOMAIN" if key.kind == "domain" else "TYPE"
    if task.has(Change.MISSING):
        yield from (Step(Phase.CREATE, sql) for sql in created(both, key))
    elif task.has(Change.EXTRA):
        drop = f"DROP {word} {quote(key.name)}"
        yield Step(Phase.DROPS, drop, "Its definition would be lost.", withheld=True)
    else:
        if task.fields & {"type", "collation", "subtype", "operator_class"}:
            yield Step(Phase.CREATE, "", _FIXED, withheld=True)
        if key.kind == "domain":
            yield from _domain(both, task)
        if "comment" in task.fields:
            yield Step(Phase.COMMENTS, comment(f"{word} {quote(key.name)}", both.wanted[key]["comment"]))


def created(both: Both, key: Key) -> Iterator[str]:
    fields, name = both.wanted[key], quote(key.name)
    if key.kind == "domain":
        yield " ".join(_domain_parts(both, key))
    elif key.kind == "range":
        options = f"SUBTYPE = {fields['subtype']}, SUBTYPE_OPCLASS = {quote(fields['operator_class'])}"
        yield f"CREATE TYPE {name} AS RANGE ({options})"
    else:
        yield f"CREATE TYPE {name} AS ({', '.join(_attributes(both, key))})"
    if fields["comment"]:
        yield comment(f"{'DOMAIN' if key.kind == 'domain' else 'TYPE'} {name}", fields["comment"])


def _attributes(both: Both, key: Key) -> Iterator[str]:
    for name, fields in both.columns(key.name).items():
        collation = f" COLLATE {fields['collation']}" if fields["collation"] else ""
        yield f"{quote(name)} {fields['type']}{collation}"


def _domain_parts(both: Both, key: Key) -> Iterator[str]:
    fields = both.wanted[key]
    yield f"CREATE DOMAIN {quote(key.name)} AS {fields['type']}"
    if fields["collation"]:
        yield f"COLLATE {fields['collation']}"
    if fields["default"]:
        yield f"DEFAULT {fields['default']}"
    if fields["not_null"]:
        yield "NOT NULL"
    for name, definition in (fields["constraints"] or {}).items():
        yield f"CONSTRAINT {quote(name)} {definition.removesuffix(' NOT VALID')}"


def _domain(both: Both, task: Task) -> Iterator[Step]:
    key, fields = task.key, both.wanted[task.key]
    place = f"ALTER DOMAIN {quote(key.name)}"
    if "default" in task.fields:
        yield Step(
            Phase.CREATE, f"{place} SET DEFAULT {fields['default']}" if fields["default"] else f"{place} DROP DEFAULT"
        )
    if "not_null" in task.fields:
        yield (
            Step(Phase.CHECKS, f"{place} SET NOT NULL", _READS)
            if fields["not_null"]
            else Step(Phase.CHECKS, f"{place} DROP NOT NULL")
        )
    if "constraints" in task.fields:
        yield from _domain_checks(place, fields["constraints"] or {}, both.held[key]["constraints"] or {})


def _domain_checks(place: str, wanted: dict[str, str], held: dict[str, str]) -> Iterator[Step]:
    differ = [name for name in sorted({*wanted, *held}) if wanted.get(name) != held.get(name)]
    for name in differ:
        if name in held:
            yield Step(Phase.CHECKS, f"{place} DROP CONSTRAINT {quote(name)}", apart=True)
        if name in wanted:
            definition = wanted[name].removesuffix(" NOT VALID")
            yield Step(
                Phase.CHECKS, f"{place} ADD CONSTRAINT {quote(name)} {definition} NOT VALID", apart=name not in held
            )
            if definition == wanted[name]:
                yield Step(Phase.CHECKS, f"{place} VALIDATE CONSTRAINT {quote(name)}", _READS, apart=True)
