from hashlib import sha256
from typing import Any

import pytest

from tests.support.quests import Connection, add_parent, add_quest, hash_of, one, update
from toolbox_cli.models.pas_in_peace.quests import Quest

pytestmark = pytest.mark.every_version

GRAPH: dict[str, Any] = {
    "nodes": [
        {"id": "start", "type": "scene", "data": {"label": "The gate", "style": "whispered", "width": 3}},
        {"id": "end", "type": "reveal", "data": {"label": "The garden"}},
    ],
    "edges": [{"id": "e", "source": "start", "target": "end", "data": {"choice": "go in"}}],
    "tags": ["calm"],
}

CONTENT: dict[str, Any] = {
    "title": "Another title",
    "description": "About a garden",
    "child_name": "Robin",
    "child_age": 8,
    "child_interests": ["maps"],
    "quest_yaml": "nodes: [start]",
    "graph_structure": GRAPH,
    "psychological_module": "CBT",
    "location": "garden",
    "age_range": "7-9",
    "difficulty_level": "easy",
    "family_photos": ["lake.jpg"],
    "family_memories": ["the lake"],
    "family_jokes": ["the duck"],
    "familiar_locations": ["the lake"],
    "reveal_enabled": False,
    "reveal_threshold_percentage": 0.5,
    "reveal_message": "It was me",
}
"""Another value for each column that a child sees, or that decides what it sees."""

NO_CONTENT = {
    *("id", "user_id", "quest_id", "total_nodes", "status", "moderation_status", "moderation_issues"),
    *("moderation_notes", "deployed_to_inner_edu", "inner_edu_quest_id", "deployed_at", "created_at", "last_edited"),
    *("approved_at", "is_public", "rating", "plays_count", "psychologist_reviewed", "psychologist_review_id"),
    *("reviewed_at", "reveal_count", "last_reveal_at"),
}

LAYOUT: dict[str, Any] = {
    "position": {"x": 1, "y": 2},
    "positionAbsolute": {"x": 1, "y": 2},
    "width": 10,
    "height": 10,
    "initialWidth": 10,
    "initialHeight": 10,
    "measured": {"width": 10},
    "zIndex": 1,
    "style": {"width": 200, "opacity": 0.5},
    "selected": True,
    "dragging": True,
    "resizing": True,
}


@pytest.fixture
def connection(pas_in_peace_connection: Connection) -> Connection:
    return pas_in_peace_connection


@pytest.fixture
def quest(connection: Connection) -> int:
    return add_quest(connection, add_parent(connection), graph_structure=GRAPH | {"tags": []})


def hash_with(connection: Connection, quest: int, graph: Any) -> str:
    update(connection, "quests", quest, graph_structure=graph)
    return hash_of(connection, quest)


def test_every_column_of_a_quest_is_content_or_not() -> None:
    assert CONTENT.keys() | NO_CONTENT == set(Quest.__table__.columns.keys())
    assert not CONTENT.keys() & NO_CONTENT


@pytest.mark.parametrize("name", CONTENT)
def test_changed_content_has_another_hash(connection: Connection, quest: int, name: str) -> None:
    before = hash_of(connection, quest)
    held = connection.execute(f"SELECT {name} FROM quests WHERE id = {quest}").fetchall()[0][0]
    update(connection, "quests", quest, **{name: CONTENT[name]})
    assert hash_of(connection, quest) != before
    update(connection, "quests", quest, **{name: held})
    assert hash_of(connection, quest) == before


def test_what_is_no_content_leaves_the_hash(connection: Connection, quest: int) -> None:
    before = hash_of(connection, quest)
    connection.execute(
        """
        UPDATE quests SET user_id = DEFAULT_USER, quest_id = 'other', total_nodes = 9, status = 'other',
            moderation_status = 'other', moderation_issues = '["x"]', moderation_notes = 'x',
            deployed_to_inner_edu = true, inner_edu_quest_id = 'x', deployed_at = now(),
            created_at = now() - interval '1 day', last_edited = now(), approved_at = now(), rating = 5,
            plays_count = 9, psychologist_reviewed = true, reviewed_at = now(), reveal_count = 9,
            last_reveal_at = now()""".replace("DEFAULT_USER", str(add_parent(connection)))
    )
    assert hash_of(connection, quest) == before


