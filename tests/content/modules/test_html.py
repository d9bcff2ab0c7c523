"""HTML of authors is cleaned as that of packages is, and what was taken out is told."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from toolbox_cli.content.modules.reading.file import Read, read_module

BITS = st.sampled_from([
    "<p>", "</p>", "<b>", "</b>", '<a href="x">', "</a>", "<table>", "<tr>", "<td>", "<ul>", "<li>", "text", " ", "\n",
    "&lt;", "&amp;lt;", "<br>", '<img src="a.png" alt="&quot;">', "<pre>\n", "<h1>", "<rt>", "<form>", "<svg>",
    "<math>",
    "<style>", "</style>", "<!--", "-->", "<title>", "</title>", "<dl>", "<dt>", "<caption>", "<textarea>", "\xa0",
    "\r",
    '<iframe src="https://youtu.be/x">', "</iframe>", "<noscript>", "<tbody>", '<q cite="x">', "<plaintext>", "<meta>",
])  # fmt: skip

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


@pytest.mark.parametrize("html", [
    '<meta http-equiv="refresh" content="0;url=https://t.example">', '<base href="https://t.example/">',
    "<title><img src=https://t.example/a></title>", "<!--><img src=https://t.example/a>-->",
    "<!-- https://t.example -->",
])  # fmt: skip
def test_what_is_taken_out_is_taken_out_also_where_nothing_else_is(tmp_path: Path, html: str) -> None:
    pytest.importorskip("nh3")
    assert "t.example" not in str(read(tmp_path, f"<p>Knock.</p>{html}").text)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(BITS, max_size=9).map("".join))
def test_html_that_was_cleaned_is_read_back_as_it_is(tmp_path: Path, html: str) -> None:
    pytest.importorskip("nh3")
    file = tmp_path / "module.json"
    made = "{}"
    for _ in range(2):
        section = {"key": "door", "type": "text", "section_config": {"format": "html"}, "content": html}
        file.write_text(json.dumps({"slug": "lab", "title": "Lab", "sections": [section]}), "utf-8")
        before, made = made, str(read_module(file).text)
        html = json.loads(made)["sections"][0]["content"]
    assert made == before


def test_lines_are_those_of_the_file(tmp_path: Path) -> None:
    pytest.importorskip("nh3")
    text = "a\n      <script>a()</script>\n      <x>"
    assert sorted(fault.line or 0 for fault in read(tmp_path, text).faults) == [9, 10]
    file = tmp_path / "module.md"
    file.write_text("---\nslug: lab\ntitle: Lab\n---\n\n## A\n\none\n\n<x>\n", "utf-8")
    assert [(fault.code, fault.line) for fault in read_module(file).faults] == [("M603", 10)]


def test_texts_of_questions_are_cleaned_and_code_and_answers_are_not(tmp_path: Path) -> None:
    bad = "![a](https://t.example/a)"
    asked = {"kind": "short_text", "prompt": bad, "answers": [bad], "feedback": bad}
    interactive = {"environment_type": "quiz", "tasks": [asked, bad], "hotspots": [{"name": "a", "text": bad}]}
    sandbox = {"language": "md", "files": [{"name": "a.md", "text": bad}], "runnable": True, "expected_output": bad}
    sections = [
        {"key": "quiz", "type": "interactive", "section_config": interactive},
        {"key": "try", "type": "sandbox", "content": bad, "section_config": sandbox},
        {"key": "plain", "type": "text", "content": bad, "section_config": {"format": "plain"}},
    ]
    module = {"slug": "lab", "title": "Lab", "module_type": "mixed", "description": bad, "sections": sections}
    file = tmp_path / "module.json"
    file.write_text(json.dumps(module), "utf-8")
    found = read_module(file)
    assert [fault.object for fault in found.faults] == [
        "description", "sections[0].section_config.tasks[0].prompt", "sections[0].section_config.tasks[0].feedback",
        "sections[0].section_config.tasks[1]", "sections[0].section_config.hotspots[0].text", "sections[1].content",
    ]  # fmt: skip
    made = json.loads(found.text or "")
    assert made["description"] == f"\\{bad}"
    task = made["sections"][0]["section_config"]["tasks"][0]
    assert (task["prompt"], task["answers"]) == (f"\\{bad}", [bad])
    assert made["sections"][1]["section_config"] == sandbox
    assert made["sections"][2]["content"] == bad
