"""What an export, or the plan of one, tells."""

from collections.abc import Mapping, Sequence
from typing import Any

from toolbox_cli.analytics.exporting.asking import Ask, by_database, check, located, mode_of
from toolbox_cli.analytics.exporting.copies import check_copy
from toolbox_cli.analytics.exporting.export import Exported, export, reading
from toolbox_cli.analytics.exporting.increments import Horizon
from toolbox_cli.analytics.exporting.manifest import read_manifest
from toolbox_cli.analytics.exporting.planning import Reading
from toolbox_cli.analytics.exporting.running import Job, find_way, rows_expected
from toolbox_cli.analytics.exporting.sizing import size_guessed
from toolbox_cli.analytics.exporting.stores.opening import store_at
from toolbox_cli.analytics.exporting.stores.store import Store
from toolbox_cli.analytics.exporting.terms import job_of, known_key, period_of
from toolbox_cli.analytics.extracting.extract import Snapshot
from toolbox_cli.analytics.masking.keys import passing_key
from toolbox_cli.core.output import Column, Report
from toolbox_cli.core.runtime import Runtime

_PLANNED = (Column("dataset"), Column("name", "column"), Column("type"), Column("mask", "leaves"))
_DONE = (
    Column("dataset"), Column("rows", justify="right"), Column("written_rows", "written", "right"),
    Column("files", justify="right"), Column("size_bytes", "bytes", "right"), Column("seconds", justify="right"),
    Column("rewritten", "written anew"), Column("to"),
)  # fmt: skip


def exported(runtime: Runtime, ask: Ask) -> Report:
    """Export, and tell what became of each dataset."""
    done = export(runtime, ask)
    items = [_item(one) for one in done]
    summary = {
        "run": done[0].manifest.run if done else None,
        "privacy": ask.privacy.value,
        "form": ask.form.value,
        "datasets": len(items),
        "rows": sum(one.manifest.rows for one in done),
        "written_rows": sum(item["written_rows"] for item in items),
        "size_bytes": sum(one.manifest.size_bytes for one in done),
    }
    return Report("toolbox.analytics.export/1", items, summary, columns=_DONE, note=_note(items))


def planned(runtime: Runtime, ask: Ask) -> Report:
    """Tell what an export would write, and how each column would leave."""
    check(runtime, ask)
    ask = located(runtime, ask)
    items: list[dict[str, Any]] = []
    sizes: dict[str, Any] = {}
    for target, datasets in by_database(runtime, ask):
        check_copy(runtime, target, ask.replica_url)
        key = known_key(runtime, ask, target) or passing_key()
        with reading(ask, target) as (opened, now):
            for dataset in datasets:
                job = job_of(ask, Reading(dataset, mode_of(ask.privacy), ask.span), key, period_of(runtime.now()))
                sizes[dataset.name] = _size(opened, job, now, store_at(runtime, ask.to, dataset.name))
                items += [{"dataset": dataset.name, **column} for column in job.terms.columns]
    note = "\n".join(_line(name, size) for name, size in sizes.items())
    return Report("toolbox.analytics.export.plan/1", items, sizes, columns=_PLANNED, note=note)


def _item(one: Exported) -> dict[str, Any]:
    way = one.done.way
    months = way.months
    return {
        "dataset": one.dataset.name,
        "to": one.where,
        "rows": one.manifest.rows,
        "written_rows": sum(part.rows for part in one.done.fresh),
        "files": len(one.manifest.files),
        "size_bytes": one.manifest.size_bytes,
        "seconds": round(one.seconds, 2),
        "generation": one.manifest.generation,
        "watermark": one.manifest.watermark,
        "unsettled_rows": sum(part.rows for part in one.manifest.files if not part.settled),
        "rewritten": sorted(months.rewritten) if months else "all",
        "because": way.because,
    }


def _note(items: Sequence[Mapping[str, Any]]) -> str:
    return "\n".join(f"{item['dataset']} was written whole: {item['because']}." for item in items if item["because"])


def _size(opened: Snapshot, job: Job, now: Horizon, store: Store) -> dict[str, Any]:
    last = read_manifest(store.manifest(), store.label) if job.incremental else None
    way = find_way(opened, job, last, now)
    rows = rows_expected(opened, job, way, counting=True)
    return {
        "rows": rows,
        "size_bytes": size_guessed(opened, job, rows),
        "because": way.because,
    }


def _line(name: str, size: Mapping[str, Any]) -> str:
    why = f"; whole: {size['because']}" if size["because"] else ""
    if size["size_bytes"] is None:
        return f"{name}: cells of {size['rows']:,} rows{why}."
    rows, about = size["rows"], float(f"{size['size_bytes']:.2g}")
    return f"{name}: {rows:,} row{'' if rows == 1 else 's'}, in files of about {about:,.0f} bytes{why}."
