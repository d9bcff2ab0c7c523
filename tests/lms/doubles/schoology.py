"""A Schoology that serves a roster; a course of the roster is a section, in a catalogue entry of its own.

    double = SchoologyDouble(web, roster)       # key `key`, secret `secret`; the interface below /v1

Built to documentation, not recorded. Pages are below https://developers.schoology.com/api-documentation, and their
text at https://github.com/KTibow/schoology-docs-md:

* OAuth 1.0a with two legs and an empty `oauth_token`, which is still required (/authentication);
* a nonce that comes again is refused with 401 "Duplicate timestamp/nonce", which happens to those who follow the 303
  redirects with the same signature (/authentication);
* since 2025-06-25 personal keys get 401 for other people's data (page API Authentication Update);
* `start` and `limit`, 20 rows by default (page Design & Architecture), and 200 at most whatever is asked
  (https://github.com/schoology-public/schoology_php_sdk/issues/9); `total` is text, `links.next` an address
  (/rest-api-v1/user);
* `users/inactive` is a list of its own (/rest-api-v1/user);
* roles come on one page without a total, those of buildings in a list of their own (/rest-api-v1/role);
* grading periods come with a total (/rest-api-v1/grading-period);
* sections of past grading periods come with `include_past=1` only (/rest-api-v1/course-section);
* in a section `admin` is the only role; `status` 1 active, 2 expired, 3 invite pending, 4 request pending, 5 archived
  (/rest-api-v1/enrollment);
* the limit of assignments counts by type: others first, then finals; due dates have no time zone
  (/rest-api-v1/assignment);
* grade levels begin at 1 for Pre-K (/rest-api-v1/course);
* grades are of enrollments, and each of a bulk answer has its `response_code` (/rest-api-v1/grade).
"""

import base64
import hmac
import re
from decimal import Decimal
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from oauthlib.oauth1.rfc5849.signature import (  # type: ignore[import-untyped]
    base_string_uri,
    collect_parameters,
    normalize_parameters,
    signature_base_string,
)

from tests.lms.doubles.roster import Assignment, Course, Enrollment, Person, Roster
from tests.support.web import Answer, Asked, Web

KEY, SECRET = "key", "schoology-secret"
ROLES: Final = {"student": "101", "teacher": "102", "admin": "103", "parent": "104", "coach": "105"}
TITLES: Final = {"101": "Student", "102": "Teacher", "103": "School Admin", "104": "Parent", "105": "Coach"}
STATUSES: Final = {"active": "1", "ended": "2", "future": "3", "requested": "4", "inactive": "5"}
CATALOGUE: Final = 5000
"""The catalogue entry of section 1 is 5001."""


