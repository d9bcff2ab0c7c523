"""The rows of classes, without a database."""

import json
from collections import Counter, defaultdict
from typing import Any

import pytest

from tests.seed.domains.made import Tables, context_of, correlation, fingerprint, made, profile_of
from tests.seed.domains.small_reference import small_reference
from toolbox_cli.models.toolboxai.base import Base
from toolbox_cli.models.toolboxai.learning.attempts import attempt_of
from toolbox_cli.seed.domains.classes import blocks
from toolbox_cli.seed.making.domain import Context
from toolbox_cli.seed.making.text import Raw
from toolbox_cli.seed.reference.reading import read_reference


@pytest.fixture(scope="module")
def tables(context: Context) -> Tables:
    return made(blocks, context, range(40))


def document(value: Any) -> Any:
    return json.loads(value) if isinstance(value, Raw) else value


def test_a_block_is_the_same_bytes_anywhere_and_others_for_another_seed(context: Context) -> None:
    again, other = (context_of(context.profile, seed, small_reference()) for seed in (42, 43))
    assert fingerprint(blocks, again, 7) == fingerprint(blocks, context, 7)
    assert fingerprint(blocks, other, 7) != fingerprint(blocks, context, 7)
    assert fingerprint(blocks, context, 6) != fingerprint(blocks, context, 7)


def test_every_block_knows_its_tables_alone(context: Context) -> None:
    for block in (0, 39):
        assert list(blocks.make(context, block)) == list(blocks.TABLES)


def test_columns_without_a_constant_default_are_given() -> None:
    for name, columns in blocks.TABLES.items():
        for column in Base.metadata.tables[f"toolboxai.{name}"].columns:
            default = str(column.server_default.arg) if column.server_default is not None else ""
            if "(" in default or (column.server_default is None and not column.nullable):
                assert column.name in columns, f"{name}.{column.name}"


def test_keys_are_the_runs_own_and_grow(context: Context, tables: Tables) -> None:
    for name in set(blocks.TABLES) - {"content_objectives", "users"}:
        keys = [str(row["id"]).replace("-", "") for row in tables[name]]
        begin = context.run.uuids(name)
        assert all(key.startswith(begin) and len(key) == 32 for key in keys)
        assert keys == sorted(set(keys)), name
    assert len({row["id"] for row in tables["users"]}) == len(tables["users"])


@pytest.mark.parametrize(("profile", "count"), [("school", 40), ("district", 80)], ids=["school", "district"])
def test_the_rows_are_about_as_many_as_expected(profile: str, count: int) -> None:
    context = context_of(profile_of(profile), reference=read_reference(["toolboxai"]))
    counts = {table: len(rows) for table, rows in made(blocks, context, range(count)).items()}
    part = count / blocks.blocks(context.profile)
    wanted = {table: rows * part for table, rows in blocks.expected(context.profile).items()}
    assert list(wanted) == list(blocks.TABLES)
    earned = "roblox_achievements"  # by what the lessons of the reference data are meant for
    assert counts.pop(earned) == pytest.approx(wanted.pop(earned), rel=0.35)
    assert counts == pytest.approx(wanted, rel=0.15)


def test_a_finished_result_is_an_attempt_with_the_same_numbers(tables: Tables) -> None:
    progress = {row["id"]: row for row in tables["roblox_player_progress"]}
    attempts = {(row["quiz_id"], row["user_id"], row["started_at"]): row for row in tables["quiz_attempts"]}
    finished = [row for row in tables["roblox_quiz_results"] if row["completed"]]
    assert len(attempts) == len(tables["quiz_attempts"]) > len(finished) > 10_000
    for result in finished:
        student = progress[result["player_progress_id"]]["student_id"]
        attempt = attempts[result["quiz_id"], student, result["started_at"]]
        wanted = attempt_of(result, student, attempt["attempt_number"])
        assert wanted is not None
        assert {column: attempt[column] for column in wanted} == wanted


def test_results_say_what_their_answers_say(tables: Tables) -> None:
    for row in tables["roblox_quiz_results"][::7]:
        answers = document(row["question_responses"])
        right = [answer["correct"] for answer in answers]
        assert (row["correct_answers"], row["incorrect_answers"]) == (right.count(True), right.count(False))
        assert row["correct_answers"] + row["incorrect_answers"] + row["skipped_questions"] == row["total_questions"]
        assert row["percentage_score"] == round(100 * row["correct_answers"] / row["total_questions"], 2)
        assert len({answer["question_id"] for answer in answers}) == len(answers)
        assert row["average_time_per_question"] == pytest.approx(row["time_taken_seconds"] / len(answers), abs=0.01)


