"""A block of families: who makes which quests, and who plays whose."""

from itertools import count
from typing import Final

from toolbox_cli.core.chance import Chance, Weighted
from toolbox_cli.seed.domains.quests.families.people import (
    Family,
    Home,
    Psychologist,
    family_of,
    homes_of,
    parent_row,
    psychologists_of,
    silent_row,
    zone_of,
)
from toolbox_cli.seed.domains.quests.families.talks import MESSAGES, READY, About, talk_row
from toolbox_cli.seed.domains.quests.families.tracks import recovery_of
from toolbox_cli.seed.domains.quests.lives.life import life_of
from toolbox_cli.seed.domains.quests.lives.playing import SILENCE, Consent, Play, consent_of, play_of, stars
from toolbox_cli.seed.domains.quests.lives.quest import Quest, names_in, quest_of
from toolbox_cli.seed.domains.quests.lives.reviews import earlier_row, review_row
from toolbox_cli.seed.domains.quests.sizes import ABANDONED, ONLY_TAKEN, REVIEWED_BEFORE, places
from toolbox_cli.seed.domains.quests.story.story import shared_stories, story_of
from toolbox_cli.seed.making.domain import Context
from toolbox_cli.seed.making.moments import Moment, written, written_if
from toolbox_cli.seed.making.places import first_place
from toolbox_cli.seed.making.text import Row

_OWN: Final = 0.85
"""Share of children who play what their parent made for them."""

_FROM_AFAR: Final = 0.3
"""Share of a public quest's players whose family is of a block before."""

_NEAR: Final = 8
"""How many blocks before they may be."""

_SAID: Final = ("She asked to play it again.", "A calm evening for once.", "The ending came a little late.", None, None)


class _Evenly:
    """Says yes in a share of the times, by chance and yet nearly as often as that in any few of them."""

    def __init__(self, share: float, chance: Chance) -> None:
        self._share, self._chance, self._due = share, chance, chance.unit() - 0.5

    def happens(self) -> bool:
        self._due += self._share
        happens = self._chance.unit() < self._due
        self._due -= happens
        return happens


