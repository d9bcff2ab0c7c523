"""Whatever a review refuses, the next round makes it again, with what rests on it, and nothing else."""

from hypothesis import given
from hypothesis import strategies as st

from tests.agents.workflow.running import ASKED
from toolbox_cli.agents.making.review.judgement import PARTS, Judgement, Part, Reason, Review, Thresholds
from toolbox_cli.agents.workflow.planning import Round, decided, first_round, next_round
from toolbox_cli.agents.workflow.tasks import CONTENT, MADE_BY, NEEDS, QUIZ, REVIEW, SCRIPTS, TERRAIN, Order

parts = st.sets(st.sampled_from(PARTS), min_size=1)
DIGESTS: dict[Part, str] = {part: part for part in PARTS}


def review_of(refused: set[Part]) -> Review:
    judgements = {
        part: Judgement(
            name=part, template=None, quality=0.5 if part in refused else 1.0, confidence=1.0, thresholds=Thresholds(),
            approved=part not in refused,
            reasons=(Reason(code="bad", part=part, place="all", found="it is bad", remedy="Do it well."),)
            if part in refused else (),
        )
        for part in PARTS
    }  # fmt: skip
    return Review(
        content_sha256="0" * 64, parts=judgements, scripts=(), quality=0.9, confidence=1.0, approved=not refused
    )


def test_the_first_round_gives_each_agent_its_part_and_lets_it_wait_for_what_it_needs() -> None:
    begun, tasks = first_round(ASKED)
    kinds = {task.id: task.task_type for task in tasks}
    assert list(kinds.values()) == ["plan_environment", CONTENT, QUIZ, TERRAIN, SCRIPTS, REVIEW]
    for task in tasks:
        assert tuple(kinds[need.id] for need in task.needs) == NEEDS[task.task_type]
    assert (begun.number, begun.actions) == (1, 4)


@given(st.lists(parts, min_size=1, max_size=8))
def test_rounds_make_again_what_was_refused_and_what_rests_on_it(rounds: list[set[Part]]) -> None:
    held, tasks = first_round(ASKED)
    known = {task.id: task for task in tasks}
    sequences = [task.input["sequence"] for task in tasks if task.task_type in MADE_BY.values()]
    for number, refused in enumerate(rounds, 2):
        before = dict(held.tasks)
        held, again = next_round(held, Order(asked=ASKED), refused)
        kinds = [task.task_type for task in again]
        wanted = {MADE_BY[part] for part in refused}
        wanted |= {QUIZ, TERRAIN, SCRIPTS} if "lesson" in refused else {SCRIPTS} if "quiz" in refused else set()
        assert kinds[-1] == REVIEW
        assert set(kinds[:-1]) == wanted
        known |= {task.id: task for task in again}
        for task in again:
            assert {known[need.id].task_type for need in task.needs} == set(NEEDS[task.task_type])
            assert {need.id for need in task.needs} <= set(held.tasks.values()) | set(before.values())
            assert task.input["round"] == number
        sequences += [task.input["sequence"] for task in again if task.task_type != REVIEW]
        assert again[-1].input["sequence"] == number - 1
        assert set(held.tasks.values()) <= set(known)
        assert Round.read(held.document()) == held
    assert sequences == list(range(len(sequences)))


@given(parts, st.integers(1, 10), st.integers(1, 10))
def test_it_ends_after_the_rounds_that_were_asked_for(refused: set[Part], number: int, most: int) -> None:
    asked = ASKED.model_copy(update={"most_rounds": most})
    verdict = decided(review_of(refused), Order(asked=asked, round=number), DIGESTS)
    assert verdict.decision == ("given_up" if number >= most else "again")
    assert "it is bad" in verdict.why
    assert decided(review_of(set()), Order(asked=asked, round=number), DIGESTS).decision == "approved"


@given(parts, parts)
def test_what_comes_again_unchanged_is_given_up(refused: set[Part], same: set[Part]) -> None:
    order = Order(asked=ASKED, round=2, before={part: DIGESTS[part] for part in same})
    verdict = decided(review_of(refused), order, DIGESTS)
    assert verdict.decision == ("given_up" if refused <= same else "again")


def test_with_a_language_model_parts_are_made_one_after_the_other_so_that_they_keep_to_the_budget() -> None:
    _, tasks = first_round(ASKED.model_copy(update={"backing": "model"}))
    keys = {task.task_type: task.id for task in tasks}
    land = next(task for task in tasks if task.task_type == TERRAIN)
    assert keys[QUIZ] in {need.id for need in land.needs}


def test_the_rounds_that_an_agents_settings_say_count_where_nobody_says_more() -> None:
    assert ASKED.limited({"max_rounds": 5}).most_rounds == 5
    assert ASKED.limited({}).most_rounds == 3
    assert ASKED.model_copy(update={"most_rounds": 2}).limited({"max_rounds": 5}).most_rounds == 2
