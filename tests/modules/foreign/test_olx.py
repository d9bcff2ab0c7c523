"""Courses of Open edX as modules: what becomes of each block, and of each file beside them."""

from pathlib import Path

import pytest

from tests.support.packages import PACKAGES, as_folder, as_tar, codes, convert, fate_of, files_of, of
from toolbox_cli.content.modules.converting import Converted, Fate
from toolbox_cli.modules.foreign.olx.components import DROPPED

COURSE = PACKAGES / "olx"


@pytest.fixture(scope="module")
def made() -> Converted:
    return convert(COURSE)


def around(inside: str) -> dict[str, str]:
    """Give a course of one unit."""
    return {
        "course.xml": '<course org="Lab" course="L1" url_name="r"><chapter url_name="c" display_name="Safety">'
        f'<sequential url_name="s"><vertical url_name="v" display_name="Door">{inside}</vertical></sequential>'
        "</chapter></course>"
    }


def test_each_chapter_is_a_module(made: Converted) -> None:
    assert [(one["slug"], one["title"], [part["type"] for part in one["sections"]]) for one in made.modules] == [
        ("lab-l101-before", "Before you begin", ["text", "video", "interactive", "interactive"]),
        ("lab-l101-power", "Power and heat", ["text", "interactive"]),
    ]


def test_every_block_and_file_is_told_of_once(made: Converted) -> None:
    assert made.losses.counted == len(made.losses.objects) == 27
    assert [*made.losses.counts().values()] == [8, 8, 11]
    named = {one.name for one in made.losses.objects}
    backing = {"course.xml", "html/rules.html"} | {f"{name}.xml" for name in named}
    assert {*files_of(COURSE)} <= named | backing


@pytest.mark.parametrize(
    ("name", "fate", "words"),
    [
        ("chapter/later", Fate.DROPPED, "nothing in it"),
        ("vertical/door", Fate.MERGED, "groups"),
        ("vertical/keys", Fate.DROPPED, "staff alone"),
        ("html/keys-text", Fate.DROPPED, "vertical/keys"),
        ("problem/iron-graph", Fate.DROPPED, "a program"),
        ("poll/iron-poll", Fate.DROPPED, "opinions"),
        ("discussion/talk", Fate.DROPPED, "nobody discusses"),
        ("drafts/vertical/window.xml", Fate.DROPPED, "never published"),
        ("problem/forgotten.xml", Fate.DROPPED, "leads to it"),
        ("static/old-plan.pdf", Fate.DROPPED, "no section"),
        ("static/exits.pdf", Fate.MERGED, "links to it"),
        ("about/overview.html", Fate.DROPPED, "beside the course"),
    ],
)
def test_what_is_lost_has_its_reason(made: Converted, name: str, fate: Fate, words: str) -> None:
    found = fate_of(made, name)
    assert (found.fate, words in f"{found.reason} {found.other}") == (fate, True)


def test_text_is_cleaned_and_names_its_files(made: Converted) -> None:
    section = of(made, "html/rules")
    assert section["section_config"] == {"format": "html"}
    assert '<img src="static/glasses.png" alt="Safety glasses">' in section["content"]
    assert not any(word in section["content"] for word in ("script", "track", "counter.example", "jump_to"))
    assert made.assets == {f"static/{name}": f"static/{name}" for name in ("exits.pdf", "glasses.png", "tour.srt")}
    assert codes(made.faults) == [
        ("M603", "rules.html", 6), ("M603", "rules.html", 9), ("M605", "rules.html", 10), ("M601", "rules.html", 10),
        ("M602", "rules.html", 11), ("M601", "rules.html", 12), ("M603", "2030.xml", 8),
    ]  # fmt: skip


def test_a_video(made: Converted) -> None:
    section = of(made, "video/tour")
    assert section["media_url"] == "https://www.youtube.com/watch?v=aBcDeFgHiJ0"
    assert section["section_config"] == {"start_seconds": 5, "end_seconds": 70, "captions": "static/tour.srt"}


def test_a_problem_as_its_author_typed_it(made: Converted) -> None:
    (task,) = of(made, "problem/glasses")["section_config"]["tasks"]
    assert task["prompt"] == "When do you wear glasses?\n\nThink of the person beside you."
    assert [(one["text"], one["correct"]) for one in task["choices"]] == [
        ("When I solder", False), ("Always in the lab", True), ("Never", False),
    ]  # fmt: skip
    assert task["feedback"] == "Chips fly from other benches too."


def test_problems_of_xml(made: Converted) -> None:
    several, text = of(made, "problem/first")["section_config"]["tasks"]
    assert [one["correct"] for one in several["choices"]] == [True, True, False]
    assert several["choices"][0] == {
        "text": "Cut the power.", "correct": True, "feedback": "Yes: otherwise you are next.",
    }  # fmt: skip
    assert several["feedback"] == "Your own safety comes first."
    assert (text["kind"], text["answers"]) == ("short_text", ["at the door", "door"])
    number, single = of(made, "problem/iron-quiz")["section_config"]["tasks"]
    assert (number["kind"], number["answers"], number["tolerance"]) == ("numeric", ["350"], 35)
    assert [one["correct"] for one in single["choices"]] == [False, True]


