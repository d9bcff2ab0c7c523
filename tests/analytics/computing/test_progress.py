"""`mastery_level` and `next_recommended_content`, by hand."""

from typing import Any

import pytest

from tests.analytics.computing.made import NOON, computed, content, user, values, withhold
from toolbox_cli.core.database.transaction import Connection

TABLE = "user_progress"


@pytest.fixture
def platform(toolboxai_connection: Connection) -> Connection:
    return toolboxai_connection


def progress(connection: Connection, person: str | None, about: str | None, **columns: Any) -> None:
    row = {"user_id": person, "content_id": about, "progress_type": "lesson", "last_interaction": NOON} | columns
    connection.execute(
        f"INSERT INTO user_progress ({', '.join(row)}) VALUES ({', '.join(['%s'] * len(row))})", [*row.values()]
    )


def levels(connection: Connection) -> list[Any]:
    computed(connection, "mastery_level")
    return values(connection, "mastery_level", TABLE, "best_score, mastery_level")


@pytest.mark.parametrize(
    ("passing", "scores"),
    [
        ([], (34.99, 35, 69.99, 70, 84.99, 85)),
        ([None], (34.99, 35, 69.99, 70, 84.99, 85)),
        ([50, 60, None], (29.99, 30, 59.99, 60, 79.99, 80)),
    ],
)
def test_levels_go_by_the_score_that_passes(
    platform: Connection, passing: list[int | None], scores: tuple[float, ...]
) -> None:
    one = content(platform, 1, None)
    for score in passing:
        platform.execute(
            "INSERT INTO quizzes (title, subject, grade_level, content_id, passing_score) VALUES ('A', 'B', 5, %s, %s)",
            (one, score),
        )
    for number, score in enumerate([*scores, None]):
        progress(platform, user(platform, number), one, best_score=score, mastery_level="advanced")
    assert levels(platform) == [
        "novice", "developing", "developing", "proficient", "proficient", "advanced", None
    ]  # fmt: skip
    assert computed(platform, "mastery_level").changed == 0


def test_nothing_is_said_of_who_withholds_consent_or_of_nobody(platform: Connection) -> None:
    one = content(platform, 1, None)
    for number in (1, 2):
        progress(platform, user(platform, number), one, best_score=number, mastery_level="novice")
    progress(platform, None, one, best_score=3, mastery_level="novice")
    withhold(platform, user(platform, 1))
    assert levels(platform) == [None, "novice", None]


def test_only_records_touched_since_are_looked_at(platform: Connection) -> None:
    one = content(platform, 1, None)
    progress(platform, user(platform, 1), one, best_score=1, last_interaction=None)
    progress(platform, user(platform, 2), one, best_score=2)
    assert computed(platform, "mastery_level", NOON).changed == 1


@pytest.fixture
def row(platform: Connection) -> list[str]:
    """Contents of one author, in their row, behind a template and among those of others."""
    author, other = user(platform, 90), user(platform, 91)
    content(platform, 30, author, is_template=True)
    content(platform, 31, other)
    content(platform, 32, author, subject="Mathematics")
    return [
        content(platform, 9, author, grade_level=4, difficulty_level="expert"),
        content(platform, 8, author, difficulty_level="Easy"),
        content(platform, 5, author),
        content(platform, 6, author, difficulty_level=None),
        content(platform, 2, author, difficulty_level="hard"),
        content(platform, 1, author, grade_level=6),
    ]


def recommended(connection: Connection, person: str, about: str) -> str | None:
    computed(connection, "next_recommended_content")
    query = "SELECT next_recommended_content::text FROM user_progress WHERE user_id = %s AND content_id = %s"
    found = connection.execute(query, (person, about)).fetchone()
    assert found
    return found[0]


def test_who_has_mastered_a_content_goes_on(platform: Connection, row: list[str]) -> None:
    ann, ben = user(platform, 1), user(platform, 2)
    progress(platform, ben, row[1], mastery_level="advanced")
    for place, about in enumerate(row[:-1]):
        progress(platform, ann, about, mastery_level="proficient")
        assert recommended(platform, ann, about) == row[place + 1]
    progress(platform, ann, row[-1], mastery_level="advanced")
    assert recommended(platform, ann, row[-1]) is None
    assert recommended(platform, ann, row[0]) is None
    platform.execute("UPDATE user_progress SET mastery_level = 'novice' WHERE content_id = %s", (row[3],))
    assert recommended(platform, ann, row[0]) == row[3]  # the nearest that is not mastered
    assert computed(platform, "next_recommended_content").changed == 0


@pytest.mark.parametrize("level", ["novice", "developing"])
def test_who_has_not_tries_again_and_then_goes_back(platform: Connection, row: list[str], level: str) -> None:
    ann = user(platform, 1)
    progress(platform, ann, row[3], mastery_level=level, attempts_count=2)
    progress(platform, ann, row[2], mastery_level="proficient")
    assert recommended(platform, ann, row[3]) == row[3]
    platform.execute("UPDATE user_progress SET attempts_count = 3 WHERE content_id = %s", (row[3],))
    assert recommended(platform, ann, row[3]) == row[1]
    for about in row[:2]:
        progress(platform, ann, about, mastery_level="advanced")
    assert recommended(platform, ann, row[3]) == row[3]


def test_what_is_more_than_ten_contents_away_is_too_far(platform: Connection) -> None:
    author, ann = user(platform, 90), user(platform, 1)
    row = [content(platform, 2 * number, author) for number in range(12)]
    content(platform, 7, author, subject="Mathematics")
    for about in row[:-1]:
        progress(platform, ann, about, mastery_level="proficient")
    assert recommended(platform, ann, row[0]) is None
    assert recommended(platform, ann, row[1]) == row[11]


def test_nothing_is_recommended_to_those_who_can_not_take_it(platform: Connection, row: list[str]) -> None:
    people = [user(platform, number, active=number != 2) for number in range(5)]
    for person in people[1:]:
        progress(platform, person, row[0], mastery_level="advanced", next_recommended_content=row[5])
    progress(platform, people[0], row[0], next_recommended_content=row[5])
    progress(platform, None, row[0], mastery_level="advanced", next_recommended_content=row[5])
    withhold(platform, people[3])
    alone = content(platform, 40, None)
    progress(platform, people[0], alone, mastery_level="novice", next_recommended_content=row[5])
    computed(platform, "next_recommended_content")
    found = platform.execute(
        "SELECT user_id::text, next_recommended_content::text FROM user_progress"
        " WHERE next_recommended_content IS NOT NULL ORDER BY 1"
    ).fetchall()
    assert found == [(people[1], row[1]), (people[4], row[1])]
