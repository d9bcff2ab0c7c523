"""Exports a dataset as a table of cells: counts and means of groups, and nobody's rows."""

import io
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
from pyarrow import parquet

from toolbox_cli.analytics.datasets.dataset import Dataset
from toolbox_cli.analytics.exporting.choices import Form, PrivacyMode
from toolbox_cli.analytics.exporting.manifest import Manifest
from toolbox_cli.analytics.exporting.planning import Reading
from toolbox_cli.analytics.exporting.stores.store import Store
from toolbox_cli.analytics.extracting.extract import Snapshot
from toolbox_cli.core.errors import RefusedError


def cells(snapshot: Snapshot, reading: Reading, earlier: list[pa.Table]) -> Iterator[pa.RecordBatch]:
    """Give the cells of a dataset, so that they tell of no few persons, beside earlier tables neither.

    Effects: what does not fit into memory is for a while in a folder that nobody else can open.
    """
    from toolbox_cli.analytics.exporting.aggregating import aggregate, batches_of  # DuckDB and a solver: not for rows

    with tempfile.TemporaryDirectory(prefix="toolbox-cells-") as folder:
        made = aggregate(reading.dataset, batches_of(snapshot, reading), Path(folder), earlier=earlier)
    yield from made.table.combine_chunks().to_batches()


def schema_of_cells(dataset: Dataset) -> pa.Schema:
    """Give the types of a dataset's table of cells."""
    from toolbox_cli.analytics.exporting.aggregating import aggregate_schema

    return aggregate_schema(dataset)


def told_before(store: Store, last: Manifest | None) -> list[pa.Table]:
    """Give the table of cells that the place holds already: what comes next must not tell of the difference.

    Raises:
        RefusedError: it is there in a form that is not read back.
    """
    if last is None or last.terms.privacy != PrivacyMode.AGGREGATE:
        return []
    if last.terms.form != Form.PARQUET:
        raise RefusedError(
            f"{store.label} holds a table of cells as {last.terms.form}, and the next one must agree with it.",
            remedy="Export tables of cells that are to be renewed as Parquet, or remove the one that is there.",
        )
    return [parquet.read_table(io.BytesIO(store.read(part.path))) for part in last.files]
