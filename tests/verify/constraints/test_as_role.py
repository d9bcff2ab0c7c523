"""The rules as a role of an application meets them."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.support.roles import role
from tests.support.school import target
from tests.support.servers import Database
from toolbox_cli.core.database.embedded import EmbeddedServer
from toolbox_cli.core.errors import RefusedError, UsageError
from toolbox_cli.core.settings import RECORDS, Environment
from toolbox_cli.db.access.grant import grant
from toolbox_cli.db.access.use import Use
from toolbox_cli.verify.cases import Case, Outcome
from toolbox_cli.verify.constraints.trials.session import session
from toolbox_cli.verify.constraints.verify import Way, verify_constraints


@pytest.fixture
def someone(database: Database) -> Iterator[str]:
    with role(database) as name:
        yield name


def proved(database: Database, name: str, *platforms: str) -> list[Case]:
    return verify_constraints(target(database), platforms, Way(None, name))


def codes(cases: list[Case]) -> list[str]:
    return [finding.code for case in cases for finding in case.findings]


def test_the_rules_hold_for_an_application(database: Database, someone: str) -> None:
    grant(target(database), Use.APP, someone, Environment.DEVELOPMENT)
    cases = proved(database, someone, "pas_in_peace", "frames")
    assert codes(cases) == []
    untried = {case.object.rpartition(".")[0] for case in cases if case.outcome is not Outcome.PASSED}
    assert untried == {
        "frames.module_revisions", "pas_in_peace.psychologist_reviews", "pas_in_peace.psychologist_review_history",
    }  # fmt: skip


def test_what_the_role_may_not_do_is_told_apart(database: Database, someone: str) -> None:
    grant(target(database), Use.APP, someone, Environment.DEVELOPMENT)
    database.execute(f"REVOKE INSERT ON frames.students FROM {someone}; REVOKE DELETE ON frames.faculty FROM {someone}")
    cases = {case.object: case for case in proved(database, someone, "frames")}
    assert codes(list(cases.values())) == []
    key = cases["frames.students.students_pkey"]
    assert key.outcome is Outcome.SKIPPED
    assert "permission denied for table students (42501)" in str(key.detail)
    assert cases["frames.modules.modules_created_by_id_fkey"].outcome is Outcome.PASSED


def test_a_role_without_any_right_proves_nothing(database: Database, someone: str) -> None:
    cases = proved(database, someone, RECORDS)
    assert codes(cases) == []
    skipped = [case for case in cases if case.outcome is Outcome.SKIPPED]
    assert len(skipped) == len(cases) - 1 - sum(case.claim == "takes rows that its rules allow" for case in cases)


def test_a_role_whose_sessions_run_as_a_replica_is_one_finding(database: Database, someone: str) -> None:
    grant(target(database), Use.APP, someone, Environment.DEVELOPMENT)
    database.execute(f"ALTER ROLE {someone} IN DATABASE {database.name} SET session_replication_role = replica")
    cases = proved(database, someone, "pas_in_peace")
    assert [(one.code, one.object) for case in cases for one in case.findings] == [("replica-session", someone)]
    kept = {case.object: case for case in cases}
    assert kept["pas_in_peace.quests.quests_user_id_fkey"].outcome is Outcome.SKIPPED
    assert "replica" in str(kept["pas_in_peace.quests.quests_user_id_fkey"].detail)
    assert kept["pas_in_peace.quests.quests_rating_check"].outcome is Outcome.PASSED


def test_row_security_is_told_apart_too(database: Database, someone: str) -> None:
    grant(target(database), Use.APP, someone, Environment.DEVELOPMENT)
    database.execute("ALTER TABLE frames.students ENABLE ROW LEVEL SECURITY")
    cases = {case.object: case for case in proved(database, someone, "frames")}
    assert codes(list(cases.values())) == []
    assert "row-level security" in str(cases["frames.students.students_pkey"].detail)


def test_it_is_read_what_the_role_sees_in_its_own_database_alone(database: Database, someone: str) -> None:
    grant(target(database), Use.APP, someone, Environment.DEVELOPMENT)
    database.execute(f"ALTER ROLE {someone} IN DATABASE postgres SET session_replication_role = replica")
    assert codes(proved(database, someone, "frames")) == []


def test_an_unknown_role_is_refused(database: Database) -> None:
    with pytest.raises(RefusedError, match="no role nobody"):
        proved(database, "nobody", "frames")


def test_a_role_that_one_is_no_member_of_is_refused(database: Database, someone: str) -> None:
    with role(database, "LOGIN") as poor, psycopg.connect(database.conninfo, autocommit=True) as connection:
        connection.execute(f"SET SESSION AUTHORIZATION {poor}")
        with pytest.raises(RefusedError, match="can't take on"), session(connection, "frames", role=someone):
            pass


def test_a_clone_knows_no_roles(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        Way(EmbeddedServer(tmp_path), "somebody")
    assert "--live" in str(caught.value.remedy)
