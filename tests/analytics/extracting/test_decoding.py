"""What the driver gives becomes plain Arrow."""

import subprocess
import sys
import uuid

import pyarrow as pa
import pytest

from toolbox_cli.analytics.arrays import number, numbers, plain_numbers, where_null, word, words
from toolbox_cli.analytics.extracting.decoding import plain
from toolbox_cli.analytics.uuids import uuid_text

KEYS = [uuid.UUID(int=number * 0x1234567890ABCDEF1234567) for number in range(1, 6)]


@pytest.mark.parametrize("gaps", [False, True])
@pytest.mark.parametrize("cut", [0, 2])
def test_uuids_are_written_as_python_writes_them(*, gaps: bool, cut: int) -> None:
    values = [None if gaps and place % 2 else key for place, key in enumerate(KEYS)]
    for held in (pa.binary(16), pa.binary()):
        stored = pa.array([value and value.bytes for value in values], held).slice(cut)
        assert uuid_text(stored).to_pylist() == [value and str(value) for value in values[cut:]]


def test_no_uuid_is_no_text() -> None:
    assert uuid_text(pa.array([], pa.binary(16))).to_pylist() == []


def test_columns_that_repeat_are_worked_on_once() -> None:
    keys = pa.array([KEYS[0].bytes, KEYS[1].bytes, KEYS[0].bytes, None], pa.uuid())
    batch = pa.record_batch({"who": keys, "what": pa.array(["a", "b", "a", None]), "number": pa.array([1, 2, 3, 4])})
    found = plain(batch, frozenset({"who", "what"}))
    assert [len(found.column(name).dictionary) for name in ("who", "what")] == [2, 2]
    assert found.to_pylist() == plain(batch).to_pylist()
    assert found.to_pylist()[2] == {"who": str(KEYS[0]), "what": "a", "number": 3}


def test_arrays_hold_what_they_are_made_of() -> None:
    assert words(["", "é", None, "ab"]).to_pylist() == ["", "é", None, "ab"]
    assert (words([]).to_pylist(), word("x").as_py(), word(None).as_py(), number(7).as_py()) == ([], "x", None, 7)
    held = pa.array([1, None, 3, 4]).slice(1)
    assert plain_numbers(held).tolist() == [0, 3, 4]
    assert where_null(held).tolist() == [True, False, False]
    assert numbers(plain_numbers(pa.array([True, False]))).to_pylist() == [1, 0]


def test_an_export_loads_no_data_frames() -> None:
    program = (
        "import sys; from toolbox_cli.analytics.arrays import *; from toolbox_cli.analytics.exporting import telling;"
        "from toolbox_cli.analytics.masking.coarsening import one_of;"
        "from toolbox_cli.analytics.masking.masks import *; one_of(words(['a', 'b', None]), OneOf(('a',)));"
        "sys.exit(' '.join({'pandas', 'polars', 'duckdb', 'highspy'} & set(sys.modules)) or None)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
