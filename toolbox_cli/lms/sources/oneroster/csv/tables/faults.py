"""What is wrong with files and rows; values of theirs show only where they are words of the standard's kind."""

import re
from typing import Final

from toolbox_cli.core.findings import Severity
from toolbox_cli.lms.sources.records import Fault, Kind

_HARMLESS: Final = re.compile(r"[\w:./+ -]{1,40}")
FILE_KINDS: Final = {
    "classes": Kind.COURSE,
    "courses": Kind.COURSE,
    "academicSessions": Kind.COURSE,
    "orgs": Kind.COURSE,
    "users": Kind.USER,
    "roles": Kind.USER,
    "enrollments": Kind.ENROLLMENT,
    "lineItems": Kind.ASSIGNMENT,
    "categories": Kind.ASSIGNMENT,
}
"""What each file is read for."""


class UnreadableFileError(Exception):
    """A file can't be read, or not further; carries the fault."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.message)
        self.fault = fault


def of_file(  # noqa: PLR0913  a fault has as many parts
    code: str,
    file: str,
    message: str,
    *,
    line: int | None = None,
    field: str | None = None,
    remedy: str | None = None,
    severity: Severity = Severity.ERROR,
) -> Fault:
    """Say what is wrong with a file, or a line whose record isn't known."""
    name = f"{file}.csv"
    place = name if line is None else f"{name}:{line}"
    kind = FILE_KINDS.get(file, Kind.COURSE)
    return Fault(f"lms-{code}", f"{name} {message}", kind, field=field, place=place, remedy=remedy, severity=severity)


def of_row(  # noqa: PLR0913  a fault has as many parts
    code: str,
    file: str,
    line: int,
    record: str | None,
    message: str,
    *,
    field: str | None = None,
    remedy: str | None = None,
    severity: Severity = Severity.WARNING,
) -> Fault:
    """Say what is wrong with one record."""
    return Fault(f"lms-{code}", message, FILE_KINDS[file], record, field, f"{file}.csv:{line}", remedy, severity)


def told(value: str) -> str:
    """Quote a value that may be told; anything longer or odder may be something else in the wrong column."""
    return f"`{value}`" if _HARMLESS.fullmatch(value) else "the value"
