import datetime
import errno
import json
import os
import stat
import subprocess
from pathlib import Path
from tempfile import mkstemp
from threading import Thread
from typing import Any

import pytest
from psycopg.conninfo import make_conninfo
from psycopg.errors import UndefinedColumn

from tests.support.roles import role
from tests.support.school import fill, target, wait_for_a_waiter
from tests.support.servers import Database
from toolbox_cli.core.database.embedded import Binaries
from toolbox_cli.core.database.locks import BACKUPS, advisory_lock
from toolbox_cli.core.errors import ConfigurationError, LockedError, RefusedError, UnreachableError
from toolbox_cli.db.backup.dump import Backup, backup, backup_each, worst
from toolbox_cli.db.backup.manifest import manifest_path, read_manifest, sha256_of
from toolbox_cli.db.backup.store import partial_file, prune

NOON = datetime.datetime(2026, 11, 20, 12, tzinfo=datetime.UTC)


def as_text(dump: Path, table: str) -> str:
    """Give what a dump holds of a table."""
    name = table.rpartition(".")[2]
    argv = [Binaries.of_wheel(18).program("pg_restore"), "--data-only", f"--table={name}", "--file=-", dump]
    return subprocess.run(argv, capture_output=True, text=True, check=True).stdout


@pytest.mark.every_version
def test_the_manifest_says_what_the_dump_holds(database: Database, tmp_path: Path) -> None:
    fill(database)

    made = backup(target(database), tmp_path / "a" / "b", now=NOON)

    said = read_manifest(made.path)
    assert said == made.manifest
    assert made.path.parent == tmp_path / "a" / "b"
    assert made.path.name.startswith(f"{database.name}-20261120T120000Z-")
    assert (said.sha256, said.size_bytes) == (sha256_of(made.path), made.path.stat().st_size)
    assert (said.created_at, said.server_version) == (NOON, database.version)
    assert said.program_version >= database.version
    assert said.schemas == {name: name for name in ("toolbox", "toolboxai", "pas_in_peace", "frames")}
    assert set(said.heads) == set(said.schemas)
    assert said.unknown_revisions == ()
    assert said.rows["frames.students"] == 200
    assert said.rows["frames.module_analytics_events"] == 200
    assert said.rows["frames.module_feedback"] == 0
    assert said.roles == ("toolbox",)


def test_dump_manifest_and_folder_are_for_nobody_else(database: Database, tmp_path: Path) -> None:
    made = backup(target(database), tmp_path / "new")
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (made.path.parent, made.path, manifest_path(made.path))]
    assert modes == [0o700, 0o600, 0o600]
    assert sorted(path.name for path in made.path.parent.iterdir()) == sorted(
        [made.path.name, manifest_path(made.path).name]
    )


def test_a_folder_that_is_there_keeps_its_mode(database: Database, tmp_path: Path) -> None:
    tmp_path.chmod(0o750)
    backup(target(database), tmp_path)
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o750


def test_manifest_and_dump_are_of_one_moment(database: Database, tmp_path: Path) -> None:
    """What is committed after the manifest was read is not in the dump either."""
    fill(database)
    database.execute("ANALYZE")
    made: list[Backup] = []
    thread = Thread(target=lambda: made.append(backup(target(database), tmp_path)))
    with database.connect() as other:
        other.execute("BEGIN; LOCK TABLE frames.modules IN ACCESS EXCLUSIVE MODE")
        thread.start()
        wait_for_a_waiter(database)
        database.execute("INSERT INTO frames.students (id) VALUES ('late')")
        other.execute("ROLLBACK")
    thread.join()
    assert made[0].manifest.rows["frames.students"] == 200
    dumped = as_text(made[0].path, "frames.students")
    assert "\ns200\t" in dumped
    assert "\nlate\t" not in dumped


def test_revisions_of_a_newer_toolbox_are_kept_in_mind(database: Database, tmp_path: Path) -> None:
    database.execute("UPDATE toolbox.alembic_version SET version_num = 'frames_future' WHERE version_num ~ '^frames'")
    made = backup(target(database), tmp_path)
    assert made.manifest.unknown_revisions == ("frames_future",)
    assert "frames" not in made.manifest.heads
    assert "frames_future" in made.manifest.revisions


def test_a_database_without_revisions_is_backed_up_too(empty_database: Database, tmp_path: Path) -> None:
    empty_database.execute("CREATE TABLE public.loose (id integer)")
    made = backup(target(empty_database), tmp_path)
    assert (made.manifest.revisions, made.manifest.rows) == ((), {"public.loose": 0})


