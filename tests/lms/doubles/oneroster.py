"""A OneRoster server, 1.1 or 1.2, that serves a roster.

    double = OneRosterDouble(web, roster)                 # 1.2, bearer `oneroster-token`
    double = OneRosterDouble(web, roster, version="1.1", auth="oauth1")

Answers look like the recorded ones in fixtures/lms/recorded/oneroster (Ed-Fi's server for 1.2): truth as text, members
without a value left out, rows by sourcedId, `limit` cut without a word, neither Link nor X-Total-Count, RateLimit
headers, tombstones never. 1.1 differs by one role and orgs, and by the base path (1EdTech OneRoster 1.1). Whatever
else servers do is a switch here; the gradebook follows 1EdTech's gradebook service, not a recording.
"""

import base64
import datetime
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final, Literal

from oauthlib.oauth1 import Client as Signer

from tests.lms.doubles.roster import Assignment, Course, Enrollment, Person, Roster, School, Term
from tests.support.web import Answer, Asked, Web

TOKEN: Final = "oneroster-token"  # noqa: S105  opens the double alone
KEY, SECRET = "district-key", "district secret&%"
BASES: Final = {
    "1.1": ("/ims/oneroster/v1p1", "/ims/oneroster/v1p1"),
    "1.2": ("/ims/oneroster/rostering/v1p2", "/ims/oneroster/gradebook/v1p2"),
}
ROLES: Final = {"assistant": "aide", "admin": "administrator"}
MADE_AT: Final = datetime.datetime(2026, 8, 1, tzinfo=datetime.UTC)
_SINCE: Final = re.compile(r"dateLastModified>(=?)'([^']+)'")


