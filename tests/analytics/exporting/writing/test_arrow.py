"""Arrow: the batches come back with their types, and the file says what it is of."""

import io
from typing import Final

import polars as pl
import pyarrow as pa
from pyarrow import ipc

from toolbox_cli.analytics.datasets.modules import MODULE_EVENTS
from toolbox_cli.analytics.exporting.writing import arrow
from toolbox_cli.analytics.masking.applying import masked_schema
from toolbox_cli.analytics.masking.modes import Mode

SCHEMA: Final = masked_schema(MODULE_EVENTS, Mode.PSEUDONYMOUS)


def written(*batches: pa.RecordBatch) -> bytes:
    kept = io.BytesIO()
    body = arrow.begin(kept, SCHEMA, MODULE_EVENTS)
    for batch in batches:
        body.write(batch)
    body.close()
    return kept.getvalue()


def batch_of(*ids: int) -> pa.RecordBatch:
    return pa.RecordBatch.from_pylist([{"event_id": number, "event_type": "click"} for number in ids], schema=SCHEMA)


def test_pyarrow_and_polars_read_what_was_written() -> None:
    text = written(batch_of(1, 2), batch_of(3))
    table = ipc.open_file(io.BytesIO(text)).read_all()
    assert table.schema.equals(SCHEMA)
    assert table["event_id"].to_pylist() == [1, 2, 3]
    assert pl.read_ipc(io.BytesIO(text))["event_id"].to_list() == [1, 2, 3]


def test_the_schema_says_what_it_is_of() -> None:
    schema = ipc.open_file(io.BytesIO(written())).schema
    assert schema.metadata[b"dataset"] == b"module-events"
    assert schema.metadata[b"version"] == str(MODULE_EVENTS.version).encode()
    assert schema.metadata[b"privacy"] == b"pseudonymous"
    assert schema.field("module_id").metadata[b"doc"].decode() == MODULE_EVENTS.column("module_id").doc


def test_the_same_batches_give_the_same_bytes() -> None:
    assert written(batch_of(1, 2)) == written(batch_of(1, 2))
