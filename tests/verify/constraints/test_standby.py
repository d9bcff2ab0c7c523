import os
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.support.servers import Server, as_url
from tests.support.template import NAMES
from toolbox_cli.core.database.embedded import Binaries, EmbeddedServer
from toolbox_cli.core.database.embedded.host.account import choose_account
from toolbox_cli.core.database.embedded.host.folders import Home
from toolbox_cli.core.database.target import Target
from toolbox_cli.core.errors import RefusedError
from toolbox_cli.verify.constraints.verify import Way, verify_constraints

UNIVERSITIES = "CREATE SCHEMA frames; CREATE TABLE frames.universities (id varchar, name varchar(255) NOT NULL)"


@pytest.fixture
def standby(home: Path) -> Iterator[Target]:
    """A server that waits for the write-ahead log of another, and can be read meanwhile."""
    place = Home(home / "toolbox")
    server = EmbeddedServer(place.path, parameters={"wal_level": "replica", "fsync": "off"})
    server.start()
    with psycopg.connect(server.conninfo("postgres"), autocommit=True) as connection:
        connection.execute(UNIVERSITIES)
    server.stop()
    owner = place.data.stat()
    account = choose_account(None, owner.st_uid)
    (place.data / "standby.signal").touch()
    os.chown(place.data / "standby.signal", owner.st_uid, owner.st_gid)
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": place.data,
        "wal_level": "replica",
        "hba_file": place.host_rules,
        "ident_file": place.identities,
    }
    options = " ".join(f"-c {name}={value}" for name, value in settings.items())
    control = [str(Binaries.of_wheel().program("pg_ctl")), "-D", str(place.data), "-w", "-s"]
    account.run([*control, "-l", str(place.data / "standby.log"), "-o", options, "start"])
    try:
        yield Target(as_url(f"host={place.data} port=5432 user=toolbox dbname=postgres"), NAMES, "the test suite")
    finally:
        account.run([*control, "-m", "immediate", "stop"])


def test_rows_are_tried_on_a_clone_of_a_standby_and_not_on_itself(server: Server, standby: Target) -> None:
    with pytest.raises(RefusedError, match="takes no writes") as caught:
        verify_constraints(standby, ("frames",), Way(None))
    assert "without --live" in str(caught.value.remedy)
    cases = verify_constraints(standby, ("frames",), Way(EmbeddedServer(server.folder / "home")))
    assert ("table-unreachable", "frames.teams") in {
        (finding.code, finding.object) for case in cases for finding in case.findings
    }
