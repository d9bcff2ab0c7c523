"""A Canvas that serves a roster.

    double = CanvasDouble(web, roster)          # token `canvas-token`; the interface is at web.url + "/api/v1"

Built to documentation and source code, not recorded. Pages are below
https://developerdocs.instructure.com/services/canvas, files below https://github.com/instructure/canvas-lms/blob/master:

* Link headers are opaque, `last` may be missing, `per_page` is cut to a largest size that nobody publishes
  (/basics/file.pagination); enrollments are paged by `page=bookmark:…` (gems/bookmarked_collection);
* `X-Request-Cost` with each answer and `X-Rate-Limit-Remaining` unless exempt; throttled with 429
  (/basics/file.throttling), and with 403 and the text "Rate Limit Exceeded" until October 2025
  (/readme_basics/throttling; https://github.com/ucfopen/canvasapi/issues/704 and /705);
* without `state[]` enrollments are the active and invited ones (/resources/enrollments;
  https://github.com/instructure/canvas-lms/issues/1723 and /2190);
* `sis_user_id` and `email` are left out, not null, without the permission (/basics/file.object_ids, /resources/users);
* one enrollment row for each person, section and role (/resources/enrollments); the Test Student is a
  StudentViewEnrollment of somebody who is in no account's list of users (app/models/course.rb `student_view_student`);
* a token that is wrong gives 401 with WWW-Authenticate, a missing right one without (/oauth2/file.oauth);
* merging moves enrollments to the account that stays, and one SIS id is reported (/resources/users, merge);
* a grade over the points possible is taken (/resources/submissions).
"""

import base64
import datetime
import json
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from tests.lms.doubles.roster import Assignment, Course, Enrollment, Person, Roster
from tests.support.web import Answer, Asked, Web

TOKEN: Final = "canvas-token"  # noqa: S105  opens the double alone
TYPES: Final = {
    "student": "StudentEnrollment",
    "teacher": "TeacherEnrollment",
    "assistant": "TaEnrollment",
    "designer": "DesignerEnrollment",
    "parent": "ObserverEnrollment",
    "test": "StudentViewEnrollment",
}
STATES: Final = {"active": "active", "future": "invited", "ended": "completed", "inactive": "inactive"}


