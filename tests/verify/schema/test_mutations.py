"""Each single drift is found and named, with nothing beside it that is not so."""

import psycopg
import pytest

from tests.support.servers import Database
from tests.verify.schema.looking import findings, lines
from tests.verify.schema.mutations.partitions import PARTITIONS
from tests.verify.schema.mutations.programs import PROGRAMS, TYPES
from tests.verify.schema.mutations.rules import CONSTRAINTS, INDEXES
from tests.verify.schema.mutations.same_meaning import SAME_MEANING
from tests.verify.schema.mutations.shape import Mutation
from tests.verify.schema.mutations.tables import COLUMNS, TABLES
from toolbox_cli.db.expected.expected import Workshop

DRIFTS = (*TABLES, *COLUMNS, *CONSTRAINTS, *INDEXES, *TYPES, *PROGRAMS, *PARTITIONS)


def mutate(database: Database, mutation: Mutation) -> None:
    with database.connect() as connection:
        connection.execute(f"SET search_path TO {mutation.platform}")
        connection.execute(mutation.statement.encode())


def look(database: Database, workshop: Workshop, mutation: Mutation) -> list[str]:
    if database.version < mutation.since:
        with pytest.raises(psycopg.Error):
            mutate(database, mutation)
        return list(mutation.found)
    mutate(database, mutation)
    return lines(findings(database, workshop, mutation.platform), mutation.platform)


@pytest.mark.parametrize("mutation", DRIFTS, ids=lambda one: one.statement[-70:])
def test_finds_each_drift_and_nothing_else(database: Database, workshop: Workshop, mutation: Mutation) -> None:
    assert look(database, workshop, mutation) == sorted(mutation.found)


@pytest.mark.every_version
@pytest.mark.parametrize("mutation", SAME_MEANING, ids=lambda one: one.statement[-70:])
def test_equal_meaning_is_renamed_at_most(database: Database, workshop: Workshop, mutation: Mutation) -> None:
    assert not any("error" in line for line in mutation.found)
    assert look(database, workshop, mutation) == sorted(mutation.found)


def test_there_are_enough_of_them() -> None:
    assert len({mutation.statement for mutation in DRIFTS}) > 100
