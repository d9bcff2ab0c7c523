"""An approved environment as rows: all that the records say, once, and what of the reference data is missing."""

import uuid
from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb

from tests.agents.workflow.running import ASKED, approved, run, wrong_sum
from tests.agents.workflow.stored import one, put, rows, store, store_all
from tests.support.template import NAMES
from toolbox_cli.agents.making.library import library
from toolbox_cli.agents.making.records import Environment
from toolbox_cli.agents.workflow.asking import thresholds_held
from toolbox_cli.agents.workflow.storing.inserting import key_of
from toolbox_cli.agents.workflow.storing.states import store_review
from toolbox_cli.content.reference.keys import reference_uuid
from toolbox_cli.core.errors import InputError
from toolbox_cli.seed.reference.deciding import Fate
from toolbox_cli.seed.reference.loading import bring

Connection = psycopg.Connection[Any]
TABLES = (
    "educational_content", "content_objectives", "lessons", "quizzes", "quiz_questions", "quiz_options",
    "roblox_terrain", "roblox_scripts", "roblox_content", "agent_made_content", "agent_made_scripts", "agent_states",
    "agent_metrics",
    "roblox_templates", "learning_objectives",
)  # fmt: skip


def environment() -> Environment:
    return Environment.model_validate(approved().done["environment"])


def counts(connection: Connection) -> dict[str, int]:
    return {table: one(connection, f"SELECT count(*) FROM {table}") for table in TABLES}


def test_lesson_and_content_say_what_the_plan_says(stored: Connection) -> None:
    plan = environment().plan
    content = stored.execute(
        "SELECT id, title, description, subject, grade_level, environment_type, terrain_size, difficulty_level,"
        " duration_minutes, content_data, game_mechanics, accessibility_features, created_by FROM educational_content"
    ).fetchone()
    assert content is not None
    assert content[1:9] == (
        plan.title, plan.description, plan.subject, plan.grade, plan.environment, plan.terrain_size, plan.difficulty,
        plan.duration_minutes,
    )  # fmt: skip
    assert content[9]["activities"] == [one.model_dump(mode="json") for one in plan.activities]
    assert content[9]["vocabulary"] == [one.model_dump(mode="json") for one in plan.vocabulary]
    assert content[9]["accessibility"] == [one.need for one in plan.accessibility]
    assert content[10] == plan.mechanics.model_dump(mode="json")
    assert content[11:] == (True, approved().root.created_by)
    lesson = stored.execute(
        "SELECT content_id, teacher_id, title, status, grade_level, difficulty FROM lessons"
    ).fetchone()
    assert lesson == (content[0], approved().root.created_by, plan.title, "draft", plan.grade, "INTERMEDIATE")
    assert rows(stored, "SELECT content_id, objective_id FROM content_objectives") == [
        (content[0], reference_uuid("learning_objectives", key)) for key in plan.objectives
    ]


@pytest.mark.parametrize("role", ["student", "parent", "admin"])
def test_who_asks_and_is_no_teacher_does_not_teach_it(toolboxai_connection: Connection, role: str) -> None:
    agents = put(toolboxai_connection, approved())
    toolboxai_connection.execute("UPDATE users SET role = %s", (role,))
    store_all(toolboxai_connection, approved(), agents)
    assert rows(toolboxai_connection, "SELECT teacher_id FROM lessons") == [None]


def test_the_quiz_is_there_with_all_questions_and_answers_in_order(stored: Connection) -> None:
    quiz = environment().quiz
    assert rows(stored, "SELECT title, description, time_limit, passing_score, grade_level FROM quizzes") == [
        (quiz.title, quiz.description, quiz.time_limit_s, quiz.passing_percent, quiz.grade)
    ]
    held = rows(
        stored,
        "SELECT question_data ->> 'key', question_type, question_text, correct_answer, difficulty, points, time_limit,"
        " hint, explanation FROM quiz_questions ORDER BY order_index",
    )
    assert held == [
        (q.key, q.type, q.ask, q.answer, q.difficulty, q.points, q.time_limit_s, q.hint, q.worked)
        for q in quiz.questions
    ]
    options = rows(
        stored,
        "SELECT q.order_index, o.option_text, o.is_correct, o.explanation FROM quiz_options AS o"
        " JOIN quiz_questions AS q ON q.id = o.question_id ORDER BY q.order_index, o.order_index",
    )
    assert options == [(place, o.text, o.right, o.why) for place, q in enumerate(quiz.questions) for o in q.options]


