"""What agents, teachers and classes make: workflows, scripts, terrain, changes to content."""

import datetime
import re
from collections import Counter, defaultdict
from itertools import pairwise
from typing import Any

from tests.seed.domains.activity.conftest import School
from toolbox_cli.seed.making.keys import dashed

UNSAFE = ("loadstring", "getfenv", "setfenv", "HttpGet", "InsertService", "while true")


def grouped(rows: Any, column: str) -> dict[Any, list[Any]]:
    found = defaultdict(list)
    for row in rows:
        found[row[column]].append(row)
    return found


def test_agents_worked_on_what_teachers_made_and_were_ready_in_time(school: School) -> None:
    own = {dashed(lesson.content_key): lesson for one in school.classes for lesson in one.lessons if lesson.own}
    workflows = grouped(school.tables["agent_tasks"], "workflow_id")
    assert len(workflows) == len(school.tables["roblox_terrain"]) == len(own)
    for tasks in workflows.values():
        lesson = own[tasks[0]["output_data"]["content_id"]]
        assert tasks[0]["parent_task_id"] is None
        assert {task["parent_task_id"] for task in tasks[1:]} <= {tasks[0]["id"]}
        for task in tasks:
            assert task["created_at"] <= task["started_at"] <= task["completed_at"]
            assert task["duration_seconds"] == (task["completed_at"] - task["started_at"]).seconds
            assert (
                (task["status"] == "completed")
                == (task["output_data"] is not None)
                == (not task["error_message"] and task["progress_percentage"] == 100)
            )
        assert all(before["completed_at"] <= after["started_at"] for before, after in pairwise(tasks))
        assert tasks[-1]["completed_at"] <= lesson.planned_at + datetime.timedelta(minutes=3)


def test_states_of_a_workflow_come_in_order_and_end_approved(school: School) -> None:
    tasks = grouped(school.tables["agent_tasks"], "workflow_id")
    states = grouped(school.tables["agent_states"], "workflow_id")
    assert states.keys() == tasks.keys()
    again = 0
    for rows in states.values():
        told = [(row["state_type"], row["sequence_number"]) for row in rows]
        assert len(set(told)) == len(told)
        assert [kind for kind, number in told if number == 0] == ["situation", "problem", "action", "result", "context"]
        refused = [row for row in rows if not row["approved"]]
        again += bool(refused)
        assert len(refused) == 2 * (len(told) - 5) / 2
        assert all(before["created_at"] <= after["created_at"] for before, after in pairwise(rows))
        assert all(row["quality_score"] < 0.7 for row in refused)
    assert 0 < again < len(states) / 2


def test_measurements_of_agents_agree_with_their_tasks(school: School) -> None:
    tasks = {row["id"]: row for row in school.tables["agent_tasks"]}
    for row in school.tables["agent_metrics"]:
        if row["metric_type"] == "execution_time":
            assert row["metric_value"] == tasks[row["task_id"]]["duration_seconds"]
    rates = [row for row in school.tables["agent_metrics"] if row["metric_type"] == "success_rate"]
    assert sum(row["context"]["tasks"] for row in rates) == len(tasks)
    assert sum(row["context"]["failed"] for row in rates) == sum(row["status"] != "completed" for row in tasks.values())
    timed = Counter(row["task_id"] for row in school.tables["agent_metrics"] if row["metric_type"] == "execution_time")
    assert timed == Counter(key for key, row in tasks.items() if row["status"] == "completed")


def test_scripts_and_terrain_belong_to_content_of_the_teachers_own(school: School) -> None:
    own = {lesson.content_key: one.teacher.key for one in school.classes for lesson in one.lessons if lesson.own}
    for table in ("roblox_scripts", "roblox_terrain"):
        assert {row["content_id"]: row["created_by"] for row in school.tables[table]} == own
    for row in school.tables["roblox_scripts"]:
        assert str(row["content"]).startswith("--!strict\\nlocal ")
        assert not any(word in row["content"] for word in UNSAFE)
        assert (row["reviewed_by"] is not None) == row["tested"] == (row["test_results"] is not None)
    for row in school.tables["roblox_terrain"]:
        assert re.search(rf"Enum\.Material\.{row['material']}\b", row["generation_script"])


def test_teachers_have_a_plugin_that_lived_when_they_used_it(school: School) -> None:
    plugins = {row["user_id"]: row for row in school.tables["roblox_plugins"]}
    assert plugins.keys() == {one.teacher.key for one in school.classes} | {
        one.admin.key for one in school.classes if one.admin
    }
    for row in school.tables["user_sessions"]:
        if row["session_type"] == "api":
            assert plugins[row["user_id"]]["last_heartbeat"] >= row["last_activity"]


def test_changes_are_counted_from_0_and_build_on_each_other(school: School) -> None:
    sessions = {row["id"]: row for row in school.tables["collaboration_sessions"]}
    changes = grouped(school.tables["collaboration_changes"], "session_id")
    assert changes.keys() == sessions.keys()
    lost = 0
    for key, rows in changes.items():
        session, state = sessions[key], {}
        assert [row["change_sequence"] for row in rows] == list(range(len(rows)))
        assert [row["sequence"] for row in session["change_log"]] == list(range(len(rows)))
        for row in rows:
            assert session["started_at"] <= row["created_at"] <= session["last_activity"] <= session["ended_at"]
            assert row["previous_state"] == state.get(row["target_object"])
            assert row["applied"] == (row["conflict_resolution"] is None)
            state[row["target_object"]] = row["new_state"]
            lost += not row["applied"]
        assert all(before["created_at"] <= after["created_at"] for before, after in pairwise(rows))
    assert lost > 0


def test_participants_are_of_the_class_and_there_when_they_change_something(school: School) -> None:
    class_of = {person.key: one for one in school.classes for person in one.people}
    changes = grouped(school.tables["collaboration_changes"], "session_id")
    for key, rows in grouped(school.tables["collaboration_participants"], "session_id").items():
        assert [row["role"] for row in rows].count("owner") == 1
        assert len({row["user_id"] for row in rows}) == len(rows)
        assert len({class_of[row["user_id"]].number for row in rows}) == 1
        made = grouped(changes[key], "user_id")
        assert made.keys() <= {row["user_id"] for row in rows}
        for row in rows:
            own = [change["created_at"] for change in made[row["user_id"]]]
            assert row["contribution_count"] == len(own)
            assert row["last_contribution"] == (own[-1] if own else None)
            assert all(row["joined_at"] <= moment <= row["left_at"] for moment in own)
            assert row["duration_seconds"] == (row["left_at"] - row["joined_at"]).seconds


def test_who_did_not_agree_takes_no_part_in_a_session(school: School) -> None:
    for row in school.tables["collaboration_participants"]:
        person = school.people[row["user_id"]]
        assert person.role == "teacher" or person.takes_part(row["joined_at"])  # type: ignore[attr-defined]
