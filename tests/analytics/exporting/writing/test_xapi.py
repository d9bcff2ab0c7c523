"""xAPI: statements of module events hold every rule that a learning record store refuses by."""

import copy
import datetime
import io
import json
import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.analytics.exporting.writing.xapi_rules import faults_of
from toolbox_cli.analytics.datasets.dataset import Dataset
from toolbox_cli.analytics.datasets.modules import MODULE_EVENTS
from toolbox_cli.analytics.datasets.registry import DATASETS
from toolbox_cli.analytics.events.types import EVENT_TYPES
from toolbox_cli.analytics.exporting.writing.statements.telling import TELLERS
from toolbox_cli.analytics.exporting.writing.statements.words import HOME
from toolbox_cli.analytics.exporting.writing.writer import Form, open_writer
from toolbox_cli.analytics.ingesting.shapes.statements import event_of
from toolbox_cli.analytics.masking.applying import masked_schema
from toolbox_cli.analytics.masking.modes import Mode
from toolbox_cli.core.errors import UsageError

SCHEMA: Final = masked_schema(MODULE_EVENTS, Mode.PSEUDONYMOUS)
MOMENT: Final = datetime.datetime(2026, 1, 5, 10, tzinfo=datetime.UTC)
ROW: Final = {
    "event_id": 7, "module_id": 12, "student": "abcd234", "event_type": "section_view", "section_number": 3,
    "session": "efgh567", "device_type": "tablet", "happened_at": MOMENT, "elapsed_seconds": 90,
    "struggle_signal": 0.25, "pattern_detected": None,
}  # fmt: skip

VALID: Final[dict[str, Any]] = {
    "id": "f0c3b6de-5d3a-5b8e-9d33-0a4f5a6f9a11",
    "actor": {"objectType": "Agent", "account": {"homePage": "https://lms.example", "name": "1625378"}},
    "verb": {"id": "http://adlnet.gov/expapi/verbs/answered", "display": {"en-US": "answered"}},
    "object": {
        "objectType": "Activity",
        "id": "https://lms.example/quizzes/1",
        "definition": {"name": {"de": "Quiz"}, "type": "http://adlnet.gov/expapi/activities/assessment"},
    },
    "result": {
        "score": {"scaled": 0.5, "raw": 50, "min": 0, "max": 100},
        "success": False,
        "completion": True,
        "response": "4",
        "duration": "PT4H35M59.14S",
        "extensions": {"https://lms.example/why": None},
    },
    "context": {
        "registration": "6690e6c9-3ef0-4ed3-8b37-7f3964730bee",
        "contextActivities": {"parent": [{"id": "https://lms.example/courses/1"}]},
        "platform": "lms",
        "language": "zh-Hant-TW",
    },
    "timestamp": "2026-01-05T10:00:00.000Z",
    "version": "1.0.3",
}


def put(path: str, value: Any) -> Callable[[dict[str, Any]], None]:
    def change(statement: dict[str, Any]) -> None:
        *way, last = path.split(".")
        for name in way:
            statement = statement[name]
        statement[last] = value

    return change


def drop(name: str) -> Callable[[dict[str, Any]], None]:
    return lambda statement: statement.pop(name)


