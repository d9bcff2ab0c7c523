"""Several rows about one person in one course, made one."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from toolbox_cli.core.http.errors import HttpError
from toolbox_cli.core.http.reply import Reply
from toolbox_cli.lms.sources.reading.scopes import Make, Reading
from toolbox_cli.lms.sources.records import Enrollment, Event, Fault, Page, Standing

_ORDER: Final = (Standing.ACTIVE, Standing.FUTURE, None, Standing.INACTIVE, Standing.ENDED)
"""What counts where somebody is in a course several times: the first of these."""


def in_course(reading: Reading, pages: Iterable[tuple[Reply, Sequence[object]]], make: Make) -> Iterator[Event]:
    """Read a course whole before anything is told of it: half of somebody's rows may say the contrary of all."""
    found: list[Enrollment] = []
    faults: list[Fault] = []
    try:
        for reply, rows in pages:
            made, wrong = reading.records(reply, rows, make)
            found += [one for one in made if isinstance(one, Enrollment)]
            faults += wrong
    except HttpError:
        yield Page(reading.scope, (), tuple(faults))
        raise
    yield Page(reading.scope, () if reading.partial else tuple(collapse(found)), tuple(faults))
    yield reading.end()


def collapse(enrollments: Iterable[Enrollment]) -> list[Enrollment]:
    """Give one enrollment for each course, person and role, in the order in which they came first.

    Of several, one that is not removed counts before one that is, then by standing, then by id, so that the order of
    the rows changes nothing. It begins with the first and ends with the last of those that stand as it does; without
    an end if one has none.
    """
    groups: dict[tuple[str, str, str], list[Enrollment]] = {}
    for enrollment in enrollments:
        groups.setdefault((enrollment.course_id, enrollment.user_id, enrollment.role), []).append(enrollment)
    return [rows[0] if len(rows) == 1 else _one(rows) for rows in groups.values()]


def _one(rows: list[Enrollment]) -> Enrollment:
    best = min(rows, key=_rank)
    alike = [row for row in rows if (row.removed, row.standing) == (best.removed, best.standing)]
    begins = [row.begins_on for row in alike if row.begins_on]
    ends = [row.ends_on for row in alike if row.ends_on]
    return best._replace(
        begins_on=min(begins) if len(begins) == len(alike) else None,
        ends_on=max(ends) if len(ends) == len(alike) else None,
        primary=any(row.primary for row in alike),
    )


def _rank(row: Enrollment) -> tuple[bool, int, int, str]:
    identity = row.id or ""
    return row.removed, _ORDER.index(row.standing), len(identity), identity
