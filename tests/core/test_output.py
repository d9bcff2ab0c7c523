import datetime
import io
import json
import math
import re
import sys
import uuid
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.terminals import terminal
from toolbox_cli.core.findings import Finding, Severity
from toolbox_cli.core.output import Column, Format, Report, as_json, findings_report, render, write_stream
from toolbox_cli.core.runtime import Runtime

LESSONS = Report(
    "toolbox.lessons/1",
    [
        {"lesson": "Fraction Island", "rows_loaded": 1200, "done": True, "note": None},
        {"lesson": "Ratio Bridge", "rows_loaded": 7, "done": False, "note": "[bold]as written[/bold]"},
    ],
    {"rows": 1207},
    title="Lessons stand.",
    note="Try next: more",
)


def shown(report: Report, form: Format = Format.TABLE, encoding: str = "utf-8") -> str:
    with pytest.MonkeyPatch.context() as patch:
        stdout = io.TextIOWrapper(raw := io.BytesIO(), encoding=encoding)
        patch.setattr(sys, "stdout", stdout)
        render(Runtime(), report, form)
        stdout.flush()
    return raw.getvalue().decode(encoding)


def test_a_report_is_one_envelope() -> None:
    assert json.loads(shown(LESSONS, Format.JSON)) == {
        "kind": "toolbox.lessons/1",
        "ok": True,
        "summary": {"rows": 1207},
        "items": [dict(item) for item in LESSONS.items],
    }


def test_a_report_is_a_table_for_people() -> None:
    assert shown(LESSONS).splitlines() == [
        "Lessons stand.",
        "lesson           rows loaded  done  note",
        "Fraction Island  1,200        yes",
        "Ratio Bridge     7            no    [bold]as written[/bold]",
        "Try next: more",
    ]


def test_columns_choose_order_heading_and_side() -> None:
    columns = [Column("rows_loaded", "rows", "right"), Column("lesson")]
    assert shown(Report("k", LESSONS.items, columns=columns)).splitlines() == [
        " rows  lesson",
        "1,200  Fraction Island",
        "    7  Ratio Bridge",
    ]


def test_a_key_is_written_as_it_is_typed() -> None:
    items = [{"user": 2040000013, "plays": 1200}]
    report = Report("k", items, columns=[Column("user", is_key=True), Column("plays")])
    assert shown(report).splitlines() == ["user        plays", "2040000013  1,200"]


def test_a_note_can_not_command_the_terminal() -> None:
    assert shown(Report("k", note="one\x1b[2J\ntwo\r")) == "one\\x1b[2J\ntwo\\r\n"


def test_a_report_of_nothing_is_its_title_and_note() -> None:
    assert shown(Report("k", title="Nothing is pending.")) == "Nothing is pending.\n"
    assert shown(Report("k", title="A", note="B")) == "A\nB\n"
    assert shown(Report("k")) == ""


def test_a_row_in_a_pipe_stays_on_its_line() -> None:
    long = Report("k", [{"a": "word " * 200, "b": "end"}], title="title " * 100, note="note " * 100)
    title, heading, row, note = shown(long).splitlines()
    assert row.split() == ["word"] * 200 + ["end"]
    assert (title.split(), note.split()) == (["title"] * 100, ["note"] * 100)


def test_a_row_on_a_terminal_is_folded_and_whole() -> None:
    with terminal(columns=40) as screen, screen.stream("w") as stdout, pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdout", stdout)
        patch.setenv("COLUMNS", "40")
        render(Runtime(), Report("k", [{"a": "x" * 60}], title="A title that is longer than forty columns are."))
        lines = screen.rest()
    assert "A title that is longer than forty columns are.\n" in lines
    assert lines.count("x") == 60
    assert max(len(line) for line in screen.text.splitlines()[1:]) <= 40


@pytest.mark.parametrize(("no_color", "found"), [("", True), ("1", False)])
def test_colours_can_be_refused(monkeypatch: pytest.MonkeyPatch, no_color: str, found: bool) -> None:
    from rich.table import Table

    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("NO_COLOR", no_color)
    monkeypatch.setattr("rich.table.Table", lambda **given: Table(**{**given, "header_style": "red"}))
    with terminal() as screen, screen.stream("w") as stdout:
        monkeypatch.setattr(sys, "stdout", stdout)
        render(Runtime(), LESSONS)
        assert ("\x1b[31m" in screen.rest()) is found


def test_nothing_in_a_pipe_is_coloured() -> None:
    assert "\x1b" not in shown(LESSONS)


def test_what_a_database_holds_cannot_steer_the_terminal() -> None:
    items = [{"name": "\x1b[2Jgone\r\nnext\x9b31m"}]
    assert shown(Report("k", items)).splitlines() == ["name", r"\x1b[2Jgone\r\nnext\x9b31m"]


