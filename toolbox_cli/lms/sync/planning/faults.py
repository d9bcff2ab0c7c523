"""What can be wrong with records that were read: each is an issue, and most keep the record out."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import psycopg
from psycopg import sql

from toolbox_cli.core.findings import Severity
from toolbox_cli.lms.settings.definitions import SAY_ROLE


class _Said(NamedTuple):
    """How an issue is told.

    Attributes:
        message: with `%s` for what it is about.
        kept_out: whether the record is not used because of it.
    """

    severity: Severity
    field: str | None
    message: str
    remedy: str | None
    kept_out: bool


def _out(field: str | None, message: str, remedy: str | None = None) -> _Said:
    return _Said(
        Severity.WARNING, field, f"{message}; the record is left out, and what we hold of it stays.", remedy, True
    )


def _less(field: str | None, message: str) -> _Said:
    return _Said(Severity.WARNING, field, message, None, False)


def _note(field: str | None, message: str, remedy: str | None = None) -> _Said:
    return _Said(Severity.NOTE, field, message, remedy, False)


_BY_HAND: Final = "Look at both in the system that is read."
SAID: Final[Mapping[str, _Said]] = {
    "lms-id-too-long": _out("id", "The key is longer than we can keep: %s"),
    "lms-duplicate-id": _out("id", "There are several different records of the key %s", _BY_HAND),
    "lms-unknown-role": _out("role", "The role %s is not known", SAY_ROLE),
    "lms-id-reused": _out(
        "sis_id", "The key now belongs to another person: %s",
        "Give toolbox lms identities --unlink and the key if it is, or --link with the person's account if it is not.",
    ),
    "lms-unknown-course": _out("course_id", "The course %s was not read, and we don't have it"),
    "lms-unknown-user": _out("user_id", "The person %s was not read, and we don't have them"),
    "lms-user-held": _out("user_id", "The key of the person, %s, now belongs to another one"),
    "lms-ends-before-start": _out("ends_on", "It ends before it begins: %s"),
    "lms-dates": _less("ends_on", "It ends before it begins: %s. Both dates are left out."),
    "lms-points": _less("points", "%s are no points that a gradebook can have; they are left out."),
    "lms-grade": _note("grade", "%s is not one of the grades 1 to 12: none is kept."),
    "lms-email": _note("email", "%s is no e-mail address: none is kept."),
    "lms-email-taken": _note("email", "The address is somebody else's here, or shared: the account does not get it."),
    "lms-too-long": _note("title", "%s is cut to what we can keep."),
    "lms-admin-kept": _note(None, "The person is an administrator here, and is not removed: %s."),
    "lms-merged": _note("sis_id", "This is now the account %s: the same person by the SIS's key."),
    "lms-account-off": _note("enabled", "It is on again there, and was closed here by somebody: it stays closed."),
    "lms-repeated": _note(None, "%s records came more than once, the same each time."),
    "lms-admin-enrollment": _note("role", "%s enrollments are of administrators, who are in no course here."),
}  # fmt: skip
"""By code."""

_TABLE: Final = """
CREATE TEMPORARY TABLE IF NOT EXISTS said (
    code text PRIMARY KEY, severity text, field text, message text, remedy text, kept_out boolean
) ON COMMIT DROP"""
"""How issues are told, where set statements can read it."""

_TELL: Final = """
INSERT INTO stage_issues (code, severity, kind, external_id, field, message, remedy)
SELECT f.code, s.severity, {kind}, f.external_id, s.field, replace(s.message, '%s', coalesce(f.about, '?')), s.remedy
FROM ({found}) AS f (code, external_id, about) JOIN said AS s USING (code)
ORDER BY f.code, f.external_id"""
"""Issues of what a query found: code, key and what it is about."""


def prepare(connection: psycopg.Connection[Any]) -> None:
    """Make `said` for the rest of the transaction."""
    connection.execute(_TABLE)
    with connection.cursor() as cursor, cursor.copy("COPY said FROM STDIN") as copy:
        for code, said in SAID.items():
            copy.write_row((code, said.severity.value, said.field, said.message, said.remedy, said.kept_out))


def tell(connection: psycopg.Connection[Any], kind: str | None, found: str) -> None:
    """Write issues down.

    Args:
        connection: in the transaction.
        kind: of the records.
        found: a query that gives code, key and what it is about.
    """
    query = sql.SQL(_TELL).format(kind=sql.Literal(kind), found=sql.SQL(found))
    connection.execute(query)
