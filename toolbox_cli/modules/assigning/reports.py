"""How assigning is reported: how many, and never who."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from toolbox_cli.core.output import Column, Report

KIND: Final = "toolbox.modules.assign/1"
_COUNTS: Final = ("new", "changed", "unchanged", "removed")
_KEYS: Final = ("slug", "to", "university_id", "subsystem", "rule", *_COUNTS)


def report(done: Sequence[Mapping[str, Any]], *, dry_run: bool, rules: tuple[int, int] | None = None) -> Report:
    """Give what was assigned.

    Args:
        done: one row a module and kind of target, and one a rule.
        dry_run: whether it was taken back.
        rules: of a run of them, how many were run, and how many wait for their module; nothing new is no word then.
    """
    items = [{key: row.get(key) for key in _KEYS} for row in done]
    summary: dict[str, Any] = {"dry_run": dry_run, **{name: sum(row[name] for row in items) for name in _COUNTS}}
    if rules is not None:
        summary |= {"rules": rules[0], "waiting": rules[1]}
    shown = [key for key in _KEYS if key in {"slug", "to"} or any(item[key] for item in items)]
    columns = [Column(key, "university" if key == "university_id" else None, _side(key)) for key in shown]
    quiet = rules is not None and not items
    return Report(
        KIND, items, summary, columns=columns,
        note=None if quiet and not dry_run else "\n".join(_notes(items, summary, dry_run=dry_run)),
    )  # fmt: skip


def _side(key: str) -> Any:
    return "right" if key in _COUNTS else "left"


def _notes(items: Sequence[Mapping[str, Any]], summary: Mapping[str, Any], *, dry_run: bool) -> Iterator[str]:
    told = ", ".join(f"{summary[name]:,} {name}" for name in _COUNTS if summary[name])
    yield f"Assignments: {told}." if told else "No assignment is new."
    if summary.get("waiting"):
        yield f"Rules that rest, as their modules are not published: {summary['waiting']:,}."
    if any(item["rule"] in {"new", "changed"} for item in items):
        yield "Rules are run again, for who has come since, with: toolbox modules assign --rules"
    if dry_run:
        yield "Nothing was written, as this is a dry run."
