"""Broken reference data: every fault at once, each with its place."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.seed.reference.conftest import Edit
from toolbox_cli.core.errors import InputError
from toolbox_cli.core.shipped import shipped
from toolbox_cli.seed.reference.reading import read_rows

FRAMES, TOOLBOXAI, FAMILY = ("frames",), ("toolboxai",), ("pas_in_peace",)
LAB, GIT = "frames/modules/lab-safety-101.yaml", "frames/modules/version-control-basics.yaml"
LESSONS, TEMPLATES = "toolboxai/lessons_mathematics.yaml", "toolboxai/roblox_templates.yaml"
QUESTS, TRACKS = "pas_in_peace/quests.yaml", "pas_in_peace/recovery_tracks.yaml"


def faults(folder: Path, platforms: tuple[str, ...]) -> list[str]:
    """Read what must not be readable; give each finding in a line, its file without the folder."""
    with pytest.raises(InputError) as caught:
        read_rows(platforms, folder)
    assert all(one.file and one.line and one.column for one in caught.value.findings)
    return [
        f"{Path(one.file or '').name}:{one.line}:{one.column} {one.object}: {one.found}"
        for one in caught.value.findings
    ]


def place(folder: Path, file: str, text: str, *, at: str = "") -> str:
    """Say where a text stands for the first time, or within it another one."""
    before, _, after = (folder / file).read_text(encoding="utf-8").partition(text)
    before += (text + after)[: (text + after).index(at)] if at else ""
    return f"{Path(file).name}:{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        (LAB, "category: Safety", "category: Danger", "category: unknown value 'Danger'; expected Safety"),
        (LAB, "interaction_level: medium", "difficulty_level: 6", "expected less than or equal to 5"),
        (LAB, "interaction_level: medium", "difficulty_level: '1'", "difficulty_level: expected a whole number"),
        (LAB, "interaction_level: medium\n", "", "interaction_level: is missing"),
        (LAB, "estimated_minutes: 20", "estimated_minutes: 21", "estimated_minutes: the sections take 1200 seconds"),
        (LAB, "title: Laboratory", "titel: Laboratory", "titel: unknown key"),
        (LAB, "status: published\n", "", "status: is missing"),
        (LAB, "status: published\n", "status: published\nuniversity_id: u\n", "reference data belongs to nobody"),
        (LAB, "title: Laboratory Safety 101", f"title: {'x' * 256}", "should have at most 255 characters"),
        (LAB, "title: Laboratory Safety 101", "title: 101", "expected text"),
        (LAB, "title: Laboratory Safety 101", "title: ' x'", "expected one line of text without blanks around it"),
        (LAB, "- chemical-labels", "- comical-labels", "modules has no comical-labels"),
        (LAB, "- chemical-labels", "- lab-safety-101", "is the module itself"),
        (LAB, "- chemical-labels", "- when-something-goes-wrong", "when-something-goes-wrong stands twice"),
        (LAB, "type: checklist", "type: game", "section_config.game_type: is missing"),
        (LAB, "slug: lab-safety-101", "slug: Lab_Safety", "expected lower-case letters and digits, in words joined"),
        (LAB, "slug: lab-safety-101", "slug: lab-safety", "the file is called lab-safety-101"),
        (LAB, "category: Safety\n", "category: Safety\ncategory: Safety\n", "stands twice, first in line"),
        (LAB, "type: time\n    value: 60", "type: task\n    value: 60", "completion_criteria"),
        (LAB, "  duration_seconds: 180\n", "", "sections.0.duration_seconds: is missing"),
        (GIT, "related_modules:\n- telemetry", "prerequisites:\n- telemetry", "lead back to the module itself"),
    ],
    ids=lambda value: str(value)[:30].strip(),
)  # fmt: skip
def test_a_fault_of_a_module_is_told_at_its_place(
    folder: Path, edit: Edit, file: str, old: str, new: str, told: str
) -> None:
    edit(file, old, new)
    found = faults(folder, FRAMES)
    assert any(told in fault for fault in found), found
    changed = place(folder, file, new or "lab-safety-101").split(":")[1]
    assert any(abs(int(fault.split(":")[1]) - int(changed)) <= 12 for fault in found), (found, changed)


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        (LESSONS, "objectives: [math-3-equal-groups", "objectives: [math-3-groups", "has no math-3-groups"),
        (LESSONS, "rewards: [first-steps", "rewards: [last-steps", "achievements has no last-steps"),
        (LESSONS, "duration_minutes: 35", "duration_minutes: 36", "the activities take 35 minutes together"),
        (LESSONS, "right: 24", "right: true", "true or false is the answer of true_false"),
        (LESSONS, "right: 24", "right: [24]", "a list of answers is for multiple_select"),
        (LESSONS, "right: 24", "right: 20", "the answer '20' stands twice"),
        (LESSONS, "right: 24", "right: 2.4", "right: is of a kind that can't stand here"),
        (LESSONS, 'wrong: [5 and 3 more, 5 less 3, 3 taken from 5]', "wrong: [3]", "fewer than two wrong answers"),
        (LESSONS, "grade_level: 3", "grade_level: 13", "less than or equal to 12"),
        (LESSONS, "material: Grass", "material: Chocolate", "material: input should be 'Asphalt'"),
        ("toolboxai/learning_objectives.yaml", "CCSS.MATH.CONTENT.3.OA.A.1", "MATH 3", "is not the code of a standard"),
        ("toolboxai/achievements.yaml", "MILESTONE", "MILE", "achievement_type: input should be 'MILESTONE'"),
        ("agents/script.yaml", "[{agent: content", "[{agent: context", "agent: input should be 'supervisor'"),
        ("agents/script.yaml", "name: script", "name: scripts", "name: the file is called script"),
        ("agents/script.yaml", "name: script", "name: terrain", "name: another file has terrain too"),
        ("agents/script.yaml", "name: script", "name: The Script", "name: a stable key has lower-case letters"),
        (TEMPLATES, "grade_level_max: 12", "grade_level_max: 0", "grade_level_max"),
        (TEMPLATES, "template_type: SCRIPT", "template_type: MODEL", "is not the kind of MODEL"),
        (TEMPLATES, "= {{checkpoints}}", "= {{chekpoints}}", "variable_definitions has no chekpoints"),
        (TEMPLATES, "script: checkpoints", "script: check", "script_templates has no check"),
        (TEMPLATES, "ADVANCED: {checkpoints: 8}", "ADVANCED: {checkpoints: 80}", "is no value that"),
        (TEMPLATES, "{type: integer, default: 5", "{type: integer, default: 50", "default: is no value"),
        (TEMPLATES, "- {variable: checkpoints", "- {variable: points", "variable_definitions has no points"),
        (TEMPLATES, 'default: "#1F3A5F"', 'default: "blue"', "default: is no value"),
    ],
    ids=lambda value: str(value)[:30].strip(),
)  # fmt: skip
def test_a_fault_of_a_lesson_or_template_is_told(
    folder: Path, edit: Edit, file: str, old: str, new: str, told: str
) -> None:
    edit(file, old, new)
    assert any(told in fault for fault in faults(folder, TOOLBOXAI))


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        (QUESTS, "next: hedgehog", "next: badger", "start -> badger: leads to badger, which is not there"),
        (QUESTS, "next: hedgehog", "next: clearing", "hedgehog: nothing leads from the start to hedgehog"),
        (QUESTS, "type: start", "type: scene", "no node has the type start"),
        (QUESTS, "Hold up the lantern: shine", "Hold up the lantern: together", "nothing leads from the start to"),
        (QUESTS, "        next: second-thought\n", "", "nothing leads on from shine, and its type is scene"),
        (QUESTS, "type: ending\n        label: A good", "type: scene\n        label: A good", "nothing leads on from"),
        (QUESTS, "        tags: [adult]\n", "", "no node has the tag adult"),
        (QUESTS, "        tags: [safe_exit]\n", "", "no node has the tag safe_exit"),
        (QUESTS, "psychological_module: CBT", "psychological_module: XYZ", "expected IFS, DBT"),
        (QUESTS, "age_range: 7-9", "age_range: 9-7", "ends before it begins"),
        (QUESTS, "age_range: 7-9", "age_range: seven", "is not written like 7-9"),
        (TRACKS, "  self_work:", "  selfwork:", "self_work are missing"),
        (TRACKS, "      awareness:", "      awarenes:", "awareness: is missing"),
        (TRACKS, "weeks: 2", "weeks: 0", "greater than or equal to 1"),
    ],
    ids=lambda value: str(value)[:30].strip(),
)  # fmt: skip
def test_a_fault_of_a_quest_or_track_is_told(
    folder: Path, edit: Edit, file: str, old: str, new: str, told: str
) -> None:
    edit(file, old, new)
    found = faults(folder, FAMILY)
    assert any(told in fault for fault in found), found


def test_a_story_that_goes_in_circles_has_no_ending(folder: Path, edit: Edit) -> None:
    edit(QUESTS, "next: hedgehog", "next: lost")
    edit(QUESTS, "      hedgehog:\n", "      lost: {type: scene, label: Lost, text: Lost., next: found}\n"
         "      found: {type: scene, label: Found, text: Found., next: lost}\n      hedgehog:\n")  # fmt: skip
    found = faults(folder, FAMILY)
    assert any("lost: no ending can be reached from lost" in fault for fault in found)
    assert any("hedgehog: nothing leads from the start to hedgehog" in fault for fault in found)


def test_a_child_is_never_far_from_a_place_to_stop(folder: Path, edit: Edit) -> None:
    way = "".join(f"      w{n}: {{type: scene, label: W, text: W., next: w{n + 1}}}\n" for n in range(4))
    edit(QUESTS, "next: hedgehog", "next: w0")
    edit(
        QUESTS,
        "      hedgehog:\n",
        f"{way}      w4: {{type: scene, label: W, text: W., next: hedgehog}}\n      hedgehog:\n",
    )
    assert sum("a place to rest or a grown-up is" in fault for fault in faults(folder, FAMILY)) >= 4


def test_all_faults_of_all_files_are_told_at_once_each_once(folder: Path, edit: Edit) -> None:
    edit(LAB, "category: Safety", "category: Danger")
    edit(LAB, "interaction_level: medium", "difficulty_level: 9")
    edit(GIT, "module_type: sandbox", "module_type: sandcastle")
    edit(QUESTS, "age_range: 7-9", "age_range: any")
    (folder / "frames" / "zz.yaml").write_text("universities: [1]\n")
    (folder / "frames" / "zzz.yaml").write_text("- 5\n")
    found = faults(folder, ("frames", "pas_in_peace"))
    assert len(found) == 6
    assert [fault.split(":")[0] for fault in found] == [
        "zz.yaml", "zzz.yaml", "lab-safety-101.yaml", "lab-safety-101.yaml", "version-control-basics.yaml",
        "quests.yaml",
    ]  # fmt: skip
    assert found[2].startswith(place(folder, LAB, "category: Danger", at="Danger"))
    assert found[3].startswith(place(folder, LAB, "difficulty_level: 9", at="9"))


def test_a_file_that_is_no_yaml_is_one_fault_beside_the_others(folder: Path, edit: Edit) -> None:
    (folder / "frames" / "broken.yaml").write_text("universities: {a: [}\n")
    edit(LAB, "category: Safety", "category: Danger")
    with pytest.raises(InputError) as caught:
        read_rows(FRAMES, folder)
    broken, wrong = caught.value.findings[0], caught.value.findings[1]
    assert re.search(r"broken\.yaml:1:\d+: not valid YAML", broken.found or "")
    assert (wrong.object, Path(wrong.file or "").name) == ("category", "lab-safety-101.yaml")


def test_a_platform_without_files_has_its_owner_alone(tmp_path: Path) -> None:
    assert [row.table for row in read_rows(FRAMES, tmp_path)["frames"]] == ["faculty"]


LINES = {
    (platform, file.name): file.read_text(encoding="utf-8").splitlines()
    for platform in ("frames", "pas_in_peace")
    for file in sorted((shipped("seeds") / "reference" / platform).glob("*.yaml"))
}
WORDS = ["", "~", "-1", "1.5", "true", "[]", "{}", "&a *a", "x: y", "no-such-key", "'", "\t", "!x 1", "9" * 400]


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(LINES)), st.integers(0, 10**6), st.sampled_from(["drop", "double", "cut", *WORDS]))
def test_whatever_is_broken_is_refused_with_its_place_or_still_right(
    tmp_path_factory: pytest.TempPathFactory, which: tuple[str, str], seed: int, how: str
) -> None:
    platform, name = which
    lines = list(LINES[which])
    at = seed % len(lines)
    line = lines[at]
    changed = {"drop": [], "double": [line, line], "cut": [line[: len(line) // 2]]}
    lines[at : at + 1] = changed.get(how, [f"{line.partition(':')[0]}: {how}"])
    folder = tmp_path_factory.mktemp("broken")
    (folder / platform).mkdir()
    for other in LINES:
        if other[0] == platform:
            (folder / platform / other[1]).write_text("\n".join(LINES[other] if other != which else lines) + "\n")
    try:
        read_rows([platform], folder)
    except InputError as error:
        for finding in error.findings:
            placed = f"{finding.file}:{finding.line}:{finding.column}" if finding.line else finding.found
            assert re.search(r"\.yaml:\d+:\d+|: not valid YAML", placed or ""), finding