WRONG: Final = [
    ("XAPI-00001", put("result.response", None)),
    ("XAPI-00001", put("context.extensions", {}) and put("result", {})),
    ("XAPI-00003", drop("actor")),
    ("XAPI-00004", drop("verb")),
    ("XAPI-00005", drop("object")),
    ("XAPI-00006", put("actor", "ada")),
    ("XAPI-00008", put("timeStamp", "2026-01-05T10:00:00Z")),
    ("XAPI-00009", put("actor.objectType", "agent")),
    ("XAPI-00010", put("mood", "good")),
    ("XAPI-00010", put("result.grade", "A")),
    ("XAPI-00022", put("timestamp", "05.01.2026")),
    ("XAPI-00022", put("timestamp", "2026-02-30T10:00:00Z")),
    ("XAPI-00027", put("id", "7")),
    ("XAPI-00027", put("id", "f0c3b6de-5d3a-5b8e-1d33-0a4f5a6f9a11")),
    ("XAPI-00031", put("actor.objectType", "Person")),
    ("XAPI-00034", put("actor", {"objectType": "Agent", "name": "Ada"})),
    ("XAPI-00034", put("actor.mbox", "mailto:ada@school.example")),
    ("XAPI-00035", put("actor.member", [])),
    ("XAPI-00038", put("actor.mbox", "ada@school.example")),
    ("XAPI-00042", put("actor.account.homePage", "lms.example")),
    ("XAPI-00043", put("actor.account.name", 7)),
    ("XAPI-00044", put("verb.id", "answered")),
    ("XAPI-00045", put("verb.display", {"english language": "answered"})),
    ("XAPI-00045", put("verb.display", "answered")),
    ("XAPI-00046", put("object.objectType", "Thing")),
    ("XAPI-00047", put("object.id", "quiz 1")),
    ("XAPI-00056", put("object.definition.name", "Quiz")),
    ("XAPI-00060", put("object.definition.type", "assessment")),
    ("XAPI-00064", put("object.definition.correctResponsesPattern", ["a"])),
    ("XAPI-00074", put("result.success", "true")),
    ("XAPI-00075", put("result.completion", 1)),
    ("XAPI-00076", put("result.response", 4)),
    ("XAPI-00077", put("result.duration", "90 s")),
    ("XAPI-00077", put("result.duration", "P4W1D")),
    ("XAPI-00077", put("result.duration", "PT")),
    ("XAPI-00079", put("result.score", 0.5)),
    ("XAPI-00080", put("result.score.max", "100")),
    ("XAPI-00081", put("result.score.min", 100)),
    ("XAPI-00082", put("result.score.raw", 101)),
    ("XAPI-00083", put("result.score.scaled", 1.01)),
    ("XAPI-00085", put("object", {"objectType": "StatementRef", "id": "6690e6c9-3ef0-4ed3-8b37-7f3964730bee"})),
    ("XAPI-00072", put("object", {"objectType": "StatementRef", "id": "6690"})),
    ("XAPI-00086", put("context.contextActivities", [])),
    ("XAPI-00087", put("context.registration", "session")),
    ("XAPI-00091", put("context.language", "english_US")),
    ("XAPI-00093", put("context.contextActivities.course", [{"id": "https://lms.example/courses/1"}])),
    ("XAPI-00094", put("context.contextActivities.parent", [{"id": "course"}])),
    ("XAPI-00101", put("version", "2.0.0")),
    ("XAPI-00118", put("result.extensions", {"why": 1})),
]


def test_the_rules_take_a_right_statement() -> None:
    assert faults_of(json.dumps(VALID)) == []


@pytest.mark.parametrize(("number", "wrong"), WRONG)
def test_the_rules_tell_each_wrong_statement(number: str, wrong: Callable[[dict[str, Any]], None]) -> None:
    statement = copy.deepcopy(VALID)
    wrong(statement)
    assert number in {found for found, _ in faults_of(json.dumps(statement))}


def test_the_rules_tell_a_name_that_comes_twice_and_what_is_no_json() -> None:
    assert faults_of('{"id":"a",' + json.dumps(VALID)[1:])[0] == ("XAPI-00021", "id")
    assert faults_of(json.dumps(VALID).replace("0.5", "NaN")) == [("XAPI-00014", "")]


def written(*rows: dict[str, Any], dataset: Dataset = MODULE_EVENTS, schema: pa.Schema = SCHEMA) -> list[str]:
    class Kept(io.BytesIO):
        def close(self) -> None:
            pass

    kept = Kept()
    writer = open_writer(Form.XAPI, kept, schema, dataset)
    writer.write(pa.RecordBatch.from_pylist([*rows], schema=schema))
    assert writer.close().rows == len(rows)
    return kept.getvalue().decode().split("\n")[:-1]


