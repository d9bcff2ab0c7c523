"""inner_edu, played by a real server that keeps to openapi.yaml, and holds whoever asks to it."""

import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import toolbox_cli
from tests.support.openapi import Described
from tests.support.web import Answer, Asked, Web
from toolbox_cli.quests.inner_edu.api.naming import parent_uuid

BASE: Final = "/api/v1"
TOKEN: Final = "a-token-that-nobody-may-see"  # noqa: S105
DESCRIBED: Final = Described(Path(toolbox_cli.__file__).parent / "quests" / "inner_edu" / "api" / "openapi.yaml")
WRITES: Final = {"POST", "PUT"}


@dataclass
class Kept:
    """A quest there."""

    id: str
    quest_id: str
    content: dict[str, Any]
    revision: int = 1
    written: tuple[str, int] | None = None
    deployed: int | None = None
    author: str = ""

    def shown(self) -> dict[str, Any]:
        source = self.written and {"content_hash": self.written[0], "revision": self.written[1]}
        return {
            "id": self.id, "quest_id": self.quest_id, "revision": self.revision, "source": source,
            "deployed_revision": self.deployed,
        }  # fmt: skip


@dataclass
class InnerEdu:
    """What it has.

    Attributes:
        renames: ids are its own, not those that are proposed.
        keys: whether it says that it keeps to idempotency keys.
        page: quests of a page.
    """

    web: Web
    quests: list[Kept] = field(default_factory=list)
    progress: list[dict[str, Any]] = field(default_factory=list)
    renames: bool = False
    keys: bool = True
    page: int = 200
    done: dict[str, Answer] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for method, path, handler in (
            ("GET", "service", lambda _: Answer({"api": "inner_edu", "version": "1.0", "idempotency_keys": self.keys})),
            ("GET", "quests", self.listed),
            ("POST", "quests", self.created),
            ("PUT", "quests/{id}", self.updated),
            ("PUT", "quests/{id}/deployment", self.deployed),
            ("DELETE", "quests/{id}/deployment", self.withdrawn),
            ("GET", "progress", self.told),
        ):
            self.web.on(method, f"{BASE}/{path}", self.holding(handler))

    @property
    def url(self) -> str:
        return f"{self.web.url}{BASE}"

    @property
    def only(self) -> Kept:
        (quest,) = self.quests
        return quest

    def asked(self, *methods: str) -> list[str]:
        """Method and path of each request."""
        return [f"{one.method} {one.path.removeprefix(BASE)}" for one in self.web.asked if one.method in methods]

    def plays(self, author: int = 17, **values: Any) -> dict[str, Any]:
        """Let the child of a parent have played the only quest."""
        told = {
            "quest": self.only.id, "parent": str(parent_uuid(author)), "steps": 3, "completed": False, "sessions": 2,
            "minutes": 12.5, "started_at": "2026-09-01T10:00:00Z", "completed_at": None,
            "last_played_at": "2026-09-02T10:00:00+02:00", **values,
        }  # fmt: skip
        self.progress.append(told)
        return told

    def holding(self, handler: Any) -> Any:
        def held(asked: Asked) -> Answer:
            assert not DESCRIBED.request_faults(asked, BASE), DESCRIBED.request_faults(asked, BASE)
            answer = self.once(asked, handler)
            assert not DESCRIBED.answer_faults(asked, BASE, answer), DESCRIBED.answer_faults(asked, BASE, answer)
            return answer

        return held

    def once(self, asked: Asked, handler: Any) -> Answer:
        if asked.headers["authorization"] != f"Bearer {TOKEN}":
            return Answer({"error": "who are you?"}, 401)
        key = asked.headers.get("idempotency-key", "")
        if key in self.done and self.keys:
            return self.done[key]
        answer: Answer = handler(asked)
        if asked.method in WRITES and answer.status < 400:
            self.done[key] = answer
        return answer

    def listed(self, asked: Asked) -> Answer:
        cursor = asked.query.get("cursor", "")
        at = int(cursor) if cursor.isdecimal() else 0
        quests = [one.shown() for one in self.quests[at : at + self.page]]
        more = at + self.page < len(self.quests)
        link = {"Link": f'<{self.url}/quests?source=pas_in_peace&cursor={at + self.page}>; rel="next"'} if more else {}
        return Answer({"quests": quests}, headers=link)

    def created(self, asked: Asked) -> Answer:
        given = asked.json()
        if any(one.quest_id == given["quest_id"] for one in self.quests):
            return Answer({"error": "it is there"}, 409)
        key = str(uuid.uuid4()) if self.renames else given["id"]
        written = (given["content_hash"], 1)
        self.quests.append(Kept(key, given["quest_id"], given["content"], written=written, author=given["author"]))
        return Answer(self.quests[-1].shown(), 201)

    def updated(self, asked: Asked) -> Answer:
        given, quest = asked.json(), self.named(asked.parts["id"])
        if quest is None:
            return Answer({"error": "not there"}, 404)
        if asked.headers["if-match"] != f'"{quest.revision}"':
            return Answer({"error": "another revision"}, 412)
        quest.revision += 1
        quest.content, quest.written = given["content"], (given["content_hash"], quest.revision)
        return Answer(quest.shown())

    def deployed(self, asked: Asked) -> Answer:
        quest = self.named(asked.parts["id"])
        if quest is None:
            return Answer({"error": "not there"}, 404)
        if asked.json()["revision"] != quest.revision:
            return Answer({"error": "another revision"}, 412)
        quest.deployed = quest.revision
        return Answer(quest.shown())

    def withdrawn(self, asked: Asked) -> Answer:
        quest = self.named(asked.parts["id"])
        if quest is None:
            return Answer({"error": "not there"}, 404)
        quest.deployed = None
        return Answer(quest.shown())

    def told(self, asked: Asked) -> Answer:
        authors = {one.id: one.author for one in self.quests if one.id in asked.queries["quest"]}
        return Answer({"progress": [one for one in self.progress if authors.get(one["quest"]) == one["parent"]]})

    def named(self, key: str) -> Kept | None:
        return next((one for one in self.quests if one.id == key), None)
