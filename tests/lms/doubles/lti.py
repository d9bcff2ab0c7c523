"""A platform of LTI Advantage that serves a roster.

    double = LtiDouble(web, district(), public_key, stopped.now)     # its services are below web.url

Answers as Moodle 4.3 was recorded to (`fixtures/lms/recorded/lti`), and as its source code says:

* a token is given for an assertion that our key signed, for once, and not for longer than five minutes;
* members are those who are active, all called so, a suspended account too; a teacher is an Instructor, a manager too,
  and whoever is a student as well, or an assistant, a Learner alone; `limit` gives pages by a Link header (`nrps_p1`);
* line items come whole, and with `limit` by a Link header that can't be read (`li_list_p1`); one that is posted twice
  is two;
* a score is refused with 409 if it is not newer by the second (`score_older`, `scores.php`), with 400 if it is not a
  learner's; more points than there are, and moments of the future or without a zone, are taken;
* results with `limit` are a page of HTML with status 404.
"""

import base64
import datetime
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from email.utils import format_datetime
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from tests.lms.doubles.roster import Roster
from tests.support.web import Answer, Asked, Web

CLIENT_ID: Final = "toolbox-tool"
TOKEN_PATH: Final = "/mod/lti/token.php"  # noqa: S105  an address
SERVICES: Final = "/mod/lti/services.php"
LEEWAY_S: Final = 20
NRPS: Final = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
AGS: Final = "https://purl.imsglobal.org/spec/lti-ags/scope/"
TYPES: Final = {
    "members": "application/vnd.ims.lti-nrps.v2.membershipcontainer+json",
    "items": "application/vnd.ims.lis.v2.lineitemcontainer+json",
    "item": "application/vnd.ims.lis.v2.lineitem+json",
    "score": "application/vnd.ims.lis.v1.score+json",
    "results": "application/vnd.ims.lis.v2.resultcontainer+json",
}


