"""Two real connections at once: no order of locks and commits leaves what the safeguards forbid."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import NamedTuple

import pytest
from psycopg import IsolationLevel, errors

from tests.support.quests import (
    Connection,
    add_consent,
    add_parent,
    add_quest,
    add_review,
    hash_of,
    insert,
    one,
    update,
)
from tests.support.servers import Database, Server

ISOLATION = (IsolationLevel.READ_COMMITTED, IsolationLevel.REPEATABLE_READ, IsolationLevel.SERIALIZABLE)
REFUSED = (errors.CheckViolation, errors.SerializationFailure, errors.DeadlockDetected)

BROKEN = """
SELECT count(*) FROM quests AS q LEFT JOIN psychologist_reviews AS r ON r.quest_id = q.id
WHERE q.is_public AND (q.moderation_status = 'approved' AND r.is_approved AND r.open_errors = 0
    AND r.reviewer_id <> q.user_id AND r.content_hash = quest_content_hash(q)) IS NOT TRUE"""


class Stage(NamedTuple):
    """A quest that may be published, and the two connections that fight over it."""

    setting: Connection
    quest: int
    review: int
    reviewer: int
    first: Connection
    second: Connection


Step = Callable[[Connection, Stage], None]


def publish(connection: Connection, stage: Stage) -> None:
    update(connection, "quests", stage.quest, is_public=True)


def retitle_and_publish(connection: Connection, stage: Stage) -> None:
    update(connection, "quests", stage.quest, title="Another")
    update(connection, "quests", stage.quest, title="A title", is_public=True)


def disapprove(connection: Connection, stage: Stage) -> None:
    update(connection, "psychologist_reviews", stage.review, is_approved=False)


def judge_other_content(connection: Connection, stage: Stage) -> None:
    update(connection, "psychologist_reviews", stage.review, content_hash="0" * 64)


def delete_review(connection: Connection, stage: Stage) -> None:
    connection.execute("DELETE FROM psychologist_reviews WHERE id = %s", [stage.review])


def replace_review(connection: Connection, stage: Stage) -> None:
    delete_review(connection, stage)
    add_review(connection, stage.quest, stage.reviewer, is_approved=False)


def delete_reviewer(connection: Connection, stage: Stage) -> None:
    connection.execute("DELETE FROM users WHERE id = %s", [stage.reviewer])


def edit(connection: Connection, stage: Stage) -> None:
    update(connection, "quests", stage.quest, title="Another")


def hand_over_to_reviewer(connection: Connection, stage: Stage) -> None:
    update(connection, "quests", stage.quest, user_id=stage.reviewer)


def void_moderation(connection: Connection, stage: Stage) -> None:
    update(connection, "quests", stage.quest, moderation_status="pending")


PUBLISHING = (publish, retitle_and_publish)
OF_THE_REVIEW = (disapprove, judge_other_content, delete_review, replace_review, delete_reviewer)
VOIDING = (*OF_THE_REVIEW, edit, hand_over_to_reviewer, void_moderation)


@pytest.fixture(scope="module")
def arena(server: Server) -> Iterator[Database]:
    with server.temporary(server.template) as made:
        yield made


@pytest.fixture
def open_connection(arena: Database) -> Iterator[Callable[..., Connection]]:
    arena.execute("DELETE FROM pas_in_peace.users")
    opened: list[Connection] = []

    def connect(isolation: IsolationLevel | None = None) -> Connection:
        options = "-c search_path=pas_in_peace -c deadlock_timeout=20ms -c statement_timeout=30s"
        connection = arena.connect(options=options, autocommit=isolation is None)
        connection.isolation_level = isolation
        opened.append(connection)
        return connection

    yield connect
    for connection in opened:
        connection.close()


@pytest.fixture
def stage(open_connection: Callable[..., Connection], isolation: IsolationLevel) -> Stage:
    setting = open_connection()
    reviewer = add_parent(setting)
    quest = add_quest(setting, add_parent(setting), moderation_status="approved")
    review = add_review(setting, quest, reviewer)
    return Stage(setting, quest, review, reviewer, open_connection(isolation), open_connection(isolation))


@contextmanager
def in_another_thread(work: Callable[[], None]) -> Iterator[Future[None]]:
    with ThreadPoolExecutor(1) as pool:
        yield pool.submit(work)


def wait_until_blocked(setting: Connection, waiting: Connection, running: Future[None]) -> None:
    """Look until `waiting` waits for a lock, or is done without."""
    blocked = "SELECT cardinality(pg_blocking_pids(%s)) > 0"
    while not (running.done() or one(setting, blocked, [waiting.info.backend_pid])):
        pass


def take_snapshot(connection: Connection) -> None:
    connection.execute("SELECT count(*) FROM quests")


def overtake(stage: Stage, first: Step, second: Step) -> None:
    """Let `second` begin, `first` write, `second` write and wait, `first` commit, and `second` go on."""
    take_snapshot(stage.second)
    first(stage.first, stage)
    with in_another_thread(lambda: second(stage.second, stage)) as running:
        wait_until_blocked(stage.setting, stage.second, running)
        stage.first.commit()
        with pytest.raises(REFUSED):
            running.result()
    stage.second.rollback()


def finish(connection: Connection, step: Step, stage: Stage) -> bool:
    """Do one step and commit it, unless it is refused; say which."""
    try:
        step(connection, stage)
        connection.commit()
    except REFUSED:
        connection.rollback()
        return False
    return True


@pytest.mark.parametrize("isolation", ISOLATION, ids=lambda level: level.name)
@pytest.mark.parametrize("voiding", VOIDING)
@pytest.mark.parametrize("publishing", PUBLISHING)
def test_what_voids_a_review_waits_for_publication(stage: Stage, publishing: Step, voiding: Step) -> None:
    overtake(stage, publishing, voiding)
    assert one(stage.setting, "SELECT is_public FROM quests")
    assert one(stage.setting, BROKEN) == 0


@pytest.mark.parametrize("isolation", ISOLATION, ids=lambda level: level.name)
@pytest.mark.parametrize("voiding", VOIDING)
def test_publication_waits_for_what_voids_a_review(stage: Stage, voiding: Step) -> None:
    overtake(stage, voiding, publish)
    assert not one(stage.setting, "SELECT is_public FROM quests")


@pytest.mark.parametrize("isolation", ISOLATION, ids=lambda level: level.name)
@pytest.mark.parametrize("voiding", OF_THE_REVIEW)
def test_publication_and_voiding_that_wait_for_each_other(stage: Stage, voiding: Step) -> None:
    stage.first.execute("SELECT FROM quests FOR NO KEY UPDATE")
    stage.second.execute("SELECT FROM psychologist_reviews FOR NO KEY UPDATE")
    with in_another_thread(lambda: finish(stage.first, publish, stage)) as publishing:
        voided = finish(stage.second, voiding, stage)
        assert not (publishing.result() and voided)
    assert one(stage.setting, BROKEN) == 0


@pytest.mark.parametrize("isolation", ISOLATION, ids=lambda level: level.name)
def test_no_timing_leaves_a_public_quest_without_review(stage: Stage) -> None:
    for turn in range(60):
        update(stage.setting, "quests", stage.quest, is_public=False)
        update(
            stage.setting,
            "psychologist_reviews",
            stage.review,
            is_approved=True,
            content_hash=hash_of(stage.setting, stage.quest),
        )
        voiding = (disapprove, judge_other_content)[turn % 2]
        with in_another_thread(partial(finish, stage.second, voiding, stage)) as voided:
            published = finish(stage.first, publish, stage)
            assert not (published and voided.result())
        assert one(stage.setting, BROKEN) == 0


class Playing(NamedTuple):
    """A child that consents to progress on a quest, and the two connections that fight over it."""

    setting: Connection
    parent: int
    quest: int
    consent: int
    child: Connection
    sync: Connection


@pytest.fixture
def playing(open_connection: Callable[..., Connection], isolation: IsolationLevel) -> Playing:
    setting = open_connection()
    parent = add_parent(setting)
    quest = add_quest(setting, parent)
    consent = add_consent(setting, quest)
    return Playing(setting, parent, quest, consent, open_connection(isolation), open_connection(isolation))


def revoke(playing: Playing) -> None:
    update(playing.child, "child_privacy_settings", playing.consent, consent_revoked_at="2100-01-01")


def stop_sharing(playing: Playing) -> None:
    update(playing.child, "child_privacy_settings", playing.consent, share_completion_progress=False)


def forget_settings(playing: Playing) -> None:
    playing.child.execute("DELETE FROM child_privacy_settings")


def write_progress(playing: Playing) -> None:
    insert(playing.sync, "quest_progress", user_id=playing.parent, quest_id=playing.quest)


@pytest.mark.parametrize("isolation", ISOLATION, ids=lambda level: level.name)
@pytest.mark.parametrize("revoking", [revoke, stop_sharing, forget_settings])
def test_progress_waits_for_a_revocation_and_is_refused(playing: Playing, revoking: Callable[[Playing], None]) -> None:
    take_snapshot(playing.sync)
    revoking(playing)
    with in_another_thread(lambda: write_progress(playing)) as writing:
        wait_until_blocked(playing.setting, playing.sync, writing)
        playing.child.commit()
        with pytest.raises(REFUSED):
            writing.result()
    playing.sync.rollback()
    assert one(playing.setting, "SELECT count(*) FROM quest_progress") == 0


@pytest.mark.parametrize("isolation", ISOLATION[:1], ids=lambda level: level.name)
@pytest.mark.parametrize("revoking", [revoke, stop_sharing, forget_settings])
def test_a_revocation_waits_for_progress_under_way(playing: Playing, revoking: Callable[[Playing], None]) -> None:
    write_progress(playing)
    with in_another_thread(lambda: revoking(playing)) as revocation:
        wait_until_blocked(playing.setting, playing.child, revocation)
        assert not revocation.done()
        playing.sync.commit()
        revocation.result()
    playing.child.commit()
    assert one(playing.setting, "SELECT count(*) FROM quest_progress") == 1
    with pytest.raises(errors.CheckViolation):
        playing.sync.execute("UPDATE quest_progress SET current_step = 2")
