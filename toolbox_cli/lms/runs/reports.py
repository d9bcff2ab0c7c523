"""How runs and integrations are told of."""

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Final

from toolbox_cli.core.output import Column, Format, Report, render, write_stream
from toolbox_cli.core.runtime import Runtime
from toolbox_cli.lms.runs.standing import Standing, State
from toolbox_cli.lms.runs.telling.differences import Record, items_of
from toolbox_cli.lms.runs.telling.page import title_of
from toolbox_cli.lms.runs.undo import Undone

LISTED: Final = 200
"""How many lines a table for people has."""

_UNITS: Final = ((86_400, "d"), (3_600, "h"), (60, "m"), (1, "s"))


def standings(found: Sequence[Standing], now: datetime.datetime) -> Report:
    """Tell how integrations stand; not ok where one is overdue or held."""
    items = [_standing(one, now) for one in found]
    wrong = [item["name"] for item in items if item["overdue"] or item["held_run"] is not None]
    states = [item["state"] for item in items]
    summary = {"integrations": len(items), **{state.value: states.count(state.value) for state in State}}
    columns = [
        Column("name"), Column("state"), Column("success_ago", "latest success"), Column("applied_ago", "latest data"),
        Column("took"),
        Column("due_in", "next due"), Column("held_run", "held run", "right"), Column("paused_until"),
        Column("dead_letters", "dead letters", "right"),
    ]  # fmt: skip
    note = "\n".join(_advice(one, now) for one in found if _advice(one, now)) or None
    if not items:
        note = "There is no integration. Connect one with: toolbox lms add"
    return Report("toolbox.lms.status/1", items, summary, not wrong, columns, note=note)


def runs(found: Sequence[Mapping[str, Any]]) -> Report:
    """Tell of runs, the latest first."""
    items = [
        {
            **one, "took_s": one["took_s"] and round(one["took_s"], 3), "rows": _total(one["counts"]),
            "because_of": "; ".join(filter(None, (one["error_code"], *_relatives(one)))),
        }
        for one in found
    ]  # fmt: skip
    columns = [
        Column("run", justify="right"), Column("integration"), Column("started_at"), Column("took_s", "took (s)"),
        Column("mode"), Column("status"), Column("rows", "rows changed", "right"), Column("issues"),
        Column("because_of"),
    ]  # fmt: skip
    note = None if items else "There is no run yet. Begin one with: toolbox lms sync"
    return Report("toolbox.lms.runs/1", items, {"runs": len(items)}, columns=columns, note=note)


def put_records(runtime: Runtime, run: Mapping[str, Any], records: Iterator[Record], form: Format) -> None:
    """Write which records a run changed, to stdout."""
    items = (_record(one, named=form is Format.JSON or one.action != "insert") for one in records)
    columns = [Column(name) for name in ("number", "kind", "action", "record", "fields")]
    _put(runtime, Report("toolbox.lms.run/1", columns=columns, **_about(run)), items, run["changes"], form)


def put_differences(runtime: Runtime, run: Mapping[str, Any], records: Iterator[Record], form: Format) -> None:
    """Write each field before and after, to stdout."""
    items = (item for one in records for item in items_of(one))
    shown = items if form is Format.JSON else map(_readable, items)
    columns = [Column(name) for name in ("number", "kind", "action", "record", "field", "before", "after")]
    _put(runtime, Report("toolbox.lms.run.diff/1", columns=columns, **_about(run)), shown, None, form)


def put_issues(
    runtime: Runtime, run: Mapping[str, Any], issues: Iterator[Mapping[str, Any]], form: Format, *, personal: bool
) -> None:
    """Write what was wrong with records, to stdout."""
    told = "message" if personal else "meaning"
    columns = [Column(name) for name in ("severity", "code", "kind", "external_id", "field", told, "remedy", "place")]
    _put(runtime, Report("toolbox.lms.run.issues/1", columns=columns, **_about(run)), issues, run["faults"], form)


def undone(done: Undone, mode: str, *, dry_run: bool) -> Report:
    """Tell what taking a run back did: by kind of row, what became of how many.

    Args:
        done: what it did, or would do.
        mode: of the run that is taken back.
        dry_run: nothing stays of it.
    """
    items = [
        {"kind": kind, "action": action, "rows": rows}
        for kind, of_kind in done.counts.items()
        for action, rows in of_kind.items()
    ]
    total = sum(rows for of_kind in done.counts.values() for rows in of_kind.values())
    summary = {"undoes": done.run, "run": None if dry_run else done.id, "rows": total, "dry_run": dry_run}
    columns = [Column("kind"), Column("action"), Column("rows", justify="right")]
    note = f"Run {done.run} was taken back by run {done.id}."
    if mode != "manual":
        note += (
            " The next sync reads everything, and brings back what the system still has: pause the integration or"
            " change its settings first, if that is not wanted."
        )
    note = f"Rows that would change: {total:,}." if dry_run else note
    return Report("toolbox.lms.undo/1", items, summary, columns=columns, note=note)


def ago(span: datetime.timedelta | None) -> str:
    """Write a span as people say it.

    Example:
        >>> ago(datetime.timedelta(hours=30)), ago(datetime.timedelta(seconds=9)), ago(None)
        ('1 d 6 h', '9 s', 'never')
    """
    if span is None:
        return "never"
    left = int(span.total_seconds())
    parts = []
    for size, unit in _UNITS:
        count, left = divmod(max(left, 0), size)
        if count:
            parts.append(f"{count} {unit}")
    return " ".join(parts[:2]) or "0 s"


