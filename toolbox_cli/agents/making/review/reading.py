"""How hard English text is to read, by the grade level of Flesch and Kincaid.

Limits: it counts words, sentences and syllables, and understands none of them. It holds for English prose of about
100 words or more; below that one long word moves it by grades, so short texts are judged together. Syllables are
counted by groups of vowels, which is wrong for about one word in ten. Terms that the lesson itself explains are not
counted, for they are what is to be learned. Of text in another language it says nothing.

Source: Kincaid, Fishburne, Rogers, Chissom, "Derivation of new readability formulas", Navy Research Branch Report
8-75, 1975: 0.39 words a sentence + 11.8 syllables a word - 15.59.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

_SENTENCE: Final = re.compile(r"[.!?:;]+(?:\s|$)")
_WORD: Final = re.compile(r"[a-z]+(?:'[a-z]+)?")
_VOWELS: Final = re.compile(r"[aeiouy]+")
_SILENT: Final = re.compile(r"(?:[^laeiouy]e|[^td]ed|[^sxzcg']es)$")
FEWEST_WORDS: Final = 80


@dataclass(frozen=True, slots=True)
class Level:
    """How hard a text is.

    Attributes:
        grade: school grade that reads it without trouble; None where it has too few words to tell.
        words: that were counted.
    """

    grade: float | None
    words: int


def level(texts: Iterable[str], terms: Iterable[str] = ()) -> Level:
    """Judge texts together.

    Args:
        texts: each has whole sentences.
        terms: explained words, which are not counted.

    Example:
        >>> level(["The cat sat on the mat. It was fat and it was glad."] * 10).grade
        -1.3
        >>> level(["Short."]).grade is None
        True
    """
    known = {word for term in terms for word in _WORD.findall(term.lower())}
    sentences = words = syllables = 0
    for text in texts:
        for sentence in _SENTENCE.split(text.lower()):
            counted = [word for word in _WORD.findall(sentence) if word not in known]
            sentences += bool(counted)
            words += len(counted)
            syllables += sum(map(syllables_of, counted))
    if words < FEWEST_WORDS:
        return Level(None, words)
    return Level(round(0.39 * words / sentences + 11.8 * syllables / words - 15.59, 1), words)


def syllables_of(word: str) -> int:
    """Count the syllables of an English word in lower case, nearly.

    Example:
        >>> [syllables_of(word) for word in ("cat", "table", "equation", "named", "boxes", "the")]
        [1, 2, 3, 1, 2, 1]
    """
    return max(1, len(_VOWELS.findall(word)) - bool(_SILENT.search(word)))
