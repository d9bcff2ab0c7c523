"""What mends functions and procedures."""

from collections.abc import Iterator
from typing import Final

from toolbox_cli.core.database.catalog import Fields, Key
from toolbox_cli.core.database.names import quote
from toolbox_cli.db.diff.kinds.programs import triggers
from toolbox_cli.db.diff.kinds.text import comment, dollars, mentions, setting
from toolbox_cli.db.diff.sides.both import Both, Task
from toolbox_cli.db.diff.statement import Phase, Step
from toolbox_cli.db.drift.drift import Change

RIGHTS: Final = "Rights that were given on it are gone: repeat toolbox db grant."
_WRITABLE: Final = frozenset({"function", "procedure", "window"})


def mend(both: Both, task: Task) -> Iterator[Step]:
    key = task.key
    if task.has(Change.EXTRA):
        yield Step(Phase.CLEAR, f"DROP ROUTINE {signature(both.held[key], key)}")
    elif not writable(both.wanted[key]):
        yield Step(Phase.CREATE, "", "An aggregate, or a function in C: create it by the script that it comes from.")
    elif task.has(Change.MISSING):
        yield from (Step(Phase.CREATE, sql) for sql in created(both, key))
    elif task.fields - {"comment"}:
        yield from _replaced(both, key)
    else:
        yield Step(Phase.COMMENTS, _comment(both, key))


def created(both: Both, key: Key) -> Iterator[str]:
    yield _definition(both, key, "CREATE")
    if both.wanted[key]["comment"]:
        yield _comment(both, key)


def writable(fields: Fields) -> bool:
    return fields["type"] in _WRITABLE and fields["language"] != "c"


def signature(fields: Fields, key: Key) -> str:
    """Write a function's name and the arguments that tell it from others."""
    name = name_of(fields, key)
    return quote(name) + key.name[len(name) :]


def name_of(fields: Fields, key: Key) -> str:
    """Part a name from its arguments; it may hold a parenthesis itself."""
    tail = f"({fields['arguments']})"
    return key.name.removesuffix(tail) if key.name.endswith(tail) else key.name.partition("(")[0]


def waits_for_columns(both: Both, fields: Fields) -> bool:
    """Say whether a body that the server reads at once names a column that the script adds."""
    missing = (key for key in both.wanted if key.kind == "column" and key not in both.held)
    return parsed(fields) and any(mentions(fields["body"], key.name) for key in missing)


def parsed(fields: Fields) -> bool:
    """Say whether the server keeps the body as it understood it, and not as text."""
    return fields["language"] == "sql" and str(fields["body"]).startswith(("RETURN ", "BEGIN ATOMIC"))


def _replaced(both: Both, key: Key) -> Iterator[Step]:
    wanted, held = both.wanted[key], both.held[key]
    phase = Phase.PROGRAMS if waits_for_columns(both, wanted) else Phase.CREATE
    if all(wanted[field] == held[field] for field in ("type", "result", "arguments")):
        yield Step(phase, _definition(both, key, "CREATE OR REPLACE"))
        return
    calling = [one for one, fields in both.held.items() if one.kind == "trigger" and fields["function"] == key.name]
    drops = [f"DROP TRIGGER {quote(one.name)} ON {quote(one.table)}" for one in calling]
    back = [sql for one in calling if one in both.wanted for sql in triggers.created(both, one)]
    whole = (*drops, f"DROP ROUTINE {signature(held, key)}", *created(both, key), *back)
    for number, sql in enumerate(whole):
        yield Step(phase, sql, None if number else RIGHTS, apart=not number)


def _definition(both: Both, key: Key, create: str) -> str:
    fields = both.wanted[key]
    word = "PROCEDURE" if fields["type"] == "procedure" else "FUNCTION"
    lines = [f"{create} {word} {quote(name_of(fields, key))}({fields['arguments']})"]
    if fields["result"]:
        lines.append(f"RETURNS {fields['result']}")
    lines.append(" ".join([f"LANGUAGE {quote(fields['language'])}", *_traits(fields)]))
    lines += [setting(entry, both.schema) for entry in fields["config"] or ()]
    lines.append(fields["body"] if parsed(fields) else f"AS {dollars(fields['body'])}")
    return "\n".join(lines)


def _traits(fields: Fields) -> Iterator[str]:
    if fields["type"] != "procedure":
        yield fields["volatility"].upper()
        yield f"PARALLEL {fields['parallel'].upper()}"
        yield f"COST {fields['cost']:g}"
        if fields["rows"]:
            yield f"ROWS {fields['rows']:g}"
        if fields["type"] == "window":
            yield "WINDOW"
        if fields["strict"]:
            yield "STRICT"
        if fields["leakproof"]:
            yield "LEAKPROOF"
    if fields["security_definer"]:
        yield "SECURITY DEFINER"


def _comment(both: Both, key: Key) -> str:
    fields = both.wanted[key]
    return comment(f"ROUTINE {signature(fields, key)}", fields["comment"])
