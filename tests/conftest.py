"""What every test can ask for.

Servers and databases (real PostgreSQL; 18 unless the test or its module is marked `every_version`):

    server                 a running server: `.version`, `.create(name)`, `.temporary()`, `.maintenance`
    empty_database         a fresh database, dropped afterwards
    database               a fresh database with the whole migrated schema, dropped afterwards
    shared_database        the same, one for all tests of a process: only for what rolls back
    toolboxai_connection, pas_in_peace_connection, frames_connection, records_connection
                           psycopg connection to `shared_database` with that schema as search_path,
                           in a transaction that is rolled back afterwards

A database has `.conninfo`, `.url`, `.name`, `.version`, `.connect()` (psycopg, autocommit), `.engine()` (SQLAlchemy)
and `.execute(sql)` (one committed statement on a connection of its own).

The command line:

    cli(*argv, database=…, environ={…}, stdin="…")
                           runs in this process; gives `.exit_code`, `.stdout`, `.stderr`
    toolbox_process(*argv, database=…, environ={…}, stdin=None, timeout_s=120)
                           the same by `python -m toolbox_cli` with a clean environment; `.start(…)` gives the Popen

    web                    a real HTTP server here that answers as told and misbehaves on command (`tests.support.web`):
                           `.url`, `.on(method, path, answer)`, `.trouble(what, path=…, nth=…, times=…)`, `.asked`;
                           `tests.support.web.serving()` for a second one

    tests.support.terminals.terminal()
                           a pseudo-terminal: `start(…, **screen.streams)`, `.wait_for(text)`, `.type(text)`, `.text`

Folders and isolation:

    home                   a short temporary folder that is HOME, and holds TOOLBOX_HOME (`home / "toolbox"`, not made
                           yet); embedded servers that are left running there are stopped with the run

`TOOLBOX_*` and `PG*` variables of the developer are gone, and Python code can't reach other machines.
`@pytest.mark.needs("pgbouncer")` skips, by name, where that tool is missing; with
`TOOLBOX_TESTS_REQUIRE_ALL=1` the test fails instead. `TOOLBOX_TESTS_HYPOTHESIS=search` looks further and at random.
"""

import gc
import os
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import psycopg
import pytest
from hypothesis import settings
from psycopg import sql

from tests.support import isolation, measuring, servers, tools
from tests.support import web as webs
from tests.support.commands import CommandLine, ToolboxProcess, process_environment
from tests.support.servers import Database, Server

RUN_FOLDER: Final = pytest.StashKey[Path]()
WARDEN: Final = pytest.StashKey[Any]()
MEASURING: Final = pytest.StashKey[measuring.Measuring]()
NEWEST: Final = servers.WHEEL_VERSIONS[0]

settings.register_profile("ci", deadline=None, derandomize=True, database=None)
settings.register_profile("search", deadline=None, max_examples=2000)
settings.load_profile(os.environ.get("TOOLBOX_TESTS_HYPOTHESIS", "ci"))


def pytest_configure(config: pytest.Config) -> None:
    patch = pytest.MonkeyPatch()
    config.add_cleanup(patch.undo)
    isolation.scrub(patch)
    isolation.stay_on_this_machine(patch)
    # A shell lets what it runs in the background ignore interrupts, and so would every process that a test starts.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    config.stash[MEASURING] = measuring.Measuring()
    given = getattr(config, "workerinput", None)
    if given is not None:
        config.stash[RUN_FOLDER] = Path(given["run_folder"])
        return
    config.stash[RUN_FOLDER] = servers.run_folder()
    config.stash[WARDEN] = servers.watch_over(config.stash[RUN_FOLDER])


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    node.workerinput["run_folder"] = str(node.config.stash[RUN_FOLDER])


def pytest_collection_finish() -> None:
    gc.freeze()  # thousands of tests stay to the end, and no look for garbage need go through them


def pytest_unconfigure(config: pytest.Config) -> None:
    warden = config.stash.get(WARDEN, None)
    if warden is not None:
        servers.dismiss(warden)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "server" in metafunc.fixturenames and metafunc.definition.get_closest_marker("every_version"):
        versions = servers.versions_present()
        metafunc.parametrize("server", versions, indirect=True, scope="session", ids=[f"pg{v}" for v in versions])


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    item.config.stash[MEASURING].come_to(item.path)
    tools.check_needs(item)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    lines = tools.summary(terminalreporter.stats.get("skipped", []))
    if servers.system_binaries() is None:
        lines.append(f"PostgreSQL {servers.SYSTEM_VERSION} is not installed here, so nothing was tried on it.")
    if lines:
        terminalreporter.section("left out")
        terminalreporter.write_line("\n".join(lines))


@pytest.fixture(scope="session")
def server(request: pytest.FixtureRequest) -> Server:
    return servers.server_of(getattr(request, "param", NEWEST), request.config.stash[RUN_FOLDER])


@pytest.fixture
def empty_database(server: Server) -> Iterator[Database]:
    with server.temporary() as made:
        yield made


@pytest.fixture
def database(server: Server) -> Iterator[Database]:
    with server.temporary(server.template) as made:
        yield made


@pytest.fixture(scope="session")
def shared_database(server: Server) -> Iterator[Database]:
    with server.temporary(server.template) as made:
        yield made


@pytest.fixture(scope="session")
def _shared_connection(shared_database: Database) -> Iterator[psycopg.Connection[Any]]:
    with shared_database.connect(autocommit=False) as connection:
        yield connection
        connection.rollback()


def _rolled_back(connection: psycopg.Connection[Any], schema: str) -> Iterator[psycopg.Connection[Any]]:
    connection.rollback()
    connection.execute(sql.SQL("SET LOCAL search_path TO {}").format(sql.Identifier(schema)))
    yield connection
    connection.rollback()


@pytest.fixture
def toolboxai_connection(_shared_connection: psycopg.Connection[Any]) -> Iterator[psycopg.Connection[Any]]:
    yield from _rolled_back(_shared_connection, "toolboxai")


@pytest.fixture
def pas_in_peace_connection(_shared_connection: psycopg.Connection[Any]) -> Iterator[psycopg.Connection[Any]]:
    yield from _rolled_back(_shared_connection, "pas_in_peace")


@pytest.fixture
def frames_connection(_shared_connection: psycopg.Connection[Any]) -> Iterator[psycopg.Connection[Any]]:
    yield from _rolled_back(_shared_connection, "frames")


@pytest.fixture
def records_connection(_shared_connection: psycopg.Connection[Any]) -> Iterator[psycopg.Connection[Any]]:
    yield from _rolled_back(_shared_connection, "toolbox")


@pytest.fixture
def home(request: pytest.FixtureRequest) -> Path:
    folder = Path(tempfile.mkdtemp(dir=request.config.stash[RUN_FOLDER] / "homes", prefix=""))
    folder.chmod(0o711)
    return folder


@pytest.fixture(autouse=True)
def _isolated(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    isolation.settle(monkeypatch, home)


@pytest.fixture
def cli(home: Path, tmp_path: Path) -> CommandLine:
    return CommandLine(process_environment(home), tmp_path)


@pytest.fixture
def toolbox_process(home: Path, tmp_path: Path) -> Iterator[ToolboxProcess]:
    started = ToolboxProcess(process_environment(home), tmp_path)
    yield started
    started.end()


@pytest.fixture
def web() -> Iterator[webs.Web]:
    with webs.serving() as served:
        yield served
