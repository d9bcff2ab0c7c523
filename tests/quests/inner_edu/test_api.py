"""openapi.yaml is what the client asks and believes, and no more."""

import json
import uuid
from typing import Any

import pytest
from pydantic import BaseModel, SecretStr, ValidationError

from tests.quests.inner_edu.played import BASE, DESCRIBED, TOKEN, InnerEdu
from toolbox_cli.core.settings import InnerEduSettings
from toolbox_cli.quests.inner_edu.api.client import ASKED_AT_ONCE, PAGE, open_inner_edu
from toolbox_cli.quests.inner_edu.api.shapes import Elsewhere, Progress, QuestPage, Service

HASH = "0" * 64
KEY = "00000000-0000-4000-8000-000000000001"
QUEST = {
    "id": KEY, "quest_id": "two-doors", "revision": 1, "source": {"content_hash": HASH, "revision": 1},
    "deployed_revision": None,
}  # fmt: skip
PROGRESS = {
    "quest": KEY, "parent": KEY, "steps": 3, "completed": True, "sessions": 2, "minutes": 1.5,
    "started_at": "2026-09-01T10:00:00Z", "completed_at": None, "last_played_at": "2026-09-01T10:00:00Z",
}  # fmt: skip
ANSWERS: tuple[tuple[str, type[BaseModel], dict[str, Any]], ...] = (
    ("Service", Service, {"api": "inner_edu", "version": "1.4", "idempotency_keys": False}),
    ("Quest", Elsewhere, QUEST),
    ("Progress", Progress, PROGRESS),
    ("QuestPage", QuestPage, {"quests": [QUEST]}),
)
OTHERS: tuple[Any, ...] = (
    None, True, 0, 1, -1, 1.5, 10_000_001, "", "1.x", "2.0", "a\0b", "a" * 201, HASH, KEY, "2026-09-01T12:00:00+02:00",
    "yesterday", [], [KEY], [QUEST] * 201, {}, {"content_hash": HASH}, {"content_hash": HASH, "revision": 0},
    {"content_hash": "0", "revision": 1},
)  # fmt: skip


def believed(shape: type[BaseModel], value: Any) -> bool:
    try:
        shape.model_validate_json(json.dumps(value))
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize(("name", "shape", "sample"), ANSWERS, ids=[name for name, _, _ in ANSWERS])
def test_an_answer_is_believed_just_where_it_is_as_described(
    name: str, shape: type[BaseModel], sample: dict[str, Any]
) -> None:
    described = DESCRIBED.document["components"]["schemas"][name]
    assert {*described["properties"]} == {*shape.model_fields} == {*described["required"]}
    changed = [{**sample, field: other} for field in sample for other in OTHERS]
    lacking = [{other: sample[other] for other in sample if other != field} for field in sample]
    for value in (sample, {**sample, "more": "than that"}, *changed, *lacking):
        assert believed(shape, value) == (not DESCRIBED.faults(value, described)), value


def test_all_that_is_described_is_asked(inner_edu: InnerEdu) -> None:
    with open_inner_edu(InnerEduSettings(url=inner_edu.url, token=SecretStr(TOKEN))) as asking:
        asking.greet()
        quest = {"id": KEY, "quest_id": "two-doors", "author": KEY, "content_hash": HASH, "content": CONTENT}
        made = asking.create(quest)
        assert asking.quests() == [made]
        assert asking.withdraw(asking.deploy(asking.update(made, quest))).deployed_revision is None
        assert list(asking.progress([uuid.UUID(KEY)] * ASKED_AT_ONCE)) == []
    asked = {(one.method, DESCRIBED.path(one, BASE)) for one in inner_edu.web.asked}
    assert asked == {
        (method.upper(), path) for path, methods in DESCRIBED.document["paths"].items() for method in methods
    }
    parameters = DESCRIBED.document["paths"]["/quests"]["get"]["parameters"]
    assert {"maximum": PAGE}.items() <= next(one["schema"] for one in parameters if one["name"] == "limit").items()


CONTENT = {
    "title": "Two doors", "description": None, "yaml_content": "nodes: {}",
    "graph_structure": {"nodes": [], "edges": []}, "age_range": None, "difficulty_level": None, "location": None,
    "reveal": {"enabled": True, "threshold": 0.8, "message": None},
}  # fmt: skip
