"""Figures of agents over a time: throughput, latency, failures, quality, use of language models."""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final, LiteralString

from psycopg.rows import class_row

from toolbox_cli.agents.database import Connection, rows
from toolbox_cli.core.formats.exposition import Metric, exposition

_FIGURES: Final[LiteralString] = """
WITH ended AS (
    SELECT agent_id, count(*) FILTER (WHERE status = 'completed') AS completed,
        count(*) FILTER (WHERE status = 'failed') AS failed,
        count(*) FILTER (WHERE status = 'dead_letter') AS dead_letters,
        count(*) FILTER (WHERE status = 'cancelled') AS cancelled,
        avg(extract(epoch FROM completed_at - created_at)) FILTER (WHERE status = 'completed')::float AS turnaround_s
    FROM agent_tasks
    WHERE status IN ('completed', 'failed', 'dead_letter', 'cancelled') AND completed_at >= %(since)s GROUP BY agent_id
), open AS (
    SELECT agent_id, count(*) FILTER (WHERE status = 'running') AS running,
        count(*) FILTER (WHERE status = 'pending') AS pending, count(*) FILTER (WHERE status = 'waiting') AS waiting
    FROM agent_tasks WHERE status IN ('running', 'pending', 'waiting') GROUP BY agent_id
), tries AS (
    SELECT t.agent_id, count(*) AS tries, count(*) FILTER (WHERE r.outcome = 'lost') AS lost,
        percentile_disc(ARRAY[0.5, 0.95, 0.99]) WITHIN GROUP (ORDER BY extract(epoch FROM r.ended_at - r.started_at))
            FILTER (WHERE r.outcome = 'completed') AS latencies,
        coalesce(sum(r.tokens_in), 0) + coalesce(sum(r.tokens_out), 0) AS tokens, coalesce(sum(r.cost_usd), 0) AS cost,
        count(r.fallback) AS fallbacks
    FROM agent_task_attempts AS r JOIN agent_tasks AS t ON t.id = r.task_id
    WHERE r.ended_at >= %(since)s AND r.outcome <> 'waited' GROUP BY t.agent_id
), judged AS (
    SELECT agent_id, avg(quality_score)::float AS quality, avg(confidence_score)::float AS confidence
    FROM agent_states WHERE created_at >= %(since)s AND quality_score IS NOT NULL GROUP BY agent_id
)
SELECT a.name AS agent, a.agent_type AS type, coalesce(e.completed, 0) AS completed, coalesce(e.failed, 0) AS failed,
    coalesce(e.dead_letters, 0) AS dead_letters, coalesce(e.cancelled, 0) AS cancelled,
    coalesce(o.running, 0) AS running, coalesce(o.pending, 0) AS pending,
    coalesce(o.waiting, 0) AS waiting, coalesce(r.tries, 0) AS tries, coalesce(r.lost, 0) AS lost,
    round(coalesce(e.completed, 0) / %(hours)s::numeric, 2)::float AS per_hour,
    round(((e.failed + e.dead_letters)::numeric / nullif(e.completed + e.failed + e.dead_letters, 0)), 4)::float
        AS failure_ratio,
    round(r.latencies[1]::numeric, 3)::float AS p50_s, round(r.latencies[2]::numeric, 3)::float AS p95_s,
    round(r.latencies[3]::numeric, 3)::float AS p99_s, round(e.turnaround_s::numeric, 3)::float AS turnaround_s,
    round(j.quality::numeric, 4)::float AS quality, round(j.confidence::numeric, 4)::float AS confidence,
    coalesce(r.tokens, 0)::bigint AS tokens, coalesce(r.cost, 0)::float AS cost, coalesce(r.fallbacks, 0) AS fallbacks
FROM ai_agents AS a
LEFT JOIN ended AS e ON e.agent_id = a.id LEFT JOIN open AS o ON o.agent_id = a.id
LEFT JOIN tries AS r ON r.agent_id = a.id LEFT JOIN judged AS j ON j.agent_id = a.id
ORDER BY a.agent_type, a.name"""

