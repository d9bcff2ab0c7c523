"""The reference data that ships: whether it is worth loading."""

import ast
import operator
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import Any

import pytest
import yaml

from toolbox_cli.content.quests.canonical import canonical
from toolbox_cli.content.quests.reading import form, react_flow
from toolbox_cli.content.reference.learning import Lesson, Objective, Question
from toolbox_cli.content.reference.studio import Template
from toolbox_cli.core.shipped import shipped
from toolbox_cli.models.toolboxai.base import RobloxContentType
from toolbox_cli.seed.reference.reading import read_entries, read_reference
from toolbox_cli.seed.reference.shapes.family import Quest
from toolbox_cli.seed.reference.shapes.training import Module
from toolbox_cli.seed.reference.tracks import recovery_tracks

REFERENCE = read_reference()
ENTRIES = {
    (one.heading, one.key): one.entry
    for entries in read_entries(["toolboxai", "pas_in_peace", "frames"]).values()
    for one in entries
}  # noqa: E501
LESSONS = {key: entry for (_, key), entry in ENTRIES.items() if isinstance(entry, Lesson)}
OBJECTIVES = {key: entry for (_, key), entry in ENTRIES.items() if isinstance(entry, Objective)}
QUESTIONS = {
    f"{key}/{name}": question for key, lesson in LESSONS.items() for name, question in lesson.quiz.questions.items()
}
SUBJECTS = {"Mathematics", "Science", "Language Arts", "Social Studies", "Computer Science"}
GRADES = set(range(3, 13))


def test_objectives_cover_subjects_grades_and_levels() -> None:
    assert len(OBJECTIVES) >= 60
    assert {one.subject for one in OBJECTIVES.values()} == SUBJECTS
    assert {one.grade_level for one in OBJECTIVES.values()} == GRADES
    assert min(Counter(one.bloom_level for one in OBJECTIVES.values()).values()) >= 3
    assert {"remember", "understand", "apply", "analyze", "evaluate", "create"} == {
        one.bloom_level for one in OBJECTIVES.values()
    }


CURRICULA = {
    "Mathematics": "CCSS.MATH", "Science": "NGSS ", "Language Arts": "CCSS.ELA-LITERACY", "Social Studies": "C3 ",
    "Computer Science": "CSTA ",
}  # fmt: skip
BANDS = {"K-2": (1, 2), "3-5": (3, 5), "6-8": (6, 8), "9-12": (9, 12), "MS": (6, 8), "HS": (9, 12), "1B": (3, 5),
         "2": (6, 8), "3A": (9, 10), "3B": (11, 12), "9-10": (9, 10), "11-12": (11, 12)}  # fmt: skip


@pytest.mark.parametrize("key", OBJECTIVES)
def test_a_standard_is_of_the_objectives_subject_and_grade(key: str) -> None:
    one = OBJECTIVES[key]
    code = one.curriculum_standard
    assert code.startswith(CURRICULA[one.subject])
    low, high = _grades(code)
    assert low <= one.grade_level <= high, code


def _grades(code: str) -> tuple[int, int]:
    """Give the grades that a standard is of, by what its code says."""
    band = re.search(r"\.(\d+-\d+)(\.\d+)?$", code) or re.search(r"^CSTA (\d[AB]?)-|^NGSS (MS|HS)-", code)
    if band:
        found = next(part for part in band.groups() if part)
        low, high = BANDS[found]
        return (low, 12) if found == "3A" else (low, high)
    if "CONTENT.HS" in code:
        return 9, 12
    single = re.search(r"CONTENT\.(\d+)\.|LITERACY\.[A-Z]+\.(\d+)\.|^NGSS (\d)-", code)
    assert single, code
    grade = int(next(part for part in single.groups() if part))
    return grade, grade


def test_no_standard_is_served_twice() -> None:
    assert not [
        code for code, count in Counter(one.curriculum_standard for one in OBJECTIVES.values()).items() if count > 1
    ]  # noqa: E501


def test_lessons_cover_subjects_and_grades() -> None:
    assert len(LESSONS) >= 24
    assert min(Counter(one.subject for one in LESSONS.values()).values()) >= 4
    assert {one.subject for one in LESSONS.values()} == SUBJECTS
    assert {one.grade_level for one in LESSONS.values()} == GRADES


@pytest.mark.parametrize("key", LESSONS)
def test_a_lesson_serves_objectives_of_its_subject_and_about_its_grade(key: str) -> None:
    lesson = LESSONS[key]
    served = [OBJECTIVES[name] for name in lesson.objectives]
    assert {one.subject for one in served} == {lesson.subject}
    assert served[0].grade_level == lesson.grade_level
    assert all(abs(one.grade_level - lesson.grade_level) <= 2 for one in served)


@pytest.mark.parametrize("key", LESSONS)
def test_a_quiz_gets_harder_and_helps(key: str) -> None:
    questions = LESSONS[key].quiz.questions.values()
    assert len(questions) >= 5
    assert {question.difficulty for question in questions} >= {"easy", "medium"}
    for question in questions:
        assert question.hint != question.why
        assert not any(text.casefold() == question.hint.casefold() for text, _, _ in question.options)