def test_one_backup_of_a_database_at_a_time(database: Database, tmp_path: Path) -> None:
    with (
        database.connect() as other,
        advisory_lock(other, BACKUPS, wait_s=0),
        pytest.raises(LockedError, match="Another run holds the lock"),
    ):
        backup(target(database), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_keep_removes_older_backups_of_the_same_database_alone(
    database: Database, empty_database: Database, tmp_path: Path
) -> None:
    other = backup(target(empty_database), tmp_path, now=NOON - datetime.timedelta(days=9)).path
    (tmp_path / "by-hand.dump").write_bytes(b"PGDMP")
    (tmp_path / "broken.dump").write_bytes(b"PGDMP")
    (tmp_path / "broken.json").write_text("{}")
    days = [backup(target(database), tmp_path, now=NOON + datetime.timedelta(days=n)) for n in range(3)]

    newest = backup(target(database), tmp_path, now=NOON + datetime.timedelta(days=3), keep=2)

    assert sorted(newest.removed) == sorted([days[0].path, days[1].path])
    kept = {other, days[2].path, newest.path}
    assert set(tmp_path.glob("*.dump")) == kept | {tmp_path / "by-hand.dump", tmp_path / "broken.dump"}
    assert set(tmp_path.glob("*.json")) == {manifest_path(path) for path in kept} | {tmp_path / "broken.json"}


def test_backups_of_one_second_keep_apart(database: Database, tmp_path: Path) -> None:
    first, second = (backup(target(database), tmp_path, now=NOON.replace(microsecond=n)) for n in (1, 2))
    assert first.path != second.path
    assert backup(target(database), tmp_path, now=NOON.replace(microsecond=3), keep=1).removed == (
        second.path,
        first.path,
    )


def test_keep_never_removes_the_backup_just_made_nor_a_later_one(database: Database, tmp_path: Path) -> None:
    later = backup(target(database), tmp_path, now=NOON + datetime.timedelta(days=1))
    made = backup(target(database), tmp_path, now=NOON, keep=1)
    assert made.removed == ()
    assert prune(tmp_path, later.manifest, keep=1) == (made.path,)


def test_a_failed_backup_leaves_nothing_and_removes_nothing(database: Database, tmp_path: Path) -> None:
    first = backup(target(database), tmp_path, now=NOON)
    with role(database) as lesser:
        database.execute(
            f"GRANT USAGE ON SCHEMA toolbox TO {lesser}; GRANT SELECT ON ALL TABLES IN SCHEMA toolbox TO {lesser}"
        )
        acting = Database(make_conninfo(database.conninfo, options=f"-crole={lesser}"), database.version)
        with pytest.raises(RefusedError, match=r"^The backup was not made: .*permission denied.*\.$") as caught:
            backup(target(acting), tmp_path, keep=1)
    assert caught.value.remedy
    assert set(tmp_path.iterdir()) == {first.path, manifest_path(first.path)}


def test_a_folder_that_cannot_be_used(database: Database, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigurationError, match="can't be made"):
        backup(target(database), tmp_path / "file" / "below")
    with pytest.raises(ConfigurationError, match="can't be written"):
        backup(target(database), Path("/proc/self"))


def test_what_a_killed_backup_left_is_cleared_away(database: Database, tmp_path: Path) -> None:
    (tmp_path / ".abandoned.partial").write_bytes(b"PGDMP")
    made = backup(target(database), tmp_path)
    assert set(tmp_path.iterdir()) == {made.path, manifest_path(made.path)}


def test_one_database_that_is_down_does_not_keep_the_others_from_it(database: Database, tmp_path: Path) -> None:
    nowhere = Database(f"host={tmp_path} dbname=x", 18)
    made, failed = backup_each([target(nowhere), target(database)], tmp_path / "to", None, NOON)
    assert [one.manifest.database for one in made] == [target(database).label]
    assert [type(error) for error in failed] == [UnreachableError]


def test_the_worst_error_decides_and_the_others_are_told() -> None:
    decided = worst([RefusedError("No."), UnreachableError("Gone.", remedy="Look."), LockedError("Busy.")])
    assert type(decided) is LockedError
    assert (decided.message, decided.remedy) == ("Busy. No. Gone.", None)


def test_manifest_is_readable_by_other_programs(database: Database, tmp_path: Path) -> None:
    made = backup(target(database), tmp_path, now=NOON)
    content = json.loads(manifest_path(made.path).read_text())
    assert content["kind"] == "toolbox.backup/1"
    assert content["created_at"] == "2026-11-20T12:00:00+00:00"


@pytest.mark.parametrize("analyzed", [False, True])
def test_a_table_that_stays_locked_ends_it(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, analyzed: bool
) -> None:
    """Whether we want it, for counting, or pg_dump does."""
    monkeypatch.setattr("toolbox_cli.db.backup.dump.LOCK_WAIT", "50ms")
    fill(database)
    if analyzed:
        database.execute("ANALYZE")
    with database.connect() as other:
        other.execute("BEGIN; LOCK TABLE frames.students IN ACCESS EXCLUSIVE MODE")
        made, failed = backup_each([target(database)], tmp_path, None, NOON)
    assert (made, [type(error) for error in failed]) == ([], [LockedError])
    assert list(tmp_path.iterdir()) == []


def test_a_fault_of_ours_is_not_mistaken_for_the_database_s(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("toolbox_cli.db.backup.queries._EXTENSIONS", "SELECT nothing")
    with pytest.raises(UndefinedColumn):
        backup_each([target(database)], tmp_path, None, NOON)


def test_an_interrupt_ends_pg_dump(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    communicate = subprocess.Popen.communicate

    def interrupted(process: Any, *rest: Any, **options: Any) -> Any:
        if "--format=custom" in process.args:
            raise KeyboardInterrupt
        return communicate(process, *rest, **options)

    monkeypatch.setattr(subprocess.Popen, "communicate", interrupted)
    with pytest.raises(KeyboardInterrupt):
        backup(target(database), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_is_full_is_told(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*rest: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("toolbox_cli.db.backup.store.sync_folder", full)
    with pytest.raises(UnreachableError, match="No space left on device"):
        backup(target(database), tmp_path)
    assert [path.suffix for path in tmp_path.iterdir()] == []


def test_a_file_taken_for_abandoned_before_it_was_locked_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []

    def taken(**where: Any) -> tuple[int, str]:
        descriptor, name = mkstemp(**where)
        if not made:
            Path(name).unlink()
        made.append(name)
        return descriptor, name

    monkeypatch.setattr("toolbox_cli.db.backup.store.tempfile.mkstemp", taken)
    with partial_file(tmp_path) as (path, _):
        assert path == Path(made[1])
    assert list(tmp_path.iterdir()) == []
