"""What has the right shape and can't be meant."""

import json
from pathlib import Path
from typing import Any

import pytest

from toolbox_cli.content.modules.reading.file import read_module
from toolbox_cli.content.modules.reading.reading import read_library


def question(**fields: Any) -> dict[str, Any]:
    config = {"environment_type": "quiz", "tasks": [{"prompt": "Why?", **fields}]}
    return {"type": "interactive", "section_config": config}


@pytest.mark.parametrize(("section", "fault"), [
    (question(kind="numeric", answers=["1e3", " -2.5"]), None),
    (question(kind="numeric", answers=["2", "two"]), ("M210", "'two' is no number")),
    (question(kind="numeric", answers=["nan"]), ("M210", "'nan' is no number")),
    ({"type": "video", "media_url": "/a", "section_config": {"start_seconds": 5, "end_seconds": 6}}, None),
    ({"type": "video", "media_url": "/a", "section_config": {"start_seconds": 5, "end_seconds": 5}},
     ("M205", "the video ends before it begins")),
    ({"type": "sandbox", "section_config": {"language": "c", "runnable": True, "files": [
        {"name": "a.c", "text": ""}, {"name": "b.c", "text": ""}, {"name": "a.c", "text": "int x;"}]}},
     ("M205", "another file is called a.c too")),
])  # fmt: skip
def test_what_can_not_be_meant(tmp_path: Path, section: dict[str, Any], fault: tuple[str, str] | None) -> None:
    file = tmp_path / "lab.json"
    module = {"slug": "lab", "title": "Lab", "module_type": "mixed", "sections": [{"key": "door", **section}]}
    file.write_text(json.dumps(module), "utf-8")
    assert [(one.code, one.found) for one in read_module(file).faults] == ([fault] if fault else [])


DOOR = {"key": "door", "type": "text", "content": "Knock first."}


@pytest.mark.parametrize(("module", "faults"), [
    ({"sections": [DOOR, {**DOOR, "type": "vidoe"}]}, {("M204", "sections[1].type"), ("M206", "sections[1].key")}),
    ({"sections": [{**DOOR, "key": "Door"}, {"key": "Door"}]},
     {("M205", "sections[0].key"), ("M201", "sections[1]"), ("M206", "sections[1].key")}),
    ({"titel": "Lab", "sections": [DOOR, DOOR, DOOR]},
     {("M102", "titel"), ("M206", "sections[1].key"), ("M206", "sections[2].key")}),
    ({"sections": ["door", {"key": 1}, {**DOOR, "key": "quiz", **question(kind="numeric", answers=["two"])}]},
     {("M203", "sections[0]"), ("M201", "sections[1]"), ("M210", "sections[2].section_config.tasks[0]")}),
    ({"title": 7, "prerequisites": ["lab"], "tags": ["a", "a"], "related_modules": "b", "sections": [DOOR]},
     {("M103", "title"), ("M304", "prerequisites[0]"), ("M309", "tags[1]"), ("M103", "related_modules")}),
    ({"title": "", "sections": [{"key": "film", "type": "video", "media_url": "film.mp4"}]},
     {("M105", "title"), ("M308", "sections[0].media_url")}),
    ({"title": "", "tags": None, "sections": None}, {("M105", "title"), ("M103", "tags"), ("M103", "sections")}),
])  # fmt: skip
def test_a_wrong_shape_hides_nothing_else(tmp_path: Path, module: dict[str, Any], faults: set[tuple[str, str]]) -> None:
    file = tmp_path / "lab.json"
    file.write_text(json.dumps({"slug": "lab", "title": "Lab", **module}), "utf-8")
    read = read_module(file)
    assert {(one.code, one.object) for one in read.faults} == faults
    assert len(read.faults) == len(faults)


def test_a_wrong_shape_hides_no_reference(tmp_path: Path) -> None:
    fields = {"title": "Lab", "tags": ["unlisted"], "sections": [{**DOOR, "type": "vidoe"}]}
    for slug, needed in (("lab", ["desk", "gone"]), ("desk", ["lab"])):
        (tmp_path / f"{slug}.json").write_text(json.dumps({"slug": slug, "prerequisites": needed, **fields}), "utf-8")
    (tmp_path / "tags.yaml").write_text("tags: [safety]", "utf-8")
    told = {one.code for one in read_library([tmp_path]).findings(None)}
    assert told == {"M204", "M302", "M303", "M306"}
