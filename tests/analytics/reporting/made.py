"""Made-up exports: rows of datasets as files, small enough to count by hand."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from toolbox_cli.analytics.datasets.registry import DATASETS
from toolbox_cli.analytics.masking.applying import masked_schema
from toolbox_cli.analytics.masking.modes import Mode

Rows = Sequence[Mapping[str, Any]]

OCTOBER = datetime.datetime(2026, 10, 1, 9, tzinfo=datetime.UTC)


def at(day: int, hour: int = 9, *, month: int = 10) -> datetime.datetime:
    """Give an hour of a day of 2026."""
    return datetime.datetime(2026, month, day, hour, tzinfo=datetime.UTC)


def write_export(folder: Path, rows: Mapping[str, Rows]) -> Path:
    """Write datasets as an export does; columns that a row leaves out are null."""
    for name, given in rows.items():
        schema = masked_schema(DATASETS[name], Mode.PSEUDONYMOUS)
        place = folder / name
        place.mkdir(parents=True)
        for month, part in _by_month(given, DATASETS[name].time).items():
            (place / f"month={month}").mkdir()
            table = pa.Table.from_pylist([dict(row) for row in part], schema=schema)
            pq.write_table(table, place / f"month={month}" / "part-00000-g00001.parquet", compression="zstd")
        (place / "_SUCCESS").touch()
    return folder


def _by_month(rows: Rows, time: str) -> dict[str, list[Mapping[str, Any]]]:
    found: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        moment = row.get(time)
        found.setdefault(f"{moment:%Y-%m}" if moment else "none", []).append(row)
    return found


def students(count: int, prefix: str = "s") -> list[str]:
    """Name so many students."""
    return [f"{prefix}{number}" for number in range(count)]


def module_events(who: Iterable[str], module: int, **more: Any) -> list[dict[str, Any]]:
    """Give one event of each student in a module, on the second of October unless told otherwise."""
    event = {"module_id": module, "event_type": "section_view", "happened_at": at(2), **more}
    return [{"event_id": number, "student": name, "session": f"{name}-1", **event} for number, name in enumerate(who)]


def school() -> dict[str, list[dict[str, Any]]]:
    """Make up a month of a school: enough persons behind most figures, and too few behind some."""
    names = students(60)
    events = [
        {
            "event_id": 100 * day + number,
            "module_id": 1 + number % 3,
            "student": name,
            "session": f"{name}-{day}",
            "event_type": "section_view",
            "happened_at": at(day, 8 + number % 8),
            "elapsed_seconds": 60,
            "device_type": "tablet",
            "struggle_signal": 0.7 if number % 4 == 0 else 0.2,
        }
        for day in range(1, 29)
        if at(day).weekday() < 5
        for number, name in enumerate(names[: 20 + day])
    ]
    progress = [
        {
            "progress_id": f"p{module}-{number}",
            "module_id": module,
            "student": name,
            "status": "completed" if (number + module) % 3 else "in_progress",
            "progress_percent": 100,
            "total_time_seconds": 600 + 10 * number,
            "hint_count": number % 4,
            "retry_count": number % 3,
            "error_count": 1,
            "mastery_score": 0.75,
            "last_accessed_at": at(1 + number % 28),
        }
        for module in (1, 2, 3)
        for number, name in enumerate(names[: 60 - 12 * module])
    ]
    progress.append(
        {"progress_id": "p1", "module_id": 4, "student": "s0", "status": "completed", "last_accessed_at": at(3)}
    )
    feedback = [
        {
            "feedback_id": f"f{module}-{number}",
            "module_id": module,
            "student": name,
            "rating": 3 + (number + module) % 3,
            "difficulty_rating": 1 + number % 5,
            "engagement_rating": 4,
            "clarity_rating": 5,
            "created_at": at(1, 0),
        }
        for module in (1, 2)
        for number, name in enumerate(names[:30])
    ]
    modules = [
        {"module_id": number, "title": title, "created_at": at(1, month=1)}
        for number, title in enumerate(
            ("Lab safety", "Soldering <b>basics</b>", "Clean rooms & gowns", "Rare topic"), 1
        )
    ]
    attempts = [
        {
            "attempt": f"a{number}",
            "quiz_id": "q",
            "student": name,
            "score": 25.0 + 15 * (number % 5),
            "passed": number % 5 > 1,
            "is_completed": True,
            "time_taken_seconds": 100,
            "started_at": at(5),
        }
        for number, name in enumerate(names)
    ]
    return {
        "module-events": events, "module-progress": progress, "module-feedback": feedback, "modules": modules,
        "quiz-attempts": attempts, **_platform(names),
    }  # fmt: skip


def _platform(names: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    teachers = students(14, "t")
    paths = ("/api/v1/lessons/{}", "/api/v1/dashboard", "/api/v1/content/generate")
    usage = [
        {
            "event_id": f"u{day}-{number}",
            "event_type": "content_generation" if number % 3 == 2 else "page_view",
            "event_category": "user_action",
            "event_name": "seen",
            "user": name,
            "session": f"{name}-{day}",
            "endpoint": paths[number % 3],
            "method": "POST" if number % 3 == 2 else "GET",
            "status_code": 500 if number % 37 == 36 else 404 if number % 29 == 28 else 200,
            "response_time_ms": 40 + 7 * number + 90 * (number % 3),
            "database_query_time_ms": 2 * number,
            "ai_processing_time_ms": 1500 if number % 3 == 2 else None,
            "device_type": ("desktop", "tablet")[number % 2],
            "happened_at": at(day, 10),
        }
        for day in range(1, 29)
        if at(day).weekday() < 5
        for number, name in enumerate([*names, *teachers])
    ]
    people = [
        {"user": name, "role": "teacher" if name in teachers else "student", "created_at": at(1, month=1)}
        for name in (*names, *teachers)
    ]
    health = [
        {
            "check_id": f"{service}{number}",
            "service_name": service,
            "response_time_ms": 20 + number % 40,
            "status": "unhealthy" if number == 77 else "healthy",
            "db_response_time_ms": 3,
            "checked_at": at(1 + number % 28),
        }
        for service in ("fastapi", "ghost")
        for number in range(200)
    ]
    tasks = [
        {
            "task_id": f"k{number}",
            "workflow_id": f"w{number // 4}",
            "task_type": ("generate_script", "generate_quiz")[number % 2],
            "status": "failed" if number % 25 == 24 else "completed",
            "retry_count": number % 2,
            "duration_seconds": 1 + number % 9,
            "waited_seconds": 0.5,
            "workflow_seconds": 2.0 + number % 4,
            "created_at": at(6),
            "started_at": at(6),
            "completed_at": at(6),
        }
        for number in range(100)
    ]
    scripts = [
        {
            "script_id": f"x{number}",
            "scan_verdict": ("clean", "clean", "advice", "review", "deny", None)[number % 6],
            "tested": True,
            "deployed_to_studio": number % 2 == 0,
            "author": teachers[number % 14],
            "created_at": at(1 + number % 28),
        }
        for number in range(90)
    ]
    syncs = [
        {
            "run_id": number,
            "integration_id": f"i{number % 2}",
            "mode": ("full", "delta")[number % 2],
            "status": "success",
            "issues": number % 3,
            "duration_seconds": 20.0 + number,
            "started_at": at(1 + number % 28),
        }
        for number in range(40)
    ]
    errors = [
        {
            "error_id": f"e{number}",
            "error_type": ("system", "network", "ai")[number % 3],
            "severity": ("low", "high")[number % 2],
            "status": "new",
            "occurrence_count": number,
            "first_seen_at": at(4),
        }
        for number in range(1, 13)
    ]
    return {
        "usage-events": usage, "people": people, "health-checks": health, "agent-tasks": tasks,
        "generated-scripts": scripts, "lms-sync-runs": syncs, "errors": errors,
    }  # fmt: skip
