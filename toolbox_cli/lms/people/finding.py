"""Find people by what the other side calls them."""

import uuid
from typing import Final, NamedTuple

from toolbox_cli.core.errors import UsageError
from toolbox_cli.lms.database import Connection, Integration, rows

PERSONS: Final = """
persons AS (
    SELECT id, id AS root_id, external_user_id AS person FROM lms_identities
    WHERE lms_integration_id = %(integration)s AND merged_into_id IS NULL
    UNION ALL
    SELECT i.id, p.root_id, p.person FROM lms_identities AS i JOIN persons AS p ON i.merged_into_id = p.id
)"""
"""Each identity of an integration with the one that counts: for WITH RECURSIVE."""

_ONE: Final = """
SELECT id, external_user_id, user_id, account_made, role, status, merged_into_id, opted_out, locked_fields
FROM lms_identities
WHERE lms_integration_id = %(integration)s AND (external_user_id = %(said)s OR id = %(key)s)
ORDER BY external_user_id = %(said)s DESC LIMIT 1"""
"""An identity by its key there or here; the one there goes before."""

_SAME_PERSON: Final = """
WITH RECURSIVE up AS (
    SELECT id, merged_into_id FROM lms_identities WHERE id = %(key)s
    UNION ALL
    SELECT i.id, i.merged_into_id FROM lms_identities AS i JOIN up ON i.id = up.merged_into_id
), down AS (
    SELECT id, 0 AS steps FROM up WHERE merged_into_id IS NULL
    UNION ALL
    SELECT i.id, down.steps + 1 FROM lms_identities AS i JOIN down ON i.merged_into_id = down.id
)
SELECT i.id, i.external_user_id, i.user_id, i.account_made, i.role, i.status, i.merged_into_id, i.opted_out,
       i.locked_fields
FROM down JOIN lms_identities AS i USING (id) ORDER BY down.steps, i.external_user_id"""
"""All identities of one person, the one that counts first."""


class Identity(NamedTuple):
    """An account at a system, without what is personal but its key there."""

    id: uuid.UUID
    external_user_id: str
    user_id: uuid.UUID | None
    account_made: bool
    role: str | None
    status: str
    merged_into_id: uuid.UUID | None
    opted_out: bool
    locked_fields: list[str]


def identity_named(connection: Connection, integration: Integration, said: str) -> Identity:
    """Find an identity.

    Args:
        connection: whose search_path begins with the platform's schema.
        integration: whose it is.
        said: its key there, or the row's key here.

    Raises:
        UsageError: there is none.
    """
    found = rows(connection, _ONE, {"integration": integration.id, "said": said, "key": as_key(said)})
    if not found:
        raise UsageError(
            f"{integration.name} has nobody with the key {said}.",
            remedy=f"See who there is with: toolbox lms identities {integration.name}",
        )
    return Identity(**found[0])


def same_person(connection: Connection, one: Identity) -> list[Identity]:
    """Give all identities that are merged with one, itself among them; the one that counts first."""
    return [Identity(**row) for row in rows(connection, _SAME_PERSON, {"key": one.id})]


def as_key(said: str) -> uuid.UUID | None:
    """Read a row's key; None for what is none."""
    try:
        return uuid.UUID(said)
    except ValueError:
        return None