def test_a_section_that_was_viewed() -> None:
    [line] = written(ROW)
    assert faults_of(line) == []
    statement = json.loads(line)
    assert statement == {
        "id": statement["id"],
        "actor": {"objectType": "Agent", "account": {"homePage": f"{HOME}/accounts/frames", "name": "abcd234"}},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/experienced", "display": {"en": "experienced"}},
        "object": {
            "objectType": "Activity",
            "id": "urn:toolbox:frames:module:12:section:3",
            "definition": {"type": "http://adlnet.gov/expapi/activities/lesson"},
        },
        "context": {
            "registration": statement["context"]["registration"],
            "contextActivities": {
                "parent": [
                    {
                        "objectType": "Activity",
                        "id": "urn:toolbox:frames:module:12",
                        "definition": {"type": "http://adlnet.gov/expapi/activities/module"},
                    }
                ]
            },
            "platform": "frames",
            "extensions": {
                "urn:toolbox:xapi:event-type": "section_view",
                "urn:toolbox:xapi:device-type": "tablet",
                "urn:toolbox:xapi:session": "efgh567",
                "urn:toolbox:xapi:elapsed-seconds": 90,
            },
        },
        "timestamp": "2026-01-05T10:00:00.000Z",
    }


def test_a_module_that_was_completed() -> None:
    [line] = written(ROW | {"event_type": "module_complete"})
    assert faults_of(line) == []
    statement = json.loads(line)
    assert statement["verb"]["id"].endswith("/completed")
    assert statement["object"]["id"] == "urn:toolbox:frames:module:12"
    assert statement["result"] == {"completion": True, "duration": "PT90S"}
    assert "contextActivities" not in statement["context"]


def test_the_same_row_always_has_the_same_id_and_another_row_another() -> None:
    first, again, other, later = written(
        ROW, ROW | {"student": "x"}, ROW | {"event_id": 8}, ROW | {"happened_at": MOMENT.replace(hour=11)}
    )
    ids = [json.loads(line)["id"] for line in (first, again, other, later)]
    assert uuid.UUID(ids[0]).version == 5
    assert ids[0] == ids[1] == "8f3896f6-96e9-51c3-95b7-53e4a2fc0b4a"
    assert len({*ids}) == 3


@pytest.mark.parametrize("event_type", [*EVENT_TYPES, "other"])
@pytest.mark.parametrize("section", [3, None])
def test_an_ingest_reads_the_same_event_back(event_type: str, section: int | None) -> None:
    [line] = written(ROW | {"event_type": event_type, "section_number": section})
    found = event_of(json.loads(line))
    assert found == {
        "event_id": found["event_id"],
        "event_type": event_type,
        "module_id": 12,
        "section_number": section,
        "student_id": "abcd234",
        "timestamp": "2026-01-05T10:00:00.000Z",
        "session_id": "efgh567",
        "device_type": "tablet",
        "time_elapsed_seconds": 90,
        "event_data": None,
    }


def test_a_session_that_is_a_uuid_is_the_registration_itself() -> None:
    session = "6690e6c9-3ef0-4ed3-8b37-7f3964730bee"
    [line] = written(ROW | {"session": session})
    context = json.loads(line)["context"]
    assert context["registration"] == session
    assert session not in context["extensions"].values()


_VALUES: Final = {
    pa.int64(): st.integers(0, 2**31),
    pa.string(): st.text(max_size=12),
    pa.float64(): st.floats(width=64),
    pa.bool_(): st.booleans(),
    pa.timestamp("us", tz="UTC"): st.datetimes(
        MOMENT.replace(tzinfo=None, year=1990), MOMENT.replace(tzinfo=None, year=2100), timezones=st.just(datetime.UTC)
    ),
}
_NEVER_NULL: Final = {"event_id", "module_id", "happened_at", "attempt", "attempt_number", "is_completed"}
_CLOSED: Final = {
    "event_type": st.sampled_from([*EVENT_TYPES, "other", None]),
    "status": st.sampled_from(["not_started", "in_progress", "completed", "skipped", None]),
    "quiz_id": st.uuids().map(str),
}


