"""Classes, with what courses, academicSessions and orgs add."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from toolbox_cli.lms.sources.oneroster import words
from toolbox_cli.lms.sources.oneroster.rest.readers.lookups import CatalogueCourse, Lookup, Session, absent
from toolbox_cli.lms.sources.oneroster.rest.readers.rows import Row
from toolbox_cli.lms.sources.records import Course, Fault, Kind


class Around(NamedTuple):
    """What classes refer to."""

    schools: Lookup[str]
    sessions: Lookup[Session]
    catalogue: Lookup[CatalogueCourse]


class Courses:
    """Reads classes; inactive ones are gone."""

    def __init__(self, around: Around) -> None:
        self._around = around

    def read(self, row: Row) -> Course | None:
        if row.id is None:
            return None
        around = self._around
        course = around.catalogue.find(row, "course", row.ref("course"))
        terms = row.refs("terms") or ([course.year] if course and course.year else [])
        sessions = [found for term in terms if (found := around.sessions.find(row, "terms", term))]
        return Course(
            id=row.id,
            title=row.text("title") or row.text("classCode") or (course and course.title) or row.id,
            subject=", ".join(row.texts("subjects") or (course.subjects if course else [])) or None,
            grade=words.grades(row.texts("grades") or (course.grades if course else [])),
            starts_on=min((one.starts_on for one in sessions if one.starts_on), default=None),
            ends_on=max((one.ends_on for one in sessions if one.ends_on), default=None),
            school=around.schools.find(row, "school", row.ref("school")),
            term=", ".join(dict.fromkeys(one.title for one in sessions if one.title)) or None,
            removed=row.gone,
            raw=row.raw,
            unsaid=tuple(self._unsaid(row, bool(terms))),
        )

    def _unsaid(self, row: Row, has_terms: bool) -> Iterator[str]:
        """Name what can't be told since the server does not have the list that it refers to."""
        around = self._around
        catalogued = around.catalogue.there or row.ref("course") is None
        if not catalogued:
            yield from (name for name in ("subject", "grade") if not row.texts(f"{name}s"))
        if row.ref("school") is not None and not around.schools.there:
            yield "school"
        if not around.sessions.there if has_terms else not catalogued:
            yield from ("term", "starts_on", "ends_on")

    def summary(self) -> Iterator[Fault]:
        lookups: Iterable[Lookup[Any]] = self._around
        for lookup in lookups:
            yield from lookup.faults
            yield from absent(lookup, Kind.COURSE, "classes")
