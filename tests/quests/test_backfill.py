"""`toolbox quests backfill`: graphs of old quests, none overwritten, and nothing lost without a word."""

import json
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.quests.conftest import Quests
from tests.support.servers import Database
from toolbox_cli.content.faults.families.quests import QUEST
from toolbox_cli.content.quests.checks.run import check
from toolbox_cli.content.quests.old import graph_of_old

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


@pytest.fixture
def old(quests: Quests, database: Database) -> Quests:
    with database.connect() as connection:
        for name, text, graph in (
            ("wood", OLD, None),
            ("ours", QUEST.partition("nodes:")[1] + QUEST.partition("nodes:")[2], None),
            ("broken", "scenes: [", None),
            ("prose", "Once upon a time", None),
            ("drawn", OLD, '{"nodes": [], "edges": []}'),
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
    assert items.keys() == {"wood", "ours", "broken", "prose"}
    assert "can't be read" in items["broken"]["reason"]
    made = graphs(database)
    assert made["drawn"] == {"nodes": [], "edges": []}
    assert made["broken"] is None
    assert made["prose"] is None
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
    assert "2 graphs made" in old("backfill", "--dry-run").stdout
    assert graphs(database) == before


def test_only_those_that_are_named(old: Quests, database: Database) -> None:
    done = old("backfill", "wood", "--details")
    assert done.exit_code == 0
    assert "dropped way intro.options[3]: it leads nowhere" in done.stdout
    assert "merged key intro.image: it is kept under more" in done.stdout
    assert graphs(database)["ours"] is None


def test_the_report_adds_up() -> None:
    read, losses = graph_of_old(yaml.safe_load(OLD), "The wood")
    assert read.wrong == []
    assert check(read.graph) == []
    assert losses.counted == len(losses.objects) == 23
    assert {one.name: one.reason for one in losses.objects if one.fate == "dropped"} == {
        "author": "a graph has no place for it",
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
    read, losses = graph_of_old(content, "T")
    assert losses.counted == len(losses.objects)
    assert all(one.reason for one in losses.objects if one.fate != "mapped")
    check(read.graph)