class Neighbours:
    """A block of families.

    Attributes:
        rows: table to rows.
    """

    def __init__(self, context: Context, block: int, tables: tuple[str, ...]) -> None:
        self._context, self._block, self._profile = context, block, context.profile.quests
        self._chance, self._days = context.chance("quests", block), zone_of(context, block)
        self.rows: dict[str, list[Row]] = {table: [] for table in tables}
        sizes = places(context.profile)
        self._keys = {table: count(first_place(context.run, block, size)) for table, size in sizes.items()}
        self._first_track = first_place(context.run, block, sizes["user_tracks"])
        self._publishing = _Evenly(self._profile.published, self._chance)
        self._consenting = _Evenly(self._profile.consent, self._chance)
        self._past = context.chance("earlier reviews", block)
        self._reviewing_again = _Evenly(REVIEWED_BEFORE, self._past)
        self._names = names_in(context.run)
        self._homes = homes_of(context, block)
        self._psychologists: list[Psychologist] = []
        self._stories = shared_stories(context.reference)
        self._shared = sorted(row["id"] for row in context.reference.get("quests", {}).values() if row.get("is_public"))
        self._taken: set[tuple[int, int]] = set()

    def live(self) -> None:
        """Let everything happen."""
        users, self._psychologists = psychologists_of(self._context, self._block, self._days, self._chance)
        self.rows["users"] = users
        locales = Weighted(self._context.profile.locales)
        for home in self._homes:
            if home.active:
                self._follow(family_of(self._context, home, locales, self._chance))
            else:
                users.append(silent_row(home, self._days))

    def _follow(self, family: Family) -> None:
        chance, home = self._chance, family.home
        wanted = chance.count(self._profile.quests_a_family * (0.5 + chance.unit()))
        messages = 0
        for _ in range(wanted):
            messages += self._make(family)
        if chance.happens(ABANDONED):
            messages += self._give_up(family)
        tracks = self.rows["user_tracks"]
        rows, recovery = recovery_of(self._first_track + len(tracks), home, self._days, chance)
        tracks += rows
        self.rows["users"].append(parent_row(family, recovery, messages, wanted, self._days, chance))

    def _key(self, table: str) -> int:
        return next(self._keys[table])

    def _make(self, family: Family) -> int:
        """Make a quest, and let children play it; give the messages that it took."""
        chance, days, rows = self._chance, self._days, self.rows
        life = life_of(family.home, days, chance, goes=self._publishing.happens())
        quest = quest_of(self._key("quests"), family, life, self._stories, chance)
        about = About(quest.words.title, family.interests[0], quest.words.memory, quest.story.school)
        times = (life.begun_at, life.created_at)
        talk = talk_row(self._key("quest_builder_sessions"), family, READY, times, about, quest.graph)
        rows["quest_builder_sessions"].append(talk)
        self._review(quest)
        consent = self._ask(quest)
        if life.deployed is not None:
            self._play(quest, consent)
        deployed_at = None if life.deployed is None else days.office(life.deployed, 0.5)
        rows["quests"].append(quest.row(self._names, deployed_at))
        return MESSAGES[READY]

    def _give_up(self, family: Family) -> int:
        chance, home, days = self._chance, family.home, self._days
        stage = chance.below(READY)
        day = home.joined + 1 + chance.below(home.last - home.joined)
        begun = days.evening(day, 0.6 * chance.unit())
        theme = family.interests[0]
        about = About(f"{family.child} and the rest", theme, "a day at home", "CBT")
        ended = begun + 120 + 300 * stage
        graph = story_of(theme, "CBT", "path").begun
        key = self._key("quest_builder_sessions")
        self.rows["quest_builder_sessions"].append(talk_row(key, family, stage, (begun, ended), about, graph))
        return MESSAGES[stage]

    def _review(self, quest: Quest) -> None:
        if quest.life.reviewed_at is not None:
            key, by = self._key("psychologist_reviews"), self._chance.pick(self._psychologists)
            self.rows["psychologist_reviews"].append(review_row(key, by, quest, self._chance))
            if self._reviewing_again.happens():
                self.rows["psychologist_review_history"].append(earlier_row(by, quest, self._past))

    def _ask(self, quest: Quest) -> Consent:
        """Ask the child, where it has the quest, and write down what it shares."""
        chance, life, profile = self._chance, quest.life, self._profile
        consent = SILENCE
        if life.deployed is not None:
            agrees, revokes = self._consenting.happens(), chance.happens(profile.revoked)
            consent = consent_of(quest.family.home, life.deployed, agrees, revokes, self._days, chance)
        live, changed = consent.live, consent.changed_at or life.created_at
        self.rows["child_privacy_settings"].append((
            self._key("child_privacy_settings"), quest.key, live, live and chance.happens(0.7),
            live and chance.happens(0.6), live and chance.happens(0.4), chance.happens(0.8),
            "immediate" if chance.happens(0.6) else "weekly", consent.given, written_if(consent.given_at),
            written_if(consent.revoked_at), consent.history, written(life.created_at), written(changed),
        ))  # fmt: skip
        return consent

    def _play(self, quest: Quest, consent: Consent) -> None:
        """Let the own child play and, where the quest is public, others."""
        chance, family, first = self._chance, quest.family, (quest.life.deployed or 0) + 1
        if chance.happens(_OWN):
            ease = family.ability + 0.5 * quest.quality
            self._played(quest, consent, play_of(family.home, first, quest.story.steps, ease, self._days, chance))
        if quest.life.public:
            mean = self._profile.plays_a_quest
            players = self._players(family.home, chance.count(mean * (0.4 + 1.2 * chance.unit())))
            for home in players:
                ease = chance.normal() + 0.5 * quest.quality
                since = max(first, home.joined + 1)
                play = play_of(home, since, quest.story.steps, ease, self._days, chance)
                self._played(quest, consent, play)
                if play:
                    self._take(home.user, quest.key, self._before(play, since))
                    self._rate(quest, play, home)
            self._only_taken(quest, len(players), first)

    def _played(self, quest: Quest, consent: Consent, play: Play | None) -> None:
        """Count a play, and keep it where the child's consent lives and came before."""
        if play is None:
            return
        quest.plays.append(play)
        if consent.live and consent.given_at is not None and play.started_at >= consent.given_at:
            ended = written(play.ended_at)
            self.rows["quest_progress"].append((
                self._key("quest_progress"), play.user, quest.key, play.steps, play.completed, play.sessions,
                play.minutes, written(play.started_at), ended if play.completed else None, ended,
            ))  # fmt: skip

    def _players(self, author: Home, count: int) -> list[Home]:
        """Choose families, of this block and of those before; each once."""
        chance, chosen = self._chance, {author.user}
        found: list[Home] = []
        for _ in range(count):
            homes = self._homes
            if self._block and chance.unit() < _FROM_AFAR:
                homes = homes_of(self._context, self._block - 1 - chance.below(min(self._block, _NEAR)))
            home = chance.pick(homes)
            if home.active and home.user not in chosen:
                chosen.add(home.user)
                found.append(home)
        return found

    def _before(self, play: Play, since: int) -> Moment:
        """Give a moment before a play: the evening before or, on the first possible day, that morning."""
        if play.day > since:
            return self._days.evening(play.day - 1, self._chance.unit())
        return self._days.at(play.day, 28_800 + 3_000 * self._chance.unit())

    def _take(self, user: int, quest: int, at: Moment) -> None:
        if (user, quest) not in self._taken:
            self._taken.add((user, quest))
            self.rows["user_quest_library"].append((self._key("user_quest_library"), user, quest, written(at)))

    def _rate(self, quest: Quest, play: Play, home: Home) -> None:
        chance = self._chance
        if play.completed and chance.happens(self._profile.ratings_a_play):
            given = stars(quest.quality, chance)
            quest.stars += given
            quest.ratings += 1
            at = self._days.evening(min(play.last + chance.below(3), home.last), chance.unit())
            rated_at = max(at, play.ended_at + 60)
            said = chance.pick(_SAID) if given > 2 else "Too long for us."
            self.rows["quest_ratings"].append((
                self._key("quest_ratings"), play.user, quest.key, given, said, written(rated_at)
            ))  # fmt: skip

    def _only_taken(self, quest: Quest, players: int, first: int) -> None:
        """Let families take quests that they never play: this one, or one that every installation has."""
        chance = self._chance
        for home in self._players(quest.family.home, chance.count(players * ONLY_TAKEN)):
            since = max(first, home.joined + 1)
            if since <= home.last:
                own = self._homes[0].user <= home.user  # of others it is not known what they have
                key = chance.pick(self._shared) if self._shared and own and chance.happens(0.6) else quest.key
                day = since + chance.below(home.last - since + 1)
                self._take(home.user, key, self._days.evening(day, chance.unit()))
