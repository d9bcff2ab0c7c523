"""Line items: what is graded in each class."""

import datetime
from collections.abc import Iterator

from toolbox_cli.lms.sources.oneroster.rest.readers.lookups import Lookup, absent
from toolbox_cli.lms.sources.oneroster.rest.readers.rows import Row
from toolbox_cli.lms.sources.records import Assignment, Fault, Kind


class Assignments:
    """Reads line items.

    Args:
        categories: what they may be of.
        zone: of moments that have none; a date alone is due at its end there.
    """

    def __init__(self, categories: Lookup[str], zone: datetime.tzinfo) -> None:
        self._categories, self._zone = categories, zone

    def read(self, row: Row) -> Assignment | None:
        course = row.ref("class")
        if course is None:
            row.lose("There is no class, so that it can't be told what this row is about.", "class")
        if row.id is None or course is None:
            return None
        points = row.number("resultValueMax")
        return Assignment(
            id=row.id,
            course_id=course,
            title=row.text("title") or row.id,
            description=row.text("description"),
            kind=self._categories.find(row, "category", row.ref("category")),
            points=points if points is None or points >= 0 else None,
            due_at=row.instant("dueDate", self._zone, end_of_day=True),
            opens_at=row.instant("assignDate", self._zone),
            removed=row.gone,
            raw=row.raw,
        )

    def summary(self) -> Iterator[Fault]:
        yield from self._categories.faults
        yield from absent(self._categories, Kind.ASSIGNMENT, "line items")
