"""What words in a column mean, each worked out once: a column of a million dates has a few hundred different ones."""

from collections.abc import Callable, Sequence
from typing import Final, Generic, TypeVar

_KEPT: Final = 20_000
"""Words that are remembered at most between two batches."""

T = TypeVar("T")


class Meanings(dict[str, "T | None"], Generic[T]):
    """Reads words; those that mean nothing are None, and are remembered as unreadable.

    Args:
        meaning: raises ValueError for what it can't read.
    """

    def __init__(self, meaning: Callable[[str], T | None]) -> None:
        super().__init__()
        self._meaning = meaning
        self._unreadable: set[str] = set()

    def __missing__(self, word: str) -> T | None:
        meant: T | None = None
        try:
            meant = self._meaning(word)
        except ValueError:
            self._unreadable.add(word)
        self[word] = meant
        return meant

    def of(self, words: Sequence[str]) -> list[T | None]:
        """Read a column."""
        if len(self) > _KEPT:
            self.clear()
            self._unreadable.clear()
        return list(map(self.__getitem__, words))

    def unreadable(self, words: Sequence[str]) -> list[int]:
        """Give the places of what can't be read, in a column that was just read."""
        if not self._unreadable:
            return []
        return [place for place, word in enumerate(words) if word in self._unreadable]
