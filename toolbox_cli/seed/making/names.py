"""Names of people, as they are in a locale; from pools, since Faker is far too slow for a name at a time."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import Final

from toolbox_cli.core.chance import Chance

POOL: Final = 700
"""Names that are asked of Faker for each pool; fewer different ones come."""

_SPELLED: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ø": "o", "æ": "ae", "ł": "l", "đ": "d"})


@dataclass(frozen=True, slots=True)
class Names:
    """First and last names of one locale."""

    first: tuple[str, ...]
    last: tuple[str, ...]

    def person(self, chance: Chance) -> tuple[str, str]:
        """Give a first and a last name."""
        return chance.pick(self.first), chance.pick(self.last)


@cache
def names_of(locale: str) -> Names:
    """Make the pools of a locale: the same for the same version of Faker.

    Raises:
        AttributeError: Faker does not know the locale.
    """
    from faker import Faker

    faker = Faker(locale)
    faker.seed_instance(0)
    pools = [tuple(dict.fromkeys(make() for _ in range(POOL))) for make in (faker.first_name, faker.last_name)]
    return Names(pools[0], pools[1])


@cache
def spelled(name: str) -> str:
    """Write a name as addresses have it: lower case, letters of ASCII alone; empty where none is left.

    Example:
        >>> spelled("Muñoz Özdemir")
        'munozoezdemir'
    """
    plain = unicodedata.normalize("NFKD", name.lower().translate(_SPELLED))
    return re.sub("[^a-z]", "", plain)
