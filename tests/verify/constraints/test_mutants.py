from collections.abc import Iterator

import psycopg
import pytest

from tests.support.servers import Database, Server
from tests.verify.constraints.mutants import CHECKS, COLUMNS, KEYS, MUTANTS, REFERENCES, TRIGGERS
from tests.verify.constraints.mutants.shape import Mutant
from tests.verify.constraints.proving import Connection, findings, proved
from toolbox_cli.verify.cases import Outcome

EVERYWHERE = (*CHECKS[:2], *KEYS[1:5], *REFERENCES[:3], *COLUMNS[:2], *TRIGGERS[:2])
"""Mutants that the older servers are tried with as well."""


@pytest.fixture(scope="module")
def connection(shared_database: Database) -> Iterator[Connection]:
    with shared_database.connect() as made:
        yield made


def check(server: Server, connection: Connection, mutant: Mutant) -> None:
    if server.version < mutant.since:
        with pytest.raises(psycopg.Error):
            proved(connection, mutant.platform, mutant.statement)
        return
    cases = proved(connection, mutant.platform, mutant.statement)
    assert findings(cases) == sorted(mutant.found)
    assert all(case.detail for case in cases if case.outcome is not Outcome.PASSED)


def title(mutant: Mutant) -> str:
    return " ".join(mutant.statement.split())[:80]


@pytest.mark.parametrize("mutant", MUTANTS, ids=title)
def test_one_change_makes_one_finding_that_names_it(server: Server, connection: Connection, mutant: Mutant) -> None:
    check(server, connection, mutant)


@pytest.mark.every_version
@pytest.mark.parametrize("mutant", EVERYWHERE, ids=title)
def test_so_it_does_on_older_servers(server: Server, connection: Connection, mutant: Mutant) -> None:
    check(server, connection, mutant)


@pytest.mark.parametrize("platform", ["toolbox", "frames", "pas_in_peace"])
def test_without_a_change_there_is_no_finding(connection: Connection, platform: str) -> None:
    assert {case.outcome for case in proved(connection, platform)} == {Outcome.PASSED}
