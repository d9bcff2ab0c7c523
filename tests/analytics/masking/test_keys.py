"""Keys of pseudonyms: one a recipient and period, the same for all who ask, and gone for good once destroyed."""

import threading
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from cryptography.fernet import Fernet

from tests.support.servers import Database
from toolbox_cli.analytics.masking.keys import (
    SIZE_BYTES,
    PseudonymKey,
    destroy,
    kept_keys,
    key_for,
    passing_key,
    rewrap,
)
from toolbox_cli.core.errors import RefusedError, UsageError
from toolbox_cli.core.secrets import MissingKeyError, MovedSecretError, Secrets

KEYS = [Fernet.generate_key().decode() for _ in range(2)]
SECRETS = Secrets(KEYS[:1])

Connection = psycopg.Connection[Any]


@pytest.fixture
def connection(records_connection: Connection) -> Iterator[Connection]:
    records_connection.execute("SET LOCAL search_path TO pg_catalog")  # nothing here needs one
    return records_connection


def wrapped(connection: Connection) -> list[Any]:
    return [text for (text,) in connection.execute("SELECT wrapped_key FROM toolbox.pseudonym_keys ORDER BY recipient")]


def test_a_key_is_made_once(connection: Connection) -> None:
    first = key_for(connection, SECRETS, "district", "2026")
    assert len(first.key) == SIZE_BYTES
    assert key_for(connection, SECRETS, " district ", "2026") == first
    others = [key_for(connection, SECRETS, *other) for other in (("district", "2027"), ("university", "2026"))]
    assert len({first.key, *(one.key for one in others)}) == 3
    assert len({first.id, *(one.id for one in others)}) == 3


def test_a_recipient_is_one_however_it_is_spelled(connection: Connection) -> None:
    made = key_for(connection, SECRETS, "Schule M\u00fcnchen", "2026")
    assert key_for(connection, SECRETS, "Schule\t  Mu\u0308nchen ", "2026") == made
    assert destroy(connection, " Schule Mu\u0308nchen", "2026") == made.id


def test_nobody_reads_a_key_in_the_database_or_in_a_text(connection: Connection) -> None:
    made = key_for(connection, SECRETS, "district", "2026")
    [stored] = wrapped(connection)
    assert made.key not in stored.encode()
    assert "key=" not in repr(made)
    assert made.key.hex() not in repr(made)
    assert made.key not in repr(kept_keys(connection)).encode()
    with pytest.raises(MissingKeyError):
        key_for(connection, Secrets(KEYS[1:]), "district", "2026")


def test_a_key_opens_in_its_own_row_alone(connection: Connection) -> None:
    key_for(connection, SECRETS, "a", "2026")
    key_for(connection, SECRETS, "b", "2026")
    connection.execute(
        "UPDATE toolbox.pseudonym_keys SET wrapped_key = %s WHERE recipient = 'b'", wrapped(connection)[:1]
    )
    with pytest.raises(MovedSecretError):
        key_for(connection, SECRETS, "b", "2026")


def test_a_destroyed_key_is_gone(connection: Connection) -> None:
    made = key_for(connection, SECRETS, "district", "2026")
    other = key_for(connection, SECRETS, "district", "2027")
    assert destroy(connection, "district", "2026") == made.id
    with pytest.raises(RefusedError, match=r"The key for district and 2026 was destroyed on \d{4}-\d\d-\d\d") as caught:
        key_for(connection, SECRETS, "district", "2026")
    assert "another period" in str(caught.value.remedy)
    assert [(one.period, one.destroyed_at is None) for one in kept_keys(connection)] == [
        ("2026", False),
        ("2027", True),
    ]
    assert connection.execute("SELECT wrapped_key FROM toolbox.pseudonym_keys WHERE period = '2026'").fetchone() == (
        None,
    )
    assert key_for(connection, SECRETS, "district", "2027") == other
    with pytest.raises(RefusedError, match="destroyed already"):
        destroy(connection, "district", "2026")
    with pytest.raises(UsageError, match="There is no key for nobody and 2026"):
        destroy(connection, "nobody", "2026")


@pytest.mark.parametrize(
    "change", ["wrapped_key = NULL", "destroyed_at = now()", "destroyed_at = created_at - interval '1 s'"]
)
def test_a_key_is_there_or_destroyed(connection: Connection, change: str) -> None:
    key_for(connection, SECRETS, "district", "2026")
    with pytest.raises(psycopg.errors.CheckViolation):
        connection.execute(f"UPDATE toolbox.pseudonym_keys SET {change}")


@pytest.mark.parametrize(("recipient", "period", "told"), [("", "2026", "a recipient"), ("a", " ", "a period")])
def test_a_key_is_somebody_s(connection: Connection, recipient: str, period: str, told: str) -> None:
    with pytest.raises(UsageError, match=f"needs {told}"):
        key_for(connection, SECRETS, recipient, period)


def test_keys_follow_the_installation_s(connection: Connection) -> None:
    made = key_for(connection, SECRETS, "a", "2026")
    key_for(connection, SECRETS, "b", "2026")
    destroy(connection, "b", "2026")
    assert rewrap(connection, Secrets(KEYS[::-1])) == 1
    assert key_for(connection, Secrets(KEYS[1:]), "a", "2026") == made


def test_a_passing_key_is_kept_nowhere() -> None:
    first, second = passing_key(), passing_key()
    assert first.id is None
    assert len(first.key) == SIZE_BYTES
    assert first.key != second.key


def test_two_that_ask_at_once_get_the_same(database: Database) -> None:
    with database.connect(autocommit=False) as first, database.connect(autocommit=False) as second:
        made = key_for(first, SECRETS, "district", "2026")
        got: list[PseudonymKey] = []
        asking = threading.Thread(target=lambda: got.append(key_for(second, SECRETS, "district", "2026")))
        asking.start()
        _wait_for_a_waiter(database)
        first.commit()
        asking.join()
        second.commit()
    assert got == [made]
    assert database.execute("SELECT count(*) FROM toolbox.pseudonym_keys") == [(1,)]


def _wait_for_a_waiter(database: Database) -> None:
    with database.connect() as watching:
        for _ in range(3_000):
            if watching.execute("SELECT count(*) FROM pg_locks WHERE NOT granted").fetchone() != (0,):
                return
            watching.execute("SELECT pg_sleep(0.01)")
    raise AssertionError("nobody waits")
