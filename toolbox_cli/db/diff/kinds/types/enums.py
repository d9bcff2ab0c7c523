"""What mends enums: labels are added and renamed in place; to take one away, or to reorder them, needs a new type."""

from collections.abc import Iterator, Sequence
from typing import Final

from toolbox_cli.core.database.catalog import Fields, Key
from toolbox_cli.core.database.names import quote
from toolbox_cli.db.diff.kinds import around
from toolbox_cli.db.diff.kinds.programs import functions
from toolbox_cli.db.diff.kinds.text import comment, literal, mentions, temporary_name
from toolbox_cli.db.diff.sides.both import Both, Task, alter
from toolbox_cli.db.diff.statement import Phase, Step
from toolbox_cli.db.drift.drift import Change

_LOSES: Final = (
    "PostgreSQL takes no label away. A new type takes the old one's place: fails where a row has such a label, "
    "writes every row of its tables anew, and nobody reads or writes them meanwhile."
)
_REORDERS: Final = (
    "PostgreSQL moves no label. A new type takes the old one's place: "
    "writes every row of its tables anew, and nobody reads or writes them meanwhile."
)


def mend(both: Both, task: Task) -> Iterator[Step]:
    key = task.key
    if task.has(Change.MISSING):
        yield from (Step(Phase.CREATE, sql) for sql in created(both, key))
    elif task.has(Change.EXTRA):
        yield Step(Phase.DROPS, f"DROP TYPE {quote(key.name)}", "Its definition would be lost.", withheld=True)
    else:
        if "labels" in task.fields:
            yield from _labels(both, key)
        if "comment" in task.fields:
            yield Step(Phase.COMMENTS, comment(f"TYPE {quote(key.name)}", both.wanted[key]["comment"]))


def created(both: Both, key: Key) -> Iterator[str]:
    fields = both.wanted[key]
    yield f"CREATE TYPE {quote(key.name)} AS ENUM ({', '.join(map(literal, fields['labels']))})"
    if fields["comment"]:
        yield comment(f"TYPE {quote(key.name)}", fields["comment"])


def renamed(wanted: Sequence[str], held: Sequence[str]) -> dict[str, str]:
    """Pair labels that stand in the same place under another name, as a comparison does: live to expected.

    Example:
        >>> renamed(["calm", "tired"], ["calm", "sleepy"])
        {'sleepy': 'tired'}
        >>> renamed(["calm", "tired"], ["tired", "calm"])
        {}
    """
    if len(wanted) != len(held):
        return {}
    changed = {new: old for old, new in zip(wanted, held, strict=True) if old != new}
    return {} if set(changed) & set(wanted) else changed


def _labels(both: Both, key: Key) -> Iterator[Step]:
    wanted, held = both.wanted[key]["labels"], both.held[key]["labels"]
    names = renamed(wanted, held)
    place = f"ALTER TYPE {quote(key.name)}"
    for new, old in names.items():
        yield Step(Phase.RENAME, f"{place} RENAME VALUE {literal(new)} TO {literal(old)}")
    labels = [names.get(label, label) for label in held]
    for label in (one for one in wanted if one not in labels):
        where, index = _where(wanted, labels, label)
        yield Step(Phase.LABELS, f"{place} ADD VALUE {literal(label)}{where}", alone=True)
        labels.insert(index, label)
    if labels != wanted:
        yield from _new_type(both, key, set(labels) - set(wanted))


def _where(wanted: Sequence[str], labels: Sequence[str], label: str) -> tuple[str, int]:
    """Say beside which label another belongs, and at which place that is."""
    position = wanted.index(label)
    before = next((one for one in reversed(wanted[:position]) if one in labels), None)
    if before:
        return f" AFTER {literal(before)}", labels.index(before) + 1
    after = next((one for one in wanted[position:] if one in labels), None)
    return (f" BEFORE {literal(after)}", labels.index(after)) if after else ("", len(labels))


def _new_type(both: Both, key: Key, gone: set[str]) -> Iterator[Step]:
    """Put a type with the right labels in the place of the old one, in one transaction."""
    old = temporary_name(key)
    columns = [one for one, fields in both.held.items() if one.kind == "column" and _is(fields, key)]
    columns = [one for one in columns if one in both.wanted and not both.comes_from_parent(one)]
    texts = [key.name, *(quote(one.name) for one in columns)]
    before, after = around.holding(both, [f"::{name}" for name in {key.name, quote(key.name)}])
    for one in columns:
        more, back = around.standing(both, one.table, one.name)
        before += [sql for sql in more if sql not in before]
        after += [sql for sql in back if sql not in after]
    calls = [one for one, fields in both.held.items() if one.kind == "function" and _takes(one, fields, texts[0])]
    calls = [one for one in calls if one in both.wanted]
    whole = (
        *before,
        *(f"DROP ROUTINE {functions.signature(both.held[one], one)}" for one in calls),
        f"ALTER TYPE {quote(key.name)} RENAME TO {quote(old)}",
        *created(both, key),
        *(_converted(both, one) for one in columns),
        *(sql for one in calls for sql in functions.created(both, one)),
        *after,
        f"DROP TYPE {quote(old)}",
    )
    for number, sql in enumerate(whole):
        yield Step(
            Phase.LABELS, sql, None if number else _LOSES if gone else _REORDERS, withheld=True, apart=not number
        )


def _is(fields: Fields, key: Key) -> bool:
    return str(fields["type"]).removesuffix("[]") in {key.name, quote(key.name)}


def _takes(key: Key, fields: Fields, name: str) -> bool:
    return mentions(key.name, name) or mentions(fields["result"], name)


def _converted(both: Both, key: Key) -> str:
    fields, column = both.wanted[key], quote(key.name)
    many = "[]" if str(fields["type"]).endswith("[]") else ""
    actions = [f"ALTER COLUMN {column} TYPE {fields['type']} USING {column}::text{many}::{fields['type']}"]
    if fields["default"]:
        actions = [
            f"ALTER COLUMN {column} DROP DEFAULT",
            *actions,
            f"ALTER COLUMN {column} SET DEFAULT {fields['default']}",
        ]
    return f"{alter(key.table)} {', '.join(actions)}"
