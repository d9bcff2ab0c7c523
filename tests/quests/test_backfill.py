"""`toolbox quests backfill`: graphs of old quests, none overwritten, and nothing lost without a word."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.quests.conftest import Quests
from tests.support.servers import Database
from toolbox_cli.content.faults.families.quests import QUEST
from toolbox_cli.content.quests.checks.run import check
from toolbox_cli.content.quests.graph import Graph
from toolbox_cli.content.quests.old import graph_of_old
from toolbox_cli.content.quests.quest import About, Quest
from toolbox_cli.content.quests.writing import react_flow

OLD = """
title: The wood
author: somebody
scenes:
  - id: intro
    title: The edge
    description: You stand at a wood.
    image: wood.png
    options:
      - {text: Go left, goto: left, points: 3}
      - {text: Go right, goto: right}
      - {text: Sleep}
  - {id: left, text: It is dark., type: dialogue, next: right}
  - {id: right, text: You are home., type: end}
  - {id: right, text: Twice.}
"""

WOOD = Quest(quest_id="wood", about=About(title="The wood"), graph=Graph())


@pytest.fixture
def old(quests: Quests, database: Database) -> Quests:
    with database.connect() as connection:
        for name, text, graph in (
            ("wood", OLD, None),
            ("ours", QUEST.partition("nodes:")[1] + QUEST.partition("nodes:")[2], None),
            ("broken", "scenes: [", None),
            ("prose", "Once upon a time", None),
            ("drawn", OLD, '{"nodes": [], "edges": []}'),
            ("null", OLD, "null"),
            ("empty", OLD, "{}"),
        ):
            connection.execute(
                "INSERT INTO pas_in_peace.quests (user_id, quest_id, title, quest_yaml, graph_structure)"
                " VALUES (17, %s, 'The wood', %s, %s)",
                [name, text, graph],
            )
    return quests


def graphs(database: Database) -> dict[str, Any]:
    return dict(database.execute("SELECT quest_id, graph_structure FROM pas_in_peace.quests"))


def test_graphs_are_made_where_there_is_none(old: Quests, database: Database) -> None:
    done = old("backfill", "--format", "json")
    assert done.exit_code == 3
    items = {item["quest"]: item for item in json.loads(done.stdout)["items"]}
    assert items.keys() == {"wood", "ours", "broken", "prose", "null", "empty"}
    assert "can't be read" in items["broken"]["reason"]
    made = graphs(database)
    assert made["drawn"] == {"nodes": [], "edges": []}
    assert made["broken"] is None
    assert made["prose"] is None
    assert made["null"] == made["empty"] == made["wood"]
    assert [node["id"] for node in made["wood"]["nodes"]] == ["begin", "intro", "left", "right"]
    assert {node["id"]: node["type"] for node in made["ours"]["nodes"]}["start"] == "start"
    assert items["ours"]["codes"] == []
    yamls = dict(database.execute("SELECT quest_id, quest_yaml FROM pas_in_peace.quests"))
    assert yamls["wood"] == OLD
    again = old("backfill", "--format", "json")
    assert {item["quest"] for item in json.loads(again.stdout)["items"]} == {"broken", "prose"}
    assert graphs(database) == made


def test_a_dry_run_makes_none(old: Quests, database: Database) -> None:
    before = graphs(database)
    assert "4 graphs made" in old("backfill", "--dry-run").stdout
    assert graphs(database) == before


def test_only_those_that_are_named(old: Quests, database: Database) -> None:
    done = old("backfill", "wood", "--details")
    assert done.exit_code == 0
    assert "dropped way intro.options[3]: it leads nowhere" in done.stdout
    assert "merged key intro.image: it is kept under more" in done.stdout
    assert graphs(database)["ours"] is None


def test_the_report_adds_up() -> None:
    read, losses = graph_of_old(yaml.safe_load(OLD), WOOD)
    assert read.wrong == []
    assert check(read.graph) == []
    assert losses.counted == len(losses.objects) == 23
    assert {one.name: one.reason for one in losses.objects if one.fate == "dropped"} == {
        "intro.options[3]": "it leads nowhere",
        "right (4)": "another node has the same id",
    }
    assert read.graph.edges[1].more == {"points": 3}


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda part: (
        st.lists(part, max_size=3)
        | st.dictionaries(
            st.sampled_from(["nodes", "id", "text", "next", "choices", "type", "tags", "to", "label", "x"]),
            part,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(ANY)
@settings(max_examples=200, deadline=None)
def test_whatever_stands_there_is_read_or_refused(content: Any) -> None:
    read, losses = graph_of_old(content, WOOD)
    assert losses.counted == len(losses.objects)
    assert all(one.reason for one in losses.objects if one.fate != "mapped")
    check(read.graph)


KEPT = """
quest:
  name: wood
  title: Another title
  subtitle: Said beside the nodes
  start: gate
  scenes:
    gate:
      text: At the gate
      title: Gate
      heading: Both are kept
      choices:
        left: {text: Go left, goto: path, condition: courage > 3}
        right: {goto: path, then: WORDS}
        no: {text: No way}
    path: {text: On the path, body: And on, type: puzzle, next: {target: end, note: Slowly}}
    end: {type: end, text: The end}
"""


def test_what_is_not_dropped_is_there() -> None:
    long = "word " * 60
    content = yaml.safe_load(KEPT.replace("WORDS", "Quickly").replace("Go left", long))
    read, losses = graph_of_old(content, WOOD)
    assert read.wrong == []
    held = json.dumps(react_flow(read.graph))
    for words in texts(content):
        assert words in held or words in {"wood", "end", "No way"}, words
    dropped = [one.name for one in losses.objects if one.fate == "dropped"]
    assert dropped == ["gate.choices[3]"]
    merged = {one.name: one.reason or "" for one in losses.objects if one.fate == "merged"}
    assert "condition" in merged["gate.choices[1]"]
    assert "something else" in merged["title"]
    assert {node.id: node.type for node in read.graph.nodes}["gate"] == "choice"


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from texts(part)


def test_what_stands_twice_is_told(old: Quests, database: Database) -> None:
    twice = "scenes:\n  a: {text: One}\n  a: {text: Two}\n"
    database.execute(f"UPDATE pas_in_peace.quests SET quest_yaml = '{twice}' WHERE quest_id = 'prose'")
    done = old("backfill", "prose", "--details")
    assert done.exit_code == 0
    assert "dropped key scenes.a (line 2): it stands again below" in done.stdout


def test_what_moderation_approved_is_no_approval_of_what_is_made_of_it(old: Quests, database: Database) -> None:
    database.execute("""
        SET search_path TO pas_in_peace;
        UPDATE quests SET moderation_status = 'approved', approved_at = now();
        UPDATE quests SET moderation_status = 'rejected' WHERE quest_id = 'null'""")
    old("backfill")
    found = dict(database.execute("SELECT quest_id, moderation_status FROM pas_in_peace.quests"))
    assert found == {
        "wood": "pending", "empty": "pending", "null": "rejected",
        "ours": "approved", "drawn": "approved", "broken": "approved", "prose": "approved",
    }  # fmt: skip
    approved = database.execute("SELECT quest_id FROM pas_in_peace.quests WHERE approved_at IS NOT NULL ORDER BY 1")
    assert [name for (name,) in approved] == ["broken", "drawn", "ours", "prose"]