class SchoologyDouble:
    """Answers below /v1.

    Attributes:
        page_rows: largest page that is given, whatever is asked.
        personal: the key is somebody's own.
        past: sections of grading periods that are over.
        finals: assignments that are.
        totals: whether lists say how many rows they have.
        response_code: of each grade in an answer.
        nonces: those that came.
    """

    def __init__(self, web: Web, roster: Roster) -> None:
        self.web, self.roster = web, roster
        self.page_rows = 200
        self.personal = False
        self.totals = True
        self.past: set[str] = set()
        self.finals: set[str] = set()
        self.response_code = 200
        self.nonces: list[str] = []
        self.scores: dict[tuple[str, str, str], Decimal] = {}
        self.stores = lambda score: score
        self._on("GET", "/v1/roles", self._roles)
        self._on("GET", "/v1/gradingperiods", self._periods)
        self._on("GET", "/v1/users", lambda asked: self._users(asked, enabled=True))
        self._on("GET", "/v1/users/inactive", lambda asked: self._users(asked, enabled=False))
        self._on("GET", "/v1/courses", self._courses)
        self._on("GET", "/v1/courses/{course}/sections", self._sections)
        self._on("GET", "/v1/sections/{section}/enrollments", self._enrollments)
        self._on("GET", "/v1/sections/{section}/assignments", self._assignments)
        self._on("GET", "/v1/sections/{section}/grades", self._grades)
        self._on("PUT", "/v1/sections/{section}/grades", self._grade)

    def _on(self, method: str, path: str, answer: Any) -> None:
        def handle(asked: Asked) -> Answer:
            given = self._refusal(asked) or answer(asked)
            return given if isinstance(given, Answer) else Answer(given)

        self.web.on(method, path, handle)

    def _refusal(self, asked: Asked) -> Answer | None:
        sent = dict(re.findall(r'(oauth_\w+)="([^"]*)"', asked.headers.get("authorization", "")))
        nonce = sent.get("oauth_nonce", "")
        if nonce in self.nonces:
            return Answer("Duplicate timestamp/nonce combination, possible replay attack.", 401)
        self.nonces.append(nonce)
        if sent.get("oauth_token") != "":
            return Answer("oauth_token is missing", 401)
        if unquote(sent.get("oauth_signature", "")) != signature_of(asked, self.web.url):
            return Answer("Invalid signature", 401)
        return Answer("Personal keys may not read others", 401) if self.personal else None

    def _roles(self, asked: Asked) -> Any:
        """Give all on one page, wherever it begins, and no total."""
        rows = [{"id": own, "title": title} for own, title in TITLES.items()]
        return {"role": rows[:-1], "building_role": rows[-1:]}

    def _periods(self, asked: Asked) -> Any:
        rows = [
            {"id": int(term.id), "title": term.name, "start": str(term.starts_on), "end": str(term.ends_on)}
            for term in self.roster.terms.values()
        ]
        return self._paged(asked, "gradingperiods", rows)

    def _users(self, asked: Asked, *, enabled: bool) -> Any:
        rows = [self._person(person) for person in self.roster.people.values() if person.enabled is enabled]
        return self._paged(asked, "user", rows)

    def _courses(self, asked: Asked) -> Any:
        rows = [
            {"id": int(course.id) + CATALOGUE, "title": course.title, "subject_area": 3, "building_id": "344232",
             "grade_level_range_start": int(course.grade or 0) + 2, "grade_level_range_end": 0}
            for course in self.roster.courses.values()
        ]  # fmt: skip
        return self._paged(asked, "course", rows)

    def _sections(self, asked: Asked) -> Any:
        wanted = str(int(asked.parts["course"]) - CATALOGUE)
        hidden = self.past if asked.query.get("include_past") != "1" else set()
        rows = [self._section(self.roster.courses[wanted])] if wanted in self.roster.courses.keys() - hidden else []
        return self._paged(asked, "section", rows)

    def _enrollments(self, asked: Asked) -> Any:
        section = asked.parts["section"]
        if section not in self.roster.courses:
            return Answer("Section not found", 404)
        rows = [self._enrollment(row) for row in self.roster.enrollments.values() if row.course_id == section]
        return self._paged(asked, "enrollment", rows)

    def _assignments(self, asked: Asked) -> Any:
        mine = [row for row in self.roster.assignments.values() if row.course_id == asked.parts["section"]]
        at, size = self._window(asked)
        shown = []
        for final in (False, True):
            shown += [row for row in mine if (row.id in self.finals) is final][at : at + size]
        return {"assignment": [self._assignment(row) for row in shown], "total": str(len(mine))}

    def _grades(self, asked: Asked) -> Any:
        key = (asked.parts["section"], asked.query["assignment_id"], asked.query["enrollment_id"])
        if key not in self.scores:
            return {"grades": {"grade": []}}
        ids = {"enrollment_id": int(key[2]), "assignment_id": int(key[1])}
        return {"grades": {"grade": [{**ids, "grade": float(self.scores[key])}]}}

    def _grade(self, asked: Asked) -> Any:
        told = []
        for item in asked.json()["grades"]["grade"]:
            key = (asked.parts["section"], str(item["assignment_id"]), str(item["enrollment_id"]))
            code = self.response_code if key[2] in self.roster.enrollments else 404
            if code == 200:
                self.scores[key] = self.stores(Decimal(item["grade"]))
            told.append({"response_code": code, "enrollment_id": key[2], "assignment_id": key[1], "message": "No such"})
        return Answer({"grade": told}, 207)

    def _paged(self, asked: Asked, name: str, rows: list[Any]) -> Any:
        at, size = self._window(asked)
        links = {"self": f"{self.web.url}{asked.target}"}
        if at + size < len(rows):
            links["next"] = f"{self.web.url}{asked.path}?start={at + size}&limit={size}"
        total = {"total": str(len(rows))} if self.totals else {}
        return {name: rows[at : at + size], **total, "links": links}

    def _window(self, asked: Asked) -> tuple[int, int]:
        return int(asked.query.get("start", "0")), min(int(asked.query.get("limit", "20")), self.page_rows)

    def _person(self, person: Person) -> Any:
        return {
            "uid": person.id,
            "id": int(person.id),
            "school_uid": person.sis_id or "",
            "name_first": person.given_name,
            "name_last": person.family_name,
            "username": person.username or "",
            "primary_email": person.email or "",
            "password": "",
            "role_id": int(ROLES[person.role]),
        }

    def _section(self, course: Course) -> Any:
        return {
            "id": course.id,
            "course_title": course.title,
            "section_title": "Section A",
            "access_code": "GBMWW-2QKN5",
            "active": 0 if course.id in self.past else 1,
            "grading_periods": [int(course.term_id)],
        }

    def _enrollment(self, row: Enrollment) -> Any:
        admin = {"teacher": "1", "student": "0"}.get(row.role, row.role)
        return {"id": row.id, "uid": row.person_id, "admin": admin, "status": STATUSES[row.standing]}

    def _assignment(self, row: Assignment) -> Any:
        return {
            "id": int(row.id),
            "title": row.title,
            "due": f"{row.due_at:%Y-%m-%d %H:%M:%S}" if row.due_at else "",
            "max_points": str(row.points),
            "is_final": "1" if row.id in self.finals else "0",
            "type": "assignment",
        }


def signature_of(asked: Asked, origin: str) -> str:
    """Sign a request as the server does: over all that its header and its address say."""
    header = {"Authorization": asked.headers["authorization"]}
    parameters = collect_parameters(urlsplit(asked.target).query, headers=header)
    address = base_string_uri(origin + asked.target)
    base = signature_base_string(asked.method, address, normalize_parameters(parameters))
    return base64.b64encode(hmac.digest(f"{SECRET}&".encode(), base.encode(), "sha1")).decode()
