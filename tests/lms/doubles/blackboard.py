"""A Blackboard Learn that serves a roster.

    double = BlackboardDouble(web, roster)      # key `key`, secret `secret`; the interface below /learn/api/public

Built to documentation, not recorded. The reference is https://developer.blackboard.com/portal/displayApi, also at
https://blackboard.github.io/studentapiredox/docs/apis/learn/learnapisreleased:

* tokens by client credentials in a Basic header, good for an hour
  (https://docs.blackboard.com/rest-apis/learn/getting-started/basic-authentication);
* 10,000 calls a day (https://docs.anthology.com/docs/developer-portal/production-groups-rest-api-and-site-registration-limits),
  told by `X-Rate-Limit-Limit`, `-Remaining` and `-Reset` in seconds since 1970, then 429
  (https://community.blackboard.com/docs/DOC-4258-developer-groups-site-quotas-and-rate-limits);
* `paging.nextPage` is a relative address and missing on the last page (reference, Paging); who asks for more than 100
  rows of a site, or 200 of a course, is refused (https://community.blackboard.com/community/developers/blog/2019/08);
* `availability.available` is Yes, No or Disabled (reference, Users and Course Memberships);
* a course that others were merged into lists their members too, with `childCourseId` (reference, Course Memberships);
* `modified` with `modifiedCompare` finds what changed and never what was deleted; a membership counts as changed only
  when it changes itself (reference, Course Memberships, since 3800.9);
* externalId is left out for callers without the entitlement (reference, Course Memberships, "Callers enrolled …");
* calculated columns take no grades (reference, Course Grades).
"""

import base64
import datetime
from decimal import Decimal
from typing import Any, Final

from tests.lms.doubles.roster import Assignment, Course, Enrollment, Person, Roster
from tests.support.clocks import NOON
from tests.support.web import Answer, Asked, Web

KEY, SECRET = "key", "blackboard-secret"
ROLES: Final = {
    "student": "Student",
    "teacher": "Instructor",
    "assistant": "TeachingAssistant",
    "guest": "Guest",
}
AVAILABLE: Final = {"active": "Yes", "inactive": "No", "disabled": "Disabled"}


