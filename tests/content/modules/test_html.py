"""HTML of authors is cleaned as that of packages is, and what was taken out is told."""

import json
from pathlib import Path

import pytest

from toolbox_cli.content.modules.reading.file import Read, read_module

HEAD = """slug: lab
title: Lab
sections:
  - key: door
    type: text
    section_config: {format: html}
    content: |
"""


def read(folder: Path, html: str) -> Read:
    file = folder / "module.yaml"
    file.write_text(f"{HEAD}      {html}\n", encoding="utf-8")
    return read_module(file)


def test_what_runs_and_what_fetches_is_taken_out(tmp_path: Path) -> None:
    pytest.importorskip("nh3")
    found = read(tmp_path, '<p onclick="x()">Knock.</p><script>x()</script><img src="https://t.example/p.gif" alt="">')
    assert found.text is not None
    assert "<p>Knock.</p>" in found.text
    kept = json.loads(found.text)["sections"][0]["content"]
    assert [word for word in ("script", "onclick", "t.example") if word in kept] == []
    assert {fault.code[:2] for fault in found.faults} == {"M6"}
    assert all(fault.object == "sections[0].content" and fault.line for fault in found.faults)


def test_clean_html_stays_as_it_is_written(tmp_path: Path) -> None:
    pytest.importorskip("nh3")
    found = read(tmp_path, "<p>Knock <em>first</em>.</p>")
    assert found.faults == ()
    assert "<p>Knock <em>first</em>.</p>" in (found.text or "")
    assert found.hash == read(tmp_path, "<p>Knock <em>first</em>.</p>").hash
