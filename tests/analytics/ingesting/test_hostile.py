"""Lines that nobody should write: each is told and kept, and none ends the run."""

import io
import json
import tracemalloc
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.analytics.ingesting.conftest import Ingest
from tests.analytics.ingesting.made import QUARANTINED, event, usage
from tests.support.commands import CommandLine
from tests.support.servers import Database
from toolbox_cli.analytics.ingesting import run
from toolbox_cli.analytics.ingesting.faults import Fault
from toolbox_cli.analytics.ingesting.reading.lines import KEPT, LONGEST, Line, lines_of
from toolbox_cli.analytics.ingesting.reading.parsing import parse
from toolbox_cli.core.exits import Exit

GOOD = json.dumps(event(1)).encode()
DEEP = b'{"event_id": "x", "event_data": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"


def inside(value: str) -> bytes:
    return json.dumps(event(2, event_data="?")).replace('"?"', value).encode()


HOSTILE = [
    (b'{"event_id": "' + b"x" * LONGEST + b'"}', "too-long", "it is longer than 1,048,576 bytes"),
    (DEEP, "no-json", "nested deeper than 60 levels, in column "),
    (b'\x00{"event_id": 1}', "no-json", "a value is expected here, in column 1"),
    (inside('{"a": "\\u0000"}'), "no-json", "a text holds a character that can't be kept"),
    (inside('{"a": "\\ud800"}'), "no-json", "a text holds a character that can't be kept"),
    (inside('{"a": NaN}'), "no-json", "a value is expected here"),
    (inside('{"a": 1e999}'), "wrong-value", "event_data is not an object of finite numbers"),
    (inside('{"a": ' + "9" * 5000 + "}"), "no-json", "a number is too long"),
    (inside('{"a": 1, "a": 2}'), "no-event", "a key stands twice, again in column"),
    (GOOD[:-1] + b', "event_id": "other"}', "no-event", "a key stands twice, again in column"),
    (b'{"event_id": "\xff"}', "no-text", "byte 15 is not UTF-8"),
    (b'{"event_id": "\xed\xa0\x80"}', "no-text", "byte 15 is not UTF-8"),
    (GOOD.decode().encode("utf-16-le"), "no-json", "a key in quotes is expected here"),
    (b"{'event_id': 1}", "no-json", "a key in quotes is expected here"),
    (GOOD + GOOD, "no-json", "something stands behind its end"),
    (GOOD[:-3], "no-json", ""),
    (b"[" * 900, "no-json", "nested deeper"),
    (b"null", "no-event", "it is no object"),
]
"""Lines with the reason, and the beginning of what is told."""


def test_hostile_lines_are_told_and_kept(ingest: Ingest, school: Database) -> None:
    found = ingest([GOOD, *(line for line, _, _ in HOSTILE), json.dumps(usage(1)).encode()], status=Exit.FINDINGS)
    assert found["summary"]["taken"] == 2
    kept = {number: (reason, content) for number, reason, _, _, content, _ in school.execute(QUARANTINED)}
    items = {item["line"]: item for item in found["items"]}
    assert len(items) == len(kept) == len(HOSTILE)
    for number, (line, reason, told) in enumerate(HOSTILE, 2):
        item = items[number]
        assert (item["code"], item["found"][: len(told)]) == (f"event-{reason}", told)
        assert kept[number] == (reason, line if len(line) <= LONGEST else line[:KEPT])


def test_of_a_line_that_is_too_long_the_whole_is_known_by_its_hash(ingest: Ingest, school: Database) -> None:
    long = b'"' + b"x" * LONGEST
    ingest([long + b"1", long + b"2", long + b"1"], status=Exit.FINDINGS)
    kept = school.execute("SELECT size_bytes, octet_length(content) FROM toolbox.quarantined_events")
    assert kept == [(LONGEST + 2, KEPT), (LONGEST + 2, KEPT)]