def test_land_and_scripts_are_there_with_the_complexity_of_each_function(stored: Connection) -> None:
    made = environment()
    land = stored.execute(
        "SELECT name, terrain_type, biome, size, complexity_score, elevation_data, generation_script"
        " FROM roblox_terrain"
    ).fetchone()
    assert land is not None
    assert land[:5] == (
        made.terrain.name, made.terrain.terrain_type, made.terrain.biome, made.terrain.size, made.terrain.complexity,
    )  # fmt: skip
    assert land[5]["heights"] == [list(row) for row in made.terrain.heights]
    assert land[6] == made.terrain.script
    held = rows(stored, "SELECT name, script_type, content, performance_metrics FROM roblox_scripts ORDER BY name")
    assert [row[:3] for row in held] == sorted((s.name, s.script_type, s.source) for s in made.scripts)
    for _, _, _, figures in held:
        assert {"name", "cyclomatic", "cognitive", "nesting"} <= set(figures["functions"][0])
        assert figures["scan"]["verdict"] in {"clean", "advice"}


def test_roblox_content_knows_its_template_parameters_and_prompt(stored: Connection) -> None:
    made = environment()
    held = rows(
        stored,
        "SELECT title, template_id, content_type::text, script_content, ai_generated, ai_model,"
        " generation_parameters ->> 'seed', is_deployed FROM roblox_content ORDER BY content_type, title",
    )
    templates = {str(one[1]) for one in held}
    assert templates == {
        str(reference_uuid("roblox_templates", key))
        for key in {one.template for one in made.scripts} | {"rolling-hills"}
    }
    assert {one[3] for one in held} == {one.source for one in made.scripts} | {made.terrain.script}
    assert {one[4:] for one in held} == {(False, None, str(made.request.seed), False)}
    assert one(stored, "SELECT count(*) FROM roblox_content WHERE lesson_id = (SELECT id FROM lessons)") == len(held)


def test_what_is_stored_twice_is_there_once(stored: Connection) -> None:
    before = counts(stored)
    ran = approved()
    agents = dict(rows(stored, "SELECT agent_type, id FROM ai_agents"))
    with pytest.raises(psycopg.errors.UniqueViolation), stored.transaction():
        store(stored, ran, ran.root.id, agents)
    assert counts(stored) == before


def test_what_somebody_put_in_an_objects_place_before_is_not_taken_for_it(toolboxai_connection: Connection) -> None:
    ran = approved()
    agents = put(toolboxai_connection, ran)
    key = key_of(ran.root.id, f"roblox_scripts/{environment().scripts[0].name}")
    toolboxai_connection.execute(
        "INSERT INTO roblox_scripts (id, name, script_type, content) VALUES (%s, 'Other', 'server', 'return')", (key,)
    )
    with pytest.raises(psycopg.errors.UniqueViolation), toolboxai_connection.transaction():
        store(toolboxai_connection, ran, ran.root.id, agents)
    assert one(toolboxai_connection, "SELECT count(*) FROM agent_made_scripts") == 0


def test_what_is_stored_comes_whole_or_not_at_all(toolboxai_connection: Connection) -> None:
    ran = approved()
    agents = put(toolboxai_connection, ran)
    before = counts(toolboxai_connection)
    toolboxai_connection.execute(
        "CREATE FUNCTION pg_temp.no() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''no''; END';"
        "CREATE TRIGGER no BEFORE INSERT ON agent_made_scripts FOR EACH ROW EXECUTE FUNCTION pg_temp.no()"
    )
    with pytest.raises(psycopg.errors.RaiseException), toolboxai_connection.transaction():
        store(toolboxai_connection, ran, ran.root.id, agents)
    assert counts(toolboxai_connection) == before


def test_objectives_and_templates_are_those_of_the_reference_data(stored: Connection) -> None:
    loading = bring(stored, NAMES, ["toolboxai"])
    fates = {(one.table, one.key): one.fate for one in loading.rows}
    written = rows(stored, "SELECT table_name, stable_key FROM toolbox.reference_rows")
    assert ("learning_objectives", "math-5-add-unlike-fractions") in written
    ours = [("learning_objectives", "math-5-add-unlike-fractions"), ("users", "toolbox-reference"),
            *(("roblox_templates", one.template) for one in environment().scripts)]  # fmt: skip
    assert {fates[key] for key in ours} == {Fate.UNCHANGED}


def test_an_objective_that_an_installation_has_changed_stays(toolboxai_connection: Connection) -> None:
    toolboxai_connection.execute(
        "INSERT INTO learning_objectives (id, title, subject) VALUES (%s, 'Ours', 'Mathematics')",
        (reference_uuid("learning_objectives", "math-5-add-unlike-fractions"),),
    )
    store_all(toolboxai_connection, approved(), put(toolboxai_connection, approved()))
    assert rows(toolboxai_connection, "SELECT title FROM learning_objectives") == ["Ours"]
    assert one(toolboxai_connection, "SELECT count(*) FROM content_objectives") == 1


