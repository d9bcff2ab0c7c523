"""Files that a module names are looked for beside it."""

from pathlib import Path

import pytest

from toolbox_cli.content.modules.reading.assets import is_there
from toolbox_cli.content.modules.reading.file import read_module

MODULE = """slug: lab
title: Lab
description: See ![the plan](media/plan.png) and [next](next-lesson).
module_type: mixed
sections:
  - key: walk
    type: video
    media_url: media/walk.mp4
    section_config: {captions: required}
  - key: page
    type: text
    section_config: {format: html}
    content: |
      <p><img src="media/page.png" alt="A page"></p>
  - key: orbit
    type: interactive
    section_config:
      environment_type: diagram
      assets: [a.glb, a.glb, {name: b.glb}, c.glb, d.glb, "https://one.example/e.glb"]
      launch: index.html?start=1
"""
MISSING = [
    ("sections[0].media_url", "media/walk.mp4"),
    ("sections[2].section_config.assets", "a.glb, b.glb, c.glb and 1 more"),
    ("sections[2].section_config.launch", "index.html"),
    ("description", "media/plan.png"),
    ("sections[1].content", "media/page.png"),
]


def test_files_that_are_not_there_are_told(tmp_path: Path) -> None:
    file = tmp_path / "lab.yaml"
    file.write_text(MODULE, "utf-8")
    faults = read_module(file).faults
    assert [(one.object, str(one.found).partition(":")[0]) for one in faults] == MISSING
    assert {(one.code, one.severity.value) for one in faults} == {("M308", "warning")}
    for name in (
        "media/walk.mp4",
        "media/plan.png",
        "media/page.png",
        "a.glb",
        "b.glb",
        "c.glb",
        "d.glb",
        "index.html",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert read_module(file).faults == ()


@pytest.mark.parametrize(("address", "there"), [
    ("a b.png", True), ("a%20b.png", True), ("./a b.png", True), ("x/../a b.png#t=1", True), ("gone.png", False),
    ("", True), ("/a.png", True), ("//one.example/a.png", True), ("https://one.example/a.png", True), ("#part", True),
    ("../here/a b.png", False), ("%2e%2e/here/a%20b.png", False), ("x%00.png", False), ("loop", False), (".", False),
    ("x" * 400, False),
])  # fmt: skip
def test_a_relative_address_is_of_a_file_in_the_folder(tmp_path: Path, address: str, there: bool) -> None:  # noqa: FBT001
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "a b.png").touch()
    (tmp_path / "here" / "loop").symlink_to("loop")
    assert is_there(tmp_path / "here", address) is there
