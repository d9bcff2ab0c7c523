"""Events go in once, whatever is told of them twice; what is none is kept with the reason."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.analytics.ingesting.conftest import Ingest
from tests.analytics.ingesting.made import EVENTS, MODULE, NOBODY, QUARANTINED, USER, event, state, usage
from tests.support.commands import CommandLine, ToolboxProcess
from tests.support.servers import Database
from toolbox_cli.core.exits import Exit

REFUSED: list[tuple[Any, str, str]] = [
    (event(event_type="section_veiw"), "unknown-type", "event_type is none of docs/events.md"),
    (event(event_type="code_run"), "missing", "event_data.ok is missing"),
    (event(section_number=None), "missing", "section_number is missing, which section_view has"),
    (event(event_id=None), "missing", "event_id is missing"),
    (event(student_id=None), "missing", "student_id is missing"),
    (event(timestamp=None, student_id=None), "missing", "student_id is missing; timestamp is missing"),
    (event(event_type=None, module_id=None, student_id=None), "no-event", "it has neither the fields"),
    (event(event_type="hint_used", event_data={"hint": True}), "wrong-value", "event_data.hint is not a whole"),
    (event(event_type="hint_used", event_data={"hint": 0}), "wrong-value", "event_data.hint is not a whole"),
    (event(event_type="pause", event_data={"idle_seconds": -1}), "wrong-value", "event_data.idle_seconds is not"),
    (event(timestamp="2026-10-05T08:00:00"), "wrong-value", "timestamp is not a moment with its zone"),
    (event(timestamp="yesterday"), "wrong-value", "timestamp is not a moment with its zone"),
    (event(timestamp=1790000000), "wrong-value", "timestamp is not a moment with its zone"),
    (event(timestamp="1970-01-01T00:00:00Z"), "wrong-value", "timestamp is not a moment from 2000 on"),
    (event(timestamp="2999-01-01T00:00:00Z"), "wrong-value", "timestamp is not a moment from 2000 on"),
    (event(timestamp="0001-01-01T00:00:00+23:59"), "wrong-value", "timestamp is not a moment with its zone"),
    (event(device_type="watch"), "wrong-value", "device_type is not one of tablet, phone, desktop"),
    (event(section_number=-1), "wrong-value", "section_number is not a whole number"),
    (event(section_number=2**31), "wrong-value", "section_number is not a whole number"),
    (event(section_number=3.0), "wrong-value", "section_number is not a whole number"),
    (event(event_data=[]), "wrong-value", "event_data is not an object"),
    (event(session_id=""), "wrong-value", "session_id is not a text of 1 to 255"),
    (event(sesion_id="x"), "wrong-value", "a field is none of an event's"),
    (event(event_id="x" * 201), "wrong-value", "event_id is not a text of 1 to 200"),
    (event(module_id=True), "wrong-value", "module_id is not a whole number"),
    (event(student_id="nobody"), "unknown-reference", "student_id is no row of frames.students"),
    (event(module_id="none"), "unknown-reference", "module_id is no row of frames.modules"),
    (event(module_id=99, student_id="x"), "unknown-reference", "module_id is no row of frames.modules; student_id"),
    (usage(user_id=NOBODY), "unknown-reference", "user_id is no row of toolboxai.users"),
    (usage(agent_id=NOBODY), "unknown-reference", "agent_id is no row of toolboxai.ai_agents"),
    (usage(user_id="ada"), "wrong-value", "user_id is not a UUID"),
    (usage(event_category="other"), "wrong-value", "event_category is not one of"),
    (usage(country="de"), "wrong-value", "country is not a country's code"),
    (usage(ip_address="fe80::1%eth0"), "wrong-value", "ip_address is not a network address without a zone"),
    (usage(status_code=99), "wrong-value", "status_code is not a whole number of 100 to 599"),
    (usage(recorded_at=None), "missing", "recorded_at is missing"),
    (usage(tags=["a"]), "wrong-value", "tags is not a list of objects"),
    ([event()], "no-event", "it is no object"),
    ("text", "no-event", "it is no object"),
    ({}, "no-event", "it has neither the fields"),
]  # fmt: skip
"""Lines with the reason, and the beginning of what is told."""


@pytest.mark.every_version
def test_events_become_rows_of_both_platforms(ingest: Ingest, school: Database) -> None:
    data = {"ok": True, "duration_ms": 1.5}
    ran = {"event_type": "code_run", "session_id": "x", "device_type": "tablet", "time_elapsed_seconds": 9}
    asked = {"status_code": 200, "ip_address": "2001:DB8::1", "tags": [{"a": 1}], "cpu_usage_percent": 12.345}
    begun = {"event_type": "module_start", "section_number": None, "timestamp": "2026-10-06T10:00:00+02:00"}
    found = ingest(
        [event(1, event_data=data, **ran), usage(1, user_id=USER, **asked), event(2, module_id=MODULE, **begun)]
    )
    assert (found["kind"], found["ok"], found["items"]) == ("toolbox.analytics.ingest/1", True, [])
    assert found["summary"] == {
        "dry_run": False, "lines": 3, "taken": 3, "rows": {"frames": 2, "toolboxai": 1}, "known": 0, "set_aside": 0,
        "set_aside_new": 0, "reasons": {},
    }  # fmt: skip
    assert school.execute(EVENTS) == [
        (MODULE, "s1", "code_run", data, 3, "x", "tablet", "2026-10-05 08:01:00.000000 +00", 9),
        (MODULE, "s1", "module_start", None, None, None, None, "2026-10-06 08:00:00.000000 +00", None),
    ]
    columns = "user_id::text, status_code, host(ip_address), tags, cpu_usage_percent::text, properties, endpoint"
    assert school.execute(f"SELECT {columns} FROM toolboxai.usage_analytics") == [
        (USER, 200, "2001:db8::1", [{"a": 1}], "12.34", {}, None)
    ]


def test_the_same_file_twice_adds_nothing(ingest: Ingest, school: Database) -> None:
    lines = [event(1), usage(1), event(2, student_id="nobody"), b"{"]
    first = ingest(lines, status=Exit.FINDINGS)
    before, audited = state(school), school.execute("SELECT count(*) FROM toolbox.audit_log")
    again = ingest(lines, status=Exit.FINDINGS)
    assert (first["summary"]["taken"], first["summary"]["set_aside_new"]) == (2, 2)
    assert again["summary"] | {"reasons": {}} == {
        "dry_run": False, "lines": 4, "taken": 0, "rows": {}, "known": 2, "set_aside": 2,
        "set_aside_new": 0, "reasons": {},
    }  # fmt: skip
    assert state(school) == before
    assert school.execute("SELECT count(*) FROM toolbox.audit_log") == audited
    assert [item["place"] for item in again["items"]] == ["events.jsonl:3", "events.jsonl:4"]


def test_the_same_event_is_known_however_it_is_written_down(ingest: Ingest) -> None:
    one = event(1, event_data={"a": 1, "b": [2]}, timestamp="2026-10-05T10:01:00.5+02:00")
    other = {**dict(reversed(one.items())), "event_data": {"b": [2], "a": 1}, "timestamp": "20261005T080100.500Z"}
    other["session_id"] = None
    assert ingest([one, other])["summary"]["known"] == 1
    assert ingest([other])["summary"]["known"] == 1


@pytest.mark.parametrize("together", [True, False])
def test_an_id_that_says_something_else_is_set_aside(ingest: Ingest, school: Database, together: bool) -> None:
    lines = [event(1), event(1, section_number=4)]
    if not together:
        ingest(lines[:1])
    found = ingest(lines, status=Exit.FINDINGS)
    [item] = found["items"]
    assert (item["code"], item["line"], item["field"]) == ("event-other-content", 2, "event_id")
    assert [row[4] for row in school.execute(EVENTS)] == [3]


def test_what_can_t_be_taken_in_is_kept_with_the_reason(ingest: Ingest, school: Database) -> None:
    lines = [event(9), *(line for line, _, _ in REFUSED), event(10)]
    found = ingest(lines, status=Exit.FINDINGS)
    assert found["summary"]["taken"] == 2, "the others are taken in"
    kept = {row[0]: row[1:] for row in school.execute(QUARANTINED)}
    items = {item["line"]: item for item in found["items"]}
    assert len(items) == len(kept) == len(REFUSED)
    for number, (line, reason, told) in enumerate(REFUSED, 2):
        item, said = items[number], line if isinstance(line, dict) else {}
        assert (item["place"], item["severity"]) == (f"events.jsonl:{number}", "error")
        assert (item["code"], item["found"][: len(told)]) == (f"event-{reason}", told)
        identity, kind = said.get("event_id"), said.get("event_type")
        assert kept[number] == (reason, identity and identity[:200], kind, json.dumps(line).encode(), False)


def test_a_mistyped_name_gets_the_nearest(ingest: Ingest) -> None:
    found = ingest([event(1, event_type="section_veiw"), event(2, sesion_id="x")], status=Exit.FINDINGS)
    assert [item["remedy"] for item in found["items"]] == ["Did you mean section_view?", "Did you mean session_id?"]


def test_a_slug_of_digits_is_no_number(ingest: Ingest, school: Database) -> None:
    ingest([event(1, module_id="7"), event(2, module_id=7)])
    assert [row[0] for row in school.execute(EVENTS)] == [8, 7]


def test_what_was_set_aside_is_released_when_it_can_be_taken_in(ingest: Ingest, school: Database) -> None:
    ingest([event(1, student_id="new"), event(2, student_id="never")], status=Exit.FINDINGS)
    school.execute("INSERT INTO frames.students (id) VALUES ('new')")
    found = ingest([event(2, student_id="never"), event(1, student_id="new")], status=Exit.FINDINGS)
    assert (found["summary"]["taken"], found["summary"]["set_aside_new"]) == (1, 0)
    released = school.execute(
        "SELECT event_id, released_at IS NOT NULL, content = '', line FROM toolbox.quarantined_events ORDER BY 1"
    )
    assert released == [("e-1", True, True, 1), ("e-2", False, False, 1)]

    school.execute("DELETE FROM frames.students WHERE id = 'new'; DELETE FROM toolbox.ingested_events")
    ingest([event(1, student_id="new")], status=Exit.FINDINGS)
    again = "SELECT released_at, content = '' FROM toolbox.quarantined_events WHERE event_id = 'e-1'"
    assert school.execute(again) == [(None, False)]


def test_an_event_that_was_taken_in_stays_known_when_its_student_is_gone(ingest: Ingest, school: Database) -> None:
    ingest([event(1)])
    school.execute("DELETE FROM frames.students WHERE id = 's1'")
    assert ingest([event(1)])["summary"]["known"] == 1
    assert school.execute(EVENTS) == []


def test_a_dry_run_says_the_same_and_writes_nothing(ingest: Ingest, school: Database) -> None:
    before = state(school)
    lines = [event(1), event(2, student_id="nobody")]
    dry = ingest(lines, "--dry-run", status=Exit.FINDINGS)
    assert state(school) == before
    assert school.execute("SELECT count(*) FROM toolbox.audit_log") == [(0,)]
    done = ingest(lines, status=Exit.FINDINGS)
    assert dry["summary"] == done["summary"] | {"dry_run": True}
    assert dry["items"] == done["items"]


def test_a_run_is_audited_with_counts_and_without_what_it_read(ingest: Ingest, school: Database) -> None:
    ingest([event(1), usage(1), b"x"], status=Exit.FINDINGS)
    assert school.execute("SELECT command, platform, counts, details FROM toolbox.audit_log") == [
        ("toolbox analytics ingest --from jsonl", None, {"frames": 1, "toolboxai": 1, "quarantined": 1}, {})
    ]


def test_people_are_told_by_file_and_line(cli: CommandLine, school: Database, tmp_path: Path) -> None:
    (tmp_path / "one.jsonl").write_text(json.dumps(event(1)) + "\n\n" + json.dumps(event(2, student_id="x")) + "\n")
    (tmp_path / "two.jsonl").write_text(json.dumps(event(1)))
    done = cli("analytics", "ingest", "one.jsonl", "two.jsonl", database=school)
    assert done.exit_code == Exit.FINDINGS
    assert "one.jsonl:3  event-unknown-reference  student_id is no row of frames.students" in done.stdout
    assert done.stdout.endswith("1 event taken in, 1 had come before, 1 set aside, of 3 lines.\n")


def test_a_stream_is_taken_in(toolbox_process: ToolboxProcess, school: Database) -> None:
    done = toolbox_process("analytics", "ingest", "-", database=school, stdin=json.dumps(event(1)))
    assert (done.exit_code, done.stdout) == (0, "1 event taken in, of 1 line.\n"), done.stderr


def test_a_file_that_is_not_there_changes_nothing(cli: CommandLine, school: Database, tmp_path: Path) -> None:
    (tmp_path / "one.jsonl").write_text(json.dumps(event(1)))
    done = cli("analytics", "ingest", "one.jsonl", "none.jsonl", database=school)
    assert done.exit_code == Exit.USAGE
    assert "none.jsonl can't be read: No such file or directory." in done.stderr
    assert school.execute(EVENTS) == []


def test_two_runs_at_once(cli: CommandLine, school: Database, tmp_path: Path) -> None:
    (tmp_path / "one.jsonl").write_text(json.dumps(event(1)))
    with school.connect() as other:
        other.execute("SELECT pg_advisory_lock(%s, %s)", (0x746F6F6C, 8))
        done = cli("analytics", "ingest", "one.jsonl", database=school)
    assert done.exit_code == Exit.LOCKED
    assert "Another run holds the lock" in done.stderr


def test_a_database_without_the_tables_says_how_to_get_them(
    cli: CommandLine, empty_database: Database, tmp_path: Path
) -> None:
    (tmp_path / "one.jsonl").write_text(json.dumps(event(1)))
    done = cli("analytics", "ingest", "one.jsonl", database=empty_database)
    assert done.exit_code == Exit.REFUSED
    assert "toolbox db upgrade" in done.stderr
