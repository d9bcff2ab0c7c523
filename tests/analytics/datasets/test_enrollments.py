"""Whose place in a course it is, where one person has accounts in several systems."""

from typing import Any

import psycopg

from tests.analytics.datasets.test_consents import told
from tests.models.toolboxai.rows import insert
from toolbox_cli.analytics.datasets.lms import LMS_ENROLLMENTS


def test_a_person_with_two_accounts_is_one_person(toolboxai_connection: psycopg.Connection[Any]) -> None:
    user = insert(toolboxai_connection, "users")["id"]
    accounts = [_enrolled(toolboxai_connection, whose) for whose in (user, user, None, None)]
    found = [(str(row["account"]), str(row["person"])) for row in told(toolboxai_connection, LMS_ENROLLMENTS.select())]
    assert sorted(found) == sorted(zip(accounts, (user, user, *accounts[2:]), strict=True))
    assert LMS_ENROLLMENTS.person == "person"


def _enrolled(connection: psycopg.Connection[Any], user: str | None) -> str:
    system = insert(connection, "lms_integrations")["id"]
    course = insert(connection, "lms_courses", lms_integration_id=system)["id"]
    account: str = insert(connection, "lms_identities", lms_integration_id=system, user_id=user)["id"]
    insert(connection, "lms_enrollments", lms_course_id=course, lms_identity_id=account)
    return account