def test_the_same_course_as_studio_exports_it(made: Converted, tmp_path: Path) -> None:
    files = {f"./course/{name}": content for name, content in files_of(COURSE).items()}
    litter = {f"./course/._{Path(name).name}": b"\0\5\x16\7" for name in files_of(COURSE)}
    packed = convert(as_tar(tmp_path / "course.tar.gz", {**files, **litter}))
    assert packed.modules == made.modules
    assert packed.losses == made.losses


def test_keys_stay_when_titles_change(tmp_path: Path) -> None:
    html = '<html url_name="9f0b" display_name="{}"><p>Knock.</p></html>'
    first, second = (
        convert(as_folder(tmp_path / title, around(html.format(title)))).modules[0] for title in ("Door", "Window")
    )
    assert [one["sections"][0]["key"] for one in (first, second)] == ["9f0b", "9f0b"]
    assert [one["sections"][0]["title"] for one in (first, second)] == ["Door", "Window"]


@pytest.mark.parametrize(
    ("key", "slug"),
    [("safety", "lab-l1-safety"), ("0a6d5c1e5a5b4c369a4e000000000001", "lab-l1-0a6d5c1e"), ("", "lab-l1-week-1")],
)
def test_slugs_stay_when_titles_change_if_the_chapter_has_a_name(tmp_path: Path, key: str, slug: str) -> None:
    files = around('<html url_name="h">a</html>')
    files["course.xml"] = files["course.xml"].replace('url_name="c" display_name="Safety"',
                                                      f'url_name="{key}" display_name="Week 1"')  # fmt: skip
    assert convert(as_folder(tmp_path, files)).modules[0]["slug"] == slug


def test_books_beside_the_course_are_told_of(tmp_path: Path) -> None:
    files = around('<html url_name="h">a</html>')
    files["course.xml"] = files["course.xml"].replace(
        "</course>", '<textbook title="B" book_url="/static/b"/></course>'
    )
    (lost,) = [one for one in convert(as_folder(tmp_path, files)).losses.objects if one.kind == "textbook"]
    assert lost.reason == "a book beside the course"


def test_a_video_in_the_package(tmp_path: Path) -> None:
    files = around("<video url_name='v' html5_sources='[\"/static/a.mp4\"]'/>") | {"static/a.mp4": ""}
    assert of(convert(as_folder(tmp_path, files)), "video/v")["media_url"] == "static/a.mp4"


def test_what_is_taken_out_of_a_problem_has_its_line(tmp_path: Path) -> None:
    inside = (
        '<problem url_name="p">\n<p>a</p>\n<choiceresponse>\n<checkboxgroup>\n<choice correct="true">b</choice>\n'
        '<choice correct="false">c<img src="https://t.example/a.gif"/></choice></checkboxgroup></choiceresponse></problem>'
    )
    made = convert(as_folder(tmp_path, around(inside)))
    assert codes(made.faults) == [("M602", "course.xml", 6)]


@pytest.mark.parametrize(
    ("typed", "kind", "more"),
    [
        ("Name it.\n= Bench\nor= desk", "short_text", {"answers": ["Bench", "desk"]}),
        ("How many?\n= 2.5 +- 20%", "numeric", {"answers": ["2.5"], "tolerance": 0.5}),
        ("How many?\n= 3", "numeric", {"answers": ["3"], "tolerance": 0.0}),
        ("It is [[hot, (cold)]]", "single_choice", {}),
        ("Which?\n[[\n  hot {{no}}\n  (cold)\n]]", "single_choice", {}),
        ("Which?\n[x] a\n[ ] b\n[x] c\n||think||", "multiple_choice", {}),
        ("Which?\n(x) a\n(@) shuffled\n( ) b", "single_choice", {}),
    ],
)
def test_what_authors_type(tmp_path: Path, typed: str, kind: str, more: dict[str, object]) -> None:
    written = typed.replace("\n", "&#10;").replace("<", "&lt;")
    made = convert(as_folder(tmp_path, around(f'<problem url_name="p" markdown="{written}"/>')))
    (task,) = of(made, "problem/p")["section_config"]["tasks"]
    assert task["kind"] == kind
    assert {name: task[name] for name in more} == more
    assert "|" not in task["prompt"]
    assert "[" not in task["prompt"]


def test_several_questions_in_one_problem(tmp_path: Path) -> None:
    made = convert(
        as_folder(tmp_path, around('<problem url_name="p" markdown="A?&#10;= 1&#10;---&#10;B?&#10;= b&#10;"/>'))
    )
    assert [task["kind"] for task in of(made, "problem/p")["section_config"]["tasks"]] == ["numeric", "short_text"]


