"""`toolbox quests sessions`: what parents said stays theirs, and only a sound graph becomes a quest."""

import json
from typing import Any

import pytest
from psycopg.types.json import Jsonb

from tests.quests.conftest import Quests
from tests.quests.judging import one, report
from tests.support.servers import Database
from toolbox_cli.models.pas_in_peace.builder import BuilderStage
from toolbox_cli.quests.sessions.options import Stage

CONTEXT = {
    "child": {"name": "Kim", "age": 8, "interests": ["foxes"], "pets": 2},
    "memories": ["The gate of the old garden"],
    "preferences": {"school": "ACT", "theme": "doors", "age_range": "7-9"},
}
HISTORY = [
    {"role": "assistant", "content": "Hello!"},
    {"role": "user", "content": "It is for Kim."},
    {"role": "user", "content": "Eight."},
]


@pytest.fixture
def talked(quests: Quests, database: Database, imported: object) -> Quests:
    """Sessions 1 to 6, one a stage; those from `generating` on have the graph of the quest that is there."""
    with database.connect(options="-c search_path=pas_in_peace") as connection:
        for number, stage in enumerate(Stage, 1):
            connection.execute(
                "INSERT INTO quest_builder_sessions (id, user_id, current_stage, conversation_history, quest_context,"
                " current_graph, created_at, updated_at) SELECT %s, 18, %s, %s, %s,"
                " CASE WHEN %s THEN graph_structure END, now() - %s * interval '10 days',"
                " now() - %s * interval '9 days' FROM quests",
                [number, stage, Jsonb(HISTORY), Jsonb(CONTEXT), number > 3, number, number],
            )
    return quests


def regraph(database: Database, change: str) -> None:
    database.execute(f"UPDATE pas_in_peace.quest_builder_sessions SET current_graph = {change}")


def drafts(database: Database) -> list[tuple[Any, ...]]:
    return database.execute("""
        SELECT quest_id, user_id, title, status, is_public, moderation_status, child_name, child_age, child_interests,
            family_memories, psychological_module, age_range, total_nodes
        FROM pas_in_peace.quests WHERE quest_id <> 'two-doors'""")


def test_the_stages_are_those_of_the_builder() -> None:
    assert [*map(str, Stage)] == [*map(str, BuilderStage)]


def test_sessions_are_listed_and_shown_without_what_was_said(talked: Quests, database: Database) -> None:
    listed = report(talked("sessions", "list", "--format", "json"))
    assert [item["session"] for item in listed["items"]] == [1, 2, 3, 4, 5, 6]
    assert listed["summary"]["reviewing"] == 1
    only = report(talked("sessions", "list", "--stage", "reviewing", "--user", "id:18", "--format", "json"))["items"]
    assert [(item["session"], item["messages"], item["nodes"]) for item in only] == [(5, 3, 5)]
    assert report(talked("sessions", "list", "--user", "unique", "--format", "json"))["items"] == []
    done = talked("sessions", "show", "4", "--format", "json")
    assert "Kim" not in done.stdout
    shown = report(done)
    assert shown["items"] == [{"role": "assistant", "messages": 1}, {"role": "user", "messages": 2}]
    assert (shown["summary"]["step"], shown["summary"]["steps"], shown["summary"]["codes"]) == (4, 6, [])
    assert talked("sessions", "show", "99").exit_code == 2
    assert one(database, "SELECT count(*) FROM toolbox.audit_log WHERE command LIKE '%sessions%'") == 0


def test_messages_are_shown_where_that_is_asked_and_recorded(talked: Quests, database: Database) -> None:
    shown = report(talked("sessions", "show", "1", "--personal", "--format", "json"))
    assert [item["message"] for item in shown["items"]] == ["Hello!", "It is for Kim.", "Eight."]
    assert shown["summary"]["context"] == CONTEXT
    details = one(database, "SELECT details FROM toolbox.audit_log WHERE command LIKE '%sessions show --personal'")
    assert details == {"seen": 1, "filters": {"session": 1}}


