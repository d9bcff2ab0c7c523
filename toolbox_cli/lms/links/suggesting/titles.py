"""How alike titles are: by their words, the rare ones more, and by their letters where words are misspelt."""

import heapq
import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

LOOKED_AT: Final = 1_000
"""How many titles are looked at for one, at most: those with its rarest words."""
SCORED: Final = 20
"""How many of them are compared closely."""

_WORD: Final = re.compile(r"[^\W_]+")
_FILLERS: Final = frozenset({
    "a", "an", "and", "at", "by", "due", "for", "from", "in", "of", "on", "or", "the", "to", "with",
    "assignment", "assessment", "chapter", "check", "class", "course", "exam", "exercise", "homework", "hw", "lab",
    "lesson", "module", "part", "practice", "project", "quiz", "section", "task", "test", "unit", "week", "worksheet",
})  # fmt: skip
_FILLER: Final = 0.2
"""Weight of a word that titles carry whatever they are about."""
_LETTERS: Final = 0.9
"""Weight of letters against words."""
_OTHER_NUMBER: Final = 0.5
_MISSPELT: Final = 5
"""From how many letters on a word is looked for by its letters."""
_CLOSE: Final = 0.5
_PLURAL: Final = 4
"""From which length on a last s is taken off."""


class Alike(NamedTuple):
    """A title, and how alike it is.

    Attributes:
        place: its place among the titles.
        ratio: 0 to 1.
        common: words that both have, as written in the one that was looked for.
        numbers: False where both have numbers and share none.
    """

    place: int
    ratio: float
    common: tuple[str, ...]
    numbers: bool


@lru_cache(maxsize=65_536)
def words(title: str) -> dict[str, str]:
    """Give the words of a title, without case, accents and plural: each with how it is written.

    Example:
        >>> words("Quiz 3: Adding Fractions")
        {'quiz': 'Quiz', '3': '3', 'adding': 'Adding', 'fraction': 'Fractions'}
    """
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", title) if not unicodedata.combining(sign))
    return {_stem(word.casefold()): word for word in _WORD.findall(plain)}


class Titles:
    """Titles that others are compared with.

    Args:
        titles: in the order in which they are named by place.
    """

    def __init__(self, titles: Sequence[str]) -> None:
        self._words = [words(title) for title in titles]
        self._weights: dict[str, float] = {}
        self._corrected: dict[str, str] = {}
        self._holders: dict[str, list[int]] = defaultdict(list)
        self._same: dict[frozenset[str], list[int]] = defaultdict(list)
        for place, found in enumerate(self._words):
            self._same[frozenset(found)].append(place)
            for word in found:
                self._holders[word].append(place)
        self._lengths = [self._length(found) for found in self._words]
        self._spelt: dict[str, list[str]] = defaultdict(list)
        for word in self._holders:
            for letters in _letters(word):
                self._spelt[letters].append(word)
        self._found: dict[frozenset[str], tuple[Alike, ...]] = {}

    def like(self, title: str) -> tuple[Alike, ...]:
        """Give the titles that are most alike, the most alike first; at most `SCORED`."""
        wanted = words(title)
        key = frozenset(wanted)
        if not wanted:
            return ()
        if key not in self._found:
            near = [self._compare(wanted, place) for place in self._near(wanted, key)]
            self._found[key] = tuple(sorted(near, key=lambda one: (-one.ratio, one.place)))
        return self._found[key]

    def _near(self, wanted: Iterable[str], key: frozenset[str]) -> list[int]:
        """Give the places of titles with the same rare words."""
        weights: dict[int, float] = defaultdict(float)
        left = LOOKED_AT
        meant = {self._meant(word) for word in wanted} & self._holders.keys()
        for word in sorted(meant, key=lambda word: (len(self._holders[word]), word)):
            holders = self._holders[word]
            if len(holders) > left:
                break
            left -= len(holders)
            weight = self._weight(word) ** 2
            for place in holders:
                weights[place] += weight / self._lengths[place]
        same = self._same.get(key, ())[:SCORED]
        best = heapq.nlargest(SCORED, weights, key=weights.__getitem__)
        others = [place for place in best if place not in same]
        return [*same, *others][:SCORED]

    def _meant(self, word: str) -> str:
        """Give the word of these titles that a misspelt one stands for; itself where it is there or none is like it."""
        if word in self._holders or len(word) < _MISSPELT:
            return word
        if word not in self._corrected:
            shared = Counter(other for letters in _letters(word) for other in self._spelt.get(letters, ()))
            best = max(shared, key=lambda other: (_letters_alike(word, other), other), default=word)
            self._corrected[word] = best if _letters_alike(word, best) >= _CLOSE else word
        return self._corrected[word]

    def _compare(self, wanted: dict[str, str], place: int) -> Alike:
        held = self._words[place]
        shared = wanted.keys() & held.keys()
        dot = sum(self._weight(word) ** 2 for word in shared)
        length = self._length(wanted) * self._lengths[place]
        ratio = max(dot / length if length else 0.0, _LETTERS * _letters_alike(" ".join(wanted), " ".join(held)))
        numbers = _numbers_agree(wanted, held)
        common = tuple(written for word, written in wanted.items() if word in shared)
        return Alike(place, ratio if numbers else ratio * _OTHER_NUMBER, common, numbers)

    def _weight(self, word: str) -> float:
        weight = self._weights.get(word)
        if weight is None:
            rarity = math.log(1 + (len(self._words) + 1) / (len(self._holders.get(word, ())) + 1))
            weight = self._weights[word] = rarity * _FILLER if word in _FILLERS else rarity
        return weight

    def _length(self, found: Iterable[str]) -> float:
        return math.sqrt(sum(self._weight(word) ** 2 for word in found))


def _stem(word: str) -> str:
    return word[:-1] if len(word) >= _PLURAL and word.endswith("s") and not word.endswith("ss") else word


def _numbers_agree(one: Iterable[str], other: Iterable[str]) -> bool:
    mine, theirs = ({word for word in words if word.isdigit()} for words in (one, other))
    return not mine or not theirs or bool(mine & theirs)


def _letters_alike(one: str, other: str) -> float:
    mine, theirs = _letters(one), _letters(other)
    return 2 * len(mine & theirs) / (len(mine) + len(theirs)) if mine and theirs else 0.0


@lru_cache(maxsize=65_536)
def _letters(text: str) -> frozenset[str]:
    """Give the runs of three signs that a text has."""
    framed = f" {text} "
    return frozenset(framed[place : place + 3] for place in range(len(framed) - 2))