def _standing(one: Standing, now: datetime.datetime) -> dict[str, Any]:
    since = None if one.last_success_at is None else now - one.last_success_at
    return {
        "name": one.name, "kind": one.kind, "state": one.state(now).value, "overdue": one.is_overdue(now),
        "last_success_at": one.last_success_at, "success_age_s": None if since is None else since.total_seconds(),
        "success_ago": ago(since), "applied_at": one.applied_at,
        "applied_ago": ago(None if one.applied_at is None else now - one.applied_at),
        "last_run": one.run, "last_status": one.run_status, "last_error_code": one.error_code,
        "latency_s": one.latency.total_seconds() if one.latency is not None else None,
        "took": ago(one.latency) if one.latency is not None else "", "every_hours": one.every_hours,
        "due_at": one.due_at, "due_in": _due(one, now), "held_run": one.held_run, "running_run": one.running,
        "active": one.active, "paused_until": one.paused_until if one.is_paused(now) else None,
        "dead_letters": one.dead_letters,
    }  # fmt: skip


def _due(one: Standing, now: datetime.datetime) -> str:
    if one.is_paused(now) or not one.wanted:
        return "not planned"
    return "now" if one.due_at is None or one.due_at <= now else f"in {ago(one.due_at - now)}"


def _advice(one: Standing, now: datetime.datetime) -> str:
    if one.held_run is not None:
        return (
            f"{one.name}: run {one.held_run} waits for a yes. Look: toolbox lms run {one.held_run} --diff; "
            f"apply: toolbox lms sync {one.name} --approve {one.held_run}"
        )
    if one.run_status == "failed":
        return f"{one.name}: the latest run failed ({one.error_code}). Look: toolbox lms run {one.run}"
    if one.is_overdue(now):
        return f"{one.name}: overdue. Does cron run toolbox lms sync?"
    return ""


def _about(run: Mapping[str, Any]) -> dict[str, Any]:
    return {"summary": run, "ok": run["status"] not in {"failed", "held"}}


def _readable(item: Mapping[str, Any]) -> dict[str, Any]:
    """Tell what is hidden, nothing and empty apart."""
    if item["field"] is None:
        return dict(item)
    told = {name: "(hidden)" if item["hidden"] else _sign(item[name]) for name in ("before", "after")}
    return {**item, **told}


def _sign(value: Any) -> Any:
    return "(none)" if value is None else value if value != "" else '""'


def _record(one: Record, *, named: bool) -> dict[str, Any]:
    """Tell of a record; what was made has all its fields, which need not be `named`."""
    return {
        "number": one.number, "kind": one.kind, "action": one.action, "external_id": one.key, "course": one.course,
        "person": one.person, "record": one.about, "applied": one.applied,
        "fields": [field.name for field in one.fields if named],
    }  # fmt: skip


def _put(runtime: Runtime, report: Report, items: Iterable[Mapping[str, Any]], total: int | None, form: Format) -> None:
    if form is Format.JSON:
        write_stream(runtime, report, items)
        return
    shown = list(islice(items, LISTED + 1))
    more = len(shown) > LISTED
    note = "\n".join(filter(None, (_more(total) if more else "", *_lines(report.summary))))
    title = title_of(report.summary)
    render(runtime, Report(report.kind, shown[:LISTED], columns=report.columns, title=title, note=note))


def _more(total: int | None) -> str:
    count = "" if total is None else f" {total - LISTED:,}"
    return f"... and{count} more; --format json lists them all, --as csv or html writes a file"


def _lines(run: Mapping[str, Any]) -> Iterator[str]:
    """Give the sum of a run in sentences."""
    told = "; ".join(
        f"{kind} " + ", ".join(f"{action} {count:,}" for action, count in of_kind.items())
        for kind, of_kind in run["counts"].items()
    )
    yield f"Rows: {told or 'none'}."
    if run["issues"]:
        told = ", ".join(f"{severity} {count:,}" for severity, count in run["issues"].items())
        yield f"Issues: {told}. See them with: toolbox lms run {run['run']} --issues"
    for kind, scope in run["scopes"].items():
        if isinstance(scope, Mapping) and scope.get("broken"):  # an undoing keeps another thing there
            yield f"Could not be read of {kind}: {', '.join(map(str, scope['broken'][:20])) or 'the list'}."
    if run["error_message"]:
        yield f"Because of {run['error_code'] or 'faults'}: {run['error_message']}"
    for told in _relatives(run):
        yield f"{told.capitalize()}."
    if run["purged_at"] is not None:
        yield f"Purged on {run['purged_at']:%Y-%m-%d}: whom it was about is forgotten."
    if run["status"] == "held":
        yield f"Apply it with: toolbox lms sync {run['integration']} --approve {run['run']}"
    if run["status"] == "failed":
        yield f"See whether it goes again with: toolbox lms test {run['integration']}"


def _relatives(run: Mapping[str, Any]) -> Iterator[str]:
    """Say which other runs belong to a run."""
    for name, what in (
        ("approves", "applies held run"), ("applied_by", "applied by run"), ("undoes", "takes back run"),
        ("undone_by", "taken back by run"),
    ):  # fmt: skip
        if run[name] is not None:
            yield f"{what} {run[name]}"


def _total(counts: Mapping[str, Mapping[str, int]]) -> int:
    return sum(sum(of_kind.values()) for of_kind in counts.values())