def test_a_session_becomes_a_draft_of_its_parent(talked: Quests, database: Database) -> None:
    promote = ("sessions", "promote", "5", "--quest", "kims-doors", "--title", "Kim's doors")
    assert talked(*promote, "--dry-run").exit_code == 0
    assert drafts(database) == []
    done = talked(*promote)
    assert done.exit_code == 0, done.stderr
    assert "No column holds child.pets, preferences.theme of the session." in done.stderr
    assert drafts(database) == [(
        "kims-doors", 18, "Kim's doors", "draft", False, "pending", "Kim", 8, ["foxes"],
        ["The gate of the old garden"], "ACT", "7-9", 5,
    )]  # fmt: skip
    assert one(database, "SELECT current_stage FROM quest_builder_sessions WHERE id = 5") == "quest_ready"
    command = one(database, "SELECT command FROM toolbox.audit_log ORDER BY id DESC LIMIT 1")
    assert command == "toolbox quests sessions promote 5 --quest kims-doors"
    again = talked(*promote, "--format", "json")
    assert [item["fate"] for item in report(again)["items"]] == ["unchanged"]
    assert talked("sessions", "promote", "6", "--quest", "two-doors", "--title", "Mine").exit_code == 3


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        ("jsonb_set(current_graph, '{edges}', '[]')", {"Q10"}),
        ("jsonb_set(current_graph, '{nodes,0,type}', '\"scene\"')", {"Q01"}),
        ("'{\"nodes\": 3}'", {"Q54"}),
        ("'[]'", {"Q51"}),
    ],
)
def test_a_graph_with_errors_becomes_no_quest(talked: Quests, database: Database, change: str, codes: set[str]) -> None:
    regraph(database, change)
    done = talked("sessions", "promote", "5", "--quest", "kims-doors", "--title", "Doors", "--format", "json")
    assert done.exit_code == 3, done.stderr
    assert codes <= {one["code"] for one in json.loads(done.stdout)["summary"]["findings"]}
    assert drafts(database) == []
    assert one(database, "SELECT current_stage FROM quest_builder_sessions WHERE id = 5") == "reviewing"


def test_what_a_session_tells_wrong_and_a_graph_under_way_are_refused(talked: Quests, database: Database) -> None:
    assert talked("sessions", "promote", "5", "--quest", "doors").exit_code == 3
    assert talked("sessions", "promote", "4", "--quest", "doors", "--title", "Doors").exit_code == 4
    database.execute("""
        UPDATE pas_in_peace.quest_builder_sessions
        SET quest_context = jsonb_set(quest_context, '{child,age}', '"8"')""")
    assert talked("sessions", "promote", "5", "--quest", "doors", "--title", "Doors").exit_code == 3
    assert drafts(database) == []


@pytest.mark.parametrize("context", ['[{"a": 1}, {"b": 2}]', "7", '"Kim"', "null"])
def test_a_context_of_another_shape_is_shown_and_tells_nothing(
    talked: Quests, database: Database, context: str
) -> None:
    database.execute(
        f"UPDATE pas_in_peace.quest_builder_sessions SET quest_context = '{context}', current_graph = '[1]'"
    )
    for personal in ((), ("--personal",)):
        shown = report(talked("sessions", "show", "5", *personal, "--format", "json"))["summary"]
        assert (shown["tells_of"], shown["codes"]) == ([], ["Q51"])


def test_what_is_left_out_names_nobody(talked: Quests, database: Database) -> None:
    database.execute("""
        UPDATE pas_in_peace.quest_builder_sessions SET quest_context = '{"siblings": {"Kim": 7, "Robin": 9}}'""")
    done = talked("sessions", "promote", "5", "--quest", "doors", "--title", "Doors")
    assert "No column holds siblings of the session." in done.stderr


def test_old_sessions_are_purged_and_no_others(talked: Quests, database: Database) -> None:
    def left() -> list[int]:
        found = database.execute("SELECT id FROM pas_in_peace.quest_builder_sessions ORDER BY id")
        return [row[0] for row in found]

    planned = report(talked("sessions", "purge", "--older-than", "30d", "--dry-run", "--format", "json"))
    assert planned["items"] == [{"stage": stage, "sessions": 1} for stage in ("generating", "reviewing", "quest_ready")]
    refused = talked("sessions", "purge", "--older-than", "30d")
    assert (refused.exit_code, "no terminal to ask on" in refused.stderr) == (4, True)
    assert left() == [1, 2, 3, 4, 5, 6]
    assert talked("sessions", "purge", "--older-than", "30d", "--stage", "reviewing", "--yes").exit_code == 0
    assert left() == [1, 2, 3, 4, 6]
    assert talked("sessions", "purge", "--older-than", "30d", "--yes").exit_code == 0
    assert left() == [1, 2, 3]
    recorded = one(database, "SELECT counts FROM toolbox.audit_log ORDER BY id DESC LIMIT 1")
    assert recorded == {"quest_builder_sessions": 2}
    for age in ("0", "soon", "9" * 20 + "d"):
        assert talked("sessions", "purge", "--older-than", age, "--yes").exit_code == 2
    assert left() == [1, 2, 3]