class BlackboardDouble:
    """Answers below /learn/api/public.

    Attributes:
        page_rows: largest page that is given, whatever is asked.
        left: calls that are left of the day.
        tokens: those that are good now.
        merged: course that a course was merged into.
        modified: when a record, by its id, changed last; others changed long ago.
    """

    def __init__(self, web: Web, roster: Roster) -> None:
        self.web, self.roster = web, roster
        self.page_rows = 100
        self.left = 10_000
        self.sees_external_ids = self.sees_terms = True
        self.tokens: list[str] = []
        self.merged: dict[str, str] = {}
        self.modified: dict[str, datetime.datetime] = {}
        self.scores: dict[tuple[str, str, str], Decimal] = {}
        self.stores = lambda score: score
        api = "/learn/api/public"
        web.on("POST", f"{api}/v1/oauth2/token", self._token)
        self._on("GET", f"{api}/v1/system/version", lambda _: {"learn": {"major": 3900, "minor": 103, "patch": 0}})
        self._on("GET", f"{api}/v1/terms", self._terms)
        self._on("GET", f"{api}/v3/courses", self._courses)
        self._on("GET", f"{api}/v1/users", self._users)
        self._on("GET", f"{api}/v1/courses/{{course}}/users", self._members)
        self._on("GET", f"{api}/v2/courses/{{course}}/gradebook/columns", self._columns)
        grade = f"{api}/v2/courses/{{course}}/gradebook/columns/{{column}}/users/{{person}}"
        self._on("GET", grade, self._score)
        self._on("PATCH", grade, self._grade)

    def _on(self, method: str, path: str, answer: Any) -> None:
        def handle(asked: Asked) -> Answer:
            if asked.headers.get("authorization", "").removeprefix("Bearer ") not in self.tokens:
                return Answer({"status": 401, "message": "Bearer token is invalid"}, 401)
            if self.left <= 0:
                return Answer({"status": 429, "message": "API rate limit exceeded"}, 429)
            self.left -= 1
            given = answer(asked)
            given = given if isinstance(given, Answer) else Answer(given)
            reset = int((NOON + datetime.timedelta(hours=9)).timestamp())
            return given.with_headers({
                "X-Rate-Limit-Limit": "10000", "X-Rate-Limit-Remaining": str(self.left),
                "X-Rate-Limit-Reset": str(reset),
            })  # fmt: skip

        self.web.on(method, path, handle)

    def _token(self, asked: Asked) -> Any:
        basic = base64.b64encode(f"{KEY}:{SECRET}".encode()).decode()
        if asked.headers.get("authorization") != f"Basic {basic}" or asked.form["grant_type"] != "client_credentials":
            return Answer({"error": "invalid_client"}, 401)
        self.tokens.append(f"token{len(self.web.asked)}")
        return {"access_token": self.tokens[-1], "token_type": "bearer", "expires_in": 3599}

    def _terms(self, asked: Asked) -> Answer:
        if not self.sees_terms:
            return Answer({"status": 403, "message": "Unauthorized"}, 403)
        rows = [
            {"id": term.id, "name": term.name, "availability": duration(term.starts_on, term.ends_on)}
            for term in self.roster.terms.values()
        ]
        return self._paged(asked, rows)

    def _courses(self, asked: Asked) -> Answer:
        return self._paged(asked, [self._course(course) for course in self.roster.courses.values()])

    def _users(self, asked: Asked) -> Answer:
        return self._paged(asked, [self._person(person) for person in self.roster.people.values()])

    def _members(self, asked: Asked) -> Answer:
        course = asked.parts["course"]
        if course not in self.roster.courses:
            return Answer({"status": 404, "message": "not found"}, 404)
        rows = [row for row in self.roster.enrollments.values() if self._lists(course, row)]
        return self._paged(asked, [self._member(course, row) for row in rows])

    def _lists(self, course: str, row: Enrollment) -> bool:
        return course in {row.course_id, self.merged.get(row.course_id)}

    def _columns(self, asked: Asked) -> Answer:
        course = asked.parts["course"]
        rows = [self._column(row) for row in self.roster.assignments.values() if row.course_id == course]
        total = {"id": f"total{course}", "name": "Total", "grading": {"type": "Calculated"}}
        return self._paged(asked, [*rows, total])

    def _score(self, asked: Asked) -> Answer:
        key = (asked.parts["course"], asked.parts["column"], asked.parts["person"])
        if key[1] not in self.roster.assignments or key[2] not in self.roster.people:
            return Answer({"status": 404, "message": "not found"}, 404)
        row = {"userId": key[2], "columnId": key[1], "status": "Graded"}
        return Answer(row | ({"score": float(self.scores[key])} if key in self.scores else {}))

    def _grade(self, asked: Asked) -> Answer:
        key = (asked.parts["course"], asked.parts["column"], asked.parts["person"])
        self.scores[key] = self.stores(Decimal(str(asked.json()["score"])))
        return self._score(asked)

    def _paged(self, asked: Asked, rows: list[Any]) -> Answer:
        since = asked.query.get("modified")
        if since:
            moment = datetime.datetime.fromisoformat(since)
            rows = [row for row in rows if row["id"] in self.modified and self.modified[row["id"]] >= moment]
        most = 200 if "/courses/" in asked.path else 100
        if int(asked.query.get("limit", "100")) > most:
            return Answer({"status": 400, "message": f"Paging limit cannot exceed {most}."}, 400)
        at = int(asked.query.get("offset", "0"))
        size = min(int(asked.query.get("limit", "100")), self.page_rows)
        body: dict[str, Any] = {"results": rows[at : at + size]}
        if at + size < len(rows):
            kept = "".join(f"&{name}={value}" for name, value in asked.query.items() if name != "offset")
            body["paging"] = {"nextPage": f"{asked.path}?offset={at + size}{kept}"}
        return Answer(body)

    def _course(self, course: Course) -> Any:
        return {
            "id": course.id,
            "uuid": f"c0{course.id}",
            "courseId": f"C-{course.id}",
            "name": course.title,
            "organization": course.title.startswith("Club"),
            "termId": course.term_id,
            "availability": {"available": "Yes", "duration": {"type": "Term"}},
            "enrollment": {"type": "SelfEnrollment", "accessCode": "let-me-in"},
        }

    def _person(self, person: Person) -> Any:
        row = {
            "id": person.id,
            "userName": person.username,
            "name": {"given": person.given_name, "family": person.family_name},
            "contact": {"email": person.email} if person.email else {},
            "availability": {"available": "Yes" if person.enabled else "Disabled"},
            "systemRoleIds": ["User"],
        }
        return row | ({"externalId": person.sis_id} if self.sees_external_ids else {})

    def _member(self, course: str, row: Enrollment) -> Any:
        shown = {
            "id": f"{row.id}p" if row.course_id != course else row.id,
            "userId": row.person_id,
            "courseId": course,
            "courseRoleId": ROLES.get(row.role, row.role),
            "availability": {"available": AVAILABLE[row.standing]},
        }
        return shown | ({"childCourseId": row.course_id} if row.course_id != course else {})

    def _column(self, row: Assignment) -> Any:
        due = {"due": row.due_at.strftime("%Y-%m-%dT%H:%M:%S.000Z")} if row.due_at else {}
        return {
            "id": row.id,
            "name": row.title,
            "score": {} if row.points is None else {"possible": float(row.points)},
            "grading": {"type": "Manual", **due},
        }


def duration(starts_on: datetime.date, ends_on: datetime.date) -> Any:
    range_ = {"type": "DateRange", "start": f"{starts_on}T00:00:00.000Z", "end": f"{ends_on}T23:59:00.000Z"}
    return {"available": "Yes", "duration": range_}
