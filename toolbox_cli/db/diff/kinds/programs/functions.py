"""What mends functions and procedures."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from toolbox_cli.core.database.catalog import Fields, Key
from toolbox_cli.core.database.names import quote
from toolbox_cli.db.diff.kinds.programs import triggers
from toolbox_cli.db.diff.kinds.text import comment, dollars, mentions, setting
from toolbox_cli.db.diff.sides.both import Both, Task
from toolbox_cli.db.diff.statement import Phase, Step
from toolbox_cli.db.drift.drift import Change

RIGHTS: Final = "Rights that were given on it are gone: repeat toolbox db grant."
_RETURNS: Final = re.compile(r"\b(?:OUT|INOUT|TABLE)\b")
_KEEPING: Final = frozenset({"column", "constraint", "index", "view", "policy", "rule"})
_EXPRESSIONS: Final = ("default", "generated", "definition", "using", "check")
_WRITABLE: Final = frozenset({"function", "procedure", "window"})


def mend(both: Both, task: Task) -> Iterator[Step]:
    key = task.key
    if task.has(Change.EXTRA):
        if not _missing_namesakes(both, key):
            yield Step(Phase.DROPS, _dropped(both, key))
    elif not writable(both.wanted[key]):
        yield Step(Phase.CREATE, "", "An aggregate, or a function in C: create it by the script that it comes from.")
    elif task.has(Change.MISSING):
        yield from (Step(Phase.CREATE, _dropped(both, one)) for one in _extra_namesakes(both, key))
        yield from (Step(Phase.CREATE, sql) for sql in created(both, key))
    elif task.fields - {"comment"}:
        yield from _replaced(both, key)
    if not task.has(Change.MISSING) and "comment" in task.fields:
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
    name, parenthesis, _ = key.name.rpartition(f"({fields['arguments'].partition(' DEFAULT ')[0]}")
    return name if parenthesis else key.name.partition("(")[0]


def waits_for_columns(both: Both, fields: Fields) -> bool:
    """Say whether a body that the server reads at once names a column that the script adds."""
    missing = (key for key in both.wanted if key.kind == "column" and key not in both.held)
    return parsed(fields) and any(mentions(fields["body"], key.name) for key in missing)


def parsed(fields: Fields) -> bool:
    """Say whether the server keeps the body as it understood it, and not as text."""
    return fields["language"] == "sql" and str(fields["body"]).startswith(("RETURN ", "BEGIN ATOMIC"))


def _dropped(both: Both, key: Key) -> str:
    return f"DROP ROUTINE {signature(both.held[key], key)}"


def _extra_namesakes(both: Both, key: Key) -> list[Key]:
    """Name the functions too many of one name: they may take the same arguments under other names."""
    return _namesakes(both, key, both.held, both.wanted)


def _missing_namesakes(both: Both, key: Key) -> list[Key]:
    return _namesakes(both, key, both.wanted, both.held)


def _namesakes(both: Both, key: Key, there: Mapping[Key, Fields], not_there: Mapping[Key, Fields]) -> list[Key]:
    name = name_of(both.wanted.get(key) or both.held[key], key)
    found = ((one, fields) for one, fields in there.items() if one.kind == "function" and one not in not_there)
    return [one for one, fields in found if name_of(fields, one) == name]


def _replaced(both: Both, key: Key) -> Iterator[Step]:
    wanted, held = both.wanted[key], both.held[key]
    phase = Phase.PROGRAMS if waits_for_columns(both, wanted) else Phase.CREATE
    if _replaceable(wanted, held):
        yield Step(phase, _definition(both, key, "CREATE OR REPLACE"))
        return
    calling = [one for one, fields in both.held.items() if one.kind == "trigger" and fields["function"] == key.name]
    drops = [f"DROP TRIGGER {quote(one.name)} ON {quote(one.table)}" for one in calling]
    back = [sql for one in calling if one in both.wanted for sql in triggers.created(both, one)]
    standing = [one.path for one, fields in both.held.items() if _calls(one, fields, name_of(held, key))]
    hazard = f"These stand on it, and have to go first: {', '.join(standing)}. {RIGHTS}" if standing else RIGHTS
    for number, sql in enumerate((*drops, _dropped(both, key), *created(both, key), *back)):
        yield Step(phase, sql, None if number else hazard, bool(standing), apart=not number)


def _replaceable(wanted: Fields, held: Fields) -> bool:
    """Say whether OR REPLACE will do: it takes no default away, and changes nothing of what is returned."""
    if (wanted["type"], wanted["result"]) != (held["type"], held["result"]):
        return False
    one, other = str(wanted["arguments"]), str(held["arguments"])
    return one == other or (one.count(" DEFAULT ") >= other.count(" DEFAULT ") and not _RETURNS.search(one + other))


def _calls(key: Key, fields: Fields, name: str) -> bool:
    """Say whether the server keeps a function because an object uses it."""
    return key.kind in _KEEPING and any(mentions(fields.get(field), name) for field in _EXPRESSIONS)


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
