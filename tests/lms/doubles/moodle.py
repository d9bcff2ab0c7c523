"""A Moodle that serves a roster.

    double = MoodleDouble(web, district(id_from=10))      # token `moodle-token`; the site is at web.url

Answers as Moodle 4.3 was recorded to (`fixtures/lms/recorded/moodle`), and as its source code says:

* errors come with status 200; a function that is not in the service is an `accessexception`;
* the list of users has no pages, holds guest and administrator, and leaves out whoever is hidden, and whose e-mail
  address is blank or hidden, since it is asked for by address (`core_user_external::get_users`);
* people by id come whatever their address; deleted ones with a mangled name (`by_field_deleted`);
* rows of a course say neither standing nor dates, and a suspended account is active there; a limit counts in the
  database, before hidden people are left out (`core_enrol_external::get_enrolled_users`);
* one course that is closed to the token's account fails the list of all courses (`teacher_courses`), and its
  assignments are left out with a warning (`assignments_explicit`);
* a grade for somebody unknown is taken, and one over the maximum answered with null and not stored (`save_grade_…`).
"""

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from tests.lms.doubles.roster import Assignment, Course, Person, Roster
from tests.support.web import Answer, Asked, Planned, Trouble, Web

TOKEN: Final = "moodle-token"  # noqa: S105  opens the double alone
PATH: Final = "/webservice/rest/server.php"
GUEST, ADMIN = 1, 2
ROLE_IDS: Final = {"manager": 1, "coursecreator": 2, "editingteacher": 3, "teacher": 4, "student": 5}
ROLES: Final = {"student": "student", "teacher": "editingteacher", "assistant": "teacher", "admin": "manager"}
RIGHTS: Final = frozenset({"viewalldetails", "viewfullnames", "viewhiddendetails", "viewuseridentity"})
NEVER: Final = "invalid_parameter_exception"
JSON: Final = {"Content-Type": "application/json"}


class MoodleError(Exception):
    """What a function answers with status 200."""

    def __init__(self, kind: str, code: str, message: str) -> None:
        super().__init__(code)
        self.body = {"exception": kind, "errorcode": code, "message": message}


@dataclass
class PlannedCall(Planned):
    """A trouble for calls of one function, of one course where that is given."""

    function: str = ""
    course: str | None = None

    def meets(self, asked: Asked) -> bool:
        form = asked.form
        ours = re.fullmatch(self.function, form.get("wsfunction", "")) is not None
        return ours and self.course in {None, form.get("courseid")} and super().meets(asked)


