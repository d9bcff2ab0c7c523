"""What mends the attributes of composite types."""

from collections.abc import Iterator

from toolbox_cli.core.database.names import quote
from toolbox_cli.db.diff.kinds.text import comment
from toolbox_cli.db.diff.sides.both import Both, Task
from toolbox_cli.db.diff.statement import Phase, Step
from toolbox_cli.db.drift.drift import Change


def mend(both: Both, task: Task) -> Iterator[Step]:
    key = task.key
    place = f"ALTER TYPE {quote(key.table)}"
    if task.has(Change.MISSING):
        yield Step(Phase.COLUMNS, f"{place} ADD ATTRIBUTE {definition(both, task)}")
    elif task.has(Change.EXTRA):
        lost = "Its values in every column of the type would be lost."
        yield Step(Phase.DROPS, f"{place} DROP ATTRIBUTE {quote(key.name)}", lost, withheld=True)
    elif task.fields & {"type", "collation"}:
        fields = both.wanted[key]
        collation = f" COLLATE {fields['collation']}" if fields["collation"] else ""
        yield Step(
            Phase.COLUMNS,
            f"{place} ALTER ATTRIBUTE {quote(key.name)} TYPE {fields['type']}{collation}",
            "The server refuses it where a column has the type; a value may not fit.",
            withheld=True,
        )
    if "comment" in task.fields:
        text = comment(f"COLUMN {quote(key.table)}.{quote(key.name)}", both.wanted[key]["comment"])
        yield Step(Phase.COMMENTS, text)


def definition(both: Both, task: Task) -> str:
    fields = both.wanted[task.key]
    collation = f" COLLATE {fields['collation']}" if fields["collation"] else ""
    return f"{quote(task.key.name)} {fields['type']}{collation}"
