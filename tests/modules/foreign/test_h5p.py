"""Activities of H5P as modules: texts and questions of known libraries are read, programs are left alone."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.packages import PACKAGES, as_folder, as_zip, codes, convert, fate_of, files_of, of
from toolbox_cli.content.modules.converting import Converted, Fate
from toolbox_cli.modules.foreign.h5p.asking import ASKING
from toolbox_cli.modules.foreign.h5p.showing import SHOWING

FOLDER = PACKAGES / "h5p"


@pytest.fixture(scope="module")
def made() -> Converted:
    return convert(FOLDER)


def activity(library: str, params: Any, **files: bytes | str) -> dict[str, bytes | str]:
    told = {"title": "Lab", "mainLibrary": library}
    return {"h5p.json": json.dumps(told), "content/content.json": json.dumps(params), **files}


def column(*contents: Any) -> Any:
    return {"content": [{"content": one} for one in contents]}


def content(library: str, params: Any, title: str = "") -> dict[str, Any]:
    return {"library": f"{library} 1.2", "params": params, "metadata": {"title": title}}


TEXT = content("H5P.AdvancedText", {"text": "<p>Knock.</p>"})


def tasks(made: Converted) -> list[dict[str, Any]]:
    return [task for part in made.modules[0]["sections"] for task in part.get("section_config", {}).get("tasks", ())]


def test_each_content_is_a_section(made: Converted) -> None:
    (module,) = made.modules
    assert (module["title"], module["description"], module["module_type"]) == (
        "Safety in the lab", "How nobody gets hurt.", "mixed",
    )  # fmt: skip
    assert [(part.get("title"), part["type"]) for part in module["sections"]] == [
        ("Before you enter", "text"), (None, "image"), ("Glasses", "interactive"), ("What do you know?", "interactive"),
        ("Rules", "text"), ("A tour", "video"), ("What did you see?", "interactive"),
    ]  # fmt: skip
    assert module["sections"][0]["key"] == "0a6d5c1e-5a5b-4c36-9a4e-000000000001"
    assert module["sections"][1]["section_config"] == {"alternative_text": "A green door"}


def test_questions_keep_their_answers(made: Converted) -> None:
    glasses, lock, knock, wait, hot, cold, way = tasks(made)
    assert glasses["choices"][0] == {"text": "Always", "correct": True, "feedback": "Right."}
    assert (lock["kind"], [one["correct"] for one in lock["choices"]]) == ("true_false", [True, False])
    assert (knock["answers"], wait["answers"]) == (["knock", "ring"], ["wait"])
    assert wait["prompt"] == "Fill in.\n\nYou … and \\_\\_\\_\\_\\_."
    assert [[one["text"] for one in task["choices"] if one["correct"]] for task in (hot, cold, way)] == [
        ["hot"], ["cold"], ["Left"],
    ]  # fmt: skip
    section = of(made, "content[4].content")
    assert (section["content"], section["completion_criteria"]) == ("Three questions.", {"type": "score", "value": 60})


def test_every_content_and_file_is_told_of_once(made: Converted) -> None:
    assert [*made.losses.counts().values()] == [10, 5, 7]
    files = {name for name in files_of(FOLDER) if name.startswith("content/images")}
    assert files <= {one.name for one in made.losses.objects}


def test_what_is_hostile_is_taken_out_and_told(made: Converted) -> None:
    assert made.modules[0]["sections"][0]["content"] == "<p>Knock <em>first</em>.</p>"
    assert made.assets == {f"content/images/{name}": f"content/images/{name}" for name in ("door.svg", "glasses.png")}
    assert "may not be shown" in str(fate_of(made, "content[2].content").reason)
    assert codes(made.faults) == [
        ("M601", "content.json", None), ("M602", "content.json", None), ("M601", "window.svg", None),
    ]  # fmt: skip
    assert made.faults[0].object == "content[0].content"


def test_the_same_activity_zipped(made: Converted, tmp_path: Path) -> None:
    packed = convert(as_zip(tmp_path / "lab.h5p", files_of(FOLDER)))
    assert (packed.modules, packed.losses) == (made.modules, made.losses)


@pytest.mark.parametrize("library", ["H5P.MemoryGame", "Some.Thing"])
def test_an_unknown_library_is_kept_whole(tmp_path: Path, library: str) -> None:
    files = activity(library, column(TEXT)) | {"content/a.png": b"", "H5P.X-1.0/x.js": ""}
    made = convert(as_zip(tmp_path / "lab.h5p", files))
    (section,) = made.modules[0]["sections"]
    assert section["section_config"]["environment_type"] == "h5p"
    assert section["section_config"]["assets"][0]["media_type"] == "application/zip"
    assert [*made.losses.counts().values()] == [1, 3, 0]


def test_a_known_library_of_which_nothing_can_be_read_is_kept_whole_too(tmp_path: Path) -> None:
    text = content("H5P.AdvancedText", {"text": "<script>a()</script>"})
    made = convert(as_folder(tmp_path, activity("H5P.Column", column(content("H5P.Chart", {}), text))))
    assert made.modules[0]["sections"][0]["section_config"]["assets"] == [{"name": tmp_path.name}]
    assert made.faults == ()


def test_contents_within_contents(tmp_path: Path) -> None:
    inner = content("H5P.Column", column(TEXT, content("H5P.Chart", column(TEXT))))
    slides = {"presentation": {"slides": [{"elements": [{"action": inner}, {"action": TEXT}, {"goToSlide": 2}]}]}}
    made = convert(as_folder(tmp_path, activity("H5P.CoursePresentation", slides)))
    assert len(made.modules[0]["sections"]) == 2
    assert [*made.losses.counts().values()] == [2, 2, 2]


@pytest.mark.parametrize("outer", [*ASKING, *SHOWING, "H5P.QuestionSet"])
def test_what_stands_where_nothing_expects_it_is_told_of(tmp_path: Path, outer: str) -> None:
    params = {"deep": [TEXT, {"deeper": content("H5P.Image", {})}], "text": "a", "question": "b"}
    made = convert(as_folder(tmp_path, activity("H5P.Column", column(TEXT, content(outer, params)))))
    assert made.losses.counted == 5


@pytest.mark.parametrize(
    ("library", "params", "kind"),
    [
        ("MultiChoice", {"question": "a", "answers": [{"text": "b", "correct": True}, {"text": "c", "correct": True}]},
         "multiple_choice"),
        ("MultiChoice", {"question": "a", "answers": [{"text": "b", "correct": True}], "behaviour": {"type": "multi"}},
         "multiple_choice"),
        ("TrueFalse", {"question": "a", "correct": "false"}, "true_false"),
        ("Flashcards", {"cards": [{"text": "a", "answer": "b/c"}]}, "short_text"),
        ("Essay", {"taskDescription": "a", "solution": {"sample": "b"}}, "essay"),
    ],
)  # fmt: skip
def test_kinds_of_questions(tmp_path: Path, library: str, params: Any, kind: str) -> None:
    assert [task["kind"] for task in tasks(convert(as_folder(tmp_path, activity(f"H5P.{library}", params))))] == [kind]


@pytest.mark.parametrize(
    ("library", "params", "reason"),
    [
        ("MultiChoice", {"question": "a", "answers": [{"text": "b"}]}, "no choice is right"),
        ("MultiChoice", {"answers": [{"text": "b", "correct": True}]}, "asks nothing"),
        ("TrueFalse", {"question": "a"}, "which answer is right"),
        ("Blanks", {"questions": ["a"]}, "asks nothing"),
        ("Blanks", {"questions": ["*a*" * 101]}, "more than 100 gaps"),
        ("Blanks", {"questions": ["a * * b"]}, "no answer"),
        ("Image", {"file": {"path": "a.png"}}, "not in the package"),
        ("Image", {"file": {"path": "../../h5p.json"}}, "not in the package"),
        ("Video", {"sources": [{"path": "http://t.example/a.mp4"}]}, "not in the package"),
        ("Audio", {"files": [{"path": "https://t.example/a.mp3"}]}, "not in the package"),
        ("Link", {"linkWidget": {"protocol": "", "url": ""}}, "shows nothing"),
        ("Chart", {}, "H5P.Chart has no equivalent"),
    ],
)
def test_what_cant_be_kept_is_dropped(tmp_path: Path, library: str, params: Any, reason: str) -> None:
    made = convert(as_folder(tmp_path, activity("H5P.Column", column(TEXT, content(f"H5P.{library}", params)))))
    lost = fate_of(made, "content[1].content")
    assert (lost.fate, reason in str(lost.reason)) == (Fate.DROPPED, True)


@pytest.mark.parametrize(
    ("library", "params", "html"),
    [
        (
            "Link",
            {"linkWidget": {"protocol": "https://", "url": "a.example/?b=1"}, "title": "A < B"},
            '<p><a href="https://a.example/?b=1" rel="noopener noreferrer">A &lt; B</a></p>',
        ),
        ("Link", {"linkWidget": {"url": "javascript:a()"}, "title": "A"}, "<p>A</p>"),
        ("Audio", {"files": [{"path": "a.mp3"}]}, '<audio controls=""><source src="content/a.mp3"></audio>'),
        ("Table", {"text": "<table><tr><td>a</td></tr></table>"}, "<table><tbody><tr><td>a</td></tr></tbody></table>"),
        ("Dialogcards", {"dialogs": [{"text": "a", "answer": "b"}]}, "<dl><dt>a</dt><dd>b</dd></dl>"),
        (
            "Accordion",
            {"panels": [{"title": "<i>", "content": content("H5P.AdvancedText", {"text": "<img src='a.mp3'>"})}]},
            '<h3>&lt;i&gt;</h3><div><img src="content/a.mp3"></div>',
        ),
    ],
)
def test_what_is_shown(tmp_path: Path, library: str, params: Any, html: str) -> None:
    files = activity(f"H5P.{library}", params) | {"content/a.mp3": b""}
    assert convert(as_folder(tmp_path, files)).modules[0]["sections"][0]["content"].replace("\n", "") == html


@pytest.mark.parametrize("value", [None, 1, "a", [], {}, [[1]], {"a": 1}, True, 1e400, "\ud800\0"])
def test_values_of_any_kind(tmp_path: Path, value: Any) -> None:
    names = (
        "question",
        "answers",
        "text",
        "questions",
        "choices",
        "panels",
        "sources",
        "files",
        "file",
        "cards",
        "correct",
        "dialogs",
        "linkWidget",
        "media",
        "behaviour",
        "interactiveVideo",
        "passPercentage",
        "content",
        "alt",
    )
    params = {name: value for name in names}
    for values in (value, params, {name: [params] for name in names}, {name: [value] for name in names}):
        parts = [content(library, values) for library in (*ASKING, *SHOWING, "H5P.QuestionSet", "H5P.Column")]
        files = activity("H5P.Column", column(TEXT, *parts, {"library": value, "params": value}))
        files["h5p.json"] = json.dumps({"mainLibrary": "H5P.Column", "title": value, "metaDescription": value})
        convert(as_folder(tmp_path, files))


@pytest.mark.parametrize(
    ("told", "content", "found"),
    [
        ("{", "{}", ["M502", "M503"]),
        ("[]", "{}", ["M502", "M503"]),
        ('{"mainLibrary": "H5P.Text"}', "", ["M502", "M503"]),
        ("{}", "{}", ["M541", "M503"]),
        ('{"mainLibrary": "H5P.Text"}', '{"a":' * 99 + "1" + "}" * 99, ["M502", "M503"]),
        ('{"mainLibrary": "H5P.Text"}', "[" * 100_000, ["M502", "M503"]),
        ('{"mainLibrary": "H5P.Text"}', "[1]", ["M502", "M503"]),
    ],
)
def test_what_is_broken_is_told(tmp_path: Path, told: str, content: str, found: list[str]) -> None:
    made = convert(as_folder(tmp_path, {"h5p.json": told, "content/content.json": content}), "h5p")
    assert [code for code, _, _ in codes(made.faults)] == found


def test_nothing_to_read(tmp_path: Path) -> None:
    assert codes(convert(as_folder(tmp_path, {"a.txt": ""}), "h5p").faults)[0][0] == "M503"
    made = convert(as_folder(tmp_path, {"h5p.json": '{"mainLibrary": "H5P.Text"}'}), "h5p")
    assert [code for code, _, _ in codes(made.faults)] == ["M501", "M503"]


LIBRARIES = st.sampled_from(
    [*ASKING, *SHOWING, "H5P.QuestionSet", "H5P.Column", "H5P.CoursePresentation", "H5P.Chart", "A.b"]
)
FIELDS = st.sampled_from(
    ["text", "question", "questions", "content", "answers", "panels", "media", "correct", "x", "alt"]
)
VALUES = st.recursive(
    st.sampled_from(
        ["", "a", "*a*", "true", "<p>a", "<script>", True, False, None, 3, 1.5, "images/a.png", "H5P.Text 1.1"]
    ),
    lambda below: (
        st.lists(below, max_size=4)
        | st.dictionaries(FIELDS, below, max_size=4)
        | st.builds(content, LIBRARIES, st.dictionaries(FIELDS, below, max_size=4), st.sampled_from(["", "A", "é\n"]))
    ),
    max_leaves=12,
)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(library=LIBRARIES, params=st.dictionaries(FIELDS, VALUES, max_size=4))
def test_whatever_the_activity_every_content_is_told_of_once(
    tmp_path_factory: pytest.TempPathFactory, library: str, params: Any
) -> None:
    convert(as_folder(tmp_path_factory.mktemp("activity"), activity(library, params) | {"content/images/a.png": b""}))
