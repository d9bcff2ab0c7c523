"""What the upgrade will leave out, and what will be in its way, is told with the adoption."""

import json
from typing import Any

from tests.db.adoption.conftest import configure
from tests.db.adoption.installations import contract_sql, document, installed
from tests.support.commands import CommandLine
from tests.support.roles import role
from tests.support.servers import Database

ADOPT = ("db", "adopt", "--format", "json", "--platform")


def warnings(cli: CommandLine, database: Database, platform: str) -> list[dict[str, Any]]:
    done = cli(*ADOPT, platform, database=database)
    assert done.exit_code == 0, done.stdout
    return [item for item in json.loads(done.stdout)["items"] if item["severity"] == "warning"]


def test_tracks_that_can_not_be_read_are_listed_without_a_word_of_them(
    cli: CommandLine, empty_database: Database
) -> None:
    installed(empty_database, contract_sql(), """
        INSERT INTO users (id, telegram_id, created_at, recovery_tracks) VALUES
        (1, 'a', '2025-01-01', '{"self_work": {"phase": "action", "completion_percentage": 40}}'),
        (2, 'b', '2025-01-01', '{"self_work": {"phase": "my former wife"}, "Anna": {}}'),
        (3, 'c', '2025-01-01', '["secret"]')""")  # fmt: skip
    configure(cli, "pas_in_peace")
    done = cli(*ADOPT, "pas_in_peace", "--dry-run", database=empty_database)
    assert not {word for word in ("wife", "Anna", "secret") if word in done.stdout}

    listed = warnings(cli, empty_database, "pas_in_peace")
    assert [(item["code"], item["object"], item["field"], item["expected"]) for item in listed] == [
        ("left-out", "public.users", "row 2: recovery_tracks.*", "a track"),
        ("left-out", "public.users", "row 2: recovery_tracks.self_work.phase", "a phase"),
        ("left-out", "public.users", "row 3: recovery_tracks", "an object"),
    ]
    assert {item["remedy"] for item in listed} == {
        "It stays where it is. Mend it before pas_in_peace_types runs, and it is read."
    }
    assert cli("db", "upgrade", "--platform", "pas_in_peace", database=empty_database).exit_code == 0
    tracks = "SELECT user_id, track_type, current_phase, completion_percentage FROM user_tracks"
    assert empty_database.execute(tracks) == [(1, "self_work", "action", 40)]
    [(counts,)] = empty_database.execute("SELECT counts FROM toolbox.audit_log")
    assert counts["left_out"] == 3


def test_where_rows_may_not_be_read_that_is_told(cli: CommandLine, empty_database: Database) -> None:
    installed(empty_database, contract_sql())
    configure(cli, "pas_in_peace")
    with role(empty_database) as name:
        empty_database.execute(f"CREATE SCHEMA toolbox AUTHORIZATION {name}; GRANT CREATE ON SCHEMA public TO {name}")
        [(database,)] = empty_database.execute("SELECT current_database()")
        empty_database.execute(f"GRANT CREATE ON DATABASE {database} TO {name}")
        limited = empty_database.with_options(f"-c role={name}")
        assert [item["code"] for item in warnings(cli, limited, "pas_in_peace")] == ["left-out-unknown"]


def test_views_on_what_changes_are_named(cli: CommandLine, empty_database: Database) -> None:
    installed(empty_database, document("document_004"), """
        CREATE VIEW titles AS SELECT id, title FROM modules;
        CREATE VIEW everything AS SELECT * FROM modules;
        CREATE VIEW clicks AS SELECT count(*) FROM module_analytics_events;
        CREATE MATERIALIZED VIEW recent AS SELECT max(created_at) FROM module_feedback""")  # fmt: skip
    configure(cli, "frames")
    listed = warnings(cli, empty_database, "frames")
    assert [(item["code"], item["object"], item["expected"]) for item in listed] == [
        ("view-in-the-way", "public.clicks", "not to stand on public.module_analytics_events"),
        ("view-in-the-way", "public.everything", "not to stand on public.modules.created_at"),
        ("view-in-the-way", "public.recent", "not to stand on public.module_feedback.created_at"),
    ]
    for item in listed:
        empty_database.execute(item["remedy"].partition(": ")[2].partition(";")[0])
    assert cli("db", "upgrade", "--platform", "frames", database=empty_database).exit_code == 0
    assert empty_database.execute("SELECT to_regclass('public.titles') IS NOT NULL") == [(True,)]
