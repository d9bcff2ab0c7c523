"""What has the right shape and can't be meant."""

import json
from pathlib import Path
from typing import Any

import pytest

from toolbox_cli.content.modules.reading.file import read_module


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