@dataclass
class LtiDouble:
    """The platform.

    Attributes:
        now: our time; the platform's is `ahead_s` ahead.
        page_rows: the most members on a page, whatever is asked for.
        links: whether a page says that there are more.
        says: what is said of a member otherwise, by the person's id.
        items: line items by number, with the course that each is of.
        scores: what stands there, by line item and person, with its moment.
        stores: what becomes of a score.
        refused: why assertions were refused, in order.
    """

    web: Web
    roster: Roster
    public_key: rsa.RSAPublicKey
    now: Callable[[], datetime.datetime]
    page_rows: int = 1000
    ahead_s: float = 0
    links: bool = True
    scopes: frozenset[str] = frozenset({NRPS, f"{AGS}lineitem", f"{AGS}score", f"{AGS}result.readonly"})
    says: dict[str, dict[str, Any]] = field(default_factory=dict)
    items: dict[str, tuple[str, dict[str, Any]]] = field(default_factory=dict)
    scores: dict[tuple[str, str], tuple[Decimal, datetime.datetime]] = field(default_factory=dict)
    stores: Callable[[Decimal], Decimal] = lambda score: score
    refused: list[str] = field(default_factory=list)
    headers: list[dict[str, Any]] = field(default_factory=list)
    claims: list[dict[str, Any]] = field(default_factory=list)
    _tokens: dict[str, tuple[str, datetime.datetime]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        course, item = f"{SERVICES}/{{course}}/lineitems", f"{SERVICES}/{{course}}/lineitems/{{item}}/lineitem"
        for assignment in self.roster.assignments.values():
            self.add(assignment.course_id, assignment.title, assignment.points or Decimal(100), own=assignment.id)
        members = f"{SERVICES}/CourseSection/{{course}}/bindings/1/memberships"
        self.web.on("POST", TOKEN_PATH, self._token)
        self.web.on("GET", members, self._signed(NRPS, "members", self._members))
        self.web.on("GET", course, self._signed(f"{AGS}lineitem", "items", self._listed))
        self.web.on("POST", course, self._signed(f"{AGS}lineitem", "item", self._made))
        self.web.on("POST", f"{item}/scores", self._signed(f"{AGS}score", "score", self._scored))
        self.web.on("GET", f"{item}/results", self._signed(f"{AGS}result.readonly", "results", self._results))

    @property
    def token_url(self) -> str:
        return f"{self.web.url}{TOKEN_PATH}"

    def memberships_url(self, course: str) -> str:
        return f"{self.web.url}{SERVICES}/CourseSection/{course}/bindings/1/memberships"

    def lineitems_url(self, course: str) -> str:
        return f"{self.web.url}{SERVICES}/{course}/lineitems?type_id=1"

    def item_url(self, own: str) -> str:
        return f"{self.web.url}{SERVICES}/{self.items[own][0]}/lineitems/{own}/lineitem?type_id=1"

    def add(
        self, course: str, label: str, points: Decimal, resource: str = "", tag: str = "", *, own: str | None = None
    ) -> str:
        """Make a line item; gives its number."""
        own = own or str(118 + len(self.items))
        given = {"label": label, "scoreMaximum": float(points), "resourceId": resource, "tag": tag}
        self.items[own] = (course, given)
        return own

    def forget_tokens(self) -> None:
        """Take no token any more that was given until now."""
        self._tokens.clear()

    def time(self) -> datetime.datetime:
        return self.now() + datetime.timedelta(seconds=self.ahead_s)

    def _token(self, asked: Asked) -> Answer:
        given = asked.form
        why = self._refusal(given)
        if why:
            self.refused.append(why)
            return self._dated(Answer({"error": "invalid_client", "error_description": why}, 400))
        token = f"token-{len(self.claims)}"
        self._tokens[token] = (given["scope"], self.time() + datetime.timedelta(hours=1))
        body = {"access_token": token, "token_type": "Bearer", "expires_in": 3600, "scope": given["scope"]}
        return self._dated(Answer(body))

    def _refusal(self, given: dict[str, str]) -> str | None:
        head, claims, signed, signature = taken_apart(given["client_assertion"])
        try:
            self.public_key.verify(signature, signed, padding.PKCS1v15(), hashes.SHA256())
        except InvalidSignature:
            return "signature"
        now_s = self.time().timestamp()
        wrong = {
            "grant": given["grant_type"] != "client_credentials"
            or given["client_assertion_type"] != "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "algorithm": head["alg"] != "RS256",
            "issuer": not claims["iss"] == claims["sub"] == CLIENT_ID,
            "audience": claims["aud"] != self.token_url,
            "over": claims["exp"] <= now_s,
            "future": claims["iat"] > now_s + LEEWAY_S,
            "long": claims["exp"] - claims["iat"] > 300,
            "again": claims["jti"] in {each["jti"] for each in self.claims},
            "scope": not set(given["scope"].split()) <= self.scopes,
        }
        self.headers.append(head)
        self.claims.append(claims)
        return next((why for why, found in wrong.items() if found), None)

    def _signed(self, scope: str, kind: str, handler: Callable[[Asked], Answer]) -> Callable[[Asked], Answer]:
        def answer(asked: Asked) -> Answer:
            token = asked.headers.get("authorization", "").removeprefix("Bearer ")
            scopes, ends_at = self._tokens.get(token, ("", self.time()))
            if ends_at <= self.time() or scope not in scopes.split():
                return self._dated(Answer("", 401))
            named = "content-type" if asked.method == "POST" else "accept"
            if asked.headers.get(named) != TYPES[kind]:
                return self._dated(Answer("[]", 400))
            made = handler(asked)
            typed = made if "Content-Type" in made.headers else made.with_headers({"Content-Type": TYPES[kind]})
            return self._dated(typed)

        return answer

    def _dated(self, answer: Answer) -> Answer:
        return answer.with_headers({"Date": format_datetime(self.time(), usegmt=True)})

    def _members(self, asked: Asked) -> Answer:
        course = asked.parts["course"]
        rows = self.members(course)
        start = int(asked.query.get("from", "0"))
        end = start + min(int(asked.query.get("limit", "1000000")), self.page_rows)
        known = self.roster.courses[course]
        body = {
            "id": self.memberships_url(course),
            "context": {"id": course, "label": f"label_{course}", "title": known.title},
            "members": rows[start:end],
        }
        link = f'<{self.memberships_url(course)}?limit={end - start}&from={end}>; rel="next"'
        return Answer(body, headers={"Link": link} if self.links and end < len(rows) else {})

    def members(self, course: str) -> list[dict[str, Any]]:
        """Give everybody whom the platform shows."""
        found: dict[str, set[str]] = {}
        for row in self.roster.enrollments.values():
            if row.course_id == course and row.standing == "active":
                found.setdefault(row.person_id, set()).add(row.role)
        return [{**self._member(own, roles), **self.says.get(own, {})} for own, roles in found.items()]

    def _member(self, own: str, roles: set[str]) -> dict[str, Any]:
        person = self.roster.people[own]
        member = {
            "status": "Active",
            "roles": ["Learner" if roles & {"student", "assistant"} else "Instructor"],
            "user_id": own,
            "lis_person_sourcedid": person.sis_id,
            "name": f"{person.given_name} {person.family_name}",
            "given_name": person.given_name,
            "family_name": person.family_name,
            "email": person.email,
            "ext_user_username": person.username,
        }
        return {name: value for name, value in member.items() if value is not None}

    def _listed(self, asked: Asked) -> Answer:
        rows = [self._item(own) for own, (course, _) in self.items.items() if course == asked.parts["course"]]
        if "limit" not in asked.query:
            return Answer(rows)
        size = int(asked.query["limit"])
        url = f"{self.lineitems_url(asked.parts['course'])}&amp;limit={size}&amp;from="
        links = ", ".join(f"<{url}{at}>; rel=“{rel}”" for rel, at in [("first", 0), ("next", size)])
        return Answer(rows[:size], headers={"Link": links.encode().decode("latin-1")})

    def _item(self, own: str) -> dict[str, Any]:
        return {"id": self.item_url(own), **self.items[own][1]}

    def _made(self, asked: Asked) -> Answer:
        sent = asked.json()
        own = self.add(
            asked.parts["course"], sent["label"], Decimal(sent["scoreMaximum"]), sent["resourceId"], sent["tag"]
        )
        return Answer(self._item(own), 201)

    def _scored(self, asked: Asked) -> Answer:
        sent, item = asked.json(), asked.parts["item"]
        user, at = sent["userId"], datetime.datetime.fromisoformat(sent["timestamp"]).replace(microsecond=0)
        learners = {
            row["user_id"] for row in self.members(asked.parts["course"]) if any("Learner" in r for r in row["roles"])
        }
        if user not in learners:
            return Answer("[]", 400)
        before = self.scores.get((item, user))
        if before and at <= before[1]:
            return Answer("[]", 409)
        if sent["gradingProgress"] == "FullyGraded":
            share = Decimal(str(sent["scoreGiven"])) / Decimal(str(sent["scoreMaximum"]))
            most = Decimal(str(self.items[item][1]["scoreMaximum"]))
            self.scores[item, user] = (self.stores(round(share * most, 5)), at)
        return Answer("")

    def _results(self, asked: Asked) -> Answer:
        item = asked.parts["item"]
        if "limit" in asked.query:
            return Answer("<!DOCTYPE html><title>Error</title>", 404, {"Content-Type": "text/html; charset=utf-8"})
        found = [
            {
                "id": f"{self.item_url(item).replace('?', '/results?')}&user_id={user}",
                "userId": user,
                "resultScore": float(score),
                "resultMaximum": self.items[item][1]["scoreMaximum"],
                "scoreOf": self.item_url(item),
                "timestamp": at.isoformat(),
            }
            for (of, user), (score, at) in self.scores.items()
            if of == item and asked.query.get("user_id", user) == user
        ]
        return Answer(found)


def taken_apart(assertion: str) -> tuple[dict[str, Any], dict[str, Any], bytes, bytes]:
    """Give the header, the claims, what was signed, and the signature of a JWT."""
    head, claims, signature = (base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)) for part in assertion.split("."))
    return json.loads(head), json.loads(claims), assertion.rpartition(".")[0].encode(), signature
