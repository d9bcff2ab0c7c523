"""A made-up district as OneRoster 1.1 files: the same each time, written row by row.

Groups of 25 sit in the same ten classes, and the first of each group teaches them. From one night to the next one in a
hundred records changes: some leave with their enrollments, as many come, and of others something changes.
"""

import csv
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

GROUP: Final = 25
SCHOOLS: Final = 40
LEAVE, COME, CHANGE = range(3)
"""What happens to somebody on the second night; nothing to all others."""

FILES: Final = ("orgs", "academicSessions", "courses", "classes", "users", "enrollments")
ABSENT: Final = ("categories", "classResources", "courseResources", "demographics", "lineItems", "resources", "results")
GIVEN: Final = ("Ana", "Ben", "Chloé", "David", "Ebba", "Fatima", "Goran", "Hana", "Ivo", "Jörg", "Kim", "Lena", "Mia")
FAMILY: Final = ("Adams", "Berg", "Castillo", "Dvořák", "Evans", "Fischer", "Garcia", "Hansen", "Ito", "Jansen", "Khan")
SUBJECTS: Final = ("Mathematics", "English", "Science", "History", "Art", "Music", "Spanish", "Biology", "Sports", "IT")


@dataclass(frozen=True)
class District:
    """How large one is.

    Attributes:
        users: people at least, of whom one in 25 teaches.
        enrollments: the same number for each of them.
        night: 0 or 1; the second differs in one record of a hundred.
    """

    users: int = 100_000
    enrollments: int = 1_000_000
    night: int = 0

    @property
    def lessons(self) -> int:
        """How many classes everybody is in."""
        return self.enrollments // self.users

    @property
    def groups(self) -> int:
        """How many groups, with those of one night who are not there in the other."""
        return -(-self.users * 400 // 399 // GROUP)

    def write(self, folder: Path) -> Path:
        """Write its files."""
        folder.mkdir(parents=True)
        for name, rows in (*self._small(), ("classes", self._classes()), ("users", self._users()),
                           ("enrollments", self._enrollments())):  # fmt: skip
            with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows(rows)
        return folder

    def _small(self) -> Iterator[tuple[str, Iterable[Sequence[object]]]]:
        modes = [(f"file.{name}", "bulk") for name in FILES] + [(f"file.{name}", "absent") for name in ABSENT]
        yield (
            "manifest",
            [("propertyName", "value"), ("manifest.version", "1.0"), ("oneroster.version", "1.1"), *modes],
        )
        header = ("sourcedId", "status", "dateLastModified", "name", "type", "identifier", "parentSourcedId")
        yield "orgs", [header, *((_school(n), "", "", f"School {n}", "school", n, "") for n in range(SCHOOLS))]
        header = ("sourcedId", "status", "dateLastModified", "title", "type", "startDate", "endDate",
                  "parentSourcedId", "schoolYear")  # fmt: skip
        year = ("year", "", "", "School year 2026-27", "schoolYear", "2026-08-20", "2027-06-11", "", "2027")
        yield "academicSessions", [header, year]
        header = ("sourcedId", "status", "dateLastModified", "schoolYearSourcedId", "title", "courseCode", "grades",
                  "orgSourcedId", "subjects", "subjectCodes")  # fmt: skip
        courses = ((subject, "", "", "year", subject, subject[:3], "", "", subject, "") for subject in SUBJECTS)
        yield "courses", [header, *courses]

    def _classes(self) -> Iterator[Sequence[object]]:
        yield ("sourcedId", "status", "dateLastModified", "title", "grades", "courseSourcedId", "classCode",
               "classType", "location", "schoolSourcedId", "termSourcedIds", "subjects", "subjectCodes",
               "periods")  # fmt: skip
        for group in range(self.groups):
            for lesson in range(self.lessons):
                subject = SUBJECTS[lesson % len(SUBJECTS)]
                yield (
                    _class(group, lesson), "", "", f"{subject} {group}", f"{_grade(group):02}", subject, "",
                    "scheduled", "", _school(group), "year", "", "", lesson,
                )  # fmt: skip

    def _people(self, groups: Iterable[int]) -> Iterator[int]:
        """Give who is there: who leaves until the first night, who comes from the second."""
        away = {LEAVE: 1, COME: 0}
        for group in groups:
            for person in range(group * GROUP, (group + 1) * GROUP):
                if away.get(_fate(person)) != self.night:
                    yield person

    def _users(self) -> Iterator[Sequence[object]]:
        yield ("sourcedId", "status", "dateLastModified", "enabledUser", "orgSourcedIds", "role", "username", "userIds",
               "givenName", "familyName", "middleName", "identifier", "email", "sms", "phone", "agentSourcedIds",
               "grades", "password")  # fmt: skip
        for person in self._people(range(self.groups)):
            group, place = divmod(person, GROUP)
            given, family = GIVEN[person % len(GIVEN)], FAMILY[person // 7 % len(FAMILY)]
            changed = _fate(person) == CHANGE and self.night
            yield (
                _key("user", person), "", "", "true", _school(group), "student" if place else "teacher",
                f"person{person}", "", given, f"{family}-Lund" if changed else family, "", 100_000 + person,
                f"person{person}@district.example", "", "", "", f"{_grade(group):02}" if place else "", "",
            )  # fmt: skip

    def _enrollments(self) -> Iterator[Sequence[object]]:
        yield ("sourcedId", "status", "dateLastModified", "classSourcedId", "schoolSourcedId", "userSourcedId", "role",
               "primary", "beginDate", "endDate")  # fmt: skip
        for group in range(self.groups):
            people = [(person, _key("user", person)) for person in self._people([group])]
            for lesson in range(self.lessons):
                course, school = _class(group, lesson), _school(group)
                for person, user in people:
                    teaches = not person % GROUP
                    ends = "2027-05-28" if self.night and _fate(person) == CHANGE else "2027-06-11"
                    yield (
                        _key("enrollment", person * self.lessons + lesson), "", "", course, school, user,
                        "teacher" if teaches else "student", "true" if teaches else "false", "2026-08-20", ends,
                    )  # fmt: skip


def _fate(person: int) -> int | None:
    """Say what happens to somebody: a quarter of those one in a hundred leaves, a quarter comes, half changes."""
    return {101: LEAVE, 202: COME, 303: CHANGE, 4: CHANGE}.get(person % 400)


def _key(kind: str, number: int) -> str:
    """Give a key of 36 characters, as most systems have them."""
    digits = hashlib.md5(f"{kind} {number}".encode(), usedforsecurity=False).hexdigest()
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def _class(group: int, lesson: int) -> str:
    return _key("class", group * 100 + lesson)


def _school(group: int) -> str:
    return f"school-{group % SCHOOLS}"


def _grade(group: int) -> int:
    return 1 + group % 12
