"""Where the programs come from."""

from pathlib import Path

import pytest

from tests.core.database.embedded.conftest import as_user
from toolbox_cli.core.database.embedded import Binaries, EmbeddedServer
from toolbox_cli.core.database.embedded.host.account import Account, account_of
from toolbox_cli.core.errors import ConfigurationError


@pytest.mark.parametrize("major", [18, 16])
def test_the_wheel_has_both_versions(major: int) -> None:
    binaries = Binaries.of_wheel(major)

    assert binaries.version().split(".")[0] == str(major)
    assert Binaries.of_folder(binaries.folder) == binaries
    assert {name for name in ("psql", "pg_dump", "pg_restore") if binaries.program(name).exists()} == {
        "psql",
        "pg_dump",
        "pg_restore",
    }


def test_a_version_that_the_wheel_has_not_is_named() -> None:
    with pytest.raises(ConfigurationError, match="comes with PostgreSQL 16 and 18, not 17"):
        Binaries.of_wheel(17)


@pytest.mark.parametrize("content", [None, "#!/bin/sh\necho something else\n", "#!/bin/sh\nexit 1\n"])
def test_a_folder_without_a_server_is_refused(home: Path, content: str | None) -> None:
    if content is not None:
        (home / "postgres").write_text(content)
        (home / "postgres").chmod(0o755)

    with pytest.raises(ConfigurationError, match=f"no usable PostgreSQL server in {home}"):
        Binaries.of_folder(home)


@pytest.mark.parametrize("content", ["not a program", "#!/no/such/loader\n"])
def test_programs_made_for_another_machine_are_said_to_be(own_home: Path, normal_user: Account, content: str) -> None:
    for name in ("postgres", "initdb"):
        (own_home / name).write_text(content)
        (own_home / name).chmod(0o755)
    server = EmbeddedServer(own_home / "toolbox", binaries=Binaries(own_home, 18))

    with pytest.raises(ConfigurationError, match=f"can't be run: {own_home}") as caught:
        as_user(normal_user, server.start)
    assert caught.value.remedy is not None


def test_programs_are_usable_only_where_they_can_be_run(home: Path) -> None:
    me = account_of(home.stat().st_uid)
    assert me is not None

    assert Binaries.of_wheel().usable_by(me)
    assert not Binaries(home / "nowhere", 18).usable_by(me)