WRITTEN = {"multiple_choice": (1, 4), "true_false": (1, 2), "short_answer": (0, 0)}


@pytest.mark.parametrize("key", QUESTIONS)
def test_a_question_can_be_answered(key: str) -> None:
    question = QUESTIONS[key]
    options = question.options
    right = sum(is_right for _, is_right, _ in options)
    if question.type == "multiple_select":
        assert 1 < right < len(options)
    else:
        assert (right, len(options)) == WRITTEN[question.type]
    rows = REFERENCE["quiz_options"]
    places = sorted(rows[f"{key}/{place}"]["order_index"] for place in range(len(options)))
    assert places == list(range(len(options)))
    written = REFERENCE["quiz_questions"][key]["correct_answer"]
    assert (written is not None) == (question.type == "short_answer")


def test_right_answers_stand_at_every_place() -> None:
    """Whoever always takes the first option must not do better than by chance."""
    rows = [row for key, row in REFERENCE["quiz_options"].items() if row["is_correct"] and _choice(key)]
    places = Counter(row["order_index"] for row in rows)
    assert max(places.values()) < 1.4 * len(rows) / 4
    assert set(places) == {0, 1, 2, 3}


def _choice(key: str) -> bool:
    return QUESTIONS[key.rpartition("/")[0]].type == "multiple_choice"


NAMES: Mapping[str, Callable[..., Any]] = {"Fraction": Fraction, "max": max}
OPERATORS: Mapping[type, Callable[..., Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.Pow: operator.pow, ast.FloorDiv: operator.floordiv,
}  # fmt: skip


def calculated(node: ast.AST) -> Any:
    """Work out a proof: numbers, operators, fractions."""
    if isinstance(node, ast.Expression):
        return calculated(node.body)
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.BinOp):
        return OPERATORS[type(node.op)](calculated(node.left), calculated(node.right))
    assert isinstance(node, ast.Call)
    assert isinstance(node.func, ast.Name)
    return NAMES[node.func.id](*map(calculated, node.args))


def number(text: str) -> Fraction | None:
    """Read the number in an answer; its unit does not count."""
    found = re.search(r"-?\d[\d,]*(?:\.\d+|/\d+)?", text)
    return Fraction(found[0].replace(",", "")) if found else None


PROVED = {key: question for key, question in QUESTIONS.items() if question.proof}
SAME_VALUE_OTHER_FORM = {"fraction-island/lowest-terms"}


def test_many_answers_are_proved() -> None:
    assert len(PROVED) >= 65
    mathematics = [key for key in PROVED if LESSONS[key.partition("/")[0]].subject == "Mathematics"]
    assert len(mathematics) >= 35


@pytest.mark.parametrize("key", PROVED)
def test_a_calculation_gives_the_right_answer_and_no_wrong_one(key: str) -> None:
    question: Question = PROVED[key]
    result = calculated(ast.parse(str(question.proof), mode="eval"))
    answers = [(str(question.right), True, None)] if question.type == "short_answer" else question.options
    for text, right, _ in answers:
        value = number(text)
        if right:
            assert value is not None
            assert abs(float(value) - float(result)) < 1e-9, text
        elif key not in SAME_VALUE_OTHER_FORM and value is not None and not re.search("[a-z]", text):
            assert abs(float(value) - float(result)) > 1e-9, text


def test_every_content_type_has_a_template_and_every_type_an_agent() -> None:
    assert {row["template_type"] for row in REFERENCE["roblox_templates"].values()} == {*map(str, RobloxContentType)}
    assert {row["agent_type"] for row in REFERENCE["ai_agents"].values()} == {
        "supervisor", "content", "quiz", "terrain", "script", "review",
    }  # fmt: skip
    assert {row["achievement_type"] for row in REFERENCE["achievements"].values()} == {
        "MILESTONE", "STREAK", "COMPLETION", "MASTERY", "SPECIAL",
    }  # fmt: skip


SCRIPTS = {
    f"{key}/{name}": (entry, source)
    for (_, key), entry in ENTRIES.items()
    if isinstance(entry, Template)
    for name, source in (entry.script_templates or {}).items()
}
FORBIDDEN = r"HttpService|loadstring|getfenv|setfenv|require\s*\(\s*\d|InsertService|MarketplaceService|while true do|(?<![.\w])(?:wait|spawn)\("  # noqa: E501
OPENING = r"\b(function|do|then|repeat)\b"


@pytest.mark.parametrize("key", SCRIPTS)
def test_a_script_is_strict_harmless_and_whole(key: str) -> None:
    entry, source = SCRIPTS[key]
    code = re.sub(r"--[^\n]*", "", source)
    assert source.startswith("--!strict\n")
    assert not re.search(FORBIDDEN, code)
    assert {*re.findall(r"\{\{(\w+)\}\}", source)} <= {*entry.variable_definitions}
    blocks = len(re.findall(OPENING, code)) - len(re.findall(r"\belseif\b|\bif\b[^\n]*\bthen\b[^\n]*\belse\b", code))
    assert blocks == len(re.findall(r"\bend\b", code))


