"""Quests, in the form that authors use, and the recovery tracks of parents."""

import re
from collections.abc import Iterator, Mapping, Set
from typing import Annotated, ClassVar, Final, Self

from pydantic import Field

from toolbox_cli.content.quests.graph import Tag
from toolbox_cli.content.quests.quest import About
from toolbox_cli.content.quests.quest import Quest as Native
from toolbox_cli.content.quests.whole import said
from toolbox_cli.content.quests.writing import graph_yaml, react_flow
from toolbox_cli.content.reference.base import (
    MADE_AT,
    OWNER,
    Entry,
    Fault,
    Key,
    Known,
    Line,
    Made,
    Part,
    Positive,
    Ref,
    Text100,
    Text200,
)

AGES: Final = r"^\d{1,2}-\d{1,2}$"
SCHOOLS: Final = ("IFS", "DBT", "CBT", "ACT")
SAID: Final = ("title", "description", "psychological_module", "age_range", "location", "difficulty_level")
"""What reference data says of a quest."""


class Quest(Entry):
    """A quest in the form that authors use, of which reference data asks more."""

    native: Native

    def rows(self, key: str) -> Iterator[Made]:
        native = self.native
        values = native.values()
        made = {
            "user_id": Ref("users", OWNER),
            "quest_id": key,
            **{name: values[name] for name in SAID},
            "quest_yaml": graph_yaml(native.graph, native.about.title),
            "total_nodes": len(native.graph.nodes),
            "graph_structure": react_flow(native.graph),
            "status": "draft",
            "moderation_status": "pending",
            "reveal_enabled": False,
            "is_public": False,
            "psychologist_reviewed": False,
            "created_at": MADE_AT,
        }
        yield Made("quests", key, made)

    def faults(self, key: str, known: Known) -> Iterator[Fault]:
        about = self.native.about
        for name in SAID:
            if not getattr(about, name):
                yield (name,), "is missing"
        for name in said_beside(about):
            yield (name,), "reference data is of no family"
        if about.psychological_module and about.psychological_module not in SCHOOLS:
            yield ("psychological_module",), f"expected {', '.join(SCHOOLS)}"
        yield from _ages(about.age_range)
        for tag in (Tag.SAFE_EXIT, Tag.ADULT):
            if not any(node.has(tag) for node in self.native.graph.nodes):
                yield ("nodes",), f"no node has the tag {tag}"


def said_beside(about: About) -> list[str]:
    """Give what is said of a quest that reference data does not say."""
    return [name for name in said(about) if name not in SAID]


def _ages(given: str | None) -> Iterator[Fault]:
    if given and not re.match(AGES, given):
        yield ("age_range",), "is not written like 7-9"
    elif given and int(given.partition("-")[0]) > int(given.partition("-")[2]):
        yield ("age_range",), "ends before it begins"


class Practice(Part):
    """Something a parent does."""

    title: Text100
    minutes: Positive
    text: Line


class Phase(Part):
    """A phase of a track.

    Attributes:
        seek_help: when what the phase offers is not enough.
    """

    aim: Line
    weeks: Positive
    seek_help: Line
    activities: Annotated[dict[Key, Practice], Field(min_length=3)]


class Phases(Part):
    awareness: Phase
    expression: Phase
    action: Phase
    mastery: Phase


TRACKS: Final = ("self_work", "child_connection", "negotiation", "community")


class Track(Entry):
    """A recovery track; no table holds it."""

    key_pattern: ClassVar[str] = f"^({'|'.join(TRACKS)})$"

    title: Text200
    aim: Line
    phases: Phases

    def rows(self, key: str) -> Iterator[Made]:
        yield from ()

    @classmethod
    def faults_together(cls, entries: Mapping[str, Self], named: Set[str]) -> Iterator[tuple[str, Fault]]:
        if missing := [name for name in TRACKS if name not in named]:
            yield next(iter(entries)), ((), f"the tracks {', '.join(missing)} are missing beside it")