class CanvasDouble:
    """Answers below /api/v1.

    Attributes:
        page_rows: largest page that is given, whatever is asked.
        sees_sis: whether the token may see SIS ids, and so for e-mail.
        remaining: what each answer says is left in the bucket; None for an exempt token.
        scores: by course, assignment and person.
        stores: what becomes of a score that is posted.
    """

    def __init__(self, web: Web, roster: Roster) -> None:
        self.web, self.roster = web, roster
        self.page_rows = 100
        self.sees_sis = self.sees_email = True
        self.remaining: float | None = 600.0
        self.scores: dict[tuple[str, str, str], Decimal] = {}
        self.stores = lambda score: score
        api = "/api/v1"
        self._on("GET", f"{api}/accounts/{{account}}", self._account)
        self._on("GET", f"{api}/accounts/{{account}}/courses", self._courses)
        self._on("GET", f"{api}/accounts/{{account}}/users", self._users)
        self._on("GET", f"{api}/courses/{{course}}/enrollments", self._enrollments)
        self._on("GET", f"{api}/courses/{{course}}/assignments", self._assignments)
        submission = f"{api}/courses/{{course}}/assignments/{{assignment}}/submissions/{{person}}"
        self._on("GET", submission, self._submission)
        self._on("PUT", submission, self._grade)

    def merge(self, gone: str, into: str) -> None:
        """Merge one account into another, which takes over enrollments and, if it has none, the SIS id."""
        lost = self.roster.people.pop(gone)
        kept = self.roster.people[into]
        self.roster.people[into] = replace(kept, sis_id=kept.sis_id or lost.sis_id)
        for enrollment in list(self.roster.enrollments.values()):
            if enrollment.person_id == gone:
                self.roster.enrollments[enrollment.id] = replace(enrollment, person_id=into)

    def _on(self, method: str, path: str, answer: Any) -> None:
        def handle(asked: Asked) -> Answer:
            if asked.headers.get("authorization") != f"Bearer {TOKEN}":
                errors = {"errors": [{"message": "Invalid access token."}]}
                return Answer(errors, 401, {"WWW-Authenticate": 'Bearer realm="canvas-lms"'})
            given = answer(asked)
            given = given if isinstance(given, Answer) else Answer(given)
            cost = {"X-Request-Cost": "0.12"}
            if self.remaining is not None:
                cost["X-Rate-Limit-Remaining"] = f"{self.remaining:.6f}"
            return given.with_headers(cost)

        self.web.on(method, path, handle)

    def _account(self, asked: Asked) -> Any:
        return {"id": 1, "name": "Oak District", "workflow_state": "active"}

    def _courses(self, asked: Asked) -> Answer:
        return self._numbered(asked, [self._course(course) for course in self.roster.courses.values()])

    def _users(self, asked: Asked) -> Answer:
        people = [person for person in self.roster.people.values() if person.role != "test"]
        return self._numbered(asked, [self._person(person) for person in people])

    def _enrollments(self, asked: Asked) -> Answer:
        if asked.parts["course"] not in self.roster.courses:
            return missing()
        states = asked.queries.get("state[]", ["active", "invited"])
        of_course = [row for row in self.roster.enrollments.values() if row.course_id == asked.parts["course"]]
        rows = [self._enrollment(row) for row in of_course if STATES[row.standing] in states]
        return self._bookmarked(asked, rows)

    def _assignments(self, asked: Asked) -> Answer:
        course = asked.parts["course"]
        rows = [self._assignment(row) for row in self.roster.assignments.values() if row.course_id == course]
        return self._numbered(asked, rows)

    def _submission(self, asked: Asked) -> Answer:
        key = (asked.parts["course"], asked.parts["assignment"], asked.parts["person"])
        if key[1] not in self.roster.assignments or key[2] not in self.roster.people:
            return missing()
        score = self.scores.get(key)
        shown = None if score is None else float(score)
        return Answer({"assignment_id": int(key[1]), "user_id": int(key[2]), "score": shown, "entered_score": shown})

    def _grade(self, asked: Asked) -> Answer:
        key = (asked.parts["course"], asked.parts["assignment"], asked.parts["person"])
        if key[1] in self.roster.assignments and key[2] in self.roster.people:
            self.scores[key] = self.stores(Decimal(asked.form["submission[posted_grade]"]))
        return self._submission(asked)

    def _numbered(self, asked: Asked, rows: list[Any]) -> Answer:
        size, page = self._size(asked), int(asked.query.get("page", "1"))
        shown = rows[(page - 1) * size : page * size]
        links = {"current": str(page), "first": "1"}
        if page * size < len(rows):
            links["next"] = str(page + 1)
        links["last"] = str(max(1, -(-len(rows) // size)))
        return self._linked(asked, shown, links)

    def _bookmarked(self, asked: Asked, rows: list[Any]) -> Answer:
        size, page = self._size(asked), asked.query.get("page", "first")
        after = 0 if page == "first" else json.loads(base64.urlsafe_b64decode(page.removeprefix("bookmark:")))[0]
        rows = sorted((row for row in rows if row["id"] > after), key=lambda row: row["id"])
        links = {"current": page, "first": "first"}
        if len(rows) > size:
            mark = base64.urlsafe_b64encode(json.dumps([rows[size - 1]["id"]]).encode()).decode()
            links["next"] = f"bookmark:{mark}"
        return self._linked(asked, rows[:size], links)

    def _linked(self, asked: Asked, rows: list[Any], links: dict[str, str]) -> Answer:
        kept = [f"{name}={value}" for name, values in asked.queries.items() if name != "page" for value in values]
        made = [
            f'<{self.web.url}{asked.path}?{"&".join([*kept, f"page={page}"])}>; rel="{name}"'
            for name, page in links.items()
        ]
        return Answer(rows, headers={"Link": ",".join(made)})

    def _size(self, asked: Asked) -> int:
        return min(int(asked.query.get("per_page", "10")), self.page_rows)

    def _course(self, course: Course) -> Any:
        term = self.roster.terms[course.term_id]
        return {
            "id": int(course.id),
            "name": course.title,
            "course_code": course.title,
            "workflow_state": "available",
            "account_name": self.roster.schools[course.school_id].name,
            "start_at": None,
            "end_at": None,
            "time_zone": "America/Denver",
            "calendar": {"ics": "https://canvas.example/feeds/calendars/course_k3y.ics"},
            "term": {"id": int(term.id), "name": term.name, "start_at": midnight(term.starts_on),
                     "end_at": midnight(term.ends_on)},
        }  # fmt: skip

    def _person(self, person: Person) -> Any:
        row = {
            "id": int(person.id),
            "name": f"{person.given_name} {person.family_name}",
            "sortable_name": f"{person.family_name}, {person.given_name}",
            "login_id": person.username,
        }
        if self.sees_sis:
            row["sis_user_id"] = person.sis_id
        if self.sees_email:
            row["email"] = person.email
        return row

    def _enrollment(self, row: Enrollment) -> Any:
        kind = TYPES.get(row.role, row.role)
        return {
            "id": int(row.id),
            "user_id": int(row.person_id),
            "course_id": int(row.course_id),
            "course_section_id": int(row.section or row.course_id),
            "type": kind,
            "role": kind,
            "enrollment_state": STATES[row.standing],
            "start_at": midnight(row.begins_on),
            "end_at": midnight(row.ends_on),
        }

    def _assignment(self, row: Assignment) -> Any:
        return {
            "id": int(row.id),
            "course_id": int(row.course_id),
            "name": row.title,
            "description": "<p>Write.</p>",
            "points_possible": None if row.points is None else float(row.points),
            "grading_type": "points" if row.points is not None else "not_graded",
            "due_at": row.due_at.isoformat().replace("+00:00", "Z") if row.due_at else None,
            "submission_types": ["online_text_entry"],
            "secure_params": "eyJ.secret",
            "workflow_state": "published",
        }


def missing() -> Answer:
    return Answer({"errors": [{"message": "The specified resource does not exist."}]}, 404)


def midnight(day: datetime.date | None) -> str | None:
    """Write the midnight in Denver that a day begins with there, in UTC."""
    return f"{day}T07:00:00Z" if day else None