QUESTS = {key: entry.native.about for (_, key), entry in ENTRIES.items() if isinstance(entry, Quest)}


@pytest.mark.parametrize("key", QUESTS)
def test_a_quests_yaml_tells_its_graph(key: str) -> None:
    row = REFERENCE["quests"][key]
    told, graph = yaml.safe_load(row["quest_yaml"]), row["graph_structure"]
    assert canonical(form.graph_of(told).graph) == canonical(react_flow.graph_of(graph).graph).bare()
    assert told["start"] == "start"
    assert told["title"] == row["title"]
    assert row["total_nodes"] == len(told["nodes"]) == len(graph["nodes"])
    assert len({edge["id"] for edge in graph["edges"]}) == len(graph["edges"])
    assert [edge["data"]["order"] for edge in graph["edges"] if "choice" in edge["data"]][:2] == [1, 2]
    assert len({(node["position"]["x"], node["position"]["y"]) for node in graph["nodes"]}) == len(graph["nodes"])


def test_quests_are_of_every_school_and_several_ages_and_none_is_public() -> None:
    assert len(QUESTS) >= 4
    assert {one.psychological_module for one in QUESTS.values()} == {"IFS", "DBT", "CBT", "ACT"}
    assert {one.age_range for one in QUESTS.values()} == {"7-9", "10-12", "13-15"}
    for row in REFERENCE["quests"].values():
        assert (row["is_public"], row["moderation_status"], row["psychologist_reviewed"]) == (False, "pending", False)
        assert "child_name" not in row


def test_tracks_are_those_of_the_database_with_its_phases() -> None:
    from toolbox_cli.models.pas_in_peace.tracks import TrackPhase
    from toolbox_cli.models.pas_in_peace.users import RecoveryTrack

    tracks = recovery_tracks()
    assert [*tracks] == [*map(str, RecoveryTrack)]
    for track in tracks.values():
        assert [*type(track.phases).model_fields] == [*map(str, TrackPhase)]
        assert all(len(phase.activities) >= 3 for _, phase in track.phases)


def test_modules_are_of_every_category_and_use_every_section() -> None:
    modules = [entry.native for entry in ENTRIES.values() if isinstance(entry, Module)]
    assert len(modules) >= 8
    assert Counter(one.category for one in modules).keys() == {"Safety", "Technical", "Orientation"}
    assert {section.type for one in modules for section in one.sections} == {
        "text", "video", "image", "checklist", "sandbox", "game", "interactive", "guided_struggle",
    }  # fmt: skip
    assert sum(bool(one.prerequisites) for one in modules) >= 4
    assert all(one.status == "draft" for one in modules if any(s.type in {"video", "image"} for s in one.sections))  # noqa: E501


def test_keys_are_unique_and_the_same_everywhere() -> None:
    for rows in REFERENCE.values():
        keys = [row["id"] for row in rows.values() if "id" in row]
        assert len({*keys}) == len(keys)
    assert REFERENCE["quizzes"]["fraction-island"]["id"] == "5eed0000-0000-83cc-afe4-7cb7128f6f47"
    assert REFERENCE["quests"]["lantern-in-the-fog"]["id"] == 977962179


def texts() -> Iterator[tuple[str, str]]:
    for file in sorted([*shipped("seeds").glob("reference/*/*.yaml"), *shipped("seeds").glob("agents/*.yaml")]):
        yield file.name, file.read_text(encoding="utf-8")


@pytest.mark.parametrize(("name", "text"), [*texts()], ids=lambda value: value[:20])
def test_nothing_leads_to_anybody(name: str, text: str) -> None:
    assert not re.search(r"https?://|www\.", text)
    assert all(found.endswith(".example") for found in re.findall(r"\S+@([\w.-]+)", text))
    assert not re.search(r"\b\d{3}[-. ]\d{3}[-. ]\d{4}\b", text)


def test_columns_of_a_table_are_the_same_in_every_row() -> None:
    for table, rows in REFERENCE.items():
        assert len({frozenset(row) for row in rows.values()}) == 1, table


def test_the_page_counts_right() -> None:
    page = (shipped("seeds").parent / "docs" / "reference-data.md").read_text(encoding="utf-8")
    counted = {
        "objectives,": len(OBJECTIVES), "lessons": len(LESSONS), "questions": len(QUESTIONS),
        "templates,": len(REFERENCE["roblox_templates"]), "achievements,": len(REFERENCE["achievements"]),
        "quests": len(QUESTS), "modules": len(REFERENCE["modules"]), "made-up ones": len(REFERENCE["universities"]),
    }  # fmt: skip
    for word, count in counted.items():
        assert f"{count} {word}" in page, word
