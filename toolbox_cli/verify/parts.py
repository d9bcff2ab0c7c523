"""The parts of a verification, each imported when it is run: the schema alone needs no SQLAlchemy."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import psycopg

from toolbox_cli.core.database.target import Target
from toolbox_cli.core.settings import Settings
from toolbox_cli.db.expected.expected import Workshop
from toolbox_cli.verify.cases import Checked


@dataclass(frozen=True, slots=True)
class Ways:
    """How a verification goes about it.

    Attributes:
        against: another database that says how the schema should be, in place of the models.
        live: try rows in the database itself, in a transaction that is rolled back, instead of on a clone.
        role: whose rights rows are tried with.
    """

    against: Target | None = None
    live: bool = False
    role: str | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """One database that is verified.

    Attributes:
        connection: idle and in autocommit.
        workshop: where what the models stand for is built and kept.
        other: a connection to `ways.against`.
    """

    target: Target
    connection: psycopg.Connection[Any]
    settings: Settings
    workshop: Workshop
    ways: Ways = Ways()
    other: psycopg.Connection[Any] | None = None


def _schema(subject: Subject) -> Checked:
    from toolbox_cli.verify.schema.verifying import verify_schema

    return verify_schema(subject.connection, subject.target.names, subject.workshop, subject.other)


def _constraints(subject: Subject) -> Checked:
    from toolbox_cli.core.database.embedded import EmbeddedServer
    from toolbox_cli.verify.constraints.verify import Way, verify_constraints

    settings = subject.settings
    scratch = None if subject.ways.live else EmbeddedServer(settings.home, account=settings.server_account)
    way = Way(scratch, subject.ways.role)
    return Checked(tuple(verify_constraints(subject.target, tuple(subject.target.names.schemas), way)))


def _indexes(subject: Subject) -> Checked:
    from toolbox_cli.verify.indexes.verify import verify_indexes

    names = subject.target.names
    return Checked(
        tuple(case for platform in names.schemas for case in verify_indexes(subject.connection, names, platform))
    )


def _data(subject: Subject) -> Checked:
    from toolbox_cli.verify.data.verify import verify_data

    return Checked(tuple(verify_data(subject.connection, subject.target.names, subject.settings)))


PARTS: Final[Mapping[str, Callable[[Subject], Checked]]] = {
    "schema": _schema,
    "constraints": _constraints,
    "indexes": _indexes,
    "data": _data,
}
"""In the order they are run."""
