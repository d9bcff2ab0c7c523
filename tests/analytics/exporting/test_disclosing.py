"""Every export leaves a record that nobody can change."""

import uuid
from dataclasses import replace
from typing import Any

import psycopg
import pytest

from tests.analytics.masking.test_keys import SECRETS
from toolbox_cli import __version__
from toolbox_cli.analytics.exporting.disclosing import Disclosure, File, Released, record, without_secrets
from toolbox_cli.analytics.masking.keys import key_for
from toolbox_cli.core.database.audit import os_user
from toolbox_cli.core.settings import Environment

Connection = psycopg.Connection[Any]

ONE = Disclosure(
    "pseudonymous",
    "parquet",
    "s3://key:secret@bucket/folder?token=x",
    (
        Released(
            "module-events", 1, ("event_id", "student"), {"month=2026-10/a": File(3, "a" * 64), "b": File(4, "b" * 64)}
        ),
        Released("health", 2, ("service",), {}),
    ),
    Environment.PRODUCTION,
    {"since": "2026-10-01", "incremental": True},
    "district",
    "contract 12",
    "2026",
)


def test_an_export_is_written_down(records_connection: Connection) -> None:
    key = key_for(records_connection, SECRETS, "district", "2026")
    record(records_connection, replace(ONE, key_id=key.id))
    columns = (
        "environment, privacy, recipient, basis, period, key_id, selection, row_count, form, destination, tool_version"
    )
    assert records_connection.execute(f"SELECT {columns} FROM disclosures").fetchall() == [
        ("production", "pseudonymous", "district", "contract 12", "2026", key.id, 
         {"since": "2026-10-01", "incremental": True}, 7, "parquet", "s3://bucket/folder", __version__)
    ]  # fmt: skip
    who = records_connection.execute(
        "SELECT os_user, database_user = session_user, disclosed_at = now() FROM disclosures"
    )
    assert who.fetchone() == (os_user(), True, True)
    [(datasets,)] = records_connection.execute("SELECT datasets FROM disclosures")
    assert datasets == {
        "module-events": {
            "version": 1, "columns": ["event_id", "student"], "rows": 7,
            "files": {"month=2026-10/a": {"rows": 3, "sha256": "a" * 64}, "b": {"rows": 4, "sha256": "b" * 64}},
        },
        "health": {"version": 2, "columns": ["service"], "rows": 0, "files": {}},
    }  # fmt: skip


@pytest.mark.parametrize(
    "change", ["UPDATE disclosures SET basis = 'x'", "DELETE FROM disclosures", "TRUNCATE disclosures"]
)
def test_a_record_stays_as_it_is(records_connection: Connection, change: str) -> None:
    record(records_connection, ONE)
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="toolbox.disclosures is append-only"):
        records_connection.execute(change)


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"privacy": "identified", "basis": None}, "disclosures_basis_check"),
        ({"privacy": "identified", "recipient": None}, "disclosures_recipient_check"),
        ({"privacy": "secret"}, "disclosures_privacy_check"),
        ({"basis": "  "}, "disclosures_basis_not_blank_check"),
        ({"recipient": ""}, "disclosures_recipient_not_blank_check"),
    ],
)
def test_what_may_not_leave_has_no_record(records_connection: Connection, changes: dict[str, Any], name: str) -> None:
    with pytest.raises(psycopg.errors.CheckViolation) as caught:
        record(records_connection, replace(ONE, **changes))
    assert caught.value.diag.constraint_name == name


def test_identified_data_of_a_development_database_needs_a_basis_alone(records_connection: Connection) -> None:
    record(records_connection, replace(ONE, privacy="identified", recipient=None, environment=Environment.DEVELOPMENT))
    assert records_connection.execute("SELECT count(*) FROM disclosures").fetchone() == (1,)


def test_the_key_of_a_record_is_one_that_there_is(records_connection: Connection) -> None:
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        record(records_connection, replace(ONE, key_id=uuid.uuid4()))


@pytest.mark.parametrize(
    ("destination", "told"),
    [
        ("/data/out", "/data/out"),
        ("C:\\out?x=@y", "C:\\out?x=@y"),
        ("s3://bucket/out?endpoint=x&key=y", "s3://bucket/out"),
        ("https://ada:secret@host.example:8443/x#y", "https://host.example:8443/x"),
    ],
)
def test_a_destination_is_told_without_secrets(destination: str, told: str) -> None:
    assert without_secrets(destination) == told
