"""The export: files that open, all of them or none."""

import json
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
import yaml
from psycopg.types.json import Jsonb

from tests.agents.making.luau import assert_parses
from tests.agents.workflow import stored
from tests.agents.workflow.running import approved
from toolbox_cli.agents.exporting.export import export, write
from toolbox_cli.agents.making.records import Environment
from toolbox_cli.core.errors import InputError, OutputError, RefusedError

Connection = psycopg.Connection[Any]


def made() -> Environment:
    return Environment.model_validate(approved().done["environment"])


def put(connection: Connection, status: str = "completed") -> tuple[UUID, UUID]:
    """Write a workflow's task and one of its parts."""
    root, part = uuid4(), uuid4()
    output = Jsonb(approved().done) if status == "completed" else None
    connection.execute(
        "INSERT INTO agent_tasks (id, workflow_id, task_type, task_name, input_data, output_data, status)"
        " VALUES (%(root)s, %(root)s, 'generate_environment', 'Lesson', '{}', %(output)s, %(status)s),"
        " (%(part)s, %(root)s, 'generate_quiz', 'Quiz', '{}', '{}', 'completed')",
        {"root": root, "part": part, "output": output, "status": status},
    )
    return root, part


def test_an_environment_becomes_files_that_open(toolboxai_connection: Connection, tmp_path: Path) -> None:
    root, _ = put(toolboxai_connection)
    written = export(toolboxai_connection, root, tmp_path / "deep" / "lesson")
    names = {file.name for file in written}
    assert {"lesson.yaml", "quiz.gift", "terrain.json", "BuildLand.server.luau"} <= names
    assert names == {file.name for file in (tmp_path / "deep" / "lesson").iterdir()}
    lesson = yaml.safe_load((tmp_path / "deep" / "lesson" / "lesson.yaml").read_text())
    assert next(iter(lesson["educational_content"].values()))["title"] == made().plan.title
    assert json.loads((tmp_path / "deep" / "lesson" / "terrain.json").read_text())["spawn"] == [*made().terrain.spawn]
    assert (tmp_path / "deep" / "lesson" / "quiz.gift").read_text().count("\n::") == len(made().quiz.questions)
    for file in written:
        if file.suffix == ".luau":
            assert_parses(file.read_text())


def test_any_part_of_a_workflow_stands_for_it(toolboxai_connection: Connection, tmp_path: Path) -> None:
    _, part = put(toolboxai_connection)
    assert len(export(toolboxai_connection, part, tmp_path / "lesson")) == 9


@pytest.mark.parametrize("status", ["running", "failed", "waiting"])
def test_what_is_not_approved_is_not_exported(toolboxai_connection: Connection, tmp_path: Path, status: str) -> None:
    root, _ = put(toolboxai_connection, status)
    with pytest.raises(RefusedError, match=status):
        export(toolboxai_connection, root, tmp_path / "lesson")
    assert not (tmp_path / "lesson").exists()


def test_what_is_no_longer_what_was_approved_is_not_shown_as_it(
    toolboxai_connection: Connection, tmp_path: Path
) -> None:
    root, _ = put(toolboxai_connection)
    toolboxai_connection.execute(
        "UPDATE agent_tasks SET output_data = jsonb_set(output_data, '{environment,quiz,title}', '\"Else\"')"
        " WHERE id = %s",
        (root,),
    )
    with pytest.raises(RefusedError, match="no longer what the agents approved"):
        export(toolboxai_connection, root, tmp_path / "lesson")


def test_a_task_that_is_not_there_is_told(toolboxai_connection: Connection, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="There is no task"):
        export(toolboxai_connection, uuid4(), tmp_path / "lesson")


def test_a_folder_with_something_in_it_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(RefusedError, match="not an empty folder"):
        write(made(), tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["mine.txt"]


def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    (tmp_path / "lesson").mkdir()
    assert len(write(made(), tmp_path / "lesson")) == 9
    assert [file.name for file in tmp_path.iterdir()] == ["lesson"]


def test_a_link_is_followed_and_stays_one(tmp_path: Path) -> None:
    (tmp_path / "held").mkdir()
    (tmp_path / "link").symlink_to("held")
    (tmp_path / "ahead").symlink_to("new")
    assert len(write(made(), tmp_path / "link")) == len([*(tmp_path / "held").iterdir()]) == 9
    assert len(write(made(), tmp_path / "ahead")) == len([*(tmp_path / "new").iterdir()]) == 9
    assert (tmp_path / "link").is_symlink()
    (tmp_path / "round").symlink_to("round")
    with pytest.raises(OutputError):
        write(made(), tmp_path / "round")


def test_nobody_is_left_standing_in_a_folder_that_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(RefusedError, match="is the working folder"):
        write(made(), Path())
    assert not any(tmp_path.iterdir())


def test_a_folder_may_have_the_longest_name_that_there_is(tmp_path: Path) -> None:
    assert len(write(made(), tmp_path / ("a" * 255))) == 9


def test_all_files_are_there_or_none(tmp_path: Path) -> None:
    with pytest.raises(OutputError):
        write(made(), tmp_path / "lesson", {"no/such/folder": b"b"})
    assert not any(tmp_path.iterdir())


def test_what_was_changed_since_is_shown_as_it_is_now(toolboxai_connection: Connection, tmp_path: Path) -> None:
    ran = approved()
    agents = stored.put(toolboxai_connection, ran)
    stored.store_all(toolboxai_connection, ran, agents)
    toolboxai_connection.execute(
        "UPDATE agent_tasks SET status = 'completed', output_data = %s WHERE id = %s", (Jsonb(ran.done), ran.root.id)
    )
    before = export(toolboxai_connection, ran.root.id, tmp_path / "before")
    (script,) = toolboxai_connection.execute(
        "UPDATE roblox_scripts AS s SET content = 'return 2' WHERE name = 'Score' RETURNING roblox_script_hash(s)"
    ).fetchall()
    (land,) = toolboxai_connection.execute(
        "UPDATE roblox_content AS c SET title = 'Else' WHERE content_type = 'TERRAIN' RETURNING roblox_content_hash(c)"
    ).fetchall()
    after = export(toolboxai_connection, ran.root.id, tmp_path / "after")
    new = {file.name: file.read_text() for file in after}.keys() - {file.name for file in before}
    assert new == {f"changed-{one[0][:12]}.{ending}" for one in (script, land) for ending in ("json", "luau")}
    assert (tmp_path / "after" / f"changed-{script[0][:12]}.luau").read_text() == "return 2"
    assert json.loads((tmp_path / "after" / f"changed-{land[0][:12]}.json").read_text())["title"] == "Else"


def test_a_file_in_the_folders_place_is_told(tmp_path: Path) -> None:
    (tmp_path / "lesson").write_text("a file")
    with pytest.raises(RefusedError):
        write(made(), tmp_path / "lesson")
    with pytest.raises(OutputError):
        write(made(), tmp_path / "lesson" / "below")
