"""Which account runs the server; most of it only concerns root."""

import grp
import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.core.database.embedded.conftest import Wrecker, as_user, ask, starter
from toolbox_cli.core.database.embedded import EmbeddedServer
from toolbox_cli.core.database.embedded.host.account import (
    FALLBACK_ACCOUNT,
    Account,
    account_of,
    choose_account,
    default_account,
    find_account,
    name_of,
)
from toolbox_cli.core.errors import ConfigurationError, RefusedError

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root may choose an account")
UNKNOWN_UID = 54_321
START_AS_NOBODY = """
import sys
from pathlib import Path
from toolbox_cli.core.database.embedded import EmbeddedServer
from toolbox_cli.core.errors import ConfigurationError

try:
    EmbeddedServer(Path(sys.argv[1]), account="nobody").start()
except ConfigurationError as error:
    print(error)
"""


@pytest.fixture
def spare_name() -> Iterator[str]:
    """The name of an account that does not exist yet; removed afterwards."""
    name = f"tbtest{os.getpid()}"
    yield name
    subprocess.run(["userdel", name], capture_output=True, check=False)
    subprocess.run(["groupdel", name], capture_output=True, check=False)


def test_a_normal_user_runs_it_as_themselves(normal_user: Account) -> None:
    name = pwd.getpwuid(normal_user.uid).pw_name

    assert as_user(normal_user, lambda: choose_account(None, None)).uid == normal_user.uid
    assert as_user(normal_user, lambda: choose_account(name, normal_user.uid)).name == name


def test_programs_of_the_server_see_nothing_that_could_steer_them(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "PG_COLOR": "always",
        "PGDATA": "/nowhere",
        "LC_ALL": "de_DE.UTF-8",
        "TZ": "Asia/Tokyo",
    }.items():
        monkeypatch.setenv(name, value)
    me = account_of(os.geteuid())
    assert me is not None

    seen = me.run(["/usr/bin/env"]).stdout.splitlines()

    assert {"LC_ALL=C", "TZ=UTC"} <= set(seen)
    assert not [line for line in seen if line.startswith("PG")]


def test_a_normal_user_may_not_choose_another(normal_user: Account) -> None:
    with pytest.raises(ConfigurationError, match="names root, but only root can"):
        as_user(normal_user, lambda: choose_account("root", None))


def test_a_normal_user_is_refused_the_data_of_another(normal_user: Account) -> None:
    with pytest.raises(RefusedError, match="belongs to root"):
        as_user(normal_user, lambda: choose_account(None, 0))


@as_root
def test_a_user_without_an_entry_is_told_what_is_missing() -> None:
    with pytest.raises(ConfigurationError, match=f"user id {UNKNOWN_UID} has no entry"):
        as_user(Account("nameless", UNKNOWN_UID, UNKNOWN_UID), lambda: choose_account(None, None))


@as_root
def test_root_makes_a_system_account_that_nobody_can_log_in_to(spare_name: str) -> None:
    made = default_account(spare_name)
    entry = pwd.getpwnam(spare_name)

    assert (made.uid, made.gid) == (entry.pw_uid, entry.pw_gid)
    assert 0 < entry.pw_uid < 1000
    assert entry.pw_shell.endswith(("nologin", "false"))
    assert not Path(entry.pw_dir).exists()
    assert default_account(spare_name) == made


@as_root
def test_a_group_of_the_name_is_used(spare_name: str) -> None:
    subprocess.run(["groupadd", "--system", spare_name], check=True)

    assert default_account(spare_name).gid == grp.getgrnam(spare_name).gr_gid


@as_root
def test_without_useradd_the_account_of_postgresql_is_taken(spare_name: str, home: Path) -> None:
    if find_account(FALLBACK_ACCOUNT) is None:
        with pytest.raises(ConfigurationError, match="useradd is not installed"):
            default_account(spare_name, search_path=str(home))
    else:
        assert default_account(spare_name, search_path=str(home)).name == FALLBACK_ACCOUNT


@as_root
def test_an_account_that_can_not_be_made_is_explained_by_useradd() -> None:
    if find_account(FALLBACK_ACCOUNT) is None:
        with pytest.raises(ConfigurationError, match="invalid user name"):
            default_account("no/such name")
    else:
        assert default_account("no/such name").name == FALLBACK_ACCOUNT


@as_root
@pytest.mark.parametrize(
    ("name", "complaint"), [("no-such-account", "does not exist on this machine"), ("root", "does not run as root")]
)
def test_an_account_that_can_not_run_it_is_refused(home: Path, name: str, complaint: str) -> None:
    with pytest.raises(ConfigurationError, match=complaint):
        EmbeddedServer(home / "toolbox", account=name).start()


@as_root
def test_the_configured_account_runs_it_and_owns_it(embedded: Wrecker, normal_user: Account) -> None:
    server = embedded(account=normal_user.name)
    pid = server.start().pid

    assert Path(f"/proc/{pid}").stat().st_uid == normal_user.uid
    assert (server.home / "data").stat().st_uid == normal_user.uid
    assert server.home.stat().st_uid == 0
    assert server.status().account == normal_user.name
    assert as_user(normal_user, lambda: ask(server, "SELECT current_user")) == "toolbox"


@as_root
def test_data_stays_with_the_account_that_made_it(embedded: Wrecker, normal_user: Account) -> None:
    server = embedded(account=normal_user.name)
    server.start()
    server.stop()

    assert embedded().start().account == normal_user.name
    server.stop()
    with pytest.raises(ConfigurationError, match=f"belongs to the account {normal_user.name}, but .* names {_other()}"):
        embedded(account=_other()).start()


def _other() -> str:
    return next(entry.pw_name for entry in pwd.getpwall() if 0 < entry.pw_uid < 1000)


@as_root
@pytest.mark.parametrize("uid", [0, UNKNOWN_UID])
def test_data_of_an_account_that_can_not_run_it_is_refused(embedded: Wrecker, uid: int) -> None:
    server = embedded()
    server.start()
    server.stop()
    os.chown(server.home / "data", uid, -1)

    with pytest.raises(RefusedError, match=f"belongs to {name_of(uid)}"):
        server.start()


@as_root
@pytest.mark.skipif(shutil.which("setpriv") is None, reason="setpriv is not installed")
def test_root_that_may_not_change_accounts_is_told_so(home: Path) -> None:
    """Some containers give root no right to become somebody else."""
    child = starter(home / "toolbox", START_AS_NOBODY, prefix=["setpriv", "--bounding-set", "-setuid,-setgid"])
    said, complaints = child.communicate()

    assert complaints == ""
    assert said.startswith("Root can't run a program as the account nobody here")
