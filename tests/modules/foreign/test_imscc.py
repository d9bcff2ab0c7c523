"""Common Cartridges as modules: what becomes of each item, resource and question."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.support.packages import PACKAGES, as_folder, as_zip, codes, convert, fate_of, files_of, of, section_of
from toolbox_cli.content.modules.converting import Converted, Fate

CARTRIDGE = PACKAGES / "imscc"
PAGE = '<resource identifier="r" type="webcontent" href="a.html"><file href="a.html"/></resource>'
ITEM = '<item identifier="i" identifierref="r"><title>A</title></item>'


@pytest.fixture(scope="module")
def made() -> Converted:
    return convert(CARTRIDGE)


def manifest(items: str, resources: str, version: str = "imsccv1p3", more: str = "") -> str:
    tree = f'<organization identifier="o"><item identifier="root">{items}</item></organization>' if items else ""
    return (
        f'<manifest xmlns="http://www.imsglobal.org/xsd/{version}/imscp_v1p1">{more}'
        f"<organizations>{tree}</organizations><resources>{resources}</resources></manifest>"
    )


def cartridge(folder: Path, items: str, resources: str, **files: str) -> Path:
    named = {name.replace("__", "/").replace("_DOT_", "."): text for name, text in files.items()}
    return as_folder(folder, {"imsmanifest.xml": manifest(items, resources), "a.html": "<p>a</p>", **named})


def quiz(folder: Path, questions: str) -> Converted:
    text = f"<questestinterop><assessment><section>{questions}</section></assessment></questestinterop>"
    resources = (
        f'{PAGE}<resource identifier="q" type="imsqti_xmlv1p2/imscc_xmlv1p1/assessment"><file href="q.xml"/></resource>'
    )
    items = f'{ITEM}<item identifier="j" identifierref="q"><title>Q</title></item>'
    return convert(cartridge(folder, items, resources, q_DOT_xml=text))


def question(profile: str, presentation: str, processing: str = "") -> str:
    fields = (
        f"<qtimetadatafield><fieldlabel>cc_profile</fieldlabel><fieldentry>{profile}</fieldentry></qtimetadatafield>"
    )
    return (
        f'<item ident="x"><itemmetadata><qtimetadata>{fields}</qtimetadata></itemmetadata><presentation>{presentation}'
        f"</presentation><resprocessing>{processing}</resprocessing></item>"
    )


def test_each_folder_at_the_top_is_a_module(made: Converted) -> None:
    assert [(one["slug"], one["title"], [part["key"] for part in one["sections"]]) for one in made.modules] == [
        ("rocket-workshop-m-tools", "Tools", ["i-saw", "i-film", "i-plan"]),
        ("rocket-workshop-m-fins", "Fins", ["i-rules", "i-quiz", "i-talk", "i-draw"]),
    ]


def test_every_item_resource_and_question_is_told_of_once(made: Converted) -> None:
    items, resources, questions = 16, 15, 8
    assert made.losses.counted == len(made.losses.objects) == items + resources + questions
    assert [*made.losses.counts().values()] == [16, 11, 12]


@pytest.mark.parametrize(
    ("name", "fate", "words"),
    [
        ("item LearningModules", Fate.MERGED, "root"),
        ("item i-head", Fate.DROPPED, "a heading"),
        ("item i-shape", Fate.MERGED, "groups"),
        ("item i-tool", Fate.DROPPED, "another provider"),
        ("item i-later", Fate.DROPPED, "not published"),
        ("item i-day", Fate.DROPPED, "item m-launch"),
        ("item i-talk", Fate.MAPPED, "nobody discusses"),
        ("item i-draw", Fate.MAPPED, "nothing is handed in"),
        ("resource r-later", Fate.DROPPED, "item i-later"),
        ("resource r-spare", Fate.DROPPED, "nothing in the tree"),
        ("resource r-new", Fate.DROPPED, "nothing in the tree"),
        ("resource r-meta", Fate.DROPPED, "settings"),
        ("resource r-picture", Fate.MERGED, "shows it"),
        ("resource r-quiz-canvas", Fate.MERGED, "read with"),
        ("resource r-quiz, question 8: q-sum", Fate.DROPPED, "calculated"),
    ],
)
def test_what_is_lost_has_its_reason(made: Converted, name: str, fate: Fate, words: str) -> None:
    found = fate_of(made, name)
    assert (found.fate, words in f"{found.reason} {found.other}") == (fate, True)


def test_what_canvas_tells_beside_the_manifest(made: Converted) -> None:
    assert [one["prerequisites"] for one in made.modules] == [[], ["rocket-workshop-m-tools"]]
    assert of(made, "item i-saw")["completion_criteria"] == {"type": "view", "value": 100}
    assert "completion_criteria" not in of(made, "item i-plan")


def test_pages_are_cleaned_and_name_their_files(made: Converted) -> None:
    content = of(made, "item i-saw")["content"]
    assert '<img src="web_resources/hand%20saw.png" alt="A hand saw">' in content
    assert "https://www.youtube-nocookie.com/embed/" in content
    assert "ads.example" not in content
    assert made.assets == {
        "web_resources/hand%20saw.png": "web_resources/hand saw.png",
        "web_resources/plan.pdf": "web_resources/plan.pdf",
    }  # fmt: skip
    assert codes(made.faults) == [
        ("M603", "the-saw.html", 8), ("M605", "the-saw.html", 9), ("M602", "the-saw.html", 11), ("M601", "fins.xml", 4),
    ]  # fmt: skip


def test_links_and_files(made: Converted) -> None:
    assert of(made, "item i-film")["media_url"] == "https://www.youtube.com/watch?v=aBcDeFgHiJ0"
    assert of(made, "item i-rules")["content"] == (
        r"[Rules of the contest \[2030\]](<https://contest.example/rules?year=2030&lang=en>)"
    )
    assert of(made, "item i-plan")["content"] == "[Plan of the workshop](<web_resources/plan.pdf>)"
    assert of(made, "item i-draw")["content"] == "<p>Draw it from the side.<br>Use &lt; 5 lines.</p>"


def shape(task: Mapping[str, object]) -> tuple[object, object]:
    choices = task.get("choices")
    right = [one["correct"] for one in choices] if isinstance(choices, list) else task.get("answers", task.get("pairs"))
    return task["kind"], right


QUESTIONS = [
    ("single_choice", [True, False]), ("multiple_choice", [True, False, True]), ("true_false", [False, True]),
    ("short_text", ["nose cone", "nose"]), ("essay", None),
]  # fmt: skip


def test_a_quiz_of_canvas_is_read_from_the_file_that_leaves_nothing_out(made: Converted) -> None:
    tasks = of(made, "item i-quiz")["section_config"]["tasks"]
    assert [shape(task) for task in tasks] == [
        *QUESTIONS, ("numeric", ["45"]),
        ("matching", [{"left": "Saw", "right": "Wood"}, {"left": "Scissors", "right": "Paper"}]),
    ]  # fmt: skip
    assert tasks[0]["prompt"] == "What is a fin made of? ![a saw](<web_resources/hand%20saw.png>)"
    assert tasks[0]["feedback"] == "It has to be light."
    assert [one.get("feedback") for one in tasks[0]["choices"]] == [None, "It would never fly."]
    assert (tasks[5]["tolerance"], tasks[2]["points"]) == (0.5, 1)


def test_a_quiz_as_the_profile_has_it(tmp_path: Path) -> None:
    files = {name: data for name, data in files_of(CARTRIDGE).items() if not name.endswith(".qti")}
    made = convert(as_zip(tmp_path / "workshop.imscc", files))
    assert [shape(task) for task in of(made, "item i-quiz")["section_config"]["tasks"]] == QUESTIONS


@pytest.mark.parametrize("version", ["imscc", "imsccv1p1", "imsccv1p2", "imsccv1p3"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_each_version(tmp_path: Path, version: str, encoding: str) -> None:
    text = '<?xml version="1.0"?>' + manifest(ITEM, PAGE, version)
    files = {"pack/imsmanifest.xml": text.encode(encoding), "pack/a.html": "<title>T</title><p>é</p>".encode("cp1252")}
    made = convert(as_zip(tmp_path / "lab.imscc", files))
    assert [(one["slug"], one["title"]) for one in made.modules] == [("lab", "lab")]
    assert of(made, "item i")["content"] == "<p>é</p>"
    assert made.faults == ()


def test_a_cartridge_of_resources_alone(tmp_path: Path) -> None:
    resources = (
        f'{PAGE}<resource identifier="p" type="webcontent" href="p.png"/>'
        '<resource identifier="t" type="imsdt_xmlv1p1"><file href="t.xml"/><dependency identifierref="d"/></resource>'
        '<resource identifier="d" type="webcontent" href="d.html"/>'
        '<resource identifier="u" type="webcontent" href="u.png"/>'
    )
    more = {"t_DOT_xml": "<topic><title>Talk</title><text>Why?</text></topic>", "d_DOT_html": "<p>d</p>"}
    page = '<title>The  page</title><img src="p.png">'
    made = convert(
        as_folder(cartridge(tmp_path / "Lab 1", "", resources, p_DOT_png="", u_DOT_png="", **more), {"a.html": page})
    )
    assert [(one["key"], one["title"]) for one in made.modules[0]["sections"]] == [("r", "The page"), ("t", "Talk")]
    assert made.modules[0]["slug"] == "lab-1"
    assert [(one.name, one.fate.value) for one in made.losses.objects] == [
        ("resource r", "mapped"), ("resource p", "merged"), ("resource t", "mapped"), ("resource d", "dropped"),
        ("resource u", "dropped"),
    ]  # fmt: skip


def test_items_beside_folders_are_a_module_too(tmp_path: Path) -> None:
    folder = '<item identifier="f"><title>F</title><item identifier="g" identifierref="r"/></item>'
    made = convert(cartridge(tmp_path / "lab", ITEM + folder, PAGE))
    assert [one["slug"] for one in made.modules] == ["lab", "lab-f"]
    assert (fate_of(made, "item i").into, fate_of(made, "item g").into) == ("lab#i", "lab-f#g")
    assert section_of(made, "lab-f#g")["title"] == "A"


def test_a_folder_that_shows_something_itself(tmp_path: Path) -> None:
    folder = '<item identifier="f" identifierref="r"><title>F</title><item identifier="g" identifierref="r"/></item>'
    made = convert(cartridge(tmp_path / "lab", folder, PAGE))
    assert [one["key"] for one in made.modules[0]["sections"]] == ["f", "g"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.png", {"type": "image", "media_url": "a.png", "section_config": {"alternative_text": "A"}}),
        ("a.mp4", {"type": "video", "media_url": "a.mp4"}),
        ("a.zip", {"type": "text", "content": "[A](<a.zip>)"}),
        ("a.js", None),
        ("a.xml", None),
    ],
)
def test_files_by_their_endings(tmp_path: Path, name: str, expected: dict[str, object] | None) -> None:
    resources = f'{PAGE}<resource identifier="f" type="webcontent" href="{name}"/>'
    items = f'{ITEM}<item identifier="j" identifierref="f"><title>A</title></item>'
    made = convert(cartridge(tmp_path / "lab", items, resources, **{name.replace(".", "_DOT_"): "<a/>"}))
    if expected:
        assert of(made, "item j") == {"key": "j", "title": "A", **expected}
    else:
        assert "runs something" in str(fate_of(made, "item j").reason)


@pytest.mark.parametrize(
    "address", ["$IMS-CC-FILEBASE$/a%20b.png", "$IMS_CC_FILEBASE$a b.png", "$IMS-CC-FILEBASE$../web_resources/a b.png"]
)
def test_ways_to_name_a_file(tmp_path: Path, address: str) -> None:
    page = '<resource identifier="r" type="webcontent" href="pages/a.html"/>'
    path = cartridge(tmp_path / "lab", ITEM, page, pages__a_DOT_html=f'<img src="{address}">')
    made = convert(as_folder(path, {"web_resources/a b.png": ""}))
    assert of(made, "item i")["content"] == '<img src="web_resources/a%20b.png">'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('<webLink><url href="javascript:alert()"/></webLink>', "none of the web"),
        ('<webLink><url href="https://"/></webLink>', "none of the web"),
        ("<webLink/>", "none of the web"),
        ("<webLink>", "can't be read"),
    ],
)
def test_links_that_lead_nowhere(tmp_path: Path, text: str, words: str) -> None:
    resources = f'{PAGE}<resource identifier="l" type="imswl_xmlv1p3"><file href="l.xml"/></resource>'
    made = convert(
        cartridge(tmp_path / "lab", f'{ITEM}<item identifier="j" identifierref="l"/>', resources, l_DOT_xml=text)
    )
    assert words in str(fate_of(made, "item j").reason)
    assert words in str(fate_of(made, "resource l").reason)


ASK = "<material><mattext>Q</mattext></material>"
CHOICES = (
    '<response_lid ident="r"><render_choice><response_label ident="a"><material><mattext>A</mattext></material>'
    "</response_label></render_choice></response_lid>"
)


@pytest.mark.parametrize(
    ("item", "words"),
    [
        (question("cc.pattern_match.v0p1", ASK), "no answer"),
        (question("cc.multiple_choice.v0p1", ASK + CHOICES), "0 are"),
        (question("cc.multiple_choice.v0p1", ASK + CHOICES + CHOICES), "several blanks"),
        (question("cc.multiple_choice.v0p1", CHOICES), "asks nothing"),
        (question("cc.fill_the_gap", ASK), "fill_the_gap have no equivalent"),
        (question("cc.essay.v0p1", ""), "asks nothing"),
    ],
)
def test_questions_that_nobody_could_answer(tmp_path: Path, item: str, words: str) -> None:
    made = quiz(tmp_path, item)
    assert words in str(fate_of(made, "resource q, question 1: x").reason)
    assert "no question that can be asked" in str(fate_of(made, "item j").reason)


def test_a_pattern_is_no_answer(tmp_path: Path) -> None:
    equal = '<conditionvar><varsubset respident="r">a</varsubset></conditionvar>'
    right = f"<respcondition>{equal}<setvar>1</setvar></respcondition>"
    made = quiz(tmp_path, question("cc.pattern_match.v0p1", ASK + '<response_str ident="r"/>', right))
    assert "a pattern" in str(fate_of(made, "resource q, question 1: x").reason)


def test_names_lead_nowhere_else(tmp_path: Path) -> None:
    as_folder(tmp_path, {"secret.html": "secret"})
    resources = f'{PAGE}<resource identifier="s" type="webcontent" href="../secret.html"/>'
    items = f'{ITEM}<item identifier="j" identifierref="s"/><item identifier="k" identifierref="nothing"/>'
    made = convert(cartridge(tmp_path / "lab", items, resources, a_DOT_html='a<img src="../secret.html">'))
    assert [one["content"] for one in made.modules[0]["sections"]] == ["a"]
    assert [code for code, _, _ in codes(made.faults)] == ["M605", "M501", "M501"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("<manifest", [("M502", 1), ("M503", None)]),
        ("<other/>", [("M503", None), ("M503", None)]),
        ('<!DOCTYPE m [<!ENTITY e SYSTEM "file:///etc/passwd">]><m>&e;</m>', [("M502", None), ("M503", None)]),
        (manifest("", ""), [("M503", None)]),
        (manifest("<item>" * 200 + "</item>" * 200, PAGE), [("M503", None)]),
        (
            manifest(ITEM, PAGE, more="<metadata><schemaversion>3.0</schemaversion></metadata>"),
            [("M521", None)],
        ),
    ],
)  # fmt: skip
def test_what_is_broken_is_told(tmp_path: Path, text: str, found: list[tuple[str, int | None]]) -> None:
    made = convert(as_folder(tmp_path / "lab", {"imsmanifest.xml": text, "a.html": "a"}), "imscc")
    assert [(code, line) for code, _, line in codes(made.faults)] == found


def test_identifiers_that_stand_twice(tmp_path: Path) -> None:
    made = convert(cartridge(tmp_path / "lab", ITEM + ITEM, PAGE + PAGE))
    assert [one["key"] for one in made.modules[0]["sections"]] == ["i", "i-2"]
    assert {one.name for one in made.losses.objects} == {
        "item root", "item i", "item i (2)", "resource r", "resource r (2)",
    }  # fmt: skip


FOLDER = '<item identifier="{}"><title>{}</title><item identifier="i" identifierref="r"/></item>'


@pytest.mark.parametrize(
    ("first", "second", "slug"),
    [
        ((f"g{'0a6d5c1e' * 4}", "Saws"), (f"g{'0a6d5c1e' * 4}", "Knives"), "lab-g0a6d5c1e"),
        (("saws", "Saws"), ("saws", "Knives"), "lab-saws"),
        (("I_00AB12CD", "Saws"), ("I_77EF00AA", "Saws"), "lab-saws"),
        (("itm00012", "Saws"), ("itm00013", "Saws"), "lab-saws"),
    ],
)  # fmt: skip
def test_slugs_stay_with_the_next_export(
    tmp_path: Path, first: tuple[str, str], second: tuple[str, str], slug: str
) -> None:
    for number, folder in enumerate((first, second)):
        path = cartridge(tmp_path / str(number) / "Lab", FOLDER.format(*folder) + FOLDER.format("z", "Z"), PAGE)
        assert convert(path).modules[0]["slug"] == slug


def test_keys_that_are_drawn_by_lot_are_those_of_titles(tmp_path: Path) -> None:
    made = convert(cartridge(tmp_path / "lab", ITEM.replace('"i"', '"I_00AB12CD"'), PAGE))
    assert fate_of(made, "item I_00AB12CD").into == "lab#a"


def test_a_quiz_that_is_hidden_in_one_place_and_shown_in_another_is_told_of(tmp_path: Path) -> None:
    item = '<item identifier="j"><workflow_state>unpublished</workflow_state></item>'
    meta = f'<modules><module identifier="m"><items>{item}</items></module></modules>'
    resources = f'{PAGE}<resource identifier="q" type="imsqti_xmlv1p2/imscc_xmlv1p1/assessment" href="q.xml"/>'
    items = "".join(f'<item identifier="{one}" identifierref="q"/>' for one in "jkl")
    text = f"<questestinterop><item ident='x'><presentation>{ASK}</presentation></item></questestinterop>"
    files = {"q_DOT_xml": text, "course_settings__module_meta_DOT_xml": meta}
    made = convert(cartridge(tmp_path / "lab", ITEM + items, resources, **files))
    assert fate_of(made, "resource q, question 1: x").into == "lab#k"
    assert fate_of(made, "item j").fate is Fate.DROPPED


def test_other_orders_and_packages_within_are_told_of(tmp_path: Path) -> None:
    text = manifest(ITEM, PAGE).replace(
        "</organizations>", '<organization identifier="p"><item/></organization></organizations>'
    )
    text = text.replace("</manifest>", '<manifest identifier="inner"><resources/></manifest></manifest>')
    made = convert(as_folder(tmp_path / "lab", {"imsmanifest.xml": text, "a.html": "a"}))
    assert "another order" in str(fate_of(made, "organization p").reason)
    assert "within" in str(fate_of(made, "manifest inner").reason)


def test_items_however_deep_are_told_of(tmp_path: Path) -> None:
    deep = "".join(f'<item identifier="d{number}">' for number in range(200)) + ITEM + "</item>" * 200
    made = convert(cartridge(tmp_path / "lab", deep, PAGE))
    assert made.losses.counted == 1 + 200 + 1 + 1
    assert [one["key"] for one in made.modules[0]["sections"]] == ["i"]


def test_a_page_that_canvas_does_not_publish_is_dropped(tmp_path: Path) -> None:
    page = '<html><head><meta name="workflow_state" content="unpublished"/></head><body>a</body></html>'
    resources = f'{PAGE}<resource identifier="s" type="webcontent" href="s.html"/>'
    made = convert(as_folder(cartridge(tmp_path / "lab", "", resources, s_DOT_html=page), {"a.html": "a"}))
    assert fate_of(made, "resource s").reason == "it is not published there"


def test_what_completes_an_item_there_is_told(tmp_path: Path) -> None:
    before = '<prerequisite type="context_module"><identifierref>gone</identifierref></prerequisite>'
    done = '<completionRequirement type="min_score"><identifierref>i</identifierref></completionRequirement>'
    meta = (
        f'<modules><module identifier="m"><prerequisites>{before}</prerequisites>'
        f"<completionRequirements>{done}</completionRequirements></module></modules>"
    )
    items = f'<item identifier="m"><title>M</title>{ITEM}</item><item identifier="n"><item identifierref="r"/></item>'
    made = convert(cartridge(tmp_path / "lab", items, PAGE, course_settings__module_meta_DOT_xml=meta))
    assert fate_of(made, "item i").reason == "without what completes it there"
    assert fate_of(made, "item m").reason == "without prerequisites that were dropped"


def test_a_title_in_several_languages_is_the_first_one(tmp_path: Path) -> None:
    title = "<title><string language='en'>The lab</string><string language='de'>Das Labor</string></title>"
    more = f"<metadata><lom><general>{title}</general></lom></metadata>"
    text = manifest(ITEM, PAGE, more=more)
    assert convert(as_folder(tmp_path, {"imsmanifest.xml": text, "a.html": "a"})).modules[0]["title"] == "The lab"


def test_pictures_of_a_question_are_shown(tmp_path: Path) -> None:
    ask = f'{ASK}<material><matimage uri="a.png" label="a saw"/></material>'
    made = quiz(as_folder(tmp_path, {"a.png": ""}), question("cc.essay.v0p1", ask))
    assert section_of(made, f"{tmp_path.name.replace('_', '-')}#j")["section_config"]["tasks"][0]["prompt"] == (
        "Q\n\n![a saw](<a.png>)"
    )
