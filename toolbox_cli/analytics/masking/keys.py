"""Keys of pseudonyms: one a recipient and period, so that what two recipients hold can't be joined.

They stand in `toolbox.pseudonym_keys`, encrypted for their row with the installation's own keys. A key that is
destroyed is gone: pseudonyms that it made lead nobody back, and no other key ever makes the same ones.
"""

import base64
import datetime
import secrets as chance
import uuid
from dataclasses import dataclass, field
from typing import Any, Final

import psycopg

from toolbox_cli.analytics.masking.recipients import recipient_named
from toolbox_cli.core.database.transaction import upgraded
from toolbox_cli.core.errors import RefusedError, UsageError
from toolbox_cli.core.secrets import DamagedSecretError, Place, Secrets

SIZE_BYTES: Final = 32
_COLUMN: Final = "wrapped_key"

Connection = psycopg.Connection[Any]

_MAKE: Final = """
INSERT INTO toolbox.pseudonym_keys (id, recipient, period, wrapped_key)
VALUES (%(id)s, %(recipient)s, %(period)s, %(wrapped)s) ON CONFLICT (recipient, period) DO NOTHING"""
_FIND: Final = """
SELECT id, wrapped_key, destroyed_at FROM toolbox.pseudonym_keys
WHERE recipient = %(recipient)s AND period = %(period)s"""
_DESTROY: Final = """
UPDATE toolbox.pseudonym_keys SET wrapped_key = NULL, destroyed_at = greatest(now(), created_at)
WHERE recipient = %(recipient)s AND period = %(period)s AND destroyed_at IS NULL RETURNING id"""
_ALL: Final = """
SELECT id, recipient, period, created_at, destroyed_at FROM toolbox.pseudonym_keys ORDER BY recipient, period"""
_HELD: Final = "SELECT id, wrapped_key FROM toolbox.pseudonym_keys WHERE wrapped_key IS NOT NULL ORDER BY id FOR UPDATE"
_REWRAP: Final = "UPDATE toolbox.pseudonym_keys SET wrapped_key = %s WHERE id = %s"


@dataclass(frozen=True, slots=True)
class PseudonymKey:
    """A key that makes pseudonyms.

    Attributes:
        id: what manifests and disclosures call it; None for one that is kept nowhere.
        key: 32 random bytes; never shown.
    """

    id: uuid.UUID | None
    key: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Kept:
    """A key as lists show it, without the key itself."""

    id: uuid.UUID
    recipient: str
    period: str
    created_at: datetime.datetime
    destroyed_at: datetime.datetime | None


def passing_key() -> PseudonymKey:
    """Make a key that is kept nowhere, for pseudonyms that nothing is to be joined with later."""
    return PseudonymKey(None, chance.token_bytes(SIZE_BYTES))


def key_for(connection: Connection, secrets: Secrets, recipient: str, period: str) -> PseudonymKey:
    """Give the key of a recipient and period, made when it is first asked for.

    Two that ask at once get the same one: the second waits for the first to commit. Commit before anything leaves that
    the key made pseudonyms for: a key that is rolled back is another one next time.

    Args:
        connection: in a transaction that is READ COMMITTED and may write.
        secrets: the installation's keys.
        recipient: who gets the data, not blank.
        period: time that pseudonyms stay the same for, not blank, such as 2026 or 2026-11.

    Raises:
        RefusedError: the key was destroyed, or the database is not upgraded.
        UsageError: recipient or period is blank.
        ConfigurationError: none of the installation's keys opens it.

    Effects: at most one row of `toolbox.pseudonym_keys`; never commits.
    """
    whose = _whose(recipient, period)
    with upgraded():
        found = connection.execute(_FIND, whose).fetchone() or _made(connection, secrets, whose)
    key_id, wrapped, destroyed_at = found
    if wrapped is None:
        raise RefusedError(
            f"The key for {whose['recipient']} and {whose['period']} was destroyed on {destroyed_at:%Y-%m-%d}:"
            " nothing more can be given that fits what was made with it.",
            remedy="Export for another period, which gets a key of its own; its pseudonyms are others.",
        )
    return PseudonymKey(key_id, _opened(secrets, key_id, wrapped))


def destroy(connection: Connection, recipient: str, period: str) -> uuid.UUID:
    """Destroy the key of a recipient and period, for good; whoever has its exports can't be asked who somebody is.

    Raises:
        UsageError: there is no such key.
        RefusedError: it was destroyed before, or the database is not upgraded.

    Effects: one row of `toolbox.pseudonym_keys`, whose encrypted key becomes null; never commits. Dumps of the
    database from before still hold it.
    """
    whose = _whose(recipient, period)
    with upgraded():
        gone = connection.execute(_DESTROY, whose).fetchone()
        known = gone or connection.execute(_FIND, whose).fetchone()
    if known is None:
        raise UsageError(f"There is no key for {whose['recipient']} and {whose['period']}.")
    if gone is None:
        raise RefusedError(f"The key was destroyed already, on {known[2]:%Y-%m-%d}.")
    key_id: uuid.UUID = gone[0]
    return key_id


def kept_keys(connection: Connection) -> list[Kept]:
    """List the keys that there are or were, by recipient and period."""
    with upgraded():
        return [Kept(*row) for row in connection.execute(_ALL)]


def rewrap(connection: Connection, secrets: Secrets) -> int:
    """Encrypt every key anew with the first of the installation's keys, so that the others can go; gives how many.

    Raises:
        ConfigurationError: a key can't be opened; nothing is changed if the transaction is rolled back.
    """
    with upgraded():
        held = connection.execute(_HELD).fetchall()
        for key_id, wrapped in held:
            connection.execute(_REWRAP, (secrets.rotate(wrapped, Place(key_id, _COLUMN)), key_id))
    return len(held)


def _whose(recipient: str, period: str) -> dict[str, str]:
    named = {"recipient": recipient_named(recipient), "period": period.strip()}
    if blank := [name for name, value in named.items() if not value]:
        raise UsageError(f"A key of pseudonyms needs a {' and a '.join(blank)}.")
    return named


def _made(connection: Connection, secrets: Secrets, whose: dict[str, str]) -> tuple[Any, ...]:
    """Make the key, or find the one that somebody else has made meanwhile."""
    key_id = uuid.uuid4()
    text = base64.urlsafe_b64encode(chance.token_bytes(SIZE_BYTES)).decode()
    wrapped = secrets.encrypt(text, Place(key_id, _COLUMN))
    connection.execute(_MAKE, {**whose, "id": key_id, "wrapped": wrapped})
    found: tuple[Any, ...] | None = connection.execute(_FIND, whose).fetchone()
    if found is None:
        raise RefusedError("The key was removed while it was asked for.", remedy="Ask again.")
    return found


def _opened(secrets: Secrets, key_id: uuid.UUID, wrapped: str) -> bytes:
    key = base64.urlsafe_b64decode(secrets.decrypt(wrapped, Place(key_id, _COLUMN)))
    if len(key) != SIZE_BYTES:
        raise DamagedSecretError(f"Key {key_id} is none of {SIZE_BYTES} bytes.", remedy="Destroy it, and use another.")
    return key
