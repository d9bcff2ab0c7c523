"""Why a connection does not come about: one sentence, the right exit status, and never the password."""

import socket
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.support.commands import CommandLine, Outcome
from tests.support.fake_server import fake_server, greeting, refusal
from tests.support.servers import Database
from tests.support.template import NAMES
from toolbox_cli.core.database.connect import CONNECT_TIMEOUT_S, connect, conninfo_of
from toolbox_cli.core.database.embedded import EmbeddedServer
from toolbox_cli.core.database.target import Target

SECRET = "s3cr3t"  # noqa: S105  no program of ours knows it


def target_at(conninfo: str, direct: str | None = None) -> Target:
    return Target(conninfo, NAMES, "the test suite", direct)


def asked(cli: CommandLine, url: str) -> Outcome:
    """Ask for a database's state, with all that `--verbose` shows."""
    outcome = cli("--verbose", "db", "current", environ={"TOOLBOX_DATABASE_URL": url})
    assert outcome.stdout == ""
    assert SECRET not in outcome.stderr
    return outcome


def told(outcome: Outcome) -> str:
    """Give the sentence and the remedy, without the traceback that `--verbose` adds."""
    return outcome.stderr[outcome.stderr.rindex("Error: ") :]


@pytest.fixture
def unused_port() -> Iterator[int]:
    """A port that somebody has and nobody listens at."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        (f"mysql://ada:{SECRET}@localhost/x", "The address in TOOLBOX_DATABASE_URL is not one of PostgreSQL."),
        (f"postgresql://ada:%{SECRET}@localhost/x", "can't be used: invalid percent-encoded token."),
        (f"postgresql://ada:{SECRET}@localhost/x?colour=red", "can't be used: invalid URI query parameter."),
        (f"host=localhost password={SECRET} {SECRET}", "can't be used: missing ... in connection info string."),
        (f"host=localhost password='{SECRET}", "can't be used: unterminated quoted string"),
        (f"host=localhost {SECRET}=1", "can't be used: invalid connection option."),
        (f"postgresql://ada:{SECRET}@127.0.0.1:99999/x", "can't be used: invalid port number."),
        (f"postgresql://ada:{SECRET}@127.0.0.1/x?sslmode=perhaps", "can't be used: invalid sslmode value."),
        (
            f"postgresql://ada:{SECRET}@127.0.0.1/x?connect_timeout=soon",
            "can't be used: bad value for connect_timeout.",
        ),
        (f"service=nowhere password={SECRET}", "can't be used: definition of service ... not found."),
    ],
)
def test_an_address_that_can_not_be_used_is_bad_configuration(cli: CommandLine, url: str, sentence: str) -> None:
    outcome = asked(cli, url)
    assert outcome.exit_code == 2
    assert sentence in told(outcome)
    assert "  → Write it as postgresql://user@host:5432/database" in told(outcome)


def test_nothing_listens_at_the_address(cli: CommandLine, unused_port: int) -> None:
    outcome = asked(cli, f"postgresql://ada:{SECRET}@127.0.0.1:{unused_port}/school")
    assert outcome.exit_code == 5
    assert told(outcome) == (
        f"Error: Nothing listens at that address: postgresql://ada@127.0.0.1:{unused_port}/school.\n"
        "  → Is the server running? Check TOOLBOX_DATABASE_URL; `toolbox db doctor` says more.\n"
    )


def test_no_server_behind_the_socket(cli: CommandLine, tmp_path: Path) -> None:
    outcome = asked(cli, f"postgresql://ada:{SECRET}@/school?host={tmp_path}")
    assert outcome.exit_code == 5
    assert told(outcome).startswith("Error: Nothing listens at that socket: postgresql://ada@/school")


def test_a_host_that_nobody_knows(cli: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    outcome = asked(cli, f"postgresql://ada:{SECRET}@db.invalid/school")
    assert outcome.exit_code == 5
    assert told(outcome).startswith("Error: The host's name is not known: postgresql://ada@db.invalid/school.\n")


@pytest.mark.every_version
def test_a_database_that_is_missing_can_be_created(cli: CommandLine, empty_database: Database) -> None:
    missing = empty_database.url.replace(empty_database.name, "nowhere")
    outcome = asked(cli, missing)
    assert outcome.exit_code == 5
    assert told(outcome).startswith("Error: The server has no such database: postgresql://toolbox@/nowhere")
    assert told(outcome).endswith("  → Create it with: toolbox db create\n")


@pytest.fixture
def guarded(home: Path) -> Iterator[Database]:
    """A server that lets the role `guarded` in by password alone."""
    server = EmbeddedServer(home / "guarded", parameters={"fsync": "off"})
    server.start()
    database = Database(server.conninfo("postgres"), 18)
    database.execute("SET password_encryption = 'scram-sha-256'; CREATE ROLE guarded LOGIN PASSWORD 'right'")
    ((rules, loaded),) = database.execute("SELECT current_setting('hba_file'), pg_conf_load_time()")
    Path(rules).write_text("local all guarded scram-sha-256\n" + Path(rules).read_text())
    database.execute("SELECT pg_reload_conf()")
    while database.execute("SELECT pg_conf_load_time()") == [(loaded,)]:
        pass
    yield Database(psycopg.conninfo.make_conninfo(database.conninfo, user="guarded"), 18)
    server.stop()


def test_a_password_must_be_right(cli: CommandLine, guarded: Database) -> None:
    wrong = asked(cli, guarded.url.replace("guarded@", f"guarded:{SECRET}@"))
    assert (wrong.exit_code, told(wrong)[:47]) == (5, "Error: The password or user was not accepted: p")
    assert told(wrong).endswith("  → Check user and password.\n")

    missing = asked(cli, guarded.url)
    assert missing.exit_code == 5
    assert told(missing).startswith(
        "Error: The server asks for a password, and none is configured: postgresql://guarded@"
    )

    right = cli("db", "current", environ={"TOOLBOX_DATABASE_URL": guarded.url.replace("guarded@", "guarded:right@")})
    assert right.exit_code == 0


@pytest.mark.parametrize(
    ("answer", "exit_code", "sentence"),
    [
        (greeting("12.22"), 4, "runs PostgreSQL 12; toolbox needs 15 or newer."),
        (greeting("9.6.24"), 4, "runs PostgreSQL 9; toolbox needs 15 or newer."),
        (refusal("53300", "sorry, too many clients already"), 5, "The server has no connection left: "),
        (refusal("53300", 'too many connections for role "ada"'), 5, "The server has no connection left: "),
        (refusal("57P03", "the database system is starting up"), 5, "The server is still starting: "),
        (refusal("28000", 'no pg_hba.conf entry for host "::1", user "ada"'), 5, "does not let this user in from here"),
        (refusal("28000", 'role "ada" does not exist'), 5, "The server has no such role: "),
        (refusal("42501", 'permission denied for database "school"'), 4, "The role may not connect to the database: "),
        (refusal("3D000", "no such database: school"), 5, "The server has no such database: "),
        (refusal("XX000", "something odd"), 5, "No connection to postgresql://ada@127.0.0.1"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", 5, "What answers there is not PostgreSQL: "),
    ],
)
def test_what_a_server_answers_is_told(cli: CommandLine, answer: bytes, exit_code: int, sentence: str) -> None:
    with fake_server(answer) as url:
        outcome = asked(cli, url)
    assert outcome.exit_code == exit_code
    assert sentence in told(outcome)
    assert told(outcome).count("\n") == 2, "not one sentence and one remedy"


def test_a_server_that_never_answers_is_given_up(cli: CommandLine) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        outcome = asked(cli, f"postgresql://ada:{SECRET}@127.0.0.1:{port}/school?connect_timeout=2")
    assert outcome.exit_code == 5
    assert "The server did not answer in time: " in told(outcome)


def test_others_see_what_a_connection_is_for_and_no_wait_is_endless(empty_database: Database) -> None:
    with connect(target_at(empty_database.url), purpose="toolbox test") as connection:
        row = connection.execute(
            "SELECT application_name FROM pg_stat_activity WHERE pid = pg_backend_pid()"
        ).fetchone()
        assert row == ("toolbox test",)
        assert connection.info.get_parameters()["connect_timeout"] == str(CONNECT_TIMEOUT_S)
        assert connection.autocommit
    with connect(target_at(f"{empty_database.url}&connect_timeout=3"), autocommit=False) as connection:
        assert connection.info.get_parameters()["connect_timeout"] == "3"
        assert not connection.autocommit


def test_what_needs_a_session_goes_past_the_pooler(empty_database: Database) -> None:
    target = target_at("postgresql://127.0.0.1:1/pooled", empty_database.url)
    assert target.label == "postgresql://127.0.0.1:1/pooled"
    assert target.labelled(direct=True).endswith(f"/{empty_database.name}")
    with connect(target, direct=True) as connection:
        assert connection.info.dbname == empty_database.name
    assert psycopg.conninfo.conninfo_to_dict(conninfo_of(target, direct=True, database="other"))["dbname"] == "other"


def test_a_message_names_the_address_that_was_tried(cli: CommandLine, unused_port: int, database: Database) -> None:
    environ = {"TOOLBOX_DIRECT_URL": f"postgresql://ada:{SECRET}@127.0.0.1:{unused_port}/school"}
    outcome = cli("db", "upgrade", database=database, environ=environ)
    assert outcome.exit_code == 5
    assert f"postgresql://ada@127.0.0.1:{unused_port}/school" in outcome.stderr
    assert cli("db", "current", database=database, environ=environ).exit_code == 0
