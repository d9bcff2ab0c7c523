"""A quest that a parent made: its words, its content, its row."""

from dataclasses import dataclass, field
from typing import Final, NamedTuple

from toolbox_cli.seed.domains.quests.life import Life
from toolbox_cli.seed.domains.quests.people import Family, few
from toolbox_cli.seed.domains.quests.playing import Play
from toolbox_cli.seed.domains.quests.story.content import hash_of
from toolbox_cli.seed.domains.quests.story.graph import SHAPES, Story, story_of
from toolbox_cli.seed.domains.quests.story.words import HEROES, JOKES, MEMORIES, SCHOOLS, SPOTS, THEMES
from toolbox_cli.seed.making.chance import Chance
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
    theme: str
    school: str
    shape: str
    story: Story
    words: Words
    quality: float
    threshold: float
    graph: Raw
    plays: list[Play] = field(default_factory=list)
    stars: int = 0
    ratings: int = 0

    @property
    def description(self) -> str:
        return f"A walk through {THEMES[self.theme].place}, for a child who likes {self.theme}."

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
        return hash_of(self.story.content, words.values, (
            f'"{words.title}"', f'"{THEMES[self.theme].location}"', f'"{self.age_range}"', str(self.family.age),
            f'"{words.child}"', f'"{self.description}"', jokes, pictures, "true", message, interests, memories,
            f'"{self.difficulty}"', repr(self.threshold), spots, f'"{self.school}"',
        ))  # fmt: skip

    def row(self, names: Names, deployed_at: Moment | None) -> Row:
        """Write the quest down.

        Args:
            names: those that the run gives to quests.
            deployed_at: when the other platform got the quest; None while it has not.
        """
        life, words, values, plays = self.life, self.words, self.words.values, self.plays
        interests, memories, jokes, spots, pictures = words.lists
        ended = [play.ended_at for play in plays if play.completed]
        rejected = life.moderation == "rejected"
        return (
            self.key, self.family.home.user, f"{self.theme}-{self.shape}-{names.tail(self.key)}",
            words.title, self.description, words.child, self.family.age, Raw(interests),
            Raw(self.story.yaml.filled(values)), self.story.nodes, self.difficulty, Raw(pictures), Raw(memories),
            Raw(jokes), Raw(spots), life.status, life.moderation, _ISSUES[self.key % 2] if rejected else _NONE,
            "Please change what is marked." if rejected else None, True, self.threshold, self.reveal_message,
            deployed_at is not None,
            names.elsewhere(self.key) if deployed_at else None, written_if(deployed_at),
            written(life.created_at), written(life.edited_at),
            written_if(life.moderated_at) if life.moderation == "approved" else None,
            self.graph, self.school, THEMES[self.theme].location, self.age_range, False,
            round(self.stars / self.ratings, 2) if self.ratings else 0.0, sum([play.sessions for play in plays]),
            life.reviewed_at is not None, None, written_if(life.reviewed_at), len(ended),
            written_if(max(ended, default=None)),
        )  # fmt: skip


def quest_of(key: int, family: Family, life: Life, chance: Chance) -> Quest:
    """Write a family's quest."""
    theme, school, shape = chance.pick(family.interests), chance.pick(_SCHOOLS), chance.pick(SHAPES)
    words = _public_words(theme, family, chance) if life.public else _own_words(theme, family, chance)
    story = story_of(theme, school, shape)
    graph = Raw(story.graph.filled(words.values))
    return Quest(
        key, family, life, theme, school, shape, story, words, chance.normal(), chance.pick(_THRESHOLDS), graph
    )


def _own_words(theme: str, family: Family, chance: Chance) -> Words:
    memories = few(MEMORIES, chance)
    joke, spot = chance.pick(JOKES), chance.pick(SPOTS)
    pictures = [chance.pick(_DRAWINGS)] if chance.happens(0.3) else []
    lists = (_list(family.interests), _list(memories), _list([joke]), _list([spot]), _list(pictures))
    return Words(family.child, f"{family.child} and the {THEMES[theme].thing}", memories[0], joke, spot, lists)


def _public_words(theme: str, family: Family, chance: Chance) -> Words:
    """Leave out what is known at home alone: strangers read it."""
    hero, told = chance.pick(HEROES), THEMES[theme]
    title = f"The {told.thing} of {told.place}"
    lists = (_list(family.interests), "[]", "[]", "[]", "[]")
    return Words(hero, title, "a day that went well", "a silly word", "a quiet corner", lists)


def _list(texts: list[str]) -> str:
    return '["' + '", "'.join(texts) + '"]' if texts else "[]"
