"""`toolbox db upgrade --backup`: a dump of what was there, before anything of it changes."""

import json
from pathlib import Path

from tests.support.commands import CommandLine
from tests.support.servers import Database


def dumps(home: Path) -> list[Path]:
    return sorted((home / "toolbox" / "backups").glob("*.dump"))


def test_the_dump_is_of_the_database_before_its_first_revision(
    cli: CommandLine, empty_database: Database, home: Path
) -> None:
    assert cli("db", "upgrade", "frames_phase_2", database=empty_database).exit_code == 0
    assert dumps(home) == []
    done = cli("db", "upgrade", "--platform", "frames", "--backup", database=empty_database)
    assert done.exit_code == 0
    (dump,) = dumps(home)
    assert f"Backed up to {dump}" in done.stderr
    manifest = json.loads(dump.with_suffix(".json").read_text(encoding="utf-8"))
    assert manifest["heads"]["frames"] == "frames_phase_2"


def test_nothing_to_do_and_a_dry_run_dump_nothing(cli: CommandLine, empty_database: Database, home: Path) -> None:
    assert cli("db", "upgrade", "--backup", "--dry-run", database=empty_database).exit_code == 0
    assert cli("db", "upgrade", "frames@head", database=empty_database).exit_code == 0
    assert cli("db", "upgrade", "frames@head", "--backup", database=empty_database).exit_code == 0
    assert dumps(home) == []


def test_where_the_dump_fails_nothing_is_upgraded(cli: CommandLine, empty_database: Database, home: Path) -> None:
    (home / "toolbox").mkdir()
    (home / "toolbox" / "backups").write_text("in the way", encoding="utf-8")
    done = cli("db", "upgrade", "--backup", database=empty_database)
    assert done.exit_code == 4
    assert empty_database.execute("SELECT to_regclass('frames.modules')") == [(None,)]