def rows_of(dataset: Dataset) -> st.SearchStrategy[dict[str, Any]]:
    def values(field: pa.Field) -> st.SearchStrategy[Any]:
        some = _CLOSED.get(field.name, _VALUES[field.type])
        return some if field.name in _NEVER_NULL else st.none() | some

    return st.fixed_dictionaries({field.name: values(field) for field in masked_schema(dataset, Mode.PSEUDONYMOUS)})


@pytest.mark.parametrize("name", sorted(TELLERS))
@settings(max_examples=25)
@given(data=st.data())
def test_whatever_a_row_holds_its_statement_is_right(name: str, data: st.DataObject) -> None:
    dataset = DATASETS[name]
    row = data.draw(rows_of(dataset))
    [line] = written(row, dataset=dataset, schema=masked_schema(dataset, Mode.PSEUDONYMOUS))
    assert faults_of(line) == []


ATTEMPT: Final = {
    "attempt": "abcd", "quiz_id": "6690e6c9-3ef0-4ed3-8b37-7f3964730bee", "student": "efgh", "attempt_number": 2,
    "score": 85.0, "passed": True, "time_taken_seconds": 312, "is_completed": True, "started_at": MOMENT,
    "completed_at": MOMENT.replace(hour=11),
}  # fmt: skip


def told(row: dict[str, Any], name: str) -> dict[str, Any]:
    dataset = DATASETS[name]
    [line] = written(row, dataset=dataset, schema=masked_schema(dataset, Mode.PSEUDONYMOUS))
    assert faults_of(line) == []
    statement: dict[str, Any] = json.loads(line)
    return statement


def test_an_attempt_tells_its_score_and_whether_it_passed() -> None:
    statement = told(ATTEMPT, "quiz-attempts")
    assert statement["verb"]["id"] == "http://adlnet.gov/expapi/verbs/passed"
    assert statement["object"]["id"] == "urn:toolbox:toolboxai:quiz:6690e6c9-3ef0-4ed3-8b37-7f3964730bee"
    assert statement["result"] == {
        "score": {"scaled": 0.85, "raw": 85.0, "min": 0, "max": 100},
        "success": True,
        "completion": True,
        "duration": "PT312S",
    }
    assert statement["timestamp"] == "2026-01-05T11:00:00.000Z"
    assert told(ATTEMPT | {"passed": False}, "quiz-attempts")["verb"]["id"].endswith("/failed")
    assert told(ATTEMPT | {"is_completed": False}, "quiz-attempts")["verb"]["id"].endswith("/attempted")


def test_bonus_points_are_told_without_a_range_that_denies_them() -> None:
    assert told(ATTEMPT | {"score": 110.0}, "quiz-attempts")["result"]["score"] == {"scaled": 1.0, "raw": 110.0}


def test_of_a_row_that_changes_each_state_is_a_statement_of_its_own() -> None:
    row = {"progress_id": "p1", "module_id": 12, "student": "x", "status": "in_progress", "progress_percent": 40}
    row |= {"last_accessed_at": MOMENT, "total_time_seconds": 60}
    under_way, done = told(row, "module-progress"), told(row | {"status": "completed"}, "module-progress")
    assert under_way["verb"]["id"].endswith("/progressed")
    assert under_way["result"]["extensions"] == {"https://w3id.org/xapi/cmi5/result/extensions/progress": 40}
    assert done["result"]["completion"] is True
    assert under_way["id"] != done["id"]
    assert told(row, "module-progress") == under_way


def test_what_nobody_did_is_refused_with_what_can_be_told() -> None:
    with pytest.raises(UsageError) as refused:
        written(dataset=replace(MODULE_EVENTS, name="health"))
    assert "health" in refused.value.message
    assert all(name in str(refused.value.remedy) for name in TELLERS)
