"""Look a database over: every check, each on its own, with nothing changed and nothing waited for long."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final, TypeVar

import psycopg

from toolbox_cli.core.database.connect import connect
from toolbox_cli.core.database.target import Target
from toolbox_cli.core.errors import RefusedError, UnreachableError
from toolbox_cli.core.findings import Finding, Severity
from toolbox_cli.db.doctor import performance as speed
from toolbox_cli.db.doctor.check import Check, Examination, Limits, NotKnownError, Subject
from toolbox_cli.db.doctor.checks import CHECKS

Answer = TypeVar("Answer")

PURPOSE: Final = "toolbox db doctor"
_GRAVEST_FIRST: Final = (Severity.ERROR, Severity.WARNING, Severity.NOTE)
_NO_ANSWER: Final = (
    psycopg.errors.InsufficientPrivilege,
    psycopg.errors.QueryCanceled,
    psycopg.errors.LockNotAvailable,
)
BEGIN: Final = """
BEGIN READ ONLY;
SET LOCAL client_encoding = 'UTF8';
SET LOCAL statement_timeout = '20s';
SET LOCAL lock_timeout = '1s'"""


def examine(
    target: Target, *, performance: bool = False, production: bool = False, limits: Limits | None = None
) -> Examination:
    """Make all checks on a database; that it can't be reached is a finding, not an error.

    Args:
        target: which database.
        performance: look at speed as well.
        production: whether what only risks data counts as an error.
        limits: where a check begins to find fault.

    Returns:
        The findings, the gravest first.
    """
    try:
        connection = connect(target, purpose=PURPOSE)
    except (UnreachableError, RefusedError) as error:
        code = "unreachable" if isinstance(error, UnreachableError) else "refused"
        found = Finding(code, Severity.ERROR, target.label, found=error.message, remedy=error.remedy)
        return Examination(target, (found,), reached=not isinstance(error, UnreachableError))
    with connection:
        subject = Subject(target, connection, production, limits or Limits())
        looked = _look(subject, (*CHECKS, *speed.CHECKS) if performance else CHECKS)
        return replace(looked, figures=_bounded(subject, speed.figures)) if performance else looked


def _look(subject: Subject, checks: Sequence[Check]) -> Examination:
    findings: list[Finding] = []
    unknown: dict[str, str] = {}
    for check in checks:
        try:
            findings += check.made(subject) if check.outside else _bounded(subject, check.made)
        except NotKnownError as reason:
            unknown[check.code] = str(reason)
        except _NO_ANSWER as error:
            unknown[check.code] = str(error.diag.message_primary)
    findings.sort(key=lambda finding: _GRAVEST_FIRST.index(finding.severity))
    return Examination(subject.target, tuple(findings), unknown)


def _bounded(subject: Subject, ask: Callable[[Subject], Answer]) -> Answer:
    """Ask in a transaction that writes nothing and waits for nobody long."""
    subject.connection.execute(BEGIN)
    try:
        return ask(subject)
    finally:
        subject.connection.rollback()