class OneRosterDouble:
    """Answers below its version's base paths.

    Attributes:
        page_rows: most rows of a page, whatever is asked.
        asked_offsets: of each list, in order.
        total: X-Total-Count of a list with so many rows in a page; None for no header.
        links: what the Link header is; gets the address of the next page, or None at the end.
        sorts, offsets: whether `sort` and `offset` are obeyed.
        filters: whether a filter is obeyed, ignored or refused.
        row: what becomes of each row; None leaves it out.
        before_page: called with list and offset before each page, to let the roster move.
        lists: what is served, gradebook and all.
        modified: when a row changed, by list and id.
        results: of the gradebook, as they were sent.
        stores: what becomes of a result that is put; None forgets it.
    """

    def __init__(
        self,
        web: Web,
        roster: Roster,
        *,
        version: Literal["1.1", "1.2"] = "1.2",
        auth: Literal["bearer", "oauth1", "oauth2"] = "bearer",
    ) -> None:
        self.web, self.roster, self.version, self.auth = web, roster, version, auth
        self.rostering, self.gradebook = (web.url + base for base in BASES[version])
        self.page_rows = 500
        self.asked_offsets: dict[str, list[int]] = {}
        self.total: Callable[[int, int], int | str | None] = lambda rows, on_page: None
        self.links: Callable[[str | None], str | None] = lambda following: None
        self.sorts: Callable[[list[Any]], list[Any]] = lambda rows: sorted(rows, key=lambda row: str(row["sourcedId"]))
        self.offsets = True
        self.filters: Literal["obeyed", "ignored", "refused"] = "obeyed"
        self.row: Callable[[str, dict[str, Any]], Any] = lambda name, row: row
        self.before_page: Callable[[str, int], None] = lambda name, offset: None
        self.lists = {*LISTS, "lineItems", "categories"}
        self.modified: dict[tuple[str, str], datetime.datetime] = {}
        self.buried: dict[str, list[dict[str, Any]]] = {}
        self.results: dict[str, dict[str, Any]] = {}
        self.stores: Callable[[dict[str, Any]], dict[str, Any] | None] = lambda result: result
        self.tokens: list[str] = []
        self.nonces: set[str] = set()
        rostering, gradebook = BASES[version]
        web.on("GET", f"{rostering}/{{list}}", self._signed(self._list))
        web.on("GET", f"{gradebook}/{{list}}", self._signed(self._list))
        web.on("GET", f"{gradebook}/lineItems/{{item}}", self._signed(self._line_item))
        web.on("GET", f"{gradebook}/results/{{result}}", self._signed(self._result))
        web.on("PUT", f"{gradebook}/results/{{result}}", self._signed(self._put))
        web.on("POST", "/token", self._token)

    @property
    def scores(self) -> dict[str, Decimal]:
        return {own: Decimal(str(result["score"])) for own, result in self.results.items()}

    def path(self, name: str) -> str:
        """Give where a list is, for troubles."""
        return f"{BASES[self.version][name in GRADEBOOK]}/{name}"

    def bury(self, name: str, own: str, at: datetime.datetime, status: str = "tobedeleted") -> None:
        """Take something out of the roster and leave a tombstone."""
        (row,) = (row for row in self._rows(name) if row["sourcedId"] == own)
        self.buried.setdefault(name, []).append({**row, "status": status, "dateLastModified": written(at)})
        del HELD[name](self.roster)[own]

    def _signed(self, answer: Callable[[Asked], Answer]) -> Callable[[Asked], Answer]:
        def handle(asked: Asked) -> Answer:
            refusal = self._refusal(asked)
            if refusal:
                return imsx(401, refusal, "unauthorisedrequest")
            headers = {"RateLimit-Policy": "100;w=60", "RateLimit-Limit": "100", "RateLimit-Remaining": "99"}
            return answer(asked).with_headers({**headers, "RateLimit-Reset": "60"})

        return handle

    def _refusal(self, asked: Asked) -> str | None:
        given = asked.headers.get("authorization", "")
        if self.auth == "oauth1":
            return self._unsigned(asked, given)
        known = [TOKEN] if self.auth == "bearer" else self.tokens[-1:]
        return None if given.removeprefix("Bearer ") in known else "the token is not known"

    def _unsigned(self, asked: Asked, given: str) -> str | None:
        parts = dict(re.findall(r'(oauth_\w+)="([^"]*)"', given))
        nonce = parts.get("oauth_nonce", "")
        if nonce in self.nonces:
            return "Duplicate timestamp/nonce"
        self.nonces.add(nonce)
        signer = Signer(
            KEY, client_secret=SECRET, signature_method=parts.get("oauth_signature_method", "HMAC-SHA1"),
            nonce=nonce, timestamp=parts.get("oauth_timestamp"),
        )  # fmt: skip
        _, headers, _ = signer.sign(self.web.url + asked.target, asked.method, None, {})
        return None if headers["Authorization"] == given else "the signature does not match"

    def _token(self, asked: Asked) -> Answer:
        basic = base64.b64encode(f"{KEY}:{SECRET}".encode()).decode()
        if asked.headers.get("authorization") != f"Basic {basic}":
            return Answer({"error": "invalid_client"}, 401)
        self.tokens.append(f"{TOKEN}-{len(self.tokens) + 1}")
        return Answer({"access_token": self.tokens[-1], "token_type": "bearer", "expires_in": 3600})

    def _list(self, asked: Asked) -> Answer:
        name = asked.parts["list"]
        here = BASES[self.version][name in GRADEBOOK]
        if name not in self.lists or not asked.path.startswith(here):
            return imsx(404, f"no resource {name}", "unknownobject")
        offset = int(asked.query.get("offset", "0")) if self.offsets else 0
        self.asked_offsets.setdefault(name, []).append(int(asked.query.get("offset", "0")))
        self.before_page(name, offset)
        where = asked.query.get("filter")
        if where and self.filters == "refused":
            return imsx(400, "filter is not supported", "invalid_filter_field")
        rows = [changed for row in self._rows(name) if (changed := self.row(name, row)) is not None]
        rows = self.sorts(rows) if asked.query.get("sort") == "sourcedId" else rows
        if where and self.filters == "obeyed":
            rows = [row for row in rows if meets(row, where)]
        return self._page(asked, name, rows, offset)

    def _page(self, asked: Asked, name: str, rows: list[Any], offset: int) -> Answer:
        size = min(int(asked.query.get("limit", "100")), self.page_rows)
        shown = rows[offset : offset + size]
        following = f"{self.web.url}{asked.path}?limit={size}&offset={offset + size}"
        total = self.total(len(rows), len(shown))
        link = self.links(following if offset + size < len(rows) else None)
        headers = {"X-Total-Count": str(total)} if total is not None else {}
        return Answer({name: shown}, 200, {**headers, "Link": link} if link is not None else headers)

    def _rows(self, name: str) -> list[dict[str, Any]]:
        if name == "categories":
            return [self._stamped(name, "1", {"title": "Essays"})]
        make: Callable[[Any], dict[str, Any]] = getattr(self, f"_{LISTS.get(name, 'assignment')}")
        if name == "courses":
            made = [self._stamped(name, f"c-{own}", make(course)) for own, course in self.roster.courses.items()]
        else:
            made = [self._stamped(name, own, make(record)) for own, record in HELD[name](self.roster).items()]
        return made + self.buried.get(name, [])

    def _stamped(self, name: str, own: str, row: dict[str, Any]) -> dict[str, Any]:
        at = self.modified.get((name, own), MADE_AT)
        stamped = {"sourcedId": own, "status": "active", "dateLastModified": written(at), **row}
        return {member: value for member, value in stamped.items() if value is not None}

    def _org(self, school: School) -> dict[str, Any]:
        return {"name": school.name, "type": "school", "identifier": f"N{school.id}"}

    def _session(self, term: Term) -> dict[str, Any]:
        days = {"startDate": term.starts_on.isoformat(), "endDate": term.ends_on.isoformat()}
        return {"title": term.name, "type": "term", **days, "schoolYear": str(term.ends_on.year)}

    def _course(self, course: Course) -> dict[str, Any]:
        org = ref(course.school_id, "org")
        return {"title": f"All {course.title}", "courseCode": "C1", "grades": ["09"], "subjects": ["Math"], "org": org}

    def _class(self, course: Course) -> dict[str, Any]:
        return {
            "title": course.title, "classCode": f"S{course.id}", "classType": "scheduled", "location": "R1",
            "grades": [course.grade] if course.grade else None, "subjects": ["Math"],
            "course": ref(f"c-{course.id}", "course"), "school": ref(course.school_id, "org"),
            "terms": [ref(course.term_id, "academicSession")], "periods": ["1"],
        }  # fmt: skip

    def _user(self, person: Person) -> dict[str, Any]:
        school = ref(next(iter(self.roster.schools)), "org")
        role = ROLES.get(person.role, person.role)
        held: dict[str, Any] = {"role": role, "orgs": [school]}
        if self.version == "1.2":
            held = {
                "userMasterIdentifier": person.sis_id,
                "roles": [{"roleType": "primary", "role": role, "org": school}],
            }
        return {
            "username": person.username, "userIds": [], "enabledUser": str(person.enabled).lower(),
            "givenName": person.given_name, "familyName": person.family_name, **held, "identifier": person.sis_id,
            "email": person.email, "grades": [person.grade] if person.grade else None,
        }  # fmt: skip

    def _enrollment(self, enrollment: Enrollment) -> dict[str, Any]:
        course = self.roster.courses.get(enrollment.course_id)
        days = {"beginDate": enrollment.begins_on, "endDate": enrollment.ends_on}
        return {
            "status": "inactive" if enrollment.standing == "inactive" else "active",
            "class": ref(enrollment.course_id, "class"), "user": ref(enrollment.person_id, "user"),
            "school": ref(course.school_id, "org") if course else None,
            "role": ROLES.get(enrollment.role, enrollment.role),
            "primary": "true" if enrollment.role == "teacher" else "false",
            **{name: day.isoformat() for name, day in days.items() if day},
        }  # fmt: skip

    def _assignment(self, assignment: Assignment) -> dict[str, Any]:
        due = written(assignment.due_at) if assignment.due_at else None
        return {
            "title": assignment.title, "description": None, "assignDate": "2026-08-24T06:00:00.000Z", "dueDate": due,
            "class": ref(assignment.course_id, "class"), "category": ref("1", "category"), "resultValueMin": 0.0,
            "resultValueMax": float(assignment.points) if assignment.points is not None else None,
        }  # fmt: skip

    def _line_item(self, asked: Asked) -> Answer:
        own = asked.parts["item"]
        if own not in self.roster.assignments or "lineItems" not in self.lists:
            return imsx(404, "no such line item", "unknownobject")
        made = self._stamped("lineItems", own, self._assignment(self.roster.assignments[own]))
        return Answer({"lineItem": self.row("lineItems", made)})

    def _result(self, asked: Asked) -> Answer:
        found = self.results.get(asked.parts["result"])
        return Answer({"result": found}) if found else imsx(404, "no such result", "unknownobject")

    def _put(self, asked: Asked) -> Answer:
        if "lineItems" not in self.lists:
            return imsx(404, "no resource results", "unknownobject")
        stored = self.stores(asked.json()["result"])
        if stored is not None:
            self.results[asked.parts["result"]] = stored
        return Answer({}, 201)


