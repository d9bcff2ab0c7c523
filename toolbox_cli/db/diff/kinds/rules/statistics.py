"""What mends extended statistics, which only decide on plans."""

from collections.abc import Iterator

from toolbox_cli.core.database.names import quote
from toolbox_cli.db.diff.kinds.rules import plain
from toolbox_cli.db.diff.sides.both import Both, Task
from toolbox_cli.db.diff.statement import Phase, Step
from toolbox_cli.db.drift.drift import Change


def mend(both: Both, task: Task) -> Iterator[Step]:
    key = task.key
    if task.has(Change.MISSING):
        yield from (Step(Phase.SETTINGS, sql) for sql in plain.created(both, key))
    elif task.has(Change.EXTRA):
        yield Step(Phase.CLEAR, f"DROP STATISTICS {quote(key.name)}")
    elif task.fields & {"columns", "kinds"}:
        yield Step(Phase.SETTINGS, f"DROP STATISTICS {quote(key.name)}", apart=True)
        yield from (Step(Phase.SETTINGS, sql) for sql in plain.created(both, key))
    else:
        if "target" in task.fields:
            target = both.wanted[key]["target"]
            level = -1 if target is None else target
            yield Step(Phase.SETTINGS, f"ALTER STATISTICS {quote(key.name)} SET STATISTICS {level}")
        if "comment" in task.fields:
            yield Step(Phase.COMMENTS, plain.told(both, key))
