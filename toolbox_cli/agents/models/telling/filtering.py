"""What of a person's own words may leave: words that the reference data has too, and nothing else.

A list of what is forbidden can't know the names of a school's students. So it is the other way round: a word leaves
if it stands in the objectives, terms and places that ship, and not at all otherwise. What begins a sentence there
counts as it is written within one, so that a capital lets pass what is always written so, as "Jupiter", and no "Rose".
What looks like an address or a number goes first, whole, so that no part of it passes as a word.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any, Final

from pydantic import BaseModel

from toolbox_cli.agents.making.library import Library

MOST_WORDS: Final = 40
_LONGEST: Final = 2000
"""Characters that are looked at."""

_WORD: Final = re.compile(r"[^\W\d_]{2,}(?:['-][^\W\d_]+)*|\ba\b")
_TRACE: Final = re.compile(r"\S*(?:[@\d]|://|www\.|\w\.\w)\S*")
"""Addresses, handles, and whatever holds a digit: each up to the next blank."""
_CODES: Final = frozenset({"curriculum_standard"})
"""Fields whose letters are no words, and might be somebody's initials."""
_PLAIN_WORDS: Final = """
a activities activity again all an and anew answer answers are ask be better big but calculate children choose clear
clearer difficult each easier easy every few fewer for from fun game games give grade hard harder has have help hint
hints in is it keep kind leave less lesson let long longer make many material minutes more must name nearer no not
objective of on one only or other own play please question questions quiz reached read reading round sentence
sentences short shorter should simple simpler small some steps story students subject task tasks terms text texts that
the them these this to too use very was were where which with without word words write"""
_PLAIN: Final = frozenset(_PLAIN_WORDS.split())
"""What a wish is said with."""
_BEGINS: Final = re.compile(r"(?:^|[.!?:;]\s+|[\"“(]\s*)[^\W\d_]")
"""The first letter of a text or a sentence."""


def known_words(text: str, library: Library) -> tuple[str, ...]:
    """Give the words of a text that may leave, each once, in their order.

    Args:
        text: what a person wrote; anything.
        library: the reference data.

    Example:
        >>> from toolbox_cli.agents.making.library import library
        >>> known_words("fractions for Emma Berg (emma.berg@school.example, 0171-5551234)", library())
        ('fractions', 'for')
    """
    plain = unicodedata.normalize("NFKC", text[:_LONGEST])
    known = _vocabulary(library)
    found = _WORD.findall(_TRACE.sub(" ", plain))
    words = dict.fromkeys(word for word in found if word in known or word in _PLAIN)
    return tuple(words)[:MOST_WORDS]


_HELD: Final[list[tuple[Library, frozenset[str]]]] = []
"""The library that was asked for last, with its words: finding them takes a while."""


def _vocabulary(library: Library) -> frozenset[str]:
    """Give the words of what is taught, as they are written within sentences there."""
    if not _HELD or _HELD[0][0] is not library:
        taught = (library.objectives, library.knowledge, library.places)
        words = {word for part in taught for text in _texts(part) for word in _WORD.findall(_within(text))}
        _HELD[:] = [(library, frozenset(words))]
    return _HELD[0][1]


def _within(text: str) -> str:
    """Write a text as if it stood within a sentence."""
    return _BEGINS.sub(lambda found: found[0].lower(), text)


def _texts(held: Any) -> Iterator[str]:
    if isinstance(held, str):
        yield held
    elif isinstance(held, BaseModel):
        for name in type(held).model_fields.keys() - _CODES:
            yield from _texts(getattr(held, name))
    elif isinstance(held, Mapping):
        yield from _texts(list(held.values()))
        yield from _texts(list(held))
    elif isinstance(held, list | tuple):
        for one in held:
            yield from _texts(one)
