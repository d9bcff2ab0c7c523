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
from tests.agents.workflow.running import approved
from toolbox_cli.agents.exporting import export as exporting
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
    files = export(toolboxai_connection, root, tmp_path / "deep" / "lesson")
    names = {file.name for file in files}
    assert {"lesson.yaml", "quiz.gift", "terrain.json", "BuildLand.server.luau"} <= names
    assert names == {file.name for file in (tmp_path / "deep" / "lesson").iterdir()}
    lesson = yaml.safe_load((tmp_path / "deep" / "lesson" / "lesson.yaml").read_text())
    assert next(iter(lesson["educational_content"].values()))["title"] == made().plan.title
    assert json.loads((tmp_path / "deep" / "lesson" / "terrain.json").read_text())["spawn"] == [*made().terrain.spawn]
    assert (tmp_path / "deep" / "lesson" / "quiz.gift").read_text().count("\n::") == len(made().quiz.questions)
    for file in files:
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


def test_all_files_are_there_or_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "files", lambda *_: {"lesson.yaml": b"a", "no/such/folder": b"b"})
    with pytest.raises(OutputError):
        write(made(), tmp_path / "lesson")
    assert not any(tmp_path.iterdir())


def test_a_file_in_the_folders_place_is_told(tmp_path: Path) -> None:
    (tmp_path / "lesson").write_text("a file")
    with pytest.raises(RefusedError):
        write(made(), tmp_path / "lesson")
    with pytest.raises(OutputError):
        write(made(), tmp_path / "lesson" / "below")
