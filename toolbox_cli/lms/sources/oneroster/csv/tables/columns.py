"""Which columns of which file are read, and where they stand in a file whose header people have had their hands on.

Columns that are not named here are never taken: passwords stand in some.
"""

import difflib
import re
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from toolbox_cli.core.findings import Severity
from toolbox_cli.lms.sources.oneroster.csv.tables.faults import UnreadableFileError, of_file
from toolbox_cli.lms.sources.records import Fault

_ALIKE: Final = 0.86
"""How much a header must be like a column's name to be a slip of it, such as `sourceId`."""
_COMMON: Final = ("sourcedId", "status")


class Layout(NamedTuple):
    """What is read of one file.

    Attributes:
        columns: in the order in which rows are given; the first is the record's own id.
        words: columns of words, dates and numbers, which those who read them trim themselves.
        needed: without these the file can't be read at all.
        optional: may be missing without a word: of one version alone, or seldom sent.
    """

    file: str
    columns: tuple[str, ...]
    needed: tuple[str, ...]
    optional: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()


CLASSES: Final = Layout(
    "classes",
    (*_COMMON, "title", "grades", "courseSourcedId", "classCode", "classType", "location", "schoolSourcedId",
     "termSourcedIds", "subjects", "subjectCodes", "periods"),
    ("sourcedId", "title"),
    frozenset({"subjectCodes", "periods", "location"}),
)  # fmt: skip
COURSES: Final = Layout(
    "courses",
    ("sourcedId", "status", "title", "courseCode", "grades", "subjects", "schoolYearSourcedId"),
    ("sourcedId",),
)
SESSIONS: Final = Layout("academicSessions", ("sourcedId", "status", "title", "startDate", "endDate"), ("sourcedId",))
ORGS: Final = Layout("orgs", ("sourcedId", "status", "name"), ("sourcedId",))
CATEGORIES: Final = Layout("categories", ("sourcedId", "status", "title"), ("sourcedId",))
USERS: Final = Layout(
    "users",
    (*_COMMON, "enabledUser", "role", "username", "givenName", "familyName", "identifier", "userMasterIdentifier",
     "email", "grades"),
    ("sourcedId",),
    frozenset({"role", "userMasterIdentifier"}),
)  # fmt: skip
ROLES: Final = Layout(
    "roles",
    ("sourcedId", "status", "userSourcedId", "roleType", "role", "beginDate", "endDate"),
    ("userSourcedId", "role"),
)
ENROLLMENTS: Final = Layout(
    "enrollments",
    (*_COMMON, "classSourcedId", "userSourcedId", "role", "primary", "beginDate", "endDate"),
    ("classSourcedId", "userSourcedId", "role"),
    words=frozenset({"status", "role", "primary", "beginDate", "endDate"}),
)
LINE_ITEMS: Final = Layout(
    "lineItems",
    (*_COMMON, "title", "description", "assignDate", "dueDate", "classSourcedId", "categorySourcedId",
     "resultValueMax"),
    ("sourcedId", "title", "classSourcedId"),
)  # fmt: skip

_OTHERS: Final = (
    "dateLastModified", "parentSourcedId", "schoolYear", "type", "identifier", "name", "orgSourcedId", "orgSourcedIds",
    "userIds", "middleName", "sms", "phone", "agentSourcedIds", "password", "preferredGivenName", "preferredMiddleName",
    "preferredFamilyName", "primaryOrgSourcedId", "pronouns", "userProfileSourcedId", "schoolSourcedId",
    "gradingPeriodSourcedId", "academicSessionSourcedId", "resultValueMin", "courseCode", "subjectCodes",
)  # fmt: skip
"""Columns of the standard that are not read: they are no slips of those that are."""


class Header(NamedTuple):
    """Where each column of a layout stands; None where it doesn't."""

    width: int
    positions: tuple[int | None, ...]
    faults: tuple[Fault, ...]


def read_header(layout: Layout, fields: Sequence[str], *, needed: tuple[str, ...] = ()) -> Header:
    """Find the columns, whatever their case and with slips of a letter or two.

    Args:
        layout: what is read of the file.
        fields: of the file's first line.
        needed: further columns that this file must have.

    Raises:
        UnreadableFileError: one that is needed is missing, or one that is read stands there twice.
    """
    written = [_plain(field) for field in fields]
    faults: list[Fault] = []
    found: dict[str, int] = {}
    for column in layout.columns:
        places = [place for place, name in enumerate(written) if name == _plain(column)]
        if len(places) > 1:
            raise UnreadableFileError(of_file("column-twice", layout.file, f"has the column {column} twice.", line=1))
        if places:
            found[column] = places[0]
    for column, place in _slips(layout, written, found).items():
        found[column] = place
        message = f"has a column `{fields[place].strip()[:60]}`, which is read as {column}."
        faults.append(of_file("header", layout.file, message, line=1, field=column, severity=Severity.WARNING))
    faults += _missing(layout, found, (*layout.needed, *needed))
    return Header(len(fields), tuple(found.get(column) for column in layout.columns), tuple(faults))


def _plain(field: str) -> str:
    return re.sub(r"[\s_.\-]+", "", field).casefold()


def _slips(layout: Layout, written: Sequence[str], found: Mapping[str, int]) -> dict[str, int]:
    known = {_plain(column) for column in (*layout.columns, *_OTHERS)}
    free = {name: place for place, name in enumerate(written) if name not in known and "password" not in name}
    slips: dict[str, int] = {}
    for column in layout.columns:
        if column not in found:
            for name in difflib.get_close_matches(_plain(column), free, n=1, cutoff=_ALIKE):
                slips[column] = free.pop(name)
    return slips


def _missing(layout: Layout, found: Mapping[str, int], needed: Sequence[str]) -> list[Fault]:
    missing = [column for column in layout.columns if column not in found and column not in layout.optional]
    missing += [column for column in needed if column in layout.optional and column not in found]
    lacking = [column for column in missing if column in needed]
    if lacking:
        message = f"has no column {', '.join(lacking)}; without it no row can be read."
        raise UnreadableFileError(
            of_file("column-missing", layout.file, message, line=1, field=lacking[0], remedy="Correct the first line.")
        )
    return [
        of_file(
            "column-missing",
            layout.file,
            f"has no column {column}: it is read as empty everywhere.",
            line=1,
            field=column,
            severity=Severity.WARNING,
        )
        for column in missing
    ]
