"""Exported datasets without a database, as exports leave them in a folder."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from toolbox_cli.analytics.datasets.registry import DATASETS
from toolbox_cli.analytics.exporting.manifest import Manifest, Part, Source, Terms
from toolbox_cli.analytics.exporting.stores.folder import FolderStore
from toolbox_cli.analytics.exporting.stores.store import part_path
from toolbox_cli.analytics.exporting.writing.writer import SUFFIXES, Form, open_writer
from toolbox_cli.analytics.masking.applying import masked_schema
from toolbox_cli.analytics.masking.modes import Mode

EVENTS: Final = "module-events"
_SOURCE: Final = Source("system", 1, 1, "1:1:", "0/1", False)  # noqa: FBT003


def schema_of(dataset: str, privacy: str) -> pa.Schema:
    """Give the types of what leaves."""
    return masked_schema(DATASETS[dataset], Mode(privacy))


def manifest_of(
    dataset: str, generation: int, files: Sequence[Part], form: Form = Form.PARQUET, privacy: str = "pseudonymous"
) -> Manifest:
    """Give a manifest of files."""
    columns = tuple({"name": field.name, "type": str(field.type)} for field in schema_of(dataset, privacy))
    terms = Terms(1, columns, form.value, "month", privacy)
    told = (dataset, DATASETS[dataset].title, generation, "run", "2026-11-21T00:00:00+00:00", "0.1.0")
    return Manifest(*told, terms, _SOURCE, "layout", 1, tuple(files))


def export(
    root: Path,
    months: Mapping[str, Sequence[Mapping[str, Any]]],
    dataset: str = EVENTS,
    form: Form = Form.PARQUET,
    privacy: str = "pseudonymous",
) -> None:
    """Write rows of months as the next generation of a dataset."""
    schema = schema_of(dataset, privacy)
    with FolderStore(root, dataset).build() as build:
        parts = []
        for month, rows in months.items():
            path = part_path(month, 0, build.generation, SUFFIXES[form])
            writer = open_writer(form, build.create(path), schema, DATASETS[dataset])
            writer.write(pa.RecordBatch.from_pylist([dict(row) for row in rows], schema=schema))
            done = writer.close()
            parts.append(Part(path, month, True, done.rows, done.size_bytes, done.sha256))  # noqa: FBT003
        build.prepare(manifest_of(dataset, build.generation, parts, form, privacy).as_json())
        build.commit()
