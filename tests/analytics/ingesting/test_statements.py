"""Statements of xAPI become the same events as lines of ours."""

from typing import Any

from tests.analytics.ingesting.conftest import Ingest
from tests.analytics.ingesting.made import EVENTS, MODULE, QUARANTINED
from tests.support.servers import Database
from toolbox_cli.analytics.events.xapi import (
    BY_VERB,
    DATA,
    EVENT_TYPE,
    EXTENSIONS,
    SECTION,
    SESSION,
    VERBS,
    activity_id,
    activity_parts,
    verb_of,
)
from toolbox_cli.core.exits import Exit

ID = "6f1f2c3e-6a52-4c3a-9d5e-0b6d2a1c7e{:02d}"
SITTING = "0eed0000-0000-4000-8000-0000000000aa"


def statement(number: int = 1, verb: str = "experienced", **parts: Any) -> dict[str, Any]:
    """Make a statement about section 3 of a module; a part that is None is left out."""
    made = {
        "id": ID.format(number),
        "actor": {"objectType": "Agent", "account": {"homePage": "https://lms.example", "name": "s1"}},
        "verb": {"id": VERBS + verb},
        "object": {"id": activity_id("lab-safety-101", 3)},
        "timestamp": f"2026-10-05T08:{number:02}:00Z",
        **parts,
    }
    return {name: part for name, part in made.items() if part is not None}


TOLD: list[tuple[str, dict[str, Any], str, Any]] = [
    ("launched", {}, "module_start", None),
    ("initialized", {}, "module_start", None),
    ("experienced", {}, "section_view", None),
    ("interacted", {"object": {"id": activity_id("lab-safety-101", 3), "definition": {"name": {"en": "Goggles"}}}},
     "click", {"element": "Goggles"}),
    ("interacted", {}, "click", None),
    ("answered", {"result": {"success": False}}, "solution_attempted", {"accepted": False}),
    ("completed", {}, "section_complete", None),
    ("completed", {"object": {"id": activity_id("lab-safety-101")}}, "module_complete", None),
    ("passed", {"result": {"score": {"scaled": 0.815}}}, "score", {"score": 81.5}),
    ("failed", {"result": {"score": {"raw": 12, "scaled": 0.3}}}, "score", {"score": 12}),
    ("scored", {"object": {"id": activity_id("lab-safety-101")}}, "score", None),
    ("terminated", {}, "pause", None),
    ("suspended", {}, "pause", None),
    ("resumed", {}, "resume", None),
]  # fmt: skip
"""A verb, other parts of its statement, the kind of event and its data."""


def test_each_verb_has_its_kind_of_event(ingest: Ingest, school: Database) -> None:
    ingest([statement(n, verb, **parts) for n, (verb, parts, _, _) in enumerate(TOLD)], "--from", "xapi")
    for row, (_, parts, kind, data) in zip(school.execute(EVENTS), TOLD, strict=True):
        section = None if "object" in parts and "section" not in parts["object"]["id"] else 3
        assert row[:5] == (MODULE, "s1", kind, data, section)


def test_extensions_say_the_fields_themselves(ingest: Ingest, school: Database) -> None:
    extensions = {
        EVENT_TYPE: "hint_used", DATA: {"hint": 2}, SESSION: "sitting 7", f"{EXTENSIONS}device-type": "phone",
        f"{EXTENSIONS}elapsed-seconds": 90, SECTION: 5,
    }  # fmt: skip
    context = {"registration": SITTING, "extensions": extensions}
    ingest(
        [
            statement(1, "interacted", context=context),
            statement(2, "launched", object={"id": "https://lms.example/x/modules/lab-safety-101/"}, context=context),
            statement(3, context={"registration": SITTING}),
        ],
        "--from",
        "xapi",
    )
    first, second, third = school.execute(EVENTS)
    assert first[2:] == ("hint_used", {"hint": 2}, 3, "sitting 7", "phone", "2026-10-05 08:01:00.000000 +00", 90)
    assert (second[0], second[4]) == (MODULE, 5)
    assert third[5] == SITTING


