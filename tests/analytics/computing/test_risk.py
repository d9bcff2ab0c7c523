"""The at-risk score, by hand and against what sample data know of their students."""

import datetime

import pytest

from tests.analytics.computing.made import NOON, happened, has_module
from tests.analytics.computing.truth import mastery_agrees, rates, truth_of
from tests.support.seeding import DAY, seed_database
from tests.support.servers import Database
from toolbox_cli.analytics.computing.counting import told_of
from toolbox_cli.analytics.computing.risk import risks
from toolbox_cli.core.database.transaction import Connection
from toolbox_cli.seed.domains import COMMANDS
from toolbox_cli.seed.profiles.reading import profile_files, read_profile
from toolbox_cli.seed.wishes import Wishes


def scores(connection: Connection, days: float) -> dict[str, tuple[float, float, float]]:
    return {one.student: one[1:] for one in risks(connection, NOON + datetime.timedelta(days=days))}


@pytest.fixture
def frames(frames_connection: Connection) -> Connection:
    has_module(frames_connection, "ann", "ben", "cat")
    has_module(frames_connection, module=2)
    return frames_connection


def test_struggle_and_going_away_are_each_enough(frames: Connection) -> None:
    happened(frames, [(0, "module_start"), (1, "hint_used"), (2, "retry"), (3, "section_complete")])
    happened(frames, [(5, "module_start"), (6, "module_complete")], module=2)
    happened(frames, [(0, "module_start")], student="ben")
    happened(frames, [(0, "hint_used"), *[(minute, "section_complete") for minute in (1, 2, 3)]], student="cat")
    # ann: trouble 4, done 4; her latest module is complete. cat: trouble 2, done 6
    assert scores(frames, 13.99) == {"ann": (0.29, 0, 0.29), "ben": (0, 0, 0), "cat": (0.14, 0, 0.14)}
    assert scores(frames, 15) == {"ann": (0.29, 0, 0.29), "ben": (0, 1, 1), "cat": (0.14, 0.5, 0.57)}


def test_only_what_came_before_the_moment_in_180_days_is_looked_at(frames: Connection) -> None:
    happened(frames, [(0, "hint_used"), (30, "hint_used")])
    assert scores(frames, 0) == {}
    assert scores(frames, 20 / 1440) == {"ann": (0.25, 0, 0.25)}
    assert scores(frames, 180 + 10 / 1440) == {"ann": (0.25, 1, 1)}
    assert scores(frames, 181) == {}


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        ([40, 30, 20, 10], [100, 40, 30, 20, 10]),
        ([40, 30, 20, 9], [99, 40, 30, None, None]),
        ([40, 30, 0, 9], [79, 40, None, None, None]),
        ([40, 30, 4, 9], [83, 40, None, None, None]),
        ([100, 0, 0, 0], [100, None, None, None, None]),
        ([0, 0, 0, 0], [None] * 5),
    ],
)
def test_small_counts_are_hidden_with_what_would_give_them_away(counts: list[int], told: list[int | None]) -> None:
    assert told_of(counts) == told


def test_scores_are_right_about_students_as_often_as_the_page_says(database: Database) -> None:
    seed_database(database, "frames", profile="school", students=2_000)
    profile = read_profile(profile_files()["school"], students=2_000)
    truth = truth_of(Wishes(domains=COMMANDS["frames"], profile=profile, seed=42, today=DAY), DAY)
    with database.connect(options="-c search_path=frames -c TimeZone=UTC", autocommit=False) as connection:
        at = datetime.datetime.combine(DAY, datetime.time(), datetime.UTC)
        found = [(one.student, one.score) for one in risks(connection, at)]
        agrees = mastery_agrees(connection, at)
    assert len(found) > 400
    base = rates(found, truth, 0.0)
    high = rates(found, truth, 0.75)
    assert (base.recall, base.precision) == (1.0, pytest.approx(0.16, abs=0.05))
    assert high.precision > 0.45
    assert high.recall > 0.25
    assert agrees > 0.65