_TOTALS: Final[LiteralString] = """
SELECT a.name AS agent, r.outcome, count(*) AS tries,
    sum(coalesce(r.tokens_in, 0) + coalesce(r.tokens_out, 0)) AS tokens, sum(coalesce(r.cost_usd, 0))::float AS cost,
    count(r.fallback) AS fallbacks
FROM agent_task_attempts AS r JOIN agent_tasks AS t ON t.id = r.task_id JOIN ai_agents AS a ON a.id = t.agent_id
WHERE r.outcome IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2"""
"""Of all time, so that counters only grow."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What one agent did in a time.

    Attributes:
        running: and pending, waiting: now.
        tries: that ended, without those that went on later.
        lost: tries whose worker was gone.
        per_hour: tasks that were completed.
        failure_ratio: of failed tasks and dead letters among those that were not cancelled; None where none ended.
        p50_s: half of the tries that completed took no longer; None where there are none.
        turnaround_s: mean, from being asked for to being complete.
        quality: mean score of the reviews; None without one.
        tokens: of language models, both ways together.
        cost: in US dollars.
        fallbacks: tries whose result is the offline generator's, although a language model was to be asked.
    """

    agent: str
    type: str
    completed: int
    failed: int
    dead_letters: int
    cancelled: int
    running: int
    pending: int
    waiting: int
    tries: int
    lost: int
    per_hour: float
    failure_ratio: float | None
    p50_s: float | None
    p95_s: float | None
    p99_s: float | None
    turnaround_s: float | None
    quality: float | None
    confidence: float | None
    tokens: int
    cost: float
    fallbacks: int


NAMES: Final = tuple(field.name for field in fields(Figures))

_GAUGES: Final = {
    "per_hour": ("throughput_per_hour", "Tasks completed an hour."),
    "failure_ratio": ("failure_ratio", "Failed tasks and dead letters among those that ended, 0 to 1."),
    "turnaround_s": ("turnaround_seconds", "Mean time from being asked for to being complete."),
    "quality": ("quality_score", "Mean score of reviews, 0 to 1."),
    "confidence": ("confidence_score", "Mean confidence of reviews, 0 to 1."),
}
_OPEN: Final = ("running", "pending", "waiting")
_QUANTILES: Final = {"p50_s": "0.5", "p95_s": "0.95", "p99_s": "0.99"}


def figures(connection: Connection, since_s: float, now: datetime.datetime) -> list[Figures]:
    """Give the figures of every agent, by type and name.

    Args:
        connection: with the platform's schema as search path.
        since_s: seconds that are looked back.
        now: the end of that time.
    """
    told = {"since": now - datetime.timedelta(seconds=since_s), "hours": since_s / 3600}
    return connection.cursor(row_factory=class_row(Figures)).execute(_FIGURES, told).fetchall()


def prometheus(connection: Connection, found: Sequence[Figures]) -> str:
    """Give figures in Prometheus's text format; counters are of all time, the rest of the time looked at."""
    return exposition([*_counters(rows(connection, _TOTALS)), *_gauges(found)])


def _counters(totals: Sequence[dict[str, Any]]) -> Iterator[Metric]:
    tries = tuple(({"agent": one["agent"], "outcome": one["outcome"]}, float(one["tries"])) for one in totals)
    yield Metric("toolbox_agents_tries_total", "counter", "Tries of tasks by what became of them.", tries)
    for key, name, told in (
        ("tokens", "toolbox_agents_tokens_total", "Tokens of language models, both ways."),
        ("cost", "toolbox_agents_cost_total", "Cost of language models, in US dollars."),
        ("fallbacks", "toolbox_agents_fallbacks_total", "Tries that were to ask a language model and are our own."),
    ):
        sums: dict[str, float] = {}
        for one in totals:
            sums[one["agent"]] = sums.get(one["agent"], 0.0) + float(one[key])
        yield Metric(name, "counter", told, tuple(({"agent": agent}, value) for agent, value in sums.items()))


def _gauges(found: Sequence[Figures]) -> Iterator[Metric]:
    states = tuple(
        ({"agent": one.agent, "status": status}, float(getattr(one, status))) for one in found for status in _OPEN
    )
    yield Metric("toolbox_agents_open_tasks", "gauge", "Tasks that have not ended, by status.", states)
    dead = tuple(({"agent": one.agent}, float(one.dead_letters)) for one in found)
    yield Metric("toolbox_agents_dead_letters", "gauge", "Dead letters of the time that is looked at.", dead)
    latencies = tuple(
        ({"agent": one.agent, "quantile": quantile}, getattr(one, name))
        for one in found
        for name, quantile in _QUANTILES.items()
        if getattr(one, name) is not None
    )
    yield Metric("toolbox_agents_latency_seconds", "gauge", "How long tries took that completed.", latencies)
    for name, (called, told) in _GAUGES.items():
        samples = tuple(({"agent": one.agent}, getattr(one, name)) for one in found if getattr(one, name) is not None)
        yield Metric(f"toolbox_agents_{called}", "gauge", told, samples)
