"""How the commands of `toolbox lms grades` tell what they did."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from toolbox_cli.core.output import Column, Format, Report, render
from toolbox_cli.core.runtime import Runtime
from toolbox_cli.lms.grades.collecting import Collected
from toolbox_cli.lms.grades.pushing.sending import Sent

if TYPE_CHECKING:
    from toolbox_cli.lms.grades.asking import Standing

SHOWN: Final = 10
"""So many of the grades that were given up stand below the counts."""


def collected(done: Sequence[Collected], dry_run: bool) -> Report:
    """Tell what became of results."""
    items = [
        {
            "integration": one.integration.name,
            "policy": one.integration.rules.policy.value,
            "assignments": one.assignments,
            "grades": one.graded,
            "new": one.made,
            "superseded": one.superseded,
            "left_out": one.integration.left_out,
        }
        for one in done
    ]
    new, superseded = sum(one.made for one in done), sum(one.superseded for one in done)
    columns = [
        *_columns("integration", "policy"), *_numbers("assignments", "grades", "new", "superseded"), Column("left_out"),
    ]  # fmt: skip
    verb = "would be made" if dry_run else "were made"
    note = f"{new:,} grades {verb}; {superseded:,} that were not sent are superseded."
    summary = {"new": new, "superseded": superseded, "dry_run": dry_run}
    return Report("toolbox.lms.grades.collect/1", items, summary, columns=columns, note=note)


def pushed(sent: Sequence[Sent], dry_run: bool) -> Report:
    """Tell what became of grades."""
    items = [
        {
            "integration": one.integration.name,
            "due": one.due,
            **one.counts,
            "stopped": one.error.message if one.error else None,
            "left_out": one.integration.left_out,
        }
        for one in sent
    ]
    summary = {name: sum(one.counts[name] for one in sent) for name in Sent.COUNTED} | {"dry_run": dry_run}
    ok = all(one.exit_code == 0 for one in sent)
    columns = [*_columns("integration"), *_numbers("due", *Sent.COUNTED), *_columns("stopped", "left_out")]
    verb = "would be sent" if dry_run else "were written"
    note = f"{summary['written']:,} grades {verb}."
    return Report("toolbox.lms.grades.push/1", items, summary, ok, columns, note=note)


def put(runtime: Runtime, report: Report, form: Format) -> None:
    """Write the report of a job to stdout; with --quiet no table where all is well, since cron would mail it."""
    if form is Format.JSON or not (runtime.quiet and report.ok):
        render(runtime, report, form)


def standing(found: "Standing", *, listed: bool) -> Report:
    """Tell how grades stand: by assignment or, `listed`, each one that was given up."""
    names = ("pending", "failed", "dead", "success", "superseded")
    counts = {name: sum(row[name] for row in found.assignments) for name in names}
    waiting = [row["oldest"] for row in found.assignments if row["oldest"]]
    summary: dict[str, Any] = {**counts, "oldest": min(waiting, default=None)}
    if listed:
        columns = _columns("id", "integration", "course", "assignment", "account", "attempts", "reason")
        note = None if found.dead else "No grade was given up."
        return Report("toolbox.lms.grades.dead/1", found.dead, summary, not found.dead, columns, note=note)
    columns = [
        *_columns("integration", "course", "assignment", "title"), *_numbers(*names), *_columns("oldest", "held"),
    ]  # fmt: skip
    summary["dead_letters"] = found.dead[:SHOWN]
    return Report(
        "toolbox.lms.grades.status/1", found.assignments, summary, not found.dead, columns, note=_letters(found)
    )


def retried(done: Sequence[dict[str, Any]], dry_run: bool) -> Report:
    """Tell what waits again."""
    grades = sum(row["grades"] for row in done)
    verb = "would wait" if dry_run else "wait"
    columns = [*_columns("integration", "course", "assignment"), *_numbers("grades")]
    summary = {"grades": grades, "dry_run": dry_run}
    return Report(
        "toolbox.lms.grades.retry/1", done, summary, columns=columns, note=f"{grades:,} grades {verb} to be sent again."
    )


def _letters(found: "Standing") -> str:
    if not found.assignments:
        return "There are no grades."
    lines = [f"{row['id']}  {_line(row['reason'])}" for row in found.dead[:SHOWN]]
    if found.dead:
        lines.insert(0, "\nGiven up:")
    if len(found.dead) > SHOWN:
        lines.append(f"and {len(found.dead) - SHOWN:,} more: toolbox lms grades status --dead")
    return "\n".join(lines)


def _line(reason: str | None) -> str:
    return " ".join("".join(sign if sign.isprintable() else " " for sign in reason or "").split())


def _columns(*names: str) -> list[Column]:
    return [Column(name) for name in names]


def _numbers(*names: str) -> list[Column]:
    return [Column(name, justify="right") for name in names]