def test_several_statements_may_stand_in_one_line(ingest: Ingest, school: Database) -> None:
    answer = {"statements": [statement(1), statement(2), {"id": "x"}], "more": ""}
    found = ingest([answer, [statement(2), statement(3)]], "--from", "xapi", status=Exit.FINDINGS)
    assert (found["summary"]["lines"], found["summary"]["taken"], found["summary"]["known"]) == (2, 3, 1)
    assert [item["place"] for item in found["items"]] == ["events.jsonl:1"]
    assert [row[2] for row in school.execute(QUARANTINED)] == ["x"]


def test_capital_letters_of_an_id_name_the_same_statement(ingest: Ingest) -> None:
    found = ingest([statement(1), statement(1, id=ID.format(1).upper())], "--from", "xapi")
    assert found["summary"]["known"] == 1


REFUSED: list[tuple[dict[str, Any], str, str]] = [
    ({"actor": {"mbox": "mailto:ada@school.example"}}, "missing", "actor.account.name is missing"),
    ({"actor": {"account": "s1"}}, "no-event", "account is no object"),
    ({"actor": {"account": {"name": "nobody"}}}, "unknown-reference", "student_id is no row of frames.students"),
    ({"verb": {"id": "http://adlnet.gov/expapi/verbs/voided"}}, "unknown-type", "verb.id is no verb of events"),
    ({"verb": {"id": "experienced/x"}}, "unknown-type", "verb.id is no verb of events"),
    ({"verb": {}}, "missing", "verb.id is missing"),
    ({"object": {"id": "https://lms.example/course/1"}}, "no-event", "object.id names no module"),
    ({"object": {"id": "/modules/" * 100_000}}, "no-event", "object.id names no module"),
    ({"object": []}, "no-event", "object is no object"),
    ({"object": {"id": activity_id("lab-safety-101")}}, "missing", "section_number is missing"),
    ({"timestamp": None}, "missing", "timestamp is missing"),
    ({"id": None}, "missing", "event_id is missing"),
    ({"context": {"extensions": {EVENT_TYPE: ["x"]}}}, "wrong-value", "event_type is not a text"),
    ({"context": {"extensions": {EVENT_TYPE: "dance"}}}, "unknown-type", "event_type is none of"),
    ({"context": {"extensions": {DATA: "x"}}}, "wrong-value", "event_data is not an object"),
    ({"verb": {"id": f"{VERBS}scored"}, "result": {"score": {"raw": "x"}}}, "wrong-value", "event_data.score is"),
]
"""Parts of a statement, the reason, and the beginning of what is told."""


def test_statements_that_tell_of_no_event_are_set_aside(ingest: Ingest, school: Database) -> None:
    lines = [statement(n) | parts for n, (parts, _, _) in enumerate(REFUSED)]
    found = ingest([{k: v for k, v in line.items() if v is not None} for line in lines], "--from", "xapi",
                   status=Exit.FINDINGS)  # fmt: skip
    told = [
        (item["code"], item["found"][: len(begins)]) for item, (*_, begins) in zip(found["items"], REFUSED, strict=True)
    ]
    assert told == [(f"event-{reason}", begins) for _, reason, begins in REFUSED]
    assert school.execute("SELECT DISTINCT form FROM toolbox.quarantined_events") == [("xapi",)]


def test_names_of_activities_lead_back() -> None:
    assert activity_parts(activity_id("lab", 12)) == ("lab", 12)
    assert activity_parts(activity_id(7)) == ("7", None)
    assert activity_parts("https://x.example/lms/modules/lab/sections/2/") == ("lab", 2)
    for other in ("mailto:a@modules.example", "lab", "https://x.example/modules/", "urn:toolbox:frames:module:a:b"):
        assert activity_parts(other) is None


def test_every_verb_that_is_written_is_read() -> None:
    assert verb_of("dance") == f"{VERBS}interacted"
    for kind in ("section_view", "retry", "score", "pause", "solution_attempted"):
        assert BY_VERB[verb_of(kind).removeprefix(VERBS)] == kind
