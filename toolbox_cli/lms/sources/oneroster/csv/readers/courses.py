"""classes.csv, with what courses.csv, academicSessions.csv and orgs.csv add."""

import datetime
from collections import Counter
from collections.abc import Iterable
from operator import itemgetter
from typing import Any, Final, NamedTuple, TypeVar

from toolbox_cli.lms.sources.oneroster import words
from toolbox_cli.lms.sources.oneroster.csv.readers.lookups import CatalogueCourse, Lookup, Session, absent
from toolbox_cli.lms.sources.oneroster.csv.readers.reading import Read, Statuses, check_needed
from toolbox_cli.lms.sources.oneroster.csv.tables.columns import CLASSES
from toolbox_cli.lms.sources.oneroster.csv.tables.faults import of_row
from toolbox_cli.lms.sources.oneroster.csv.tables.table import Batch
from toolbox_cli.lms.sources.records import Course, Fault

T = TypeVar("T")

_GONE: Final = frozenset({words.Status.REMOVED, words.Status.INACTIVE})
_KEPT: Final = 20_000
"""What is remembered at most."""
_REFERS: Final = itemgetter(
    *map(CLASSES.columns.index, ("grades", "courseSourcedId", "schoolSourcedId", "termSourcedIds", "subjects"))
)
"""Takes what a class refers to, and what else is said of it in many of them."""


class Around(NamedTuple):
    """What classes refer to."""

    schools: Lookup[str]
    sessions: Lookup[Session]
    catalogue: Lookup[CatalogueCourse]


class Courses:
    """Reads classes.

    Args:
        delta: each row needs a status.
        around: what they refer to.
    """

    layout = CLASSES

    def __init__(self, *, delta: bool, around: Around) -> None:
        self._statuses = Statuses(needed=delta)
        self._meant = _Meanings(around)
        self._absent: Counter[str] = Counter()

    def read(self, batch: Batch) -> Read:
        ids, status = batch.columns[:2]
        dropped = check_needed(batch, {"sourcedId": ids}, ids)
        statuses, unsaid = self._statuses.of(batch, status, ids)
        dropped |= unsaid
        rows = zip(*batch.columns, strict=True)
        records = [
            self._course(batch, index, row, state in _GONE)
            for index, (row, state) in enumerate(zip(rows, statuses, strict=True))
            if index not in dropped
        ]
        return Read(tuple(records), tuple(batch.faults), batch.lost)

    def summary(self) -> Iterable[Fault]:
        for file, count in self._absent.items():
            yield absent(file, "classes", count)

    def _course(self, batch: Batch, index: int, row: tuple[str, ...], removed: bool) -> Course:  # noqa: FBT001
        key, title, code = row[0], row[2], row[5]
        meant = self._meant[_REFERS(row)]
        for file, field in meant.missing:
            self._tell(batch, index, key, file, field)
        return Course(
            id=key,
            title=title or code or meant.title or key,
            subject=meant.subject,
            grade=meant.grade,
            starts_on=meant.starts_on,
            ends_on=meant.ends_on,
            school=meant.school,
            term=meant.term,
            removed=removed,
            raw=_raw(row, meant.catalogue),
            unsaid=meant.unsaid if title or code or meant.title or meant.catalogued else ("title", *meant.unsaid),
        )

    def _tell(self, batch: Batch, index: int, record: str, file: str, field: str | None) -> None:
        """Say that something is not there; once for all where it could not be looked up."""
        if field is None:
            self._absent[file] += 1
            return
        message = f"{field} names something that {file}.csv does not have."
        batch.faults.append(of_row("reference", batch.file, batch.line(index), record, message, field=field))


class _Meant(NamedTuple):
    """What classes are by what they refer to.

    Attributes:
        title: of those that have none.
        catalogue: what the catalogue of courses says, without what is empty.
        catalogued: the catalogue says what it is of, or nothing names it there.
        missing: files that don't have it, with the field that names it; no field where the file isn't there.
        unsaid: what can't be told because of that.
    """

    title: str | None
    subject: str | None
    grade: str | None
    starts_on: datetime.date | None
    ends_on: datetime.date | None
    school: str | None
    term: str | None
    catalogue: dict[str, str] | None
    catalogued: bool
    missing: tuple[tuple[str, str | None], ...]
    unsaid: tuple[str, ...]


class _Meanings(dict[tuple[str, ...], _Meant]):
    """Works out what classes refer to, once for all that refer to the same.

    Args:
        around: where it is looked up.
    """

    def __init__(self, around: Around) -> None:
        super().__init__()
        self._around = around

    def __missing__(self, key: tuple[str, ...]) -> _Meant:
        levels, course_key, school_key, term_keys, said = key
        missing: list[tuple[str, str | None]] = []
        course = _found(self._around.catalogue, course_key, ("courses", "courseSourcedId"), missing)
        terms = words.several(term_keys) or words.several((course and course.year) or "")
        place = "academicSessions", "termSourcedIds"
        sessions = [_found(self._around.sessions, term, place, missing) for term in terms]
        held = [session for session in sessions if session is not None]
        school = _found(self._around.schools, school_key, ("orgs", "schoolSourcedId"), missing)
        subjects = words.several(said or (course and course.subjects) or "")
        catalogued = not self._around.catalogue.is_silent_of(course_key) if course_key else True
        unsaid = {
            "subject": not said and not catalogued,
            "grade": not levels and not catalogued,
            "school": bool(school_key) and self._around.schools.is_silent_of(school_key),
            "term": any(map(self._around.sessions.is_silent_of, terms)) or not terms and not catalogued,
        }
        unsaid["starts_on"] = unsaid["ends_on"] = unsaid["term"]
        if len(self) >= _KEPT:
            self.clear()
        meant = self[key] = _Meant(
            title=course and course.title,
            subject=", ".join(subjects) or None,
            grade=words.levels(levels or (course and course.grades) or ""),
            starts_on=min((one.starts_on for one in held if one.starts_on), default=None),
            ends_on=max((one.ends_on for one in held if one.ends_on), default=None),
            school=school or None,
            term=", ".join(dict.fromkeys(one.title for one in held if one.title)) or None,
            catalogue={name: value for name, value in course._asdict().items() if value} if course else None,
            catalogued=catalogued,
            missing=tuple(missing),
            unsaid=tuple(name for name, so in unsaid.items() if so),
        )
        return meant


def _found(
    lookup: Lookup[T], key: str, place: tuple[str, str], missing: list[tuple[str, str | None]]
) -> T | None:  # fmt: skip
    """Look something up; note where it is missing."""
    if key and lookup.is_silent_of(key):
        missing.append((place[0], None))
        return None
    if key and key not in lookup.entries:
        missing.append(place)
    return lookup.entries.get(key) if key else None


def _raw(row: tuple[str, ...], catalogue: dict[str, str] | None) -> dict[str, Any]:
    kept: dict[str, Any] = {name: value for name, value in zip(CLASSES.columns, row, strict=True) if value}
    if catalogue is not None:
        kept["course"] = catalogue
    return kept
