"""Questions in GIFT as modules."""

from pathlib import Path

import pytest

from tests.support.effort import ends
from tests.support.packages import PACKAGES, as_folder, as_zip, codes, convert, fate_of
from toolbox_cli.content.modules.converting import Converted, Fate
from toolbox_cli.core.errors import MissingExtraError, UsageError
from toolbox_cli.modules.foreign.gift import tasks
from toolbox_cli.modules.foreign.opening import parted

FILE = PACKAGES / "gift" / "lab-safety.gift"


@pytest.fixture(scope="module")
def made() -> Converted:
    return convert(FILE)


def one(tmp_path: Path, text: str | bytes) -> Converted:
    return convert(as_folder(tmp_path, {"lab.gift": text}) / "lab.gift")


def test_each_category_is_a_section_and_each_description(made: Converted) -> None:
    (module,) = made.modules
    assert (module["slug"], module["title"], module["module_type"]) == ("lab-safety", "Lab safety", "mixed")
    assert [(part["key"], part["title"], part["type"]) for part in module["sections"]] == [
        ("lab-safety-before-you-enter", "Before you enter", "interactive"), ("before-power", "Before power", "text"),
        ("lab-safety-inside", "Inside", "interactive"),
    ]  # fmt: skip
    assert module["sections"][1]["content"] == "<p>Read the <b>label</b> first.</p>"
    assert codes(made.faults) == [("M601", "lab-safety.gift", 31)]
    assert made.faults[0].file == str(FILE)


def test_every_kind_of_question(made: Converted) -> None:
    tasks = [task for part in made.modules[0]["sections"] for task in part.get("section_config", {}).get("tasks", ())]
    assert [(task["kind"], task.get("name")) for task in tasks] == [
        ("single_choice", "The door"), ("multiple_choice", "Glasses"), ("true_false", None), ("numeric", "Limit"),
        ("numeric", "Range"), ("short_text", None), ("short_text", None), ("matching", "Signs"), ("essay", "Report"),
    ]  # fmt: skip
    door, glasses, locked, limit, degrees, rules, four, signs, report = tasks
    assert door["prompt"] == "What do *you* do before you open the door?"
    assert door["choices"] == [
        {"text": "Knock", "correct": True, "feedback": "Somebody may stand behind it."},
        {"text": "Shout", "correct": False, "feedback": "Nobody shouts here."},
        {"text": "Wait", "correct": False, "weight": 0.5},
    ]
    assert door["feedback"] == "The door opens inwards."
    assert [(part["correct"], part["weight"]) for part in glasses["choices"]] == [(True, 0.5), (True, 0.5), (False, -1)]
    assert [(part["text"], part["correct"], part["feedback"]) for part in locked["choices"]] == [
        ("True", True, "Right: at ten."), ("False", False, "The guard locks it."),
    ]  # fmt: skip
    assert (limit["answers"], limit["tolerance"]) == (["50"], 0.5)
    assert (degrees["answers"], degrees["tolerance"]) == (["20.5"], 1.5)
    assert rules["answers"] == ["The safety officer", "Safety officer"]
    assert four["prompt"] == r"Two plus two equals \_\_\_\_\_, and the formula is x = 2{n}."
    assert signs["pairs"][2] == {"left": "Red circle", "right": "You must not"}
    assert report["prompt"] == r"Tell what you do if \<something\> spills."


def test_every_question_is_told_of(made: Converted) -> None:
    assert made.losses.counted == 13
    assert [*made.losses.counts().values()] == [12, 0, 1]
    assert fate_of(made, "lab-safety.gift:44 Any").reason == "a pattern decides on its answer"
    assert fate_of(made, "lab-safety.gift:25").reason == (
        "without what is told of single answers and answers that give less than all points"
    )
    assert fate_of(made, "lab-safety.gift:33 Signs").reason == "without what matches nothing"


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("a {~b ~c}", "no choice is right"),
        ("a {=b =c ~d}", "one choice has to be right, 2 are"),
        ("a {=b*}", "a pattern"),
        ("a {=%50%b}", "no answer counts"),
        ("a {#=%50%3}", "no number counts"),
        ("a {#*}", "no number counts"),
        ("a {#=1:0 =2:1}", "different tolerances"),
        ("a {#1e999}", "no number that can be held"),
        ("a {=[html]<script>b()</script> ~c}", "one of its choices is empty"),
        ("a {=[html]<script>b()</script> -> c}", "one of its pairs is empty"),
        ("[html]<script>b()</script> {T}", "it asks nothing"),
        ("[html]<script>b()</script>", "it shows nothing"),
    ],
)
def test_what_nobody_could_answer_is_dropped(tmp_path: Path, question: str, reason: str) -> None:
    made = one(tmp_path, f"Who? {{T}}\n\n{question}\n")
    (lost,) = [found for found in made.losses.objects if found.fate is Fate.DROPPED]
    assert reason in str(lost.reason)


def test_what_cant_be_read_is_told_with_its_place_and_the_rest_is_read(tmp_path: Path) -> None:
    made = one(tmp_path, "\ufeffWho {=b\n\nSo? {T}\r\n\r\nHow much? {#x}\n")
    assert [(fault.code, fault.line, fault.column) for fault in made.faults] == [("M551", 1, 5), ("M551", 5, 13)]
    assert [*made.losses.counts().values()] == [1, 0, 2]


