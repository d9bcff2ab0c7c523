"""How much of everything a block of families has, and how many keys that takes."""

from collections.abc import Mapping
from typing import Final

from toolbox_cli.seed.profiles.shape import Profile

FAMILIES: Final = 50
"""Families of a block; the last one's may be fewer."""

PSYCHOLOGISTS: Final = 2
TRACKS: Final = 4

ABANDONED: Final = 0.25
"""Share of parents with a conversation that never became a quest."""

ONLY_TAKEN: Final = 0.5
"""How many take a quest from the library and never play it, for each who does."""

REVIEWED_BEFORE: Final = 0.2
"""Share of reviews that took the place of an earlier one."""

_SPREAD: Final = 1.6
"""How many times its mean a quest's players may be."""


def family_count(profile: Profile) -> int:
    """Say how many families there are."""
    return round(profile.students * profile.quests.families_a_hundred_students / 100)


def block_count(profile: Profile) -> int:
    """Say how many blocks they make."""
    return -(-family_count(profile) // FAMILIES)


def families_in(profile: Profile, block: int) -> int:
    """Say how many families a block has."""
    return min(FAMILIES, family_count(profile) - block * FAMILIES)


def most_quests(profile: Profile) -> int:
    """Say how many quests a family has at most."""
    return int(profile.quests.quests_a_family * 1.5) + 1


def most_players(profile: Profile) -> int:
    """Say how many children of other families play a quest at most."""
    return int(profile.quests.plays_a_quest * _SPREAD) + 1


def places(profile: Profile) -> Mapping[str, int]:
    """Give the integer keys that each block has, by table."""
    quests, players = FAMILIES * most_quests(profile), most_players(profile)
    return {
        "users": PSYCHOLOGISTS + FAMILIES,
        "user_tracks": FAMILIES * TRACKS,
        "quest_builder_sessions": quests + FAMILIES,
        "quests": quests,
        "psychologist_reviews": quests,
        "child_privacy_settings": quests,
        "quest_progress": quests * (players + 1),
        "quest_ratings": quests * players,
        "user_quest_library": quests * (players + int(players * ONLY_TAKEN) + 1),
    }