def test_the_same_content_of_another_quest_has_the_same_hash(connection: Connection, quest: int) -> None:
    other = add_quest(connection, add_parent(connection), graph_structure=GRAPH | {"tags": []})
    assert hash_of(connection, other) == hash_of(connection, quest)


def test_layout_is_no_content(connection: Connection, quest: int) -> None:
    before = hash_with(connection, quest, GRAPH)
    moved = GRAPH | {
        "nodes": [node | LAYOUT for node in GRAPH["nodes"]],
        "edges": [edge | LAYOUT for edge in GRAPH["edges"]],
        "viewport": {"x": 10, "zoom": 2},
    }
    assert hash_with(connection, quest, moved) == before


@pytest.mark.parametrize(
    "change",
    [
        {"nodes": GRAPH["nodes"][::-1]},
        {"nodes": GRAPH["nodes"][:1]},
        {"nodes": []},
        {"nodes": [{**GRAPH["nodes"][0], "data": {"label": "The gate"}}, GRAPH["nodes"][1]]},
        {"nodes": [{**GRAPH["nodes"][0], "hidden": True}, GRAPH["nodes"][1]]},
        {"edges": [{**GRAPH["edges"][0], "target": "start"}]},
        {
            "nodes": [
                {**GRAPH["nodes"][0], "style": {"background": "url(//other.example/x)"}},
                GRAPH["nodes"][1],
            ]
        },
        {"nodes": [{**GRAPH["nodes"][0], "position": {"x": 1, "y": ["Nobody likes you"]}}, GRAPH["nodes"][1]]},
        {"edges": [{**GRAPH["edges"][0], "width": "Nobody likes you"}]},
        {"viewport": {"x": 1, "note": "Nobody likes you"}},
        {"tags": ["loud"]},
        {"start": "end"},
    ],
    ids=str,
)
def test_the_rest_of_the_graph_is_content(connection: Connection, quest: int, change: dict[str, Any]) -> None:
    before = hash_with(connection, quest, GRAPH)
    assert hash_with(connection, quest, GRAPH | change) != before


def test_graphs_of_no_known_shape_are_content_as_they_are(connection: Connection, quest: int) -> None:
    shapes = [None, {}, [], [{"position": 1}], {"nodes": {"a": {"position": 1}}}, {"nodes": ["a"]}, {"nodes": []}]
    assert len({hash_with(connection, quest, shape) for shape in shapes}) == len(shapes)


def test_hash_is_the_same_however_the_session_writes_values(connection: Connection, quest: int) -> None:
    update(connection, "quests", quest, reveal_threshold_percentage=0.1 + 0.2)
    before = hash_of(connection, quest)
    connection.execute("""
        SET LOCAL TimeZone = 'Asia/Kathmandu'; SET LOCAL DateStyle = 'German'; SET LOCAL extra_float_digits = -3;
        SET LOCAL bytea_output = 'escape'; SET LOCAL search_path = 'public'""")
    after = one(connection, f"SELECT pas_in_peace.quest_content_hash(q) FROM pas_in_peace.quests q WHERE id = {quest}")
    assert after == before


def test_hash_is_the_same_in_any_order_of_keys(connection: Connection, quest: int) -> None:
    before = hash_with(connection, quest, GRAPH)
    turned = {key: [dict(reversed(each.items())) for each in GRAPH[key]] for key in ("edges", "nodes")}
    assert hash_with(connection, quest, dict(reversed((GRAPH | turned).items()))) == before


def test_hash_is_sha256_of_the_content_as_json(connection: Connection) -> None:
    quest = add_quest(connection, add_parent(connection), title="Größe")
    text = one(
        connection,
        """SELECT (jsonb_build_object('graph', NULL, 'reveal_threshold', reveal_threshold_percentage) || (
               to_jsonb(q) - %s::text[]))::text FROM quests AS q WHERE id = %s""",
        [[*NO_CONTENT, "graph_structure", "reveal_threshold_percentage"], quest],
    )
    assert hash_of(connection, quest) == sha256(text.encode()).hexdigest()