def test_answers_name_options_of_the_question(context: Context, tables: Tables) -> None:
    rows = [*context.reference["quiz_options"].values(), *tables["quiz_options"]]
    owners = {str(row["id"]): str(row["question_id"]) for row in rows}
    right: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        if row["is_correct"]:
            right[str(row["question_id"])].add(str(row["id"]))
    chosen = Counter[tuple[int, bool]]()
    for row in tables["roblox_quiz_results"][::7]:
        for answer in document(row["question_responses"]):
            question, options = answer["question_id"], answer["option_ids"]
            assert {owners[option] for option in options} <= {question}
            if options:
                assert (set(options) == right[question]) is answer["correct"]
            chosen[len(options), answer["correct"]] += 1
    assert set(chosen) == {(count, correct) for count in (0, 1, 2) for correct in (True, False)}


def test_own_quizzes_ask_what_the_shared_ones_ask(tables: Tables) -> None:
    questions = Counter(row["quiz_id"] for row in tables["quiz_questions"])
    assert set(questions) == {row["id"] for row in tables["quizzes"]}
    assert set(questions.values()) == {6}
    right = Counter(row["question_id"] for row in tables["quiz_options"] if row["is_correct"])
    kinds = {"multiple_choice": 1, "multiple_select": 2, "short_answer": 0}
    for row in tables["quiz_questions"]:
        assert right[row["id"]] == kinds[row["question_type"]]
        assert (row["correct_answer"] is None) is (row["question_type"] != "short_answer")


def test_hints_and_mistakes_grow_where_ability_lacks(tables: Tables, played: list[Any]) -> None:
    ability = {one.student.key: one.student.ability for done in played for one in done.visits}
    for column, least in (("hints_used", -0.4), ("mistakes_made", -0.4)):
        pairs = [(ability[row["student_id"]], row[column]) for row in tables["roblox_player_progress"]]
        assert correlation(pairs) < least
    pairs = [(ability[row["student_id"]], row["score"]) for row in tables["roblox_player_progress"]]
    assert correlation(pairs) > 0.4


def test_progress_goes_on_where_it_was_left(tables: Tables) -> None:
    reached: dict[Any, float] = {}
    for row in tables["roblox_player_progress"]:
        place = (row["student_id"], row["lesson_id"])
        assert row["progress_percentage"] >= reached.get(place, 0)
        reached[place] = row["progress_percentage"]
        assert len(document(row["checkpoints_completed"])) == row["progress_percentage"] // 10
        assert 0 < row["time_spent_seconds"] <= row["session_duration_seconds"]
    assert 0.1 < sum(value == 100 for value in reached.values()) / len(reached) < 0.6
    contents = {row["id"]: row["content_id"] for row in tables["lessons"]}
    standing = {(row["user_id"], row["content_id"]): row for row in tables["user_progress"]}
    assert len(standing) == len(reached) == len(tables["user_progress"])
    for (student, lesson), percent in reached.items():
        assert standing[student, contents[lesson]]["completion_percentage"] == percent


def test_best_scores_are_the_attempts(tables: Tables) -> None:
    best: dict[Any, float] = {}
    for row in tables["quiz_attempts"]:
        place = (row["user_id"], row["quiz_id"])
        best[place] = max(best.get(place, 0), row["score"])
    assert sorted(best.values()) == sorted(
        row["best_score"] for row in tables["user_progress"] if row["best_score"] is not None
    )


def test_everybody_earns_an_achievement_once(tables: Tables) -> None:
    earned = Counter((row["student_id"], row["base_achievement_id"]) for row in tables["roblox_achievements"])
    assert set(earned.values()) == {1}
    names = Counter(row["achievement_name"] for row in tables["roblox_achievements"])
    assert len(names) == 6
    assert names["First-Steps"] > names["Full-Marks"] > 100


def test_what_players_meet_was_checked_for_children(tables: Tables) -> None:
    deployed = Counter((row["is_deployed"], row["coppa_compliant"]) for row in tables["roblox_content"])
    assert set(deployed) == {(True, True), (False, False)}
    assert deployed[True, True] > 5 * deployed[False, False]
    for row in tables["roblox_content"]:
        assert (row["deployment_hash"] is None) is (row["deployed_at"] is None) is not row["is_deployed"]
        assert row["is_deployed"] or row["usage_count"] == 0


def test_accounts_tell_of_sign_ins_and_leaving(tables: Tables) -> None:
    closed = [row for row in tables["users"] if not row["is_active"]]
    assert 20 < len(closed) < 60
    assert {row["role"] for row in closed} == {"student"}
    assert all(row["last_login"] is None or row["last_login"] < row["updated_at"] for row in closed)
    assert all((row["login_count"] > 0) is (row["last_login"] is not None) for row in tables["users"])
    (admin,) = [row["id"] for row in tables["users"] if row["role"] == "admin"]
    makers = Counter((row["role"], row["created_by"]) for row in tables["users"])
    assert set(makers) == {("admin", None), ("parent", None), ("teacher", admin), ("student", admin)}
    signs = Counter(row["password_hash"].partition("$")[0] or "$" for row in tables["users"])
    assert signs == {"!": len(tables["users"]) - 4, "$": 4}
