from typing import Any

import pytest
from psycopg import errors

from tests.support.quests import Connection, add_consent, add_parent, add_quest, insert, one, refused, update

pytestmark = pytest.mark.every_version

RULE = "quest_progress_live_consent"

NOT_LIVE: list[dict[str, Any]] = [
    {"consent_given_by_child": False},
    {"consent_given_by_child": None},
    {"consent_timestamp": None},
    {"consent_revoked_at": "2100-01-01"},
    {"consent_timestamp": None, "consent_revoked_at": "2020-01-01"},
    {"share_completion_progress": False},
    {"share_completion_progress": None},
]


@pytest.fixture
def connection(pas_in_peace_connection: Connection) -> Connection:
    return pas_in_peace_connection


@pytest.fixture
def parent(connection: Connection) -> int:
    return add_parent(connection)


@pytest.fixture
def quest(connection: Connection, parent: int) -> int:
    return add_quest(connection, parent)


def test_progress_is_written_with_live_consent(connection: Connection, parent: int, quest: int) -> None:
    add_consent(connection, quest)
    row = insert(connection, "quest_progress", user_id=parent, quest_id=quest)
    update(connection, "quest_progress", row, current_step=3)
    assert one(connection, "SELECT current_step FROM quest_progress") == 3


@pytest.mark.parametrize("values", NOT_LIVE, ids=str)
def test_progress_is_refused_without_live_consent(
    connection: Connection, parent: int, quest: int, values: dict[str, Any]
) -> None:
    consent = add_consent(connection, quest)
    row = insert(connection, "quest_progress", user_id=parent, quest_id=quest)
    update(connection, "child_privacy_settings", consent, **values)
    with refused(connection, RULE):
        update(connection, "quest_progress", row, current_step=3)
    with refused(connection, RULE):
        insert(connection, "quest_progress", user_id=add_parent(connection), quest_id=quest)
    assert one(connection, "SELECT count(*) FROM quest_progress") == 1


def test_progress_is_refused_without_settings(connection: Connection, parent: int, quest: int) -> None:
    with refused(connection, RULE):
        insert(connection, "quest_progress", user_id=parent, quest_id=quest)


def test_progress_cannot_move_to_a_quest_without_consent(connection: Connection, parent: int, quest: int) -> None:
    add_consent(connection, quest)
    row = insert(connection, "quest_progress", user_id=parent, quest_id=quest)
    with refused(connection, RULE):
        update(connection, "quest_progress", row, quest_id=add_quest(connection, parent))


def test_rows_stay_after_revocation_and_can_be_deleted(connection: Connection, parent: int, quest: int) -> None:
    consent = add_consent(connection, quest)
    insert(connection, "quest_progress", user_id=parent, quest_id=quest)
    update(connection, "child_privacy_settings", consent, consent_revoked_at="2100-01-01")
    assert one(connection, "SELECT count(*) FROM quest_progress") == 1
    connection.execute("DELETE FROM quest_progress")


def test_an_upsert_needs_consent(connection: Connection, parent: int, quest: int) -> None:
    consent = add_consent(connection, quest)
    insert(connection, "quest_progress", user_id=parent, quest_id=quest)
    update(connection, "child_privacy_settings", consent, consent_given_by_child=False)
    with refused(connection, RULE):
        connection.execute(
            "INSERT INTO quest_progress (user_id, quest_id) VALUES (%s, %s)"
            " ON CONFLICT (user_id, quest_id) DO UPDATE SET current_step = 2",
            [parent, quest],
        )


def test_keys_and_checks_speak_first(connection: Connection, parent: int, quest: int) -> None:
    with pytest.raises(errors.ForeignKeyViolation), connection.transaction():
        insert(connection, "quest_progress", user_id=parent, quest_id=-1)
    with refused(connection, "quest_progress_current_step_check"):
        insert(connection, "quest_progress", user_id=parent, quest_id=quest, current_step=-1)


def test_the_refusal_says_what_to_do_and_nothing_of_the_child(connection: Connection, parent: int) -> None:
    quest = add_quest(connection, parent, child_name="Robin", title="Robin's garden")
    with pytest.raises(errors.CheckViolation) as caught:
        insert(connection, "quest_progress", user_id=parent, quest_id=quest)
    told = caught.value.diag
    assert (told.schema_name, told.table_name) == ("pas_in_peace", "quest_progress")
    assert "live consent of the child" in str(told.message_primary)
    assert "share_completion_progress" in str(told.message_hint)
    assert "Robin" not in f"{told.message_primary} {told.message_detail} {told.message_hint}"


def test_a_temporary_table_cannot_stand_in_for_the_settings(connection: Connection, parent: int, quest: int) -> None:
    add_consent(connection, quest, consent_given_by_child=False)
    connection.execute("CREATE TEMPORARY TABLE child_privacy_settings AS SELECT * FROM child_privacy_settings")
    connection.execute("UPDATE pg_temp.child_privacy_settings SET consent_given_by_child = true")
    assert one(connection, "SELECT consent_given_by_child FROM child_privacy_settings")
    with refused(connection, RULE):
        insert(connection, "quest_progress", user_id=parent, quest_id=quest)


def test_who_writes_progress_needs_no_right_on_the_settings(connection: Connection, parent: int, quest: int) -> None:
    add_consent(connection, quest)
    connection.execute("""
        CREATE ROLE progress_writer;
        GRANT USAGE ON SCHEMA pas_in_peace TO progress_writer;
        GRANT INSERT, SELECT ON quest_progress TO progress_writer;
        GRANT USAGE ON SEQUENCE quest_progress_id_seq TO progress_writer;
        SET LOCAL ROLE progress_writer""")
    insert(connection, "quest_progress", user_id=parent, quest_id=quest)
    with pytest.raises(errors.InsufficientPrivilege), connection.transaction():
        connection.execute("SELECT FROM child_privacy_settings")