@pytest.mark.parametrize(
    ("inside", "words"),
    [
        ("<p>a</p><multiplechoiceresponse><choice>a</choice></multiplechoiceresponse>", "0 are"),
        ('<p>a</p><stringresponse type="ci regexp" answer="a.*"/>', "a pattern"),
        ('<p>a</p><numericalresponse answer="[1,2)"/>', "no plain number"),
        ('<p>a</p><numericalresponse answer="1e999"/>', "no number"),
        ("<p>a</p><formularesponse/>", "<formularesponse> has no equivalent"),
        ('<stringresponse answer="a"/>', "asks nothing"),
    ],
)
def test_questions_that_nobody_could_answer(tmp_path: Path, inside: str, words: str) -> None:
    made = convert(as_folder(tmp_path, around(f'<html url_name="h">a</html><problem url_name="p">{inside}</problem>')))
    assert words in str(fate_of(made, "problem/p").reason)


@pytest.mark.parametrize("kind", [*DROPPED, "annotatable"])
def test_blocks_without_equivalent_go_with_all_below_them(tmp_path: Path, kind: str) -> None:
    inside = f'<html url_name="h">a</html><{kind} url_name="k" x="1"><html url_name="i">b</html></{kind}>'
    made = convert(as_folder(tmp_path, around(inside)))
    assert fate_of(made, f"{kind}/k").fate is Fate.DROPPED
    assert [len(one["sections"]) for one in made.modules] == [1]


def test_a_problem_that_asks_nothing_is_text(tmp_path: Path) -> None:
    made = convert(as_folder(tmp_path, around('<problem url_name="p"><p>Knock first.</p></problem>')))
    assert of(made, "problem/p")["content"] == "<p>Knock first.</p>"


def test_a_circle_of_pointers_ends(tmp_path: Path) -> None:
    files = around('<html url_name="h">a</html><vertical url_name="w"/>')
    files["vertical/w.xml"] = '<vertical><vertical url_name="w"/><html url_name="h"/></vertical>'
    made = convert(as_folder(tmp_path, files))
    assert [one.name for one in made.losses.objects if one.reason == "stands in the course already"] == [
        "vertical/w (2)", "html/h (2)",
    ]  # fmt: skip


def test_verticals_without_end(tmp_path: Path) -> None:
    made = convert(as_folder(tmp_path, around('<html url_name="h">a</html>' + "<vertical>" * 99 + "</vertical>" * 99)))
    assert made.losses.counted == 4 + 1 + 18


def test_names_lead_nowhere_else(tmp_path: Path) -> None:
    as_folder(tmp_path, {"secret.html": "secret", "static/x.png": b""})
    inside = (
        '<html url_name="../../secret"/><html url_name="h" filename="../../secret"/>'
        '<html url_name="i"><img src="/static/../../secret.html"/><img src="/static/%2e%2e/x.png"/>a</html>'
    )
    made = convert(as_folder(tmp_path / "course", around(inside)))
    assert [one["content"] for one in made.modules[0]["sections"]] == ["a"]
    assert [code for code, _, _ in codes(made.faults)] == ["M501", "M501", "M605", "M605"]


@pytest.mark.parametrize(
    ("files", "found"),
    [
        ({"course.xml": "<course"}, [("M502", "course.xml", 1), ("M503", None, None)]),
        ({"course.xml": "<library/>"}, [("M503", "course.xml", None), ("M503", None, None)]),
        ({"course.xml": '<course url_name="r"/>'}, [("M501", "course.xml", 1), ("M503", None, None)]),
        ({"readme.txt": ""}, [("M503", None, None)]),
        (
            around('<html url_name="h">a</html>') | {"policies/r/policy.json": "{"},
            [("M502", "policy.json", 1)],
        ),
        (
            around('<html url_name="h">a</html><problem url_name="p"/>')
            | {"problem/p.xml": "<problem>\n<p></problem>"},
            [("M502", "p.xml", 2)],
        ),
    ],
)
def test_what_is_broken_is_told(tmp_path: Path, files: dict[str, str], found: list[tuple[str, str, int]]) -> None:
    made = convert(as_folder(tmp_path, files), "olx")
    assert [(code, file if code != "M503" or file == "course.xml" else None, line)
            for code, file, line in codes(made.faults)] == found  # fmt: skip


def test_a_course_in_its_own_folder_beside_other_things(tmp_path: Path) -> None:
    files = {f"courses/one/{name}": text for name, text in around('<html url_name="h" filename="h"/>').items()}
    files |= {"courses/one/html/h.html": "<p>a</p>", "README.md": "", ".git/config": ""}
    made = convert(as_folder(tmp_path, files))
    assert of(made, "html/h")["content"] == "<p>a</p>"
    assert fate_of(made, "README.md").fate is Fate.DROPPED
    assert made.losses.counted == 6
