"""What every profile leaves: rows in every table, and a database that `verify` has nothing to say against."""

import json
from collections.abc import Iterator
from typing import Any, Final

import pytest

from tests.seed.looking import DAY, counts
from tests.support.commands import CommandLine, ToolboxProcess
from tests.support.servers import Database, Server
from toolbox_cli.core.settings import PLATFORMS
from toolbox_cli.models import metadata_of
from toolbox_cli.seed.domains import UNSEEDED

TABLES: Final = {platform: [table.name for table in metadata_of(platform).sorted_tables] for platform in PLATFORMS}


@pytest.fixture(
    params=["classroom", "school", pytest.param("district", marks=pytest.mark.soak)],
    scope="module",
)
def seeded(request: pytest.FixtureRequest, server: Server) -> Iterator[tuple[str, Database]]:
    """Give a profile, and a database for it."""
    with server.temporary(server.template) as database:
        yield request.param, database


def test_a_profile_fills_every_table_with_about_what_it_says_and_is_sound(
    seeded: tuple[str, Database], toolbox_process: ToolboxProcess, cli: CommandLine
) -> None:
    profile, database = seeded
    said = cli("seed", "check", profile, "--format", "json")
    command = ("seed", "all", "--profile", profile, "--as-of", str(DAY), "--format", "json")
    done = toolbox_process(*command, database=database, timeout_s=3600)
    assert (done.exit_code, done.stderr) == (0, "")

    held = {platform: counts(database, platform, tables) for platform, tables in TABLES.items()}
    empty = {f"{platform}.{table}" for platform, tables in held.items() for table, rows in tables.items() if not rows}
    assert empty == set(UNSEEDED) or profile == "classroom"  # too small to have one of everything
    made = _rows(done.stdout)
    for name, expected in _rows(said.stdout).items():
        assert made[name] == pytest.approx(expected, rel=0.2, abs=60), name

    proof = toolbox_process("verify", "all", "--fail-on", "warning", database=database, timeout_s=3600)
    assert proof.exit_code == 0, proof.stdout + proof.stderr


def _rows(report: str) -> dict[str, int]:
    items: list[dict[str, Any]] = json.loads(report)["items"]
    return {f"{item['domain']}.{item['table']}": item["rows"] for item in items}


def test_only_what_stays_empty_has_a_reason() -> None:
    known = {f"{platform}.{table}" for platform, tables in TABLES.items() for table in tables}
    assert set(UNSEEDED) <= known
    assert all(reason.endswith(".") for reason in UNSEEDED.values())