@pytest.mark.parametrize(
    "text",
    [b"\xef\xbb\xbf" + GOOD, GOOD + b"\r\n", b"\r\n \n\n" + GOOD + b"\n\n", GOOD + b"\n" + GOOD + b"\r\n"],
    ids=["mark", "carriage return", "blank lines", "both ends"],
)
def test_what_editors_leave_behind_is_nothing(cli: CommandLine, school: Database, tmp_path: Path, text: bytes) -> None:
    (tmp_path / "events.jsonl").write_bytes(text)
    done = cli("analytics", "ingest", "events.jsonl", "--format", "json", database=school)
    assert done.exit_code == 0, done.stdout
    assert json.loads(done.stdout)["summary"]["taken"] == 1


@pytest.mark.parametrize(
    ("content", "remedy"),
    [
        (json.dumps(event(1), indent=2), "jq -c . events"),
        ("\n" + json.dumps([event(1)], indent=1), "jq -c '.[]' events"),
        ("\n".join(json.dumps(event(number), indent=2) for number in range(2)), "jq -c . events"),
    ],
    ids=["one", "list", "several"],
)
def test_json_over_many_lines_is_told_once(
    cli: CommandLine, school: Database, tmp_path: Path, content: str, remedy: str
) -> None:
    (tmp_path / "events").write_text(content)
    done = cli("analytics", "ingest", "events", database=school)
    assert done.exit_code == Exit.USAGE
    assert "written over several lines, and each event stands on one line" in done.stderr
    assert f"Write it so: {remedy}\n" in done.stderr
    assert school.execute(QUARANTINED) == []


def test_a_line_that_is_a_part_is_told_so(ingest: Ingest) -> None:
    found = ingest([b'{"event_id": "1",', GOOD], status=Exit.FINDINGS)
    assert [item["remedy"] for item in found["items"]] == ["Write each event whole on one line."]


def test_a_list_of_events_is_told_what_to_do(ingest: Ingest) -> None:
    found = ingest([json.dumps([event(1)]).encode()], status=Exit.FINDINGS)
    assert found["items"][0]["remedy"] == "Write each event of the list on a line of its own: jq -c '.[]'"


def test_nothing_is_no_event(ingest: Ingest) -> None:
    assert ingest([])["summary"]["lines"] == 0


def test_a_file_of_something_else_writes_nothing(
    cli: CommandLine, school: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "MOST_ASIDE", 3)
    (tmp_path / "photo.jpg").write_bytes(GOOD + b"\n" + b"\xff\n\xfe\n\xfd\n\xfc\n")
    done = cli("analytics", "ingest", "photo.jpg", database=school)
    assert done.exit_code == Exit.USAGE
    assert "More than 3 lines are no events that can be taken in; nothing was written." in done.stderr
    assert school.execute("SELECT count(*) FROM toolbox.quarantined_events") == [(0,)]
    assert school.execute("SELECT count(*) FROM frames.module_analytics_events") == [(0,)]


def test_only_the_first_findings_are_told_and_all_lines_are_kept(
    ingest: Ingest, school: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "MOST_TOLD", 2)
    monkeypatch.setattr(run, "BATCH", 2)
    found = ingest([b"1", b"2", b"3", b"4", b"5"], status=Exit.FINDINGS)
    assert [item["line"] for item in found["items"]] == [1, 2]
    assert found["summary"]["set_aside"] == 5
    assert school.execute("SELECT count(*) FROM toolbox.quarantined_events") == [(5,)]


class Endless(io.RawIOBase):
    """A line of as many bytes as wanted, which are nowhere."""

    def __init__(self, size: int) -> None:
        self._left = size

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        taken = min(len(buffer), self._left)
        buffer[:taken] = b"x" * taken
        self._left -= taken
        return taken


def test_a_line_without_end_is_never_in_memory() -> None:
    tracemalloc.start()
    try:
        [line] = lines_of("-", io.BufferedReader(Endless(64 * LONGEST)))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (line.size_bytes, len(line.content)) == (64 * LONGEST, KEPT)
    assert peak < 8 * LONGEST


@given(st.binary(max_size=200) | st.from_regex(rb'\A[\[{}\]",:0-9a-z\\ -]{0,60}\Z'))
def test_any_bytes_are_json_or_a_fault(content: bytes) -> None:
    with suppress(Fault):
        json.dumps(parse(Line("-", 1, content, len(content))))
