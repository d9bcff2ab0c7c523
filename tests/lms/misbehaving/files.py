"""A district's OneRoster 1.1 files, all of them bulk."""

import datetime
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from tests.lms.doubles.roster import Roster
from tests.lms.sources.oneroster.csv.conftest import manifest, rows

Rows = Iterator[Mapping[str, str]]


class Files:
    """Writes the roster.

    Attributes:
        changes: what becomes of a file before it is delivered.
        page_rows: means nothing here.
    """

    def __init__(self, roster: Roster) -> None:
        self.roster, self.page_rows = roster, 0
        self.changes: dict[str, Callable[[bytes], bytes]] = {}

    def write(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        tables = {
            "orgs": self._orgs(), "academicSessions": self._sessions(), "classes": self._classes(),
            "users": self._users(), "enrollments": self._enrollments(), "lineItems": self._line_items(),
        }  # fmt: skip
        for name, given in tables.items():
            data = rows(name, *given).encode()
            (folder / f"{name}.csv").write_bytes(self.changes.get(name, bytes)(data))
        (folder / "manifest.csv").write_text(manifest(dict.fromkeys(tables, "bulk")))

    def _orgs(self) -> Rows:
        for school in self.roster.schools.values():
            yield {"sourcedId": school.id, "name": school.name, "type": "school"}

    def _sessions(self) -> Rows:
        for term in self.roster.terms.values():
            days = {"startDate": str(term.starts_on), "endDate": str(term.ends_on)}
            yield {"sourcedId": term.id, "title": term.name, "type": "term", **days, "schoolYear": "2026"}

    def _classes(self) -> Rows:
        for course in self.roster.courses.values():
            around = {"schoolSourcedId": course.school_id, "termSourcedIds": course.term_id}
            yield {"sourcedId": course.id, "title": course.title, "classType": "scheduled", **around}

    def _users(self) -> Rows:
        for person in self.roster.people.values():
            named = {"givenName": person.given_name, "familyName": person.family_name}
            given = {"username": person.username, "email": person.email, "identifier": person.sis_id}
            yield {
                "sourcedId": person.id, "enabledUser": str(person.enabled).lower(), "orgSourcedIds": "1",
                "role": person.role, **named, **{name: value or "" for name, value in given.items()},
            }  # fmt: skip

    def _enrollments(self) -> Rows:
        for row in self.roster.enrollments.values():
            of = {"classSourcedId": row.course_id, "schoolSourcedId": "1", "userSourcedId": row.person_id}
            yield {"sourcedId": row.id, **of, "role": row.role, "primary": "false"}

    def _line_items(self) -> Rows:
        for row in self.roster.assignments.values():
            due = row.due_at.astimezone(datetime.UTC).isoformat() if row.due_at else ""
            most = {"resultValueMin": "0", "resultValueMax": str(row.points)}
            yield {"sourcedId": row.id, "title": row.title, "dueDate": due, "classSourcedId": row.course_id, **most}