LISTS: Final = {
    "orgs": "org", "academicSessions": "session", "courses": "course", "classes": "class", "users": "user",
    "enrollments": "enrollment",
}  # fmt: skip
GRADEBOOK: Final = {"lineItems", "categories"}
HELD: Final[dict[str, Callable[[Roster], dict[str, Any]]]] = {
    "orgs": lambda roster: roster.schools,
    "academicSessions": lambda roster: roster.terms,
    "classes": lambda roster: roster.courses,
    "users": lambda roster: roster.people,
    "enrollments": lambda roster: roster.enrollments,
    "lineItems": lambda roster: roster.assignments,
}


def ref(own: str, kind: str) -> dict[str, str]:
    return {"sourcedId": own, "type": kind}


def written(moment: datetime.datetime) -> str:
    return moment.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def meets(row: dict[str, Any], where: str) -> bool:
    found = _SINCE.fullmatch(where)
    assert found, where
    changed, since = (datetime.datetime.fromisoformat(word) for word in (row["dateLastModified"], found[2]))
    return changed > since or (bool(found[1]) and changed == since)


def imsx(status: int, description: str, minor: str) -> Answer:
    """Answer an error as the standard has it."""
    field = {"imsx_codeMinorFieldName": "TargetEndSystem", "imsx_codeMinorFieldValue": minor}
    return Answer(
        {
            "imsx_codeMajor": "failure",
            "imsx_severity": "error",
            "imsx_description": description,
            "imsx_CodeMinor": {"imsx_codeMinorField": [field]},
        },
        status,
    )
