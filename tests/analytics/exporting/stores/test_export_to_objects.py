"""`export --to s3://`: the same files as in a folder, read back by a query; refusals leave the bucket as it was."""

import json
import signal
import time
from typing import Final

import pytest

from tests.analytics.exporting.events import KEY, happen, set_scene
from tests.analytics.exporting.stores.serving import BUCKET, Served
from tests.support.commands import CommandLine, ToolboxProcess
from tests.support.servers import Database

TO: Final = f"s3://{BUCKET}/2026"


@pytest.fixture
def peopled(database: Database) -> Database:
    set_scene(database)
    with database.connect() as connection:
        happen(connection, 300)
    return database


def test_an_export_is_read_back_by_a_query(cli: CommandLine, peopled: Database, object_store: Served) -> None:
    where = {"database": peopled, "environ": {**object_store.environ, "TOOLBOX_SECRET_KEYS": KEY}}
    export = ("analytics", "export", "module-events", "--to", TO)
    done = cli(*export, **where)
    assert done.exit_code == 0, done.stderr
    first = object_store.held()
    with peopled.connect() as connection:
        happen(connection, 30, "2026-03-01", "2026-04-01")
    assert cli(*export, "--incremental", **where).exit_code == 0
    held = {name: content for name, content in object_store.held().items() if "_building" not in name}
    assert "2026/module-events/_SUCCESS" in held
    manifest = json.loads(held["2026/module-events/_manifest.json"])
    assert {f"2026/module-events/{part['path']}" for part in manifest["files"]} == {
        name for name in held if name.endswith(".parquet")
    }
    assert manifest["generation"] == 2
    kept = [name for name in first if name in held and name.endswith(".parquet")]
    assert kept
    assert all(first[name] == held[name] for name in kept)
    asked = cli(
        "analytics", "query", "SELECT month, count(*) AS n FROM module_events GROUP BY 1 ORDER BY 1", "--from", TO,
        "--format", "json", environ=object_store.environ,
    )  # fmt: skip
    assert asked.exit_code == 0, asked.stderr
    assert sum(row["n"] for row in json.loads(asked.stdout)["items"]) == 330
    told = done.stdout + done.stderr + asked.stdout + asked.stderr
    assert object_store.environ["AWS_SECRET_ACCESS_KEY"] not in told


def test_an_export_that_is_killed_leaves_the_last_one(
    toolbox_process: ToolboxProcess, cli: CommandLine, peopled: Database, object_store: Served
) -> None:
    where = {"database": peopled, "environ": object_store.environ}
    export = ("analytics", "export", "module-events", "--to", TO, "--as", "csv")
    assert cli(*export, **where).exit_code == 0
    before = object_store.held()
    process = toolbox_process.start(*export, **where)
    ends = time.monotonic() + 100
    while not any(".lease" in name for name in object_store.names()):
        assert process.poll() is None
        assert time.monotonic() < ends
    process.send_signal(signal.SIGKILL)
    process.wait()
    left = {name: content for name, content in object_store.held().items() if "_building/" not in name}
    assert left == before
    assert cli(*export, **where).exit_code == 0
    assert not any("_building/" in name for name in object_store.held())


@pytest.mark.parametrize(("to", "code"), [("s3://no-such-bucket/x", 2), ("s3://UPPER/x", 2), ("gs://bucket/x", 2)])
def test_places_that_are_none_are_told(
    cli: CommandLine, peopled: Database, object_store: Served, to: str, code: int
) -> None:
    outcome = cli("analytics", "export", "module-events", "--to", to, database=peopled, environ=object_store.environ)
    assert outcome.exit_code == code
    assert to in outcome.stderr or to.partition("://")[0] in outcome.stderr


def test_a_store_that_is_away_is_told(cli: CommandLine, peopled: Database) -> None:
    environ = Served("http://127.0.0.1:9").environ
    outcome = cli("analytics", "export", "module-events", "--to", TO, database=peopled, environ=environ)
    assert outcome.exit_code == 5
    assert "can't be reached" in outcome.stderr


def test_only_deeds_are_written_as_xapi(cli: CommandLine, peopled: Database, object_store: Served) -> None:
    where = {"database": peopled, "environ": object_store.environ}
    assert cli("analytics", "export", "module-events", "--to", TO, "--as", "xapi", **where).exit_code == 0
    name = next(name for name in object_store.held() if name.endswith(".xapi.jsonl"))
    assert json.loads(object_store.held()[name].split(b"\n")[0])["verb"]["id"].startswith("http://adlnet.gov/")
    refused = cli("analytics", "export", "health-checks", "--to", TO, "--as", "xapi", **where)
    assert refused.exit_code == 2
    assert "quiz-attempts" in refused.stderr
