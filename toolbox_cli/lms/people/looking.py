"""Look at who is where, and at who that is here; looking at names and addresses is recorded."""

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, LiteralString

from psycopg.rows import dict_row

from toolbox_cli.core.database.audit import Change, record_change
from toolbox_cli.core.errors import UsageError
from toolbox_cli.core.settings import Environment
from toolbox_cli.lms.database import PLATFORM, Connection, Integration, Row, rows
from toolbox_cli.lms.people import queries
from toolbox_cli.lms.people.choices import Only, Role, Standing
from toolbox_cli.lms.people.finding import as_key, identity_named, same_person

AT_ONCE: Final = 5_000


@dataclass(frozen=True, slots=True)
class Enrolled:
    """Which enrollments are looked at; None is any.

    Attributes:
        course: its key there or here.
        person: somebody's key there or here; all that are merged with it are meant.
        personal: with names and addresses.
    """

    course: str | None = None
    person: str | None = None
    role: Role | None = None
    status: Standing | None = None
    personal: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """Which identities are looked at; None is any.

    Attributes:
        person: somebody's key there or here; all that are merged with it are meant.
        personal: with names and addresses.
    """

    person: str | None = None
    only: Only | None = None
    personal: bool = False


@dataclass(frozen=True, slots=True)
class Look:
    """What there is to see.

    Attributes:
        counts: figures about the whole.
        query: gives the items, in order.
        columns: those that a table shows.
    """

    counts: Mapping[str, Any]
    query: LiteralString
    values: Mapping[str, Any]
    columns: tuple[str, ...]


def look_at_enrollments(
    connection: Connection, integration: Integration, wish: Enrolled, environment: Environment
) -> Look:
    """Count the enrollments, and say how to read them.

    Raises:
        UsageError: the course or person is not there.

    Effects: with `personal`, writes `toolbox.audit_log`; never commits.
    """
    courses = [_course(connection, integration, wish.course)] if wish.course is not None else None
    people = _people(connection, integration, wish.person)
    values = {
        "integration": integration.id, "courses": courses, "people": people, "role": wish.role, "status": wish.status,
    }  # fmt: skip
    [counts] = rows(connection, queries.ENROLLED_COUNTS, values)
    columns: tuple[str, ...] = ("course", "user", "role", "status", "begins_on", "ends_on")
    if wish.personal:
        _record(connection, integration, "enrollments", counts["enrollments"], values, environment)
        columns = ("course", "course_title", "user", "given_name", "family_name", "email", "role", "status")
    return Look(counts, queries.ENROLLED_PERSONAL if wish.personal else queries.ENROLLED, values, columns)


def look_at_identities(connection: Connection, integration: Integration, wish: Known, environment: Environment) -> Look:
    """Count the identities, and say how to read them.

    Raises:
        UsageError: the person is not there.

    Effects: with `personal`, writes `toolbox.audit_log`; never commits.
    """
    people = _people(connection, integration, wish.person)
    values = {"integration": integration.id, "people": people, "only": wish.only}
    [counts] = rows(connection, queries.KNOWN_COUNTS, values)
    columns: tuple[str, ...] = (
        "external_id", "person", "account", "role", "status", "opted_out", "locked_fields", "elsewhere",
    )  # fmt: skip
    if wish.personal:
        _record(connection, integration, "identities", counts["identities"], values, environment)
        columns = (
            "external_id",
            "person",
            "username",
            "given_name",
            "family_name",
            "email",
            "sis_id",
            "role",
            "status",
        )
    return Look(counts, queries.KNOWN_PERSONAL if wish.personal else queries.KNOWN, values, columns)


def items(connection: Connection, look: Look) -> Iterator[Row]:
    """Read what there is to see, a part at a time.

    Args:
        connection: in the transaction that counted.
        look: what to read.
    """
    with connection.cursor("toolbox_lms_people", row_factory=dict_row) as cursor:
        cursor.itersize = AT_ONCE
        yield from cursor.execute(look.query, look.values)


def _course(connection: Connection, integration: Integration, said: str) -> uuid.UUID:
    found = rows(connection, queries.COURSES, {"integration": integration.id, "said": said, "key": as_key(said)})
    if not found:
        raise UsageError(
            f"{integration.name} has no course with the key {said}.",
            remedy=f"See which there are with: toolbox lms enrollments {integration.name}",
        )
    key: uuid.UUID = found[0]["id"]
    return key


def _people(connection: Connection, integration: Integration, said: str | None) -> list[uuid.UUID] | None:
    if said is None:
        return None
    return [one.id for one in same_person(connection, identity_named(connection, integration, said))]


def _record(
    connection: Connection, integration: Integration, what: str, seen: int, values: Mapping[str, Any],
    environment: Environment,
) -> None:  # fmt: skip
    """Write down who looked at whose names; those are named by the rows' keys here, which tell nobody else anything."""
    filters = {
        name: [str(one) for one in value] if isinstance(value, list) else value
        for name, value in values.items()
        if value is not None and name != "integration"
    }
    details = {"integration": integration.name, "looked_at": what, "seen": seen, "filters": filters}
    command = f"toolbox lms {what} {integration.name} --personal"
    record_change(connection, Change(command, environment, PLATFORM, details=details))
