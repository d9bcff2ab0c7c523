from pathlib import Path

import pytest

from tests.support.servers import Database
from toolbox_cli.core.errors import RefusedError
from toolbox_cli.db.backup.client.archive import Archive
from toolbox_cli.db.backup.client.programs import Programs, access_of, choose

PG_RESTORE = """#!/bin/sh
case "$*" in *--list*) exit 0;; esac
echo "SET transaction_timeout = 0;"
echo "SELECT pg_catalog.set_config('search_path', '', false);"
echo "{statement};"
echo "pg_restore: error: {error}" >&2
exit {status}
"""


def archive(folder: Path, statement: str, status: int, error: str = "the disk went away") -> Archive:
    """Give an archive whose pg_restore ends as it is told to."""
    script = folder / "pg_restore"
    script.write_text(PG_RESTORE.format(statement=statement, status=status, error=error))
    script.chmod(0o755)
    psql = folder / "psql"
    psql.write_text(f'#!/bin/sh\nexec {choose(18, tls=False).folder / "psql"} "$@"\n')
    psql.chmod(0o755)
    return Archive(folder / "any.dump", Programs(folder, 18))


def play(one: Archive, database: Database, server_major: int = 18) -> None:
    with database.connect() as connection:
        access = access_of(connection, database.conninfo, "toolbox test")
        one.play(access, server_major, ["CREATE TABLE public.before ()"], ["CREATE TABLE public.after ()"])


def tables(database: Database) -> list[tuple[str]]:
    return database.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")


def test_everything_is_one_transaction(empty_database: Database, tmp_path: Path) -> None:
    play(archive(tmp_path, "CREATE TABLE public.dumped ()", 0), empty_database)
    assert tables(empty_database) == [("after",), ("before",), ("dumped",)]


def test_what_was_not_read_to_its_end_is_not_committed(empty_database: Database, tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="the disk went away"):
        play(archive(tmp_path, "CREATE TABLE public.dumped ()", 1), empty_database)
    assert tables(empty_database) == []


def test_the_server_s_refusal_is_told_before_the_reader_s(empty_database: Database, tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match='relation "before" already exists'):
        play(archive(tmp_path, "CREATE TABLE public.before ()", 1), empty_database)
    assert tables(empty_database) == []


def test_a_program_that_never_ends_a_header_is_read_on(empty_database: Database, tmp_path: Path) -> None:
    many = ";\nSELECT ".join(["SELECT 1"] + ["1"] * 200)
    one = archive(tmp_path, many, 0)
    script = tmp_path / "pg_restore"
    script.write_text(script.read_text().replace("set_config", "set_config "))
    play(one, empty_database)
    assert tables(empty_database) == [("after",), ("before",)]


def test_an_interrupt_ends_both_programs(
    empty_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*rest: object) -> None:
        raise KeyboardInterrupt

    one = archive(tmp_path, "SELECT 1", 0)
    monkeypatch.setattr("toolbox_cli.db.backup.client.archive.shutil.copyfileobj", interrupted)
    with pytest.raises(KeyboardInterrupt):
        play(one, empty_database)
    assert tables(empty_database) == []
