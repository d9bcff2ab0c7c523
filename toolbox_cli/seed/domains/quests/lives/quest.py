"""A quest that a parent made: its words, its content, its row."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from toolbox_cli.core.chance import Chance
from toolbox_cli.seed.domains.quests.families.people import Family, few
from toolbox_cli.seed.domains.quests.lives.life import Life
from toolbox_cli.seed.domains.quests.lives.playing import Play
from toolbox_cli.seed.domains.quests.story.content import hash_of
from toolbox_cli.seed.domains.quests.story.graph import SHAPES
from toolbox_cli.seed.domains.quests.story.story import Story, story_of
from toolbox_cli.seed.domains.quests.story.words import HEROES, JOKES, MEMORIES, SCHOOLS, SPOTS
from toolbox_cli.seed.making.keys import Run, dashed
from toolbox_cli.seed.making.moments import Moment, written, written_if
from toolbox_cli.seed.making.text import Raw, Row

_SCHOOLS: Final = tuple(SCHOOLS)
_AGES: Final = (*["4-6"] * 7, *["7-9"] * 3, *["10-12"] * 3, *["13-15"] * 3, *["16-18"] * 3)
"""Age range by age."""

_THRESHOLDS: Final = (0.6, 0.7, 0.8, 0.8, 0.9)
_DRAWINGS: Final = ("https://media.example.org/drawings/lake.svg", "https://media.example.org/drawings/tree.svg")
_ISSUES: Final = (
    Raw('[{"code":"blame","node":"meet","note":"One answer sounds like blame."}]'),
    Raw('[{"code":"contact","node":"reveal","note":"The text asks the child to write to somebody."}]'),
)
_NONE: Final = Raw("[]")


class Words(NamedTuple):
    """A family's own words in a quest, all of them plain.

    Attributes:
        lists: interests, memories, jokes, places and pictures, each a JSON list as `jsonb` writes it.
    """

    child: str
    title: str
    memory: str
    joke: str
    spot: str
    lists: tuple[str, str, str, str, str]

    @property
    def values(self) -> tuple[str, str, str, str, str]:
        """Give what fills a story's holes, in their order."""
        return self.child, self.title, self.memory, self.joke, self.spot


class Names(NamedTuple):
    """What a run calls its quests.

    Attributes:
        run: the run's key.
        first: its first integer key.
        uuids: how the keys begin that its quests have at the other platform.
    """

    run: str
    first: int
    uuids: str

    def tail(self, key: int) -> str:
        """Give the end of a quest's name, which no other has."""
        return f"{self.run}-{key - self.first:07d}"

    def elsewhere(self, key: int) -> str:
        """Give a quest's key at the other platform."""
        return dashed(f"{self.uuids}{key - self.first:015x}")


def names_in(run: Run) -> Names:
    """Give what a run calls its quests."""
    return Names(run.key, run.integers.start, run.uuids("inner_edu"))


