"""What families' rows tell, without a database."""

import datetime
import json
import re
from collections import Counter, defaultdict
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml

from tests.seed.domains.made import Tables, context_of, correlation, fingerprint, made, profile_of
from tests.seed.looking import DAY
from toolbox_cli.content.quests.canonical import canonical
from toolbox_cli.content.quests.reading import form, react_flow
from toolbox_cli.core.errors import UsageError
from toolbox_cli.seed.domains.quests import blocks as quests
from toolbox_cli.seed.domains.quests.sizes import FAMILIES, PSYCHOLOGISTS
from toolbox_cli.seed.domains.quests.story.graph import SHAPES
from toolbox_cli.seed.domains.quests.story.words import SCHOOLS
from toolbox_cli.seed.making.domain import Context
from toolbox_cli.seed.reference.reading import read_reference

BLOCKS = 20
END = datetime.datetime.combine(DAY, datetime.time(), datetime.UTC)
PUBLISHED = {"lantern-in-the-fog", "weather-inside"}
"""Quests of the reference data that this installation has had reviewed, and has published."""


@pytest.fixture(scope="module")
def context() -> Context:
    """Twenty blocks of families, the last with ten."""
    shared = read_reference(("pas_in_peace",))["quests"]
    reference = {"quests": {slug: {**row, "is_public": slug in PUBLISHED} for slug, row in shared.items()}}
    return context_of(profile_of("district", students=6400), reference=reference)


@pytest.fixture(scope="module")
def published(context: Context) -> set[int]:
    return {context.reference["quests"][slug]["id"] for slug in PUBLISHED}


@pytest.fixture(scope="module")
def tables(context: Context) -> Tables:
    return made(quests, context, range(BLOCKS))