class MoodleDouble:
    """Answers at the address of the web services.

    Attributes:
        page_rows: most rows of a course that are given, whatever is asked.
        missing: functions that the service lacks.
        rights: capabilities of the token's account.
        hidden: people whom it may not see in the list of users.
        unseen: people whom it may not see in courses.
        hides_email: people whose address it may not see.
        closed: courses that it may not enter.
        hidden_modules: assignments that it may not see.
        deleted: people who were deleted.
        points: of an assignment, where they are not the roster's: -1 for a scale.
        scores: by course, assignment and person.
        stores: what becomes of a score; None stores nothing.
    """

    def __init__(self, web: Web, roster: Roster) -> None:
        self.web, self.roster = web, roster
        self.page_rows = 500
        self.missing: set[str] = set()
        self.rights = set(RIGHTS)
        self.hidden: set[str] = set()
        self.unseen: set[str] = set()
        self.hides_email: set[str] = set()
        self.closed: set[str] = set()
        self.hidden_modules: set[str] = set()
        self.deleted: set[str] = set()
        self.points: dict[str, int] = {}
        self.scores: dict[tuple[str, str, str], Decimal] = {}
        self.times: dict[tuple[str, str, str], int] = {}
        self.stores: Any = lambda score: score
        self._functions = {
            "core_webservice_get_site_info": self._site,
            "core_course_get_courses": self._courses,
            "core_user_get_users": self._users,
            "core_user_get_users_by_field": self._by_field,
            "core_enrol_get_enrolled_users": self._enrolled,
            "mod_assign_get_assignments": self._assignments,
            "mod_assign_get_grades": self._get_grades,
            "mod_assign_save_grade": self._save_grade,
            "mod_assign_save_grades": self._save_grades,
            "gradereport_user_get_grade_items": self._grade_items,
        }
        web.on("POST", PATH, self._handle)

    def trouble(
        self, trouble: Trouble, function: str, *, course: str | None = None, nth: int = 1, times: float = 1
    ) -> None:
        """Let the `nth` call of a function (a pattern) go wrong; see `Web.trouble`."""
        planned = PlannedCall(trouble, "*", "*", nth, times, function=function, course=course)
        self.web._planned.append(planned)

    def called(self, function: str) -> list[dict[str, str]]:
        """Give what was sent with each call of a function."""
        return [asked.form for asked in self.web.asked if asked.form.get("wsfunction") == function]

    def row(self, person: Person) -> dict[str, Any]:
        """Give a person as the list of users has them."""
        row: dict[str, Any] = {"id": int(person.id), "fullname": "Somebody"}
        if "viewalldetails" in self.rights:
            row |= {"username": person.username, "auth": "manual"}
            row |= {"idnumber": person.sis_id} if person.sis_id else {}
        if "viewfullnames" in self.rights:
            row |= {"firstname": person.given_name, "lastname": person.family_name}
        if "viewuseridentity" in self.rights and person.id not in self.hides_email:
            row["email"] = person.email or ""
        return row | ({"suspended": not person.enabled} if "viewhiddendetails" in self.rights else {})

    def _handle(self, asked: Asked) -> Answer:
        given = nested(asked.form)
        try:
            if given.pop("wstoken", None) != TOKEN:
                raise MoodleError("moodle_exception", "invalidtoken", "Invalid token - token not found")
            assert given.pop("moodlewsrestformat") == "json"
            name = given.pop("wsfunction")
            if name in self.missing or name not in self._functions:
                raise MoodleError("webservice_access_exception", "accessexception", "Access control exception")
            return answered(self._functions[name](**given))
        except MoodleError as error:
            return Answer(error.body)

    def _site(self) -> Any:
        functions = [{"name": name, "version": "2023100900"} for name in self._functions if name not in self.missing]
        return {"sitename": "Oak", "userid": ADMIN, "release": "4.3 (Build: 20231009)", "functions": functions}

    def _courses(self) -> Any:
        for course in self.closed:
            self._enter(course)
        front = {"id": 1, "shortname": "oak", "fullname": "Oak School", "format": "site", "startdate": 0, "enddate": 0}
        return [front, *(self._course(course) for course in self.roster.courses.values())]

    def _users(self, criteria: list[dict[str, str]]) -> Any:
        assert criteria == [{"key": "email", "value": "%"}]
        rows = [*self._own(), *(self.row(person) for person in self._seen())]
        return {"users": [row for row in rows if row.get("email")], "warnings": []}

    def _by_field(self, field: str, values: list[str]) -> Any:
        assert field == "id"
        assert len(values) < 990
        rows = [self.row(person) for person in self._seen() if person.id in values]
        return rows + [
            mangled(person) for person in self.roster.people.values() if person.id in self.deleted & set(values)
        ]

    def _enrolled(self, courseid: str, options: list[dict[str, str]]) -> Any:
        self._enter(courseid)
        asked = {one["name"]: one["value"] for one in options}
        assert set(asked["userfields"].split(",")) <= {"id", "roles"}
        rows: dict[str, set[str]] = {}
        for row in self.roster.enrollments.values():
            if row.course_id == courseid and (row.standing == "active" or not int(asked.get("onlyactive", 0))):
                rows.setdefault(row.person_id, set()).add(ROLES.get(row.role, row.role))
        first, most = int(asked.get("limitfrom", 0)), min(int(asked["limitnumber"]), self.page_rows)
        shown = sorted(rows, key=int)[first : first + most]
        return [self._member(own, rows[own], asked) for own in shown if own not in self.unseen | self.deleted]

    def _member(self, own: str, roles: set[str], asked: dict[str, str]) -> dict[str, Any]:
        row: dict[str, Any] = {"id": int(own), "fullname": "Somebody"}
        if "roles" in asked["userfields"]:
            row["roles"] = [
                {"roleid": ROLE_IDS.get(name, 99), "name": "", "shortname": name, "sortorder": 0}
                for name in sorted(roles - {"none"})
            ]
        return row

    def _assignments(self, courseids: list[str], includenotenrolledcourses: str = "0") -> Any:
        made: dict[str, list[Any]] = {"courses": [], "warnings": []}
        for course in courseids:
            if course in self.closed or course not in self.roster.courses or not int(includenotenrolledcourses):
                made["warnings"].append(
                    warning("course", course, "1", "No access rights in course context #0 /var/www")
                )
                continue
            shown = []
            for row in self.roster.assignments.values():
                if row.course_id == course and row.id in self.hidden_modules:
                    made["warnings"].append(warning("module", row.id, "1", "No access rights in module context"))
                elif row.course_id == course:
                    shown.append(self._assignment(row))
            made["courses"].append({"id": int(course), "fullname": "Course", "assignments": shown})
        return made

    def _get_grades(self, assignmentids: list[str], since: str = "0") -> Any:
        [own] = assignmentids
        grades = [
            {"id": 1, "userid": int(person), "attemptnumber": 0, "timecreated": 1, "grader": ADMIN,
             "timemodified": self.times[key], "grade": f"{score:.5f}"}
            for key, score in self.scores.items()
            for _, assignment, person in [key]
            if assignment == own and self.times[key] >= int(since)
        ]  # fmt: skip
        if not grades:
            return {"assignments": [], "warnings": [warning("assignment", own, "3", "No grades found")]}
        return {"assignments": [{"assignmentid": int(own), "grades": grades}], "warnings": []}

    def _grade_items(self, courseid: str, userid: str) -> Any:
        items = [
            {"itemtype": "mod", "itemmodule": "assign", "iteminstance": int(own), "graderaw": float(score)}
            for (_, own, person), score in self.scores.items()
            if person == userid
        ]
        return {"usergrades": [{"courseid": int(courseid), "userid": int(userid), "gradeitems": items}], "warnings": []}

    def _save_grade(self, assignmentid: str, applytoall: str, **mark: Any) -> None:
        assert applytoall == "0"
        assert {"userid", "grade", "attemptnumber", "addattempt", "workflowstate"} <= mark.keys()
        assignment = self.roster.assignments[assignmentid]
        score = self.stores(Decimal(mark["grade"]))
        if score is not None and score <= (assignment.points or 0):
            key = (assignment.course_id, assignmentid, mark["userid"])
            self.scores[key] = score
            self.times[key] = 1_795_187_230 + len(self.web.asked)

    def _save_grades(self, assignmentid: str, applytoall: str, grades: list[dict[str, Any]]) -> None:
        if any(mark["grade"] == "13" for mark in grades):
            raise MoodleError(NEVER, "invalidparameter", "Invalid parameter value detected")
        for mark in grades:
            self._save_grade(assignmentid, applytoall, **mark)

    def _enter(self, course: str) -> None:
        if course not in self.roster.courses:
            message = "Can't find data record in database table course."
            raise MoodleError("dml_missing_record_exception", "invalidrecord", message)
        if course in self.closed:
            message = f"You cannot execute functions in the course context (course id:{course}). …"
            raise MoodleError("moodle_exception", "errorcoursecontextnotvalid", message)

    def _seen(self) -> Iterator[Person]:
        for person in self.roster.people.values():
            if person.id not in self.hidden | self.deleted:
                yield person

    def _own(self) -> list[Any]:
        return [
            self.row(Person(str(GUEST), "Guest user", " ", username="guest", email="root@localhost")),
            self.row(Person(str(ADMIN), "Admin", "User", username="admin", email="admin@oak.example")),
        ]

    def _course(self, course: Course) -> Any:
        term = self.roster.terms[course.term_id]
        return {
            "id": int(course.id), "shortname": f"c{course.id}", "categoryid": 1, "categorysortorder": 10001,
            "fullname": course.title, "idnumber": "", "summary": "", "format": "topics", "visible": 1,
            "startdate": seconds(term.starts_on), "enddate": 0, "groupmode": 0,
        }  # fmt: skip

    def _assignment(self, row: Assignment) -> Any:
        return {
            "id": int(row.id), "cmid": int(row.id) + 500, "course": int(row.course_id), "name": row.title,
            "intro": "<p>Write.</p>", "grade": self.points.get(row.id, int(row.points or 0)),
            "duedate": int(row.due_at.timestamp()) if row.due_at else 0,
            "allowsubmissionsfromdate": 0, "cutoffdate": 0, "markingworkflow": 0,
        }  # fmt: skip


