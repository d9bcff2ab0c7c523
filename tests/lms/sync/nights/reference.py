"""What a database is to hold of a roster, said without a database."""

import datetime
from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Any

from tests.lms.made import Roster
from toolbox_cli.lms.sources.records import Enrollment, Standing

KINDS = ("courses", "users", "enrollments")
BEST_FIRST = ("active", "future", "inactive", "ended")


def standing_of(one: Enrollment, today: datetime.date) -> str:
    """Say how an enrollment stands on a day."""
    if one.begins_on is not None and one.begins_on > today:
        return Standing.FUTURE.value
    if one.ends_on is not None and one.ends_on < today:
        return Standing.ENDED.value
    return Standing.ACTIVE.value


def enrolled(roster: Roster, today: datetime.date, merged: Mapping[str, str] | None = None) -> dict[Any, str]:
    """Give who is in which course as what, and how that stands; those merged as who they are merged into."""
    found: dict[Any, str] = {}
    for one in roster.enrollments:
        key = one.course_id, (merged or {}).get(one.user_id, one.user_id), one.role.value
        found[key] = min(found.get(key, "ended"), standing_of(one, today), key=BEST_FIRST.index)
    return found


def kept(roster: Roster) -> Roster:
    """Leave enrollments out that refer to nobody or nothing."""
    courses, users = {one.id for one in roster.courses}, {one.id for one in roster.users}
    lasting = tuple(one for one in roster.enrollments if one.course_id in courses and one.user_id in users)
    return roster.but(enrollments=lasting)


def changes(seen: Iterable[Roster], now: Roster) -> Roster:
    """Give what a system tells that knows what changed since all of these: new records, and what is gone."""
    return Roster(**{kind: _changed([getattr(one, kind) for one in seen], getattr(now, kind)) for kind in KINDS})


def _changed(seen: list[Any], now: tuple[Any, ...]) -> tuple[Any, ...]:
    before = {one.id: one for one in chain(*seen)}
    alike = {one.id for one in now if all(one in each for each in seen)}
    present = {one.id for one in now}
    gone = (one._replace(removed=True) for key, one in before.items() if key not in present)
    return *(one for one in now if one.id not in alike), *gone
