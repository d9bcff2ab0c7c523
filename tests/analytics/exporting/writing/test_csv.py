"""CSV: what is read back is what was written, and no spreadsheet finds a formula."""

import csv
import datetime
import decimal
import io
import re
from typing import Any, Final

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolbox_cli.analytics.datasets.modules import MODULE_EVENTS
from toolbox_cli.analytics.exporting.writing.csv import begin
from toolbox_cli.analytics.exporting.writing.formulas import neutral, undone

SCHEMA: Final = pa.schema(
    [
        ("word", pa.string()), ("whole", pa.int64()), ("real", pa.float64()), ("is_it", pa.bool_()),
        ("at", pa.timestamp("us", tz="UTC")), ("on", pa.date32()), ("money", pa.decimal128(18, 6)),
    ]
)  # fmt: skip
MOMENT: Final = datetime.datetime(2026, 1, 5, 10, tzinfo=datetime.UTC)
FULL: Final = {
    "word": 'say "ä", €', "whole": 2**63 - 1, "real": -0.1, "is_it": True, "at": MOMENT.replace(microsecond=5),
    "on": MOMENT.date(), "money": decimal.Decimal("-12.5"),
}  # fmt: skip
PAYLOADS: Final = [
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "=cmd|' /C calc'!A0", '"=1"', "'=1", "  =1", "\u00a0=1",
    "\ufeff=1", "\uff1d1", "\uff0b1", "\uff0d1", "\uff20A", "a;=1", 'a;"=1"', "a,=1", "a\t=1", "a\n=1", "a|@b", "a; -1",
    "''=1", "=", "-",
]  # fmt: skip
HARMLESS: Final = ["", "a", "it's", "1-2", "a=b", "x'=1", "abcd2345", "/users/{}", 'say "=1"', "a@b.example", "'", "'a"]


def written(*rows: dict[str, Any], schema: pa.Schema = SCHEMA) -> str:
    kept = io.BytesIO()
    body = begin(kept, schema, MODULE_EVENTS)
    for row in rows:
        body.write(pa.RecordBatch.from_pylist([row], schema=schema))
    body.close()
    return kept.getvalue().decode()


def test_null_and_empty_text_differ_and_rows_end_as_rfc_4180_has_it() -> None:
    text = written({"word": ""}, {"word": None}, FULL)
    lines = text.split("\r\n")
    assert lines[0] == '"word","whole","real","is_it","at","on","money"'
    assert lines[1:] == [
        '"",,,,,,',
        ",,,,,,",
        '"say ""ä"", €",9223372036854775807,-0.1,true,"2026-01-05T10:00:00.000005Z",2026-01-05,-12.500000',
        "",
    ]


def test_csv_pandas_duckdb_and_polars_read_what_was_written(tmp_path: Any) -> None:
    file = tmp_path / "rows.csv"
    file.write_text(written(FULL, {"word": ""}, {"word": None}), encoding="utf-8", newline="")
    with file.open(encoding="utf-8", newline="") as opened:
        rows = list(csv.reader(opened, strict=True))
    assert rows[1][:2] == [FULL["word"], str(FULL["whole"])]
    by_duckdb = duckdb.sql(f"SELECT * FROM read_csv('{file}', header=true, allow_quoted_nulls=false)").to_arrow_table()
    assert by_duckdb["word"].to_pylist() == [FULL["word"], "", None]
    assert by_duckdb.slice(0, 1).to_pylist()[0] | {"money": None} == FULL | {"money": None}
    by_pandas = pd.read_csv(file, dtype={"whole": "Int64"}, parse_dates=["at"])
    assert by_pandas["word"][0] == FULL["word"]
    assert by_pandas["whole"][0] == FULL["whole"]
    assert by_pandas["at"][0] == FULL["at"]
    by_polars = pl.read_csv(file)
    assert by_polars["word"].to_list() == [FULL["word"], "", None]
    assert by_polars["whole"].to_list() == [FULL["whole"], None, None]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_a_spreadsheet_takes_for_a_formula_is_made_text_that_can_be_undone(payload: str) -> None:
    [[found]] = list(csv.reader(io.StringIO(written({"word": payload}, schema=SCHEMA_OF_WORDS), newline="")))[1:]
    assert found != payload
    assert undone(found) == payload


SCHEMA_OF_WORDS: Final = pa.schema([("word", pa.string())])


@pytest.mark.parametrize("word", HARMLESS)
def test_other_text_is_left_as_it_is(word: str) -> None:
    assert list(csv.reader(io.StringIO(written({"word": word}, schema=SCHEMA_OF_WORDS), newline="")))[1:] == [[word]]


def test_numbers_stay_numbers() -> None:
    assert (
        written({"whole": -5, "real": -1e-7, "money": decimal.Decimal(-1)}).split("\r\n")[1] == ",-5,-1e-7,,,,-1.000000"
    )


_NASTY: Final = st.text(st.sampled_from("=+-@\t\r\n;,|'\" \u00a0\uff1d\ufeffab1"), max_size=12)


@given(_NASTY | st.text())
def test_undoing_gives_back_whatever_it_was(text: str) -> None:
    assert undone(neutral(text)) == text


@given(st.lists(_NASTY, max_size=4))
def test_no_cell_begins_a_formula_however_a_spreadsheet_parts_the_file(words: list[str]) -> None:
    text = written(*({"word": word} for word in words), schema=SCHEMA_OF_WORDS)
    for separator in (",", ";", "\t", "|"):
        cells = [cell for line in re.split(r"[\r\n]", text) for cell in line.split(separator)]
        assert [cell for cell in cells if cell.strip(' "\u00a0\ufeff').startswith(tuple("=+-@\uff1d"))] == []


def test_columns_in_dictionaries_are_written_as_their_values() -> None:
    words = pa.array(["a", "=b", None, "a"]).dictionary_encode()
    kept = io.BytesIO()
    schema = pa.schema([("word", words.type)])
    body = begin(kept, schema, MODULE_EVENTS)
    body.write(pa.RecordBatch.from_arrays([words], schema=schema))
    body.close()
    assert kept.getvalue() == b'"word"\r\n"a"\r\n"\'=b"\r\n\r\n"a"\r\n'
