"""How a job tells of its runs: a table, JSON, one line a run, and sentences for what went wrong."""

import datetime
import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Final

from toolbox_cli.core.diagnostics import describe
from toolbox_cli.core.errors import LockedError, ToolboxError
from toolbox_cli.core.exits import Exit
from toolbox_cli.core.output import Column, Report
from toolbox_cli.lms.jobs.each import SHOWN, Done
from toolbox_cli.lms.runs.telling.differences import record_of
from toolbox_cli.lms.runs.telling.meanings import OF_RUNS, meaning_of

NAMED: Final = 20
"""How many records at fault are named in the text of a run."""

_LEVELS: Final = {"success": "info", "partial": "warning", "held": "error", "failed": "error", "locked": "warning"}


def synced(done: Sequence[Done], left: Sequence[tuple[str, str]], *, dry_run: bool) -> Report:
    """Tell what became of each integration."""
    items = [_item(one) for one in done]
    states = [one.status for one in done]
    summary = {
        "integrations": len(done), **{state: states.count(state) for state in _LEVELS},
        "left_out": [{"name": name, "why": why} for name, why in left], "dry_run": dry_run,
    }  # fmt: skip
    columns = [
        Column("integration"), Column("run", justify="right"), Column("mode"), Column("status"),
        Column("duration_s", "took (s)", "right"), Column("records"), Column("changes"), Column("issues"),
    ]  # fmt: skip
    ok = all(one.exit_code is Exit.DONE for one in done)
    note = "\n".join(line for one in done for line in _lines(one, dry_run=dry_run)) or None
    return Report("toolbox.lms.sync/1", items, summary, ok, columns, note=note)


def log_line(one: Done, *, dry_run: bool) -> str:
    """Give one line of JSON about a run, for a collector of logs."""
    item = {key: value for key, value in _item(one).items() if key not in {"at_fault", "changed"}}
    said = {"at": one.ended_at, "level": _LEVELS[one.status], "event": "toolbox lms sync", **item, "dry_run": dry_run}
    return json.dumps(said, default=_as_text, ensure_ascii=True)


def fault_of(one: Done) -> str:
    """Say on several lines what made a run fail; empty where it did not."""
    if one.error is None:
        return ""
    begins = one.name if not one.error.message.startswith(one.name) else ""
    told = ToolboxError(
        ": ".join(filter(None, (begins, one.error.message))), remedy=one.error.remedy, findings=one.error.findings
    )
    text = describe(told)
    return text.replace("Error: ", "Locked: ", 1) if isinstance(one.error, LockedError) else text


def _item(one: Done) -> dict[str, Any]:
    run = one.run
    return {
        "integration": one.name, "run": run.id if run and not run.dry_run else None, "mode": run.mode if run else None,
        "status": one.status, "exit_code": int(one.exit_code), "started_at": one.started_at,
        "duration_s": round((one.ended_at - one.started_at).total_seconds(), 3),
        "records": {kind: scope["records"] for kind, scope in run.scopes.items()} if run else {},
        "changes": run.counts if run else {}, "issues": run.issues if run else {},
        "held_by": [{"level": t.level, "name": t.name, "held": t.held, "lost": t.lost} for t in run.tripped]
        if run else [],
        "error": one.error.message if one.error else None, "remedy": one.error.remedy if one.error else None,
        "at_fault": [_fault(issue) for issue in one.issues], "changed": list(_changed(one)),
    }  # fmt: skip


def _fault(issue: Mapping[str, Any]) -> dict[str, Any]:
    named = {name: issue[name] for name in ("severity", "code", "kind", "external_id", "field", "remedy")}
    return {**named, "meaning": meaning_of(issue["code"])}


def _changed(one: Done) -> Iterator[dict[str, Any]]:
    for change in one.changes:
        record = record_of(change, personal=False)
        yield {
            "kind": record.kind, "action": record.action, "record": record.about,
            "fields": [field.name for field in record.fields],
        }  # fmt: skip


def _lines(one: Done, *, dry_run: bool) -> Iterator[str]:
    for change in islice(_changed(one), NAMED):
        fields = f" ({', '.join(change['fields'])})" if change["action"] == "update" else ""
        yield f"{one.name}: would {change['action']} {change['kind']} {change['record']}{fields}"
    if len(one.changes) > NAMED:
        yield f"{one.name}: ... these are the first {NAMED} changes; --format json has {SHOWN}"
    yield from _issues(one, dry_run=dry_run)
    if one.run is not None and one.status == "held":
        yield from _held(one, dry_run=dry_run)


def _issues(one: Done, *, dry_run: bool) -> Iterator[str]:
    """Name the first records at fault, and say of each kind of fault once what it means and what to do."""
    issues = [issue for issue in one.issues if issue["code"] not in OF_RUNS]
    for issue in issues[:NAMED]:
        about = " ".join(filter(None, (issue["kind"], issue["external_id"], issue["field"])))
        yield f"{one.name}: {issue['severity']} {issue['code']}: {about or 'the whole list'}"
    if len(issues) > NAMED:
        yield f"{one.name}: ... more issues" + ("" if dry_run else _see(one, "--issues"))
    for code, remedy in {issue["code"]: issue["remedy"] for issue in reversed(issues)}.items():
        if told := " → ".join(filter(None, (meaning_of(code), remedy))):
            yield f"{one.name}: {code} means: {told}"


def _held(one: Done, *, dry_run: bool) -> Iterator[str]:
    if one.run is None:
        return
    yield f"{one.name}: held: {one.why}."
    if not dry_run:
        yield f"{one.name}: look{_see(one, '--diff')}; apply: toolbox lms sync {one.name} --approve {one.run.id}"


def _see(one: Done, option: str) -> str:
    return f": toolbox lms run {one.run.id} {option}" if one.run else ""


def _as_text(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime.datetime) else str(value)
