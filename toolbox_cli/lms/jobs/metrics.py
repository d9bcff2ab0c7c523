"""Figures for Prometheus: of all integrations, from the database, so that they are whole whatever was synced.

Source: Prometheus, "Exposition formats", text format 0.0.4; node_exporter's textfile collector.
"""

import datetime
from collections.abc import Iterator, Mapping
from typing import Final, LiteralString

from toolbox_cli.core.formats.exposition import Metric, Sample, exposition
from toolbox_cli.lms.database import Connection, Row, rows
from toolbox_cli.lms.runs.standing import Standing, standing

_RUNS: Final[LiteralString] = """
SELECT i.name AS integration, kinds.result,
       count(r.id) FILTER (WHERE kinds.result = CASE WHEN r.status IN ('held', 'discarded') THEN 'held'
           WHEN r.status = 'failed' THEN 'failed' ELSE 'applied' END) AS runs
FROM lms_integrations AS i
CROSS JOIN (VALUES ('applied'), ('held'), ('failed')) AS kinds (result)
LEFT JOIN lms_sync_runs AS r ON r.lms_integration_id = i.id AND r.mode IN ('full', 'delta') AND r.status <> 'running'
WHERE i.removed_at IS NULL GROUP BY 1, 2 ORDER BY 1, 2"""
"""Syncs by what became of them; a held one stays one when it is overtaken, so that counters only grow."""

_ROWS: Final[LiteralString] = """
SELECT i.name AS integration, kind.key AS kind, action.key AS action, sum(action.value::bigint)::bigint AS rows
FROM lms_integrations AS i
JOIN lms_sync_runs AS r ON r.lms_integration_id = i.id AND r.mode IN ('full', 'delta')
 AND r.status IN ('success', 'partial', 'undone')
CROSS JOIN LATERAL jsonb_each(r.counts) AS kind
CROSS JOIN LATERAL jsonb_each_text(kind.value) AS action
WHERE i.removed_at IS NULL GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"""
"""Rows that syncs changed."""

_LATEST: Final[LiteralString] = """
SELECT i.name AS integration, r.scopes,
       (SELECT coalesce(jsonb_object_agg(s.severity, s.count), '{}') FROM (
           SELECT severity, count(*) FROM lms_sync_issues WHERE run_id = r.id GROUP BY severity) AS s) AS issues
FROM lms_integrations AS i CROSS JOIN LATERAL (
    SELECT id, scopes FROM lms_sync_runs WHERE lms_integration_id = i.id AND mode IN ('full', 'delta')
      AND status <> 'running' ORDER BY id DESC LIMIT 1
) AS r
WHERE i.removed_at IS NULL ORDER BY 1"""
"""What the latest sync read, and what was wrong with records."""

STATUSES: Final = ("success", "partial", "failed", "held", "discarded", "undone")
SEVERITIES: Final = ("error", "warning", "note")


def metrics(connection: Connection, now: datetime.datetime) -> str:
    """Give all figures in the text format."""
    found = standing(connection)
    latest = rows(connection, _LATEST, {})
    of_runs = [_counter(row, ("integration", "result"), "runs") for row in rows(connection, _RUNS, {})]
    of_rows = [_counter(row, ("integration", "kind", "action"), "rows") for row in rows(connection, _ROWS, {})]
    return exposition((
        Metric("toolbox_lms_sync_runs_total", "counter", "Syncs by what became of them.", tuple(of_runs)),
        Metric("toolbox_lms_sync_rows_total", "counter", "Rows that syncs changed.", tuple(of_rows)),
        *_read(latest),
        *_standing(found, now),
    ))  # fmt: skip


def _read(latest: list[Row]) -> Iterator[Metric]:
    records = [
        ({"integration": row["integration"], "kind": kind}, float(scope["records"]))
        for row in latest
        for kind, scope in row["scopes"].items()
    ]
    issues = [
        ({"integration": row["integration"], "severity": severity}, float(row["issues"].get(severity, 0)))
        for row in latest
        for severity in SEVERITIES
    ]
    yield Metric("toolbox_lms_sync_records", "gauge", "Records that the latest sync read.", tuple(records))
    yield Metric("toolbox_lms_sync_issues", "gauge", "Faults of records in the latest sync.", tuple(issues))


def _standing(found: list[Standing], now: datetime.datetime) -> Iterator[Metric]:
    figures: Mapping[str, tuple[str, Mapping[str, float | None]]] = {
        "toolbox_lms_sync_duration_seconds": (
            "How long the latest sync took.",
            {one.name: one.latency.total_seconds() if one.latency is not None else None for one in found},
        ),
        "toolbox_lms_sync_held": (
            "1 while a run waits for somebody's yes.", {one.name: float(one.held_run is not None) for one in found},
        ),
        "toolbox_lms_sync_last_success_timestamp_seconds": (
            "When the latest sync ended that was a success.",
            {one.name: _seconds(one.last_success_at) for one in found},
        ),
        "toolbox_lms_sync_last_applied_timestamp_seconds": (
            "When the latest sync ended that brought its data in, with or without faults.",
            {one.name: _seconds(one.applied_at) for one in found},
        ),
        "toolbox_lms_sync_last_run_timestamp_seconds": (
            "When the latest sync ended, whatever became of it.", {one.name: _seconds(one.ended_at) for one in found},
        ),
        "toolbox_lms_sync_overdue": (
            "1 where no sync brought its data in for too long.",
            {one.name: float(one.is_overdue(now)) for one in found},
        ),
        "toolbox_lms_sync_paused": (
            "1 while planned syncs leave it out.", {one.name: float(one.is_paused(now)) for one in found},
        ),
        "toolbox_lms_grades_dead_letters": (
            "Grades that were given up.", {one.name: float(one.dead_letters) for one in found},
        ),
    }  # fmt: skip
    for name, (told, values) in figures.items():
        samples = tuple(({"integration": key}, value) for key, value in values.items() if value is not None)
        yield Metric(name, "gauge", told, samples)
    states = tuple(
        ({"integration": one.name, "status": status}, float(one.run_status == status))
        for one in found
        if one.run_status is not None
        for status in STATUSES
    )
    yield Metric("toolbox_lms_sync_last_status", "gauge", "1 for what became of the latest sync.", states)


def _counter(row: Row, labels: tuple[str, ...], value: str) -> Sample:
    return {name: str(row[name]) for name in labels}, float(row[value])


def _seconds(moment: datetime.datetime | None) -> float | None:
    return None if moment is None else moment.timestamp()