def test_templates_count_their_uses_and_how_many_were_approved(toolboxai_connection: Connection) -> None:
    ran = approved()
    agents = put(toolboxai_connection, ran)
    review = next(task.id for task in ran.tasks if task.task_type == "review_content")
    store(toolboxai_connection, ran, review, agents)
    denied = {**ran.outputs[review]}
    denied["review"] = {**denied["review"]}
    denied["review"]["scripts"] = [{**one, "approved": False} for one in denied["review"]["scripts"]]
    for output in (denied, ran.outputs[review], denied):
        store_review(toolboxai_connection, ran.given[review], output)
    used = rows(toolboxai_connection, "SELECT usage_count, success_rate FROM roblox_templates")
    assert set(used) == {(4, 50.0)}


def test_uses_of_which_nobody_knows_how_they_went_are_not_taken_for_failures(stored: Connection) -> None:
    stored.execute(b"UPDATE roblox_templates SET usage_count = 9, success_rate = NULL")
    ran = approved()
    review = next(task.id for task in ran.tasks if task.task_type == "review_content")
    store_review(stored, ran.given[review], ran.outputs[review])
    assert set(rows(stored, "SELECT usage_count, success_rate FROM roblox_templates")) == {(10, 100.0)}


def test_states_are_there_in_order_with_scores_reviewer_and_approval(toolboxai_connection: Connection) -> None:
    ran = run(change=wrong_sum(until=2), by=uuid.uuid4())
    agents = put(toolboxai_connection, ran)
    store_all(toolboxai_connection, ran, agents)
    states = rows(
        toolboxai_connection,
        "SELECT state_type, sequence_number, approved, quality_score IS NOT NULL, confidence_score IS NOT NULL,"
        " reviewed_by, coalesce(state_data ->> 'step', state_data ->> 'decision', '') FROM agent_states"
        " WHERE workflow_id = %s ORDER BY created_at", ran.root.id,
    )  # fmt: skip
    assert [(kind, number, good, step) for kind, number, good, _, _, _, step in states] == [
        ("situation", 0, True, ""), ("problem", 0, True, ""), ("action", 0, True, "generate_content"),
        ("action", 1, False, "generate_quiz"), ("action", 2, True, "generate_terrain"),
        ("action", 3, True, "generate_script"), ("result", 0, False, "again"), ("action", 4, True, "generate_quiz"),
        ("action", 5, True, "generate_script"), ("result", 1, True, "approved"), ("context", 0, True, "approved"),
    ]  # fmt: skip
    assert all(quality and sure and reviewer == agents["review"] for *_, quality, sure, reviewer, _ in states)


def test_a_workflow_that_is_given_up_says_so_in_its_context(toolboxai_connection: Connection) -> None:
    ran = run(ASKED.model_copy(update={"most_rounds": 1}), wrong_sum(until=9))
    store_all(toolboxai_connection, ran, put(toolboxai_connection, ran))
    context = rows(toolboxai_connection, "SELECT approved, state_data FROM agent_states WHERE state_type = 'context'")
    assert len(context) == 1
    assert context[0][0] is False
    assert "2 + 2" in context[0][1]["learned"]
    assert one(toolboxai_connection, "SELECT count(*) FROM educational_content") == 0


def test_each_step_is_measured_once(stored: Connection) -> None:
    kinds = dict(rows(stored, "SELECT metric_type, count(*) FROM agent_metrics GROUP BY 1"))
    assert kinds == {"execution_time": 7, "quality_score": 5, "confidence_score": 5}
    assert one(stored, "SELECT count(*) FROM agent_metrics WHERE agent_id IS NULL OR task_id IS NULL") == 0
    least = rows(stored, "SELECT DISTINCT benchmark_value FROM agent_metrics WHERE context ->> 'part' = 'quiz'")
    assert {float(one) for one in least} == {0.85, 0.75}


def test_thresholds_of_the_installations_templates_are_read(stored: Connection) -> None:
    stored.execute(
        "UPDATE roblox_templates SET quality_thresholds = %s WHERE id = %s",
        (
            Jsonb({"quality": 0.99, "confidence": None, "speed": "high"}),
            reference_uuid("roblox_templates", "lesson-gates"),
        ),
    )
    held = thresholds_held(stored, library())
    assert held["lesson-gates"] == {"quality": 0.99}
    assert held["lesson-score"] == {"quality": 0.8, "confidence": 0.75}


@pytest.mark.parametrize("wrong", [95, -0.1, "high", True, [0.9]])
def test_a_threshold_that_is_no_ratio_is_told_and_none_is_taken_in_its_place(stored: Connection, wrong: object) -> None:
    stored.execute("UPDATE roblox_templates SET quality_thresholds = %s", (Jsonb({"quality": wrong}),))
    with pytest.raises(InputError, match="has to be from 0 to 1"):
        thresholds_held(stored, library())