def at(told: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(told)


def stored(told: str) -> str:
    """Read a value as COPY does."""
    return re.sub(r"\\(.)", lambda found: {"n": "\n"}.get(found[1], found[1]), told)


def of_quest(tables: Tables, table: str) -> dict[int, list[Any]]:
    found = defaultdict(list)
    for row in tables[table]:
        found[row["quest_id"]].append(row)
    return found


def public(tables: Tables) -> list[Any]:
    return [row for row in tables["quests"] if row["status"] == "published"]


def test_a_block_is_the_same_whenever_it_is_made(context: Context) -> None:
    prints = [fingerprint(quests, context, block) for block in (0, 9, 19)]
    assert [fingerprint(quests, context, block) for block in (19, 9, 0)] == prints[::-1]
    assert len(set(prints)) == 3
    assert fingerprint(quests, context_of(context.profile, 43, context.reference), 0) not in prints


def test_as_many_rows_are_made_as_are_expected(context: Context, tables: Tables) -> None:
    assert quests.blocks(context.profile) == BLOCKS
    for table, count in quests.expected(context.profile).items():
        assert len(tables[table]) == pytest.approx(count, rel=0.15), table


def key_of(row: dict[str, Any]) -> int:
    """Give the column of the key that says whose the row is: the first one."""
    return row["id"] if "id" in row else row["quest_id"]


def test_keys_are_the_runs_and_no_row_has_anothers(context: Context, tables: Tables) -> None:
    for table, rows in tables.items():
        keys = [key_of(row) for row in rows]
        assert len(set(keys)) == len(keys), table
        assert context.run.integers.start <= min(keys) <= max(keys) < context.run.integers.stop
    for columns in (("telegram_id",), ("quest_id",), ("inner_edu_quest_id",)):
        found = [row[columns[0]] for table in ("users", "quests") for row in tables[table] if row.get(columns[0])]
        assert len(set(found)) == len(found) > 100


def test_a_million_students_have_keys_enough_and_more_are_refused() -> None:
    million = profile_of("district", students=1_000_000)
    context = context_of(million)
    assert quests.blocks(million) == 3000
    rows = made(quests, context, [2999])
    assert max(key_of(row) for table in rows.values() for row in table) < context.run.integers.stop
    with pytest.raises(UsageError, match="more rows of user_quest_library than a seeding has keys for"):
        quests.blocks(profile_of("district", students=1_000_000, quests__plays_a_quest=30))


def test_rows_stand_on_their_own_block_and_those_before(context: Context, tables: Tables, published: set[int]) -> None:
    per_block = PSYCHOLOGISTS + FAMILIES
    afar = 0
    for block in (0, 7, 19):
        rows = made(quests, context, [block])
        users = range(first := context.run.integers.start + block * per_block, first + per_block)
        there = {row["id"] for row in tables["users"] if row["id"] < users.stop}
        for table in ("quest_progress", "quest_ratings", "user_quest_library"):
            referred = {row["user_id"] for row in rows[table]}
            assert referred <= there, table
            afar += len(referred - set(users))
            own = {row["id"] for row in rows["quests"]} | published
            assert {row["quest_id"] for row in rows[table]} <= own
    assert afar > 20
    for table in ("quest_progress", "quest_ratings", "user_quest_library"):
        pairs = Counter((row["user_id"], row["quest_id"]) for row in tables[table])
        assert max(pairs.values()) == 1


def test_nobody_is_kept_who_did_not_agree(tables: Tables) -> None:
    silent = {row["id"] for row in tables["users"] if not row["consent_given"]}
    assert 0.02 < len(silent) / len(tables["users"]) < 0.1
    for table in quests.TABLES:
        assert silent.isdisjoint(row.get("user_id") for row in tables[table])
    assert all(
        row["parent_name"] is None and row["learning_profile"] is None for row in tables["users"] if row["id"] in silent
    )


def test_progress_is_of_living_consents_and_began_under_them(context: Context, tables: Tables) -> None:
    consents = {quest: rows[0] for quest, rows in of_quest(tables, "child_privacy_settings").items()}
    assert len(consents) == len(tables["child_privacy_settings"]) == len(tables["quests"])
    for row in tables["quest_progress"]:
        consent = consents[row["quest_id"]]
        assert consent["consent_given_by_child"]
        assert consent["share_completion_progress"]
        assert consent["consent_revoked_at"] is None
        assert at(consent["consent_timestamp"]) <= at(row["started_at"])
    deployed = [consents[row["id"]] for row in tables["quests"] if row["deployed_to_inner_edu"]]
    given = [row for row in deployed if row["consent_given_by_child"]]
    revoked = [row for row in given if row["consent_revoked_at"]]
    assert len(given) / len(deployed) == pytest.approx(context.profile.quests.consent, abs=0.07)
    assert len(revoked) / len(given) == pytest.approx(context.profile.quests.revoked, abs=0.05)
    assert {len(json.loads(row["consent_history"])) for row in given} == {1, 2, 3}
    assert not any(row["consent_given_by_child"] for key, row in consents.items() if row not in deployed)


def test_figures_of_the_library_are_those_of_its_rows(tables: Tables) -> None:
    ratings, progress = of_quest(tables, "quest_ratings"), of_quest(tables, "quest_progress")
    for row in tables["quests"]:
        stars = [rating["rating"] for rating in ratings[row["id"]]]
        assert row["rating"] == pytest.approx(sum(stars) / len(stars) if stars else 0, abs=0.005)
        assert row["plays_count"] >= sum(one["session_count"] for one in progress[row["id"]])
        assert row["reveal_count"] >= sum(one["completed"] for one in progress[row["id"]])
    assert {row["quest_id"] for row in tables["quest_ratings"]} <= {row["id"] for row in public(tables)}


def test_who_rates_has_the_quest_and_what_is_good_is_rated_well(tables: Tables, published: set[int]) -> None:
    taken = {(row["user_id"], row["quest_id"]): at(row["added_at"]) for row in tables["user_quest_library"]}
    authors = {row["id"]: row["user_id"] for row in tables["quests"]}
    for row in tables["quest_ratings"]:
        assert taken[row["user_id"], row["quest_id"]] < at(row["created_at"])
        assert row["user_id"] != authors[row["quest_id"]]
    reviews = {row["quest_id"]: row["overall_score"] for row in tables["psychologist_reviews"]}
    assert correlation((reviews[row["quest_id"]], row["rating"]) for row in tables["quest_ratings"]) > 0.3
    for row in tables["quest_progress"]:
        if row["user_id"] != authors[row["quest_id"]]:
            assert taken[row["user_id"], row["quest_id"]] < at(row["started_at"])
    assert published < {row["quest_id"] for row in tables["user_quest_library"]}


def test_public_quests_are_reviewed_well_by_others(tables: Tables) -> None:
    reviews = {row["quest_id"]: row for row in tables["psychologist_reviews"]}
    assert 0.3 < len(public(tables)) / len(tables["quests"]) < 0.45
    for row in public(tables):
        review = reviews[row["id"]]
        assert review["is_approved"]
        assert review["reviewer_id"] != row["user_id"]
        assert at(row["last_edited"]) < at(row["approved_at"]) < at(review["reviewed_at"]) < at(row["deployed_at"])
    scores = (
        "emotional_safety_score",
        "therapeutic_correctness_score",
        "age_appropriateness_score",
        "reveal_timing_score",
    )
    for review in tables["psychologist_reviews"]:
        assert review["overall_score"] == sum(review[score] for score in scores) / 4
        assert review["is_approved"] == (min(review[score] for score in scores) >= 3)
    assert {row["is_approved"] for row in tables["psychologist_reviews"]} == {True, False}
    assert not any(row["is_public"] for row in tables["quests"])  # only once the reviews are there


def test_strangers_read_nothing_that_is_known_at_home_alone(tables: Tables) -> None:
    names = {
        row["user_id"]: json.loads(row["quest_context"])["child"]["name"] for row in tables["quest_builder_sessions"]
    }
    own = 0
    for row in tables["quests"]:
        child = names[row["user_id"]]
        if row["status"] == "published":
            assert row["child_name"] != child
            assert f"Hello {child}." not in row["quest_yaml"]
            assert {row[column] for column in ("family_photos", "family_memories", "family_jokes")} == {"[]"}
        else:
            assert row["child_name"] == child
            assert child in row["title"]
            own += f"Hello {child}." in row["quest_yaml"] and json.loads(row["family_memories"])[0] in row["quest_yaml"]
    assert own > 300


def test_a_quest_is_its_graph_and_its_yaml_says_the_same(tables: Tables) -> None:
    kinds = set()
    for row in tables["quests"][::6]:
        told = yaml.load(stored(row["quest_yaml"]), yaml.CSafeLoader)  # noqa: S506  safe, and fast
        graph = json.loads(stored(row["graph_structure"]))
        nodes = {node["id"]: node for node in graph["nodes"]}
        assert len(nodes) == len(graph["nodes"]) == row["total_nodes"]
        read = react_flow.graph_of(graph)
        assert read.wrong == []
        assert canonical(form.graph_of(told).graph) == canonical(read.graph).bare()
        edges = [(edge["source"], edge["target"], edge["data"].get("choice")) for edge in graph["edges"]]
        assert {end for source, target, _ in edges for end in (source, target)} == set(nodes)
        assert row["title"].startswith(told["title"])
        kinds.add((row["psychological_module"], row["quest_id"].rsplit("-", 2)[0].partition("-")[2]))
    assert {(school, shape) for school in SCHOOLS for shape in SHAPES} <= kinds


def test_parents_start_from_quests_that_are_there_for_all(context: Context, tables: Tables) -> None:
    shared = context.reference["quests"]
    started = Counter()
    for row in tables["quests"]:
        slug = row["quest_id"].rsplit("-", 2)[0]
        if slug in shared:
            started[slug] += 1
            first, last = map(int, shared[slug]["age_range"].split("-"))
            assert first <= row["child_age"] <= last
            assert json.loads(stored(row["graph_structure"])) == shared[slug]["graph_structure"]
            assert row["title"] == f"{shared[slug]['title']}, for {row['child_name']}"
            assert row["status"] != "published"
    assert min(started[slug] for slug in shared) > 10


def test_every_way_through_a_graph_ends_and_may_be_left(tables: Tables) -> None:
    seen = {row["graph_structure"]: row for row in tables["quests"] if "pause" in row["graph_structure"]}
    for text in list(seen)[:60]:
        graph = json.loads(text)
        onward = defaultdict(list)
        for edge in graph["edges"]:
            onward[edge["source"]].append(edge)
        kinds = {node["id"]: node["type"] for node in graph["nodes"]}
        assert list(kinds.values()).count("start") == 1
        tags = [tag for node in graph["nodes"] for tag in node["data"].get("tags", ())]
        assert sorted(tags) == ["adult", "safe_exit"]
        for key, kind in kinds.items():
            assert (kind == "ending") == (not onward[key])
            assert len(onward[key]) <= 4
            if kind == "choice":
                assert all(edge["data"]["choice"] for edge in onward[key])
                assert "pause" in [edge["target"] for edge in onward[key]]
        assert ends("start", onward) == {"end", "pause"}


def ends(key: str, onward: Any, above: tuple[str, ...] = ()) -> set[str]:
    assert key not in above
    if not onward[key]:
        return {key}
    return set().union(*(ends(edge["target"], onward, (*above, key)) for edge in onward[key]))


def test_conversations_come_to_all_stages_and_make_what_is_there(tables: Tables) -> None:
    talks = tables["quest_builder_sessions"]
    assert {row["current_stage"] for row in talks} == {
        "greeting", "collecting_info", "clarifying", "generating", "reviewing", "quest_ready",
    }  # fmt: skip
    ready = [row for row in talks if row["current_stage"] == "quest_ready"]
    graphs = {(row["user_id"], row["created_at"]): row["graph_structure"] for row in tables["quests"]}
    assert {(row["user_id"], row["updated_at"]): row["current_graph"] for row in ready} == graphs
    for row in talks:
        history = json.loads(row["conversation_history"])
        assert history[0]["role"] == "assistant"
        assert all(set(message) == {"role", "content", "after_seconds"} for message in history)
        assert "‹" not in row["conversation_history"] + (row["current_graph"] or "")
        length = (at(row["updated_at"]) - at(row["created_at"])).total_seconds()
        assert 0 <= history[-1]["after_seconds"] <= length


def test_those_who_keep_at_it_come_further(tables: Tables) -> None:
    tracks = tables["user_tracks"]
    assert correlation((row["completed_activities"], row["completion_percentage"]) for row in tracks) > 0.8
    of_phase = defaultdict(list)
    for row in tracks:
        of_phase[row["current_phase"]].append(row["completion_percentage"])
        assert row["weeks_active"] <= row["days_active"]
        assert at(row["started_at"]) <= at(row["last_activity_at"])
    means = [sum(of_phase[phase]) / len(of_phase[phase]) for phase in ("awareness", "expression", "action", "mastery")]
    assert means == sorted(means)
    assert all(len(found) > 30 for found in of_phase.values())


def test_a_play_that_reaches_the_end_has_done_every_step(tables: Tables) -> None:
    for row in tables["quest_progress"]:
        assert row["completed"] == (row["completed_at"] is not None)
        assert at(row["started_at"]) < at(row["last_played_at"])
        assert 0 < row["total_time_minutes"] <= row["session_count"] * 25
    done = [row["current_step"] for row in tables["quest_progress"] if row["completed"]]
    assert set(done) == {7, 8, 9}
    assert 0.55 < len(done) / len(tables["quest_progress"]) < 0.9


def test_children_play_after_school_and_parents_write_in_the_evening(tables: Tables) -> None:
    zones = [ZoneInfo(zone) for zone in ("America/New_York", "America/Chicago")]
    for row in tables["quest_progress"]:
        moments = [at(row["started_at"]).astimezone(zone) for zone in zones]
        assert any(moment.weekday() > 4 or moment.hour >= 15 for moment in moments)
    for row in tables["quest_builder_sessions"]:
        assert any(at(row["created_at"]).astimezone(zone).hour >= 19 for zone in zones)
    for row in tables["psychologist_reviews"]:
        moments = [at(row["reviewed_at"]).astimezone(zone) for zone in zones]
        assert any(moment.weekday() < 5 and 9 <= moment.hour < 17 for moment in moments)


def test_nothing_happens_before_the_first_day_or_after_the_last(context: Context, tables: Tables) -> None:
    first = datetime.datetime.combine(context.profile.first_day(DAY), datetime.time(), datetime.UTC)
    last = {row["id"]: at(row["last_activity"]) for row in tables["users"]}
    for table, rows in tables.items():
        for row in rows:
            for column, value in row.items():
                if isinstance(value, str) and value[-6:] == "+00:00":
                    assert first <= at(value) < END, (table, column)
            if table in {"quest_progress", "quest_ratings", "user_quest_library", "user_tracks"}:
                told = [
                    row[name]
                    for name in ("last_played_at", "created_at", "added_at", "last_activity_at")
                    if name in row
                ]
                assert at(told[0]) <= last[row["user_id"]], table


def test_nobody_can_be_reached_and_nobody_is_seen(tables: Tables) -> None:
    for row in tables["users"]:
        assert int(row["telegram_id"]) > 2**53  # the messenger's own have 52 bits
        assert int(row["telegram_id"]) < 2**63
    photos = {photo for row in tables["quests"] for photo in json.loads(row["family_photos"])}
    assert photos
    assert all(photo.startswith("https://media.example.org/drawings/") for photo in photos)


@pytest.mark.parametrize("days", [14, 30, 3650])
def test_short_and_long_windows_hold_everything(days: int) -> None:
    profile = profile_of("district", students=1000, calendar__days=days)
    tables = made(quests, context_of(profile), range(quests.blocks(profile)))
    first = datetime.datetime.combine(profile.first_day(DAY), datetime.time(), datetime.UTC)
    told = [
        value for rows in tables.values() for row in rows for value in row.values() if str(value).endswith("+00:00")
    ]
    assert all(first <= at(value) < END for value in told)
    assert len(tables["quests"]) > 150