def test_values_are_written_for_people() -> None:
    at = datetime.datetime(2026, 9, 1, 8, 30, tzinfo=datetime.UTC)
    values = [at, at.date(), at.replace(tzinfo=None), ["a", 2, None, True], {"rows": 1000}, 0.25]
    items = [{str(number): value for number, value in enumerate(values)}]
    assert re.split(" {2,}", shown(Report("k", items)).splitlines()[1]) == [
        "2026-09-01 08:30:00 UTC", "2026-09-01", "2026-09-01 08:30:00", "a, 2, , yes", "rows: 1,000", "0.25",
    ]  # fmt: skip


def test_a_terminal_without_unicode_gets_whole_json() -> None:
    report = Report("k", [{"name": "Zoë 学"}])
    assert r"Zo\u00eb \u5b66" in shown(report, Format.JSON, "ascii")
    assert json.loads(shown(report, Format.JSON, "ascii")) == json.loads(shown(report, Format.JSON))
    assert "Zoë 学" in shown(report, Format.JSON)


PLAIN = st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False, allow_infinity=False)
NESTED = st.recursive(PLAIN, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=10)


@given(st.lists(st.dictionaries(st.text(min_size=1), NESTED), max_size=4), st.dictionaries(st.text(), NESTED))
def test_json_gives_back_what_went_in(items: list[dict[str, Any]], summary: dict[str, Any]) -> None:
    text = as_json(Report("toolbox.test/1", items, summary, ok=False))
    assert json.loads(text) == {"kind": "toolbox.test/1", "ok": False, "summary": summary, "items": items}
    assert json.loads(as_json(Report("k", items), ascii_only=True))["items"] == items


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
@pytest.mark.parametrize("items", [[], [{"name": "Zoë\n 学", "of": []}], [{"n": 1}, {"n": {"a": [2, {}]}}, {"n": []}]])
def test_a_stream_of_items_is_the_same_envelope(items: list[dict[str, Any]], encoding: str) -> None:
    report = Report("toolbox.test/1", items, {"rows": [], "note": "[]"})
    with pytest.MonkeyPatch.context() as patch:
        stdout = io.TextIOWrapper(raw := io.BytesIO(), encoding=encoding)
        patch.setattr(sys, "stdout", stdout)
        write_stream(Runtime(), report, iter(items))
    assert raw.getvalue().decode(encoding) == shown(report, Format.JSON, encoding)


def _strict(text: str) -> Any:
    """Read JSON as a reader does that knows no NaN."""
    return json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))


@given(
    st.one_of(
        st.decimals(), st.floats(), st.dates(), st.datetimes(timezones=st.just(datetime.UTC)), st.times(),
        st.timedeltas(), st.uuids(), st.sets(st.integers()), st.frozensets(st.text()), st.just(Path("/a/b")),
        st.tuples(st.dates(), st.uuids()), st.dictionaries(st.integers(), st.dates()).map(MappingProxyType),
        st.sampled_from(Severity),
    )
)  # fmt: skip
def test_whatever_a_database_gives_becomes_json(value: Any) -> None:
    if isinstance(value, Decimal) and value.is_snan():
        return
    assert list(_strict(as_json(Report("k", [{"value": value}])))["items"][0]) == ["value"]


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (math.nan, "NaN"), (math.inf, "Infinity"), (-math.inf, "-Infinity"), (Decimal("NaN"), "NaN"),
        (Decimal("0.1"), 0.1), (Decimal("12345678901234567890"), 12345678901234567890), (Decimal("7.00"), 7),
        (datetime.datetime(2026, 9, 1, 8, tzinfo=datetime.UTC), "2026-09-01T08:00:00+00:00"),
        (datetime.date(2026, 9, 1), "2026-09-01"), (datetime.timedelta(minutes=2), 120),
        (uuid.UUID(int=5), "00000000-0000-0000-0000-000000000005"), ({3, 1, 2}, [1, 2, 3]),
        (Severity.ERROR, "error"), ({datetime.date(2026, 9, 1): 1}, {"2026-09-01": 1}),
    ],
)  # fmt: skip
def test_values_are_written_for_machines(value: Any, written: Any) -> None:
    assert _strict(as_json(Report("k", [], {"value": value})))["summary"]["value"] == written


def test_what_is_no_data_is_a_fault() -> None:
    with pytest.raises(TypeError, match="object"):
        as_json(Report("k", [{"value": object()}]))


def test_findings_are_items_with_every_key() -> None:
    warned = Finding("late", Severity.WARNING, "toolboxai.lessons")
    failed = Finding("gone", Severity.ERROR, "toolboxai.users", "email", "a value", "none", "in.csv", 3, "Add it.")
    assert findings_report("k", [warned]).ok
    report = findings_report("k", [warned, failed], checked=2)
    assert not report.ok
    assert dict(report.summary) == {"checked": 2}
    items: list[Mapping[str, Any]] = json.loads(as_json(report))["items"]
    assert list(items[0]) == [
        "code", "severity", "object", "field", "expected", "found", "file", "line", "remedy", "column",
    ]  # fmt: skip
    assert items[1]["line"] == 3
    assert "Add it." in shown(report)
