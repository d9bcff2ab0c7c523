"""lineItems.csv, with categories.csv: what is graded in each class."""

import datetime
from collections.abc import Iterable, Sequence
from functools import partial

from toolbox_cli.lms.sources.oneroster import words
from toolbox_cli.lms.sources.oneroster.csv.readers.lookups import Lookup
from toolbox_cli.lms.sources.oneroster.csv.readers.reading import Field, Read, Statuses, check_needed
from toolbox_cli.lms.sources.oneroster.csv.tables.columns import LINE_ITEMS
from toolbox_cli.lms.sources.oneroster.csv.tables.faults import of_row
from toolbox_cli.lms.sources.oneroster.csv.tables.meanings import Meanings
from toolbox_cli.lms.sources.oneroster.csv.tables.table import Batch
from toolbox_cli.lms.sources.records import Assignment, Fault


class Assignments:
    """Reads line items.

    Args:
        delta: each row needs a status.
        categories: what they may be of.
        zone: of moments that have none; a date alone is due at its end there.
    """

    layout = LINE_ITEMS

    def __init__(self, *, delta: bool, categories: Lookup[str], zone: datetime.tzinfo) -> None:
        self._statuses = Statuses(needed=delta)
        self._categories = categories
        self._opens = Field("assignDate", Meanings(partial(words.moment, zone=zone)))
        self._due = Field("dueDate", Meanings(partial(words.moment, zone=zone, end_of_day=True)))
        self._points = Field("resultValueMax", Meanings(words.number))

    def read(self, batch: Batch) -> Read:
        ids, status, _, _, assigned, due, courses, _, points = batch.columns
        dropped = check_needed(batch, {"sourcedId": ids, "classSourcedId": courses}, ids)
        statuses, unsaid = self._statuses.of(batch, status, ids)
        dropped |= unsaid
        self._tell_zones(batch, {"assignDate": assigned, "dueDate": due}, ids)
        read = (
            self._opens.of(batch, assigned, ids),
            self._due.of(batch, due, ids),
            self._points.of(batch, points, ids),
        )
        records = tuple(
            Assignment(
                id=row[0],
                course_id=row[6],
                title=row[2] or row[0],
                description=row[3] or None,
                kind=self._categories.entries.get(row[7]) or None,
                points=most if most is None or most >= 0 else None,
                due_at=end,
                opens_at=begin,
                removed=state in {words.Status.REMOVED, words.Status.INACTIVE},
                raw={name: value for name, value in zip(LINE_ITEMS.columns, row, strict=True) if value},
            )
            for index, (row, state, begin, end, most) in enumerate(
                zip(zip(*batch.columns, strict=True), statuses, *read, strict=True)
            )
            if index not in dropped
        )
        return Read(records, tuple(batch.faults), batch.lost)

    def summary(self) -> Iterable[Fault]:
        return ()

    def _tell_zones(self, batch: Batch, named: dict[str, Sequence[str]], ids: Sequence[str]) -> None:
        for name, column in named.items():
            for index, word in enumerate(column):
                if word and not words.has_zone(word):
                    message = f"{name} has no time zone; the integration's is taken."
                    batch.faults.append(
                        of_row("no-zone", batch.file, batch.line(index), ids[index] or None, message, field=name)
                    )
