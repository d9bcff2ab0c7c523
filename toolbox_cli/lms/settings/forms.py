"""The forms that a setting's value has: checked as JSON holds it, read and written as a command line says it."""

import re
import zoneinfo
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from toolbox_cli.lms.sources.connecting.filters import FIELDS, read_rules

LONGEST_LETTER: Final = 5
NOBODY: Final = "nobody"
"""An empty list, as a command line says it."""

_LETTER: Final = re.compile(r"[^\x00-\x20\x7f=,]+")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_WORDS: Final = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


class UnfitError(ValueError):
    """A value that is none of its form; says what is wrong in it, the end of a sentence."""


@dataclass(frozen=True, slots=True)
class Form:
    """What values of one kind look like.

    Attributes:
        expected: what may be said, the end of a sentence.
        check: gives a value of JSON as it is kept; ValueError where it is none of these.
        parse: gives the value that a text means, yet to be checked; ValueError where it means none.
        write: gives the text that means a value.
        falling: what a person writes has its numbers in falling order; JSON of the database keeps none.
    """

    expected: str
    check: Callable[[Any], Any]
    parse: Callable[[str], Any]
    write: Callable[[Any], str] = str
    falling: bool = False

    def read(self, said: Any) -> Any:
        """Read what a person wrote: text as on a command line, other values as they are.

        Raises:
            ValueError: it is none of these.
        """
        try:
            value = self.check(self.parse(said.strip()) if isinstance(said, str) else said)
        except ValueError:
            if not isinstance(said, int | float) or isinstance(said, bool):
                raise
            value = self.check(self.parse(str(said)))  # a version such as 1.2, that was meant as text
        if self.falling and list(value.values()) != sorted(value.values(), reverse=True):
            raise ValueError(said)
        return value


def number(least: int, most: int, *, whole: bool = False) -> Form:
    """Give the form of numbers between two bounds, both included."""

    def check(value: Any) -> float:
        right = isinstance(value, int if whole else int | float) and not isinstance(value, bool)
        if not right or not least <= value <= most:
            raise ValueError(value)
        return int(value) if value == int(value) else float(value)

    def parse(text: str) -> float:
        return int(text) if re.fullmatch(r"[+-]?\d{1,12}", text, re.ASCII) else float(text)

    kind = "a whole number" if whole else "a number"
    return Form(f"{kind} from {least:,} to {most:,}", check, parse)


def choice(*words: str) -> Form:
    """Give the form of one of some words."""

    def check(value: Any) -> str:
        if not isinstance(value, str) or value not in words:
            raise ValueError(value)
        return value

    return Form(_or(words), check, str)


def several(*words: str) -> Form:
    """Give the form of a list of some words, kept in their order here; may be empty."""

    def check(value: Any) -> list[str]:
        if not isinstance(value, list) or not all(isinstance(one, str) and one in words for one in value):
            raise ValueError(value)
        return [word for word in words if word in value]

    def parse(text: str) -> list[str]:
        return [] if text == NOBODY else [part.strip() for part in text.split(",")]

    return Form(f"any of {', '.join(words)}, by comma; or {NOBODY}", check, parse, lambda value: _listed(value, NOBODY))


def text(expected: str, most: int, pattern: str = ".+") -> Form:
    """Give the form of a line of text.

    Args:
        expected: what it is, the end of a sentence.
        most: its longest length.
        pattern: what the whole of it matches.
    """

    def check(value: Any) -> str:
        right = isinstance(value, str) and len(value) <= most and not _CONTROL.search(value) and value == value.strip()
        if not right or not re.fullmatch(pattern, value):
            raise ValueError(value)
        return str(value)

    return Form(expected, check, str)


def _check_flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError(value)
    return value


def _parse_flag(text: str) -> bool:
    if text.casefold() not in _WORDS:
        raise ValueError(text)
    return _WORDS[text.casefold()]


def _check_zone(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(value)
    try:
        return zoneinfo.ZoneInfo(value).key
    except (zoneinfo.ZoneInfoNotFoundError, OSError):
        raise ValueError(value) from None


def _check_file(value: Any) -> str:
    if not isinstance(value, str) or _CONTROL.search(value) or not Path(value).is_absolute():
        raise ValueError(value)
    return value


def _check_letters(value: Any) -> dict[str, float]:
    if not isinstance(value, Mapping) or not value:
        raise ValueError(value)
    least = number(0, 100)
    letters = {letter: least.check(percent) for letter, percent in value.items()}
    named = all(len(letter) <= LONGEST_LETTER and _LETTER.fullmatch(letter) for letter in letters)
    if not named or len(set(letters.values())) < len(letters):
        raise ValueError(value)
    return letters


def _parse_letters(text: str) -> dict[str, float]:
    pairs = [part.partition("=") for part in text.split(",")]
    letters = {letter.strip(): float(percent) for letter, _, percent in pairs}
    if len(letters) < len(pairs):
        raise ValueError(text)
    return letters


def _write_letters(letters: Mapping[str, float]) -> str:
    ranked = sorted(letters.items(), key=lambda one: -one[1])
    return ",".join(f"{letter}={percent:g}" for letter, percent in ranked)


def _check_filter(value: Any) -> dict[str, list[str]]:
    if not isinstance(value, Mapping) or not value or not set(value) <= set(FIELDS):
        raise ValueError(value)
    return {field: _patterns(value[field]) for field in FIELDS if field in value}


def _patterns(value: Any) -> list[str]:
    patterns = [value] if isinstance(value, str) else value
    if not isinstance(patterns, list) or not patterns:
        raise ValueError(value)
    if not all(isinstance(one, str) and one.strip() and not _CONTROL.search(one) for one in patterns):
        raise ValueError(value)
    return list(dict.fromkeys(one.strip() for one in patterns))


def _parse_filter(text: str) -> dict[str, list[str]]:
    rules, faults = read_rules([text])
    if faults:
        raise ValueError(text)
    return {field: list(patterns) for field, patterns in rules.items()}


def _write_filter(rules: Mapping[str, Sequence[str]]) -> str:
    return ",".join(f"{field}={pattern}" for field in FIELDS for pattern in rules.get(field, ()))


FLAG: Final = Form("true or false", _check_flag, _parse_flag, lambda value: "true" if value else "false")
ZONE: Final = Form("a time zone such as America/New_York", _check_zone, str)
FILE: Final = Form("the absolute path of a file", _check_file, str)
LETTERS: Final = Form(
    f"letters of 1 to {LONGEST_LETTER} signs, each with its least percent, the best first: A=90,B=80",
    _check_letters, _parse_letters, _write_letters, falling=True,
)  # fmt: skip
FILTER: Final = Form("school=...,term=...,course=...", _check_filter, _parse_filter, _write_filter)


def _or(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _listed(value: Sequence[str], nothing: str) -> str:
    return ",".join(value) or nothing
