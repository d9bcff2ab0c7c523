"""What the domain leaves in a real database."""

import dataclasses
from collections.abc import Callable, Iterator

import pytest

from tests.seed.domains.made import profile_of
from tests.seed.domains.seeded import load
from tests.seed.looking import DAY, counts, hashes
from tests.support.school import NAMES
from tests.support.servers import Database, Server
from toolbox_cli.core.settings import Settings
from toolbox_cli.seed.domains import CLASSES
from toolbox_cli.seed.domains.classes import blocks
from toolbox_cli.seed.domains.classes.demo import DEMOS
from toolbox_cli.seed.wishes import Wishes
from toolbox_cli.verify.data.verify import verify_data

Make = Callable[..., Wishes]
EXTREMES: tuple[dict[str, object], ...] = (
    {"classes__sessions_a_lesson": 4.5, "classes__attempts_a_quiz": 20.0, "classes__lessons": 30},
    {"calendar__days": 14, "calendar__school_days": ["monday"], "classes__lessons": 40},
    {"calendar__hours": {"from": "10:00", "to": "10:01"}, "calendar__homework": {"from": "11:00", "to": "11:01"}},
    {
        "classes__grades": {"from": 1, "to": 12},
        "classes__own_content": 1.0,
        "classes__objectives_a_lesson": 10,
        "calendar__time_zones": {"Asia/Tokyo": 1},
        "learners__leaving": 1.0,
        "locales": {"ja_JP": 1, "de_DE": 1},
    },
)
DEMO = f"SELECT count(*) FROM toolboxai.users WHERE id IN ({', '.join(repr(one.key) for one in DEMOS.values())})"


@pytest.fixture(scope="module")
def school(server: Server) -> Iterator[Database]:
    """Ten classes."""
    profile = profile_of("school", students=250)
    wishes = Wishes(domains=(CLASSES,), profile=profile, seed=42, today=DAY, processes=0)
    with server.temporary(server.template) as database:
        load(database, wishes)
        yield database


def test_no_check_of_the_data_finds_anything(school: Database) -> None:
    with school.connect() as connection:
        cases = verify_data(connection, NAMES, Settings(), platforms=["toolboxai"])
    assert [finding for case in cases for finding in case.findings] == []
    assert len(cases) > 20


def test_every_table_of_the_domain_has_rows(school: Database) -> None:
    assert min(counts(school, "toolboxai", blocks.TABLES).values()) > 10


def test_ability_shows_in_what_reports_read(school: Database) -> None:
    """Nobody writes ability down: a student's other lessons tell of it."""
    query = """
        WITH scores AS (
            SELECT p.student_id, p.lesson_id, avg(r.percentage_score) AS score, avg(p.hints_used) AS hints,
                   avg(r.retry_count) AS retries
            FROM toolboxai.roblox_quiz_results AS r
            JOIN toolboxai.roblox_player_progress AS p ON p.id = r.player_progress_id
            WHERE r.completed GROUP BY 1, 2),
        rated AS (SELECT student_id, avg(score) AS ability FROM scores GROUP BY 1)
        SELECT corr(s.score, r.ability), corr(s.hints, r.ability), corr(s.retries, r.ability)
        FROM scores AS s JOIN rated AS r USING (student_id)"""
    ((score, hints, retries),) = school.execute(query)
    assert score > 0.5
    assert hints < -0.4
    assert retries < -0.1


def test_levels_of_difficulty_differ_in_results(school: Database) -> None:
    rows = school.execute(
        "SELECT avg(percentage_score) FROM toolboxai.roblox_quiz_results WHERE completed"
        " GROUP BY difficulty_level ORDER BY difficulty_level"
    )
    averages = [average for (average,) in rows]
    assert len(averages) >= 3
    assert averages == sorted(averages, reverse=True)


def test_everything_in_sessions_happens_in_school_hours_or_at_homework(school: Database) -> None:
    query = """
        SELECT count(*) FROM (
            SELECT unnest(ARRAY[joined_at, left_at]) AT TIME ZONE 'America/New_York' AS at
            FROM toolboxai.roblox_player_progress
            UNION ALL SELECT started_at AT TIME ZONE 'America/New_York' FROM toolboxai.quiz_attempts) AS acts
        WHERE NOT (at::time BETWEEN '08:30' AND '15:00' OR at::time BETWEEN '16:00' AND '19:30')
           OR extract(isodow FROM at) > 5 OR to_char(at, 'MM-DD') BETWEEN '06-13' AND '08-23'"""
    assert school.execute(query) == [(0,)]


def test_children_without_consent_leave_nothing(school: Database) -> None:
    query = """
        SELECT count(*), count(*) FILTER (WHERE EXISTS (
            SELECT FROM toolboxai.quiz_attempts AS a WHERE a.user_id = u.id))
        FROM toolboxai.users AS u WHERE role = 'student' AND NOT EXISTS (
            SELECT FROM toolboxai.roblox_player_progress AS p WHERE p.student_id = u.id)"""
    ((without, attempted),) = school.execute(query)
    assert 20 < without < 80
    assert attempted == 0


def test_seedings_side_by_side_share_the_demo_accounts(database: Database, wishes: Make) -> None:
    small = wishes(domains=(CLASSES,), profile=profile_of("classroom"))
    first = load(database, small).loaded["classes"]
    second = load(database, dataclasses.replace(small, seed=43)).loaded["classes"]
    assert first["users"] > 50 < second["users"]
    assert database.execute(DEMO) == [(4,)]
    before = hashes(database, "toolboxai", ["users"])
    assert list(load(database, small).already) == ["classes"]
    assert hashes(database, "toolboxai", ["users"]) == before
    gone = load(database, dataclasses.replace(small, seed=44, reset=True))
    assert gone.deleted["toolboxai.users"] == first["users"] + second["users"]
    assert database.execute(DEMO) == [(4,)]
    assert counts(database, "toolboxai", ["users"])["users"] == gone.loaded["classes"]["users"] + 1


def test_extreme_profiles_load_side_by_side_and_are_sound(database: Database, wishes: Make) -> None:
    for changes in EXTREMES:
        load(database, wishes(domains=(CLASSES,), profile=profile_of("classroom", **changes)))
    with database.connect() as connection:
        cases = verify_data(connection, NAMES, Settings(), platforms=["toolboxai"])
    assert [finding for case in cases for finding in case.findings] == []
    late = f"SELECT count(*) FROM toolboxai.roblox_player_progress WHERE left_at > '{DAY}'"
    assert database.execute(late) == [(0,)]
