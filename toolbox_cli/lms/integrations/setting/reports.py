"""How settings are told of."""

from collections.abc import Iterator
from typing import Any, Final

from toolbox_cli.core.output import Column, Report
from toolbox_cli.lms.integrations.looking import Seen
from toolbox_cli.lms.integrations.setting.changing import Changed, Difference, values
from toolbox_cli.lms.settings.definitions import Setting, find, of_kind
from toolbox_cli.lms.settings.reading import values_of

_COLUMNS: Final = (Column("key"), Column("text", "value"), Column("usual"), Column("means"))
_NARROWS: Final = frozenset({"include", "exclude", "roles"})


def shown(seen: Seen) -> Report:
    """Tell all settings of an integration, with what is usual and what they mean."""
    held = values(seen)
    _, faults = values_of(seen.kind, seen.settings)
    items = [_item(one, held) for one in of_kind(seen.kind)]
    lines = [f"Can't be used: {one}." for one in faults]
    lines.append(f"Change one with: toolbox lms settings {seen.name} --set KEY=VALUE")
    summary = {"integration": seen.name, "kind": seen.kind, "set": len(held), "faults": [str(one) for one in faults]}
    return Report("toolbox.lms.settings/1", items, summary, not faults, _COLUMNS, note="\n".join(lines))


def changed(done: Changed, *, dry_run: bool) -> Report:
    """Tell what was changed."""
    items = [{"key": one.key, "before": one.before, "after": one.after, **_texts(one)} for one in done.differences]
    columns = [Column("key"), Column("was"), Column("is")]
    name = done.seen.name
    summary = {
        "integration": name, "changed": len(items), "reads_everything": done.rereads, "dry_run": dry_run
    }  # fmt: skip
    note = "\n".join(_notes(done, dry_run=dry_run))
    return Report("toolbox.lms.settings.change/1", items, summary, columns=columns, note=note)


def _notes(done: Changed, *, dry_run: bool) -> Iterator[str]:
    if not done.differences:
        yield f"{done.seen.name} is set so already."
        return
    yield f"{done.seen.name} would be set so." if dry_run else f"{done.seen.name} is set so now."
    if done.rereads:
        yield "The next sync reads everything."
    if any(one.key.partition(".")[0] in _NARROWS for one in done.differences):
        yield (
            "What is left out now is removed by it, or holds it where that is much: "
            f"toolbox lms sync {done.seen.name} --dry-run"
        )


def _item(one: Setting, held: dict[str, Any]) -> dict[str, Any]:
    if one.several:
        value: Any = {named.name: said for key, said in held.items() if (named := one.named(key))}
        text = ", ".join(f"{name}={said}" for name, said in value.items()) or None
    else:
        value = held.get(one.key, one.default)
        text = _text(one.key, held[one.key]) if one.key in held else None
    return {
        "key": one.key, "value": value, "text": text, "usual": one.usually.replace("`", ""), "set": text is not None,
        "may_be": one.form.expected, "means": one.means.replace("`", ""),
    }  # fmt: skip


def _texts(one: Difference) -> dict[str, str]:
    return {"was": _text(one.key, one.before), "is": _text(one.key, one.after)}


def _text(key: str, value: Any) -> str:
    """Write a value as a command line says it."""
    named = find(key)
    if value is None:
        return named.setting.usually.replace("`", "") if named else "nothing"
    try:
        return named.setting.form.write(value) if named else str(value)
    except (AttributeError, TypeError, ValueError):
        return str(value)  # what somebody else wrote
