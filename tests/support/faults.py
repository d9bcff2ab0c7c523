"""Stops an upgrade at a chosen statement of a chosen revision, so that a test can end it right there."""

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import psycopg

from tests.support.servers import Database

AT_ITS_RECORD: Final = 0
"""Instead of a statement's number: the revision's work is done, and about to be logged."""

_DOOR: Final = (7, 7)

_PREPARED: Final = """
CREATE SCHEMA fault;
CREATE TABLE fault.point (revisions bigint NOT NULL, statement bigint NOT NULL);
CREATE SEQUENCE fault.seen;
CREATE FUNCTION fault.logged() RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    number bigint := 0;
BEGIN
    IF to_regclass('toolbox.migration_log') IS NOT NULL THEN
        EXECUTE 'SELECT count(*) FROM toolbox.migration_log' INTO number;
    END IF;
    RETURN number;
END
$$;
CREATE FUNCTION fault.wait_at(kind integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    point fault.point;
BEGIN
    SELECT * INTO point FROM fault.point;
    IF point.revisions = fault.logged() AND (point.statement = 0) = (kind = 0) THEN
        IF nextval('fault.seen') = greatest(point.statement, 1) THEN
            PERFORM pg_advisory_xact_lock(7, 7);
        END IF;
    END IF;
END
$$;
CREATE FUNCTION fault.at_statement() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN PERFORM fault.wait_at(1); END';
CREATE FUNCTION fault.at_record() RETURNS trigger LANGUAGE plpgsql AS
    'BEGIN PERFORM fault.wait_at(0); RETURN NEW; END';
CREATE EVENT TRIGGER fault ON ddl_command_end EXECUTE FUNCTION fault.at_statement()"""

_AT_RECORDS: Final = """
CREATE OR REPLACE TRIGGER fault BEFORE INSERT ON toolbox.migration_log
FOR EACH ROW EXECUTE FUNCTION fault.at_record()"""

_STOPPED: Final = """
SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND (classid, objid) = (7, 7) AND NOT granted
AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"""


class Faults:
    """Holds the door that stopped runs wait at."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection

    def stop(self, *, after: int, statement: int) -> None:
        """Stop the next run when so many revisions are logged and the one after has come to this statement."""
        if statement == AT_ITS_RECORD:
            self._connection.execute(_AT_RECORDS)
        self._connection.execute("TRUNCATE fault.point; ALTER SEQUENCE fault.seen RESTART")
        self._connection.execute("INSERT INTO fault.point VALUES (%s, %s)", (after, statement))

    def stopped(self, run: subprocess.Popen[str] | None = None, timeout_s: float = 60) -> int | None:
        """Wait until a run has come to the point; give its backend, or None if the run ended before."""
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            found = self._connection.execute(_STOPPED).fetchone()
            if found:
                return int(found[0])
            if run and run.poll() is not None:
                return None
        raise TimeoutError("the run came to no end, nor to the point")

    def let_go(self) -> None:
        """Let the stopped statement go on, and wait for the end of its transaction."""
        self._connection.execute("SELECT pg_advisory_unlock(%s, %s)", _DOOR)
        self._connection.execute("SELECT pg_advisory_lock(%s, %s)", _DOOR)


@contextmanager
def faults(database: Database) -> Iterator[Faults]:
    """Make a database whose upgrades can be stopped; afterwards it is as if it had never been one."""
    with database.connect() as connection:
        connection.execute(_PREPARED)
        connection.execute("SELECT pg_advisory_lock(%s, %s)", _DOOR)
        yield Faults(connection)
        connection.execute("DROP EVENT TRIGGER fault; DROP SCHEMA fault CASCADE")
