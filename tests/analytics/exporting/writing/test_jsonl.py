"""JSON Lines: one object a row, exact, and nothing that is no JSON."""

import datetime
import decimal
import io
import json
from typing import Any, Final

import duckdb
import polars as pl
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from toolbox_cli.analytics.datasets.modules import MODULE_EVENTS
from toolbox_cli.analytics.exporting.writing import jsonl

SCHEMA: Final = pa.schema(
    [
        ("word", pa.string()), ("whole", pa.int64()), ("real", pa.float64()), ("is_it", pa.bool_()),
        ("at", pa.timestamp("us", tz="UTC")), ("on", pa.date32()), ("money", pa.decimal128(18, 6)),
    ]
)  # fmt: skip
MOMENT: Final = datetime.datetime(2026, 1, 5, 10, tzinfo=datetime.UTC)


def written(rows: list[dict[str, Any]], schema: pa.Schema = SCHEMA) -> bytes:
    kept = io.BytesIO()
    body = jsonl.begin(kept, schema, MODULE_EVENTS)
    body.write(pa.RecordBatch.from_pylist(rows, schema=schema))
    body.close()
    return kept.getvalue()


def refused(word: str) -> None:
    raise ValueError(word)


def read(text: bytes) -> list[dict[str, Any]]:
    assert text.endswith(b"\n") or not text
    return [json.loads(line, parse_float=decimal.Decimal, parse_constant=refused) for line in text.split(b"\n")[:-1]]


def test_a_row_is_an_object_with_all_its_keys_in_order() -> None:
    row = {
        "word": 'a "b"\\\n\x01 ä€', "whole": -(2**63), "real": 0.1, "is_it": False, "at": MOMENT, "on": MOMENT.date(),
        "money": decimal.Decimal("123456789012.000001"),
    }  # fmt: skip
    text = written([row, {}])
    assert text.decode().split("\n")[0] == (
        r'{"word":"a \"b\"\\\n\u0001 ä€","whole":-9223372036854775808,"real":0.1,"is_it":false,'
        '"at":"2026-01-05T10:00:00Z","on":"2026-01-05","money":123456789012.000001}'
    )
    assert read(text)[1] == dict.fromkeys(SCHEMA.names)


def test_numbers_that_json_does_not_have_are_null() -> None:
    found = read(written([{"real": float("nan")}, {"real": float("inf")}, {"real": -float("inf")}, {"real": 1.5}]))
    assert [row["real"] for row in found] == [None, None, None, decimal.Decimal("1.5")]


def test_more_rows_than_are_put_together_at_once_are_all_there() -> None:
    rows = [{"whole": number} for number in range((1 << 16) + 3)]
    found = read(written(rows, pa.schema([("whole", pa.int64())])))
    assert [row["whole"] for row in found] == [row["whole"] for row in rows]


def test_a_slice_of_a_batch_is_written_as_that_slice() -> None:
    schema = pa.schema([("word", pa.string())])
    kept = io.BytesIO()
    jsonl.begin(kept, schema, MODULE_EVENTS).write(
        pa.RecordBatch.from_arrays([pa.array(["a", "b", "c"])], schema=schema)[1:]
    )
    assert read(kept.getvalue()) == [{"word": "b"}, {"word": "c"}]


def test_duckdb_and_polars_read_it(tmp_path: Any) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_bytes(written([{"word": "", "whole": 2**63 - 1, "at": MOMENT}, {"word": None, "whole": 1}]))
    read = f"SELECT word, whole, \"at\"::TIMESTAMPTZ AS moment FROM read_json('{file}')"
    found = duckdb.sql(read).to_arrow_table().to_pylist()
    assert found == [{"word": "", "whole": 2**63 - 1, "moment": MOMENT}, {"word": None, "whole": 1, "moment": None}]
    assert pl.read_ndjson(file)["whole"].to_list() == [2**63 - 1, 1]


@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "word": st.none() | st.text(),
                "whole": st.none() | st.integers(-(2**63), 2**63 - 1),
                "real": st.none() | st.floats(allow_nan=False, allow_infinity=False),
                "is_it": st.none() | st.booleans(),
            }
        ),
        max_size=4,
    )
)
def test_whatever_a_row_holds_comes_back(rows: list[dict[str, Any]]) -> None:
    schema = pa.schema([SCHEMA.field(name) for name in ("word", "whole", "real", "is_it")])
    found = [json.loads(line) for line in written(rows, schema).split(b"\n")[:-1]]
    assert found == rows