@pytest.mark.parametrize(
    ("text", "prompt"),
    [
        ("[markdown]**a** <img src=https://t.example/a.gif> ![b](https://t.example/b.gif) `<i>`", "**a** b `\\<i\\>`"),
        ("[markdown]# a\\n\\n- b", "a\n\n- b"),
        ("[html]a <b onclick\\=x()>b</b>", "a **b**"),
        ("[plain]a <b>b</b>\\nc &amp; d", "a \\<b\\>b\\</b\\>  \nc &amp; d"),
        ("a < b and b > c\\nd", "a \\< b and b \\> c  \nd"),
        ("a <i>b</i>\\nc", "a *b*  \nc"),
        ("[moodle]see <a href\\='javascript\\:x()'>b</a>", "see b"),
    ],
)
def test_texts_are_what_their_form_says(tmp_path: Path, text: str, prompt: str) -> None:
    (task,) = one(tmp_path, f"{text} {{T}}").modules[0]["sections"][0]["section_config"]["tasks"]
    assert task["prompt"] == prompt


def test_a_long_text_in_markdown_is_shown_as_it_was_typed(tmp_path: Path) -> None:
    made = one(tmp_path, f"[markdown]{'**a** ' * 2000}")
    assert made.modules[0]["sections"][0]["content"].startswith("**a** **a**")


def test_without_what_reads_markdown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "MarkdownIt", None)
    with pytest.raises(MissingExtraError, match="markdown-it-py"):
        one(tmp_path, "[markdown]a {T}")


def test_several_files_are_several_modules(tmp_path: Path) -> None:
    files = {"a/lab.gift": "Who? {T}", "b/lab.gift": "Who? {T}", "b/notes.md": "", "c.txt": "Who? {T}"}
    made = convert(as_zip(tmp_path / "all.zip", files), "gift")
    assert [module["slug"] for module in made.modules] == ["a-lab", "b-lab", "c"]
    assert fate_of(made, "b/notes.md").fate is Fate.DROPPED


def test_keys_of_questions_stay_when_descriptions_come(tmp_path: Path) -> None:
    category = "$CATEGORY: top/House/Doors\n\n"
    for number, text in enumerate((f"{category}Who? {{T}}\n", f"{category}Read this.\n\nWho? {{T}}\n")):
        made = one(tmp_path / str(number), f"$CATEGORY: top/Lab/Doors\n\nWhen? {{T}}\n\n{text}")
        quizzes = [part for part in made.modules[0]["sections"] if part["type"] == "interactive"]
        assert [(part["key"], part["title"]) for part in quizzes] == [("lab-doors", "Doors"), ("house-doors", "Doors")]


def test_titles_in_other_alphabets_are_told_from_each_other(tmp_path: Path) -> None:
    files = {"Двери.gift": "Who? {T}", "Окна.gift": "Who? {T}", "Café.gift": "Who? {T}"}
    slugs = [module["slug"] for module in convert(as_folder(tmp_path, files), "gift").modules]
    assert slugs[0] == "cafe"
    assert len({*slugs}) == 3
    assert not any(slug.endswith("-2") for slug in slugs)


def test_a_category_is_told_of_by_its_own_questions(tmp_path: Path) -> None:
    made = one(tmp_path, "$CATEGORY: Doors\n\n$CATEGORY: Windows\n\nWho? {T}\n\n$CATEGORY: Walls\n")
    assert [(found.name, found.fate) for found in made.losses.objects if found.kind == "category"] == [
        ("lab.gift:1 Doors", Fate.DROPPED), ("lab.gift:3 Windows", Fate.MAPPED), ("lab.gift:7 Walls", Fate.DROPPED),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("answers", "lost"),
    [
        ("~%60%b ~%60%c", "without points that add up to 100 percent"), ("~%33.333%b ~%33.333%c ~%33.333%d", None),
        ("~%50%b ~c", "without points that add up to 100 percent"), ("=b ~%50%c", None),
    ],
)  # fmt: skip
def test_points_that_do_not_add_up_are_told(tmp_path: Path, answers: str, lost: str | None) -> None:
    assert fate_of(one(tmp_path, f"a {{{answers}}}"), "lab.gift:1").reason == lost


def test_nothing_comes_of_nothing(tmp_path: Path) -> None:
    made = one(tmp_path, "// only a comment\n\n$CATEGORY: top\n")
    assert [fault.code for fault in made.faults] == ["M503"]
    assert [(found.kind, found.fate) for found in made.losses.objects] == [("category", Fate.DROPPED)]


@pytest.mark.parametrize(("name", "text"), [("lab.txt", "::a::b {=c ~d}"), ("lab.GIFT", "a"), ("lab.txt", "a {TRUE}")])
def test_it_is_known_by_its_look(tmp_path: Path, name: str, text: str) -> None:
    file = as_folder(tmp_path, {name: text}) / name
    for path in (file, tmp_path):
        native, (package,) = parted([path], "auto")
        assert (native, package.form) == ([], "gift")


def test_what_does_not_look_like_it_is_none(tmp_path: Path) -> None:
    files = as_folder(tmp_path, {"lab.txt": "Knock {first}.", "lab.md": "a {=b}"})
    with pytest.raises(UsageError, match="none of the forms") as raised:
        parted([files / "lab.txt"], "auto")
    assert "gift" in str(raised.value.remedy)
    assert parted([files / "lab.md"], "auto") == ([files / "lab.md"], [])


@pytest.mark.parametrize(
    "text", ["{" * 500_000, "a {" + "~" * 500_000, "\\" * 500_000, "a {=b}\n\n" * 2_000, "::" * 99_999]
)
def test_what_is_too_much_takes_little_time(tmp_path: Path, text: str) -> None:
    file = as_folder(tmp_path, {"lab.gift": text}) / "lab.gift"
    with ends():
        parted([file], "gift")
