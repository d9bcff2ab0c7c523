"""Events find their databases, by a role that may do nothing else, behind a pooler too."""

import json
from pathlib import Path
from typing import Any

import pytest
from psycopg.conninfo import make_conninfo

from tests.analytics.ingesting.made import SCHOOL, event, usage
from tests.support.commands import CommandLine
from tests.support.pgbouncer import pgbouncer
from tests.support.roles import role
from tests.support.school import target
from tests.support.servers import Database, Server
from toolbox_cli.core.exits import Exit
from toolbox_cli.core.settings import Environment
from toolbox_cli.db.access.grant import grant
from toolbox_cli.db.access.use import Use

LINES = [event(1), event(2, student_id="nobody"), usage(1), usage(2, event_category="x"), {}]


@pytest.fixture
def file(tmp_path: Path) -> str:
    (tmp_path / "events.jsonl").write_text("\n".join(map(json.dumps, LINES)))
    return "events.jsonl"


def counts(database: Database) -> Any:
    return database.execute("""
        SELECT (SELECT count(*) FROM frames.module_analytics_events), (SELECT count(*) FROM toolboxai.usage_analytics),
               (SELECT count(*) FROM toolbox.ingested_events),
               (SELECT array_agg(line ORDER BY line) FROM toolbox.quarantined_events),
               (SELECT count(*) FROM toolbox.audit_log WHERE command ~ 'analytics ingest')""")


def test_a_role_for_it_is_enough(cli: CommandLine, school: Database, file: str) -> None:
    with role(school, "LOGIN") as name:
        grant(target(school), Use.INGEST, name, Environment.DEVELOPMENT)
        address = make_conninfo(school.conninfo, options=f"-crole={name}")
        for _ in range(2):  # the second time lines are set aside that are there already
            done = cli("analytics", "ingest", file, environ={"TOOLBOX_DATABASE_URL": address})
            assert done.exit_code == Exit.FINDINGS, done.stderr
    assert counts(school) == [(1, 1, 2, [2, 4, 5], 1)]


def test_each_platform_s_events_go_into_its_database(
    cli: CommandLine, school: Database, server: Server, file: str
) -> None:
    with server.temporary(server.template) as own:
        own.execute(SCHOOL)
        environ = {"TOOLBOX_PLATFORMS_FRAMES_URL": own.url}
        for _ in range(2):
            done = cli("analytics", "ingest", file, database=school, environ=environ)
            assert done.exit_code == Exit.FINDINGS, done.stderr
        assert counts(own) == [(1, 0, 1, [2, 5], 1)]
    assert counts(school) == [(0, 1, 1, [4], 1)]


@pytest.mark.needs("pgbouncer")
def test_a_transaction_pooler_is_no_hindrance(cli: CommandLine, school: Database, file: str) -> None:
    with pgbouncer(school, pool_mode="transaction") as pooled:
        for _ in range(2):
            done = cli("analytics", "ingest", file, database=pooled)
            assert done.exit_code == Exit.FINDINGS, done.stderr
    assert counts(school) == [(1, 1, 2, [2, 4, 5], 1)]