def answered(body: Any) -> Answer:
    """Give an answer; null is written by hand, since it is no JSON object."""
    return Answer(b"null", headers=JSON) if body is None else Answer(body)


def nested(form: dict[str, str]) -> dict[str, Any]:
    """Read a form as PHP does; where the keys are all numbers it is a list."""
    made: dict[str, Any] = {}
    for name, value in form.items():
        at = made
        keys = re.findall(r"[^\[\]]+", name)
        for key in keys[:-1]:
            at = at.setdefault(key, {})
        at[keys[-1]] = value
    return {name: listed(value) for name, value in made.items()}


def listed(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    inner = {key: listed(one) for key, one in value.items()}
    return list(inner.values()) if all(key.isdigit() for key in inner) else inner


def mangled(person: Person) -> dict[str, Any]:
    """Give the row that is left of somebody who was deleted."""
    return {
        "id": int(person.id), "username": f"{person.email}.1795187231", "firstname": person.given_name,
        "lastname": person.family_name, "email": "470ecbe7777cc2f2e41bb67e401c70f0", "suspended": False,
    }  # fmt: skip


def warning(item: str, own: str, code: str, message: str) -> dict[str, Any]:
    return {"item": item, "itemid": int(own), "warningcode": code, "message": message}


def seconds(day: datetime.date) -> int:
    return int(datetime.datetime.combine(day, datetime.time(), datetime.UTC).timestamp())
