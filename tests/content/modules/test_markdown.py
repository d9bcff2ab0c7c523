"""Modules in Markdown: nothing that an author wrote is passed over in silence."""

import json
from pathlib import Path

import pytest

from toolbox_cli.content.modules.reading.file import Read, read_module

HEAD = "---\nslug: lab\ntitle: Lab\n---\n\n"


def read(folder: Path, text: str) -> Read:
    file = folder / "module.md"
    file.write_text(text, encoding="utf-8", newline="")
    return read_module(file)


def told(read: Read) -> list[tuple[str, str, int | None]]:
    return [(one.code, one.object, one.line) for one in read.faults]


@pytest.mark.parametrize(("text", "fault"), [
    ("## A\n\n```yaml section\ncontent: one\n```\n\ntwo\n", ("M005", "sections[0]", 12)),
    ("## A\n\nText.\n\n```yaml section\nduration_seconds: 5\n```\n", ("M006", "module.md", 10)),
    ("```yaml section\nduration_seconds: 5\n```\n\n## A\n\nText.\n", ("M006", "module.md", 6)),
    ("## A {#a #b}\n\nText.\n", ("M205", "sections[0]", 6)),
    ("## A {.text .video}\n\nText.\n", ("M205", "sections[0]", 6)),
    ("## A {#a}\n\n```yaml section\nkey: b\n```\n\nText.\n", ("M002", "sections[0]", 9)),
    ("## A\n\nText.\n\n## A\n\nText.\n", ("M212", "sections[1]", 10)),
    ("## Дверь\n\nText.\n", ("M212", "sections[0]", 6)),
])  # fmt: skip
def test_what_would_be_lost_is_told(tmp_path: Path, text: str, fault: tuple[str, str, int]) -> None:
    assert fault in told(read(tmp_path, HEAD + text))


@pytest.mark.parametrize("text", ["## A\n\nText.\n\n## A {#b}\n\nText.\n", "## Дверь {#door}\n\nText.\n",
                                  "## 5\n\nText.\n",
                                  "## Дверь\n\n```yaml section\nkey: door\n```\n\nText.\n"])  # fmt: skip
def test_a_key_of_its_own_is_no_doubt(tmp_path: Path, text: str) -> None:
    assert told(read(tmp_path, HEAD + text)) == []


def test_a_heading_that_is_not_the_title_begins_the_description(tmp_path: Path) -> None:
    for heading, description in (("Welcome", "# Welcome\n\nHello."), ("Lab", "Hello.")):
        found = read(tmp_path, f"{HEAD}# {heading}\n\nHello.\n\n## A\n\nText.\n")
        assert found.faults == ()
        assert json.loads(found.text or "")["description"] == description


def test_many_sections_of_one_title_are_read_at_once(tmp_path: Path) -> None:
    found = read(tmp_path, HEAD + "## A\n\nText.\n\n" * 3000)
    assert (found.sections, len(found.faults)) == (3000, 2999)
