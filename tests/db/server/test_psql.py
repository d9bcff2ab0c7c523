"""The command line and the environment that become psql."""

import os
import subprocess

import pytest

from tests.support.servers import Database
from toolbox_cli.core.database.names import Names
from toolbox_cli.core.database.target import Target
from toolbox_cli.db.server.psql import psql_call

NAMES = Names({"toolbox": "toolbox", "frames": "training"})


def run(database: Database, *arguments: str, url: str | None = None) -> str:
    argv, environment = psql_call(Target(url or database.url, NAMES, "a test"), ["-At", *arguments])
    return subprocess.run(argv, env=environment, capture_output=True, text=True, check=True).stdout


def test_the_schemas_are_on_the_search_path_beside_the_persons_own_options(
    empty_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGOPTIONS", "-c work_mem=5MB")

    shown = run(empty_database, "-c", "SHOW search_path", "-c", "SHOW work_mem")

    assert shown == "training,toolbox,public\n5MB\n"


def test_the_password_is_in_the_environment_alone(empty_database: Database) -> None:
    url = empty_database.url.replace("postgresql://toolbox@", "postgresql://toolbox:a-secret@")

    argv, environment = psql_call(Target(url, NAMES, "a test"), [])

    assert environment["PGPASSWORD"] == "a-secret"
    assert not [word for word in argv if "a-secret" in word]


def test_letters_are_shown_as_the_persons_own_terminal_does(
    empty_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = Target(empty_database.url, NAMES, "a test")
    monkeypatch.delenv("LC_ALL", raising=False)
    assert "LC_ALL" not in psql_call(target, [])[1]

    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    assert psql_call(target, [])[1]["LC_ALL"] == os.environ["LC_ALL"]