@dataclass(slots=True)
class Quest:
    """A quest in the making.

    Attributes:
        quality: mean 0 and deviation 1; reviewers and players feel it.
        graph: the story with the family's words, in COPY's format.
        plays: by whom, the own child's too, whether or not they are kept.
        ratings: their sum and number.
    """

    key: int
    family: Family
    life: Life
    story: Story
    words: Words
    quality: float
    threshold: float
    graph: Raw
    plays: list[Play] = field(default_factory=list)
    stars: int = 0
    ratings: int = 0

    @property
    def age_range(self) -> str:
        return _AGES[self.family.age]

    @property
    def difficulty(self) -> str:
        return "easy" if self.family.age <= 8 else "medium" if self.family.age <= 12 else "hard"

    @property
    def reveal_message(self) -> str:
        return f"It was me, {self.words.child}. I am proud of you."

    def content_hash(self) -> str:
        """Give the hash of what was reviewed: of quests that were edited since, without the reveal's message."""
        words = self.words
        interests, memories, jokes, spots, pictures = words.lists
        message = "null" if self.life.edited_since else f'"{self.reveal_message}"'
        about, location, school = self.story.fixed
        return hash_of(self.story.content, words.values, (
            f'"{words.title}"', location, f'"{self.age_range}"', str(self.family.age), f'"{words.child}"', about,
            jokes, pictures, "true", message, interests, memories, f'"{self.difficulty}"', repr(self.threshold), spots,
            school,
        ))  # fmt: skip

    def row(self, names: Names, deployed_at: Moment | None) -> Row:
        """Write the quest down.

        Args:
            names: those that the run gives to quests.
            deployed_at: when the other platform got the quest; None while it has not.
        """
        life, words, values, plays, story = self.life, self.words, self.words.values, self.plays, self.story
        interests, memories, jokes, spots, pictures = words.lists
        ended = [play.ended_at for play in plays if play.completed]
        rejected = life.moderation == "rejected"
        return (
            self.key, self.family.home.user, f"{story.name}-{names.tail(self.key)}",
            words.title, story.about, words.child, self.family.age, Raw(interests),
            Raw(story.yaml.filled(values)), story.nodes, self.difficulty, Raw(pictures), Raw(memories),
            Raw(jokes), Raw(spots), life.status, life.moderation, _ISSUES[self.key % 2] if rejected else _NONE,
            "Please change what is marked." if rejected else None, True, self.threshold, self.reveal_message,
            deployed_at is not None,
            names.elsewhere(self.key) if deployed_at else None, written_if(deployed_at),
            written(life.created_at), written(life.edited_at),
            written_if(life.moderated_at) if life.moderation == "approved" else None,
            self.graph, story.school, story.location, self.age_range, False,
            round(self.stars / self.ratings, 2) if self.ratings else 0.0, sum([play.sessions for play in plays]),
            life.reviewed_at is not None, None, written_if(life.reviewed_at), len(ended),
            written_if(max(ended, default=None)),
        )  # fmt: skip


_FROM_SHARED: Final = 0.5
"""Share of quests for the own child that start from one of the reference data, where one is for its age."""


def quest_of(key: int, family: Family, life: Life, shared: Sequence[Story], chance: Chance) -> Quest:
    """Write a family's quest.

    Args:
        key: of the row.
        family: whose.
        life: what becomes of it.
        shared: stories of the reference data.
        chance: the block's.
    """
    theme, school, shape = chance.pick(family.interests), chance.pick(_SCHOOLS), chance.pick(SHAPES)
    story = story_of(theme, school, shape)
    if not life.public and chance.happens(_FROM_SHARED):
        fitting = [one for one in shared if one.ages and family.age in one.ages]
        story = chance.pick(fitting) if fitting else story
    words = _public_words(story, family, chance) if life.public else _own_words(story, family, chance)
    graph = Raw(story.graph.filled(words.values))
    return Quest(key, family, life, story, words, chance.normal(), chance.pick(_THRESHOLDS), graph)


def _own_words(story: Story, family: Family, chance: Chance) -> Words:
    memories, child = few(MEMORIES, chance), family.child
    joke, spot = chance.pick(JOKES), chance.pick(SPOTS)
    pictures = [chance.pick(_DRAWINGS)] if chance.happens(0.3) else []
    lists = (_list(family.interests), _list(memories), _list([joke]), _list([spot]), _list(pictures))
    return Words(child, story.own_title.filled((child,)), memories[0], joke, spot, lists)


def _public_words(story: Story, family: Family, chance: Chance) -> Words:
    """Leave out what is known at home alone: strangers read it."""
    lists = (_list(family.interests), "[]", "[]", "[]", "[]")
    hero = chance.pick(HEROES)
    return Words(hero, story.public_title, "a day that went well", "a silly word", "a quiet corner", lists)


def _list(texts: list[str]) -> str:
    return '["' + '", "'.join(texts) + '"]' if texts else "[]"
