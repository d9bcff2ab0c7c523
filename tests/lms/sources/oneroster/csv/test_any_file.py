"""What holds for every file, whatever is in it."""

import csv
import io
import tempfile
import tracemalloc
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.lms.sources.oneroster.csv.conftest import DISTRICT, HEADERS, Told, manifest, read, rows
from toolbox_cli.lms.sources.errors import SourceError
from toolbox_cli.lms.sources.oneroster.csv.source import CsvSource
from toolbox_cli.lms.sources.oneroster.csv.tables.columns import ENROLLMENTS, LINE_ITEMS
from toolbox_cli.lms.sources.oneroster.csv.tables.table import Batch, Table

texts = st.text(st.characters(codec="utf-8"), max_size=12) | st.sampled_from(
    ["", '"', '""', "a\r\nb", "\r", "\n", ",;\t|"]
)
COLUMNS = HEADERS["lineItems"].split(",")


def clean(value: str) -> str:
    return unicodedata.normalize("NFC", value.strip()).replace("\0", "").strip()


def of_bytes(data: bytes, mode: str = "bulk") -> Told:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "enrollments.csv").write_bytes(data)
        (folder / "manifest.csv").write_text(manifest({"enrollments": mode}))
        source = CsvSource(folder)
        try:
            return read(source, "enrollments")
        finally:
            source.close()


@st.composite
def written(draw: st.DrawFn) -> tuple[list[dict[str, str]], bytes, list[int]]:
    """Rows, a file of them as some program would write it, and the line in which each row begins."""
    columns = draw(st.permutations(COLUMNS))
    filled = [{**dict.fromkeys(columns, ""), "sourcedId": "x", "password": "never"}]
    given = draw(st.lists(st.fixed_dictionaries(dict.fromkeys(COLUMNS, texts)), max_size=8)) + filled
    end = draw(st.sampled_from(["\n", "\r\n"]))
    text, lines = io.StringIO(newline=""), []
    # csv.writer leaves a lone carriage return unquoted where lines end with the other
    bare = draw(st.booleans()) and not any("\r" in value for row in given for value in row.values())
    quoting = csv.QUOTE_MINIMAL if bare else csv.QUOTE_ALL
    writer = csv.writer(text, delimiter=draw(st.sampled_from(",;\t|")), lineterminator=end, quoting=quoting)
    writer.writerow(name.upper() if draw(st.booleans()) else name for name in columns)
    for row in given:
        before = text.getvalue().replace("\r\n", "\n").replace("\r", "\n").count("\n")
        lines.append(before + 1)
        writer.writerow(row[name] for name in columns)
    return given, (draw(st.sampled_from(["", "\ufeff"])) + text.getvalue()).encode(), lines


def batches(data: bytes) -> Iterator[Batch]:
    table = Table(LINE_ITEMS, lambda: io.BufferedReader(io.BytesIO(data)))  # type: ignore[arg-type]
    yield from table.batches()
    table.close()


@settings(max_examples=200)
@given(written())
def test_every_way_of_writing_a_file_reads_the_same(file: tuple[list[dict[str, str]], bytes, list[int]]) -> None:
    given, data, lines = file
    kept = [(row, line) for row, line in zip(given, lines, strict=True) if any(value.strip() for value in row.values())]
    found = list(batches(data))
    assert sum(batch.lost for batch in found) == 0
    read_rows = [row for batch in found for row in zip(*batch.columns, strict=True)]
    words = LINE_ITEMS.words
    for row, (expected, _) in zip(read_rows, kept, strict=True):
        for name, value in zip(LINE_ITEMS.columns, row, strict=True):
            assert value == (expected[name] if name in words else clean(expected[name]))
    assert [batch.line(index) for batch in found for index in range(batch.size)] == [line for _, line in kept]


ROW = "e1,,,c1,s1,u1,student,true,2026-08-20,2027-06-11\r\n"


@given(
    st.lists(
        st.sampled_from([ROW, ROW, "e1,,,c1\r\n", ",,,,,,,,,\r\n", "\r\n", "e,,,,s,u,student,,,\r\n", 'e,"x"y\r\n']),
        max_size=30,
    )
)
def test_a_lost_row_and_a_complete_file_exclude_each_other(lines: list[str]) -> None:
    found = of_bytes((rows("enrollments") + "".join(lines)).encode())
    lost = sum(line.startswith("e") and line is not ROW for line in lines)
    assert len(found.records) == lines.count(ROW)
    assert found.complete is (lost == 0)
    assert (found.broken is None) is (lost == 0)
    assert sum(code in {"lms-row", "lms-no-id", "lms-quotes"} for code in found.codes) == lost


HONEST = (DISTRICT / "v1p1" / "enrollments.csv").read_bytes()
IDS = {line.split(b",")[0].decode() for line in HONEST.splitlines()[1:]}


@settings(max_examples=200)
@given(st.integers(0, len(HONEST)), st.binary(max_size=6), st.integers(0, 40), st.sampled_from(["bulk", "delta", "?"]))
def test_whatever_the_bytes_the_answer_is_one_of_ours(at: int, put: bytes, cut: int, mode: str) -> None:
    try:
        found = of_bytes(HONEST[:at] + put + HONEST[at + cut :], mode)
    except SourceError:
        return
    assert not (found.complete and found.broken)
    assert not (found.complete and mode != "bulk")
    for fault in found.faults:
        assert fault.message
        assert fault.place


@given(st.integers(0, len(HONEST) - 1))
def test_one_byte_too_many_of_quotes_never_drops_rows_in_silence(at: int) -> None:
    found = of_bytes(HONEST[:at] + b'"' + HONEST[at:])
    missing = IDS - {str(record.id) for record in found.records}
    assert not (found.complete and len(missing) > 1 and not found.faults)


def test_memory_does_not_grow_with_the_file() -> None:
    def peak(count: int) -> int:
        data = (rows("enrollments") + "".join(ROW.replace("u1", f"u{n:09}") for n in range(count))).encode()
        table = Table(ENROLLMENTS, lambda: io.BufferedReader(io.BytesIO(data)))  # type: ignore[arg-type]
        tracemalloc.start()
        for _ in table.batches():
            pass
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        table.close()
        return found

    assert peak(40_000) < peak(5_000) * 1.5
