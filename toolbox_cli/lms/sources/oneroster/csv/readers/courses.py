"""classes.csv, with what courses.csv, academicSessions.csv and orgs.csv add."""

from collections import Counter
from collections.abc import Iterable
from typing import Any, NamedTuple, TypeVar

from toolbox_cli.lms.sources.oneroster import words
from toolbox_cli.lms.sources.oneroster.csv.readers.lookups import CatalogueCourse, Lookup, Session, absent
from toolbox_cli.lms.sources.oneroster.csv.readers.reading import Read, Statuses, check_needed
from toolbox_cli.lms.sources.oneroster.csv.tables.columns import CLASSES
from toolbox_cli.lms.sources.oneroster.csv.tables.faults import of_row
from toolbox_cli.lms.sources.oneroster.csv.tables.table import Batch
from toolbox_cli.lms.sources.records import Course, Fault

T = TypeVar("T")


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
        self._around = around
        self._absent: Counter[str] = Counter()

    def read(self, batch: Batch) -> Read:
        ids, status = batch.columns[:2]
        dropped = check_needed(batch, {"sourcedId": ids}, ids)
        statuses, unsaid = self._statuses.of(batch, status, ids)
        dropped |= unsaid
        rows = zip(*batch.columns, strict=True)
        records = [
            self._course(batch, index, dict(zip(CLASSES.columns, row, strict=True)), state)
            for index, (row, state) in enumerate(zip(rows, statuses, strict=True))
            if index not in dropped
        ]
        return Read(tuple(records), tuple(batch.faults), batch.lost)

    def summary(self) -> Iterable[Fault]:
        for file, count in self._absent.items():
            yield absent(file, "classes", count)

    def _course(self, batch: Batch, index: int, row: dict[str, str], status: words.Status | None) -> Course:
        def find(file: str, lookup: Lookup[T], field: str, key: str) -> T | None:
            return self._find(batch, index, row["sourcedId"], (file, lookup, field, key))

        around = self._around
        course = find("courses", around.catalogue, "courseSourcedId", row["courseSourcedId"])
        terms = words.several(row["termSourcedIds"]) or words.several((course and course.year) or "")
        sessions = [find("academicSessions", around.sessions, "termSourcedIds", term) for term in terms]
        held = [session for session in sessions if session is not None]
        school = find("orgs", around.schools, "schoolSourcedId", row["schoolSourcedId"])
        subjects = words.several(row["subjects"] or (course and course.subjects) or "")
        return Course(
            id=row["sourcedId"],
            title=row["title"] or row["classCode"] or (course and course.title) or row["sourcedId"],
            subject=", ".join(subjects) or None,
            grade=words.grades(words.several(row["grades"] or (course and course.grades) or "")),
            starts_on=min((one.starts_on for one in held if one.starts_on), default=None),
            ends_on=max((one.ends_on for one in held if one.ends_on), default=None),
            school=school or None,
            term=", ".join(dict.fromkeys(one.title for one in held if one.title)) or None,
            removed=status in {words.Status.REMOVED, words.Status.INACTIVE},
            raw=_raw(row, course),
        )

    def _find(self, batch: Batch, index: int, record: str, sought: tuple[str, Lookup[T], str, str]) -> T | None:
        file, lookup, field, key = sought
        if not key:
            return None
        if not lookup.there:
            self._absent[file] += 1
            return None
        if key not in lookup.entries:
            message = f"{field} names something that {file}.csv does not have."
            batch.faults.append(of_row("reference", batch.file, batch.line(index), record, message, field=field))
        return lookup.entries.get(key)


def _raw(row: dict[str, str], course: CatalogueCourse | None) -> dict[str, Any]:
    kept: dict[str, Any] = {name: value for name, value in row.items() if value}
    if course is not None:
        kept["course"] = {name: value for name, value in course._asdict().items() if value}
    return kept
