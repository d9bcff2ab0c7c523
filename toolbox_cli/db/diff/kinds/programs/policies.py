"""What mends rules and policies."""

from collections.abc import Iterator

from toolbox_cli.core.database.catalog import Fields, Key
from toolbox_cli.core.database.names import quote
from toolbox_cli.db.diff.kinds.programs.triggers import ENABLED
from toolbox_cli.db.diff.kinds.text import comment
from toolbox_cli.db.diff.sides.both import Both, Task, alter
from toolbox_cli.db.diff.statement import Phase, Step
from toolbox_cli.db.drift.drift import Change


def mend(both: Both, task: Task) -> Iterator[Step]:
    key, place = task.key, _place(task.key)
    if task.has(Change.MISSING):
        yield from (Step(Phase.PROGRAMS, sql) for sql in created(both, key))
    elif task.has(Change.EXTRA):
        yield Step(Phase.CLEAR, f"DROP {place}")
    elif task.fields <= {"enabled", "comment"}:
        if "enabled" in task.fields:
            yield Step(Phase.PROGRAMS, _enabled(key, both.wanted[key]))
        if "comment" in task.fields:
            yield Step(Phase.COMMENTS, comment(place, both.wanted[key]["comment"]))
    else:
        yield Step(Phase.PROGRAMS, f"DROP {place}", apart=True)
        yield from (Step(Phase.PROGRAMS, sql) for sql in created(both, key))


def created(both: Both, key: Key) -> Iterator[str]:
    """Create a rule or a policy, with its comment."""
    fields = both.wanted[key]
    if key.kind == "rule":
        yield fields["definition"].rstrip().rstrip(";")
        if fields["enabled"] != "origin":
            yield _enabled(key, fields)
    else:
        yield _policy(key, fields)
    if fields["comment"]:
        yield comment(_place(key), fields["comment"])


def _place(key: Key) -> str:
    return f"{key.kind.upper()} {quote(key.name)} ON {quote(key.table)}"


def _enabled(key: Key, fields: Fields) -> str:
    return f"{alter(key.table)} {ENABLED[fields['enabled']]} RULE {quote(key.name)}"


def _policy(key: Key, fields: Fields) -> str:
    kind = "PERMISSIVE" if fields["permissive"] else "RESTRICTIVE"
    roles = ", ".join("PUBLIC" if role == "public" else quote(role) for role in fields["roles"])
    using = f" USING ({fields['using']})" if fields["using"] else ""
    check = f" WITH CHECK ({fields['check']})" if fields["check"] else ""
    return f"CREATE {_place(key)} AS {kind} FOR {fields['command'].upper()} TO {roles}{using}{check}"
